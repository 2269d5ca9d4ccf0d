//! What is worked out once for a network.

use super::field::Ground;
use super::spread::{Arc, Buckets};
use super::{Isochrones, Sample};
use crate::links::Links;
use crate::network::Network;

/// Metres between points stamped along a street: half a cell, so that none lies outside the area
/// around its neighbours.
const SPACING_M: f64 = 20.0;

impl Isochrones {
    /// Prepares a network; linear in it, but for the order of its junctions.
    pub fn build(network: &Network) -> Self {
        let links = Links::build(network);
        let bounds = network.bounds();
        let ground = Ground::around(bounds.0.towards(bounds.1, 0.5));
        let (first_arc, arcs) = arcs(&links);
        let longest_um = links.links.iter().map(|link| link.length_um).max();
        let at = links
            .junctions
            .iter()
            .map(|&node| ground.metres(network.node_at(node)));
        let mut built = Self {
            at: at.collect(),
            first_arc,
            arcs,
            buckets: Buckets::for_links(longest_um.unwrap_or(0)),
            ground,
            bounds,
            nodes: network.ids.len() as u32,
            first_sample: Vec::with_capacity(links.links.len() + 1),
            samples: Vec::new(),
            links,
        };
        for link in 0..built.links.links.len() as u32 {
            built.first_sample.push(built.samples.len() as u32);
            built.sample(network, link);
        }
        built.first_sample.push(built.samples.len() as u32);
        built
    }

    /// Adds points between the ends of a link, no farther apart than the spacing.
    fn sample(&mut self, network: &Network, link: u32) {
        let Self {
            links,
            ground,
            samples,
            ..
        } = self;
        let whole = links.links[link as usize];
        let parts = (whole.length_um as f64 / 1e6 / SPACING_M).ceil().max(1.0);
        let step_um = whole.length_um as f64 / parts;
        let mut next = 1.0;
        let mut from = network.node_at(links.junctions[whole.a as usize]);
        let mut from_um = 0.0;
        for piece in links.pieces(link) {
            let (to, to_um) = (network.node_at(piece.node), piece.along_um as f64);
            while next < parts && next * step_um <= to_um {
                let part = (next * step_um - from_um) / (to_um - from_um).max(1.0);
                samples.push(Sample {
                    at: ground.metres(from.towards(to, part)),
                    along_m: (next * step_um / 1e6) as f32,
                });
                next += 1.0;
            }
            (from, from_um) = (to, to_um);
        }
    }
}

/// Links grouped by the junctions they leave; a link back to its junction counts once.
fn arcs(links: &Links) -> (Vec<u32>, Vec<Arc>) {
    let mut first = vec![0u32; links.junctions.len() + 1];
    let directions = |index: u32| {
        let link = links.links[index as usize];
        let forwards = (link.a, Arc::new(link.length_um, link.b, index, false));
        let backwards = (link.b, Arc::new(link.length_um, link.a, index, true));
        std::iter::once(forwards).chain((link.a != link.b).then_some(backwards))
    };
    let all = || (0..links.links.len() as u32).flat_map(directions);
    for (tail, _) in all() {
        first[tail as usize + 1] += 1;
    }
    for junction in 1..first.len() {
        first[junction] += first[junction - 1];
    }
    let mut next = first.clone();
    let mut arcs = vec![Arc::default(); all().count()];
    for (tail, arc) in all() {
        arcs[next[tail as usize] as usize] = arc;
        next[tail as usize] += 1;
    }
    (first, arcs)
}
