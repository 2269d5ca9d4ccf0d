use std::collections::BTreeMap;

use super::*;
use crate::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Protocol, Reading, Recency};
use crate::incidents::{AlarmSignal, IncidentKind, Severity};

fn rules() -> EvidenceRules {
    EvidenceRules::shipped().expect("sound rules")
}

fn verdict(kind: IncidentKind, findings: &[Finding]) -> Verdict {
    let items: Vec<Item> = findings.iter().copied().map(Item::plain).collect();
    weigh(kind, kind.severity(), &items, &rules())
}

#[test]
fn a_devices_own_fall_is_not_waited_for_but_a_radars_suspicion_is() {
    let own = verdict(IncidentKind::Fall, &[Finding::FallSignal]);
    assert_eq!((own.window_s, own.severity), (0, Severity::LIFE));
    let seen = [Finding::FallSignal, Finding::StageDetected];
    assert_eq!(verdict(IncidentKind::Fall, &seen).window_s, 30);
    for stage in [Finding::StageConfirmed, Finding::StageCalling] {
        let later = [seen[0], seen[1], stage];
        assert_eq!(verdict(IncidentKind::Fall, &later).window_s, 0, "{stage}");
    }
}

#[test]
fn doubts_lengthen_within_the_bound_and_one_grave_sign_outweighs_them() {
    let doubts = [
        Finding::StageDetected,
        Finding::Charging,
        Finding::NotWorn,
        Finding::FalseAlarmsDevice,
        Finding::FalseAlarmsModel,
    ];
    let doubted = verdict(IncidentKind::Fall, &doubts);
    assert_eq!(doubted.window_s, 60);
    assert!(doubted.why.contains(&Finding::FalseAlarmsModel));
    for grave in Finding::ALL.iter().filter(|finding| finding.is_grave()) {
        let with = [doubts.as_slice(), &[*grave]].concat();
        let hastened = verdict(IncidentKind::Fall, &with);
        assert_eq!(hastened.window_s, 0, "{grave}");
        assert!(hastened.why.contains(grave));
    }
}

#[test]
fn a_button_and_a_hazard_never_wait() {
    for (kind, signal) in [
        (IncidentKind::Sos, Finding::Button),
        (IncidentKind::Smoke, Finding::HazardSignal),
        (IncidentKind::Seizure, Finding::HazardSignal),
        (IncidentKind::Unspecified, Finding::NoReason),
    ] {
        let doubted = [
            signal,
            Finding::Charging,
            Finding::NotWorn,
            Finding::FalseAlarmsDevice,
        ];
        assert_eq!(verdict(kind, &doubted).window_s, 0, "{kind}");
    }
}

#[test]
fn a_sign_of_a_life_in_danger_raises_the_severity() {
    for sign in Finding::ALL
        .iter()
        .filter(|finding| finding.is_vital_sign())
    {
        let unclear = verdict(IncidentKind::Unspecified, &[Finding::NoReason, *sign]);
        assert_eq!(unclear.severity, Severity::LIFE, "{sign}");
        let taken_off = verdict(IncidentKind::Attention, &[Finding::OtherSignal, *sign]);
        assert_eq!(taken_off.severity, Severity::SERIOUS, "{sign}");
    }
}

#[test]
fn rules_that_would_keep_help_away_are_refused() {
    let with = |name: &str, value: u32| {
        let mut set = serde_json::to_value(rules()).expect("JSON");
        set[name] = value.into();
        EvidenceRules::parse(&set.to_string())
    };
    for (name, value) in [
        ("longest_window_s", LONGEST_WINDOW_S + 1),
        ("suspicion_window_s", 61),
        ("suspicion_window_s", 0),
        ("model_false_percent", 101),
        ("heart_rate_low", 200),
        ("still_s", 0),
    ] {
        let refused = with(name, value);
        assert!(
            matches!(refused, Err(RuleError::Bounds(_))),
            "{name} {value}"
        );
    }
    assert!(EvidenceRules::parse("{}").is_err());
}

fn event(data: serde_json::Value) -> DeviceEvent {
    let uid = DeviceUid::parse("VC-INVENTED-1").expect("a uid");
    let key = EventKey("fall:1".to_owned());
    DeviceEvent {
        alarms: vec![Alarm::Fall],
        data: data.as_object().cloned(),
        ..DeviceEvent::new(Protocol::Vayyar, uid, "fall", key)
    }
}

fn findings(items: &[Item]) -> Vec<Finding> {
    items.iter().map(|item| item.finding).collect()
}

#[test]
fn stages_are_read_and_practice_tells_nothing() {
    for (word, finding) in [
        ("fall_detected", Some(Finding::StageDetected)),
        ("fall_confirmed", Some(Finding::StageConfirmed)),
        ("calling", Some(Finding::StageCalling)),
        ("fall_exit", Some(Finding::GotUp)),
        ("canceled", Some(Finding::CancelledAtDevice)),
        ("standing", None),
    ] {
        let staged = event(serde_json::json!({"stage": word}));
        assert_eq!(tells(&staged), finding.is_some(), "{word}");
        let now = "2026-11-24T03:00:00Z".parse().expect("a moment");
        assert_eq!(Observation::of(&staged, now).stage, finding, "{word}");
    }
    for flag in ["isSimulated", "isLearning", "testMode"] {
        assert!(!tells(&event(
            serde_json::json!({"stage": "calling", flag: true})
        )));
    }
}

fn signal(readings: &[(Reading, f64)], worn: Option<bool>) -> AlarmSignal {
    let now = "2026-11-24T03:00:00Z".parse().expect("a moment");
    let mut event = event(serde_json::Value::Null);
    event.readings = BTreeMap::from_iter(readings.iter().copied());
    event.worn = worn;
    AlarmSignal::of(&event, "192.0.2.1", now)
}

#[test]
fn an_alarm_brings_its_vitals_state_and_history() {
    let sick = [(Reading::HeartRate, 31.0), (Reading::BloodOxygen, 81.0)];
    let known = Known {
        doubts: Doubts {
            device_false: 3,
            model_alarms: 10,
            model_false: 6,
        },
        ..Known::default()
    };
    let found = gather(&signal(&sick, Some(false)), &known, false, &rules());
    assert_eq!(
        findings(&found),
        [
            Finding::FallSignal,
            Finding::HeartRateOdd,
            Finding::BloodOxygenLow,
            Finding::NotWorn,
            Finding::FalseAlarmsDevice,
            Finding::FalseAlarmsModel,
        ]
    );
    assert_eq!(found[1].value, Some(31));
    assert_eq!(found[5].value, Some(60));
    // No reading at all: zero, and an oxygen of one.
    let nothing = [(Reading::HeartRate, 0.0), (Reading::BloodOxygen, 1.0)];
    let found = gather(&signal(&nothing, None), &Known::default(), false, &rules());
    assert_eq!(findings(&found), [Finding::FallSignal]);
    let well = [(Reading::HeartRate, 72.0)];
    let found = gather(&signal(&well, None), &Known::default(), false, &rules());
    assert!(findings(&found).contains(&Finding::VitalsNormal));
    assert_eq!(signal(&[], None).recency, Recency::Live);
}

#[test]
fn the_shipped_rules_name_their_version() {
    assert!(!rules().version.is_empty());
    assert_eq!(EvidenceRules::default(), rules());
}
