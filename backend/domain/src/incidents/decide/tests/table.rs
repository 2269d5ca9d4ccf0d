use super::world::{DAUGHTER, OPERATOR, OTHER_OPERATOR, World, responder, signal};
use crate::devices::{Alarm, Recency};
use crate::ids::OfferId;
use crate::incidents::{
    CaseSignal, Closure, FollowUpReport, FollowUpResult, FollowUpWay, IncidentKind, Input,
    OfferState, OpenKey, Outcome, Refusal, ReportedKind, TimelineEntry, TimelineKind,
};
use crate::message::{Facts, MessageKey as M};
use crate::responders::{WaveMode, WaveWhy};

fn offer_to(world: &World, number: u128) -> OfferId {
    let account = responder(number);
    world
        .context
        .offers
        .iter()
        .find(|o| o.account_id == account)
        .expect("an offer")
        .id
}

fn close(as_operator: bool, has_note: bool) -> Input {
    Input::Close(Closure {
        by: OPERATOR,
        as_operator,
        outcome: Outcome::Helped,
        has_note,
        false_alarm: None,
        evidence: None,
    })
}

fn follow_up(result: FollowUpResult) -> Input {
    Input::FollowUp(FollowUpReport {
        by: OPERATOR,
        way: FollowUpWay::Voice,
        result,
    })
}

#[test]
fn a_fall_asks_as_many_as_bring_help_soonest_and_tells_seat_and_family() {
    let mut world = World::with_responders(10);
    world.alarm(&[Alarm::Fall]);
    assert_eq!(world.status(), "offered");
    // The ladder would ask three; of five who usually say yes in three of ten asks, 83 of 100
    // times somebody comes, and the other five are a minute further.
    assert_eq!(world.context.offers.len(), 5);
    assert_eq!(world.heard(OPERATOR), [M::OperatorAlarm]);
    assert_eq!(world.heard(DAUGHTER), [M::FamilyAlarm]);
    assert_eq!(world.heard(responder(0)), [M::OfferNew]);
}

#[test]
fn the_whole_way_to_a_closed_incident() {
    let mut world = World::with_responders(5);
    world.alarm(&[Alarm::Fall]);
    let offer = offer_to(&world, 1);
    world.decide(&Input::Accept { offer }).expect("accepted");
    assert_eq!(world.status(), "accepted");
    assert_eq!(world.heard(responder(0)), [M::OfferNew, M::OfferWithdrawn]);
    assert_eq!(world.heard(responder(1)), [M::OfferNew]);
    world
        .decide(&Input::Depart { by: responder(1) })
        .expect("on the way");
    world
        .decide(&Input::Arrive { by: responder(1) })
        .expect("there");
    world.decide(&close(false, false)).expect("closed");
    assert_eq!(world.status(), "follow_up", "somebody looks again tomorrow");
    world
        .decide(&follow_up(FollowUpResult::Well))
        .expect("well");
    assert_eq!(world.status(), "closed");
    assert!(world.timer.is_none());
    assert_eq!(
        world.heard(DAUGHTER),
        [
            M::FamilyAlarm,
            M::FamilyHelpComing,
            M::FamilyHelpArrived,
            M::FamilyClosed
        ]
    );
}

#[test]
fn the_second_yes_is_told_who_was_first() {
    let mut world = World::with_responders(5);
    world.alarm(&[Alarm::Sos]);
    let (first, second) = (offer_to(&world, 0), offer_to(&world, 1));
    world
        .decide(&Input::Accept { offer: first })
        .expect("accepted");
    let refused = world.decide(&Input::Accept { offer: second });
    let taker = world.context.incident.as_ref().and_then(|i| i.responder_id);
    assert_eq!(refused, Err(Refusal::AlreadyTaken(taker)));
    let repeated = world
        .decide(&Input::Accept { offer: first })
        .expect("the same answer");
    assert!(
        repeated.incident.is_none(),
        "a repeated yes changes nothing"
    );
}

#[test]
fn no_one_answers_and_the_ladder_reaches_the_seat() {
    let mut world = World::with_responders(6);
    world.alarm(&[Alarm::Fall]);
    world.wait();
    assert_eq!((world.status(), world.context.offers.len()), ("offered", 6));
    world.wait();
    assert_eq!(
        world.status(),
        "exhausted",
        "the third rung finds nobody left and is not waited for"
    );
    assert!(world.heard(OPERATOR).contains(&M::OperatorExhausted));
    world.wait();
    assert_eq!(
        world.status(),
        "exhausted",
        "and it repeats until a human has it"
    );
    world
        .decide(&Input::Acknowledge { by: OPERATOR })
        .expect("taken");
    assert_eq!(world.status(), "answering");
    let refused = world.decide(&Input::Acknowledge { by: OTHER_OPERATOR });
    assert_eq!(refused, Err(Refusal::AlreadyAcknowledged));
}

#[test]
fn a_late_yes_is_welcome_while_nobody_else_said_yes() {
    let mut world = World::with_responders(3);
    world.alarm(&[Alarm::Fall]);
    let offer = offer_to(&world, 2);
    world.wait();
    assert_eq!(world.status(), "exhausted");
    world
        .decide(&Input::Accept { offer })
        .expect("accepted late");
    assert_eq!(world.status(), "accepted");
}

#[test]
fn the_last_no_of_a_wave_ends_the_waiting() {
    let mut world = World::with_responders(4);
    world.alarm(&[Alarm::Fall]);
    for number in 0..3 {
        let offer = offer_to(&world, number);
        world.decide(&Input::Decline { offer }).expect("declined");
    }
    assert_eq!(world.context.offers.len(), 4, "the fourth is asked at once");
    assert_eq!(world.heard(responder(3)), [M::OfferNew]);
}

#[test]
fn without_any_responder_the_seat_has_it_at_once() {
    let mut world = World::with_responders(0);
    world.alarm(&[Alarm::Sos]);
    assert_eq!(world.status(), "exhausted");
    assert_eq!(world.heard(OPERATOR), [M::OperatorExhausted]);
    assert!(world.timer.is_some());
}

#[test]
fn another_alarm_joins_the_open_incident_and_is_heard() {
    let mut world = World::with_responders(5);
    world.alarm(&[]);
    let first = world.context.incident.clone().expect("open");
    let offer = offer_to(&world, 0);
    world.decide(&Input::Accept { offer }).expect("accepted");
    world.alarm(&[Alarm::Fall]);
    let second = world.context.incident.clone().expect("open");
    assert_eq!((second.id, second.repeats), (first.id, 1));
    assert_eq!(second.kind.as_str(), "fall", "the graver kind wins");
    assert!(world.heard(responder(0)).contains(&M::ResponderAlarmAgain));
    assert!(world.heard(OPERATOR).contains(&M::OperatorAlarmAgain));
}

#[test]
fn who_does_not_move_is_reminded_and_may_be_replaced() {
    let mut world = World::with_responders(5);
    world.alarm(&[Alarm::Fall]);
    let offer = offer_to(&world, 0);
    world.decide(&Input::Accept { offer }).expect("accepted");
    world.wait();
    assert!(world.heard(responder(0)).contains(&M::ResponderReminder));
    // Everybody was asked at once and let off again; the next two are asked anew.
    assert_eq!(world.heard(responder(1)).last(), Some(&M::OfferNew));
    assert_eq!(world.heard(responder(3)).last(), Some(&M::OfferWithdrawn));
    let again = world
        .context
        .offers
        .iter()
        .rfind(|o| o.account_id == responder(2));
    let other = again.expect("asked again").id;
    world
        .decide(&Input::Accept { offer: other })
        .expect("replaces the first");
    assert!(world.heard(responder(0)).contains(&M::OfferWithdrawn));
    let accepted = world
        .context
        .offers
        .iter()
        .filter(|o| o.state == OfferState::Accepted)
        .count();
    assert_eq!(accepted, 1);
}

#[test]
fn an_unknown_device_waits_for_a_human() {
    let mut world = World::of_strangers();
    world.alarm(&[Alarm::Sos]);
    assert_eq!((world.status(), world.context.offers.len()), ("raised", 0));
    assert_eq!(world.heard(OPERATOR), [M::OperatorUnknownDevice]);
    world.wait();
    assert_eq!(
        world.context.offers.len(),
        0,
        "nobody is sent by a timer either"
    );
    assert_eq!(
        world.decide(&Input::Identify { by: OPERATOR }),
        Err(Refusal::NoResident),
        "not without a resident"
    );
    world.context.resident = World::with_responders(0).context.resident;
    world
        .decide(&Input::Identify { by: OPERATOR })
        .expect("tied to a resident");
    let incident = world.context.incident.clone().expect("open");
    assert_eq!((incident.kind.as_str(), world.status()), ("sos", "offered"));
}

#[test]
fn history_is_looked_at_by_the_seat_first() {
    let mut world = World::with_responders(5);
    let stored = signal(&[Alarm::Sos], Recency::Stored, world.now);
    world.decide(&Input::Alarm(stored)).expect("kept");
    assert_eq!((world.status(), world.context.offers.len()), ("raised", 0));
    world.alarm(&[Alarm::Sos]);
    assert_eq!(world.status(), "offered", "a live alarm raises it");
}

#[test]
fn only_a_press_that_was_asked_for_is_a_test() {
    for (alarms, recency, status) in [
        (&[Alarm::Sos][..], Recency::Live, "raised"),
        (&[], Recency::Live, "raised"),
        (&[Alarm::Unspecified], Recency::Live, "raised"),
        (&[Alarm::Fall], Recency::Live, "offered"),
        (&[Alarm::Sos, Alarm::Fall], Recency::Live, "offered"),
        (&[Alarm::Smoke, Alarm::Sos], Recency::Live, "offered"),
    ] {
        let mut world = World::with_responders(5);
        world.context.under_test = true;
        let pressed = signal(alarms, recency, world.now);
        world.decide(&Input::Alarm(pressed)).expect("kept");
        assert_eq!(world.status(), status, "{alarms:?}");
        let asked = !world.context.offers.is_empty();
        assert_eq!(asked, status == "offered", "{alarms:?}");
        assert!(
            !world.heard(OPERATOR).is_empty(),
            "the seat always hears of it"
        );
        let family = world.heard(DAUGHTER).is_empty();
        assert_eq!(family, status == "raised", "{alarms:?}");
    }
}

#[test]
fn after_a_test_the_next_press_is_real() {
    let mut world = World::with_responders(5);
    world.context.under_test = true;
    world.alarm(&[Alarm::Sos]);
    world.alarm(&[Alarm::Sos]);
    assert_eq!((world.status(), world.context.offers.len()), ("raised", 0));
    world.context.under_test = false;
    world.alarm(&[Alarm::Sos]);
    assert_eq!(world.status(), "offered");
}

#[test]
fn a_person_who_calls_while_history_is_open_is_helped() {
    let mut world = World::with_responders(5);
    let stored = signal(&[Alarm::Sos], Recency::Stored, world.now);
    world.decide(&Input::Alarm(stored)).expect("kept");
    let call = Input::Report {
        by: DAUGHTER,
        kind: ReportedKind::Fall,
    };
    world.decide(&call).expect("kept");
    assert_eq!(world.status(), "offered");
}

#[test]
fn a_case_is_the_seats_and_is_opened_once() {
    let mut world = World::with_responders(5);
    let device = world.context.device.clone().expect("a device");
    let case = Input::OpenCase(CaseSignal {
        kind: IncidentKind::EnrolmentOverdue,
        key: OpenKey::enrolment(device.id),
        device_id: Some(device.id),
        facts: Facts::new(),
    });
    world.decide(&case).expect("opened");
    assert_eq!((world.status(), world.context.offers.len()), ("raised", 0));
    assert_eq!(world.heard(OPERATOR), [M::OperatorAttention]);
    assert!(world.heard(DAUGHTER).is_empty());
    let again = world.decide(&case).expect("nothing");
    assert!(again.incident.is_none());
}

#[test]
fn a_pre_alarm_can_be_cancelled_or_becomes_an_alarm() {
    for cancelled in [true, false] {
        let mut world = World::with_responders(5);
        let suspicion = signal(&[Alarm::Fall], Recency::Live, world.now);
        world.decide(&Input::PreAlarm(suspicion)).expect("open");
        assert_eq!(
            (world.status(), world.context.offers.len()),
            ("pre_alarm", 0)
        );
        if cancelled {
            world.decide(&Input::CancelPreAlarm).expect("cancelled");
            assert_eq!(world.status(), "closed");
        } else {
            world.wait();
            assert_eq!(world.status(), "offered");
        }
    }
}

#[test]
fn closing_needs_an_arrival_or_the_seats_reason() {
    for (as_operator, has_note, closes) in [
        (false, true, false),
        (true, false, false),
        (true, true, true),
    ] {
        let mut world = World::with_responders(5);
        world.alarm(&[Alarm::Fall]);
        let closed = world.decide(&close(as_operator, has_note));
        assert_eq!(
            closed.is_ok(),
            closes,
            "operator {as_operator}, note {has_note}"
        );
        if closes {
            assert_eq!(world.heard(responder(0)), [M::OfferNew, M::OfferCancelled]);
        } else {
            assert_eq!(closed, Err(Refusal::NotOnScene));
        }
    }
}

#[test]
fn reopening_puts_it_into_a_humans_hand() {
    let mut world = World::with_responders(5);
    world
        .decide(&Input::Report {
            by: DAUGHTER,
            kind: ReportedKind::Fall,
        })
        .expect("open");
    assert_eq!(
        world.decide(&Input::Reopen { by: OPERATOR }),
        Err(Refusal::NotClosed)
    );
    world.decide(&close(true, true)).expect("closed");
    world
        .decide(&Input::Reopen { by: OPERATOR })
        .expect("reopened");
    assert_eq!(world.status(), "answering");
    assert!(world.timer.is_some());
}

#[test]
fn a_known_event_changes_nothing() {
    let mut world = World::with_responders(5);
    world.alarm(&[Alarm::Fall]);
    world.context.known_event = world.context.incident.as_ref().map(|incident| incident.id);
    let decision = world.alarm(&[Alarm::Fall]);
    assert_eq!(decision, crate::incidents::Decision::nothing());
}

fn request(world: &mut World) -> crate::incidents::Decision {
    let by = DAUGHTER;
    let kind = ReportedKind::HelpRequest;
    world.decide(&Input::Report { by, kind }).expect("open")
}

#[test]
fn a_request_asks_few_and_then_the_next() {
    let mut world = World::with_responders(10);
    for candidate in &mut world.ranked.candidates {
        candidate.accept_permille = 600;
    }
    request(&mut world);
    // 1 - 0.4² = 0.84: two are enough.
    assert_eq!(world.context.offers.len(), 2);
    let due = world.timer.as_ref().map(|timer| timer.due_at - world.now);
    assert_eq!(due, Some(chrono::TimeDelta::seconds(45)));
    world.wait();
    assert_eq!(world.context.offers.len(), 4);
    let waves: Vec<u16> = world.context.offers.iter().map(|o| o.wave).collect();
    assert_eq!(waves, [0, 0, 1, 1]);
}

#[test]
fn a_policy_that_follows_the_ladder_asks_as_it_says() {
    let mut world = World::with_responders(10);
    world.policy.waves.mode = WaveMode::Ladder;
    world.alarm(&[Alarm::Fall]);
    assert_eq!(world.context.offers.len(), 3);
    world.wait();
    assert_eq!(world.context.offers.len(), 8);
}

#[test]
fn every_wave_leaves_a_standing_and_says_why_it_has_its_size() {
    let mut world = World::with_responders(8);
    world.ranked.barred = world.ranked.candidates.split_off(7);
    let decision = request(&mut world);
    let [standing] = &decision.standings[..] else {
        panic!("one wave: {:?}", decision.standings);
    };
    let asked = standing.stood.iter().filter(|one| one.asked).count();
    assert_eq!((standing.wave, asked, standing.stood.len()), (0, 3, 8));
    assert_eq!(standing.why, WaveWhy::AsManyAsAllowed);
    let sent = |line: &&TimelineEntry| line.kind == TimelineKind::OffersSent;
    let facts = &decision.timeline.iter().find(sent).expect("a line").facts;
    assert_eq!(
        (&*facts["count"], &*facts["why"]),
        ("3", "as_many_as_allowed")
    );
    let offer = offer_to(&world, 0);
    let accepted = world.decide(&Input::Accept { offer }).expect("accepted");
    assert!(accepted.standings.is_empty(), "nobody was asked");
}
