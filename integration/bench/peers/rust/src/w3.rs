//! W3: what lies within 5, 10 and 15 minutes, as areas.

use serde_json::json;
use spatial::{IsochroneScratch, Isochrones};

use crate::Fault;
use crate::dice::Dice;
use crate::protocol::{Caller, Contestant};
use crate::town::Town;

#[cfg(feature = "graphways")]
mod graphways;

const QUESTIONS: usize = 60;
const SPEED_M_S: f64 = 1.4;
const MINUTES: [u32; 3] = [5, 10, 15];

/// Without the feature `graphways` ours runs alone: the peer takes minutes to build.
pub(crate) fn run(town: &Town, network: &str, caller: &mut Caller) -> Result<(), Fault> {
    let streets = town.streets.network();
    let map = Isochrones::build(streets);
    let questions: Vec<_> = town
        .junctions(&mut Dice(3), QUESTIONS)
        .into_iter()
        .map(|junction| town.at[junction as usize])
        .collect();
    let limits_ms = MINUTES.map(|minutes| minutes * 60_000);
    let (mut scratch, mut text) = (IsochroneScratch::new(), String::new());
    for &at in &questions {
        let origin = streets.snap(at).ok_or("no street")?;
        let areas = map.areas(&mut scratch, &origin, &limits_ms, SPEED_M_S);
        if areas.len() != MINUTES.len() {
            return Err("W3: not three areas".into());
        }
    }
    let ours = Contestant::new("ours", |clock| {
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
    });
    #[cfg(feature = "graphways")]
    {
        let extract = caller.data.join(format!("{network}.osm.pbf"));
        let peer = graphways::Graphways::load(&extract, &questions)?;
        let about = town.describe() + &peer.describe();
        caller.serve(
            json!({ "network": about }),
            &mut [ours, peer.contestant(&questions)],
        )
    }
    #[cfg(not(feature = "graphways"))]
    {
        let about = format!("{} ({network}), without a peer", town.describe());
        caller.serve(json!({ "network": about }), &mut [ours])
    }
}
