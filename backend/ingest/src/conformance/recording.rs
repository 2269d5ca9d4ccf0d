//! Frames that somebody recorded, one a line, against the list.
//!
//! A line is hex digits, or a JSON object with `frame_hex` or `frame_text` (and perhaps `topic`,
//! `fport`, `device_model`, `recv_time` and `transport`), or else the frame itself as text. Blank
//! lines and lines that begin with `//` are passed over. All lines are one connection.

use domain::time::Timestamp;

use super::{Heard, Scenario, shown};
use crate::lines::Recorded;
use crate::protocol::{Codec, Session};

/// What became of one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// What was heard, or why it means nothing.
    pub heard: Result<Heard, String>,
    /// What the device is answered.
    pub reply: Option<Vec<u8>>,
}

/// A recording, read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recording {
    /// Every line that holds a frame.
    pub lines: Vec<Line>,
}

impl Recording {
    /// Numbers of the lines that show a scenario.
    pub fn shows(&self, codec: &Codec, scenario: Scenario) -> Option<Vec<usize>> {
        let readable = self.lines.iter().filter_map(|line| {
            let heard = line.heard.as_ref().ok()?;
            Some((line.number, heard.clone()))
        });
        let (numbers, heard): (Vec<_>, Vec<_>) = readable.unzip();
        let found = shown(scenario, &codec.manner, &heard)?;
        Some(found.into_iter().map(|at| numbers[at]).collect())
    }

    /// How many lines mean nothing.
    pub fn unreadable(&self) -> usize {
        self.lines.iter().filter(|line| line.heard.is_err()).count()
    }
}

/// Reads a recording; `at` stands for the receipt of lines that do not say theirs.
pub fn read(codec: &Codec, text: &str, at: Timestamp) -> Recording {
    let mut session = Session::default();
    let mut recording = Recording::default();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        recording
            .lines
            .push(read_line(codec, number, line, &mut session, at));
    }
    recording
}

fn read_line(
    codec: &Codec,
    number: usize,
    line: &str,
    session: &mut Session,
    at: Timestamp,
) -> Line {
    let recorded = match Recorded::parse(line) {
        Ok(recorded) => recorded,
        Err(reason) => {
            return Line {
                number,
                heard: Err(reason),
                reply: None,
            };
        }
    };
    if let Some(model) = &recorded.model {
        session.model = Some(model.clone());
    }
    let bytes = recorded.frame.clone();
    let known = session.clone();
    let envelope = recorded.envelope(&known, Some(at));
    let decoded = (codec.decode)(&bytes, &envelope);
    let reply = decoded
        .is_ok()
        .then(|| (codec.reply)(&bytes, &envelope))
        .flatten();
    let claimed = (codec.claimed_uid)(&bytes);
    if let Ok(event) = &decoded {
        if session.uid.is_none() && event.device_uid.is_named() {
            session.uid = Some(event.device_uid.clone());
        }
        (codec.learn)(&bytes, session);
        session.replies = session.replies.wrapping_add(reply.is_some().into());
    }
    Line {
        number,
        heard: decoded
            .map(|event| Heard {
                bytes,
                event,
                claimed,
            })
            .map_err(|error| error.to_string()),
        reply,
    }
}
