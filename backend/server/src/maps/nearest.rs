//! Which places of a list are nearest on foot.

use std::io::Write as _;
use std::path::Path;

use accessibility::Language;
use serde_json::{Value, json};
use spatial::{LonLat, Snap};

use super::list::{self, Candidate};
use super::walker::Ways;
use super::{Form, Walker, known, origin_json, print};

/// What may be nearest, and how many of it are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Among<'a> {
    /// File of places: `id,lon,lat[,eligible]`.
    pub list: &'a Path,
    /// How many at most.
    pub k: usize,
}

/// Prints the nearest of the places in a file, by walking time.
///
/// # Errors
/// A network or a file that cannot be read, or a closed street that is none.
pub fn nearest(
    walker: &Walker<'_>,
    from: LonLat,
    among: Among<'_>,
    form: Form,
    language: Language,
) -> anyhow::Result<()> {
    let ways = walker.ways(language)?;
    let candidates = list::candidates(among.list)?;
    let origin = ways.snap(from);
    let rows = ranked(&ways, origin, &candidates, among.k, walker.speed_m_s);
    if form == Form::Json {
        let rows: Vec<Value> = rows.iter().map(Row::json).collect();
        return print(&json!({"origin": origin_json(from, origin), "results": rows}));
    }
    let mut out = std::io::stdout().lock();
    for row in rows {
        match row.walk {
            Some((ms, metres)) => {
                let seconds = f64::from(ms) / 1000.0;
                writeln!(out, "{:<20}  {seconds:>9.1} s  {metres:>9.1} m", row.id)?;
            }
            None => writeln!(out, "{:<20}  {}", row.id, row.status)?,
        }
    }
    Ok(())
}

/// A line of the answer.
#[derive(Debug, PartialEq)]
struct Row<'c> {
    id: &'c str,
    /// Milliseconds and metres.
    walk: Option<(u32, f64)>,
    snap_m: Option<f64>,
    status: &'static str,
}

impl Row<'_> {
    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "ms": self.walk.map(|(ms, _)| ms),
            "metres": self.walk.map(|(_, metres)| metres),
            "snap_m": self.snap_m,
            "status": self.status,
        })
    }
}

/// The `k` nearest eligible candidates; those without a way, and after them those too far from
/// any street, take the places that are left.
fn ranked<'c>(
    ways: &Ways,
    origin: Option<Snap>,
    candidates: &'c [Candidate],
    k: usize,
    speed_m_s: f64,
) -> Vec<Row<'c>> {
    let eligible = candidates.iter().filter(|candidate| candidate.eligible);
    let met: Vec<(&Candidate, Option<Snap>)> = eligible
        .map(|candidate| (candidate, ways.snap(candidate.place.at)))
        .collect();
    // A place too far from the streets keeps its number, but no street leads there.
    let snaps: Vec<Snap> = met
        .iter()
        .map(|&(candidate, snap)| known(snap).unwrap_or(off_street(candidate.place.at)))
        .collect();
    let found = match known(origin) {
        Some(origin) => ways.nearest(&origin, &snaps, k, speed_m_s),
        None => Vec::new(),
    };
    let mut rows = Vec::with_capacity(k.min(met.len()));
    let mut is_ranked = vec![false; met.len()];
    for found in found {
        let (candidate, snap) = met[found.index];
        is_ranked[found.index] = true;
        rows.push(Row {
            id: &candidate.place.id,
            walk: Some((found.ms, found.metres)),
            snap_m: snap.map(|snap| snap.snap_m),
            status: "ok",
        });
    }
    for status in ["unreachable", "unknown"] {
        for (place, &(candidate, snap)) in met.iter().enumerate() {
            let far = known(origin).is_none() || known(snap).is_none();
            if is_ranked[place] || far != (status == "unknown") {
                continue;
            }
            rows.push(Row {
                id: &candidate.place.id,
                walk: None,
                snap_m: snap.map(|snap| snap.snap_m),
                status,
            });
        }
    }
    rows.truncate(k);
    rows
}

/// A snap to no street at all.
fn off_street(at: LonLat) -> Snap {
    Snap {
        edge: u32::MAX,
        fraction: 0.0,
        at,
        snap_m: f64::INFINITY,
        component: u32::MAX,
    }
}

#[cfg(test)]
mod tests;
