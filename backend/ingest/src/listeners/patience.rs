//! How long a connection may take for what.

use tokio::time::Instant;

use super::tcp::TcpOptions;
use crate::reassembly::{Pending, Reassembly};

/// What is due when nothing more comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// What is held back is taken as it is.
    Settle,
    /// A frame that began has not ended: the connection is of no use.
    Stalled,
    /// No whole frame came for too long.
    Idle,
}

/// Since when a connection has been waited for.
#[derive(Debug)]
pub(super) struct Patience {
    bytes: Instant,
    frame: Instant,
    ever: bool,
    likely: Option<Instant>,
    partial: Option<Instant>,
}

impl Patience {
    /// From the start of a connection.
    pub(super) fn new(now: Instant) -> Self {
        Self {
            bytes: now,
            frame: now,
            ever: false,
            likely: None,
            partial: None,
        }
    }

    /// Bytes came.
    pub(super) fn heard(&mut self, now: Instant) {
        self.bytes = now;
    }

    /// A piece was taken out of the stream and handed over.
    pub(super) fn taken(&mut self, is_frame: bool, now: Instant) {
        (self.likely, self.partial) = (None, None);
        if is_frame {
            (self.frame, self.ever) = (now, true);
        }
    }

    /// When something is due, and what, for a stream that has no certain piece. Bytes that drip in
    /// put off neither the end of a frame nor that of the connection.
    pub(super) fn next(
        &mut self,
        stream: &Reassembly,
        options: &TcpOptions,
        now: Instant,
    ) -> (Instant, Due) {
        let pending = stream.pending();
        let since = |begun: bool, old: Option<Instant>| begun.then(|| old.unwrap_or(now));
        self.likely = since(pending == Pending::LikelyFrame, self.likely);
        self.partial = since(stream.is_partial(), self.partial);
        let silence = match self.ever {
            true => options.idle,
            false => options.idle.min(options.frame_within),
        };
        let settle = match pending {
            Pending::LikelyFrame => self.likely.map(|at| at + options.settle),
            Pending::Junk => Some(self.bytes + options.junk_settle),
            Pending::Nothing => None,
        };
        let stalled = self.partial.map(|at| at + options.frame_within);
        [(settle, Due::Settle), (stalled, Due::Stalled)]
            .into_iter()
            .filter_map(|(at, due)| Some((at?, due)))
            .fold((self.frame + silence, Due::Idle), |first, other| {
                if other.0 <= first.0 { other } else { first }
            })
    }
}
