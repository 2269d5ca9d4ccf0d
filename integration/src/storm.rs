//! Many registered watches that alarm on time, telemetry beside them, and clocks at every door:
//! the watch's own answer, the push service and the operator's stream.

mod board;
mod telemetry;
mod watches;

use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use domain::devices::{Device, DeviceUid, Protocol};
use domain::geo::Coordinate;
use domain::ids::{DeviceId, HomeId, ResidentId};
use domain::residents::{Climb, EntryCard, Home, Resident};
use server::engine::fresh_id;
use server::stages::monotonic;
use store::seeding::Seeder;
use store::{Database, DatabaseUrl, KeyRing, Options, SqlStore};

use crate::books::Books;
use crate::process::Site;

pub use board::Board;
pub use telemetry::Telemetry;
pub use watches::{Alarms, Answered};

/// Start of the names of these watches; no seed gives them out.
const PREFIX: &str = "777";

/// The name of watch number `number`.
pub fn uid(number: u32) -> String {
    format!("{PREFIX}{number:07}")
}

/// Registers so many watches, each worn by a resident of the seeded town with a home of their own.
///
/// # Errors
/// When the database does not take them.
pub fn register(site: &Site, count: u32) -> anyhow::Result<()> {
    let homes = Books::open(site)?.positions()?;
    anyhow::ensure!(!homes.is_empty(), "a seeded town");
    let url = match &site.database_url {
        Some(url) => url.clone(),
        None => format!("sqlite://{}", site.sqlite_file().display()),
    };
    let keys = KeyRing::load(&site.data_dir().join("field.key"))?;
    let database = Database::open(&DatabaseUrl::parse(&url)?, keys, Options::default())?;
    let store = SqlStore::start(database.clone(), Box::new(|_| {}))?;
    let organisation_id = store.default_organisation()?;
    drop(store);
    let mut residents = Vec::new();
    let mut devices = Vec::new();
    for (number, at) in (0..count).zip(homes.iter().cycle()) {
        let resident_id = ResidentId(fresh_id());
        residents.push(resident(resident_id, organisation_id, number, *at));
        let device = Device {
            id: DeviceId(fresh_id()),
            organisation_id,
            protocol: Protocol::Watch,
            uid: DeviceUid::parse(&uid(number)).context("a name")?,
            resident_id: Some(resident_id),
        };
        devices.push((device, None));
    }
    let mut seeder = Seeder::new(&database)?;
    seeder.residents(residents, &mut |_| {})?;
    seeder.devices(devices, &mut |_| {})?;
    Ok(())
}

fn resident(
    id: ResidentId,
    organisation_id: domain::ids::OrganisationId,
    number: u32,
    at: Coordinate,
) -> Resident {
    let home = Home {
        id: HomeId(fresh_id()),
        address: format!("测试路 {number} 号"),
        at: Some(at),
        committee_code: "000000000001".to_owned(),
        climb: Climb::default(),
        entry: EntryCard {
            gate: String::new(),
            floor: "1".to_owned(),
            lift: false,
            key: String::new(),
            caution: String::new(),
        },
    };
    Resident {
        id,
        organisation_id,
        name: format!("测试 {number}"),
        phone: String::new(),
        birth_year: 1_940,
        living_alone: true,
        languages: vec!["zh-CN".to_owned()],
        reading_level: "standard".to_owned(),
        requires: Vec::new(),
        home,
        synthetic: true,
    }
}

/// Times in order, for percentiles.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// From any order.
    pub fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut times: Vec<_> = times.into_iter().collect();
        times.sort_unstable();
        Self(times)
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that so many of a thousand do not exceed, in milliseconds.
    pub fn ms(&self, per_mille: usize) -> f64 {
        let at = (self.0.len() * per_mille).div_ceil(1_000).saturating_sub(1);
        let time = self.0.get(at).copied().unwrap_or(Duration::MAX);
        time.as_secs_f64() * 1_000.0
    }
}

/// What flushing 4 KiB costs on the medium of a folder: the floor of every acknowledgement.
///
/// # Errors
/// When the folder cannot be written.
pub fn flush_times(folder: &Path, count: usize) -> anyhow::Result<Times> {
    let path = folder.join("floor");
    let mut file = std::fs::File::create(&path)?;
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        file.write_all(&[0x5a; 4_096])?;
        let began = monotonic();
        file.sync_data()?;
        times.push(began.elapsed());
    }
    std::fs::remove_file(path)?;
    Ok(Times::of(times))
}

/// From when each alarm was due to when its incident was first seen at a door.
pub fn seen_after(
    answered: &Answered,
    incidents: &HashMap<Vec<u8>, String>,
    seen: &HashMap<String, Instant>,
) -> (Times, usize) {
    let mut missing = 0;
    let times = answered.due.iter().filter_map(|(frame, due)| {
        let incident = incidents.get(frame)?;
        let at = seen.get(incident);
        missing += usize::from(at.is_none());
        at.map(|at| at.saturating_duration_since(*due))
    });
    let times = Times::of(times.collect::<Vec<_>>());
    (times, missing)
}
