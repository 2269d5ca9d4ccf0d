//! The SIP listener over real sockets, with an intake that records and can be made to refuse.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use domain::devices::Protocol;
use domain::ids::FrameId;
use domain::time::Timestamp;
use ingest::listeners::{Arrival, Counted, Intake, IntakeAnswer, TcpOptions, sip};
use ingest::scaip::encode::request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::watch;
use tokio::time::timeout;

/// Longer than anything here takes, shorter than patience.
const SOON: Duration = Duration::from_secs(10);
/// How long "nothing comes" is watched; shorter than the pause before we repeat a request.
const QUIET: Duration = Duration::from_millis(200);

struct Recorder {
    answer: Mutex<IntakeAnswer>,
    arrived: Mutex<Vec<Arrival>>,
    counted: Mutex<Vec<Counted>>,
    ids: AtomicU64,
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().expect("nothing panics under it")
}

impl Intake for Recorder {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn next_frame_id(&self) -> FrameId {
        let number = self.ids.fetch_add(1, Ordering::Relaxed);
        FrameId(uuid::Uuid::from_u128(number.into()))
    }

    async fn accept(&self, arrival: Arrival) -> IntakeAnswer {
        let decoded = arrival.frame.decoded.is_ok();
        locked(&self.arrived).push(arrival);
        match *locked(&self.answer) {
            IntakeAnswer::Reply if !decoded => IntakeAnswer::Silent,
            answer => answer,
        }
    }

    fn note(&self, what: Counted) {
        locked(&self.counted).push(what);
    }
}

impl Recorder {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            answer: Mutex::new(IntakeAnswer::Reply),
            arrived: Mutex::default(),
            counted: Mutex::default(),
            ids: AtomicU64::default(),
        })
    }

    fn reasons(&self) -> Vec<Option<String>> {
        let arrived = locked(&self.arrived);
        arrived
            .iter()
            .map(|it| it.frame.decoded.as_ref().err().cloned())
            .collect()
    }
}

/// A unit behind a datagram socket of its own.
struct Unit {
    socket: UdpSocket,
    intake: Arc<Recorder>,
    _stop: watch::Sender<bool>,
}

impl Unit {
    async fn start() -> Self {
        let server = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        let at = server.local_addr().expect("bound");
        let intake = Recorder::new();
        let (stop, stopped) = watch::channel(false);
        let options = TcpOptions::default();
        let to = Arc::clone(&intake);
        tokio::spawn(sip::serve_udp(
            server,
            Protocol::Scaip,
            to,
            options,
            stopped,
        ));
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        socket.connect(at).await.expect("an address");
        Self {
            socket,
            intake,
            _stop: stop,
        }
    }

    fn at(&self) -> SocketAddr {
        self.socket.local_addr().expect("bound")
    }

    async fn send(&self, message: &str) {
        self.socket.send(message.as_bytes()).await.expect("sent");
    }

    async fn hears(&self) -> String {
        let heard = timeout(SOON, self.next()).await;
        heard.expect("an answer in time")
    }

    async fn hears_nothing(&self) -> bool {
        timeout(QUIET, self.next()).await.is_err()
    }

    async fn next(&self) -> String {
        let mut buffer = [0; 4096];
        let count = self.socket.recv(&mut buffer).await.expect("a socket");
        String::from_utf8_lossy(&buffer[..count]).into_owned()
    }
}

fn alarm(reference: &str) -> String {
    let tags = [
        ("ref", reference),
        ("cid", "77000018"),
        ("dty", "4"),
        ("stc", "10"),
    ];
    String::from_utf8(request(&tags)).expect("text")
}

/// A request with a body; `call` names it.
fn with(method: &str, transport: &str, from: SocketAddr, call: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{method} sip:anlin@127.0.0.1 SIP/2.0\r\n\
         Via: SIP/2.0/{transport} {from};branch=z9hG4bK-{call}\r\n\
         From: \"a unit\" <sip:unit@{from}>;tag=u{call}\r\n\
         To: <sip:anlin@127.0.0.1>\r\n\
         Call-ID: {call}@unit\r\n\
         CSeq: 7 {method}\r\n\
         Content-Type: application/scaip+xml\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
}

fn header<'a>(message: &'a str, name: &str) -> &'a str {
    let found = message.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then_some(value.trim())
    });
    found.unwrap_or_else(|| panic!("{name} is missing in {message}"))
}

fn ok_to(message: &str) -> String {
    let copied = ["Via", "From", "To", "Call-ID", "CSeq"];
    let lines: String = copied
        .iter()
        .map(|name| format!("{name}: {}\r\n", header(message, name)))
        .collect();
    format!("SIP/2.0 200 OK\r\n{lines}Content-Length: 0\r\n\r\n")
}

#[tokio::test]
async fn an_alarm_is_answered_in_both_ways_until_the_unit_has_heard() {
    let unit = Unit::start().await;
    unit.send(&with("MESSAGE", "UDP", unit.at(), "a1", &alarm("inv1")))
        .await;
    let answer = unit.hears().await;
    assert!(answer.starts_with("SIP/2.0 200 OK\r\n"), "{answer}");
    assert_eq!(header(&answer, "Call-ID"), "a1@unit");
    assert_eq!(header(&answer, "CSeq"), "7 MESSAGE");
    assert_eq!(
        header(&answer, "From"),
        format!("\"a unit\" <sip:unit@{}>;tag=ua1", unit.at())
    );
    assert!(header(&answer, "To").contains(";tag="), "{answer}");
    let mrs = "<mrs><ref>inv1</ref><snu>0</snu></mrs>";
    assert!(answer.ends_with(mrs), "{answer}");
    let own = unit.hears().await;
    assert!(
        own.starts_with(&format!("MESSAGE sip:unit@{} SIP/2.0\r\n", unit.at())),
        "{own}"
    );
    assert!(own.ends_with(mrs), "{own}");
    assert_eq!(header(&own, "CSeq"), "1 MESSAGE");
    assert_ne!(header(&own, "Call-ID"), "a1@unit");
    assert!(header(&own, "Via").contains(";branch=z9hG4bK"), "{own}");
    // Not acknowledged, it comes again; acknowledged, it does not.
    assert_eq!(unit.hears().await, own);
    unit.send(&ok_to(&own)).await;
    let later = timeout(Duration::from_millis(2_500), unit.next()).await;
    assert!(later.is_err(), "{later:?}");
    assert_eq!(unit.intake.reasons(), [None]);
}

#[tokio::test]
async fn a_repeat_is_answered_alike_and_kept_once() {
    let unit = Unit::start().await;
    let message = with("MESSAGE", "UDP", unit.at(), "a2", &alarm("inv2"));
    unit.send(&message).await;
    let first = unit.hears().await;
    let own = unit.hears().await;
    unit.send(&ok_to(&own)).await;
    unit.send(&message).await;
    assert_eq!(unit.hears().await, first);
    assert_eq!(unit.hears().await, own);
    unit.send(&ok_to(&own)).await;
    assert_eq!(unit.intake.reasons().len(), 1);
    // The same words in another transaction are for the intake to recognise.
    unit.send(&with("MESSAGE", "UDP", unit.at(), "a3", &alarm("inv2")))
        .await;
    assert!(unit.hears().await.starts_with("SIP/2.0 200 "));
    assert_eq!(unit.intake.reasons().len(), 2);
}

#[tokio::test]
async fn other_methods_are_answered_or_refused() {
    let unit = Unit::start().await;
    let ask = async |method: &str| {
        unit.send(&with(method, "UDP", unit.at(), method, "")).await;
    };
    ask("OPTIONS").await;
    let answer = unit.hears().await;
    assert!(answer.starts_with("SIP/2.0 200 OK"), "{answer}");
    for method in ["REGISTER", "INVITE", "SUBSCRIBE", "JUMP"] {
        ask(method).await;
        let answer = unit.hears().await;
        assert!(answer.starts_with("SIP/2.0 405 "), "{answer}");
        assert_eq!(header(&answer, "Allow"), "MESSAGE, OPTIONS");
        assert_eq!(header(&answer, "CSeq"), format!("7 {method}"));
    }
    ask("ACK").await;
    unit.send("SIP/2.0 200 OK\r\nCSeq: 1 MESSAGE\r\n\r\n").await;
    unit.send("\r\n\r\n").await;
    assert!(unit.hears_nothing().await);
    assert!(unit.intake.reasons().is_empty());
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_raw_and_refused_where_that_is_possible() {
    let unit = Unit::start().await;
    let whole = with("MESSAGE", "UDP", unit.at(), "a4", "<mrq><ref>");
    unit.send(&whole).await;
    assert!(unit.hears().await.starts_with("SIP/2.0 400 "));
    let cut = with("MESSAGE", "UDP", unit.at(), "a5", &alarm("inv5"));
    unit.send(&cut[..cut.len() - 4]).await;
    assert!(unit.hears().await.starts_with("SIP/2.0 400 "));
    unit.send(&cut.replace("CSeq: 7 MESSAGE\r\n", "")).await;
    unit.send(&cut.replace("Via:", "Vai:")).await;
    unit.send("hello?").await;
    assert!(unit.hears_nothing().await, "nobody can be told");
    let reasons = unit.intake.reasons();
    let reasons: Vec<&str> = reasons
        .iter()
        .map(|it| it.as_deref().unwrap_or("decoded"))
        .collect();
    assert_eq!(reasons.len(), 5, "{reasons:?}");
    assert!(reasons[0].ends_with("not XML"), "{reasons:?}");
    assert_eq!(reasons[1], "the body is shorter than its length says");
    for reason in ["no CSeq", "no Via", "no end of the head"] {
        assert!(reasons.contains(&reason), "{reasons:?}");
    }
    let arrived = locked(&unit.intake.arrived);
    assert!(arrived.iter().any(|it| it.frame.raw == b"hello?"));
}

#[tokio::test]
async fn nothing_kept_is_nothing_answered_and_the_repeat_is_tried_anew() {
    let unit = Unit::start().await;
    *locked(&unit.intake.answer) = IntakeAnswer::Unavailable;
    let message = with("MESSAGE", "UDP", unit.at(), "a6", &alarm("inv6"));
    unit.send(&message).await;
    assert!(unit.hears_nothing().await);
    *locked(&unit.intake.answer) = IntakeAnswer::Reply;
    unit.send(&message).await;
    assert!(unit.hears().await.starts_with("SIP/2.0 200 "));
    assert_eq!(unit.intake.reasons().len(), 2);
}

#[tokio::test]
async fn a_sender_that_names_its_port_is_answered_there() {
    let unit = Unit::start().await;
    let other = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let place = other.local_addr().expect("bound");
    unit.send(&with("OPTIONS", "UDP", place, "a7", "")).await;
    let mut buffer = [0; 2048];
    let heard = timeout(SOON, other.recv(&mut buffer)).await;
    assert!(matches!(heard, Ok(Ok(1..))), "{heard:?}");
    // Behind a router that is nobody's port; whoever asks for the way back gets it.
    let asked = with("OPTIONS", "UDP", place, "a8", "").replace("-a8", "-a8;rport");
    unit.send(&asked).await;
    let heard = unit.hears().await;
    let seen = format!("rport={};received=127.0.0.1", unit.at().port());
    assert!(header(&heard, "Via").ends_with(&seen), "{heard}");
}

async fn stream(options: TcpOptions) -> (TcpStream, Arc<Recorder>, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("bound");
    let intake = Recorder::new();
    let (stop, stopped) = watch::channel(false);
    let to = Arc::clone(&intake);
    tokio::spawn(sip::serve_tcp(
        listener,
        Protocol::Scaip,
        to,
        options,
        stopped,
    ));
    let stream = TcpStream::connect(at).await.expect("listening");
    (stream, intake, stop)
}

/// Reads until so many messages of ours have begun.
async fn heard(stream: &mut TcpStream, count: usize) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    while text.matches("Call-ID:").count() < count {
        let read = timeout(SOON, stream.read(&mut buffer)).await;
        let read = read.expect("in time").expect("a connection");
        assert!(read > 0, "ended after {text}");
        text += &String::from_utf8_lossy(&buffer[..read]);
    }
    text
}

#[tokio::test]
async fn a_stream_is_split_by_its_lengths() {
    let (mut unit, intake, _stop) = stream(TcpOptions::default()).await;
    let from = unit.local_addr().expect("bound");
    let first = with("MESSAGE", "TCP", from, "b1", &alarm("inv1"));
    for byte in format!("\r\n\r\n{first}").bytes() {
        unit.write_all(&[byte]).await.expect("sent");
        tokio::task::yield_now().await;
    }
    let answers = heard(&mut unit, 2).await;
    assert!(answers.starts_with("SIP/2.0 200 OK"), "{answers}");
    assert!(answers.contains("\r\nCall-ID: b1@unit"), "{answers}");
    assert!(answers.contains("MESSAGE sip:unit@"), "{answers}");
    let two = with("MESSAGE", "TCP", from, "b2", &alarm("inv2"))
        + &with("OPTIONS", "TCP", from, "b3", "");
    unit.write_all(two.as_bytes()).await.expect("sent");
    let answers = heard(&mut unit, 3).await;
    assert!(
        answers.contains("b2@unit") && answers.contains("b3@unit"),
        "{answers}"
    );
    assert_eq!(intake.reasons(), [None, None]);
}

#[tokio::test]
async fn a_stream_that_cannot_be_split_is_refused_and_closed() {
    for wrong in [
        "Content-Length: 99999999\r\n",
        "Content-Length: many\r\n",
        "",
    ] {
        let (mut unit, intake, _stop) = stream(TcpOptions::default()).await;
        let from = unit.local_addr().expect("bound");
        let message = with("MESSAGE", "TCP", from, "b4", "");
        let message = message.replace("Content-Length: 0\r\n", wrong);
        unit.write_all(message.as_bytes()).await.expect("sent");
        let answer = heard(&mut unit, 1).await;
        assert!(answer.starts_with("SIP/2.0 400 "), "{answer}");
        let ended = timeout(SOON, unit.read(&mut [0; 16])).await;
        assert!(matches!(ended, Ok(Ok(0) | Err(_))), "{ended:?}");
        assert_eq!(intake.reasons().len(), 1, "kept raw");
    }
}

#[tokio::test]
async fn a_stream_is_told_when_nothing_is_kept_and_ends_when_a_message_does_not() {
    let options = TcpOptions {
        frame_within: Duration::from_millis(200),
        ..TcpOptions::default()
    };
    let (mut unit, intake, _stop) = stream(options).await;
    *locked(&intake.answer) = IntakeAnswer::Unavailable;
    let from = unit.local_addr().expect("bound");
    let message = with("MESSAGE", "TCP", from, "b5", &alarm("inv5"));
    unit.write_all(message.as_bytes()).await.expect("sent");
    let answer = heard(&mut unit, 1).await;
    assert!(answer.starts_with("SIP/2.0 503 "), "{answer}");
    unit.write_all(&message.as_bytes()[..90])
        .await
        .expect("sent");
    let ended = timeout(SOON, unit.read(&mut [0; 16])).await;
    assert!(matches!(ended, Ok(Ok(0) | Err(_))), "{ended:?}");
    assert!(locked(&intake.counted).contains(&Counted::Stalled));
}
