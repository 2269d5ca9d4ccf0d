use std::ops::ControlFlow;

use crate::LonLat;
use crate::network::Network;
use crate::pace::{Pace, to_metres};
use crate::search::{Anchor, START, Scratch};
use crate::snap::Snap;

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
        // The best way so far and the node by which it enters the last edge.
        let mut best = start.direct_um(&goal).map(|length_um| (length_um, START));
        scratch.search.run(self, start.ends, |node, length_um| {
            if best.is_some_and(|(best_um, _)| length_um >= best_um) {
                return ControlFlow::Break(());
            }
            for (end, rest_um) in goal.ends {
                let whole_um = length_um.saturating_add(rest_um);
                if end == node && best.is_none_or(|(best_um, _)| whole_um < best_um) {
                    best = Some((whole_um, node));
                }
            }
            ControlFlow::Continue(())
        });
        let (length_um, last) = best?;
        let mut points = vec![to.at];
        let mut node = last;
        while node != START {
            points.push(self.at[node as usize]);
            node = scratch.search.previous(node);
        }
        points.push(from.at);
        points.reverse();
        points.dedup();
        Some(Route {
            ms: pace.ms(length_um),
            metres: to_metres(length_um),
            points,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;

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
