//! Recorded watch frames, compared the way their checker compares them. The recordings are not
//! part of the project: without them (`ANLIN_TEST_DATA`, else `shared/data` beside the checkout)
//! this prints that it was skipped.

use std::io::Write as _;
use std::path::PathBuf;

use ingest::lines;
use serde_json::{Value, json};

/// Alarms a helper or an operator acts on; other words are not compared.
const CARE: [&str; 11] = [
    "sos",
    "fall",
    "low_battery",
    "removed",
    "geofence_enter",
    "geofence_exit",
    "geofence",
    "tampering",
    "power_off",
    "power_cut",
    "vibration",
];

fn vectors() -> Option<Vec<Value>> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("ANLIN_TEST_DATA").map_or_else(beside, PathBuf::from);
    let text = std::fs::read_to_string(data.join("devices/vectors/watch.jsonl")).ok()?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    Some(
        lines
            .map(|line| serde_json::from_str(line).expect("recordings are JSON"))
            .collect(),
    )
}

/// The recording's word for an alarm, in ours.
fn word(name: &str) -> String {
    match name {
        "fallDown" => "fall".to_owned(),
        "removing" => "removed".to_owned(),
        _ => name.chars().fold(String::new(), |mut word, c| {
            if c.is_ascii_uppercase() && !word.is_empty() {
                word.push('_');
            }
            word.push(c.to_ascii_lowercase());
            word
        }),
    }
}

fn words(list: &Value) -> Vec<String> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(word).collect()
}

fn alarm_misses(expect: &Value, got: &Value) -> Vec<String> {
    let mut want = words(&expect["decoded"]["alarms"]);
    want.extend(words(&expect["fields"]["status_meaning"]));
    let asserted = expect["asserted"]["alarms_csv"]
        .as_str()
        .unwrap_or_default();
    want.extend(
        asserted
            .split(',')
            .filter(|name| !name.is_empty())
            .map(word),
    );
    let have = words(&got["alarms"]);
    let care = |name: &&String| CARE.contains(&name.as_str());
    let missing = want.iter().filter(care).filter(|name| !have.contains(name));
    let life = |name: &&String| ["sos", "fall"].contains(&name.as_str());
    let invented = have.iter().filter(life).filter(|name| !want.contains(name));
    missing
        .map(|n| format!("missing {n}"))
        .chain(invented.map(|n| format!("invented {n}")))
        .collect()
}

fn close(a: &Value, b: &Value, tolerance: f64) -> bool {
    matches!((a.as_f64(), b.as_f64()), (Some(a), Some(b)) if (a - b).abs() <= tolerance)
}

fn record_misses(decoded: &Value, got: &Value) -> Vec<String> {
    let mut bad = Vec::new();
    let position = &got["position"];
    if decoded["lat"].is_number() {
        let near = close(&position["lat"], &decoded["lat"], 1.2e-5)
            && close(&position["lon"], &decoded["lon"], 1.2e-5);
        if !near || position["valid"] != decoded["valid"] {
            bad.push(format!("position {position}"));
        }
    } else if !position.is_null() {
        bad.push("a position where there is none".to_owned());
    }
    if decoded["time"].is_string() && got["event_time"] != decoded["time"] {
        bad.push(format!("time {}", got["event_time"]));
    }
    if decoded["battery_pct"].is_number() && got["battery_pct"] != decoded["battery_pct"] {
        bad.push(format!("battery {}", got["battery_pct"]));
    }
    for reading in [
        "steps",
        "heart_rate",
        "bp_systolic",
        "bp_diastolic",
        "spo2_pct",
        "temperature_c",
    ] {
        let (want, have) = (&decoded[reading], &got["readings"][reading]);
        // Heart rate 0 means "no reading" and is left out.
        let nothing = want.as_f64() == Some(0.0) && reading != "steps";
        if want.is_number() && !(close(want, have, 1e-9) || (nothing && have.is_null())) {
            bad.push(format!("{reading} {have}"));
        }
    }
    bad
}

fn reply_misses(expect: &Value, got: &Value) -> Vec<String> {
    let Some(replies) = expect["reply"].as_array() else {
        return Vec::new();
    };
    let want = replies
        .first()
        .and_then(|reply| reply["text"].as_str())
        .map(hex::encode);
    let same = got["reply_hex"].as_str() == want.as_deref();
    if same {
        Vec::new()
    } else {
        vec![format!("reply {}", got["reply_hex"])]
    }
}

fn misses(vector: &Value) -> Vec<String> {
    let mut question = vector.clone();
    question
        .as_object_mut()
        .expect("an object")
        .remove("expect");
    let answer = lines::answer(&question.to_string(), None);
    let got: Value = serde_json::from_str(&answer).expect("an answer is JSON");
    let expect = &vector["expect"];
    if vector["stream"] == json!(true) {
        let same = got["first_frame_hex"] == expect["first_frame_hex"];
        return if same {
            Vec::new()
        } else {
            vec![format!("first frame {answer}")]
        };
    }
    let mut bad = alarm_misses(expect, &got);
    if got["device_id"] != expect["device_id"] || got["kind"] != expect["fields"]["type"] {
        bad.push(format!("device or kind {answer}"));
    }
    let stored = expect["fields"]["type"]
        .as_str()
        .is_some_and(|kind| kind.starts_with("UD2"));
    if got["ok"] != json!(true) || got["history"] != json!(stored) {
        bad.push(format!("ok or history {answer}"));
    }
    bad.extend(record_misses(&expect["decoded"], &got));
    bad.extend(reply_misses(expect, &got));
    bad
}

#[test]
fn every_recorded_frame_is_wholly_right() {
    let Some(vectors) = vectors() else {
        // Not `println!`: the test harness swallows what a passing test prints.
        let _ = writeln!(std::io::stdout().lock(), "\nskipped: no data");
        return;
    };
    let wrong: Vec<_> = vectors
        .iter()
        .map(|vector| (&vector["id"], misses(vector)))
        .filter(|(_, bad)| !bad.is_empty())
        .collect();
    assert!(!vectors.is_empty());
    assert!(
        wrong.is_empty(),
        "{} of {} wrong: {wrong:#?}",
        wrong.len(),
        vectors.len()
    );
}
