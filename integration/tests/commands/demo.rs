//! Rows 1.1 and 1.5: the whole story, on the synthetic district and on a real map with real frames.

use std::time::Duration;

use integration::process::Finished;
use integration::scorecard::{not_measured, row, say};

use crate::{anlin, data, site};

/// How soon an incident must be visible.
const VISIBLE_S: f64 = 20.0;
const WITHIN: Duration = Duration::from_secs(120);

/// Milliseconds until acceptance and acknowledgement, and microseconds of ranking, of the last line
/// `incident closed: KIND → accepted in N ms (ack after commit N ms, ranked N µs)`.
fn closed(line: &str, kinds: &[&str]) -> Option<(u64, u64, u64)> {
    let rest = line.strip_prefix("incident closed: ")?;
    let (kind, rest) = rest.split_once(" → accepted in ")?;
    let (accepted, rest) = rest.split_once(" ms (ack after commit ")?;
    let (answered, rest) = rest.split_once(" ms, ranked ")?;
    let ranked = rest.strip_suffix(" µs)")?;
    let number = |text: &str| text.replace(',', "").parse().ok();
    let numbers = (number(accepted)?, number(answered)?, number(ranked)?);
    kinds.contains(&kind).then_some(numbers)
}

fn visible_after(finished: &Finished) -> Option<f64> {
    let line = finished
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("incident visible after "));
    line?.strip_suffix(" s")?.parse().ok()
}

/// Writes the figures of one run; returns whether all are good.
fn report(number: &str, finished: &Finished, kinds: &[&str]) -> bool {
    let last = finished.last_line();
    say(last);
    let code = finished
        .code
        .map_or("signal".to_owned(), |code| code.to_string());
    let visible = visible_after(finished);
    let numbers = closed(last, kinds);
    let shown = numbers.map_or("missing".to_owned(), |(accepted, answered, ranked)| {
        format!("accepted {accepted} ms, ack {answered} ms, ranked {ranked} µs")
    });
    let seconds = visible.map_or("missing".to_owned(), |seconds| format!("{seconds:.1}"));
    let soon = visible.is_some_and(|seconds| seconds <= VISIBLE_S);
    let figures = [
        row(number, "exit_code", code, "0", finished.code == Some(0)),
        row(
            number,
            "last_line",
            shown,
            "incident closed",
            numbers.is_some(),
        ),
        row(number, "incident_visible_s", seconds, "<=20", soon),
    ];
    figures.iter().all(|good| *good)
}

#[test]
fn row_1_a_stranger_sees_a_neighbour_go() {
    let finished = anlin(&site(), &["demo", "--exit-after-incident"])
        .within(WITHIN)
        .run()
        .expect("runs");
    assert!(report("1.1", &finished, &["fall"]), "{finished:?}");
}

#[test]
fn row_1_without_arguments_it_is_the_demo_and_it_keeps_serving() {
    let site = site();
    let error = anlin(&site, &[])
        .within(Duration::from_secs(12))
        .run()
        .expect_err("it serves on");
    assert!(format!("{error:#}").contains("did not end"), "{error:#}");
    assert!(site.sqlite_file().is_file(), "the demo made its database");
}

#[test]
fn row_5_real_frames_on_a_real_map() {
    let map = data("baoshan-dachang-shu.osm.pbf");
    let frames = data("devices/vectors/watch.jsonl");
    let (Some(map), Some(frames)) = (map, frames) else {
        not_measured("1.5", "exit_code", "no data", "0");
        return;
    };
    let (map, frames) = (map.to_string_lossy(), frames.to_string_lossy());
    let args = [
        "demo",
        "--osm",
        &map,
        "--frames",
        &frames,
        "--exit-after-incident",
    ];
    let finished = anlin(&site(), &args).within(WITHIN).run().expect("runs");
    assert!(report("1.5", &finished, &["fall", "sos"]), "{finished:?}");
}
