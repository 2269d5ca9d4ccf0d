//! RoutingKit's customizable contraction hierarchy, bound natively, with responders pinned.

use routingkit_cch::{CCH, CCHManyToOne, CCHMetric, compute_order_inertial};
use spatial::{CLOSED, LonLat};

use super::Peer;
use super::best::Best;
use super::scene::{Beside, Scene};
use crate::town::Town;

/// Order and topology, with the weights of a town.
pub(crate) struct Prepared {
    pub(crate) cch: CCH,
    pub(crate) costs: Vec<u32>,
}

impl Prepared {
    pub(crate) fn new(town: &Town) -> Self {
        let (tails, heads, costs) = town.arcs();
        let lat: Vec<f32> = town.at.iter().map(|at| at.lat() as f32).collect();
        let lon: Vec<f32> = town.at.iter().map(|at| at.lon() as f32).collect();
        let order = compute_order_inertial(town.at.len() as u32, &tails, &heads, &lat, &lon);
        let cch = CCH::new(&order, &tails, &heads, |_| {}, false);
        Self { cch, costs }
    }

    pub(crate) fn metric(&self) -> CCHMetric<'_> {
        CCHMetric::new(&self.cch, self.costs.clone())
    }
}

/// Both junctions of every eligible responder pinned as sources.
pub(crate) struct Pinned<'a> {
    query: CCHManyToOne<'a>,
    /// Number and costs from both junctions.
    responders: Vec<(u32, [u32; 2])>,
    beside: Beside,
}

impl<'a> Pinned<'a> {
    pub(crate) fn new(scene: &Scene<'_>, metric: &'a CCHMetric<'a>, class: usize) -> Self {
        let (mut pins, mut responders) = (Vec::new(), Vec::new());
        for (number, one) in scene.eligible(class) {
            pins.extend(one.position.ends.map(|(junction, _)| junction));
            responders.push((number, one.position.ends.map(|(_, cost)| cost)));
        }
        Self {
            query: CCHManyToOne::new(metric, &pins),
            responders,
            beside: scene.by_chain(class),
        }
    }
}

impl Peer for Pinned<'_> {
    fn nearest(&mut self, scene: &Scene<'_>, at: LonLat, best: &mut Best) {
        best.clear();
        let Some(origin) = scene.origin(at) else {
            return;
        };
        self.beside.offer(scene, &origin, best);
        let costs = self.query.distances_to_multi(&origin.ends);
        for (&(number, legs), ends) in self.responders.iter().zip(costs.chunks_exact(2)) {
            let through = |end: usize| ends[end].map_or(CLOSED, |cost| cost + legs[end]);
            best.offer(through(0).min(through(1)), number);
        }
    }
}
