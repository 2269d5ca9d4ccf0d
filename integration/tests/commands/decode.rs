//! Rows 1.3 and 3.1: recorded frames and every pair of status bits, through the command line.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use integration::process::{Invocation, Program};
use integration::scorecard::{not_measured, row, say};
use serde_json::{Value, json};

use crate::{anlin, data, site};

/// Share of the recorded frames that must be read wholly right.
const SHARE: &str = "0.97";

/// What a bit of the status word means, from the description of the protocol; the second part says
/// whether it is a reason to send an alarm. Bits that are not listed mean nothing.
const BITS: [(u32, &str, bool); 11] = [
    (0, "low_battery", false),
    (1, "geofence_exit", false),
    (2, "geofence_enter", false),
    (14, "power_cut", true),
    (16, "sos", true),
    (17, "low_battery", true),
    (18, "geofence_exit", true),
    (19, "geofence_enter", true),
    (20, "removed", true),
    (21, "fall", true),
    (22, "fall", true),
];

#[test]
fn row_3_recorded_frames_are_read_right() {
    let name = "watch_vectors_right_pct";
    let (Some(judge), Some(frames)) = (
        data("devices/check.py"),
        data("devices/vectors/watch.jsonl"),
    ) else {
        not_measured("1.3", name, "no data", ">=97");
        return;
    };
    let program = Program::shipped().expect("the shipped binary");
    let mut python = Command::new("python3");
    python.arg(judge).arg(program.path).arg(SHARE).arg(frames);
    let judged = Invocation::new(python).run().expect("the judge runs");
    say(&judged.stdout);
    let share = judged
        .last_line()
        .split(" = ")
        .nth(1)
        .and_then(|rest| rest.split('%').next());
    let share: Option<f64> = share.and_then(|share| share.parse().ok());
    let good = judged.code == Some(0) && share.is_some_and(|share| share >= 97.0);
    row(
        "1.3",
        name,
        share.map_or("none".to_owned(), |share| share.to_string()),
        ">=97",
        good,
    );
    // The judge names each frame with a missed or invented alarm.
    let alarms = judged
        .stdout
        .lines()
        .filter(|line| line.contains("alarms "))
        .count();
    row(
        "1.3",
        "watch_vectors_alarms_missed_or_invented",
        alarms,
        "0",
        alarms == 0 && good,
    );
    assert!(good && alarms == 0, "{judged:?}");
}

#[test]
fn row_3_1_recorded_frames_of_every_protocol_are_read_right() {
    let name = "vectors_right_pct";
    let (Some(judge), Some(folder)) = (data("devices/check.py"), data("devices/vectors")) else {
        not_measured("3.1", name, "no data", ">=99");
        return;
    };
    let program = Program::shipped().expect("the shipped binary");
    let mut python = Command::new("python3");
    python.arg(judge).arg(program.path).arg("0.99");
    let listed = std::fs::read_dir(folder).expect("a folder");
    python.args(listed.map(|file| file.expect("a file").path()));
    let judged = Invocation::new(python).run().expect("the judge runs");
    say(&judged.stdout);
    let told = judged.last_line().split("; ").nth(1).unwrap_or("none");
    let good = judged.code == Some(0);
    assert!(row("3.1", name, told, ">=99", good), "{judged:?}");
}

/// One row of the table: frame, expected alarms, whether it is an alarm.
fn table() -> BTreeMap<String, (String, BTreeSet<String>, bool)> {
    let mut rows = BTreeMap::new();
    for kind in ["AL", "UD", "AL_LTE", "UD_WCDMA", "UD2"] {
        for first in 0..32_u32 {
            for second in first..32 {
                let word = 1_u32 << first | 1 << second;
                let set = BITS.iter().filter(|(bit, _, _)| word & (1 << bit) != 0);
                let mut alarms: BTreeSet<String> = set
                    .clone()
                    .map(|(_, alarm, _)| (*alarm).to_owned())
                    .collect();
                let reason = set.clone().any(|(_, _, reason)| *reason);
                let is_alarm = kind.starts_with("AL") || reason;
                if is_alarm && !reason {
                    alarms.insert("unspecified".to_owned());
                }
                let content =
                    format!("{kind},310124,080910,V,0.0,N,0.0,E,0,0,0,0,80,81,12,0,{word:08X},0,0");
                let frame = format!("[3G*9990000001*{:04X}*{content}]", content.len());
                rows.insert(
                    format!("{kind}-{first}-{second}"),
                    (frame, alarms, is_alarm),
                );
            }
        }
    }
    rows
}

#[test]
fn row_3_every_bit_alone_and_in_every_pair_reads_back() {
    let table = table();
    let input: String = table
        .iter()
        .map(|(id, (frame, _, _))| json!({ "id": id, "frame_text": frame }).to_string() + "\n")
        .collect();
    let read = anlin(&site(), &["decode", "--protocol", "watch"])
        .input(input)
        .run()
        .expect("runs");
    assert_eq!(read.code, Some(0), "{}", read.stderr);
    let mut wrong = Vec::new();
    let mut answered = 0;
    for line in read.stdout.lines() {
        let answer: Value = serde_json::from_str(line).expect("one JSON object a line");
        let id = answer["id"].as_str().expect("its id").to_owned();
        let (_, alarms, is_alarm) = &table[&id];
        let found = answer["alarms"].as_array().expect("a list");
        let named: BTreeSet<String> = found
            .iter()
            .filter_map(|alarm| alarm.as_str().map(str::to_owned))
            .collect();
        // Each alarm once, and nothing that is no alarm.
        let exact = named == *alarms && found.len() == alarms.len();
        if !exact || answer["is_alarm"] != *is_alarm || answer["ok"] != true {
            wrong.push(format!("{id}: {line}"));
        }
        answered += 1;
    }
    let good = wrong.is_empty() && answered == table.len();
    let value = format!("{}/{}", answered - wrong.len(), table.len());
    row(
        "1.3",
        "status_bits_alone_and_in_pairs_exact",
        value,
        "all",
        good,
    );
    assert!(
        good,
        "{answered} of {}: {:?}",
        table.len(),
        wrong.iter().take(5).collect::<Vec<_>>()
    );
}

#[test]
fn whatever_comes_in_one_line_goes_out_and_nothing_panics() {
    let lines = [
        "",
        "garbage",
        "[]",
        "{}",
        r#"{"id":"a"}"#,
        r#"{"id":"b","frame_hex":"zz"}"#,
        r#"{"id":"c","frame_hex":"5b"}"#,
        r#"{"id":"d","frame_text":"[3G*9990000001*FFFF*AL"}"#,
        r#"{"id":"e","frame_text":"","frame_hex":"00ff"}"#,
        r#"{"id":"f","protocol":"nonsense","frame_text":"[3G*9990000001*0002*LK]"}"#,
    ];
    let read = anlin(&site(), &["decode"])
        .input(lines.join("\n") + "\n")
        .run()
        .expect("runs");
    assert_eq!(read.code, Some(1), "{read:?}");
    assert!(!read.stderr.contains("panicked"), "{read:?}");
    let filled = lines.iter().filter(|line| !line.is_empty()).count();
    let answers = read.stdout.lines().map(serde_json::from_str::<Value>);
    let answers: Vec<Value> = answers.collect::<Result<_, _>>().expect("JSON lines");
    assert_eq!(answers.len(), filled, "{read:?}");
    for answer in answers {
        assert!(
            answer["ok"] == true || answer["error"].is_string(),
            "{answer}"
        );
    }
}
