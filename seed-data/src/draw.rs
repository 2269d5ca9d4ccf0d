//! Random draws that give the same bytes on every machine.
//!
//! Only the raw 64-bit output of ChaCha8 is taken from outside, and numbers are made from it by
//! exactly rounded operations (no `ln`, `exp`, `sin`): a library update cannot change a district.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use uuid::{Builder, Uuid};

/// What a stream of draws is for; streams do not disturb each other.
///
/// The number is part of the seed: changing it changes every generated district.
#[derive(Clone, Copy)]
#[repr(u32)]
pub(crate) enum Topic {
    Corners = 1,
    Block = 2,
    Shape = 3,
    Settlement = 4,
    Household = 5,
    Responder = 7,
    Staff = 8,
    Facility = 9,
    Numbers = 10,
}

/// One reproducible stream of draws.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    pub(crate) fn stream(seed: u64, topic: Topic, index: u32) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream((u64::from(topic as u32) << 32) | u64::from(index));
        Self(rng)
    }

    /// A number in `0.0..1.0`.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A number in `0..n`; 0 when `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// A number in `low..=high`.
    pub(crate) fn whole(&mut self, low: u32, high: u32) -> u32 {
        low + self.below((high - low + 1) as usize) as u32
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One element; the list must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// An identifier with the layout of a random (version 4) one.
    pub(crate) fn id(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        Builder::from_random_bytes(bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_repeats_and_its_neighbour_differs() {
        let first = |topic, index| Draw::stream(7, topic, index).id();
        assert_eq!(first(Topic::Block, 3), first(Topic::Block, 3));
        assert_ne!(first(Topic::Block, 3), first(Topic::Block, 4));
        assert_ne!(first(Topic::Block, 3), first(Topic::Shape, 3));
    }

    #[test]
    fn draws_stay_in_range() {
        let mut draw = Draw::stream(1, Topic::Block, 0);
        for _ in 0..1_000 {
            assert!((0.0..1.0).contains(&draw.unit()));
            assert!(draw.below(3) < 3);
            assert!((5..=6).contains(&draw.whole(5, 6)));
        }
        assert_eq!(draw.below(0), 0);
    }
}
