//! Tag ladders: who is asked and told when, and what chooses a ladder.

use domain::access::{Action, Denied, Object};
use domain::identity::Subject;
use domain::ids::{OrganisationId, ResidentId};
use domain::incidents::{Input, Ladders, OpenKey};
use domain::life_signs::LifeSign;
use domain::ports::{Ports as _, Target};
use domain::residents::{Care, CareRecord};
use domain::responders::street_of;
use openapi::{
    Answer, Caller, FollowUpStreet, LadderSet, LadderSetting, LadderTally, LadderTrial,
    LadderTrialOrder, LaddersPort, Problem, ResidentCare, SeenSign, Time,
};
use poem_openapi::payload::Json;
use poem_openapi::types::{ParseFromJSON, ToJSON};
use uuid::Uuid;

use super::problems::Failure;
use super::{Api, gate, wire};
use crate::engine::Engine;
use crate::ladders;

/// Days ladders are tried on when nobody says.
const TRIAL_DAYS: u16 = 30;

impl LaddersPort for Api {
    async fn ladders_read(&self, caller: Caller) -> Answer<LadderSet> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let organisation = subject.organisation_id;
            let object = Object::organisation(organisation);
            gate::pass(&subject, Action::LaddersRead, &object)?;
            Ok(Json(present(engine, organisation)?))
        })
        .await
    }

    async fn ladders_set(&self, caller: Caller, setting: LadderSetting) -> Answer<LadderSet> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::LaddersSet;
            let organisation = subject.organisation_id;
            gate::pass(&subject, action, &Object::organisation(organisation))?;
            let ladders = meant(&setting.ladders)?;
            let present = engine.store.ladders_current(organisation)?;
            let present = present.map_or(0, |set| set.version);
            let set = store::LadderSet {
                version: present + 1,
                body: serde_json::to_value(&ladders).map_err(|_| Problem::internal())?,
                set_by: subject.account_id,
                set_at: engine.now(),
            };
            let about = ("ladders", organisation.0);
            let audit = gate::line(engine, &subject, action, about, Some(setting.reason));
            let expected = setting.replaces.unwrap_or(present);
            engine
                .store
                .ladders_set(organisation, expected, set, audit)?;
            engine.ladders_changed(organisation);
            Ok(Json(self::present(engine, organisation)?))
        })
        .await
    }

    async fn ladders_try(&self, caller: Caller, order: LadderTrialOrder) -> Answer<LadderTrial> {
        let subject = gate::subject(&caller);
        let language = accessibility::Language::negotiate(&caller.language);
        self.ask(move |engine| {
            let organisation = subject.organisation_id;
            let object = Object::organisation(organisation);
            gate::pass(&subject, Action::LaddersTry, &object)?;
            let tried = meant(&order.ladders)?;
            let days = order.days.unwrap_or(TRIAL_DAYS);
            let trial = ladders::trial(engine, organisation, &tried, days)?;
            let (old, new) = (trial.old.families_woken, trial.new.families_woken);
            let more = i64::try_from(new).unwrap_or(i64::MAX) - i64::try_from(old).unwrap_or(0);
            Ok(Json(LadderTrial {
                text: super::wording::families_woken(days, new, more, language),
                families_woken_more: more,
                old: tally(&trial.old),
                new: tally(&trial.new),
                from: Time(trial.from),
                until: Time(trial.until),
                cut: trial.cut,
            }))
        })
        .await
    }

    async fn care_read(&self, caller: Caller, resident_id: Uuid) -> Answer<ResidentCare> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let (organisation, id) = (subject.organisation_id, ResidentId(resident_id));
            of_resident(engine, &subject, Action::CareRead, id)?;
            let mut known = engine.store.care_of(organisation, &[id])?;
            let about = ("resident", resident_id);
            gate::looked(engine, &subject, Action::CareRead, about)?;
            Ok(Json(shown(&known.remove(&id).unwrap_or_default())))
        })
        .await
    }

    async fn care_set(
        &self,
        caller: Caller,
        resident_id: Uuid,
        care: ResidentCare,
    ) -> Answer<ResidentCare> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::CareSet;
            let id = ResidentId(resident_id);
            of_resident(engine, &subject, action, id)?;
            let record = recorded(&care);
            let audit = gate::line(engine, &subject, action, ("resident", resident_id), None);
            let organisation = subject.organisation_id;
            engine.store.care_set(organisation, id, &record, audit)?;
            Ok(Json(shown(&record)))
        })
        .await
    }

    async fn life_sign_report(
        &self,
        caller: Caller,
        resident_id: Uuid,
        _key: Option<String>,
        seen: SeenSign,
    ) -> Answer<SeenSign> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::LifeSignReport;
            let id = ResidentId(resident_id);
            of_resident(engine, &subject, action, id)?;
            let sign: LifeSign = wire::life_sign(seen.sign);
            if !sign.is_reported() {
                return Err(
                    Problem::invalid("sign", "meal or scan; others come by sensors").into(),
                );
            }
            let now = engine.now();
            let at = seen.at.map_or(now, |at| domain::time::storable(at.0));
            if at > now {
                return Err(Problem::invalid("at", "a moment that has been").into());
            }
            let audit = gate::line(engine, &subject, action, ("resident", resident_id), None);
            let of = (subject.organisation_id, id);
            engine
                .store
                .life_sign_report(of, (sign, at), subject.account_id, audit)?;
            Ok(Json(SeenSign {
                at: Some(Time(at)),
                ..seen
            }))
        })
        .await
    }

    async fn follow_up_read(&self, caller: Caller, incident_id: Uuid) -> Answer<FollowUpStreet> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::FollowUpRead;
            gate::role(&subject, action)?;
            let (store, organisation) = (&engine.store, subject.organisation_id);
            let standing = gate::Standing::read(store, organisation, incident_id.into())?;
            standing.pass(&subject, action)?;
            let incident = &standing.incident;
            let resident = incident.resident_id.as_slice();
            let home = store.residents_by_ids(organisation, resident)?.pop();
            let home = home.map(|resident| resident.home.committee_code);
            let goes = incident.responder_id.as_slice();
            let helper = store.responders_by_ids(organisation, goes)?.pop();
            let helpers = helper.and_then(|responder| responder.committee_code);
            Ok(Json(follow_up(engine, home.as_deref(), helpers.as_deref())))
        })
        .await
    }

    async fn sos_raise(&self, caller: Caller, _key: Option<String>) -> Answer<openapi::Incident> {
        let subject = gate::subject(&caller);
        let action = Action::SosRaise;
        let asked = subject.clone();
        let (key, at) = self
            .ask(move |engine| {
                gate::role(&asked, action)?;
                let own = gate::own(asked.organisation_id, asked.account_id);
                gate::pass(&asked, action, &own)?;
                let id = asked.responder_id.ok_or(Denied::Hidden)?;
                let responder = engine.store.responder_read(asked.organisation_id, id)?;
                let mission = engine.store.mission_of(asked.organisation_id, id)?;
                Ok((OpenKey::responder(id), whereabouts(&responder, mission)))
            })
            .await?;
        let target = Target::Case {
            organisation_id: subject.organisation_id,
            key: key.clone(),
            resident_id: None,
        };
        let input = Input::Sos {
            by: subject.account_id,
            key,
            at,
        };
        let applied = self.apply(&subject, target, action, input, None).await?;
        let id = applied.incident_id.ok_or_else(Problem::internal)?;
        self.afterwards(subject, id).await
    }
}

/// Where a helper is: the position they sent since they said yes, else where they are going to.
fn whereabouts(
    responder: &domain::responders::Responder,
    mission: Option<domain::incidents::Incident>,
) -> Option<domain::geo::Coordinate> {
    let since = mission.as_ref().and_then(|incident| incident.accepted_at);
    let fresh = match (responder.at_time, since) {
        (Some(at), Some(since)) => at >= since,
        _ => true,
    };
    let own = responder.at.filter(|_| fresh);
    own.or_else(|| mission?.at).or(responder.at)
}

fn follow_up(engine: &Engine, home: Option<&str>, helpers: Option<&str>) -> FollowUpStreet {
    let rules = &engine.policy().borders;
    let street = |code: Option<&str>| code.and_then(street_of).map(str::to_owned);
    FollowUpStreet {
        street_code: rules.follow_up_street(home, helpers).map(str::to_owned),
        rule: rules.follow_up.to_string(),
        home_street: street(home),
        helpers_street: street(helpers),
    }
}

fn of_resident(
    engine: &Engine,
    subject: &Subject,
    action: Action,
    id: ResidentId,
) -> Result<(), Failure> {
    gate::role(subject, action)?;
    let resident = engine.store.resident_read(subject.organisation_id, id)?;
    let object = gate::about(resident.organisation_id, resident.id);
    Ok(gate::pass(subject, action, &object)?)
}

/// The ladders in the words of the rules; a fault names its rung.
fn meant(given: &openapi::Ladders) -> Result<Ladders, Failure> {
    Ladders::parse(&given.to_json_string())
        .map_err(|error| Problem::invalid("ladders", error.to_string()).into())
}

fn present(engine: &Engine, organisation: OrganisationId) -> Result<LadderSet, Failure> {
    let set_at = engine.store.ladders_current(organisation)?;
    let (version, ladders) = engine.ladders_now(organisation);
    let body = serde_json::to_value(&*ladders).map_err(|_| Problem::internal())?;
    let shown = openapi::Ladders::parse_from_json(Some(body)).map_err(|_| Problem::internal())?;
    Ok(LadderSet {
        version,
        set_at: set_at.map(|set| Time(set.set_at)),
        ladders: shown,
    })
}

fn tally(of: &domain::incidents::dry_run::Tally) -> LadderTally {
    LadderTally {
        cases: of.cases,
        families_told: of.families_told,
        families_woken: of.families_woken,
        family_notices: of.family_notices,
        offers: of.offers,
        seat_calls: of.seat_calls,
        ambulance_orders: of.ambulance_orders,
        nobody_asked: of.nobody_asked,
        first_ask_median_s: of.first_ask_median_s,
        first_ask_longest_s: of.first_ask_longest_s,
    }
}

fn recorded(care: &ResidentCare) -> CareRecord {
    let depends_on = care.depends_on.iter().copied().map(wire::dependence);
    CareRecord {
        care: Care {
            risk: wire::risk(care.risk),
            cognition: wire::cognition(care.cognition),
        },
        depends_on: depends_on.collect(),
    }
}

fn shown(record: &CareRecord) -> ResidentCare {
    let depends_on = record.depends_on.iter().copied();
    ResidentCare {
        risk: wire::shown_risk(record.care.risk),
        cognition: wire::shown_cognition(record.care.cognition),
        depends_on: depends_on.map(wire::shown_dependence).collect(),
    }
}
