//! Arguments. Exit codes: 0 done, 1 failed, 2 wrong call or settings.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use server::config::Flags;

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
    /// Fill an empty database with a synthetic district and print access tokens once
    Seed(Seed),
    /// Read an OpenStreetMap extract: walking network and places
    ImportOsm(ImportOsm),
    /// Decode recorded device frames, one JSON object a line, from standard input
    Decode(Decode),
    /// Print the effective settings, secrets masked
    CheckConfig,
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
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// Decoding.
#[derive(Debug, Args)]
pub(crate) struct Decode {
    /// Protocol of every line, or auto: each object's own `protocol`
    #[arg(long, default_value = "auto", value_name = "NAME")]
    pub(crate) protocol: String,
}
