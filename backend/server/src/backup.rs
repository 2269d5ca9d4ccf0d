//! The commands `backup` and `restore`: what the store does, with a bar and one line at the end.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use domain::ports::Clock as _;
use domain::time::Timestamp;
use store::backup::{self, BackupError, HowTo, Manifest, Scratch};
use store::{Database, DatabaseUrl, KeyRing, Options};
use tokio::sync::watch;

use crate::clock::WallClock;
use crate::config::{ConfigError, Settings};
use crate::ops::shutdown::Shutdown;
use crate::progress::Progress;
use crate::stages::monotonic;

/// Ending of files in a folder of backups.
const ENDING: &str = ".anlin-backup";
/// A copy waits for a busy database this long, and may take as long on PostgreSQL.
const PATIENCE_MS: u32 = 3_600_000;

/// What to back up, and how often.
#[derive(Clone, Debug)]
pub struct BackupOptions {
    /// File or folder.
    pub to: PathBuf,
    /// How old the newest backup may get; once, without it.
    pub every: Option<Duration>,
    /// How many stay in the folder.
    pub keep: u32,
    /// How it is made.
    pub how: HowTo,
}

/// What one backup was.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Where it is.
    pub file: PathBuf,
    /// What it holds.
    pub manifest: Manifest,
    /// How long it took.
    pub took: Duration,
}

/// Takes one backup, or one after the other until told to stop. Each ends with a line by `say`.
///
/// # Errors
/// The reason of the one backup, or of the last one that was tried.
pub async fn command(
    settings: &Settings,
    options: BackupOptions,
    say: impl Fn(&str),
) -> anyhow::Result<()> {
    let database = present_database(settings)?;
    let Some(every) = options.every else {
        let taken = once(&database, settings, &options).await?;
        say(&line(&taken, options.how.unverified));
        return Ok(());
    };
    std::fs::create_dir_all(&options.to)
        .with_context(|| format!("making the folder {}", options.to.display()))?;
    let shutdown = std::sync::Arc::new(Shutdown::default());
    let asked = shutdown.clone();
    tokio::spawn(async move { asked.requested().await });
    let mut stop = shutdown.listen();
    loop {
        let began = monotonic();
        let last = once(&database, settings, &options).await;
        let ended = match last {
            Ok(taken) => {
                say(&line(&taken, options.how.unverified));
                prune(&options.to, options.keep)
            }
            // The next one may succeed; a service that gives up backs up nothing at all.
            Err(error) => Err(error),
        };
        if let Err(error) = &ended {
            tracing::error!("backup failed: {error:#}");
        }
        // Begun early enough that it is finished before the last one is too old, also when it takes
        // longer.
        let took = began.elapsed();
        let rest = every
            .saturating_sub(took * 3)
            .max(Duration::from_millis(200));
        if !waited(&mut stop, rest.min(every)).await {
            return ended;
        }
    }
}

/// Restores a backup into the named database, or the one of the settings.
///
/// # Errors
/// [`BackupError`], or a key file that is not there.
pub fn restore(
    settings: &Settings,
    from: &Path,
    to: Option<&str>,
    how: &HowTo,
    say: impl Fn(&str),
) -> anyhow::Result<()> {
    let url = match to {
        Some(url) => {
            DatabaseUrl::parse(url).map_err(|error| ConfigError::Value(format!("--to: {error}")))?
        }
        None => settings.database()?,
    };
    let key_path = settings.key_path();
    let keys = KeyRing::load(&key_path).with_context(|| {
        format!(
            "the key file of the backed-up installation must be at {}",
            key_path.display()
        )
    })?;
    let began = monotonic();
    let scratch = Scratch::below(&settings.data_dir)?;
    let mut bars = Bars::default();
    let restored = backup::restore(
        from,
        &url,
        &keys,
        how,
        &scratch,
        &mut |what, done, total| {
            bars.at(what, done, total);
        },
    );
    bars.finish();
    let manifest = restored?;
    say(&format!(
        "restored {} rows of {} tables as of {} into {url} in {:.1} s",
        manifest.rows(),
        manifest.tables.len(),
        manifest.taken_at,
        began.elapsed().as_secs_f64()
    ));
    Ok(())
}

/// A database that is there, with a key file that is there: a backup makes neither.
fn present_database(settings: &Settings) -> anyhow::Result<Database> {
    let url = settings.database()?;
    if let DatabaseUrl::Sqlite(path) = &url {
        std::fs::metadata(path).with_context(|| format!("no database at {url}"))?;
    }
    let key_path = settings.key_path();
    let keys = KeyRing::load(&key_path)
        .with_context(|| format!("reading the key file {}", key_path.display()))?;
    let options = Options {
        busy_timeout_ms: PATIENCE_MS,
        statement_timeout_ms: PATIENCE_MS,
        ..Options::default()
    };
    Database::open(&url, keys, options).with_context(|| format!("opening {url}"))
}

async fn once(
    database: &Database,
    settings: &Settings,
    options: &BackupOptions,
) -> anyhow::Result<Taken> {
    let (database, data_dir) = (database.clone(), settings.data_dir.clone());
    let options = options.clone();
    crate::engine::blocking(move || take(&database, &data_dir, &options)).await
}

fn take(database: &Database, data_dir: &Path, options: &BackupOptions) -> anyhow::Result<Taken> {
    let began = monotonic();
    // Before the copy begins: what is committed later may be missing, what was before is not.
    let now = WallClock::default().now();
    let is_folder = options.every.is_some() || options.to.is_dir();
    let file = if is_folder {
        options.to.join(name(now))
    } else {
        options.to.clone()
    };
    let scratch = Scratch::below(data_dir)?;
    let mut bars = Bars::default();
    // A service that backs up for ever writes one line each time.
    let shown = options.every.is_none();
    let mut told = |what: &str, done, total| {
        if shown {
            bars.at(what, done, total);
        }
    };
    let taken = backup::take(database, &file, &options.how, &scratch, now, &mut told);
    bars.finish();
    Ok(Taken {
        manifest: taken?,
        file,
        took: began.elapsed(),
    })
}

/// Sorts as it was taken.
fn name(now: Timestamp) -> String {
    format!("anlin-{}{ENDING}", now.format("%Y%m%dT%H%M%S%.3fZ"))
}

fn line(taken: &Taken, unverified: bool) -> String {
    let checked = if unverified {
        "not checked"
    } else {
        "restored and compared"
    };
    format!(
        "{} holds {} rows of {} tables as of {}, {checked}, in {:.1} s; keep the key file apart",
        taken.file.display(),
        taken.manifest.rows(),
        taken.manifest.tables.len(),
        taken.manifest.taken_at,
        taken.took.as_secs_f64()
    )
}

/// Removes the oldest of our own files; the newest stays whatever was asked for.
fn prune(folder: &Path, keep: u32) -> anyhow::Result<()> {
    let at = || BackupError::Io(folder.to_owned(), std::io::ErrorKind::NotFound.into());
    let entries = std::fs::read_dir(folder).map_err(|_| at())?;
    let mut ours: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("anlin-") && name.ends_with(ENDING)
        })
        .collect();
    ours.sort_unstable();
    let keep = usize::try_from(keep).unwrap_or(usize::MAX).max(1);
    let surplus = ours.len().saturating_sub(keep);
    for file in &ours[..surplus] {
        std::fs::remove_file(file).with_context(|| format!("removing {}", file.display()))?;
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a command that waits for its next turn"
)]
async fn waited(stop: &mut watch::Receiver<bool>, rest: Duration) -> bool {
    tokio::select! {
        _ = stop.wait_for(|stopped| *stopped) => false,
        () = tokio::time::sleep(rest) => true,
    }
}

/// One bar for each piece of the work.
#[derive(Default)]
struct Bars {
    current: Option<(String, Progress)>,
}

impl Bars {
    fn at(&mut self, what: &str, done: u64, total: u64) {
        if self.current.as_ref().is_none_or(|(name, _)| name != what) {
            self.finish();
            self.current = Some((what.to_owned(), Progress::begin(what.to_owned())));
        }
        if let Some((_, bar)) = &mut self.current {
            bar.at(done, total);
        }
    }

    fn finish(&mut self) {
        if let Some((_, bar)) = self.current.take() {
            bar.finish();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_and_strangers_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = [
            "anlin-1.anlin-backup",
            "anlin-2.anlin-backup",
            "anlin-3.anlin-backup",
        ];
        for name in names
            .iter()
            .chain(&["notes.txt", "anlin-0.anlin-backup.part"])
        {
            std::fs::write(folder.path().join(name), "x").expect("written");
        }
        prune(folder.path(), 2).expect("pruned");
        let is_there = |name: &str| folder.path().join(name).exists();
        assert!(!is_there(names[0]) && is_there(names[1]) && is_there(names[2]));
        assert!(is_there("notes.txt") && is_there("anlin-0.anlin-backup.part"));
        prune(folder.path(), 0).expect("pruned");
        assert!(is_there(names[2]));
    }
}
