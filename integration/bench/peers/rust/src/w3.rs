//! W3: what lies within 5, 10 and 15 minutes, as areas.

use graphways::graph::SpatialGraph;
use graphways::overpass::NetworkType;
use serde_json::json;
use spatial::{IsochroneScratch, Isochrones};

use crate::Fault;
use crate::dice::Dice;
use crate::protocol::{Caller, Contestant};
use crate::town::Town;

const QUESTIONS: usize = 60;
const SPEED_M_S: f64 = 1.4;
const MINUTES: [u32; 3] = [5, 10, 15];

/// The peer has a network of its own, simplified from the same extract: areas are not compared,
/// only that both have three.
pub(crate) fn run(town: &Town, network: &str, caller: &mut Caller) -> Result<(), Fault> {
    let path = caller.data.join(format!("{network}.osm.pbf"));
    let theirs = SpatialGraph::from_pbf(&path, NetworkType::Walk, None)
        .map_err(|refusal| format!("graphways: {refusal:?}"))?;
    let streets = town.streets.network();
    let map = Isochrones::build(streets);
    let questions: Vec<_> = town
        .junctions(&mut Dice(3), QUESTIONS)
        .into_iter()
        .map(|junction| town.at[junction as usize])
        .collect();
    let limits_ms = MINUTES.map(|minutes| minutes * 60_000);
    let limits_s: Vec<f64> = MINUTES
        .iter()
        .map(|&minutes| f64::from(minutes) * 60.0)
        .collect();
    let (mut scratch, mut text) = (IsochroneScratch::new(), String::new());
    for &at in &questions {
        let origin = streets.snap(at).ok_or("no street")?;
        let ours = map
            .areas(&mut scratch, &origin, &limits_ms, SPEED_M_S)
            .len();
        let theirs = theirs.isochrones(
            at.lat(),
            at.lon(),
            limits_s.clone(),
            NetworkType::Walk,
            None,
        );
        if ours != MINUTES.len() || theirs.is_none_or(|areas| areas.len() != MINUTES.len()) {
            return Err("W3: not three areas".into());
        }
    }
    let mut contestants = [
        Contestant::new("ours", |clock| {
            for &at in &questions {
                clock.job("areas", || {
                    text.clear();
                    if let Some(origin) = streets.snap(at) {
                        for area in map.areas(&mut scratch, &origin, &limits_ms, SPEED_M_S) {
                            area.write_geojson(&mut text);
                        }
                    }
                    text.len()
                });
            }
        }),
        Contestant::new("graphways", |clock| {
            for &at in &questions {
                clock.job("areas", || {
                    theirs
                        .isochrones(
                            at.lat(),
                            at.lon(),
                            limits_s.clone(),
                            NetworkType::Walk,
                            None,
                        )
                        .is_some()
                });
            }
        }),
    ];
    let facts = json!({
        "network": format!("{}; graphways: {} nodes", town.describe(), theirs.graph.node_count()),
    });
    caller.serve(facts, &mut contestants)
}
