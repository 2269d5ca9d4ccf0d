//! Whatever is found out about an alarm: people are asked, at once or within a minute.

use proptest::prelude::*;

use super::world::{World, signal};
use crate::devices::{Alarm, Carrier, Claim, Reading, Recency, Trust, UsualWay};
use crate::evidence::{Doubts, Finding, Item, LONGEST_WINDOW_S, Observation};
use crate::incidents::{IncidentStatus, Input, LadderKind, Severity};
use crate::time::seconds;

const LIFE: [Alarm; 7] = [
    Alarm::Sos,
    Alarm::Fall,
    Alarm::Unspecified,
    Alarm::Smoke,
    Alarm::Gas,
    Alarm::CarbonMonoxide,
    Alarm::Seizure,
];

fn observation() -> impl Strategy<Value = Observation> {
    let readings = prop::collection::btree_map(
        prop::sample::select(Reading::ALL.to_vec()),
        -10.0..300.0_f64,
        0..5,
    );
    let finding = prop::sample::select(Finding::ALL.to_vec());
    let items = prop::collection::vec(finding.clone().prop_map(Item::plain), 0..8);
    let stage = prop::option::of(finding);
    (
        any::<Option<bool>>(),
        any::<Option<bool>>(),
        readings,
        stage,
        items,
    )
        .prop_map(|(charging, worn, readings, stage, items)| Observation {
            charging,
            worn,
            readings,
            stage,
            items,
            ..Observation::default()
        })
}

fn doubts() -> impl Strategy<Value = Doubts> {
    (0_u32..50, 0_u32..500).prop_flat_map(|(device_false, model_alarms)| {
        (0..=model_alarms).prop_map(move |model_false| Doubts {
            device_false,
            model_alarms,
            model_false,
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    /// All combinations of what device, wearer, history, later frames and traces can say.
    #[test]
    fn no_evidence_takes_an_alarm_back(
        alarm in prop::sample::select(LIFE.to_vec()),
        seen in observation(),
        before in doubts(),
        charging in any::<Option<bool>>(),
        worn in any::<Option<bool>>(),
        claim in prop::option::of(prop::sample::select(Claim::ALL.to_vec())),
        afterwards in prop::collection::vec(observation(), 0..4),
    ) {
        let mut world = World::with_responders(4);
        world.context.evidence.doubts = before;
        world.context.evidence.way = Some(UsualWay {
            carrier: Some(Carrier::Tcp),
            first_source: "192.0.2.1".to_owned(),
            last_source: "192.0.2.1".to_owned(),
            first_seen_at: world.now,
            trust: Trust::Claimed,
            worn,
            charging,
        });
        let mut alarmed = signal(&[alarm], Recency::Live, world.now);
        alarmed.seen = seen;
        alarmed.claim = claim;
        let began = world.now;
        let decision = world.decide(&Input::Alarm(alarmed)).expect("no refusal");
        let kind = crate::incidents::IncidentKind::of_alarms(&[alarm]);
        let opened = decision.incident.expect("an incident");
        prop_assert!(opened.severity <= kind.severity(), "less grave than its kind");
        prop_assert_eq!(opened.ladder, LadderKind::Life);
        for later in afterwards {
            let deadline = world.timer.as_ref().expect("a guard").due_at;
            world.decide(&Input::Observed(later)).expect("no refusal");
            prop_assert!(world.timer.as_ref().expect("a guard").due_at <= deadline
                || world.status() != "pre_alarm", "time was added");
        }
        if world.status() == "pre_alarm" {
            let due = world.timer.as_ref().expect("a guard").due_at;
            prop_assert!(due <= began + seconds(LONGEST_WINDOW_S), "waits longer than a minute");
            world.wait();
        }
        prop_assert_eq!(world.status(), "offered");
        let incident = world.context.incident.as_ref().expect("there");
        prop_assert!(incident.severity <= kind.severity());
        prop_assert!(!world.context.offers.is_empty(), "nobody is asked");
        prop_assert!(world.now <= began + seconds(LONGEST_WINDOW_S));
        let records = &world.context.evidence.records;
        prop_assert!(records.iter().all(|record| !record.rules.is_empty()));
        let numbers: Vec<usize> = records.iter().map(|record| record.number.into()).collect();
        prop_assert_eq!(numbers, (0..records.len()).collect::<Vec<_>>());
    }
}

#[test]
fn a_suspected_fall_waits_and_a_confirmation_ends_the_waiting() {
    let mut world = World::with_responders(4);
    let mut radar = signal(&[Alarm::Fall], Recency::Live, world.now);
    radar.seen.stage = Some(Finding::StageDetected);
    world.decide(&Input::Alarm(radar)).expect("no refusal");
    assert_eq!(world.status(), "pre_alarm");
    assert!(world.context.offers.is_empty());
    // The same stage again tells nothing new.
    let stage = |finding| {
        Input::Observed(Observation {
            stage: Some(finding),
            ..Observation::default()
        })
    };
    let again = world
        .decide(&stage(Finding::StageDetected))
        .expect("no refusal");
    assert!(again.incident.is_none());
    world.now += seconds(10);
    world
        .decide(&stage(Finding::StageConfirmed))
        .expect("no refusal");
    assert_eq!(world.status(), "offered");
    // Getting up is told and closes nothing.
    let up = world.decide(&stage(Finding::GotUp)).expect("no refusal");
    assert_eq!(world.status(), "offered");
    assert_eq!(up.evidence.len(), 1);
    assert_eq!(up.evidence[0].items, [Item::plain(Finding::GotUp)]);
}

#[test]
fn a_fall_on_the_charger_waits_twenty_seconds_and_a_bad_heart_does_not() {
    let mut world = World::with_responders(4);
    let mut charged = signal(&[Alarm::Fall], Recency::Live, world.now);
    charged.seen.charging = Some(true);
    world
        .decide(&Input::Alarm(charged.clone()))
        .expect("no refusal");
    let timer = world.timer.clone().expect("a guard");
    assert_eq!(timer.due_at, world.now + seconds(20));
    assert_eq!(world.status(), IncidentStatus::PreAlarm.as_str());
    let mut world = World::with_responders(4);
    charged.seen.readings.insert(Reading::HeartRate, 31.0);
    world.decide(&Input::Alarm(charged)).expect("no refusal");
    assert_eq!(world.status(), "offered");
    let incident = world.context.incident.as_ref().expect("there");
    assert_eq!(incident.severity, Severity::LIFE);
}

#[test]
fn smoke_tells_everybody_and_says_to_leave() {
    for alarm in [
        Alarm::Smoke,
        Alarm::Gas,
        Alarm::CarbonMonoxide,
        Alarm::Seizure,
    ] {
        let mut world = World::with_responders(4);
        let decision = world.alarm(&[alarm]);
        assert_eq!(world.status(), "offered", "{alarm}");
        let incident = decision.incident.expect("an incident");
        assert_eq!(incident.severity, Severity::LIFE);
        assert_eq!(incident.kind.as_str(), alarm.as_str());
        let cautions: Vec<&str> = decision
            .outbox
            .iter()
            .map(|item| item.notice.facts["caution"].as_str())
            .collect();
        let expected = if alarm == Alarm::Seizure {
            ""
        } else {
            "hazard"
        };
        assert!(
            cautions.len() >= 4,
            "seat, family and helpers: {cautions:?}"
        );
        assert!(
            cautions.iter().all(|caution| *caution == expected),
            "{cautions:?}"
        );
    }
}

#[test]
fn a_line_of_another_device_speaks_for_nobody() {
    let mut world = World::of_strangers();
    let mut forged = signal(&[Alarm::Fall], Recency::Live, world.now);
    forged.quarantine = Some(crate::devices::DeviceUid::parse("9990000002").expect("a uid"));
    forged.claim = Some(Claim::Session);
    let decision = world.decide(&Input::Alarm(forged)).expect("no refusal");
    let incident = decision.incident.expect("an incident");
    assert_eq!(incident.ladder, LadderKind::Unknown);
    assert!(decision.offers.is_empty());
    let key = incident.open_key.expect("a key").0;
    assert_eq!(key, "quarantine:watch:9990000002:9990000001");
    assert_eq!(decision.evidence[0].trust, Some(Trust::Unconfirmed));
    let told = decision
        .timeline
        .iter()
        .find(|line| line.kind.as_str() == "quarantined");
    assert_eq!(told.expect("a line").facts["bound"], "9990000002");
}
