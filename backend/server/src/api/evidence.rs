//! Tag evidence: what an alarm was weighed by, and traces that add to it.

use accessibility::Language;
use domain::access::{Action, Object};
use domain::apply::{Carried, apply};
use domain::evidence::{EvidenceRecord, Finding, Item, Observation, Side};
use domain::falls::{FallScore, Thresholds, score};
use domain::identity::{Role, Subject};
use domain::ids::{DeviceId, IncidentId};
use domain::incidents::Input;
use domain::message::facts;
use domain::ports::{Store as _, Target};
use openapi::{
    Answer, Caller, EvidenceItem, EvidencePort, EvidenceSide, EvidenceWeighing, IncidentEvidence,
    Problem, Time, TraceOpinion, TraceUpload,
};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::gate::{self, Standing};
use super::problems::Failure;
use super::{Api, wire};
use crate::engine::Engine;

impl EvidencePort for Api {
    async fn incident_evidence(
        &self,
        caller: Caller,
        incident_id: Uuid,
    ) -> Answer<IncidentEvidence> {
        let subject = gate::subject(&caller);
        let language = Language::negotiate(&caller.language);
        self.ask(move |engine| of(engine, &subject, incident_id.into(), language).map(Json))
            .await
    }

    async fn device_trace(
        &self,
        caller: Caller,
        device_id: Uuid,
        trace: TraceUpload,
    ) -> Answer<TraceOpinion> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| judged(engine, &subject, device_id.into(), &trace).map(Json))
            .await
    }
}

/// The evidence of an incident as far as the subject may see it.
fn of(
    engine: &Engine,
    subject: &Subject,
    id: IncidentId,
    language: Language,
) -> Result<IncidentEvidence, Failure> {
    let action = Action::IncidentEvidence;
    gate::role(subject, action)?;
    let (store, organisation) = (&engine.store, subject.organisation_id);
    let standing = Standing::read(store, organisation, id)?;
    standing.pass(subject, action)?;
    let records = store.evidence_of_incident(organisation, id)?;
    let last = records.last();
    let why = last.map(|record| record.why.as_slice()).unwrap_or_default();
    let number = |finding: Finding| {
        let mut items = records.iter().flat_map(|record| &record.items);
        items
            .find(|item| item.finding == finding)
            .and_then(|item| item.value)
    };
    let why = why.iter().map(|&finding| {
        let item = Item {
            finding,
            value: number(finding),
        };
        words(item, language)
    });
    let trust = records.iter().filter_map(|record| record.trust).min();
    let all = subject.role == Role::Operator;
    let answer = IncidentEvidence {
        identity: trust.map(wire::identity),
        severity: i32::from(standing.incident.severity.0),
        window_s: last.map(|record| i64::from(record.window_s)),
        why: why.collect(),
        weighings: records
            .iter()
            .filter(|_| all)
            .map(|record| weighing(record, language))
            .collect(),
    };
    gate::looked(engine, subject, action, ("incident", id.0))?;
    Ok(answer)
}

fn weighing(record: &EvidenceRecord, language: Language) -> EvidenceWeighing {
    EvidenceWeighing {
        at: Time(record.at),
        identity: record.trust.map(wire::identity),
        rules: record.rules.clone(),
        items: record
            .items
            .iter()
            .map(|item| shown(*item, language))
            .collect(),
        severity: i32::from(record.severity.0),
        window_s: i64::from(record.window_s),
    }
}

fn shown(item: Item, language: Language) -> EvidenceItem {
    EvidenceItem {
        key: item.finding.to_string(),
        value: item.value,
        side: match item.finding.side() {
            Side::For => EvidenceSide::For,
            Side::Against => EvidenceSide::Against,
            Side::Neutral => EvidenceSide::Neutral,
        },
        text: words(item, language),
    }
}

fn words(item: Item, language: Language) -> String {
    let number = item
        .value
        .map(|value| value.to_string())
        .unwrap_or_default();
    let said = facts([("n", number)]);
    accessibility::phrase("evidence", item.finding.as_str(), language, &said).unwrap_or_default()
}

/// Scores a trace, and adds the opinion to what is open. The trace itself is not kept.
fn judged(
    engine: &Engine,
    subject: &Subject,
    id: DeviceId,
    trace: &TraceUpload,
) -> Result<TraceOpinion, Failure> {
    let action = Action::DeviceTrace;
    gate::role(subject, action)?;
    let store = &engine.store;
    let device = store.device_read(subject.organisation_id, id)?.device;
    let object = match device.resident_id {
        Some(resident) => gate::about(device.organisation_id, resident),
        None => Object::organisation(device.organisation_id),
    };
    gate::pass(subject, action, &object)?;
    let read = crate::falls::trace(trace.csv.as_bytes(), trace.rate_hz);
    let (recorded, _) = read.map_err(|_| {
        Problem::invalid(
            "csv",
            "columns ax, ay, az, at least 20 samples, and t_ms, t_s or rate_hz",
        )
    })?;
    let thresholds =
        Thresholds::shipped().map_err(|error| domain::ports::StoreError::Bug(error.to_string()))?;
    let opinion = score(&recorded, &thresholds);
    let open = store.open_incident_of(device.protocol, &device.uid)?;
    let open = open.filter(|(organisation, _)| *organisation == device.organisation_id);
    if let Some((organisation_id, id)) = open {
        let target = Target::Incident {
            organisation_id,
            id,
        };
        let seen = Input::Observed(Observation {
            items: vec![found(&opinion)],
            ..Observation::default()
        });
        apply(engine, &target, &seen, &Carried::default())?;
    }
    gate::looked(engine, subject, action, ("device", device.id.0))?;
    Ok(TraceOpinion {
        fall: opinion.fall,
        score: opinion.score,
        thresholds: thresholds.version,
        incident_id: open.map(|(_, id)| id.0),
    })
}

/// An opinion as evidence, in percent.
fn found(opinion: &FallScore) -> Item {
    let percent = (opinion.score * 100.0).round() as i64;
    let finding = if opinion.fall {
        Finding::TraceFall
    } else {
        Finding::TraceNoFall
    };
    Item::with(finding, percent)
}
