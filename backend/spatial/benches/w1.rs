//! W1: the eight nearest eligible points in a straight line, while points move.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench times and prints"
)]

use std::hint::black_box;
use std::time::Instant;

use spatial::{Class, Classes, LonLat, StraightIndex, StraightScratch};

/// Side of the square district, metres.
const SIDE_M: f64 = 25_000.0;
const SOUTH_WEST: (f64, f64) = (121.3, 31.2);
const QUESTIONS: usize = 10_000;
const K: usize = 8;

struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn unit(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Seven in ten points around 30 centres, the others anywhere.
    fn points(&mut self, count: usize) -> Vec<(f64, f64)> {
        let centres: Vec<_> = (0..30).map(|_| (self.unit(), self.unit())).collect();
        let mut points = Vec::with_capacity(count);
        for _ in 0..count {
            if self.unit() < 0.7 {
                let (x, y) = centres[self.roll() as usize % 30];
                let mut aside = |middle: f64| {
                    let bell: f64 = (0..4).map(|_| self.unit()).sum::<f64>() - 2.0;
                    (middle + bell * 1500.0 / SIDE_M).rem_euclid(1.0)
                };
                points.push((aside(x), aside(y)));
            } else {
                points.push((self.unit(), self.unit()));
            }
        }
        points
    }
}

fn position((x, y): (f64, f64)) -> LonLat {
    let (lon, lat) = SOUTH_WEST;
    LonLat::new(lon + x * SIDE_M / 95_200.0, lat + y * SIDE_M / 111_320.0).unwrap()
}

fn main() {
    for points in [10_000, 100_000, 1_000_000] {
        for share in [1.0, 0.2, 0.01] {
            workload(points, share);
        }
    }
}

fn workload(count: usize, share: f64) {
    let mut dice = Dice(88_172_645_463_325_252);
    let mut places = dice.points(count);
    let questions: Vec<LonLat> = dice.points(QUESTIONS).into_iter().map(position).collect();
    let everyone = Class::new(0).unwrap();
    let eligible = Class::new(1).unwrap();
    let bounds = (position((0.0, 0.0)), position((1.0, 1.0)));
    let mut index = StraightIndex::new(bounds, count);
    for (id, &place) in (0u32..).zip(&places) {
        let mut classes = Classes::NONE.with(everyone);
        if dice.unit() < share {
            classes = classes.with(eligible);
        }
        index.insert(id, position(place), classes).unwrap();
    }
    let mut scratch = StraightScratch::new();
    let (mut asked, mut moved) = (Vec::new(), Vec::new());
    for (turn, &at) in questions.iter().chain(&questions).enumerate() {
        // A move before every question: far more than 10,000 a second.
        let id = (turn * 7919) % count;
        let (x, y) = places[id];
        places[id] = ((x + 7.0 / SIDE_M).min(1.0), (y + 3.0 / SIDE_M).min(1.0));
        let to = position(places[id]);
        let start = Instant::now();
        index.move_to(id as u32, to);
        moved.push(start.elapsed().as_nanos() as u64);
        let start = Instant::now();
        black_box(index.nearest(&mut scratch, at, eligible, K));
        asked.push(start.elapsed().as_nanos() as u64);
    }
    let name = format!("W1 N={count} eligible={share} k={K}");
    report(&format!("{name} nearest"), asked.split_off(QUESTIONS));
    report(&format!("{name} move"), moved.split_off(QUESTIONS));
    throughput(&name, &index, &questions);
}

fn report(name: &str, mut nanos: Vec<u64>) {
    nanos.sort_unstable();
    let at = |part: usize| nanos[nanos.len() * part / 100];
    println!(
        "{name:<44} n={} p50={} ns p99={} ns",
        nanos.len(),
        at(50),
        at(99)
    );
}

fn throughput(name: &str, index: &StraightIndex, questions: &[LonLat]) {
    let class = Class::new(1).unwrap();
    let mut scratch = StraightScratch::new();
    let start = Instant::now();
    for &at in questions {
        black_box(index.nearest(&mut scratch, at, class, K));
    }
    let each = start.elapsed().as_nanos() as usize / questions.len();
    println!(
        "{:<44} n={} mean={each} ns",
        format!("{name} in a row"),
        questions.len()
    );
}
