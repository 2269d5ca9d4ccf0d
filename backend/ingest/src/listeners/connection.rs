//! One connection: bytes in, frames to the intake one at a time, replies out.

use std::future::poll_fn;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Poll, ready};
use std::time::Duration;

use domain::devices::{DeviceEvent, DeviceUid, ReceivedFrame};
use domain::ids::FrameId;
use domain::time::Timestamp;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use super::exit::Exit;
use super::intake::{Arrival, Counted, Intake, IntakeAnswer};
use super::limits::Bucket;
use super::outlet::{Outgoing, Outlet, Queue};
use super::patience::{Due, Patience};
use super::tcp::{TcpOptions, asked_to_stop};
use super::unnamed::{Held, Unnamed};
use crate::protocol::{Carrier, Codec, Envelope, Session};
use crate::reassembly::{Piece, Reassembly};

/// Bytes a read may bring.
const READ: usize = 8 * 1024;

/// How long a peer may take to receive a command: no alarm of it is read in that time.
const COMMAND_WRITE: Duration = Duration::from_secs(1);

/// The state of one connection.
pub(super) struct Connection<I: Intake> {
    codec: &'static Codec,
    carrier: Carrier,
    source: String,
    intake: Arc<I>,
    options: TcpOptions,
    stream: Reassembly,
    session: Session,
    unnamed: Unnamed,
    telemetry: Bucket,
    exit: Exit<I>,
    read_at: Timestamp,
}

/// Whether to go on.
#[derive(PartialEq)]
enum Flow {
    Open,
    Close,
}

/// What a wait for bytes brought.
enum Woke {
    Bytes,
    Silence,
    Ended,
    Told(Outgoing),
}

impl<I: Intake> Connection<I> {
    /// A fresh connection from `source`.
    pub(super) fn new(
        codec: &'static Codec,
        carrier: Carrier,
        source: String,
        intake: &Arc<I>,
        options: TcpOptions,
        way: (Outlet, Queue),
    ) -> Self {
        Self {
            codec,
            carrier,
            source,
            intake: Arc::clone(intake),
            options,
            stream: Reassembly::of(codec),
            session: Session::default(),
            unnamed: Unnamed::default(),
            telemetry: Bucket::full(options.telemetry, Instant::now()),
            exit: Exit::new(intake, codec.protocol, way),
            read_at: intake.now(),
        }
    }

    /// Serves until the peer, the limits or `stop` end it; what was read is handed over first.
    pub(super) async fn run<S>(mut self, mut peer: S, mut stop: watch::Receiver<bool>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let mut patience = Patience::new(Instant::now());
        loop {
            while let Some(piece) = self.stream.next_piece() {
                if self.take(piece, &mut patience, &mut peer).await == Flow::Close {
                    return;
                }
            }
            let release = self.unnamed.since().map(|since| since + self.options.hold);
            if release.is_some_and(|at| at <= Instant::now()) {
                self.give_up_on_names().await;
                continue;
            }
            self.stream.rest();
            let (due_at, due) = patience.next(&self.stream, &self.options, Instant::now());
            let deadline = release.map_or(due_at, |at| at.min(due_at));
            match wait(
                &mut peer,
                &mut self.stream,
                deadline,
                &mut self.exit,
                &mut stop,
            )
            .await
            {
                Woke::Bytes => {
                    patience.heard(Instant::now());
                    self.read_at = self.intake.now();
                }
                Woke::Silence if deadline < due_at => {}
                Woke::Silence if due == Due::Settle => {
                    if let Some(piece) = self.stream.settle()
                        && self.take(piece, &mut patience, &mut peer).await == Flow::Close
                    {
                        return;
                    }
                }
                Woke::Silence => {
                    let is_stalled = due == Due::Stalled;
                    self.intake.note(if is_stalled {
                        Counted::Stalled
                    } else {
                        Counted::Idle
                    });
                    break;
                }
                Woke::Ended => break,
                Woke::Told(command) => {
                    if tell(&mut peer, command).await == Flow::Close {
                        return;
                    }
                }
            }
        }
        while let Some(piece) = self.stream.finish() {
            if self.hand_over(piece, &mut peer).await == Flow::Close {
                return;
            }
        }
        self.give_up_on_names().await;
    }

    async fn take(
        &mut self,
        piece: Piece,
        patience: &mut Patience,
        peer: &mut (impl AsyncWrite + Unpin + Send),
    ) -> Flow {
        let is_frame = matches!(piece, Piece::Frame(_));
        let flow = self.hand_over(piece, peer).await;
        patience.taken(is_frame, Instant::now());
        flow
    }

    async fn hand_over(&mut self, piece: Piece, peer: &mut (impl AsyncWrite + Unpin)) -> Flow {
        match piece {
            Piece::Frame(raw) => self.frame(raw, peer).await,
            Piece::Junk(raw) => self.undecodable(raw, "bytes that belong to no frame").await,
            Piece::Half(raw) => {
                self.undecodable(raw, "cut short at the end of the stream")
                    .await
            }
            Piece::Oversize(raw) => {
                self.intake.note(Counted::Oversize);
                self.undecodable(raw, "frame over 64 KiB").await;
                Flow::Close
            }
        }
    }

    async fn frame(&mut self, raw: Vec<u8>, peer: &mut (impl AsyncWrite + Unpin)) -> Flow {
        let started = Instant::now();
        let envelope = Envelope::of(&self.session)
            .at(self.read_at)
            .by(self.carrier);
        let decoded = (self.codec.decode)(&raw, &envelope).map_err(|error| error.to_string());
        let decode_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let mut event = match decoded {
            Ok(event) => event,
            Err(reason) => return self.undecodable(raw, &reason).await,
        };
        event.carrier = Some(self.carrier);
        event.claim = Some(self.codec.claim(&self.session));
        if !event.device_uid.is_named() {
            return self.nameless(raw, event, decode_us).await;
        }
        if let Some(bound) = self.session.uid.clone()
            && bound != event.device_uid
        {
            return self
                .quarantined(raw, event.into_quarantine(bound), decode_us)
                .await;
        }
        let uid = event.device_uid.clone();
        if self.keep(raw, event, decode_us, peer).await == Flow::Close {
            return Flow::Close;
        }
        for held in self.unnamed.named() {
            let event = DeviceEvent {
                device_uid: uid.clone(),
                claim: Some(self.codec.claim(&self.session)),
                ..held.event
            };
            if self.keep(held.raw, event, held.decode_us, peer).await == Flow::Close {
                return Flow::Close;
            }
        }
        Flow::Open
    }

    /// Hands a frame over and answers it once it is safe.
    async fn keep(
        &mut self,
        raw: Vec<u8>,
        event: DeviceEvent,
        decode_us: u64,
        peer: &mut (impl AsyncWrite + Unpin),
    ) -> Flow {
        let uid = event.device_uid.clone();
        let learnt = self.learnt(&raw, &uid);
        let envelope = Envelope::of(&learnt).at(self.read_at).by(self.carrier);
        let reply = (self.codec.reply)(&raw, &envelope);
        if !event.is_alarm && !self.is_within_limit() {
            // A device that hears nothing sends even more.
            self.session = learnt;
            return match reply {
                Some(reply) => self.write(None, &reply, peer).await,
                None => Flow::Open,
            };
        }
        let shown = (!self.exit.knows(&uid)).then(|| raw.clone());
        let frame = self.received(raw, Ok(event), Some(uid.clone()));
        let id = frame.id;
        let answer = self.intake.accept(Arrival { frame, decode_us }).await;
        if answer != IntakeAnswer::Unavailable {
            self.session = learnt;
            if let Some(shown) = shown {
                self.exit.announce(uid, &shown);
            }
        }
        match (answer, reply) {
            (IntakeAnswer::Reply, Some(reply)) => self.write(Some(id), &reply, peer).await,
            _ => Flow::Open,
        }
    }

    /// What the connection will know once a frame is kept.
    fn learnt(&self, raw: &[u8], uid: &DeviceUid) -> Session {
        let mut learnt = self.session.clone();
        learnt.uid = Some(uid.clone());
        (self.codec.learn)(raw, &mut learnt);
        learnt
    }

    /// Before a login nobody knows whose frame it is: alarms wait for it, the rest is kept raw.
    async fn nameless(&mut self, raw: Vec<u8>, event: DeviceEvent, decode_us: u64) -> Flow {
        if !event.is_alarm {
            return self.undecodable(raw, "nobody has logged in").await;
        }
        let held = Held {
            raw,
            event,
            decode_us,
        };
        if let Some(oldest) = self.unnamed.hold(held, Instant::now()) {
            self.strange(oldest).await;
        }
        Flow::Open
    }

    /// No login came: the alarms are handed on as a stranger's, which an operator sees.
    async fn give_up_on_names(&mut self) {
        for held in self.unnamed.named() {
            self.strange(held).await;
        }
    }

    async fn strange(&mut self, held: Held) {
        let mut event = held.event;
        // Two strangers under no name must not be taken for repeats of each other.
        event.key.0 = format!("{}#{}", event.key.0, self.source);
        let uid = event.device_uid.clone();
        let frame = self.received(held.raw, Ok(event), Some(uid));
        let decode_us = held.decode_us;
        self.intake.accept(Arrival { frame, decode_us }).await;
    }

    /// Whether one more frame that is no alarm is kept.
    fn is_within_limit(&mut self) -> bool {
        let is_within = self.telemetry.take(self.options.telemetry, Instant::now());
        if !is_within {
            self.intake.note(Counted::OverLimit);
        }
        is_within
    }

    /// Another device's name on a bound line: handed on apart and never answered, so that a device
    /// whose frame was damaged repeats it. An alarm is put before the seat.
    async fn quarantined(&mut self, raw: Vec<u8>, event: DeviceEvent, decode_us: u64) -> Flow {
        self.intake.note(Counted::IdentityChanged);
        if !event.is_alarm && !self.is_within_limit() {
            return Flow::Open;
        }
        self.intake.note(Counted::Undecodable);
        let uid = event.device_uid.clone();
        let frame = self.received(raw, Ok(event), Some(uid));
        self.intake.accept(Arrival { frame, decode_us }).await;
        Flow::Open
    }

    /// Kept raw, within the limit.
    async fn undecodable(&mut self, raw: Vec<u8>, reason: &str) -> Flow {
        match self.is_within_limit() {
            true => self.keep_raw(raw, reason).await,
            false => Flow::Open,
        }
    }

    /// Handed on raw and never answered; what the intake says of it makes no difference here.
    async fn keep_raw(&mut self, raw: Vec<u8>, reason: &str) -> Flow {
        self.intake.note(Counted::Undecodable);
        let uid = (self.codec.claimed_uid)(&raw);
        let frame = self.received(raw, Err(reason.to_owned()), uid);
        self.intake
            .accept(Arrival {
                frame,
                decode_us: 0,
            })
            .await;
        Flow::Open
    }

    fn received(
        &self,
        raw: Vec<u8>,
        decoded: Result<DeviceEvent, String>,
        device_uid: Option<DeviceUid>,
    ) -> ReceivedFrame {
        ReceivedFrame {
            id: self.intake.next_frame_id(),
            protocol: self.codec.protocol,
            source: self.source.clone(),
            received_at: self.read_at,
            raw,
            decoded,
            device_uid,
        }
    }

    async fn write(
        &mut self,
        kept: Option<FrameId>,
        reply: &[u8],
        peer: &mut (impl AsyncWrite + Unpin),
    ) -> Flow {
        let written = timeout(self.options.write, async {
            peer.write_all(reply).await?;
            peer.flush().await
        });
        if matches!(written.await, Ok(Ok(()))) {
            if let Some(id) = kept {
                self.intake.answered(id);
            }
            self.session.replies = self.session.replies.wrapping_add(1);
            return Flow::Open;
        }
        self.intake.note(Counted::ReplyFailed);
        Flow::Close
    }
}

/// Writes a command, between answers; bytes of the device are read first.
async fn tell(peer: &mut (impl AsyncWrite + Unpin), command: Outgoing) -> Flow {
    let written = timeout(COMMAND_WRITE, async {
        peer.write_all(command.frame()).await?;
        peer.flush().await
    });
    if matches!(written.await, Ok(Ok(()))) {
        command.was_written();
        return Flow::Open;
    }
    // Half a frame may be out: nothing sensible can follow it.
    Flow::Close
}

/// Waits for bytes, which go into the stream at once.
async fn wait<I: Intake>(
    peer: &mut (impl AsyncRead + Unpin),
    stream: &mut Reassembly,
    deadline: Instant,
    exit: &mut Exit<I>,
    stop: &mut watch::Receiver<bool>,
) -> Woke {
    // Bytes that keep coming must not put off what is due.
    if Instant::now() >= deadline {
        return Woke::Silence;
    }
    tokio::select! {
        biased;
        _ = asked_to_stop(stop) => Woke::Ended,
        read = timeout_at(deadline, read(peer, stream)) => match read {
            Err(_) => Woke::Silence,
            // A broken connection ends like a closed one: what was read is handed over.
            Ok(Ok(0) | Err(_)) => Woke::Ended,
            Ok(Ok(_)) => Woke::Bytes,
        },
        command = exit.next() => Woke::Told(command),
    }
}

/// The bytes pass through the stack: a waiting connection holds no buffer of its own.
async fn read(
    peer: &mut (impl AsyncRead + Unpin),
    stream: &mut Reassembly,
) -> std::io::Result<usize> {
    poll_fn(|context| {
        let mut space = [const { MaybeUninit::uninit() }; READ];
        let mut buffer = ReadBuf::uninit(&mut space);
        ready!(Pin::new(&mut *peer).poll_read(context, &mut buffer))?;
        stream.push(buffer.filled());
        Poll::Ready(Ok(buffer.filled().len()))
    })
    .await
}
