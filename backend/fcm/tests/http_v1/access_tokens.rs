//! How the client comes by its access tokens.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use fcm::fake::{Behaviour, Fake};
use fcm::{Client, Config, SendError};
use poem::endpoint::make_sync;
use poem::listener::TcpAcceptor;
use poem::{Request, Response, Server};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::{PATIENCE, config, message, started};

async fn send_together(client: &Client, tokens: &[&str]) -> Vec<Result<fcm::Sent, SendError>> {
    let mut sends = JoinSet::new();
    for token in tokens {
        let (client, message) = (client.clone(), message(token));
        sends.spawn(async move { client.send(&message).await });
    }
    sends.join_all().await
}

#[tokio::test]
async fn one_token_serves_many_sends() {
    let (fake, client) = started().await;
    let first = send_together(&client, &["a", "b", "c", "d"]).await;
    assert!(first.iter().all(Result::is_ok), "{first:?}");
    for token in ["a", "b", "c", "d"] {
        client.send(&message(token)).await.expect("accepted");
    }
    assert_eq!(fake.requests().len(), 8);
    assert_eq!(fake.token_requests(), 1);
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let (fake, client) = started().await;
    client.send(&message("device-1")).await.expect("accepted");
    fake.script("device-2", Behaviour::UnauthorisedOnce);
    client
        .send(&message("device-2"))
        .await
        .expect("accepted with a new token");
    assert_eq!((fake.token_requests(), fake.send_requests()), (2, 3));
}

#[tokio::test]
async fn sends_refused_together_share_the_new_token() {
    let (fake, client) = started().await;
    client.send(&message("device-1")).await.expect("accepted");
    fake.script("x", Behaviour::UnauthorisedOnce);
    let all = send_together(&client, &["x", "a", "b", "c", "d", "e", "f", "g"]).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(fake.token_requests(), 2);
}

#[tokio::test]
async fn another_accounts_key_is_refused() {
    let (fake, other) = tokio::join!(Fake::start(), Fake::start());
    let (fake, other) = (fake.expect("a fake"), other.expect("a fake"));
    let mut account: Value = serde_json::from_str(&fake.service_account_json()).expect("JSON");
    let foreign: Value = serde_json::from_str(&other.service_account_json()).expect("JSON");
    account["private_key"] = foreign["private_key"].clone();

    let foreign = Config::from_service_account_json(&account.to_string()).expect("a sound account");
    let service_account = foreign.service_account;
    let client = Client::new(Config {
        service_account,
        ..config(&fake, PATIENCE)
    })
    .await;
    let error = client
        .expect("sound")
        .send(&message("device-1"))
        .await
        .expect_err("refused");
    assert_eq!(error, SendError::Unauthorised);
    assert_eq!((fake.token_requests(), fake.send_requests()), (1, 0));
}

/// Serves one address: `/token` answers the list in turn, everything else with `send_answer`.
async fn stub(
    tokens: Vec<(u16, String)>,
    send_answer: (u16, &'static str),
) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a loopback port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let endpoint = make_sync(move |request: Request| {
        let (status, body) = if request.uri().path() == "/token" {
            let turn = count.fetch_add(1, Ordering::SeqCst);
            tokens[turn.min(tokens.len() - 1)].clone()
        } else {
            (send_answer.0, send_answer.1.to_owned())
        };
        let status = poem::http::StatusCode::from_u16(status).expect("a status");
        Response::builder().status(status).body(body)
    });
    let acceptor = TcpAcceptor::from_tokio(listener).expect("a bound listener");
    tokio::spawn(Server::new_with_acceptor(acceptor).run(endpoint));
    (url, asked)
}

async fn client_of(url: &str) -> Client {
    let key_maker = Fake::start().await.expect("a fake");
    let mut account: Value = serde_json::from_str(&key_maker.service_account_json()).expect("JSON");
    account["token_uri"] = format!("{url}/token").into();
    let config = Config::from_service_account_json(&account.to_string()).expect("a sound account");
    let config = Config {
        fcm_url: url.to_owned(),
        timeout: PATIENCE,
        ..config
    };
    Client::new(config).await.expect("sound")
}

fn granted() -> (u16, String) {
    (
        200,
        json!({ "access_token": "t", "expires_in": 3599, "token_type": "Bearer" }).to_string(),
    )
}

#[tokio::test]
async fn an_outage_of_the_token_endpoint_heals() {
    let page = (503, "<html>try later</html>".to_owned());
    // The library takes this one for an answer without a token, and caches it.
    let googles = (
        503,
        json!({ "error": { "code": 503, "status": "UNAVAILABLE" } }).to_string(),
    );
    let failing = json!({ "error": "internal_failure", "error_description": "" }).to_string();
    for trouble in [page, googles, (500, failing)] {
        let answers = vec![trouble.clone(), trouble.clone(), granted()];
        let (url, _) = stub(answers, (200, r#"{"name": "projects/p/messages/1"}"#)).await;
        let client = client_of(&url).await;
        let mut outcome = client.send(&message("device-1")).await;
        assert_eq!(
            outcome,
            Err(SendError::Unavailable { retry_after: None }),
            "{trouble:?}"
        );
        for _ in 0..2 {
            outcome = client.send(&message("device-1")).await;
        }
        assert!(outcome.is_ok(), "{trouble:?}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_standing_401_ends_after_one_renewal() {
    let (url, asked) = stub(vec![granted()], (401, "")).await;
    let client = client_of(&url).await;
    let error = client
        .send(&message("device-1"))
        .await
        .expect_err("refused");
    assert_eq!(error, SendError::Unauthorised);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}
