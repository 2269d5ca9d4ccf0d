//! Looks at devices: one server at a time, nothing lost between a look and its keeping, and the
//! times in which nobody listened.

use chrono::TimeDelta;
use domain::devices::health::Downtime;
use domain::ports::Store as _;
use store::LookedAt;

use crate::engine::{noon, sos};
use crate::ground::Ground;
use crate::people::{self, organisation, uid};

on_both!(
    a_device_is_looked_at_by_one_server_at_a_time,
    a_frame_during_a_look_asks_for_another,
    a_gap_between_two_beats_is_a_downtime,
);

const LEASE: TimeDelta = TimeDelta::seconds(30);

fn heard(ground: &Ground, seconds: i64) {
    let mut frame = sos(&uid(), &seconds.to_string());
    frame.received_at = noon() + TimeDelta::seconds(seconds);
    frame.id = domain::ids::FrameId(uuid::Uuid::from_u128(0xabcd_0000 + seconds as u128));
    if let Ok(event) = &mut frame.decoded {
        event.is_alarm = false;
    }
    ground.store.save_telemetry(frame).expect("kept");
}

fn looked(device: &store::WatchedDevice, silent: bool) -> LookedAt {
    let mut health = device.health.clone();
    health.silent_since = silent.then_some(device.heard.last_seen_at);
    health.memory.frames_at_silence = device.heard.frames;
    LookedAt {
        organisation_id: device.device.organisation_id,
        device_id: device.device.id,
        health,
        frames: device.heard.frames,
        check_at: noon() + TimeDelta::hours(24),
        case_id: None,
    }
}

fn a_device_is_looked_at_by_one_server_at_a_time(ground: &Ground) {
    let store = &ground.store;
    assert!(
        store
            .health_claim(noon(), LEASE, 9)
            .expect("claimed")
            .is_empty()
    );
    heard(ground, 0);
    let claimed = store.health_claim(noon(), LEASE, 9).expect("claimed");
    assert_eq!(claimed.len(), 1);
    let (device, watch) = (&claimed[0], people::device_id());
    assert_eq!((device.device.id, device.heard.frames), (watch, 1));
    assert!(device.committee_code.is_some(), "its resident has a home");
    assert!(
        store
            .health_claim(noon(), LEASE, 9)
            .expect("claimed")
            .is_empty()
    );
    // A server that died with it gives it up.
    let later = noon() + TimeDelta::seconds(31);
    assert_eq!(
        store.health_claim(later, LEASE, 9).expect("claimed").len(),
        1
    );
    store
        .health_keep(vec![looked(device, false)])
        .expect("kept");
    assert!(!store.health_due(later).expect("a look"));
    let day = noon() + TimeDelta::hours(24);
    assert!(store.health_due(day).expect("a look"));
}

fn a_frame_during_a_look_asks_for_another(ground: &Ground) {
    let store = &ground.store;
    heard(ground, 0);
    let claimed = store.health_claim(noon(), LEASE, 9).expect("claimed");
    heard(ground, 5);
    store
        .health_keep(vec![looked(&claimed[0], true)])
        .expect("kept");
    let soon = noon() + TimeDelta::seconds(5);
    let again = store.health_claim(soon, LEASE, 9).expect("claimed");
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].health.silent_since, Some(noon()));
    // Kept as silent; the next frame asks for a look by itself.
    store
        .health_keep(vec![looked(&again[0], true)])
        .expect("kept");
    assert!(!store.health_due(soon).expect("a look"));
    heard(ground, 60);
    let then = noon() + TimeDelta::seconds(60);
    assert!(store.health_due(then).expect("a look"));
    let record = store.device_read(organisation(), people::device_id());
    assert!(record.expect("a device").standing.silent_since.is_some());
}

fn a_gap_between_two_beats_is_a_downtime(ground: &Ground) {
    let store = &ground.store;
    let (gap, at) = (TimeDelta::seconds(180), |s| noon() + TimeDelta::seconds(s));
    assert_eq!(store.beat(at(0), gap), Ok(None), "the first of all");
    assert_eq!(store.beat(at(180), gap), Ok(None));
    let down = Downtime {
        from: at(180),
        to: at(400),
    };
    assert_eq!(store.beat(at(400), gap), Ok(Some(down)));
    // The other server, whose clock is behind, turns nothing back.
    assert_eq!(store.beat(at(390), gap), Ok(None));
    assert_eq!(store.beat(at(410), gap), Ok(None));
    assert_eq!(store.downtimes_since(at(0)), Ok(vec![down]));
    assert_eq!(store.downtimes_since(at(400)), Ok(vec![]));
}
