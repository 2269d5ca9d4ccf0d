//! OpenStreetMap PBF files: streets as graph input, and tagged places as they were mapped.
//!
//! What a place *means* is not decided here: tags are handed on untouched. Data from such files is
//! © OpenStreetMap contributors, ODbL 1.0; whoever shows it has to say so.

use std::io::{BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use osmpbf::{BlobDecode, BlobReader, HeaderBlock, PrimitiveBlock};

use crate::{GateHours, InputGraph, LonLat, Network, NetworkError};

mod collected;
mod places;
mod rules;

use collected::Collected;

/// What a file holds for walkers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OsmExtract {
    /// Walkable ways, one edge per pair of neighbouring nodes, and the nodes they use.
    pub graph: InputGraph,
    /// Places by kind and id.
    pub places: Vec<OsmPlace>,
    /// South-west and north-east corner of the box the file says it covers.
    ///
    /// Ways are kept whole and reach beyond it; places wholly beyond it are left out.
    pub bounds: Option<(LonLat, LonLat)>,
    /// Opening hours that edges of the graph name.
    pub hours: GateHours,
}

impl OsmExtract {
    /// Builds the network of the streets, with the hours of their gates.
    ///
    /// # Errors
    /// More nodes or edges than 32-bit indices can name.
    pub fn network(&self) -> Result<Network, NetworkError> {
        let network = Network::build(self.graph.clone())?;
        Ok(network.with_gate_hours(self.hours.clone()))
    }
}

/// Something mapped that is not a street.
#[derive(Debug, Clone, PartialEq)]
pub struct OsmPlace {
    /// What kind of object it was mapped as.
    pub kind: OsmKind,
    /// Id among the objects of its kind.
    pub id: i64,
    /// Where it lies; the centroid of an area.
    pub at: LonLat,
    /// Its tags, as mapped.
    pub tags: Vec<(String, String)>,
}

/// Kinds of OpenStreetMap objects that become places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OsmKind {
    /// A point.
    Node,
    /// A line or an area.
    Way,
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum OsmError {
    /// Cut short, damaged, or in a form of PBF that the reader does not know.
    #[error("the OpenStreetMap file cannot be read")]
    Pbf(#[from] osmpbf::Error),
    /// Readable, but without the header every such file begins with.
    #[error("not an OpenStreetMap PBF file: it has no header")]
    NoHeader,
    /// The file says that it cannot be understood without a feature that is not known here.
    #[error("the OpenStreetMap file needs the unknown feature {0:?}")]
    Feature(String),
    /// A node lies nowhere on earth.
    #[error("node {id} has no position on earth")]
    Position {
        /// Id of the node.
        id: i64,
    },
    /// More nodes than 32-bit indices can name.
    #[error("the OpenStreetMap file has too many walkable nodes")]
    TooLarge,
}

/// Reads a PBF file in one pass; `progress` hears the number of bytes read so far.
pub fn read(
    reader: impl Read + Send,
    progress: &mut dyn FnMut(u64),
) -> Result<OsmExtract, OsmError> {
    let read_bytes = Arc::new(AtomicU64::new(0));
    let counted = Counted {
        reader,
        read_bytes: Arc::clone(&read_bytes),
    };
    let mut collected = Collected::default();
    let mut has_header = false;
    for blob in BlobReader::new(BufReader::new(counted)) {
        match blob?.decode()? {
            BlobDecode::OsmHeader(header) => {
                collected.bounds = bounds(&header)?;
                has_header = true;
            }
            BlobDecode::OsmData(block) if has_header => collect(&mut collected, &block)?,
            BlobDecode::OsmData(_) => return Err(OsmError::NoHeader),
            BlobDecode::Unknown(_) => {}
        }
        progress(read_bytes.load(Ordering::Relaxed));
    }
    if !has_header {
        return Err(OsmError::NoHeader);
    }
    collected.finish()
}

/// The header's box, once its required features are known ones.
fn bounds(header: &HeaderBlock) -> Result<Option<(LonLat, LonLat)>, OsmError> {
    let known = ["OsmSchema-V0.6", "DenseNodes"];
    for feature in header.required_features() {
        if !known.contains(&feature.as_str()) {
            return Err(OsmError::Feature(feature.clone()));
        }
    }
    // A box that is none leaves the places unfiltered, as a file without a box does.
    Ok(header.bbox().and_then(|b| {
        Some((
            LonLat::new(b.left, b.bottom).ok()?,
            LonLat::new(b.right, b.top).ok()?,
        ))
    }))
}

/// Takes over the nodes and ways of one block.
///
/// Tags go by the string table: the reader's own tag iterators end at the first string that is
/// not UTF-8, and would hide the tags behind it.
fn collect(collected: &mut Collected, block: &PrimitiveBlock) -> Result<(), OsmError> {
    let strings = block.raw_stringtable();
    for group in block.groups() {
        for node in group.nodes() {
            let tags = text(strings, node.raw_tags());
            collected.node(node.id(), node.nano_lon(), node.nano_lat(), tags)?;
        }
        for node in group.dense_nodes() {
            // A negative index is damage and falls outside every table.
            let raw = node
                .raw_tags()
                .map(|(key, value)| (key as u32, value as u32));
            collected.node(
                node.id(),
                node.nano_lon(),
                node.nano_lat(),
                text(strings, raw),
            )?;
        }
        for way in group.ways() {
            collected.way(
                way.id(),
                way.refs().collect(),
                text(strings, way.raw_tags()),
            );
        }
    }
    Ok(())
}

/// Tags as text; a pair that names no strings is left out, odd bytes are replaced.
fn text(strings: &[Vec<u8>], raw: impl Iterator<Item = (u32, u32)>) -> Vec<(String, String)> {
    let string = |index: u32| {
        strings
            .get(index as usize)
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    raw.filter_map(|(key, value)| Some((string(key)?, string(value)?)))
        .collect()
}

/// Counts what passes.
struct Counted<R> {
    reader: R,
    read_bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.read_bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

#[cfg(test)]
mod pbf_writer;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::real::extract as test_extract;
