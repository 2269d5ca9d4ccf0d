//! How many frames a second one core finds and decodes, per protocol, over its invented samples:
//! all of them, the slowest and the quickest single one, and how long one frame takes. Rates are
//! counted in time on the processor, so that a busy machine does not look like a slow decoder.
//! Beside them stand what copying the same bytes takes and how often decoding allocates beyond the
//! event. `cargo bench -p ingest --bench decode`.
#![expect(clippy::print_stdout, reason = "a bench prints")]
#![expect(clippy::disallowed_methods, reason = "a bench measures")]

use std::alloc::System;
use std::hint::black_box;
use std::time::Instant;

use ingest::registry::CODECS;
use ingest::{Codec, Envelope, Progress, Session};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Frames of one measurement.
const FRAMES: usize = 100_000;
/// Copies of one measurement: so many that the processor's time can be told.
const COPIES: usize = 5_000_000;

/// Nanoseconds this thread has run so far; None where the system does not tell.
fn thread_ns() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_ascii_whitespace().next()?.parse().ok()
}

/// Calls a second, the best of three.
fn rate(frames: &[Vec<u8>], count: usize, call: impl Fn(&[u8])) -> Option<f64> {
    let mut best = 0.0_f64;
    for _ in 0..3 {
        let before = thread_ns()?;
        for frame in frames.iter().cycle().take(count) {
            call(black_box(frame));
        }
        let took = (thread_ns()? - before) as f64 / 1e9;
        best = best.max(count as f64 / took);
    }
    Some(best)
}

/// Finds and decodes one frame.
fn decode(codec: &Codec, frame: &[u8], envelope: &Envelope<'_>) {
    black_box((codec.split)(frame, &mut Progress::default()));
    black_box((codec.decode)(frame, envelope)).ok();
}

/// Nanoseconds of single frames: the median and the 99th of a hundred, the clock's own included.
fn spread(codec: &Codec, frames: &[Vec<u8>]) -> (u128, u128) {
    let envelope = Envelope::default();
    let mut took: Vec<u128> = frames
        .iter()
        .cycle()
        .take(FRAMES)
        .map(|frame| {
            let began = Instant::now();
            decode(codec, black_box(frame), &envelope);
            began.elapsed().as_nanos()
        })
        .collect();
    took.sort_unstable();
    (took[FRAMES / 2], took[FRAMES / 100 * 99])
}

/// The most allocations that a telemetry frame costs beyond those of its event.
fn beyond_event(codec: &Codec, frames: &[Vec<u8>]) -> usize {
    let mut session = Session::default();
    for frame in frames {
        session.uid = session.uid.or_else(|| (codec.claimed_uid)(frame));
    }
    let envelope = Envelope::of(&session);
    let count = |call: &dyn Fn()| {
        let region = Region::new(ALLOCATOR);
        call();
        let change = region.change();
        change.allocations + change.reallocations
    };
    let beyond = frames.iter().filter_map(|frame| {
        let event = (codec.decode)(frame, &envelope).ok()?;
        let takes = count(&|| drop(black_box((codec.decode)(frame, &envelope))));
        let own = count(&|| drop(black_box(event.clone())));
        (!event.is_alarm).then(|| takes.saturating_sub(own))
    });
    beyond.max().unwrap_or(0)
}

fn main() {
    println!(
        "{:<14} {:>10} {:>12} {:>12} {:>12} {:>8} {:>8} {:>14} {:>7}",
        "protocol",
        "N",
        "all/s",
        "slowest/s",
        "quickest/s",
        "p50 ns",
        "p99 ns",
        "copying/s",
        "beyond"
    );
    for codec in CODECS {
        let frames = (codec.samples)();
        let envelope = Envelope::default();
        let single = frames.iter().map(|frame| {
            rate(std::slice::from_ref(frame), FRAMES, |frame| {
                decode(codec, frame, &envelope)
            })
        });
        let copying = rate(&frames, COPIES, |frame| drop(black_box(frame.to_vec())));
        let (Some(mut single), Some(all), Some(copying)) = (
            single.collect::<Option<Vec<_>>>(),
            rate(&frames, FRAMES, |frame| decode(codec, frame, &envelope)),
            copying,
        ) else {
            println!("this system does not tell how long a thread ran");
            return;
        };
        single.sort_unstable_by(f64::total_cmp);
        let name = codec.protocol.as_str();
        let (slowest, quickest) = (single[0], single[single.len() - 1]);
        let (p50, p99) = spread(codec, &frames);
        let beyond = beyond_event(codec, &frames);
        println!(
            "{name:<14} {FRAMES:>10} {all:>12.0} {slowest:>12.0} {quickest:>12.0} {p50:>8} {p99:>8} \
             {copying:>14.0} {beyond:>7}"
        );
    }
}
