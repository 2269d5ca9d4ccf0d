use super::*;
use crate::drawn::Drawn;
use crate::oracle::Dice;
use crate::sweep::checks::{Checked, Costs};
use crate::{Network, Scratch, cost_ms};
use proptest::prelude::*;

/// Facilities of so many categories at random places, several at one.
fn facilities(sample: &Checked, dice: &mut Dice, count: usize, categories: usize) -> Vec<Facility> {
    let positions = sample.positions(dice, count);
    positions
        .into_iter()
        .map(|position| Facility {
            category: dice.below(categories) as u32,
            position,
        })
        .collect()
}

/// The nearest facility by Dijkstra from each of them.
fn expected(
    facilities: &[Facility],
    costs: &[Costs],
    to: &Position,
    (category, limit): (u32, u32),
) -> Option<Served> {
    let of_category = (0u32..).zip(facilities.iter().zip(costs));
    of_category
        .filter(|(_, (facility, _))| facility.category == category)
        .map(|(facility, (_, costs))| (costs.to(to), facility))
        .filter(|&(cost, _)| cost <= limit && cost < CLOSED)
        .min()
        .map(|(cost, facility)| Served { facility, cost })
}

fn check(sample: &Checked, facilities: &[Facility], asked: &[Position], limit: u32, step: usize) {
    let costs: Vec<Costs> = facilities
        .iter()
        .map(|one| sample.costs(one.position))
        .collect();
    let places = NodePlaces::new(&sample.network, &sample.graph, &sample.weights);
    let (mut coverage, mut nodes) = (Coverage::new(), NodeCoverage::new());
    for first in [0, 5] {
        coverage.fill(&sample.upward, facilities, first, limit);
        coverage.nodes(&places, &mut nodes);
        assert_eq!(
            (coverage.len(), nodes.len()),
            (sample.graph.len(), places.places().len())
        );
        for category in first..first + CATEGORIES as u32 {
            let right = |place: &Position| expected(facilities, &costs, place, (category, limit));
            for position in asked {
                assert_eq!(coverage.at(position, category), right(position));
            }
            for (node, place) in (0u32..).zip(places.places()).step_by(step) {
                assert_eq!(nodes.at(node, category), place.as_ref().and_then(right));
            }
            for (junction, &node) in (0u32..).zip(sample.graph.nodes()).step_by(step) {
                let found = coverage.at_junction(junction, category);
                assert_eq!(found, nodes.at(node, category));
            }
        }
        assert_eq!(coverage.at(&asked[0], first + CATEGORIES as u32), None);
        assert!(first == 0 || coverage.at_junction(0, first - 1).is_none());
    }
}

#[test]
fn coverage_is_that_of_dijkstra_from_each_facility() {
    for (seed, sample) in (0..).zip(Checked::samples()) {
        let dice = &mut Dice::new(seed);
        for limit in [0, 1_000_000, 4_000_000, CLOSED - 1, u32::MAX] {
            let count = dice.below(30);
            let facilities = facilities(&sample, dice, count, 23);
            let asked = sample.positions(dice, 20);
            check(&sample, &facilities, &asked, limit, 1);
        }
    }
}

#[test]
fn facilities_at_one_point_give_way_to_the_first() {
    for sample in Checked::samples() {
        let asked = sample.positions(&mut Dice::new(3), 10);
        let there = |category| Facility {
            category,
            position: asked[0],
        };
        let facilities: Vec<_> = (0..40).map(|index| there(index % 2)).collect();
        check(&sample, &facilities, &asked, CLOSED - 1, 1);
        let mut coverage = Coverage::new();
        coverage.fill(&sample.upward, &facilities, 0, CLOSED);
        for (position, category) in asked.iter().zip([0, 1].into_iter().cycle()) {
            let first = coverage
                .at(position, category)
                .map(|served| served.facility);
            assert!(first.is_none() || first == Some(category));
        }
    }
}

/// Cells are as wide as the categories in use need, one pass wide and the next one narrow.
#[test]
fn any_number_of_categories_is_answered_in_the_same_memory() {
    let samples = Checked::samples();
    let (mut coverage, mut nodes) = (Coverage::new(), NodeCoverage::new());
    for (seed, sample) in (20..).zip(&samples[..4]) {
        let dice = &mut Dice::new(seed);
        let places = NodePlaces::new(&sample.network, &sample.graph, &sample.weights);
        let asked = sample.positions(dice, 6);
        for categories in [16, 1, 13, 4, 5, 12, 0, 8, 9, 2] {
            let mut facilities = facilities(sample, dice, 3 * categories, categories.max(1));
            // The last category has one, so that all lanes are in use.
            if let Some(last) = facilities.last_mut() {
                last.category = categories as u32 - 1;
            }
            let costs: Vec<Costs> = facilities
                .iter()
                .map(|one| sample.costs(one.position))
                .collect();
            coverage.fill(&sample.upward, &facilities, 0, 3_000_000);
            coverage.nodes(&places, &mut nodes);
            assert_eq!(
                (coverage.len(), nodes.len()),
                (sample.graph.len(), places.places().len())
            );
            for category in 0..CATEGORIES as u32 {
                let right =
                    |at: &Position| expected(&facilities, &costs, at, (category, 3_000_000));
                for position in &asked {
                    assert_eq!(coverage.at(position, category), right(position));
                }
                for (node, place) in (0u32..).zip(places.places()) {
                    assert_eq!(nodes.at(node, category), place.as_ref().and_then(right));
                }
            }
        }
    }
}

#[test]
#[should_panic(expected = "out of range")]
fn a_junction_that_is_not_there_is_refused() {
    let map = Drawn::new("a--b--c");
    let sample = Checked::new(map.network(), &[]);
    let mut coverage = Coverage::new();
    coverage.fill(&sample.upward, &[], 0, CLOSED);
    // Also for a category without a lane.
    coverage.at_junction(2, 9);
}

#[test]
fn nothing_covers_nothing() {
    let map = Drawn::new("a--b--c");
    let sample = Checked::new(map.network(), &[]);
    let asked = sample.positions(&mut Dice::new(1), 3);
    check(&sample, &[], &asked, CLOSED, 1);
    let empty = Checked::new(Network::build(crate::InputGraph::default()).unwrap(), &[]);
    let (mut coverage, mut nodes) = (Coverage::new(), NodeCoverage::new());
    coverage.fill(&empty.upward, &[], 0, CLOSED);
    coverage.nodes(&NodePlaces::default(), &mut nodes);
    assert!(coverage.is_empty() && nodes.is_empty());
    // The memory of another network is no hindrance.
    coverage.fill(&sample.upward, &[], 0, 5);
    assert_eq!(coverage.at(&asked[0], 0), None);
    assert_eq!(coverage.len(), 2);
}

#[test]
fn a_cost_at_the_limit_is_within_it() {
    let map = Drawn::new("a--b--c--d");
    let sample = Checked::new(map.network(), &[]);
    let at = |letter| {
        let snap = sample.network.snap(map.at(letter)).unwrap();
        sample.weights.position(&snap).unwrap()
    };
    let facility = Facility {
        category: 7,
        position: at('a'),
    };
    let mut coverage = Coverage::new();
    coverage.fill(&sample.upward, &[facility], 7, CLOSED);
    let cost = coverage.at(&at('c'), 7).unwrap().cost;
    assert!(cost.abs_diff(600_000) < 100);
    coverage.fill(&sample.upward, &[facility], 7, cost);
    assert_eq!(coverage.at(&at('c'), 7).unwrap().cost, cost);
    coverage.fill(&sample.upward, &[facility], 7, cost - 1);
    assert_eq!(coverage.at(&at('c'), 7), None);
    assert!(coverage.at(&at('b'), 7).is_some());
}

#[test]
fn times_within_a_limit_are_costs_within_it() {
    assert_eq!(cost_within(900_000, 1.1), Some(9_900_000));
    assert_eq!(cost_within(u32::MAX, 9.0), Some(CLOSED - 1));
    for speed in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(cost_within(900_000, speed), None);
    }
    for limit in [0, 1, 17, 899_999] {
        assert!(cost_ms(cost_within(limit, 1.3).unwrap(), 1.3) <= limit);
    }
}

/// Times by the search over all nodes, which knows nothing of junctions.
#[test]
fn nodes_are_as_far_as_by_search_over_the_network() {
    for seed in 0..10 {
        let network = Dice::new(seed).network(60, 70);
        let sample = Checked::new(network, &[]);
        let network = &sample.network;
        let places = NodePlaces::new(network, &sample.graph, &sample.weights);
        let snap = network.snap(Dice::new(seed).position(0.03, 0.02)).unwrap();
        let position = sample.weights.position(&snap).unwrap();
        let facility = Facility {
            category: 0,
            position,
        };
        let (mut coverage, mut nodes) = (Coverage::new(), NodeCoverage::new());
        coverage.fill(&sample.upward, &[facility], 0, CLOSED);
        coverage.nodes(&places, &mut nodes);
        let reached = network.reach(&mut Scratch::new(), &snap, u32::MAX, 1.0);
        for one in &reached {
            let served = nodes.at(one.node, 0).unwrap();
            assert!(cost_ms(served.cost, 1.0).abs_diff(one.ms) <= 5);
        }
        let covered = (0..nodes.len() as u32).filter(|&node| nodes.at(node, 0).is_some());
        assert_eq!(covered.count(), reached.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_facilities_are_understood(
        seed in 0u64..1000,
        size in 2usize..60,
        count in 0usize..40,
        limit in any::<u32>(),
    ) {
        let mut dice = Dice::new(seed);
        let network = dice.network(size, size * 2);
        prop_assume!(!network.edges.is_empty());
        let closed: Vec<u32> = (0..size / 8).map(|_| dice.below(network.edges.len()) as u32).collect();
        let sample = Checked::new(network, &closed);
        let mut facilities = facilities(&sample, &mut dice, count, 30);
        // Categories far out of any pass are left out.
        facilities.extend(facilities.first().map(|&one| Facility { category: u32::MAX, ..one }));
        let asked = sample.positions(&mut dice, 5);
        check(&sample, &facilities, &asked, limit % (1 << (limit % 31 + 1)), 1);
    }
}

#[cfg(feature = "osm")]
#[test]
fn coverage_is_that_of_dijkstra_real_extract() {
    for (name, step) in [
        ("baoshan-dachang-shu.osm.pbf", 7),
        ("oslo-east.osm.pbf", 97),
    ] {
        if let Some(network) = crate::hierarchy::checks::real(name) {
            let sample = Checked::new(network, &[]);
            let mut dice = Dice::new(11);
            let facilities = facilities(&sample, &mut dice, 60, 12);
            let asked = sample.positions(&mut dice, 200);
            check(&sample, &facilities, &asked, 12_000_000, step);
        }
    }
}
