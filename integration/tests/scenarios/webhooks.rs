//! Messages over HTTPS: each proves itself, is kept before the answer, and counts once.

use domain::devices::Protocol;
use ingest::webhook;
use integration::app::{Issued, TestApp};
use integration::roles::{Answer, Ask, word};
use reqwest::Method;
use serde_json::{Value, json};

const SIGNED: &str = "/v1/ingest/anlin-json";

fn posted(bytes: &[u8]) -> Ask {
    Ask {
        body: Some(("application/json".to_owned(), bytes.to_vec())),
        ..Ask::default()
    }
}

async fn post(app: &TestApp, path: &str, ask: Ask) -> Answer {
    app.nobody().send(Method::POST, path, ask).await
}

fn signed(hook: &Issued, moment: i64, bytes: &[u8]) -> Ask {
    let moment = moment.to_string();
    let code = webhook::sign(hook.signing_key.as_bytes(), &moment, bytes);
    posted(bytes)
        .header("X-Anlin-Timestamp", &moment)
        .header("X-Anlin-Signature", hex::encode(code))
}

fn sos() -> Value {
    json!({"kind": "alarm", "alarms": ["sos"]})
}

/// A message of a protocol's own samples that is an alarm of life.
fn alarm_of(protocol: Protocol) -> Vec<u8> {
    let codec = ingest::registry::codec(protocol);
    let alarms = (codec.samples)().into_iter().find(|sample| {
        (codec.decode)(sample, &ingest::Envelope::default())
            .is_ok_and(|event| event.is_alarm && event.alarms.iter().any(|it| it.is_life_alarm()))
    });
    alarms.expect("an alarm among its samples")
}

/// A device of our own over HTTPS: once, and answered the same ever after.
pub(crate) async fn a_signed_alarm_over_https_counts_once(app: &mut TestApp) {
    app.carrier.hear_anything();
    let own = app.own_device("AN-0018").await;
    let alarm = own.message(("b1", 3), app.now(), &sos());
    let first = post(app, SIGNED, posted(&alarm)).await.expect(200);
    assert_eq!(
        first,
        json!({"ok": true, "device": "AN-0018", "boot": "b1", "seq": 3})
    );
    let incident = app.operator().only_incident().await;
    assert_eq!(incident["kind"], "sos");
    // A notice in a carrier's hands when the power goes would come again only after its lease.
    app.until("every notice is out", async || {
        let health = app.app.store.health(app.now()).expect("health");
        (health.outbox_waiting == 0).then_some(())
    })
    .await;
    app.crash_and_reopen().await;
    let again = post(app, SIGNED, posted(&alarm)).await.expect(200);
    assert_eq!(again, first, "the window outlives a restart");
    assert_eq!(app.operator().only_incident().await["repeats"], 0);
    let status = own.message(("b1", 4), app.now(), &json!({"kind": "status"}));
    for _ in 0..2 {
        post(app, SIGNED, posted(&status)).await.expect(200);
    }
    let frames = app.operator().all("/v1/devices/frames?limit=200").await;
    assert_eq!(frames.len(), 2, "each is kept once: {frames:#?}");
}

/// What proves nothing: an alarm is put before the seat, everything else is refused and counted.
pub(crate) async fn a_forged_message_is_nobodys_word(app: &mut TestApp) {
    app.carrier.hear_anything();
    let own = app.own_device("AN-0018").await;
    let forger = Issued {
        signing_key: "another key".to_owned(),
        ..own.clone()
    };
    let status = forger.message(("b1", 0), app.now(), &json!({"kind": "status"}));
    let refused = post(app, SIGNED, posted(&status)).await;
    refused.expect_problem(401, "unauthenticated");
    assert_eq!(app.counted("unproven_refused"), 1);

    let forged = forger.message(("b1", 0), app.now(), &sos());
    for _ in 0..2 {
        let kept = post(app, SIGNED, posted(&forged)).await.expect(202);
        assert_eq!(kept["ok"], true);
    }
    let incident = app.operator().only_incident().await;
    assert_eq!(incident["kind"], "unknown_device", "{incident:#}");
    let frames = app.operator().all("/v1/devices/frames?limit=200").await;
    assert_eq!(
        frames.len(),
        1,
        "the same forgery is one event: {frames:#?}"
    );
    assert_eq!(frames[0]["device_uid"], "unconfirmed-AN-0018");
    assert!(incident["resident_id"].is_null());
    for name in ["near", "second", "third"] {
        assert!(app.responder(name).pending().await.is_empty(), "{name}");
    }
    // It did not take the number away from the device.
    let real = own.message(("b1", 0), app.now(), &sos());
    post(app, SIGNED, posted(&real)).await.expect(200);
    let kinds: Vec<String> = app
        .operator()
        .incidents("open")
        .await
        .iter()
        .map(|incident| word(incident, "kind"))
        .collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "sos").count(), 1);
    // A device that lost count is not silenced: a person looks.
    let recounted = own.message(("b1", 0), app.now(), &json!({"alarms": ["fall"]}));
    post(app, SIGNED, posted(&recounted)).await.expect(202);
    // A recording of an unknown boot, older than what came since.
    let old = own.message(("b0", 9), app.now() - chrono::TimeDelta::hours(1), &sos());
    post(app, SIGNED, posted(&old)).await.expect(202);
    // Without a name there is nothing to look at.
    post(app, SIGNED, posted(b"{}"))
        .await
        .expect_problem(401, "unauthenticated");
    assert_eq!(app.counted("unproven_alarms"), 4);
}

/// A network's alarm under its credential, by secret and by signature.
pub(crate) async fn a_network_posts_its_alarms(app: &mut TestApp) {
    app.carrier.hear_anything();
    let (home, elder) = (app.world.home.organisation, app.world.elder().id);
    for (protocol, uid, alarm) in [
        (
            Protocol::Chirpstack,
            "FFFE000000000A01",
            alarm_of(Protocol::Chirpstack),
        ),
        (
            Protocol::Ttn,
            "FFFE000000000B02",
            alarm_of(Protocol::Ttn),
        ),
        (
            Protocol::Vayyar,
            "VC-INVENTED-7",
            br#"{"type":5,"payload":{"deviceId":"VC-INVENTED-7","timestamp":1795489200125,"status":"fall_detected"}}"#.to_vec(),
        ),
    ] {
        app.register_in(home, protocol, uid, Some(elder));
        let hook = app
            .credential(json!({"name": format!("net-{protocol}"), "protocol": protocol.as_str()}))
            .await;
        let path = hook.webhook_path.clone();
        let by_secret = posted(&alarm).header("X-Anlin-Secret", &hook.secret);
        let first = post(app, &path, by_secret).await.expect(200);
        let by_code = signed(&hook, app.now().timestamp(), &alarm);
        let again = post(app, &path, by_code).await.expect(200);
        assert_eq!(first, again, "{protocol}");
        let incident = app.operator().only_incident().await;
        assert_eq!(incident["resident_id"], json!(elder.to_string()), "{protocol}");
        assert_eq!(incident["repeats"], 0, "{protocol}");
        app.operator()
            .close(word(&incident, "id"), "test", Some("after it"))
            .await
            .expect(200);
    }
}

/// Everything that is wrong with name or proof is the same answer, and leaves nothing behind.
pub(crate) async fn a_webhook_without_proof_is_refused(app: &mut TestApp) {
    let hook = app
        .credential(json!({"name": "net", "protocol": "ttn"}))
        .await;
    let alarm = ingest::ttn::encode::samples().remove(0);
    let (path, now) = (hook.webhook_path.as_str(), app.now().timestamp());
    let told = |secret: &str| posted(&alarm).header("X-Anlin-Secret", secret);
    let elsewhere = path.replace("/ttn/", "/chirpstack/");
    let nobodys = format!("/v1/ingest/ttn/{}", server::engine::fresh_id());
    for (path, ask) in [
        (path, posted(&alarm)),
        (path, told("a wrong secret")),
        (path, told(&hook.signing_key)),
        (path, signed(&hook, now - 400, &alarm)),
        (path, {
            let mut ask = signed(&hook, now, &alarm);
            ask.body = posted(b"{}").body;
            ask
        }),
        (elsewhere.as_str(), told(&hook.secret)),
        (nobodys.as_str(), told(&hook.secret)),
        ("/v1/ingest/telex/1", told(&hook.secret)),
    ] {
        let problem = post(app, path, ask).await;
        let body = problem.expect_problem(401, "unauthenticated");
        assert!(body["detail"].is_null(), "{body}");
    }
    let mut xml = told(&hook.secret);
    xml.body = Some(("application/xml".to_owned(), b"<a/>".to_vec()));
    post(app, path, xml)
        .await
        .expect_problem(415, "unsupported-media-type");
    assert!(
        app.operator()
            .all("/v1/devices/frames?limit=200")
            .await
            .is_empty()
    );
    // Proven and unreadable: kept as it is, and said so.
    let odd = posted(b"{\"odd\":true}").header("X-Anlin-Secret", &hook.secret);
    post(app, path, odd)
        .await
        .expect_problem(422, "invalid-request");
    let frames = app.operator().all("/v1/devices/frames?limit=200").await;
    assert_eq!(frames.len(), 1);
    assert_eq!(frames[0]["decoded"], false);
    let revoke = format!("/v1/device-credentials/{}", hook.id);
    assert_eq!(app.operator().delete(&revoke).await.status, 204);
    post(app, path, told(&hook.secret))
        .await
        .expect_problem(401, "unauthenticated");
}
