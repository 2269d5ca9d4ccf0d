//! Arguments of `anlin backup` and `anlin restore`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

/// Backing up.
#[derive(Debug, Args)]
#[command(
    after_help = "The file is sealed under the key file, which is never part of it: keep a copy of the key file
elsewhere, or the backup opens for nobody. A name without .part was restored and compared."
)]
pub(crate) struct Backup {
    /// File to write, or a folder for files named by their moment
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) to: PathBuf,
    /// Go on until stopped, so that the newest backup in the folder is never older than this, as 60s, 5m or 1h
    #[arg(long, value_name = "TIME", value_parser = every)]
    pub(crate) every: Option<Duration>,
    /// How many backups stay in the folder with --every
    #[arg(long, value_name = "N", default_value_t = 60, requires = "every", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) keep: u32,
    /// Do not restore and compare afterwards
    #[arg(long)]
    pub(crate) unverified: bool,
    /// Folder of pg_dump and pg_restore [default: the newest installed]
    #[arg(long, value_name = "DIR")]
    pub(crate) pg_bin: Option<PathBuf>,
}

/// Restoring.
#[derive(Debug, Args)]
#[command(
    after_help = "Needs the key file that sealed the backup (--key-file, or field.key in the data directory).
A backup that is damaged, cut short or of a newer schema, and a database that is not empty, are refused."
)]
pub(crate) struct Restore {
    /// The backup
    #[arg(long, value_name = "FILE")]
    pub(crate) from: PathBuf,
    /// Empty database to fill, sqlite://PATH or postgres://… [default: the one of the settings]
    #[arg(long, value_name = "DATABASE")]
    pub(crate) to: Option<String>,
    /// Folder of pg_restore [default: the newest installed]
    #[arg(long, value_name = "DIR")]
    pub(crate) pg_bin: Option<PathBuf>,
}

fn every(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.char_indices().last() {
        Some((at, 's')) => (&text[..at], 1),
        Some((at, 'm')) => (&text[..at], 60),
        Some((at, 'h')) => (&text[..at], 3_600),
        _ => (text, 1),
    };
    let seconds = number
        .parse::<u64>()
        .ok()
        .and_then(|it| it.checked_mul(unit));
    let seconds = seconds.filter(|it| (1..=604_800).contains(it));
    let wanted = || "a time of 1s to 168h".to_owned();
    seconds.map(Duration::from_secs).ok_or_else(wanted)
}
