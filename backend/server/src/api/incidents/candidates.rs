//! Who was asked, who was not, and why, in the caller's words.

use accessibility::Language;
use domain::access::Action;
use domain::identity::Subject;
use domain::ids::IncidentId;
use domain::message::facts;
use domain::responders::{CommitteeCover, Ground, Side, Stood, WaveStanding};
use openapi::{
    CandidateGround, CandidateWave, GroundSide, IncidentCandidates, Time, WaveCandidate,
};

use crate::api::gate::{self, Standing};
use crate::api::problems::Failure;
use crate::api::wire;
use crate::api::wording::Names;
use crate::engine::Engine;

/// The waves of an incident as far as the subject may see them.
pub(super) fn of(
    engine: &Engine,
    subject: &Subject,
    id: IncidentId,
    language: Language,
) -> Result<IncidentCandidates, Failure> {
    let action = Action::IncidentCandidates;
    gate::role(subject, action)?;
    let (store, organisation) = (&engine.store, subject.organisation_id);
    let standing = Standing::read(store, organisation, id)?;
    standing.pass(subject, action)?;
    let all = standing.seen_by(subject).candidates;
    let visible = |one: &&Stood| all || subject.responder_id == Some(one.responder_id);
    let waves = store.standings_of_incident(organisation, id)?;
    let stood = waves.iter().flat_map(|wave| &wave.stood);
    let ids = stood.filter(visible).map(|one| one.responder_id).collect();
    let names = Names::read(store, organisation, ids)?;
    let shown = |wave: &WaveStanding| {
        let stood = wave.stood.iter().filter(visible);
        let candidates: Vec<_> = stood.map(|one| candidate(one, &names, language)).collect();
        let cover = wave.cover.iter().filter(|_| all).map(cover);
        CandidateWave {
            wave: i32::from(wave.wave),
            asked_at: Time(wave.at),
            why: wave.why.to_string(),
            why_text: said("waves", wave.why.as_str(), language),
            candidates,
            cover: cover.collect(),
        }
    };
    let waves = waves.iter().map(shown);
    let waves = waves.filter(|wave| all || !wave.candidates.is_empty());
    let answer = IncidentCandidates {
        waves: waves.collect(),
    };
    gate::looked(engine, subject, action, ("incident", id.0))?;
    Ok(answer)
}

fn candidate(one: &Stood, names: &Names, language: Language) -> WaveCandidate {
    let why = one.kept_back_by();
    WaveCandidate {
        responder_id: one.responder_id.0,
        display_name: names.name(one.responder_id).unwrap_or_default().to_owned(),
        asked: one.asked,
        place: one.place.map(|place| i32::from(place) + 1),
        walking_ms: one.walking_ms.map(i64::from),
        method: wire::method(one.method),
        grounds: one.grounds.iter().map(|it| ground(it, language)).collect(),
        not_chosen: why.and_then(|why| accessibility::not_chosen(why, language)),
    }
}

fn ground(ground: &Ground, language: Language) -> CandidateGround {
    let words = accessibility::ground(ground, language);
    CandidateGround {
        key: ground.reason.to_string(),
        side: match ground.reason.side() {
            Side::For => GroundSide::For,
            Side::Against => GroundSide::Against,
        },
        text: words.unwrap_or_default(),
    }
}

fn cover(cover: &CommitteeCover) -> openapi::CommitteeCover {
    let count = |people: u32| i32::try_from(people).unwrap_or(i32::MAX);
    openapi::CommitteeCover {
        committee_code: cover.committee_code.clone(),
        before: count(cover.before),
        after: count(cover.after),
    }
}

fn said(section: &str, key: &str, language: Language) -> String {
    accessibility::phrase(section, key, language, &facts([])).unwrap_or_default()
}
