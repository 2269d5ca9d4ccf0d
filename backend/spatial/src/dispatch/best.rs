use crate::weights::CLOSED;

/// The best responders so far, each once, as cost and number in one word.
#[derive(Debug, Default)]
pub(super) struct Best {
    /// By rising cost, then number; at most `most`.
    keys: Vec<u64>,
    most: usize,
    /// Keys from here on cannot enter.
    limit: u64,
    round: u32,
    /// Round and least cost offered for each responder.
    known: Vec<(u32, u32)>,
    /// Sum of everything touched; of no meaning.
    touched: u32,
}

/// A list of so many keys is sooner gone through than halved.
const SHORT: usize = 16;

/// A cost and a number as one word that sorts by both.
#[inline]
pub(super) fn key(cost: u32, responder: u32) -> u64 {
    u64::from(cost) << 32 | u64::from(responder)
}

impl Best {
    pub(super) fn begin(&mut self, most: usize, responders: usize) {
        self.keys.clear();
        self.most = most;
        self.limit = key(CLOSED, 0);
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            // A round of long ago may not pass for this one.
            self.known.fill((0, 0));
            self.round = 1;
        }
        if self.known.len() < responders {
            self.known.resize(responders, (0, 0));
        }
    }

    #[inline]
    pub(super) fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// As many are asked for.
    #[inline]
    pub(super) fn most(&self) -> usize {
        self.most
    }

    /// Keys from here on cannot enter.
    #[inline]
    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    /// Makes sure that a number was loaded, without waiting for it.
    #[inline]
    pub(super) fn touch(&mut self, number: u32) {
        self.touched = self.touched.wrapping_add(number);
    }

    #[inline]
    pub(super) fn offer(&mut self, new: u64) {
        if new < self.limit {
            self.admit(new);
        }
    }

    /// Takes in a key below the limit, unless its responder was offered as near before.
    #[inline]
    fn admit(&mut self, new: u64) {
        let (cost, responder) = ((new >> 32) as u32, new as u32);
        let known = &mut self.known[responder as usize];
        let is_known = known.0 == self.round;
        if is_known && known.1 <= cost {
            return;
        }
        let old = std::mem::replace(known, (self.round, cost));
        let held = is_known
            .then(|| self.place_of(key(old.1, responder)))
            .flatten();
        let mut place = held.unwrap_or_else(|| {
            if self.keys.len() < self.most {
                self.keys.push(new);
            }
            self.keys.len() - 1
        });
        // Costs of a responder only fall, so its place only moves forward.
        while place > 0 && self.keys[place - 1] > new {
            self.keys[place] = self.keys[place - 1];
            place -= 1;
        }
        self.keys[place] = new;
        if self.keys.len() == self.most {
            self.limit = self.keys[self.most - 1];
        }
    }

    /// Where a key is; None if others have pushed it out.
    #[inline]
    fn place_of(&self, key: u64) -> Option<usize> {
        if self.keys.len() <= SHORT {
            self.keys.iter().rposition(|&held| held == key)
        } else {
            self.keys.binary_search(&key).ok()
        }
    }
}
