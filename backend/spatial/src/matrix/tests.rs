use super::*;
use crate::drawn::Drawn;
use crate::oracle::Dice;
use crate::sweep::checks::Checked;
use proptest::prelude::*;

fn check(
    sample: &Checked,
    scratch: &mut MatrixScratch,
    (sources, targets): (&[Position], &[Position]),
    speed: f64,
) {
    let mut times = vec![7; 3];
    matrix_ms(&sample.upward, scratch, sources, targets, speed, &mut times);
    assert_eq!(times.len(), sources.len() * targets.len());
    for (index, &source) in sources.iter().enumerate() {
        let costs = sample.costs(source);
        for (place, target) in targets.iter().enumerate() {
            let cost = costs.to(target);
            let expected = if cost < CLOSED {
                cost_ms(cost, speed)
            } else {
                u32::MAX
            };
            assert_eq!(
                times[index * targets.len() + place],
                expected,
                "{index} to {place}"
            );
        }
    }
}

#[test]
fn times_are_those_of_dijkstra() {
    let mut scratch = MatrixScratch::new();
    for (seed, sample) in (0..).zip(Checked::samples()) {
        let mut dice = Dice::new(seed);
        for (rows, columns) in [(1, 1), (16, 16), (17, 3), (40, 33), (3, 50)] {
            let sources = sample.positions(&mut dice, rows);
            let targets = sample.positions(&mut dice, columns);
            check(&sample, &mut scratch, (&sources, &targets), 1.1);
        }
        let places = sample.positions(&mut dice, 20);
        check(&sample, &mut scratch, (&places, &places), 0.7);
        check(&sample, &mut scratch, (&places, &[places[0]; 20]), 10_000.0);
    }
}

#[test]
fn nothing_asked_is_nothing_answered() {
    let map = Drawn::new("a--b--c");
    let sample = Checked::new(map.network(), &[]);
    let places = sample.positions(&mut Dice::new(1), 3);
    let mut scratch = MatrixScratch::new();
    check(&sample, &mut scratch, (&[], &places), 1.0);
    check(&sample, &mut scratch, (&places, &[]), 1.0);
    check(&sample, &mut scratch, (&[], &[]), 1.0);
    for speed in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY] {
        check(&sample, &mut scratch, (&places, &places), speed);
    }
}

#[test]
fn closed_streets_lead_nowhere() {
    let map = Drawn::new("a--b--c--d\n   |\n   e");
    let network = map.network();
    let edges: Vec<u32> = (0..network.edges.len() as u32).collect();
    let sample = Checked::new(network, &edges);
    let places = sample.positions(&mut Dice::new(2), 9);
    let mut times = Vec::new();
    let scratch = &mut MatrixScratch::new();
    matrix_ms(&sample.upward, scratch, &places, &places, 1.0, &mut times);
    assert_eq!(times, [u32::MAX; 81]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_positions_are_understood(
        seed in 0u64..1000,
        size in 2usize..60,
        rows in 0usize..40,
        columns in 0usize..40,
        speed in prop_oneof![Just(f64::NAN), Just(0.0), any::<f64>(), 0.1..3.0],
    ) {
        let mut dice = Dice::new(seed);
        let network = dice.network(size, size * 2);
        prop_assume!(!network.edges.is_empty());
        let closed: Vec<u32> = (0..size / 8).map(|_| dice.below(network.edges.len()) as u32).collect();
        let sample = Checked::new(network, &closed);
        let sources = sample.positions(&mut dice, rows);
        let targets = sample.positions(&mut dice, columns);
        check(&sample, &mut MatrixScratch::new(), (&sources, &targets), speed);
    }
}

#[cfg(feature = "osm")]
#[test]
fn times_are_those_of_dijkstra_real_extract() {
    let mut scratch = MatrixScratch::new();
    for name in ["baoshan-dachang-shu.osm.pbf", "oslo-east.osm.pbf"] {
        if let Some(network) = crate::hierarchy::checks::real(name) {
            let sample = Checked::new(network, &[]);
            let mut dice = Dice::new(11);
            let sources = sample.positions(&mut dice, 37);
            let targets = sample.positions(&mut dice, 1000);
            check(&sample, &mut scratch, (&sources, &targets), 1.2);
            check(&sample, &mut scratch, (&sources, &targets[..20]), 1.2);
        }
    }
}
