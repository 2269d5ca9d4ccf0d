use std::ops::ControlFlow;

use crate::network::Network;
use crate::pace::{Pace, to_metres};
use crate::search::{Anchor, Scratch};
use crate::snap::Snap;

/// A candidate and how far it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// Place of the candidate in the list that was passed.
    pub index: usize,
    /// Walking time, the legs to and from the street included.
    pub ms: u32,
    /// Walking length, the legs included.
    pub metres: f64,
}

impl Network {
    /// The `k` candidates with the shortest walk from the origin, nearest first.
    ///
    /// Equal lengths come by rising index. A candidate at the origin's own position is two legs
    /// away: legs are always walked. Fewer than `k` are returned when fewer are reachable,
    /// or within the limit; a candidate exactly at the limit is within it. A speed that is not
    /// positive and finite reaches nobody. Snaps that are too far off to be known
    /// ([`Snap::is_known`]) are answered like any other: leaving them out is for the caller.
    ///
    /// The search stops as soon as no unsettled node can change the answer.
    pub fn nearest(
        &self,
        scratch: &mut Scratch,
        origin: &Snap,
        candidates: &[Snap],
        k: usize,
        speed_m_s: f64,
        limit_ms: Option<u32>,
    ) -> Vec<Nearest> {
        let (Some(origin), Some(pace)) = (Anchor::new(self, origin), Pace::new(speed_m_s)) else {
            return Vec::new();
        };
        let limit_um = limit_ms.map_or(u64::MAX, |limit_ms| pace.within_um(limit_ms));
        let Scratch {
            search,
            candidates: found,
        } = scratch;
        let anchor = |snap: &Snap| Anchor::new(self, snap);
        found.begin(anchor, &origin, candidates, k, limit_um);
        if found.most > 0 {
            search.run(self, origin.ends, |node, length_um| {
                found.visit(node, length_um)
            });
        }
        let answer = |&(length_um, index): &(u64, u32)| Nearest {
            index: index as usize,
            ms: pace.ms(length_um),
            metres: to_metres(length_um),
        };
        found.best().iter().map(answer).collect()
    }
}

/// Candidates of one question, and the best of them so far.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// Ends of the candidates' edges: node, length from it to the candidate, candidate.
    ends: Vec<(u32, u64, u32)>,
    /// Shortest length known for each candidate.
    lengths: Vec<u64>,
    /// The best so far by length and index, at most `most` of them.
    best: Vec<(u64, u32)>,
    pub(crate) most: usize,
    limit_um: u64,
}

impl Candidates {
    pub(crate) fn begin(
        &mut self,
        anchor: impl Fn(&Snap) -> Option<Anchor>,
        origin: &Anchor,
        candidates: &[Snap],
        k: usize,
        limit_um: u64,
    ) {
        self.ends.clear();
        self.best.clear();
        self.lengths.clear();
        self.lengths.resize(candidates.len(), u64::MAX);
        self.limit_um = limit_um;
        let reachable = |snap| anchor(snap).filter(|anchor| anchor.component == origin.component);
        // Waiting for more than can be reached would never stop early.
        self.most = k.min(candidates.iter().filter_map(reachable).count());
        if self.most == 0 {
            return;
        }
        for (index, snap) in (0u32..).zip(candidates) {
            let Some(anchor) = reachable(snap) else {
                continue;
            };
            self.ends
                .extend(anchor.ends.map(|(node, rest_um)| (node, rest_um, index)));
            if let Some(length_um) = origin.direct_um(&anchor) {
                self.improve(index, length_um);
            }
        }
        self.ends.sort_unstable();
    }

    /// The best found, by length and index.
    pub(crate) fn best(&self) -> &[(u64, u32)] {
        &self.best
    }

    /// Takes a node as the search settles it; breaks once no later one can change the answer.
    pub(crate) fn visit(&mut self, node: u32, length_um: u64) -> ControlFlow<()> {
        if length_um > self.bound_um() {
            return ControlFlow::Break(());
        }
        self.settle(node, length_um);
        ControlFlow::Continue(())
    }

    /// The longest walk that could still enter the answer.
    fn bound_um(&self) -> u64 {
        match self.best.last() {
            Some(&(worst_um, _)) if self.best.len() == self.most => worst_um,
            _ => self.limit_um,
        }
    }

    fn settle(&mut self, node: u32, length_um: u64) {
        let first = self.ends.partition_point(|&(end, ..)| end < node);
        for place in first..self.ends.len() {
            let (end, rest_um, index) = self.ends[place];
            if end != node {
                return;
            }
            self.improve(index, length_um.saturating_add(rest_um));
        }
    }

    fn improve(&mut self, index: u32, length_um: u64) {
        let known_um = &mut self.lengths[index as usize];
        if length_um >= *known_um || length_um > self.limit_um {
            return;
        }
        if let Ok(place) = self.best.binary_search(&(*known_um, index)) {
            self.best.remove(place);
        }
        *known_um = length_um;
        let place = self
            .best
            .partition_point(|&other| other < (length_um, index));
        self.best.insert(place, (length_um, index));
        self.best.truncate(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;

    const SPEED: f64 = 1.25;

    fn snaps(map: &Drawn, network: &Network, letters: &str) -> Vec<Snap> {
        letters
            .chars()
            .map(|letter| network.snap(map.at(letter)).unwrap())
            .collect()
    }

    /// Letters of the nearest among `candidates`, nearest first.
    fn nearest(map: &Drawn, origin: char, candidates: &str, k: usize) -> String {
        let network = map.network();
        let origin = network.snap(map.at(origin)).unwrap();
        let snaps = snaps(map, &network, candidates);
        let found = network.nearest(&mut Scratch::new(), &origin, &snaps, k, SPEED, None);
        found
            .iter()
            .map(|found| candidates.as_bytes()[found.index] as char)
            .collect()
    }

    /// Beside each other on the map, but far apart on foot.
    fn two_banks() -> Drawn {
        Drawn::new(
            "
            a--b--c--------d
                           |
            e--f--g--------h
            ",
        )
    }

    #[test]
    fn the_walk_decides_not_the_crow() {
        assert_eq!(nearest(&two_banks(), 'a', "ed", 2), "de");
        assert_eq!(nearest(&two_banks(), 'a', "efghbcd", 7), "bcdhgfe");
        assert_eq!(nearest(&two_banks(), 'a', "efghbcd", 3), "bcd");
    }

    #[test]
    fn streets_that_cross_on_a_bridge_do_not_meet() {
        let bridge = Drawn::new(
            "
                  b
                  |
            a-----+-----c--d
                  |        |
                  e--------f
            ",
        );
        assert_eq!(nearest(&bridge, 'a', "bcdef", 5), "cdfeb");
    }

    #[test]
    fn the_unreachable_are_left_out() {
        let map = Drawn::new(
            "
            a--b--c
            d--e
            ",
        );
        let network = map.network();
        // Snapped by hand: d and e alone are too few to be snapped to.
        let on_edge = |edge| Snap {
            edge,
            ..network.snap(map.at('a')).unwrap()
        };
        let all = [on_edge(2), on_edge(1), on_edge(0), on_edge(2)];
        let indices = |origin: &Snap| -> Vec<usize> {
            let found = network.nearest(&mut Scratch::new(), origin, &all, 4, SPEED, None);
            found.iter().map(|found| found.index).collect()
        };
        assert_eq!(indices(&on_edge(0)), [2, 1]);
        assert_eq!(indices(&on_edge(2)), [0, 3]);
    }

    #[test]
    fn equal_walks_come_by_index_whatever_k() {
        let star = Drawn::new(
            "
               b
               |
            c--a--d
               |
               e
            ",
        );
        // Rows are 10 m apart and columns too, but arms to the side have two columns more.
        assert_eq!(nearest(&star, 'a', "ebebdc", 6), "ebebdc");
        for k in 1..6 {
            assert_eq!(nearest(&star, 'a', "bbbbbb", k), "b".repeat(k));
        }
        let network = star.network();
        let origin = network.snap(star.at('a')).unwrap();
        let same = snaps(&star, &network, "dddd");
        let found = network.nearest(&mut Scratch::new(), &origin, &same, 2, SPEED, None);
        assert_eq!(
            found.iter().map(|found| found.index).collect::<Vec<_>>(),
            [0, 1]
        );
    }

    #[test]
    fn a_tie_found_last_still_goes_to_the_lower_index() {
        let arms = Drawn::new("d--b--a--c--e");
        let network = arms.network();
        let edge_of = |end| {
            let at = arms.node(end);
            (0u32..)
                .zip(&network.edges)
                .find(|(_, edge)| edge.a == at || edge.b == at)
                .unwrap()
                .0
        };
        // On the outer edges, so that only the nodes themselves, settled in turn, lead to them.
        let outer =
            |node, end| network.snap_to(crate::snap::Plane::new(arms.at(node)), edge_of(end));
        let candidates = [outer('c', 'e'), outer('b', 'd')];
        let lengths_um: Vec<u64> = network.edges.iter().map(|edge| edge.length_um).collect();
        assert_eq!(lengths_um[1], lengths_um[2]);
        let origin = network.snap(arms.at('a')).unwrap();
        let found = network.nearest(&mut Scratch::new(), &origin, &candidates, 1, SPEED, None);
        assert_eq!(found[0].index, 0);
    }

    #[test]
    fn none_of_none_is_none() {
        assert_eq!(nearest(&two_banks(), 'a', "bcd", 0), "");
        assert_eq!(nearest(&two_banks(), 'a', "", 5), "");
    }

    #[test]
    fn both_legs_and_the_shared_edge_are_walked() {
        let map = Drawn::new("a----------b");
        let network = map.network();
        let origin = network.snap(map.beside('a', 20.0, 6.0)).unwrap();
        let goal = network.snap(map.beside('a', 80.0, -4.0)).unwrap();
        let found = network.nearest(&mut Scratch::new(), &origin, &[goal, origin], 2, 1.0, None);
        assert_eq!(
            found.iter().map(|found| found.index).collect::<Vec<_>>(),
            [1, 0]
        );
        assert!((found[0].metres - 12.0).abs() < 0.1);
        assert!((found[1].metres - 70.0).abs() < 0.1);
        assert_eq!(found[1].ms, (found[1].metres * 1000.0).round() as u32);
    }

    #[test]
    fn the_limit_is_within_the_limit() {
        let map = two_banks();
        let network = map.network();
        let origin = network.snap(map.at('a')).unwrap();
        let goals = snaps(&map, &network, "bd");
        let mut scratch = Scratch::new();
        let mut count = |limit_ms| {
            network
                .nearest(&mut scratch, &origin, &goals, 2, 1.0, Some(limit_ms))
                .len()
        };
        let all = network.nearest(&mut Scratch::new(), &origin, &goals, 2, 1.0, None);
        assert_eq!((count(all[0].ms + 1), count(all[0].ms - 1)), (1, 0));
        assert_eq!((count(all[1].ms + 1), count(all[1].ms - 1)), (2, 1));
    }

    #[test]
    fn nonsense_reaches_nobody_and_does_not_panic() {
        let map = two_banks();
        let network = map.network();
        let good = network.snap(map.at('a')).unwrap();
        let foreign = Snap {
            edge: 1_000,
            ..good
        };
        let odd = Snap {
            fraction: f64::NAN,
            snap_m: f64::INFINITY,
            ..good
        };
        let mut scratch = Scratch::new();
        for speed in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(
                network
                    .nearest(&mut scratch, &good, &[good], 1, speed, None)
                    .is_empty()
            );
            assert!(network.reach(&mut scratch, &good, 1_000, speed).is_empty());
            assert_eq!(network.route(&mut scratch, &good, &good, speed), None);
        }
        assert!(
            network
                .nearest(&mut scratch, &foreign, &[good], 1, SPEED, None)
                .is_empty()
        );
        assert!(
            network
                .nearest(&mut scratch, &good, &[foreign], 1, SPEED, None)
                .is_empty()
        );
        assert!(
            network
                .nearest(&mut scratch, &odd, &[good], 1, SPEED, Some(1))
                .is_empty()
        );
        assert!(
            network
                .reach(&mut scratch, &foreign, 1_000, SPEED)
                .is_empty()
        );
        assert_eq!(network.route(&mut scratch, &good, &foreign, SPEED), None);
    }
}
