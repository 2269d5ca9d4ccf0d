//! The only way an incident changes.
//!
//! [`apply`] reads, decides and saves; `decide` is pure and everything it wants done comes back as
//! data. [`fire`] and [`deliver`] are the two things workers do with claimed rows.

use crate::access::Action;
use crate::audit::AuditEntry;
use crate::devices::ReceivedFrame;
use crate::evidence::{self, Observation};
use crate::ids::{AccountId, AuditId, FrameId, IncidentId};
use crate::incidents::{
    AlarmSignal, Decision, Given, Incident, IncidentContext, Input, Refusal, Severity, decide,
};
use crate::ports::{
    Carriers, Change, ClaimedOutbox, ClaimedTimer, Clock, Delivered, Delivery, Identifiers, Ports,
    Ranking, Store, StoreError, Target, WakeUps, needs_ranking,
};
use crate::responders::Ranked;
use crate::time::storable;

/// Reads again and decides again this often before giving up on a contended incident.
const MAX_ATTEMPTS: u32 = 4;

/// What came of an input.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// The incident afterwards, or the one the event already belonged to.
    pub incident_id: Option<IncidentId>,
    /// The incident afterwards, when something changed.
    pub incident: Option<Incident>,
    /// The event was stored before; the answer is the same.
    pub already_known: bool,
    /// Offers sent by this decision.
    pub offers: usize,
    /// Microseconds spent on ranking.
    pub ranked_us: u64,
}

/// Why an input had no effect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too many others changed it at once.
    #[error("too many changes at once")]
    Contended,
}

/// What an input carries beside itself.
#[derive(Clone, Debug, Default)]
pub struct Carried {
    /// The raw frame, saved with the decision.
    pub frame: Option<ReceivedFrame>,
    /// The timer it follows from.
    pub timer: Option<ClaimedTimer>,
    /// Who did it.
    pub deed: Option<Deed>,
    /// The caller and their key, for a call that may be repeated.
    pub key: Option<(AccountId, String)>,
}

/// Who did what, for the audit trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// Who.
    pub by: AccountId,
    /// How the operation is called.
    pub action: Action,
    /// The reason they gave.
    pub note: Option<String>,
}

/// Decides and saves one input.
///
/// # Errors
/// A refusal of the rules, a storage error, or contention after several attempts.
pub fn apply<P: Ports>(
    ports: &P,
    target: &Target,
    input: &Input,
    carried: &Carried,
) -> Result<Applied, ApplyError> {
    for _ in 0..MAX_ATTEMPTS {
        let now = storable(ports.clock().now());
        let context = match ports.store().incident_context(target) {
            Err(StoreError::NotFound) => return Err(Refusal::NoIncident.into()),
            read => read?,
        };
        if let Some(known) = context.known_event {
            return Ok(Applied::known(known));
        }
        let ranked = if needs_ranking(input) {
            rank(ports, &context, input, now)
        } else {
            Ranked::default()
        };
        let mut fresh = || ports.identifiers().fresh();
        let own = ports.ladders_of(context.organisation_id);
        let mut given = Given {
            now,
            ladders: own.as_deref().unwrap_or(ports.ladders()),
            policy: ports.policy(),
            ranked: &ranked,
            fresh: &mut fresh,
        };
        let decision = decide(&context, input, &mut given)?;
        let applied = Applied::of(&decision, &context.incident, ranked.took_us);
        let change = Change {
            organisation_id: context.organisation_id,
            audit: audit_entry(ports, &applied, &context.organisation_id, carried, now),
            decision,
            frame: carried.frame.clone(),
            timer: carried
                .timer
                .as_ref()
                .map(|timer| (timer.id, timer.generation)),
            idempotency: idempotency(target).or_else(|| carried.key.clone()),
            now,
        };
        match ports.store().save(change) {
            // A duplicate is read again: the second look finds the event and answers the same.
            Err(StoreError::Conflict | StoreError::Duplicate) => {}
            Err(error) => return Err(error.into()),
            Ok(()) => {
                ports.wake_ups().committed();
                return Ok(applied);
            }
        }
    }
    Err(ApplyError::Contended)
}

/// The order in which to ask, with what lines between streets mean.
fn rank<P: Ports>(
    ports: &P,
    context: &IncidentContext,
    input: &Input,
    now: crate::time::Timestamp,
) -> Ranked {
    let mut ranked = ports.ranking().rank(context, input, now);
    let home = context.resident.as_ref();
    let home = home.and_then(|resident| resident.committee_code.as_deref());
    let is_life = input.severity(context.incident.as_ref()) <= Severity::LIFE;
    let borders = &ports.policy().borders;
    borders.order(&mut ranked, home, is_life);
    ranked
}

/// Decides an alarm frame; when too contended, keeps it with a timer due now.
///
/// # Errors
/// Only when nothing could be stored: then the device must not be answered.
pub fn apply_alarm<P: Ports>(ports: &P, frame: &ReceivedFrame) -> Result<Applied, ApplyError> {
    let frame = &frame.clone().with_windowed_key();
    let Ok(event) = &frame.decoded else {
        ports.store().save_telemetry(frame.clone())?;
        return Ok(Applied::known_none());
    };
    let (target, input) = alarm_input(frame, event);
    let carried = Carried {
        frame: Some(frame.clone()),
        ..Carried::default()
    };
    match apply(ports, &target, &input, &carried) {
        Err(ApplyError::Contended | ApplyError::Refused(_)) => {
            ports
                .store()
                .save_undecided(frame.clone(), storable(ports.clock().now()))?;
            ports.wake_ups().committed();
            Ok(Applied::known_none())
        }
        Ok(applied) => {
            // A later stage of an alarm has the alarm's own key, and may still bring evidence.
            if applied.already_known {
                observe(ports, frame)?;
            }
            Ok(applied)
        }
        failed => failed,
    }
}

/// Keeps an alarm frame with a timer due now, and decides nothing: it is acknowledged as soon as it is
/// durable, and whoever claims the timer decides it, in this process or after its end. For when more
/// alarms come than are decided.
///
/// # Errors
/// Only when nothing could be stored: then the device must not be answered.
pub fn keep_alarm<P: Ports>(ports: &P, frame: &ReceivedFrame) -> Result<Applied, ApplyError> {
    let frame = &frame.clone().with_windowed_key();
    if frame.decoded.is_err() {
        return apply_alarm(ports, frame);
    }
    let now = storable(ports.clock().now());
    let is_new = ports.store().save_undecided(frame.clone(), now)?;
    if is_new {
        ports.wake_ups().committed();
    } else {
        // A later stage of an alarm has the alarm's own key, and may still bring evidence.
        observe(ports, frame)?;
    }
    Ok(Applied {
        already_known: !is_new,
        ..Applied::known_none()
    })
}

/// Adds what a kept frame shows to the resident's open incident; most frames show nothing new.
///
/// # Errors
/// Storage errors, or contention after several attempts.
pub fn observe<P: Ports>(ports: &P, frame: &ReceivedFrame) -> Result<(), ApplyError> {
    let Ok(event) = &frame.decoded else {
        return Ok(());
    };
    if !evidence::tells(event) {
        return Ok(());
    }
    let open = ports
        .store()
        .open_incident_of(event.protocol, &event.device_uid)?;
    let Some((organisation_id, id)) = open else {
        return Ok(());
    };
    let target = Target::Incident {
        organisation_id,
        id,
    };
    let seen = Input::Observed(Observation::of(event, frame.received_at));
    apply(ports, &target, &seen, &Carried::default()).map(|_| ())
}

/// Lets a claimed timer take effect, once.
///
/// # Errors
/// Storage errors; the lease then runs out and somebody else tries.
pub fn fire<P: Ports>(ports: &P, timer: &ClaimedTimer) -> Result<(), ApplyError> {
    let fired = match (timer.frame_id, timer.incident_id) {
        (Some(frame), _) => fire_frame(ports, timer, frame),
        (None, Some(incident)) => fire_guard(ports, timer, incident),
        (None, None) => Ok(Fired::WithoutEffect),
    };
    match fired {
        Ok(Fired::Saved) | Err(ApplyError::Store(StoreError::Fenced)) => Ok(()),
        Ok(Fired::WithoutEffect) | Err(ApplyError::Refused(_)) => {
            let now = storable(ports.clock().now());
            let store = ports.store();
            Ok(store.finish_timer(timer.id, timer.generation, now)?)
        }
        Err(error) => Err(error),
    }
}

/// Whether the timer was done in the transaction of its effect.
enum Fired {
    Saved,
    WithoutEffect,
}

fn fire_frame<P: Ports>(ports: &P, timer: &ClaimedTimer, id: FrameId) -> Result<Fired, ApplyError> {
    let frame = ports.store().undecided_frame(id)?;
    let Ok(event) = &frame.decoded else {
        return Ok(Fired::WithoutEffect);
    };
    let (target, input) = alarm_input(&frame, event);
    let carried = Carried {
        frame: Some(frame.clone()),
        timer: Some(timer.clone()),
        ..Carried::default()
    };
    let applied = apply(ports, &target, &input, &carried)?;
    Ok(if applied.already_known {
        Fired::WithoutEffect
    } else {
        Fired::Saved
    })
}

fn fire_guard<P: Ports>(
    ports: &P,
    timer: &ClaimedTimer,
    id: IncidentId,
) -> Result<Fired, ApplyError> {
    let target = Target::Incident {
        organisation_id: timer.organisation_id,
        id,
    };
    let input = Input::TimerFired {
        kind: timer.kind,
        rung: timer.rung,
    };
    let carried = Carried {
        timer: Some(timer.clone()),
        ..Carried::default()
    };
    apply(ports, &target, &input, &carried).map(|_| Fired::Saved)
}

/// Hands a claimed notice over and records what became of it.
///
/// # Errors
/// Storage errors; the row is then delivered again, under the same idempotency key.
pub fn deliver<P: Ports>(ports: &P, claimed: &ClaimedOutbox) -> Result<Delivered, StoreError> {
    let item = &claimed.item;
    let delivery = Delivery {
        outbox_id: item.id,
        incident_id: item.incident_id,
        offer_id: item.offer_id,
        account_id: item.account_id,
        notice: item.notice.clone(),
        attempts: claimed.attempts,
    };
    let (carriers, at) = (ports.carriers(), storable(ports.clock().now()));
    let delivered = if delivery.notice.is_drill() {
        carriers.rehearse(&delivery, at)
    } else {
        carriers.deliver(&delivery, at)
    };
    let now = storable(ports.clock().now());
    match ports
        .store()
        .finish_outbox(item.id, claimed.generation, &delivered, now)
    {
        Ok(()) | Err(StoreError::Fenced) => Ok(delivered),
        Err(error) => Err(error),
    }
}

fn alarm_input(frame: &ReceivedFrame, event: &crate::devices::DeviceEvent) -> (Target, Input) {
    let target = Target::Device {
        protocol: event.protocol,
        uid: event.device_uid.clone(),
        key: event.key.clone(),
        source: frame.source.clone(),
        life: event.alarms.is_empty() || event.alarms.iter().any(|alarm| alarm.is_life_alarm()),
        received_at: frame.received_at,
        quarantine: event.quarantine.clone(),
    };
    let signal = AlarmSignal::of(event, &frame.source, frame.received_at);
    (target, Input::Alarm(signal))
}

fn idempotency(target: &Target) -> Option<(AccountId, String)> {
    match target {
        Target::Resident { idempotency, .. } => idempotency.clone(),
        _ => None,
    }
}

fn audit_entry<P: Ports>(
    ports: &P,
    applied: &Applied,
    organisation: &crate::ids::OrganisationId,
    carried: &Carried,
    now: crate::time::Timestamp,
) -> Option<AuditEntry> {
    let incident = applied.incident_id?;
    let deed = carried.deed.as_ref()?;
    Some(AuditEntry {
        id: AuditId(ports.identifiers().fresh()),
        organisation_id: *organisation,
        at: now,
        account_id: Some(deed.by),
        action: deed.action.to_string(),
        object_kind: "incident".to_owned(),
        object_id: incident.0,
        note: deed.note.clone(),
    })
}

impl Applied {
    fn of(decision: &Decision, before: &Option<Incident>, ranked_us: u64) -> Self {
        let incident = decision.incident.clone();
        let sent = decision
            .offers
            .iter()
            .filter(|offer| offer.answered_at.is_none())
            .count();
        Self {
            incident_id: incident
                .as_ref()
                .or(before.as_ref())
                .map(|incident| incident.id),
            incident,
            already_known: false,
            offers: sent,
            ranked_us,
        }
    }

    fn known(id: IncidentId) -> Self {
        Self {
            incident_id: Some(id),
            ..Self::known_none()
        }
    }

    fn known_none() -> Self {
        Self {
            incident_id: None,
            incident: None,
            already_known: true,
            offers: 0,
            ranked_us: 0,
        }
    }
}
