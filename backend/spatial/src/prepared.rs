//! A network with everything about it that takes long to find, as one file.
//!
//! The order of contraction and the ranks of hubs depend on the streets alone, never on a closure;
//! they are found once and serve every [`Costing`]. Labels are made for the costings that are
//! asked for; any other can be had at once, without labels. A file is read, checked and ready
//! within a tenth of a second for a town; what follows quickly from the rest (components, grid,
//! hierarchy, costs) is computed anew, so that a file cannot contradict it.

use std::sync::Arc;

use crate::closures::{Frame, Streets};
use crate::network::{Network, NetworkError};
use crate::profiles::Costing;
use crate::weights::Weights;

mod file;
mod parts;

pub(crate) use parts::network_within;

/// A network ready for questions of every profile.
#[derive(Debug, Clone)]
pub struct Prepared {
    frame: Frame,
    labelled: Vec<(Costing, Streets)>,
}

/// A piece of the preparation that is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// What was done.
    pub work: Work,
    /// Pieces done so far, this one included.
    pub done: usize,
    /// Pieces in all.
    pub total: usize,
}

/// Pieces of the preparation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// The order in which junctions are contracted.
    Order,
    /// The ranks of hubs.
    Hubs,
    /// Labels of a costing.
    Labels(Costing),
}

/// Why a file is no prepared network.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PreparedError {
    /// The network in it cannot be read.
    #[error(transparent)]
    Network(#[from] NetworkError),
    /// A network file, as older programs wrote it: it has to be prepared.
    #[error("the network in the file is not prepared")]
    NotPrepared,
    /// A file of another version.
    #[error("prepared network of version {found}, this program reads version {expected}")]
    Version {
        /// Version in the file.
        found: u32,
        /// Version that can be read.
        expected: u32,
    },
    /// Cut short, or with something behind its end.
    #[error("prepared network of the wrong length")]
    Length,
    /// Damaged.
    #[error("prepared network is damaged: its checksum does not match")]
    Checksum,
    /// Its parts do not belong to its network.
    #[error("prepared network is damaged: its {part} does not fit its streets")]
    Misfit {
        /// Which part.
        part: &'static str,
    },
}

impl Prepared {
    /// Costings that a server needs labels for: workers on foot and on electric bicycles.
    pub const USUAL: &'static [Costing] = &[Costing::Foot, Costing::EBike];

    /// Prepares a network, with labels for the costings asked for.
    ///
    /// About a second for a town of 20,000 junctions, and 0.3 s for each costing.
    pub fn build(
        network: Arc<Network>,
        wanted: &[Costing],
        progress: &mut dyn FnMut(Stage),
    ) -> Self {
        let total = 2 + wanted.len();
        let mut tell = |work, done| progress(Stage { work, done, total });
        let frame = Frame::find(network, || tell(Work::Order, 1));
        tell(Work::Hubs, 2);
        let mut prepared = Self {
            frame,
            labelled: Vec::new(),
        };
        for (done, &costing) in (3..).zip(wanted) {
            prepared.label(costing);
            tell(Work::Labels(costing), done);
        }
        prepared
    }

    /// Reads any network file: a prepared one as it is, with labels made where they are missing;
    /// an older one is prepared anew.
    ///
    /// # Errors
    /// A file that is damaged or foreign.
    pub fn read(
        bytes: &[u8],
        wanted: &[Costing],
        progress: &mut dyn FnMut(Stage),
    ) -> Result<Self, PreparedError> {
        match Self::from_bytes(bytes) {
            Err(PreparedError::NotPrepared) => {
                let network = Arc::new(Network::from_bytes(bytes)?);
                Ok(Self::build(network, wanted, progress))
            }
            Ok(mut prepared) => {
                let missing: Vec<Costing> = prepared.missing(wanted).collect();
                let total = missing.len();
                for (done, costing) in (1..).zip(missing) {
                    prepared.label(costing);
                    let work = Work::Labels(costing);
                    progress(Stage { work, done, total });
                }
                Ok(prepared)
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// The network.
    pub fn network(&self) -> &Arc<Network> {
        &self.frame.network
    }

    /// Streets at the costs of a costing: at once where it has labels, otherwise within
    /// milliseconds and without labels.
    pub fn streets(&self, costing: Costing) -> Streets {
        let held = self.labelled.iter().find(|(held, _)| *held == costing);
        held.map_or_else(|| self.bare(costing), |(_, streets)| streets.clone())
    }

    /// Streets without labels.
    fn bare(&self, costing: Costing) -> Streets {
        let Frame { network, graph, .. } = &self.frame;
        let weights = Weights::new(network, graph, |_, attributes, length_um| {
            costing.cost_um(attributes, length_um)
        });
        Streets::at(self.frame.clone(), weights)
    }

    /// Whether a costing has labels.
    pub fn has_labels(&self, costing: Costing) -> bool {
        self.labelled.iter().any(|(held, _)| *held == costing)
    }

    /// Those of these costings that have no labels: none were asked for, or the costs have
    /// changed since the file was written.
    pub fn missing<'w>(
        &self,
        wanted: &'w [Costing],
    ) -> impl Iterator<Item = Costing> + use<'_, 'w> {
        wanted
            .iter()
            .copied()
            .filter(|&costing| !self.has_labels(costing))
    }

    /// Makes labels for a costing; some 0.3 s for a town of 20,000 junctions.
    pub fn label(&mut self, costing: Costing) {
        let streets = self.bare(costing);
        let labels = Arc::new(streets.relabel());
        // Made from these very streets, they are theirs.
        if let Ok(streets) = streets.with_labels(labels) {
            self.keep(costing, streets);
        }
    }

    fn keep(&mut self, costing: Costing, streets: Streets) {
        self.labelled.retain(|(held, _)| *held != costing);
        self.labelled.push((costing, streets));
    }
}

#[cfg(test)]
mod tests;
