//! Devices and gateways that bring whole messages over MQTT: who comes in, what is kept, what is
//! acknowledged.

use std::time::Duration;

use domain::devices::{DeviceUid, Protocol};
use ingest::listeners::mqtt::Told;
use integration::app::{Issued, TestApp};
use integration::mqtt::{MqttDevice, Outgoing, Packet};
use integration::roles::{Ask, IDEMPOTENCY_KEY, word};
use reqwest::Method;
use serde_json::{Value, json};

/// An SOS in our own words.
fn sos() -> Value {
    json!({"kind": "alarm", "alarms": ["sos"]})
}

/// What was handed to a carrier when the power went is handed over again only after its lease.
async fn everybody_is_told(app: &TestApp) {
    app.until("every notice is out", async || {
        let health = app.app.store.health(app.now()).expect("health");
        (health.outbox_waiting == 0).then_some(())
    })
    .await;
}

async fn close_all(app: &TestApp) {
    for incident in app.operator().incidents("open").await {
        let id = word(&incident, "id");
        let seat = app.operator();
        seat.close(&id, "test", Some("after the story"))
            .await
            .expect(200);
    }
}

/// One alarm, sent with every quality and twice each, is one incident, and each is answered.
pub(crate) async fn an_alarm_over_mqtt_is_one_incident(app: &mut TestApp) {
    app.carrier.hear_anything();
    app.reopen_with_mqtt().await;
    let own = app.own_device("AN-0018").await;
    let alarm = own.message(("b1", 0), app.now(), &sos());
    let mut device = app.mqtt_device(&own).await;
    assert!(device.publish(&own.events(), &alarm).await);
    let incident = app.operator().only_incident().await;
    assert_eq!(incident["kind"], "sos");
    assert_eq!(
        incident["resident_id"],
        json!(app.world.elder().id.to_string())
    );

    let topic = own.events();
    let again = |qos, dup, id| Outgoing {
        topic: &topic,
        payload: &alarm,
        qos,
        dup,
        id,
    };
    device.send_message(again(1, true, 7)).await.expect("sent");
    assert_eq!(device.hear().await, Some(Packet::PubAck(7)));
    device.send_message(again(2, false, 8)).await.expect("sent");
    assert_eq!(device.hear().await, Some(Packet::PubRec(8)));
    device.release(8).await.expect("sent");
    assert_eq!(device.hear().await, Some(Packet::PubComp(8)));
    device.send_message(again(0, false, 0)).await.expect("sent");
    assert!(device.is_heard().await);
    // After a power cut the same number is still known.
    everybody_is_told(app).await;
    app.crash_and_reopen().await;
    let mut device = app.mqtt_device(&own).await;
    assert!(device.publish(&own.events(), &alarm).await);
    let incident = app.operator().only_incident().await;
    assert_eq!(incident["repeats"], 0, "{incident:#}");
    assert_eq!(app.counted("signed_repeats"), 1);

    let second = own.message(("b1", 1), app.now(), &sos());
    assert!(device.publish(&own.events(), &second).await);
    let incident = app.operator().only_incident().await;
    assert_eq!(incident["repeats"], 1, "a second real alarm is heard");
}

/// A message without quality is kept as well, though nobody is told.
pub(crate) async fn an_alarm_of_quality_0_is_kept(app: &mut TestApp) {
    app.carrier.hear_anything();
    app.reopen_with_mqtt().await;
    let own = app.own_device("AN-0018").await;
    let alarm = own.message(("b1", 0), app.now(), &sos());
    let mut device = app.mqtt_device(&own).await;
    let message = Outgoing {
        topic: &own.events(),
        payload: &alarm,
        qos: 0,
        dup: false,
        id: 0,
    };
    device.send_message(message).await.expect("sent");
    // The battery is empty right after it.
    drop(device);
    let kept = app.until("the alarm is an incident", async || {
        app.operator().incidents("open").await.pop()
    });
    assert_eq!(kept.await["kind"], "sos");
}

/// Wrong secrets, unknown names and revoked credentials do not come in; a revoked one is cut off.
pub(crate) async fn only_who_has_a_credential_comes_in(app: &mut TestApp) {
    app.reopen_with_mqtt().await;
    let own = app.own_device("AN-0018").await;
    let at = app.mqtt().await;
    for (name, secret) in [
        (own.name.as_str(), "a wrong secret"),
        ("AN-0019", own.secret.as_str()),
        ("", ""),
    ] {
        let login = Issued {
            name: name.to_owned(),
            secret: secret.to_owned(),
            ..own.clone()
        }
        .login();
        assert_eq!(
            MqttDevice::connect(at, &login).await.err(),
            Some(4),
            "{name}"
        );
    }
    let nameless = integration::mqtt::Login {
        user: None,
        ..own.login()
    };
    assert_eq!(MqttDevice::connect(at, &nameless).await.err(), Some(4));
    assert_eq!(app.counted("logins_refused"), 4);

    let mut device = app.mqtt_device(&own).await;
    let status = own.message(("b1", 0), app.now(), &json!({"kind": "status"}));
    assert!(device.publish(&own.events(), &status).await);
    let path = format!("/v1/device-credentials/{}", own.id);
    let revoked = app.admin().delete(&path).await;
    assert_eq!(revoked.status, 204, "{}", revoked.text);
    let status = own.message(("b1", 1), app.now(), &json!({"kind": "status"}));
    assert!(
        !device.publish(&own.events(), &status).await,
        "an open line is of no use any more"
    );
    assert_eq!(MqttDevice::connect(at, &own.login()).await.err(), Some(4));
}

/// A device publishes as itself and hears what is meant for it, and nothing else.
pub(crate) async fn a_device_has_its_own_topics_only(app: &mut TestApp) {
    app.carrier.hear_anything();
    app.reopen_with_mqtt().await;
    let own = app.own_device("AN-0018").await;
    let other = app.own_device("AN-0019").await;
    let alarm = own.message(("b1", 0), app.now(), &sos());
    for topic in [
        other.events().as_str(),
        "anlin/v1/AN-0018/commands",
        "zigbee2mqtt/kitchen",
    ] {
        let mut device = app.mqtt_device(&own).await;
        assert!(!device.publish(topic, &alarm).await, "{topic}");
    }
    assert_eq!(app.counted("topics_refused"), 3);
    // Under the right topic, a message of another device is kept and means nothing.
    let mut device = app.mqtt_device(&own).await;
    let foreign = other.message(("b1", 0), app.now(), &sos());
    assert!(device.publish(&own.events(), &foreign).await);
    let apart = app.operator().only_incident().await;
    assert_eq!(apart["kind"], "unknown_device", "{apart:#}");
    assert_eq!(app.counted("identity_changed"), 1);

    for (filter, code) in [
        ("#", 0x80),
        ("anlin/v1/+/commands", 0x80),
        ("anlin/v1/AN-0019/commands", 0x80),
        ("anlin/v1/AN-0018/commands", 1),
    ] {
        assert_eq!(device.subscribe(filter).await, code, "{filter}");
    }
    let commands = app.app.doors.commands();
    let name = DeviceUid::parse("AN-0018").expect("a name");
    let told = tokio::spawn({
        let name = name.clone();
        async move {
            commands
                .tell(&name, b"{\"command\":\"ring\"}".to_vec())
                .await
        }
    });
    let Some(Packet::Publish { topic, payload, id }) = device.hear().await else {
        panic!("no command");
    };
    assert_eq!(topic, "anlin/v1/AN-0018/commands");
    assert_eq!(payload, b"{\"command\":\"ring\"}");
    device
        .acknowledge(id.expect("quality 1"))
        .await
        .expect("sent");
    assert_eq!(told.await.expect("told"), Told::Acknowledged);
    let absent = DeviceUid::parse("AN-0019").expect("a name");
    let told = app.app.doors.commands().tell(&absent, b"{}".to_vec()).await;
    assert_eq!(told, Told::NotThere);
}

/// A command that was queued reaches the device on its own topic and ends with its answer.
pub(crate) async fn a_device_on_mqtt_rings_and_says_so(app: &mut TestApp) {
    app.reopen_with_mqtt().await;
    let (home, elder) = (app.world.home.organisation, app.world.elder().id);
    let id = app.register_in(home, Protocol::AnlinJson, "AN-0018", Some(elder));
    let own = app.credential(json!({"device_id": id.to_string()})).await;
    let path = format!("/v1/devices/{id}/commands");
    let ask = Ask::json(&json!({"kind": "ring"})).header(IDEMPOTENCY_KEY, "ring-1");
    let seat = app.operator();
    let kept = seat.send(Method::POST, &path, ask).await.expect(201);
    assert_eq!(kept["state"], "queued", "the device is not there yet");

    let mut device = app.mqtt_device(&own).await;
    assert_eq!(device.subscribe("anlin/v1/AN-0018/commands").await, 1);
    let status = own.message(("b1", 0), app.now(), &json!({"kind": "status"}));
    assert!(device.publish(&own.events(), &status).await);
    let Some(Packet::Publish { topic, payload, id }) = device.hear().await else {
        panic!("no command");
    };
    assert_eq!(topic, "anlin/v1/AN-0018/commands");
    let told: Value = serde_json::from_slice(&payload).expect("JSON");
    assert_eq!(told["command"], "ring");
    let taken = device.acknowledge(id.expect("quality 1")).await;
    taken.expect("sent");
    let path = format!("{path}/{}", word(&kept, "id"));
    let becomes = async |state: &str| {
        let look = async || {
            let command = seat.get(&path).await.expect(200);
            (command["state"] == state).then_some(())
        };
        app.until(&format!("the command becomes {state}"), look)
            .await;
    };
    becomes("sent").await;
    let answer = json!({"kind": "command", "serial": told["serial"], "ok": true});
    let answer = own.message(("b1", 1), app.now(), &answer);
    assert!(device.publish(&own.events(), &answer).await);
    becomes("acknowledged").await;
}

/// A protocol of gateways, a topic of it, and a message of its own samples that is an alarm there.
fn alarms_of_gateways() -> Vec<(Protocol, &'static str)> {
    vec![
        (
            Protocol::Chirpstack,
            "application/7/device/fffe000000000a01/event/up",
        ),
        (Protocol::Ttn, "v3/homes@tenant/devices/button-7/up"),
        (Protocol::Vayyar, "/devices/VC-INVENTED-7/events"),
        (Protocol::Zigbee2mqtt, "zigbee2mqtt/bathroom"),
        (Protocol::KatiMqtt, "iMEDE_watch/status"),
    ]
}

fn first_alarm(protocol: Protocol, topic: &str) -> (String, Vec<u8>) {
    let codec = ingest::registry::codec(protocol);
    let session = ingest::Session::default();
    let envelope = ingest::Envelope {
        topic: Some(topic),
        ..ingest::Envelope::of(&session)
    };
    for sample in (codec.samples)() {
        if let Ok(event) = (codec.decode)(&sample, &envelope)
            && event.is_alarm
            && event.alarms.iter().any(|alarm| alarm.is_life_alarm())
        {
            return (event.device_uid.to_string(), sample);
        }
    }
    panic!("{protocol} has no alarm among its samples");
}

/// Through a gateway's line, an alarm of each protocol is its wearer's incident.
pub(crate) async fn every_gateway_brings_its_alarms(app: &mut TestApp) {
    app.carrier.hear_anything();
    app.reopen_with_mqtt().await;
    let (home, elder) = (app.world.home.organisation, app.world.elder().id);
    for (protocol, topic) in alarms_of_gateways() {
        let (uid, alarm) = first_alarm(protocol, topic);
        app.register_in(home, protocol, &uid, Some(elder));
        let gateway = app
            .credential(json!({"name": format!("gw-{protocol}"), "protocol": protocol.as_str()}))
            .await;
        let mut line = app.mqtt_device(&gateway).await;
        for _ in 0..2 {
            assert!(line.publish(topic, &alarm).await, "{protocol}");
        }
        let incident = app.operator().only_incident().await;
        assert_eq!(
            incident["resident_id"],
            json!(elder.to_string()),
            "{protocol}"
        );
        assert_eq!(incident["repeats"], 0, "{protocol}: {incident:#}");
        close_all(app).await;
        assert!(
            !line.publish("iMEDE_watch_else/SOS", &alarm).await,
            "{protocol}"
        );
    }
    // Meters alarm about nothing; their readings are kept.
    let topic = "ESP32_BLE_GW_TX";
    let meters = app
        .credential(json!({"name": "gw-meters", "protocol": "blegw-mqtt", "topic_prefix": "east/"}))
        .await;
    let mut line = app.mqtt_device(&meters).await;
    let sample = (ingest::registry::codec(Protocol::BlegwMqtt).samples)().remove(0);
    assert!(line.publish(&format!("east/{topic}"), &sample).await);
    assert!(!line.publish(topic, &sample).await, "without its prefix");
    assert!(app.operator().incidents("open").await.is_empty());
}

/// A gateway of ours that names a device of others is taken for a stranger.
pub(crate) async fn a_gateway_does_not_speak_for_the_devices_of_others(app: &mut TestApp) {
    app.carrier.hear_anything();
    app.reopen_with_mqtt().await;
    let (protocol, topic) = (Protocol::Vayyar, "/devices/VC-ELSEWHERE-7/events");
    let there = &app.world.other;
    let theirs = there.elders[0].id;
    app.register_in(there.organisation, protocol, "VC-ELSEWHERE-7", Some(theirs));
    let gateway = app
        .credential(json!({"name": "gw-radars", "protocol": "vayyar"}))
        .await;
    let (_, alarm) = first_alarm(protocol, topic);
    let mut line = app.mqtt_device(&gateway).await;
    assert!(line.publish(topic, &alarm).await);
    let incident = app.operator().only_incident().await;
    assert_eq!(incident["kind"], "unknown_device", "{incident:#}");
    let frames = app.operator().all("/v1/devices/frames?limit=200").await;
    assert_eq!(frames[0]["device_uid"], "unconfirmed-VC-ELSEWHERE-7");
    assert!(incident["resident_id"].is_null());
    let elsewhere = app.operator_as(&app.world.other.operators[0].clone());
    assert!(elsewhere.incidents("open").await.is_empty());
}

/// The newest connection of a client counts, and who says nothing for too long is gone.
pub(crate) async fn old_and_silent_connections_end(app: &mut TestApp) {
    app.reopen_with_mqtt().await;
    let own = app.own_device("AN-0018").await;
    let mut old = app.mqtt_device(&own).await;
    assert!(old.is_heard().await);
    let mut new = app.mqtt_device(&own).await;
    assert_eq!(old.hear().await, None, "taken over");
    assert!(new.is_heard().await);
    let brief = integration::mqtt::Login {
        keep_alive: 1,
        client_id: "brief".to_owned(),
        ..own.login()
    };
    let mut silent = MqttDevice::connect(app.mqtt().await, &brief)
        .await
        .expect("it comes in");
    assert!(silent.hears_nothing(Duration::from_millis(700)).await);
    assert_eq!(silent.hear().await, None, "nothing was said for too long");
    assert!(new.is_heard().await);
    // A packet over the limit ends the line before it is read.
    let huge = vec![b'x'; ingest::MAX_FRAME + 4_096];
    assert!(!new.publish(&own.events(), &huge).await);
}

/// Version 5 says what was wrong, and the line stands.
pub(crate) async fn version_5_is_spoken_as_well(app: &mut TestApp) {
    use rumqttc::v5::mqttbytes::QoS;
    use rumqttc::v5::mqttbytes::v5::{Packet, PubAckReason};
    use rumqttc::v5::{AsyncClient, Event, MqttOptions};

    app.carrier.hear_anything();
    app.reopen_with_mqtt().await;
    let own = app.own_device("AN-0018").await;
    let at = app.mqtt().await;
    let mut options = MqttOptions::new("fifth", at.ip().to_string(), at.port());
    options.set_credentials(&own.name, &own.secret);
    let (client, mut events) = AsyncClient::new(options, 10);
    let alarm = own.message(("b1", 0), app.now(), &sos());
    for (topic, reason) in [
        (
            "anlin/v1/AN-0019/events".to_owned(),
            PubAckReason::NotAuthorized,
        ),
        (own.events(), PubAckReason::Success),
    ] {
        let sent = client.publish(topic, QoS::AtLeastOnce, false, alarm.clone());
        sent.await.expect("the line stands");
        let acknowledged = loop {
            if let Event::Incoming(Packet::PubAck(ack)) = events.poll().await.expect("a line") {
                break ack.reason;
            }
        };
        assert_eq!(acknowledged, reason);
    }
    assert_eq!(app.operator().only_incident().await["kind"], "sos");
    let mut options = MqttOptions::new("fifth", at.ip().to_string(), at.port());
    options.set_credentials(&own.name, "a wrong secret");
    let (_client, mut events) = AsyncClient::new(options, 10);
    let refused = events.poll().await.expect_err("turned away");
    assert!(
        refused.to_string().contains("BadUserNamePassword"),
        "{refused}"
    );
}

/// Messages without a meaning, far more than a connection may bring.
const GARBAGE: u64 = 600;

/// A client gone mad is acknowledged and mostly not kept; its alarm is kept all the same.
pub(crate) async fn a_flood_over_mqtt_is_bounded_and_hides_no_alarm(app: &mut TestApp) {
    app.carrier.hear_anything();
    app.reopen_with_mqtt().await;
    let own = app.own_device("AN-0018").await;
    let mut device = app.mqtt_device(&own).await;
    let began = tokio::time::Instant::now();
    for number in 0..GARBAGE {
        let nonsense = format!("nonsense {number}");
        let heard = device.publish(&own.events(), nonsense.as_bytes()).await;
        assert!(heard, "number {number} is acknowledged");
    }
    let alarm = own.message(("b1", 0), app.now(), &sos());
    assert!(device.publish(&own.events(), &alarm).await);
    assert_eq!(app.operator().only_incident().await["kind"], "sos");
    let limit = 300 + 20 * (began.elapsed().as_secs() + 1);
    let (kept, over) = (
        app.counted("undecodable"),
        app.counted("telemetry_over_limit"),
    );
    assert!(kept <= limit, "{kept} kept of at most {limit}");
    assert_eq!(kept + over, GARBAGE, "each is kept or counted");
}
