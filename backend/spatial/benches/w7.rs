//! W7: order, topology, customising, labels; time to right answers after a closure; memory.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::sync::Arc;

use spatial::{
    Class, Classes, Dispatch, DispatchScratch, Hierarchy, JunctionGraph, Labels, Metric, Network,
    Prepared, Streets, Weights,
};

#[path = "streets/setup.rs"]
mod setup;

use setup::{Dice, ms, networks, percentile, timed};

/// Repeats a job, prints its median and slowest time, and hands on the last result.
fn report<T>(what: &str, rounds: usize, mut job: impl FnMut() -> T) -> T {
    let mut times = Vec::new();
    let mut last = None;
    for _ in 0..rounds.max(1) {
        let (result, time) = timed(&mut job);
        times.push(time);
        last = Some(result);
    }
    times.sort_unstable();
    println!(
        "  {what:<28} n {:>4}  p50 {:>9.3} ms  p99 {:>9.3} ms",
        times.len(),
        ms(percentile(&times, 50)),
        ms(percentile(&times, 99))
    );
    last.expect("at least one round")
}

fn main() {
    for (name, network) in networks() {
        println!("W7 {name}");
        let rounds = if network.summary().nodes > 200_000 {
            1
        } else {
            5
        };
        let graph = report("junctions", rounds, || JunctionGraph::build(&network));
        let order = report("order", rounds, || graph.order(&network));
        let graph = graph.renumbered(&order);
        let hierarchy = report("topology", rounds, || Hierarchy::new(&graph));
        let weights = report("weights", rounds, || Weights::level(&network, &graph));
        let mut metric = Metric::default();
        report("customise", rounds * 20, || {
            hierarchy.customise_into(weights.chains(), &mut metric);
        });
        let upward = report("perfect", rounds * 20, || hierarchy.perfect(&metric));
        let hub_order = report("hub order", rounds, || graph.hub_order(weights.chains()));
        let labels = report("contraction and labels", rounds, || {
            let upward = graph.contracted(weights.chains(), &hub_order);
            Labels::ranked(&upward, &hub_order, weights.version())
        });
        println!(
            "  {} hops, {:.1} a junction",
            labels.hop_count(),
            labels.hop_count() as f64 / labels.len() as f64
        );
        println!(
            "  {} junctions, {} chains, {} arcs, {} triangles, {} needed arcs",
            graph.len(),
            graph.chains().len(),
            hierarchy.heads().len(),
            hierarchy.triangle_count(),
            upward.arcs().len()
        );
        let network = Arc::new(network);
        load(Arc::clone(&network), rounds);
        closure(network, rounds);
    }
}

/// From the bytes of the prepared file to streets with labels.
fn load(network: Arc<Network>, rounds: usize) {
    let bytes = Prepared::build(network, Prepared::USUAL, &mut |_| {}).to_bytes();
    let prepared = report("prepared file read", rounds * 4, || {
        Prepared::from_bytes(&bytes).expect("written just now")
    });
    assert_eq!(prepared.missing(Prepared::USUAL).count(), 0);
    println!("  prepared file: {:.1} MB", bytes.len() as f64 / 1e6);
}

/// From a closure to the first right answer, then to labels and buckets.
fn closure(network: Arc<Network>, rounds: usize) {
    let open = Streets::level(Arc::clone(&network));
    let class = Class::new(0).expect("a small number");
    let mut dispatch = Dispatch::new(&open);
    let nodes = network.junctions_in_largest();
    let mut dice = Dice(7);
    let mut snap = || {
        let at = network.node_at(nodes[dice.below(nodes.len())]);
        network.snap(at).expect("streets")
    };
    for responder in 0..2_000 {
        assert!(dispatch.place(&open, responder, &snap(), Classes::NONE.with(class)));
    }
    let origin = snap();
    let mut scratch = DispatchScratch::default();
    let mut edge = 0;
    report("closure to first answer", rounds * 10, || {
        edge += 97;
        let shut = open.changed(&[(edge, None)]);
        dispatch
            .nearest(&shut, &mut scratch, &origin, class, 8, 1.2)
            .len()
    });
    let shut = open.changed(&[(edge, None)]);
    let labelled = report("labels after a closure", rounds, || {
        shut.with_labels(Arc::new(shut.relabel()))
            .expect("their own labels")
    });
    report("2,000 responders hung anew", rounds, || {
        dispatch.refresh(&labelled)
    });
    println!(
        "  memory: streets {:.1} MB, of it labels {:.1} MB; dispatch {:.1} MB",
        labelled.bytes() as f64 / 1e6,
        labelled.labels().map_or(0, Labels::bytes) as f64 / 1e6,
        dispatch.bytes() as f64 / 1e6
    );
}
