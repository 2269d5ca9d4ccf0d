//! W4: the nearest facility of each of twelve categories from every junction, and which it is.

use serde_json::json;
use spatial::cost_within;
use spatial::{CLOSED, Coverage, Facility, cost_ms};

use crate::Fault;
use crate::dice::Dice;
use crate::protocol::{Caller, Contestant};
use crate::town::Town;

/// Facilities of each category in a town of 21,019 junctions; others in proportion.
const COUNTS: [usize; 12] = [6, 12, 20, 30, 40, 60, 80, 120, 160, 240, 320, 480];
const LIMIT_MS: u32 = 900_000;
const SPEED_M_S: f64 = 1.4;

pub(crate) fn run(town: &Town, caller: &mut Caller) -> Result<(), Fault> {
    let mut dice = Dice(4);
    let (mut facilities, mut listed) = (Vec::new(), Vec::new());
    for (category, count) in (0u32..).zip(COUNTS) {
        let count = (count * town.at.len() / 21_019).max(1);
        for junction in town.junctions(&mut dice, count) {
            let snap = town.snap_at(junction).ok_or("no street")?;
            let position = town
                .streets
                .weights()
                .position(&snap)
                .ok_or("no such edge")?;
            facilities.push(Facility { category, position });
            listed.extend([category, junction]);
        }
    }
    let limit = cost_within(LIMIT_MS, SPEED_M_S).ok_or("no speed")?;
    let mut coverage = Coverage::new();
    coverage.fill(town.streets.upward(), &facilities, 0, limit);
    let mut answers = Vec::new();
    for junction in 0..town.at.len() as u32 {
        for category in 0..COUNTS.len() as u32 {
            let served = coverage.at_junction(junction, category);
            let junction_of = |facility: u32| listed[facility as usize * 2 + 1];
            answers.extend(served.map_or([CLOSED, CLOSED], |served| {
                [served.cost, junction_of(served.facility)]
            }));
        }
    }
    let (tails, heads, costs) = town.arcs();
    caller.export("w4.tails", &tails)?;
    caller.export("w4.heads", &heads)?;
    caller.export("w4.costs", &costs)?;
    caller.export("w4.facilities", &listed)?;
    caller.export("w4.answers", &answers)?;
    let facts = json!({
        "network": town.describe(),
        "facilities": facilities.len(),
        "nodes": town.at.len(),
        "limit": limit,
        "unit_ms": f64::from(cost_ms(1_000_000, SPEED_M_S)) / 1e6,
    });
    let mut contestants = [Contestant::new("ours", |clock| {
        for _ in 0..20 {
            clock.job("pass", || {
                coverage.fill(town.streets.upward(), &facilities, 0, limit)
            });
        }
    })];
    caller.serve(facts, &mut contestants)
}
