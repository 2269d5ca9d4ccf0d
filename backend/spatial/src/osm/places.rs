//! Which objects are places, and where an area lies.

use super::rules::{Tags, value};
use crate::LonLat;

/// Keys that make a place with any value but `no`.
const KEYS: [&str; 12] = [
    "amenity",
    "craft",
    "emergency",
    "healthcare",
    "leisure",
    "office",
    "place",
    "public_transport",
    "shop",
    "social_facility",
    "sport",
    "tourism",
];

/// Keys of which only some values make a place.
const VALUES: [(&str, &[&str]); 4] = [
    ("highway", &["bus_stop"]),
    (
        "railway",
        &["station", "halt", "tram_stop", "subway_entrance"],
    ),
    (
        "building",
        &[
            "apartments",
            "bungalow",
            "detached",
            "dormitory",
            "hospital",
            "house",
            "residential",
            "semidetached_house",
            "terrace",
        ],
    ),
    (
        "landuse",
        &[
            "civic_admin",
            "commercial",
            "education",
            "institutional",
            "residential",
            "retail",
        ],
    ),
];

/// Whether something is a place.
pub(super) fn is_place(tags: &Tags) -> bool {
    KEYS.iter()
        .any(|key| value(tags, key).is_some_and(|value| value != "no"))
        || VALUES
            .iter()
            .any(|(key, values)| value(tags, key).is_some_and(|value| values.contains(&value)))
}

/// The middle of a way: the centroid of a ring, the mean of the points of a line.
///
/// None without points. Computed in the plane of degrees around the first point.
pub(super) fn middle(points: &[LonLat]) -> Option<LonLat> {
    let first = *points.first()?;
    let relative: Vec<(f64, f64)> = points
        .iter()
        .map(|at| (at.lon() - first.lon(), at.lat() - first.lat()))
        .collect();
    let is_ring = points.len() > 3 && points.last() == Some(&first);
    let (x, y) = is_ring
        .then(|| centroid(&relative))
        .flatten()
        .unwrap_or_else(|| {
            // The last point of a ring is its first once more.
            let distinct = &relative[..relative.len() - usize::from(is_ring)];
            let count = distinct.len() as f64;
            let (x, y) = distinct
                .iter()
                .fold((0.0, 0.0), |(x, y), point| (x + point.0, y + point.1));
            (x / count, y / count)
        });
    LonLat::new(first.lon() + x, first.lat() + y).ok()
}

/// The centroid of a ring that begins and ends at 0, 0; None if it has no area worth the name.
fn centroid(ring: &[(f64, f64)]) -> Option<(f64, f64)> {
    let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
    for pair in ring.windows(2) {
        let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
        let cross = ax * by - bx * ay;
        area += cross;
        x += (ax + bx) * cross;
        y += (ay + by) * cross;
    }
    // Below about a square centimetre the quotient is only rounding; it may also fold to nothing.
    (area.abs() > 1e-14).then(|| (x / (3.0 * area), y / (3.0 * area)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(key: &str, value: &str) -> Vec<(String, String)> {
        vec![
            ("name".to_owned(), "x".to_owned()),
            (key.to_owned(), value.to_owned()),
        ]
    }

    #[test]
    fn places_are_told_by_their_tags() {
        let yes = [
            ("amenity", "clinic"),
            ("shop", "yes"),
            ("leisure", "park"),
            ("highway", "bus_stop"),
            ("building", "apartments"),
            ("landuse", "residential"),
            ("railway", "subway_entrance"),
            ("social_facility", "day_care"),
        ];
        for (key, value) in yes {
            assert!(is_place(&tags(key, value)), "{key}={value}");
        }
        let no = [
            ("amenity", "no"),
            ("highway", "footway"),
            ("building", "yes"),
            ("natural", "tree"),
        ];
        for (key, value) in no {
            assert!(!is_place(&tags(key, value)), "{key}={value}");
        }
    }

    fn points(corners: &[(f64, f64)]) -> Vec<LonLat> {
        corners
            .iter()
            .map(|&(lon, lat)| LonLat::new(lon, lat).unwrap())
            .collect()
    }

    fn check(corners: &[(f64, f64)], expected: (f64, f64)) {
        let at = middle(&points(corners)).unwrap();
        assert!((at.lon() - expected.0).abs() < 1e-9, "{at:?}");
        assert!((at.lat() - expected.1).abs() < 1e-9, "{at:?}");
    }

    #[test]
    fn areas_lie_at_their_centroid_and_lines_in_their_middle() {
        check(&[(9.0, 4.0)], (9.0, 4.0));
        check(&[(9.0, 4.0), (9.2, 4.0)], (9.1, 4.0));
        // The extra corner on one side would pull a mean, not a centroid.
        let square = [
            (9.0, 4.0),
            (9.01, 4.0),
            (9.02, 4.0),
            (9.02, 4.02),
            (9.0, 4.02),
            (9.0, 4.0),
        ];
        check(&square, (9.01, 4.01));
        let l_shape = [
            (0.0, 0.0),
            (0.02, 0.0),
            (0.02, 0.01),
            (0.01, 0.01),
            (0.01, 0.02),
            (0.0, 0.02),
            (0.0, 0.0),
        ];
        check(&l_shape, (0.025 / 3.0, 0.025 / 3.0));
        // A ring folded flat has no area, and is treated as a line without its repeated end.
        check(
            &[(9.0, 4.0), (9.1, 4.0), (9.2, 4.0), (9.0, 4.0)],
            (9.1, 4.0),
        );
        assert_eq!(middle(&[]), None);
    }
}
