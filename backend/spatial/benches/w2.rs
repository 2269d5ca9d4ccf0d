//! W2: eight nearest of 2,000 responders by walking time, snap and positions inside edges included.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::sync::Arc;
use std::time::Duration;

use spatial::{Class, Classes, Dispatch, DispatchScratch, LonLat, Network, Streets};

#[path = "streets/cpu.rs"]
mod cpu;
#[path = "streets/setup.rs"]
mod setup;

use setup::{Dice, ms, networks, percentile, timed};

const RESPONDERS: u32 = 2_000;
const QUERIES: usize = 10_000;
const SPEED: f64 = 1.2;

/// Prints how long single calls took.
fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let us = |hundredths| ms(percentile(&times, hundredths)) * 1e3;
    let mean = ms(times.iter().sum()) * 1e3 / times.len().max(1) as f64;
    println!(
        "  {what:<44} n {:>6}  p50 {:>8.2} us  p99 {:>8.2} us  mean {mean:>8.2} us",
        times.len(),
        us(50),
        us(99)
    );
}

/// A position within 25 m of a random node of the largest component.
fn position(dice: &mut Dice, network: &Network, junctions: &[u32]) -> LonLat {
    let at = network.node_at(junctions[dice.below(junctions.len())]);
    let mut off = || (dice.unit() - 0.5) * 4.5e-4;
    LonLat::new(at.lon() + off(), at.lat() + off()).unwrap_or(at)
}

/// A walker 1.2 m farther on.
fn stride(dice: &mut Dice, at: LonLat) -> LonLat {
    let mut off = || (dice.unit() - 0.5) * 2.2e-5;
    LonLat::new(at.lon() + off(), at.lat() + off()).unwrap_or(at)
}

fn main() {
    for (name, network) in networks() {
        println!("W2 {name}");
        let junctions = network.junctions_in_largest();
        let streets = Streets::level(Arc::new(network));
        let shut = streets.changed(&[]);
        let mut dice = Dice(2);
        let class = |number| Class::new(number).expect("a small number");
        let mut dispatch = Dispatch::new(&streets);
        let mut places = Vec::new();
        let sets: Vec<Classes> = (0..RESPONDERS)
            .map(|responder| {
                let mut set = Classes::NONE.with(class(0));
                if responder % 5 == 0 {
                    set = set.with(class(1));
                }
                if responder % 100 == 0 {
                    set = set.with(class(2));
                }
                set
            })
            .collect();
        for (responder, &set) in (0u32..).zip(&sets) {
            let at = position(&mut dice, streets.network(), &junctions);
            let snap = streets.network().snap(at).expect("streets");
            assert!(dispatch.place(&streets, responder, &snap, set));
            places.push(at);
        }
        questions(
            &streets, &dispatch, &mut dice, &junctions, "labels", QUERIES,
        );
        questions(
            &shut,
            &dispatch,
            &mut dice,
            &junctions,
            "search",
            QUERIES / 20,
        );
        fixes(
            &streets,
            &mut dispatch,
            &mut dice,
            &junctions,
            &mut places,
            &sets,
        );
        moves(
            &streets,
            &mut dispatch,
            &mut dice,
            &junctions,
            &mut places,
            &sets,
        );
        println!("  buckets {:.1} MB", dispatch.bytes() as f64 / 1e6);
    }
}

fn questions(
    streets: &Streets,
    dispatch: &Dispatch,
    dice: &mut Dice,
    junctions: &[u32],
    way: &str,
    queries: usize,
) {
    let network = streets.network();
    let mut scratch = DispatchScratch::default();
    let asked: Vec<LonLat> = (0..queries)
        .map(|_| position(dice, network, junctions))
        .collect();
    let snaps = asked
        .iter()
        .map(|&at| timed(|| network.snap(at)).1)
        .collect();
    report(&format!("{way}: snap alone"), snaps);
    for (number, share) in [(0, "100 %"), (1, "20 %"), (2, "1 %")] {
        let class = Class::new(number).expect("a small number");
        let mut ask = |at: LonLat| {
            let snap = network.snap(at)?;
            let found = dispatch.nearest(streets, &mut scratch, &snap, class, 8, SPEED);
            found.first().copied()
        };
        asked.iter().take(queries / 10).for_each(|&at| {
            ask(at);
        });
        let times = asked.iter().map(|&at| timed(|| ask(at)).1).collect();
        report(&format!("{way}: {share} eligible, k 8, with snap"), times);
    }
}

/// Fixes a second in [`fixes`].
const FIXES: usize = 10_000;

/// Walkers' fixes between questions: what a second of them takes, and what questions take then.
fn fixes(
    streets: &Streets,
    dispatch: &mut Dispatch,
    dice: &mut Dice,
    junctions: &[u32],
    places: &mut [LonLat],
    sets: &[Classes],
) {
    let network = streets.network();
    let mut scratch = DispatchScratch::default();
    let class = Class::new(0).expect("a small number");
    let asked: Vec<LonLat> = (0..FIXES / 10)
        .map(|_| position(dice, network, junctions))
        .collect();
    let mut edges: Vec<u32> = vec![u32::MAX; places.len()];
    let mut same_street = 0;
    let (mut moves, mut questions) = (Vec::new(), Vec::new());
    let spent = cpu::mean(1, || {
        for &at in &asked {
            for _ in 0..FIXES / asked.len() {
                let responder = dice.below(places.len());
                let at = stride(dice, places[responder]);
                places[responder] = at;
                let (snap, time) = timed(|| {
                    let snap = network.snap(at)?;
                    dispatch.place(streets, responder as u32, &snap, sets[responder]);
                    Some(snap)
                });
                let edge = snap.expect("streets").edge;
                let previous = std::mem::replace(&mut edges[responder], edge);
                same_street += usize::from(previous == edge || previous == u32::MAX);
                moves.push(time);
            }
            let ask = || {
                let snap = network.snap(at)?;
                let found = dispatch.nearest(streets, &mut scratch, &snap, class, 8, SPEED);
                found.first().copied()
            };
            questions.push(timed(ask).1);
        }
    });
    println!(
        "  {FIXES} fixes with snap and {} questions: {spent} of a core ({:.0} % stay on their edge)",
        asked.len(),
        same_street as f64 * 100.0 / moves.len() as f64
    );
    report("a fix, with snap", moves);
    report("a question between fixes, 100 % eligible", questions);
}

fn moves(
    streets: &Streets,
    dispatch: &mut Dispatch,
    dice: &mut Dice,
    junctions: &[u32],
    places: &mut [LonLat],
    sets: &[Classes],
) {
    for (what, far) in [
        ("a fix 1 m on, with snap", false),
        ("a move across town, with snap", true),
    ] {
        let mut times = Vec::new();
        for _ in 0..QUERIES {
            let responder = dice.below(places.len());
            let at = if far {
                position(dice, streets.network(), junctions)
            } else {
                stride(dice, places[responder])
            };
            places[responder] = at;
            let (placed, time) = timed(|| {
                let snap = streets.network().snap(at)?;
                Some(dispatch.place(streets, responder as u32, &snap, sets[responder]))
            });
            assert_eq!(placed, Some(true));
            times.push(time);
        }
        report(what, times);
    }
}
