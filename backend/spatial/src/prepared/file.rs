//! The parts of the file, little-endian; `parts.rs` has the frame around them.
//!
//! ```text
//! NETW  the network file of `codec.rs`, whole
//! ORDR  the node of each junction, in the order of contraction: u32 each
//! HUBS  the junctions by rising rank: u32 each
//! LABR  costing u32, version of its costs u64, reach u32, begin of each label u32 (one more than
//!       junctions), then the hops: hub u32, its highest bit set for a relay, cost u32
//! ```
//!
//! Labels whose version is not that of the costs as they are computed today are left out: they
//! were made by other rules, and would be wrong.

use std::sync::Arc;

use super::parts::{HUBS, LABELS, NETWORK, ORDER, is_sound, part, parts, write};
use super::{Prepared, PreparedError};
use crate::closures::Frame;
use crate::junctions::JunctionGraph;
use crate::labels::{Hop, Labels};
use crate::network::Network;
use crate::profiles::Costing;

impl Prepared {
    /// The prepared network as a file; [`Network::from_bytes`] reads the network in it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut parts = vec![
            (NETWORK, self.network().to_bytes()),
            (ORDER, words(self.frame.graph.nodes())),
            (HUBS, words(&self.frame.hub_order)),
        ];
        for (costing, streets) in &self.labelled {
            let labels = streets.labels();
            parts.extend(labels.map(|labels| (LABELS, write_labels(*costing, labels))));
        }
        write(parts)
    }

    /// Reads a file made by [`Prepared::to_bytes`].
    ///
    /// Within a tenth of a second for a town, labels included. Memory is asked for only after
    /// lengths have been found to match.
    ///
    /// # Errors
    /// [`PreparedError::NotPrepared`] for a sound file of [`Network::to_bytes`]; others for a file
    /// that is damaged or foreign.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PreparedError> {
        let Some(parts) = parts(bytes)? else {
            // Sound or not is for the network's own reader to say.
            Network::from_bytes(bytes)?;
            return Err(PreparedError::NotPrepared);
        };
        if !is_sound(bytes) {
            return Err(PreparedError::Checksum);
        }
        let network = Arc::new(Network::from_bytes(part(&parts, NETWORK, "network")?)?);
        let graph = order(&network, part(&parts, ORDER, "order")?)?;
        let hubs = hubs(&graph, part(&parts, HUBS, "hubs")?)?;
        let mut prepared = Self {
            frame: Frame::new(network, graph, hubs),
            labelled: Vec::new(),
        };
        for (_, labels) in parts.iter().filter(|(name, _)| *name == LABELS) {
            let (costing, labels) = read_labels(labels, prepared.frame.graph.len())
                .ok_or(PreparedError::Misfit { part: "labels" })?;
            let streets = prepared.bare(costing);
            if let Ok(streets) = streets.with_labels(Arc::new(labels)) {
                prepared.keep(costing, streets);
            }
        }
        Ok(prepared)
    }
}

/// The network's junctions in the order of the file.
fn order(network: &Network, bytes: &[u8]) -> Result<JunctionGraph, PreparedError> {
    let graph = JunctionGraph::build(network);
    let place = |node: u32| Some(graph.nodes().binary_search(&node).ok()? as u32);
    let order: Option<Vec<u32>> = read_words(bytes).and_then(|nodes| nodes.map(place).collect());
    let order = order.filter(|order| names_each_once(order, graph.len()));
    let order = order.ok_or(PreparedError::Misfit { part: "order" })?;
    Ok(graph.renumbered(&order))
}

fn hubs(graph: &JunctionGraph, bytes: &[u8]) -> Result<Vec<u32>, PreparedError> {
    let hubs: Option<Vec<u32>> = read_words(bytes).map(Iterator::collect);
    hubs.filter(|hubs| names_each_once(hubs, graph.len()))
        .ok_or(PreparedError::Misfit { part: "hubs" })
}

fn names_each_once(order: &[u32], count: usize) -> bool {
    let mut seen = vec![false; count];
    let is_new = |&place: &u32| {
        let seen = seen.get_mut(place as usize);
        seen.is_some_and(|seen| !std::mem::replace(seen, true))
    };
    order.len() == count && order.iter().all(is_new)
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn read_words(bytes: &[u8]) -> Option<impl Iterator<Item = u32>> {
    let (words, []) = bytes.as_chunks() else {
        return None;
    };
    Some(words.iter().map(|word| u32::from_le_bytes(*word)))
}

fn write_labels(costing: Costing, labels: &Labels) -> Vec<u8> {
    let (first, hops) = labels.to_parts();
    let mut bytes = Vec::with_capacity(16 + first.len() * 4 + hops.len() * 8);
    bytes.extend(u32::from(costing.code()).to_le_bytes());
    bytes.extend(labels.version().to_le_bytes());
    bytes.extend(labels.reach().to_le_bytes());
    bytes.extend(first.iter().flat_map(|first| first.to_le_bytes()));
    let hops = hops.iter().flat_map(|hop| [hop.marked(), hop.cost]);
    bytes.extend(hops.flat_map(u32::to_le_bytes));
    bytes
}

/// None for labels of no known costing, or not of so many junctions.
fn read_labels(bytes: &[u8], junctions: usize) -> Option<(Costing, Labels)> {
    let (costing, rest) = bytes.split_first_chunk()?;
    let costing = u8::try_from(u32::from_le_bytes(*costing)).ok()?;
    let (version, rest) = rest.split_first_chunk()?;
    let (reach, rest) = rest.split_first_chunk()?;
    let (first, hops) = rest.split_at_checked((junctions + 1).checked_mul(4)?)?;
    let (hops, []) = hops.as_chunks::<8>() else {
        return None;
    };
    let hop = |hop: &[u8; 8]| {
        let both = u64::from_le_bytes(*hop);
        Hop::new(both as u32, (both >> 32) as u32)
    };
    let first = read_words(first)?.collect();
    let labels = Labels::from_parts(
        u64::from_le_bytes(*version),
        u32::from_le_bytes(*reach),
        first,
        hops.iter().map(hop).collect(),
    )?;
    Some((Costing::from_code(costing)?, labels))
}
