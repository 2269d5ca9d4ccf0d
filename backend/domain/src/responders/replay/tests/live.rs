//! What a replay asks is what a live decision asks, of the same facts.

use super::super::*;
use super::policy;
use crate::ids::{HomeId, OrganisationId, ResidentId};
use crate::incidents::{
    Given, Guard, IncidentContext, Input, LadderKind, Ladders, Offer, ReportedKind, ResidentFacts,
    decide,
};
use crate::residents::Climb;
use crate::responders::replay::{GenerateOptions, generate};
use crate::responders::{Missions, Ranked, WaveMode};

/// Who was asked in which order, and milliseconds after the alarm until each ask lapses.
type Asks = Vec<(ResponderId, i64)>;

fn in_a_replay(replay: &Replay<'_>, case: &Case, need: &Need, facts: &[CandidateFacts]) -> Asks {
    let order: Vec<usize> = replay.standings.first().collect();
    let asked = replay.climb(0, case, need, facts, &order);
    let lapses = |asked: &Asked| i64::try_from(asked.lapses_ms).expect("soon");
    let asks = asked
        .iter()
        .map(|one| (facts[one.index].responder_id, lapses(one)));
    asks.collect()
}

fn context() -> IncidentContext {
    IncidentContext {
        organisation_id: OrganisationId(Uuid::nil()),
        incident: None,
        offers: Vec::new(),
        device: None,
        resident: Some(ResidentFacts {
            id: ResidentId(Uuid::nil()),
            home_id: HomeId(Uuid::nil()),
            at: None,
            climb: Climb::default(),
            languages: Vec::new(),
            requires: Vec::new(),
            committee_code: None,
            care: crate::residents::Care::default(),
            synthetic: true,
        }),
        family: Vec::new(),
        operators: Vec::new(),
        missions: Missions::default(),
        unknown_last_minute: 0,
        under_test: false,
        other: None,
        links: Vec::new(),
        drill: None,
        known_event: None,
        evidence: Default::default(),
    }
}

/// Reports and lets every timer run out until the seat has it.
fn live(ranked: &Ranked, policy: &Policy, case: &Case) -> Asks {
    let ladders = Ladders::shipped().expect("sound");
    let (mut context, mut now, mut next) = (context(), case.at, 0_u128);
    let kind = if case.severity == 1 {
        ReportedKind::Fall
    } else {
        ReportedKind::HelpRequest
    };
    let mut input = Input::Report {
        by: AccountId(Uuid::nil()),
        kind,
    };
    let mut offers: Vec<Offer> = Vec::new();
    loop {
        let mut fresh = || {
            next += 1;
            Uuid::from_u128(next)
        };
        let mut given = Given {
            now,
            ladders: &ladders,
            policy,
            ranked,
            fresh: &mut fresh,
        };
        let decision = decide(&context, &input, &mut given).expect("no refusal");
        let sent = decision.offers.iter().filter(|o| o.sent_at == now);
        let sent: Vec<Offer> = sent.cloned().collect();
        if sent.is_empty() {
            let lapses = |offer: &Offer| (offer.expires_at - case.at).num_milliseconds();
            return offers.iter().map(|o| (o.responder_id, lapses(o))).collect();
        }
        offers.extend(sent.iter().cloned());
        context.offers.extend(sent);
        context.incident = decision.incident;
        let Guard::Set(timer) = decision.guard else {
            panic!("an open incident without a timer");
        };
        now = timer.due_at;
        let (kind, rung) = (timer.kind, timer.rung);
        input = Input::TimerFired { kind, rung };
    }
}

#[test]
fn live_decisions_and_replays_ask_the_same_people_at_the_same_time() {
    let mut cases = generate(&GenerateOptions {
        days: 3,
        cases: 40,
        people: 60,
        seed: 21,
    });
    let ladders = Ladders::shipped().expect("sound");
    let mut waves = BTreeSet::new();
    for case in &mut cases {
        case.severity = case.severity.min(2);
        for presence in &mut case.responders {
            presence.answer = Some(Answer::Never);
            // Sure neighbours make waves small, doubtful ones make them large.
            if case.at.timestamp() % 2 == 0 {
                (presence.asked, presence.accepted) = (100, 80);
            }
        }
        for mode in WaveMode::ALL {
            let policy = policy(*mode);
            let ladder = ladders.get(LadderKind::Life);
            let mut replay = Replay::of(std::slice::from_ref(case), &policy, ladder, 1);
            let (need, facts) = (Replay::need(0, case), replay.facts_of(case));
            let weights = &policy.weights;
            replay.standings.rank(&need, &facts, weights, facts.len());
            let ranked = Ranked {
                candidates: replay.standings.candidates(&need, &facts, weights),
                ..Ranked::default()
            };
            let replayed = in_a_replay(&replay, case, &need, &facts);
            assert_eq!(live(&ranked, &policy, case), replayed, "{mode} {}", case.at);
            let first = replayed.first().map_or(0, |(_, lapses)| *lapses);
            let together = replayed.iter().filter(|(_, lapses)| *lapses == first);
            waves.insert((case.severity, *mode, together.count()));
        }
    }
    assert!(waves.len() > 8, "waves of many sizes: {waves:?}");
}
