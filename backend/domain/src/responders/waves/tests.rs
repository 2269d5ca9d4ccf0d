use proptest::prelude::*;

use super::*;
use crate::incidents::{LadderKind, Ladders};
use crate::responders::Policy;

fn rules() -> WaveRules {
    Policy::shipped().expect("sound").waves
}

fn frame(rung: u16, asked: usize) -> Frame {
    let ladders = Ladders::shipped().expect("sound");
    Frame::of(ladders.get(LadderKind::Life), rung, asked)
}

fn prospects(chances_and_seconds: &[(u16, u32)]) -> Vec<Prospect> {
    let prospect = |(accept_permille, seconds): &(u16, u32)| Prospect {
        accept_permille: *accept_permille,
        walking_ms: Some(seconds * 1000),
    };
    chances_and_seconds.iter().map(prospect).collect()
}

#[test]
fn the_frame_counts_what_the_ladder_has_left() {
    let at = |rung, asked| {
        let frame = frame(rung, asked);
        (frame.offers, frame.later, frame.timeout_s)
    };
    assert_eq!(at(0, 0), (3, 13, 45));
    assert_eq!(at(1, 3), (5, 8, 45));
    assert_eq!(at(1, 14), (2, 0, 45));
    assert_eq!(at(2, 16), (0, 0, 60));
    assert_eq!(at(9, 0), (0, 16, 60));
}

#[test]
fn modes_that_do_not_plan_follow_the_ladder() {
    let people = prospects(&[(900, 60); 20]);
    let asked = |mode| {
        let rules = WaveRules { mode, ..rules() };
        next_wave(&rules, true, frame(0, 0), &people)
    };
    assert_eq!(
        asked(WaveMode::Ladder),
        Wave {
            offers: 3,
            timeout_s: 45,
            why: WaveWhy::AsTheLadder,
        }
    );
    assert_eq!(asked(WaveMode::AllAtOnce).offers, 16);
}

#[test]
fn a_rung_that_is_the_seats_stays_the_seats() {
    let people = prospects(&[(900, 60); 20]);
    for life in [true, false] {
        let wave = next_wave(&rules(), life, frame(3, 3), &people);
        assert_eq!((wave.offers, wave.timeout_s), (0, 60));
    }
    assert_eq!(next_wave(&rules(), true, frame(0, 0), &[]).offers, 3);
}

#[test]
fn sure_neighbours_are_few_and_doubtful_ones_many() {
    let ordinary =
        |people: &[(u16, u32)]| next_wave(&rules(), false, frame(0, 0), &prospects(people)).offers;
    assert_eq!(ordinary(&[(900, 60), (900, 90), (900, 120)]), 1);
    // 1 - 0.5² = 0.75 < 0.8 <= 1 - 0.5³.
    assert_eq!(ordinary(&[(500, 60); 9]), 3);
    assert_eq!(ordinary(&[(10, 60); 9]), 3, "the rung is the upper frame");
    let life =
        |people: &[(u16, u32)]| next_wave(&rules(), true, frame(0, 0), &prospects(people)).offers;
    assert_eq!(life(&[(50, 60); 30]), 16, "doubtful: everybody at once");
    // Four who are next door and usually come; the others live twelve minutes away.
    let mut people = vec![(700, 40); 4];
    people.extend([(700, 720); 12]);
    assert_eq!(life(&people), 4);
}

#[test]
fn a_wave_waits_until_most_answers_would_have_come() {
    // 80 % of the yes: 10 steps of 5 s (1 - 2^(-10/4) = 0.82), cut by the rung of 45 s.
    let wave = next_wave(&rules(), false, frame(0, 0), &prospects(&[(900, 60)]));
    assert_eq!(wave.timeout_s, 45);
    let quick = WaveRules {
        answer_median_s: 8,
        ..rules()
    };
    let wave = next_wave(&quick, false, frame(0, 0), &prospects(&[(900, 60)]));
    assert_eq!(wave.timeout_s, 20);
    let quicker = WaveRules {
        shortest_s: 5,
        ..quick
    };
    let wave = next_wave(&quicker, false, frame(0, 0), &prospects(&[(900, 60)]));
    assert_eq!(wave.timeout_s, 20, "ten steps of two seconds");
}

#[test]
fn every_size_says_why() {
    let why = |life, people: &[(u16, u32)]| {
        next_wave(&rules(), life, frame(0, 0), &prospects(people)).why
    };
    assert_eq!(why(true, &[(50, 60); 30]), WaveWhy::EverybodyAtOnce);
    let mut people = vec![(700, 40); 4];
    people.extend([(700, 720); 12]);
    assert_eq!(why(true, &people), WaveWhy::NearestFirst);
    assert_eq!(why(false, &[(900, 60); 9]), WaveWhy::EnoughForAYes);
    assert_eq!(why(false, &[(10, 60); 9]), WaveWhy::AsManyAsAllowed);
}

#[test]
fn a_step_skips_rungs_that_find_nobody_and_leaves_the_last_to_the_seat() {
    let ladders = Ladders::shipped().expect("sound");
    let life = ladders.get(LadderKind::Life);
    let step = |from, asked, left: usize| {
        let left = prospects(&vec![(300, 60); left]);
        let step = next_step(&rules(), false, life, from, asked, &left);
        (step.rung, step.wave.offers, step.wave.timeout_s)
    };
    assert_eq!(step(0, 0, 9), (0, 3, 45));
    assert_eq!(step(0, 0, 0), (3, 0, 60), "nobody is waited for");
    assert_eq!(step(1, 16, 9), (3, 0, 60), "the ladder asks sixteen in all");
    assert_eq!(step(9, 3, 9), (3, 0, 60), "the last rung is the seat's");
    let all = WaveRules {
        mode: WaveMode::AllAtOnce,
        ..rules()
    };
    let left = prospects(&[(300, 60); 9]);
    assert_eq!(next_step(&all, true, life, 3, 0, &left).wave.offers, 0);
    assert_eq!(next_step(&all, true, life, 0, 0, &left).wave.offers, 9);
}

/// The same expectation for one size, step by step and person by person.
fn expected_arrival_s(rules: &WaveRules, prospects: &[Prospect], first: usize, hold_s: u32) -> f64 {
    let step_s = f64::from(rules.answer_median_s) / arrival::STEPS_A_MEDIAN;
    // The second wave starts with the step after the hold; `as` saturates.
    let hold = (f64::from(hold_s) / step_s).ceil() as usize;
    let elsewhere = f64::from(rules.nobody_s);
    let steps = arrival::STEPS as usize;
    let (mut nobody_yet, mut expected) = (1.0, 0.0);
    // The share of yes that falls into the step `age` after the ask, and what came before it.
    let share_at = |age: usize| {
        let before = u32::try_from(age).map_or(1.0, arrival::answered);
        (before, (1.0 - before) * arrival::answered(1))
    };
    let end = if first < prospects.len() {
        hold.saturating_add(steps)
    } else {
        steps
    };
    for step in 0..end {
        let time = (step as f64 + 1.0) * step_s;
        let early = (step < steps).then(|| share_at(step));
        let late = step.checked_sub(hold).map(share_at);
        for (place, prospect) in prospects.iter().enumerate() {
            let Some((before, within)) = (if place < first { early } else { late }) else {
                continue;
            };
            let yes = chance(prospect);
            let now = yes * within / (1.0 - yes * before);
            let walking = prospect
                .walking_ms
                .map_or(elsewhere, |ms| f64::from(ms) / 1000.0);
            expected += nobody_yet * now * (time + walking).min(elsewhere);
            nobody_yet *= 1.0 - now;
        }
    }
    expected + nobody_yet * elsewhere
}

/// The same expectation by listing every combination of answer steps.
fn by_enumeration(rules: &WaveRules, people: &[Prospect], first: usize, hold_s: u32) -> f64 {
    let step_s = f64::from(rules.answer_median_s) / 4.0;
    let hold = (f64::from(hold_s) / step_s).ceil();
    // For each person: (probability, time of yes), the last one being no yes at all.
    let answers = |place: usize| -> Vec<(f64, Option<f64>)> {
        let yes = f64::from(people[place].accept_permille) / 1000.0;
        let start = if place < first { 0.0 } else { hold };
        let share = |k: f64| 0.5_f64.powf(k / 4.0) - 0.5_f64.powf((k + 1.0) / 4.0);
        let mut list: Vec<_> = (0..24)
            .map(|k| (yes * share(f64::from(k)), Some(start + f64::from(k) + 1.0)))
            .collect();
        let some: f64 = list.iter().map(|(p, _)| p).sum();
        list.push((1.0 - some, None));
        list
    };
    let lists: Vec<_> = (0..people.len()).map(answers).collect();
    let elsewhere = f64::from(rules.nobody_s);
    let mut total = 0.0;
    let mut at = vec![0; people.len()];
    loop {
        let chosen: Vec<_> = at.iter().zip(&lists).map(|(i, list)| list[*i]).collect();
        let probability: f64 = chosen.iter().map(|(p, _)| p).product();
        let winner = chosen
            .iter()
            .enumerate()
            .filter_map(|(place, (_, time))| time.map(|time| (time, place)))
            .min_by(|a, b| a.partial_cmp(b).expect("numbers"));
        let arrival = winner.map_or(elsewhere, |(time, place)| {
            let walking = f64::from(people[place].walking_ms.expect("known")) / 1000.0;
            (time * step_s + walking).min(elsewhere)
        });
        total += probability * arrival;
        let Some(place) = (0..at.len()).find(|place| at[*place] + 1 < lists[*place].len()) else {
            return total;
        };
        at[..place].fill(0);
        at[place] += 1;
    }
}

#[test]
fn the_expectation_agrees_with_listing_every_case() {
    let people = prospects(&[(700, 40), (250, 90), (999, 600)]);
    // The last hold is longer than anybody takes to answer.
    for hold_s in [0, 20, 45, 150] {
        let fast = expected_arrivals_s(&rules(), &people, hold_s);
        assert_eq!(fast.len(), 4);
        for (first, fast) in fast.into_iter().enumerate() {
            let slow = by_enumeration(&rules(), &people, first, hold_s);
            assert!(
                (fast - slow).abs() < 1e-6,
                "{first} {hold_s}: {fast} {slow}"
            );
        }
    }
}

#[test]
fn where_every_plan_is_equal_everybody_is_asked_at_once() {
    let nowhere = Prospect {
        accept_permille: 700,
        walking_ms: None,
    };
    for people in 1..=16 {
        let wave = next_wave(&rules(), true, frame(0, 0), &vec![nowhere; people]);
        assert_eq!(usize::from(wave.offers), people);
        assert_eq!(wave.why, WaveWhy::EverybodyAtOnce);
    }
}

fn any_prospect() -> impl Strategy<Value = Prospect> {
    (0_u16..=1000, prop::option::of(0_u32..3_600_000)).prop_map(|(accept_permille, walking_ms)| {
        Prospect {
            accept_permille,
            walking_ms,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn for_a_life_no_plan_is_worse_than_asking_everybody_at_once(
        people in prop::collection::vec(any_prospect(), 1..24),
        asked in 0_usize..16,
        median in 1_u32..120,
    ) {
        let rules = WaveRules { answer_median_s: median, ..rules() };
        let frame = frame(0, asked);
        let wave = next_wave(&rules, true, frame, &people);
        let all = people.len().min(usize::from(frame.offers + frame.later));
        let first = usize::from(wave.offers);
        prop_assert!(first >= 1 && first <= all, "inside the ladder");
        prop_assert!(wave.timeout_s <= frame.timeout_s);
        let people = &people[..all];
        let planned = expected_arrival_s(&rules, people, first, wave.timeout_s);
        let at_once = expected_arrival_s(&rules, people, all, wave.timeout_s);
        prop_assert!(planned <= at_once + 1e-9, "{planned} > {at_once}");
        let refused: f64 = people[..first].iter().map(|p| 1.0 - chance(p)).product();
        prop_assert!(first == all || 1.0 - refused >= 0.8 - 1e-12, "target kept");
    }

    #[test]
    fn all_sizes_together_are_each_size_alone(
        people in prop::collection::vec(any_prospect(), 0..=32),
        median in 1_u32..=600,
        hold_s in 0_u32..=3600,
    ) {
        let rules = WaveRules { answer_median_s: median, ..rules() };
        let together = expected_arrivals_s(&rules, &people, hold_s);
        prop_assert_eq!(together.len(), people.len() + 1);
        for (first, together) in together.into_iter().enumerate() {
            let alone = expected_arrival_s(&rules, &people, first, hold_s);
            prop_assert!((together - alone).abs() < 1e-8, "{first}: {together} {alone}");
        }
    }

    #[test]
    fn for_a_life_the_size_is_the_one_that_plain_comparing_finds(
        people in prop::collection::vec(any_prospect(), 1..=16),
        median in 1_u32..120,
    ) {
        let rules = WaveRules { answer_median_s: median, ..rules() };
        let wave = next_wave(&rules, true, frame(0, 0), &people);
        let expected =
            |first| expected_arrival_s(&rules, &people, first, hold_s(&rules, frame(0, 0)));
        let least = enough(&people, rules.life_target_percent).unwrap_or(people.len());
        let mut best = people.len();
        for first in (least..people.len()).rev() {
            if expected(first) < expected(best) - SAME_S {
                best = first;
            }
        }
        prop_assert_eq!(usize::from(wave.offers), best);
    }

    #[test]
    fn waves_stay_inside_the_frame(
        people in prop::collection::vec(any_prospect(), 0..60),
        offers in 0_u16..40,
        later in 0_u16..40,
        timeout_s in 5_u32..=3600,
        life: bool,
    ) {
        let frame = Frame { offers, later, timeout_s };
        let wave = next_wave(&rules(), life, frame, &people);
        let most = if life { offers + later } else { offers };
        prop_assert!(wave.offers <= most);
        prop_assert!(wave.timeout_s <= timeout_s && wave.timeout_s >= 5);
        prop_assert!(offers == 0 || people.is_empty() || wave.offers >= 1);
    }
}
