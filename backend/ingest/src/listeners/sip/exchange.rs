//! What is done about one message.

use std::net::SocketAddr;
use std::sync::Arc;

use domain::devices::Protocol;
use domain::ids::FrameId;
use ezk_sip_types::msg::MessageLine;
use ezk_sip_types::{Headers, Method, StatusCode};
use tokio::time::Instant;

use super::super::intake::{Intake, IntakeAnswer};
use super::super::message::{self as whole, keep_raw};
use super::answer::{Own, body_type, own, response, way_back};
use super::message::{Malformed, Message, Transaction};
use super::repeats::{Answered, Repeats, Seen};
use crate::protocol::{Carrier, Codec};
use crate::registry;

/// Everything that messages of one socket have in common.
pub(super) struct Exchange<I> {
    codec: &'static Codec,
    intake: Arc<I>,
    transport: &'static str,
    local: Option<SocketAddr>,
    /// What was answered before.
    pub(super) repeats: Repeats,
}

/// What goes out.
#[derive(Debug)]
pub(super) struct Outgoing {
    /// Where to, on a socket that is not a connection.
    pub(super) to: SocketAddr,
    /// The response.
    pub(super) response: Vec<u8>,
    /// The frame that is answered by it.
    pub(super) kept: Option<FrameId>,
    /// A request of our own after it.
    pub(super) own: Option<Own>,
}

impl<I: Intake> Exchange<I> {
    /// For a socket.
    pub(super) fn new(
        protocol: Protocol,
        intake: &Arc<I>,
        transport: &'static str,
        local: Option<SocketAddr>,
    ) -> Self {
        Self {
            codec: registry::codec(protocol),
            intake: Arc::clone(intake),
            transport,
            local,
            repeats: Repeats::default(),
        }
    }

    /// Where frames go.
    pub(super) fn intake(&self) -> &Arc<I> {
        &self.intake
    }

    /// Takes one message; the answer is ready when what it says is safe.
    pub(super) async fn take(&self, bytes: &[u8], peer: SocketAddr) -> Option<Outgoing> {
        let message = match Message::read(bytes) {
            Ok(message) => message,
            Err(malformed) => return self.malformed(bytes, malformed, peer).await,
        };
        let MessageLine::Request(_) = &message.line else {
            if let (Some(Method::MESSAGE), Some(branch)) = (message.method(), message.branch()) {
                self.repeats.done(&branch);
            }
            return None;
        };
        let transaction = match message.transaction() {
            Ok(transaction) => transaction,
            Err(reason) => {
                let headers = Some(message.headers);
                let malformed = Malformed { reason, headers };
                return self.malformed(bytes, malformed, peer).await;
            }
        };
        match message.method() {
            // Nothing is ever set up here, and an ACK is never answered.
            Some(Method::ACK) | None => None,
            Some(Method::MESSAGE) => self.message(message, transaction, peer).await,
            Some(Method::OPTIONS) => self.plain(&message.headers, StatusCode::OK, peer),
            Some(_) => self.plain(&message.headers, StatusCode::METHOD_NOT_ALLOWED, peer),
        }
    }

    /// Refuses bytes of a stream in which no message can be told from the next.
    pub(super) async fn refuse(&self, bytes: &[u8], peer: SocketAddr) -> Option<Outgoing> {
        let malformed = Malformed::of(bytes, "no end of the message can be told");
        self.malformed(bytes, malformed, peer).await
    }

    async fn message(
        &self,
        message: Message,
        transaction: Transaction,
        peer: SocketAddr,
    ) -> Option<Outgoing> {
        let to = way_back(&message.headers, peer);
        match self.repeats.look(&transaction, Instant::now()) {
            Seen::InHand => return None,
            Seen::Answered(Answered { response, own }) => {
                return Some(Outgoing {
                    to,
                    response,
                    kept: None,
                    own,
                });
            }
            Seen::New => {}
        }
        let source = peer.ip().to_string();
        let whole = whole::Message {
            protocol: self.codec.protocol,
            carrier: Carrier::Sip,
            topic: None,
            source,
            received_at: self.intake.now(),
            bytes: message.body.clone(),
            retained: false,
        };
        let kept = whole.read().keep(&*self.intake).await;
        let headers = &message.headers;
        let id = kept.id.0.simple().to_string();
        let (code, reply) = match kept.answer {
            IntakeAnswer::Reply | IntakeAnswer::Unconfirmed => (StatusCode::OK, kept.reply),
            // Kept, but nobody here understands it: its sender should know.
            IntakeAnswer::Silent => (StatusCode::BAD_REQUEST, None),
            IntakeAnswer::Refused => (StatusCode::FORBIDDEN, None),
            IntakeAnswer::Unavailable => {
                self.repeats.failed(&transaction);
                return self.unavailable(headers, peer);
            }
        };
        let body = reply.as_deref().map(|body| (body_type(&message), body));
        let Some(response) = response(headers, code, peer, &id, body) else {
            self.repeats.failed(&transaction);
            return None;
        };
        let own = reply
            .as_deref()
            .and_then(|body| own(&message, self.transport, self.local, &id, body));
        let answered = Answered {
            response: response.clone(),
            own: own.clone(),
        };
        self.repeats.answered(&transaction, answered);
        Some(Outgoing {
            to,
            response,
            kept: Some(kept.id),
            own,
        })
    }

    /// Kept raw, and refused when it is clear whom to tell.
    async fn malformed(
        &self,
        bytes: &[u8],
        malformed: Malformed,
        peer: SocketAddr,
    ) -> Option<Outgoing> {
        let Malformed { reason, headers } = malformed;
        let source = peer.ip().to_string();
        let raw = bytes.to_vec();
        let answer = keep_raw(self.codec.protocol, &source, raw, reason, &*self.intake).await;
        let headers = headers?;
        match answer {
            IntakeAnswer::Unavailable => self.unavailable(&headers, peer),
            _ => self.plain(&headers, StatusCode::BAD_REQUEST, peer),
        }
    }

    /// Over UDP the sender repeats by itself what nobody answers; over TCP it has to be told.
    fn unavailable(&self, headers: &Headers, peer: SocketAddr) -> Option<Outgoing> {
        let is_stream = self.transport == "TCP";
        is_stream
            .then(|| self.plain(headers, StatusCode::SERVICE_UNAVAILABLE, peer))
            .flatten()
    }

    fn plain(&self, headers: &Headers, code: StatusCode, peer: SocketAddr) -> Option<Outgoing> {
        let tag = self.intake.next_frame_id().0.simple().to_string();
        Some(Outgoing {
            to: way_back(headers, peer),
            response: response(headers, code, peer, &tag, None)?,
            kept: None,
            own: None,
        })
    }
}
