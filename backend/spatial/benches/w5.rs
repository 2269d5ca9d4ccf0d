//! W5: walking times from 1,000 positions to 1,000 others, and smaller and lopsided tables.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use spatial::{Hierarchy, JunctionGraph, MatrixScratch, Weights, matrix_ms};

#[path = "streets/cpu.rs"]
mod cpu;
#[path = "streets/positions.rs"]
mod places;
#[path = "streets/setup.rs"]
mod setup;

use places::positions;
use setup::{Dice, ms, networks, percentile, timed};

const SPEED_M_S: f64 = 1.4;

fn main() {
    for (name, network) in networks() {
        let graph = JunctionGraph::ordered(&network);
        let weights = Weights::level(&network, &graph);
        let hierarchy = Hierarchy::new(&graph);
        let upward = hierarchy.perfect(&hierarchy.customise(weights.chains()));
        println!(
            "W5 {name}: {} junctions, {} arcs",
            graph.len(),
            upward.arcs().len()
        );
        let mut scratch = MatrixScratch::new();
        let mut times = Vec::new();
        for (rows, columns, rounds) in [
            (1000, 1000, 40),
            (1000, 100, 40),
            (100, 1000, 100),
            (16, 20, 400),
        ] {
            let dice = &mut Dice(5);
            let sources = positions(&network, &weights, dice, rows);
            let targets = positions(&network, &weights, dice, columns);
            let mut job = || {
                matrix_ms(
                    &upward,
                    &mut scratch,
                    &sources,
                    &targets,
                    SPEED_M_S,
                    &mut times,
                )
            };
            let mut durations: Vec<_> = (0..rounds).map(|_| timed(&mut job).1).collect();
            durations.sort_unstable();
            let [min, p50, p99] = [0, 50, 99].map(|part| ms(percentile(&durations, part)));
            println!(
                "  {rows:>4} x {columns:<4} n {rounds:>3}  p50 {p50:>8.3} ms  p99 {p99:>8.3} ms  min {min:>8.3} ms  processor {}  {:>6.0} M/s",
                cpu::mean(rounds, &mut job),
                (rows * columns) as f64 / p50 / 1e3
            );
        }
    }
}
