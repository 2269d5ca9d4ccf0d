//! The live stream: lines of history as they are committed, each past the gate.
//!
//! A stream is pulled: the next line is read, authorised and worded when the connection can take
//! it, so a slow reader costs neither memory nor an old permission. Whose family a caller is, and
//! whether its token is still good, is looked at again all along. It ends at shutdown and with its
//! token.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use accessibility::Language;
use domain::access::Action;
use domain::identity::Subject;
use domain::ids::IncidentId;
use domain::ports::StoreError;
use futures_util::{StreamExt, stream};
use openapi::{Caller, IncidentEvent, IncidentEvents, Problem};
use store::{Numbered, SqlStore};
use tokio::sync::watch;
use uuid::Uuid;

use super::Api;
use super::gate::{self, Standing};
use super::problems::Failure;
use super::wording::{self, Names};
use crate::engine::{Engine, blocking};
use crate::stages::monotonic;

/// Safety net beside the wake-up.
const PERIOD: Duration = Duration::from_millis(500);
/// Lines read at once.
const BATCH: u32 = 200;
/// How old a look at an incident may be when one of its lines is authorised.
const FRESH: Duration = Duration::from_secs(1);

/// Follows history after a line, or from now on.
pub(super) async fn follow(
    api: &Api,
    caller: &Caller,
    after: Option<i64>,
) -> Result<IncidentEvents, Problem> {
    let subject = Arc::new(gate::subject(caller));
    // Registered before the first look: a commit between look and wait is not missed.
    let woken = api.engine.wake.register();
    let stop = api.shutdown.listen();
    let asked = subject.clone();
    let last = api.ask(move |engine| {
        gate::role(&asked, Action::IncidentStream)?;
        let last = || engine.store.timeline_last(asked.organisation_id);
        Ok::<_, Failure>(after.map_or_else(last, Ok)?)
    });
    let following = Following {
        token_id: caller.token_id,
        is_over: false,
        after: last.await?,
        engine: api.engine.clone(),
        subject,
        language: Language::negotiate(&caller.language),
        linked_at: monotonic(),
        unsent: VecDeque::new(),
        looks: Looks::default(),
        woken,
        stop,
    };
    let events = stream::unfold(following, |mut following| async move {
        let event = following.next().await?;
        Some((event, following))
    });
    Ok(events.boxed())
}

struct Following {
    engine: Engine,
    token_id: Option<Uuid>,
    /// The token has ended, and the stream with it.
    is_over: bool,
    subject: Arc<Subject>,
    language: Language,
    after: i64,
    linked_at: Instant,
    unsent: VecDeque<Numbered>,
    looks: Looks,
    woken: watch::Receiver<u64>,
    stop: watch::Receiver<bool>,
}

impl Following {
    /// The next event for this caller; `None` when it is time to stop.
    async fn next(&mut self) -> Option<IncidentEvent> {
        while !*self.stop.borrow() && !self.is_over {
            match self.advance().await {
                Ok(Step::Event(event)) => return Some(event),
                Ok(Step::Skipped) => {}
                Ok(Step::Nothing) => self.rest().await,
                Err(error) => {
                    tracing::warn!(%error, "stream could not read; it tries again");
                    self.rest().await;
                }
            }
        }
        None
    }

    /// Whose family the caller is at this moment: a link that has ended shows nothing more.
    async fn look_at_links(&mut self) -> Result<(), StoreError> {
        let (engine, subject) = (self.engine.clone(), self.subject.clone());
        let token = self.token_id;
        let read = move || {
            let organisation = subject.organisation_id;
            if let Some(token) = token
                && !engine.store.token_is_good(organisation, token)?
            {
                return Ok(None);
            }
            let residents = engine
                .store
                .residents_of_account(organisation, subject.account_id)?;
            Ok::<_, StoreError>(Some(residents))
        };
        let Some(resident_ids) = blocking(read).await? else {
            self.is_over = true;
            return Ok(());
        };
        if resident_ids != self.subject.resident_ids {
            let subject = (*self.subject).clone();
            self.subject = Arc::new(Subject {
                resident_ids,
                ..subject
            });
        }
        self.linked_at = monotonic();
        Ok(())
    }

    async fn advance(&mut self) -> Result<Step, StoreError> {
        if monotonic().duration_since(self.linked_at) > FRESH {
            self.look_at_links().await?;
        }
        if self.is_over {
            return Ok(Step::Skipped);
        }
        let Some(line) = self.unsent.pop_front() else {
            return self.read().await;
        };
        let (engine, subject, language) =
            (self.engine.clone(), self.subject.clone(), self.language);
        let mut looks = std::mem::take(&mut self.looks);
        let worded = blocking(move || {
            let event = looks.event(&engine.store, &line, &subject, language, monotonic());
            (event, looks, line)
        });
        let (event, looks, line) = worded.await;
        self.looks = looks;
        match event {
            Ok(Some(event)) => Ok(Step::Event(event)),
            Ok(None) => Ok(Step::Skipped),
            Err(error) => {
                self.unsent.push_front(line);
                Err(error)
            }
        }
    }

    async fn read(&mut self) -> Result<Step, StoreError> {
        let (engine, subject, after) = (self.engine.clone(), self.subject.clone(), self.after);
        let organisation = subject.organisation_id;
        let read = blocking(move || engine.store.timeline_after(organisation, after, BATCH));
        let lines = read.await?;
        let Some(last) = lines.last().map(|line| line.seq) else {
            return Ok(Step::Nothing);
        };
        // After the lines: what ended before one of them was written does not show it.
        self.look_at_links().await?;
        if self.is_over {
            return Ok(Step::Skipped);
        }
        self.after = last;
        self.unsent = lines.into();
        self.looks = Looks::default();
        Ok(Step::Skipped)
    }

    /// Waits for a commit, a while, or the end.
    async fn rest(&mut self) {
        let (woken, stop) = (&mut self.woken, &mut self.stop);
        let event = async {
            tokio::select! {
                _ = woken.changed() => {}
                _ = stop.wait_for(|stopped| *stopped) => {}
            }
        };
        // Running out of time is the safety net, not an error.
        let _ = tokio::time::timeout(PERIOD, event).await;
    }
}

enum Step {
    Event(IncidentEvent),
    Skipped,
    Nothing,
}

/// What is known of the incidents of a batch; an incident that is gone is `None`.
#[derive(Default)]
struct Looks(HashMap<IncidentId, Look>);

struct Look {
    taken: Instant,
    known: Option<(Standing, Names)>,
}

impl Looks {
    /// The line in the caller's words, if the caller may read it at this moment.
    fn event(
        &mut self,
        store: &SqlStore,
        line: &Numbered,
        subject: &Subject,
        language: Language,
        now: Instant,
    ) -> Result<Option<IncidentEvent>, StoreError> {
        let id = line.entry.incident_id;
        let look = match self.0.entry(id) {
            Entry::Occupied(found) if now.duration_since(found.get().taken) < FRESH => {
                found.into_mut()
            }
            Entry::Occupied(mut old) => {
                old.insert(Look::take(store, subject, id, now)?);
                old.into_mut()
            }
            Entry::Vacant(place) => place.insert(Look::take(store, subject, id, now)?),
        };
        let Some((standing, names)) = &look.known else {
            return Ok(None);
        };
        Ok(worded(line, standing, names, subject, language))
    }
}

impl Look {
    fn take(
        store: &SqlStore,
        subject: &Subject,
        id: IncidentId,
        now: Instant,
    ) -> Result<Self, StoreError> {
        let known = match Standing::read(store, subject.organisation_id, id) {
            Ok(standing) => {
                let names = Names::of(store, &standing)?;
                Some((standing, names))
            }
            Err(StoreError::NotFound) => None,
            Err(error) => return Err(error),
        };
        Ok(Self { taken: now, known })
    }
}

/// The gate for one line: the incident must be readable and its history visible.
fn worded(
    line: &Numbered,
    standing: &Standing,
    names: &Names,
    subject: &Subject,
    language: Language,
) -> Option<IncidentEvent> {
    standing.pass(subject, Action::IncidentRead).ok()?;
    let seen = standing.seen_by(subject).timeline;
    seen.then(|| wording::event(line, standing, names, subject, language))
}

#[cfg(test)]
mod tests;
