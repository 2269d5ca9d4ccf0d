//! The command `anlin seed`.

use std::io::Write;

use accessibility::Language;
use anyhow::Context as _;
use domain::message::{Facts, facts};
use seed_data::Scale;
use store::SqlStore;

use super::{SeedOptions, SeedProgress, Seeded, district, table};
use crate::app::open_database;
use crate::columns::thousands;
use crate::config::Settings;
use crate::progress::Progress;

/// Seeds the configured database and prints tokens, once.
///
/// # Errors
/// A database that cannot be opened or is not empty.
pub fn command(settings: &Settings, seed: u64, scale: Scale) -> anyhow::Result<()> {
    let language = settings.spoken();
    let database = open_database(settings)?;
    database.migrate().context("migrating the database")?;
    let store = SqlStore::start(database.clone(), crate::app::on_fatal())?;
    let options = SeedOptions {
        seed,
        scale,
        real_map: None,
        extra_watch_uids: Vec::new(),
    };
    let seeded = with_bars(language, |progress| {
        district(&database, &store, &options, progress)
    })?;
    let mut out = std::io::stdout().lock();
    for line in report(&seeded, language) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// What is said after seeding: counts, the mark, tokens.
pub fn report(seeded: &Seeded, language: Language) -> Vec<String> {
    let said = |key, told: &Facts| accessibility::phrase("demo", key, language, told);
    let number = |count: usize| thousands(count as u64);
    let counts = facts([
        ("residents", number(seeded.residents)),
        ("responders", number(seeded.responders)),
        ("devices", number(seeded.devices)),
    ]);
    let none = Facts::new();
    let heading = [
        said("seeded", &counts),
        said("synthetic_note", &none),
        said("tokens", &none),
    ];
    let mut lines: Vec<String> = heading.into_iter().flatten().collect();
    lines.extend(table(&seeded.tokens.shown()));
    lines
}

/// Runs seeding with one progress bar per stage.
pub fn with_bars<T>(language: Language, work: impl FnOnce(&mut dyn FnMut(SeedProgress)) -> T) -> T {
    let mut running: Option<(&'static str, Progress)> = None;
    let answer = work(&mut |at| {
        if running.as_ref().is_none_or(|(stage, _)| *stage != at.stage) {
            let key = format!("seeding.{}", at.stage);
            let what = accessibility::phrase("demo", &key, language, &Facts::new());
            let next = Progress::begin(what.unwrap_or_else(|| at.stage.to_owned()));
            if let Some((_, ended)) = running.replace((at.stage, next)) {
                ended.finish();
            }
        }
        if let Some((_, bar)) = running.as_mut() {
            bar.at(at.done, at.total);
        }
    });
    if let Some((_, ended)) = running {
        ended.finish();
    }
    answer
}
