//! What a device is told: kept first, sent when it is there, over when it answers or time is up.

use std::sync::Arc;
use std::time::Duration;

use domain::devices::Protocol;
use ingest::jt808::encode::frame;
use ingest::listeners::tcp;
use integration::app::{PATIENCE, TestApp};
use integration::roles::{Ask, Client, IDEMPOTENCY_KEY, word};
use integration::watch::fall_at;
use reqwest::Method;
use serde_json::{Value, json};
use server::engine::fresh_id;
use server::intake::FrameIntake;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Longer than an answer is waited for before a command is sent again.
const UNANSWERED: Duration = Duration::from_secs(31);
/// Longer than a ring is worth sending.
const TOO_LATE: Duration = Duration::from_secs(11 * 60);

/// Where the commands of the elder's watch are.
fn path(app: &TestApp) -> String {
    format!("/v1/devices/{}/commands", app.world.elder().device)
}

/// Tells the elder's watch something under a fresh key; the command as it was kept.
async fn tell(app: &TestApp, order: Value) -> Value {
    let ask = Ask::json(&order).header(IDEMPOTENCY_KEY, fresh_id());
    let kept = app.operator().send(Method::POST, &path(app), ask).await;
    kept.expect(201)
}

async fn ring(app: &TestApp) -> String {
    let kept = tell(app, json!({"kind": "ring"})).await;
    assert_eq!(kept["state"], "queued");
    word(&kept, "id")
}

async fn read(app: &TestApp, id: &str) -> Value {
    let path = format!("{}/{id}", path(app));
    app.operator().get(&path).await.expect(200)
}

/// The command, once it is in a state.
async fn becomes(app: &TestApp, id: &str, state: &str) -> Value {
    app.until(&format!("the command becomes {state}"), async || {
        let command = read(app, id).await;
        (command["state"] == state).then_some(command)
    })
    .await
}

/// Bytes on the socket, the watch's own answer, and who wanted it in the trail.
pub(crate) async fn a_watch_that_is_here_rings_at_once(app: &mut TestApp) {
    let mut watch = app.watch(&app.world.elder().uid.clone()).await;
    assert_eq!(watch.ask("LK,12,0,67").await, "LK");
    let id = ring(app).await;
    assert_eq!(watch.answer().await, "FIND");
    let sent = becomes(app, &id, "sent").await;
    assert_eq!(sent["attempts"], 1);
    assert!(sent["sent_at"].is_string() && sent["answered_at"].is_null());
    watch.send("FIND").await;
    let done = becomes(app, &id, "acknowledged").await;
    assert!(done["answered_at"].is_string(), "{done:#}");
    assert_eq!(done["attempts"], 1);
    app.advance(UNANSWERED);
    assert!(watch.hears_nothing().await, "an answered command is over");
    let organisation = app.world.home.organisation;
    let trail = app
        .app
        .store
        .audit_of(organisation, "device_command", id.parse().expect("an id"))
        .expect("a trail");
    assert_eq!(trail[0].action, "device_command_queue");
    let seat = app.world.home.operators[0].account;
    assert_eq!(trail[0].account_id, Some(seat));
}

/// Several commands for one that is away come in the order in which they were asked for.
pub(crate) async fn what_an_absent_watch_is_told_waits_for_it(app: &mut TestApp) {
    let (uid, number) = (app.world.elder().uid.clone(), "13900000001");
    let gone = app.watch(&uid).await;
    drop(gone);
    let first = ring(app).await;
    app.advance(Duration::from_secs(1));
    tell(app, json!({"kind": "call_back", "number": number})).await;
    app.advance(Duration::from_secs(1));
    tell(app, json!({"kind": "upload_every", "interval_s": 600})).await;
    let still = read(app, &first).await;
    assert_eq!(
        (&still["state"], &still["attempts"]),
        (&json!("queued"), &json!(0))
    );
    // Another watch does not get what is not its own.
    let mut other = app.watch(&app.world.neighbour().uid.clone()).await;
    assert_eq!(other.ask("LK").await, "LK");
    assert!(other.hears_nothing().await);

    let mut watch = app.watch(&uid).await;
    assert_eq!(watch.ask("LK").await, "LK");
    let mut heard = Vec::new();
    for _ in 0..3 {
        heard.push(watch.answer().await);
    }
    assert_eq!(heard, ["FIND", "CALL,13900000001", "UPLOAD,600"]);
    watch.send("UPLOAD").await;
    let listed = app.operator().all(&format!("{}?limit=1", path(app))).await;
    assert_eq!(listed.len(), 3);
    assert_eq!(listed[0]["kind"], "upload_every", "newest first");
    becomes(app, &word(&listed[0], "id"), "acknowledged").await;
    becomes(app, &first, "sent").await;
}

/// A ring an hour late startles: after its deadline nothing is sent any more.
pub(crate) async fn after_its_deadline_nothing_is_sent(app: &mut TestApp) {
    let id = ring(app).await;
    app.advance(TOO_LATE);
    let over = becomes(app, &id, "expired").await;
    assert_eq!(over["attempts"], 0);
    let mut watch = app.watch(&app.world.elder().uid.clone()).await;
    assert_eq!(watch.ask("LK").await, "LK");
    assert!(watch.hears_nothing().await);
}

/// Three times at most, and never for ever.
pub(crate) async fn a_watch_that_does_not_answer_is_told_three_times(app: &mut TestApp) {
    let mut watch = app.watch(&app.world.elder().uid.clone()).await;
    assert_eq!(watch.ask("LK").await, "LK");
    let id = ring(app).await;
    for times in 1..=3 {
        assert_eq!(watch.answer().await, "FIND", "sending {times}");
        app.until("the sending is written down", async || {
            (read(app, &id).await["attempts"] == times).then_some(())
        })
        .await;
        app.advance(UNANSWERED);
    }
    assert!(watch.hears_nothing().await, "a fourth time");
    app.advance(TOO_LATE);
    let over = becomes(app, &id, "expired").await;
    assert_eq!(over["attempts"], 3);
}

/// Queued or sent, a power cut takes nothing away and adds nothing.
pub(crate) async fn a_power_cut_takes_no_command_away(app: &mut TestApp) {
    let uid = app.world.elder().uid.clone();
    let queued = ring(app).await;
    app.crash_and_reopen().await;
    let mut watch = app.watch(&uid).await;
    assert_eq!(watch.ask("LK").await, "LK");
    assert_eq!(watch.answer().await, "FIND");
    becomes(app, &queued, "sent").await;
    app.crash_and_reopen().await;
    let mut watch = app.watch(&uid).await;
    assert_eq!(watch.ask("LK").await, "LK");
    assert!(
        watch.hears_nothing().await,
        "its answer is still waited for"
    );
    app.advance(UNANSWERED);
    assert_eq!(watch.answer().await, "FIND");
    watch.send("FIND").await;
    let done = becomes(app, &queued, "acknowledged").await;
    assert_eq!(done["attempts"], 2);
}

/// Twenty commands and an alarm at the same time: the alarm is answered, at once and first in line
/// for what it needs, and every frame on the line is whole.
pub(crate) async fn a_command_delays_no_alarm(app: &mut TestApp) {
    app.carrier.hear_anything();
    let mut watch = app.watch(&app.world.elder().uid.clone()).await;
    assert_eq!(watch.ask("LK").await, "LK");
    let seat: Client = (*app.operator()).clone();
    let commands = path(app);
    let telling = tokio::spawn(async move {
        for _ in 0..20 {
            let order = json!({"kind": "speak", "text": "please sit down"});
            let ask = Ask::json(&order).header(IDEMPOTENCY_KEY, fresh_id());
            seat.send(Method::POST, &commands, ask).await.expect(201);
        }
    });
    let mut told = 0;
    for round in 0..5 {
        app.advance(Duration::from_secs(61));
        let began = tokio::time::Instant::now();
        watch.send(&fall_at(app.now())).await;
        loop {
            match watch.answer().await.as_str() {
                "AL" => break,
                said => {
                    assert!(said.starts_with("MESSAGE,0070"), "{said}");
                    told += 1;
                }
            }
        }
        assert!(
            began.elapsed() < PATIENCE / 4,
            "round {round}: {:?}",
            began.elapsed()
        );
    }
    telling.await.expect("all were kept");
    while told < 20 {
        assert!(watch.answer().await.starts_with("MESSAGE,0070"));
        told += 1;
    }
    let incident = app.operator().only_incident().await;
    assert_eq!(incident["kind"], "fall");
}

/// A terminal of the national standard in a test.
struct Terminal {
    stream: TcpStream,
    id: [u8; 6],
}

impl Terminal {
    async fn send(&mut self, kind: u16, body: &[u8]) {
        let bytes = frame(kind, self.id, 7, body);
        self.stream
            .write_all(&bytes)
            .await
            .expect("the line stands");
    }

    /// The next whole message: its type, its serial and its body; nothing in it needs escapes.
    async fn hear(&mut self) -> (u16, u16, Vec<u8>) {
        let mut bytes = Vec::new();
        while bytes.len() < 2 || bytes.last() != Some(&0x7e) {
            let byte = timeout(PATIENCE, self.stream.read_u8()).await;
            bytes.push(byte.expect("a message in time").expect("the line stands"));
        }
        let plain = ingest::jt808::CODEC.plain;
        let plain = plain(&bytes);
        let number = |at: usize| u16::from_be_bytes([plain[at], plain[at + 1]]);
        (number(1), number(11), plain[13..plain.len() - 2].to_vec())
    }
}

/// Registers a terminal, serves its protocol beside the server's own, and connects it.
async fn terminal(app: &TestApp) -> (String, Terminal) {
    let body = json!({"protocol": "jt808", "uid": "19990000002"});
    let ask = Ask::json(&body).header(IDEMPOTENCY_KEY, fresh_id());
    let kept = app.operator().send(Method::POST, "/v1/devices", ask).await;
    let device = word(&kept.expect(201), "id");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let to = listener.local_addr().expect("bound");
    let intake = FrameIntake::new(
        app.app.engine.clone(),
        app.app.counters.clone(),
        app.app.stages.clone(),
    );
    tokio::spawn(tcp::serve(
        listener,
        Protocol::Jt808,
        Arc::new(intake),
        tcp::TcpOptions::default(),
        app.app.shutdown.listen(),
    ));
    let stream = TcpStream::connect(to).await.expect("a listener");
    let id = [0x01, 0x99, 0x90, 0x00, 0x00, 0x02];
    let mut terminal = Terminal { stream, id };
    terminal.send(0x0002, &[]).await;
    let (kind, ..) = terminal.hear().await;
    assert_eq!(kind, 0x8001, "its beat is answered");
    (device, terminal)
}

async fn tell_terminal(app: &TestApp, device: &str, order: Value) -> String {
    let path = format!("/v1/devices/{device}/commands");
    let ask = Ask::json(&order).header(IDEMPOTENCY_KEY, fresh_id());
    let kept = app.operator().send(Method::POST, &path, ask).await;
    format!("{path}/{}", word(&kept.expect(201), "id"))
}

async fn state_of(app: &TestApp, command: &str, state: &str) -> Value {
    app.until(&format!("the command becomes {state}"), async || {
        let seen = app.operator().get(command).await.expect(200);
        (seen["state"] == state).then_some(seen)
    })
    .await
}

/// By the standard's general answer: the right number ends the right command, a refusal is one.
pub(crate) async fn a_terminal_answers_by_number_and_refuses(app: &mut TestApp) {
    let (device, mut terminal) = terminal(app).await;
    let call = json!({"kind": "call_back", "number": "13900000001"});
    let call = tell_terminal(app, &device, call).await;
    let (kind, first, body) = terminal.hear().await;
    assert_eq!((kind, &body[1..]), (0x8400, &b"13900000001"[..]));
    let said = tell_terminal(
        app,
        &device,
        json!({"kind": "speak", "text": "\u{60a8}\u{597d}"}),
    )
    .await;
    let (kind, second, body) = terminal.hear().await;
    assert_eq!(
        (kind, &body[1..]),
        (0x8300, &[0xc4, 0xfa, 0xba, 0xc3][..]),
        "GBK"
    );
    let answer = |serial: u16, kind: u16, result: u8| {
        [&serial.to_be_bytes()[..], &kind.to_be_bytes(), &[result]].concat()
    };
    terminal.send(0x0001, &answer(second, 0x8300, 1)).await;
    let refused = state_of(app, &said, "failed").await;
    assert!(word(&refused, "reason").contains("refused"), "{refused:#}");
    assert_eq!(app.operator().get(&call).await.expect(200)["state"], "sent");
    terminal.send(0x0001, &answer(first, 0x8400, 0)).await;
    state_of(app, &call, "acknowledged").await;
}

/// Nobody waits for what can never be sent.
pub(crate) async fn what_a_protocol_cannot_say_is_refused_at_once(app: &mut TestApp) {
    let (device, _terminal) = terminal(app).await;
    let path = format!("/v1/devices/{device}/commands");
    for order in [
        json!({"kind": "ring"}),
        json!({"kind": "speak", "text": "\u{1f600}"}),
    ] {
        let ask = Ask::json(&order).header(IDEMPOTENCY_KEY, fresh_id());
        let refused = app.operator().send(Method::POST, &path, ask).await;
        let problem = refused.expect_problem(409, "command-not-supported");
        assert!(word(&problem, "detail").contains("jt808"), "{problem:#}");
    }
    assert!(
        app.operator()
            .all(&format!("{path}?limit=1"))
            .await
            .is_empty()
    );
}
