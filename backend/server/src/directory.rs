//! Which devices are registered, and what is known of their models: kept in memory, so that
//! reading a frame by its profile costs no question to the database.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use domain::devices::{DeviceUid, Profile, Profiles, Protocol, ReceivedFrame};
use domain::geo::Datum;
use domain::ports::StoreError;
use store::{DirectoryEntry, SqlStore};

type Known = HashMap<(Protocol, DeviceUid), Arc<DirectoryEntry>>;

/// The registered devices and the profiles of all models.
pub struct DeviceDirectory {
    store: Arc<SqlStore>,
    profiles: Profiles,
    known: RwLock<Known>,
}

impl DeviceDirectory {
    /// A directory that has read nothing yet: it asks for each device until [`Self::reload`].
    pub fn new(store: Arc<SqlStore>, profiles: Profiles) -> Self {
        Self {
            store,
            profiles,
            known: RwLock::default(),
        }
    }

    /// The profiles of all models.
    pub fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// Reads all registered devices. Others may have changed them, so this is done now and then;
    /// whoever changes one through this process calls it as well.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; what was known stays.
    pub fn reload(&self) -> Result<(), StoreError> {
        let mut fresh = Known::new();
        for entry in self.store.device_directory()? {
            let name = (entry.device.protocol, entry.device.uid.clone());
            // A name that two organisations use is the first one's, as for its alarms.
            fresh.entry(name).or_insert_with(|| Arc::new(entry));
        }
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// The device of this name, when it is registered. Blocks on a name that is not known yet.
    pub fn find(&self, protocol: Protocol, uid: &DeviceUid) -> Option<Arc<DirectoryEntry>> {
        let name = (protocol, uid.clone());
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = known.get(&name) {
            return Some(entry.clone());
        }
        drop(known);
        // Somebody may have registered it a moment ago. Without an answer it is read as a
        // stranger of its protocol: nothing may stop an alarm here.
        let entry = self
            .store
            .device_named(protocol, uid)
            .inspect_err(|error| tracing::warn!(%error, "a device was not looked up"))
            .ok()??;
        let entry = Arc::new(entry);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(name, entry.clone());
        Some(entry)
    }

    /// Maker's name of a device, for decoders that need it.
    pub fn model(&self, protocol: Protocol, uid: &DeviceUid) -> Option<String> {
        self.find(protocol, uid)?.model.clone()
    }

    /// The profile of a device, and the datum that its source sends.
    pub fn reads(&self, entry: &DirectoryEntry) -> (&Profile, Datum) {
        let profile = self
            .profiles
            .of(entry.device.protocol, entry.model.as_deref());
        (profile, entry.datum.unwrap_or(profile.datum))
    }

    /// A frame as the rest of Anlin reads it: UTC, WGS-84, alarms under their usual names.
    /// Blocks on a device that is not known yet.
    #[must_use]
    pub fn at_the_edge(&self, mut frame: ReceivedFrame) -> ReceivedFrame {
        let received_at = frame.received_at;
        frame.decoded = frame.decoded.map(|event| {
            let entry = self.find(event.protocol, &event.device_uid);
            let (profile, datum) = match &entry {
                Some(entry) => self.reads(entry),
                None => {
                    let profile = self.profiles.of(event.protocol, None);
                    (profile, profile.datum)
                }
            };
            event.at_the_edge(profile, datum, received_at)
        });
        frame
    }
}
