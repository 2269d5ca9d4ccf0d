//! Row 3.1: recorded frames of every protocol through the command line, aspect by aspect.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use integration::scorecard::{not_measured, row, say};
use serde_json::{Map, Value};

use crate::{anlin, data, site};

/// The keys of a vector that are sent: what a listener would know, and nothing of what is expected.
const SENT: [&str; 11] = [
    "id",
    "protocol",
    "transport",
    "frame_text",
    "frame_hex",
    "delimiter_stripped",
    "device_model",
    "stream",
    "topic",
    "fport",
    "recv_time",
];
/// Protocols whose meaning is in `data`, which the judge of the test data compares.
const IN_DATA: [&str; 7] = [
    "scaip",
    "lorawan",
    "chirpstack",
    "vayyar",
    "zigbee2mqtt",
    "kati-mqtt",
    "blegw-mqtt",
];
/// Frames that are answered otherwise on purpose: gt06 35 asks whether its picture is wanted, and
/// the reference answers t800x 10 twice.
const ANSWERED_OTHERWISE: [(&str, &str); 2] = [("gt06", "35"), ("t800x", "10")];

/// Right answers and questions of an aspect, and what was wrong.
#[derive(Default)]
struct Aspect {
    right: usize,
    asked: usize,
    wrong: Vec<String>,
}

impl Aspect {
    fn ask(&mut self, vector: &Value, is_right: bool) {
        self.asked += 1;
        self.right += usize::from(is_right);
        if !is_right {
            self.wrong.push(vector["id"].to_string());
        }
    }
}

#[derive(Default)]
struct Card(BTreeMap<&'static str, Aspect>);

impl Card {
    fn ask(&mut self, aspect: &'static str, vector: &Value, is_right: bool) {
        self.0.entry(aspect).or_default().ask(vector, is_right);
    }

    fn judge(&mut self, vector: &Value, answer: &Value) {
        let expect = &vector["expect"];
        if expect["reject"] == true {
            let refused = answer["ok"] == false && answer["error"].is_string();
            self.ask("refused", vector, refused);
            return;
        }
        if vector["stream"] == true || !expect["reference_error"].is_null() {
            return;
        }
        if let Some(id) = expect["device_id"].as_str() {
            let found = answer["device_id"].as_str().unwrap_or_default();
            let plain = |text: &str| text.trim_start_matches('0').to_owned();
            self.ask("id", vector, plain(found) == plain(id));
        }
        self.alarms(vector, answer);
        self.reply(vector, answer);
        let is_in_data = IN_DATA.iter().any(|name| vector["protocol"] == *name);
        match &expect["decoded"] {
            Value::Object(one) if !is_in_data => self.record(vector, one, answer),
            Value::Array(all) if !is_in_data => {
                let whole = [answer.clone()];
                let records = answer["records"]
                    .as_array()
                    .map_or(&whole[..], Vec::as_slice);
                for (one, record) in all.iter().filter_map(Value::as_object).zip(records) {
                    self.record(vector, one, record);
                }
            }
            _ => {}
        }
    }

    fn record(&mut self, vector: &Value, wanted: &Map<String, Value>, found: &Value) {
        let is_valid = wanted.get("valid") == Some(&Value::Bool(true));
        let place = &found["position"];
        if let (Some(lat), Some(lon)) = (number(wanted.get("lat")), number(wanted.get("lon"))) {
            // Zero and zero is no place, whatever flag stands beside it.
            if is_valid && (lat, lon) != (0.0, 0.0) {
                let near = |name: &str, wanted: f64| {
                    place[name]
                        .as_f64()
                        .is_some_and(|found| (found - wanted).abs() <= 1.2e-5)
                };
                let is_right = near("lat", lat) && near("lon", lon) && place["valid"] == true;
                self.ask("position", vector, is_right);
            }
        }
        let time = ["time", "device_time"]
            .iter()
            .find_map(|key| moment(wanted.get(*key)?));
        if let Some(time) = time.filter(|_| vector["needs_earlier_frames"].is_null()) {
            let found = moment(&found["event_time"]);
            let near = found.is_some_and(|found| (found - time).num_seconds().abs() <= 1);
            self.ask("time", vector, near);
        }
        if let Some(percent) = battery(vector, wanted) {
            let near = found["battery_pct"]
                .as_f64()
                .is_some_and(|it| (it - percent).abs() <= 1.0);
            self.ask("battery", vector, near);
        }
    }

    fn alarms(&mut self, vector: &Value, answer: &Value) {
        let wanted = wanted_alarms(&vector["expect"]);
        let found: Vec<&str> = answer["alarms"]
            .as_array()
            .map(|all| all.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        for alarm in ["sos", "fall"] {
            if wanted.iter().any(|one| one == alarm) {
                self.ask("sos_and_fall", vector, found.contains(&alarm));
            }
        }
        const CARE: [&str; 9] = [
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
        for alarm in wanted.iter().filter(|alarm| CARE.contains(&alarm.as_str())) {
            self.ask("other_alarms", vector, found.contains(&alarm.as_str()));
        }
        // The reference hides an SOS behind other bits of some protocols, and says nothing of kinds
        // whose alarms stand in a field of their own; those are marked.
        let is_marked = vector["odd"]
            .to_string()
            .contains("alarm_only_in_status_block")
            || vector["expect"]["is_alarm"] == true
            || ["lorawan", "vayyar"]
                .iter()
                .any(|name| vector["protocol"] == *name);
        if !is_marked {
            let invented = ["sos", "fall"]
                .iter()
                .any(|alarm| found.contains(alarm) && !wanted.iter().any(|one| one == alarm));
            self.ask("nothing_invented", vector, !invented);
        }
    }

    fn reply(&mut self, vector: &Value, answer: &Value) {
        let Some(replies) = vector["expect"]["reply"].as_array() else {
            return;
        };
        let is_other = ANSWERED_OTHERWISE
            .iter()
            .any(|(protocol, kind)| vector["protocol"] == *protocol && vector["msg"] == *kind);
        let is_clocked = replies
            .iter()
            .any(|reply| reply["depends_on_clock"] == true);
        if replies.is_empty() || is_other || is_clocked {
            return;
        }
        let wanted: String = replies.iter().filter_map(reply_hex).collect();
        let found = answer["reply_hex"].as_str().unwrap_or_default();
        let is_right = match vector["protocol"].as_str() {
            // Recorded without their escapes, which the wire needs.
            Some("jt808") => plain(&wanted) == plain(found),
            _ => wanted.eq_ignore_ascii_case(found),
        };
        self.ask("reply", vector, is_right);
    }
}

fn number(value: Option<&Value>) -> Option<f64> {
    value.and_then(Value::as_f64)
}

fn moment(value: &Value) -> Option<DateTime<Utc>> {
    value.as_str()?.parse().ok()
}

/// A percentage, where the reference has one: it hands levels of some models on unread.
fn battery(vector: &Value, wanted: &Map<String, Value>) -> Option<f64> {
    let percent = number(wanted.get("battery_pct"))?;
    let is_sixth = (0..=6).any(|level| f64::from(level * 100 / 6) == percent);
    match vector["protocol"].as_str()? {
        "jt808" => None,
        "gt06" if !is_sixth => None,
        _ => Some(percent).filter(|percent| (0.0..=100.0).contains(percent)),
    }
}

fn reply_hex(reply: &Value) -> Option<String> {
    let text = || reply["text"].as_str().map(hex::encode);
    reply["hex"].as_str().map(str::to_owned).or_else(text)
}

fn plain(digits: &str) -> String {
    let lower = digits.to_ascii_lowercase();
    let bytes = hex::decode(&lower).unwrap_or_default();
    let (mut out, mut rest) = (Vec::new(), bytes.as_slice());
    while let Some((first, more)) = rest.split_first() {
        match (first, more.first()) {
            (0x7d, Some(code @ (1 | 2))) => {
                out.push(0x7c + code);
                rest = &more[1..];
            }
            _ => {
                out.push(*first);
                rest = more;
            }
        }
    }
    hex::encode(out)
}

fn wanted_alarms(expect: &Value) -> Vec<String> {
    const STATES: [&str; 3] = ["bracelet_state", "moving(state)", "low_battery(state)"];
    let lists = match &expect["decoded"] {
        Value::Array(all) => all.iter().map(|one| one["alarms"].clone()).collect(),
        one => vec![one["alarms"].clone()],
    };
    let told = [
        expect["alarms"].clone(),
        expect["fields"]["status_meaning"].clone(),
    ];
    let mut words: Vec<String> = lists
        .iter()
        .chain(&told)
        .filter_map(Value::as_array)
        .flatten()
        .filter_map(Value::as_str)
        .filter(|word| !STATES.contains(word))
        .map(snake)
        .collect();
    let listed = expect["asserted"]["alarms_csv"]
        .as_str()
        .unwrap_or_default();
    words.extend(listed.split(',').filter(|word| !word.is_empty()).map(snake));
    words
}

/// `geofenceExit` as `geofence_exit`, with the two names of the reference that are not ours.
fn snake(word: &str) -> String {
    match word {
        "fallDown" => "fall".to_owned(),
        "removing" => "removed".to_owned(),
        _ => word.chars().fold(String::new(), |mut out, c| {
            if c.is_ascii_uppercase() && !out.is_empty() {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
            out
        }),
    }
}

fn vectors(folder: std::path::PathBuf) -> Vec<Value> {
    let listed = std::fs::read_dir(folder).expect("a folder");
    let mut files: Vec<_> = listed.map(|file| file.expect("a file").path()).collect();
    files.sort();
    let texts = files
        .iter()
        .map(|file| std::fs::read_to_string(file).expect("text"));
    let all: Vec<String> = texts.collect();
    let lines = all
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| !line.trim().is_empty());
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn row_3_1_every_aspect_of_recorded_frames_is_read_right() {
    let Some(folder) = data("devices/vectors") else {
        not_measured("3.1", "vectors_by_aspect", "no data", "all");
        return;
    };
    let vectors = vectors(folder);
    let input: String = vectors
        .iter()
        .map(|vector| {
            let sent = SENT
                .iter()
                .filter_map(|key| Some(((*key).to_owned(), vector.get(*key)?.clone())));
            Value::Object(sent.collect::<Map<_, _>>()).to_string() + "\n"
        })
        .collect();
    let site = site();
    let read = anlin(&site, &["decode", "--protocol", "auto"])
        .input(input)
        .run()
        .expect("runs");
    let panics = read.stderr.matches("panicked").count();
    let answers = read
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let answers: BTreeMap<String, Value> = answers.map(|it| (it["id"].to_string(), it)).collect();
    let mut card = Card::default();
    for vector in &vectors {
        let answer = answers.get(&vector["id"].to_string());
        card.ask("answered", vector, answer.is_some());
        card.judge(vector, answer.unwrap_or(&Value::Null));
    }
    let mut good = row("3.1", "panics", panics, "0", panics == 0);
    for (name, aspect) in &card.0 {
        let value = format!("{}/{}", aspect.right, aspect.asked);
        let all = aspect.right == aspect.asked;
        good &= row("3.1", &format!("vectors_{name}"), value, "all", all);
        if !all {
            say(&format!("{name}: {}", aspect.wrong.join(" ")));
        }
    }
    assert!(good && card.0.len() >= 9, "{:?}", card.0.keys());
}
