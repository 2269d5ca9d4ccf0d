//! W5: walking times from 1,000 places to 1,000 others.

use routingkit_cch::{CCHManyToOne, CCHOneToMany};
use serde_json::json;
use spatial::{CLOSED, MatrixScratch, Position, cost_ms, matrix_ms};

use crate::Fault;
use crate::dice::Dice;
use crate::protocol::{Caller, Contestant};
use crate::town::Town;
use crate::w2::cch::Prepared;

const PLACES: usize = 1000;
const SPEED_M_S: f64 = 1.0;

pub(crate) fn run(town: &Town, caller: &mut Caller) -> Result<(), Fault> {
    let mut dice = Dice(5);
    let (sources, targets) = (
        town.junctions(&mut dice, PLACES),
        town.junctions(&mut dice, PLACES),
    );
    let prepared = Prepared::new(town);
    let metric = prepared.metric();
    let positions = |junctions: &[u32]| -> Result<Vec<Position>, Fault> {
        let position = |&junction: &u32| {
            let snap = town.snap_at(junction).ok_or("no street")?;
            Ok(town
                .streets
                .weights()
                .position(&snap)
                .ok_or("no such edge")?)
        };
        junctions.iter().map(position).collect()
    };
    let (from, to) = (positions(&sources)?, positions(&targets)?);
    let upward = town.streets.upward();
    let (mut scratch, mut times) = (MatrixScratch::new(), Vec::new());
    matrix_ms(upward, &mut scratch, &from, &to, SPEED_M_S, &mut times);
    let mut query = CCHOneToMany::new(&metric, &targets);
    for (row, &source) in sources.iter().enumerate() {
        let costs = query.distances_from(source);
        let ours = &times[row * PLACES..(row + 1) * PLACES];
        for (column, (&ours, cost)) in ours.iter().zip(costs).enumerate() {
            let theirs = cost.map_or(u32::MAX, |cost| cost_ms(cost, SPEED_M_S));
            let same_place = sources[row] == targets[column];
            if ours.abs_diff(theirs) > 1 && !same_place {
                return Err(
                    format!("W5 {row} to {column}: ours {ours} ms, theirs {theirs} ms").into(),
                );
            }
        }
    }
    let mut table = vec![CLOSED; PLACES * PLACES];
    let mut turned = table.clone();
    let mut contestants = [
        Contestant::new("ours", |clock| {
            for _ in 0..3 {
                clock.job("matrix", || {
                    matrix_ms(upward, &mut scratch, &from, &to, SPEED_M_S, &mut times);
                });
            }
        }),
        Contestant::new("RoutingKit CCH, targets pinned", |clock| {
            clock.job("matrix", || {
                let mut query = CCHOneToMany::new(&metric, &targets);
                for (row, &source) in table.chunks_exact_mut(PLACES).zip(&sources) {
                    for (place, cost) in row.iter_mut().zip(query.distances_from(source)) {
                        *place = cost.unwrap_or(CLOSED);
                    }
                }
            });
        }),
        Contestant::new("RoutingKit CCH, sources pinned", |clock| {
            clock.job("matrix", || {
                let mut query = CCHManyToOne::new(&metric, &sources);
                for (column, &target) in turned.chunks_exact_mut(PLACES).zip(&targets) {
                    for (place, cost) in column.iter_mut().zip(query.distances_to(target)) {
                        *place = cost.unwrap_or(CLOSED);
                    }
                }
            });
        }),
    ];
    caller.serve(
        json!({"network": town.describe(), "places": PLACES}),
        &mut contestants,
    )
}
