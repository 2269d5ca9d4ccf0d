//! The rules: one pure function from what is known to what follows.

mod alarm;
mod answer;
mod case;
mod climb;
mod draft;
mod drill;
mod dropped;
mod evidence;
mod fired;
mod follow_up;
mod handed_over;
mod join;
mod scene;
mod seat;
mod silence;
mod suspend;
#[cfg(test)]
mod tests;

pub(super) use fired::guards;
use uuid::Uuid;

use crate::ids::{IncidentId, ResponderId};
use crate::incidents::{Decision, IncidentContext, Input, Ladders};
use crate::responders::{Policy, Ranked};
use crate::time::Timestamp;

use draft::Draft;

/// A business "no": safe to show, never an accident.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such incident.
    #[error("no such incident")]
    NoIncident,
    /// It is closed.
    #[error("incident is already closed")]
    Closed,
    /// It is open.
    #[error("incident is not closed")]
    NotClosed,
    /// Someone else said yes first.
    #[error("another responder has already accepted")]
    AlreadyTaken(Option<ResponderId>),
    /// Another operator has it.
    #[error("another operator has already taken it")]
    AlreadyAcknowledged,
    /// The offer does not exist, or was answered or withdrawn.
    #[error("the offer is not open")]
    NotOffered,
    /// Nobody accepted yet.
    #[error("no responder has accepted")]
    NotAccepted,
    /// Closing needs an on-scene record, or an operator's reason.
    #[error("closing needs an arrival, or a reason from the seat")]
    NotOnScene,
    /// The incident has a resident already.
    #[error("the incident is already tied to a resident")]
    AlreadyIdentified,
    /// No such resident.
    #[error("no such resident")]
    NoResident,
    /// The resident has another open incident.
    #[error("the resident has another open incident")]
    ResidentBusy(IncidentId),
    /// Nobody looks again at this one.
    #[error("no follow-up is planned")]
    NoFollowUp,
    /// Handing over needs somebody with the person, or the seat that has it in hand.
    #[error("nobody is with the person, and the seat has not taken it")]
    NotThere,
    /// Waiting needs an end that lies ahead, within thirty days.
    #[error("the time must lie ahead, within thirty days")]
    BadTime,
    /// Two different people need help.
    #[error("the incidents concern different people")]
    OtherResident,
    /// Somebody is on the way for the one that would end.
    #[error("somebody is on the way for the other incident; merge the other way round")]
    SomebodyGoes,
    /// It was never merged, or was split already.
    #[error("the other incident is not merged into this one")]
    NotMerged,
    /// Both are the same.
    #[error("an incident cannot be joined with itself")]
    SameIncident,
    /// The state does not allow it.
    #[error("not possible in this state")]
    WrongState,
}

/// What a decision needs beside the context, all of it passed in.
pub struct Given<'a> {
    /// The present.
    pub now: Timestamp,
    /// Who is asked when.
    pub ladders: &'a Ladders,
    /// How many are asked at once, and for how long.
    pub policy: &'a Policy,
    /// The order in which to ask.
    pub ranked: &'a Ranked,
    /// Fresh identifiers; the only randomness, and the caller's.
    pub fresh: &'a mut dyn FnMut() -> Uuid,
}

/// Decides what follows from an input.
///
/// # Errors
/// A [`Refusal`] when the rules say no; nothing has changed then.
pub fn decide(
    context: &IncidentContext,
    input: &Input,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    if context.known_event.is_some() {
        return Ok(Decision::nothing());
    }
    match input {
        Input::Alarm(signal) => Ok(alarm::alarm(context, signal, given)),
        Input::PreAlarm(signal) => alarm::pre_alarm(context, signal, given),
        Input::Observed(seen) => Ok(evidence::observed(context, seen, given)),
        Input::CancelPreAlarm => alarm::cancel_pre_alarm(context, given),
        Input::Report { by, kind } => alarm::report(context, *by, *kind, given),
        Input::Sos { by, key, at } => Ok(alarm::responder_sos(context, *by, (key, *at), given)),
        Input::Acknowledge { by } => seat::acknowledge(context, *by, given),
        Input::Identify { by } => seat::identify(context, *by, given),
        Input::Accept { offer } => answer::accept(context, *offer, given),
        Input::Decline { offer } => answer::decline(context, *offer, given),
        Input::Depart { by } => scene::depart(context, *by, given),
        Input::Arrive { by } => scene::arrive(context, *by, given),
        Input::NoAnswer { by } => silence::no_answer(context, *by, given),
        Input::Drop { by } => dropped::drop_out(context, *by, given),
        Input::BlockAccess { by } => scene::access_blocked(context, *by, given),
        Input::HandOver(over) => handed_over::hand_over(context, over, given),
        Input::FollowUp(report) => follow_up::followed_up(context, *report, given),
        Input::Suspend(suspension) => suspend::suspend(context, *suspension, given),
        Input::Merge { by } => join::merge(context, *by, given),
        Input::Split { by } => join::split(context, *by, given),
        Input::Link { by } => join::link(context, *by, given),
        Input::Drill { by, kind } => drill::drill(context, *by, *kind, given),
        Input::Close(closure) => seat::close(context, closure, given),
        Input::Reopen { by } => seat::reopen(context, *by, given),
        Input::OpenCase(signal) => Ok(case::open_case(context, signal, given)),
        Input::ClearCase => case::clear_case(context, given),
        Input::TimerFired { kind, rung } => fired::timer_fired(context, *kind, *rung, given),
    }
}

/// The incident a decision is about, which must exist.
fn existing<'c, 'g, 'f>(
    context: &'c IncidentContext,
    given: &'g mut Given<'f>,
) -> Result<Draft<'c, 'g, 'f>, Refusal> {
    let incident = context.incident.clone().ok_or(Refusal::NoIncident)?;
    Ok(Draft::of(context, incident, given))
}

/// The incident a decision is about, which must exist and be open.
fn open<'c, 'g, 'f>(
    context: &'c IncidentContext,
    given: &'g mut Given<'f>,
) -> Result<Draft<'c, 'g, 'f>, Refusal> {
    let draft = existing(context, given)?;
    if draft.incident.is_open() {
        Ok(draft)
    } else {
        Err(Refusal::Closed)
    }
}
