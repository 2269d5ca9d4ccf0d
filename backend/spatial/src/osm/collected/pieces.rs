use super::super::rules::is_for_walkers;
use super::{Node, Walk};
use crate::{Crossing, EdgeAttributes};

/// A pair of neighbours: way, segment, places of both nodes.
type Pair<'w> = (&'w Walk, u32, usize, usize);

/// Attributes of all pieces: those of the way and what stands at both ends.
pub(super) fn attributes(nodes: &[Node], pairs: &[Pair<'_>]) -> Vec<EdgeAttributes> {
    let mut attributes = Vec::with_capacity(pairs.len());
    for pieces in pairs.chunk_by(|one, other| std::ptr::eq(one.0, other.0)) {
        let begin = attributes.len();
        attributes.extend(pieces.iter().map(|piece| with_ends(nodes, piece)));
        let walk = pieces[0].0;
        let unmarked = attributes[begin..]
            .iter()
            .all(|own| own.crossing_halves == 0);
        // A crossing whose middle nobody mapped: one piece stands for all of it.
        if walk.crossing != Crossing::None && unmarked {
            let middle = &mut attributes[begin + pieces.len() / 2];
            (middle.crossing, middle.crossing_halves) = (walk.crossing, 2);
        }
    }
    attributes
}

fn with_ends(nodes: &[Node], &(walk, _, a, b): &Pair<'_>) -> EdgeAttributes {
    let ends = [nodes[a].marks, nodes[b].marks];
    let mut attributes = EdgeAttributes {
        gate: ends.iter().any(|end| end.gate),
        lift: ends.iter().any(|end| end.lift),
        kerb: ends.iter().any(|end| end.kerb),
        ..walk.attributes
    };
    if is_for_walkers(attributes.kind) {
        for end in ends.iter().filter(|end| end.crossing != Crossing::None) {
            attributes.crossing = attributes.crossing.max(end.crossing);
            attributes.crossing_halves += 1;
        }
    }
    attributes
}
