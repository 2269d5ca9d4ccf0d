//! Tag ladders: who is asked and told when, tried on what has been before it counts; and what is
//! known of residents that chooses a ladder.

use poem_openapi::{
    Enum, Object, OpenApi,
    param::{Header, Path},
};
use uuid::Uuid;

use crate::{Answer, Bearer, Caller, Incident, IncidentKind, LifeSign, Tag, Time, body::Body};

/// Who is told at a rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Tell {
    /// The seat.
    Operator,
    /// The resident's family.
    Family,
    /// The resident, by a device that speaks or rings.
    Resident,
    /// 120, through the seat: it is ordered to ring.
    Ambulance,
}

/// How the notices of a rung should travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Via {
    /// To a phone's app.
    Push,
    /// Text message.
    Sms,
    /// A call that reads the message out.
    Voice,
    /// The screen of the seat.
    Console,
}

/// Whom a rung asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum AskedKind {
    /// A neighbour who offered to help.
    Volunteer,
    /// Paid home care.
    CareWorker,
    /// Works for the neighbourhood committee.
    CommunityWorker,
}

/// The ladders that every organisation has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum LadderName {
    /// Helpers are sent at once.
    Life,
    /// The seat looks at it.
    Attention,
    /// The seat ties it to a resident first.
    Unknown,
    /// A sign of daily life is missing: the elder is asked first.
    LifeSign,
}

/// Part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum DayPart {
    /// Outside the night.
    Day,
    /// Inside it.
    Night,
}

/// How much is feared for a resident, as the seat judges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum RiskLevel {
    /// As for anybody of that age.
    Usual,
    /// More than that.
    Raised,
    /// A fall may be the last one.
    High,
}

/// How well a resident can say what happened and answer a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Cognition {
    /// Well.
    Clear,
    /// With trouble.
    Mild,
    /// Not at all, or not to be relied on.
    Severe,
}

/// What a life depends on, that needs electricity or delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Dependence {
    /// Oxygen at home.
    Oxygen,
    /// A machine that breathes.
    Ventilator,
    /// Dialysis at home.
    Dialysis,
    /// A bed or hoist that needs electricity.
    PoweredBed,
    /// Medicine that has to stay cold.
    CooledMedicine,
}

/// Local hours that are night, over midnight when `from_h` is the later one; equal, there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct Night {
    /// First hour of the night.
    #[oai(validator(minimum(value = "0"), maximum(value = "23")))]
    pub from_h: u8,
    /// First hour of the day.
    #[oai(validator(minimum(value = "0"), maximum(value = "23")))]
    pub to_h: u8,
}

/// One step of a ladder.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct Rung {
    /// How many more responders are asked.
    #[oai(validator(maximum(value = "50")))]
    pub offers: u16,
    /// Of which kinds; anybody when left out.
    #[oai(validator(max_items = 3, unique_items))]
    pub ask: Option<Vec<AskedKind>>,
    /// Who is told beside them.
    #[oai(validator(max_items = 4, unique_items))]
    pub tell: Vec<Tell>,
    /// How, the first one first; as each person wants it when left out.
    #[oai(validator(max_items = 4, unique_items))]
    pub channels: Option<Vec<Via>>,
    /// Seconds until the next rung.
    #[oai(validator(minimum(value = "5"), maximum(value = "3600")))]
    pub timeout_s: u32,
}

/// Where a special ladder counts: all that is named has to hold, and of a list one is enough.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct LadderWhen {
    /// How urgent: 1 is the gravest, 4 the least.
    #[oai(validator(max_items = 4, unique_items))]
    pub severity: Option<Vec<u8>>,
    /// What happened.
    #[oai(validator(max_items = 20, unique_items))]
    pub kinds: Option<Vec<IncidentKind>>,
    /// By day or by night, when the incident was opened.
    pub hours: Option<DayPart>,
    /// How much is feared for the resident.
    #[oai(validator(max_items = 3, unique_items))]
    pub risk: Option<Vec<RiskLevel>>,
    /// How well the resident can say what happened.
    #[oai(validator(max_items = 3, unique_items))]
    pub cognition: Option<Vec<Cognition>>,
}

/// A ladder that goes before the ordinary one where its conditions hold.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct SpecialLadder {
    /// What people call it.
    #[oai(validator(min_length = 1, max_length = 60, pattern = r"^[^\u0000]*$"))]
    pub name: String,
    /// In place of which one.
    pub of: LadderName,
    /// Where it counts.
    pub when: LadderWhen,
    /// Its rungs; the last one repeats until a person has it.
    #[oai(validator(min_items = 1, max_items = 20))]
    pub rungs: Vec<Rung>,
}

/// All ladders of an organisation. The last rung of each repeats until a person has it.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct Ladders {
    /// IANA name of the zone whose hours are meant; `Asia/Shanghai` when left out.
    #[oai(validator(min_length = 1, max_length = 64, pattern = r"^[A-Za-z0-9_+/-]*$"))]
    pub zone: Option<String>,
    /// Which hours are night; 22 to 6 when left out.
    pub night: Option<Night>,
    /// Helpers are sent at once.
    #[oai(validator(min_items = 1, max_items = 20))]
    pub life: Vec<Rung>,
    /// The seat looks at it.
    #[oai(validator(min_items = 1, max_items = 20))]
    pub attention: Vec<Rung>,
    /// The seat ties it to a resident first.
    #[oai(validator(min_items = 1, max_items = 20))]
    pub unknown: Vec<Rung>,
    /// A sign of daily life is missing; as `attention` when left out.
    #[oai(validator(min_items = 1, max_items = 20))]
    pub life_sign: Option<Vec<Rung>>,
    /// Ladders that go before these, the first one first.
    #[oai(validator(max_items = 50))]
    pub special: Option<Vec<SpecialLadder>>,
}

/// The ladders that count.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct LadderSet {
    /// Counts from 1; 0 are the ones that ship.
    pub version: u32,
    /// Since when; absent for the ones that ship.
    pub set_at: Option<Time>,
    /// The ladders.
    pub ladders: Ladders,
}

/// New ladders.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct LadderSetting {
    /// The version they replace: another one meanwhile is a conflict. Whatever counts when left out.
    pub replaces: Option<u32>,
    /// The ladders.
    pub ladders: Ladders,
    /// Why.
    #[oai(validator(min_length = 1, max_length = 500, pattern = r"^[^\u0000]*$"))]
    pub reason: String,
}

/// Ladders to try.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct LadderTrialOrder {
    /// The ladders.
    pub ladders: Ladders,
    /// Days up to now; 30 when left out.
    #[oai(validator(minimum(value = "1"), maximum(value = "366")))]
    pub days: Option<u16>,
}

/// What ladders would have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct LadderTally {
    /// Cases that climbed a ladder.
    pub cases: u64,
    /// Families told at least once.
    pub families_told: u64,
    /// Families told at least once by night.
    pub families_woken: u64,
    /// Notices to relatives.
    pub family_notices: u64,
    /// Responders asked, each time counted.
    pub offers: u64,
    /// Times the seat was told.
    pub seat_calls: u64,
    /// Orders to the seat to ring 120.
    pub ambulance_orders: u64,
    /// Cases in which no responder was asked.
    pub nobody_asked: u64,
    /// Seconds from the first rung to the first ask: the middle one.
    pub first_ask_median_s: Option<u64>,
    /// The longest of them.
    pub first_ask_longest_s: Option<u64>,
}

/// Old and new ladders on the same kept cases.
#[derive(Debug, Clone, PartialEq, Object)]
pub struct LadderTrial {
    /// The difference in the caller's language.
    pub text: String,
    /// Families woken more (or, negative, fewer) than under the ladders that count.
    pub families_woken_more: i64,
    /// Under the ladders that count.
    pub old: LadderTally,
    /// Under the ladders that are tried.
    pub new: LadderTally,
    /// Beginning of the time.
    pub from: Time,
    /// End of it.
    pub until: Time,
    /// More cases than are replayed at once were kept: these are the latest.
    pub cut: bool,
}

/// What is feared for a resident; nothing recorded is the usual.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct ResidentCare {
    /// How much is feared for them.
    pub risk: RiskLevel,
    /// How well they can say what happened.
    pub cognition: Cognition,
    /// What their life depends on.
    #[oai(validator(max_items = 5, unique_items))]
    pub depends_on: Vec<Dependence>,
}

/// A sign of life that a person saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub struct SeenSign {
    /// Which: `meal` or `scan`.
    pub sign: LifeSign,
    /// When; now when left out.
    pub at: Option<Time>,
}

/// Which street looks after a home when an incident is over.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct FollowUpStreet {
    /// Nine-digit code of the street; absent when no code is known at all.
    pub street_code: Option<String>,
    /// The rule that says so, a stable snake_case word: `home_street` or `helpers_street`.
    pub rule: String,
    /// Street of the home.
    pub home_street: Option<String>,
    /// Street of the helper who went.
    pub helpers_street: Option<String>,
}

/// What the server does for this tag. `key` is the caller's idempotency key.
pub trait LaddersPort: Send + Sync + 'static {
    /// The ladders that count for the caller's organisation.
    fn ladders_read(&self, caller: Caller) -> impl Future<Output = Answer<LadderSet>> + Send;

    /// Replaces them.
    fn ladders_set(
        &self,
        caller: Caller,
        setting: LadderSetting,
    ) -> impl Future<Output = Answer<LadderSet>> + Send;

    /// Tries ladders on what has been.
    fn ladders_try(
        &self,
        caller: Caller,
        order: LadderTrialOrder,
    ) -> impl Future<Output = Answer<LadderTrial>> + Send;

    /// What is feared for a resident.
    fn care_read(
        &self,
        caller: Caller,
        resident_id: Uuid,
    ) -> impl Future<Output = Answer<ResidentCare>> + Send;

    /// Says what is feared for a resident.
    fn care_set(
        &self,
        caller: Caller,
        resident_id: Uuid,
        care: ResidentCare,
    ) -> impl Future<Output = Answer<ResidentCare>> + Send;

    /// Keeps a sign of life that a person saw.
    fn life_sign_report(
        &self,
        caller: Caller,
        resident_id: Uuid,
        key: Option<String>,
        seen: SeenSign,
    ) -> impl Future<Output = Answer<SeenSign>> + Send;

    /// Which street looks after the home of an incident.
    fn follow_up_read(
        &self,
        caller: Caller,
        incident_id: Uuid,
    ) -> impl Future<Output = Answer<FollowUpStreet>> + Send;

    /// The calling responder needs help.
    fn sos_raise(
        &self,
        caller: Caller,
        key: Option<String>,
    ) -> impl Future<Output = Answer<Incident>> + Send;
}

/// Routes of this tag over a port.
pub struct LaddersApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Ladders")]
impl<P: LaddersPort> LaddersApi<P> {
    /// Read the ladders
    ///
    /// Who is asked and told when, in the caller's organisation.
    #[oai(path = "/ladders", method = "get", operation_id = "ladders_read")]
    async fn ladders_read(&self, caller: Bearer) -> Answer<LadderSet> {
        self.0.ladders_read(caller.0).await
    }

    /// Replace the ladders
    ///
    /// They count from the next decision on, for open incidents too. Ladders that could forget
    /// somebody are refused, and the answer names the rung.
    #[oai(path = "/ladders", method = "put", operation_id = "ladders_set")]
    async fn ladders_set(&self, caller: Bearer, setting: Body<LadderSetting>) -> Answer<LadderSet> {
        self.0.ladders_set(caller.0, setting.0).await
    }

    /// Try ladders on what has been
    ///
    /// How many families would have been woken, responders asked and calls made. Nothing changes.
    #[oai(
        path = "/ladders/dry-run",
        method = "post",
        operation_id = "ladders_try"
    )]
    async fn ladders_try(
        &self,
        caller: Bearer,
        order: Body<LadderTrialOrder>,
    ) -> Answer<LadderTrial> {
        self.0.ladders_try(caller.0, order.0).await
    }

    /// Read what is feared for a resident
    #[oai(
        path = "/residents/:resident_id/care",
        method = "get",
        operation_id = "care_read"
    )]
    async fn care_read(&self, caller: Bearer, resident_id: Path<Uuid>) -> Answer<ResidentCare> {
        self.0.care_read(caller.0, resident_id.0).await
    }

    /// Say what is feared for a resident
    ///
    /// It chooses the ladder from the next decision on, and the order of the homes of an outage.
    #[oai(
        path = "/residents/:resident_id/care",
        method = "put",
        operation_id = "care_set"
    )]
    async fn care_set(
        &self,
        caller: Bearer,
        resident_id: Path<Uuid>,
        care: Body<ResidentCare>,
    ) -> Answer<ResidentCare> {
        self.0.care_set(caller.0, resident_id.0, care.0).await
    }

    /// Keep a sign of life that a person saw
    ///
    /// A meal that was collected, a code that was read. The same one at the same moment is one.
    #[oai(
        path = "/residents/:resident_id/life-signs",
        method = "post",
        operation_id = "life_sign_report"
    )]
    async fn life_sign_report(
        &self,
        caller: Bearer,
        resident_id: Path<Uuid>,
        /// Repeats with the same moment change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        seen: Body<SeenSign>,
    ) -> Answer<SeenSign> {
        self.0
            .life_sign_report(caller.0, resident_id.0, key.0, seen.0)
            .await
    }

    /// Read whose the follow-up is
    ///
    /// By the organisation's policy: for a life the nearest goes across every line, and the street
    /// of the home looks after it afterwards.
    #[oai(
        path = "/incidents/:incident_id/follow-up-street",
        method = "get",
        operation_id = "follow_up_read"
    )]
    async fn follow_up_read(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
    ) -> Answer<FollowUpStreet> {
        self.0.follow_up_read(caller.0, incident_id.0).await
    }

    /// Call for help as a helper
    ///
    /// Opens an incident at the place where the caller is; repeated while it is open, it is told
    /// again to whoever has it.
    #[oai(path = "/me/sos", method = "post", operation_id = "sos_raise")]
    async fn sos_raise(
        &self,
        caller: Bearer,
        /// For callers that send one with every post; a repeat joins the open incident.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
    ) -> Answer<Incident> {
        self.0.sos_raise(caller.0, key.0).await
    }
}
