//! The few messages of the PostgreSQL protocol that the witness asks about.

use std::collections::HashMap;

use super::Seen;

/// Start of the statement that stores a frame.
const INSERT_FRAME: &[u8] = b"INSERT INTO \"frames\"";
/// Bytes before the body of a message: type and length.
const HEAD: usize = 5;

/// Messages of either side, put together from reads of any size.
#[derive(Debug, Default)]
struct Messages {
    unread: Vec<u8>,
}

impl Messages {
    fn push(&mut self, bytes: &[u8]) {
        self.unread.extend_from_slice(bytes);
    }

    /// The next whole message: its type and body.
    fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let length = be_length(self.unread.get(1..HEAD)?)?;
        let whole = 1 + length;
        (self.unread.len() >= whole).then(|| {
            let message: Vec<u8> = self.unread.drain(..whole).collect();
            (message[0], message[HEAD.min(whole)..].to_vec())
        })
    }

    /// The first message of a client has no type.
    fn skip_startup(&mut self) -> bool {
        match self.unread.get(..4).and_then(be_length) {
            Some(length) if self.unread.len() >= length => {
                self.unread.drain(..length);
                true
            }
            _ => false,
        }
    }
}

fn be_length(bytes: &[u8]) -> Option<usize> {
    let length = u32::from_be_bytes(bytes.try_into().ok()?);
    usize::try_from(length).ok()
}

/// What a client asks.
#[derive(Debug, Default)]
pub(super) struct Requests {
    messages: Messages,
    started: bool,
    stores_frames: HashMap<Vec<u8>, bool>,
}

impl Requests {
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<Seen> {
        self.messages.push(bytes);
        if !self.started {
            self.started = self.messages.skip_startup();
        }
        let mut seen = Vec::new();
        while self.started
            && let Some((kind, body)) = self.messages.next()
        {
            match kind {
                b'P' => self.parse(&body),
                b'B' if self.binds_frame(&body) => seen.push(Seen::FrameInserted(body)),
                b'Q' if body.starts_with(INSERT_FRAME) => seen.push(Seen::FrameInserted(body)),
                _ => {}
            }
        }
        seen
    }

    fn parse(&mut self, body: &[u8]) {
        let mut words = body.split(|&byte| byte == 0);
        let name = words.next().unwrap_or_default().to_vec();
        let stores = words.next().unwrap_or_default().starts_with(INSERT_FRAME);
        self.stores_frames.insert(name, stores);
    }

    fn binds_frame(&self, body: &[u8]) -> bool {
        let name = body.split(|&byte| byte == 0).nth(1).unwrap_or_default();
        self.stores_frames.get(name).copied().unwrap_or(false)
    }
}

/// What the server reports.
#[derive(Debug, Default)]
pub(super) struct Answers {
    messages: Messages,
    is_rolled_back: bool,
}

impl Answers {
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<Seen> {
        self.messages.push(bytes);
        let mut seen = Vec::new();
        while let Some((kind, body)) = self.messages.next() {
            let message = (kind, body.as_slice());
            // "Rolled back" is also said of a savepoint: what comes next tells which it was.
            if std::mem::take(&mut self.is_rolled_back) {
                seen.push(match message {
                    (b'C', b"RELEASE\0") | (b'Z', b"T") => Seen::SavepointUndone,
                    _ => Seen::RolledBack,
                });
            }
            match message {
                (b'C', b"COMMIT\0") => seen.push(Seen::Committed),
                (b'C', b"ROLLBACK\0") => self.is_rolled_back = true,
                (b'C', b"SAVEPOINT\0") => seen.push(Seen::SavepointSet),
                _ => {}
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: &[u8], body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).expect("short").to_be_bytes();
        [kind, &length[..], body].concat()
    }

    #[test]
    fn a_frame_is_seen_however_the_bytes_are_cut() {
        let insert = b"s1\0INSERT INTO \"frames\" (\"id\") VALUES ($1)\0\0\0";
        let bytes = [
            message(b"", b"\0\x03\0\0user\0anlin\0\0"),
            message(b"P", insert),
            message(b"P", b"s2\0SELECT \"frames\".\"id\" FROM \"frames\"\0\0\0"),
            message(b"B", b"\0s2\0AL:1"),
            message(b"B", b"\0s1\0AL:2"),
        ]
        .concat();
        for cut in 1..bytes.len() {
            let mut requests = Requests::default();
            let mut seen = requests.push(&bytes[..cut]);
            seen.extend(requests.push(&bytes[cut..]));
            assert_eq!(
                seen,
                [Seen::FrameInserted(b"\0s1\0AL:2".to_vec())],
                "cut at {cut}"
            );
        }
    }

    #[test]
    fn commits_and_rollbacks_are_told_apart() {
        let bytes = [
            message(b"C", b"INSERT 0 1\0"),
            message(b"C", b"COMMIT\0"),
            message(b"C", b"ROLLBACK\0"),
            message(b"Z", b"I"),
            message(b"C", b"SAVEPOINT\0"),
            message(b"C", b"ROLLBACK\0"),
            message(b"C", b"RELEASE\0"),
            message(b"C", b"ROLLBACK\0"),
            message(b"Z", b"T"),
        ]
        .concat();
        let expected = [
            Seen::Committed,
            Seen::RolledBack,
            Seen::SavepointSet,
            Seen::SavepointUndone,
            Seen::SavepointUndone,
        ];
        for cut in 0..bytes.len() {
            let mut answers = Answers::default();
            let mut seen = answers.push(&bytes[..cut]);
            seen.extend(answers.push(&bytes[cut..]));
            assert_eq!(seen, expected, "cut at {cut}");
        }
    }
}
