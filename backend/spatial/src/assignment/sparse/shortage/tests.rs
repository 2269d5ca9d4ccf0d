use super::*;
use crate::assignment::{Assignment, AssignmentScratch};
use crate::oracle::Dice;

/// How many requests can be served, by augmenting paths without any shortcut.
fn most_served(lists: &CandidateLists) -> usize {
    fn serve(lists: &CandidateLists, request: u32, owners: &mut [u32], met: &mut [bool]) -> bool {
        lists.of(request).iter().any(|&(column, _)| {
            let column = column as usize;
            if std::mem::replace(&mut met[column], true) {
                return false;
            }
            let free = owners[column] == OPEN || serve(lists, owners[column], owners, met);
            if free {
                owners[column] = request;
            }
            free
        })
    }
    let mut owners = vec![OPEN; lists.columns()];
    let served = (0..lists.requests() as u32).filter(|&request| {
        serve(
            lists,
            request,
            &mut owners,
            &mut vec![false; lists.columns()],
        )
    });
    served.count()
}

#[test]
fn as_many_are_served_as_can_be_and_the_rest_meets_no_free_column() {
    let dice = &mut Dice::new(9);
    let mut shortage = Shortage::default();
    let mut short = 0;
    for _ in 0..500 {
        let (requests, columns) = (dice.below(25), 1 + dice.below(25));
        let mut lists = CandidateLists::new(columns).unwrap();
        for _ in 0..requests {
            let row: Vec<_> = (0..dice.below(6))
                .map(|_| (dice.below(columns) as u32, 1))
                .collect();
            lists.push(9, &row).unwrap();
        }
        // Some are served before.
        let mut chosen = vec![OPEN; requests];
        let mut owners = vec![OPEN; columns];
        let before = dice.below(requests + 1);
        for (request, chosen) in (0u32..).zip(&mut chosen[..before]) {
            if let Some(&(column, _)) = lists.of(request).first()
                && owners[column as usize] == OPEN
            {
                (owners[column as usize], *chosen) = (request, column);
            }
        }
        let undecided: Vec<_> = (0..requests as u32)
            .filter(|&request| chosen[request as usize] == OPEN)
            .collect();
        shortage.begin(&lists, &chosen, owners.into_iter());
        let scarce = shortage.find(&lists, &undecided);
        assert_eq!(requests - shortage.left.len(), most_served(&lists));
        let needing = (0..requests as u32).filter(|&request| shortage.needs(request));
        assert_eq!(needing.clone().count(), scarce + shortage.left.len());
        for request in needing {
            for &(column, _) in lists.of(request) {
                assert!(shortage.is_scarce(column));
                assert_ne!(shortage.owners[column as usize], OPEN);
            }
        }
        short += usize::from(scarce > 0);
    }
    assert!(short > 100);
    assert!(!shortage.is_scarce(OPEN) && !shortage.is_scarce(UNSERVED));
}

/// Requests at random places of a line, so many of them near its beginning, each with its nearest
/// offers; the first of three is twice as urgent, the second may stay unserved for little.
fn along_a_line(dice: &mut Dice, crowd: usize, near: usize) -> CandidateLists {
    let offers: Vec<usize> = (0..150).map(|_| dice.below(10_000)).collect();
    let mut lists = CandidateLists::new(offers.len()).unwrap();
    for request in 0..100 {
        let place = dice.below(if request < crowd { 2_000 } else { 10_000 });
        let away = |&at: &usize| place.abs_diff(at) as u32;
        let mut row: Vec<_> = (0u32..).zip(offers.iter().map(away)).collect();
        row.sort_unstable_by_key(|&(column, away)| (away, column));
        row.truncate(near);
        let (weight, unserved) = [(2, 100_000), (1, 700), (1, 100_000)][request % 3];
        row.iter_mut().for_each(|(_, cost)| *cost *= weight);
        lists.push(unserved * weight, &row).unwrap();
    }
    lists
}

#[test]
fn a_shortage_in_one_place_leaves_the_whole_batch_optimal() {
    let dice = &mut Dice::new(10);
    let mut scratch = AssignmentScratch::new();
    let (mut short, mut enough) = (0, 0);
    for round in 0..200 {
        let (crowd, near) = ([0, 40, 70, 100][round % 4], [3, 8, 30][round % 3]);
        let lists = along_a_line(dice, crowd, near);
        let mut answer = Assignment::default();
        scratch.shortage.left.clear();
        lists.assign(&mut scratch, &mut answer);
        assert_eq!(lists.prove(&answer), Ok(()));
        if scratch.shortage.left.is_empty() {
            enough += 1;
        } else {
            short += 1;
        }
        // Again from the answer to another batch.
        let other = along_a_line(dice, crowd, near);
        other.assign(&mut scratch, &mut answer);
        assert_eq!(other.prove(&answer), Ok(()));
        let warm = answer.cost();
        answer.clear();
        other.assign(&mut scratch, &mut answer);
        assert_eq!(answer.cost(), warm);
    }
    assert!(short > 50 && enough > 30, "{short} short, {enough} enough");
}

#[test]
fn the_least_urgent_give_up() {
    let mut lists = CandidateLists::new(2).unwrap();
    for unserved in [50, 20, 40, 30, 60] {
        lists.push(unserved, &[(0, 1), (1, 2)]).unwrap();
    }
    let mut shortage = Shortage::default();
    shortage.begin(&lists, &[OPEN; 5], [OPEN; 2].into_iter());
    assert_eq!(shortage.find(&lists, &[0, 1, 2, 3, 4]), 2);
    assert_eq!(shortage.left.len(), 3);
    // Three of five do: those at 20, 30 and 40.
    assert_eq!(shortage.price(&lists.unserved), 40);
    shortage.begin(&lists, &[OPEN; 5], [OPEN; 2].into_iter());
    assert_eq!(shortage.find(&lists, &[3, 4]), 0);
    assert_eq!(shortage.left.len(), 0);
    assert_eq!(shortage.price(&lists.unserved[..0]), 0);
    let mut answer = Assignment::default();
    lists.assign(&mut AssignmentScratch::new(), &mut answer);
    assert_eq!(lists.prove(&answer), Ok(()));
    assert_eq!(answer.cost(), 20 + 30 + 40 + 1 + 2);
}

#[test]
fn the_dearest_costs_do_not_overflow() {
    let most = crate::assignment::MOST_COST;
    let mut lists = CandidateLists::new(3).unwrap();
    for request in 0..12 {
        let cost = |step: u32| {
            if request % 2 == 0 {
                step
            } else {
                most - 1 - step
            }
        };
        let row = [(0, cost(0)), (1, cost(request)), (2, cost(request * 1000))];
        lists.push(most, &row).unwrap();
    }
    let (mut scratch, mut answer) = (AssignmentScratch::new(), Assignment::default());
    lists.assign(&mut scratch, &mut answer);
    // Others may have given up while bidding.
    assert!((5..=9).contains(&scratch.shortage.left.len()));
    assert_eq!(lists.prove(&answer), Ok(()));
}
