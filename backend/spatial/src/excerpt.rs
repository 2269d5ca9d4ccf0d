use crate::LonLat;
use crate::network::{Edge, Network};

impl Network {
    /// Edges in a box, for drawing a map; at most `most`, those nearest to the middle of the box.
    ///
    /// An edge is in the box when the smallest box around it touches it. Edges come by index.
    pub fn excerpt(&self, min: LonLat, max: LonLat, most: usize) -> Vec<[LonLat; 2]> {
        let inside = |edge: &&Edge| {
            let (a, b) = self.ends(edge);
            overlap(a.lon(), b.lon(), min.lon(), max.lon())
                && overlap(a.lat(), b.lat(), min.lat(), max.lat())
        };
        let mut lines: Vec<[LonLat; 2]> = self
            .edges
            .iter()
            .filter(inside)
            .map(|edge| self.ends(edge).into())
            .collect();
        if lines.len() > most {
            lines = nearest_to_the_middle(lines, min, max, most);
        }
        lines
    }

    /// The smallest box around all nodes: its south-west and north-east corners.
    ///
    /// Both are the position 0, 0 for a network without nodes.
    pub fn bounds(&self) -> (LonLat, LonLat) {
        let first = self.at.first().copied().unwrap_or(LonLat::ORIGIN);
        self.at.iter().fold((first, first), |(min, max), &at| {
            (min.lower(at), max.upper(at))
        })
    }
}

/// Whether the span between two values touches another.
fn overlap(a: f64, b: f64, min: f64, max: f64) -> bool {
    a.min(b) <= max && a.max(b) >= min
}

/// The lines whose middles lie nearest to the middle of the box, in the order they came.
fn nearest_to_the_middle(
    lines: Vec<[LonLat; 2]>,
    min: LonLat,
    max: LonLat,
    most: usize,
) -> Vec<[LonLat; 2]> {
    let middle = min.towards(max, 0.5);
    let mut order: Vec<(u64, usize)> = lines
        .iter()
        .enumerate()
        // Lengths are not negative, so their bits are in the order of their values.
        .map(|(place, [a, b])| (middle.haversine_m(a.towards(*b, 0.5)).to_bits(), place))
        .collect();
    order.sort_unstable();
    order.truncate(most);
    order.sort_unstable_by_key(|&(_, place)| place);
    order.into_iter().map(|(_, place)| lines[place]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drawn::Drawn;

    #[test]
    fn a_box_shows_its_edges() {
        let map = Drawn::new(
            "
            a--b--c--d--e
            |           |
            f-----------g
            ",
        );
        let network = map.network();
        let (min, max) = network.bounds();
        assert_eq!(min, map.at('f'));
        assert_eq!(max, map.at('e'));
        assert_eq!(network.excerpt(min, max, 100).len(), 7);
        assert!(network.excerpt(min, max, 0).is_empty());
        let corner = network.excerpt(map.at('f'), map.at('f'), 100);
        assert_eq!(
            corner,
            [[map.at('a'), map.at('f')], [map.at('f'), map.at('g')]]
        );
        let around_c = network.excerpt(map.at('b'), map.at('d'), 100);
        assert_eq!(around_c.len(), 4);
        let two = network.excerpt(map.at('a'), map.at('e'), 2);
        assert_eq!(
            two,
            [[map.at('b'), map.at('c')], [map.at('c'), map.at('d')]]
        );
    }

    #[test]
    fn nothing_has_bounds_at_the_origin() {
        let network = Network::build(crate::InputGraph::default()).unwrap();
        let (min, max) = network.bounds();
        assert_eq!((min, max), (LonLat::ORIGIN, LonLat::ORIGIN));
        assert!(network.excerpt(min, max, 5).is_empty());
    }
}
