//! W7: new weights, a closed street, new labels, and what the prepared network weighs.

use pathfinding::prelude::dijkstra;
use routingkit_cch::CCHQuery;
use serde_json::json;
use spatial::{
    CLOSED, Class, Classes, Dispatch, DispatchScratch, JunctionGraph, Metric, Position, Snap,
    Streets, cost_ms,
};

use crate::Fault;
use crate::dice::Dice;
use crate::protocol::{Caller, Contestant};
use crate::town::Town;
use crate::w2::cch::Prepared;

pub(crate) const RESPONDERS: u32 = 2000;
const SPEED_M_S: f64 = 1.2;
const CLOSURES: usize = 20;

pub(crate) fn run(town: &Town, caller: &mut Caller) -> Result<(), Fault> {
    let streets = &town.streets;
    let (mut dispatch, class) = peopled(town)?;
    let mut dice = Dice(7);
    let closures = closures(town, &mut dice, CLOSURES)?;
    for (edge, snap) in &closures {
        check_closure(town, &mut dispatch, class, *edge, snap)?;
    }
    let prepared = Prepared::new(town);
    let mut metric = prepared.metric();
    check_metric(town, &metric, &mut dice)?;
    let hierarchy = spatial::Hierarchy::new(streets.graph());
    let mut ours = Metric::default();
    let (mut turn, mut scratch) = (0, DispatchScratch::default());
    let mut contestants = [
        Contestant::new("ours, customise", |clock| {
            for _ in 0..10 {
                clock.job("weights", || {
                    hierarchy.customise_into(streets.weights().chains(), &mut ours);
                });
            }
        }),
        Contestant::new("ours, profile", |clock| {
            for _ in 0..5 {
                clock.job("weights", || streets.profile(|_, _, um| Some(um)).version());
            }
        }),
        Contestant::new("RoutingKit CCH", |clock| {
            for _ in 0..10 {
                let costs = prepared.costs.clone();
                clock.job("weights", || metric.reset(costs));
            }
        }),
        Contestant::new("ours, closure", |clock| {
            for _ in 0..CLOSURES {
                turn += 1;
                let (edge, snap) = &closures[turn % CLOSURES];
                clock.job("closure", || {
                    let closed = streets.changed(&[(*edge, None)]);
                    dispatch
                        .nearest(&closed, &mut scratch, snap, class, 8, SPEED_M_S)
                        .len()
                });
            }
        }),
        Contestant::new("ours, labels", |clock| {
            clock.job("labels", || streets.relabel().len());
        }),
    ];
    let facts =
        json!({"network": town.describe(), "responders": RESPONDERS, "bytes": streets.bytes()});
    caller.serve(facts, &mut contestants)
}

/// Everybody placed, all of one class.
pub(crate) fn peopled(town: &Town) -> Result<(Dispatch, Class), Fault> {
    let class = Class::new(0).ok_or("no class")?;
    let mut dispatch = Dispatch::new(&town.streets);
    let places = town.places(&mut Dice(20_261_123), RESPONDERS as usize);
    for (number, at) in (0u32..).zip(places) {
        let snap = town.streets.network().snap(at).ok_or("no street")?;
        dispatch.place(&town.streets, number, &snap, Classes::NONE.with(class));
    }
    Ok((dispatch, class))
}

/// An edge to close, and a question from its neighbourhood that does not stand on it.
fn closures(town: &Town, dice: &mut Dice, count: usize) -> Result<Vec<(u32, Snap)>, Fault> {
    let network = town.streets.network();
    let mut closures = Vec::new();
    while closures.len() < count {
        let at = town.places(dice, 2);
        let (edge, question) = (network.snap(at[0]), network.snap(at[1]));
        let (edge, question) = (edge.ok_or("no street")?.edge, question.ok_or("no street")?);
        if question.edge != edge {
            closures.push((edge, question));
        }
    }
    Ok(closures)
}

/// The times right after a closure against a plain search over the closed streets.
fn check_closure(
    town: &Town,
    dispatch: &mut Dispatch,
    class: Class,
    edge: u32,
    snap: &Snap,
) -> Result<(), Fault> {
    let closed = town.streets.changed(&[(edge, None)]);
    let mut scratch = DispatchScratch::default();
    let found = dispatch.nearest(&closed, &mut scratch, snap, class, 8, SPEED_M_S);
    let places = town.places(&mut Dice(20_261_123), RESPONDERS as usize);
    let mut expected = Vec::new();
    let origin = closed.weights().position(snap).ok_or("no such edge")?;
    let costs = reached(&closed, &origin);
    for at in places {
        let snap = closed.network().snap(at).ok_or("no street")?;
        let position = closed.weights().position(&snap).ok_or("no such edge")?;
        let through = position
            .ends
            .map(|(junction, leg)| match costs.get(&junction) {
                Some(&(_, cost)) if leg < CLOSED => cost + leg,
                _ => CLOSED,
            });
        let cost = through[0].min(through[1]).min(position.direct(&origin));
        expected.push(cost_ms(cost, SPEED_M_S));
    }
    expected.sort_unstable();
    let same = |(found, expected): (&spatial::Found, &u32)| found.ms.abs_diff(*expected) <= 1;
    if found.len() != 8 || !found.iter().zip(&expected).all(same) {
        return Err(format!("W7 closure: ours {found:?}, expected {:?}", &expected[..8]).into());
    }
    Ok(())
}

/// Costs from a position to all junctions.
fn reached(streets: &Streets, origin: &Position) -> std::collections::HashMap<u32, (u32, u32)> {
    let (graph, chains): (&JunctionGraph, _) = (streets.graph(), streets.weights().chains());
    let successors = |&node: &u32| -> Vec<(u32, u32)> {
        if node == u32::MAX {
            return origin
                .ends
                .into_iter()
                .filter(|end| end.1 < CLOSED)
                .collect();
        }
        let open = graph
            .arcs_of(node)
            .iter()
            .filter(|arc| chains[arc.chain as usize] < CLOSED);
        open.map(|arc| (arc.head, chains[arc.chain as usize]))
            .collect()
    };
    pathfinding::prelude::dijkstra_all(&u32::MAX, successors)
}

/// RoutingKit's costs against a plain search and against our labels.
fn check_metric(
    town: &Town,
    metric: &routingkit_cch::CCHMetric<'_>,
    dice: &mut Dice,
) -> Result<(), Fault> {
    let graph = town.streets.graph();
    let chains = town.streets.weights().chains();
    let labels = town.streets.labels().ok_or("no labels")?;
    let mut scratch = spatial::LabelScratch::default();
    let mut query = CCHQuery::new(metric);
    let pairs = town.junctions(dice, 40);
    for pair in pairs.chunks_exact(2) {
        let successors = |&node: &u32| {
            graph
                .arcs_of(node)
                .iter()
                .map(|arc| (arc.head, chains[arc.chain as usize]))
                .collect::<Vec<_>>()
        };
        let plain = dijkstra(&pair[0], successors, |&node| node == pair[1]).map(|(_, cost)| cost);
        query.add_source(pair[0], 0);
        query.add_target(pair[1], 0);
        let theirs = query.run().distance();
        let ours = labels.between(&mut scratch, pair[0], pair[1]);
        let exact = plain.unwrap_or(CLOSED);
        let agrees = exact == ours;
        if theirs != plain || !agrees {
            return Err(format!("W7: ours {ours}, theirs {theirs:?}, plain {plain:?}").into());
        }
    }
    Ok(())
}
