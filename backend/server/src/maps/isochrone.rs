//! Areas within so many minutes: GeoJSON, a picture, or figures.

use std::io::Write as _;
use std::path::Path;

use accessibility::Language;
use serde_json::{Value, json};
use spatial::{Area, IsochroneScratch, LonLat, Snap};

use super::picture::Picture;
use super::walker::Ways;
use super::{Form, Walker, known, limit_ms, map_credit, origin_json, print, put, status};
use crate::columns::thousands;

/// Which areas are asked for, and where they go.
#[derive(Debug, Clone)]
pub struct Areas<'a> {
    /// Who walks.
    pub walker: Walker<'a>,
    /// From where.
    pub from: LonLat,
    /// How long, one area each.
    pub minutes: &'a [f64],
    /// A GeoJSON file, or standard output.
    pub geojson: Option<Option<&'a Path>>,
    /// A picture.
    pub svg: Option<&'a Path>,
    /// How figures are printed, where areas are not.
    pub form: Form,
    /// Of the words in the picture.
    pub language: Language,
}

/// What is reached within one limit.
#[derive(Debug)]
pub(super) struct Circle<'s> {
    pub(super) minutes: f64,
    pub(super) nodes: usize,
    pub(super) area: Area<'s>,
}

/// Prints or writes the areas, the largest first.
///
/// # Errors
/// A network that cannot be read, a closed street that is none, or a file that cannot be written.
pub fn isochrone(asked: &Areas<'_>) -> anyhow::Result<()> {
    let ways = asked.walker.ways(asked.language)?;
    let origin = ways.snap(asked.from);
    let mut scratch = IsochroneScratch::new();
    let circles = circles(&ways, asked, known(origin), &mut scratch);
    if let Some(file) = asked.geojson {
        put(file, &collection(asked, origin, &circles))?;
    }
    if let Some(file) = asked.svg {
        let picture = Picture {
            network: ways.network(),
            from: asked.from,
            circles: &circles,
            language: asked.language,
        };
        put(Some(file), &picture.svg())?;
    }
    match (asked.form, asked.geojson) {
        (Form::Json, _) => print(&figures(asked.from, origin, &circles)),
        (Form::Columns, None) => columns(origin, &circles),
        // Standard output is the GeoJSON's.
        (Form::Columns, Some(_)) => Ok(()),
    }
}

/// Areas and numbers of nodes by falling limit; all are empty without an origin.
fn circles<'s>(
    ways: &Ways,
    asked: &Areas<'_>,
    origin: Option<Snap>,
    scratch: &'s mut IsochroneScratch,
) -> Vec<Circle<'s>> {
    let mut limits: Vec<f64> = asked.minutes.to_vec();
    limits.sort_unstable_by(f64::total_cmp);
    let speed = asked.walker.speed_m_s;
    let map = ways.isochrones();
    let nodes = limits.iter().map(|&minutes| {
        let limit_ms = limit_ms(minutes);
        let reached = |origin| map.reach(scratch, &origin, limit_ms, speed).len();
        origin.map_or(0, reached)
    });
    let nodes: Vec<usize> = nodes.collect();
    let limits_ms: Vec<u32> = limits.iter().map(|&minutes| limit_ms(minutes)).collect();
    let nowhere = Snap {
        edge: u32::MAX,
        fraction: 0.0,
        at: asked.from,
        snap_m: 0.0,
        component: u32::MAX,
    };
    let origin = origin.unwrap_or(nowhere);
    let areas = map.areas(scratch, &origin, &limits_ms, speed);
    let circles = limits.into_iter().zip(nodes).zip(areas);
    let mut circles: Vec<Circle<'s>> = circles
        .map(|((minutes, nodes), area)| Circle {
            minutes,
            nodes,
            area,
        })
        .collect();
    circles.reverse();
    circles
}

/// A FeatureCollection (RFC 7946); an area of nothing has no geometry.
fn collection(asked: &Areas<'_>, origin: Option<Snap>, circles: &[Circle<'_>]) -> String {
    let credit = json!(map_credit(asked.language));
    let mut text =
        format!("{{\"type\":\"FeatureCollection\",\"attribution\":{credit},\"features\":[");
    for (place, circle) in circles.iter().enumerate() {
        let properties = json!({
            "minutes": circle.minutes,
            "nodes": circle.nodes,
            "square_metres": circle.area.square_metres().round(),
            "speed": asked.walker.speed_m_s,
            "snap_m": origin.map(|origin| origin.snap_m),
            "status": status(origin),
        });
        text.push_str(if place == 0 { "\n" } else { ",\n" });
        text.push_str(&format!(
            "{{\"type\":\"Feature\",\"properties\":{properties},\"geometry\":"
        ));
        if circle.area.is_empty() {
            text.push_str("null");
        } else {
            circle.area.write_geojson(&mut text);
        }
        text.push('}');
    }
    text.push_str("\n]}\n");
    text
}

fn figures(from: LonLat, origin: Option<Snap>, circles: &[Circle<'_>]) -> Value {
    let areas: Vec<Value> = circles
        .iter()
        .map(|circle| {
            json!({
                "minutes": circle.minutes,
                "nodes": circle.nodes,
                "square_metres": circle.area.square_metres().round(),
            })
        })
        .collect();
    json!({"origin": origin_json(from, origin), "areas": areas})
}

fn columns(origin: Option<Snap>, circles: &[Circle<'_>]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if known(origin).is_none() {
        writeln!(out, "unknown: no street within 500 m")?;
    }
    for circle in circles {
        let nodes = thousands(circle.nodes as u64);
        let square_km = circle.area.square_metres() / 1e6;
        let minutes = circle.minutes;
        writeln!(
            out,
            "{minutes:>5} min  {nodes:>9} nodes  {square_km:>8.3} km²"
        )?;
    }
    Ok(())
}
