use crate::LonLat;
use crate::lonlat::haversine_of;
use crate::network::{Edge, Network};

/// A snap farther off than this many metres says nothing: the streets there are not mapped.
pub const KNOWN_WITHIN_M: f64 = 500.0;

/// Where a position meets the streets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Snap {
    /// The edge met, by index.
    pub edge: u32,
    /// How far along the edge, from 0 at its first end to 1.
    pub fraction: f64,
    /// The point met.
    pub at: LonLat,
    /// Metres from the position to the point; walked, and counted in every answer.
    pub snap_m: f64,
    /// Component of the edge; 0 is the largest.
    pub component: u32,
}

impl Snap {
    /// Whether the streets are near enough for times to mean anything.
    pub fn is_known(&self) -> bool {
        self.snap_m <= KNOWN_WITHIN_M
    }
}

/// The plane touching the earth at an asked position, in degrees of latitude.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plane {
    at: LonLat,
    pub(crate) squeeze: f64,
}

/// The nearest point of one edge.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Foot {
    pub(crate) square: f64,
    fraction: f64,
}

impl Plane {
    #[inline]
    pub(crate) fn new(at: LonLat) -> Self {
        Self {
            at,
            squeeze: at.lat().to_radians().cos(),
        }
    }

    #[inline]
    fn place(self, other: LonLat) -> (f64, f64) {
        (
            (other.lon() - self.at.lon()) * self.squeeze,
            other.lat() - self.at.lat(),
        )
    }

    /// The nearest point of an edge, clamped to its ends.
    #[inline]
    pub(crate) fn foot(self, a: LonLat, b: LonLat) -> Foot {
        let ((ax, ay), (bx, by)) = (self.place(a), self.place(b));
        let (dx, dy) = (bx - ax, by - ay);
        let square = dx * dx + dy * dy;
        let fraction = if square > 0.0 {
            -(ax * dx + ay * dy) / square
        } else {
            0.0
        };
        // The ends themselves, not points computed from the other end: edges that share a node
        // then tie exactly, and the tie is broken by way and segment.
        if fraction <= 0.0 {
            Foot {
                square: ax * ax + ay * ay,
                fraction: 0.0,
            }
        } else if fraction >= 1.0 {
            Foot {
                square: bx * bx + by * by,
                fraction: 1.0,
            }
        } else {
            let (x, y) = (ax + fraction * dx, ay + fraction * dy);
            Foot {
                square: x * x + y * y,
                fraction,
            }
        }
    }

    /// The snap that a foot on an edge makes.
    fn snap(self, foot: Foot, edge: u32, (a, b): (LonLat, LonLat), component: u32) -> Snap {
        let at = a.towards(b, foot.fraction);
        Snap {
            edge,
            fraction: foot.fraction,
            at,
            snap_m: haversine_of((self.at, self.squeeze), (at, at.squeeze())),
            component,
        }
    }
}

impl Network {
    /// The nearest point on any edge of a component of at least 20 nodes.
    ///
    /// Without such a component the largest one is used. Nearness is measured in the plane that
    /// touches the earth at the position (dlon cos lat, dlat); ties go to the lower way id, then
    /// to the lower segment. None only for a network without edges. Edges across the 180th
    /// meridian are not understood.
    pub fn snap(&self, at: LonLat) -> Option<Snap> {
        let plane = Plane::new(at);
        let (foot, segment) = self.grid.nearest(at, plane)?;
        let component = if segment.apart {
            self.component[self.edges[segment.edge as usize].a as usize]
        } else {
            0
        };
        Some(plane.snap(foot, segment.edge, (segment.a, segment.b), component))
    }

    /// The snap of a position to a given edge.
    #[cfg(test)]
    #[inline]
    pub(crate) fn snap_to(&self, plane: Plane, index: u32) -> Snap {
        let edge = &self.edges[index as usize];
        let (a, b) = self.ends(edge);
        let component = self.component[edge.a as usize];
        plane.snap(plane.foot(a, b), index, (a, b), component)
    }

    /// Positions of both ends of an edge.
    pub(crate) fn ends(&self, edge: &Edge) -> (LonLat, LonLat) {
        (self.at[edge.a as usize], self.at[edge.b as usize])
    }
}

#[cfg(test)]
mod tests {
    use crate::drawn::Drawn;

    #[test]
    fn a_position_meets_the_nearest_point_of_an_edge() {
        let map = Drawn::new("a----------b");
        let network = map.network();
        let snap = network.snap(map.beside('a', 27.5, 10.0)).unwrap();
        assert!((snap.fraction - 0.25).abs() < 1e-3);
        assert!((snap.snap_m - 10.0).abs() < 0.01);
        assert_eq!((snap.edge, snap.component), (0, 0));
        let before = network.snap(map.beside('a', -30.0, 40.0)).unwrap();
        assert_eq!((before.fraction, before.at), (0.0, map.at('a')));
        assert!((before.snap_m - 50.0).abs() < 0.05);
        let behind = network.snap(map.beside('b', 30.0, 0.0)).unwrap();
        assert_eq!((behind.fraction, behind.at), (1.0, map.at('b')));
    }

    #[test]
    fn far_off_is_unknown() {
        let map = Drawn::new("a--b");
        let network = map.network();
        let known = |north_m| {
            network
                .snap(map.beside('a', 0.0, north_m))
                .unwrap()
                .is_known()
        };
        assert!(known(499.0));
        assert!(!known(501.0));
    }

    #[test]
    fn ties_go_to_the_lower_way() {
        let map = Drawn::new("a--b--c--d");
        let network = map.network();
        let snap = network.snap(map.at('c')).unwrap();
        assert_eq!((snap.edge, snap.fraction), (1, 1.0));
        let above = network.snap(map.beside('b', 0.0, 7.0)).unwrap();
        assert_eq!((above.edge, above.fraction), (0, 1.0));
    }

    #[test]
    fn scraps_are_passed_over_for_streets_of_twenty_nodes() {
        let twenty = "a--b--c--d--e--f--g--h--i--j--k--l--m--n--o--p--q--r--s--t";
        let map = Drawn::new(&format!("{twenty}\n\n\ny--z"));
        let network = map.network();
        assert_eq!(network.snap(map.at('y')).unwrap().at, map.at('a'));
        let nineteen = &twenty[..twenty.len() - 3];
        let map = Drawn::new(&format!("{nineteen}\n\n\ny--z"));
        let network = map.network();
        // None has twenty: only the largest counts.
        assert_eq!(network.snap(map.at('y')).unwrap().at, map.at('a'));
        let two = Drawn::new(&format!("{twenty}\n\n\n{}", twenty.to_uppercase()));
        let network = two.network();
        let snap = network.snap(two.at('B')).unwrap();
        assert_eq!((snap.at, snap.component), (two.at('B'), 1));
    }
}
