use spatial::CLOSED;

use super::K;

/// The nearest responders so far, nearest first; each at most once.
#[derive(Default)]
pub(crate) struct Best {
    found: Vec<(u32, u32)>,
}

impl Best {
    pub(crate) fn clear(&mut self) {
        self.found.clear();
    }

    /// Whatever costs more cannot change the answer.
    #[inline]
    pub(crate) fn bound(&self) -> u32 {
        if self.found.len() < K {
            CLOSED
        } else {
            self.found[K - 1].0
        }
    }

    #[inline]
    pub(crate) fn offer(&mut self, cost: u32, number: u32) {
        if cost >= self.bound() {
            return;
        }
        if let Some(known) = self.found.iter().position(|&(_, known)| known == number) {
            if self.found[known].0 <= cost {
                return;
            }
            self.found.remove(known);
        } else if self.found.len() == K {
            self.found.pop();
        }
        let place = self.found.partition_point(|&(known, _)| known <= cost);
        self.found.insert(place, (cost, number));
    }

    /// Cost and number of each.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (u32, u32)> {
        self.found.iter().copied()
    }

    pub(crate) fn costs(&self) -> impl Iterator<Item = u32> {
        self.found.iter().map(|&(cost, _)| cost)
    }
}
