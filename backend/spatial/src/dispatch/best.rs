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
}

/// A cost and a number as one word that sorts by both.
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

    pub(super) fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// Keys from here on cannot enter.
    pub(super) fn limit(&self) -> u64 {
        self.limit
    }

    pub(super) fn offer(&mut self, new: u64) {
        let (cost, responder) = ((new >> 32) as u32, new as u32);
        let known = &mut self.known[responder as usize];
        if new >= self.limit || (known.0 == self.round && known.1 <= cost) {
            return;
        }
        let old = std::mem::replace(known, (self.round, cost));
        let held = (old.0 == self.round)
            .then(|| self.keys.binary_search(&key(old.1, responder)).ok())
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
}
