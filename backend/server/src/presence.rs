//! Which devices are here in this process: who can be told something at once, and what of it still
//! waits for their answer. Nothing here is durable; what has to last is in the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::devices::{Command, DeviceUid, Protocol};
use domain::ids::{CommandId, OrganisationId};
use domain::time::Timestamp;
use ingest::downlink;
use ingest::listeners::Outlet;
use tokio::sync::watch;

/// The longest frame that is remembered to show how a device speaks, bytes.
const LONGEST_SAMPLE: usize = 1024;
/// Answers of one device that are waited for at once; more push the oldest out.
const MOST_AWAITED: usize = 8;

/// Who is here; asked for every frame, so no lookup allocates.
#[derive(Debug)]
pub struct Presence {
    devices: Mutex<HashMap<Protocol, HashMap<DeviceUid, Here>>>,
    changed: watch::Sender<u64>,
}

#[derive(Debug)]
struct Here {
    outlet: Outlet,
    sample: Arc<[u8]>,
    awaited: Vec<Awaited>,
}

/// A command whose answer may come.
#[derive(Clone, Debug, PartialEq)]
pub struct Awaited {
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// Which.
    pub id: CommandId,
    /// What the device was told.
    pub command: Command,
    /// Under which number.
    pub serial: u16,
    /// Until when an answer counts.
    pub until: Timestamp,
}

/// An answer to a command: whose, which, and whether it was done.
pub type Answered = (OrganisationId, CommandId, bool);

impl Default for Presence {
    fn default() -> Self {
        Self {
            devices: Mutex::default(),
            changed: watch::Sender::new(0),
        }
    }
}

impl Presence {
    /// A frame of this device was kept on a connection; wakes whoever has something for it.
    pub fn arrived(&self, protocol: Protocol, uid: &DeviceUid, frame: &[u8], outlet: &Outlet) {
        let mut devices = self.lock();
        let of_protocol = devices.entry(protocol).or_default();
        let is_new = match of_protocol.get_mut(uid) {
            Some(here) => {
                let is_same = here.outlet.is(outlet) && here.outlet.is_open();
                here.outlet = outlet.clone();
                if !is_same {
                    here.sample = sample(frame);
                }
                !is_same
            }
            None => {
                let here = Here {
                    outlet: outlet.clone(),
                    sample: sample(frame),
                    awaited: Vec::new(),
                };
                of_protocol.insert(uid.clone(), here);
                true
            }
        };
        drop(devices);
        if is_new {
            self.nudge();
        }
    }

    /// A connection has ended; a newer one of the same device stays, and so do answers that are
    /// waited for: they may come on the next connection.
    pub fn left(&self, protocol: Protocol, uid: &DeviceUid, outlet: &Outlet) {
        let mut devices = self.lock();
        let Some(of_protocol) = devices.get_mut(&protocol) else {
            return;
        };
        let is_over = |here: &Here| here.outlet.is(outlet) && here.awaited.is_empty();
        if of_protocol.get(uid).is_some_and(is_over) {
            of_protocol.remove(uid);
        }
    }

    /// The way to a device that is here, and a frame that shows how it speaks.
    pub fn way(&self, protocol: Protocol, uid: &DeviceUid) -> Option<(Outlet, Arc<[u8]>)> {
        let devices = self.lock();
        let here = devices.get(&protocol)?.get(uid)?;
        here.outlet
            .is_open()
            .then(|| (here.outlet.clone(), Arc::clone(&here.sample)))
    }

    /// From now on a frame of this device may answer a command.
    pub fn expect(&self, protocol: Protocol, uid: &DeviceUid, awaited: Awaited) {
        let mut devices = self.lock();
        let here = devices.get_mut(&protocol).and_then(|of| of.get_mut(uid));
        if let Some(here) = here {
            here.awaited.retain(|known| known.id != awaited.id);
            if here.awaited.len() == MOST_AWAITED {
                here.awaited.remove(0);
            }
            here.awaited.push(awaited);
        }
    }

    /// The oldest command that a frame answers; it is not waited for any more.
    pub fn answer(&self, protocol: Protocol, uid: &DeviceUid, frame: &[u8]) -> Option<Answered> {
        let mut devices = self.lock();
        let here = devices.get_mut(&protocol)?.get_mut(uid)?;
        let answers =
            |awaited: &Awaited| downlink::answer(protocol, &awaited.command, awaited.serial, frame);
        let (at, done) = here
            .awaited
            .iter()
            .enumerate()
            .find_map(|(at, awaited)| Some((at, answers(awaited)?)))?;
        let awaited = here.awaited.remove(at);
        Some((awaited.organisation_id, awaited.id, done))
    }

    /// Forgets who has gone and what will not be answered any more.
    pub fn prune(&self, now: Timestamp) {
        for of_protocol in self.lock().values_mut() {
            of_protocol.retain(|_, here| {
                here.awaited.retain(|awaited| awaited.until > now);
                here.outlet.is_open() || !here.awaited.is_empty()
            });
        }
    }

    /// Something was queued, or somebody came.
    pub fn nudge(&self) {
        self.changed
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Registers before looking: what comes between look and sleep is not missed.
    pub fn register(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    // Nothing that could panic happens under the lock, so a poisoned one is still whole.
    fn lock(&self) -> MutexGuard<'_, HashMap<Protocol, HashMap<DeviceUid, Here>>> {
        self.devices.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a frame shows of its device; the head of it is enough, and voice is long.
fn sample(frame: &[u8]) -> Arc<[u8]> {
    frame[..frame.len().min(LONGEST_SAMPLE)].into()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;

    const WATCH: Protocol = Protocol::Watch;

    fn uid() -> DeviceUid {
        DeviceUid::parse("9990000001").expect("a uid")
    }

    fn awaited(id: u128) -> Awaited {
        Awaited {
            organisation_id: OrganisationId(Uuid::from_u128(1)),
            id: CommandId(Uuid::from_u128(id)),
            command: Command::Ring,
            serial: 1,
            until: Timestamp::UNIX_EPOCH + TimeDelta::seconds(9),
        }
    }

    #[tokio::test]
    async fn an_old_connection_that_ends_does_not_take_the_new_one_with_it() {
        let presence = Presence::default();
        let mut woken = presence.register();
        let (old, old_queue) = Outlet::line();
        let (new, new_queue) = Outlet::line();
        presence.arrived(WATCH, &uid(), b"[3G*9990000001*0002*LK]", &old);
        assert!(woken.has_changed().expect("there"));
        woken.mark_unchanged();
        presence.arrived(WATCH, &uid(), b"[ZJ*9990000001*0002*LK]", &new);
        assert!(woken.has_changed().expect("there"));
        presence.left(WATCH, &uid(), &old);
        drop(old_queue);
        let (outlet, sample) = presence.way(WATCH, &uid()).expect("still here");
        assert!(outlet.is(&new) && sample.starts_with(b"[ZJ"));
        assert!(presence.way(Protocol::Gt06, &uid()).is_none());
        drop(new_queue);
        assert!(
            presence.way(WATCH, &uid()).is_none(),
            "ended without a word"
        );
    }

    #[tokio::test]
    async fn an_answer_may_come_on_the_next_connection_and_counts_once() {
        let presence = Presence::default();
        let (outlet, queue) = Outlet::line();
        presence.arrived(WATCH, &uid(), b"", &outlet);
        for id in 1..=9 {
            presence.expect(WATCH, &uid(), awaited(id));
        }
        presence.expect(WATCH, &uid(), awaited(9));
        drop(queue);
        presence.left(WATCH, &uid(), &outlet);
        presence.prune(Timestamp::UNIX_EPOCH);
        let found = b"[3G*9990000001*0004*FIND]";
        let beat = b"[3G*9990000001*0002*LK]";
        assert_eq!(presence.answer(WATCH, &uid(), beat), None);
        let answered: Vec<_> =
            std::iter::from_fn(|| presence.answer(WATCH, &uid(), found)).collect();
        let ids: Vec<u128> = answered.iter().map(|(_, id, _)| id.0.as_u128()).collect();
        assert_eq!(ids, [2, 3, 4, 5, 6, 7, 8, 9], "the oldest was pushed out");
        assert!(answered.iter().all(|(_, _, done)| *done));
        presence.prune(Timestamp::UNIX_EPOCH);
        assert!(presence.lock()[&WATCH].is_empty(), "nothing is left of it");
    }

    #[test]
    fn an_unanswered_command_is_forgotten_in_time() {
        let presence = Presence::default();
        let (outlet, _queue) = Outlet::line();
        presence.arrived(WATCH, &uid(), b"", &outlet);
        presence.expect(WATCH, &uid(), awaited(1));
        presence.prune(Timestamp::UNIX_EPOCH + TimeDelta::seconds(9));
        let found = b"[3G*9990000001*0004*FIND]";
        assert_eq!(presence.answer(WATCH, &uid(), found), None);
        assert!(presence.way(WATCH, &uid()).is_some());
    }
}
