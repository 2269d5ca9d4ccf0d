//! Home alarm units over SIP: `sipp` as the unit, `anlin serve` as the receiver, each a process.

use std::collections::BTreeSet;
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use integration::process::{Finished, Invocation, Program, Server, Site, spare_port};
use integration::roles::{Operator, word};
use server::stages::monotonic;

/// Where the scenarios lie.
const SCENARIOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sip");
/// Alarms of one run.
const CALLS: usize = 3;

struct Receiver {
    site: Site,
    sip: SocketAddr,
    _server: Server,
}

impl Receiver {
    fn over(carrier: &str) -> Self {
        Self::running(&Program::shipped().expect("anlin"), carrier)
    }

    fn running(program: &Program, carrier: &str) -> Self {
        let site = Site::seeded_sqlite().expect("a seeded site");
        let sip = spare_port().expect("a port");
        let listeners = format!("listeners = [\"scaip/{carrier}={sip}\"]\n");
        // The server reads the file of its working directory.
        std::fs::write(site.folder().join("anlin.toml"), listeners).expect("a file");
        let server = Server::start(&site, program).expect("a server");
        Self {
            site,
            sip,
            _server: server,
        }
    }

    fn seat(&self) -> Operator {
        let token = self.site.token("operator").expect("a token");
        Operator::new(self.site.http, Some(&token))
    }

    /// Runs a scenario of `sipp`, which exits with 0 when all of it went as written.
    fn sipp(&self, transport: &str, scenario: &str, calls: usize) -> (Finished, String) {
        let folder = self.site.folder();
        let messages = folder.join("messages.log");
        let file = |name: &str| -> PathBuf { Path::new(SCENARIOS).join(name) };
        let local = spare_port().expect("a port").port().to_string();
        let mut command = Command::new("sipp");
        command.current_dir(folder).env("TERM", "dumb");
        command
            .arg(self.sip.to_string())
            .arg("-sf")
            .arg(file(scenario));
        command.arg("-oocsf").arg(file("answer.xml"));
        command.args(["-t", transport, "-i", "127.0.0.1", "-p", &local]);
        command.args(["-m", &calls.to_string(), "-r", "10", "-timeout", "30s"]);
        command.args(["-timeout_error", "-nostdin", "-trace_msg", "-message_file"]);
        command.arg(&messages);
        let finished = Invocation::new(command)
            .within(Duration::from_secs(60))
            .run();
        let said = std::fs::read_to_string(messages).unwrap_or_default();
        (finished.expect("sipp is installed"), said)
    }
}

/// Requests of ours that `sipp` heard, by Call-ID and as often as they came.
fn own_messages(said: &str) -> Vec<String> {
    let received = said.split("message received").skip(1);
    let ours = received.filter(|it| it.trim_start().contains("\nMESSAGE sip:unit@"));
    ours.filter_map(|message| {
        let call = message
            .lines()
            .find_map(|line| line.strip_prefix("Call-ID: "));
        Some(call?.trim().to_owned())
    })
    .collect()
}

async fn alarms_are_heard(carrier: &str, transport: &str) {
    let receiver = Receiver::over(carrier);
    let (finished, said) = receiver.sipp(transport, "alarm.xml", CALLS);
    assert_eq!(finished.code, Some(0), "{finished:?}\n{said}");
    let own = own_messages(&said);
    let different: BTreeSet<&String> = own.iter().collect();
    assert_eq!(different.len(), CALLS, "{said}");
    assert_eq!(
        own.len(),
        CALLS,
        "acknowledged, it is not sent again: {said}"
    );
    let seat = receiver.seat();
    let open = seat.incidents("open").await;
    assert_eq!(open.len(), CALLS, "{open:#?}");
    for incident in &open {
        assert_eq!(incident["kind"], "unknown_device", "{incident:#}");
    }
    let frames = seat.all("/v1/devices/frames?decoded=true&limit=200").await;
    let units: BTreeSet<String> = frames
        .iter()
        .map(|frame| word(frame, "device_uid"))
        .collect();
    assert_eq!(units.len(), CALLS, "{frames:#?}");
    for frame in &frames {
        assert_eq!(frame["protocol"], "scaip");
        assert_eq!(frame["alarms"], serde_json::json!(["sos"]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn alarms_over_udp_are_answered_after_they_are_on_the_board() {
    alarms_are_heard("sip-udp", "u1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alarms_over_tcp_are_answered_after_they_are_on_the_board() {
    alarms_are_heard("sip-tcp", "t1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_requests_are_answered_refused_or_kept_raw() {
    for (carrier, transport) in [("sip-udp", "u1"), ("sip-tcp", "t1")] {
        let receiver = Receiver::over(carrier);
        let (finished, said) = receiver.sipp(transport, "others.xml", 1);
        assert_eq!(finished.code, Some(0), "{finished:?}\n{said}");
        let frames = receiver
            .seat()
            .all("/v1/devices/frames?decoded=false&limit=200")
            .await;
        assert_eq!(frames.len(), 1, "{frames:#?}");
        let kept = hex::decode(word(&frames[0], "frame_hex")).expect("hex");
        assert!(kept.starts_with(b"help me"), "{frames:#?}");
    }
}

/// A unit in plain words: `sipp` cannot be asked when exactly it heard something. Returns whether it
/// was answered while another program held the database.
async fn answered_while_locked(program: &Program) -> bool {
    let receiver = Receiver::running(program, "sip-udp");
    let unit = UdpSocket::bind("127.0.0.1:0").expect("a port");
    unit.connect(receiver.sip).expect("an address");
    let from = unit.local_addr().expect("bound");
    let body = "<mrq><ref>held1</ref><cid>77000077</cid><dty>0004</dty><stc>0010</stc></mrq>";
    let message = format!(
        "MESSAGE sip:anlin@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bKheld\r\n\
         From: <sip:unit@{from}>;tag=h\r\nTo: <sip:anlin@127.0.0.1>\r\nCall-ID: held\r\n\
         CSeq: 1 MESSAGE\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let file = receiver.site.sqlite_file();
    let mut other = SqliteConnection::establish(&file.to_string_lossy()).expect("a database");
    other
        .batch_execute("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE")
        .expect("the lock");
    let mut heard = [0; 2048];
    unit.set_read_timeout(Some(Duration::from_millis(500)))
        .expect("set");
    let mut early = false;
    for _ in 0..6 {
        unit.send(message.as_bytes()).expect("sent");
        early |= unit.recv(&mut heard).is_ok();
    }
    other.batch_execute("ROLLBACK").expect("released");
    if early {
        return true;
    }
    let released = monotonic();
    let answer = loop {
        unit.send(message.as_bytes()).expect("sent");
        if let Ok(count) = unit.recv(&mut heard) {
            break String::from_utf8_lossy(&heard[..count]).into_owned();
        }
        assert!(
            released.elapsed() < Duration::from_secs(30),
            "never answered"
        );
    };
    assert!(answer.starts_with("SIP/2.0 200 OK"), "{answer}");
    let open = receiver.seat().incidents("open").await;
    assert_eq!(open.len(), 1, "{open:#?}");
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_locked_nobody_hears_200_and_afterwards_all_do() {
    let program = Program::shipped().expect("anlin");
    let early = answered_while_locked(&program).await;
    assert!(!early, "answered while nothing can be kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn answering_before_the_commit_is_noticed() {
    let program = Program::planted("answer_before_commit").expect("the planted binary");
    let early = answered_while_locked(&program).await;
    assert!(early, "the planted bug was not noticed");
}
