//! Randomness: every part of a history has a stream of its own, all from one seed.
//!
//! A part that is switched off leaves the draws of the others as they were, which is what lets a
//! failing history shrink.

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// One stream of draws.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of a name and a number under a seed.
    pub(super) fn of(seed: u64, stream: u64, number: u64) -> Self {
        let mut key = [0_u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&stream.to_le_bytes());
        key[16..24].copy_from_slice(&number.to_le_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }

    /// True so many times in a thousand.
    pub(super) fn permille(&mut self, chance: u16) -> bool {
        self.0.random_range(0..1000) < chance
    }

    /// From `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        self.0.random_range(low..=high)
    }

    /// A place in a list of this length, which is not empty.
    pub(super) fn place(&mut self, length: usize) -> usize {
        self.0.random_range(0..length)
    }

    /// One of a list that is not empty.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.place(of.len())]
    }

    /// Milliseconds, in microseconds.
    pub(super) fn ms(&mut self, low: i64, high: i64) -> i64 {
        self.between(low * 1000, high * 1000)
    }

    /// Seconds, in microseconds.
    pub(super) fn seconds(&mut self, low: i64, high: i64) -> i64 {
        self.ms(low * 1000, high * 1000)
    }
}
