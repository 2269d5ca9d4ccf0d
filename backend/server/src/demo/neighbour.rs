//! Simulated neighbours: they know the public API and their phone, nothing else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use domain::ids::{IncidentId, ResponderId};
use domain::message::{MessageKey, facts};
use fcm::fake::RecordedSend;
use futures_util::{StreamExt as _, TryStreamExt as _};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::sync::broadcast;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::api::Api;
use super::{Deed, DeedKind, Tell, pause};
use crate::engine::fresh_id;
use crate::stages::monotonic;

/// Phones that are set up at once.
const AT_ONCE: usize = 16;
/// The first neighbour looks at the phone after this time, each further one somewhat later.
const LOOKS: Duration = Duration::from_millis(400);
const LATER: Duration = Duration::from_millis(350);
const LATEST: Duration = Duration::from_millis(1_500);
/// From the answer to the door, to the resident, to the report: time of people, not of the server.
const SETS_OUT: Duration = Duration::from_millis(500);
const WALKS: Duration = Duration::from_millis(1_200);
const HELPS: Duration = Duration::from_millis(800);
/// What the neighbour reports.
const OUTCOME: &str = "helped";

/// A responder with a phone.
#[derive(Clone, Debug)]
pub(super) struct Neighbour {
    responder_id: ResponderId,
    bearer: String,
    phone: String,
}

/// All of them.
pub(super) struct Neighbours {
    api: Api,
    by_phone: HashMap<String, Neighbour>,
    asked: Arc<Mutex<HashMap<IncidentId, u32>>>,
}

impl Neighbours {
    /// Neighbours with their tokens, each with a new phone.
    pub(super) fn new(api: Api, people: Vec<(ResponderId, String)>) -> Self {
        let with_phone = |(responder_id, bearer)| {
            let phone = format!("phone-{}", fresh_id().simple());
            (
                phone.clone(),
                Neighbour {
                    responder_id,
                    bearer,
                    phone,
                },
            )
        };
        let by_phone = people.into_iter().map(with_phone).collect();
        Self {
            api,
            by_phone,
            asked: Arc::default(),
        }
    }

    /// Registers every phone, as the app does at its start.
    pub(super) async fn set_up_phones(&self) -> anyhow::Result<()> {
        let registering = self.by_phone.values().map(|neighbour| async move {
            // One app per neighbour: its identity can be the responder's.
            let path = format!("/v1/me/push-endpoints/{}", neighbour.responder_id);
            let body = json!({ "platform": "fcm", "token": neighbour.phone });
            self.api
                .put(&neighbour.bearer, &path, body)
                .await
                .map(|_| ())
        });
        futures_util::stream::iter(registering)
            .buffer_unordered(AT_ONCE)
            .try_collect::<()>()
            .await
            .context("a phone cannot be registered")
    }

    /// Answers pushes for ever; ends only with an error.
    pub(super) async fn live(
        self,
        mut pushes: broadcast::Receiver<RecordedSend>,
        tell: Tell,
    ) -> anyhow::Result<()> {
        let mut busy = JoinSet::new();
        loop {
            tokio::select! {
                push = pushes.recv() => match push {
                    Ok(push) => self.react(&push, &mut busy, &tell),
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return Ok(()),
                },
                Some(ended) = busy.join_next() => ended.context("a neighbour broke off")??,
            }
        }
    }

    fn react(&self, push: &RecordedSend, busy: &mut JoinSet<anyhow::Result<()>>, tell: &Tell) {
        let is_offer = push
            .data
            .get("message")
            .is_some_and(|key| key == MessageKey::OfferNew.as_str());
        let Some(neighbour) = self.by_phone.get(&push.token).filter(|_| is_offer) else {
            return;
        };
        let incident = push
            .data
            .get("incident_id")
            .and_then(|id| Uuid::try_parse(id).ok());
        let Some(incident) = incident.map(IncidentId) else {
            return;
        };
        let delay = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            let before = asked.entry(incident).or_default();
            *before += 1;
            delay(*before - 1)
        };
        let visit = Visit {
            api: self.api.clone(),
            bearer: neighbour.bearer.clone(),
            incident,
            tell: tell.clone(),
        };
        busy.spawn(visit.make(delay));
    }
}

fn delay(asked_before: u32) -> Duration {
    (LOOKS + LATER * asked_before).min(LATEST)
}

/// One neighbour and one incident.
struct Visit {
    api: Api,
    bearer: String,
    incident: IncidentId,
    tell: Tell,
}

impl Visit {
    async fn make(self, delay: Duration) -> anyhow::Result<()> {
        pause(delay).await;
        let Some(offer) = self.pending_offer().await? else {
            return Ok(());
        };
        let acceptance = format!("/v1/offers/{offer}/acceptance");
        if !self.step(&acceptance, DeedKind::Accepted, None).await? {
            return Ok(());
        }
        let incident = format!("/v1/incidents/{}", self.incident);
        for (time, what, deed) in [
            (SETS_OUT, "departure", DeedKind::Departed),
            (WALKS, "arrival", DeedKind::Arrived),
        ] {
            pause(time).await;
            if !self.step(&format!("{incident}/{what}"), deed, None).await? {
                return Ok(());
            }
        }
        pause(HELPS).await;
        let told = facts([("outcome", OUTCOME.to_owned())]);
        self.tell.say("outcome_reported", told);
        let outcome = Some(json!({ "outcome": OUTCOME }));
        self.step(&format!("{incident}/closure"), DeedKind::Closed, outcome)
            .await
            .map(|_| ())
    }

    /// The offer of this incident that waits for an answer; `None` when somebody was faster.
    async fn pending_offer(&self) -> anyhow::Result<Option<String>> {
        let offers = self.api.get(&self.bearer, "/v1/me/offers").await?;
        let incident = self.incident.to_string();
        let items = offers["items"].as_array().into_iter().flatten();
        let mut mine = items.filter(|offer| offer["incident_id"] == incident.as_str());
        let waiting = mine.find(|offer| offer["state"] == "pending");
        Ok(waiting
            .and_then(|offer| offer["id"].as_str())
            .map(str::to_owned))
    }

    /// One call; false when somebody else was faster and the visit is over.
    async fn step(&self, path: &str, deed: DeedKind, body: Option<Value>) -> anyhow::Result<bool> {
        let started = monotonic();
        let answer = self.api.post(&self.bearer, path, body).await?;
        if answer.status == StatusCode::CONFLICT {
            return Ok(false);
        }
        let kind = answer.good()?["kind"].as_str().map(str::to_owned);
        self.did(deed, started, kind);
        Ok(true)
    }

    fn did(&self, what: DeedKind, started: std::time::Instant, kind: Option<String>) {
        let at = monotonic();
        let took = at.saturating_duration_since(started);
        self.tell.deed(Deed {
            incident_id: self.incident,
            what,
            at,
            took,
            kind,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_asked_is_the_first_to_look() {
        assert_eq!(delay(0), LOOKS);
        assert!(delay(1) > delay(0));
        assert_eq!(delay(50), LATEST);
    }

    #[test]
    fn every_phone_is_another() {
        let api = Api::new("http://127.0.0.1:1".to_owned()).expect("a client");
        let people = vec![
            (ResponderId(fresh_id()), "a".into()),
            (ResponderId(fresh_id()), "b".into()),
        ];
        assert_eq!(Neighbours::new(api, people).by_phone.len(), 2);
    }
}
