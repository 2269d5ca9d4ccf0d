use chrono::TimeDelta;
use serde_json::json;

use super::*;
use crate::devices::{DeviceEvent, DeviceUid, EventKey, Protocol};
use crate::ids::DeviceId;

/// Hours after midnight in Shanghai.
fn at(hour: f64) -> Timestamp {
    let midnight: Timestamp = "2026-11-23T16:00:00Z".parse().expect("a moment");
    midnight + TimeDelta::seconds((hour * 3600.0) as i64)
}

fn water(within_h: u16, quiet: Option<QuietHours>) -> Condition {
    Condition {
        sign: LifeSign::Water,
        least: 0.01,
        within_h,
        quiet,
    }
}

/// A meter that reports every hour, and uses as much as is said for each hour of the day.
fn meter(hours: u32, used: impl Fn(u32) -> f64) -> Vec<SignReading> {
    let mut total = 100.0;
    let told: Vec<_> = (0..hours)
        .map(|hour| {
            total += used(hour);
            told(1, f64::from(hour), total)
        })
        .collect();
    amounts(LifeSign::Water, &told)
}

fn told(meter: u128, hour: f64, value: f64) -> (DeviceId, SignReading) {
    let reading = SignReading {
        at: at(hour),
        value,
    };
    (DeviceId(uuid::Uuid::from_u128(meter)), reading)
}

fn home(readings: &[SignReading]) -> HomeHistory<'_> {
    HomeHistory {
        readings,
        away: &[],
        downtimes: &[],
    }
}

#[test]
fn no_water_in_twelve_hours_is_missing_and_a_glass_is_enough() {
    let dry = meter(30, |hour| if hour <= 8 { 0.02 } else { 0.0 });
    assert_eq!(missing(&water(12, None), &home(&dry), at(19.0)), None);
    let found = missing(&water(12, None), &home(&dry), at(20.5)).expect("missing");
    assert_eq!((found.since, found.amount), (at(8.5), 0.0));
    let drip = meter(30, |hour| if hour <= 8 { 0.02 } else { 0.000_5 });
    assert!(missing(&water(12, None), &home(&drip), at(21.0)).is_some());
    let glass = meter(30, |hour| if hour <= 8 || hour == 15 { 0.02 } else { 0.0 });
    assert_eq!(missing(&water(12, None), &home(&glass), at(21.0)), None);
}

#[test]
fn nights_absence_and_our_own_downtime_do_not_count() {
    let dry = meter(60, |hour| if hour <= 20 { 0.02 } else { 0.0 });
    let quiet = Some(QuietHours { from: 22, to: 6 });
    // From 20 o'clock: 2 hours before the night, 10 after it.
    assert!(missing(&water(12, None), &home(&dry), at(32.5)).is_some());
    assert_eq!(missing(&water(12, quiet), &home(&dry), at(39.5)), None);
    assert!(missing(&water(12, quiet), &home(&dry), at(40.5)).is_some());
    let away = [Away {
        from: at(24.0),
        until: at(48.0),
    }];
    let out = HomeHistory {
        away: &away,
        ..home(&dry)
    };
    assert_eq!(missing(&water(12, None), &out, at(40.0)), None);
    assert_eq!(
        missing(&water(12, None), &out, at(55.0)),
        None,
        "4 + 7 hours"
    );
    assert!(missing(&water(12, None), &out, at(57.0)).is_some());
    let down = [Downtime {
        from: at(21.0),
        to: at(33.0),
    }];
    let deaf = HomeHistory {
        downtimes: &down,
        ..home(&dry)
    };
    assert_eq!(missing(&water(12, None), &deaf, at(40.0)), None);
    assert!(missing(&water(12, None), &deaf, at(45.0)).is_some());
}

#[test]
fn a_home_that_nothing_is_known_of_is_not_missing_anything() {
    assert_eq!(missing(&water(12, None), &home(&[]), at(40.0)), None);
    let young = meter(5, |_| 0.0);
    assert_eq!(missing(&water(12, None), &home(&young), at(4.0)), None);
}

#[test]
fn two_meters_are_counted_apart_and_a_new_one_begins_anew() {
    let both = [
        told(1, 1.0, 100.0),
        told(2, 1.5, 7.0),
        told(1, 2.0, 100.5),
        told(2, 2.5, 7.25),
        told(1, 3.0, 0.0),
        told(1, 4.0, 0.5),
    ];
    let used: Vec<f64> = amounts(LifeSign::Water, &both)
        .iter()
        .map(|it| it.value)
        .collect();
    assert_eq!(used, [0.0, 0.0, 0.5, 0.25, 0.0, 0.5]);
    let doors: Vec<f64> = amounts(LifeSign::Door, &[told(1, 1.0, 1.0), told(1, 2.0, 1.0)])
        .iter()
        .map(|it| it.value)
        .collect();
    assert_eq!(doors, [1.0, 1.0]);
}

#[test]
fn a_door_that_stays_shut_is_counted_once_on_history() {
    let door = Condition {
        sign: LifeSign::Door,
        least: 1.0,
        within_h: 24,
        quiet: None,
    };
    let opened: Vec<SignReading> = [8.0, 17.0, 80.0, 81.0, 120.0]
        .map(|hour| SignReading {
            at: at(hour),
            value: 1.0,
        })
        .to_vec();
    let cases = tried(&door, &home(&opened), at(0.0), at(140.0));
    let hours: Vec<f64> = cases
        .iter()
        .map(|case| (case.at - at(0.0)).num_minutes() as f64 / 60.0)
        .collect();
    assert_eq!(hours, [41.0, 105.0]);
    assert!(tried(&door, &home(&opened), at(0.0), at(40.0)).is_empty());
}

#[test]
fn only_a_condition_that_can_be_meant_is_taken() {
    let with = |least, within_h, quiet| Condition {
        least,
        within_h,
        quiet,
        ..water(12, None)
    };
    assert_eq!(with(0.01, 12, None).check(), Ok(()));
    for least in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(with(least, 12, None).check(), Err(ConditionError::Least));
    }
    for within in [0, 169] {
        assert_eq!(with(1.0, within, None).check(), Err(ConditionError::Within));
    }
    for (from, to) in [(3, 3), (24, 6), (6, 24)] {
        let quiet = Some(QuietHours { from, to });
        assert_eq!(with(1.0, 12, quiet).check(), Err(ConditionError::Quiet));
    }
}

#[test]
fn signs_are_found_under_the_names_of_sensors() {
    let of = |data: serde_json::Value| {
        let uid = DeviceUid::parse("sensor1").expect("a uid");
        let event = DeviceEvent {
            data: data.as_object().cloned(),
            ..DeviceEvent::new(Protocol::Zigbee2mqtt, uid, "state", EventKey(String::new()))
        };
        LifeSign::of(&event)
    };
    assert_eq!(of(json!({"water_m3": 12.5})), [(LifeSign::Water, 12.5)]);
    assert_eq!(of(json!({"energy": 3})), [(LifeSign::Breaker, 3.0)]);
    assert_eq!(of(json!({"contact": false})), [(LifeSign::Door, 1.0)]);
    assert_eq!(
        of(json!({"magnet_status": "open"})),
        [(LifeSign::Door, 1.0)]
    );
    assert_eq!(of(json!({"occupancy": true})), [(LifeSign::Motion, 1.0)]);
    assert_eq!(of(json!({"smoke": true})), [(LifeSign::Smoke, 1.0)]);
    for nothing in [
        json!({"contact": true}),
        json!({"occupancy": null}),
        json!({"water_m3": "much"}),
        json!({}),
    ] {
        assert!(of(nothing.clone()).is_empty(), "{nothing}");
    }
}
