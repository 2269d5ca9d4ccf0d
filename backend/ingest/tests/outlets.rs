//! The way out to a device over real sockets: who is told that it is here, and in which order
//! answers and commands stand on the line.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::devices::{DeviceUid, Protocol};
use domain::ids::FrameId;
use domain::time::Timestamp;
use ingest::listeners::tcp::{self, TcpOptions};
use ingest::listeners::{Arrival, Intake, IntakeAnswer, NotSent, Outlet, udp};
use ingest::watch::encode::frame;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::timeout;

const UID: &str = "9990000001";
/// Longer than anything here takes, shorter than patience.
const SOON: Duration = Duration::from_secs(10);
/// How long "nothing comes" is watched.
const QUIET: Duration = Duration::from_millis(150);

/// What an intake is told of devices.
#[derive(Debug)]
enum News {
    Accepting,
    Here(String, Outlet),
    Left(String),
}

/// Keeps frames as fast as permits come, and hands on who is here.
struct Door {
    commits: Semaphore,
    answer: Mutex<IntakeAnswer>,
    news: mpsc::UnboundedSender<News>,
}

impl Door {
    fn tell(&self, news: News) {
        self.news.send(news).expect("the test listens");
    }
}

impl Intake for Door {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn next_frame_id(&self) -> FrameId {
        FrameId(uuid::Uuid::nil())
    }

    async fn accept(&self, _arrival: Arrival) -> IntakeAnswer {
        self.tell(News::Accepting);
        self.commits.acquire().await.expect("never closed").forget();
        *self.answer.lock().expect("whole")
    }

    fn here(&self, _: Protocol, device: &DeviceUid, frame: &[u8], outlet: &Outlet) {
        let said = format!("{device} {}", String::from_utf8_lossy(frame));
        self.tell(News::Here(said, outlet.clone()));
    }

    fn left(&self, _: Protocol, device: &DeviceUid, _: &Outlet) {
        self.tell(News::Left(device.to_string()));
    }
}

struct House {
    door: Arc<Door>,
    news: mpsc::UnboundedReceiver<News>,
    _stop: watch::Sender<bool>,
}

impl House {
    fn new(commits: usize) -> (Self, watch::Receiver<bool>) {
        let (sender, news) = mpsc::unbounded_channel();
        let door = Arc::new(Door {
            commits: Semaphore::new(commits),
            answer: Mutex::new(IntakeAnswer::Reply),
            news: sender,
        });
        let (_stop, stopped) = watch::channel(false);
        (Self { door, news, _stop }, stopped)
    }

    async fn over_tcp(commits: usize) -> (Self, TcpStream) {
        let (house, stopped) = Self::new(commits);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("bound");
        let door = Arc::clone(&house.door);
        let options = TcpOptions::default();
        tokio::spawn(tcp::serve(
            listener,
            Protocol::Watch,
            door,
            options,
            stopped,
        ));
        (house, TcpStream::connect(at).await.expect("listening"))
    }

    /// The next news but that a frame is being kept.
    async fn hears(&mut self) -> News {
        loop {
            let news = timeout(SOON, self.news.recv()).await.expect("news");
            match news.expect("the server runs") {
                News::Accepting => {}
                news => return news,
            }
        }
    }

    async fn accepting(&mut self) {
        let news = timeout(SOON, self.news.recv()).await.expect("news");
        assert!(matches!(news, Some(News::Accepting)), "{news:?}");
    }
}

fn of(content: &str) -> Vec<u8> {
    frame("3G", UID, None, content)
}

async fn read(peer: &mut TcpStream, expected: &[u8]) {
    let mut heard = vec![0; expected.len()];
    let read = timeout(SOON, peer.read_exact(&mut heard)).await;
    read.expect("in time").expect("an answer");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(text(&heard), text(expected));
}

async fn reads_nothing(peer: &mut TcpStream) {
    let mut byte = [0; 1];
    assert!(timeout(QUIET, peer.read(&mut byte)).await.is_err());
}

#[tokio::test]
async fn a_device_is_here_from_its_first_kept_frame_to_the_end_of_its_line() {
    let (mut house, mut peer) = House::over_tcp(100).await;
    *house.door.answer.lock().expect("whole") = IntakeAnswer::Unavailable;
    peer.write_all(&of("LK,1")).await.expect("open");
    house.accepting().await;
    assert!(
        timeout(QUIET, house.news.recv()).await.is_err(),
        "not kept, so not here"
    );
    *house.door.answer.lock().expect("whole") = IntakeAnswer::Reply;
    peer.write_all(&of("LK,2")).await.expect("open");
    let News::Here(said, outlet) = house.hears().await else {
        panic!("it is not here");
    };
    assert_eq!(said, format!("{UID} [3G*{UID}*0004*LK,2]"));
    read(&mut peer, &of("LK")).await;
    let find = of("FIND");
    let (sent, ()) = tokio::join!(outlet.send(find.clone()), read(&mut peer, &find));
    assert_eq!(sent, Ok(()));
    // Told once for a connection, whatever else comes on it.
    peer.write_all(&of("LK,3")).await.expect("open");
    read(&mut peer, &of("LK")).await;
    drop(peer);
    let left = house.hears().await;
    assert!(matches!(&left, News::Left(uid) if uid == UID), "{left:?}");
    assert!(!outlet.is_open());
    assert_eq!(outlet.send(of("FIND")).await, Err(NotSent::Gone));
}

#[tokio::test]
async fn an_alarm_in_hand_is_answered_before_a_command_that_waits() {
    let (mut house, mut peer) = House::over_tcp(1).await;
    peer.write_all(&of("LK")).await.expect("open");
    let News::Here(_, outlet) = house.hears().await else {
        panic!("it is not here");
    };
    read(&mut peer, &of("LK")).await;
    let alarm = of("AL,310124,080910,V,0,N,0,E,0,0,0,0,80,81,12,0,00010000,0,0");
    peer.write_all(&alarm).await.expect("open");
    house.accepting().await;
    let command = tokio::spawn(async move { outlet.send(of("FIND")).await });
    reads_nothing(&mut peer).await;
    assert!(!command.is_finished(), "it waits for the alarm");
    house.door.commits.add_permits(1);
    read(&mut peer, &[of("AL"), of("FIND")].concat()).await;
    assert_eq!(command.await.expect("no panic"), Ok(()));
}

#[tokio::test]
async fn a_device_that_sends_datagrams_is_told_where_it_was_last() {
    let (mut house, stopped) = House::new(100);
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let at = socket.local_addr().expect("bound");
    let door = Arc::clone(&house.door);
    let options = TcpOptions::default();
    tokio::spawn(udp::serve(socket, Protocol::Gps103, door, options, stopped));
    let peer = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let report =
        b"imei:888800000000018,tracker,2401311609,,F,080910.000,A,3115.0000,N,12130.0000,E,0,0;";
    peer.send_to(report, at).await.expect("sent");
    let News::Here(said, outlet) = house.hears().await else {
        panic!("it is not here");
    };
    assert!(said.starts_with("888800000000018 imei:"), "{said}");
    assert!(
        timeout(QUIET, house.news.recv()).await.is_err(),
        "it has not left"
    );
    let told = b"**,imei:888800000000018,B;";
    assert_eq!(outlet.send(told.to_vec()).await, Ok(()));
    let mut heard = [0; 64];
    let count = timeout(SOON, peer.recv(&mut heard)).await.expect("in time");
    assert_eq!(&heard[..count.expect("a datagram")], told);
}
