//! One case for a silent device, or one for an area of them.

use std::collections::BTreeSet;

use domain::apply::{ApplyError, Carried, apply};
use domain::ids::{IncidentId, ResidentId};
use domain::incidents::{CaseSignal, IncidentKind, Input, OpenKey, Refusal};
use domain::message::facts;
use domain::ports::Target;
use domain::time::seconds;
use store::{OutageHome, WatchedDevice};

use super::Looking;

impl Looking<'_> {
    /// The case of a device that fell silent; none for one that guards nobody.
    pub(super) fn fell_silent(
        &self,
        device: &WatchedDevice,
    ) -> Result<Option<IncidentId>, ApplyError> {
        let Some(resident) = device.device.resident_id else {
            return Ok(None);
        };
        if let Some(outage) = self.outage_of(device)? {
            self.join(outage, device, resident)?;
            return Ok(Some(outage));
        }
        let signal = CaseSignal {
            kind: IncidentKind::DeviceSilent,
            key: OpenKey::silent(device.device.id),
            device_id: Some(device.device.id),
            facts: facts([("device", device.device.uid.to_string())]),
        };
        self.open(device, Some(resident), signal)
    }

    /// Clears the case of a device that is heard again. An outage is over with its last home.
    pub(super) fn came_back(&self, device: &WatchedDevice) -> Result<(), ApplyError> {
        let Some(case) = device.case_id else {
            return Ok(());
        };
        let (store, of) = (&self.engine.store, &device.device);
        let incident = store.incident_read(of.organisation_id, case)?;
        if incident.kind == IncidentKind::AreaOutage {
            let left = store.outage_back(of.organisation_id, case, of.id, self.now)?;
            if left > 0 {
                return Ok(());
            }
        }
        self.clear(device, case)
    }

    /// The outage that this silence belongs to: one that is open, or one that begins with it.
    fn outage_of(&self, device: &WatchedDevice) -> Result<Option<IncidentId>, ApplyError> {
        let Some(code) = &device.committee_code else {
            return Ok(None);
        };
        let organisation = device.device.organisation_id;
        let (store, key) = (&self.engine.store, OpenKey::outage(code));
        if let Some(open) = store.incident_of_open_key(organisation, &key)? {
            return Ok(Some(open.id));
        }
        let neighbours = store.watched_in(organisation, code)?;
        let (missing, listened) = self.counted(&neighbours);
        let rule = self.engine.directory.profiles().outage;
        if !rule.holds(missing.len(), listened) {
            return Ok(None);
        }
        let signal = CaseSignal {
            kind: IncidentKind::AreaOutage,
            key,
            device_id: None,
            facts: facts([("count", missing.len().to_string())]),
        };
        let opened = self.open(device, None, signal)?;
        if let Some(outage) = opened {
            self.fold(outage, &neighbours)?;
        }
        Ok(opened)
    }

    /// The homes of which nothing is heard since about now, and how many are listened to. Who has
    /// missed all but one sign of life counts already: after a power cut everybody is late at
    /// once, and falls silent one after the other.
    fn counted(&self, neighbours: &[WatchedDevice]) -> (BTreeSet<ResidentId>, usize) {
        let window = seconds(self.engine.directory.profiles().outage.window_s);
        let (mut missing, mut listened) = (BTreeSet::new(), BTreeSet::new());
        for device in neighbours {
            let (Some(resident), seen) = (device.device.resident_id, self.seen(device)) else {
                continue;
            };
            // A watch that lies in a drawer since last month says nothing of today.
            if self.now - seen.silent_at() > window {
                continue;
            }
            listened.insert(resident);
            if seen.is_late() {
                missing.insert(resident);
            }
        }
        (missing, listened.len())
    }

    /// Cases of single devices that turned out to be part of an outage.
    fn fold(&self, outage: IncidentId, neighbours: &[WatchedDevice]) -> Result<(), ApplyError> {
        let window = seconds(self.engine.directory.profiles().outage.window_s);
        for device in neighbours {
            let recent = self.now - self.seen(device).silent_at() <= window;
            let (Some(case), Some(resident)) = (device.case_id, device.device.resident_id) else {
                continue;
            };
            if !recent || device.health.silent_since.is_none() || case == outage {
                continue;
            }
            self.join(outage, device, resident)?;
            let (store, of) = (&self.engine.store, &device.device);
            store.case_move(of.organisation_id, of.id, outage)?;
            self.clear(device, case)?;
        }
        Ok(())
    }

    fn join(
        &self,
        outage: IncidentId,
        device: &WatchedDevice,
        resident_id: ResidentId,
    ) -> Result<(), ApplyError> {
        let home = OutageHome {
            device_id: device.device.id,
            resident_id,
            silent_since: device.heard.last_seen_at,
            back_at: None,
        };
        let (store, organisation) = (&self.engine.store, device.device.organisation_id);
        Ok(store.outage_join(organisation, outage, vec![home])?)
    }

    fn open(
        &self,
        device: &WatchedDevice,
        resident_id: Option<ResidentId>,
        signal: CaseSignal,
    ) -> Result<Option<IncidentId>, ApplyError> {
        let target = Target::Case {
            organisation_id: device.device.organisation_id,
            key: signal.key.clone(),
            resident_id,
        };
        let input = Input::OpenCase(signal);
        let applied = apply(self.engine, &target, &input, &Carried::default())?;
        Ok(applied.incident_id)
    }

    fn clear(&self, device: &WatchedDevice, case: IncidentId) -> Result<(), ApplyError> {
        let target = Target::Incident {
            organisation_id: device.device.organisation_id,
            id: case,
        };
        match apply(self.engine, &target, &Input::ClearCase, &Carried::default()) {
            // The seat was faster, or another server.
            Ok(_) | Err(ApplyError::Refused(Refusal::Closed)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
