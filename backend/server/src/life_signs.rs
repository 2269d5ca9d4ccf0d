//! Rules about signs of daily life at work: tried on what has been, and looked at when they are on.

mod voice;

use std::collections::HashMap;

use chrono::TimeDelta;
use domain::apply::{ApplyError, Carried, apply};
use domain::devices::health::Downtime;
use domain::ids::{IncidentId, ResidentId};
use domain::incidents::{CaseSignal, IncidentKind, Input, OpenKey, Refusal};
use domain::life_signs::{
    Away, HomeHistory, LifeSign, LifeSignRule, Missing, SignReading, amounts, happenings, missing,
    tried,
};
use domain::message::facts;
use domain::ports::{StoreError, Target};
use domain::time::Timestamp;

use crate::engine::Engine;

/// Between two looks at a rule.
const LOOK: TimeDelta = TimeDelta::minutes(15);
/// Rules looked at in a round.
const BATCH: u32 = 8;
/// Time before the hours of a rule in which a reading tells that there is a sensor at all.
const BEFORE: TimeDelta = TimeDelta::days(3);

/// What a rule would have done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// Cases it would have opened.
    pub cases: u64,
    /// Homes in which it would have opened any.
    pub homes_with_cases: u64,
    /// Homes with readings of its sign.
    pub homes: u64,
}

/// All that a rule looks at between two moments.
struct History {
    homes: Vec<(ResidentId, Vec<SignReading>)>,
    away: HashMap<ResidentId, Vec<Away>>,
    downtimes: Vec<Downtime>,
}

impl History {
    fn read(
        engine: &Engine,
        rule: &LifeSignRule,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Self, StoreError> {
        // Nights and absences stretch the hours of a rule; four times as far covers them.
        let hours = TimeDelta::hours(4 * i64::from(rule.condition.within_h));
        let (since, sign) = (from - hours - BEFORE, rule.condition.sign);
        let (store, organisation) = (&engine.store, rule.organisation_id);
        Ok(Self {
            homes: signs(engine, rule, sign, (since, to))?,
            away: store.away_since(organisation, since)?,
            downtimes: store.downtimes_since(since)?,
        })
    }

    fn each(&self) -> impl Iterator<Item = (ResidentId, HomeHistory<'_>)> {
        self.homes.iter().map(|(resident, readings)| {
            let away = self.away.get(resident).map_or(&[][..], Vec::as_slice);
            let home = HomeHistory {
                readings,
                away,
                downtimes: &self.downtimes,
            };
            (*resident, home)
        })
    }
}

/// The readings of a sign in each home; of any sign, whatever moved counts once.
fn signs(
    engine: &Engine,
    rule: &LifeSignRule,
    sign: LifeSign,
    (since, to): (Timestamp, Timestamp),
) -> Result<Vec<(ResidentId, Vec<SignReading>)>, StoreError> {
    let (store, organisation) = (&engine.store, rule.organisation_id);
    if sign.is_reported() {
        let told = store.reported_signs_of(organisation, sign, since, to)?;
        return Ok(told.into_iter().collect());
    }
    if sign != LifeSign::Any {
        let told = store.life_signs_of(organisation, sign, since, to)?;
        let homes = told.into_iter();
        return Ok(homes
            .map(|(resident, told)| (resident, amounts(sign, &told)))
            .collect());
    }
    let mut homes: HashMap<ResidentId, Vec<Vec<SignReading>>> = HashMap::new();
    for single in LifeSign::single() {
        for (resident, readings) in signs(engine, rule, single, (since, to))? {
            homes.entry(resident).or_default().push(readings);
        }
    }
    let homes = homes.into_iter();
    Ok(homes
        .map(|(resident, readings)| (resident, happenings(readings)))
        .collect())
}

/// Tries a rule on what has been between two moments; opens nothing.
///
/// # Errors
/// Storage errors.
pub fn trial(
    engine: &Engine,
    rule: &LifeSignRule,
    from: Timestamp,
    to: Timestamp,
) -> Result<Trial, StoreError> {
    let history = History::read(engine, rule, from, to)?;
    let mut trial = Trial::default();
    for (_, home) in history.each() {
        let cases = tried(&rule.condition, &home, from, to).len() as u64;
        trial.homes += 1;
        trial.cases += cases;
        trial.homes_with_cases += u64::from(cases > 0);
    }
    Ok(trial)
}

/// Looks at every rule that is on and due. Returns how many were looked at.
///
/// # Errors
/// Storage errors; the rule is looked at again a quarter of an hour later.
pub fn round(engine: &Engine) -> Result<usize, ApplyError> {
    let now = engine.now();
    let rules = engine.store.life_sign_rules_claim(now, LOOK, BATCH)?;
    for rule in &rules {
        look(engine, rule, now)?;
    }
    Ok(rules.len())
}

/// Opens a case for whoever misses a sign and did not before, and clears those that have it again.
fn look(engine: &Engine, rule: &LifeSignRule, now: Timestamp) -> Result<(), ApplyError> {
    let (store, organisation) = (&engine.store, rule.organisation_id);
    let history = History::read(engine, rule, now, now)?;
    let known = store.life_sign_misses(organisation, rule.id)?;
    for (resident, home) in history.each() {
        let case = known.get(&resident).copied();
        match (missing(&rule.condition, &home, now), case) {
            (Some(found), None) => {
                let case = open(engine, rule, resident, &found)?;
                store.life_sign_miss(organisation, rule.id, resident, case)?;
            }
            (None, Some(case)) => {
                clear(engine, rule, case)?;
                store.life_sign_miss(organisation, rule.id, resident, None)?;
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
    }
    Ok(())
}

fn open(
    engine: &Engine,
    rule: &LifeSignRule,
    resident: ResidentId,
    found: &Missing,
) -> Result<Option<IncidentId>, ApplyError> {
    let key = OpenKey::life_sign(rule.id, resident);
    let signal = CaseSignal {
        kind: IncidentKind::LifeSignMissing,
        key: key.clone(),
        device_id: None,
        facts: facts([
            ("sign", rule.condition.sign.to_string()),
            ("since", found.since.to_rfc3339()),
            ("rule", rule.id.to_string()),
        ]),
    };
    let target = Target::Case {
        organisation_id: rule.organisation_id,
        key,
        resident_id: Some(resident),
    };
    let input = Input::OpenCase(signal);
    let case = apply(engine, &target, &input, &Carried::default())?.incident_id;
    if let Some(case) = case {
        // The case stands whatever a device can say: a voice that fails is told, and no more.
        if let Err(error) = voice::ask(engine, rule, resident, case) {
            tracing::warn!(%error, "the resident was not asked by a device");
        }
    }
    Ok(case)
}

fn clear(engine: &Engine, rule: &LifeSignRule, case: IncidentId) -> Result<(), ApplyError> {
    let target = Target::Incident {
        organisation_id: rule.organisation_id,
        id: case,
    };
    match apply(engine, &target, &Input::ClearCase, &Carried::default()) {
        // The seat was faster.
        Ok(_) | Err(ApplyError::Refused(Refusal::Closed)) => Ok(()),
        Err(error) => Err(error),
    }
}
