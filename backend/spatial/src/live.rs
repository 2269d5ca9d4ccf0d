use std::sync::{Arc, PoisonError, RwLock};

/// Something that is replaced as a whole while others ask it.
///
/// A question takes the present version once and keeps it to its end: no answer mixes two, and a
/// replacement waits for no question. The lock is held for as long as it takes to count a
/// reference.
#[derive(Debug, Default)]
pub struct Live<T> {
    present: RwLock<Arc<T>>,
}

impl<T> Live<T> {
    /// Begins with a version.
    pub fn new(first: Arc<T>) -> Self {
        Self {
            present: RwLock::new(first),
        }
    }

    /// The present version.
    pub fn load(&self) -> Arc<T> {
        // Whoever panicked held the lock for a reference count only: what it guards is whole.
        Arc::clone(&self.present.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the present version and returns it.
    pub fn replace(&self, next: Arc<T>) -> Arc<T> {
        let mut present = self.present.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut present, next)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::*;
    use crate::drawn::Drawn;
    use crate::{LonLat, Prepared, Profile, Scratch};

    /// A street of two nodes, longer with every version.
    fn version(step: i64) -> Prepared {
        let map = Drawn::new("a--b");
        let at = |letter| {
            let at: LonLat = map.at(letter);
            let east = if letter == 'b' {
                step as f64 * 1e-5
            } else {
                0.0
            };
            LonLat::new(at.lon() + east, at.lat()).unwrap()
        };
        let node = |letter| crate::InputNode {
            id: step,
            at: at(letter),
        };
        let edge = crate::InputEdge {
            a: 0,
            b: 1,
            way_id: step,
            segment: 0,
            attributes: crate::EdgeAttributes::default(),
        };
        let graph = crate::InputGraph {
            nodes: vec![node('a'), node('b')],
            edges: vec![edge],
        };
        let network = Arc::new(crate::Network::build(graph).unwrap());
        Prepared::build(network, Prepared::USUAL, &mut |_| {})
    }

    /// What a version answers: id of its nodes and seconds along its street.
    fn ask(prepared: &Prepared, scratch: &mut Scratch) -> (i64, u32) {
        let network = prepared.network();
        let streets = prepared.streets(Profile::Worker.metric());
        let origin = network.snap(network.node_at(0)).unwrap();
        let reached = streets.reach(scratch, &origin, u32::MAX, 1.0);
        (network.node_id(reached[1].node), reached[1].ms)
    }

    #[test]
    fn every_answer_belongs_to_one_version_while_a_thousand_replace_each_other() {
        const VERSIONS: i64 = 1_000;
        let expected: Vec<(i64, u32)> = (0..=VERSIONS)
            .map(|step| ask(&version(step), &mut Scratch::new()))
            .collect();
        assert!(expected.windows(2).all(|pair| pair[0].1 < pair[1].1));
        let live = Live::new(Arc::new(version(0)));
        let (is_over, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
        std::thread::scope(|threads| {
            for _ in 0..3 {
                threads.spawn(|| {
                    let mut scratch = Scratch::new();
                    let mut last = 0;
                    while !is_over.load(Ordering::Acquire) {
                        let (step, ms) = ask(&live.load(), &mut scratch);
                        assert_eq!((step, ms), expected[step as usize]);
                        assert!(step >= last, "an older version came back");
                        last = step;
                        asked.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            for step in 1..=VERSIONS {
                let old = live.replace(Arc::new(version(step)));
                assert_eq!(old.network().node_id(0), step - 1);
            }
            // Whoever has not been asked yet has still to see the last version.
            while asked.load(Ordering::Relaxed) < 100 {
                std::thread::yield_now();
            }
            is_over.store(true, Ordering::Release);
        });
        assert_eq!(ask(&live.load(), &mut Scratch::new()), expected[1_000]);
    }
}
