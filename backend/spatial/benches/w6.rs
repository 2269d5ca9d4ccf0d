//! W6: sparse, contended and dense assignment over walking times.
//!
//! The times are those of a real extract when the feature `osm` is on and `ANLIN_TEST_DATA` names
//! the folder it lies in, else straight lines on a plane.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench times and prints"
)]

use std::hint::black_box;
use std::time::Instant;

use spatial::{Assignment, AssignmentScratch, CandidateLists, CostTable};

const REQUESTS: usize = 1000;
const OFFERS: usize = 5000;
const NEAREST: usize = 32;
const UNSERVED: u32 = 10_000_000;
const ROUNDS: usize = 31;

struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }
}

/// Milliseconds from some places to others.
trait Times {
    fn places(&self) -> usize;
    fn from(&mut self, place: usize) -> Vec<u32>;
}

struct Plane(Vec<(f64, f64)>);

impl Times for Plane {
    fn places(&self) -> usize {
        self.0.len()
    }

    fn from(&mut self, place: usize) -> Vec<u32> {
        let (x, y) = self.0[place];
        let ms = |&(a, b): &(f64, f64)| (((x - a).abs() + (y - b).abs()) / 1.4e-3) as u32;
        self.0.iter().map(ms).collect()
    }
}

#[cfg(feature = "osm")]
struct Streets(spatial::Network, spatial::Scratch, Vec<u32>);

#[cfg(feature = "osm")]
impl Times for Streets {
    fn places(&self) -> usize {
        self.2.len()
    }

    fn from(&mut self, place: usize) -> Vec<u32> {
        let Self(network, scratch, junctions) = self;
        let snap = network.snap(network.node_at(junctions[place])).unwrap();
        let mut ms = vec![UNSERVED; network.summary().nodes];
        for reached in network.reach(scratch, &snap, UNSERVED, 1.4) {
            ms[reached.node as usize] = reached.ms;
        }
        junctions.iter().map(|&node| ms[node as usize]).collect()
    }
}

fn times(dice: &mut Dice) -> (&'static str, Box<dyn Times>) {
    #[cfg(feature = "osm")]
    if let Some(folder) = std::env::var_os("ANLIN_TEST_DATA") {
        let path = std::path::Path::new(&folder).join("oslo-east.osm.pbf");
        if let Ok(file) = std::fs::File::open(path) {
            let graph = spatial::osm::read(file, &mut |_| {}).unwrap().graph;
            let network = spatial::Network::build(graph).unwrap();
            let junctions = network.junctions_in_largest();
            let scratch = spatial::Scratch::new();
            return ("oslo", Box::new(Streets(network, scratch, junctions)));
        }
    }
    let mut metres = |side| dice.below(side) as f64;
    let plane = (0..21_000).map(|_| (metres(8700), metres(6600))).collect();
    ("plane", Box::new(Plane(plane)))
}

fn main() {
    let mut dice = Dice(20_261_123);
    let (name, mut times) = times(&mut dice);
    let mut some =
        |count: usize| -> Vec<usize> { (0..count).map(|_| dice.below(times.places())).collect() };
    let (requests, others, offers) = (some(REQUESTS), some(REQUESTS), some(OFFERS));
    let mut near: Vec<usize> = (0..times.places()).collect();
    let around = times.from(requests[0]);
    near.sort_by_key(|&place| around[place]);
    let mut hot = requests[..REQUESTS / 2].to_vec();
    hot.extend((0..REQUESTS / 2).map(|_| near[dice.below(400)]));

    let mut dense = Vec::new();
    let mut sparse = Vec::new();
    for &request in &requests {
        let from = times.from(request);
        dense.extend(others.iter().map(|&other| from[other]));
        sparse.push(nearest(&from, &offers));
    }
    let contended: Vec<_> = hot
        .iter()
        .map(|&request| nearest(&times.from(request), &offers))
        .collect();
    listed(
        &format!("W6 {name} sparse 1000x5000x32"),
        &sparse,
        &mut dice,
    );
    listed(
        &format!("W6 {name} contended 1000x5000x32"),
        &contended,
        &mut dice,
    );
    tabled(&format!("W6 {name} dense 1000x1000"), dense, &mut dice);
}

fn nearest(from: &[u32], offers: &[usize]) -> Vec<(u32, u32)> {
    let mut all: Vec<(u32, u32)> = (0u32..)
        .zip(offers)
        .map(|(offer, &place)| (offer, from[place] + 1))
        .collect();
    all.select_nth_unstable_by_key(NEAREST, |&(offer, ms)| (ms, offer));
    all.truncate(NEAREST);
    all
}

fn listed(name: &str, rows: &[Vec<(u32, u32)>], dice: &mut Dice) {
    let mut scratch = AssignmentScratch::new();
    let mut answer = Assignment::default();
    let (mut all, mut solved) = (Vec::new(), Vec::new());
    let mut lists = CandidateLists::new(OFFERS).unwrap();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        lists.clear();
        for row in rows {
            lists.push(UNSERVED, row).unwrap();
        }
        let built = Instant::now();
        answer.clear();
        lists.assign(&mut scratch, &mut answer);
        all.push(start.elapsed().as_nanos());
        solved.push(built.elapsed().as_nanos());
        black_box(&answer);
    }
    lists.prove(&answer).unwrap();
    let left_out = (0..rows.len())
        .filter(|&row| answer.column(row).is_none())
        .count();
    println!("{name} cost={} unserved={left_out} (proved)", answer.cost());
    report(&format!("{name} lists and cold"), all);
    report(&format!("{name} cold"), solved);
    let mut warm = Vec::new();
    for _ in 0..ROUNDS {
        // One request in a hundred is another one.
        let mut rows = rows.to_vec();
        for _ in 0..rows.len() / 100 {
            let (old, new) = (dice.below(rows.len()), dice.below(rows.len()));
            rows[old] = rows[new].clone();
        }
        lists.clear();
        rows.iter()
            .for_each(|row| lists.push(UNSERVED, row).unwrap());
        let mut next = answer.clone();
        let start = Instant::now();
        lists.assign(&mut scratch, &mut next);
        warm.push(start.elapsed().as_nanos());
        lists.prove(&next).unwrap();
    }
    report(&format!("{name} warm, 1 % of requests new"), warm);
}

fn tabled(name: &str, costs: Vec<u32>, dice: &mut Dice) {
    let mut scratch = AssignmentScratch::new();
    let mut answer = Assignment::default();
    let table = |costs: Vec<u32>| CostTable::new(REQUESTS, costs, vec![UNSERVED; REQUESTS]);
    let mut solved = Vec::new();
    for _ in 0..ROUNDS {
        let copy = costs.clone();
        let start = Instant::now();
        let table = table(copy).unwrap();
        answer.clear();
        table.assign(&mut scratch, &mut answer);
        solved.push(start.elapsed().as_nanos());
        black_box(&answer);
    }
    table(costs.clone()).unwrap().prove(&answer).unwrap();
    println!("{name} cost={} (proved)", answer.cost());
    report(&format!("{name} table and cold"), solved);
    let mut warm = Vec::new();
    for _ in 0..ROUNDS {
        let mut changed = costs.clone();
        for _ in 0..REQUESTS / 100 {
            let row = dice.below(REQUESTS) * REQUESTS;
            for cost in &mut changed[row..row + REQUESTS] {
                *cost = *cost * 9 / 10 + dice.below(100_000) as u32;
            }
        }
        let table = table(changed).unwrap();
        let mut next = answer.clone();
        let start = Instant::now();
        table.assign(&mut scratch, &mut next);
        warm.push(start.elapsed().as_nanos());
        table.prove(&next).unwrap();
    }
    report(&format!("{name} warm, 1 % of requests new"), warm);
}

fn report(name: &str, mut nanos: Vec<u128>) {
    nanos.sort_unstable();
    let at = |part: usize| nanos[nanos.len() * part / 100] as f64 / 1e6;
    println!(
        "{name:<52} n={} p50={:.3} ms p99={:.3} ms",
        nanos.len(),
        at(50),
        at(99)
    );
}
