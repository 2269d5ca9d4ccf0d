//! Wire types of the further steps of an incident.

use poem_openapi::{Enum, Object};
use uuid::Uuid;

use crate::{IncidentStatus, NextOwner, Outcome, Time};

/// What a state's deadline is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum DeadlineBy {
    /// A fixed time.
    Fixed,
    /// What the evidence leaves to call it off.
    Evidence,
    /// The rung of the ladder.
    Ladder,
    /// One and a half times the walking time.
    WalkingTime,
    /// What somebody said.
    Said,
    /// There is none.
    Never,
}

/// What may happen, and where it may lead.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct IncidentMove {
    /// What happens, as a stable snake_case word.
    pub input: String,
    /// Where it may lead.
    pub to: Vec<IncidentStatus>,
}

/// One state of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct IncidentStateRule {
    /// Which.
    pub state: IncidentStatus,
    /// The same in the caller's language.
    pub text: String,
    /// Who may own the next step.
    pub owners: Vec<NextOwner>,
    /// What its timer guards, as a stable snake_case word; absent without one.
    pub guard: Option<String>,
    /// What its deadline is measured by.
    pub deadline_by: DeadlineBy,
    /// Seconds of a fixed deadline; the longest, where there are several.
    pub deadline_s: Option<i64>,
    /// What may happen; everything else is refused with 409 or changes nothing.
    pub moves: Vec<IncidentMove>,
}

/// What an incident passes at once, or may be beside its state.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct IncidentSideState {
    /// Its stable snake_case word.
    pub word: String,
    /// The same in the caller's language.
    pub text: String,
    /// Where it is seen.
    pub seen_as: SeenAs,
}

/// Where a side state is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SeenAs {
    /// As a line of the timeline: it is passed at once.
    Timeline,
    /// As the outcome.
    Outcome,
    /// As the kind.
    Kind,
    /// As a link to another incident.
    Link,
    /// As the member `drill`.
    Drill,
}

/// The whole machine.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct IncidentStates {
    /// What opens an incident.
    pub opens: Vec<IncidentMove>,
    /// Every state.
    pub states: Vec<IncidentStateRule>,
    /// What is passed at once, or stands beside the state.
    pub side_states: Vec<IncidentSideState>,
}

/// Who has the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum HandOverTo {
    /// 120.
    Ambulance,
    /// A hospital's own people.
    Hospital,
    /// 110.
    Police,
    /// 119.
    Fire,
}

/// Who goes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Companion {
    /// Nobody.
    #[default]
    Nobody,
    /// Kin.
    Family,
    /// Somebody who lives near by.
    Neighbour,
    /// The responder.
    Responder,
}

/// Others have the person now.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct HandOver {
    /// Who has them.
    pub to: HandOverTo,
    /// Which hospital or station; kept sealed.
    #[oai(validator(max_length = 200, pattern = r"^[^\u0000]*$"))]
    pub place: Option<String>,
    /// Who goes along.
    pub companion: Companion,
}

/// A hand-over that was written down.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HandOverShown {
    /// When.
    pub at: Time,
    /// Who has them.
    pub to: HandOverTo,
    /// Which hospital or station.
    pub place: Option<String>,
    /// Who goes along.
    pub companion: Companion,
}

/// How somebody looked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum FollowUpWay {
    /// At the door.
    Visit,
    /// By telephone.
    Voice,
}

/// What somebody found who looked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum FollowUpResult {
    /// Well, or in good hands.
    Well,
    /// Nobody was reached.
    NotReached,
    /// Needs help again.
    NeedsHelp,
}

/// Somebody looked again after the end.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct FollowUp {
    /// How.
    pub way: FollowUpWay,
    /// What they found.
    pub result: FollowUpResult,
    /// Words for the audit trail.
    #[oai(validator(max_length = 2000, pattern = r"^[^\u0000]*$"))]
    pub note: Option<String>,
}

/// Why a person is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum SuspensionReason {
    /// In a hospital.
    Hospital,
    /// On a journey.
    Travel,
}

/// The person is away for a known time.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct Suspension {
    /// Why.
    pub reason: SuspensionReason,
    /// Until when, at most thirty days ahead; it ends then by itself.
    pub until: Time,
}

/// Another incident, and why.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct OtherIncident {
    /// The other incident.
    pub incident_id: Uuid,
    /// The reason.
    #[oai(validator(min_length = 1, max_length = 500, pattern = r"^[^\u0000]*$"))]
    pub reason: String,
}

/// How two incidents hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum LinkKind {
    /// The other is handled in the first.
    Merged,
    /// The other was taken out of the first again.
    Split,
    /// They may have to do with each other.
    Linked,
}

/// Two incidents that hang together.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct IncidentLink {
    /// The first.
    pub incident_id: Uuid,
    /// The other.
    pub other_id: Uuid,
    /// How.
    pub kind: LinkKind,
    /// Since when.
    pub at: Time,
}

/// Everything an incident hangs together with.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct IncidentLinks {
    /// Oldest first.
    pub items: Vec<IncidentLink>,
}

/// An exercise.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct DrillOrder {
    /// Who is played to need help.
    pub resident_id: Uuid,
    /// What is played.
    pub kind: crate::ReportKind,
    /// Accounts that take part; whoever orders it always does. Nobody else is told or asked.
    #[oai(validator(max_items = 50))]
    pub crew: Vec<Uuid>,
    /// The reason.
    #[oai(validator(min_length = 1, max_length = 500, pattern = r"^[^\u0000]*$"))]
    pub reason: String,
}

/// Why there was an alarm without a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum FalseAlarmReason {
    /// The button was pressed by accident.
    AccidentalPress,
    /// The device fell, or was put down hard.
    DeviceDropped,
    /// The person sat down or lay down.
    OrdinaryMovement,
    /// A child or a guest played with it.
    PlayedWith,
    /// Tried out without saying so.
    TriedOut,
    /// Steam, dust or cooking.
    SteamOrCooking,
    /// The device is faulty.
    DeviceFault,
    /// Nobody knows why.
    Unexplained,
}

/// How often for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct FalseAlarmCount {
    /// Why.
    pub reason: FalseAlarmReason,
    /// The same in the caller's language.
    pub text: String,
    /// How often.
    pub count: i64,
}

/// How often a device alarmed without a need.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DeviceFalseAlarms {
    /// Which device.
    pub device_id: Uuid,
    /// Incidents that it raised and that are over.
    pub ended: i64,
    /// Of those, how many had no need and a reason.
    pub false_alarms: i64,
    /// By reason.
    pub reasons: Vec<FalseAlarmCount>,
    /// When the last reason was said.
    pub last_at: Option<Time>,
}

/// What an ambulance has to know of a resident; kept sealed.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct HealthRecord {
    /// Lasting illnesses and disabilities.
    #[oai(validator(max_items = 30))]
    pub conditions: Vec<String>,
    /// Drugs that are taken.
    #[oai(validator(max_items = 30))]
    pub drugs: Vec<String>,
    /// What must not be given.
    #[oai(validator(max_items = 30))]
    pub allergies: Vec<String>,
}

/// One line of the sheet: a label and what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct SheetLine {
    /// Its stable snake_case word.
    pub key: String,
    /// The label in the caller's language.
    pub label: String,
    /// What is known; empty when nothing is.
    pub values: Vec<String>,
}

/// One page for 120, 110 or 119.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct HandoverSheet {
    /// The incident.
    pub incident_id: Uuid,
    /// Language of the words, as a BCP 47 tag.
    pub language: String,
    /// When it was made.
    pub made_at: Time,
    /// An exercise; nobody real needs help.
    pub drill: bool,
    /// How it ended, when it has.
    pub outcome: Option<Outcome>,
    /// Who, where, what was seen, health, languages, in the order in which they are read.
    pub lines: Vec<SheetLine>,
    /// The same as sentences, for reading aloud over a telephone.
    pub spoken: Vec<String>,
    /// Who had the person until now.
    pub hand_overs: Vec<HandOverShown>,
}
