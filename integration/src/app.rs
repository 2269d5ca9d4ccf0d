//! The whole server inside a test: real sockets, a real database, a clock that tests move and a
//! carrier that fails on what nobody expected.

mod both;
mod callers;
mod carrier;
mod doors;
mod ending;
mod lived;
mod messengers;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeDelta, Timelike};
use domain::ports::{Clock as _, WakeUps as _};
use domain::responders::{Policy, WaveMode};
use domain::time::Timestamp;
use server::app::{App, Parts, WALKING};
use server::carriers::{Console, PushSettings};
use server::clock::WallClock;
use server::config::Settings;
use server::listening::Bound;
use store::seeding::Seeder;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use doors::Doors;

pub use carrier::{FakeCarrier, Heard, Temper};
pub use lived::AddedHome;
pub use messengers::Issued;

use crate::exchange::Exchange;
use crate::postgres::PostgresDatabase;
use crate::world::{World, network};

/// Time a ranking may take on a machine that does ten other things.
const PATIENCE_WITH_RANKING: Duration = Duration::from_secs(10);
/// Longer than anything in a test takes.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks at something that is about to happen.
const LOOK: Duration = Duration::from_millis(10);

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file in a folder of the test.
    Sqlite,
    /// A database of the test on the server that the runner started.
    Postgres,
}

/// A running server with an invented world in it.
pub struct TestApp {
    /// Who is there.
    pub world: World,
    /// The clock.
    pub clock: Arc<WallClock>,
    /// Hears every notice.
    pub carrier: Arc<FakeCarrier>,
    /// The server.
    pub app: Arc<App>,
    /// Where HTTP is served.
    pub http: SocketAddr,
    /// Where watches connect.
    pub watches: SocketAddr,
    doors: Doors,
    settings: Settings,
    push: Option<PushSettings>,
    policy: Policy,
    serving: JoinHandle<anyhow::Result<()>>,
    finished: bool,
    // Dropped last: the server uses both until it stops.
    _postgres: Option<PostgresDatabase>,
    _folder: TempDir,
}

/// Runs a story on a database; on PostgreSQL only where a server was named. Afterwards nothing
/// may be left over: no notice that was not expected, no incident without a timer.
pub async fn on(backend: Backend, story: impl AsyncFnOnce(&mut TestApp)) {
    if let Some(mut app) = TestApp::start(backend).await {
        story(&mut app).await;
        app.finish().await;
    }
}

impl TestApp {
    /// Starts a server; `None`, said aloud, when there is no PostgreSQL.
    ///
    /// # Panics
    /// When anything does not start.
    pub async fn start(backend: Backend) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let postgres = match backend {
            Backend::Sqlite => None,
            Backend::Postgres => Some(PostgresDatabase::create().expect("a database")?),
        };
        let settings = Settings {
            data_dir: folder.path().to_owned(),
            database_url: postgres.as_ref().map(|database| database.url().to_owned()),
            // Stories count what happens; the watchdog has stories of its own.
            watchdog_period_ms: 0,
            ..Settings::default()
        };
        let (world, clock) = (World::invented(), WallClock::shared());
        let carrier = Arc::new(FakeCarrier::new(world.clone()));
        let policy = as_the_ladder();
        let parts = parts(&clock, &carrier, None, &policy);
        let app = open(&settings, parts).await;
        fill(&app, &world, clock.now());
        let doors = Doors::default();
        let (http, watches, serving) = serve(&app, Vec::new()).await;
        Some(Self {
            world,
            clock,
            carrier,
            app,
            http,
            watches,
            doors,
            settings,
            push: None,
            policy,
            serving,
            finished: false,
            _postgres: postgres,
            _folder: folder,
        })
    }

    /// As a power cut would: everything stops where it is, and starts again on the same data.
    pub async fn crash_and_reopen(&mut self) {
        self.serving.abort();
        // The task was aborted or had ended; either way it is gone now.
        let _ = (&mut self.serving).await;
        let mut parts = parts(&self.clock, &self.carrier, self.push.clone(), &self.policy);
        if !self.settings.gateways.is_empty() {
            parts.carriers = None;
        }
        self.app = open(&self.settings, parts).await;
        let further = self.doors.bind().await;
        (self.http, self.watches, self.serving) = serve(&self.app, further).await;
    }

    /// Starts anew with the real carriers, which push to this service.
    pub async fn reopen_with_push(&mut self, push: PushSettings) {
        self.push = Some(push);
        self.crash_and_reopen().await;
    }

    /// Starts anew with the real carriers and these gateways, beside a push service if there is one.
    pub async fn reopen_with_gateways(&mut self, exchanges: &[&Exchange]) {
        let numbered = (0..).zip(exchanges);
        self.settings.gateways = numbered
            .map(|(order, exchange)| exchange.settings(order))
            .collect();
        self.settings.seat_phone = Some("+862100000000".to_owned());
        self.crash_and_reopen().await;
        for exchange in exchanges {
            exchange.calls_back(self.http);
        }
    }

    /// Starts anew under another policy, as the one that ships.
    pub async fn reopen_under(&mut self, policy: Policy) {
        self.policy = policy;
        self.crash_and_reopen().await;
    }

    /// The present, as the server sees it.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Moves the clock forward and wakes whoever waits for it.
    pub fn advance(&self, by: Duration) {
        self.clock
            .advance(TimeDelta::from_std(by).expect("a short span"));
        self.app.engine.wake.committed();
    }

    /// Moves the clock forward to the next full hour of this number in Shanghai (UTC+8).
    pub fn advance_to_shanghai_hour(&self, hour: u32) {
        let local = self.now() + TimeDelta::hours(8);
        let seconds = i64::from(local.num_seconds_from_midnight());
        let ahead = (i64::from(hour) * 3600 - seconds).rem_euclid(24 * 3600);
        self.advance(Duration::from_secs(ahead.unsigned_abs()));
    }

    /// Looks again and again until something is so.
    ///
    /// # Panics
    /// When it does not come true.
    pub async fn until<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        let watched = async {
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                pause(LOOK).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, watched).await;
        found.unwrap_or_else(|_| panic!("it did not happen: {what}"))
    }
}

/// Waves as the ladder says. Most stories are about what follows from an ask, and tell who was
/// asked in which wave; how large waves are is a story of its own, told under the shipped policy.
fn as_the_ladder() -> Policy {
    let mut policy = Policy::shipped().expect("a sound policy");
    policy.waves.mode = WaveMode::Ladder;
    policy
}

fn parts(
    clock: &Arc<WallClock>,
    carrier: &Arc<FakeCarrier>,
    push: Option<PushSettings>,
    policy: &Policy,
) -> Parts {
    Parts {
        policy: Some(policy.clone()),
        clock: Some(clock.clone()),
        // The tests are about rules; how fast this machine is, is measured elsewhere.
        ranking_budget: Some(PATIENCE_WITH_RANKING),
        // Without a carrier of the test the server makes the real ones.
        carriers: if push.is_some() {
            None
        } else {
            Some(carrier.clone())
        },
        push,
        console: Some(Console::Hidden),
        ..Parts::default()
    }
}

async fn open(settings: &Settings, parts: Parts) -> Arc<App> {
    Arc::new(App::open(settings, parts).await.expect("the app opens"))
}

fn fill(app: &App, world: &World, now: Timestamp) {
    let mut seeder = Seeder::new(&app.database).expect("a connection");
    world.load(&mut seeder, now).expect("the world fits");
    app.store
        .network_save(WALKING, network().to_bytes(), now)
        .expect("the network fits");
    app.reload().expect("network and roster are there");
}

async fn serve(
    app: &Arc<App>,
    further: Vec<Bound>,
) -> (SocketAddr, SocketAddr, JoinHandle<anyhow::Result<()>>) {
    let http = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let watch = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addresses = [&http, &watch].map(|it| it.local_addr().expect("bound"));
    let app = app.clone();
    let listeners = [Bound::watches(watch)].into_iter().chain(further).collect();
    let serving = tokio::spawn(async move { app.serve(http, listeners).await });
    (addresses[0], addresses[1], serving)
}

#[expect(clippy::disallowed_methods, reason = "a test looks again in a moment")]
pub(crate) async fn pause(span: Duration) {
    tokio::time::sleep(span).await;
}

#[cfg(test)]
mod tests;
