//! Word by word: a new case of the domain does not compile until the contract has a word for it.

use domain::closures::ClosureKind;
use domain::incidents as inner;
use domain::notices::DeliveryState;
use domain::responders::{Class, RankMethod, ResponderKind, Vehicle};
use store::{IncidentState, Platform};

/// Maps the cases of one enum onto another's of the same names.
macro_rules! same_words {
    ($(#[$meta:meta])* $name:ident: $from:ty => $to:ty { $($case:ident),+ $(,)? }) => {
        $(#[$meta])*
        pub(in crate::api) fn $name(word: $from) -> $to {
            type Given = $from;
            type Shown = $to;
            match word { $(Given::$case => Shown::$case),+ }
        }
    };
}

same_words! {
    /// What happened.
    incident_kind: inner::IncidentKind => openapi::IncidentKind {
        Fall, Sos, Unspecified, Smoke, Gas, CarbonMonoxide, Seizure, HelpRequest, Attention,
        UnknownDevice, DeviceSilent, AreaOutage, LifeSignMissing, EnrolmentOverdue, ResponderSos,
    }
}
same_words! {
    /// Why a device is taken from its wearer, as given.
    end_reason: openapi::UnbindingReason => domain::devices::EndReason {
        HandedOver, Returned, Lost, Death, MovingAway,
    }
}
same_words! {
    /// Why a device was taken from its wearer.
    shown_end_reason: domain::devices::EndReason => openapi::UnbindingReason {
        HandedOver, Returned, Lost, Death, MovingAway,
    }
}
same_words! {
    /// What proves that a device works, as given.
    proof: openapi::EnrolmentProof => domain::devices::Proof { Frame, Alarm }
}
same_words! {
    /// What proves that a device works.
    shown_proof: domain::devices::Proof => openapi::EnrolmentProof { Frame, Alarm }
}
same_words! {
    /// How far an enrolment got.
    enrolment_state: domain::devices::EnrolmentState => openapi::EnrolmentState {
        Pending, Proven, Overdue, Cancelled,
    }
}
same_words! {
    /// What a device is told.
    command_kind: domain::devices::CommandKind => openapi::CommandKind {
        Ring, Locate, CallBack, SetCentre, UploadEvery, Speak,
    }
}
same_words! {
    /// How far a command got.
    command_state: domain::devices::CommandState => openapi::CommandState {
        Queued, Sent, Acknowledged, Expired, Cancelled, Failed,
    }
}
same_words! {
    /// How far an identity is believed.
    identity: domain::devices::Trust => openapi::Identity {
        Proved, Bound, Claimed, Unconfirmed,
    }
}
same_words! {
    /// Where it stands.
    incident_status: inner::IncidentStatus => openapi::IncidentStatus {
        PreAlarm, Raised, Answering, Offered, Accepted, EnRoute, Late, OnScene, AccessBlocked,
        HandedOver, Suspended, Exhausted, FollowUp, Closed,
    }
}
same_words! {
    /// Who must act next.
    next_owner: inner::NextOwner => openapi::NextOwner {
        Resident, Ladder, Responder, Operator, Nobody,
    }
}
same_words! {
    /// How it ended, as shown.
    shown_outcome: inner::Outcome => openapi::Outcome {
        Helped, TakenToHospital, FalseAlarm, CancelledByResident, Test, ClearedUp, NoContact, Merged,
        Other,
    }
}
same_words! {
    /// How it ended, as given.
    outcome: openapi::Outcome => inner::Outcome {
        Helped, TakenToHospital, FalseAlarm, CancelledByResident, Test, ClearedUp, NoContact, Merged,
        Other,
    }
}
same_words! {
    /// Who has the person, as given.
    handed_to: openapi::HandOverTo => inner::HandOverTo { Ambulance, Hospital, Police, Fire }
}
same_words! {
    /// Who has the person, as shown.
    shown_handed_to: inner::HandOverTo => openapi::HandOverTo { Ambulance, Hospital, Police, Fire }
}
same_words! {
    /// Who goes along, as given.
    companion: openapi::Companion => inner::Companion { Nobody, Family, Neighbour, Responder }
}
same_words! {
    /// Who goes along, as shown.
    shown_companion: inner::Companion => openapi::Companion { Nobody, Family, Neighbour, Responder }
}
same_words! {
    /// How somebody looked again.
    follow_up_way: openapi::FollowUpWay => inner::FollowUpWay { Visit, Voice }
}
same_words! {
    /// What they found.
    follow_up_result: openapi::FollowUpResult => inner::FollowUpResult {
        Well, NotReached, NeedsHelp,
    }
}
same_words! {
    /// Why a person is away.
    suspension_reason: openapi::SuspensionReason => inner::SuspensionReason { Hospital, Travel }
}
same_words! {
    /// How two incidents hang together.
    link_kind: inner::LinkKind => openapi::LinkKind { Merged, Split, Linked }
}
same_words! {
    /// What a deadline is measured by.
    deadline_by: inner::DeadlineBy => openapi::DeadlineBy {
        Fixed, Evidence, Ladder, WalkingTime, Said, Never,
    }
}
same_words! {
    /// Why there was an alarm without a need, as given.
    false_alarm: openapi::FalseAlarmReason => inner::FalseAlarmReason {
        AccidentalPress, DeviceDropped, OrdinaryMovement, PlayedWith, TriedOut, SteamOrCooking,
        DeviceFault, Unexplained,
    }
}
same_words! {
    /// Why there was an alarm without a need, as shown.
    shown_false_alarm: inner::FalseAlarmReason => openapi::FalseAlarmReason {
        AccidentalPress, DeviceDropped, OrdinaryMovement, PlayedWith, TriedOut, SteamOrCooking,
        DeviceFault, Unexplained,
    }
}
same_words! {
    /// What cannot be used, as given.
    closure_kind: openapi::StreetClosureKind => ClosureKind {
        StreetClosed, GateShut, LiftBroken,
    }
}
same_words! {
    /// What cannot be used, as shown.
    shown_closure_kind: ClosureKind => openapi::StreetClosureKind {
        StreetClosed, GateShut, LiftBroken,
    }
}
same_words! {
    /// What a person reports.
    reported_kind: openapi::ReportKind => inner::ReportedKind { HelpRequest, Fall, Sos }
}
same_words! {
    /// Which incidents a list shows.
    incident_state: openapi::IncidentFilter => IncidentState { Open, FollowUp, Closed, All }
}
same_words! {
    /// What became of an offer.
    offer_state: inner::OfferState => openapi::OfferState {
        Pending, Accepted, Declined, Withdrawn, Expired,
    }
}
same_words! {
    /// How a walking time was found.
    method: RankMethod => openapi::OfferMethod { Network, StraightLine, FixedList }
}
same_words! {
    /// What a responder is.
    responder_kind: ResponderKind => openapi::ResponderKind { Volunteer, CareWorker, CommunityWorker }
}
same_words! {
    /// How a responder gets about.
    vehicle: Vehicle => openapi::Vehicle { Foot, Bicycle, Ebike, Car }
}
same_words! {
    /// What whoever comes must be or be able to do, as given.
    class: openapi::HelperClass => Class { FirstAid, Lifting, Female, Male, Wu }
}
same_words! {
    /// What whoever comes must be or be able to do, as shown.
    shown_class: Class => openapi::HelperClass { FirstAid, Lifting, Female, Male, Wu }
}
same_words! {
    /// A datum, as given.
    datum: openapi::Datum => domain::geo::Datum { Wgs84, Gcj02, Bd09 }
}
same_words! {
    /// A datum, as shown.
    shown_datum: domain::geo::Datum => openapi::Datum { Wgs84, Gcj02, Bd09 }
}
same_words! {
    /// A sign of daily life, as given.
    life_sign: openapi::LifeSign => domain::life_signs::LifeSign {
        Water, Door, Motion, Smoke, Breaker, Steps, Key, Meal, Scan, Any,
    }
}
same_words! {
    /// A sign of daily life, as shown.
    shown_life_sign: domain::life_signs::LifeSign => openapi::LifeSign {
        Water, Door, Motion, Smoke, Breaker, Steps, Key, Meal, Scan, Any,
    }
}
same_words! {
    /// How much is feared for a resident, as given.
    risk: openapi::RiskLevel => domain::residents::RiskLevel { Usual, Raised, High }
}
same_words! {
    /// How much is feared for a resident, as shown.
    shown_risk: domain::residents::RiskLevel => openapi::RiskLevel { Usual, Raised, High }
}
same_words! {
    /// How well a resident can say what happened, as given.
    cognition: openapi::Cognition => domain::residents::Cognition { Clear, Mild, Severe }
}
same_words! {
    /// How well a resident can say what happened, as shown.
    shown_cognition: domain::residents::Cognition => openapi::Cognition { Clear, Mild, Severe }
}
same_words! {
    /// What a life depends on, as given.
    dependence: openapi::Dependence => domain::residents::Dependence {
        Oxygen, Ventilator, Dialysis, PoweredBed, CooledMedicine,
    }
}
same_words! {
    /// What a life depends on, as shown.
    shown_dependence: domain::residents::Dependence => openapi::Dependence {
        Oxygen, Ventilator, Dialysis, PoweredBed, CooledMedicine,
    }
}
same_words! {
    /// A carrier, as given.
    platform: openapi::PushPlatform => Platform { Fcm, Console }
}
same_words! {
    /// A carrier, as shown.
    shown_platform: Platform => openapi::PushPlatform { Fcm, Console }
}

/// How far a notice got; `leased` while a worker has it.
pub(in crate::api) fn delivery_state(state: DeliveryState, leased: bool) -> openapi::DeliveryState {
    match state {
        DeliveryState::Queued if leased => openapi::DeliveryState::Leased,
        DeliveryState::Queued => openapi::DeliveryState::Queued,
        DeliveryState::Sent => openapi::DeliveryState::Sent,
        DeliveryState::Failed => openapi::DeliveryState::Failed,
        DeliveryState::NoEndpoint | DeliveryState::Dropped => openapi::DeliveryState::Dropped,
    }
}

/// How texts for a resident are written; anything but `easy` is ordinary wording.
pub(super) fn reading_level(word: &str) -> openapi::ReadingLevel {
    if word == "easy" {
        openapi::ReadingLevel::Easy
    } else {
        openapi::ReadingLevel::Standard
    }
}
