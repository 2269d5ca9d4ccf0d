//! The demo: a synthetic district, a watch that falls, a neighbour who goes; real sockets, real
//! time, and nothing of it inside the server.

mod api;
mod cast;
mod device;
mod frames;
mod neighbour;
mod scene;
mod story;
mod terminal;
mod watch;

use std::io::Write;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use accessibility::Language;
use anyhow::Context as _;
use domain::ids::IncidentId;
use domain::message::{Facts, facts};
use fcm::fake::Fake;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::app::{App, Parts};
use crate::carriers::{Console, PushSettings};
use crate::config::Settings;
use crate::engine::blocking;
use crate::seed;
use crate::stages::{StageEvent, monotonic};

use api::Api;
use cast::Cast;
use frames::Recording;
use neighbour::Neighbours;
use scene::Scene;
use story::Story;

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
    let fake = tokio::spawn(Fake::start());
    let recording = options.frames.as_deref().map(Recording::read).transpose()?;
    let uids = recording.as_ref().map(Recording::uids);
    let scene = Scene::set(&mut settings, options.seed, options.osm, uids);
    say(language, "starting_database", facts([("path", scene::shown(&settings)?)]));
    let prepared = settings.clone();
    let seeded = blocking(move || scene.prepare(&prepared)).await?;
    let fake = fake.await.context("the push service broke off")??;
    let push = PushSettings {
        service_account_json: fake.service_account_json(),
        url: Some(fake.fcm_url().to_owned()),
    };
    let parts = Parts { push: Some(push), console: Some(Console::Hidden), ..Parts::default() };
    let mut app = App::open(&settings, parts).await?;
    let (database, store, known) = (app.database.clone(), app.store.clone(), seeded.clone());
    let cast = blocking(move || Cast::choose(&database, &store, known.as_ref())).await?;
    app.set_page_token(cast.operator.secret.clone());
    introduce(seeded.as_ref(), &cast, language);
    let stage = Stage { started, language, fake, recording, cast };
    stage.play(app, http, watches, options.exit_after_incident).await
}

/// Everything that plays, before the curtain.
struct Stage {
    started: Instant,
    language: Language,
    fake: Fake,
    recording: Option<Recording>,
    cast: Cast,
}

impl Stage {
    async fn play(
        self,
        app: App,
        http: TcpListener,
        watches: TcpListener,
        exit_after_incident: bool,
    ) -> anyhow::Result<()> {
        let (web, wire) = (reachable(http.local_addr()?), reachable(watches.local_addr()?));
        let url = format!("http://{web}/");
        say(self.language, "listening_http", facts([("url", url.clone())]));
        say(self.language, "listening_tcp", facts([("address", wire.to_string())]));
        let app = Arc::new(app);
        let serving = app.clone();
        let mut serving = tokio::spawn(async move { serving.serve(http, watches).await });
        let language = self.language;
        let story = self.story(&app, web, wire);
        let told = tokio::select! {
            told = story => told.map(Some),
            ended = &mut serving => Err(early(ended)),
            () = app.shutdown.requested() => Ok(None),
        };
        match told {
            Ok(Some(ending)) if exit_after_incident => {
                app.shutdown.stop();
                serving.await.context("the server broke off")??;
                show(&ending);
            }
            Ok(Some(ending)) => {
                show(&ending);
                say(language, "keep_serving", facts([("url", url)]));
                app.shutdown.requested().await;
                serving.await.context("the server broke off")??;
            }
            Ok(None) => serving.await.context("the server broke off")??,
            Err(error) => {
                app.shutdown.stop();
                let reason = ("reason_text", format!("{error:#}"));
                return match phrase(language, "failed", &facts([reason])) {
                    Some(text) => Err(anyhow::anyhow!(text)),
                    None => Err(error),
                };
            }
        }
        Ok(())
    }

    async fn story(
        self,
        app: &App,
        web: SocketAddr,
        wire: SocketAddr,
    ) -> anyhow::Result<String> {
        let (sender, news) = mpsc::unbounded_channel();
        let tell = Tell(sender);
        let stages = app.stages.follow();
        let api = Api::new(format!("http://{web}"))?;
        let neighbours = Neighbours::new(api.clone(), self.cast.neighbours);
        let pushes = self.fake.on_send();
        neighbours.set_up_phones().await?;
        let neighbours = tokio::spawn(neighbours.live(pushes, tell.clone()));
        let engine = app.engine.clone();
        let watch = self.cast.watch;
        let device: JoinHandle<anyhow::Result<()>> = match self.recording {
            Some(recording) => tokio::spawn(async move { recording.replay(wire, &tell).await }),
            None => tokio::spawn(async move {
                watch.fall(wire, || engine.now(), &tell).await.map(drop)
            }),
        };
        let operator = self.cast.operator;
        let (started, device) = (self.started, Some(device));
        let story = Story { api, operator, started, news, stages, device, neighbours };
        story.tell(self.language).await
    }
}

fn early(ended: Result<anyhow::Result<()>, tokio::task::JoinError>) -> anyhow::Error {
    match ended {
        Ok(Ok(())) => anyhow::anyhow!("the server stopped"),
        Ok(Err(error)) => error,
        Err(error) => error.into(),
    }
}

/// Says who plays; tokens are shown once, when they are made.
fn introduce(seeded: Option<&seed::Seeded>, cast: &Cast, language: Language) {
    match seeded {
        Some(seeded) => seed::report(seeded, language).iter().for_each(|line| show(line)),
        None => {
            say(language, "synthetic_note", Facts::new());
            say(language, "tokens", Facts::new());
            seed::table(&[&cast.operator]).iter().for_each(|line| show(line));
        }
    }
}

async fn bind(
    address: SocketAddr,
    setting: &str,
    language: Language,
) -> anyhow::Result<TcpListener> {
    let told = facts([("address", address.to_string()), ("setting", setting.to_owned())]);
    TcpListener::bind(address).await.map_err(|error| {
        let taken = error.kind() == std::io::ErrorKind::AddrInUse;
        match phrase(language, "port_taken", &told).filter(|_| taken) {
            Some(text) => anyhow::anyhow!(text),
            None => anyhow::anyhow!("cannot listen on {address} ({setting}): {error}"),
        }
    })
}

/// The address a client on this machine uses: "everywhere" is no address to connect to.
fn reachable(listening: SocketAddr) -> SocketAddr {
    match listening {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => (Ipv4Addr::LOCALHOST, v4.port()).into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => (Ipv6Addr::LOCALHOST, v6.port()).into(),
        other => other,
    }
}

fn phrase(language: Language, key: &str, told: &Facts) -> Option<String> {
    accessibility::phrase("demo", key, language, told)
}

fn say(language: Language, key: &str, told: Facts) {
    if let Some(text) = phrase(language, key, &told) {
        show(&text);
    }
}

fn show(line: &str) {
    // A closed terminal is no reason to leave somebody on the ground.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// People and watches take time; the server never waits like this.
#[expect(clippy::disallowed_methods, reason = "simulated people take time")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everywhere_is_reached_by_loopback() {
        for (listening, reached) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("192.0.2.7:80", "192.0.2.7:80"),
        ] {
            let listening = listening.parse().expect("an address");
            assert_eq!(reachable(listening).to_string(), reached);
        }
    }

    #[tokio::test]
    async fn a_taken_port_says_which_setting_helps() {
        let first = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = first.local_addr().expect("an address");
        let error = bind(address, "--http-listen", Language::En).await.expect_err("taken");
        let line = error.to_string();
        assert!(line.contains(&address.to_string()) && line.contains("--http-listen"), "{line}");
        assert!(!line.contains('\n'));
    }
}
