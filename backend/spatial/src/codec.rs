//! The network file: what `Network::build` was given, little-endian, with a checksum.
//!
//! ```text
//! magic 8 bytes | version u32 | nodes u32 | edges u32
//! node: id i64, longitude i32, latitude i32 (1e-7 degrees)
//! edge: a u32, b u32, way id i64, segment u32, kind u8, flags u8, surface u8, zero u8
//! checksum u64 over everything before it
//! ```
//!
//! The checksum is FNV-1a over words of 8 bytes and then single bytes; in version 1, which is still
//! read, over single bytes only.
//!
//! Everything derived (components, lengths, grid) is computed anew: a file cannot contradict it.
//! The checksum finds accidents, it does not stop forgers; a forged file is still only a graph
//! that `Network::build` checks.

use crate::network::{Edge, Network, NetworkError};
use crate::{EdgeAttributes, InputEdge, InputGraph, InputNode, LonLat, Surface, WayKind};

const MAGIC: [u8; 8] = *b"WALKNET\n";
const VERSION: u32 = 2;
/// Differs in the checksum only.
const VERSION_OF_BYTES: u32 = 1;
const HEAD_BYTES: usize = 20;
const NODE_BYTES: usize = 16;
const EDGE_BYTES: usize = 24;
const CHECKSUM_BYTES: usize = 8;

const STEPS: u8 = 1;
const RAMP: u8 = 2;
const GATE: u8 = 4;

impl Network {
    /// The network as a file, to be read back by [`Network::from_bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let body = self.ids.len() * NODE_BYTES + self.edges.len() * EDGE_BYTES;
        let mut bytes = Vec::with_capacity(HEAD_BYTES + body + CHECKSUM_BYTES);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend((self.ids.len() as u32).to_le_bytes());
        bytes.extend((self.edges.len() as u32).to_le_bytes());
        for (id, at) in self.ids.iter().zip(&self.at) {
            let (lon, lat) = at.to_e7();
            bytes.extend(id.to_le_bytes());
            bytes.extend(lon.to_le_bytes());
            bytes.extend(lat.to_le_bytes());
        }
        for edge in &self.edges {
            write_edge(&mut bytes, edge);
        }
        bytes.extend(checksum(&bytes, VERSION).to_le_bytes());
        bytes
    }

    /// Reads a file made by [`Network::to_bytes`]; refuses anything damaged or foreign.
    ///
    /// Memory is asked for only after the length has been found to match the counts.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NetworkError> {
        let (version, nodes, edges) = head(bytes)?;
        let (covered, sum) = bytes.split_at(bytes.len() - CHECKSUM_BYTES);
        if checksum(covered, version).to_le_bytes() != *sum {
            return Err(NetworkError::Checksum);
        }
        let (node_bytes, edge_bytes) = covered[HEAD_BYTES..].split_at(nodes * NODE_BYTES);
        let mut input = InputGraph {
            nodes: Vec::with_capacity(nodes),
            edges: Vec::with_capacity(edges),
        };
        for node in node_bytes.as_chunks::<NODE_BYTES>().0 {
            let at = LonLat::from_e7(
                i32::from_le_bytes(part(node, 8)),
                i32::from_le_bytes(part(node, 12)),
            )?;
            input.nodes.push(InputNode {
                id: i64::from_le_bytes(part(node, 0)),
                at,
            });
        }
        for (index, edge) in edge_bytes.as_chunks::<EDGE_BYTES>().0.iter().enumerate() {
            input
                .edges
                .push(read_edge(edge).ok_or(NetworkError::Attributes { edge: index })?);
        }
        Self::build(input)
    }
}

/// Version and numbers of nodes and edges, once magic and length agree with them.
fn head(bytes: &[u8]) -> Result<(u32, usize, usize), NetworkError> {
    let Some((head, rest)) = bytes.split_first_chunk::<HEAD_BYTES>() else {
        return Err(NetworkError::NotANetwork);
    };
    if part::<8, HEAD_BYTES>(head, 0) != MAGIC {
        return Err(NetworkError::NotANetwork);
    }
    let found = u32::from_le_bytes(part(head, 8));
    if ![VERSION_OF_BYTES, VERSION].contains(&found) {
        return Err(NetworkError::Version {
            found,
            expected: VERSION,
        });
    }
    let nodes = u32::from_le_bytes(part(head, 12));
    let edges = u32::from_le_bytes(part(head, 16));
    // 64 bits hold both products whatever the counts; usize might not.
    let body = u64::from(nodes) * NODE_BYTES as u64 + u64::from(edges) * EDGE_BYTES as u64;
    if rest.len() as u64 != body + CHECKSUM_BYTES as u64 {
        return Err(NetworkError::Length);
    }
    Ok((found, nodes as usize, edges as usize))
}

fn write_edge(bytes: &mut Vec<u8>, edge: &Edge) {
    let EdgeAttributes {
        kind,
        steps,
        ramp,
        gate,
        surface,
    } = edge.attributes;
    let flags = [(steps, STEPS), (ramp, RAMP), (gate, GATE)];
    let flags = flags
        .iter()
        .filter(|(set, _)| *set)
        .fold(0, |sum, (_, flag)| sum | flag);
    bytes.extend(edge.a.to_le_bytes());
    bytes.extend(edge.b.to_le_bytes());
    bytes.extend(edge.way_id.to_le_bytes());
    bytes.extend(edge.segment.to_le_bytes());
    bytes.extend([kind.code(), flags, surface.code(), 0]);
}

/// None for attribute codes that are not known.
fn read_edge(bytes: &[u8; EDGE_BYTES]) -> Option<InputEdge> {
    let [kind, flags, surface, zero] = part(bytes, 20);
    if zero != 0 || flags & !(STEPS | RAMP | GATE) != 0 {
        return None;
    }
    let attributes = EdgeAttributes {
        kind: WayKind::from_code(kind)?,
        steps: flags & STEPS != 0,
        ramp: flags & RAMP != 0,
        gate: flags & GATE != 0,
        surface: Surface::from_code(surface)?,
    };
    Some(InputEdge {
        a: u32::from_le_bytes(part(bytes, 0)),
        b: u32::from_le_bytes(part(bytes, 4)),
        way_id: i64::from_le_bytes(part(bytes, 8)),
        segment: u32::from_le_bytes(part(bytes, 16)),
        attributes,
    })
}

/// A field of fixed size within a record of fixed size.
fn part<const N: usize, const M: usize>(record: &[u8; M], from: usize) -> [u8; N] {
    std::array::from_fn(|place| record[from + place])
}

/// FNV-1a; each step is a bijection, so a single changed byte always changes the sum.
fn checksum(bytes: &[u8], version: u32) -> u64 {
    let step = |sum: u64, word: u64| (sum ^ word).wrapping_mul(0x0000_0100_0000_01b3);
    let (words, rest) = match version {
        VERSION_OF_BYTES => (&[][..], bytes),
        _ => bytes.as_chunks::<8>(),
    };
    let words = words.iter().map(|word| u64::from_le_bytes(*word));
    let rest = rest.iter().map(|&byte| u64::from(byte));
    words.chain(rest).fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests;
