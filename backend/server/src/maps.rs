//! Questions to a prepared network file, without a database.
//!
//! Each question is a module of its own; all read their lists through `list.rs`. Answers go to
//! standard output or to a file that is named; nothing is printed before it is known to be right.

use std::io::Write as _;
use std::path::Path;

use accessibility::Language;
use anyhow::Context as _;
use domain::message::facts;
use serde_json::{Value, json};
use spatial::{LonLat, Network, Snap};

use crate::import::replace;

mod assign;
mod coverage;
mod isochrone;
mod list;
mod matrix;
mod nearest;
mod pairs;
mod picture;
mod reach;
mod walker;

pub use assign::{Batch, MOST_MINUTES, assign};
pub use coverage::{Covered, coverage};
pub use isochrone::{Areas, isochrone};
pub use matrix::{Pairs, matrix};
pub use nearest::{Among, nearest};
pub use reach::reach;
pub use walker::{Hour, Walker};

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One JSON object.
    Json,
    /// Columns for people.
    Columns,
}

/// Reads a network file that `import-osm --network` has written.
///
/// # Errors
/// A file that cannot be read or is no network.
pub fn read_network(path: &Path) -> anyhow::Result<Network> {
    let shown = path.display();
    let bytes = std::fs::read(path).with_context(|| format!("cannot open {shown}"))?;
    Network::from_bytes(&bytes).with_context(|| format!("cannot read {shown} as a network"))
}

/// Whole milliseconds of a time limit: part of a millisecond is no more time.
fn limit_ms(minutes: f64) -> u32 {
    (minutes * 60_000.0) as u32
}

/// A snap near enough to a street for times to mean anything.
fn known(snap: Option<Snap>) -> Option<Snap> {
    snap.filter(Snap::is_known)
}

fn status(snap: Option<Snap>) -> &'static str {
    if known(snap).is_some() {
        "ok"
    } else {
        "unknown"
    }
}

fn origin_json(asked: LonLat, snap: Option<Snap>) -> Value {
    json!({
        "lon": asked.lon(),
        "lat": asked.lat(),
        "snap_m": snap.map(|snap| snap.snap_m),
        "component": snap.map(|snap| snap.component),
        "status": status(snap),
    })
}

fn print(answer: &Value) -> anyhow::Result<()> {
    writeln!(std::io::stdout().lock(), "{answer}")?;
    Ok(())
}

/// Puts a text into a file at once, or prints it where no file is named.
fn put(file: Option<&Path>, text: &str) -> anyhow::Result<()> {
    match file {
        Some(path) => replace(path, text.as_bytes()),
        None => Ok(std::io::stdout().lock().write_all(text.as_bytes())?),
    }
}

/// A field of a CSV line, in quotes where it needs them.
fn field(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into()
    } else {
        text.into()
    }
}

/// Minutes with one decimal, for people.
fn minutes(ms: u32) -> String {
    format!("{:.1} min", f64::from(ms) / 60_000.0)
}

/// A text of the terminal's catalogue.
fn said<const N: usize>(key: &str, language: Language, told: [(&str, String); N]) -> String {
    accessibility::phrase("demo", key, language, &facts(told)).unwrap_or_default()
}

/// Who made the maps that network files are read from.
fn map_credit(language: Language) -> String {
    accessibility::phrase("ui", "map_credit", language, &facts([])).unwrap_or_default()
}
