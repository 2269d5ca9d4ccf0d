//! The server runs, and in front of it the story.

use std::sync::Arc;
use std::time::Instant;

use accessibility::Language;
use anyhow::Context as _;
use domain::message::facts;
use fcm::fake::Fake;
use tokio::net::TcpListener;

use super::cast::Cast;
use super::frames::Recording;
use super::ports::reachable;
use super::screen::{phrase, say, show};
use super::story::Story;
use crate::app::App;
use crate::listening::Bound;

/// Everything that plays, before the curtain.
pub(super) struct Stage {
    pub(super) started: Instant,
    pub(super) language: Language,
    pub(super) fake: Fake,
    pub(super) recording: Option<Recording>,
    pub(super) cast: Cast,
}

impl Stage {
    /// Serves, plays the story, and serves on unless told to leave.
    pub(super) async fn play(
        self,
        app: App,
        (http, watches): (TcpListener, TcpListener),
        further: Vec<Bound>,
        exit_after_incident: bool,
    ) -> anyhow::Result<()> {
        let places = (
            reachable(http.local_addr()?),
            reachable(watches.local_addr()?),
        );
        let language = self.language;
        let url = facts([("url", format!("http://{}/", places.0))]);
        say(language, "listening_http", &url);
        say(
            language,
            "listening_tcp",
            &facts([("address", places.1.to_string())]),
        );
        let app = Arc::new(app);
        let serving = app.clone();
        let watches = [Bound::watches(watches)].into_iter();
        let listeners = watches.chain(further).collect();
        let mut serving = tokio::spawn(async move { serving.serve(http, listeners).await });
        // The push service plays on after the story, as long as somebody may raise an alarm.
        let Self {
            started,
            fake,
            recording,
            cast,
            ..
        } = self;
        let story = Story::begin(&app, &fake, cast, started, places, recording);
        let story = async { story.await?.tell(language).await };
        let told = tokio::select! {
            told = story => told.map(Some),
            ended = &mut serving => Err(early(ended)),
            () = app.shutdown.requested() => Ok(None),
        };
        let ending = match told {
            Ok(ending) => ending,
            Err(error) => {
                app.shutdown.stop();
                return Err(failed(language, error));
            }
        };
        if let Some(ending) = ending {
            show(&ending);
            if exit_after_incident {
                app.shutdown.stop();
            } else {
                say(language, "keep_serving", &url);
                app.shutdown.requested().await;
            }
        }
        serving.await.context("the server broke off")?
    }
}

fn failed(language: Language, error: anyhow::Error) -> anyhow::Error {
    let reason = facts([("reason_text", format!("{error:#}"))]);
    phrase(language, "failed", &reason).map_or(error, anyhow::Error::msg)
}

fn early(ended: Result<anyhow::Result<()>, tokio::task::JoinError>) -> anyhow::Error {
    match ended {
        Ok(Ok(())) => anyhow::anyhow!("the server stopped"),
        Ok(Err(error)) => error,
        Err(error) => error.into(),
    }
}
