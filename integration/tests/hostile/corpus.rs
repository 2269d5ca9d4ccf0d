//! Where inputs begin: a protocol's own invented frames and, where they are, recorded ones.

use std::path::PathBuf;

use ingest::Codec;
use ingest::lines::Recorded;

/// Frames of a protocol.
pub(crate) struct Corpus {
    /// Invented, one of every kind; each is one whole frame.
    pub(crate) invented: Vec<Vec<u8>>,
    /// Recorded, of any form; none where the test data is not there.
    pub(crate) recorded: Vec<Recorded>,
}

impl Corpus {
    pub(crate) fn of(codec: &Codec) -> Self {
        Self {
            invented: (codec.samples)(),
            recorded: recorded(codec.protocol.as_str()),
        }
    }

    pub(crate) fn frames(&self) -> impl Iterator<Item = &Vec<u8>> {
        let recorded = self.recorded.iter().map(|recorded| &recorded.frame);
        self.invented.iter().chain(recorded)
    }
}

fn recorded(protocol: &str) -> Vec<Recorded> {
    let folder = match std::env::var_os("ANLIN_TEST_DATA") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")),
    };
    let file = folder.join(format!("devices/vectors/{protocol}.jsonl"));
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines()
        .filter_map(|line| Recorded::parse(line).ok())
        .collect()
}
