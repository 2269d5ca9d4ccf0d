//! A device that speaks MQTT 3.1.1 over a real socket, packet by packet: tests decide what is sent
//! twice, out of turn or not at all.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::app::PATIENCE;

const CONNECT: u8 = 0x10;
const PUBLISH: u8 = 0x30;
const PUBREL: u8 = 0x62;
const SUBSCRIBE: u8 = 0x82;
const PINGREQ: u8 = 0xc0;

/// What a device says of itself.
#[derive(Clone, Debug)]
pub struct Login {
    /// Client identifier.
    pub client_id: String,
    /// User name and password.
    pub user: Option<(String, String)>,
    /// Whether the server may forget what it kept for this client.
    pub clean: bool,
    /// Seconds; 0 for none.
    pub keep_alive: u16,
}

impl Login {
    /// A login under a credential.
    pub fn of(name: &str, secret: &str) -> Self {
        Self {
            client_id: name.to_owned(),
            user: Some((name.to_owned(), secret.to_owned())),
            clean: true,
            keep_alive: 60,
        }
    }
}

/// A message on its way out.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// Topic.
    pub topic: &'a str,
    /// Bytes.
    pub payload: &'a [u8],
    /// Quality of service.
    pub qos: u8,
    /// Sent before.
    pub dup: bool,
    /// Packet identifier, for a quality above 0.
    pub id: u16,
}

/// What the server sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// The answer to a login: return code.
    ConnAck(u8),
    /// A message is safe.
    PubAck(u16),
    /// A message of quality 2 is safe.
    PubRec(u16),
    /// Its exchange is over.
    PubComp(u16),
    /// The answer to a subscription: return code.
    SubAck(u8),
    /// A message.
    Publish {
        /// Topic.
        topic: String,
        /// Bytes.
        payload: Vec<u8>,
        /// Packet identifier, for a quality above 0.
        id: Option<u16>,
    },
    /// The answer to a ping.
    Pong,
}

/// A connected device.
#[derive(Debug)]
pub struct MqttDevice {
    stream: TcpStream,
    unread: Vec<u8>,
    last_id: u16,
}

impl MqttDevice {
    /// Connects; the return code when the server turns it away.
    ///
    /// # Panics
    /// When nobody listens, or nobody answers.
    pub async fn connect(to: SocketAddr, login: &Login) -> Result<Self, u8> {
        let stream = TcpStream::connect(to).await.expect("a listener");
        stream.set_nodelay(true).expect("a socket");
        let mut device = Self {
            stream,
            unread: Vec::new(),
            last_id: 0,
        };
        let mut flags = u8::from(login.clean) << 1;
        let mut body = text("MQTT");
        if login.user.is_some() {
            flags |= 0xc0;
        }
        body.extend([4, flags]);
        body.extend(login.keep_alive.to_be_bytes());
        body.extend(text(&login.client_id));
        if let Some((name, secret)) = &login.user {
            body.extend(text(name));
            body.extend(text(secret));
        }
        device.send(CONNECT, &body).await.expect("the line stands");
        match device.hear().await {
            Some(Packet::ConnAck(0)) => Ok(device),
            Some(Packet::ConnAck(code)) => Err(code),
            other => panic!("no answer to a login: {other:?}"),
        }
    }

    /// Sends a message and waits until it is acknowledged; `false` when the line is cut instead.
    pub async fn publish(&mut self, topic: &str, payload: &[u8]) -> bool {
        self.last_id += 1;
        let id = self.last_id;
        let message = Outgoing {
            topic,
            payload,
            qos: 1,
            dup: false,
            id,
        };
        if self.send_message(message).await.is_err() {
            return false;
        }
        loop {
            match self.hear().await {
                Some(Packet::PubAck(acknowledged)) if acknowledged == id => return true,
                Some(_) => {}
                None => return false,
            }
        }
    }

    /// Sends a message and waits for nothing.
    ///
    /// # Errors
    /// When the line is cut.
    pub async fn send_message(&mut self, message: Outgoing<'_>) -> std::io::Result<()> {
        let mut body = text(message.topic);
        if message.qos > 0 {
            body.extend(message.id.to_be_bytes());
        }
        body.extend(message.payload);
        let head = PUBLISH | (u8::from(message.dup) << 3) | (message.qos << 1);
        self.send(head, &body).await
    }

    /// Ends the exchange of a message of quality 2.
    ///
    /// # Errors
    /// When the line is cut.
    pub async fn release(&mut self, id: u16) -> std::io::Result<()> {
        self.send(PUBREL, &id.to_be_bytes()).await
    }

    /// Asks to hear a topic; the return code.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn subscribe(&mut self, filter: &str) -> u8 {
        let mut body = 1_u16.to_be_bytes().to_vec();
        body.extend(text(filter));
        body.push(1);
        self.send(SUBSCRIBE, &body).await.expect("the line stands");
        match self.hear().await {
            Some(Packet::SubAck(code)) => code,
            other => panic!("no answer to a subscription: {other:?}"),
        }
    }

    /// Acknowledges a message.
    ///
    /// # Errors
    /// When the line is cut.
    pub async fn acknowledge(&mut self, id: u16) -> std::io::Result<()> {
        self.send(0x40, &id.to_be_bytes()).await
    }

    /// Whether the server answers a ping.
    pub async fn is_heard(&mut self) -> bool {
        self.send(PINGREQ, &[]).await.is_ok() && self.hear().await == Some(Packet::Pong)
    }

    /// The next packet; `None` when the line is cut.
    ///
    /// # Panics
    /// When nothing comes for a long time.
    pub async fn hear(&mut self) -> Option<Packet> {
        let heard = timeout(PATIENCE, self.next()).await;
        heard.expect("something from the server in time")
    }

    /// The next packet, if one comes within a while.
    pub async fn hear_within(&mut self, span: Duration) -> Option<Packet> {
        timeout(span, self.next()).await.ok().flatten()
    }

    /// Whether nothing comes for a while, and the line stands.
    pub async fn hears_nothing(&mut self, span: Duration) -> bool {
        timeout(span, self.next()).await.is_err()
    }

    async fn send(&mut self, head: u8, body: &[u8]) -> std::io::Result<()> {
        let mut packet = vec![head];
        let mut left = body.len();
        loop {
            let digit = u8::try_from(left % 128).unwrap_or_default();
            left /= 128;
            packet.push(if left > 0 { digit | 0x80 } else { digit });
            if left == 0 {
                break;
            }
        }
        packet.extend(body);
        self.stream.write_all(&packet).await
    }

    async fn next(&mut self) -> Option<Packet> {
        let mut buffer = [0; 4 * 1024];
        loop {
            if let Some((packet, length)) = parsed(&self.unread) {
                self.unread.drain(..length);
                return Some(packet);
            }
            match self.stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.unread.extend_from_slice(&buffer[..count]),
            }
        }
    }
}

/// A string behind its length.
fn text(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).expect("a short text");
    let mut bytes = length.to_be_bytes().to_vec();
    bytes.extend(text.as_bytes());
    bytes
}

/// The packet at the head of a buffer, and its length; `None` when it is not whole yet.
///
/// # Panics
/// When it is none of those that a server may send here.
fn parsed(bytes: &[u8]) -> Option<(Packet, usize)> {
    let head = *bytes.first()?;
    let (mut length, mut shift, mut at) = (0_usize, 0, 1);
    loop {
        let digit = *bytes.get(at)?;
        length |= usize::from(digit & 0x7f) << shift;
        (at, shift) = (at + 1, shift + 7);
        if digit & 0x80 == 0 {
            break;
        }
    }
    let body = bytes.get(at..at + length)?;
    let number = |from: usize| u16::from_be_bytes([body[from], body[from + 1]]);
    let packet = match head & 0xf0 {
        0x20 => Packet::ConnAck(body[1]),
        0x40 => Packet::PubAck(number(0)),
        0x50 => Packet::PubRec(number(0)),
        0x70 => Packet::PubComp(number(0)),
        0x90 => Packet::SubAck(body[2]),
        0xd0 => Packet::Pong,
        0x30 => {
            let mut rest = 2 + usize::from(number(0));
            let topic = String::from_utf8_lossy(&body[2..rest]).into_owned();
            let id = (head & 0x06 != 0).then(|| number(rest));
            rest += if id.is_some() { 2 } else { 0 };
            Packet::Publish {
                topic,
                payload: body[rest..].to_vec(),
                id,
            }
        }
        other => panic!("a packet that a server does not send here: {other:#x}"),
    };
    Some((packet, at + length))
}
