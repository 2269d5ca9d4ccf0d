//! SIP over a stream: messages end where their length says.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use super::super::intake::{Counted, Intake};
use super::super::tcp::{TcpOptions, asked_to_stop};
use super::exchange::{Exchange, Outgoing};
use super::message::{Extent, extent};
use crate::protocol::MAX_FRAME;

/// Bytes a read may bring.
const READ: usize = 4 * 1024;

/// Serves one connection until the peer, a limit or `stop` ends it.
pub(super) async fn run<I: Intake>(
    exchange: Exchange<I>,
    mut stream: TcpStream,
    peer: SocketAddr,
    options: TcpOptions,
    mut stop: watch::Receiver<bool>,
) {
    let mut unread: Vec<u8> = Vec::new();
    let mut ended = Instant::now();
    let mut begun = None;
    loop {
        let blanks = unread.iter().take_while(|it| it.is_ascii_whitespace());
        let blanks = blanks.count();
        unread.drain(..blanks);
        let whole = match extent(&unread) {
            Extent::NeedMore => None,
            Extent::Whole { end } => Some(end),
            Extent::Hopeless(_) => {
                hopeless(&exchange, &mut stream, &unread, peer, options.write).await;
                return;
            }
        };
        if let Some(end) = whole {
            let message: Vec<u8> = unread.drain(..end).collect();
            let outgoing = exchange.take(&message, peer).await;
            if !send(&exchange, &mut stream, outgoing, options.write).await {
                return;
            }
            (ended, begun) = (Instant::now(), None);
            continue;
        }
        // Who has begun a message must end it soon; who has not may be silent for a while.
        let (deadline, why) = match unread.is_empty() {
            true => (ended + options.idle, Counted::Idle),
            false => {
                let since = *begun.get_or_insert_with(Instant::now);
                (since + options.frame_within, Counted::Stalled)
            }
        };
        let read = tokio::select! {
            biased;
            _ = asked_to_stop(&mut stop) => break,
            read = timeout_at(deadline, more(&mut stream, &mut unread)) => read,
        };
        match read {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                exchange.intake().note(why);
                break;
            }
        }
    }
    if !unread.is_empty() {
        // Nobody waits for an answer to half a message.
        exchange.take(&unread, peer).await;
    }
}

async fn more(stream: &mut TcpStream, unread: &mut Vec<u8>) -> bool {
    // Room for a read only when there is something: idle connections are many.
    if stream.readable().await.is_err() {
        return false;
    }
    let room = READ.min(MAX_FRAME + READ - unread.len().min(MAX_FRAME));
    unread.reserve(room);
    matches!(stream.read_buf(unread).await, Ok(count) if count > 0)
}

/// Kept, refused where that is possible, and the end: the next message cannot be found.
async fn hopeless<I: Intake>(
    exchange: &Exchange<I>,
    stream: &mut TcpStream,
    unread: &[u8],
    peer: SocketAddr,
    within: Duration,
) {
    let kept = &unread[..unread.len().min(MAX_FRAME)];
    let outgoing = exchange.refuse(kept, peer).await;
    send(exchange, stream, outgoing, within).await;
}

/// False when the peer does not take what is sent.
async fn send<I: Intake>(
    exchange: &Exchange<I>,
    stream: &mut TcpStream,
    outgoing: Option<Outgoing>,
    within: Duration,
) -> bool {
    let Some(Outgoing {
        response,
        kept,
        own,
        ..
    }) = outgoing
    else {
        return true;
    };
    let written = timeout(within, stream.write_all(&response)).await;
    if !matches!(written, Ok(Ok(()))) {
        exchange.intake().note(Counted::ReplyFailed);
        return false;
    }
    if let Some(id) = kept {
        exchange.intake().answered(id);
    }
    let Some(own) = own else { return true };
    matches!(
        timeout(within, stream.write_all(&own.bytes)).await,
        Ok(Ok(()))
    )
}
