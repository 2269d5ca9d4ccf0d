use super::*;

/// Metres by which an area of a smaller limit may reach beyond that of a larger one.
const NESTED_M: f64 = 4.0;

/// A plane in metres around a position.
pub(super) struct Flat {
    at: LonLat,
}

impl Flat {
    pub(super) fn place(&self, at: LonLat) -> [f64; 2] {
        let degree = 111_195.080_233_532_9;
        let squeeze = self.at.lat().to_radians().cos();
        [
            (at.lon() - self.at.lon()) * degree * squeeze,
            (at.lat() - self.at.lat()) * degree,
        ]
    }
}

fn to_line([x, y]: [f64; 2], ([ax, ay], [bx, by]): ([f64; 2], [f64; 2])) -> f64 {
    let (dx, dy) = (bx - ax, by - ay);
    let square = dx * dx + dy * dy;
    let part = if square > 0.0 {
        (((x - ax) * dx + (y - ay) * dy) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (ax + part * dx - x).hypot(ay + part * dy - y)
}

impl Asked<'_> {
    /// The reached parts of all streets, whole edges and partly reached ones.
    fn reached_lines(
        &self,
        scratch: &mut IsochroneScratch,
        flat: &Flat,
    ) -> Vec<([f64; 2], [f64; 2])> {
        let partly = self
            .map
            .partly_reached(scratch, &self.origin, self.limit_ms, SPEED);
        let is_partly: std::collections::BTreeSet<u32> =
            partly.iter().map(|part| part.edge).collect();
        let nodes: std::collections::BTreeSet<u32> =
            self.plain().iter().map(|found| found.node).collect();
        let line = |edge: u32, from: f64, to: f64| {
            let (a, b) = self.network.ends(&self.network.edges[edge as usize]);
            (flat.place(a.towards(b, from)), flat.place(a.towards(b, to)))
        };
        let whole = (0u32..).zip(&self.network.edges).filter(|(index, edge)| {
            !is_partly.contains(index) && nodes.contains(&edge.a) && nodes.contains(&edge.b)
        });
        let mut lines: Vec<_> = whole.map(|(index, _)| line(index, 0.0, 1.0)).collect();
        lines.extend(
            partly
                .iter()
                .map(|part| line(part.edge, part.from, part.to)),
        );
        lines
    }

    /// Asserts everything an area promises; `around` are positions to test besides the nodes.
    pub(super) fn check_area(&self, scratch: &mut IsochroneScratch, around: &[LonLat]) {
        let flat = Flat { at: self.origin.at };
        let lines = self.reached_lines(scratch, &flat);
        let area = self
            .map
            .areas(scratch, &self.origin, &[self.limit_ms], SPEED)
            .next()
            .unwrap();
        for found in self.plain() {
            assert!(
                area.contains(self.network.node_at(found.node)),
                "{}",
                found.node
            );
        }
        for &(from, to) in &lines {
            for part in [0.0, 0.5, 1.0] {
                let [x, y] = [0, 1].map(|axis| from[axis] + part * (to[axis] - from[axis]));
                assert!(area.contains(unplace(&flat, [x, y])), "{x} {y}");
            }
        }
        let nodes = (0..self.network.ids.len() as u32).map(|node| self.network.node_at(node));
        for at in nodes.chain(around.iter().copied()) {
            if area.contains(at) {
                let place = flat.place(at);
                let near = lines.iter().any(|&line| to_line(place, line) <= BESIDE_M);
                assert!(near, "{at:?}");
            }
        }
        check_rings(area);
    }
}

fn unplace(flat: &Flat, [x, y]: [f64; 2]) -> LonLat {
    let degree = 111_195.080_233_532_9;
    let squeeze = flat.at.lat().to_radians().cos();
    LonLat::new(
        flat.at.lon() + x / degree / squeeze,
        flat.at.lat() + y / degree,
    )
    .unwrap()
}

type Side = ([i64; 2], [i64; 2]);

fn turn(a: [i64; 2], b: [i64; 2], c: [i64; 2]) -> i64 {
    ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).signum()
}

/// Whether two sides share any point.
fn meet((a, b): Side, (c, d): Side) -> bool {
    let boxed = |axis: usize| {
        a[axis].max(b[axis]) >= c[axis].min(d[axis]) && c[axis].max(d[axis]) >= a[axis].min(b[axis])
    };
    boxed(0) && boxed(1) && turn(a, b, c) * turn(a, b, d) <= 0 && turn(c, d, a) * turn(c, d, b) <= 0
}

/// Rings are simple, do not touch each other, turn the right way, and holes lie in their polygon.
pub(super) fn check_rings(area: Area<'_>) {
    let mut sides: Vec<(Side, usize, usize, usize)> = Vec::new();
    let mut outer: Vec<[i64; 2]> = Vec::new();
    for (number, (is_hole, ring)) in area.rings().enumerate() {
        let ring: Vec<[i64; 2]> = ring.iter().map(|place| place.map(i64::from)).collect();
        assert!(ring.len() >= 3);
        let count = ring.len();
        let doubled: i64 = (0..count)
            .map(|place| {
                let (from, to) = (ring[place], ring[(place + 1) % count]);
                (from[0] - ring[0][0]) * (to[1] - ring[0][1])
                    - (to[0] - ring[0][0]) * (from[1] - ring[0][1])
            })
            .sum();
        assert_eq!(doubled < 0, is_hole);
        for place in 0..count {
            sides.push((
                (ring[place], ring[(place + 1) % count]),
                number,
                place,
                count,
            ));
        }
        if is_hole {
            assert!(
                ring.iter().all(|&place| is_within(place, &outer)),
                "{ring:?}"
            );
        } else {
            outer = ring;
        }
    }
    sides.sort_by_key(|((a, b), ..)| a[0].min(b[0]));
    for (index, &(side, ring, place, count)) in sides.iter().enumerate() {
        let east = side.0[0].max(side.1[0]);
        for &(other, other_ring, other_place, _) in &sides[index + 1..] {
            if other.0[0].min(other.1[0]) > east {
                break;
            }
            let next = ring == other_ring && [1, count - 1].contains(&place.abs_diff(other_place));
            if next {
                // They share one corner and nothing else.
                let (corner, a, b) = if side.1 == other.0 {
                    (side.1, side.0, other.1)
                } else {
                    (side.0, side.1, other.0)
                };
                let back = turn(corner, a, b) == 0
                    && (a[0] - corner[0]) * (b[0] - corner[0])
                        + (a[1] - corner[1]) * (b[1] - corner[1])
                        > 0;
                assert!(!back && a != corner && b != corner);
            } else {
                assert!(!meet(side, other), "{side:?} {other:?}");
            }
        }
    }
}

fn is_within([x, y]: [i64; 2], ring: &[[i64; 2]]) -> bool {
    let mut inside = false;
    for place in 0..ring.len() {
        let ([ax, ay], [bx, by]) = (ring[place], ring[(place + 1) % ring.len()]);
        let over = (ay > y) != (by > y);
        if over && (x as f64) < ax as f64 + (y - ay) as f64 * (bx - ax) as f64 / (by - ay) as f64 {
            inside = !inside;
        }
    }
    inside
}

#[test]
fn an_area_holds_what_is_reached_and_nothing_far_from_it() {
    let mut scratch = IsochroneScratch::new();
    for seed in 0..80 {
        let mut dice = Dice::new(seed);
        let edges = 60 + dice.below(300);
        let network = dice.network(150, edges);
        let map = Isochrones::build(&network);
        let around: Vec<LonLat> = (0..300).map(|_| dice.position(0.03, 0.02)).collect();
        for _ in 0..3 {
            let origin = network.snap(dice.position(0.03, 0.02)).unwrap();
            for limit_ms in [1_000, 200_000, 500_000, 900_000, 3_000_000] {
                Asked {
                    network: &network,
                    map: &map,
                    origin,
                    limit_ms,
                }
                .check_area(&mut scratch, &around);
            }
        }
    }
}

/// Larger limits, asked for at once, give areas that hold those of smaller ones.
pub(super) fn check_growth(map: &Isochrones, origin: &Snap, scratch: &mut IsochroneScratch) {
    let limits_ms = [900_000, 300_000, 600_000];
    let areas: Vec<Area<'_>> = map.areas(scratch, origin, &limits_ms, SPEED).collect();
    assert_eq!(areas.len(), 3);
    let flat = Flat { at: origin.at };
    for pair in areas.windows(2) {
        assert!(pair[0].square_metres() <= pair[1].square_metres() + 1.0);
        let degrees =
            |[lon, lat]: [i32; 2]| LonLat::new(f64::from(lon) / 1e6, f64::from(lat) / 1e6).unwrap();
        for (_, ring) in pair[0].rings() {
            for &place in ring {
                let at = degrees(place);
                let near = || {
                    pair[1].rings().any(|(_, ring)| {
                        (0..ring.len()).any(|side| {
                            let to = (side + 1) % ring.len();
                            let line = [ring[side], ring[to]].map(|end| flat.place(degrees(end)));
                            to_line(flat.place(at), (line[0], line[1])) <= NESTED_M
                        })
                    })
                };
                assert!(pair[1].contains(at) || near());
            }
        }
    }
    areas.into_iter().for_each(check_rings);
}

#[test]
fn areas_grow_with_the_minutes() {
    let mut scratch = IsochroneScratch::new();
    for seed in 100..140 {
        let mut dice = Dice::new(seed);
        let network = dice.network(150, 260);
        let map = Isochrones::build(&network);
        for _ in 0..4 {
            let origin = network.snap(dice.position(0.03, 0.02)).unwrap();
            check_growth(&map, &origin, &mut scratch);
        }
    }
}

#[test]
fn a_block_is_a_hole_and_an_island_a_polygon_of_its_own() {
    let side = "-".repeat(27);
    let wall = format!("|{}|\n", " ".repeat(27)).repeat(27);
    let map = Drawn::new(&format!("a{side}b\n{wall}c{side}d"));
    let network = map.network();
    let prepared = Isochrones::build(&network);
    let origin = network.snap(map.at('a')).unwrap();
    let mut scratch = IsochroneScratch::new();
    let mut areas = prepared.areas(&mut scratch, &origin, &[2_000_000], 1.0);
    let area = areas.next().unwrap();
    let kinds: Vec<bool> = area.rings().map(|(is_hole, _)| is_hole).collect();
    assert_eq!(kinds, [false, true]);
    // A street of 4 x 280 m, 40 m to each side, its outer corners rounded.
    let expected = 4.0 * 280.0 * 80.0;
    assert!(
        (area.square_metres() / expected - 1.0).abs() < 0.05,
        "{}",
        area.square_metres()
    );
    assert!(!area.contains(map.beside('a', 140.0, -140.0)));
    assert!(area.contains(map.beside('a', 140.0, 20.0)));
}

#[test]
fn geojson_is_closed_and_in_order() {
    let map = Drawn::new("a--b--c");
    let network = map.network();
    let prepared = Isochrones::build(&network);
    let origin = network.snap(map.at('a')).unwrap();
    let mut scratch = IsochroneScratch::new();
    let texts: Vec<String> = prepared
        .areas(&mut scratch, &origin, &[40_000], 1.0)
        .map(|area| area.geojson())
        .collect();
    let text = &texts[0];
    let ring = text
        .strip_prefix(r#"{"type":"MultiPolygon","coordinates":[[["#)
        .and_then(|rest| rest.strip_suffix("]]]}"))
        .unwrap();
    let places: Vec<&str> = ring
        .split("],[")
        .map(|place| place.trim_matches(['[', ']']))
        .collect();
    assert!(places.len() > 6);
    assert_eq!(places.first(), places.last());
    for place in places {
        let (lon, lat) = place.split_once(',').unwrap();
        let at = LonLat::new(lon.parse().unwrap(), lat.parse().unwrap()).unwrap();
        // The street runs east from the origin of degrees.
        assert!(at.lon() > -0.001 && at.lon() < 0.002 && at.lat().abs() < 0.001);
    }
}
