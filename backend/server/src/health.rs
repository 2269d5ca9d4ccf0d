//! Looks whether devices are heard, and opens or clears the cases that follow.
//!
//! A round beats first and looks afterwards: a server that comes back finds its own downtime
//! before it could take anybody's silence for theirs. Devices are claimed under a lease, and a
//! case has one place among the open ones, so that two servers open no two.

mod cases;

use chrono::TimeDelta;
use domain::devices::health::{Downtime, Seen, Turn, look};
use domain::ports::StoreError;
use domain::time::Timestamp;
use store::{LookedAt, WatchedDevice};

use crate::engine::Engine;

/// Between two signs of life of a server.
const BEAT: TimeDelta = TimeDelta::seconds(10);
/// Without a sign of life for longer than this, nobody listened.
const GAP: TimeDelta = TimeDelta::seconds(180);
/// Downtimes that can still matter.
const REMEMBERED: TimeDelta = TimeDelta::days(30);
/// How long a claim holds when its server is gone.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// Devices claimed at once.
const BATCH: u32 = 256;

/// What a server remembers between two rounds.
#[derive(Debug, Default)]
pub struct Rounds {
    last_beat: Option<Timestamp>,
}

impl Rounds {
    /// Beats when it is time, and looks at everybody who is due. Returns how many were looked at.
    ///
    /// # Errors
    /// Storage errors; what was claimed is looked at again when its lease is over.
    pub fn round(&mut self, engine: &Engine) -> Result<usize, StoreError> {
        let now = engine.now();
        if self.last_beat.is_none_or(|last| now - last >= BEAT) {
            if let Some(down) = engine.store.beat(now, GAP)? {
                tracing::warn!(from = %down.from, to = %down.to, "nobody listened");
            }
            self.last_beat = Some(now);
        }
        let claimed = engine.store.health_claim(now, LEASE, BATCH)?;
        if claimed.is_empty() {
            return Ok(0);
        }
        let downtimes = engine.store.downtimes_since(now - REMEMBERED)?;
        let looking = Looking {
            engine,
            downtimes: &downtimes,
            now,
        };
        let looked: Vec<LookedAt> = claimed
            .iter()
            .filter_map(|device| looking.at(device))
            .collect();
        engine.store.health_keep(looked)?;
        Ok(claimed.len())
    }
}

/// One look at many devices.
struct Looking<'a> {
    engine: &'a Engine,
    downtimes: &'a [Downtime],
    now: Timestamp,
}

impl Looking<'_> {
    fn seen<'s>(&'s self, device: &'s WatchedDevice) -> Seen<'s> {
        let profiles = self.engine.directory.profiles();
        Seen {
            profile: profiles.of(device.device.protocol, device.model.as_deref()),
            heard: &device.heard,
            home: device.home,
            downtimes: self.downtimes,
            now: self.now,
        }
    }

    /// Looks at one device; `None` when its case could not be changed, so that it comes again.
    fn at(&self, device: &WatchedDevice) -> Option<LookedAt> {
        let (health, check_at, turn) = look(&device.health, &self.seen(device));
        let changed = match turn {
            Some(Turn::FellSilent) => self.fell_silent(device),
            Some(Turn::CameBack) => self.came_back(device).map(|()| None),
            None => Ok(device.case_id),
        };
        let case_id = changed
            .inspect_err(|error| {
                tracing::error!(%error, device = %device.device.id, "a silence has no case yet");
            })
            .ok()?;
        Some(LookedAt {
            organisation_id: device.device.organisation_id,
            device_id: device.device.id,
            health,
            frames: device.heard.frames,
            check_at,
            case_id,
        })
    }
}
