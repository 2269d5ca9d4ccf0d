//! The table.

use super::{DeadlineBy, InputKind, Move, StateRule};
use crate::incidents::{IncidentStatus, NextOwner, TimerKind};

/// One line per input: where it may lead.
macro_rules! moves {
    ($($input:ident => $($to:ident)+;)*) => {
        &[$(Move {
            input: InputKind::$input,
            to: &[$(IncidentStatus::$to),+],
        }),*]
    };
}

/// What opens an incident, and where it begins.
pub const OPENS: &[Move] = moves! {
    Drill => Offered Exhausted;
    OpenCase => Raised;
    Alarm => PreAlarm Raised Offered Exhausted;
    PreAlarm => PreAlarm Raised Offered Exhausted;
    Report => Offered Exhausted;
    Sos => Offered Exhausted;
};

/// Every state, in the order in which an incident usually meets them.
pub const STATES: &[StateRule] = &[
    StateRule {
        state: IncidentStatus::PreAlarm,
        owners: &[NextOwner::Resident],
        guard: Some(TimerKind::PreAlarm),
        deadline_by: DeadlineBy::Evidence,
        deadline_s: None,
        moves: moves! {
            Alarm => PreAlarm Offered Exhausted;
            PreAlarm => PreAlarm Offered Exhausted;
            Report => Offered Exhausted;
            Sos => Offered Exhausted;
            Observed => PreAlarm Raised Offered Exhausted;
            CancelPreAlarm => Closed;
            Identify => Offered Exhausted;
            Acknowledge => Answering;
            NoAnswer => PreAlarm Offered Exhausted;
            Merge => PreAlarm;
            Split => PreAlarm;
            Link => PreAlarm;
            ClearCase => Closed;
            Close => FollowUp Closed;
            TimerFired => Raised Offered Exhausted;
        },
    },
    StateRule {
        state: IncidentStatus::Raised,
        owners: &[NextOwner::Operator],
        guard: Some(TimerKind::Rung),
        deadline_by: DeadlineBy::Ladder,
        deadline_s: None,
        moves: moves! {
            Alarm => Raised Offered Exhausted;
            PreAlarm => Raised Offered Exhausted;
            Report => Raised Offered Exhausted;
            Sos => Raised Offered Exhausted;
            Observed => Raised;
            Identify => Raised Offered Exhausted;
            Acknowledge => Answering;
            NoAnswer => Raised Offered Exhausted;
            Suspend => Suspended;
            Merge => Raised Offered Exhausted Closed;
            Split => Raised;
            Link => Raised;
            ClearCase => Raised Closed;
            Close => Closed;
            TimerFired => Raised;
        },
    },
    StateRule {
        state: IncidentStatus::Answering,
        owners: &[NextOwner::Operator],
        guard: Some(TimerKind::StillOpen),
        deadline_by: DeadlineBy::Fixed,
        deadline_s: Some(30 * 60),
        moves: moves! {
            Alarm => Answering Offered Exhausted;
            PreAlarm => Answering Offered Exhausted;
            Report => Answering Offered Exhausted;
            Sos => Answering Offered Exhausted;
            Observed => Answering;
            Identify => Raised Offered Exhausted;
            NoAnswer => Answering Offered Exhausted;
            Accept => Accepted;
            Decline => Answering;
            HandOver => HandedOver;
            Suspend => Suspended;
            Merge => Answering Offered Exhausted;
            Split => Answering;
            Link => Answering;
            ClearCase => Answering;
            Close => FollowUp Closed;
            TimerFired => Answering;
        },
    },
    StateRule {
        state: IncidentStatus::Offered,
        owners: &[NextOwner::Ladder],
        guard: Some(TimerKind::Rung),
        deadline_by: DeadlineBy::Ladder,
        deadline_s: None,
        moves: moves! {
            Alarm => Offered;
            PreAlarm => Offered;
            Report => Offered;
            Sos => Offered;
            Observed => Offered;
            Acknowledge => Offered;
            NoAnswer => Offered Exhausted;
            Accept => Accepted;
            Decline => Offered Exhausted;
            Merge => Offered;
            Split => Offered;
            Link => Offered;
            ClearCase => Offered Closed;
            Close => FollowUp Closed;
            TimerFired => Offered Exhausted;
        },
    },
    StateRule {
        state: IncidentStatus::Accepted,
        owners: &[NextOwner::Responder, NextOwner::Operator],
        guard: Some(TimerKind::Movement),
        deadline_by: DeadlineBy::Fixed,
        deadline_s: Some(180),
        moves: moves! {
            Alarm => Accepted;
            PreAlarm => Accepted;
            Report => Accepted;
            Sos => Accepted;
            Observed => Accepted;
            Acknowledge => Accepted;
            NoAnswer => Accepted;
            Accept => Accepted;
            Decline => Accepted;
            Depart => EnRoute;
            Arrive => OnScene;
            Drop => Offered Exhausted;
            Merge => Accepted;
            Split => Accepted;
            Link => Accepted;
            ClearCase => Accepted;
            Close => FollowUp Closed;
            TimerFired => Accepted;
        },
    },
    StateRule {
        state: IncidentStatus::EnRoute,
        owners: &[NextOwner::Responder],
        guard: Some(TimerKind::Arrival),
        deadline_by: DeadlineBy::WalkingTime,
        deadline_s: None,
        moves: moves! {
            Alarm => EnRoute;
            PreAlarm => EnRoute;
            Report => EnRoute;
            Sos => EnRoute;
            Observed => EnRoute;
            Acknowledge => EnRoute;
            NoAnswer => EnRoute;
            Decline => EnRoute;
            Arrive => OnScene;
            Drop => Offered Exhausted;
            Merge => EnRoute;
            Split => EnRoute;
            Link => EnRoute;
            ClearCase => EnRoute;
            Close => FollowUp Closed;
            TimerFired => Late;
        },
    },
    StateRule {
        state: IncidentStatus::Late,
        owners: &[NextOwner::Operator],
        guard: Some(TimerKind::Arrival),
        deadline_by: DeadlineBy::Fixed,
        deadline_s: Some(120),
        moves: moves! {
            Alarm => Late;
            PreAlarm => Late;
            Report => Late;
            Sos => Late;
            Observed => Late;
            Acknowledge => Late;
            NoAnswer => Late;
            Accept => Accepted;
            Decline => Late;
            Arrive => OnScene;
            Drop => Offered Exhausted;
            Merge => Late;
            Split => Late;
            Link => Late;
            ClearCase => Late;
            Close => FollowUp Closed;
            TimerFired => Late;
        },
    },
    StateRule {
        state: IncidentStatus::OnScene,
        owners: &[NextOwner::Responder, NextOwner::Operator],
        guard: Some(TimerKind::Outcome),
        deadline_by: DeadlineBy::Fixed,
        deadline_s: Some(30 * 60),
        moves: moves! {
            Alarm => OnScene;
            PreAlarm => OnScene;
            Report => OnScene;
            Sos => OnScene;
            Observed => OnScene;
            Acknowledge => OnScene;
            BlockAccess => AccessBlocked;
            HandOver => HandedOver;
            Merge => OnScene;
            Split => OnScene;
            Link => OnScene;
            ClearCase => OnScene;
            Close => FollowUp Closed;
            TimerFired => OnScene;
        },
    },
    StateRule {
        state: IncidentStatus::AccessBlocked,
        owners: &[NextOwner::Operator],
        guard: Some(TimerKind::Access),
        deadline_by: DeadlineBy::Fixed,
        deadline_s: Some(120),
        moves: moves! {
            Alarm => AccessBlocked;
            PreAlarm => AccessBlocked;
            Report => AccessBlocked;
            Sos => AccessBlocked;
            Observed => AccessBlocked;
            Acknowledge => AccessBlocked;
            Arrive => OnScene;
            HandOver => HandedOver;
            Merge => AccessBlocked;
            Split => AccessBlocked;
            Link => AccessBlocked;
            ClearCase => AccessBlocked;
            Close => FollowUp Closed;
            TimerFired => AccessBlocked;
        },
    },
    StateRule {
        state: IncidentStatus::HandedOver,
        owners: &[NextOwner::Operator],
        guard: Some(TimerKind::HandOver),
        deadline_by: DeadlineBy::Fixed,
        deadline_s: Some(60 * 60),
        moves: moves! {
            Alarm => Offered HandedOver Exhausted;
            PreAlarm => Offered HandedOver Exhausted;
            Report => Offered HandedOver Exhausted;
            Sos => Offered HandedOver Exhausted;
            Observed => HandedOver;
            Identify => Raised Offered Exhausted;
            Acknowledge => HandedOver;
            HandOver => HandedOver;
            Suspend => Suspended;
            Merge => Offered HandedOver Exhausted;
            Split => HandedOver;
            Link => HandedOver;
            ClearCase => HandedOver Closed;
            Close => FollowUp Closed;
            TimerFired => HandedOver;
        },
    },
    StateRule {
        state: IncidentStatus::Suspended,
        owners: &[NextOwner::Operator],
        guard: Some(TimerKind::Suspension),
        deadline_by: DeadlineBy::Said,
        deadline_s: None,
        moves: moves! {
            Alarm => Offered Suspended Exhausted;
            PreAlarm => Offered Suspended Exhausted;
            Report => Offered Exhausted;
            Sos => Offered Exhausted;
            Observed => Suspended;
            Identify => Raised Offered Exhausted;
            Acknowledge => Suspended;
            Suspend => Suspended;
            Merge => Offered Suspended Exhausted;
            Split => Suspended;
            Link => Suspended;
            ClearCase => Suspended Closed;
            Close => FollowUp Closed;
            TimerFired => Raised Offered Exhausted;
        },
    },
    StateRule {
        state: IncidentStatus::Exhausted,
        owners: &[NextOwner::Operator],
        guard: Some(TimerKind::Rung),
        deadline_by: DeadlineBy::Ladder,
        deadline_s: None,
        moves: moves! {
            Alarm => Exhausted;
            PreAlarm => Exhausted;
            Report => Exhausted;
            Sos => Exhausted;
            Observed => Exhausted;
            Acknowledge => Answering;
            NoAnswer => Exhausted;
            Accept => Accepted;
            Decline => Exhausted;
            HandOver => HandedOver;
            Merge => Exhausted;
            Split => Exhausted;
            Link => Exhausted;
            ClearCase => Exhausted Closed;
            Close => FollowUp Closed;
            TimerFired => Exhausted;
        },
    },
    StateRule {
        state: IncidentStatus::FollowUp,
        owners: &[NextOwner::Operator],
        guard: Some(TimerKind::FollowUp),
        deadline_by: DeadlineBy::Fixed,
        deadline_s: Some(24 * 60 * 60),
        moves: moves! {
            Split => FollowUp;
            Link => FollowUp;
            FollowUp => Answering FollowUp Closed;
            Reopen => Answering;
            TimerFired => FollowUp;
        },
    },
    StateRule {
        state: IncidentStatus::Closed,
        owners: &[NextOwner::Nobody],
        guard: None,
        deadline_by: DeadlineBy::Never,
        deadline_s: None,
        moves: moves! {
            Split => Raised Offered Exhausted Closed;
            Link => Closed;
            Reopen => Answering;
        },
    },
];
