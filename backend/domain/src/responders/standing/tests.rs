use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::ids::{AccountId, IncidentId, ResponderId};
use crate::incidents::Severity;
use crate::responders::{Classes, PastAnswers, Policy, Side};
use crate::time::{Timestamp, seconds};

fn now() -> Timestamp {
    "2026-11-24T06:00:00Z".parse().expect("a moment")
}

fn need(severity: Severity) -> Need {
    Need {
        now: now(),
        severity,
        incident_id: Some(IncidentId(Uuid::from_u128(77))),
        needed: Classes(0b1),
    }
}

fn weights() -> WeightSet {
    Policy::shipped().expect("sound").weights
}

fn walker(id: u128, seconds: u32) -> CandidateFacts {
    CandidateFacts {
        walking_ms: Some(seconds * 1000),
        metres: Some(seconds * 6 / 5),
        method: RankMethod::Network,
        classes: Classes(0b1),
        ..CandidateFacts::unknown(
            ResponderId(Uuid::from_u128(id)),
            AccountId(Uuid::from_u128(id)),
        )
    }
}

fn order(severity: Severity, facts: &[CandidateFacts]) -> Vec<u128> {
    let mut standings = Standings::default();
    standings.rank(&need(severity), facts, &weights(), facts.len());
    let ids = standings.first().map(|i| facts[i].responder_id.0.as_u128());
    ids.collect()
}

#[test]
fn every_hard_reason_bars_and_says_why() {
    let until = now() + seconds(8_400);
    let other = Some(IncidentId(Uuid::from_u128(5)));
    let able = walker(1, 60);
    let table = [
        (
            CandidateFacts {
                on_duty: false,
                ..able
            },
            Ground::plain(Reason::OffDuty),
        ),
        (
            CandidateFacts {
                resting_until: Some(until),
                ..able
            },
            Ground::with(Reason::Resting, Detail::Until(until)),
        ),
        (
            CandidateFacts {
                busy_with: other,
                ..able
            },
            Ground::plain(Reason::OnAnotherIncident),
        ),
        (
            CandidateFacts {
                clearance_revoked: true,
                ..able
            },
            Ground::plain(Reason::ClearanceRevoked),
        ),
        (
            CandidateFacts {
                classes: Classes(0b10),
                ..able
            },
            Ground::plain(Reason::WrongClass),
        ),
    ];
    for (facts, ground) in table {
        assert_eq!(bar(&need(Severity::LIFE), &facts), Some(ground));
        assert!(order(Severity::LIFE, &[facts]).is_empty(), "{ground:?}");
    }
    assert_eq!(bar(&need(Severity::LIFE), &able), None);
}

#[test]
fn what_has_passed_or_is_this_very_incident_bars_nobody() {
    let able = walker(1, 60);
    let rested = CandidateFacts {
        resting_until: Some(now()),
        ..able
    };
    let here = need(Severity::LIFE).incident_id;
    let going = CandidateFacts {
        busy_with: here,
        ..able
    };
    for facts in [rested, going] {
        assert_eq!(bar(&need(Severity::LIFE), &facts), None);
    }
}

#[test]
fn each_soft_reason_decides_between_equals() {
    let plain = walker(1, 300);
    let past = |asked, accepted| PastAnswers { asked, accepted };
    let better = [
        CandidateFacts {
            first_aid: true,
            ..walker(2, 300)
        },
        CandidateFacts {
            helped_before: 1,
            ..walker(2, 300)
        },
        CandidateFacts {
            speaks_language: Some(true),
            ..walker(2, 300)
        },
        CandidateFacts {
            past: past(10, 9),
            ..walker(2, 300)
        },
    ];
    for facts in better {
        assert_eq!(order(Severity::LIFE, &[plain, facts]), [2, 1], "{facts:?}");
    }
    let worse = [
        CandidateFacts {
            asks_24h: 1,
            ..walker(0, 300)
        },
        CandidateFacts {
            open_cases: 1,
            ..walker(0, 300)
        },
        CandidateFacts {
            past: past(10, 0),
            ..walker(0, 300)
        },
        CandidateFacts {
            cover_left: Some(0),
            ..walker(0, 300)
        },
        CandidateFacts {
            position_age_s: Some(50_000),
            ..walker(0, 300)
        },
    ];
    for facts in worse {
        assert_eq!(order(Severity::LIFE, &[plain, facts]), [1, 0], "{facts:?}");
    }
}

#[test]
fn walking_leads_when_a_life_hangs_on_it_and_less_otherwise() {
    let near_and_tired = CandidateFacts {
        asks_24h: 9,
        open_cases: 9,
        ..walker(1, 120)
    };
    let far_and_known = CandidateFacts {
        helped_before: 3,
        ..walker(2, 400)
    };
    let both = [near_and_tired, far_and_known];
    assert_eq!(order(Severity::LIFE, &both), [1, 2]);
    assert_eq!(order(Severity::ATTENTION, &both), [2, 1]);
}

#[test]
fn a_prior_stands_in_for_answers_nobody_gave_yet() {
    let prior = weights().prior;
    let chance = |asked, accepted| {
        let past = PastAnswers { asked, accepted };
        acceptance_permille(
            &CandidateFacts {
                past,
                ..walker(1, 1)
            },
            &prior,
        )
    };
    assert_eq!(chance(0, 0), 300);
    assert_eq!(chance(10, 10), 650);
    assert_eq!(chance(90, 0), 30);
    assert_eq!(chance(5, u32::MAX), 533, "no more yes than asks");
    assert_eq!(chance(u32::MAX, 0), 1);
    assert_eq!(chance(u32::MAX, u32::MAX), 999);
}

#[test]
fn how_a_time_is_known_comes_first_and_the_list_keeps_its_order() {
    let straight = CandidateFacts {
        method: RankMethod::StraightLine,
        ..walker(3, 10)
    };
    let unknown = |id| CandidateFacts {
        classes: Classes(0b1),
        ..CandidateFacts::unknown(ResponderId(Uuid::from_u128(id)), AccountId(Uuid::nil()))
    };
    let listed = CandidateFacts {
        first_aid: true,
        ..unknown(9)
    };
    assert_eq!(
        order(
            Severity::LIFE,
            &[listed, unknown(8), straight, walker(4, 900)]
        ),
        [4, 3, 8, 9]
    );
}

#[test]
fn grounds_say_what_bars_and_what_speaks_for_and_against() {
    let until = now() + seconds(8_400);
    let facts = [
        walker(1, 300),
        CandidateFacts {
            resting_until: Some(until),
            first_aid: true,
            ..walker(2, 30)
        },
        CandidateFacts {
            helped_before: 2,
            ..walker(3, 60)
        },
        CandidateFacts {
            past: PastAnswers {
                asked: 40,
                accepted: 2,
            },
            ..walker(4, 120)
        },
    ];
    let (need, weights) = (need(Severity::LIFE), weights());
    let told = facts.map(|of| Candidate::of(&need, &of, &weights).grounds);
    assert_eq!(
        told[1][0],
        Ground::with(Reason::Resting, Detail::Until(until)),
        "a bar stands first"
    );
    assert!(told[1].contains(&Ground::plain(Reason::HasFirstAid)));
    assert_eq!(
        told[2].last(),
        Some(&Ground::with(Reason::KnowsResident, Detail::Repeats(2)))
    );
    let seldom = Ground::with(Reason::SeldomAccepts, Detail::Percent(10));
    assert!(told[3].contains(&seldom));
    assert_eq!(seldom.reason.side(), Side::Against);
    assert_eq!(told[1][0].facts()["until"], "2026-11-24T08:20:00+00:00");
}

#[test]
fn candidates_carry_their_grounds_and_their_chance() {
    let facts = [CandidateFacts {
        first_aid: true,
        cover_left: Some(4),
        ..walker(2, 30)
    }];
    let mut standings = Standings::default();
    standings.rank(&need(Severity::LIFE), &facts, &weights(), 9);
    let made = standings.candidates(&need(Severity::LIFE), &facts, &weights());
    let reasons: Vec<Reason> = made[0].grounds.iter().map(|g| g.reason).collect();
    assert_eq!(
        reasons,
        [
            Reason::NearestByWalkingTime,
            Reason::OnDuty,
            Reason::HasFirstAid,
            Reason::CoverRemains
        ]
    );
    assert_eq!(made[0].grounds[3].detail, Detail::People(4));
    assert_eq!(
        (made[0].walking_ms, made[0].accept_permille),
        (Some(30_000), 300)
    );
}

fn any_facts() -> impl Strategy<Value = CandidateFacts> {
    let times = (
        prop::option::weighted(0.9, 0_u32..1_000_000),
        0_usize..3,
        prop::option::of(any::<u32>()),
        prop::option::weighted(0.2, -100_i64..100),
    );
    let people = (
        prop::bool::weighted(0.9),
        prop::option::weighted(0.2, 70_u128..80),
        prop::bool::weighted(0.1),
        prop_oneof![9 => Just(0b11_u32), 1 => any::<u32>()],
        any::<bool>(),
    );
    let soft = (
        any::<u32>(),
        prop_oneof![4 => 0_u32..3, 1 => any::<u32>()],
        prop_oneof![4 => 0_u32..3, 1 => any::<u32>()],
        prop::option::of(any::<bool>()),
        any::<(u32, u32)>(),
        prop::option::of(any::<u32>()),
    );
    (times, people, soft, 0_u128..50).prop_map(|(times, people, soft, id)| CandidateFacts {
        walking_ms: times.0,
        method: RankMethod::ALL[times.1],
        position_age_s: times.2,
        resting_until: times.3.map(|s| now() + chrono::TimeDelta::seconds(s)),
        on_duty: people.0,
        busy_with: people.1.map(|id| IncidentId(Uuid::from_u128(id))),
        clearance_revoked: people.2,
        classes: Classes(people.3),
        first_aid: people.4,
        helped_before: soft.0 % 3,
        asks_24h: soft.1,
        open_cases: soft.2,
        speaks_language: soft.3,
        past: PastAnswers {
            asked: soft.4.0,
            accepted: soft.4.1,
        },
        cover_left: soft.5,
        ..walker(id, 0)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nobody_stands_before_somebody_nearer_by_more_than_the_bound(
        facts in prop::collection::vec(any_facts(), 0..40),
        severity in 1_u8..=4,
        bound_s in 0_u32..=180,
        heavy in 0_u32..=3_600,
    ) {
        let need = need(Severity(severity));
        // Soft reasons that would outweigh any walk, were it not for the bound.
        let mut weights = weights();
        for of in [&mut weights.life, &mut weights.ordinary] {
            of.bound_s = bound_s;
            (of.first_aid_s, of.ask_s) = (heavy, heavy);
        }
        weights.check().expect("sound");
        let bound_ms = i64::from(weights.for_need(&need).bound_s) * 1000;
        let mut standings = Standings::default();
        standings.rank(&need, &facts, &weights, facts.len());
        let ordered: Vec<&CandidateFacts> = standings.first().map(|i| &facts[i]).collect();
        for (place, ahead) in ordered.iter().enumerate() {
            for behind in &ordered[place + 1..] {
                prop_assert!(ahead.method <= behind.method);
                if ahead.method == behind.method {
                    let ms = |f: &CandidateFacts| f.walking_ms.map_or(i64::MAX / 2, i64::from);
                    prop_assert!(ms(ahead) - ms(behind) <= bound_ms);
                }
            }
        }
    }

    #[test]
    fn exactly_the_unbarred_are_ranked_and_a_bar_is_said_first(
        facts in prop::collection::vec(any_facts(), 0..40),
        first in 0_usize..50,
    ) {
        let need = need(Severity::LIFE);
        let weights = weights();
        let mut standings = Standings::default();
        standings.rank(&need, &facts, &weights, first);
        let free = facts.iter().filter(|f| bar(&need, f).is_none()).count();
        prop_assert_eq!(standings.eligible(), free);
        prop_assert_eq!(standings.first().len(), free.min(first));
        for of in &facts {
            let said = Candidate::of(&need, of, &weights).grounds[0];
            if let Some(why) = bar(&need, of) {
                prop_assert_eq!(said, why);
                prop_assert_eq!(said.reason.side(), Side::Against);
            }
        }
    }

    #[test]
    fn the_best_few_are_the_head_of_the_whole_order(
        facts in prop::collection::vec(any_facts(), 0..40),
        first in 0_usize..20,
    ) {
        let need = need(Severity::ATTENTION);
        let keys = |first| {
            let mut standings = Standings::default();
            standings.rank(&need, &facts, &weights(), first);
            let ids: Vec<_> = standings.first().map(|i| facts[i].responder_id).collect();
            ids
        };
        let whole = keys(facts.len());
        prop_assert_eq!(&keys(first)[..], &whole[..first.min(whole.len())]);
    }
}
