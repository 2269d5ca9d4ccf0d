//! What sweeps over the hierarchy share: which junctions have anything to hand on.

use crate::hierarchy::Upward;

/// A set of numbers that gives them back in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    words: Vec<u64>,
}

impl Marks {
    /// Empties the set and makes room for numbers below `count`.
    pub(crate) fn clear(&mut self, count: usize) {
        self.words.clear();
        self.words.resize(count.div_ceil(64), 0);
    }

    /// Adds a number; whether it is new. Panics where there is no room.
    #[inline]
    pub(crate) fn insert(&mut self, number: u32) -> bool {
        let word = &mut self.words[number as usize / 64];
        let bit = 1 << (number % 64);
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// Whether a number is in the set.
    #[inline]
    pub(crate) fn contains(&self, number: u32) -> bool {
        self.words
            .get(number as usize / 64)
            .is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// The lowest member from a number on; members may be added while they are walked.
    #[inline]
    pub(crate) fn next(&self, from: u32) -> Option<u32> {
        let mut place = from as usize / 64;
        let mut word = self.words.get(place)? & (u64::MAX << (from % 64));
        while word == 0 {
            place += 1;
            word = *self.words.get(place)?;
        }
        Some(place as u32 * 64 + word.trailing_zeros())
    }
}

/// Visits all marked junctions by rising number, marking the heads of their arcs on the way.
///
/// `relax` is given junction, head, cost, and whether the head is new.
#[inline]
pub(crate) fn ascend(
    upward: &Upward,
    marks: &mut Marks,
    mut relax: impl FnMut(u32, u32, u32, bool),
) {
    let (first, arcs) = (upward.first(), upward.arcs());
    let mut next = marks.next(0);
    while let Some(junction) = next {
        for arc in &arcs[first[junction as usize] as usize..first[junction as usize + 1] as usize] {
            relax(junction, arc.head, arc.cost, marks.insert(arc.head));
        }
        next = marks.next(junction + 1);
    }
}

#[cfg(test)]
pub(crate) mod checks;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_back_in_order() {
        let mut marks = Marks::default();
        assert!(!marks.contains(3) && marks.next(0).is_none());
        marks.clear(130);
        for number in [129, 64, 0, 63, 64] {
            marks.insert(number);
        }
        assert!(!marks.insert(63) && marks.insert(65));
        let mut found = Vec::new();
        let mut next = marks.next(0);
        while let Some(number) = next {
            found.push(number);
            next = marks.next(number + 1);
        }
        assert_eq!(found, [0, 63, 64, 65, 129]);
        assert!(marks.contains(129) && !marks.contains(128) && !marks.contains(9999));
        marks.clear(10);
        assert_eq!(marks.next(0), None);
    }
}
