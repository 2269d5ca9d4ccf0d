//! A database of its own for each case, filled with the suite's town.

use std::io::Write as _;
use std::sync::Mutex;

use diesel::prelude::*;
use domain::ids::OrganisationId;
use domain::incidents::Incident;
use integration::memory_store::{Inside, KeptFrame, KeptNotice, Pending};
use integration::postgres::PostgresDatabase;
use integration::store_suite::{Fixture, town};
use store::schema::timers;
use store::seeding::Seeder;
use store::sql_types::{At, Id};
use store::{
    Conn, Database, DatabaseUrl, FrameFilter, FrameRecord, IncidentFilter, IncidentState, KeyRing,
    Options, OutboxRecord, PageRequest, SqlStore, installation,
};

/// More rows than any case writes.
const ALL: u32 = 150;

/// A store on either database.
pub(crate) struct InSql {
    // Dropped in this order: nobody may be connected when the database goes.
    store: SqlStore,
    conn: Mutex<Conn>,
    database: Database,
    _postgres: Option<PostgresDatabase>,
    _folder: tempfile::TempDir,
}

impl InSql {
    /// On a file of its own.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("anlin.sqlite").display());
        Self::on(&url, folder, None)
    }

    /// On a database of its own; `None`, said aloud, when no server was named.
    pub(crate) fn postgres() -> Option<Self> {
        if std::env::var_os("ANLIN_TEST_POSTGRES").is_none() {
            // Past the capture of output: a skipped case must be seen although it passes.
            let _ = std::io::stderr().write_all(b"\nskipped: no PostgreSQL\n");
            return None;
        }
        let made = PostgresDatabase::create().expect("a database")?;
        let url = made.url().to_owned();
        let folder = tempfile::tempdir().expect("a folder");
        Some(Self::on(&url, folder, Some(made)))
    }

    fn on(url: &str, folder: tempfile::TempDir, postgres: Option<PostgresDatabase>) -> Self {
        let url = DatabaseUrl::parse(url).expect("an address");
        let keys = KeyRing::load_or_create(&folder.path().join("keys")).expect("keys");
        let options = Options {
            pool_size: 3,
            ..Options::default()
        };
        let database = Database::open(&url, keys, options).expect("opened");
        database.migrate().expect("migrated");
        fill(&database);
        Self {
            store: start(&database),
            conn: Mutex::new(database.connect().expect("connected")),
            database,
            _postgres: postgres,
            _folder: folder,
        }
    }

    /// No read of the API shows timers.
    fn pending(&self, organisation: OrganisationId) -> Vec<Pending> {
        let mut conn = self.conn.lock().expect("the connection");
        let rows: Vec<(Option<Id>, Option<Id>, At)> = timers::table
            .filter(timers::organisation_id.eq(Id::from(organisation)))
            .filter(timers::done_at.is_null())
            .order(timers::id)
            .select((timers::incident_id, timers::frame_id, timers::due_at))
            .load(&mut *conn)
            .expect("timers");
        let pending = |(incident, frame, due_at): (Option<Id>, Option<Id>, At)| Pending {
            incident_id: incident.map(Into::into),
            frame_id: frame.map(Into::into),
            due_at: due_at.0,
        };
        rows.into_iter().map(pending).collect()
    }

    /// What the store itself reports as unguarded is what is unguarded.
    fn assert_orphans(&self, of: OrganisationId, incidents: &[Incident], pending: &[Pending]) {
        let guarded = |id| pending.iter().any(|timer| timer.incident_id == Some(id));
        let mut found: Vec<_> = incidents
            .iter()
            .filter(|incident| incident.is_open() && !guarded(incident.id))
            .map(|incident| (of, incident.id))
            .collect();
        found.sort_unstable();
        let mut reported = self.store.orphans().expect("orphans");
        reported.retain(|(organisation, _)| *organisation == of);
        reported.sort_unstable();
        assert_eq!(reported, found);
    }
}

impl Fixture for InSql {
    type S = SqlStore;

    fn store(&self) -> &SqlStore {
        &self.store
    }

    /// A writer and connections of its own, as another process has them.
    fn twin(&self) -> SqlStore {
        start(&self.database)
    }

    fn inside(&self, organisation: OrganisationId) -> Inside {
        let (store, page) = (&self.store, PageRequest::first(ALL));
        let filter = IncidentFilter {
            state: IncidentState::All,
            ..IncidentFilter::default()
        };
        let incidents = store
            .incident_list(organisation, &filter, &page)
            .expect("incidents");
        let frames = store
            .frame_list(organisation, FrameFilter::All, &page)
            .expect("frames");
        let notices = store
            .notification_list(organisation, None, &page)
            .expect("notices");
        let pages = [incidents.next, frames.next, notices.next];
        assert!(pages.iter().all(Option::is_none), "more rows than one page");
        let mut incidents = incidents.items;
        incidents.sort_by_key(|incident| incident.id);
        let audit = |id| store.audit_of(organisation, "incident", id).expect("audit");
        let standings = |id| {
            store
                .standings_of_incident(organisation, id)
                .expect("standings")
        };
        let history = store.timeline_after(organisation, 0, ALL).expect("history");
        let pending = self.pending(organisation);
        self.assert_orphans(organisation, &incidents, &pending);
        Inside {
            pending,
            frames: frames.items.into_iter().rev().map(kept_frame).collect(),
            notices: notices.items.into_iter().rev().map(kept_notice).collect(),
            timeline: history.into_iter().map(|line| line.entry).collect(),
            audit: incidents
                .iter()
                .flat_map(|incident| audit(incident.id.0))
                .collect(),
            standings: incidents
                .iter()
                .flat_map(|incident| standings(incident.id))
                .collect(),
            incidents,
        }
    }
}

fn kept_frame(frame: FrameRecord) -> KeptFrame {
    KeptFrame {
        id: frame.id,
        raw: frame.raw,
        incident_id: frame.incident_id,
        undecided: frame.undecided,
    }
}

fn kept_notice(notice: OutboxRecord) -> KeptNotice {
    KeptNotice {
        id: notice.item.id,
        account_id: notice.item.account_id,
        key: notice.item.notice.key,
        state: notice.state,
        attempts: notice.attempts,
        channel: notice.channel,
        last_error: notice.last_error,
    }
}

fn start(database: &Database) -> SqlStore {
    let on_fatal = Box::new(|reason: &str| panic!("the medium fails: {reason}"));
    SqlStore::start(database.clone(), on_fatal).expect("started")
}

fn fill(database: &Database) {
    let (town, quiet) = (town(), &mut |_| {});
    let mut seeder = Seeder::new(database).expect("a seeder");
    let organisation = town.default_organisation.to_string();
    seeder
        .organisations(town.organisations, quiet)
        .expect("organisations");
    seeder
        .installation(installation::DEFAULT_ORGANISATION, &organisation)
        .expect("the default");
    seeder.residents(town.residents, quiet).expect("residents");
    let devices = town
        .devices
        .into_iter()
        .map(|device| (device, None))
        .collect();
    seeder.devices(devices, quiet).expect("devices");
    seeder.accounts(town.accounts, quiet).expect("accounts");
    seeder.family(town.family, quiet).expect("family");
    seeder
        .responders(town.responders, quiet)
        .expect("responders");
}
