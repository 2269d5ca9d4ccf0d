//! How many frames a second one core finds and decodes, per protocol, over its invented samples:
//! all of them, and the slowest and quickest single one. Counted in time on the processor, so that a
//! busy machine does not look like a slow decoder. `cargo bench -p ingest --bench decode`.
#![expect(clippy::print_stdout, reason = "a bench prints")]

use std::hint::black_box;

use ingest::registry::CODECS;
use ingest::{Codec, Envelope, Progress};

/// Frames of one measurement.
const FRAMES: usize = 100_000;

/// Nanoseconds this thread has run so far; None where the system does not tell.
fn thread_ns() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_ascii_whitespace().next()?.parse().ok()
}

/// Found and decoded a second, the best of three.
fn rate(codec: &Codec, frames: &[Vec<u8>]) -> Option<f64> {
    let envelope = Envelope::default();
    let mut best = 0.0_f64;
    for _ in 0..3 {
        let before = thread_ns()?;
        for frame in frames.iter().cycle().take(FRAMES) {
            black_box((codec.split)(black_box(frame), &mut Progress::default()));
            black_box((codec.decode)(black_box(frame), &envelope)).ok();
        }
        let took = (thread_ns()? - before) as f64 / 1e9;
        best = best.max(FRAMES as f64 / took);
    }
    Some(best)
}

fn main() {
    println!(
        "{:<14} {:>12} {:>12} {:>12}",
        "frames/s/core", "all", "slowest", "quickest"
    );
    for codec in CODECS {
        let samples = (codec.samples)();
        let single = samples
            .iter()
            .map(|sample| rate(codec, std::slice::from_ref(sample)));
        let (Some(mut single), Some(all)) =
            (single.collect::<Option<Vec<_>>>(), rate(codec, &samples))
        else {
            println!("this system does not tell how long a thread ran");
            return;
        };
        single.sort_unstable_by(f64::total_cmp);
        let name = codec.protocol.as_str();
        let (slowest, quickest) = (single[0], single[single.len() - 1]);
        println!("{name:<14} {all:>12.0} {slowest:>12.0} {quickest:>12.0}");
    }
}
