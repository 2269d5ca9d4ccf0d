//! Whatever happens in whatever order: no state without deadline and next owner, one guard, no way
//! out of `closed` but reopening or splitting, and no move that the published table does not name.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use super::world::{OPERATOR, OTHER_OPERATOR, World, responder, signal};
use crate::devices::{Alarm, Recency};
use crate::evidence::{Finding, Item, Observation};
use crate::ids::OfferId;
use crate::incidents::decide::fired::guards;
use crate::incidents::{
    CaseSignal, Closure, Companion, DeadlineBy, DrillCrew, FollowUpReport, FollowUpResult,
    FollowUpWay, HandOver, HandOverTo, Incident, IncidentKind, IncidentStatus, Input, InputKind,
    LadderKind, NextOwner, OPENS, OfferState, OpenKey, Outcome, ReportedKind, STATES, StateRule,
    Suspension, SuspensionReason, TimerKind,
};
use crate::message::Facts;
use crate::time::seconds;

#[derive(Clone, Debug)]
enum Step {
    Alarm(Vec<Alarm>, Recency),
    PreAlarm,
    Observed(Finding),
    CancelPreAlarm,
    Report,
    Sos,
    Acknowledge(bool),
    Identify,
    Accept(usize),
    Decline(usize),
    Depart,
    Arrive,
    NoAnswer,
    Drop,
    BlockAccess,
    HandOver,
    Close(bool, bool, Outcome),
    FollowUp(FollowUpResult),
    Reopen,
    Suspend(u32),
    Merge(LadderKind),
    Split(LadderKind),
    Link,
    ClearCase,
    Wait,
    Stale(TimerKind, u16),
}

/// How a history begins.
#[derive(Clone, Copy, Debug)]
enum Begin {
    Known,
    Stranger,
    Case,
    Drill,
}

impl Begin {
    const ALL: [Self; 5] = [
        Self::Known,
        Self::Known,
        Self::Stranger,
        Self::Case,
        Self::Drill,
    ];

    fn opening(self, world: &mut World) -> Option<Input> {
        match self {
            Self::Known | Self::Stranger => None,
            Self::Case => Some(Input::OpenCase(CaseSignal {
                kind: IncidentKind::LifeSignMissing,
                key: OpenKey("life-sign:1".to_owned()),
                device_id: None,
                facts: Facts::new(),
            })),
            Self::Drill => {
                world.context.drill = Some(DrillCrew(vec![OPERATOR, responder(1), responder(3)]));
                Some(Input::Drill {
                    by: OPERATOR,
                    kind: ReportedKind::Fall,
                })
            }
        }
    }
}

/// What usually goes on, often enough that the far ends of the machine are met.
fn usual() -> impl Strategy<Value = Step> {
    let alarm = prop::sample::select(Alarm::ALL.to_vec());
    let recency = prop::sample::select(Recency::ALL.to_vec());
    prop_oneof![
        3 => (prop::collection::vec(alarm, 0..3), recency).prop_map(|(a, r)| Step::Alarm(a, r)),
        1 => Just(Step::Report),
        1 => Just(Step::Sos),
        1 => any::<bool>().prop_map(Step::Acknowledge),
        1 => Just(Step::Identify),
        4 => (0_usize..12).prop_map(Step::Accept),
        2 => (0_usize..12).prop_map(Step::Decline),
        3 => Just(Step::Depart),
        3 => Just(Step::Arrive),
        4 => Just(Step::Wait),
    ]
}

fn seldom() -> impl Strategy<Value = Step> {
    let kind = prop::sample::select(TimerKind::ALL.to_vec());
    let outcome = prop::sample::select(Outcome::ALL.to_vec());
    let result = prop::sample::select(FollowUpResult::ALL.to_vec());
    let finding = prop::sample::select(Finding::ALL.to_vec());
    let ladder = || prop::sample::select(LadderKind::ALL.to_vec());
    prop_oneof![
        1 => Just(Step::PreAlarm),
        1 => finding.prop_map(Step::Observed),
        1 => Just(Step::CancelPreAlarm),
        1 => Just(Step::NoAnswer),
        1 => Just(Step::Drop),
        2 => Just(Step::BlockAccess),
        1 => Just(Step::HandOver),
        2 => (any::<bool>(), any::<bool>(), outcome).prop_map(|(o, n, e)| Step::Close(o, n, e)),
        2 => result.prop_map(Step::FollowUp),
        1 => Just(Step::Reopen),
        1 => (0_u32..4_000_000).prop_map(Step::Suspend),
        1 => ladder().prop_map(Step::Merge),
        1 => ladder().prop_map(Step::Split),
        1 => Just(Step::Link),
        1 => Just(Step::ClearCase),
        1 => (kind, 0_u16..5).prop_map(|(k, r)| Step::Stale(k, r)),
    ]
}

fn offer(world: &World, index: usize) -> OfferId {
    world
        .context
        .offers
        .get(index)
        .map_or(OfferId(uuid::Uuid::nil()), |offer| offer.id)
}

fn input(world: &mut World, step: &Step) -> Option<Input> {
    let by = responder(0);
    Some(match step {
        Step::Alarm(alarms, recency) => Input::Alarm(signal(alarms, *recency, world.now)),
        Step::PreAlarm => Input::PreAlarm(signal(&[Alarm::Fall], Recency::Live, world.now)),
        Step::Observed(finding) => Input::Observed(Observation {
            items: vec![Item::plain(*finding)],
            ..Observation::default()
        }),
        Step::CancelPreAlarm => Input::CancelPreAlarm,
        Step::Report => Input::Report {
            by: OPERATOR,
            kind: ReportedKind::Fall,
        },
        Step::Sos => Input::Sos {
            by: responder(2),
            key: OpenKey("helper:2".to_owned()),
            at: None,
        },
        Step::Acknowledge(first) => Input::Acknowledge {
            by: if *first { OPERATOR } else { OTHER_OPERATOR },
        },
        Step::Identify => {
            let known = World::with_responders(0).context.resident;
            world.context.resident = world.context.resident.take().or(known);
            Input::Identify { by: OPERATOR }
        }
        Step::Accept(index) => Input::Accept {
            offer: offer(world, *index),
        },
        Step::Decline(index) => Input::Decline {
            offer: offer(world, *index),
        },
        Step::Depart => Input::Depart { by },
        Step::Arrive => Input::Arrive { by },
        Step::NoAnswer => Input::NoAnswer { by: Some(OPERATOR) },
        Step::Drop => Input::Drop { by },
        Step::BlockAccess => Input::BlockAccess { by },
        Step::HandOver => Input::HandOver(HandOver {
            by,
            to: HandOverTo::Ambulance,
            place: None,
            companion: Companion::Nobody,
        }),
        Step::Close(as_operator, has_note, outcome) => Input::Close(Closure {
            by: OPERATOR,
            as_operator: *as_operator,
            outcome: *outcome,
            has_note: *has_note,
            false_alarm: None,
            evidence: None,
        }),
        Step::FollowUp(result) => Input::FollowUp(FollowUpReport {
            by: OPERATOR,
            way: FollowUpWay::Visit,
            result: *result,
        }),
        Step::Reopen => Input::Reopen { by: OPERATOR },
        Step::Suspend(wait_s) => Input::Suspend(Suspension {
            by: OPERATOR,
            reason: SuspensionReason::Hospital,
            until: world.now + seconds(*wait_s),
        }),
        Step::Merge(ladder) => {
            world.put_beside(*ladder, false);
            Input::Merge { by: OPERATOR }
        }
        Step::Split(ladder) => {
            world.put_beside(*ladder, true);
            Input::Split { by: OPERATOR }
        }
        Step::Link => {
            world.put_beside(LadderKind::Unknown, false);
            Input::Link { by: OPERATOR }
        }
        Step::ClearCase => Input::ClearCase,
        Step::Stale(kind, rung) => Input::TimerFired {
            kind: *kind,
            rung: *rung,
        },
        Step::Wait => return None,
    })
}

fn check(world: &World) {
    let Some(incident) = &world.context.incident else {
        return;
    };
    let accepted = world
        .context
        .offers
        .iter()
        .filter(|o| o.state == OfferState::Accepted)
        .count();
    assert!(accepted <= 1, "two responders go");
    assert_eq!(
        incident.open_key.is_some(),
        incident.is_open(),
        "a key while somebody is needed, and none that keeps the next alarm out"
    );
    let rule = StateRule::of(incident.status).expect("every state has a rule");
    assert!(
        rule.owners.contains(&incident.next_owner),
        "{} is owned by {}",
        incident.status,
        incident.next_owner
    );
    assert_eq!(rule.guard, world.timer.as_ref().map(|timer| timer.kind));
    assert_eq!(incident.closed_at.is_some(), !incident.is_open());
    if incident.status == IncidentStatus::Closed {
        assert!(incident.deadline_at.is_none());
        return;
    }
    assert_ne!(incident.next_owner, NextOwner::Nobody);
    let timer = world.timer.as_ref().expect("an open incident has a guard");
    assert_eq!(incident.deadline_at, Some(timer.due_at));
    assert!(
        guards(timer.kind, incident.status),
        "{} guards {}",
        timer.kind,
        incident.status
    );
    assert_eq!(
        timer.rung, incident.rung,
        "the guard names the present rung"
    );
    let longest = rule.deadline_s.map(|longest| world.now + seconds(longest));
    assert!(
        longest.is_none_or(|longest| timer.due_at <= longest),
        "{} waits longer than it says",
        incident.status
    );
}

/// One move that was seen: from nothing when an incident was opened.
type Seen = (Option<IncidentStatus>, InputKind, IncidentStatus);

fn is_published((from, input, to): Seen) -> bool {
    match from {
        Some(from) => StateRule::of(from).is_some_and(|rule| rule.allows(input, to)),
        None => OPENS
            .iter()
            .any(|it| it.input == input && it.to.contains(&to)),
    }
}

fn published() -> BTreeSet<Seen> {
    let of = |from: Option<IncidentStatus>, moves: &'static [crate::incidents::Move]| {
        moves
            .iter()
            .flat_map(move |it| it.to.iter().map(move |to| (from, it.input, *to)))
    };
    let opened = of(None, OPENS);
    let moved = STATES
        .iter()
        .flat_map(|rule| of(Some(rule.state), rule.moves));
    opened.chain(moved).collect()
}

/// Plays one history and adds every move to what was seen.
fn play(world: &mut World, steps: &[Step], seen: &mut BTreeSet<Seen>) {
    for step in steps {
        let reached = world.told.len();
        let before = world.context.incident.clone();
        let (kind, decided) = match input(world, step) {
            Some(input) => (input.kind(), world.decide(&input).ok()),
            None if world.timer.is_some() => (InputKind::TimerFired, Some(world.wait())),
            None => continue,
        };
        check(world);
        if let Some(crew) = &world.context.drill {
            let told = &world.told[reached..];
            assert!(told.iter().all(|(who, _)| crew.holds(*who)), "{told:?}");
            let mut asked = world.context.offers.iter();
            assert!(asked.all(|offer| crew.holds(offer.account_id)));
        }
        let Some(decision) = decided else { continue };
        for also in &decision.also {
            let other = world
                .context
                .other
                .as_ref()
                .and_then(|it| it.incident.as_ref());
            let from = other.map(|it| it.status);
            let to = also.incident.as_ref().map(|it| it.status);
            seen.extend(to.map(|to| (from, kind, to)));
        }
        if let Some(after) = &decision.incident {
            let from = before
                .filter(|it| it.id == after.id)
                .map(|it: Incident| it.status);
            seen.insert((from, kind, after.status));
        }
        world.context.other = None;
    }
}

/// Histories of each state from which everything is tried.
const KEPT: usize = 150;

/// Everything that may happen, each in every shape that the rules tell apart.
fn everything() -> Vec<Step> {
    let mut steps = vec![
        Step::PreAlarm,
        Step::CancelPreAlarm,
        Step::Report,
        Step::Sos,
        Step::Acknowledge(true),
        Step::Identify,
        Step::Accept(0),
        Step::Accept(4),
        Step::Decline(0),
        Step::Decline(4),
        Step::Depart,
        Step::Arrive,
        Step::NoAnswer,
        Step::Drop,
        Step::BlockAccess,
        Step::HandOver,
        Step::Reopen,
        Step::Suspend(86_400),
        Step::Link,
        Step::ClearCase,
        Step::Wait,
    ];
    for recency in Recency::ALL {
        let alarms = Alarm::ALL.iter();
        steps.extend(alarms.map(|alarm| Step::Alarm(vec![*alarm], *recency)));
    }
    steps.extend(Finding::ALL.iter().copied().map(Step::Observed));
    for ladder in LadderKind::ALL {
        steps.extend([Step::Merge(*ladder), Step::Split(*ladder)]);
    }
    steps.extend(
        Outcome::ALL
            .iter()
            .map(|outcome| Step::Close(true, true, *outcome)),
    );
    steps.extend(FollowUpResult::ALL.iter().copied().map(Step::FollowUp));
    steps
}

/// Plays many histories, and tries everything from some of each state.
fn histories() -> BTreeSet<Seen> {
    let config = ProptestConfig {
        cases: 6_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let seen = RefCell::new(BTreeSet::new());
    let kept: RefCell<BTreeMap<IncidentStatus, Vec<World>>> = RefCell::default();
    let step = prop_oneof![2 => usual(), 1 => seldom()];
    let begin = prop::sample::select(Begin::ALL.to_vec());
    let history = (0_u128..12, begin, prop::collection::vec(step, 1..40));
    runner
        .run(&history, |(responders, begin, steps)| {
            let mut world = match begin {
                Begin::Stranger => World::of_strangers(),
                _ => World::with_responders(responders),
            };
            if let Some(opening) = begin.opening(&mut world) {
                let opened = world.decide(&opening).expect("opened").incident;
                let to = opened.expect("an incident").status;
                seen.borrow_mut().insert((None, opening.kind(), to));
            }
            for step in &steps {
                play(
                    &mut world,
                    std::slice::from_ref(step),
                    &mut seen.borrow_mut(),
                );
                let status = world.context.incident.as_ref().map(|it| it.status);
                if let Some(status) = status {
                    let mut kept = kept.borrow_mut();
                    let of_state = kept.entry(status).or_default();
                    if of_state.len() < KEPT {
                        of_state.push(world.clone());
                    }
                }
            }
            Ok(())
        })
        .expect("no history breaks a rule");
    let mut seen = seen.into_inner();
    for world in kept.into_inner().into_values().flatten() {
        for step in everything() {
            play(&mut world.clone(), std::slice::from_ref(&step), &mut seen);
            let mut alone = world.clone();
            alone.ranked = World::with_responders(0).ranked;
            play(&mut alone, &[step], &mut seen);
        }
    }
    seen
}

#[test]
fn the_published_table_is_what_the_rules_do() {
    let seen = histories();
    let unpublished: Vec<&Seen> = seen.iter().filter(|it| !is_published(**it)).collect();
    assert!(unpublished.is_empty(), "not in the table: {unpublished:?}");
    let never: Vec<Seen> = published().difference(&seen).copied().collect();
    assert!(never.is_empty(), "in the table and never seen: {never:?}");
}

#[test]
fn every_state_has_one_rule_that_makes_sense() {
    for state in IncidentStatus::ALL {
        let rules = STATES.iter().filter(|rule| rule.state == *state).count();
        assert_eq!(rules, 1, "{state}");
    }
    for rule in STATES {
        assert_eq!(
            rule.guard.is_some(),
            rule.state != IncidentStatus::Closed,
            "{}",
            rule.state
        );
        assert_eq!(
            rule.deadline_by == DeadlineBy::Fixed,
            rule.deadline_s.is_some()
        );
        assert!(!rule.owners.is_empty());
        if let Some(guard) = rule.guard {
            assert!(guards(guard, rule.state), "{guard} guards {}", rule.state);
        }
    }
}
