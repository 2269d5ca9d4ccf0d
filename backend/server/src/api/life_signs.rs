//! Tag life-signs: rules about water, doors and movement.

use chrono::TimeDelta;
use domain::access::{Action, Object};
use domain::ids::{LifeSignRuleId, ResidentId};
use domain::life_signs::{Away, Condition, ConditionError, QuietHours};
use domain::ports::StoreError;
use openapi::{
    Answer, AwayTime, Caller, LifeSignCondition, LifeSignRule, LifeSignRuleCreated, LifeSignRules,
    LifeSignsPort, Problem, RuleSwitch, Slug, Time, Trial, TrialSpan,
};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::problems::Failure;
use super::{Api, gate, keyed, wire};
use crate::life_signs;

/// Days a rule is tried on when nobody says.
const TRIAL_DAYS: u16 = 30;

impl LifeSignsPort for Api {
    async fn life_sign_rule_create(
        &self,
        caller: Caller,
        key: String,
        condition: LifeSignCondition,
    ) -> Result<LifeSignRuleCreated, Problem> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::LifeSignRuleCreate;
            let organisation = subject.organisation_id;
            gate::pass(&subject, action, &Object::organisation(organisation))?;
            let condition = meant(&condition);
            condition.check().map_err(not_meant)?;
            let id = LifeSignRuleId(keyed::identifier(&subject, &key));
            match engine.store.life_sign_rule(organisation, id) {
                Ok(known) => return Ok(LifeSignRuleCreated::Known(Json(shown(&known)))),
                Err(StoreError::NotFound) => {}
                Err(error) => return Err(error.into()),
            }
            let rule = domain::life_signs::LifeSignRule {
                id,
                organisation_id: organisation,
                condition,
                created_at: engine.now(),
                tried_at: None,
                on_since: None,
            };
            let audit = gate::line(engine, &subject, action, ("life_sign_rule", id.0), None);
            engine
                .store
                .life_sign_rule_keep(&rule, subject.account_id, audit)?;
            Ok(LifeSignRuleCreated::Kept(Json(shown(&rule))))
        })
        .await
    }

    async fn life_sign_rule_list(&self, caller: Caller) -> Answer<LifeSignRules> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let organisation = subject.organisation_id;
            let object = Object::organisation(organisation);
            gate::pass(&subject, Action::LifeSignRuleList, &object)?;
            let rules = engine.store.life_sign_rules(organisation)?;
            Ok(Json(LifeSignRules {
                items: rules.iter().map(shown).collect(),
            }))
        })
        .await
    }

    async fn life_sign_rule_try(
        &self,
        caller: Caller,
        rule_id: Uuid,
        span: TrialSpan,
    ) -> Answer<Trial> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let organisation = subject.organisation_id;
            let object = Object::organisation(organisation);
            gate::pass(&subject, Action::LifeSignRuleTry, &object)?;
            let id = LifeSignRuleId(rule_id);
            let rule = engine.store.life_sign_rule(organisation, id)?;
            let until = engine.now();
            let from = until - TimeDelta::days(i64::from(span.days.unwrap_or(TRIAL_DAYS)));
            let trial = life_signs::trial(engine, &rule, from, until)?;
            engine.store.life_sign_rule_tried(organisation, id, until)?;
            Ok(Json(Trial {
                cases: trial.cases,
                homes_with_cases: trial.homes_with_cases,
                homes: trial.homes,
                from: Time(from),
                until: Time(until),
            }))
        })
        .await
    }

    async fn life_sign_rule_switch(
        &self,
        caller: Caller,
        rule_id: Uuid,
        switch: RuleSwitch,
    ) -> Answer<LifeSignRule> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::LifeSignRuleSwitch;
            let organisation = subject.organisation_id;
            gate::pass(&subject, action, &Object::organisation(organisation))?;
            let id = LifeSignRuleId(rule_id);
            let rule = engine.store.life_sign_rule(organisation, id)?;
            if switch.on && rule.tried_at.is_none() {
                let detail = "a rule is tried on what has been before it is switched on";
                return Err(Problem::from(Slug::Conflict).with_detail(detail).into());
            }
            let on_since = switch.on.then(|| rule.on_since.unwrap_or(engine.now()));
            let about = ("life_sign_rule", rule_id);
            let audit = gate::line(engine, &subject, action, about, Some(switch.reason));
            let changed = engine
                .store
                .life_sign_rule_switch(organisation, id, on_since, audit)?;
            Ok(Json(shown(&changed)))
        })
        .await
    }

    async fn away_set(
        &self,
        caller: Caller,
        resident_id: Uuid,
        away: AwayTime,
    ) -> Answer<AwayTime> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::AwaySet;
            gate::role(&subject, action)?;
            let id = ResidentId(resident_id);
            let resident = engine.store.resident_read(subject.organisation_id, id)?;
            let object = gate::about(resident.organisation_id, resident.id);
            gate::pass(&subject, action, &object)?;
            let from = away.from.map_or_else(|| engine.now(), |from| from.0);
            let set = Away {
                from,
                until: away.until.0,
            };
            let audit = gate::line(engine, &subject, action, ("resident", resident_id), None);
            engine
                .store
                .away_set(resident.organisation_id, id, set, audit)?;
            Ok(Json(AwayTime {
                from: Some(Time(from)),
                until: away.until,
            }))
        })
        .await
    }
}

fn meant(condition: &LifeSignCondition) -> Condition {
    Condition {
        sign: wire::life_sign(condition.sign),
        least: condition.least,
        within_h: condition.within_h,
        quiet: condition.quiet.map(|quiet| QuietHours {
            from: quiet.from,
            to: quiet.to,
        }),
    }
}

fn not_meant(error: ConditionError) -> Failure {
    let field = match error {
        ConditionError::Least => "least",
        ConditionError::Within => "within_h",
        ConditionError::Quiet => "quiet",
    };
    Problem::invalid(field, error.to_string()).into()
}

fn shown(rule: &domain::life_signs::LifeSignRule) -> LifeSignRule {
    let condition = &rule.condition;
    LifeSignRule {
        id: rule.id.0,
        condition: LifeSignCondition {
            sign: wire::shown_life_sign(condition.sign),
            least: condition.least,
            within_h: condition.within_h,
            quiet: condition.quiet.map(|quiet| openapi::QuietHours {
                from: quiet.from,
                to: quiet.to,
            }),
        },
        created_at: Time(rule.created_at),
        tried_at: rule.tried_at.map(Time),
        on_since: rule.on_since.map(Time),
    }
}
