use uuid::Uuid;

use super::dry_run::{Kept, Person, Tally, tally};
use super::*;
use crate::ids::ResidentId;
use crate::incidents::{IncidentKind, Severity};
use crate::residents::{Care, Cognition, RiskLevel};
use crate::responders::{Policy, Prospect, WaveMode, WaveRules};
use crate::time::{Timestamp, seconds};

const SEAT: &str = r#"[{"offers":0,"tell":["operator"],"timeout_s":60}]"#;

fn with_life(life: &str) -> Result<Ladders, LadderError> {
    with(life, "[]")
}

fn with(life: &str, special: &str) -> Result<Ladders, LadderError> {
    Ladders::parse(&format!(
        r#"{{"life":{life},"attention":{SEAT},"unknown":{SEAT},"special":{special}}}"#
    ))
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn choice(opened_at: &str, care: Care) -> Choice {
    Choice {
        kind: LadderKind::Life,
        incident: IncidentKind::Fall,
        severity: Severity::LIFE,
        opened_at: at(opened_at),
        care,
    }
}

#[test]
fn the_shipped_ladders_are_sound() {
    let ladders = Ladders::shipped().expect("sound ladders");
    assert_eq!(ladders.get(LadderKind::Life).last(), 3);
    assert_eq!(ladders.get(LadderKind::Life).rung(99).offers, 0);
    let again = serde_json::to_string(&ladders).expect("JSON");
    assert_eq!(Ladders::parse(&again).expect("the same"), ladders);
}

#[test]
fn a_ladder_that_could_forget_is_refused_and_the_rung_is_named() {
    let ok = r#"{"offers":0,"tell":["operator"],"timeout_s":60}"#;
    for (life, says) in [
        ("[]".to_owned(), "ladder life: needs at least one rung"),
        (
            format!(r#"[{ok},{{"offers":0,"tell":["operator"],"timeout_s":0}}]"#),
            "ladder life, rung 2: waits 0 seconds",
        ),
        (
            format!(r#"[{{"offers":2,"tell":["operator"],"timeout_s":3601}},{ok}]"#),
            "ladder life, rung 1: waits 3601 seconds",
        ),
        (
            format!(r#"[{ok},{{"offers":0,"tell":["family"],"timeout_s":60}}]"#),
            "ladder life, rung 2: repeats for ever",
        ),
        (
            format!(r#"[{ok},{{"offers":3,"tell":["operator"],"timeout_s":60}}]"#),
            "ladder life, rung 2: repeats for ever",
        ),
        (
            format!(r#"[{ok},{{"offers":0,"tell":["operator"],"timeout_s":301}}]"#),
            "ladder life, rung 2: repeats; of a life the seat hears every 300",
        ),
        (
            format!(r#"[{{"offers":0,"tell":[],"timeout_s":60}},{ok}]"#),
            "ladder life, rung 1: asks nobody and tells nobody",
        ),
        (
            format!(
                r#"[{{"offers":1,"tell":[],"timeout_s":100}},
                {{"offers":1,"tell":["family"],"timeout_s":81}},{ok}]"#
            ),
            "ladder life, rung 2: the seat would hear of it only after 181 s",
        ),
        (
            format!(r#"[{{"offers":1,"tell":["ambulance"],"timeout_s":60}},{ok}]"#),
            "ladder life, rung 1: 120 is rung by the seat",
        ),
        (
            format!(r#"[{ok},{{"offers":1,"tell":[],"channels":["fax"],"timeout_s":60}},{ok}]"#),
            "ladder life, rung 2: unknown variant `fax`",
        ),
        (
            format!(r#"[{ok},{{"offers":1,"tell":[],"ask":["plumber"],"timeout_s":60}},{ok}]"#),
            "ladder life, rung 2: unknown variant `plumber`",
        ),
        (
            format!(
                r#"[{{"offers":0,"ask":["volunteer"],"tell":["operator"],"timeout_s":60}},{ok}]"#
            ),
            "ladder life, rung 1: names whom it asks",
        ),
        (
            format!(r#"[{{"offer":1}},{ok}]"#),
            "ladder life, rung 1: unknown field `offer`",
        ),
    ] {
        let refused = with_life(&life).expect_err(&life).to_string();
        assert!(refused.starts_with(says), "{refused}, not {says}");
    }
}

#[test]
fn special_ladders_and_zones_are_checked_too() {
    let named = |name: &str, of: &str, when: &str, rungs: &str| {
        with(
            SEAT,
            &format!(r#"[{{"name":"{name}","of":"{of}","when":{when},"rungs":{rungs}}}]"#),
        )
    };
    let night = r#"{"hours":"night"}"#;
    assert!(named("by night", "life", night, SEAT).is_ok());
    let silent = r#"[{"offers":0,"tell":["family"],"timeout_s":60}]"#;
    for (result, says) in [
        (named("", "life", night, SEAT), "a name has 1 to 60"),
        (
            named("life", "life", night, SEAT),
            "another ladder has this name",
        ),
        (named("x", "life", "{}", SEAT), "would always count"),
        (
            named("x", "life", night, silent),
            "ladder x, rung 1: repeats",
        ),
        (
            named("x", "life", night, "[]"),
            "ladder x: needs at least one",
        ),
        (
            named("x", "unknown", night, silent),
            "ladder x, rung 1: nobody is known",
        ),
    ] {
        let refused = result.expect_err(says).to_string();
        assert!(refused.contains(says), "{refused}, not {says}");
    }
    let body = |more: &str| {
        Ladders::parse(&format!(
            r#"{{{more},"life":{SEAT},"attention":{SEAT},"unknown":{SEAT}}}"#
        ))
    };
    assert!(body(r#""zone":"Europe/Berlin""#).is_ok());
    assert!(matches!(
        body(r#""zone":"Asia/Nowhere""#),
        Err(LadderError::Unreadable(_))
    ));
    assert!(matches!(
        body(r#""night":{"from_h":22,"to_h":24}"#),
        Err(LadderError::Night)
    ));
}

#[test]
fn risk_cognition_and_the_hour_of_the_opening_choose() {
    let special = format!(
        r#"[{{"name":"by night","of":"life","when":{{"hours":"night","severity":[1]}},"rungs":{SEAT}}},
            {{"name":"confused","of":"life","when":{{"cognition":["severe"],"kinds":["fall"]}},"rungs":{SEAT}}},
            {{"name":"frail","of":"life","when":{{"risk":["raised","high"]}},"rungs":{SEAT}}}]"#
    );
    let ladders = with(SEAT, &special).expect("sound");
    let name = |choice: Choice| ladders.select(&choice).name.to_owned();
    let usual = Care::default();
    let severe = Care {
        cognition: Cognition::Severe,
        risk: RiskLevel::High,
    };
    let raised = Care {
        risk: RiskLevel::Raised,
        ..usual
    };
    // 22:00 and 06:00 in Shanghai.
    assert_eq!(name(choice("2026-11-24T13:59:59Z", usual)), "life");
    assert_eq!(name(choice("2026-11-24T14:00:00Z", usual)), "by night");
    assert_eq!(name(choice("2026-11-24T21:59:59Z", severe)), "by night");
    assert_eq!(name(choice("2026-11-24T22:00:00Z", severe)), "confused");
    assert_eq!(name(choice("2026-11-24T22:00:00Z", raised)), "frail");
    let serious = Choice {
        severity: Severity::SERIOUS,
        incident: IncidentKind::HelpRequest,
        ..choice("2026-11-24T15:00:00Z", severe)
    };
    assert_eq!(name(serious), "frail");
    let missing = Choice {
        kind: LadderKind::Attention,
        incident: IncidentKind::LifeSignMissing,
        ..serious
    };
    assert_eq!(name(missing), "life_sign");
}

#[test]
fn the_night_follows_summer_time_where_there_is_one() {
    let text = format!(
        r#"{{"zone":"Europe/Berlin","night":{{"from_h":22,"to_h":6}},"life":{SEAT},
            "attention":{SEAT},"unknown":{SEAT}}}"#
    );
    let ladders = Ladders::parse(&text).expect("sound");
    // 22:30 in summer is 20:30 UTC; in winter it is half past nine in the evening there.
    assert_eq!(ladders.day_part(at("2026-07-01T20:30:00Z")), DayPart::Night);
    assert_eq!(ladders.day_part(at("2026-12-01T20:30:00Z")), DayPart::Day);
    assert_eq!(ladders.day_part(at("2026-12-01T21:30:00Z")), DayPart::Night);
}

fn waves() -> WaveRules {
    WaveRules {
        mode: WaveMode::Ladder,
        ..Policy::shipped().expect("sound").waves
    }
}

fn person(answered_s: Option<u64>, yes: bool) -> Person {
    Person {
        kind: None,
        prospect: Prospect {
            accept_permille: 300,
            walking_ms: Some(60_000),
        },
        answered_ms: answered_s.map(|s| s * 1000),
        yes,
    }
}

fn kept(opened_at: &str, resident: u128, people: Vec<Person>, closed_s: u32) -> Kept {
    Kept {
        choice: choice(opened_at, Care::default()),
        climbs_from: at(opened_at),
        resident: Some(ResidentId(Uuid::from_u128(resident))),
        relatives: 2,
        people,
        taken_at: None,
        closed_at: Some(at(opened_at) + seconds(closed_s)),
    }
}

#[test]
fn a_dry_run_counts_what_a_hand_counts() {
    let old = with_life(
        r#"[{"offers":2,"tell":["operator"],"timeout_s":60},
            {"offers":2,"tell":["operator","family"],"timeout_s":60},
            {"offers":0,"tell":["operator","family"],"timeout_s":120}]"#,
    )
    .expect("sound");
    let new = with_life(
        r#"[{"offers":0,"tell":["operator","family","ambulance"],"timeout_s":30},
            {"offers":4,"tell":[],"timeout_s":60},
            {"offers":0,"tell":["operator"],"timeout_s":120}]"#,
    )
    .expect("sound");
    let silent = || person(None, false);
    let cases = [
        // By night: the second one asked says yes after 20 s.
        kept(
            "2026-11-24T15:00:00Z",
            1,
            vec![silent(), person(Some(20), true), silent()],
            3600,
        ),
        // By night, another resident: nobody says anything, closed after 250 s.
        kept(
            "2026-11-24T16:00:00Z",
            2,
            vec![silent(), silent(), silent()],
            250,
        ),
        // By day: both first say no after 10 s, the third says yes after 5 s.
        kept(
            "2026-11-24T04:00:00Z",
            1,
            vec![
                person(Some(10), false),
                person(Some(10), false),
                person(Some(5), true),
            ],
            3600,
        ),
    ];
    let waves = waves();
    // Case 1: rung 1 only. Case 2: rungs at 0 and 60, the last at 120 and 240, closed at 250.
    // Case 3: rung 1, then at 10 s rung 2 with the family, a yes at 15 s.
    assert_eq!(
        tally(&cases, &old, &waves),
        Tally {
            cases: 3,
            families_told: 2,
            families_woken: 1,
            family_notices: 2 * (3 + 1),
            offers: 2 + 3 + 3,
            seat_calls: 1 + 4 + 2,
            ambulance_orders: 0,
            nobody_asked: 0,
            first_ask_median_s: Some(0),
            first_ask_longest_s: Some(0),
        }
    );
    // Every case: seat, family and 120 at once, the first ask after 30 s. Case 2: the last rung at
    // 90 and 210.
    assert_eq!(
        tally(&cases, &new, &waves),
        Tally {
            cases: 3,
            families_told: 2,
            families_woken: 2,
            family_notices: 2 * 3,
            offers: 3 + 3 + 3,
            seat_calls: 1 + 3 + 1,
            ambulance_orders: 3,
            nobody_asked: 0,
            first_ask_median_s: Some(30),
            first_ask_longest_s: Some(30),
        }
    );
}

#[test]
fn the_hand_of_the_seat_stops_a_climb_only_where_nobody_is_waited_for() {
    let ladders = with_life(
        r#"[{"offers":1,"tell":["operator"],"timeout_s":60},
            {"offers":0,"tell":["operator","family"],"timeout_s":60}]"#,
    )
    .expect("sound");
    let mut case = kept("2026-11-24T15:00:00Z", 1, vec![person(None, false)], 3600);
    case.taken_at = Some(at("2026-11-24T15:00:10Z"));
    let counted = tally(&[case], &ladders, &waves());
    // Taken at 10 s while one was asked: the second rung is still entered, and not repeated.
    assert_eq!((counted.seat_calls, counted.family_notices), (2, 2));
}
