//! What came out, as columns or as JSON.

use std::io::Write as _;

use domain::devices::Protocol;
use ingest::conformance::{Line, Scenario};
use serde_json::{Value, json};

/// How a scenario went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Said, and right.
    Passed,
    /// Said, and wrong.
    Failed,
    /// Not said, although the wire can.
    Missing,
    /// The wire cannot say it.
    NotExpressible,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "pass",
            Self::Failed => "fail",
            Self::Missing => "missing",
            Self::NotExpressible => "not expressible",
        }
    }
}

/// A scenario that was tried.
#[derive(Clone, Debug)]
pub(super) struct Tried {
    outcome: Outcome,
    note: String,
    answers: usize,
}

impl Tried {
    pub(super) fn of(outcome: Outcome, note: &str) -> Self {
        Self {
            outcome,
            note: note.to_owned(),
            answers: 0,
        }
    }

    pub(super) fn answered(self, answers: usize) -> Self {
        Self { answers, ..self }
    }
}

/// A recorded line.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    json: Value,
    columns: String,
}

impl Frame {
    pub(super) fn of(line: &Line) -> Self {
        let reply = line.reply.as_ref().map(hex::encode);
        match &line.heard {
            Ok(heard) => {
                let event = &heard.event;
                let named = event.device_uid.is_named();
                let device = named.then(|| event.device_uid.to_string());
                let alarms: Vec<_> = event.alarms.iter().map(|alarm| alarm.as_str()).collect();
                Self {
                    json: json!({
                        "line": line.number, "ok": true, "kind": event.kind, "device_id": device,
                        "event_time": event.device_time, "alarms": alarms,
                        "is_alarm": event.is_alarm, "battery_pct": event.battery_pct,
                        "event_key": event.key.0, "reply_hex": reply,
                    }),
                    columns: format!(
                        "{:<10} {:<18} {:<24} {}",
                        event.kind,
                        device.unwrap_or_else(|| "-".to_owned()),
                        alarms.join(" "),
                        reply.map_or("no answer".to_owned(), |reply| format!("answer {reply}")),
                    ),
                }
            }
            Err(reason) => Self {
                json: json!({"line": line.number, "ok": false, "error": reason}),
                columns: format!("cannot be read: {reason}"),
            },
        }
    }

    fn is_readable(&self) -> bool {
        self.json["ok"] == true
    }
}

/// Everything that is told.
#[derive(Clone, Debug)]
pub(super) struct Report {
    protocol: Protocol,
    pub(super) scenarios: Vec<(Scenario, Tried)>,
    pub(super) lines: Vec<Frame>,
}

impl Report {
    pub(super) const fn new(protocol: Protocol) -> Self {
        Self {
            protocol,
            scenarios: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Whether nothing failed, nothing is missing and every line could be read.
    pub(super) fn is_good(&self) -> bool {
        let wrong = |tried: &Tried| matches!(tried.outcome, Outcome::Failed | Outcome::Missing);
        let is_said = self
            .scenarios
            .iter()
            .any(|(_, tried)| tried.outcome == Outcome::Passed);
        is_said
            && !self.scenarios.iter().any(|(_, tried)| wrong(tried))
            && self.lines.iter().all(Frame::is_readable)
    }

    fn count(&self, outcome: Outcome) -> usize {
        let is_it = |(_, tried): &&(Scenario, Tried)| tried.outcome == outcome;
        self.scenarios.iter().filter(is_it).count()
    }

    /// # Errors
    /// A closed output.
    pub(super) fn print(&self, as_json: bool) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        if as_json {
            writeln!(out, "{}", self.json())?;
            return Ok(());
        }
        for (scenario, tried) in &self.scenarios {
            let word = tried.outcome.as_str();
            writeln!(out, "{:<24} {word:<16} {}", scenario.as_str(), tried.note)?;
        }
        for frame in &self.lines {
            let number = frame.json["line"].as_u64().unwrap_or_default();
            writeln!(out, "line {number:<4} {}", frame.columns)?;
        }
        writeln!(
            out,
            "{}: {} pass, {} fail, {} missing, {} not expressible",
            self.protocol,
            self.count(Outcome::Passed),
            self.count(Outcome::Failed),
            self.count(Outcome::Missing),
            self.count(Outcome::NotExpressible),
        )?;
        Ok(())
    }

    fn json(&self) -> Value {
        let scenarios = self.scenarios.iter().map(|(scenario, tried)| {
            json!({
                "scenario": scenario.as_str(), "outcome": tried.outcome.as_str(),
                "note": tried.note, "answers": tried.answers,
            })
        });
        let lines: Vec<_> = self.lines.iter().map(|frame| &frame.json).collect();
        json!({
            "protocol": self.protocol.as_str(), "ok": self.is_good(),
            "scenarios": scenarios.collect::<Vec<_>>(), "lines": lines,
        })
    }
}
