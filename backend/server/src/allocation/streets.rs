//! The streets as each way of getting about meets them, and what closures leave of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::geo::Coordinate;
use domain::responders::Responder;
use spatial::{EdgeAttributes, Network, Snap, Streets};

use super::positions::on_earth;

/// A worker on foot, metres per second (DOMAIN 3.3).
pub const WORKER_ON_FOOT_M_S: f64 = 1.2;
/// A worker by e-bike, metres per second (DOMAIN 3.3: 3.5 to 4.0).
pub const WORKER_BY_EBIKE_M_S: f64 = 3.75;

/// How many modes there are.
pub(super) const MODES: usize = Mode::ALL.len();

/// How somebody gets about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// On foot.
    Foot,
    /// By e-bike; stairs are walked.
    Ebike,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::Foot, Self::Ebike];

    /// How a responder gets about.
    pub fn of(_responder: &Responder) -> Self {
        Self::Foot
    }

    /// Metres per second on a level street.
    pub const fn speed_m_s(self) -> f64 {
        match self {
            Self::Foot => WORKER_ON_FOOT_M_S,
            Self::Ebike => WORKER_BY_EBIKE_M_S,
        }
    }

    /// Place in lists of all modes.
    pub(super) const fn index(self) -> usize {
        self as usize
    }

    /// Milliseconds for so many metres of level street.
    pub(super) fn ms(self, metres: f64) -> u32 {
        // The cast saturates.
        (metres / self.speed_m_s() * 1000.0).round() as u32
    }

    /// Metres of level street in so many milliseconds.
    pub(super) fn metres(self, ms: u32) -> u32 {
        (f64::from(ms) * self.speed_m_s() / 1000.0).round() as u32
    }
}

/// One network for every mode, open and as it is now.
///
/// Immutable: a closure makes another one, which questions are then asked of.
pub(super) struct Ways {
    network: Arc<Network>,
    open: [Arc<Streets>; MODES],
    now: [Arc<Streets>; MODES],
    closed: BTreeSet<u32>,
}

impl Ways {
    /// Everything open, labels included; slow compared with a closure.
    pub(super) fn open(network: Arc<Network>) -> Self {
        let foot = Streets::level(Arc::clone(&network));
        let ebike = with_labels(foot.profile(by_ebike));
        let open = [Arc::new(foot), Arc::new(ebike)];
        Self {
            network,
            now: open.clone(),
            open,
            closed: BTreeSet::new(),
        }
    }

    /// The same network with exactly these edges closed. Some milliseconds for a town; without
    /// labels, unless nothing is closed.
    pub(super) fn with_closed(&self, edges: BTreeSet<u32>) -> Self {
        let changes: Vec<_> = edges.iter().map(|edge| (*edge, None)).collect();
        let now = if changes.is_empty() {
            self.open.clone()
        } else {
            self.open
                .each_ref()
                .map(|streets| Arc::new(streets.changed(&changes)))
        };
        Self {
            network: Arc::clone(&self.network),
            open: self.open.clone(),
            now,
            closed: edges,
        }
    }

    /// The same with labels: what takes longest, and is done beside the questions.
    pub(super) fn labelled(&self) -> Self {
        let now = self.now.each_ref().map(|streets| match streets.labels() {
            Some(_) => Arc::clone(streets),
            None => Arc::new(with_labels(Streets::clone(streets))),
        });
        Self {
            network: Arc::clone(&self.network),
            open: self.open.clone(),
            now,
            closed: self.closed.clone(),
        }
    }

    /// Whether every mode has labels, which are then those of its very streets.
    pub(super) fn is_labelled(&self) -> bool {
        self.now.iter().all(|streets| streets.labels().is_some())
    }

    /// The streets of a mode.
    pub(super) fn of(&self, mode: Mode) -> &Streets {
        &self.now[mode.index()]
    }

    /// The network below.
    pub(super) fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// Edges that are closed.
    pub(super) fn closed(&self) -> &BTreeSet<u32> {
        &self.closed
    }

    /// Where a place meets the streets, if it is near enough for times to mean anything.
    pub(super) fn snap(&self, at: Coordinate) -> Option<Snap> {
        self.network.snap(on_earth(at)?).filter(Snap::is_known)
    }
}

fn with_labels(streets: Streets) -> Streets {
    let labels = Arc::new(streets.relabel());
    match streets.with_labels(labels) {
        Ok(labelled) => labelled,
        // They were made from these very streets; without them answers are slower and right.
        Err(_) => streets,
    }
}

/// Stairs are walked beside the e-bike; what else slows it is not known here.
fn by_ebike(_edge: u32, attributes: EdgeAttributes, length_um: u64) -> Option<u64> {
    let factor = if attributes.steps {
        WORKER_BY_EBIKE_M_S / WORKER_ON_FOOT_M_S
    } else {
        1.0
    };
    Some((length_um as f64 * factor) as u64)
}
