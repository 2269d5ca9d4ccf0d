//! The streets as each way of getting about meets them, and what closures leave of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::geo::Coordinate;
use domain::responders::{Responder, Vehicle};
use spatial::{Costing, Network, Prepared, Profile, Snap, Streets};

use super::positions::on_earth;

/// How many modes there are.
pub(super) const MODES: usize = Mode::ALL.len();

/// How somebody gets about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// On foot. Also by car: where cars drive is not known here, and nobody walks slower.
    Foot,
    /// By e-bike or bicycle: the pace is one that both keep.
    Riding,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::Foot, Self::Riding];

    /// How a responder gets about.
    pub fn of(responder: &Responder) -> Self {
        match responder.vehicle {
            Vehicle::Foot | Vehicle::Car => Self::Foot,
            Vehicle::Bicycle | Vehicle::Ebike => Self::Riding,
        }
    }

    /// What streets cost in this mode.
    const fn profile(self) -> Profile {
        match self {
            Self::Foot => Profile::Worker,
            Self::Riding => Profile::EBike,
        }
    }

    /// Metres per second on a level street.
    pub fn speed_m_s(self) -> f64 {
        self.profile().speed_m_s()
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
    closed: Closed,
}

/// What is closed at a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Closed {
    /// Edges that are reported closed.
    pub(super) edges: BTreeSet<u32>,
    /// Gates outside their hours.
    pub(super) gates: Gates,
}

/// Gates outside their hours.
#[derive(Clone, Debug, Default, Eq)]
pub(super) struct Gates {
    /// Edges that end at a shut gate.
    pub(super) shut: Vec<u32>,
    /// A weekday from Monday and a minute of the day at which just these are shut.
    pub(super) at: (u8, u16),
}

impl PartialEq for Gates {
    /// The same gates are shut at many a moment.
    fn eq(&self, other: &Self) -> bool {
        self.shut == other.shut
    }
}

impl Ways {
    /// Everything open; labels are used where they are prepared.
    pub(super) fn open(prepared: &Prepared) -> Self {
        let streets = |mode: Mode| Arc::new(prepared.streets(mode.profile().metric()));
        let open = Mode::ALL.map(streets);
        Self {
            network: Arc::clone(prepared.network()),
            now: open.clone(),
            open,
            closed: Closed::default(),
        }
    }

    /// Costings that labels are wanted for.
    pub(super) fn wanted() -> [Costing; MODES] {
        Mode::ALL.map(|mode| mode.profile().metric())
    }

    /// The same network with exactly this closed. Some milliseconds for a town; without labels,
    /// unless nothing is closed.
    pub(super) fn with_closed(&self, closed: Closed) -> Self {
        let changes: Vec<_> = closed.edges.iter().map(|edge| (*edge, None)).collect();
        let (weekday, minute) = closed.gates.at;
        let now = self.open.each_ref().map(|open| {
            if closed.gates.shut.is_empty() && changes.is_empty() {
                return Arc::clone(open);
            }
            let gated = match closed.gates.shut.is_empty() {
                true => None,
                false => Some(open.at_hour(weekday, minute)),
            };
            let gated = gated.as_ref().unwrap_or(open);
            Arc::new(match changes.is_empty() {
                true => Streets::clone(gated),
                false => gated.changed(&changes),
            })
        });
        Self {
            network: Arc::clone(&self.network),
            open: self.open.clone(),
            now,
            closed,
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

    /// What is closed.
    pub(super) fn closed(&self) -> &Closed {
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
