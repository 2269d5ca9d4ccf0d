//! Ladders of organisations at work: kept close to the database, checked and tried by command.

mod history;

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use domain::ids::OrganisationId;
use domain::incidents::Ladders;
use domain::incidents::dry_run::Tally;
use store::SqlStore;

use crate::app::{App, Parts};
use crate::columns::{left, right};
use crate::config::Settings;

pub use history::{KEPT_MOST, Trial, trial};

/// How old what decisions know of ladders may be: another process may have set new ones.
const FRESH: Duration = Duration::from_secs(5);

/// What is known of one organisation's ladders.
type Known = (Instant, Option<(u32, Arc<Ladders>)>);

/// The ladders that organisations have set for themselves, as they were last read.
#[derive(Default)]
pub struct OwnLadders(RwLock<HashMap<OrganisationId, Known>>);

impl OwnLadders {
    /// The ladders of an organisation with their version; `None` when it has none of its own. A
    /// database that does not answer, or ladders that an older program cannot read, leave the last
    /// ones in force: no alarm waits for them.
    pub fn of(
        &self,
        store: &SqlStore,
        organisation: OrganisationId,
    ) -> Option<(u32, Arc<Ladders>)> {
        let known = self.known(organisation);
        if let Some((read_at, ladders)) = &known
            && read_at.elapsed() < FRESH
        {
            return ladders.clone();
        }
        let ladders = match read(store, organisation) {
            Ok(ladders) => ladders,
            Err(error) => {
                tracing::error!(%error, "ladders not read; the last ones stay");
                known.and_then(|(_, ladders)| ladders)
            }
        };
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(organisation, (crate::stages::monotonic(), ladders.clone()));
        ladders
    }

    /// Reads them again at the next decision.
    pub fn forget(&self, organisation: OrganisationId) {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.remove(&organisation);
    }

    fn known(&self, organisation: OrganisationId) -> Option<Known> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.get(&organisation).cloned()
    }
}

fn read(
    store: &SqlStore,
    organisation: OrganisationId,
) -> anyhow::Result<Option<(u32, Arc<Ladders>)>> {
    let Some(set) = store.ladders_current(organisation)? else {
        return Ok(None);
    };
    let ladders = Ladders::parse(&set.body.to_string())?;
    Ok(Some((set.version, Arc::new(ladders))))
}

/// Reads and checks a file of ladders.
///
/// # Errors
/// A file that cannot be opened, or ladders that are refused.
pub fn read_file(path: &Path) -> anyhow::Result<Ladders> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot open {shown}"))?;
    Ladders::parse(&text).with_context(|| format!("{shown} is refused"))
}

/// The command `ladders check`.
///
/// # Errors
/// As [`read_file`], or an output that is closed.
pub fn check(path: &Path) -> anyhow::Result<()> {
    let ladders = read_file(path)?;
    let mut out = std::io::stdout().lock();
    for (name, rungs) in ladders.sizes() {
        writeln!(out, "{name}: {rungs}")?;
    }
    writeln!(out, "{} is sound", path.display())?;
    Ok(())
}

/// The command `ladders dry-run`: the organisation of this installation, read only.
///
/// # Errors
/// As [`read_file`], a database that cannot be opened, or an output that is closed.
pub async fn dry_run(settings: &Settings, path: &Path, days: u16) -> anyhow::Result<()> {
    let ladders = read_file(path)?;
    let app = App::open(settings, Parts::default()).await?;
    let organisation = app.store.default_organisation()?;
    let engine = &app.engine;
    let tried = trial(engine, organisation, &ladders, days)?;
    let mut out = std::io::stdout().lock();
    for line in table(&tried)? {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{}", sentence(&tried, days))?;
    Ok(())
}

/// What the change would have done to families, in one sentence.
pub fn sentence(tried: &Trial, days: u16) -> String {
    let (old, new) = (tried.old.families_woken, tried.new.families_woken);
    let change = if new >= old {
        format!("{} more", new - old)
    } else {
        format!("{} fewer", old - new)
    };
    format!("in {days} days this change would have woken {new} families, {change} than now ({old})")
}

fn table(tried: &Trial) -> anyhow::Result<Vec<String>> {
    let figures = |tally: &Tally| serde_json::to_value(tally);
    let (old, new) = (figures(&tried.old)?, figures(&tried.new)?);
    let row = |name: &str, old: &str, new: &str| {
        format!("{}{}{}", left(name, 24), right(old, 10), right(new, 10))
    };
    let mut lines = vec![row("", "old", "new")];
    for (name, value) in old.as_object().into_iter().flatten() {
        let shown = |value: &serde_json::Value| match value {
            serde_json::Value::Null => "-".to_owned(),
            other => other.to_string(),
        };
        lines.push(row(name, &shown(value), &shown(&new[name])));
    }
    Ok(lines)
}
