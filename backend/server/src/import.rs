//! OpenStreetMap extracts: the walking network and the places that matter here.
//!
//! Data from such files is © OpenStreetMap contributors, ODbL 1.0.

mod tags;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use accessibility::Language;
use anyhow::Context as _;
use domain::geo::{Coordinate, Datum};
use domain::message::{Facts, facts};
use domain::ports::Clock as _;
use spatial::osm::{self, OsmKind, OsmPlace};
use spatial::{Network, Prepared, Stage, Summary};
use store::seeding::Seeder;
use store::{Database, Facility, SqlStore};

use crate::app::{self, MAP_SOURCE, MapSource, WALKING};
use crate::clock::WallClock;
use crate::columns::thousands;
use crate::config::Settings;
use crate::engine::fresh_id;
use crate::progress::Progress;

/// What an extract holds for us.
pub struct Extract {
    /// Its walking network.
    pub network: Network,
    /// Its places of known categories.
    pub facilities: Vec<Facility>,
}

/// Files to write instead of the database.
#[derive(Debug, Default)]
pub struct Files {
    /// The prepared network.
    pub network: Option<PathBuf>,
    /// Folder for the bare graph of junctions, in files named `graph`.
    pub graph: Option<PathBuf>,
}

/// Reads an extract, counts it and, unless asked not to, stores it: in files where some are
/// named, in the database otherwise.
///
/// # Errors
/// A file that cannot be read, that is no extract, or that has no walkable way; and storage.
pub fn command(
    settings: &Settings,
    file: &Path,
    dry_run: bool,
    files: &Files,
) -> anyhow::Result<()> {
    let extract = read(file, settings.spoken())?;
    let mut out = std::io::stdout().lock();
    let summary = extract.network.summary();
    writeln!(
        out,
        "{}\n{}",
        counts(&summary),
        sizes(&summary, extract.facilities.len())
    )?;
    drop(out);
    if let Some(folder) = &files.graph {
        export(folder, &extract.network)?;
    }
    if dry_run || (files.network.is_none() && files.graph.is_some()) {
        return Ok(());
    }
    let prepared = prepare(extract.network, settings.spoken());
    if let Some(path) = &files.network {
        return replace(path, &prepared);
    }
    let database = app::open_database(settings)?;
    database.migrate().context("migrating the database")?;
    let store = SqlStore::start(database.clone(), app::on_fatal())?;
    save(&database, &store, prepared, extract.facilities)
}

/// Prepares a network for questions, with a line of progress for each piece of the work.
fn prepare(network: Network, language: Language) -> Vec<u8> {
    let what = accessibility::phrase("demo", "seeding.network", language, &Facts::new());
    let mut progress = Progress::begin(what.unwrap_or_default());
    let prepared = prepared_bytes(network, &mut |stage| {
        progress.at(stage.done as u64, stage.total as u64);
    });
    progress.finish();
    prepared
}

/// The file and the bytes in the database: a network with what takes long to find about it.
pub(crate) fn prepared_bytes(network: Network, progress: &mut dyn FnMut(Stage)) -> Vec<u8> {
    Prepared::build(Arc::new(network), Prepared::USUAL, progress).to_bytes()
}

/// Writes a file beside its place and moves it there: readers see the old one or the new one.
fn replace(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    std::fs::write(&beside, bytes)
        .and_then(|()| std::fs::rename(&beside, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Writes the files of the bare graph, `graph.` before the ending of each.
fn export(folder: &Path, network: &Network) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    for (ending, bytes) in network.plain_graph().files() {
        replace(&folder.join(format!("graph.{ending}")), &bytes)?;
    }
    Ok(())
}

/// Reads an extract, with progress on standard error.
///
/// # Errors
/// A file that cannot be read, that is no extract, or that has no walkable way.
pub fn read(path: &Path, language: Language) -> anyhow::Result<Extract> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("cannot open {shown}"))?;
    let total = file
        .metadata()
        .with_context(|| format!("cannot read {shown}"))?
        .len();
    let told = facts([("path", shown.to_string())]);
    let what = accessibility::phrase("demo", "reading_map", language, &told).unwrap_or_default();
    let mut progress = Progress::begin(what);
    let extract = osm::read(file, &mut |done| progress.at(done, total))
        .with_context(|| format!("cannot read {shown} as an OpenStreetMap extract"))?;
    progress.finish();
    let network = extract
        .network()
        .with_context(|| format!("the ways of {shown} make no network"))?;
    anyhow::ensure!(network.summary().edges > 0, "{shown} has no walkable way");
    Ok(Extract {
        network,
        facilities: extract.places.iter().filter_map(facility).collect(),
    })
}

/// Stores a prepared network and places; places that are known already stay as they are.
fn save(
    database: &Database,
    store: &SqlStore,
    network: Vec<u8>,
    mut fresh: Vec<Facility>,
) -> anyhow::Result<()> {
    store.network_save(WALKING, network, WallClock::shared().now())?;
    store.installation_set(MAP_SOURCE, MapSource::Osm.as_str())?;
    let known = store.facilities(None)?;
    let known: std::collections::HashSet<_> = known
        .into_iter()
        .filter_map(|facility| facility.osm_ref)
        .collect();
    fresh.retain(|facility| {
        facility
            .osm_ref
            .as_ref()
            .is_none_or(|osm| !known.contains(osm))
    });
    Seeder::new(database)?.facilities(fresh, &mut |_| {})?;
    Ok(())
}

fn facility(place: &OsmPlace) -> Option<Facility> {
    let category = tags::category(&place.tags)?;
    let at = Coordinate::declared(place.at.lon(), place.at.lat(), Datum::Wgs84).ok()?;
    let kind = match place.kind {
        OsmKind::Node => "node",
        OsmKind::Way => "way",
    };
    Some(Facility {
        id: fresh_id(),
        category: category.to_owned(),
        name: tags::name(&place.tags),
        at,
        osm_ref: Some(format!("{kind}/{}", place.id)),
    })
}

/// The line others read by program: it stays as it is.
fn counts(summary: &Summary) -> String {
    let [nodes, edges, components, largest] = [
        summary.nodes,
        summary.edges,
        summary.components,
        summary.largest,
    ]
    .map(|count| thousands(count as u64));
    format!("nodes {nodes}  edges {edges}  components {components}  largest {largest}")
}

fn sizes(summary: &Summary, places: usize) -> String {
    format!(
        "kilometres {:.1}  places {}",
        summary.metres / 1000.0,
        thousands(places as u64)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_one_stable_line() {
        let summary = Summary {
            nodes: 12_345,
            edges: 999,
            components: 7,
            largest: 1_000,
            metres: 163_849.0,
        };
        assert_eq!(
            counts(&summary),
            "nodes 12,345  edges 999  components 7  largest 1,000"
        );
        assert_eq!(sizes(&summary, 266), "kilometres 163.8  places 266");
    }

    #[test]
    fn a_missing_file_and_a_file_of_another_kind_are_one_line_each() {
        let nowhere = Path::new("no-such-file.osm.pbf");
        let error = read(nowhere, Language::En).err().expect("refused");
        assert!(format!("{error:#}").starts_with("cannot open no-such-file.osm.pbf: "));
        let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let line = format!("{:#}", read(&other, Language::En).err().expect("refused"));
        assert!(
            line.contains("as an OpenStreetMap extract") && !line.contains('\n'),
            "{line}"
        );
    }

    #[test]
    fn places_keep_where_they_come_from() {
        let place = OsmPlace {
            kind: OsmKind::Way,
            id: 7,
            at: spatial::LonLat::new(121.5, 31.25).expect("a place"),
            tags: vec![("amenity".into(), "pharmacy".into())],
        };
        let facility = facility(&place).expect("a facility");
        assert_eq!(facility.osm_ref.as_deref(), Some("way/7"));
        assert_eq!(
            (facility.category.as_str(), facility.name.as_str()),
            ("pharmacy", "")
        );
        let nothing = OsmPlace {
            tags: Vec::new(),
            ..place
        };
        assert!(super::facility(&nothing).is_none());
    }
}
