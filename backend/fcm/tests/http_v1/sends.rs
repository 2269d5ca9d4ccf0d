//! What comes of a send.

use std::time::Duration;

use fcm::fake::{Behaviour, Fake};
use fcm::{Client, Config, SendError, TransportError};
use serde_json::json;

use crate::{PATIENCE, client, config, message, started};

#[tokio::test]
async fn a_send_arrives_whole() {
    let (fake, client) = started().await;
    let mut pushes = fake.on_send();
    let sent = client.send(&message("device-1")).await.expect("accepted");

    let requests = fake.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    assert_eq!(request.name, sent.name);
    assert!(
        sent.name.starts_with("projects/fake-project/messages/"),
        "{}",
        sent.name
    );
    assert_eq!(
        (&*request.token, &*request.title, &*request.body),
        ("device-1", "Title", "Text")
    );
    assert_eq!(request.data["kind"], "offer");
    assert_eq!(request.data["notification_id"], "n-1");
    let android = json!({
        "priority": "HIGH", "collapse_key": "case-9", "ttl": "120s",
        "notification": { "channel_id": "urgent", "tag": "case-9" },
    });
    assert_eq!(request.message["android"], android);
    assert_eq!(request.message["apns"]["headers"]["apns-priority"], "10");
    assert_eq!(pushes.recv().await.expect("a push"), *request);
}

#[tokio::test]
async fn lasting_refusals_are_permanent() {
    let (fake, client) = started().await;
    fake.script("gone", Behaviour::Unregistered);
    fake.script("other", Behaviour::SenderMismatch);
    fake.script("odd", Behaviour::InvalidArgument);
    let odd = SendError::InvalidArgument {
        field: None,
        reason: "The registration token is not a valid FCM registration token".to_owned(),
    };
    let table = [
        ("gone", SendError::Unregistered),
        ("other", SendError::SenderMismatch),
        ("odd", odd),
    ];
    for (token, expected) in table {
        for _ in 0..2 {
            let error = client.send(&message(token)).await.expect_err("refused");
            assert_eq!(error, expected);
            assert!(error.is_permanent());
        }
    }
    assert_eq!(fake.requests(), []);
    fake.script("gone", Behaviour::Accept);
    client
        .send(&message("gone"))
        .await
        .expect("accepted after the app came back");
}

#[tokio::test]
async fn retry_after_is_read_in_both_forms() {
    let (fake, client) = started().await;
    fake.script("seconds", Behaviour::UnavailableOnce { retry_after_s: 7 });
    fake.script(
        "date",
        Behaviour::UnavailableOnceUntil { retry_after_s: 120 },
    );
    fake.script("quota", Behaviour::QuotaExceededOnce { retry_after_s: 9 });

    let error = client
        .send(&message("seconds"))
        .await
        .expect_err("unavailable");
    assert_eq!(
        error,
        SendError::Unavailable {
            retry_after: Some(Duration::from_secs(7))
        }
    );
    assert!(!error.is_permanent());
    client
        .send(&message("seconds"))
        .await
        .expect("accepted the second time");

    let error = client
        .send(&message("date"))
        .await
        .expect_err("unavailable");
    let wait = error.retry_after().expect("a date");
    // Both dates are cut to seconds, so they may lie a second closer or further apart.
    assert!((119..=121).contains(&wait.as_secs()), "{wait:?}");
    client
        .send(&message("date"))
        .await
        .expect("accepted the second time");

    let error = client.send(&message("quota")).await.expect_err("too many");
    assert_eq!(
        error,
        SendError::QuotaExceeded {
            retry_after: Duration::from_secs(9)
        }
    );
    client
        .send(&message("quota"))
        .await
        .expect("accepted the second time");
}

#[tokio::test]
async fn contents_that_fcm_does_not_take_are_invalid() {
    let (fake, client) = started().await;
    let mut reserved = message("device-1");
    reserved.data.insert("from".to_owned(), "x".to_owned());
    let mut big = message("device-1");
    big.data.insert("text".to_owned(), "x".repeat(4097));
    let mut late = message("device-1");
    late.ttl = Some(Duration::from_secs(2_419_201));
    let table = [
        (reserved, None, "Invalid data payload key: from"),
        (big, None, "Android message is too big"),
        (
            late,
            Some("message.android.ttl"),
            "Invalid value at 'message.android.ttl'",
        ),
        (
            message(""),
            None,
            "The registration token is not a valid FCM registration token",
        ),
    ];
    for (message, field, reason) in table {
        let error = client.send(&message).await.expect_err("refused");
        let (field, reason) = (field.map(str::to_owned), reason.to_owned());
        assert_eq!(error, SendError::InvalidArgument { field, reason });
    }
    assert_eq!(fake.requests(), []);
}

#[tokio::test]
async fn a_late_answer_leaves_the_outcome_open() {
    let (fake, patient) = started().await;
    let hasty = client(&fake, Duration::from_secs(3)).await;
    patient.send(&message("device-1")).await.expect("accepted");
    fake.script("slow", Behaviour::Delay(PATIENCE));
    let error = hasty.send(&message("slow")).await.expect_err("too late");
    assert!(
        matches!(
            &error,
            SendError::Transport(TransportError::OutcomeUnknown { .. })
        ),
        "{error}"
    );
    assert!(!error.is_permanent());
    // It did arrive: that is why the error must not say otherwise.
    assert_eq!(
        fake.requests()
            .iter()
            .filter(|request| request.token == "slow")
            .count(),
        1
    );
}

#[tokio::test]
async fn a_closed_port_means_not_sent() {
    let fake = Fake::start().await.expect("a loopback port and a key");
    // Nothing listens on port 1; the access token is still had from the fake.
    let fcm_url = "http://127.0.0.1:1".to_owned();
    let client = Client::new(Config {
        fcm_url,
        ..config(&fake, PATIENCE)
    })
    .await;
    let error = client
        .expect("sound")
        .send(&message("device-1"))
        .await
        .expect_err("no way");
    assert!(
        matches!(&error, SendError::Transport(TransportError::NotSent { .. })),
        "{error}"
    );
    assert!(!error.to_string().contains("device-1"), "{error}");
}

#[tokio::test]
async fn a_wrong_project_is_not_authorised() {
    let fake = Fake::start().await.expect("a loopback port and a key");
    let project_id = "another-project".to_owned();
    let client = Client::new(Config {
        project_id,
        ..config(&fake, PATIENCE)
    })
    .await;
    let error = client
        .expect("sound")
        .send(&message("device-1"))
        .await
        .expect_err("refused");
    assert_eq!(error, SendError::Unauthorised);
    assert_eq!(
        fake.token_requests(),
        1,
        "a 403 is no reason for a new token"
    );
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "a pause between two looks")]
async fn the_fake_stops_when_dropped() {
    let (fake, client) = started().await;
    client.send(&message("device-1")).await.expect("accepted");
    drop(fake);
    let stopped = async {
        while client.send(&message("device-1")).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, stopped)
        .await
        .expect("stopped");
}
