use super::*;
use crate::devices::{Profiles, Protocol};

/// Seconds after an arbitrary beginning.
fn at(s: i64) -> Timestamp {
    "2026-11-24T00:00:00Z"
        .parse::<Timestamp>()
        .expect("a moment")
        + TimeDelta::seconds(s)
}

fn profile() -> Profile {
    let profiles = Profiles::shipped().expect("sound profiles");
    Profile {
        interval_s: 600,
        ..profiles.of(Protocol::Watch, None).clone()
    }
}

fn heard(last_s: i64, frames: i64) -> Heard {
    Heard {
        last_seen_at: at(last_s),
        frames,
        battery_pct: None,
        charging: None,
        last_fix: None,
    }
}

fn looked(
    before: &Health,
    heard: &Heard,
    now: i64,
    downtimes: &[Downtime],
) -> (Health, Option<Turn>) {
    let profile = profile();
    let seen = Seen {
        profile: &profile,
        heard,
        home: None,
        downtimes,
        now: at(now),
    };
    let (after, again, turn) = look(before, &seen);
    assert!(again > at(now), "it is looked at again");
    (after, turn)
}

#[test]
fn three_misses_are_silence_and_one_frame_is_not_back_yet() {
    let start = Health::default();
    let (still, turn) = looked(&start, &heard(0, 1), 1799, &[]);
    assert_eq!((still.silent_since, turn), (None, None));
    let (silent, turn) = looked(&still, &heard(0, 1), 1800, &[]);
    assert_eq!(
        (silent.silent_since, turn),
        (Some(at(0)), Some(Turn::FellSilent))
    );
    let (again, turn) = looked(&silent, &heard(0, 1), 1900, &[]);
    assert_eq!((again.silent_since, turn), (Some(at(0)), None), "told once");
    let (one, turn) = looked(&silent, &heard(2000, 2), 2000, &[]);
    assert_eq!((one.silent_since, turn), (Some(at(0)), None));
    let (two, turn) = looked(&one, &heard(2100, 3), 2100, &[]);
    assert_eq!((two.silent_since, turn), (None, Some(Turn::CameBack)));
}

#[test]
fn at_the_edge_of_its_network_it_does_not_flap() {
    let mut health = Health::default();
    let mut turns = Vec::new();
    // One frame an hour, of a device that ought to speak every ten minutes.
    for minute in 0..600 {
        let heard = heard(minute / 60 * 3600, minute / 60 + 1);
        let (after, turn) = looked(&health, &heard, minute * 60, &[]);
        turns.extend(turn);
        health = after;
    }
    // Every second frame ends the silence, and no look in between changes anything.
    assert!(turns.len() <= 10, "{turns:?}");
    let alternate = turns.windows(2).all(|pair| pair[0] != pair[1]);
    assert!(alternate && turns[0] == Turn::FellSilent, "{turns:?}");
}

#[test]
fn our_own_downtime_flags_nobody() {
    let day = 86_400;
    // Heard just before the service stopped for a day.
    for last in [0, 500, 1700] {
        let down = [Downtime {
            from: at(1750),
            to: at(1750 + day),
        }];
        let heard = heard(last, 1);
        let (after, turn) = looked(&Health::default(), &heard, 1750 + day + 599, &down);
        assert_eq!((after.silent_since, turn), (None, None), "last {last}");
        // And who stays away afterwards is found, after at most four more intervals.
        let (_, turn) = looked(&Health::default(), &heard, 1750 + day + 2400, &down);
        assert_eq!(turn, Some(Turn::FellSilent), "last {last}");
    }
    // A downtime before the last frame is past and gone.
    let past = [Downtime {
        from: at(-day),
        to: at(-10),
    }];
    let (_, turn) = looked(&Health::default(), &heard(0, 1), 1800, &past);
    assert_eq!(turn, Some(Turn::FellSilent));
}

#[test]
fn a_battery_tells_when_it_will_be_empty() {
    let mut health = Health::default();
    let read = |health: &Health, hour: i64, pct: u8, charging: Option<bool>| {
        let heard = Heard {
            battery_pct: Some(pct),
            charging,
            ..heard(hour * 3600, hour + 1)
        };
        looked(health, &heard, hour * 3600 + 1, &[]).0
    };
    for (hour, pct) in [(0, 60), (1, 50), (2, 40), (3, 30)] {
        assert!(hour < 2 || health.flat_at.is_none() || hour == 3);
        health = read(&health, hour, pct, None);
    }
    assert_eq!(
        health.flat_at,
        Some(at(6 * 3600)),
        "10 percent an hour, 30 left"
    );
    let charged = read(&health, 4, 90, None);
    assert_eq!(charged.flat_at, None, "a charge begins anew");
    let plugged = read(&health, 4, 29, Some(true));
    assert_eq!(plugged.flat_at, None);
    let steady = (0..8).fold(Health::default(), |health, hour| {
        read(&health, hour, 80, None)
    });
    assert_eq!(steady.flat_at, None);
}

#[test]
fn a_device_at_rest_half_a_kilometre_from_home_sends_another_datum() {
    let place = |lon, lat| Coordinate::declared(lon, lat, Datum::Wgs84).expect("a place");
    let home = Coordinate::declared(121.404_6, 31.298_2, Datum::Gcj02).expect("a place");
    let profile = profile();
    let resting = |lon: f64, lat: f64, times: i64, step: f64| {
        let mut health = Health::default();
        for n in 0..times {
            let wander = (n % 3) as f64 * 0.000_05 + n as f64 * step;
            let heard = Heard {
                last_fix: Some((place(lon + wander, lat), at(n * 1800))),
                ..heard(n * 1800, n + 1)
            };
            let seen = Seen {
                profile: &profile,
                heard: &heard,
                home: Some(home),
                downtimes: &[],
                now: at(n * 1800 + 1),
            };
            health = look(&health, &seen).0;
        }
        health.proposed_datum
    };
    assert_eq!(resting(121.404_6, 31.298_2, 10, 0.0), Some(Datum::Gcj02));
    assert_eq!(resting(121.404_6, 31.298_2, 8, 0.0), None, "too few");
    assert_eq!(resting(home.lon(), home.lat(), 12, 0.0), None, "at home");
    assert_eq!(resting(121.396, 31.298, 12, 0.0), None, "another bearing");
    assert_eq!(resting(121.404_6, 31.298_2, 12, 0.002), None, "on the move");
}
