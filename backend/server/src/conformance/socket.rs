//! A device on a socket: says its frames and checks what it is answered.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs, UdpSocket};
use std::time::Duration;

use domain::time::Timestamp;
use ingest::{Carrier, Codec, Envelope, Session};

use super::report::{Outcome, Tried};
use crate::stages::monotonic;

/// How long silence is listened to where none is expected.
const QUIET: Duration = Duration::from_millis(300);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);
/// The longest answer, bytes.
const LONGEST: usize = 4096;
/// Serials of its own that a server may have come to on one connection.
const SERIALS: u16 = 16;

/// A connection to the server, or a socket that sends datagrams to it.
#[derive(Debug)]
pub(super) enum Line {
    Tcp(TcpStream, Duration),
    Udp(UdpSocket, Duration),
}

impl Line {
    /// # Errors
    /// When nobody listens there.
    pub(super) fn open(address: &str, carrier: Carrier, wait: Duration) -> io::Result<Self> {
        let unknown = || io::Error::new(io::ErrorKind::NotFound, "no such address");
        let address = address.to_socket_addrs()?.next().ok_or_else(unknown)?;
        if carrier == Carrier::Udp {
            let own = if address.is_ipv6() {
                "[::]:0"
            } else {
                "0.0.0.0:0"
            };
            let socket = UdpSocket::bind(own)?;
            socket.connect(address)?;
            socket.set_read_timeout(Some(LOOK))?;
            return Ok(Self::Udp(socket, wait));
        }
        let stream = TcpStream::connect_timeout(&address, wait)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LOOK))?;
        Ok(Self::Tcp(stream, wait))
    }

    fn wait(&self) -> Duration {
        match self {
            Self::Tcp(_, wait) | Self::Udp(_, wait) => *wait,
        }
    }

    fn say(&mut self, frame: &[u8]) -> io::Result<()> {
        match self {
            Self::Tcp(stream, _) => stream.write_all(frame),
            Self::Udp(socket, _) => socket.send(frame).map(|_| ()),
        }
    }

    /// What is answered until `enough` says so, silence has lasted, or the line is closed.
    fn hear(&mut self, patience: Duration, enough: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let began = monotonic();
        let mut heard = Vec::new();
        let mut buffer = [0; LONGEST];
        while began.elapsed() < patience && heard.len() < LONGEST && !enough(&heard) {
            let read = match self {
                Self::Tcp(stream, _) => stream.read(&mut buffer),
                Self::Udp(socket, _) => socket.recv(&mut buffer),
            };
            match read {
                Ok(0) => break,
                Ok(count) => heard.extend_from_slice(&buffer[..count]),
                Err(error) if is_silence(&error) => {}
                Err(_) => break,
            }
        }
        heard
    }
}

fn is_silence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

/// What a frame should be answered.
enum Expected {
    Nothing,
    /// One of these: they differ in the server's own serial.
    Exactly(Vec<Vec<u8>>),
    /// The server's clock stands in it; so many bytes.
    Clocked(usize),
}

/// Says the frames one by one and waits for each answer.
pub(super) fn converse(codec: &Codec, mut line: Line, frames: &[Vec<u8>], now: Timestamp) -> Tried {
    let mut session = Session::default();
    let mut answers = 0;
    for (number, frame) in (1..).zip(frames) {
        let expected = expected(codec, frame, &session, now);
        if let Err(error) = line.say(frame) {
            return Tried::of(Outcome::Failed, &format!("frame {number}: {error}"));
        }
        match heard(&mut line, &expected) {
            Ok(is_answer) => answers += usize::from(is_answer),
            Err(wrong) => {
                let note = format!("frame {number} ({}): {wrong}", hex::encode(frame));
                return Tried::of(Outcome::Failed, &note).answered(answers);
            }
        }
        learn(codec, frame, &mut session, now);
    }
    let note = format!("{} frames, {answers} answers", frames.len());
    Tried::of(Outcome::Passed, &note).answered(answers)
}

/// Whether there was an answer, or what is wrong with it.
fn heard(line: &mut Line, expected: &Expected) -> Result<bool, String> {
    let wait = line.wait();
    match expected {
        Expected::Nothing => match line.hear(QUIET, |heard| !heard.is_empty()) {
            heard if heard.is_empty() => Ok(false),
            heard => Err(format!(
                "answered {} where none is wanted",
                hex::encode(heard)
            )),
        },
        Expected::Exactly(known) => {
            let longest = known.iter().map(Vec::len).max().unwrap_or(0);
            let heard = line.hear(wait, |heard| {
                known.iter().any(|answer| answer == heard) || heard.len() > longest
            });
            match known.contains(&heard) {
                true => Ok(true),
                false => Err(wrong(&heard, known.first())),
            }
        }
        Expected::Clocked(length) => match line.hear(wait, |heard| heard.len() >= *length) {
            heard if heard.len() == *length => Ok(true),
            heard => Err(wrong(&heard, None)),
        },
    }
}

fn wrong(heard: &[u8], wanted: Option<&Vec<u8>>) -> String {
    let wanted = wanted.map_or("an answer".to_owned(), hex::encode);
    match heard {
        [] => format!("no answer; {wanted} is wanted"),
        heard => format!("answered {}; {wanted} is wanted", hex::encode(heard)),
    }
}

fn expected(codec: &Codec, frame: &[u8], session: &Session, now: Timestamp) -> Expected {
    let reply = |session: &Session, at: Option<Timestamp>| {
        let envelope = Envelope {
            received_at: at,
            ..Envelope::of(session)
        };
        (codec.reply)(frame, &envelope)
    };
    let (bare, timed) = (reply(session, None), reply(session, Some(now)));
    match (bare, timed) {
        (_, None) => Expected::Nothing,
        (Some(bare), Some(timed)) if bare == timed => {
            let by_serial = (0..SERIALS).filter_map(|replies| {
                let session = Session {
                    replies,
                    ..session.clone()
                };
                reply(&session, None)
            });
            let mut known = vec![bare.clone()];
            known.extend(by_serial.filter(|other| *other != bare));
            known.dedup();
            Expected::Exactly(known)
        }
        (_, Some(timed)) => Expected::Clocked(timed.len()),
    }
}

/// What the server has learnt from a frame it kept.
fn learn(codec: &Codec, frame: &[u8], session: &mut Session, now: Timestamp) {
    let named = (codec.decode)(frame, &Envelope::of(session).at(now))
        .ok()
        .map(|event| event.device_uid)
        .filter(|uid| uid.is_named());
    session.uid = session.uid.take().or(named);
    (codec.learn)(frame, session);
}
