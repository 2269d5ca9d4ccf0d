//! Climbing other ladders than the shipped ones.

use super::world::{DAUGHTER, OPERATOR, World, responder};
use crate::devices::Alarm;
use crate::incidents::{Input, Ladders, TimelineKind};
use crate::message::MessageKey as M;
use crate::residents::{Care, Cognition, RiskLevel};
use crate::responders::ResponderKind;

const SEAT: &str = r#"{"offers":0,"tell":["operator"],"timeout_s":60}"#;

fn under(life: &str) -> Ladders {
    let text = format!(r#"{{"life":[{life},{SEAT}],"attention":[{SEAT}],"unknown":[{SEAT}]}}"#);
    Ladders::parse(&text).expect("sound")
}

#[test]
fn a_rung_asks_only_the_kinds_it_names_and_the_next_may_ask_others() {
    let mut world = World::with_responders(4);
    world.ladders = under(
        r#"{"offers":1,"ask":["volunteer"],"tell":["operator"],"timeout_s":60},
           {"offers":2,"ask":["community_worker"],"tell":[],"timeout_s":60},
           {"offers":2,"ask":["care_worker"],"tell":[],"timeout_s":60}"#,
    );
    for (place, kind) in [
        (0, ResponderKind::CareWorker),
        (2, ResponderKind::Volunteer),
    ] {
        world.ranked.candidates[place].kind = Some(kind);
    }
    world.policy.waves.mode = crate::responders::WaveMode::Ladder;
    world.alarm(&[Alarm::Fall]);
    let asked = |world: &World| -> Vec<_> {
        let offers = world.context.offers.iter();
        offers.map(|offer| offer.account_id).collect()
    };
    assert_eq!(
        asked(&world),
        [responder(2)],
        "not the nearest, who is no neighbour"
    );
    world.wait();
    let both = [responder(2), responder(0)];
    assert_eq!(
        asked(&world),
        both,
        "no community worker is there: not waited for"
    );
    assert_eq!(world.context.incident.as_ref().map(|i| i.rung), Some(2));
    world.wait();
    assert_eq!((world.status(), asked(&world).len()), ("exhausted", 2));
}

#[test]
fn a_frail_residents_fall_calls_seat_family_and_120_at_once() {
    let mut world = World::with_responders(4);
    let resident = world.context.resident.as_mut().expect("a resident");
    resident.care = Care {
        risk: RiskLevel::High,
        cognition: Cognition::Clear,
    };
    let opened = world.alarm(&[Alarm::Fall]);
    let ordered = TimelineKind::AmbulanceOrdered;
    assert!(opened.timeline.iter().any(|line| line.kind == ordered));
    assert_eq!(world.heard(DAUGHTER), [M::FamilyAlarm]);
    assert_eq!(
        world.heard(OPERATOR),
        [M::OperatorAlarm, M::OperatorCallAmbulance]
    );
    assert!(
        !world.context.offers.is_empty(),
        "and helpers, in the same decision"
    );
}

#[test]
fn the_channels_of_a_rung_travel_with_its_notices_and_no_further() {
    let mut world = World::with_responders(1);
    world.ladders =
        under(r#"{"offers":1,"tell":["operator"],"channels":["voice","sms"],"timeout_s":60}"#);
    let opened = world.alarm(&[Alarm::Fall]);
    let told = opened
        .outbox
        .iter()
        .map(|item| item.notice.facts.get("channels"));
    let told: Vec<Option<&str>> = told.map(|it| it.map(String::as_str)).collect();
    assert!(
        told.len() >= 2 && told.iter().all(|it| *it == Some("voice,sms")),
        "{told:?}"
    );
    let offer = world.context.offers[0].id;
    let accepted = world.decide(&Input::Accept { offer }).expect("accepted");
    let free = |item: &crate::notices::OutboxItem| !item.notice.facts.contains_key("channels");
    assert!(!accepted.outbox.is_empty() && accepted.outbox.iter().all(free));
}

#[test]
fn who_is_late_is_replaced_and_who_is_replaced_hears_it() {
    let mut world = World::with_responders(3);
    world.alarm(&[Alarm::Fall]);
    let (first, second) = (world.context.offers[0].id, world.context.offers[1].id);
    world
        .decide(&Input::Accept { offer: first })
        .expect("accepted");
    let refused = world.decide(&Input::Accept { offer: second });
    assert!(refused.is_err(), "somebody goes, and is not late");
    world
        .decide(&Input::Depart { by: responder(0) })
        .expect("set out");
    let late = world.wait();
    assert_eq!(world.status(), "late");
    assert!(
        late.offers.len() >= 2,
        "others are asked beside: {:?}",
        late.offers
    );
    let again = late.offers[0].id;
    world
        .decide(&Input::Accept { offer: again })
        .expect("welcome");
    assert_eq!(world.status(), "accepted");
    let incident = world.context.incident.as_ref().expect("an incident");
    assert_eq!(
        incident.responder_account_id,
        Some(late.offers[0].account_id)
    );
    assert_eq!(
        incident.en_route_at, None,
        "whoever goes now has not set out"
    );
    assert!(world.heard(responder(0)).contains(&M::OfferWithdrawn));
}
