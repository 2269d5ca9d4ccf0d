//! The steps of an incident beside the straight way, exercises, and the sheet for 120, 110 and 119.

mod machine;
mod page;
mod sheet;

use accessibility::Language;
use domain::access::Action;
use domain::identity::Subject;
use domain::ids::{AccountId, DeviceId, IncidentId, ResidentId};
use domain::incidents::{DrillCrew, FollowUpReport, HandOver, Input, Suspension};
use domain::ports::Target;
use openapi::{
    Answer, Caller, DeviceFalseAlarms, DrillOrder, FalseAlarmCount, FollowUp, FollowUpResult,
    HealthRecord, Incident, IncidentLink, IncidentLinks, IncidentStates, IncidentStepsPort, Note,
    OtherIncident, Problem, SheetAnswer, SheetForm, Slug, Time,
};
use poem_openapi::payload::{Html, Json};
use uuid::Uuid;

use super::gate::{self, Standing};
use super::incidents::{changes, place};
use super::problems::Failure;
use super::{Api, wire};
use crate::engine::Engine;

/// Most characters of one line of a health record.
const LONGEST_LINE: usize = 120;

impl IncidentStepsPort for Api {
    async fn incident_states(&self, caller: Caller) -> Answer<IncidentStates> {
        gate::role(&gate::subject(&caller), Action::IncidentStates).map_err(Failure::from)?;
        Ok(Json(machine::shown(Language::negotiate(&caller.language))))
    }

    async fn incident_no_answer(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        note: Note,
    ) -> Answer<Incident> {
        let subject = gate::subject(&caller);
        let by = subject.account_id;
        let input = Input::NoAnswer { by: Some(by) };
        self.step(
            subject,
            incident_id.into(),
            (Action::IncidentNoAnswer, key),
            input,
            note.note,
        )
        .await
    }

    async fn incident_drop(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        note: Note,
    ) -> Answer<Incident> {
        let subject = gate::subject(&caller);
        let by = subject.account_id;
        let input = Input::Drop { by };
        self.step(
            subject,
            incident_id.into(),
            (Action::IncidentDrop, key),
            input,
            note.note,
        )
        .await
    }

    async fn incident_block_access(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        note: Note,
    ) -> Answer<Incident> {
        let subject = gate::subject(&caller);
        let by = subject.account_id;
        let input = Input::BlockAccess { by };
        self.step(
            subject,
            incident_id.into(),
            (Action::IncidentBlockAccess, key),
            input,
            note.note,
        )
        .await
    }

    async fn incident_hand_over(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        hand_over: openapi::HandOver,
    ) -> Answer<Incident> {
        let subject = gate::subject(&caller);
        let input = Input::HandOver(HandOver {
            by: subject.account_id,
            to: wire::handed_to(hand_over.to),
            place: changes::written(hand_over.place),
            companion: wire::companion(hand_over.companion),
        });
        self.step(
            subject,
            incident_id.into(),
            (Action::IncidentHandOver, key),
            input,
            None,
        )
        .await
    }

    async fn incident_follow_up(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        follow_up: FollowUp,
    ) -> Answer<Incident> {
        let (subject, id) = (gate::subject(&caller), IncidentId(incident_id));
        let action = Action::IncidentFollowUp;
        if follow_up.result == FollowUpResult::NeedsHelp {
            let asked = subject.clone();
            self.ask(move |engine| {
                changes::may_change(engine, &asked, action, id)?;
                place::free_for_reopening(&engine.store, &asked, id)
            })
            .await?;
        }
        let input = Input::FollowUp(FollowUpReport {
            by: subject.account_id,
            way: wire::follow_up_way(follow_up.way),
            result: wire::follow_up_result(follow_up.result),
        });
        self.step(subject, id, (action, key), input, follow_up.note)
            .await
    }

    async fn incident_suspend(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        suspension: openapi::Suspension,
    ) -> Answer<Incident> {
        let subject = gate::subject(&caller);
        let input = Input::Suspend(Suspension {
            by: subject.account_id,
            reason: wire::suspension_reason(suspension.reason),
            until: suspension.until.0,
        });
        self.step(
            subject,
            incident_id.into(),
            (Action::IncidentSuspend, key),
            input,
            None,
        )
        .await
    }

    async fn incident_merge(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        other: OtherIncident,
    ) -> Answer<Incident> {
        let subject = gate::subject(&caller);
        let by = subject.account_id;
        let pair = (incident_id.into(), other);
        self.pair(
            subject,
            (Action::IncidentMerge, key),
            Input::Merge { by },
            pair,
        )
        .await
    }

    async fn incident_split(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        other: OtherIncident,
    ) -> Answer<Incident> {
        let subject = gate::subject(&caller);
        let by = subject.account_id;
        let pair = (incident_id.into(), other);
        self.pair(
            subject,
            (Action::IncidentSplit, key),
            Input::Split { by },
            pair,
        )
        .await
    }

    async fn incident_link(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        other: OtherIncident,
    ) -> Answer<Incident> {
        let subject = gate::subject(&caller);
        let by = subject.account_id;
        let pair = (incident_id.into(), other);
        self.pair(
            subject,
            (Action::IncidentLink, key),
            Input::Link { by },
            pair,
        )
        .await
    }

    async fn incident_link_list(&self, caller: Caller, incident_id: Uuid) -> Answer<IncidentLinks> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| links(engine, &subject, incident_id.into()).map(Json))
            .await
    }

    async fn drill_start(
        &self,
        caller: Caller,
        key: Option<String>,
        order: DrillOrder,
    ) -> Answer<Incident> {
        self.drill(gate::subject(&caller), key, order).await
    }

    async fn device_false_alarms(
        &self,
        caller: Caller,
        device_id: Uuid,
    ) -> Answer<DeviceFalseAlarms> {
        let subject = gate::subject(&caller);
        let language = Language::negotiate(&caller.language);
        self.ask(move |engine| false_alarms(engine, &subject, device_id, language).map(Json))
            .await
    }

    async fn health_read(&self, caller: Caller, resident_id: Uuid) -> Answer<HealthRecord> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::HealthRead;
            let (organisation, id) = (subject.organisation_id, ResidentId(resident_id));
            gate::role(&subject, action)?;
            gate::pass(&subject, action, &gate::about(organisation, id))?;
            engine.store.resident_read(organisation, id)?;
            let record = engine.store.health_record(organisation, id)?;
            gate::looked(engine, &subject, action, ("resident", resident_id))?;
            Ok(Json(health(record)))
        })
        .await
    }

    async fn health_set(
        &self,
        caller: Caller,
        resident_id: Uuid,
        record: HealthRecord,
    ) -> Answer<HealthRecord> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::HealthSet;
            let (organisation, id) = (subject.organisation_id, ResidentId(resident_id));
            gate::role(&subject, action)?;
            gate::pass(&subject, action, &gate::about(organisation, id))?;
            let kept = domain::residents::HealthRecord {
                conditions: lines("conditions", record.conditions)?,
                drugs: lines("drugs", record.drugs)?,
                allergies: lines("allergies", record.allergies)?,
            };
            let about = ("resident", resident_id);
            let audit = gate::line(engine, &subject, action, about, None);
            engine
                .store
                .health_record_set(organisation, id, &kept, audit)?;
            Ok(Json(health(kept)))
        })
        .await
    }

    async fn handover_sheet(
        &self,
        caller: Caller,
        incident_id: Uuid,
        as_page: bool,
    ) -> Result<SheetAnswer, Problem> {
        let subject = gate::subject(&caller);
        let language = Language::negotiate(&caller.language);
        let id = incident_id.into();
        let sheet = self
            .ask(move |engine| sheet::of(engine, &subject, id, language))
            .await?;
        let form = if as_page {
            SheetForm::Page(Html(page::printed(&sheet, language)))
        } else {
            SheetForm::Data(Json(sheet))
        };
        Ok(SheetAnswer::Sheet(form))
    }
}

impl Api {
    /// One step of an incident that the subject may change. A repeat under the same key shows the
    /// incident and changes nothing.
    async fn step(
        &self,
        subject: Subject,
        id: IncidentId,
        (action, key): (Action, Option<String>),
        input: Input,
        note: Option<String>,
    ) -> Answer<Incident> {
        let asked = subject.clone();
        let key = key.map(|key| named(action, &key));
        let given = key.clone();
        let is_known = self.ask(move |engine| {
            changes::may_change(engine, &asked, action, id)?;
            known(engine, &asked, given.as_deref(), Some(id)).map(|it| it.is_some())
        });
        if !is_known.await? {
            let target = Target::Incident {
                organisation_id: subject.organisation_id,
                id,
            };
            self.apply_once(&subject, target, action, input, note, key)
                .await?;
        }
        self.afterwards(subject, id).await
    }

    /// Decides about two incidents that the subject may both change, and shows the first.
    async fn pair(
        &self,
        subject: Subject,
        (action, key): (Action, Option<String>),
        input: Input,
        (id, other): (IncidentId, OtherIncident),
    ) -> Answer<Incident> {
        let (asked, second) = (subject.clone(), IncidentId(other.incident_id));
        let key = key.map(|key| named(action, &key));
        let given = key.clone();
        let is_known = self.ask(move |engine| {
            changes::may_change(engine, &asked, action, id)?;
            match changes::may_change(engine, &asked, action, second) {
                Err(Failure::Store(_) | Failure::Denied(_)) => {
                    let problem = Problem::not_found();
                    let rule = "an existing incident";
                    return Err(problem.with_error("incident_id", rule).into());
                }
                passed => passed?,
            }
            known(engine, &asked, given.as_deref(), Some(id)).map(|it| it.is_some())
        });
        if !is_known.await? {
            let target = Target::Pair {
                organisation_id: subject.organisation_id,
                id,
                other: second,
            };
            let note = Some(other.reason);
            self.apply_once(&subject, target, action, input, note, key)
                .await?;
        }
        self.afterwards(subject, id).await
    }

    /// Starts an exercise that reaches those who take part, and whoever ordered it.
    async fn drill(
        &self,
        subject: Subject,
        key: Option<String>,
        order: DrillOrder,
    ) -> Answer<Incident> {
        let action = Action::DrillStart;
        let resident_id = ResidentId(order.resident_id);
        let mut crew: Vec<AccountId> = order.crew.into_iter().map(AccountId).collect();
        crew.push(subject.account_id);
        crew.sort_unstable();
        crew.dedup();
        let key = key.map(|key| named(action, &key));
        let (asked, members, given) = (subject.clone(), crew.clone(), key.clone());
        let running = self.ask(move |engine| {
            gate::role(&asked, action)?;
            let organisation = asked.organisation_id;
            gate::pass(&asked, action, &gate::about(organisation, resident_id))?;
            changes::exists(engine, &asked, resident_id)?;
            for account in members {
                let read = engine.store.account_read(account);
                if !read.is_ok_and(|it| it.organisation_id == organisation) {
                    let problem = Problem::not_found();
                    return Err(problem.with_error("crew", "existing accounts").into());
                }
            }
            known(engine, &asked, given.as_deref(), None)
        });
        if let Some(id) = running.await? {
            return self.afterwards(subject, id).await;
        }
        let target = Target::Drill {
            organisation_id: subject.organisation_id,
            resident_id,
            crew: DrillCrew(crew),
        };
        let input = Input::Drill {
            by: subject.account_id,
            kind: wire::reported_kind(order.kind),
        };
        let note = Some(order.reason);
        let applied = self
            .apply_once(&subject, target, action, input, note, key)
            .await?;
        let id = applied.incident_id.ok_or_else(Problem::internal)?;
        self.afterwards(subject, id).await
    }
}

/// A key as it is kept: it speaks for one operation only.
fn named(action: Action, key: &str) -> String {
    format!("{action}:{key}")
}

/// The incident that an earlier call under this key was about, if it is the one that is meant.
fn known(
    engine: &Engine,
    subject: &Subject,
    key: Option<&str>,
    meant: Option<IncidentId>,
) -> Result<Option<IncidentId>, Failure> {
    let Some(key) = key else { return Ok(None) };
    let found = engine
        .store
        .incident_of_key(subject.organisation_id, subject.account_id, key)?;
    match (found, meant) {
        (Some(found), Some(meant)) if found != meant => {
            Err(Problem::from(Slug::IdempotencyKeyReused).into())
        }
        (found, _) => Ok(found),
    }
}

fn links(engine: &Engine, subject: &Subject, id: IncidentId) -> Result<IncidentLinks, Failure> {
    let action = Action::IncidentLinkList;
    gate::role(subject, action)?;
    let organisation = subject.organisation_id;
    Standing::read(&engine.store, organisation, id)?.pass(subject, action)?;
    let found = engine.store.links_of_incident(organisation, id)?;
    let items = found.into_iter().map(|link| IncidentLink {
        incident_id: link.incident_id.0,
        other_id: link.other_id.0,
        kind: wire::link_kind(link.kind),
        at: Time(link.at),
    });
    Ok(IncidentLinks {
        items: items.collect(),
    })
}

fn false_alarms(
    engine: &Engine,
    subject: &Subject,
    device_id: Uuid,
    language: Language,
) -> Result<DeviceFalseAlarms, Failure> {
    let action = Action::DeviceFalseAlarms;
    gate::device(engine, subject, action, device_id)?;
    let organisation = subject.organisation_id;
    let found = engine
        .store
        .false_alarms_of_device(organisation, DeviceId(device_id))?;
    let none = domain::message::Facts::new();
    let reasons = found.reasons.iter().map(|(reason, count)| FalseAlarmCount {
        reason: wire::shown_false_alarm(*reason),
        text: accessibility::phrase("false_alarms", reason.as_str(), language, &none)
            .unwrap_or_default(),
        count: i64::from(*count),
    });
    Ok(DeviceFalseAlarms {
        device_id,
        ended: i64::from(found.ended),
        false_alarms: found.reasons.values().map(|count| i64::from(*count)).sum(),
        reasons: reasons.collect(),
        last_at: found.last_at.map(Time),
    })
}

fn health(record: domain::residents::HealthRecord) -> HealthRecord {
    HealthRecord {
        conditions: record.conditions,
        drugs: record.drugs,
        allergies: record.allergies,
    }
}

/// The lines of a health record; a line that says nothing is left out.
fn lines(field: &str, given: Vec<String>) -> Result<Vec<String>, Problem> {
    let given = given.into_iter().map(|line| line.trim().to_owned());
    let lines: Vec<String> = given.filter(|line| !line.is_empty()).collect();
    let fits = |line: &String| line.chars().count() <= LONGEST_LINE && !line.contains('\0');
    if lines.iter().all(fits) {
        Ok(lines)
    } else {
        Err(Problem::from(Slug::InvalidRequest)
            .with_error(field, "lines of at most 120 characters, without U+0000"))
    }
}
