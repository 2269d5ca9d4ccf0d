//! Frames: kept raw, whether or not they mean anything.

use domain::devices::{ReceivedFrame, UsualWay};
use domain::ids::{FrameId, IncidentId, OrganisationId, TimerId};
use domain::incidents::TimerKind;
use domain::ports::StoreError;
use domain::time::Timestamp;

use super::state::{Event, FrameRow, Frames, State, TimerRow};

/// Keeps an alarm frame alone, with a timer due now.
pub(super) fn undecided(
    state: &mut State,
    frame: ReceivedFrame,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let organisation = organisation_of(state, &frame);
    if state.frames.known(organisation, &frame).is_some() {
        // It is kept already, and that is all that was asked for.
        return Ok(false);
    }
    let id = frame.id;
    state.frames.free(organisation, &frame)?;
    seen(state, &frame);
    state.frames.insert(
        organisation,
        FrameRow {
            frame,
            incident_id: None,
            undecided: true,
        },
    );
    // No identifier of its own: a frame waits once.
    let timer = TimerRow {
        organisation_id: organisation,
        incident_id: None,
        frame_id: Some(id),
        kind: TimerKind::Rung,
        rung: 0,
        due_at: now,
        generation: 0,
        leased_until: None,
    };
    state.timers.insert(TimerId(id.0), timer);
    Ok(true)
}

/// Keeps a frame that asks for nothing.
pub(super) fn telemetry(state: &mut State, frame: ReceivedFrame) -> Result<(), StoreError> {
    let organisation = organisation_of(state, &frame);
    state.frames.free(organisation, &frame)?;
    seen(state, &frame);
    state.frames.insert(
        organisation,
        FrameRow {
            frame,
            incident_id: None,
            undecided: false,
        },
    );
    Ok(())
}

pub(super) fn read_undecided(state: &State, id: FrameId) -> Result<ReceivedFrame, StoreError> {
    let timer = state
        .timers
        .rows
        .get(&TimerId(id.0))
        .ok_or(StoreError::NotFound)?;
    let row = state
        .frames
        .rows
        .get(&(timer.organisation_id, id))
        .ok_or(StoreError::NotFound)?;
    if row.undecided {
        Ok(row.frame.clone())
    } else {
        Err(StoreError::NotFound)
    }
}

/// Remembers the way a registered device comes.
pub(super) fn seen(state: &mut State, frame: &ReceivedFrame) {
    let Ok(event) = &frame.decoded else {
        return;
    };
    let known = state.people.device(event.protocol, &event.device_uid);
    if known.is_none() || event.quarantine.is_some() {
        return;
    }
    let fresh = UsualWay::of(event, &frame.source, frame.received_at);
    let key = (event.protocol, event.device_uid.clone());
    match state.ways.get_mut(&key) {
        Some(way) => way.renew(&fresh),
        None => {
            state.ways.insert(key, fresh);
        }
    }
}

/// Whose data a frame is: the device's organisation, or the default one; in quarantine, the one of
/// the device that the line is bound to.
fn organisation_of(state: &State, frame: &ReceivedFrame) -> OrganisationId {
    let device = match &frame.decoded {
        Ok(event) if event.quarantine.is_some() => {
            let bound = event.quarantine.as_ref();
            bound.and_then(|uid| state.people.device(event.protocol, uid))
        }
        Ok(event) => state.people.device(event.protocol, &event.device_uid),
        Err(_) => frame
            .device_uid
            .as_ref()
            .and_then(|uid| state.people.device(frame.protocol, uid)),
    };
    device.map_or(state.people.default_organisation, |device| {
        device.organisation_id
    })
}

/// The key under which an alarm frame is stored once; telemetry has none.
fn event(organisation: OrganisationId, frame: &ReceivedFrame) -> Option<Event> {
    let event = frame.decoded.as_ref().ok().filter(|event| event.is_alarm)?;
    Some((
        organisation,
        event.protocol,
        event.device_uid.clone(),
        event.key.0.clone(),
    ))
}

impl Frames {
    /// The stored frame of the same event: its identifier and whether it still waits.
    pub(super) fn known(
        &self,
        organisation: OrganisationId,
        frame: &ReceivedFrame,
    ) -> Option<(FrameId, bool)> {
        let id = *self.events.get(&event(organisation, frame)?)?;
        self.rows
            .get(&(organisation, id))
            .map(|row| (id, row.undecided))
    }

    /// Whether there is room for this frame and its event.
    pub(super) fn free(
        &self,
        organisation: OrganisationId,
        frame: &ReceivedFrame,
    ) -> Result<(), StoreError> {
        let taken = self.rows.contains_key(&(organisation, frame.id))
            || self.known(organisation, frame).is_some();
        if taken {
            Err(StoreError::Duplicate)
        } else {
            Ok(())
        }
    }

    pub(super) fn insert(&mut self, organisation: OrganisationId, row: FrameRow) {
        let id = row.frame.id;
        if let Some(event) = event(organisation, &row.frame) {
            self.events.insert(event, id);
        }
        self.rows.insert((organisation, id), row);
    }

    /// Notes what a frame came to. `unknown` counts it for the flood of its source.
    pub(super) fn decide(
        &mut self,
        organisation: OrganisationId,
        id: FrameId,
        incident: Option<IncidentId>,
        unknown: bool,
    ) {
        let Some(row) = self.rows.get_mut(&(organisation, id)) else {
            return;
        };
        row.incident_id = incident;
        row.undecided = false;
        if unknown {
            let source = (organisation, row.frame.source.clone());
            self.unknown
                .entry(source)
                .or_default()
                .insert((row.frame.received_at, id));
        }
    }
}
