//! Random places on the streets of a network.

use spatial::{Network, Position, Weights};

use crate::setup::Dice;

/// Positions beside random streets, inside edges, some metres off.
pub(crate) fn positions(
    network: &Network,
    weights: &Weights,
    dice: &mut Dice,
    count: usize,
) -> Vec<Position> {
    let nodes = network.junctions_in_largest();
    let place = |_| {
        let node = nodes[dice.below(nodes.len())];
        let mut snap = network
            .snap(network.node_at(node))
            .expect("a network with streets");
        snap.fraction = dice.unit();
        snap.snap_m = dice.unit() * 20.0;
        weights.position(&snap).expect("a snap of this network")
    };
    (0..count).map(place).collect()
}
