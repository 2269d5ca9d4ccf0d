//! Streets of one profile, ready for questions, and what a closure makes of them.
//!
//! A closure is a new [`Streets`] beside the old, made within milliseconds: questions are answered
//! by search until new labels are there. The caller
//! swaps the `Arc` that questions read, twice: for the closure, and for the labels. Labels carry
//! the version of the weights they were made from; with any other weights they are refused.

use std::sync::{Arc, OnceLock};

use crate::hierarchy::Upward;
use crate::input::EdgeAttributes;
use crate::junctions::JunctionGraph;
use crate::labels::{LABEL_REACH, Labels};
use crate::network::Network;
use crate::weights::Weights;

mod frame;
mod questions;

pub(crate) use frame::Frame;

/// A network's streets at the costs of one profile.
#[derive(Debug, Clone)]
pub struct Streets {
    frame: Frame,
    weights: Arc<Weights>,
    /// Made when a sweep first asks: neither questions after a closure nor labels wait for it.
    upward: Arc<OnceLock<Upward>>,
    labels: Option<Arc<Labels>>,
}

/// Labels of other weights were offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("labels of version {found} do not belong to streets of version {expected}")]
pub struct StaleLabels {
    /// Version of the labels.
    pub found: u64,
    /// Version of the streets.
    pub expected: u64,
}

impl Streets {
    /// Prepares level streets, labels included; slow compared with a closure.
    pub fn level(network: Arc<Network>) -> Self {
        Self::prepare(network, |_, _, length_um| Some(length_um))
    }

    /// Prepares streets at the costs of a profile (see [`Weights::new`]), labels included.
    pub fn prepare(
        network: Arc<Network>,
        cost_um: impl Fn(u32, EdgeAttributes, u64) -> Option<u64>,
    ) -> Self {
        let frame = Frame::find(network, || ());
        let weights = Weights::new(&frame.network, &frame.graph, cost_um);
        let mut streets = Self::at(frame, weights);
        streets.labels = Some(Arc::new(streets.relabel()));
        streets
    }

    /// Streets at these costs, without labels.
    pub(crate) fn at(frame: Frame, weights: Weights) -> Self {
        Self {
            frame,
            weights: Arc::new(weights),
            upward: Arc::default(),
            labels: None,
        }
    }

    /// The network these streets belong to, to be shared.
    pub fn shared_network(&self) -> &Arc<Network> {
        &self.frame.network
    }

    /// The same network and order at the costs of another profile, without labels.
    pub fn profile(&self, cost_um: impl Fn(u32, EdgeAttributes, u64) -> Option<u64>) -> Self {
        let Frame { network, graph, .. } = &self.frame;
        Self::at(self.frame.clone(), Weights::new(network, graph, cost_um))
    }

    /// The streets with edges closed (None) or at other costs in micrometres, without labels.
    ///
    /// Right answers from here on; a few milliseconds for a town. An edge nobody may walk is also
    /// closed to those who stand on it: they reach nobody and are not reached.
    pub fn changed(&self, edges: &[(u32, Option<u64>)]) -> Self {
        let mut weights = Weights::clone(&self.weights);
        weights.set(&self.frame.graph, edges);
        Self::at(self.frame.clone(), weights)
    }

    /// The streets with gates shut or open at the ends of edges.
    pub(crate) fn with_gates(&self, gates: &[(u32, [bool; 2])]) -> Self {
        let mut weights = Weights::clone(&self.weights);
        weights.shut(&self.frame.graph, gates);
        if weights.version() == self.version() {
            return self.clone();
        }
        Self::at(self.frame.clone(), weights)
    }

    /// Makes the labels of these streets: what takes longest, and is done beside the questions.
    pub fn relabel(&self) -> Labels {
        self.relabel_within(LABEL_REACH)
    }

    /// Makes labels with another reach than [`LABEL_REACH`].
    pub(crate) fn relabel_within(&self, reach: u32) -> Labels {
        let Frame {
            graph, hub_order, ..
        } = &self.frame;
        let upward = graph.contracted(self.weights.chains(), hub_order);
        Labels::within(&upward, hub_order, self.version(), reach)
    }

    /// These streets with labels, or a refusal if they were made from other weights.
    pub fn with_labels(&self, labels: Arc<Labels>) -> Result<Self, StaleLabels> {
        if labels.version() != self.version() || labels.len() != self.frame.graph.len() {
            return Err(StaleLabels {
                found: labels.version(),
                expected: self.version(),
            });
        }
        let mut streets = self.clone();
        streets.labels = Some(labels);
        Ok(streets)
    }

    /// Names the weights; changes with every closure, and back when the street opens again.
    pub fn version(&self) -> u64 {
        self.weights.version()
    }

    /// The network these streets belong to.
    #[inline]
    pub fn network(&self) -> &Network {
        &self.frame.network
    }

    /// Junctions and chains.
    pub fn graph(&self) -> &JunctionGraph {
        &self.frame.graph
    }

    /// Costs of edges and chains.
    #[inline]
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// Arcs for sweeps, at exact costs; made at the first call, within some milliseconds.
    pub fn upward(&self) -> &Upward {
        self.upward.get_or_init(|| {
            let hierarchy = &self.frame.hierarchy;
            hierarchy.perfect(&hierarchy.customise(self.weights.chains()))
        })
    }

    /// Labels, once they are made for these very weights.
    #[inline]
    pub fn labels(&self) -> Option<&Labels> {
        self.labels.as_deref()
    }

    /// Bytes held on the heap, the network left out.
    pub fn bytes(&self) -> usize {
        self.frame.bytes()
            + self.weights.bytes()
            + self.upward.get().map_or(0, Upward::bytes)
            + self.labels.as_ref().map_or(0, |labels| labels.bytes())
    }
}

#[cfg(test)]
mod tests;
