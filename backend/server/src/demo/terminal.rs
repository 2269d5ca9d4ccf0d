//! What the terminal shows of an alarm: one line for each stage, with its time.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use accessibility::Language;
use domain::ids::{FrameId, IncidentId};
use domain::message::{Facts, facts};

use super::{Deed, DeedKind, News};
use crate::columns::{left, right};
use crate::stages::{Stage, StageEvent};

/// Cells of the columns: what, since the frame came in, the stage's own time.
const WHAT: usize = 18;
const SINCE: usize = 11;
const OWN: usize = 11;

/// Tells the first incident that an alarm frame opens and that somebody is asked to answer.
pub(super) struct Telling {
    language: Language,
    /// Stages of frames, until one of them is the one.
    frames: HashMap<FrameId, Vec<StageEvent>>,
    /// Pushes and deeds of incidents, until one of them is the one.
    early: Vec<News>,
    followed: Option<Followed>,
}

/// The incident that is told.
struct Followed {
    incident: IncidentId,
    frame: FrameId,
    received: Instant,
    answered: Duration,
    ranked: Duration,
    accepted: Option<Duration>,
    closed: Option<String>,
}

impl Telling {
    pub(super) fn new(language: Language) -> Self {
        Self {
            language,
            frames: HashMap::new(),
            early: Vec::new(),
            followed: None,
        }
    }

    /// The incident, once it is known.
    pub(super) fn followed(&self) -> Option<IncidentId> {
        self.followed.as_ref().map(|followed| followed.incident)
    }

    /// The closing line, once it is over. Others read it by program: it is the same in every
    /// language.
    pub(super) fn ending(&self) -> Option<String> {
        let followed = self.followed.as_ref()?;
        let kind = followed.closed.as_ref()?;
        Some(format!(
            "incident closed: {kind} → accepted in {} ms (ack after commit {} ms, ranked {} µs)",
            followed.accepted?.as_millis(),
            followed.answered.as_millis(),
            followed.ranked.as_micros(),
        ))
    }

    /// Hears news and says what there is to show, line by line.
    pub(super) fn hear(&mut self, news: News) -> Vec<String> {
        match news {
            News::Said(key, told) => self.phrase(key, &told).map(|text| format!("▸ {text}")),
            News::Stage(event) => return self.stage(event),
            News::Deed(deed) => return self.deed(deed),
        }
        .into_iter()
        .collect()
    }

    fn stage(&mut self, event: StageEvent) -> Vec<String> {
        if let Some(followed) = &self.followed {
            let frame = event.frame_id.is_some_and(|frame| frame == followed.frame);
            let push = event.frame_id.is_none() && event.incident_id == Some(followed.incident);
            return if frame || push {
                vec![self.stage_line(&event)]
            } else {
                Vec::new()
            };
        }
        let Some(frame) = event.frame_id else {
            self.early.push(News::Stage(event));
            return Vec::new();
        };
        self.frames.entry(frame).or_default().push(event);
        self.settle_on(frame)
    }

    /// Follows a frame once it opened an incident, somebody was asked, and its device answered.
    fn settle_on(&mut self, frame: FrameId) -> Vec<String> {
        let passed = self
            .frames
            .get(&frame)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let find = |stage| passed.iter().find(|event| event.stage == stage);
        let (Some(received), Some(asked), Some(answered)) = (
            find(Stage::FrameReceived),
            find(Stage::Offered),
            find(Stage::DeviceAnswered),
        ) else {
            return Vec::new();
        };
        let Some(incident) = asked.incident_id else {
            return Vec::new();
        };
        self.followed = Some(Followed {
            incident,
            frame,
            received: received.at,
            answered: answered.at.saturating_duration_since(received.at),
            ranked: find(Stage::Ranked)
                .and_then(|event| event.took)
                .unwrap_or_default(),
            accepted: None,
            closed: None,
        });
        let mut events = std::mem::take(&mut self.frames)
            .remove(&frame)
            .unwrap_or_default();
        let mut deeds = Vec::new();
        for news in std::mem::take(&mut self.early) {
            match news {
                News::Stage(event) if event.incident_id == Some(incident) => events.push(event),
                News::Deed(deed) if deed.incident_id == incident => deeds.push(deed),
                _ => {}
            }
        }
        events.sort_by_key(|event| event.at);
        let mut lines = self.heading();
        lines.extend(events.iter().map(|event| self.stage_line(event)));
        lines.extend(deeds.into_iter().flat_map(|deed| self.deed(deed)));
        lines
    }

    fn deed(&mut self, deed: Deed) -> Vec<String> {
        let Some(followed) = self.followed.as_mut() else {
            self.early.push(News::Deed(deed));
            return Vec::new();
        };
        if followed.incident != deed.incident_id {
            return Vec::new();
        }
        let since = deed.at.saturating_duration_since(followed.received);
        let (stage, remark) = match deed.what {
            DeedKind::Accepted => {
                followed.accepted = Some(since);
                ("stage.accepted", Some("neighbour_answers"))
            }
            DeedKind::Departed => ("stage.departed", Some("neighbour_departs")),
            DeedKind::Arrived => ("stage.arrived", Some("neighbour_arrives")),
            DeedKind::Closed => {
                followed.closed = Some(deed.kind.unwrap_or_default());
                ("stage.closed", None)
            }
        };
        let remark = remark.and_then(|key| self.phrase(key, &Facts::new()));
        vec![self.line(stage, Some(since), Some(deed.took), remark)]
    }

    fn heading(&self) -> Vec<String> {
        self.phrase("stages", &Facts::new()).into_iter().collect()
    }

    fn stage_line(&self, event: &StageEvent) -> String {
        let since = self
            .followed
            .as_ref()
            .map(|followed| event.at.saturating_duration_since(followed.received));
        let (key, since) = match event.stage {
            Stage::FrameReceived => return self.line("stage.frame_received", since, None, None),
            Stage::Decoded => ("stage.decoded", since),
            // Ranking ends before the commit, but only its own time is measured.
            Stage::Ranked => ("stage.ranked", None),
            Stage::Committed => ("stage.committed", since),
            Stage::Offered => ("stage.offered", since),
            Stage::DeviceAnswered => return self.line("stage.device_answered", since, None, None),
            Stage::PushHandedOver => ("stage.push_handed_over", since),
        };
        let remark = (event.stage == Stage::Offered)
            .then(|| facts([("asked", event.count.to_string())]))
            .and_then(|told| self.phrase("asked", &told));
        self.line(key, since, event.took, remark)
    }

    fn line(
        &self,
        key: &str,
        since: Option<Duration>,
        own: Option<Duration>,
        remark: Option<String>,
    ) -> String {
        let what = self
            .phrase(key, &Facts::new())
            .unwrap_or_else(|| key.to_owned());
        let since = since.map(milliseconds).unwrap_or_default();
        let own = own.map(fitting).unwrap_or_default();
        let remark = remark.unwrap_or_default();
        let line = format!(
            "  {}{}{}   {remark}",
            left(&what, WHAT),
            right(&since, SINCE),
            right(&own, OWN)
        );
        line.trim_end().to_owned()
    }

    fn phrase(&self, key: &str, told: &Facts) -> Option<String> {
        accessibility::phrase("demo", key, self.language, told)
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

/// Microseconds below one millisecond, milliseconds above.
fn fitting(time: Duration) -> String {
    if time < Duration::from_millis(1) {
        format!("{} µs", time.as_micros())
    } else {
        milliseconds(time)
    }
}

#[cfg(test)]
mod tests;
