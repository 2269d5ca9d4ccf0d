//! The verdict: one pure function over all findings.

use serde::{Deserialize, Serialize};

use crate::incidents::{IncidentKind, Severity};

use super::{EvidenceRules, Finding, Item};

/// Nobody is kept waiting longer than this by any evidence, whatever the rules say, seconds.
pub const LONGEST_WINDOW_S: u32 = 60;

/// What follows from the evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Never less grave than the kind of the alarm.
    pub severity: Severity,
    /// Seconds the resident has to cancel before people are asked; 0 asks at once.
    pub window_s: u32,
    /// What decided it, the signal first.
    pub why: Vec<Finding>,
}

/// Weighs all findings of an alarm of this kind. `base` is how grave the kind is by itself.
///
/// A pressed button and a hazard have no window at all; a mere suspicion has one; a device's own
/// fall alarm has one only for a doubt. One grave finding outweighs every doubt.
pub fn weigh(kind: IncidentKind, base: Severity, items: &[Item], rules: &EvidenceRules) -> Verdict {
    let has = |finding| items.iter().any(|item| item.finding == finding);
    let of = |such: fn(Finding) -> bool| {
        let mut found: Vec<Finding> = items.iter().map(|item| item.finding).collect();
        found.retain(|finding| such(*finding));
        found.sort_unstable();
        found.dedup();
        found
    };
    let severity = if of(Finding::is_vital_sign).is_empty() {
        base
    } else {
        base.min(raised(kind))
    };
    let mut why = of(is_signal);
    let grave = of(Finding::is_grave);
    let is_suspected =
        has(Finding::Suspicion) || (kind == IncidentKind::Fall && has(Finding::StageDetected));
    let may_wait = is_suspected || kind == IncidentKind::Fall;
    let is_certain = has(Finding::Button) || has(Finding::HazardSignal) || has(Finding::AlarmAgain);
    if !grave.is_empty() || is_certain || !may_wait {
        why.extend(grave);
        return Verdict {
            severity,
            window_s: 0,
            why,
        };
    }
    let doubts = of(Finding::is_doubt);
    let mut window_s = if is_suspected {
        rules.suspicion_window_s
    } else {
        0
    };
    if has(Finding::Charging) || has(Finding::NotWorn) {
        window_s += rules.doubt_window_s;
    }
    if has(Finding::FalseAlarmsDevice) || has(Finding::FalseAlarmsModel) {
        window_s += rules.false_alarms_window_s;
    }
    why.extend(doubts);
    Verdict {
        severity,
        window_s: window_s.min(rules.longest_window_s).min(LONGEST_WINDOW_S),
        why,
    }
}

/// How grave an alarm becomes by a sign of a life in danger. What is only to be looked at is looked
/// at sooner; who is sent for what stays with the ladder.
fn raised(kind: IncidentKind) -> Severity {
    match kind {
        IncidentKind::Attention => Severity::SERIOUS,
        _ => Severity::LIFE,
    }
}

fn is_signal(finding: Finding) -> bool {
    matches!(
        finding,
        Finding::Button
            | Finding::FallSignal
            | Finding::HazardSignal
            | Finding::NoReason
            | Finding::OtherSignal
            | Finding::Suspicion
            | Finding::StageDetected
            | Finding::AlarmAgain
    )
}
