//! `frames`.

use diesel::prelude::*;
use domain::devices::{DeviceEvent, Protocol, QUARANTINED, ReceivedFrame};
use domain::ports::StoreError;

use super::uid;
use crate::frames::FrameRecord;
use crate::schema::frames;
use crate::sql_types::{At, Id, Json, Word};

#[derive(Clone, Debug, Queryable, Insertable)]
#[diesel(table_name = frames, treat_none_as_default_value = false)]
pub(crate) struct FrameRow {
    organisation_id: Id,
    id: Id,
    protocol: Word<Protocol>,
    source: String,
    received_at: At,
    raw: Vec<u8>,
    device_uid: Option<String>,
    kind: Option<String>,
    decoded: bool,
    error: Option<String>,
    event: Option<Json<DeviceEvent>>,
    event_key: Option<String>,
    incident_id: Option<Id>,
    undecided: bool,
    unknown_device: bool,
}

/// The key under which an alarm frame is stored once; telemetry has none.
pub(crate) fn event_key(frame: &ReceivedFrame) -> Option<&str> {
    let event = frame.decoded.as_ref().ok()?;
    event.is_alarm.then_some(event.key.0.as_str())
}

impl FrameRow {
    pub(crate) fn new(organisation: Id, frame: &ReceivedFrame) -> Self {
        let event = frame.decoded.as_ref().ok();
        let named = event
            .map(|event| &event.device_uid)
            .or(frame.device_uid.as_ref());
        Self {
            organisation_id: organisation,
            id: frame.id.into(),
            protocol: Word(frame.protocol),
            source: frame.source.clone(),
            received_at: At(frame.received_at),
            raw: frame.raw.clone(),
            device_uid: named.map(|uid| uid.as_str().to_owned()),
            kind: event.map(|event| without_nul(&event.kind)),
            decoded: event.is_some() && frame.quarantine().is_none(),
            error: match frame.quarantine() {
                Some(_) => Some(QUARANTINED.to_owned()),
                None => frame.decoded.as_ref().err().map(|error| without_nul(error)),
            },
            event: event.cloned().map(Json),
            event_key: event_key(frame).map(str::to_owned),
            incident_id: None,
            undecided: false,
            unknown_device: false,
        }
    }

    /// Decided: the frame belongs to an incident.
    pub(crate) fn of_incident(self, incident: Option<Id>, unknown_device: bool) -> Self {
        Self {
            incident_id: incident,
            unknown_device,
            ..self
        }
    }

    /// Kept, and still to be decided.
    pub(crate) fn undecided(self) -> Self {
        Self {
            undecided: true,
            ..self
        }
    }

    pub(crate) fn received(self) -> Result<ReceivedFrame, StoreError> {
        Ok(ReceivedFrame {
            id: self.id.into(),
            protocol: self.protocol.0,
            source: self.source,
            received_at: self.received_at.0,
            raw: self.raw,
            device_uid: self.device_uid.as_deref().map(uid).transpose()?,
            decoded: match self.event {
                Some(event) => Ok(event.0),
                None => Err(self.error.unwrap_or_default()),
            },
        })
    }
}

/// PostgreSQL's text cannot hold NUL; the raw bytes keep what was there.
fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

impl TryFrom<FrameRow> for FrameRecord {
    type Error = StoreError;

    fn try_from(row: FrameRow) -> Result<Self, StoreError> {
        let (incident_id, undecided) = (row.incident_id, row.undecided);
        let kind = row.kind.clone();
        let frame = row.received()?;
        Ok(Self {
            id: frame.id,
            received_at: frame.received_at,
            source: frame.source,
            protocol: frame.protocol,
            device_uid: frame.device_uid,
            kind,
            raw: frame.raw,
            decoded: frame.decoded,
            incident_id: incident_id.map(Into::into),
            undecided,
        })
    }
}
