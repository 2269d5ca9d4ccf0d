//! Every protocol that is carried by a socket of its own is heard there, and answered after the commit.

use std::time::Duration;

use domain::devices::{Alarm, DeviceEvent, Protocol, Recency};
use ingest::{Carrier, Codec, Envelope, Session, registry};
use integration::app::{PATIENCE, TestApp};
use integration::roles::word;
use server::config::Wire;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::time::timeout;

/// What an invented device sends: what says who it is where that is not in every frame, and an alarm.
struct Visit {
    login: Option<Vec<u8>>,
    alarm: Vec<u8>,
    event: DeviceEvent,
    is_answered: bool,
}

/// One end of either kind of socket.
enum Line {
    Stream(TcpStream),
    Datagrams(UdpSocket),
}

impl Line {
    async fn send(&mut self, bytes: &[u8]) {
        match self {
            Self::Stream(stream) => stream.write_all(bytes).await.expect("sent"),
            Self::Datagrams(socket) => {
                let sent = socket.send(bytes).await.expect("sent");
                assert_eq!(sent, bytes.len());
            }
        }
    }

    /// Some bytes of an answer; none when the other side is quiet.
    async fn heard(&mut self, within: Duration) -> usize {
        let mut buffer = [0; 2048];
        let read = async {
            match self {
                Self::Stream(stream) => stream.read(&mut buffer).await,
                Self::Datagrams(socket) => socket.recv(&mut buffer).await,
            }
        };
        match timeout(within, read).await {
            Ok(read) => read.expect("the line stands"),
            Err(_) => 0,
        }
    }
}

/// The gravest live alarm of the samples, with a login before it where it needs one.
fn visit(codec: &Codec, carrier: Carrier) -> Option<Visit> {
    let samples = (codec.samples)();
    let now = domain::time::Timestamp::UNIX_EPOCH;
    let heard = |session: &Session, frame: &[u8]| {
        let envelope = Envelope::of(session).at(now).by(carrier);
        let event = (codec.decode)(frame, &envelope).ok()?;
        let is_answered = (codec.reply)(frame, &envelope).is_some();
        Some((event, is_answered))
    };
    let fresh = Session::default();
    let logins = samples.iter().filter_map(|frame| {
        let (event, _) = heard(&fresh, frame)?;
        let uid = Some(event.device_uid).filter(|uid| uid.is_named())?;
        let mut session = Session {
            uid: Some(uid),
            ..Session::default()
        };
        (codec.learn)(frame, &mut session);
        Some((Some(frame.clone()), session))
    });
    let starts: Vec<_> = [(None, Session::default())]
        .into_iter()
        .chain(logins)
        .collect();
    let gravity = |event: &DeviceEvent| {
        let first = event.alarms.first().copied();
        (first.unwrap_or(Alarm::PowerRestored), event.kind.clone())
    };
    starts.into_iter().find_map(|(login, session)| {
        let mut alarms: Vec<Visit> = samples
            .iter()
            .filter_map(|frame| {
                let (event, is_answered) = heard(&session, frame)?;
                let fits = session
                    .uid
                    .as_ref()
                    .is_none_or(|uid| *uid == event.device_uid);
                let is_live = event.recency == Recency::Live;
                let is_meant = event.is_alarm && event.device_uid.is_named() && is_live && fits;
                is_meant.then(|| Visit {
                    login: login.clone(),
                    alarm: frame.clone(),
                    event,
                    is_answered,
                })
            })
            .collect();
        alarms.sort_by_key(|visit| gravity(&visit.event));
        alarms.into_iter().next()
    })
}

/// Over a stream each: what is answered is on the board already, what is not answered comes there.
pub(crate) async fn every_protocol_is_heard_over_its_own_stream(app: &mut TestApp) {
    all_are_heard(app, Wire::Tcp, 19).await;
}

/// The same over datagrams.
pub(crate) async fn every_protocol_is_heard_over_its_own_datagrams(app: &mut TestApp) {
    all_are_heard(app, Wire::Udp, 14).await;
}

async fn all_are_heard(app: &mut TestApp, wire: Wire, at_least: usize) {
    let spoken = registry::CODECS
        .iter()
        .filter(|codec| codec.carriers.contains(&wire.carrier()));
    let doors: Vec<(Protocol, Wire)> = spoken.map(|codec| (codec.protocol, wire)).collect();
    assert!(doors.len() >= at_least, "{doors:?}");
    app.reopen_listening(&doors).await;
    app.carrier.hear_anything();
    for (protocol, wire) in doors {
        let what = format!("{protocol} over {wire}");
        let visit = visit(registry::codec(protocol), wire.carrier());
        let visit = visit.unwrap_or_else(|| panic!("no alarm among the samples of {what}"));
        is_heard(app, protocol, wire, visit, &what).await;
        // A minute later it is no flood of strangers any more.
        app.advance(Duration::from_secs(120));
    }
}

async fn is_heard(app: &TestApp, protocol: Protocol, wire: Wire, visit: Visit, what: &str) {
    let at = app.door(protocol, wire);
    let mut line = match wire.is_stream() {
        true => Line::Stream(TcpStream::connect(at).await.expect("a listener")),
        false => {
            let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
            socket.connect(at).await.expect("an address");
            Line::Datagrams(socket)
        }
    };
    match (&visit.login, wire.is_stream()) {
        (Some(login), true) => {
            line.send(login).await;
            line.heard(Duration::from_millis(300)).await;
            line.send(&visit.alarm).await;
        }
        // A datagram is all that is known of its sender.
        (Some(login), false) => line.send(&[&login[..], &visit.alarm].concat()).await,
        (None, _) => line.send(&visit.alarm).await,
    }
    let seat = app.operator();
    let uid = visit.event.device_uid.as_str();
    if visit.is_answered {
        assert!(line.heard(PATIENCE).await > 0, "{what} is not answered");
        assert_eq!(
            seat.incidents("open").await.len(),
            1,
            "{what} was answered too early"
        );
    }
    let incident = app
        .until(&format!("{what} is on the board"), async || {
            let open = seat.incidents("open").await;
            open.into_iter().next()
        })
        .await;
    // Some invented devices share their number with a resident's.
    let is_known = incident["resident_id"].is_string();
    let is_strange = incident["kind"] == "unknown_device";
    assert!(is_known != is_strange, "{what}: {incident:#}");
    let frames = seat.all("/v1/devices/frames?decoded=true&limit=200").await;
    let alarm = hex::encode(&visit.alarm);
    let kept = frames.iter().find(|frame| {
        let is_it = frame["protocol"] == protocol.as_str() && frame["device_uid"] == uid;
        is_it && alarm.contains(&word(frame, "frame_hex")[..8])
    });
    let kept = kept.unwrap_or_else(|| panic!("{what}: the frame of {uid} is not listed"));
    let alarms: Vec<&str> = visit.event.alarms.iter().map(|it| it.as_str()).collect();
    for alarm in alarms {
        let listed = kept["alarms"].as_array().expect("a list");
        assert!(listed.iter().any(|it| it == alarm), "{what}: {kept:#}");
    }
    seat.close(word(&incident, "id"), "test", Some("seen"))
        .await
        .expect(200);
}
