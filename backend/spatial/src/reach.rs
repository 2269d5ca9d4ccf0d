use std::ops::ControlFlow;

use crate::network::Network;
use crate::pace::Pace;
use crate::search::{Anchor, Scratch};
use crate::snap::Snap;

/// A node within reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// Index of the node.
    pub node: u32,
    /// Walking time from the asked position, its leg to the street included.
    pub ms: u32,
}

impl Network {
    /// Every node within a time limit, by rising time; equal lengths by rising node.
    ///
    /// A node exactly at the limit is within it. A speed that is not positive and finite reaches
    /// nothing. Whether the origin is known at all ([`Snap::is_known`]) is for the caller to ask.
    pub fn reach(
        &self,
        scratch: &mut Scratch,
        origin: &Snap,
        limit_ms: u32,
        speed_m_s: f64,
    ) -> Vec<Reached> {
        let mut reached = Vec::new();
        let (Some(origin), Some(pace)) = (Anchor::new(self, origin), Pace::new(speed_m_s)) else {
            return reached;
        };
        let limit_um = pace.within_um(limit_ms);
        scratch.search.run(self, origin.ends, |node, length_um| {
            if length_um > limit_um {
                return ControlFlow::Break(());
            }
            reached.push(Reached {
                node,
                ms: pace.ms(length_um),
            });
            ControlFlow::Continue(())
        });
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;

    #[test]
    fn reach_grows_with_the_limit() {
        let map = Drawn::new(
            "
            a--b--c
            |     |
            d     e   f--g
            ",
        );
        let network = map.network();
        let origin = network.snap(map.beside('a', 10.0, 0.0)).unwrap();
        let mut scratch = Scratch::new();
        let mut names = |limit_s: u32| {
            let reached = network.reach(&mut scratch, &origin, limit_s * 1000, 1.0);
            let nodes: Vec<u32> = reached.iter().map(|reached| reached.node).collect();
            map.names(&nodes)
        };
        assert_eq!(names(5), "");
        assert_eq!(names(15), "a");
        assert_eq!(names(25), "ab");
        assert_eq!(names(35), "abd");
        assert_eq!(names(1_000), "abdce");
    }
}
