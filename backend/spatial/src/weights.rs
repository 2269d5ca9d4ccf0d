use crate::input::EdgeAttributes;
use crate::junctions::{Chain, JunctionGraph};
use crate::network::Network;
use crate::pace::{part_um, to_um, whole};
use crate::snap::Snap;

/// No way: a closed street, or a junction that cannot be reached.
///
/// The sum of two is still a `u32`, so sums need no check before they are compared.
pub const CLOSED: u32 = u32::MAX >> 1;

/// Micrometres in one unit of cost.
///
/// A unit is the time of 0.1 mm of level walking: 0.1 ms at 1 m/s. `CLOSED` is 214 km, beyond any
/// walk; a chain is rounded once, so 200 chains in a row are off by 1.4 mm at the usual error and
/// by 10 mm at the worst, where 100 mm are allowed.
pub const UNIT_UM: u64 = 100;

/// What walking costs on every street for one profile; a slower pace is a factor on the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    spots: Vec<Spot>,
    chains: Vec<u32>,
    /// Sum over the edges of a number made from edge and cost; kept up to date by every change.
    version: u64,
}

/// An edge as part of its chain: one cache line.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(align(64))]
struct Spot {
    chain: u32,
    ends: Chain,
    backwards: bool,
    /// Whether a shut gate stands at the edge's first and second end.
    shut: [bool; 2],
    /// Closed edges and shut gates between the beginning of the chain and this edge.
    barred: u32,
    /// Cost of the edge in micrometres; None while it is closed.
    cost_um: Option<u64>,
    /// Cost from the beginning of the chain to this edge, closed edges left out.
    before_um: u64,
    /// Cost from this edge to the end of the chain; None if an edge or a gate there is closed.
    after_um: Option<u64>,
}

impl Spot {
    /// Shut gates at the ends towards the beginning and the end of the chain.
    fn gates(&self) -> [bool; 2] {
        let [first, second] = self.shut;
        if self.backwards {
            [second, first]
        } else {
            [first, second]
        }
    }
}

/// A snapped position as junctions see it, legs included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The chain the position lies on.
    pub chain: u32,
    /// Junctions at both ends of the chain, with the cost to each; [`CLOSED`] without a way.
    pub ends: [(u32, u32); 2],
    leg_um: u64,
    /// Cost from the beginning of the chain.
    along_um: u64,
    /// Which piece of a chain with closed edges; None on a closed edge.
    piece: Option<u32>,
}

impl Position {
    /// Cost to a position on the same chain, along it and with both legs; [`CLOSED`] otherwise.
    #[inline]
    pub fn direct(&self, other: &Self) -> u32 {
        if self.chain != other.chain || self.piece.is_none() || self.piece != other.piece {
            return CLOSED;
        }
        let along_um = self.along_um.abs_diff(other.along_um);
        units(
            along_um
                .saturating_add(self.leg_um)
                .saturating_add(other.leg_um),
        )
    }

    /// Cost of the leg between the asked position and the street.
    pub fn leg(&self) -> u32 {
        units(self.leg_um)
    }
}

/// Micrometres as cost, rounded to the nearest; saturates at [`CLOSED`].
#[inline]
pub(crate) fn units(um: u64) -> u32 {
    ((um.saturating_add(UNIT_UM / 2)) / UNIT_UM).min(u64::from(CLOSED)) as u32
}

/// Milliseconds for a cost at a speed in metres a second, rounded to the nearest.
///
/// Saturates, also for speeds that get nowhere.
#[inline]
pub fn cost_ms(cost: u32, speed_m_s: f64) -> u32 {
    // 0.1 mm over metres a second is 0.1 ms.
    // A speed of -0 gets nowhere like one of 0: the sum of both is 0.
    let ms = f64::from(cost) * 0.1 / (speed_m_s + 0.0);
    if ms.is_nan() {
        u32::MAX
    } else {
        u32::try_from(whole(ms)).unwrap_or(u32::MAX)
    }
}

/// A number for an edge at a cost, spread over all 64 bits (splitmix64's finish, twice).
fn mixed(edge: u32, cost_um: Option<u64>) -> u64 {
    let finish = |mut z: u64| {
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    finish(cost_um.map_or(u64::MAX, |um| um.min(u64::MAX - 1)) ^ finish(u64::from(edge) + 1))
}

impl Weights {
    /// Every street open at the cost of its length.
    pub fn level(network: &Network, graph: &JunctionGraph) -> Self {
        Self::new(network, graph, |_, _, length_um| Some(length_um))
    }

    /// Asks for the cost of every edge: index, attributes and length in micrometres are given.
    ///
    /// The cost is the length of level street that takes as long; None closes the edge.
    pub fn new(
        network: &Network,
        graph: &JunctionGraph,
        cost_um: impl Fn(u32, EdgeAttributes, u64) -> Option<u64>,
    ) -> Self {
        let blank = Spot {
            chain: 0,
            ends: Chain { a: 0, b: 0 },
            backwards: false,
            shut: [false; 2],
            barred: 0,
            cost_um: None,
            before_um: 0,
            after_um: None,
        };
        let mut weights = Self {
            spots: vec![blank; network.edges.len()],
            chains: vec![CLOSED; graph.chains().len()],
            version: 0,
        };
        for (chain, &ends) in (0u32..).zip(graph.chains()) {
            for link in graph.links(chain) {
                let edge = &network.edges[link.edge as usize];
                let spot = &mut weights.spots[link.edge as usize];
                (spot.chain, spot.ends, spot.backwards) = (chain, ends, link.backwards);
                spot.cost_um = cost_um(link.edge, edge.attributes, edge.length_um);
                weights.version = weights.version.wrapping_add(mixed(link.edge, spot.cost_um));
            }
            weights.sum(graph, chain);
        }
        weights
    }

    /// Gives edges a cost in micrometres, or closes them; unknown indices are left out.
    ///
    /// Linear in the edges of the chains they lie on.
    pub fn set(&mut self, graph: &JunctionGraph, edges: &[(u32, Option<u64>)]) {
        for &(edge, cost_um) in edges {
            if let Some(spot) = self.spots.get_mut(edge as usize) {
                let (old, new) = (mixed(edge, spot.cost_um), mixed(edge, cost_um));
                self.version = self.version.wrapping_sub(old).wrapping_add(new);
                spot.cost_um = cost_um;
                let chain = spot.chain;
                self.sum(graph, chain);
            }
        }
    }

    /// Shuts gates at the first and second ends of edges, or opens them.
    ///
    /// Nobody passes a shut gate, but whoever is on the edge gets out at its other end.
    pub(crate) fn shut(&mut self, graph: &JunctionGraph, gates: &[(u32, [bool; 2])]) {
        for &(edge, shut) in gates {
            if let Some(spot) = self.spots.get_mut(edge as usize) {
                let gates = |shut: [bool; 2]| {
                    let ends = u64::from(shut[0]) | u64::from(shut[1]) << 1;
                    // Edges are fewer than an eighth of 32 bits: these numbers are free.
                    if ends > 0 {
                        mixed(!edge, Some(ends))
                    } else {
                        0
                    }
                };
                let (old, new) = (gates(spot.shut), gates(shut));
                self.version = self.version.wrapping_sub(old).wrapping_add(new);
                spot.shut = shut;
                let chain = spot.chain;
                self.sum(graph, chain);
            }
        }
    }

    /// Cost of an edge from end to end; None while it or a gate at an end of it is closed.
    pub(crate) fn through_um(&self, edge: u32) -> Option<u64> {
        let spot = self.spots.get(edge as usize)?;
        spot.cost_um.filter(|_| spot.shut == [false; 2])
    }

    /// Whether somebody on the edge gets out at its first and at its second end.
    pub(crate) fn ways_out(&self, edge: u32) -> [bool; 2] {
        let spot = self.spots.get(edge as usize);
        let open = |spot: &Spot| spot.shut.map(|shut| !shut && spot.cost_um.is_some());
        spot.map_or([false; 2], open)
    }

    /// A number that differs between weights that differ, and is the same for the same weights.
    ///
    /// Labels made before a closure are thereby right again once the street is open.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Cost of an edge in micrometres of level street; None while closed or unknown.
    pub fn edge_um(&self, edge: u32) -> Option<u64> {
        self.spots.get(edge as usize)?.cost_um
    }

    /// Cost of each chain from end to end; [`CLOSED`] if any of its edges is.
    pub fn chains(&self) -> &[u32] {
        &self.chains
    }

    /// Where a snap lies between junctions; None for a snap of another network.
    #[inline]
    pub fn position(&self, snap: &Snap) -> Option<Position> {
        let spot = self.spots.get(snap.edge as usize)?;
        let leg_um = to_um(snap.snap_m);
        let Chain { a, b } = spot.ends;
        let Some(cost_um) = spot.cost_um else {
            return Some(Position {
                chain: spot.chain,
                ends: [(a, CLOSED), (b, CLOSED)],
                leg_um,
                along_um: spot.before_um,
                piece: None,
            });
        };
        let from_a_um = part_um(cost_um, snap.fraction);
        let into_um = if spot.backwards {
            cost_um - from_a_um
        } else {
            from_a_um
        };
        let along_um = spot.before_um.saturating_add(into_um);
        let to_a = if spot.barred == 0 {
            units(leg_um.saturating_add(along_um))
        } else {
            CLOSED
        };
        let rest_um = |after_um: u64| {
            leg_um
                .saturating_add(after_um)
                .saturating_add(cost_um - into_um)
        };
        Some(Position {
            chain: spot.chain,
            ends: [
                (a, to_a),
                (b, spot.after_um.map_or(CLOSED, |um| units(rest_um(um)))),
            ],
            leg_um,
            along_um,
            piece: Some(spot.barred),
        })
    }

    /// Sums up one chain.
    fn sum(&mut self, graph: &JunctionGraph, chain: u32) {
        let links = graph.links(chain);
        let (mut before_um, mut barred) = (0u64, 0);
        for link in links {
            let spot = &mut self.spots[link.edge as usize];
            let [enter, leave] = spot.gates();
            barred += u32::from(enter);
            (spot.before_um, spot.barred) = (before_um, barred);
            match spot.cost_um {
                Some(cost_um) => before_um = before_um.saturating_add(cost_um),
                None => barred += 1,
            }
            barred += u32::from(leave);
        }
        let mut after_um = Some(0u64);
        for link in links.iter().rev() {
            let spot = &mut self.spots[link.edge as usize];
            let [enter, leave] = spot.gates();
            spot.after_um = after_um.filter(|_| !leave);
            after_um = (spot.after_um.zip(spot.cost_um))
                .map(|(after_um, cost_um)| after_um.saturating_add(cost_um))
                .filter(|_| !enter);
        }
        self.chains[chain as usize] = after_um.map_or(CLOSED, units);
    }

    /// Bytes held on the heap.
    pub fn bytes(&self) -> usize {
        size_of_val(&self.spots[..]) + size_of_val(&self.chains[..])
    }
}

#[cfg(test)]
mod tests;
