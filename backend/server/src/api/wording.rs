//! Words for the caller: masked names, lines of history, notices.

use std::collections::HashMap;

use accessibility::{Channel, Language, Rendition};
use domain::identity::Subject;
use domain::ids::{OrganisationId, ResponderId};
use domain::incidents::{TimelineEntry, TimelineKind};
use domain::message::{Facts, Notice};
use domain::ports::StoreError;
use openapi::{IncidentEvent, Time};
use store::{Numbered, SqlStore};

use super::gate::Standing;

/// Fact that names a responder by id, and the one that names them by name.
const RESPONDER_ID: &str = "responder_id";
const RESPONDER: &str = "responder";

/// A name that is not for the caller: its first character, and nothing of its length.
pub(super) fn masked(name: &str) -> String {
    let first = name.trim().chars().next();
    first.into_iter().chain("**".chars()).collect()
}

/// Names of responders, read once for an answer.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<ResponderId, String>);

impl Names {
    /// Names of the given responders; one who is gone has none.
    pub(super) fn read(
        store: &SqlStore,
        organisation: OrganisationId,
        mut ids: Vec<ResponderId>,
    ) -> Result<Self, StoreError> {
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let responders = store.responders_by_ids(organisation, &ids)?;
        Ok(Self(
            responders
                .into_iter()
                .map(|found| (found.id, found.name))
                .collect(),
        ))
    }

    /// Somebody's name.
    pub(super) fn name(&self, responder: ResponderId) -> Option<&str> {
        self.0.get(&responder).map(String::as_str)
    }

    /// Names of everybody a history of this incident may speak of.
    pub(super) fn of(store: &SqlStore, standing: &Standing) -> Result<Self, StoreError> {
        let asked = standing.offers.iter().map(|offer| offer.responder_id);
        let ids = asked.chain(standing.incident.responder_id).collect();
        Self::read(store, standing.incident.organisation_id, ids)
    }
}

/// What other ladders would have done to families, in the caller's words.
pub(super) fn families_woken(days: u16, families: u64, more: i64, language: Language) -> String {
    let key = match more.signum() {
        1 => "woken_more",
        -1 => "woken_fewer",
        _ => "woken_same",
    };
    let facts = domain::message::facts([
        ("days", days.to_string()),
        ("families", families.to_string()),
        ("difference", more.unsigned_abs().to_string()),
    ]);
    accessibility::phrase("ladders", key, language, &facts).unwrap_or_default()
}

/// A line of history in the caller's words.
pub(super) fn event(
    line: &Numbered,
    standing: &Standing,
    names: &Names,
    subject: &Subject,
    language: Language,
) -> IncidentEvent {
    let facts = told(&line.entry, standing, names, subject);
    let kind = line.entry.kind.as_str();
    let text = accessibility::phrase("timeline", kind, language, &facts).unwrap_or_else(|| {
        tracing::error!(
            kind,
            language = language.tag(),
            "no words for a line of history"
        );
        String::new()
    });
    IncidentEvent {
        seq: line.seq,
        incident_id: line.entry.incident_id.0,
        at: Time(line.entry.at),
        kind: kind.to_owned(),
        text,
        facts,
    }
}

/// Facts of a line, with the responder's name where the caller may know it.
fn told(entry: &TimelineEntry, standing: &Standing, names: &Names, subject: &Subject) -> Facts {
    let mut facts = entry.facts.clone();
    facts.remove(RESPONDER_ID);
    // Addresses of lines are for the seat.
    if !standing.seen_by(subject).candidates {
        facts.remove("source");
    }
    let Some(responder) = spoken_of(entry, standing) else {
        return facts;
    };
    // Family learns who comes, not who was asked and could not.
    let knows = standing.seen_by(subject).candidates
        || standing.incident.responder_id == Some(responder)
        || subject.responder_id == Some(responder);
    if knows {
        facts.insert(RESPONDER_ID.to_owned(), responder.to_string());
        if let Some(name) = names.0.get(&responder) {
            facts.insert(RESPONDER.to_owned(), name.clone());
        }
    }
    facts
}

/// The responder that a line speaks of.
fn spoken_of(entry: &TimelineEntry, standing: &Standing) -> Option<ResponderId> {
    let named = responder_in(&entry.facts);
    let by_account = || {
        let account = entry.account_id?;
        let offer = standing
            .offers
            .iter()
            .find(|offer| offer.account_id == account)?;
        Some(offer.responder_id)
    };
    match entry.kind {
        TimelineKind::OfferAccepted | TimelineKind::OfferDeclined => named.or_else(by_account),
        // The seat may say it on behalf of the one who goes.
        TimelineKind::Departed | TimelineKind::Arrived => {
            named.or_else(by_account).or(standing.incident.responder_id)
        }
        TimelineKind::NoMovement | TimelineKind::Late => named.or(standing.incident.responder_id),
        _ => named,
    }
}

/// The responder that facts name by id.
pub(super) fn responder_in(facts: &Facts) -> Option<ResponderId> {
    facts.get(RESPONDER_ID)?.parse().ok().map(ResponderId)
}

/// A notice as the person it was written to reads it after signing in.
pub(super) fn notice(notice: &Notice, names: &Names, language: Language) -> Option<Rendition> {
    let mut notice = notice.clone();
    let name = responder_in(&notice.facts).and_then(|responder| names.0.get(&responder));
    if let Some(name) = name {
        notice.facts.insert(RESPONDER.to_owned(), name.clone());
    }
    let rendered = accessibility::render(&notice, language, Channel::Console);
    rendered
        .inspect_err(|error| tracing::error!(%error, "a notice has no words"))
        .ok()
}

#[cfg(test)]
mod tests;
