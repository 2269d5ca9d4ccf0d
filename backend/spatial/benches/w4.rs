//! W4: the nearest facility of 12 categories within 15 minutes, from everywhere.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use spatial::{
    Coverage, Facility, Hierarchy, JunctionGraph, Network, NodeCoverage, NodePlaces, Weights,
    cost_within,
};

#[path = "streets/cpu.rs"]
mod cpu;
#[path = "streets/positions.rs"]
mod places;
#[path = "streets/setup.rs"]
mod setup;

use places::positions;
use setup::{Dice, ms, networks, percentile, timed};

/// Facilities of each category in a town of 21,000 junctions.
const COUNTS: [usize; 12] = [6, 12, 20, 30, 40, 60, 80, 120, 160, 240, 320, 480];
const CATEGORIES: u32 = COUNTS.len() as u32;
const ROUNDS: usize = 400;

/// Facilities of all categories, so many hundredths of the counts.
fn facilities(network: &Network, weights: &Weights, share: usize) -> Vec<Facility> {
    let dice = &mut Dice(3);
    let mut facilities = Vec::new();
    for (category, count) in (0u32..).zip(COUNTS) {
        let positions = positions(network, weights, dice, (count * share / 100).max(1));
        let facility = |position| Facility { category, position };
        facilities.extend(positions.into_iter().map(facility));
    }
    facilities
}

fn report(what: &str, answers: usize, rounds: usize, mut job: impl FnMut()) {
    let mut times: Vec<_> = (0..rounds).map(|_| timed(&mut job).1).collect();
    times.sort_unstable();
    let p50 = ms(percentile(&times, 50));
    println!(
        "  {what:<40} n {rounds:>4}  p50 {p50:>8.3} ms  p99 {:>8.3} ms  min {:>8.3} ms  processor {}  {:>7.0} M/s",
        ms(percentile(&times, 99)),
        ms(percentile(&times, 0)),
        cpu::mean(rounds, &mut job),
        answers as f64 / p50 / 1e3
    );
}

fn main() {
    for (name, network) in networks() {
        let graph = JunctionGraph::ordered(&network);
        let weights = Weights::level(&network, &graph);
        let hierarchy = Hierarchy::new(&graph);
        let upward = hierarchy.perfect(&hierarchy.customise(weights.chains()));
        let nodes = network.summary().nodes;
        println!(
            "W4 {name}: {} junctions, {nodes} nodes, {} arcs, {CATEGORIES} categories, 15 min",
            graph.len(),
            upward.arcs().len()
        );
        let limit = cost_within(900_000, 1.4).expect("a walking speed");
        let places = NodePlaces::new(&network, &graph, &weights);
        let (mut coverage, mut found) = (Coverage::new(), NodeCoverage::new());
        let answers = graph.len() * CATEGORIES as usize;
        for share in [10, 100] {
            let facilities = facilities(&network, &weights, share);
            let what = format!("junctions, {} facilities", facilities.len());
            report(&what, answers, ROUNDS, || {
                coverage.fill(&upward, &facilities, 0, limit);
            });
            report(
                "then all nodes, shape nodes too",
                nodes * CATEGORIES as usize,
                40,
                || {
                    coverage.nodes(&places, &mut found);
                },
            );
        }
        let junctions = 0..coverage.len() as u32;
        let covered = junctions.filter(|&junction| coverage.at_junction(junction, 0).is_some());
        println!(
            "  {} junctions covered in the first category",
            covered.count()
        );
    }
}
