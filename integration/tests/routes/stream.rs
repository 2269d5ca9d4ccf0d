//! The live stream of tag incidents.

use std::time::Duration;

use integration::app::{PATIENCE, TestApp};
use integration::roles::{Ask, Client, word};
use reqwest::{Method, Response};
use serde_json::Value;
use tokio::time::timeout;

/// How long "no event comes" is watched.
const QUIET: Duration = Duration::from_millis(900);

/// An open stream.
pub(crate) struct Events {
    response: Response,
    unread: String,
}

impl Events {
    pub(crate) async fn open(client: &Client, path: &str, last: Option<&str>) -> Self {
        let mut ask = Ask::default();
        if let Some(last) = last {
            ask = ask.header("Last-Event-ID", last);
        }
        let response = client.begin(Method::GET, path, ask).await;
        assert_eq!(response.status().as_u16(), 200);
        let media = response.headers()["content-type"]
            .to_str()
            .expect("text")
            .to_owned();
        assert!(media.starts_with("text/event-stream"), "{media}");
        Self {
            response,
            unread: String::new(),
        }
    }

    /// Id and data of the next event.
    async fn next(&mut self) -> (String, Value) {
        loop {
            while let Some((event, rest)) = self.unread.clone().split_once("\n\n") {
                self.unread = rest.to_owned();
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(name));
                    line.map(|text| text.trim_start_matches(':').trim().to_owned())
                };
                if let (Some(id), Some(data)) = (field("id"), field("data")) {
                    assert_eq!(field("event").as_deref(), Some("timeline"));
                    return (id, serde_json::from_str(&data).expect("JSON"));
                }
            }
            let chunk = timeout(PATIENCE, self.response.chunk())
                .await
                .expect("an event");
            let chunk = chunk.expect("a stream").expect("the stream goes on");
            self.unread
                .push_str(std::str::from_utf8(&chunk).expect("text"));
        }
    }

    pub(crate) async fn kinds(&mut self, count: usize) -> Vec<String> {
        let mut kinds = Vec::new();
        for _ in 0..count {
            kinds.push(word(&self.next().await.1, "kind"));
        }
        kinds
    }

    /// Reads until the server ends it.
    async fn ends(&mut self) {
        while let Ok(Some(_)) = self.response.chunk().await {}
    }

    pub(crate) async fn is_quiet(&mut self) -> bool {
        timeout(QUIET, self.next()).await.is_err()
    }
}

/// Live lines in order, and after a break exactly what was missed.
pub(crate) async fn a_stream_resumes_and_misses_nothing(app: &mut TestApp) {
    app.carrier.hear_anything();
    let seat = app.operator();
    let mut live = Events::open(&seat, "/v1/incidents/stream", None).await;
    let report = seat.report(app.world.elder().id, "fall").await.expect(201);
    let (first, event) = live.next().await;
    assert_eq!(event["kind"], "alarm_received");
    assert_eq!(event["incident_id"], report["id"]);
    assert_eq!(event["seq"].to_string(), first);
    assert!(!word(&event, "text").is_empty());
    let opening = ["offers_sent", "operator_notified", "family_notified"];
    assert_eq!(live.kinds(3).await, opening);
    drop(live);

    let near = app.responder("near");
    near.accept(near.only_offer().await).await.expect(200);
    let mut again = Events::open(&seat, "/v1/incidents/stream", Some(&first)).await;
    let mut last = first.parse::<i64>().expect("a number");
    let missed = [
        &opening[..],
        &["offer_accepted", "offers_withdrawn", "family_notified"],
    ]
    .concat();
    for kind in missed {
        let (id, event) = again.next().await;
        assert_eq!(word(&event, "kind"), kind);
        let id = id.parse::<i64>().expect("a number");
        assert!(id > last, "{id} after {last}");
        last = id;
    }
    let path = format!("/v1/incidents/stream?after={last}");
    let mut from = Events::open(&seat, &path, None).await;
    near.depart(word(&report, "id")).await.expect(200);
    assert_eq!(from.kinds(1).await, ["departed"]);
    assert_eq!(again.kinds(1).await, ["departed"]);
}

/// A token that is taken back, or a tie that ends, ends what is delivered within five seconds; a
/// reader that was not listening for a while has missed nothing.
pub(crate) async fn a_withdrawn_right_ends_a_stream(app: &mut TestApp) {
    app.carrier.hear_anything();
    let seat = app.operator();
    let mut live = Events::open(&seat, "/v1/incidents/stream?after=0", None).await;
    let report = seat.report(app.world.elder().id, "fall").await.expect(201);
    assert_eq!(live.kinds(1).await, ["alarm_received"]);
    let token = seat.token().expect("a token").to_owned();
    let digest = store::token_sha256(&token);
    let (store, now) = (app.app.store.clone(), app.now());
    let revoked = tokio::task::spawn_blocking(move || store.token_revoke(&digest, now));
    revoked.await.expect("runs").expect("revoked");
    let ended = timeout(Duration::from_secs(5), live.ends()).await;
    assert!(ended.is_ok(), "the stream goes on after its token");
    let near = app.responder("near");
    near.accept(near.only_offer().await).await.expect(200);
    near.depart(word(&report, "id")).await.expect(200);
}

/// Many readers at once, one of which reads nothing for a while: nobody misses a line, and nobody
/// waits for the slow one.
pub(crate) async fn a_slow_reader_holds_nobody_up_and_misses_nothing(app: &mut TestApp) {
    app.carrier.hear_anything();
    let seat = app.operator();
    let mut slow = Events::open(&seat, "/v1/incidents/stream?after=0", None).await;
    let mut others = Vec::new();
    for _ in 0..40 {
        others.push(Events::open(&seat, "/v1/incidents/stream?after=0", None).await);
    }
    let report = seat.report(app.world.elder().id, "fall").await.expect(201);
    let near = app.responder("near");
    near.accept(near.only_offer().await).await.expect(200);
    near.depart(word(&report, "id")).await.expect(200);
    let wanted = others[0].kinds(8).await;
    assert_eq!(
        wanted.last().map(String::as_str),
        Some("departed"),
        "{wanted:?}"
    );
    for reader in &mut others[1..] {
        assert_eq!(reader.kinds(8).await, wanted);
    }
    assert_eq!(slow.kinds(8).await, wanted);
}

/// A stream of history from the start holds only what its reader may see at this moment.
pub(crate) async fn a_stream_passes_the_gate_line_by_line(app: &mut TestApp) {
    app.carrier.hear_anything();
    let world = app.world.clone();
    let path = "/v1/incidents/stream?after=0";
    let mut elsewhere = Events::open(&app.operator_as(&world.other.operators[0]), path, None).await;
    let mut stranger = Events::open(&app.family(world.neighbour()), path, None).await;
    let mut asked = Events::open(&app.responder("second"), path, None).await;
    let mut own = Events::open(&app.family(world.elder()), path, None).await;
    let report = app
        .operator()
        .report(world.elder().id, "fall")
        .await
        .expect(201);
    let near = app.responder("near");
    near.accept(near.only_offer().await).await.expect(200);
    for _ in 0..7 {
        let (_, event) = own.next().await;
        assert_eq!(event["incident_id"], report["id"]);
        assert!(
            !event.to_string().contains(&world.elder().canaries.door),
            "{event}"
        );
    }
    assert!(elsewhere.is_quiet().await, "another organisation");
    assert!(stranger.is_quiet().await, "another resident's family");
    assert!(asked.is_quiet().await, "who does not go learns no history");
    let mut going = Events::open(&near, path, None).await;
    assert_eq!(going.kinds(1).await, ["alarm_received"]);
    near.arrive(word(&report, "id")).await.expect(200);
    near.close(word(&report, "id"), "helped", None)
        .await
        .expect(200);
    let mut after = Events::open(&near, path, None).await;
    assert!(after.is_quiet().await, "after the end, nothing");
    for device in [
        app.device(world.elder()).get(path).await,
        app.admin().get(path).await,
    ] {
        device.expect_problem(403, "forbidden");
    }
}
