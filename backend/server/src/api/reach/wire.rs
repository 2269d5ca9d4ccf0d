//! Reach, receipts and calls between wire and domain.

use domain::identity::Role;
use domain::notices::call::{CallResult, CallState};
use domain::notices::phone::PhoneNumber;
use domain::notices::plan::{ChannelPlan, QuietHours, Step};
use domain::notices::receipt::Receipt;
use domain::notices::{Channel, OutboxItem};
use openapi::{
    AppReceipt, CallOutcome, NotificationReceipt, NotificationReceipts, Problem, Reach,
    ReachChannel, ReachQuiet, ReachStep, ReachWanted, ReceiptState, ResidentCall, Time,
};
use store::{Call, KeptReceipt};

use super::plan_of;

/// How somebody is reached, without the number.
pub(super) fn reach(reach: &store::Reach, role: Role) -> Reach {
    let plan = plan_of(reach, role);
    let channel = |channel| match channel {
        Channel::Push | Channel::Console => ReachChannel::Push,
        Channel::Sms => ReachChannel::Sms,
        Channel::Voice => ReachChannel::Voice,
    };
    let step = |step: &Step| ReachStep {
        channel: channel(step.channel),
        after_s: i32::try_from(step.after_s).unwrap_or(i32::MAX),
    };
    Reach {
        phone: reach.phone.as_ref().map(PhoneNumber::masked),
        steps: plan.steps.iter().map(step).collect(),
        quiet: plan.quiet.map(|quiet| ReachQuiet {
            from_min: quiet.from_min.into(),
            until_min: quiet.until_min.into(),
        }),
        own_plan: reach.plan.is_some(),
    }
}

/// What somebody wants, checked.
pub(super) fn wanted(wanted: ReachWanted) -> Result<store::Reach, Problem> {
    let phone = wanted.phone.as_deref().map(PhoneNumber::parse).transpose();
    let phone = phone.map_err(|error| Problem::invalid("phone", error.to_string()))?;
    let minute = |minute: i32| u16::try_from(minute).unwrap_or(u16::MAX);
    let quiet = wanted.quiet.map(|quiet| QuietHours {
        from_min: minute(quiet.from_min),
        until_min: minute(quiet.until_min),
    });
    let Some(steps) = wanted.steps else {
        if quiet.is_some() {
            return Err(Problem::invalid("quiet", "only beside steps"));
        }
        return Ok(store::Reach { phone, plan: None });
    };
    let step = |step: ReachStep| Step {
        channel: match step.channel {
            ReachChannel::Push => Channel::Push,
            ReachChannel::Sms => Channel::Sms,
            ReachChannel::Voice => Channel::Voice,
        },
        after_s: u32::try_from(step.after_s).unwrap_or(0),
    };
    let plan = ChannelPlan {
        steps: steps.into_iter().map(step).collect(),
        quiet,
    };
    let plan = plan.checked();
    let plan = plan.map_err(|error| Problem::invalid("steps", error.to_string()))?;
    Ok(store::Reach {
        phone,
        plan: Some(plan),
    })
}

/// What an app tells.
pub(super) fn app_receipt(state: AppReceipt) -> Receipt {
    match state {
        AppReceipt::Delivered => Receipt::Delivered,
        AppReceipt::Seen => Receipt::Seen,
        AppReceipt::Heard => Receipt::Heard,
    }
}

fn state(receipt: Receipt) -> ReceiptState {
    match receipt {
        Receipt::Queued => ReceiptState::Queued,
        Receipt::Sent => ReceiptState::Sent,
        Receipt::Undelivered => ReceiptState::Undelivered,
        Receipt::Delivered => ReceiptState::Delivered,
        Receipt::Seen => ReceiptState::Seen,
        Receipt::Heard => ReceiptState::Heard,
        Receipt::Acknowledged => ReceiptState::Acknowledged,
    }
}

/// What is known of a notice; that it waited is known from the notice itself.
pub(super) fn receipts(item: &OutboxItem, kept: &[KeptReceipt]) -> NotificationReceipts {
    let queued = NotificationReceipt {
        channel: kept
            .first()
            .map_or(Channel::Push, |receipt| receipt.channel)
            .to_string(),
        state: ReceiptState::Queued,
        at: Time(item.created_at),
        gateway: None,
        reason: None,
    };
    let others = kept.iter().map(|receipt| NotificationReceipt {
        channel: receipt.channel.to_string(),
        state: state(receipt.receipt),
        at: Time(receipt.at),
        gateway: receipt.gateway.clone(),
        reason: receipt.reason.clone(),
    });
    NotificationReceipts {
        receipts: std::iter::once(queued).chain(others).collect(),
    }
}

/// A call, and whether the seat may close because of it.
pub(super) fn call(call: &Call, open: bool) -> ResidentCall {
    ResidentCall {
        id: call.id,
        attempt: i32::try_from(call.attempt).unwrap_or(i32::MAX),
        state: match call.state {
            CallState::Due => openapi::CallState::Due,
            CallState::Placed => openapi::CallState::Placed,
            CallState::Ended => openapi::CallState::Ended,
        },
        result: call.result.and_then(outcome),
        proposes_closing: open && call.result == Some(CallResult::Fine),
        placed_at: call.placed_at.map(Time),
        ended_at: call.ended_at.map(Time),
    }
}

/// Answers of helpers are none of a resident.
fn outcome(result: CallResult) -> Option<CallOutcome> {
    Some(match result {
        CallResult::Fine => CallOutcome::Fine,
        CallResult::NeedHelp => CallOutcome::NeedHelp,
        CallResult::Person => CallOutcome::Person,
        CallResult::Silent => CallOutcome::Silent,
        CallResult::Busy => CallOutcome::Busy,
        CallResult::NoAnswer => CallOutcome::NoAnswer,
        CallResult::Failed => CallOutcome::Failed,
        CallResult::Accept | CallResult::Decline | CallResult::Heard => return None,
    })
}
