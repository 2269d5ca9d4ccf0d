//! Costs between positions by plain Dijkstra over chains.

use crate::drawn::Drawn;
use crate::hierarchy::checks::junction_costs;
use crate::oracle::Dice;
use crate::{CLOSED, Hierarchy, JunctionGraph, Network, Position, Upward, Weights};

/// A network made ready, with the costs between any positions as they should be.
pub(crate) struct Checked {
    pub(crate) network: Network,
    pub(crate) graph: JunctionGraph,
    pub(crate) weights: Weights,
    pub(crate) upward: Upward,
}

/// Costs from one position to everywhere.
pub(crate) struct Costs {
    from: Position,
    junctions: [Vec<u32>; 2],
}

impl Costs {
    /// Cost to a position; [`CLOSED`] without a way.
    pub(crate) fn to(&self, to: &Position) -> u32 {
        let mut best = self.from.direct(to);
        for ((_, leave), costs) in self.from.ends.iter().zip(&self.junctions) {
            for (junction, enter) in to.ends {
                let sum =
                    u64::from(*leave) + u64::from(costs[junction as usize]) + u64::from(enter);
                best = best.min(sum.min(u64::from(CLOSED)) as u32);
            }
        }
        best
    }
}

impl Checked {
    /// A network whose streets are level, but for the closed edges.
    pub(crate) fn new(network: Network, closed: &[u32]) -> Self {
        let graph = JunctionGraph::ordered(&network);
        let mut weights = Weights::level(&network, &graph);
        let closed: Vec<_> = closed.iter().map(|&edge| (edge, None)).collect();
        weights.set(&graph, &closed);
        let hierarchy = Hierarchy::new(&graph);
        let upward = hierarchy.perfect(&hierarchy.customise(weights.chains()));
        Self {
            network,
            graph,
            weights,
            upward,
        }
    }

    /// Networks in several parts, some with closed streets, some with everything at one point.
    pub(crate) fn samples() -> Vec<Self> {
        let mut samples = Vec::new();
        for seed in 0..12 {
            let mut dice = Dice::new(seed);
            let size = 6 + seed as usize * 9;
            let network = dice.network(size, size * 3 / 2);
            let edges = network.edges.len();
            let closed: Vec<u32> = (0..seed as usize % 3 * edges / 20)
                .map(|_| dice.below(edges) as u32)
                .collect();
            samples.push(Self::new(network, &closed));
        }
        samples.push(Self::new(
            Dice::new(5).network_in(30, 60, 0.0, 0.0, 1.0),
            &[],
        ));
        for drawing in [
            "a--b",
            "
            a--b
            |  |
            c--d
            ",
            "
            a--b--c--d
            |  |     |
            e--f--g--h   x--y
            ",
        ] {
            samples.push(Self::new(Drawn::new(drawing).network(), &[]));
        }
        samples.retain(|sample| !sample.network.edges.is_empty());
        samples
    }

    /// Random positions, some twice, some on one street.
    pub(crate) fn positions(&self, dice: &mut Dice, count: usize) -> Vec<Position> {
        let mut positions: Vec<Position> = Vec::new();
        let mut last = None;
        while positions.len() < count {
            let edge = dice.below(self.network.edges.len());
            let at = self.network.node_at(self.network.edges[edge].a);
            let mut snap = self.network.snap(at).unwrap();
            snap.edge = match last {
                Some(last) if dice.below(3) == 0 => last,
                _ => edge as u32,
            };
            last = Some(snap.edge);
            snap.fraction = [0.0, 1.0, dice.unit(), dice.unit()][dice.below(4)];
            snap.snap_m = if dice.below(2) == 0 {
                0.0
            } else {
                dice.unit() * 30.0
            };
            let position = self.weights.position(&snap).unwrap();
            positions.push(position);
            if dice.below(8) == 0 {
                positions.push(position);
            }
        }
        positions.truncate(count);
        positions
    }

    /// Costs from a position.
    pub(crate) fn costs(&self, from: Position) -> Costs {
        let costs = |(junction, _)| junction_costs(&self.graph, self.weights.chains(), junction);
        Costs {
            from,
            junctions: from.ends.map(costs),
        }
    }
}
