use std::ops::ControlFlow;

use crate::network::{Arc, Network};
use crate::pace::{Pace, to_metres};
use crate::search::{Anchor, NO_WAY, START, Scratch};
use crate::snap::Snap;
use crate::{LonLat, Streets};

/// A shortest way between two positions.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Walking time, the legs to and from the street included.
    pub ms: u32,
    /// Length, the legs included.
    pub metres: f64,
    /// The way along the streets, from snap to snap; the legs beyond them are not drawn.
    pub points: Vec<LonLat>,
}

impl Network {
    /// The shortest way between two snaps; None if there is none or the speed gets nowhere.
    pub fn route(
        &self,
        scratch: &mut Scratch,
        from: &Snap,
        to: &Snap,
        speed_m_s: f64,
    ) -> Option<Route> {
        let pace = Pace::new(speed_m_s)?;
        let (start, goal) = (Anchor::new(self, from)?, Anchor::new(self, to)?);
        if start.component != goal.component {
            return None;
        }
        let level = |arc: &Arc| Some(arc.length_um);
        let (length_um, points) = way(self, scratch, (from, &start), (to, &goal), level)?;
        Some(Route {
            ms: pace.ms(length_um),
            metres: to_metres(length_um),
            points,
        })
    }
}

impl Streets {
    /// The quickest way between two snaps at the costs of these streets, closed ones avoided.
    ///
    /// None where there is none: of [`Network::route`] the same, and who stands on a closed edge
    /// gets nowhere. Right whether or not there are labels.
    pub fn route(
        &self,
        scratch: &mut Scratch,
        from: &Snap,
        to: &Snap,
        speed_m_s: f64,
    ) -> Option<Route> {
        let pace = Pace::new(speed_m_s)?;
        let (start, goal) = (self.anchor(from)?, self.anchor(to)?);
        if start.component != goal.component {
            return None;
        }
        let network = self.network();
        let cost_um = |arc: &Arc| self.weights().through_um(arc.edge);
        let (cost_um, points) = way(network, scratch, (from, &start), (to, &goal), cost_um)?;
        Some(Route {
            ms: pace.ms(cost_um),
            metres: to_metres(self.walked_um(scratch, from, to, cost_um)),
            points,
        })
    }
}

/// The cheapest way between two places that are known as anchors, with its points.
fn way(
    network: &Network,
    scratch: &mut Scratch,
    (from, start): (&Snap, &Anchor),
    (to, goal): (&Snap, &Anchor),
    cost_um: impl Fn(&Arc) -> Option<u64>,
) -> Option<(u64, Vec<LonLat>)> {
    // The best way so far and the node by which it enters the last edge.
    let mut best = start.direct_um(goal).map(|cost_um| (cost_um, START));
    let visit = |node, met_um: u64| {
        if best.is_some_and(|(best_um, _)| met_um >= best_um) {
            return ControlFlow::Break(());
        }
        for (end, rest_um) in goal.ends {
            let whole_um = met_um.saturating_add(rest_um);
            let best_um = best.map_or(NO_WAY, |(best_um, _)| best_um);
            if end == node && whole_um < best_um {
                best = Some((whole_um, node));
            }
        }
        ControlFlow::Continue(())
    };
    scratch.search.run_at(network, start.ends, cost_um, visit);
    let (whole_um, last) = best?;
    let mut points = vec![to.at];
    let mut node = last;
    while node != START {
        points.push(network.at[node as usize]);
        node = scratch.search.previous(node);
    }
    points.push(from.at);
    points.reverse();
    points.dedup();
    Some((whole_um, points))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;
    use crate::oracle::Dice;

    #[test]
    fn a_route_follows_the_streets() {
        let map = Drawn::new(
            "
            a--b-----c
               |     |
            d--e     f
               |     |
               g-----h--i
            ",
        );
        let network = map.network();
        let mut scratch = Scratch::new();
        let from = network.snap(map.beside('d', 10.0, 5.0)).unwrap();
        let to = network.snap(map.at('i')).unwrap();
        let route = network.route(&mut scratch, &from, &to, 1.0).unwrap();
        let mut expected = vec![from.at];
        expected.extend("eghi".chars().map(|letter| map.at(letter)));
        assert_eq!(route.points, expected);
        assert!((route.metres - (5.0 + 20.0 + 20.0 + 60.0 + 30.0)).abs() < 0.2);
        let back = network.route(&mut scratch, &to, &from, 1.0).unwrap();
        assert_eq!((back.ms, back.metres), (route.ms, route.metres));
        assert!(back.points.iter().rev().eq(&expected));
    }

    #[test]
    fn a_route_goes_round_what_is_closed() {
        let map = Drawn::new(
            "
            a--b--c
            |     |
            d--e--f
            ",
        );
        let open = Streets::level(map.network().into());
        let snap = |letter| open.network().snap(map.beside(letter, 1.0, 0.0)).unwrap();
        let (from, to) = (snap('a'), snap('b'));
        let mut scratch = Scratch::new();
        let mut names = |streets: &Streets| {
            let route = streets.route(&mut scratch, &from, &to, 1.0)?;
            let at = |letter: &char| route.points.contains(&map.at(*letter));
            Some((
                "abcdef".chars().filter(at).collect::<String>(),
                route.metres,
            ))
        };
        let (through, metres) = names(&open).unwrap();
        assert_eq!(through, "b");
        assert!((metres - 30.0).abs() < 0.1);
        let middle = open.network().snap(map.beside('b', -10.0, 0.0)).unwrap();
        assert_eq!(middle.edge, from.edge, "who stands on it is closed in");
        assert_eq!(names(&open.changed(&[(from.edge, None)])), None);
        let beyond = open.network().snap(map.beside('e', -10.0, 0.0)).unwrap();
        let (through, _) = names(&open.changed(&[(beyond.edge, None)])).unwrap();
        assert_eq!(through, "b");
    }

    #[test]
    fn a_route_takes_as_long_as_the_nearest_is_said_to_be_away() {
        for seed in 0..20 {
            let mut dice = Dice::new(seed);
            let network = dice.network(60, 80);
            let network = dice.furnished(&network);
            let open = Streets::level(network.into());
            let mut place = |_| open.network().snap(dice.position(0.03, 0.02)).unwrap();
            let places: Vec<Snap> = (0..20).map(&mut place).collect();
            let closed: Vec<_> = places[10..].iter().map(|snap| (snap.edge, None)).collect();
            let streets = open.changed(&closed);
            let mut scratch = Scratch::new();
            for to in &places {
                let near = [*to];
                let near = streets.nearest_of(&mut scratch, &places[0], &near, 1, 1.0, None);
                let route = streets.route(&mut scratch, &places[0], to, 1.0);
                let found = route.as_ref().map(|route| (route.ms, route.metres));
                assert_eq!(found, near.first().map(|near| (near.ms, near.metres)));
            }
        }
    }

    #[test]
    fn on_one_edge_the_route_is_a_line() {
        let map = Drawn::new("a----------b");
        let network = map.network();
        let snap = |east_m| network.snap(map.beside('a', east_m, 0.0)).unwrap();
        let (from, to) = (snap(80.0), snap(20.0));
        let route = network.route(&mut Scratch::new(), &from, &to, 1.0).unwrap();
        assert_eq!(route.points, [from.at, to.at]);
        assert!((route.metres - 60.0).abs() < 0.1);
        let here = network
            .route(&mut Scratch::new(), &from, &from, 1.0)
            .unwrap();
        assert_eq!(here.points, [from.at]);
    }

    #[test]
    fn there_is_no_route_between_islands() {
        let map = Drawn::new(
            "
            a--b
            c--d
            ",
        );
        let network = map.network();
        let snap = |edge| Snap {
            edge,
            ..network.snap(map.at('a')).unwrap()
        };
        assert_eq!(
            network.route(&mut Scratch::new(), &snap(0), &snap(1), 1.0),
            None
        );
    }
}
