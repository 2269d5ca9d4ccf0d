//! The command `conformance`: the published scenarios of a protocol, played against a server or
//! looked for in frames that a device's maker recorded.

mod report;
mod socket;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, bail};
use domain::devices::Protocol;
use domain::time::Timestamp;
use ingest::conformance::{Play, Recording, Scenario, play, read};
use ingest::{Carrier, Codec, registry};

use report::{Outcome, Report, Tried};

/// Largest recording that is read, bytes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// Whose scenarios.
    pub protocol: Protocol,
    /// Where they come from.
    pub subject: Subject,
    /// The moment of receipt that recordings without one are read at.
    pub now: Timestamp,
    /// One JSON object instead of columns.
    pub json: bool,
}

/// What is tried.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A server that listens; its answers are checked.
    Server {
        /// `HOST:PORT`.
        address: String,
        /// How long an answer may take.
        wait: Duration,
    },
    /// Frames that somebody recorded.
    Recording(PathBuf),
}

/// Tries every scenario and prints a report; returns whether all that can be said was said right.
///
/// # Errors
/// A server that cannot be reached at all, a file that cannot be read, a closed output.
pub fn command(question: &Question) -> anyhow::Result<bool> {
    let codec = registry::codec(question.protocol);
    let report = match &question.subject {
        Subject::Server { address, wait } => played(codec, address, *wait, question.now)?,
        Subject::Recording(path) => {
            let shown = path.display();
            let text = bounded(path).with_context(|| format!("cannot open {shown}"))?;
            recorded(codec, &read(codec, &text, question.now))
        }
    };
    report.print(question.json)?;
    Ok(report.is_good())
}

fn bounded(path: &PathBuf) -> anyhow::Result<String> {
    let length = std::fs::metadata(path)?.len();
    if length > MOST_BYTES {
        bail!("more than {MOST_BYTES} bytes");
    }
    Ok(String::from_utf8_lossy(&std::fs::read(path)?).into_owned())
}

fn played(
    codec: &'static Codec,
    address: &str,
    wait: Duration,
    now: Timestamp,
) -> anyhow::Result<Report> {
    let carrier = [Carrier::Tcp, Carrier::Udp]
        .into_iter()
        .find(|carrier| codec.carriers.contains(carrier));
    let Some(carrier) = carrier else {
        let name = codec.protocol;
        bail!("{name} has no socket of its own; use --file, or play it through what carries it");
    };
    let mut report = Report::new(codec.protocol);
    for scenario in Scenario::ALL {
        let outcome = match play(codec, scenario, now) {
            Some(Play::Frames(frames)) => {
                let line = socket::Line::open(address, carrier, wait)
                    .with_context(|| format!("cannot reach {address}"))?;
                socket::converse(codec, line, &frames, now)
            }
            Some(Play::Unsaid(reason)) => Tried::of(Outcome::NotExpressible, reason),
            None => Tried::of(Outcome::Failed, "no frames are there for it"),
        };
        report.scenarios.push((scenario, outcome));
    }
    Ok(report)
}

fn recorded(codec: &'static Codec, recording: &Recording) -> Report {
    let mut report = Report::new(codec.protocol);
    for scenario in Scenario::ALL {
        let outcome = match (
            recording.shows(codec, scenario),
            codec.manner.why_not(scenario),
        ) {
            (Some(lines), _) => {
                let lines: Vec<_> = lines.iter().map(usize::to_string).collect();
                Tried::of(Outcome::Passed, &format!("line {}", lines.join(" and ")))
            }
            (None, Some(reason)) => Tried::of(Outcome::NotExpressible, reason),
            (None, None) => Tried::of(Outcome::Missing, "no frame shows it"),
        };
        report.scenarios.push((scenario, outcome));
    }
    report.lines = recording.lines.iter().map(report::Frame::of).collect();
    report
}
