use proptest::prelude::*;

use super::*;
use crate::haversine_m;
use crate::oracle::Dice;

fn at(lon: f64, lat: f64) -> LonLat {
    LonLat::new(lon, lat).unwrap()
}

fn class(number: u8) -> Class {
    Class::new(number).unwrap()
}

/// All points of a class by the rule written out once more.
#[derive(Default)]
struct Plain(Vec<Option<(LonLat, Classes)>>);

impl Plain {
    fn set(&mut self, id: u32, point: Option<(LonLat, Classes)>) {
        if self.0.len() <= id as usize {
            self.0.resize(id as usize + 1, None);
        }
        self.0[id as usize] = point;
    }

    fn nearest(&self, from: LonLat, class: Class, k: usize) -> Vec<FoundPoint> {
        let points = (0u32..).zip(&self.0);
        let mut all: Vec<(u64, u32)> = points
            .filter_map(|(id, point)| Some((id, (*point)?)))
            .filter(|(_, (_, classes))| classes.contains(class))
            .map(|(id, (at, _))| {
                (
                    (haversine_m(from, at.rounded()) * 1000.0).round() as u64,
                    id,
                )
            })
            .collect();
        all.sort_unstable();
        all.truncate(k);
        let found = |(mm, id)| FoundPoint {
            id,
            metres: mm as f64 / 1000.0,
        };
        all.into_iter().map(found).collect()
    }
}

/// Points of the index and of the plain list, kept the same.
struct Both {
    index: StraightIndex,
    plain: Plain,
    scratch: StraightScratch,
}

impl Both {
    fn new(bounds: (LonLat, LonLat)) -> Self {
        Self {
            index: StraightIndex::new(bounds, 100),
            plain: Plain::default(),
            scratch: StraightScratch::new(),
        }
    }

    fn insert(&mut self, id: u32, at: LonLat, classes: Classes) {
        self.index.insert(id, at, classes).unwrap();
        self.plain.set(id, Some((at, classes)));
    }

    fn move_to(&mut self, id: u32, at: LonLat) {
        let classes = self.index.classes_of(id);
        assert_eq!(self.index.move_to(id, at), classes != Classes::NONE);
        if classes != Classes::NONE {
            self.plain.set(id, Some((at, classes)));
        }
    }

    fn remove(&mut self, id: u32) {
        let held = self.index.classes_of(id) != Classes::NONE;
        assert_eq!(self.index.remove(id), held);
        self.plain.set(id, None);
    }

    fn check(&mut self, from: LonLat, class: Class, k: usize) {
        let expected = self.plain.nearest(from, class, k);
        let found = self.index.nearest(&mut self.scratch, from, class, k);
        assert_eq!(found, expected, "{k} from {from:?}");
    }
}

/// Positions over a box: evenly, around a few places, or on a coarse raster with many ties.
fn position(dice: &mut Dice, kind: usize, (width, height): (f64, f64)) -> (f64, f64) {
    let mut unit = || match kind {
        0 => dice.unit(),
        1 => (dice.below(4) as f64 / 3.0 + (dice.unit() - 0.5) * 0.05).clamp(0.0, 1.0),
        _ => dice.below(7) as f64 / 6.0,
    };
    (unit() * width, unit() * height)
}

fn classes(dice: &mut Dice) -> Classes {
    let numbers = [(0, 1.0), (5, 0.5), (63, 0.05)];
    let drawn = numbers
        .into_iter()
        .filter(|&(_, share)| dice.unit() < share);
    drawn.map(|(number, _)| class(number)).collect()
}

#[test]
fn moving_points_are_found_as_by_trying_all() {
    let mut dice = Dice::new(51);
    // A district, a city far north, a strip, and a box across the 180th meridian.
    let boxes = [
        (121.3, 31.2, 0.26, 0.22),
        (10.6, 71.0, 0.3, 0.1),
        (5.0, -40.0, 1.0, 0.0001),
        (179.9, 10.0, 0.2, 0.2),
    ];
    for (number, (west, south, width, height)) in boxes.into_iter().enumerate() {
        let place = |dice: &mut Dice, kind| {
            let (x, y) = position(dice, kind, (width * 1.2, height * 1.2));
            let lon = west + x - 0.1 * width;
            let lon = if lon > 180.0 { lon - 360.0 } else { lon };
            at(lon, south + y - 0.1 * height)
        };
        let east = if west + width > 180.0 {
            -179.9
        } else {
            west + width
        };
        let mut both = Both::new((at(west, south), at(east, south + height)));
        for round in 0..6_000 {
            let kind = (round / 50 + number) % 3;
            let id = dice.below(1500) as u32;
            let to = place(&mut dice, kind);
            match dice.below(10) {
                0..5 => {
                    let classes = classes(&mut dice);
                    both.insert(id, to, classes);
                }
                5..9 => both.move_to(id, to),
                _ => both.remove(id),
            }
            if round % 4 == 0 {
                let k = [1, 3, 8, 8, 8, 40, 400, 5000][dice.below(8)];
                let from = place(&mut dice, kind);
                both.check(from, class([0, 5, 63, 7][dice.below(4)]), k);
            }
        }
        for id in 0..1500 {
            both.remove(id);
            if id % 40 == 0 {
                let from = place(&mut dice, 0);
                both.check(from, class(0), 8);
            }
        }
        assert_eq!(both.index.count(class(0)), 0);
    }
}

#[test]
fn points_and_questions_may_be_far_outside() {
    let mut dice = Dice::new(52);
    let mut both = Both::new((at(121.0, 31.0), at(121.2, 31.2)));
    for id in 0..400u32 {
        let reach = [0.1, 3.0, 40.0, 58.0][id as usize % 4];
        let lon = 121.1 + (dice.unit() - 0.5) * 2.0 * reach;
        let lat = 31.1 + (dice.unit() - 0.5) * 2.0 * reach;
        both.insert(id, at(lon, lat), Classes::NONE.with(class(0)));
    }
    for _ in 0..600 {
        let from = at(dice.unit() * 360.0 - 180.0, dice.unit() * 180.0 - 90.0);
        both.check(from, class(0), 1 + dice.below(20));
        let near = at(119.0 + dice.unit() * 4.0, 29.0 + dice.unit() * 4.0);
        both.check(near, class(0), 1 + dice.below(20));
    }
    for (lon, lat) in [(180.0, 0.0), (-180.0, 0.0), (0.0, 90.0), (-58.9, -31.1)] {
        both.check(at(lon, lat), class(0), 5);
    }
}

#[test]
fn where_the_count_of_longitudes_is_cut_nothing_is_lost() {
    let mut dice = Dice::new(53);
    let mut both = Both::new((at(10.0, 50.0), at(10.2, 50.2)));
    // Half a turn from the middle of the bounds, on both sides.
    for id in 0..300 {
        let to = at(-169.9 + (dice.unit() - 0.5) * 0.2, 50.1 + dice.unit() * 0.1);
        both.insert(id, to, Classes::NONE.with(class(1)));
    }
    for _ in 0..200 {
        let from = at(-169.9 + (dice.unit() - 0.5) * 0.2, 50.1 + dice.unit() * 0.1);
        both.check(from, class(1), 7);
    }
}

#[test]
fn ten_thousand_at_one_point_come_by_rising_id() {
    let mut both = Both::new((at(121.0, 31.0), at(121.2, 31.2)));
    for id in (0..10_000).rev() {
        both.insert(id, at(121.05, 31.1), Classes::NONE.with(class(0)));
    }
    for k in [1, 8, 100, 9_999, 10_000, 20_000] {
        both.check(at(121.06, 31.1), class(0), k);
        both.check(at(121.05, 31.1), class(0), k);
    }
    for id in 0..9_000 {
        both.move_to(id, at(121.15, 31.15));
    }
    both.check(at(121.06, 31.1), class(0), 8);
}

#[test]
fn asking_for_nothing_or_nobody_is_an_answer() {
    let mut both = Both::new((at(7.0, 7.0), at(7.0, 7.0)));
    both.check(at(7.0, 7.0), class(0), 8);
    both.insert(3, at(7.0, 7.0), Classes::NONE.with(class(2)));
    both.check(at(7.0, 7.0), class(2), 0);
    both.check(at(7.0, 7.0), class(2), 1);
    both.check(at(7.0, 7.0), class(2), usize::MAX);
    both.check(at(7.0, 7.0), class(0), 8);
    both.insert(3, at(8.0, 7.0), Classes::NONE);
    both.check(at(7.0, 7.0), class(2), 1);
    assert!(!both.index.remove(3) && !both.index.remove(77));
    assert!(!both.index.move_to(99, at(1.0, 1.0)));
    // South and north exchanged are a thin box, not a panic.
    let mut turned = Both::new((at(7.0, 8.0), at(6.0, 7.0)));
    for id in 0..100 {
        turned.insert(
            id,
            at(6.0 + f64::from(id) * 0.01, 7.5),
            Classes::NONE.with(class(2)),
        );
    }
    turned.check(at(6.503, 7.5), class(2), 4);
}

#[test]
fn ids_and_classes_have_limits() {
    let mut index = StraightIndex::new((at(0.0, 0.0), at(1.0, 1.0)), usize::MAX);
    let everyone = Classes::NONE.with(class(0));
    let refused = index.insert(POINT_IDS, at(0.0, 0.0), everyone);
    assert_eq!(refused, Err(StraightError::Id(POINT_IDS)));
    assert_eq!(index.insert(POINT_IDS - 1, at(0.0, 0.0), everyone), Ok(()));
    assert_eq!(Class::new(64), None);
    let both: Classes = [class(63), class(0)].into_iter().collect();
    assert_eq!(both.iter().collect::<Vec<_>>(), [class(0), class(63)]);
    assert!(!both.contains(class(62)));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_points_anywhere_are_found_as_by_trying_all(
        corners in ((-180.0..=180.0, -90.0..=90.0), (-180.0..=180.0, -90.0..=90.0)),
        points in prop::collection::vec(
            (0u32..60, -180.0..=180.0f64, -90.0..=90.0f64, 0u8..6), 0..120),
        spread in prop::sample::select(vec![1.0, 0.01, 1e-4, 1e-7]),
        from in (-180.0..=180.0f64, -90.0..=90.0f64),
        k in 0usize..70,
    ) {
        let ((west, south), (east, north)) = corners;
        let mut both = Both::new((at(west, south), at(east, north)));
        for (id, lon, lat, kind) in points {
            let to = at(lon * spread, lat * spread);
            match kind {
                0..4 => both.insert(id, to, Classes::NONE.with(class(kind / 2))),
                4 => both.move_to(id, to),
                _ => both.remove(id),
            }
        }
        both.check(at(from.0 * spread, from.1 * spread), class(0), k);
        both.check(at(from.0, from.1), class(1), k);
    }
}
