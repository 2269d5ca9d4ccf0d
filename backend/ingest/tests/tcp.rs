//! The TCP listener over real sockets, with an intake that records and can be held.

mod tcp {
    mod limits;
}

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use domain::devices::Protocol;
use domain::ids::FrameId;
use domain::time::Timestamp;
use ingest::listeners::tcp::{TcpOptions, serve};
use ingest::listeners::udp;
use ingest::listeners::{Arrival, Counted, Intake, IntakeAnswer};
use ingest::watch::encode::frame;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

const UID: &str = "9990000001";
const OTHER: &str = "9990000002";
/// Longer than anything here takes, shorter than patience.
const SOON: Duration = Duration::from_secs(10);
/// How long "nothing comes" is watched.
const QUIET: Duration = Duration::from_millis(150);

/// Records what arrives; each frame waits for a permit before it counts as committed.
struct Recorder {
    commits: Semaphore,
    answer: Mutex<IntakeAnswer>,
    arrived: Mutex<Vec<Arrival>>,
    counted: Mutex<Vec<Counted>>,
    answered: Mutex<Vec<FrameId>>,
    ids: AtomicU64,
    news: Notify,
}

impl Intake for Recorder {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn next_frame_id(&self) -> FrameId {
        FrameId(uuid::Uuid::from_u128(
            self.ids.fetch_add(1, Ordering::Relaxed).into(),
        ))
    }

    async fn accept(&self, arrival: Arrival) -> IntakeAnswer {
        locked(&self.arrived).push(arrival);
        self.news.notify_one();
        self.commits.acquire().await.expect("never closed").forget();
        *locked(&self.answer)
    }

    fn answered(&self, frame: FrameId) {
        locked(&self.answered).push(frame);
    }

    fn note(&self, what: Counted) {
        locked(&self.counted).push(what);
    }
}

impl Recorder {
    fn raws(&self) -> Vec<String> {
        let arrived = locked(&self.arrived);
        arrived
            .iter()
            .map(|a| String::from_utf8_lossy(&a.frame.raw).into_owned())
            .collect()
    }

    fn reasons(&self) -> Vec<Option<String>> {
        let arrived = locked(&self.arrived);
        arrived
            .iter()
            .map(|a| a.frame.decoded.as_ref().err().cloned())
            .collect()
    }

    fn count(&self, what: Counted) -> usize {
        locked(&self.counted)
            .iter()
            .filter(|counted| **counted == what)
            .count()
    }

    /// Which arrivals were answered, by position.
    fn answered_ones(&self) -> Vec<usize> {
        let arrived = locked(&self.arrived);
        let position = |id: &FrameId| arrived.iter().position(|a| a.frame.id == *id);
        locked(&self.answered).iter().filter_map(position).collect()
    }

    async fn until_arrived(&self, count: usize) {
        let there = async {
            while locked(&self.arrived).len() < count {
                self.news.notified().await;
            }
        };
        timeout(SOON, there).await.expect("frames arrive");
    }
}

struct Server {
    intake: Arc<Recorder>,
    at: std::net::SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    async fn start(commits: usize, options: TcpOptions) -> Self {
        Self::speaking(Protocol::Watch, commits, options).await
    }

    async fn speaking(protocol: Protocol, commits: usize, options: TcpOptions) -> Self {
        let intake = Arc::new(Recorder {
            commits: Semaphore::new(commits),
            answer: Mutex::new(IntakeAnswer::Reply),
            arrived: Mutex::default(),
            counted: Mutex::default(),
            answered: Mutex::default(),
            ids: AtomicU64::default(),
            news: Notify::new(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let at = listener.local_addr().expect("bound");
        let (stop, stopped) = watch::channel(false);
        let served = serve(listener, protocol, Arc::clone(&intake), options, stopped);
        Self {
            intake,
            at,
            stop,
            task: tokio::spawn(served),
        }
    }

    async fn committing() -> Self {
        Self::start(10_000, TcpOptions::default()).await
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.at).await.expect("listening")
    }
}

fn of(uid: &str, content: &str) -> Vec<u8> {
    frame("3G", uid, None, content)
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().expect("no test thread panicked with it")
}

async fn send(peer: &mut TcpStream, bytes: impl AsRef<[u8]>) {
    peer.write_all(bytes.as_ref()).await.expect("still open");
}

async fn hears(peer: &mut TcpStream, expected: &[u8]) {
    let mut heard = vec![0; expected.len()];
    timeout(SOON, peer.read_exact(&mut heard))
        .await
        .expect("in time")
        .expect("an answer");
    assert_eq!(
        String::from_utf8_lossy(&heard),
        String::from_utf8_lossy(expected)
    );
}

async fn hears_nothing(peer: &mut TcpStream) {
    let mut byte = [0; 1];
    assert!(
        timeout(QUIET, peer.read(&mut byte)).await.is_err(),
        "heard {byte:?}"
    );
}

/// The connection ends, by close or reset, without another byte.
async fn ends(peer: &mut TcpStream) {
    let mut rest = Vec::new();
    let _ = timeout(SOON, peer.read_to_end(&mut rest))
        .await
        .expect("in time");
    assert_eq!(rest, b"");
}

fn sos(uid: &str, second: u32) -> Vec<u8> {
    let content = format!("AL,310124,0809{second:02},V,0,N,0,E,0,0,0,0,80,81,12,0,00010000,0,0");
    of(uid, &content)
}

#[tokio::test]
async fn nothing_is_answered_before_the_commit() {
    let server = Server::start(0, TcpOptions::default()).await;
    let mut peer = server.connect().await;
    send(&mut peer, &[sos(UID, 1), of(UID, "LK")].concat()).await;
    server.intake.until_arrived(1).await;
    hears_nothing(&mut peer).await;
    // One frame at a time: the second is not even handed over.
    assert_eq!(server.intake.raws().len(), 1);
    server.intake.commits.add_permits(1);
    hears(&mut peer, &of(UID, "AL")).await;
    hears_nothing(&mut peer).await;
    server.intake.commits.add_permits(1);
    hears(&mut peer, &of(UID, "LK")).await;
}

#[tokio::test]
async fn one_byte_at_a_time_and_all_at_once_are_the_same() {
    let server = Server::committing().await;
    let frames = [
        of(UID, "LK,1,2,81"),
        sos(UID, 1),
        of(UID, "TKQ"),
        of(UID, "INIT,1"),
    ];
    let replies = [
        of(UID, "LK"),
        of(UID, "AL"),
        of(UID, "TKQ"),
        of(UID, "INIT,1"),
    ]
    .concat();
    for width in [1, 1000] {
        let mut peer = server.connect().await;
        peer.set_nodelay(true).expect("a socket");
        for chunk in frames.concat().chunks(width) {
            send(&mut peer, chunk).await;
            tokio::task::yield_now().await;
        }
        hears(&mut peer, &replies).await;
    }
    let raws = server.intake.raws();
    assert_eq!(raws.len(), 8);
    assert_eq!(raws[..4], raws[4..]);
}

#[tokio::test]
async fn an_alarm_with_a_length_that_is_too_long_is_not_held_back() {
    let server = Server::committing().await;
    let mut peer = server.connect().await;
    send(
        &mut peer,
        format!("[3G*{UID}*0fff*AL,310124,080910]").as_bytes(),
    )
    .await;
    hears(&mut peer, &of(UID, "AL")).await;
}

#[tokio::test]
async fn another_identity_on_a_bound_connection_is_kept_and_not_answered() {
    let server = Server::committing().await;
    let mut peer = server.connect().await;
    send(&mut peer, of(UID, "LK")).await;
    hears(&mut peer, &of(UID, "LK")).await;
    send(&mut peer, sos(OTHER, 1)).await;
    hears_nothing(&mut peer).await;
    send(&mut peer, sos(UID, 2)).await;
    hears(&mut peer, &of(UID, "AL")).await;
    let bound: Vec<_> = locked(&server.intake.arrived)
        .iter()
        .map(|arrival| {
            arrival
                .frame
                .quarantine()
                .map(|uid| uid.as_str().to_owned())
        })
        .collect();
    assert_eq!(bound, [None, Some(UID.to_owned()), None]);
    // The named watch's own alarm of that moment has another key.
    let key = locked(&server.intake.arrived)[1].frame.decoded.clone();
    let key = key.expect("its meaning is kept").key.0;
    assert!(key.starts_with(&format!("quarantine:{UID}:")), "{key}");
    let claimed = locked(&server.intake.arrived)[1].frame.device_uid.clone();
    assert_eq!(claimed.expect("named").as_str(), OTHER);
    assert_eq!(server.intake.count(Counted::IdentityChanged), 1);
    assert_eq!(server.intake.answered_ones(), [0, 2]);
}

#[tokio::test]
async fn a_frame_that_was_not_kept_is_neither_answered_nor_binding() {
    let server = Server::committing().await;
    let mut peer = server.connect().await;
    for answer in [IntakeAnswer::Unavailable, IntakeAnswer::Silent] {
        *locked(&server.intake.answer) = answer;
        send(
            &mut peer,
            &sos(
                if answer == IntakeAnswer::Silent {
                    UID
                } else {
                    OTHER
                },
                1,
            ),
        )
        .await;
        hears_nothing(&mut peer).await;
    }
    // Silent is kept, so it binds; the refused one before it did not.
    *locked(&server.intake.answer) = IntakeAnswer::Reply;
    send(&mut peer, sos(UID, 2)).await;
    hears(&mut peer, &of(UID, "AL")).await;
    assert_eq!(server.intake.reasons(), [None, None, None]);
}

#[tokio::test]
async fn a_frame_over_the_limit_is_kept_counted_and_ends_the_connection() {
    let server = Server::committing().await;
    let mut peer = server.connect().await;
    let mut flood = format!("[3G*{UID}*ffff*TK,").into_bytes();
    flood.resize(70 * 1024, b'x');
    // The listener may close before it has read everything.
    let _ = peer.write_all(&flood).await;
    ends(&mut peer).await;
    assert_eq!(server.intake.count(Counted::Oversize), 1);
    let arrived = locked(&server.intake.arrived);
    assert_eq!(arrived.len(), 1);
    assert_eq!(arrived[0].frame.raw, flood[..64 * 1024]);
    assert_eq!(
        arrived[0].frame.device_uid.as_ref().map(|uid| uid.as_str()),
        Some(UID)
    );
}

#[tokio::test]
async fn junk_and_half_frames_are_kept_raw() {
    let server = Server::committing().await;
    let mut peer = server.connect().await;
    let bytes = [
        b"hello?",
        &of(UID, "LK")[..],
        b"\r\n[3G*9990000001*0040*AL,31",
    ]
    .concat();
    send(&mut peer, &bytes).await;
    hears(&mut peer, &of(UID, "LK")).await;
    drop(peer);
    server.intake.until_arrived(3).await;
    let raws = server.intake.raws();
    assert_eq!(raws[0], "hello?");
    assert_eq!(raws[2], "[3G*9990000001*0040*AL,31");
    let reasons = server.intake.reasons();
    assert!(
        reasons[0].is_some() && reasons[1].is_none() && reasons[2].is_some(),
        "{reasons:?}"
    );
    assert_eq!(server.intake.count(Counted::Undecodable), 2);
}

#[tokio::test]
async fn junk_is_handed_on_while_the_connection_stays_open() {
    let options = TcpOptions {
        junk_settle: Duration::from_millis(20),
        ..TcpOptions::default()
    };
    let server = Server::start(10_000, options).await;
    let mut peer = server.connect().await;
    send(&mut peer, b"\x16\x03\x01 no watch").await;
    server.intake.until_arrived(1).await;
    send(&mut peer, of(UID, "LK")).await;
    hears(&mut peer, &of(UID, "LK")).await;
}

#[tokio::test]
async fn too_many_and_silent_connections_are_closed_and_counted() {
    let options = TcpOptions {
        max_connections: 1,
        idle: Duration::from_millis(300),
        ..TcpOptions::default()
    };
    let server = Server::start(10_000, options).await;
    let mut first = server.connect().await;
    send(&mut first, of(UID, "LK")).await;
    hears(&mut first, &of(UID, "LK")).await;
    ends(&mut server.connect().await).await;
    assert_eq!(server.intake.count(Counted::TurnedAway), 1);
    ends(&mut first).await;
    assert_eq!(server.intake.count(Counted::Idle), 1);
}

#[tokio::test]
async fn a_stop_lets_the_frame_in_hand_finish() {
    let server = Server::start(0, TcpOptions::default()).await;
    let mut peer = server.connect().await;
    send(&mut peer, sos(UID, 1)).await;
    server.intake.until_arrived(1).await;
    server.stop.send(true).expect("still served");
    hears_nothing(&mut peer).await;
    server.intake.commits.add_permits(1);
    hears(&mut peer, &of(UID, "AL")).await;
    ends(&mut peer).await;
    timeout(SOON, server.task)
        .await
        .expect("ends")
        .expect("without panic");
    assert_eq!(server.intake.count(Counted::Closed), 1);
}

/// A card that logs in as this, and its SOS, which names nobody.
const CARD: &str = "888800000000018";
const CARD_LOGIN: &[u8] = b"\x78\x78\x0d\x01\x08\x88\x80\x00\x00\x00\x00\x18\x4d\r\n";
const CARD_SOS: &[u8] = b"\x78\x78\x01\x99\r\n";

fn uids(server: &Server) -> Vec<(String, bool)> {
    let arrived = locked(&server.intake.arrived);
    let events = arrived.iter().filter_map(|a| a.frame.decoded.as_ref().ok());
    events
        .map(|event| (event.device_uid.to_string(), event.is_alarm))
        .collect()
}

#[tokio::test]
async fn an_alarm_before_the_login_waits_for_its_name() {
    let server = Server::speaking(Protocol::Topin, 99, TcpOptions::default()).await;
    let mut peer = server.connect().await;
    send(&mut peer, CARD_SOS).await;
    hears_nothing(&mut peer).await;
    assert!(uids(&server).is_empty(), "held");
    send(&mut peer, CARD_LOGIN).await;
    server.intake.until_arrived(2).await;
    let card = CARD.to_owned();
    assert_eq!(uids(&server), [(card.clone(), false), (card.clone(), true)]);
    // Later ones go straight through under the same name.
    send(&mut peer, CARD_SOS).await;
    server.intake.until_arrived(3).await;
    assert_eq!(uids(&server).last(), Some(&(card, true)));
}

#[tokio::test]
async fn an_alarm_that_nobody_claims_is_handed_on_as_a_strangers() {
    let options = TcpOptions {
        hold: QUIET,
        ..TcpOptions::default()
    };
    let server = Server::speaking(Protocol::Topin, 99, options).await;
    let mut peer = server.connect().await;
    send(&mut peer, CARD_SOS).await;
    server.intake.until_arrived(1).await;
    let nobody = ("unnamed".to_owned(), true);
    assert_eq!(uids(&server), std::slice::from_ref(&nobody));
    // So is one whose connection ends at once; what is no alarm is kept raw.
    let mut peer = server.connect().await;
    send(&mut peer, [CARD_SOS, b"\x78\x78\x01\x94\r\n"].concat()).await;
    peer.shutdown().await.expect("open");
    server.intake.until_arrived(3).await;
    assert_eq!(uids(&server), [nobody.clone(), nobody.clone(), nobody]);
    let keys: Vec<_> = locked(&server.intake.arrived)
        .iter()
        .filter_map(|a| Some(a.frame.decoded.as_ref().ok()?.key.0.clone()))
        .collect();
    assert!(
        keys.iter().all(|key| key.ends_with("#127.0.0.1")),
        "{keys:?}"
    );
}

#[tokio::test]
async fn a_datagram_is_answered_after_the_commit_and_stands_alone() {
    let intake = Arc::new(Recorder {
        commits: Semaphore::new(0),
        answer: Mutex::new(IntakeAnswer::Reply),
        arrived: Mutex::default(),
        counted: Mutex::default(),
        answered: Mutex::default(),
        ids: AtomicU64::default(),
        news: Notify::new(),
    });
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    let at = socket.local_addr().expect("bound");
    let (stop, stopped) = watch::channel(false);
    let (served, options) = (Arc::clone(&intake), TcpOptions::default());
    let serving = tokio::spawn(udp::serve(socket, Protocol::H02, served, options, stopped));
    let device = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    device.connect(at).await.expect("local");
    let beats = ["*HQ,9990000001,HTBT,90#", "*HQ,9990000002,HTBT,80#"];
    let mut heard = [0; 64];
    for (count, beat) in beats.iter().enumerate() {
        // Half a frame behind it is kept raw and holds nothing up.
        let datagram = format!("{beat}*HQ,99");
        device.send(datagram.as_bytes()).await.expect("sent");
        intake.until_arrived(2 * count + 1).await;
        assert!(
            timeout(QUIET, device.recv(&mut heard)).await.is_err(),
            "too early"
        );
        intake.commits.add_permits(2);
        let length = timeout(SOON, device.recv(&mut heard))
            .await
            .expect("in time");
        let answer = String::from_utf8_lossy(&heard[..length.expect("an answer")]).into_owned();
        assert_eq!(answer, beat.replace(",90", "").replace(",80", ""));
        intake.until_arrived(2 * count + 2).await;
    }
    // Two devices behind one address are two: nothing is bound to it.
    assert_eq!(intake.count(Counted::IdentityChanged), 0);
    stop.send(true).expect("still serving");
    timeout(SOON, serving)
        .await
        .expect("in time")
        .expect("no panic");
}
