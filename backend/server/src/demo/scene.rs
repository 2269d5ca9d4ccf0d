//! Where the demo plays: its database, seeded once and used again.

use std::path::{Path, PathBuf};

use accessibility::Language;
use anyhow::Context as _;
use seed_data::Scale;
use sha2::{Digest as _, Sha256};
use store::{Database, DatabaseUrl, SqlStore};

use crate::app;
use crate::config::Settings;
use crate::import;
use crate::seed::{self, Contents, RealMap, SeedOptions, Seeded, with_bars};

/// Key of the fingerprint of the map that people live on; absent for drawn streets.
const MAP: &str = "map_sha256";

/// What the demo needs of its database.
pub(super) struct Scene {
    seed: u64,
    osm: Option<PathBuf>,
    watches: Vec<String>,
    file: Option<OwnFile>,
}

/// A database file of the demo in the data directory.
struct OwnFile {
    path: PathBuf,
    /// Also the file of `anlin serve`: what is whole in it is never thrown away.
    is_shared: bool,
}

impl Scene {
    /// Decides on the database; an address that was given stays. Recorded alarms that were stored
    /// once are no new alarms, so a replay has a file of its own, and a real map another.
    pub(super) fn set(
        settings: &mut Settings,
        seed: u64,
        osm: Option<PathBuf>,
        watches: Option<Vec<String>>,
    ) -> Self {
        let file = settings.database_url.is_none().then(|| {
            let name = match (&osm, &watches) {
                (None, None) => "anlin.db",
                (Some(_), None) => "anlin-osm.db",
                (None, Some(_)) => "anlin-replay.db",
                (Some(_), Some(_)) => "anlin-osm-replay.db",
            };
            let path = settings.data_dir.join(name);
            settings.database_url = Some(format!("sqlite://{}", path.display()));
            OwnFile {
                path,
                is_shared: osm.is_none() && watches.is_none(),
            }
        });
        Self {
            seed,
            osm,
            watches: watches.unwrap_or_default(),
            file,
        }
    }

    /// Opens and migrates the database and makes sure that it holds a district to play in; what
    /// was seeded, unless it was there already.
    pub(super) fn prepare(&self, settings: &Settings) -> anyhow::Result<Option<Seeded>> {
        let map = self.osm.as_deref().map(fingerprint).transpose()?;
        loop {
            let database = app::open_database(settings)?;
            database.migrate().context("migrating the database")?;
            let store = SqlStore::start(database.clone(), app::on_fatal())?;
            let contents = seed::contents(&store)?;
            let same_map = store.installation_get(MAP)? == map;
            match contents {
                Contents::Empty => {
                    let seeded = self.fill(&database, &store, settings.spoken())?;
                    if let Some(map) = &map {
                        store.installation_set(MAP, map)?;
                    }
                    return Ok(Some(seeded));
                }
                other => match self
                    .file
                    .as_ref()
                    .filter(|file| file.may_begin_anew(&other))
                {
                    Some(file) if !self.may_use(&other, same_map) => {
                        drop((store, database));
                        file.remove()?;
                    }
                    _ => {
                        self.use_again(&database, &store, &other, same_map)?;
                        return Ok(None);
                    }
                },
            }
        }
    }

    /// Whether a file of our own can be played in as it is.
    fn may_use(&self, contents: &Contents, same_map: bool) -> bool {
        matches!(contents, Contents::District(_)) && same_map && self.watches.is_empty()
    }

    fn use_again(
        &self,
        database: &Database,
        store: &SqlStore,
        contents: &Contents,
        same_map: bool,
    ) -> anyhow::Result<()> {
        match contents {
            Contents::District(_) if same_map => {
                seed::add_watches(database, store, &self.watches)?;
                Ok(())
            }
            Contents::District(_) => anyhow::bail!("this database holds a district on another map"),
            Contents::Interrupted => Err(seed::SeedError::Interrupted.into()),
            Contents::Empty | Contents::Other => Err(seed::SeedError::InUse.into()),
        }
    }

    fn fill(
        &self,
        database: &Database,
        store: &SqlStore,
        language: Language,
    ) -> anyhow::Result<Seeded> {
        let read = |path: &PathBuf| {
            let extract = import::read(path, language)?;
            anyhow::Ok(RealMap {
                network: extract.network,
                facilities: extract.facilities,
            })
        };
        let options = SeedOptions {
            seed: self.seed,
            scale: Scale::Small,
            real_map: self.osm.as_ref().map(read).transpose()?,
            extra_watch_uids: self.watches.clone(),
        };
        Ok(with_bars(language, |progress| {
            seed::district(database, store, &options, progress)
        })?)
    }
}

impl OwnFile {
    fn may_begin_anew(&self, contents: &Contents) -> bool {
        match contents {
            Contents::Interrupted => true,
            Contents::District(_) => !self.is_shared,
            Contents::Empty | Contents::Other => false,
        }
    }

    /// Removes the database with its write-ahead log.
    fn remove(&self) -> anyhow::Result<()> {
        for suffix in ["", "-wal", "-shm"] {
            let mut path = self.path.clone().into_os_string();
            path.push(suffix);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    let shown = Path::new(&path).display();
                    return Err(error).with_context(|| format!("cannot remove {shown}"));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn fingerprint(path: &Path) -> anyhow::Result<String> {
    let shown = path.display();
    let bytes = std::fs::read(path).with_context(|| format!("cannot open {shown}"))?;
    Ok(hex::encode(Sha256::digest(bytes)))
}

/// The database as people know it.
pub(super) fn shown(settings: &Settings) -> anyhow::Result<String> {
    Ok(match settings.database()? {
        DatabaseUrl::Sqlite(path) => path,
        url @ DatabaseUrl::Postgres(_) => url.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_demo_has_its_own_file_and_a_given_address_stays() {
        let osm = || Some(PathBuf::from("x.osm.pbf"));
        let frames = || Some(vec!["9990000001".to_owned()]);
        for (osm, frames, name) in [
            (None, None, "anlin.db"),
            (osm(), None, "anlin-osm.db"),
            (None, frames(), "anlin-replay.db"),
            (osm(), frames(), "anlin-osm-replay.db"),
        ] {
            let mut settings = Settings {
                data_dir: "d".into(),
                ..Settings::default()
            };
            let scene = Scene::set(&mut settings, 1, osm, frames);
            assert_eq!(settings.database_url, Some(format!("sqlite://d/{name}")));
            let file = scene.file.expect("a file of its own");
            assert_eq!(file.is_shared, name == "anlin.db");
        }
        let given = Some("sqlite://given.db".to_owned());
        let mut settings = Settings {
            database_url: given.clone(),
            ..Settings::default()
        };
        assert!(Scene::set(&mut settings, 1, osm(), None).file.is_none());
        assert_eq!(settings.database_url, given);
    }

    #[test]
    fn the_file_of_a_real_installation_is_never_thrown_away() {
        let file = |is_shared| OwnFile {
            path: PathBuf::new(),
            is_shared,
        };
        let district = Contents::District("1".into());
        assert!(!file(true).may_begin_anew(&district) && file(false).may_begin_anew(&district));
        assert!(file(true).may_begin_anew(&Contents::Interrupted));
        assert!(!file(false).may_begin_anew(&Contents::Other));
    }
}
