//! Requests that nobody wrote: the contract fuzzer against a served document.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::process::Invocation;

/// The fuzzer's program.
const PROGRAM: &str = "ANLIN_SCHEMATHESIS";
/// What it is told beside the arguments.
const CONFIG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schemathesis.toml");
/// The stream never ends; its answers are tested by hand.
const ENDLESS: &str = "incident_stream";
/// A run may take so long.
const WITHIN: Duration = Duration::from_secs(240);
/// Lines of its words that are worth showing, and characters of each: a generated body may be a
/// megabyte, and would hide what is wrong with it.
const LINES_SHOWN: usize = 400;
const CHARACTERS_SHOWN: usize = 300;

/// What is fuzzed, as whom, how much.
#[derive(Clone, Debug)]
pub struct Fuzzing {
    /// Address of the document.
    pub document: String,
    /// Bearer token of every request.
    pub token: String,
    /// Generated examples an operation.
    pub examples: u32,
    /// Where the random choices start.
    pub seed: u32,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Findings {
    /// Exit code.
    pub code: Option<i32>,
    /// Requests whose answers were checked.
    pub cases: u64,
    /// Different failures, and errors of the fuzzer itself.
    pub failures: u64,
    /// Codes of the failures.
    pub codes: Vec<String>,
    /// Operations that were tried.
    pub tested: u64,
    /// Operations of which at least one request was accepted.
    pub accepted: usize,
    /// Whether it came to its end.
    pub complete: bool,
    /// The end of what it said.
    pub said: String,
}

impl Findings {
    /// Whether it came to its end and found nothing.
    pub fn are_none(&self) -> bool {
        self.complete && self.failures == 0 && self.code == Some(0)
    }

    /// Whether a failure of this code is among them.
    pub fn found(&self, code: &str) -> bool {
        self.codes.iter().any(|found| found == code)
    }
}

impl Fuzzing {
    /// Whether the fuzzer is named.
    pub fn is_possible() -> bool {
        std::env::var_os(PROGRAM).is_some()
    }

    /// Runs it in a folder that may be thrown away.
    ///
    /// # Errors
    /// When it does not start, does not end, or writes no report.
    pub fn run(&self, folder: &Path) -> anyhow::Result<Findings> {
        let report = folder.join("findings.json");
        let program = std::env::var_os(PROGRAM).context(PROGRAM)?;
        let finished = Invocation::new(self.command(&program, &report, folder))
            .within(WITHIN)
            .run()?;
        ensure!(
            report.is_file(),
            "no report: {}{}",
            finished.stdout,
            finished.stderr
        );
        let report: Value = serde_json::from_slice(&std::fs::read(&report)?)?;
        Ok(findings(
            &report,
            finished.code,
            shortened(&finished.stdout),
        ))
    }

    fn command(&self, program: &OsStr, report: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).env("NO_COLOR", "1");
        command.args(["--config-file", CONFIG, "run", &self.document]);
        command.args(["--header", &format!("Authorization: Bearer {}", self.token)]);
        command.args(["--max-examples", &self.examples.to_string()]);
        command.args([
            "--seed",
            &self.seed.to_string(),
            "--generation-database",
            "none",
        ]);
        command.args(["--exclude-operation-id", ENDLESS, "--checks", "all"]);
        command.args([
            "--continue-on-failure",
            "--request-timeout",
            "10",
            "--no-color",
        ]);
        command
            .args(["--report", "json", "--report-json-path"])
            .arg(report);
        command
    }
}

/// The end of what was said, no line longer than can be read.
fn shortened(said: &str) -> String {
    let lines: Vec<&str> = said.lines().collect();
    let from = lines.len().saturating_sub(LINES_SHOWN);
    lines[from..]
        .iter()
        .map(|line| {
            let end = line
                .char_indices()
                .nth(CHARACTERS_SHOWN)
                .map_or(line.len(), |(at, _)| at);
            format!("{}\n", &line[..end])
        })
        .collect()
}

fn findings(report: &Value, code: Option<i32>, said: String) -> Findings {
    let number = |pointer: &str| report.pointer(pointer).and_then(Value::as_u64).unwrap_or(0);
    let list = |name: &str| report[name].as_array().cloned().unwrap_or_default();
    let codes = list("failures")
        .into_iter()
        .filter_map(|it| it["code"].as_str().map(str::to_owned));
    let accepted = |rates: &Value| {
        let phases = rates
            .as_object()
            .into_iter()
            .flat_map(|phases| phases.values());
        phases
            .filter_map(|phase| phase["accepted"].as_u64())
            .sum::<u64>()
            > 0
    };
    let rates = report["valid_rates"].as_object();
    Findings {
        code,
        cases: number("/test_cases/generated"),
        failures: number("/test_cases/unique_failures") + list("errors").len() as u64,
        codes: codes.collect(),
        tested: number("/operations/tested"),
        accepted: rates.map_or(0, |rates| rates.values().filter(|it| accepted(it)).count()),
        complete: report["complete"] == true,
        said,
    }
}
