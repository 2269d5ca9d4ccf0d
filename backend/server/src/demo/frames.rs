//! Recorded frames, replayed over TCP as their devices would send them.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context as _;
use domain::devices::{DeviceUid, Protocol};
use domain::message::facts;
use ingest::reassembly::{Piece, Reassembly};
use ingest::{Codec, Envelope};
use serde::Deserialize;

use super::Tell;
use super::device::Connection;

/// A recording, in the order of its file.
pub(super) struct Recording {
    sendings: Vec<Sending>,
}

/// Bytes that one device sends at once.
#[derive(Debug, PartialEq, Eq)]
struct Sending {
    uid: Option<DeviceUid>,
    bytes: Vec<u8>,
    /// A raw read, which may end inside a frame: nothing may follow it on its connection.
    is_raw_read: bool,
}

#[derive(Deserialize)]
struct Line {
    protocol: Option<String>,
    frame_text: Option<String>,
    frame_hex: Option<String>,
    #[serde(default)]
    stream: bool,
}

impl Recording {
    /// Reads a file of one JSON object a line.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
        let recording = Self::parse(&text).with_context(|| format!("{shown}"))?;
        anyhow::ensure!(
            !recording.sendings.is_empty(),
            "{shown} has no watch frames"
        );
        Ok(recording)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut sendings = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            let read = || -> anyhow::Result<Option<Sending>> {
                let line: Line = serde_json::from_str(line).context("not a frame object")?;
                line.sending()
            };
            sendings.extend(read().with_context(|| format!("line {number}"))?);
        }
        Ok(Self { sendings })
    }

    /// Every device that is named, so that it can be registered.
    pub(super) fn uids(&self) -> Vec<String> {
        let frames = self
            .sendings
            .iter()
            .flat_map(|sending| split(&sending.bytes));
        let mut uids: Vec<String> = Vec::new();
        for uid in frames.filter_map(|frame| (codec().claimed_uid)(&frame)) {
            if !uids.iter().any(|known| known == uid.as_str()) {
                uids.push(uid.to_string());
            }
        }
        uids
    }

    /// Sends everything in file order, one connection for each device; every answer is waited for.
    pub(super) async fn replay(self, address: SocketAddr, tell: &Tell) -> anyhow::Result<()> {
        let told = facts([
            ("frames", self.sendings.len().to_string()),
            ("devices", self.uids().len().to_string()),
        ]);
        tell.say("replaying", told);
        let mut open: HashMap<DeviceUid, Connection> = HashMap::new();
        for sending in self.sendings {
            let expected = expected(&sending.bytes);
            match sending.uid.filter(|_| !sending.is_raw_read) {
                Some(uid) => {
                    let mut connection = match open.remove(&uid) {
                        Some(connection) => connection,
                        None => Connection::open(address).await?,
                    };
                    connection.send(&sending.bytes, &expected).await?;
                    open.insert(uid, connection);
                }
                None => {
                    Connection::open(address)
                        .await?
                        .send(&sending.bytes, &expected)
                        .await?
                }
            }
        }
        Ok(())
    }
}

impl Line {
    /// `None` for another protocol: only watches can connect here.
    fn sending(self) -> anyhow::Result<Option<Sending>> {
        if self
            .protocol
            .is_some_and(|name| name != Protocol::Watch.as_str())
        {
            return Ok(None);
        }
        let bytes = match (self.frame_text, self.frame_hex) {
            (Some(text), _) => text.into_bytes(),
            (None, Some(hex)) => hex::decode(hex).context("frame_hex is not hexadecimal")?,
            (None, None) => anyhow::bail!("neither frame_text nor frame_hex"),
        };
        let (frames, is_clean) = take_apart(&bytes);
        let uid = frames
            .first()
            .and_then(|frame| (codec().claimed_uid)(frame));
        Ok(Some(Sending {
            uid,
            bytes,
            is_raw_read: self.stream || !is_clean,
        }))
    }
}

fn codec() -> &'static Codec {
    ingest::registry::codec(Protocol::Watch)
}

/// The whole frames in some bytes.
fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
    take_apart(bytes).0
}

/// The whole frames in some bytes, and whether there is nothing beside them.
fn take_apart(bytes: &[u8]) -> (Vec<Vec<u8>>, bool) {
    let mut reassembly = Reassembly::of(codec());
    reassembly.push(bytes);
    let (mut frames, mut is_clean) = (Vec::new(), true);
    while let Some(piece) = reassembly.next_piece().or_else(|| reassembly.finish()) {
        match piece {
            Piece::Frame(frame) => frames.push(frame),
            Piece::Junk(_) | Piece::Half(_) | Piece::Oversize(_) => is_clean = false,
        }
    }
    (frames, is_clean)
}

/// What the server has to answer: the first decodable frame binds the connection to its device.
fn expected(bytes: &[u8]) -> Vec<u8> {
    let mut bound = None;
    let mut expected = Vec::new();
    for frame in split(bytes) {
        let Ok(event) = (codec().decode)(&frame, &Envelope::default()) else {
            continue;
        };
        if *bound.get_or_insert_with(|| event.device_uid.clone()) == event.device_uid {
            expected.extend((codec().reply)(&frame, &Envelope::default()).unwrap_or_default());
        }
    }
    expected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_become_sendings_and_other_protocols_are_left_out() {
        let text = concat!(
            r#"{"id":"a","protocol":"watch","frame_text":"[3G*9990000001*0002*LK]","expect":{}}"#,
            "\n\n",
            r#"{"protocol":"gt06","frame_hex":"7878"}"#,
            "\n",
            r#"{"frame_hex":"5b33472a393939303030303030322a303030322a4c4b5d","stream":true}"#,
        );
        let recording = Recording::parse(text).expect("a recording");
        assert_eq!(recording.uids(), ["9990000001", "9990000002"]);
        let raw: Vec<bool> = recording.sendings.iter().map(|s| s.is_raw_read).collect();
        assert_eq!(raw, [false, true]);
        let cut = Recording::parse(r#"{"frame_text":"[3G*9990000001*00ff*AL,1"}"#);
        assert!(cut.expect("a recording").sendings[0].is_raw_read);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, said) in [
            ("\n{}", "line 2: neither frame_text nor frame_hex"),
            (
                r#"{"frame_hex":"zz"}"#,
                "line 1: frame_hex is not hexadecimal",
            ),
            ("x", "line 1: not a frame object"),
        ] {
            let error = Recording::parse(text).err().expect("refused");
            assert!(format!("{error:#}").starts_with(said), "{error:#}");
        }
    }

    #[test]
    fn answers_are_expected_for_the_first_device_only() {
        let both = b"[3G*9990000001*0002*LK][3G*9990000002*0002*LK][3G*9990000001*0003*TKQ]";
        assert_eq!(
            expected(both),
            b"[3G*9990000001*0002*LK][3G*9990000001*0003*TKQ]"
        );
        assert_eq!(expected(b"[3G*9990000001*0007*UD,1,2,]"), b"");
        assert_eq!(expected(b"[3G*9990000001*00ff*AL,1"), b"");
    }
}
