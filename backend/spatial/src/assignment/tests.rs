use proptest::prelude::*;

use super::*;
use crate::oracle::Dice;

mod oracle;

/// A batch in both forms; pairs that are no candidates are None.
#[derive(Debug, Clone)]
struct Batch {
    columns: usize,
    pairs: Vec<Vec<Option<u32>>>,
    unserved: Vec<u32>,
}

impl Batch {
    fn random(dice: &mut Dice, requests: usize, columns: usize, share: f64, most: usize) -> Self {
        let mut pair = |_| (dice.unit() < share).then(|| dice.below(most) as u32);
        let pairs = (0..requests)
            .map(|_| (0..columns).map(&mut pair).collect())
            .collect();
        let unserved = (0..requests).map(|_| dice.below(most * 2) as u32).collect();
        Self {
            columns,
            pairs,
            unserved,
        }
    }

    fn lists(&self) -> CandidateLists {
        let mut lists = CandidateLists::new(self.columns).unwrap();
        for (row, &unserved) in self.pairs.iter().zip(&self.unserved) {
            let named = (0u32..).zip(row);
            let candidates: Vec<_> = named
                .filter_map(|(column, &cost)| Some((column, cost?)))
                .collect();
            lists.push(unserved, &candidates).unwrap();
        }
        lists
    }

    /// What is no candidate costs more than it could ever save.
    fn table(&self) -> CostTable {
        let costs = self.pairs.iter().flatten();
        let costs = costs.map(|cost| cost.unwrap_or(MOST_COST)).collect();
        CostTable::new(self.columns, costs, self.unserved.clone()).unwrap()
    }

    /// Asserts that both solvers are optimal, cold and from what `warm` holds.
    fn check(&self, warm: &mut [Assignment; 2], expected: u64) {
        let mut scratch = AssignmentScratch::new();
        let (lists, table) = (self.lists(), self.table());
        for cold in [true, false] {
            if cold {
                let mut fresh = Assignment::default();
                lists.assign(&mut scratch, &mut fresh);
                assert_eq!(lists.prove(&fresh), Ok(()));
                assert_eq!(fresh.cost(), expected);
                table.assign(&mut scratch, &mut fresh);
                assert_eq!(table.prove(&fresh), Ok(()));
                fresh.clear();
                table.assign(&mut scratch, &mut fresh);
                assert_eq!(table.prove(&fresh), Ok(()));
                assert_eq!(fresh.cost(), expected);
            } else {
                lists.assign(&mut scratch, &mut warm[0]);
                assert_eq!(lists.prove(&warm[0]), Ok(()));
                assert_eq!(warm[0].cost(), expected);
                table.assign(&mut scratch, &mut warm[1]);
                assert_eq!(table.prove(&warm[1]), Ok(()));
                assert_eq!(warm[1].cost(), expected);
            }
        }
    }
}

#[test]
fn small_batches_cost_what_trying_everything_finds() {
    let mut dice = Dice::new(41);
    let mut warm = [Assignment::default(), Assignment::default()];
    for round in 0..3_000 {
        let (requests, columns) = (dice.below(6), dice.below(6));
        let share = [0.2, 0.5, 1.0][round % 3];
        // Few different costs make many ties.
        let most = [2, 5, 1000][round / 3 % 3];
        let batch = Batch::random(&mut dice, requests, columns, share, most);
        let expected = oracle::try_everything(&batch.pairs, &batch.unserved);
        assert_eq!(
            expected,
            oracle::hungarian(&batch.pairs, &batch.unserved, columns)
        );
        batch.check(&mut warm, expected);
    }
}

#[test]
fn large_batches_cost_what_the_hungarian_method_finds() {
    let mut dice = Dice::new(42);
    for round in 0..120 {
        let (requests, columns) = (1 + dice.below(70), 1 + dice.below(70));
        let share = [0.05, 0.3, 1.0][round % 3];
        let most = [3, 50, MOST_COST as usize / 2][round / 3 % 3];
        let batch = Batch::random(&mut dice, requests, columns, share, most);
        let expected = oracle::hungarian(&batch.pairs, &batch.unserved, columns);
        batch.check(&mut Default::default(), expected);
    }
}

#[test]
fn contended_places_leave_the_cheapest_out() {
    let mut dice = Dice::new(43);
    let place = |dice: &mut Dice, spread: f64| (dice.unit() * spread, dice.unit() * spread);
    for spread in [1.0, 0.1, 0.01] {
        let offers: Vec<_> = (0..60).map(|_| place(&mut dice, 1.0)).collect();
        let mut batch = Batch::random(&mut dice, 90, 60, 0.0, 100);
        for (row, unserved) in batch.pairs.iter_mut().zip(&mut batch.unserved) {
            let (x, y) = place(&mut dice, spread);
            let metres = |&(a, b): &(f64, f64)| ((x - a).abs() + (y - b).abs()) * 1e6;
            *row = offers.iter().map(|at| Some(metres(at) as u32)).collect();
            *unserved = 10_000_000;
        }
        let expected = oracle::hungarian(&batch.pairs, &batch.unserved, 60);
        batch.check(&mut Default::default(), expected);
        let mut answer = Assignment::default();
        batch
            .table()
            .assign(&mut AssignmentScratch::new(), &mut answer);
        let left_out = (0..90).filter(|&request| answer.column(request).is_none());
        assert_eq!(left_out.count(), 30);
    }
}

#[test]
fn a_batch_may_begin_where_the_last_one_ended() {
    let mut dice = Dice::new(44);
    for share in [0.1, 1.0] {
        let mut batch = Batch::random(&mut dice, 50, 55, share, 10_000);
        let mut warm = [Assignment::default(), Assignment::default()];
        for _ in 0..40 {
            for _ in 0..1 + dice.below(6) {
                let (request, column) = (dice.below(50), dice.below(55));
                let cost = (dice.unit() < 0.7).then(|| dice.below(10_000) as u32);
                batch.pairs[request][column] = cost;
                batch.unserved[dice.below(50)] = dice.below(20_000) as u32;
            }
            let expected = oracle::hungarian(&batch.pairs, &batch.unserved, 55);
            batch.check(&mut warm, expected);
        }
    }
}

#[test]
fn urgent_requests_win_by_their_weight() {
    let mut lists = CandidateLists::new(1).unwrap();
    // Both want the one offer; the second is nearer, the first three times as urgent.
    lists.push(3 * 900, &[(0, 3 * 300)]).unwrap();
    lists.push(900, &[(0, 200)]).unwrap();
    let mut answer = Assignment::default();
    lists.assign(&mut AssignmentScratch::new(), &mut answer);
    assert_eq!((answer.column(0), answer.column(1)), (Some(0), None));
    assert_eq!((answer.column(2), answer.cost()), (None, 900 + 900));
}

#[test]
fn nothing_to_assign_is_an_answer() {
    let mut scratch = AssignmentScratch::new();
    let mut answer = Assignment::default();
    let empty = Batch::random(&mut Dice::new(1), 0, 0, 1.0, 9);
    empty.check(&mut Default::default(), 0);
    Batch::random(&mut Dice::new(1), 0, 7, 1.0, 9).check(&mut Default::default(), 0);
    let mut lists = CandidateLists::new(0).unwrap();
    lists.push(7, &[]).unwrap();
    lists.push(MOST_COST, &[]).unwrap();
    lists.assign(&mut scratch, &mut answer);
    assert_eq!(answer.cost(), 7 + u64::from(MOST_COST));
    assert_eq!(lists.prove(&answer), Ok(()));
    let table = CostTable::new(0, vec![], vec![3, 4]).unwrap();
    table.assign(&mut scratch, &mut answer);
    assert_eq!((answer.requests(), answer.cost()), (2, 7));
    lists.clear();
    assert_eq!((lists.requests(), lists.columns()), (0, 0));
}

#[test]
fn equal_costs_serve_as_many_as_there_are_columns() {
    for (requests, columns) in [(40, 40), (40, 17), (17, 40)] {
        let batch = Batch {
            columns,
            pairs: vec![vec![Some(5); columns]; requests],
            unserved: vec![6; requests],
        };
        let served = requests.min(columns) as u64;
        batch.check(&mut Default::default(), 6 * requests as u64 - served);
    }
}

#[test]
fn what_could_overflow_is_refused() {
    let mut lists = CandidateLists::new(2).unwrap();
    let over = MOST_COST + 1;
    let error = AssignmentError::Cost {
        request: 0,
        cost: over,
    };
    assert_eq!(lists.push(over, &[]), Err(error));
    assert_eq!(lists.push(1, &[(0, 0), (1, over)]), Err(error));
    let error = AssignmentError::Cost {
        request: 0,
        cost: u32::MAX,
    };
    assert_eq!(lists.push(1, &[(0, u32::MAX)]), Err(error));
    let error = AssignmentError::Column {
        request: 0,
        column: 2,
    };
    assert_eq!(lists.push(9, &[(0, 1), (2, 1)]), Err(error));
    assert_eq!((lists.requests(), lists.candidates.len()), (0, 0));
    assert_eq!(
        CostTable::new(2, vec![1, 2, 3, over], vec![0, 0]),
        Err(AssignmentError::Cost {
            request: 1,
            cost: over
        })
    );
    assert_eq!(
        CostTable::new(2, vec![1, 2, 3], vec![0, 0]),
        Err(AssignmentError::Shape {
            costs: 3,
            requests: 2,
            columns: 2
        })
    );
    assert_eq!(
        CandidateLists::new(usize::MAX),
        Err(AssignmentError::TooMany)
    );
}

#[test]
fn the_proof_fails_for_anything_worse() {
    let batch = Batch::random(&mut Dice::new(45), 12, 12, 1.0, 1000);
    let table = batch.table();
    let mut best = Assignment::default();
    table.assign(&mut AssignmentScratch::new(), &mut best);
    assert_eq!(table.prove(&best), Ok(()));
    for (first, second) in (0..12).zip(1..12) {
        let mut worse = best.clone();
        worse.columns.swap(first, second);
        assert!(table.prove(&worse).is_err());
        let mut unpaid = best.clone();
        unpaid.request_duals[first] += 1;
        assert!(table.prove(&unpaid).is_err());
        let mut twice = best.clone();
        twice.columns[first] = twice.columns[second];
        assert!(table.prove(&twice).is_err());
    }
    let mut cheaper = best.clone();
    cheaper.cost -= 1;
    assert_eq!(table.prove(&cheaper), Err(Unproved::Cost));
    assert_eq!(table.prove(&Assignment::default()), Err(Unproved::Shape));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_costs_are_refused_or_answered_with_a_proof(
        columns in 0usize..6,
        rows in prop::collection::vec(
            (any::<u32>(), prop::collection::vec((0u32..7, any::<u32>()), 0..8), 0u32..4),
            0..12,
        ),
    ) {
        let mut lists = CandidateLists::new(columns).unwrap();
        for (unserved, candidates, shift) in &rows {
            let small: Vec<_> = candidates
                .iter()
                .map(|&(column, cost)| (column, cost >> (shift * 8)))
                .collect();
            let (before, fits) = (lists.requests(), unserved >> (shift * 8) <= MOST_COST);
            let named = small.iter().all(|&(column, _)| (column as usize) < columns);
            let paid = small.iter().all(|&(_, cost)| cost <= MOST_COST);
            let added = lists.push(unserved >> (shift * 8), &small);
            prop_assert_eq!(added.is_ok(), fits && named && paid);
            prop_assert_eq!(lists.requests(), before + usize::from(added.is_ok()));
        }
        let mut answer = Assignment::default();
        lists.assign(&mut AssignmentScratch::new(), &mut answer);
        prop_assert_eq!(lists.prove(&answer), Ok(()));
    }
}
