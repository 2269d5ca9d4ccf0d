//! What decoding costs in allocations: a telemetry frame pays for its event and for nothing else.
//! Alone in its file, because the allocator counts for the whole program.

use std::alloc::System;
use std::hint::black_box;
use std::io::Write as _;

use ingest::registry::CODECS;
use ingest::{Codec, Envelope, Session};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Allocations, growing included, of one call.
fn allocations<T>(call: impl Fn() -> T) -> usize {
    // Whatever is made once is made now.
    black_box(call());
    let region = Region::new(ALLOCATOR);
    black_box(call());
    let change = region.change();
    change.allocations + change.reallocations
}

/// Telemetry of a protocol: samples that are no alarm and could be read. With what decoding takes
/// and what the event itself takes.
fn costs(codec: &Codec) -> Vec<(String, usize, usize)> {
    let mut session = Session::default();
    let samples = (codec.samples)();
    for sample in &samples {
        session.uid = session.uid.or_else(|| (codec.claimed_uid)(sample));
    }
    let envelope = Envelope::of(&session);
    let mut costs = Vec::new();
    for sample in &samples {
        let Ok(event) = (codec.decode)(sample, &envelope) else {
            continue;
        };
        if event.is_alarm {
            continue;
        }
        let takes = allocations(|| (codec.decode)(sample, &envelope));
        costs.push((event.kind.clone(), takes, allocations(|| event.clone())));
    }
    costs
}

#[test]
fn a_telemetry_frame_of_a_watch_or_badge_allocates_its_event_and_no_more() {
    let mut beyond = Vec::new();
    for codec in CODECS {
        let costs = costs(codec);
        let most = costs
            .iter()
            .map(|(_, takes, event)| takes.saturating_sub(*event))
            .max();
        let most = most.unwrap_or(0);
        let line = format!("{} allocates {most} beyond its events", codec.protocol);
        let _ = writeln!(std::io::stdout().lock(), "{line}");
        let is_bound = matches!(codec.protocol.as_str(), "watch" | "gt06");
        assert!(!is_bound || !costs.is_empty());
        for (kind, takes, event) in costs {
            if is_bound && takes > event {
                beyond.push(format!("{} {kind}: {takes} of {event}", codec.protocol));
            }
        }
    }
    assert!(beyond.is_empty(), "{beyond:#?}");
}
