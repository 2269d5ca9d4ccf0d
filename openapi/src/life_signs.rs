//! Tag life-signs: rules about water, doors and movement, tried on what has been before they ask
//! anybody to look.

use poem_openapi::{
    ApiResponse, Enum, Object, OpenApi,
    param::{Header, Path},
    payload::Json,
};
use uuid::Uuid;

use crate::{Answer, Bearer, Caller, Problem, Tag, Time, body::Body};

/// A sign of daily life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum LifeSign {
    /// Water that was used, cubic metres.
    Water,
    /// A door that was opened, times.
    Door,
    /// Somebody moved, times.
    Motion,
    /// A smoke detector saw smoke or was tested, times.
    Smoke,
    /// Electricity that was used, kilowatt-hours.
    Breaker,
    /// Steps that were counted.
    Steps,
    /// A key or button was pressed, times.
    Key,
    /// A meal was collected, times.
    Meal,
    /// Their code was read somewhere, times.
    Scan,
    /// Any of them, times.
    Any,
}

/// Hours of the day in Shanghai that do not count: over midnight when `from` is the later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct QuietHours {
    /// First hour that does not count.
    #[oai(validator(minimum(value = "0"), maximum(value = "23")))]
    pub from: u8,
    /// First hour that counts again.
    #[oai(validator(minimum(value = "0"), maximum(value = "23")))]
    pub to: u8,
}

/// "Less than 0.01 m³ of water in 12 hours."
#[derive(Debug, Clone, Copy, PartialEq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct LifeSignCondition {
    /// Of which sign.
    pub sign: LifeSign,
    /// How much there has to be.
    #[oai(validator(minimum(value = "0.000001"), maximum(value = "1000000")))]
    pub least: f64,
    /// Within how many hours.
    #[oai(validator(minimum(value = "1"), maximum(value = "168")))]
    pub within_h: u16,
    /// Hours that do not count, as nights.
    pub quiet: Option<QuietHours>,
}

/// A rule of the caller's organisation.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct LifeSignRule {
    /// Id of the rule.
    pub id: Uuid,
    /// What has to be seen.
    pub condition: LifeSignCondition,
    /// When it was written down.
    pub created_at: Time,
    /// When it was last tried.
    pub tried_at: Option<Time>,
    /// Since when it opens cases; absent while it is off.
    pub on_since: Option<Time>,
}

/// Rules of the caller's organisation, oldest first.
#[derive(Debug, Clone, PartialEq, Object)]
pub struct LifeSignRules {
    /// The rules.
    pub items: Vec<LifeSignRule>,
}

/// How far back a rule is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct TrialSpan {
    /// Days up to now; 30 when left out.
    #[oai(validator(minimum(value = "1"), maximum(value = "90")))]
    pub days: Option<u16>,
}

/// What a rule would have done.
#[derive(Debug, Clone, PartialEq, Object)]
pub struct Trial {
    /// Cases it would have opened.
    pub cases: u64,
    /// Homes in which it would have opened any.
    pub homes_with_cases: u64,
    /// Homes with readings of this sign.
    pub homes: u64,
    /// Beginning of the time it was tried on.
    pub from: Time,
    /// End of it.
    pub until: Time,
}

/// Whether a rule opens cases.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct RuleSwitch {
    /// On, or off.
    pub on: bool,
    /// Why.
    #[oai(validator(min_length = 1, max_length = 500, pattern = r"^[^\u0000]*$"))]
    pub reason: String,
}

/// When a resident is away; it replaces what was said of the time from then on.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct AwayTime {
    /// From when on; now when left out.
    pub from: Option<Time>,
    /// Until when; not later than `from`, and the resident is not away.
    pub until: Time,
}

/// What writing a rule down answers.
#[derive(Debug, ApiResponse)]
pub enum LifeSignRuleCreated {
    /// The same key was written down before.
    #[oai(status = 200)]
    Known(Json<LifeSignRule>),
    /// It is off until somebody has tried it.
    #[oai(status = 201)]
    Kept(Json<LifeSignRule>),
}

/// What the server does for this tag. `key` is the caller's idempotency key.
pub trait LifeSignsPort: Send + Sync + 'static {
    /// Writes a rule down; it is off.
    fn life_sign_rule_create(
        &self,
        caller: Caller,
        key: String,
        condition: LifeSignCondition,
    ) -> impl Future<Output = Result<LifeSignRuleCreated, Problem>> + Send;

    /// The rules of the caller's organisation.
    fn life_sign_rule_list(
        &self,
        caller: Caller,
    ) -> impl Future<Output = Answer<LifeSignRules>> + Send;

    /// What a rule would have done.
    fn life_sign_rule_try(
        &self,
        caller: Caller,
        rule_id: Uuid,
        span: TrialSpan,
    ) -> impl Future<Output = Answer<Trial>> + Send;

    /// Switches a rule on or off.
    fn life_sign_rule_switch(
        &self,
        caller: Caller,
        rule_id: Uuid,
        switch: RuleSwitch,
    ) -> impl Future<Output = Answer<LifeSignRule>> + Send;

    /// Says that a resident is away.
    fn away_set(
        &self,
        caller: Caller,
        resident_id: Uuid,
        away: AwayTime,
    ) -> impl Future<Output = Answer<AwayTime>> + Send;
}

/// Routes of this tag over a port.
pub struct LifeSignsApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::LifeSigns")]
impl<P: LifeSignsPort> LifeSignsApi<P> {
    /// Write down a rule
    ///
    /// It is off until somebody has tried it and switches it on.
    #[oai(
        path = "/life-sign-rules",
        method = "post",
        operation_id = "life_sign_rule_create"
    )]
    async fn life_sign_rule_create(
        &self,
        caller: Bearer,
        /// Repeats with the same key find the first rule.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<String>,
        condition: Body<LifeSignCondition>,
    ) -> Result<LifeSignRuleCreated, Problem> {
        self.0
            .life_sign_rule_create(caller.0, key.0, condition.0)
            .await
    }

    /// List rules
    #[oai(
        path = "/life-sign-rules",
        method = "get",
        operation_id = "life_sign_rule_list"
    )]
    async fn life_sign_rule_list(&self, caller: Bearer) -> Answer<LifeSignRules> {
        self.0.life_sign_rule_list(caller.0).await
    }

    /// Try a rule on what has been
    ///
    /// How many cases it would have opened, in how many homes. Nothing is opened.
    #[oai(
        path = "/life-sign-rules/:rule_id/dry-run",
        method = "post",
        operation_id = "life_sign_rule_try"
    )]
    async fn life_sign_rule_try(
        &self,
        caller: Bearer,
        rule_id: Path<Uuid>,
        span: Body<TrialSpan>,
    ) -> Answer<Trial> {
        self.0.life_sign_rule_try(caller.0, rule_id.0, span.0).await
    }

    /// Switch a rule on or off
    ///
    /// A rule that was never tried is refused with `conflict`.
    #[oai(
        path = "/life-sign-rules/:rule_id/switch",
        method = "put",
        operation_id = "life_sign_rule_switch"
    )]
    async fn life_sign_rule_switch(
        &self,
        caller: Bearer,
        rule_id: Path<Uuid>,
        switch: Body<RuleSwitch>,
    ) -> Answer<LifeSignRule> {
        self.0
            .life_sign_rule_switch(caller.0, rule_id.0, switch.0)
            .await
    }

    /// Say that a resident is away
    ///
    /// Signs of daily life are not missed meanwhile.
    #[oai(
        path = "/residents/:resident_id/away",
        method = "put",
        operation_id = "away_set"
    )]
    async fn away_set(
        &self,
        caller: Bearer,
        resident_id: Path<Uuid>,
        away: Body<AwayTime>,
    ) -> Answer<AwayTime> {
        self.0.away_set(caller.0, resident_id.0, away.0).await
    }
}
