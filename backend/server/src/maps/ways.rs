//! Streets made ready for sweeps: many nodes, or many pairs, in one go.

use accessibility::Language;
use spatial::{Hierarchy, JunctionGraph, Network, Position, Snap, Upward, Weights};

use super::{known, said};
use crate::progress::Progress;

/// From so many junctions on the preparation takes seconds and tells how far it is.
const LARGE: usize = 50_000;

/// The streets of a network at the costs of a walker.
pub(super) struct Ways {
    pub(super) graph: JunctionGraph,
    pub(super) weights: Weights,
    pub(super) upward: Upward,
}

impl Ways {
    /// Level streets; half a second for a town of 20,000 junctions.
    pub(super) fn level(network: &Network, language: Language) -> Self {
        let is_large = network.summary().nodes >= LARGE;
        let mut progress =
            is_large.then(|| Progress::begin(said("preparing_streets", language, [])));
        let mut at = |percent| {
            if let Some(progress) = &mut progress {
                progress.at(percent, 100);
            }
        };
        at(0);
        let graph = JunctionGraph::ordered(network);
        at(60);
        let weights = Weights::level(network, &graph);
        let hierarchy = Hierarchy::new(&graph);
        at(80);
        let upward = hierarchy.perfect(&hierarchy.customise(weights.chains()));
        at(100);
        if let Some(progress) = progress {
            progress.finish();
        }
        Self {
            graph,
            weights,
            upward,
        }
    }

    /// Where a snap lies between junctions; None if it is too far from any street.
    pub(super) fn position(&self, snap: Option<Snap>) -> Option<Position> {
        self.weights.position(&known(snap)?)
    }
}
