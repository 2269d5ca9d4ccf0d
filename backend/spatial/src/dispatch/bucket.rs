use super::best::key;
use crate::weights::CLOSED;

/// Entries beside each other in the bucket itself.
const FEW: usize = 5;

/// Fills unused places; larger than any entry, and still so with any cost added.
const EMPTY: u64 = (CLOSED as u64) << 32 | u32::MAX as u64;

/// Responders at one hub, cost and number in one word, sorted.
///
/// Most buckets hold few, and questions mostly need the first of them: those lie in the bucket's
/// own cache line, the rest elsewhere.
#[derive(Debug, Clone)]
#[repr(align(64))]
pub(super) struct Bucket {
    few: [u64; FEW],
    /// Entries behind the few; empty unless those are full.
    more: Vec<u64>,
}

impl Default for Bucket {
    fn default() -> Self {
        Self {
            few: [EMPTY; FEW],
            more: Vec::new(),
        }
    }
}

impl Bucket {
    /// Least cost; [`CLOSED`] while nobody is here.
    #[inline]
    pub(super) fn least(&self) -> u32 {
        (self.few[0] >> 32) as u32
    }

    /// The first two entries, or fillers.
    #[inline]
    pub(super) fn head(&self) -> [u64; 2] {
        [self.few[0], self.few[1]]
    }

    /// Entries by rising cost, in two parts; behind the last of the first part may come fillers
    /// that cost [`CLOSED`].
    #[inline]
    pub(super) fn entries(&self) -> (&[u64; FEW], &[u64]) {
        (&self.few, &self.more)
    }

    pub(super) fn insert(&mut self, cost: u32, responder: u32) {
        let mut new = key(cost, responder);
        if new > self.few[FEW - 1] {
            let place = self.more.partition_point(|&other| other < new);
            self.more.insert(place, new);
            return;
        }
        for slot in &mut self.few {
            if new < *slot {
                std::mem::swap(slot, &mut new);
            }
        }
        if new != EMPTY {
            self.more.insert(0, new);
        }
    }

    pub(super) fn remove(&mut self, cost: u32, responder: u32) {
        let old = key(cost, responder);
        if old > self.few[FEW - 1] {
            if let Ok(place) = self.more.binary_search(&old) {
                self.more.remove(place);
            }
        } else if let Some(place) = self.few.iter().position(|&entry| entry == old) {
            self.few.copy_within(place + 1.., place);
            self.few[FEW - 1] = if self.more.is_empty() {
                EMPTY
            } else {
                self.more.remove(0)
            };
        }
    }

    /// Gives a responder that is here another cost.
    pub(super) fn shift(&mut self, from: u32, to: u32, responder: u32) {
        let (old, new) = (key(from, responder), key(to, responder));
        let last = self.few[FEW - 1];
        if old > last && new > last {
            if let Ok(place) = self.more.binary_search(&old) {
                settle(&mut self.more, place, new);
            }
        } else if old <= last && new < last {
            if let Some(place) = self.few.iter().position(|&entry| entry == old) {
                settle(&mut self.few, place, new);
            }
        } else {
            self.remove(from, responder);
            self.insert(to, responder);
        }
    }

    /// Bytes held on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.more.capacity() * size_of::<u64>()
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
            let (mut bucket, mut list) = (Bucket::default(), vec![None; size]);
            for _ in 0..2_000 {
                let responder = dice.below(size);
                let cost = dice.below(12) as u32;
                let number = responder as u32;
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
                let (few, more) = bucket.entries();
                let found = few.iter().chain(more).filter(|&&entry| entry != EMPTY);
                assert!(found.eq(&expected));
                assert_eq!(
                    bucket.least(),
                    expected.first().map_or(CLOSED, |key| (key >> 32) as u32)
                );
            }
        }
    }
}
