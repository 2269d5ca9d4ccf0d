//! Fills an empty database with a synthetic district.
//!
//! Start at [`district`]. Everything invented is marked so; tokens are handed back once.

mod again;
mod command;
mod rows;
mod streets;
mod tokens;
mod write;

use accessibility::Language;
use domain::devices::{Device, DeviceUid};
use domain::ids::OrganisationId;
use domain::message::facts;
use domain::ports::{Clock as _, StoreError};
use seed_data::{Counts, People, Scale};
use spatial::Network;
use store::installation::{DEFAULT_ORGANISATION, SEED, SYNTHETIC};
use store::{Database, Facility, SqlStore};

pub use again::{add_watches, mint_token, mint_tokens};
pub use command::{command, report, with_bars};
pub(crate) use tokens::secret;
pub use tokens::{Token, Tokens, table};

use crate::app::WALKING;
use crate::app::{MAP_SOURCE, MapSource};
use crate::clock::WallClock;
use crate::engine::fresh_id;
use crate::import::prepared_bytes;

/// Key that says that seeding began; without [`SEED`] it never ended.
const SEEDING: &str = "seeding";

/// What to fill the database with.
pub struct SeedOptions {
    /// The same seed makes the same district.
    pub seed: u64,
    /// How much.
    pub scale: Scale,
    /// A real map to live on, instead of drawn streets.
    pub real_map: Option<RealMap>,
    /// Watches to hand out beside the invented ones.
    pub extra_watch_uids: Vec<String>,
}

/// A real place.
pub struct RealMap {
    /// Its walking network.
    pub network: Network,
    /// What is there.
    pub facilities: Vec<Facility>,
}

/// How far seeding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeedProgress {
    /// `streets`, `people`, `facilities`, `network` or `rows`.
    pub stage: &'static str,
    /// Steps done in this stage.
    pub done: u64,
    /// Steps this stage has.
    pub total: u64,
}

/// What was seeded.
#[derive(Clone, Debug)]
pub struct Seeded {
    /// The one organisation.
    pub organisation_id: OrganisationId,
    /// Shown once.
    pub tokens: Tokens,
    /// Elders.
    pub residents: usize,
    /// Those who may be sent.
    pub responders: usize,
    /// Watches.
    pub devices: usize,
}

/// Why a database is not seeded.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// It holds a district already.
    #[error("this database is already seeded (seed {0}); choose an empty one")]
    AlreadySeeded(String),
    /// Somebody else's data.
    #[error("this database already holds an organisation; choose an empty one")]
    InUse,
    /// An earlier seeding broke off.
    #[error("an earlier seeding of this database broke off; choose an empty one")]
    Interrupted,
    /// The map has no junction to live at.
    #[error("the map has no place to live")]
    NoPlace,
    /// The generator made a row that points at nothing.
    #[error("a generated row points at nothing")]
    Dangling,
    /// The generator said a word the domain does not know.
    #[error(transparent)]
    Word(#[from] domain::ids::UnknownWord),
    /// The generator left the globe.
    #[error(transparent)]
    Position(#[from] domain::geo::CoordinateError),
    /// The streets are no network.
    #[error("the streets are no network")]
    Network(#[from] spatial::NetworkError),
    /// The operating system gives no random bytes.
    #[error("no random bytes to be had")]
    Randomness,
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] store::OpenError),
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a database holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// No organisation.
    Empty,
    /// The beginning of a district: the process that seeded it was stopped.
    Interrupted,
    /// A district, with its seed.
    District(String),
    /// An organisation that was not generated.
    Other,
}

/// Looks what a migrated database holds.
///
/// # Errors
/// When storage does not answer.
pub fn contents(store: &SqlStore) -> Result<Contents, StoreError> {
    if let Some(seed) = store.installation_get(SEED)? {
        return Ok(Contents::District(seed));
    }
    if store.installation_get(SEEDING)?.is_some() {
        return Ok(Contents::Interrupted);
    }
    let founded = store.installation_get(DEFAULT_ORGANISATION)?.is_some();
    let peopled = founded && {
        let counts = store.counts(store.default_organisation()?)?;
        counts.get("accounts").is_some_and(|count| *count > 0)
    };
    Ok(if peopled {
        Contents::Other
    } else {
        Contents::Empty
    })
}

/// Fills an empty, migrated database.
///
/// # Errors
/// A database that is not empty, and whatever storage says.
pub fn district(
    database: &Database,
    store: &SqlStore,
    options: &SeedOptions,
    progress: &mut dyn FnMut(SeedProgress),
) -> Result<Seeded, SeedError> {
    match contents(store)? {
        Contents::Empty => {}
        Contents::District(seed) => return Err(SeedError::AlreadySeeded(seed)),
        Contents::Interrupted => return Err(SeedError::Interrupted),
        Contents::Other => return Err(SeedError::InUse),
    }
    store.installation_set(SEEDING, "begun")?;
    let now = WallClock::shared().now();
    let organisation_id = OrganisationId(fresh_id());
    let organisation_id =
        store.found_default_organisation(organisation_id, &organisation_name())?;
    let drawn = draw(options, progress)?;
    store.network_save(WALKING, drawn.network, now)?;
    let mut rows = rows::people(organisation_id, drawn.people, now)?;
    rows.devices
        .extend(extra_devices(&rows, &options.extra_watch_uids));
    let tokens = tokens::hand_out(&mut rows, options.scale)?;
    let seeded = Seeded {
        organisation_id,
        tokens,
        residents: rows.residents.len(),
        responders: rows.responders.len(),
        devices: rows.devices.len(),
    };
    let batch = write::Batch {
        organisation_id,
        rows,
        tokens: seeded
            .tokens
            .all()
            .map(|token| tokens::row(organisation_id, token, now))
            .collect(),
        facilities: drawn.facilities,
        divisions: rows::divisions(),
        family_consoles: options.scale == Scale::Small,
        now,
    };
    write::write(database, store, batch, progress)?;
    store.installation_set(SYNTHETIC, "true")?;
    let source = if options.real_map.is_some() {
        MapSource::Osm
    } else {
        MapSource::Generated
    };
    store.installation_set(MAP_SOURCE, source.as_str())?;
    store.installation_set(SEED, &options.seed.to_string())?;
    Ok(seeded)
}

/// Everything the generator makes, on drawn streets or a real map.
struct Drawn {
    network: Vec<u8>,
    people: People,
    facilities: Vec<Facility>,
}

/// Prepares the streets for questions: the server that reads them starts the sooner.
fn prepare(network: Network, progress: &mut dyn FnMut(SeedProgress)) -> Vec<u8> {
    prepared_bytes(network, &mut |at| {
        progress(SeedProgress {
            stage: "network",
            done: at.done as u64,
            total: at.total as u64,
        });
    })
}

fn draw(options: &SeedOptions, progress: &mut dyn FnMut(SeedProgress)) -> Result<Drawn, SeedError> {
    let drawing = seed_data::Options {
        seed: options.seed,
        scale: options.scale,
    };
    let Some(map) = &options.real_map else {
        let district = seed_data::district(&drawing, &mut |at: seed_data::Progress| {
            progress(SeedProgress {
                stage: at.stage,
                done: at.done,
                total: at.total,
            });
        });
        return Ok(Drawn {
            network: prepare(streets::network(&district.streets)?, progress),
            people: district.people,
            facilities: rows::facilities(district.facilities)?,
        });
    };
    let junctions = map.network.junctions_in_largest();
    let at = |node: u32| {
        (
            map.network.node_at(node).lon(),
            map.network.node_at(node).lat(),
        )
    };
    let places: Vec<(f64, f64)> = junctions.into_iter().map(at).collect();
    if places.is_empty() {
        return Err(SeedError::NoPlace);
    }
    let counts = Counts::of(drawing.scale);
    Ok(Drawn {
        network: prepare(map.network.clone(), progress),
        people: seed_data::people_at(&drawing, &places, &seed_data::divisions(), counts),
        facilities: map.facilities.clone(),
    })
}

fn extra_devices(rows: &rows::Rows, uids: &[String]) -> Vec<Device> {
    let residents: Vec<_> = rows
        .residents
        .iter()
        .map(|resident| (resident.organisation_id, resident.id))
        .collect();
    let taken = rows
        .devices
        .iter()
        .map(|device| device.uid.clone())
        .collect();
    let wearers = rows
        .devices
        .iter()
        .filter_map(|device| device.resident_id)
        .collect();
    let uids: Vec<_> = uids
        .iter()
        .filter_map(|uid| DeviceUid::parse(uid))
        .collect();
    rows::hand_out(&uids, &residents, &taken, &wearers)
}

/// Marked as synthetic in its very name.
fn organisation_name() -> String {
    let place = seed_data::divisions()
        .into_iter()
        .next()
        .map(|top| top.name)
        .unwrap_or_default();
    let told = facts([("place", place.clone())]);
    accessibility::phrase("demo", "organisation", Language::ZhCn, &told).unwrap_or(place)
}
