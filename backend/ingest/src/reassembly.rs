//! Turns reads of any size into whole frames and, never mixed with them, junk.

use crate::protocol::{Codec, MAX_FRAME, Progress, Split};

/// Room that an idle stream keeps, bytes: thousands of them wait at once.
const KEPT: usize = 512;

/// Something the stream held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A whole frame.
    Frame(Vec<u8>),
    /// Bytes between frames, at most [`MAX_FRAME`] of them.
    Junk(Vec<u8>),
    /// A frame that never ended: its first [`MAX_FRAME`] bytes. The stream is of no use any more.
    Oversize(Vec<u8>),
    /// The start of a frame whose rest will not come.
    Half(Vec<u8>),
}

/// What is held back while waiting for more bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    /// Nothing that waiting would change.
    Nothing,
    /// Bytes that belong to no frame and wait for company.
    Junk,
    /// What is a frame unless more comes at once.
    LikelyFrame,
}

/// The unread bytes of one stream.
#[derive(Debug)]
pub struct Reassembly {
    codec: &'static Codec,
    buffer: Vec<u8>,
    start: usize,
    seen: Progress,
    likely_end: Option<usize>,
    junk: Vec<u8>,
    ready: Option<Piece>,
}

impl Reassembly {
    /// An empty stream.
    pub fn of(codec: &'static Codec) -> Self {
        Self {
            codec,
            buffer: Vec::new(),
            start: 0,
            seen: Progress::default(),
            likely_end: None,
            junk: Vec::new(),
            ready: None,
        }
    }

    /// Takes what was read. Call [`Self::next_piece`] until it has nothing before the next read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.start);
        self.start = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next piece that is certain.
    pub fn next_piece(&mut self) -> Option<Piece> {
        if let Some(piece) = self.ready.take() {
            return Some(piece);
        }
        loop {
            if self.junk.len() >= MAX_FRAME
                && let Some(junk) = self.take_junk(MAX_FRAME)
            {
                return Some(junk);
            }
            let unread = self.buffer.get(self.start..).unwrap_or_default();
            self.likely_end = None;
            match (self.codec.split)(unread, &mut self.seen) {
                Split::Garbage { skip } => {
                    let skipped = self.consume(skip);
                    self.junk.extend_from_slice(&skipped);
                }
                Split::Frame { end } if end <= MAX_FRAME => {
                    let frame = Piece::Frame(self.consume(end));
                    return self.after_junk(frame);
                }
                Split::Likely { end } if unread.len() <= MAX_FRAME => {
                    self.likely_end = Some(end);
                    return None;
                }
                Split::Likely { end } if end <= MAX_FRAME => {
                    let frame = Piece::Frame(self.consume(end));
                    return self.after_junk(frame);
                }
                Split::NeedMore if unread.len() <= MAX_FRAME => return None,
                Split::NeedMore | Split::Frame { .. } | Split::Likely { .. } => {
                    let oversize = Piece::Oversize(self.consume(MAX_FRAME));
                    return self.after_junk(oversize);
                }
            }
        }
    }

    /// What is held back, so that the reader knows how long to wait.
    pub fn pending(&self) -> Pending {
        match (self.likely_end, self.junk.iter().all(|&b| is_blank(b))) {
            (Some(_), _) => Pending::LikelyFrame,
            (None, false) => Pending::Junk,
            (None, true) => Pending::Nothing,
        }
    }

    /// Whether a frame has begun and not ended.
    pub fn is_partial(&self) -> bool {
        self.likely_end.is_none() && self.start < self.buffer.len()
    }

    /// Gives room back that an idle stream does not need.
    pub fn rest(&mut self) {
        if self.start >= self.buffer.len() && self.buffer.capacity() > KEPT {
            self.buffer = Vec::new();
            self.start = 0;
        }
    }

    /// Nothing came for a while: takes the likely frame, else the junk.
    pub fn settle(&mut self) -> Option<Piece> {
        match self.likely_end.take() {
            Some(end) => {
                let frame = Piece::Frame(self.consume(end));
                self.after_junk(frame)
            }
            None => self.take_junk(MAX_FRAME),
        }
    }

    /// Nothing will come any more: call until it has nothing.
    pub fn finish(&mut self) -> Option<Piece> {
        if let Some(piece) = self.next_piece().or_else(|| self.settle()) {
            return Some(piece);
        }
        let rest = self.consume(MAX_FRAME);
        (!rest.is_empty()).then_some(Piece::Half(rest))
    }

    fn consume(&mut self, count: usize) -> Vec<u8> {
        let end = self.buffer.len().min(self.start + count);
        let taken = self
            .buffer
            .get(self.start..end)
            .unwrap_or_default()
            .to_vec();
        self.start = end;
        self.seen = Progress::default();
        taken
    }

    fn after_junk(&mut self, piece: Piece) -> Option<Piece> {
        match self.take_junk(MAX_FRAME) {
            Some(junk) => {
                self.ready = Some(piece);
                Some(junk)
            }
            None => Some(piece),
        }
    }

    /// Line ends and fill bytes between frames are habit, not news.
    fn take_junk(&mut self, most: usize) -> Option<Piece> {
        let rest = self.junk.split_off(self.junk.len().min(most));
        let junk = std::mem::replace(&mut self.junk, rest);
        (!junk.iter().all(|&b| is_blank(b))).then_some(Piece::Junk(junk))
    }
}

fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0
}
