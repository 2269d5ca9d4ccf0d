//! Incremental Euclidean restriction: `rstar` lists responders by straight line, `fast_paths`
//! finds the walk to each, until the straight line alone is longer than the eighth walk.

use fast_paths::{FastGraph, InputGraph, PathCalculator};
use rstar::RTree;
use rstar::primitives::GeomWithData;
use spatial::{CLOSED, LonLat, UNIT_UM};

use super::Peer;
use super::best::Best;
use super::scene::{Beside, Scene};
use crate::town::{DEGREE_M, Town};

/// A straight line counts as a little shorter than the plane says.
const SHORTENED: f64 = 0.995;

/// The town, contracted.
pub(crate) struct Roads {
    graph: FastGraph,
    squeeze: f64,
}

impl Roads {
    pub(crate) fn new(town: &Town) -> Self {
        let mut input = InputGraph::new();
        for &[a, b, cost] in &town.edges {
            // Weights of zero are refused.
            input.add_edge_bidir(a as usize, b as usize, (cost as usize).max(1));
        }
        input.freeze();
        let squeeze = town
            .at
            .first()
            .map_or(1.0, |at| at.lat().to_radians().cos());
        Self {
            graph: fast_paths::prepare(&input),
            squeeze,
        }
    }

    fn plane(&self, at: LonLat) -> [f64; 2] {
        [at.lon() * DEGREE_M * self.squeeze, at.lat() * DEGREE_M]
    }
}

/// The responders of a class in a tree.
pub(crate) struct Refine<'a> {
    roads: &'a Roads,
    calculator: PathCalculator,
    tree: RTree<GeomWithData<[f64; 2], u32>>,
    beside: Beside,
}

impl<'a> Refine<'a> {
    pub(crate) fn new(scene: &Scene<'_>, roads: &'a Roads, class: usize) -> Self {
        let points = scene.eligible(class);
        let points = points.map(|(number, one)| GeomWithData::new(roads.plane(one.at), number));
        Self {
            roads,
            calculator: fast_paths::create_calculator(&roads.graph),
            tree: RTree::bulk_load(points.collect()),
            beside: scene.by_chain(class),
        }
    }
}

impl Peer for Refine<'_> {
    fn nearest(&mut self, scene: &Scene<'_>, at: LonLat, best: &mut Best) {
        best.clear();
        let Some(origin) = scene.origin(at) else {
            return;
        };
        self.beside.offer(scene, &origin, best);
        let weighed = |ends: [(u32, u32); 2]| {
            ends.into_iter()
                .filter(|&(_, cost)| cost < CLOSED)
                .map(|(junction, cost)| (junction as usize, cost as usize))
                .collect::<Vec<_>>()
        };
        let (starts, from) = (weighed(origin.ends), self.roads.plane(at));
        for near in self.tree.nearest_neighbor_iter(from) {
            let to = near.geom();
            let metres = (to[0] - from[0]).hypot(to[1] - from[1]);
            if metres * 1e6 / UNIT_UM as f64 * SHORTENED > f64::from(best.bound()) {
                break;
            }
            let ends = weighed(scene.responders[near.data as usize].position.ends);
            let graph = &self.roads.graph;
            let path =
                self.calculator
                    .calc_path_multiple_sources_and_targets(graph, starts.clone(), ends);
            if let Some(path) = path {
                best.offer(path.get_weight() as u32, near.data);
            }
        }
    }
}
