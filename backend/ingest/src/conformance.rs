//! The published scenarios that a device's makers try: which frames show them, in every protocol.
//!
//! [`play`] takes them from a protocol's invented samples, [`shown`] finds them in frames that
//! somebody recorded. What a wire cannot say is part of the protocol's [`Manner`], with the reason.

mod recording;
mod scenario;

use domain::devices::{DeviceEvent, DeviceUid};
use domain::time::Timestamp;

use crate::protocol::{Codec, Envelope, Session};
pub use recording::{Line, Recording, read};
pub use scenario::{Scenario, shown};

/// How a protocol speaks, beyond what its frames show by themselves.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Kinds of frames that say who the device is, where later frames do not.
    pub logins: &'static [&'static str],
    /// Kinds of frames that say no more than that it is there.
    pub beats: &'static [&'static str],
    /// What the wire cannot say, and why.
    pub unsaid: &'static [(Scenario, &'static str)],
}

impl Manner {
    /// Why the wire cannot say something; `None` where it can.
    pub fn why_not(&self, scenario: Scenario) -> Option<&'static str> {
        let found = self.unsaid.iter().find(|(unsaid, _)| *unsaid == scenario);
        found.map(|(_, reason)| *reason)
    }
}

/// A frame that could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// As it stood on the wire.
    pub bytes: Vec<u8>,
    /// What it means.
    pub event: DeviceEvent,
    /// Who it claims to come from by itself.
    pub claimed: Option<DeviceUid>,
}

/// What is played for a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Play {
    /// These frames, in this order, on one connection.
    Frames(Vec<Vec<u8>>),
    /// Nothing: the wire cannot say it, for this reason.
    Unsaid(&'static str),
}

/// Frames of a scenario, all invented: a login where the protocol has one, then what shows it.
///
/// `None` where the samples lack it, which a test forbids.
pub fn play(codec: &Codec, scenario: Scenario, at: Timestamp) -> Option<Play> {
    if let Some(reason) = codec.manner.why_not(scenario) {
        return Some(Play::Unsaid(reason));
    }
    let heard = samples(codec, at);
    let login = || {
        let is_login = |one: &&Heard| codec.manner.logins.contains(&one.event.kind.as_str());
        heard.iter().find(is_login)
    };
    let found = scenario::in_samples(scenario, &codec.manner, &heard)?;
    let mut frames: Vec<_> = found.iter().map(|&at| heard[at].bytes.clone()).collect();
    if scenario != Scenario::Login
        && let Some(login) = login()
    {
        frames.insert(0, login.bytes.clone());
    }
    Some(Play::Frames(frames))
}

/// The samples of a protocol as a connection hears them that knows its device.
fn samples(codec: &Codec, at: Timestamp) -> Vec<Heard> {
    let frames = (codec.samples)();
    let mut session = Session::default();
    for frame in &frames {
        session.uid = session.uid.or_else(|| (codec.claimed_uid)(frame));
    }
    let hear = |frame: Vec<u8>| {
        let event = (codec.decode)(&frame, &Envelope::of(&session).at(at)).ok()?;
        Some(Heard {
            claimed: (codec.claimed_uid)(&frame),
            bytes: frame,
            event,
        })
    };
    frames.into_iter().filter_map(hear).collect()
}

#[cfg(test)]
mod tests;
