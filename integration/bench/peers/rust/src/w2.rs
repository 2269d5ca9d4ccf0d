//! W2: the eight nearest of 2,000 responders by walking time, snap and mid-edge included.

use serde_json::json;
use spatial::{Class, Dispatch, DispatchScratch, LonLat, cost_ms};

use crate::Fault;
use crate::protocol::{Caller, Contestant};
use crate::town::Town;

mod best;
pub(crate) mod cch;
mod early_stop;
mod ier;
mod scene;

use best::Best;
pub(crate) use scene::Scene;

const RESPONDERS: usize = 2000;
const QUESTIONS: usize = 1000;
const CHECKED: usize = 300;
const MOVES: usize = 2000;
const K: usize = 8;
const SPEED_M_S: f64 = 1.2;
/// One responder in so many is eligible, by class.
const ONE_IN: [usize; 3] = [1, 5, 100];

/// An exact peer: fills `best` with the nearest of a class.
trait Peer {
    fn nearest(&mut self, scene: &Scene<'_>, at: LonLat, best: &mut Best);
}

pub(crate) fn run(town: &Town, caller: &mut Caller) -> Result<(), Fault> {
    let scene = Scene::new(town)?;
    let (dispatch, classes) = scene.dispatch()?;
    let weights = cch::Prepared::new(town);
    let metric = weights.metric();
    let roads = ier::Roads::new(town);
    let walks = [scene.steps()?, scene.jumps()];
    let mut contestants = Vec::new();
    for (class, [ours, reach, partial, pinned, refined]) in NAMES.into_iter().enumerate() {
        let mut peers: [(&'static str, Box<dyn Peer + '_>); 4] = [
            (reach, Box::new(early_stop::Reach::new(&scene, class))),
            (partial, Box::new(early_stop::Partial::new(&scene, class))),
            (pinned, Box::new(cch::Pinned::new(&scene, &metric, class))),
            (refined, Box::new(ier::Refine::new(&scene, &roads, class))),
        ];
        for (name, peer) in &mut peers {
            check(&scene, &dispatch, classes[class], name, peer.as_mut())?;
        }
        let (scene, dispatch, class) = (&scene, &dispatch, classes[class]);
        for (name, mut peer) in peers {
            let mut best = Best::default();
            contestants.push(Contestant::new(name, move |clock| {
                for &at in &scene.questions {
                    clock.time("question", || peer.nearest(scene, at, &mut best));
                }
            }));
        }
        // Last, so that it never finds caches that our own code has warmed.
        let mut scratch = DispatchScratch::default();
        contestants.push(Contestant::new(ours, move |clock| {
            for &at in &scene.questions {
                clock.time("question", || {
                    ask(scene, dispatch, &mut scratch, at, class).len()
                });
            }
        }));
    }
    for (name, to) in ["ours, moves", "ours, jumps"].into_iter().zip(&walks) {
        contestants.push(moves(name, &scene, (&dispatch, &classes), to));
    }
    contestants.push(Contestant::new("snap alone", |clock| {
        for &at in &scene.questions {
            clock.time("question", || scene.origin(at).map(|origin| origin.chain));
        }
    }));
    let facts =
        json!({"network": town.describe(), "responders": RESPONDERS, "k": K, "checked": CHECKED});
    caller.serve(facts, &mut contestants)
}

/// Responders walk, the snap to the street included.
fn moves<'a>(
    name: &'static str,
    scene: &'a Scene<'_>,
    (dispatch, classes): (&Dispatch, &'a [Class]),
    to: &'a [[LonLat; 2]],
) -> Contestant<'a> {
    let (mut walking, mut turn) = (dispatch.clone(), 0);
    let streets = &scene.town.streets;
    Contestant::new(name, move |clock| {
        for _ in 0..MOVES {
            turn += 1;
            let number = (turn * 7919) % RESPONDERS;
            let of = scene.classes_of(number as u32, classes);
            let at = to[number][turn / RESPONDERS % 2];
            clock.time("move", || {
                let snap = streets.network().snap(at);
                snap.is_some_and(|snap| walking.place(streets, number as u32, &snap, of))
            });
        }
    })
}

/// Names by class: ours, then the peers.
const NAMES: [[&str; 5]; 3] = [
    [
        "ours, 100 %",
        "pathfinding reach, 100 %",
        "pathfinding partial, 100 %",
        "RoutingKit CCH, 100 %",
        "fast_paths IER, 100 %",
    ],
    [
        "ours, 20 %",
        "pathfinding reach, 20 %",
        "pathfinding partial, 20 %",
        "RoutingKit CCH, 20 %",
        "fast_paths IER, 20 %",
    ],
    [
        "ours, 1 %",
        "pathfinding reach, 1 %",
        "pathfinding partial, 1 %",
        "RoutingKit CCH, 1 %",
        "fast_paths IER, 1 %",
    ],
];

/// Our answer, snap included.
pub(crate) fn ask<'s>(
    scene: &Scene<'_>,
    dispatch: &Dispatch,
    scratch: &'s mut DispatchScratch,
    at: LonLat,
    class: Class,
) -> &'s [spatial::Found] {
    match scene.town.streets.network().snap(at) {
        Some(origin) => {
            dispatch.nearest(&scene.town.streets, scratch, &origin, class, K, SPEED_M_S)
        }
        None => &[],
    }
}

/// Equal times, to a millisecond.
fn check(
    scene: &Scene<'_>,
    dispatch: &Dispatch,
    class: Class,
    name: &str,
    peer: &mut dyn Peer,
) -> Result<(), Fault> {
    let (mut scratch, mut best) = (DispatchScratch::default(), Best::default());
    for &at in scene.questions.iter().take(CHECKED) {
        let ours: Vec<u32> = ask(scene, dispatch, &mut scratch, at, class)
            .iter()
            .map(|found| found.ms)
            .collect();
        peer.nearest(scene, at, &mut best);
        let theirs: Vec<u32> = best.costs().map(|cost| cost_ms(cost, SPEED_M_S)).collect();
        let same = |(ours, theirs): (&u32, &u32)| ours.abs_diff(*theirs) <= 1;
        if ours.len() != theirs.len() || !ours.iter().zip(&theirs).all(same) {
            return Err(format!("W2 {name}: ours {ours:?} ms, theirs {theirs:?} ms").into());
        }
    }
    Ok(())
}
