//! The shape of a walking network, measured and held against the real one.
//!
//! What counts: nodes where exactly two edges meet give streets their shape and are drawn into the
//! chains between the others. Of the nodes left, shares are taken by how many chains meet there;
//! lengths are those of the chains; junctions are the nodes left with three chains and more;
//! densities are over the box around the nodes. The real figures are in `facts/README.md`, with
//! their source; only figures of its shape are kept here, no place and no length of a street.

use crate::plane::{Place, Plane};

/// Real share of dead ends among the nodes left, percent.
pub const REAL_DEAD_ENDS: f64 = 18.6;
/// Real share of nodes where three chains meet, percent.
pub const REAL_THREES: f64 = 61.4;
/// Real share of nodes where four chains or more meet, percent.
pub const REAL_FOURS: f64 = 20.0;
/// Real lengths of chains: percent that are at most so long, metres.
pub const REAL_LENGTHS: [(f64, f64); 6] = [
    (10.0, 15.0),
    (25.0, 32.0),
    (50.0, 65.0),
    (75.0, 148.0),
    (90.0, 323.0),
    (95.0, 445.0),
];
/// Real mean length of chains, metres.
pub const REAL_MEAN_M: f64 = 123.0;
/// Real junctions per square kilometre.
pub const REAL_JUNCTIONS: f64 = 39.1;
/// Real kilometres of street per square kilometre.
pub const REAL_KM: f64 = 8.0;

/// A share may be off by so many points.
const SHARE_OFF: f64 = 3.0;
/// A density, or the mean length, may be off by this part.
const DENSITY_OFF: f64 = 0.2;
/// Two distributions of lengths may be apart by so much (Kolmogorov and Smirnov's distance).
pub const LENGTHS_APART: f64 = 0.10;
/// At least so much of the network hangs together, percent.
const LARGEST: f64 = 99.0;

/// A network seen from the nodes where not exactly two edges meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Dead ends, percent of the nodes left.
    pub dead_ends: f64,
    /// Nodes where three chains meet, percent.
    pub threes: f64,
    /// Nodes where four chains or more meet, percent.
    pub fours: f64,
    /// Lengths of the chains, metres, rising.
    pub lengths: Vec<f64>,
    /// Nodes with three chains or more, per square kilometre.
    pub junctions_per_km2: f64,
    /// Kilometres of street per square kilometre.
    pub km_per_km2: f64,
    /// Nodes in the largest connected part, percent of all.
    pub largest: f64,
}

/// A street between two nodes where not exactly two edges meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// Numbers of the nodes at both ends; they may be the same.
    pub ends: [u32; 2],
    /// Length, metres.
    pub metres: f64,
}

/// One measure and the range it must lie in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// Snake case, for a scorecard.
    pub name: &'static str,
    /// What was measured; not a number where there was nothing to measure.
    pub found: f64,
    /// Lowest good value.
    pub low: f64,
    /// Highest good value.
    pub high: f64,
}

impl Figure {
    /// Whether the measure lies in its range.
    pub fn is_near(&self) -> bool {
        self.low <= self.found && self.found <= self.high
    }
}

impl Shape {
    /// Measures a contracted network; linear but for sorting the lengths.
    ///
    /// `largest` is the part of all nodes that hangs together, percent.
    pub fn new(stretches: &[Stretch], area_km2: f64, largest: f64) -> Self {
        let nodes = stretches.iter().flat_map(|stretch| stretch.ends).max();
        let mut meeting = vec![0_u32; nodes.map_or(0, |node| node as usize + 1)];
        for end in stretches.iter().flat_map(|stretch| stretch.ends) {
            meeting[end as usize] += 1;
        }
        let of = |test: fn(u32) -> bool| meeting.iter().filter(|&&n| test(n)).count() as f64;
        // Numbers that no street ends at are not nodes of this network.
        let left = of(|meeting| meeting > 0);
        let mut lengths: Vec<f64> = stretches.iter().map(|stretch| stretch.metres).collect();
        lengths.sort_by(f64::total_cmp);
        Self {
            dead_ends: 100.0 * of(|meeting| meeting == 1) / left,
            threes: 100.0 * of(|meeting| meeting == 3) / left,
            fours: 100.0 * of(|meeting| meeting >= 4) / left,
            junctions_per_km2: of(|meeting| meeting >= 3) / area_km2,
            km_per_km2: lengths.iter().sum::<f64>() / 1_000.0 / area_km2,
            lengths,
            largest,
        }
    }

    /// Mean length of the chains, metres.
    pub fn mean_m(&self) -> f64 {
        self.lengths.iter().sum::<f64>() / self.lengths.len() as f64
    }

    /// Part of the chains that are at most so long, 0 to 1.
    fn up_to(&self, metres: f64) -> f64 {
        let shorter = self.lengths.partition_point(|&length| length <= metres);
        shorter as f64 / self.lengths.len() as f64
    }

    /// How far the lengths are from the real percentiles.
    ///
    /// Between two percentiles the real share is taken to rise evenly with the logarithm of the
    /// length; shorter than the first and longer than the last nothing is known, nor judged. Without a
    /// chain it is 1.
    pub fn from_percentiles(&self) -> f64 {
        if self.lengths.is_empty() {
            return 1.0;
        }
        let (first, last) = (REAL_LENGTHS[0].1, REAL_LENGTHS[REAL_LENGTHS.len() - 1].1);
        let known = self.lengths.iter().copied();
        let known = known.filter(|&metres| metres >= first && metres <= last);
        // Our share jumps at each length: both sides of the jump count.
        let gap = |metres: f64| {
            let shorter = self.lengths.partition_point(|&length| length < metres);
            let below = shorter as f64 / self.lengths.len() as f64;
            let real = real_up_to(metres);
            (self.up_to(metres) - real).abs().max((below - real).abs())
        };
        let ends = REAL_LENGTHS.map(|(_, metres)| metres);
        let at_ends = ends.map(|metres| (self.up_to(metres) - real_up_to(metres)).abs());
        known.map(gap).chain(at_ends).fold(0.0, f64::max)
    }

    /// How far the lengths are from others, which must rise (two samples); 1 if either is empty.
    pub fn apart(&self, others: &[f64]) -> f64 {
        if self.lengths.is_empty() || others.is_empty() {
            return 1.0;
        }
        let part = |rising: &[f64], metres: f64| {
            rising.partition_point(|&length| length <= metres) as f64 / rising.len() as f64
        };
        let all = self.lengths.iter().chain(others);
        let gap = |&metres: &f64| (part(&self.lengths, metres) - part(others, metres)).abs();
        all.map(gap).fold(0.0, f64::max)
    }

    /// Every measure with its range.
    pub fn figures(&self) -> [Figure; 8] {
        let within = |name, found, low, high| Figure {
            name,
            found,
            low,
            high,
        };
        let share = |name, found, real| within(name, found, real - SHARE_OFF, real + SHARE_OFF);
        let density = |name, found, real| {
            let off = real * DENSITY_OFF;
            within(name, found, real - off, real + off)
        };
        [
            share("dead_ends_percent", self.dead_ends, REAL_DEAD_ENDS),
            share("degree_3_percent", self.threes, REAL_THREES),
            share("degree_4_up_percent", self.fours, REAL_FOURS),
            within("lengths_ks", self.from_percentiles(), 0.0, LENGTHS_APART),
            density("mean_length_m", self.mean_m(), REAL_MEAN_M),
            density("junctions_per_km2", self.junctions_per_km2, REAL_JUNCTIONS),
            density("km_per_km2", self.km_per_km2, REAL_KM),
            within("largest_part_percent", self.largest, LARGEST, 100.0),
        ]
    }
}

/// Square kilometres of the box around places in or near the district; 0 for none.
pub fn box_km2(places: impl IntoIterator<Item = Place>) -> f64 {
    let mut places = places.into_iter();
    let Some(first) = places.next() else {
        return 0.0;
    };
    let plane = Plane {
        lon: first.lon,
        lat: first.lat,
    };
    let (mut low, mut high) = ((0.0_f64, 0.0_f64), (0.0_f64, 0.0_f64));
    for place in places {
        let spot = plane.spot(place.lon, place.lat);
        low = (low.0.min(spot.x), low.1.min(spot.y));
        high = (high.0.max(spot.x), high.1.max(spot.y));
    }
    (high.0 - low.0) * (high.1 - low.1) / 1e6
}

/// Real part of the chains that are at most so long, for a length between the percentiles.
fn real_up_to(metres: f64) -> f64 {
    let between = |pair: &&[(f64, f64)]| metres <= pair[1].1;
    let pair = REAL_LENGTHS.windows(2).find(between);
    let [(low, short), (high, long)] = pair.unwrap_or(&REAL_LENGTHS[..2]) else {
        return 1.0;
    };
    (low + (high - low) * (metres / short).ln() / (long / short).ln()) / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_come_from_the_streets_that_meet() {
        // A star of three with a loop on one arm: 1-0, 2-0, 3-0, 3-3.
        let stretch = |a, b, metres| Stretch {
            ends: [a, b],
            metres,
        };
        let star = [
            stretch(0, 1, 30.0),
            stretch(0, 2, 10.0),
            stretch(0, 3, 20.0),
            stretch(3, 3, 140.0),
        ];
        let shape = Shape::new(&star, 0.5, 100.0);
        assert_eq!(
            (shape.dead_ends, shape.threes, shape.fours),
            (50.0, 50.0, 0.0)
        );
        assert_eq!(shape.lengths, [10.0, 20.0, 30.0, 140.0]);
        assert_eq!(
            (shape.mean_m(), shape.junctions_per_km2, shape.km_per_km2),
            (50.0, 4.0, 0.4)
        );
    }

    fn lengths(lengths: Vec<f64>) -> Shape {
        Shape {
            dead_ends: REAL_DEAD_ENDS,
            threes: REAL_THREES,
            fours: REAL_FOURS,
            lengths,
            junctions_per_km2: REAL_JUNCTIONS,
            km_per_km2: REAL_KM,
            largest: 100.0,
        }
    }

    #[test]
    fn two_samples_are_apart_by_their_widest_gap() {
        let shape = lengths(vec![1.0, 2.0, 3.0, 4.0]);
        assert_eq!(shape.apart(&[1.0, 2.0, 3.0, 4.0]), 0.0);
        assert_eq!(shape.apart(&[3.0, 4.0, 5.0, 6.0]), 0.5);
        assert_eq!(shape.apart(&[5.0]), 1.0);
    }

    #[test]
    fn the_percentiles_are_met_exactly_and_missed_by_a_known_gap() {
        assert_eq!(
            REAL_LENGTHS.map(|(_, at)| real_up_to(at)).map(percent),
            [10.0, 25.0, 50.0, 75.0, 90.0, 95.0]
        );
        // All chains are 65 m long: half of the real ones are shorter, and half are longer.
        let equal = lengths(vec![65.0; 1_000]);
        assert!((equal.from_percentiles() - 0.5).abs() < 0.002);
        // A thousand lengths drawn evenly from between the percentiles are no step away.
        let inverse = |part: f64| {
            let pair = REAL_LENGTHS.windows(2).find(|pair| part <= pair[1].0);
            let pair = pair.unwrap_or(&REAL_LENGTHS[4..]);
            let ((low, short), (high, long)) = (pair[0], pair[1]);
            short * (long / short).powf((part - low) / (high - low))
        };
        let even = lengths(
            (0..1_000)
                .map(|n| inverse(f64::from(n) / 10.0 + 0.05))
                .collect(),
        );
        assert!(
            even.from_percentiles() < 0.002,
            "{}",
            even.from_percentiles()
        );
    }

    fn percent(part: f64) -> f64 {
        (part * 1e6).round() / 1e4
    }

    #[test]
    fn a_box_is_as_large_as_the_places_in_it_are_apart() {
        let at = |lon, lat| Place { lon, lat };
        let middle = at(121.4, 31.4);
        let corners = [
            middle,
            middle.moved(-500.0, 1_000.0),
            middle.moved(1_500.0, 0.0),
        ];
        assert!((box_km2(corners) - 2.0).abs() < 1e-4);
        assert_eq!(box_km2([]), 0.0);
    }

    #[test]
    fn nothing_has_no_shape() {
        let nothing = Shape::new(&[], 1.0, 0.0);
        assert!(nothing.figures().iter().all(|figure| !figure.is_near()));
        assert_eq!(nothing.apart(&[1.0]), 1.0);
    }
}
