//! The network file: what `Network::build` was given, little-endian, with a checksum.
//!
//! ```text
//! magic 8 bytes | version u32 | nodes u32 | edges u32 | bytes of hours u32
//! node: id i64, longitude i32, latitude i32 (1e-7 degrees)
//! edge: a u32, b u32, way id i64, segment u32,
//!       kind u8, flags u8, surface u8, crossing u8 (upper bits: 2 for the ends of the hours, 2 for halves),
//!       incline i16 (-32768 for none), entry of hours u16 (65535 for none)
//! hours, from entry 1 on: number of ranges u16, then begin u16 and end u16 of each
//! checksum u64 over everything before it
//! ```
//!
//! The checksum is FNV-1a over words of 8 bytes and then single bytes. Versions 1 and 2 are still
//! read: they have no hours and end an edge with a zero byte behind the surface; in version 1 the
//! checksum goes over single bytes only.
//!
//! Everything derived (components, lengths, grid) is computed anew: a file cannot contradict it.
//! The checksum finds accidents, it does not stop forgers; a forged file is still only a graph
//! that `Network::build` checks.

use crate::network::{Network, NetworkError};
use crate::{InputEdge, InputGraph, InputNode, LonLat};

mod checksum;
mod edge;
mod hours;

pub(crate) use checksum::checksum;
use edge::{EDGE_BYTES, OLD_EDGE_BYTES};

const MAGIC: [u8; 8] = *b"WALKNET\n";
const VERSION: u32 = 3;
/// Knows neither hours, lifts, crossings nor inclines.
const VERSION_OF_FEW_ATTRIBUTES: u32 = 2;
/// Differs from the second in the checksum only.
const VERSION_OF_BYTES: u32 = 1;
/// All versions: magic, version, counts.
const HEAD_BYTES: usize = 20;
const NODE_BYTES: usize = 16;
const CHECKSUM_BYTES: usize = 8;

/// Where the parts of a file lie.
struct Layout {
    version: u32,
    nodes: usize,
    edges: usize,
    hours_bytes: usize,
}

impl Network {
    /// The network as a file, to be read back by [`Network::from_bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let body = self.ids.len() * NODE_BYTES + self.edges.len() * EDGE_BYTES;
        let hours = hours::write(&self.gate_hours);
        let mut bytes = Vec::with_capacity(HEAD_BYTES + 4 + body + hours.len() + CHECKSUM_BYTES);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend((self.ids.len() as u32).to_le_bytes());
        bytes.extend((self.edges.len() as u32).to_le_bytes());
        bytes.extend((hours.len() as u32).to_le_bytes());
        for (id, at) in self.ids.iter().zip(&self.at) {
            let (lon, lat) = at.to_e7();
            bytes.extend(id.to_le_bytes());
            bytes.extend(lon.to_le_bytes());
            bytes.extend(lat.to_le_bytes());
        }
        for edge in &self.edges {
            bytes.extend(edge::write(edge));
        }
        bytes.extend(hours);
        bytes.extend(checksum(&bytes).to_le_bytes());
        bytes
    }

    /// Reads a file made by [`Network::to_bytes`], or the network within a prepared one
    /// ([`crate::Prepared::to_bytes`]); refuses anything damaged or foreign.
    ///
    /// Memory is asked for only after the length has been found to match the counts.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NetworkError> {
        let bytes = crate::prepared::network_within(bytes)?;
        let layout = head(bytes)?;
        let (covered, sum) = bytes.split_at(bytes.len() - CHECKSUM_BYTES);
        let expected = match layout.version {
            VERSION_OF_BYTES => checksum::of_bytes(covered),
            _ => checksum(covered),
        };
        if expected.to_le_bytes() != *sum {
            return Err(NetworkError::Checksum);
        }
        layout.read(covered)
    }
}

impl Layout {
    fn is_old(&self) -> bool {
        self.version <= VERSION_OF_FEW_ATTRIBUTES
    }

    fn head_bytes(&self) -> usize {
        HEAD_BYTES + if self.is_old() { 0 } else { 4 }
    }

    /// Builds the network from a file that is as long as its head says.
    fn read(&self, covered: &[u8]) -> Result<Network, NetworkError> {
        let body = &covered[self.head_bytes()..covered.len() - self.hours_bytes];
        let (node_bytes, edge_bytes) = body.split_at(self.nodes * NODE_BYTES);
        let mut input = InputGraph {
            nodes: Vec::with_capacity(self.nodes),
            edges: Vec::with_capacity(self.edges),
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
        if self.is_old() {
            let edges = edge_bytes.as_chunks::<OLD_EDGE_BYTES>().0;
            take(&mut input, edges.iter().map(edge::read_old))?;
        } else {
            let edges = edge_bytes.as_chunks::<EDGE_BYTES>().0;
            take(&mut input, edges.iter().map(edge::read))?;
        }
        let hours = hours::read(&covered[covered.len() - self.hours_bytes..]);
        let hours = hours.ok_or(NetworkError::Hours)?;
        Ok(Network::build(input)?.with_gate_hours(hours))
    }
}

/// Adds edges, all of which have to be known.
fn take(
    input: &mut InputGraph,
    edges: impl Iterator<Item = Option<InputEdge>>,
) -> Result<(), NetworkError> {
    for (index, edge) in edges.enumerate() {
        let edge = edge.ok_or(NetworkError::Attributes { edge: index })?;
        input.edges.push(edge);
    }
    Ok(())
}

/// Version and sizes, once magic and length agree with them.
fn head(bytes: &[u8]) -> Result<Layout, NetworkError> {
    let Some((head, rest)) = bytes.split_first_chunk::<HEAD_BYTES>() else {
        return Err(NetworkError::NotANetwork);
    };
    if part::<8, HEAD_BYTES>(head, 0) != MAGIC {
        return Err(NetworkError::NotANetwork);
    }
    let found = u32::from_le_bytes(part(head, 8));
    if ![VERSION_OF_BYTES, VERSION_OF_FEW_ATTRIBUTES, VERSION].contains(&found) {
        return Err(NetworkError::Version {
            found,
            expected: VERSION,
        });
    }
    let nodes = u32::from_le_bytes(part(head, 12));
    let edges = u32::from_le_bytes(part(head, 16));
    let is_old = found <= VERSION_OF_FEW_ATTRIBUTES;
    let (hours, rest, edge_bytes) = if is_old {
        (0, rest, OLD_EDGE_BYTES)
    } else {
        let (hours, rest) = rest.split_first_chunk().ok_or(NetworkError::Length)?;
        (u32::from_le_bytes(*hours), rest, EDGE_BYTES)
    };
    // 64 bits hold the sum whatever the counts; usize might not.
    let body = u64::from(nodes) * NODE_BYTES as u64 + u64::from(edges) * edge_bytes as u64;
    if rest.len() as u64 != body + u64::from(hours) + CHECKSUM_BYTES as u64 {
        return Err(NetworkError::Length);
    }
    Ok(Layout {
        version: found,
        nodes: nodes as usize,
        edges: edges as usize,
        hours_bytes: hours as usize,
    })
}

/// A field of fixed size within a record of fixed size.
fn part<const N: usize, const M: usize>(record: &[u8; M], from: usize) -> [u8; N] {
    std::array::from_fn(|place| record[from + place])
}

#[cfg(test)]
mod tests;
