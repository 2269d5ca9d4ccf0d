//! The demo: a synthetic district, a watch that falls, a neighbour who goes; real sockets, real
//! time, and nothing of it inside the server.

mod api;
mod cast;
mod device;
mod frames;
mod neighbour;
mod ports;
mod scene;
mod screen;
mod stage;
mod story;
mod terminal;
mod watch;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use accessibility::Language;
use anyhow::Context as _;
use domain::ids::IncidentId;
use domain::message::{Facts, facts};
use fcm::fake::Fake;
use tokio::sync::mpsc;

use crate::app::{App, Parts};
use crate::carriers::{Console, PushSettings};
use crate::config::Settings;
use crate::engine::blocking;
use crate::listening;
use crate::seed;
use crate::stages::{StageEvent, monotonic};

use cast::Cast;
use frames::Recording;
use ports::bind;
use scene::Scene;
use screen::{say, show};
use stage::Stage;

/// What the demo plays.
#[derive(Clone, Debug, Default)]
pub struct DemoOptions {
    /// A real map instead of the drawn one.
    pub osm: Option<PathBuf>,
    /// Recorded frames instead of the simulated watch.
    pub frames: Option<PathBuf>,
    /// Stop when the incident is closed.
    pub exit_after_incident: bool,
    /// Seed of the synthetic district.
    pub seed: u64,
}

/// Something that happens in the story.
#[derive(Clone, Debug)]
enum News {
    /// A sentence of the catalogue.
    Said(&'static str, Facts),
    /// A stage of an alarm.
    Stage(StageEvent),
    /// A neighbour did something, and the API said yes.
    Deed(Deed),
}

/// What a neighbour did.
#[derive(Clone, Debug)]
struct Deed {
    incident_id: IncidentId,
    what: DeedKind,
    /// When the API had answered.
    at: Instant,
    /// How long the answer took.
    took: Duration,
    /// Kind of the incident, where the answer says it.
    kind: Option<String>,
}

/// Which deed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DeedKind {
    Accepted,
    Departed,
    Arrived,
    Closed,
}

/// Where players tell what they do.
#[derive(Clone)]
struct Tell(mpsc::UnboundedSender<News>);

impl Tell {
    fn say(&self, key: &'static str, told: Facts) {
        // After the story nobody listens, which is no error.
        let _ = self.0.send(News::Said(key, told));
    }

    fn deed(&self, deed: Deed) {
        let _ = self.0.send(News::Deed(deed));
    }
}

/// Plays the demo.
///
/// # Errors
/// A taken port, a file or database that cannot be used, or a story that does not come to its end.
pub async fn run(mut settings: Settings, options: DemoOptions) -> anyhow::Result<()> {
    let started = monotonic();
    let language = settings.spoken();
    // First of all: a taken port must not cost the time of seeding.
    let http = bind(settings.http_listen, "--http-listen", language).await?;
    let watches = bind(settings.watch_listen, "--watch-listen", language).await?;
    let further = listening::bind_further(&settings).await?;
    let fake = tokio::spawn(Fake::start());
    let recording = options.frames.as_deref().map(Recording::read).transpose()?;
    let uids = recording.as_ref().map(Recording::uids);
    let scene = Scene::set(&mut settings, options.seed, options.osm, uids);
    let path = facts([("path", scene::shown(&settings)?)]);
    say(language, "starting_database", &path);
    let prepared = settings.clone();
    let seeded = blocking(move || scene.prepare(&prepared)).await?;
    let fake = fake.await.context("the push service broke off")??;
    let push = PushSettings {
        service_account_json: fake.service_account_json(),
        url: Some(fake.fcm_url().to_owned()),
    };
    let console = Some(Console::Hidden);
    let parts = Parts {
        push: Some(push),
        console,
        ..Parts::default()
    };
    let mut app = App::open(&settings, parts).await?;
    let (database, store, known) = (app.database.clone(), app.store.clone(), seeded.clone());
    let cast = blocking(move || Cast::choose(&database, &store, known.as_ref())).await?;
    app.set_page_token(cast.operator.secret.clone());
    introduce(seeded.as_ref(), &cast, language);
    let stage = Stage {
        started,
        language,
        fake,
        recording,
        cast,
    };
    stage
        .play(app, (http, watches), further, options.exit_after_incident)
        .await
}

/// Says who plays; tokens are shown once, when they are made.
fn introduce(seeded: Option<&seed::Seeded>, cast: &Cast, language: Language) {
    match seeded {
        Some(seeded) => seed::report(seeded, language)
            .iter()
            .for_each(|line| show(line)),
        None => {
            say(language, "synthetic_note", &Facts::new());
            say(language, "tokens", &Facts::new());
            seed::table(&[&cast.operator])
                .iter()
                .for_each(|line| show(line));
        }
    }
}

/// People and watches take time; the server never waits like this.
#[expect(clippy::disallowed_methods, reason = "simulated people take time")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
