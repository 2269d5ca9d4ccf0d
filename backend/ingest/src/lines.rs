//! Recorded frames, one JSON object a line, answered one JSON object a line.
//!
//! The input form has `frame_text` or `frame_hex`, and may have `id`, `protocol`,
//! `delimiter_stripped`, `stream`, `transport`, `device_model`, `topic`, `fport` and `recv_time`; everything
//! else, an expectation above all, is never read.

mod answer;
mod recorded;

use std::io::{self, BufRead, Read, Write};

use domain::devices::Protocol;
use serde_json::Value;

use crate::protocol::{Codec, Envelope, Session};
use crate::reassembly::{Piece, Reassembly};
use crate::registry;
use answer::Answer;
pub use recorded::Recorded;

/// Longest line that is read: a frame of 64 KiB in hex, and room to spare.
const MAX_LINE: u64 = 1024 * 1024;

/// How a run went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Lines answered.
    pub lines: usize,
    /// Of these, answered with `ok: false`.
    pub refused: usize,
}

/// Answers one line. Without `protocol` the object's own `protocol` key decides.
pub fn answer(line: &str, protocol: Option<Protocol>) -> String {
    answer_line(line, protocol).to_json()
}

/// Answers every line of `reader`; blank lines are skipped.
pub fn run(
    mut reader: impl BufRead,
    mut writer: impl Write,
    protocol: Option<Protocol>,
) -> io::Result<Summary> {
    let mut summary = Summary::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = reader
            .by_ref()
            .take(MAX_LINE)
            .read_until(b'\n', &mut line)?;
        if read == 0 {
            writer.flush()?;
            return Ok(summary);
        }
        let answer = if !line.ends_with(b"\n") && read as u64 == MAX_LINE {
            skip_line(&mut reader)?;
            Answer::refused(Value::Null, "line too long")
        } else if line.trim_ascii().is_empty() {
            continue;
        } else {
            answer_line(&String::from_utf8_lossy(&line), protocol)
        };
        summary.lines += 1;
        summary.refused += usize::from(!answer.ok);
        writeln!(writer, "{}", answer.to_json())?;
    }
}

fn answer_line(line: &str, protocol: Option<Protocol>) -> Answer {
    let object = match serde_json::from_str(line) {
        Ok(Value::Object(object)) => object,
        Ok(_) => return Answer::refused(Value::Null, "not a JSON object"),
        Err(error) => return Answer::refused(Value::Null, &format!("not JSON: {error}")),
    };
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    let id = object.get("id").cloned().unwrap_or(Value::Null);
    let protocol = protocol.or_else(|| registry::by_name(text("protocol")?));
    let Some(protocol) = protocol else {
        return Answer::refused(id, "protocol not supported");
    };
    let recorded = match Recorded::of_object(&object) {
        Ok(recorded) => recorded,
        Err(reason) => return Answer::refused(id, &reason),
    };
    let session = Session {
        model: recorded.model.clone(),
        ..Session::default()
    };
    let (frame, envelope) = (&recorded.frame, recorded.envelope(&session, None));
    let codec = registry::codec(protocol);
    match object.get("stream").and_then(Value::as_bool) {
        Some(true) => stream(id, codec, frame, &envelope),
        _ => Answer::decoded(id, codec, frame, &envelope),
    }
}

/// A raw read: the first whole frame in it is shown and decoded.
fn stream(id: Value, codec: &'static Codec, bytes: &[u8], envelope: &Envelope<'_>) -> Answer {
    let mut stream = Reassembly::of(codec);
    stream.push(bytes);
    while let Some(piece) = stream.finish() {
        if let Piece::Frame(frame) = piece {
            let plain = (codec.plain)(&frame).into_owned();
            return Answer {
                first_frame_hex: Some(hex::encode(plain)),
                ..Answer::decoded(id, codec, &frame, envelope)
            };
        }
    }
    Answer::refused(id, "no whole frame")
}

fn skip_line(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let here = reader.fill_buf()?;
        let found = here.iter().position(|&b| b == b'\n');
        let used = found.map_or(here.len(), |at| at + 1);
        let done = found.is_some() || here.is_empty();
        reader.consume(used);
        if done {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests;
