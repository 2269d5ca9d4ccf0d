//! Two incidents: one emergency after all, or two. Both histories stay.

use crate::ids::{AccountId, IncidentId};
use crate::incidents::{
    Beside, Decision, Incident, IncidentContext, LadderKind, Link, LinkKind, OpenKey, Outcome,
    TimelineKind,
};
use crate::message::{Facts, MessageKey, facts};

use super::draft::Draft;
use super::{Given, Refusal};

/// The other incident is handled here from now on.
pub(super) fn merge(
    context: &IncidentContext,
    by: AccountId,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let (kept, other_context, other) = both(context)?;
    if !kept.is_open() || !other.is_open() {
        return Err(Refusal::Closed);
    }
    // Nobody's emergency disappears in another person's, and nobody is called back from the way.
    if other.resident_id.is_some() && other.resident_id != kept.resident_id {
        return Err(Refusal::OtherResident);
    }
    if other.responder_id.is_some() {
        return Err(Refusal::SomebodyGoes);
    }
    let absorbed = absorb(context, kept.clone(), other, by, given);
    let mut ended = Draft::of(other_context, other.clone(), given);
    ended.withdraw_others(None, MessageKey::OfferWithdrawn);
    ended.note(TimelineKind::MergedInto, Some(by), named(kept.id));
    ended.incident.outcome = Some(Outcome::Merged);
    ended.end();
    Ok(Decision {
        also: vec![ended.finish()],
        ..absorbed
    })
}

fn absorb(
    context: &IncidentContext,
    kept: Incident,
    other: &Incident,
    by: AccountId,
    given: &mut Given<'_>,
) -> Decision {
    let mut draft = Draft::of(context, kept, given);
    let rises = draft.incident.ladder == LadderKind::Attention && other.ladder == LadderKind::Life;
    if other.severity < draft.incident.severity {
        draft.incident.severity = other.severity;
        draft.incident.kind = other.kind;
    }
    draft.incident.repeats = draft.incident.repeats.saturating_add(other.repeats + 1);
    draft.incident.at = draft.incident.at.or(other.at);
    let mut told = named(other.id);
    told.insert("kind".to_owned(), other.kind.to_string());
    told.insert("count".to_owned(), draft.incident.repeats.to_string());
    draft.note(TimelineKind::MergedIn, Some(by), told);
    draft.link(other.id, LinkKind::Merged, by);
    if rises && draft.incident.resident_id.is_some() {
        draft.incident.ladder = LadderKind::Life;
        draft.climb_to(0);
    }
    if let Some(account) = draft.incident.responder_account_id {
        let told = draft.incident_facts();
        draft.tell(account, None, MessageKey::ResponderAlarmAgain, told);
    }
    draft.finish()
}

/// The other incident stands for itself after all: people are asked for it at once.
pub(super) fn split(
    context: &IncidentContext,
    by: AccountId,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let (from, other_context, other) = both(context)?;
    let joined = context.links.iter().rfind(|link| link.other_id == other.id);
    let is_merged = joined.is_some_and(|link| link.kind == LinkKind::Merged);
    if !is_merged || other.outcome != Some(Outcome::Merged) {
        return Err(Refusal::NotMerged);
    }
    let mut freed = Draft::of(other_context, other.clone(), given);
    freed.incident.open_key = Some(OpenKey(format!("split:{}", other.id)));
    freed.incident.closed_at = None;
    freed.incident.outcome = None;
    freed.note(TimelineKind::SplitFrom, Some(by), named(from.id));
    if freed.incident.ladder == LadderKind::Life && !freed.offers.is_empty() {
        freed.search_again();
    } else {
        freed.climb_to(0);
    }
    let freed = freed.finish();
    let mut draft = Draft::of(context, from.clone(), given);
    draft.note(TimelineKind::SplitOff, Some(by), named(other.id));
    draft.link(other.id, LinkKind::Split, by);
    Ok(Decision {
        also: vec![freed],
        ..draft.finish()
    })
}

/// They may have to do with each other; both go on as they are.
pub(super) fn link(
    context: &IncidentContext,
    by: AccountId,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let (one, other_context, other) = both(context)?;
    if context.links.iter().any(|link| link.other_id == other.id) {
        return Ok(Decision::nothing());
    }
    let mut second = Draft::of(other_context, other.clone(), given);
    second.note(TimelineKind::Linked, Some(by), named(one.id));
    let second = second.finish();
    let mut first = Draft::of(context, one.clone(), given);
    first.note(TimelineKind::Linked, Some(by), named(other.id));
    first.link(other.id, LinkKind::Linked, by);
    Ok(Decision {
        also: vec![second],
        ..first.finish()
    })
}

fn both(context: &IncidentContext) -> Result<(&Incident, &IncidentContext, &Incident), Refusal> {
    let one = context.incident.as_ref().ok_or(Refusal::NoIncident)?;
    let other_context = context.other.as_deref().ok_or(Refusal::NoIncident)?;
    let other = other_context.incident.as_ref().ok_or(Refusal::NoIncident)?;
    if one.id == other.id {
        return Err(Refusal::SameIncident);
    }
    Ok((one, other_context, other))
}

fn named(other: IncidentId) -> Facts {
    facts([("other", other.to_string())])
}

impl Draft<'_, '_, '_> {
    fn link(&mut self, other_id: IncidentId, kind: LinkKind, by: AccountId) {
        self.beside.push(Beside::Link(Link {
            organisation_id: self.incident.organisation_id,
            incident_id: self.incident.id,
            other_id,
            kind,
            at: self.given.now,
            by,
        }));
    }
}
