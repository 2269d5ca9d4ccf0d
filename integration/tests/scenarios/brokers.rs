//! An external broker, a real Mosquitto: nothing that it was given is lost on the way to us.

use std::collections::BTreeMap;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use integration::app::TestApp;
use integration::mosquitto::Mosquitto;
use integration::mqtt::{Login, MqttDevice, Packet};
use serde_json::{Value, json};
use server::config::Broker;

/// How long a device waits for a receipt before it sends again.
const RECEIPT_WITHIN: Duration = Duration::from_millis(500);

fn sos() -> Value {
    json!({"kind": "alarm", "alarms": ["sos"]})
}

fn client_of(broker: &Mosquitto, protocol: &str, filter: &str) -> Vec<Broker> {
    vec![Broker {
        url: format!("mqtt://{}", broker.at),
        client_id: "anlin-test".to_owned(),
        user: None,
        password: None,
        topics: BTreeMap::from([(filter.to_owned(), protocol.to_owned())]),
    }]
}

async fn is_connected(app: &TestApp) {
    let look = async || {
        let states = app.app.doors.broker_states();
        states.iter().all(|it| it.is_connected()).then_some(())
    };
    app.until("we are connected to the broker", look).await;
}

async fn device(broker: &Mosquitto, name: &str) -> MqttDevice {
    let login = Login {
        user: None,
        ..Login::of(name, "")
    };
    MqttDevice::connect(broker.at, &login)
        .await
        .expect("the broker lets anybody in")
}

/// A device at the broker that hears its receipts, while we listen there.
async fn sender_through(app: &mut TestApp, broker: &Mosquitto) -> MqttDevice {
    app.reopen_with_brokers(client_of(broker, "anlin-json", "anlin/v1/+/events"))
        .await;
    is_connected(app).await;
    let mut sender = device(broker, "AN-0018").await;
    assert_eq!(sender.subscribe("anlin/v1/AN-0018/receipts").await, 1);
    sender
}

/// An alarm through the broker is an incident, and the device gets a receipt of ours.
pub(crate) async fn an_alarm_through_mosquitto_is_an_incident(app: &mut TestApp) {
    let Some(broker) = Mosquitto::start().expect("a broker") else {
        return;
    };
    app.carrier.hear_anything();
    let own = app.own_device("AN-0018").await;
    let mut sender = sender_through(app, &broker).await;
    let counters = app.admin().get("/v1/ops/counters").await.expect(200);
    assert_eq!(counters["others"]["brokers_connected"], 1, "{counters:#}");
    let alarm = own.message(("b1", 5), app.now(), &sos());
    // The subscription may still be on its way; the device sends until it has its receipt.
    let receipt = app
        .until("the receipt comes", async || {
            assert!(sender.publish(&own.events(), &alarm).await);
            match sender.hear_within(RECEIPT_WITHIN).await {
                Some(Packet::Publish { payload, .. }) => Some(payload),
                _ => None,
            }
        })
        .await;
    let receipt: Value = serde_json::from_slice(&receipt).expect("JSON");
    assert_eq!(
        receipt,
        json!({"ok": true, "device": "AN-0018", "boot": "b1", "seq": 5})
    );
    let incident = app.operator().only_incident().await;
    assert_eq!(incident["kind"], "sos");
    assert_eq!(incident["repeats"], 0);
}

/// What the broker was given while we were away comes in when we are back, once.
pub(crate) async fn what_came_while_we_were_away_is_not_lost(app: &mut TestApp) {
    let Some(broker) = Mosquitto::start().expect("a broker") else {
        return;
    };
    app.carrier.hear_anything();
    let own = app.own_device("AN-0018").await;
    let brokers = client_of(&broker, "anlin-json", "anlin/v1/+/events");
    app.reopen_with_brokers(brokers.clone()).await;
    is_connected(app).await;
    // A first message through the line shows that the broker knows of our subscription.
    let mut sender = device(&broker, "AN-0018").await;
    let hello = own.message(("b1", 0), app.now(), &json!({"kind": "status"}));
    app.until("the line works", async || {
        assert!(sender.publish(&own.events(), &hello).await);
        let frames = app.operator().all("/v1/devices/frames?limit=200").await;
        (!frames.is_empty()).then_some(())
    })
    .await;
    app.reopen_with_brokers(Vec::new()).await;
    for number in 1..=5 {
        let alarm = own.message(("b1", number), app.now(), &sos());
        assert!(sender.publish(&own.events(), &alarm).await);
    }
    assert!(app.operator().incidents("open").await.is_empty());
    app.reopen_with_brokers(brokers).await;
    app.until("all five alarms are there", async || {
        let open = app.operator().incidents("open").await;
        let repeats = open.first().map(|incident| incident["repeats"].clone());
        (open.len() == 1 && repeats == Some(json!(4))).then_some(())
    })
    .await;
}

/// How long somebody holds the database.
const HELD: Duration = Duration::from_secs(8);

/// While the database is held by somebody a device gets no receipt; the alarm is kept as soon as it
/// can be, and is one alarm.
pub(crate) async fn what_cannot_be_kept_yet_gets_no_receipt(app: &mut TestApp) {
    let Some(broker) = Mosquitto::start().expect("a broker") else {
        return;
    };
    app.carrier.hear_anything();
    let own = app.own_device("AN-0018").await;
    let mut sender = sender_through(app, &broker).await;
    let hello = own.message(("b1", 0), app.now(), &json!({"kind": "status"}));
    app.until("the line works", async || {
        assert!(sender.publish(&own.events(), &hello).await);
        sender.hear_within(RECEIPT_WITHIN).await
    })
    .await;

    let mut other = app.app.database.connect().expect("a connection");
    let hold = match other {
        store::Conn::Sqlite(_) => "PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE",
        store::Conn::Postgres(_) => "BEGIN; LOCK TABLE incidents IN ACCESS EXCLUSIVE MODE",
    };
    other.batch_execute(hold).expect("the lock");
    let alarm = own.message(("b1", 1), app.now(), &sos());
    assert!(
        sender.publish(&own.events(), &alarm).await,
        "the broker has it"
    );
    let early = sender.hear_within(HELD).await;
    other.batch_execute("ROLLBACK").expect("released");
    assert_eq!(early, None, "a receipt for what nobody kept");

    let receipt = app
        .until("the receipt comes", async || {
            match sender.hear_within(RECEIPT_WITHIN).await {
                Some(Packet::Publish { payload, .. }) => Some(payload),
                _ => None,
            }
        })
        .await;
    let receipt: Value = serde_json::from_slice(&receipt).expect("JSON");
    assert_eq!(receipt["seq"], 1, "{receipt}");
    let incident = app.operator().only_incident().await;
    assert_eq!(
        (&incident["kind"], &incident["repeats"]),
        (&json!("sos"), &json!(0))
    );
}
