use super::best::key;
use crate::weights::CLOSED;

/// Entries of a bucket that lie in its own part of the table.
pub(super) const FEW: usize = 4;

/// Fills unused places; larger than any entry, and still so with any cost added.
const EMPTY: u64 = (CLOSED as u64) << 32 | u32::MAX as u64;

/// The first responders at a hub, cost and number in one word, sorted; behind them fillers that
/// cost [`CLOSED`].
///
/// Questions mostly need no more than these: half a cache line for each hub.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
pub(super) struct Few(pub(super) [u64; FEW]);

impl Few {
    pub(super) const NOBODY: Self = Self([EMPTY; FEW]);
}

/// Everybody at one hub.
pub(super) struct Bucket<'t> {
    pub(super) few: &'t mut Few,
    /// Entries behind the few; empty unless those are full.
    pub(super) more: &'t mut Vec<u64>,
}

impl Bucket<'_> {
    pub(super) fn insert(&mut self, cost: u32, responder: u32) {
        let few = &mut self.few.0;
        let mut new = key(cost, responder);
        if new > few[FEW - 1] {
            let place = self.more.partition_point(|&other| other < new);
            self.more.insert(place, new);
            return;
        }
        for slot in few {
            if new < *slot {
                std::mem::swap(slot, &mut new);
            }
        }
        if new != EMPTY {
            self.more.insert(0, new);
        }
    }

    pub(super) fn remove(&mut self, cost: u32, responder: u32) {
        let few = &mut self.few.0;
        let old = key(cost, responder);
        if old > few[FEW - 1] {
            if let Ok(place) = self.more.binary_search(&old) {
                self.more.remove(place);
            }
        } else if let Some(place) = few.iter().position(|&entry| entry == old) {
            few.copy_within(place + 1.., place);
            few[FEW - 1] = if self.more.is_empty() {
                EMPTY
            } else {
                self.more.remove(0)
            };
        }
    }

    /// Gives a responder that is here another cost.
    pub(super) fn shift(&mut self, from: u32, to: u32, responder: u32) {
        let few = &mut self.few.0;
        let (old, new) = (key(from, responder), key(to, responder));
        let last = few[FEW - 1];
        if old > last && new > last {
            if let Ok(place) = self.more.binary_search(&old) {
                settle(self.more, place, new);
            }
        } else if old <= last && new < last {
            if let Some(place) = few.iter().position(|&entry| entry == old) {
                settle(few, place, new);
            }
        } else {
            self.remove(from, responder);
            self.insert(to, responder);
        }
    }
}

/// Replaces an entry of a sorted list and restores the order.
///
/// Neighbours make room one by one: moves are short, and so are the ways in a list.
fn settle(list: &mut [u64], mut place: usize, new: u64) {
    while place + 1 < list.len() && list[place + 1] < new {
        list[place] = list[place + 1];
        place += 1;
    }
    while place > 0 && list[place - 1] > new {
        list[place] = list[place - 1];
        place -= 1;
    }
    list[place] = new;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oracle::Dice;

    #[test]
    fn entries_are_those_of_a_sorted_list() {
        let mut dice = Dice::new(1);
        for size in [1, 4, 5, 6, 7, 40] {
            let (mut few, mut more, mut list) = (Few::NOBODY, Vec::new(), vec![None; size]);
            for _ in 0..2_000 {
                let responder = dice.below(size);
                let cost = dice.below(12) as u32;
                let number = responder as u32;
                let mut bucket = Bucket {
                    few: &mut few,
                    more: &mut more,
                };
                match (list[responder], dice.below(3)) {
                    (Some(from), 0) => {
                        bucket.remove(from, number);
                        list[responder] = None;
                    }
                    (Some(from), _) => {
                        bucket.shift(from, cost, number);
                        list[responder] = Some(cost);
                    }
                    (None, _) => {
                        bucket.insert(cost, number);
                        list[responder] = Some(cost);
                    }
                }
                let mut expected: Vec<u64> = (0u32..)
                    .zip(&list)
                    .filter_map(|(number, cost)| Some(key((*cost)?, number)))
                    .collect();
                expected.sort_unstable();
                let held = few.0.iter().chain(&more).filter(|&&entry| entry != EMPTY);
                assert!(held.eq(&expected));
                assert!(more.is_empty() || few.0[FEW - 1] != EMPTY);
            }
        }
    }
}
