use spatial::LonLat;

use super::*;

const MOST_MS: u32 = 3_600_000;

fn place(id: usize) -> Place {
    Place {
        id: id.to_string(),
        at: LonLat::new(0.0, 0.0).expect("a place"),
    }
}

fn people(count: usize) -> Vec<Candidate> {
    let person = |id| Candidate {
        place: place(id),
        eligible: true,
    };
    (0..count).map(person).collect()
}

fn waiting(weights: &[u32]) -> Vec<Request> {
    let request = |(id, &weight)| Request {
        place: place(id),
        weight,
    };
    weights.iter().enumerate().map(request).collect()
}

/// The least cost by trying everything.
fn least(requests: &[Request], offers: &[Offers], taken: &mut Vec<u32>) -> u64 {
    let Some((request, rest)) = requests.split_first() else {
        return 0;
    };
    let cost = |ms: u32| u64::from(ms * request.weight);
    let mut best = cost(MOST_MS) + least(rest, &offers[1..], taken);
    for &(column, ms) in offers[0].list() {
        if !taken.contains(&column) {
            taken.push(column);
            best = best.min(cost(ms) + least(rest, &offers[1..], taken));
            taken.pop();
        }
    }
    best
}

#[test]
fn no_other_assignment_is_cheaper() {
    let mut state = 7u32;
    let mut dice = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    let mut left_out = 0;
    for _ in 0..200 {
        let count = dice(6) as usize;
        let weights: Vec<u32> = (0..count).map(|_| 1 + dice(16)).collect();
        let (requests, responders) = (waiting(&weights), people(4));
        let offers: Vec<Offers> = (0..count)
            .map(|_| {
                let offers = (0..4).filter_map(|column| {
                    let ms = dice(MOST_MS);
                    (dice(3) > 0).then_some((column, ms))
                });
                Offers::Some(offers.collect())
            })
            .collect();
        let solved = Solved::new(&requests, &responders, &offers, MOST_MS).expect("solved");
        let expected = least(&requests, &offers, &mut Vec::new());
        assert_eq!(solved.assignment.cost(), expected);
        assert_eq!(solved.bound(), expected as i64);
        let unserved: u64 = solved
            .unserved()
            .map(|request| u64::from(MOST_MS * weights[request]))
            .sum();
        let served: u64 = solved
            .served()
            .map(|(request, (_, ms))| u64::from(ms * weights[request]))
            .sum();
        assert_eq!(served + unserved, expected);
        left_out += solved.unserved().count();
    }
    assert!(left_out > 20, "some are contended: {left_out}");
}

#[test]
fn the_graver_request_gets_the_only_responder() {
    let (requests, responders) = (waiting(&[1, 16]), people(1));
    let offers = [
        Offers::Some(vec![(0, 60_000)]),
        Offers::Some(vec![(0, 600_000)]),
    ];
    let solved = Solved::new(&requests, &responders, &offers, MOST_MS).expect("solved");
    assert_eq!(solved.served().collect::<Vec<_>>(), [(1, (0, 600_000))]);
    let json = solved.json();
    assert_eq!(json["unserved"][0]["request"], "0");
    assert_eq!(json["unserved"][0]["why"], "needed_elsewhere");
    assert_eq!(json["proof"]["lower_bound"], json["total"]["cost"]);
}

#[test]
fn offers_are_the_nearest_in_time_and_say_why_there_are_none() {
    let columns = [3, 5, 8, 9];
    let times = [500, u32::MAX, 100, 500];
    let some = |list: &[Offer]| Offers::Some(list.to_vec());
    let nearest = |k, most_ms| Offers::nearest(&columns, &times, k, most_ms);
    assert_eq!(nearest(9, 1_000), some(&[(8, 100), (3, 500), (9, 500)]));
    assert_eq!(nearest(2, 1_000), some(&[(8, 100), (3, 500)]));
    assert_eq!(nearest(0, 1_000).why(), "no_offer");
    assert_eq!(nearest(2, 500), some(&[(8, 100)]));
    assert_eq!(nearest(2, 100).why(), "too_far");
    assert_eq!(
        Offers::nearest(&columns, &[u32::MAX; 4], 2, 9).why(),
        "unreachable"
    );
    assert_eq!(Offers::nearest(&[], &[], 2, 9).why(), "unreachable");
}

#[test]
fn urgency_is_a_word_or_a_weight() {
    for (text, expected) in [
        (None, 4),
        (Some(""), 4),
        (Some("life"), 16),
        (Some("serious"), 4),
        (Some("attention"), 1),
        (Some("9"), 9),
    ] {
        assert_eq!(weight(text).expect("a weight"), expected);
    }
    for text in ["0", "17", "-1", "1.5", "high", "NaN"] {
        let line = weight(Some(text)).expect_err("refused").to_string();
        assert!(line.contains(text), "{line}");
    }
}
