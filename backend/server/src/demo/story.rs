//! Follows one incident from its frame to its end, and notices when something goes wrong.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use accessibility::Language;
use anyhow::Context as _;
use fcm::fake::Fake;
use tokio::sync::{broadcast, mpsc};
use tokio::task::{JoinError, JoinHandle};
use tokio::time::timeout;

use super::api::Api;
use super::cast::Cast;
use super::frames::Recording;
use super::neighbour::Neighbours;
use super::screen::show;
use super::terminal::Telling;
use super::{News, Tell};
use crate::app::App;
use crate::seed::Token;
use crate::stages::{StageEvent, monotonic};

/// An incident must be open so soon after the last frame.
const OPENS: Duration = Duration::from_secs(10);
/// And closed so soon after it was opened.
const CLOSES: Duration = Duration::from_secs(60);

/// What is followed.
pub(super) struct Story {
    api: Api,
    operator: Token,
    started: Instant,
    news: mpsc::UnboundedReceiver<News>,
    stages: broadcast::Receiver<StageEvent>,
    /// Until it has ended.
    device: Option<JoinHandle<anyhow::Result<()>>>,
    neighbours: JoinHandle<anyhow::Result<()>>,
}

impl Story {
    /// Sets up the neighbours' phones, then lets the device play.
    pub(super) async fn begin(
        app: &App,
        fake: &Fake,
        cast: Cast,
        started: Instant,
        (web, wire): (SocketAddr, SocketAddr),
        recording: Option<Recording>,
    ) -> anyhow::Result<Self> {
        let Cast {
            watch,
            operator,
            neighbours,
        } = cast;
        let (sender, news) = mpsc::unbounded_channel();
        let (tell, stages) = (Tell(sender), app.stages.follow());
        let api = Api::new(format!("http://{web}"))?;
        let neighbours = Neighbours::new(api.clone(), neighbours);
        let pushes = fake.on_send();
        neighbours.set_up_phones().await?;
        let neighbours = tokio::spawn(neighbours.live(pushes, tell.clone()));
        let engine = app.engine.clone();
        let device = match recording {
            Some(recording) => tokio::spawn(async move { recording.replay(wire, &tell).await }),
            None => {
                tokio::spawn(
                    async move { watch.fall(wire, || engine.now(), &tell).await.map(drop) },
                )
            }
        };
        let device = Some(device);
        Ok(Self {
            api,
            operator,
            started,
            news,
            stages,
            device,
            neighbours,
        })
    }

    /// Tells the story; returns its closing line.
    pub(super) async fn tell(mut self, language: Language) -> anyhow::Result<String> {
        let mut telling = Telling::new(language);
        let incident = loop {
            if let Some(incident) = telling.followed() {
                break incident;
            }
            if !self.hear(&mut telling, OPENS).await? {
                let seconds = OPENS.as_secs();
                anyhow::bail!(
                    "no alarm opened an incident within {seconds} s (an alarm that the database \
                     knows already opens none)"
                );
            }
        };
        self.api
            .get(&self.operator.secret, &format!("/v1/incidents/{incident}"))
            .await
            .context("the incident is not visible")?;
        let seconds = self.started.elapsed().as_secs_f64();
        show(&format!("incident visible after {seconds:.1} s"));
        let opened = monotonic();
        let ending = loop {
            if let Some(ending) = telling.ending() {
                break ending;
            }
            let left = CLOSES.saturating_sub(opened.elapsed());
            if left.is_zero() || !self.hear(&mut telling, left).await? {
                let seconds = CLOSES.as_secs();
                anyhow::bail!("the incident was not closed within {seconds} s");
            }
        };
        // A recording is sent to its end, also when the first alarm is over sooner.
        if let Some(device) = self.device.take() {
            device.await.context("the watch broke off")??;
        }
        Ok(ending)
    }

    /// Hears one piece of news and shows it; false when none came in time.
    async fn hear(&mut self, telling: &mut Telling, patience: Duration) -> anyhow::Result<bool> {
        let device = self.device.as_mut();
        let news = tokio::select! {
            biased;
            stage = self.stages.recv() => match stage {
                Ok(event) => Some(News::Stage(event)),
                // What was missed belongs to later alarms of a long recording.
                Err(broadcast::error::RecvError::Lagged(_)) => None,
                Err(broadcast::error::RecvError::Closed) => anyhow::bail!("the server stopped"),
            },
            news = self.news.recv() => Some(news.context("nobody plays any more")?),
            Some(ended) = end(device) => {
                self.device = None;
                ended.context("the watch broke off")??;
                None
            }
            ended = &mut self.neighbours => {
                ended.context("the neighbours broke off")??;
                anyhow::bail!("the neighbours left");
            }
            () = silence(patience) => return Ok(false),
        };
        for line in news.into_iter().flat_map(|news| telling.hear(news)) {
            show(&line);
        }
        Ok(true)
    }
}

async fn end<T>(task: Option<&mut JoinHandle<T>>) -> Option<Result<T, JoinError>> {
    Some(task?.await)
}

async fn silence(patience: Duration) {
    let for_ever = std::future::pending::<()>();
    // Running out of time is what is waited for.
    let _ = timeout(patience, for_ever).await;
}
