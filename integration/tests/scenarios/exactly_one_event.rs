//! Every protocol's alarm is one event however often it is sent, and answered every time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::TimeDelta;
use domain::devices::{DeviceEvent, DeviceUid, Protocol};
use ingest::listeners::IntakeAnswer;
use ingest::registry::{CODECS, codec};
use ingest::{Codec, vayyar};
use integration::app::TestApp;
use integration::line::Line;
use integration::roles::word;
use integration::watch::fall_at;
use serde_json::json;

/// Seconds in which an alarm without any clock is the same event (`with_windowed_key`).
const WINDOW_S: i64 = 600;
/// Payloads that are read behind a server only, a gateway that hands on readings and no alarms, and
/// messages that count once they are signed, which `webhooks.rs` tells.
const WITHOUT_SAMPLES: [Protocol; 3] =
    [Protocol::Lorawan, Protocol::BlegwMqtt, Protocol::AnlinJson];

/// What an alarm has left behind: incidents ever, and alarms that joined one.
async fn left(app: &TestApp) -> (usize, i64) {
    let mut all = app.operator().incidents("all").await;
    // The clock jumps from sample to sample: watches that fell silent meanwhile are no alarms.
    all.retain(|incident| !["device_silent", "area_outage"].contains(&&*word(incident, "kind")));
    let joined = all
        .iter()
        .map(|incident| incident["repeats"].as_i64().expect("a count"));
    (all.len(), joined.sum())
}

async fn close_all(app: &TestApp) {
    let seat = app.operator();
    for open in seat.incidents("open").await {
        let closed = seat
            .close(word(&open, "id"), "test", Some("the next one"))
            .await;
        closed.expect(200);
    }
}

/// A line that has learnt what the samples before an alarm say, and the samples that alarm.
struct Told {
    codec: &'static Codec,
    alarms: Vec<(Vec<u8>, DeviceEvent)>,
}

impl Told {
    async fn of(
        app: &TestApp,
        codec: &'static Codec,
        known: &mut BTreeSet<(Protocol, DeviceUid)>,
    ) -> Self {
        let mut line = app.line(codec, "127.0.0.1");
        let mut alarms = Vec::new();
        for raw in (codec.samples)() {
            // Some messages leave it to their carrier to name the device.
            let nameless = DeviceUid::parse(&format!("invented-{}", codec.protocol));
            line.session.uid = line.session.uid.or(nameless);
            let Some(event) = line.read(&raw) else {
                continue;
            };
            let uid = event.device_uid.clone();
            if known.insert((codec.protocol, uid.clone())) {
                app.register(codec.protocol, &uid, app.world.elder().id);
            }
            if line.session.uid.as_ref().is_some_and(|bound| *bound != uid) {
                line = app.line(codec, "127.0.0.1");
            }
            if event.is_alarm {
                alarms.push((raw, event));
            } else {
                line.hand(&raw).await;
            }
        }
        Self { codec, alarms }
    }

    /// A fresh connection that is bound to the alarm's device.
    fn line(&self, app: &TestApp, event: &DeviceEvent) -> Line {
        let mut line = app.line(self.codec, "127.0.0.1");
        line.session.uid = Some(event.device_uid.clone());
        line
    }
}

/// Sends one alarm four times; what is wrong, in words.
async fn repeated(app: &mut TestApp, told: &Told, raw: &[u8], event: &DeviceEvent) -> Vec<String> {
    let mut wrong = Vec::new();
    // The device's clock is right: only its own time makes the event.
    let now = app.now();
    let at = event.device_time.unwrap_or_else(|| {
        // At the beginning of a window, so that the repeats fall into the same.
        now + TimeDelta::seconds(WINDOW_S - now.timestamp().rem_euclid(WINDOW_S))
    });
    app.clock.advance(at + TimeDelta::seconds(2) - now);
    let before = left(app).await;
    let mut line = told.line(app, event);
    let first = line.hand(raw).await;
    let after = left(app).await;
    let name = format!("{} {}", told.codec.protocol, event.kind);
    if first.0 != IntakeAnswer::Reply {
        wrong.push(format!("{name}: answered {first:?}"));
    }
    if after.0 > before.0 + 1 {
        wrong.push(format!(
            "{name}: {} incidents of one frame",
            after.0 - before.0
        ));
    }
    for way in ["same line", "another line", "later"] {
        match way {
            "another line" => line = told.line(app, event),
            "later" => app.clock.advance(TimeDelta::seconds(45)),
            _ => {}
        }
        let again = line.hand(raw).await;
        if again != first {
            wrong.push(format!("{name}, {way}: {again:?} after {first:?}"));
        }
        let now = left(app).await;
        if now != after {
            wrong.push(format!("{name}, {way}: {now:?} after {after:?}"));
        }
    }
    wrong
}

/// Same bytes, on another line, later, after a restart: one incident and the same answer.
pub(crate) async fn every_alarm_of_every_protocol_is_one_event(app: &mut TestApp) {
    app.carrier.hear_anything();
    let mut wrong = Vec::new();
    let elders = app.world.home.elders.iter();
    let worn = elders.filter_map(|elder| DeviceUid::parse(&elder.uid));
    let mut known: BTreeSet<_> = worn.map(|uid| (Protocol::Watch, uid)).collect();
    let mut tried: BTreeMap<Protocol, usize> = BTreeMap::new();
    let mut all = Vec::new();
    let mut latest = app.now();
    for codec in CODECS {
        if codec.protocol == Protocol::AnlinJson {
            continue;
        }
        let told = Told::of(app, codec, &mut known).await;
        for (raw, event) in &told.alarms {
            wrong.extend(repeated(app, &told, raw, event).await);
            *tried.entry(codec.protocol).or_default() += 1;
            latest = latest.max(app.now());
            close_all(app).await;
        }
        all.push(told);
    }
    // A power cut forgets nothing: every alarm once more.
    let before = left(app).await;
    app.crash_and_reopen().await;
    for told in &all {
        for (raw, event) in &told.alarms {
            if let Some(at) = event.device_time {
                app.clock.advance(at + TimeDelta::seconds(90) - app.now());
            }
            // Without a clock the receiver's window of ten minutes is what makes a repeat.
            if event.device_time.is_none() && !event.is_numbered {
                continue;
            }
            let mut line = told.line(app, event);
            let again = line.hand(raw).await;
            let now = left(app).await;
            if now != before || again.0 != IntakeAnswer::Reply {
                wrong.push(format!(
                    "{} {} after a restart: {now:?}",
                    told.codec.protocol, event.kind
                ));
                break;
            }
        }
    }
    // Notices of every moment that was tried are due now.
    let ahead = latest + TimeDelta::minutes(5) - app.now();
    app.advance(ahead.to_std().unwrap_or_default());
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let silent: Vec<Protocol> = Protocol::ALL
        .iter()
        .copied()
        .filter(|protocol| !tried.contains_key(protocol))
        .collect();
    assert_eq!(
        silent, WITHOUT_SAMPLES,
        "protocols without an alarm among their samples"
    );
}

/// A later fall is another event: it joins what is open, or opens what was closed.
pub(crate) async fn a_second_real_fall_is_a_new_event(app: &mut TestApp) {
    app.carrier.hear_anything();
    let elder = app.world.elder().clone();
    let radar = DeviceUid::parse("VC-INVENTED-12").expect("a uid");
    let button = app.own_device("button-invented-5").await;
    app.register(Protocol::Vayyar, &radar, elder.id);
    let mut watch = app.watch(&elder.uid).await;
    let mut radar_line = app.line(codec(Protocol::Vayyar), "127.0.0.1");
    let mut button_line = app.line(codec(Protocol::AnlinJson), "127.0.0.1");
    let mut pressed = Vec::new();
    for round in 0..2_i64 {
        let at = app.now();
        assert_eq!(watch.ask(&fall_at(at)).await, "AL");
        let fall = json!({
            "timestamp": at.timestamp_millis(), "deviceId": radar.as_str(), "status": "fall_detected",
        });
        radar_line.hand(&vayyar::encode::event(5, fall)).await;
        let body = json!({"kind": "alarm", "alarms": ["sos"]});
        pressed = button.message(("boot-1", round.unsigned_abs()), at, &body);
        button_line.hand(&pressed).await;
        let incident = app.operator().only_incident().await;
        assert_eq!(
            incident["repeats"],
            2 + 3 * round,
            "each is an event of its own"
        );
        app.advance(Duration::from_secs(60));
    }
    close_all(app).await;
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    assert_eq!(
        left(app).await.0,
        2,
        "what was closed is opened by a new fall"
    );
    // A message with a number of its own is a repeat a day later too; one without is not.
    close_all(app).await;
    app.advance(Duration::from_secs(30 * 3600));
    assert_eq!(button_line.hand(&pressed).await.0, IntakeAnswer::Reply);
    assert_eq!(left(app).await.0, 2, "delivered again a day later");
}
