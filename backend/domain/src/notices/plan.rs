//! By which channels somebody is reached, in which order, and when they are left in peace.

use chrono::{TimeDelta, Timelike};
use serde::{Deserialize, Serialize};

use crate::identity::Role;
use crate::message::MessageKey;
use crate::notices::{Channel, is_emergency};
use crate::time::Timestamp;

/// Most steps of a plan.
pub const MAX_STEPS: usize = 6;
/// Longest wait for a receipt, seconds.
pub const MAX_AFTER_S: u32 = 3600;
/// Seconds a step waits where the plan does not say.
const AFTER_S: u32 = 20;
/// Minutes of a day.
const DAY_MIN: u16 = 24 * 60;
/// Quiet texts to one person within [`LIMIT_WINDOW`]; emergencies are not counted.
pub const LIMIT: usize = 3;
/// The span in which quiet texts are counted.
pub const LIMIT_WINDOW: TimeDelta = TimeDelta::minutes(10);

/// One channel of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Which.
    pub channel: Channel,
    /// Seconds the step before has to be received; of the first step 0.
    pub after_s: u32,
}

/// Minutes after midnight in Shanghai: from the first to before the last, over midnight if need be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// The first quiet minute.
    pub from_min: u16,
    /// The first minute that is not quiet any more.
    pub until_min: u16,
}

/// How somebody is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelPlan {
    /// Channels in order.
    pub steps: Vec<Step>,
    /// When everything but an emergency waits.
    pub quiet: Option<QuietHours>,
}

/// Why a plan is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No step, or too many.
    #[error("a plan has 1 to {MAX_STEPS} steps")]
    Steps,
    /// A wait that is of no use.
    #[error("the first step waits 0 seconds, every other 5 to {MAX_AFTER_S}")]
    Wait,
    /// The console belongs to the installation.
    #[error("a plan names push, sms and voice")]
    Channel,
    /// No time of day, or a span that is empty or a whole day.
    #[error("quiet hours are two different minutes of a day")]
    Quiet,
}

impl ChannelPlan {
    /// What holds for a role until the person says otherwise.
    pub fn of_role(role: Role) -> Self {
        let step = |channel, after_s| Step { channel, after_s };
        let app = step(Channel::Push, 0);
        let night = Some(QuietHours {
            from_min: 22 * 60,
            until_min: 7 * 60,
        });
        match role {
            Role::Responder => Self {
                steps: vec![app, step(Channel::Sms, 20), step(Channel::Voice, 40)],
                quiet: night,
            },
            Role::Family => Self {
                steps: vec![app, step(Channel::Sms, 30), step(Channel::Voice, 120)],
                quiet: night,
            },
            // The seat is manned around the clock.
            Role::Operator => Self {
                steps: vec![app, step(Channel::Sms, 30)],
                quiet: None,
            },
            Role::Device | Role::Admin => Self {
                steps: vec![app],
                quiet: None,
            },
        }
    }

    /// Checks a plan.
    ///
    /// # Errors
    /// A [`PlanError`] for a plan that would reach nobody.
    pub fn checked(self) -> Result<Self, PlanError> {
        let fits = |(index, step): (usize, &Step)| match index {
            0 => step.after_s == 0,
            _ => (5..=MAX_AFTER_S).contains(&step.after_s),
        };
        let minute = |quiet: QuietHours| {
            quiet.from_min < DAY_MIN
                && quiet.until_min < DAY_MIN
                && quiet.from_min != quiet.until_min
        };
        if self.steps.is_empty() || self.steps.len() > MAX_STEPS {
            return Err(PlanError::Steps);
        }
        if self
            .steps
            .iter()
            .any(|step| step.channel == Channel::Console)
        {
            return Err(PlanError::Channel);
        }
        if !self.steps.iter().enumerate().all(fits) {
            return Err(PlanError::Wait);
        }
        if !self.quiet.is_none_or(minute) {
            return Err(PlanError::Quiet);
        }
        Ok(self)
    }

    /// The steps that serve a message: nobody is rung up for what is no emergency.
    pub fn steps_for(&self, key: MessageKey, has_phone: bool) -> Vec<Step> {
        let serves = |step: &&Step| match step.channel {
            Channel::Push | Channel::Console => true,
            Channel::Sms => has_phone,
            Channel::Voice => has_phone && is_emergency(key),
        };
        self.steps.iter().filter(serves).copied().collect()
    }

    /// This plan with the channels in front that a rung of a ladder names. The others stay behind
    /// them: nobody is reached by fewer ways.
    pub fn led_by(&self, named: &[Channel]) -> Self {
        let own = |channel| self.steps.iter().position(|step| step.channel == channel);
        let mut rest = self.steps.clone();
        rest.retain(|step| !named.contains(&step.channel));
        let first = named.iter().map(|channel| match own(*channel) {
            Some(index) => self.steps[index],
            None => Step {
                channel: *channel,
                after_s: AFTER_S,
            },
        });
        let mut steps: Vec<Step> = first.chain(rest).collect();
        for (index, step) in steps.iter_mut().enumerate() {
            step.after_s = match index {
                0 => 0,
                _ if step.after_s == 0 => AFTER_S,
                _ => step.after_s,
            };
        }
        Self {
            steps,
            quiet: self.quiet,
        }
    }

    /// Until when a message waits because of quiet hours.
    pub fn quiet_until(&self, key: MessageKey, now: Timestamp) -> Option<Timestamp> {
        if is_emergency(key) {
            return None;
        }
        let quiet = self.quiet?;
        let local = now + TimeDelta::hours(8);
        let seconds = i64::from(local.num_seconds_from_midnight());
        let minute = u16::try_from(seconds / 60).unwrap_or(0);
        let inside = if quiet.from_min < quiet.until_min {
            (quiet.from_min..quiet.until_min).contains(&minute)
        } else {
            minute >= quiet.from_min || minute < quiet.until_min
        };
        let ahead = (i64::from(quiet.until_min) * 60 - seconds).rem_euclid(24 * 3600);
        inside.then(|| now + TimeDelta::seconds(ahead))
    }
}

/// Until when a text waits because of others before it; `sent` are the moments of quiet texts.
pub fn limited_until(key: MessageKey, sent: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
    if is_emergency(key) {
        return None;
    }
    let mut recent: Vec<_> = sent.iter().filter(|at| **at > now - LIMIT_WINDOW).collect();
    recent.sort_unstable();
    let over = recent.len().checked_sub(LIMIT)?;
    recent.get(over).map(|at| **at + LIMIT_WINDOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    #[test]
    fn shipped_plans_are_sound() {
        for role in Role::ALL {
            assert!(ChannelPlan::of_role(*role).checked().is_ok(), "{role}");
        }
    }

    #[test]
    fn a_plan_that_reaches_nobody_is_refused() {
        let step = |channel, after_s| Step { channel, after_s };
        let plan = |steps: &[Step]| ChannelPlan {
            steps: steps.to_vec(),
            quiet: None,
        };
        assert_eq!(plan(&[]).checked(), Err(PlanError::Steps));
        let late = plan(&[step(Channel::Push, 1)]);
        assert_eq!(late.checked(), Err(PlanError::Wait));
        let at_once = plan(&[step(Channel::Push, 0), step(Channel::Sms, 0)]);
        assert_eq!(at_once.checked(), Err(PlanError::Wait));
        let console = plan(&[step(Channel::Console, 0)]);
        assert_eq!(console.checked(), Err(PlanError::Channel));
        let quiet = ChannelPlan {
            quiet: Some(QuietHours {
                from_min: 60,
                until_min: 60,
            }),
            ..plan(&[step(Channel::Push, 0)])
        };
        assert_eq!(quiet.checked(), Err(PlanError::Quiet));
    }

    #[test]
    fn quiet_hours_hold_back_everything_but_emergencies() {
        let plan = ChannelPlan::of_role(Role::Family);
        let night = at("2026-11-24T19:00:00Z"); // three in the morning in Shanghai
        let key = MessageKey::OperatorAttention;
        assert_eq!(
            plan.quiet_until(key, night),
            Some(at("2026-11-24T23:00:00Z"))
        );
        assert_eq!(plan.quiet_until(key, at("2026-11-24T23:00:00Z")), None);
        assert!(plan.quiet_until(key, at("2026-11-24T14:00:00Z")).is_some());
        for key in MessageKey::ALL.iter().filter(|key| is_emergency(**key)) {
            assert_eq!(plan.quiet_until(*key, night), None, "{key}");
        }
    }

    #[test]
    fn a_limit_never_holds_an_emergency() {
        let now = at("2026-11-24T02:00:00Z");
        let sent: Vec<_> = (0..9).map(|n| now - TimeDelta::minutes(n)).collect();
        let held = limited_until(MessageKey::OperatorFollowUp, &sent, now);
        assert_eq!(held, Some(now - TimeDelta::minutes(2) + LIMIT_WINDOW));
        assert_eq!(
            limited_until(MessageKey::OperatorFollowUp, &sent[..2], now),
            None
        );
        assert_eq!(limited_until(MessageKey::OfferNew, &sent, now), None);
    }

    #[test]
    fn a_rung_of_a_ladder_goes_before_the_plan_and_takes_no_way_from_it() {
        let plan = ChannelPlan::of_role(Role::Family);
        assert_eq!(plan.led_by(&[]), plan);
        let called = plan.led_by(&[Channel::Voice, Channel::Sms]);
        let steps = called.steps.iter().map(|step| (step.channel, step.after_s));
        let expected = [
            (Channel::Voice, 0),
            (Channel::Sms, 30),
            (Channel::Push, AFTER_S),
        ];
        assert!(steps.eq(expected), "{called:?}");
        let seat = ChannelPlan::of_role(Role::Operator).led_by(&[Channel::Push, Channel::Voice]);
        let last = seat.steps.last().map(|step| step.channel);
        assert_eq!((seat.steps.len(), last), (3, Some(Channel::Sms)));
        assert_eq!(seat.steps[1].channel, Channel::Voice, "added: {seat:?}");
    }

    #[test]
    fn nobody_is_rung_up_for_what_can_wait() {
        let plan = ChannelPlan::of_role(Role::Family);
        let voice = |key| {
            let steps = plan.steps_for(key, true);
            steps.iter().any(|step| step.channel == Channel::Voice)
        };
        assert!(voice(MessageKey::FamilyAlarm));
        assert!(!voice(MessageKey::OperatorFollowUp));
        assert_eq!(plan.steps_for(MessageKey::FamilyAlarm, false).len(), 1);
    }
}
