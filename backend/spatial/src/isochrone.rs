//! What is within reach for several limits at once: nodes, parts of streets, and areas.
//!
//! One search to the largest limit serves all of them. It runs over junctions only
//! (`links.rs`) with a queue of buckets (`spread.rs`). Points along the reached streets are
//! stamped on a lattice (`field.rs`) whose contour (`contour.rs`) becomes polygons with holes
//! (`rings.rs`).
//!
//! How far an area may be off, with cells of 40 m (cells are larger only for areas of more than
//! four million of them):
//! - every reached node and every reached point of a street lies inside;
//! - nothing farther than [`BESIDE_M`] from a reached point of a street lies inside, as the crow
//!   flies: a street that is not reached but runs beside a reached one may lie inside;
//! - the areas of smaller limits lie inside those of larger ones, to 4 m.
//!
//! The leg from the asked position to the street costs time but is not part of the area.

use crate::links::Links;
use crate::pace::Pace;
use crate::{LonLat, Reached, Snap};

mod approach;
mod area;
mod contour;
mod costed;
mod field;
mod prepare;
mod rings;
mod spread;
mod stretches;

pub use area::Area;
pub use stretches::Stretch;

use approach::metres;
use contour::Contour;
use field::{Field, Ground, Lattice, Reach};
use rings::Rings;
use spread::{Arc, Buckets, Spread};

/// Metres from the nearest reached point of a street beyond which nothing lies inside an area.
pub const BESIDE_M: f64 = 70.0;

/// A network prepared for questions of reach; made once, never changed.
#[derive(Debug, Clone)]
pub struct Isochrones {
    links: Links,
    /// Where the arcs of a junction begin in `arcs`; one entry more than junctions.
    first_arc: Vec<u32>,
    arcs: Vec<Arc>,
    buckets: Buckets,
    ground: Ground,
    bounds: (LonLat, LonLat),
    /// Nodes of the network; others stand for one side of a shut gate.
    nodes: u32,
    /// Places of the junctions on the ground.
    at: Vec<[f32; 2]>,
    /// Where the samples of a link begin in `samples`; one entry more than links.
    first_sample: Vec<u32>,
    samples: Vec<Sample>,
}

/// A point inside a link.
#[derive(Debug, Clone, Copy)]
struct Sample {
    at: [f32; 2],
    along_m: f32,
}

/// Working memory for [`Isochrones`], and the answer of the last [`Isochrones::areas`].
///
/// Keep one per thread. It fits any network and grows to the largest question it has seen.
#[derive(Debug, Default)]
pub struct IsochroneScratch {
    spread: Spread,
    points: Vec<Reach>,
    field: Field,
    contour: Contour,
    rings: Rings,
    reached: Vec<Reached>,
    limits_m: Vec<f32>,
}

impl IsochroneScratch {
    /// Empty working memory.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Isochrones {
    /// Every node within a time limit, in no particular but always the same order.
    ///
    /// Nodes and times are those of [`crate::Network::reach`], which sorts and is several times slower.
    /// `origin` must be a snap to the network this was built of; one to an edge that does not
    /// exist reaches nothing. Linear in what is reached.
    pub fn reach<'s>(
        &self,
        scratch: &'s mut IsochroneScratch,
        origin: &Snap,
        limit_ms: u32,
        speed_m_s: f64,
    ) -> &'s [Reached] {
        scratch.reached.clear();
        if let Some(pace) = self.spread(&mut scratch.spread, origin, limit_ms, speed_m_s) {
            self.nodes(&scratch.spread, &mut scratch.reached, pace);
        }
        &scratch.reached
    }

    /// The areas within each of the limits, in the order of rising limits.
    ///
    /// A limit given twice is answered twice; none, an unusable speed or an origin without an edge
    /// give areas of nothing. Linear in what is reached and in the box around it.
    pub fn areas<'s>(
        &self,
        scratch: &'s mut IsochroneScratch,
        origin: &Snap,
        limits_ms: &[u32],
        speed_m_s: f64,
    ) -> impl ExactSizeIterator<Item = Area<'s>> + use<'s> {
        scratch.rings.clear();
        let most_ms = limits_ms.iter().copied().max().unwrap_or(0);
        if let Some(pace) = self.spread(&mut scratch.spread, origin, most_ms, speed_m_s) {
            let limits_m = &mut scratch.limits_m;
            limits_m.clear();
            limits_m.extend(limits_ms.iter().map(|&limit_ms| {
                let limit_m = pace.within_um(limit_ms) as f64 / 1e6;
                // Lengths are compared as f32 here: a hair more, so that none is lost.
                (limit_m * (1.0 + 1e-6) + 0.01) as f32
            }));
            limits_m.sort_unstable_by(f32::total_cmp);
            self.draw(scratch, origin);
        }
        let scratch: &'s IsochroneScratch = scratch;
        (0..limits_ms.len()).map(move |limit| Area::new(&scratch.rings, limit))
    }

    /// None, and nothing reached, for a speed or a snap that cannot be used.
    fn spread(
        &self,
        spread: &mut Spread,
        origin: &Snap,
        limit_ms: u32,
        speed_m_s: f64,
    ) -> Option<Pace> {
        let pace = Pace::new(speed_m_s);
        let limit_um = pace.map_or(0, |pace| pace.within_um(limit_ms));
        spread.begin(self, limit_um);
        let place = self.links.place(origin.edge)?;
        spread.run(self, place, origin);
        pace
    }

    /// Lists the nodes a search has reached.
    fn nodes(&self, spread: &Spread, reached: &mut Vec<Reached>, pace: Pace) {
        let mut list = |node: u32, length_um: u64| {
            if length_um <= spread.limit_um && node < self.nodes {
                let ms = pace.ms(length_um);
                reached.push(Reached { node, ms });
            }
        };
        for &junction in &spread.reached {
            let length_um = spread.length_um(junction).unwrap_or(u64::MAX);
            list(self.links.junctions[junction as usize], length_um);
        }
        self.each_link(spread, |link, to| {
            let pieces = self.links.pieces(link);
            for piece in &pieces[..pieces.len() - 1] {
                list(piece.node, to.length_um(piece.along_um));
            }
        });
    }

    /// Stamps what is reached and traces the contours.
    fn draw(&self, scratch: &mut IsochroneScratch, origin: &Snap) {
        self.list_points(scratch, origin);
        let IsochroneScratch {
            points,
            field,
            contour,
            rings,
            limits_m,
            ..
        } = scratch;
        let reach_m = limits_m.last().map_or(0.0, |&most| f64::from(most));
        let lattice = Lattice::around(self.ground, origin.at, reach_m, self.bounds);
        field.begin(&lattice, limits_m.len());
        field.stamp(&lattice, points);
        field.carry_over();
        for limit in 0..limits_m.len() {
            contour.trace(&lattice, field.of(limit), rings);
        }
    }

    /// Lists points along everything that is reached, with the first limit that reaches each.
    ///
    /// A list of its own: written at once, stamps and the branches of this walk would wait for
    /// each other.
    fn list_points(&self, scratch: &mut IsochroneScratch, origin: &Snap) {
        let IsochroneScratch {
            spread,
            points,
            limits_m,
            ..
        } = scratch;
        points.clear();
        let mut list = |length_m: f32, at: [f32; 2]| {
            let mut limit = 0;
            for &limit_m in limits_m.iter() {
                limit += u32::from(limit_m < length_m);
            }
            if (limit as usize) < limits_m.len() {
                points.push(Reach { at, limit });
            }
        };
        for &junction in &spread.reached {
            let length_um = spread.length_um(junction).unwrap_or(u64::MAX);
            list(metres(length_um), self.at[junction as usize]);
        }
        self.each_link(spread, |link, to| {
            let first = self.first_sample[link as usize] as usize;
            let end = self.first_sample[link as usize + 1] as usize;
            if first == end {
                return;
            }
            let to = to.in_metres();
            for sample in &self.samples[first..end] {
                list(to.length_m(sample.along_m), sample.at);
            }
        });
        if let Some(start) = spread.start() {
            list(metres(start.leg_um), self.ground.metres(origin.at));
        }
    }
}

#[cfg(test)]
mod tests;
