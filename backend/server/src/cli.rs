//! Arguments. Exit codes: 0 done, 1 failed, 2 wrong call or settings.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use server::config::Flags;

mod backup;
mod conformance;
mod maps;

pub(crate) use backup::{Backup, Restore};
pub(crate) use conformance::Conformance;
pub(crate) use maps::Maps;

/// 安邻: brings help to an old person's door.
#[derive(Debug, Parser)]
#[command(
    name = "anlin",
    version,
    after_help = "Without a command: the demo. Every option is also a variable, as ANLIN_HTTP_LISTEN, and a key
of the TOML file, as http_listen; options win over variables, variables over the file."
)]
pub(crate) struct Cli {
    /// What to do; without a command, the demo.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Settings.
    #[command(flatten)]
    pub(crate) flags: Flags,
    /// Configuration file [default: ./anlin.toml if there is one]
    #[arg(long, global = true, value_name = "FILE", env = "ANLIN_CONFIG")]
    pub(crate) config: Option<PathBuf>,
}

/// Commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Seed a synthetic district, serve it, and let a watch fall
    Demo(Demo),
    /// Serve, without any simulation
    Serve,
    /// Bring the database to the present schema
    Migrate,
    /// Copy the database while it works, into a sealed file that was restored and compared
    Backup(Backup),
    /// Put a backup into an empty database and compare every table
    Restore(Restore),
    /// Fill an empty database with a synthetic district and print access tokens once
    Seed(Seed),
    /// Read an OpenStreetMap extract: walking network and places
    ImportOsm(ImportOsm),
    /// Questions to a network file.
    #[command(flatten)]
    Maps(Maps),
    /// Replay past or invented days under one or more policies, and compare what became of them
    Replay(Replay),
    /// Decode recorded device frames, one JSON object a line, from standard input
    Decode(Decode),
    /// Try the published scenarios of a protocol on a server or on recorded frames
    Conformance(Conformance),
    /// Judge recorded accelerations: one line a file
    #[command(subcommand)]
    Falls(Falls),
    /// Who is asked and told when: check a file, or try it on what has been
    #[command(subcommand)]
    Ladders(Ladders),
    /// Print the effective settings, secrets masked
    CheckConfig,
}

/// Ladders.
#[derive(Debug, Subcommand)]
pub(crate) enum Ladders {
    /// Say whether a file is sound, and if not, which rung is at fault
    Check(LaddersFile),
    /// Say what a file would have done in the kept cases of this installation; changes nothing
    DryRun(LaddersDryRun),
}

/// A file of ladders.
#[derive(Debug, Args)]
pub(crate) struct LaddersFile {
    /// Ladders, as `GET /v1/ladders` shows them
    #[arg(value_name = "FILE.json")]
    pub(crate) file: PathBuf,
}

/// A trial of ladders.
#[derive(Debug, Args)]
pub(crate) struct LaddersDryRun {
    /// New ladders
    #[arg(long, value_name = "FILE.json")]
    pub(crate) file: PathBuf,
    /// Days up to now
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=366))]
    pub(crate) days: u16,
}

/// Falls in accelerations.
#[derive(Debug, Subcommand)]
pub(crate) enum Falls {
    /// Say of each trace whether it looks like a fall; a second opinion, never a device's own alarm
    Score(FallsScore),
}

/// Traces to judge.
#[derive(Debug, Args)]
pub(crate) struct FallsScore {
    /// Traces: .csv or .csv.gz with columns ax, ay, az (any unit), and perhaps t_ms and source
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Samples a second of traces that have no column t_ms or t_s
    #[arg(long, value_name = "HZ", allow_hyphen_values = true, value_parser = rate)]
    pub(crate) rate_hz: Option<f64>,
    /// Thresholds other than the shipped ones
    #[arg(long, value_name = "FILE.json")]
    pub(crate) thresholds: Option<PathBuf>,
}

/// The demo.
#[derive(Debug, Default, Args)]
pub(crate) struct Demo {
    /// Run the story on a real map
    #[arg(long, value_name = "FILE.pbf")]
    pub(crate) osm: Option<PathBuf>,
    /// Replay recorded watch frames instead of the simulated watch
    #[arg(long, value_name = "FILE.jsonl")]
    pub(crate) frames: Option<PathBuf>,
    /// Stop when the incident is closed
    #[arg(long)]
    pub(crate) exit_after_incident: bool,
    /// Seed of the synthetic district
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

/// Seeding.
#[derive(Debug, Args)]
pub(crate) struct Seed {
    /// Seed: the same seed makes the same district
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How much
    #[arg(long, value_enum, default_value_t = Scale::Small)]
    pub(crate) scale: Scale,
}

/// How much is generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scale {
    /// A few neighbourhoods, 3,000 junctions
    Small,
    /// The whole district, 60,000 junctions and 120,000 residents
    District,
}

/// Importing.
#[derive(Debug, Args)]
pub(crate) struct ImportOsm {
    /// The extract
    #[arg(value_name = "FILE.pbf")]
    pub(crate) file: PathBuf,
    /// Count only, store nothing
    #[arg(long, conflicts_with_all = ["network", "export_graph"])]
    pub(crate) dry_run: bool,
    /// Write the prepared network to a file, and nothing to the database
    #[arg(long, value_name = "FILE")]
    pub(crate) network: Option<PathBuf>,
    /// Write the bare graph of junctions into a folder, and nothing to the database
    #[arg(long, value_name = "DIR")]
    pub(crate) export_graph: Option<PathBuf>,
}

/// Replaying.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// Past cases, one JSON object a line: at, lon, lat, severity, responders
    #[arg(long, value_name = "FILE.jsonl", required_unless_present = "generate")]
    pub(crate) incidents: Option<PathBuf>,
    /// Invent so many days instead
    #[arg(long, value_name = "DAYS", conflicts_with = "incidents", value_parser = clap::value_parser!(u32).range(1..=3660))]
    pub(crate) generate: Option<u32>,
    /// Cases of an invented day
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub(crate) cases: u32,
    /// Responders of the invented town
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub(crate) people: u32,
    /// Seed of invented days and of answers that no history has
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Policy file, or planned, ladder or all_at_once for the shipped weights; may be repeated
    #[arg(long = "policy", value_name = "FILE.json", default_value = "planned")]
    pub(crate) policies: Vec<String>,
    /// Network file that gives walking times to positions
    #[arg(long, value_name = "FILE")]
    pub(crate) network: Option<PathBuf>,
    /// Keep the cases as they were replayed
    #[arg(long, value_name = "FILE.jsonl")]
    pub(crate) save: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Decoding.
#[derive(Debug, Args)]
pub(crate) struct Decode {
    /// Protocol of every line, or auto: each object's own `protocol`
    #[arg(long, default_value = "auto", value_name = "NAME")]
    pub(crate) protocol: String,
}

fn rate(text: &str) -> Result<f64, String> {
    maps::within(text, |hz| (1.0..=10_000.0).contains(&hz), "1 to 10000")
}
