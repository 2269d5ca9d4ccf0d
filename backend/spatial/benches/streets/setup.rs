//! Networks, seeded dice and clocks that the benches on streets share.
#![expect(
    clippy::disallowed_methods,
    reason = "a bench measures time; the crate itself has no clock"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use spatial::{InputEdge, InputGraph, InputNode, LonLat, Network};

/// Seeded dice (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to but not including 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From 0 up to but not including `most`.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        (self.roll() % most as u64) as usize
    }
}

/// The extracts under `$ANLIN_TEST_DATA` that `$ANLIN_BENCH_NETWORKS` names (Oslo by default),
/// or a generated town where there are none.
pub(crate) fn networks() -> Vec<(String, Network)> {
    let wanted = std::env::var("ANLIN_BENCH_NETWORKS").unwrap_or_else(|_| "oslo-east".to_owned());
    let found: Vec<_> = wanted.split(',').filter_map(extract).collect();
    if found.is_empty() {
        return vec![("generated town, 140 x 140".to_owned(), town(140))];
    }
    found
}

#[cfg(feature = "osm")]
fn extract(name: &str) -> Option<(String, Network)> {
    let folder = std::env::var_os("ANLIN_TEST_DATA")?;
    let path = std::path::PathBuf::from(folder).join(format!("{name}.osm.pbf"));
    let extract = spatial::osm::read(std::fs::File::open(path).ok()?, &mut |_| {}).ok()?;
    Some((name.to_owned(), Network::build(extract.graph).ok()?))
}

#[cfg(not(feature = "osm"))]
fn extract(_: &str) -> Option<(String, Network)> {
    None
}

/// Blocks of about 60 m, shaken, with a fifth of the streets missing.
fn town(side: u32) -> Network {
    let mut dice = Dice(7);
    let mut graph = InputGraph::default();
    for place in 0..side * side {
        let mut shake = |step: u32| (f64::from(step) + dice.unit() * 0.6) * 60.0 / 111_195.0;
        let (lon, lat) = (shake(place % side), shake(place / side));
        let at = LonLat::new(lon, lat).expect("a town at the equator");
        graph.nodes.push(InputNode {
            id: i64::from(place),
            at,
        });
    }
    for a in 0..side * side {
        for (b, inside) in [
            (a + 1, a % side + 1 < side),
            (a + side, a / side + 1 < side),
        ] {
            if inside && dice.unit() < 0.8 {
                graph.edges.push(InputEdge {
                    a,
                    b,
                    way_id: graph.edges.len() as i64,
                    segment: 0,
                    attributes: spatial::EdgeAttributes::default(),
                });
            }
        }
    }
    Network::build(graph).expect("edges between nodes")
}

/// What a job returns and how long it took.
pub(crate) fn timed<T>(job: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let result = black_box(job());
    (result, begin.elapsed())
}

/// Milliseconds of a duration.
pub(crate) fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// The value below which so many hundredths of a sorted list lie.
pub(crate) fn percentile(sorted: &[Duration], hundredths: usize) -> Duration {
    sorted
        .get((sorted.len() * hundredths / 100).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or_default()
}
