//! The client and the fake against each other, over real sockets.

mod access_tokens;
mod assertions;
mod bodies;
mod sends;

use std::collections::BTreeMap;
use std::time::Duration;

use fcm::fake::Fake;
use fcm::{Client, Config, Message, Priority};

/// Long enough for a busy machine; the tests of time set their own.
const PATIENCE: Duration = Duration::from_secs(60);

async fn started() -> (Fake, Client) {
    let fake = Fake::start().await.expect("a loopback port and a key");
    let client = client(&fake, PATIENCE).await;
    (fake, client)
}

async fn client(fake: &Fake, timeout: Duration) -> Client {
    Client::new(config(fake, timeout))
        .await
        .expect("a sound configuration")
}

fn config(fake: &Fake, timeout: Duration) -> Config {
    let config = Config::from_service_account_json(&fake.service_account_json());
    let config = config.expect("a sound account");
    Config {
        fcm_url: fake.fcm_url().to_owned(),
        timeout,
        ..config
    }
}

fn message(token: &str) -> Message {
    Message {
        token: token.to_owned(),
        title: "Title".to_owned(),
        body: "Text".to_owned(),
        data: BTreeMap::from([("kind".to_owned(), "offer".to_owned())]),
        priority: Priority::High,
        collapse_key: Some("case-9".to_owned()),
        ttl: Some(Duration::from_secs(120)),
        channel_id: Some("urgent".to_owned()),
        idempotency_key: "n-1".to_owned(),
    }
}
