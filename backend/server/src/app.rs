//! The one composition root.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use domain::devices::Profiles;
use domain::ids::OrganisationId;
use domain::incidents::Ladders;
use domain::responders::Policy;
use poem::listener::TcpAcceptor;
use spatial::Prepared;
use store::{Database, KeyRing, Options, SqlStore};
use tokio::net::TcpListener;

use crate::allocation::{self, Allocation};
use crate::api::{Api, Authenticator};
use crate::carriers::{Console, Gateways, PeopleCarriers, PushSettings, Pusher};
use crate::clock::SteadyClock;
use crate::config::Settings;
use crate::directory::DeviceDirectory;
use crate::doors::Doors;
use crate::engine::{Engine, SharedCarriers, SharedClock, fresh_id};
use crate::intake::FrameIntake;
use crate::listening::Bound;
use crate::ops::counters::Counters;
use crate::ops::shutdown::Shutdown;
use crate::page;
use crate::stages::Stages;
use crate::watchdog::{self, Sink, Watchdog};
use crate::workers::{self, Environment};

/// Name of the walking network in the store.
pub const WALKING: &str = "walking";
/// What the organisation of an installation is called until somebody names it.
const DEFAULT_ORGANISATION_NAME: &str = "Anlin";
/// Where the store keeps the source of the walking network.
pub const MAP_SOURCE: &str = "map_source";
/// How long open requests may take at shutdown, in seconds.
const GRACE_S: u64 = 5;

/// Where the streets come from: a map must name its source, an invented one must say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapSource {
    /// Invented by the generator.
    Generated,
    /// OpenStreetMap, which asks to be credited.
    Osm,
}

impl MapSource {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Generated => "generated",
            Self::Osm => "osm",
        }
    }
}

/// What a test or the demo puts in place of the real thing.
#[derive(Default)]
pub struct Parts {
    /// The clock; by default the machine's, counted steadily.
    pub clock: Option<SharedClock>,
    /// Carriers; by default push and console.
    pub carriers: Option<SharedCarriers>,
    /// Push service; by default the configured one.
    pub push: Option<PushSettings>,
    /// Whether console notices are printed.
    pub console: Option<Console>,
    /// Time a ranking may take; by default [`allocation::BUDGET`].
    pub ranking_budget: Option<Duration>,
    /// How people are weighed and asked; by default as configured.
    pub policy: Option<Policy>,
    /// Token that the page at `/` uses by itself; only the demo has one.
    pub page_token: Option<String>,
}

/// Everything that runs.
pub struct App {
    /// The ports.
    pub engine: Engine,
    /// The database behind the store.
    pub database: Database,
    /// The store.
    pub store: Arc<SqlStore>,
    /// Counts.
    pub counters: Arc<Counters>,
    /// Stages of alarms, as they are passed.
    pub stages: Arc<Stages>,
    /// The switch.
    pub shutdown: Arc<Shutdown>,
    /// MQTT, embedded and by external brokers.
    pub doors: Doors,
    watchdog: Arc<Watchdog>,
    steady: Option<Arc<SteadyClock>>,
    page_token: Option<String>,
    language: accessibility::Language,
}

impl App {
    /// Opens the database, migrates it and puts everything together.
    ///
    /// # Errors
    /// A database or key file that cannot be opened, or settings that do not fit.
    pub async fn open(settings: &Settings, parts: Parts) -> anyhow::Result<Self> {
        let database = open_database(settings)?;
        database.migrate().context("migrating the database")?;
        let shutdown = Arc::new(Shutdown::default());
        let store = Arc::new(SqlStore::start(database.clone(), on_fatal())?);
        let counters = Arc::new(Counters::default());
        let policy = match parts.policy {
            Some(policy) => policy,
            None => settings.policy()?,
        };
        let allocation = Allocation::new(counters.clone())
            .under(&policy)
            .within(parts.ranking_budget.unwrap_or(allocation::BUDGET));
        let allocation = Arc::new(allocation);
        let (clock, steady) = match parts.clock {
            Some(clock) => (clock, None),
            None => {
                let steady = Arc::new(SteadyClock::start(&store)?);
                let clock: SharedClock = steady.clone();
                (clock, Some(steady))
            }
        };
        let gateways = Gateways::new(&settings.gateways, settings.seat_phone.clone())
            .context("setting up gateways")?;
        let gateways = Arc::new(gateways);
        let carriers = match parts.carriers {
            Some(carriers) => carriers,
            None => {
                let real = real_carriers(settings, &store, parts.push, parts.console).await?;
                Arc::new(real.through(gateways.clone()))
            }
        };
        let watchdog = Watchdog::of(settings)?;
        let carriers = Sink::before(watchdog.clone(), carriers);
        let ladders = Ladders::shipped()?;
        let directory = DeviceDirectory::new(store.clone(), Profiles::shipped()?);
        let engine = Engine::new(
            store.clone(),
            allocation,
            Arc::new(directory),
            clock,
            carriers,
            ladders,
            policy,
        )
        .through(gateways);
        // An alarm of an unknown device is kept from the first minute, whoever is registered.
        let organisation = OrganisationId(fresh_id());
        store.found_default_organisation(organisation, DEFAULT_ORGANISATION_NAME)?;
        let app = Self {
            engine,
            database,
            store,
            counters,
            stages: Arc::new(Stages::default()),
            shutdown,
            doors: Doors::of(settings)?,
            watchdog,
            steady,
            page_token: parts.page_token,
            language: settings.spoken(),
        };
        app.reload()?;
        Ok(app)
    }

    /// Lets the page at `/` use a token by itself; only the demo does.
    pub fn set_page_token(&mut self, token: String) {
        self.page_token = Some(token);
    }

    /// Reads network, roster and closures from the store.
    ///
    /// # Errors
    /// A store that does not answer, or a network that cannot be read.
    pub fn reload(&self) -> anyhow::Result<()> {
        if let Some(stored) = self.store.network_load(WALKING)? {
            let wanted = Allocation::wanted();
            let prepared = Prepared::read(&stored.bytes, wanted.as_ref(), &mut |_| {})
                .context("reading the network")?;
            self.engine.allocation.set_network(&prepared);
        }
        self.engine.directory.reload()?;
        let now = self.engine.now();
        let allocation = &self.engine.allocation;
        allocation.reload(now, || {
            allocation.set_records(self.store.track_records(now)?);
            self.store.roster()
        })?;
        allocation.reload_closures(now, || self.store.street_closures_in_force(now))?;
        Ok(())
    }

    /// Serves HTTP and devices and runs the workers until told to stop.
    ///
    /// # Errors
    /// When HTTP cannot be served.
    pub async fn serve(&self, http: TcpListener, listeners: Vec<Bound>) -> anyhow::Result<()> {
        let mqtt = self.doors.bind()?;
        let environment = Environment::new(
            self.engine.clone(),
            self.counters.clone(),
            self.stages.clone(),
            self.shutdown.clone(),
        );
        let mut running = workers::start(&environment);
        if self.watchdog.is_on() {
            running.spawn(watchdog::watch_orphans(
                environment.clone(),
                self.watchdog.clone(),
            ));
            running.spawn(watchdog::pass_again_and_again(
                environment.clone(),
                self.watchdog.clone(),
            ));
        }
        if let Some(steady) = &self.steady {
            workers::watch_clock(&mut running, &environment, steady.clone());
        }
        let intake = Arc::new(self.intake());
        self.doors
            .start(&mut running, mqtt, &intake, &self.engine, &self.shutdown);
        for listener in listeners {
            running.spawn(listener.serve(intake.clone(), self.shutdown.listen()));
        }
        let acceptor = TcpAcceptor::from_tokio(http)?;
        let stopped = self.shutdown.clone();
        let served = poem::Server::new_with_acceptor(acceptor)
            .run_with_graceful_shutdown(
                self.routes()?,
                async move { stopped.stopped().await },
                Some(Duration::from_secs(GRACE_S)),
            )
            .await;
        self.shutdown.stop();
        while running.join_next().await.is_some() {}
        served.context("serving HTTP")
    }

    fn intake(&self) -> FrameIntake {
        FrameIntake::new(
            self.engine.clone(),
            self.counters.clone(),
            self.stages.clone(),
        )
    }

    fn routes(&self) -> anyhow::Result<impl poem::Endpoint<Output = poem::Response> + use<>> {
        let api = Api::new(
            self.engine.clone(),
            self.counters.clone(),
            self.shutdown.clone(),
        )
        .on(self.database.url())
        .taking(self.intake(), self.doors.broker_states())
        .watched_by(self.watchdog.clone());
        let authenticator = Arc::new(Authenticator::new(self.store.clone()));
        let routes = openapi::routes(api, authenticator);
        let page = page::Page {
            token: self.page_token.clone(),
            map_source: self.store.installation_get(MAP_SOURCE)?,
            language: self.language,
        };
        Ok(openapi::edge(self.watchdog.mount(page.mount(routes))))
    }
}

/// Opens the configured database with its key file; makes both at first start.
///
/// # Errors
/// A data directory, key file or database that cannot be used.
pub fn open_database(settings: &Settings) -> anyhow::Result<Database> {
    std::fs::create_dir_all(&settings.data_dir)
        .with_context(|| format!("making the data directory {}", settings.data_dir.display()))?;
    let key_path = settings.key_path();
    let keys = KeyRing::load_or_create(&key_path)
        .with_context(|| format!("reading the key file {}", key_path.display()))?;
    let url = settings.database()?;
    Database::open(&url, keys, Options::default()).with_context(|| format!("opening {url}"))
}

async fn real_carriers(
    settings: &Settings,
    store: &Arc<SqlStore>,
    push: Option<PushSettings>,
    console: Option<Console>,
) -> anyhow::Result<PeopleCarriers> {
    let push = match (push, &settings.fcm_service_account) {
        (Some(push), _) => Some(push),
        (None, Some(file)) => Some(PushSettings {
            service_account_json: std::fs::read_to_string(file)
                .with_context(|| format!("reading the service account {}", file.display()))?,
            url: settings.fcm_url.clone(),
        }),
        (None, None) => None,
    };
    let pusher = match push {
        Some(push) => Some(Pusher::new(&push).await.context("setting up push")?),
        None => None,
    };
    let console = console.unwrap_or(Console::Shown);
    Ok(PeopleCarriers::new(store.clone(), pusher, console))
}

/// After an I/O error at commit nothing may be answered any more: stop at once, be restarted, and
/// recover from what is on disk (RELIABILITY 3, mechanism 13).
pub(crate) fn on_fatal() -> Box<dyn Fn(&str) + Send + Sync> {
    Box::new(|reason| {
        tracing::error!(reason, "storage failed at commit; stopping");
        std::process::exit(1);
    })
}
