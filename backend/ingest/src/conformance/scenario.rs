//! The list, and which frames show what of it.

use std::fmt;

use domain::devices::{Alarm, DeviceEvent, Fix, Recency};
use domain::time::Timestamp;

use super::{Heard, Manner};

/// A battery that is as good as empty, percent.
const WEAK_PCT: u8 = 20;

/// What a device must be able to tell, in the order in which it is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scenario {
    /// Says who it is.
    Login,
    /// Says that it is there.
    Heartbeat,
    /// The help button where no satellite is heard.
    SosWithoutFix,
    /// A detected fall.
    Fall,
    /// The same alarm twice.
    Duplicate,
    /// A later report before an earlier one.
    OutOfOrder,
    /// A report that was stored and is sent later.
    StoredReplay,
    /// The help button with a battery that is nearly empty.
    LowBatterySos,
}

impl Scenario {
    /// The whole list.
    pub const ALL: [Self; 8] = [
        Self::Login,
        Self::Heartbeat,
        Self::SosWithoutFix,
        Self::Fall,
        Self::Duplicate,
        Self::OutOfOrder,
        Self::StoredReplay,
        Self::LowBatterySos,
    ];

    /// Its word in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Heartbeat => "heartbeat",
            Self::SosWithoutFix => "sos_indoors_without_fix",
            Self::Fall => "fall",
            Self::Duplicate => "duplicate",
            Self::OutOfOrder => "out_of_order",
            Self::StoredReplay => "stored_replay",
            Self::LowBatterySos => "low_battery_with_sos",
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Which frames show a scenario, as places in `heard`; the first that do. For a repeat and for a
/// disorder they are two.
pub fn shown(scenario: Scenario, manner: &Manner, heard: &[Heard]) -> Option<Vec<usize>> {
    let one = |shows: &dyn Fn(&Heard) -> bool| heard.iter().position(shows).map(|at| vec![at]);
    match scenario {
        Scenario::Login => one(&|frame| says_who(frame, manner)),
        Scenario::Heartbeat => one(&|frame| manner.beats.contains(&frame.event.kind.as_str())),
        Scenario::SosWithoutFix => one(&|frame| {
            let lacks_fix = |part: &Part<'_>| part.fix.is_none_or(|fix| !fix.valid);
            parts(&frame.event).any(|part| part.says(Alarm::Sos) && lacks_fix(&part))
        }),
        Scenario::Fall => one(&|frame| frame.event.alarms.contains(&Alarm::Fall)),
        Scenario::StoredReplay => {
            one(&|frame| parts(&frame.event).any(|part| part.recency == Recency::Stored))
        }
        Scenario::LowBatterySos => {
            one(&|frame| parts(&frame.event).any(|part| part.says(Alarm::Sos) && part.is_weak()))
        }
        Scenario::Duplicate => pair(heard, |first, second| {
            first.event.is_alarm
                && first.event.key == second.event.key
                && first.event.device_uid == second.event.device_uid
        }),
        Scenario::OutOfOrder => pair(heard, is_disorder),
    }
}

/// The same of samples, each of which may be sent as often and in any order.
pub(super) fn in_samples(
    scenario: Scenario,
    manner: &Manner,
    heard: &[Heard],
) -> Option<Vec<usize>> {
    match scenario {
        Scenario::Duplicate => {
            let gravest = |frame: &Heard| {
                let is_life = frame.event.alarms.iter().any(|alarm| alarm.is_life_alarm());
                (frame.event.is_alarm, is_life)
            };
            let at = (0..heard.len())
                .rev()
                .max_by_key(|&at| gravest(&heard[at]))?;
            heard[at].event.is_alarm.then(|| vec![at, at])
        }
        Scenario::OutOfOrder => {
            let mut turned: Vec<usize> = (0..heard.len()).collect();
            turned.sort_by_key(|&at| std::cmp::Reverse(heard[at].event.device_time));
            let frames: Vec<_> = turned.iter().map(|&at| heard[at].clone()).collect();
            let found = shown(scenario, manner, &frames)?;
            Some(found.into_iter().map(|at| turned[at]).collect())
        }
        _ => shown(scenario, manner, heard),
    }
}

/// A login; where there is none, every frame says who sends it.
fn says_who(frame: &Heard, manner: &Manner) -> bool {
    let is_login = manner.logins.contains(&frame.event.kind.as_str());
    is_login || (manner.logins.is_empty() && frame.claimed.is_some())
}

fn is_disorder(first: &Heard, second: &Heard) -> bool {
    let is_live = |frame: &Heard| frame.event.recency == Recency::Live;
    let same = first.event.device_uid == second.event.device_uid;
    let times = first.event.device_time.zip(second.event.device_time);
    same && is_live(first)
        && is_live(second)
        && times.is_some_and(|(first, second): (Timestamp, Timestamp)| second < first)
}

fn pair(heard: &[Heard], fits: fn(&Heard, &Heard) -> bool) -> Option<Vec<usize>> {
    (1..heard.len()).find_map(|second| {
        let first = (0..second).find(|&first| fits(&heard[first], &heard[second]))?;
        Some(vec![first, second])
    })
}

/// One report of a frame.
struct Part<'a> {
    alarms: &'a [Alarm],
    fix: Option<Fix>,
    recency: Recency,
    battery_pct: Option<u8>,
}

impl Part<'_> {
    fn says(&self, alarm: Alarm) -> bool {
        self.alarms.contains(&alarm)
    }

    fn is_weak(&self) -> bool {
        let is_low = self.battery_pct.is_some_and(|percent| percent <= WEAK_PCT);
        is_low || self.says(Alarm::LowBattery)
    }
}

fn parts(event: &DeviceEvent) -> impl Iterator<Item = Part<'_>> {
    let whole = event.records.is_empty().then_some(Part {
        alarms: &event.alarms,
        fix: event.fix,
        recency: event.recency,
        battery_pct: event.battery_pct,
    });
    let records = event.records.iter().map(|record| Part {
        alarms: &record.alarms,
        fix: record.fix,
        recency: record.recency,
        battery_pct: record.battery_pct,
    });
    whole.into_iter().chain(records)
}
