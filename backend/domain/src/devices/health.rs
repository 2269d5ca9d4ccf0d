//! Whether a device is heard, by hysteresis, and how long its battery lasts.
//!
//! [`look`] is pure: what was known before and what has been heard since go in, what is known
//! afterwards and when to look again comes out. Time in which this service itself did not listen
//! counts against nobody.

mod battery;
mod rest;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::devices::Profile;
use crate::geo::{Coordinate, Datum};
use crate::time::{Timestamp, seconds};

pub use battery::Charge;
pub use rest::Resting;

/// Longest time that a device may take to come back after this service did, seconds.
const RECONNECT_S: u32 = 900;
/// A silent device is looked at again after this, should the frame that ends its silence not
/// have said so itself.
const LOOK_AGAIN: TimeDelta = TimeDelta::hours(24);

/// A time in which this service did not listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Downtime {
    /// Last sign of life of the service before it.
    pub from: Timestamp,
    /// First one after it.
    pub to: Timestamp,
}

/// What was last heard of a device.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// When its last frame came in.
    pub last_seen_at: Timestamp,
    /// Frames it sent so far.
    pub frames: i64,
    /// 0-100.
    pub battery_pct: Option<u8>,
    /// On a charger.
    pub charging: Option<bool>,
    /// Its last valid fix and when that came in.
    pub last_fix: Option<(Coordinate, Timestamp)>,
}

/// What is remembered of a device between two looks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// Frames it had sent when it fell silent.
    #[serde(default)]
    pub frames_at_silence: i64,
    /// The battery since it was last charged.
    #[serde(default)]
    pub battery: Charge,
    /// Fixes while it lay still.
    #[serde(default)]
    pub resting: Resting,
}

/// How a device stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Health {
    /// Since when nothing is heard of it, when it counts as silent.
    pub silent_since: Option<Timestamp>,
    /// When its battery is expected to be empty.
    pub flat_at: Option<Timestamp>,
    /// The datum that its source seems to send without saying so.
    pub proposed_datum: Option<Datum>,
    /// What is remembered.
    pub memory: Memory,
}

/// What changed at a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It counts as silent from now on.
    FellSilent,
    /// It is heard again.
    CameBack,
}

/// Everything a look may take into account.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// What is known of its model.
    pub profile: &'a Profile,
    /// What was heard.
    pub heard: &'a Heard,
    /// Where its resident lives.
    pub home: Option<Coordinate>,
    /// When this service did not listen, in order.
    pub downtimes: &'a [Downtime],
    /// The present.
    pub now: Timestamp,
}

impl Seen<'_> {
    /// When the device counts as silent, should nothing more be heard of it.
    ///
    /// The intervals it may miss, and all the time in which this service did not listen; a
    /// sign of life may have fallen into that time, so one more interval is waited. After this
    /// service came back, everybody gets time to connect again. O(downtimes).
    pub fn silent_at(&self) -> Timestamp {
        self.missing_at(self.profile.misses)
    }

    /// Whether all but the last sign of life that it may miss are missing.
    pub fn is_late(&self) -> bool {
        self.now >= self.missing_at(self.profile.misses - 1)
    }

    fn missing_at(&self, misses: u32) -> Timestamp {
        let (seen, interval) = (self.heard.last_seen_at, self.profile.interval_s);
        let mut due = seen + seconds(interval) * i32::try_from(misses).unwrap_or(i32::MAX);
        let since = || self.downtimes.iter().filter(|down| down.to > seen);
        due += since()
            .map(|down| down.to - down.from.max(seen))
            .sum::<TimeDelta>();
        match since().next_back() {
            Some(last) => {
                let reconnected = last.to + seconds(interval.min(RECONNECT_S));
                (due + seconds(interval)).max(reconnected)
            }
            None => due,
        }
    }
}

/// Looks at a device: how it stands now, when to look again, and what changed.
///
/// Silent after the misses of its profile, back after the frames of its profile: in between
/// nothing changes, so that a device at the edge of its network does not flap.
pub fn look(before: &Health, seen: &Seen<'_>) -> (Health, Timestamp, Option<Turn>) {
    let Seen {
        profile,
        heard,
        now,
        ..
    } = *seen;
    let mut after = before.clone();
    after.memory.battery.note(heard, now);
    after.flat_at = after.memory.battery.flat_at();
    after.memory.resting.note(heard);
    after.proposed_datum = seen
        .home
        .and_then(|home| after.memory.resting.proposal(home));
    let turn = match before.silent_since {
        None if now >= seen.silent_at() => {
            after.silent_since = Some(heard.last_seen_at);
            after.memory.frames_at_silence = heard.frames;
            Some(Turn::FellSilent)
        }
        None => None,
        Some(_) => {
            let since = heard.frames - before.memory.frames_at_silence;
            let back = since >= i64::from(profile.back_after) && now < seen.silent_at();
            back.then(|| {
                after.silent_since = None;
                Turn::CameBack
            })
        }
    };
    let again = match after.silent_since {
        Some(_) => now + LOOK_AGAIN,
        None => seen.silent_at(),
    };
    (after, again, turn)
}

#[cfg(test)]
mod tests;
