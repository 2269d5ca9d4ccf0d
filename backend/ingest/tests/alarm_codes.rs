//! Every alarm code of the shared notes, as a constructed frame. All frames are synthetic: their
//! builders are the crate's own. The notes are not part of the project: without them
//! (`ANLIN_TEST_DATA`, else `shared/data` beside the checkout) this prints that it was skipped.

use std::io::Write as _;
use std::path::PathBuf;

use domain::devices::{Alarm, DeviceEvent};
use ingest::{
    Codec, Envelope, Session, b2316, eelink, fifotrack, gps103, gt06, h02, jt808, kati, lorawan,
    mictrack, minifinder, minifinder2, r16h, scaip, solarpowered, t800x, topin, trv, v680, vayyar,
    watch, xexun2, xexun3, zigbee2mqtt,
};
use serde_json::{Value, json};

/// A protocol's builder of a frame with one code.
type Build = fn(&str) -> Vec<u8>;

/// Where the codes of a section stand, whose they are, and who builds a frame with one.
const SECTIONS: [(&str, &str, &Codec, Build); 19] = [
    ("watch", "bits", &watch::CODEC, of_watch),
    ("trv", "codes", &trv::CODEC, of_trv),
    ("minifinder", "bits", &minifinder::CODEC, of_minifinder),
    ("minifinder2", "bits", &minifinder2::CODEC, of_minifinder2),
    ("gt06", "codes", &gt06::CODEC, of_gt06),
    ("jt808", "bits", &jt808::CODEC, of_jt808),
    ("h02", "bits_active_low", &h02::CODEC, of_h02),
    ("gps103", "codes", &gps103::CODEC, |word| {
        gps103::encode::report(word).into_bytes()
    }),
    ("eelink", "codes", &eelink::CODEC, of_eelink),
    ("xexun2", "bits", &xexun2::CODEC, of_xexun2),
    ("xexun3", "codes", &xexun3::CODEC, of_xexun3),
    ("t800x", "codes", &t800x::CODEC, of_t800x),
    ("fifotrack", "codes", &fifotrack::CODEC, |code| {
        fifotrack::encode::report("A01", code, 'A')
    }),
    (
        "solarpowered",
        "bits",
        &solarpowered::CODEC,
        of_solarpowered,
    ),
    ("topin", "codes", &topin::CODEC, of_topin),
    ("v680", "codes", &v680::CODEC, of_v680),
    ("r16h", "codes", &r16h::CODEC, of_r16h),
    ("b2316", "codes", &b2316::CODEC, of_b2316),
    (
        "mictrack",
        "codes",
        &mictrack::CODEC,
        mictrack::encode::place,
    ),
];
/// Sections whose codes are tried by tests of their own below, and one nobody can receive.
const OTHERS: [&str; 8] = [
    "_about",
    "scaip",
    "milesight_vs373",
    "milesight_ws101",
    "vayyar_care",
    "tuya",
    "kati_imede",
    // Told over the maker's cloud only.
    "aqara_fp2",
];

fn bit(text: &str) -> u32 {
    1 << text.parse::<u32>().expect("a bit")
}

fn decimal(text: &str) -> u8 {
    text.parse().expect("a code")
}

fn hexadecimal(text: &str) -> u8 {
    u8::from_str_radix(text, 16).expect("a code")
}

fn of_watch(text: &str) -> Vec<u8> {
    let fields = "310124,080910,V,0.0,N,0.0,E,0,0,0,0,80,81,12,0";
    let content = format!("AL,{fields},{:08X},0,0", bit(text));
    watch::encode::frame("3G", "9990000001", None, &content)
}

fn of_trv(code: &str) -> Vec<u8> {
    format!(
        "IWAP10{},460,0,1111,2222,{code},zh-cn,00#",
        trv::encode::HERE
    )
    .into_bytes()
}

fn of_minifinder(text: &str) -> Vec<u8> {
    minifinder::encode::frame(&minifinder::encode::position('D', bit(text) | 1))
}

fn of_minifinder2(text: &str) -> Vec<u8> {
    use minifinder2::encode::{AT, ID, alarm, frame, item};
    let content = [&[0x01][..], &item(0x01, ID), &alarm(bit(text), AT)].concat();
    frame(true, 7, &content)
}

fn of_gt06(text: &str) -> Vec<u8> {
    use gt06::encode::{CELL, HERE, frame};
    let status = [0x46, 5, 4, hexadecimal(text), 2];
    frame(false, 0x16, &[&HERE[..], &[9], &CELL, &status].concat(), 7)
}

fn of_jt808(text: &str) -> Vec<u8> {
    use jt808::encode::{ID, frame, location};
    frame(0x0200, ID, 7, &location(bit(text), 2, &[]))
}

fn of_h02(text: &str) -> Vec<u8> {
    h02::encode::frame(h02::encode::ID, &h02::encode::position("V1", !bit(text)))
}

fn of_eelink(text: &str) -> Vec<u8> {
    let content = [&eelink::encode::new()[..], &[hexadecimal(text), 0, 1]].concat();
    eelink::encode::packet(0x14, 7, &content)
}

fn of_xexun2(text: &str) -> Vec<u8> {
    use xexun2::encode::{AT, ID, body, frame, report};
    let word = bit(text).to_be_bytes();
    frame(0x14, 7, &ID, &body(&[report(AT, 1, &word)]))
}

fn of_xexun3(text: &str) -> Vec<u8> {
    use xexun3::encode::{AT, ID, alarm, frame};
    frame(0x20, 7, &ID, &alarm(decimal(text), AT))
}

fn of_t800x(text: &str) -> Vec<u8> {
    use t800x::encode::{ID, frame, tag};
    frame(0x2727, 0x04, 7, &ID, &tag(0x49, decimal(text)))
}

fn of_solarpowered(text: &str) -> Vec<u8> {
    use solarpowered::encode::{ID, alarm, frame, place};
    let value = u8::try_from(bit(text)).expect("a byte");
    frame(&ID, 0x11, &[place(1), alarm(value, value)].concat())
}

fn of_topin(text: &str) -> Vec<u8> {
    let kind = hexadecimal(text.trim_start_matches("packet "));
    topin::encode::frame(1, kind, &[])
}

fn of_v680(code: &str) -> Vec<u8> {
    v680::encode::frame(v680::encode::ID, &v680::encode::pendant(code))
}

fn of_r16h(word: &str) -> Vec<u8> {
    r16h::encode::frame(&r16h::encode::report('R', 'L', word))
}

fn of_b2316(code: &str) -> Vec<u8> {
    use b2316::encode::{AT, ID, frame, report};
    frame(ID, &[&report(AT, &format!(",\"wn\":{code}"))])
}

/// The notes' words for an alarm, the more special first; words that are none of these tell no
/// alarm of a person: `moving`, `worn`, `gsm level`, `parking`.
const WORDS: [(&str, &str); 31] = [
    ("direction", ""),
    ("side button", ""),
    ("sos", "sos"),
    ("fall", "fall"),
    ("low battery", "low_battery"),
    ("low power", "low_battery"),
    ("main supply low", "low_battery"),
    ("removed", "removed"),
    ("strap unlocked", "removed"),
    ("entered fence", "geofence_enter"),
    ("inside fence", "geofence_enter"),
    ("left fence", "geofence_exit"),
    ("outside fence", "geofence_exit"),
    ("fence", "geofence"),
    ("power off", "power_off"),
    ("main supply off", "power_off"),
    ("power cut", "power_cut"),
    ("unplugged", "power_cut"),
    ("power on", "power_on"),
    ("tamper", "tampering"),
    ("vibration", "vibration"),
    ("collision", "collision"),
    ("rollover", "collision"),
    ("door", "door"),
    ("movement", "movement"),
    ("overspeed", "overspeed"),
    ("antenna", "fault"),
    ("gnss fault", "fault"),
    ("fault", "fault"),
    ("general", "unspecified"),
    ("none", ""),
];

fn wanted(meaning: &str) -> &'static str {
    let lower = meaning.to_ascii_lowercase();
    WORDS
        .iter()
        .find(|(words, _)| lower.contains(words))
        .map_or("", |(_, alarm)| alarm)
}

fn notes() -> Option<Value> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("ANLIN_TEST_DATA").map_or_else(beside, PathBuf::from);
    let text = std::fs::read_to_string(data.join("devices/alarm_codes.json")).ok();
    if text.is_none() {
        let _ = writeln!(std::io::stdout().lock(), "\nskipped: no alarm codes");
    }
    serde_json::from_str(&text?).ok()
}

fn read(codec: &Codec, frame: &[u8], envelope: &Envelope<'_>) -> DeviceEvent {
    let event = (codec.decode)(frame, envelope);
    event.unwrap_or_else(|error| panic!("{}: {error}", codec.protocol))
}

fn says(event: &DeviceEvent, alarm: &str) -> bool {
    let words = || event.alarms.iter().map(|one| one.as_str());
    match alarm {
        "" => !event
            .alarms
            .iter()
            .any(|one| matches!(one, Alarm::Sos | Alarm::Fall)),
        // A maker's word for a fence may leave the direction to another bit.
        "geofence" => words().any(|word| word.starts_with("geofence")),
        alarm => words().any(|word| word == alarm),
    }
}

/// `0c/13/25/32` are four codes.
fn codes(section: &Value) -> impl Iterator<Item = (String, String)> {
    let all = section.as_object().expect("codes").iter();
    all.flat_map(|(keys, meaning)| {
        let meaning = meaning.as_str().unwrap_or_default().to_owned();
        keys.split('/')
            .map(move |key| (key.to_owned(), meaning.clone()))
            .collect::<Vec<_>>()
    })
}

#[test]
fn every_alarm_code_of_the_notes_reads_back() {
    let Some(notes) = notes() else { return };
    for name in notes.as_object().expect("sections").keys() {
        let is_known = SECTIONS.iter().any(|(known, ..)| known == name);
        assert!(
            is_known || OTHERS.contains(&name.as_str()),
            "no test for {name}"
        );
    }
    let (mut tried, mut wrong) = (0, Vec::new());
    for (name, list, codec, build) in SECTIONS {
        for (code, meaning) in codes(&notes[name][list]) {
            let alarm = wanted(&meaning);
            if code.contains('-') {
                assert_eq!(alarm, "", "a range of bits that alarms: {name} {code}");
                continue;
            }
            let event = read(codec, &build(&code), &Envelope::default());
            tried += 1;
            if !says(&event, alarm) {
                wrong.push(format!("{name} {code} {meaning}: {:?}", event.alarms));
            }
        }
    }
    assert!(wrong.is_empty() && tried > 100, "{tried}: {wrong:#?}");
}

#[test]
fn every_code_of_home_alarm_units_is_named() {
    let Some(notes) = notes() else { return };
    let request = |device: &str, status: &str| {
        let tags = [
            ("ref", "inv0001"),
            ("cid", "77000018"),
            ("dty", device),
            ("stc", status),
        ];
        read(
            &scaip::CODEC,
            &scaip::encode::request(&tags),
            &Envelope::default(),
        )
    };
    for (code, meaning) in codes(&notes["scaip"]["status"]) {
        let data = request("0003", &code).data.expect("data");
        assert_eq!(data["status"], meaning, "status {code}");
    }
    for (code, meaning) in codes(&notes["scaip"]["device_type"]) {
        let data = request(&code, "0010").data.expect("data");
        assert_eq!(data["device_type"], meaning, "device {code}");
    }
    assert_eq!(request("0003", "0010").alarms, [Alarm::Sos]);
    assert_eq!(request("0005", "0009").alarms, [Alarm::Fall]);
}

#[test]
fn every_code_of_rooms_and_buttons_reads_back() {
    let Some(notes) = notes() else { return };
    let lorawan = |model: &str, payload: &[u8]| {
        let session = Session {
            model: Some(model.to_owned()),
            ..Session::default()
        };
        read(&lorawan::CODEC, payload, &Envelope::of(&session))
    };
    for (code, meaning) in codes(&notes["milesight_vs373"]["detection_status"]) {
        let event = lorawan("milesight vs373", &[3, 0xf8, decimal(&code), 0, 0, 0, 0, 0]);
        let data = event.data.clone().expect("data");
        assert_eq!(
            data["detection_status"],
            meaning.replace(' ', "_"),
            "{code}"
        );
        assert!(says(&event, wanted(&meaning)), "{code} {meaning}");
    }
    for (code, meaning) in codes(&notes["milesight_vs373"]["alarm_type_decoder"]) {
        let event = lorawan("milesight vs373", &[6, 0xfb, 7, 0, decimal(&code), 1, 255]);
        assert!(says(&event, wanted(&meaning)), "{code} {meaning}");
        assert_eq!(event.is_alarm, meaning != "occupied", "{code} {meaning}");
    }
    for (code, _) in codes(&notes["milesight_ws101"]["press"]) {
        assert_eq!(
            lorawan("milesight ws101", &[0xff, 0x2e, decimal(&code)]).alarms,
            [Alarm::Sos]
        );
    }
    for (code, meaning) in codes(&notes["vayyar_care"]["event_type"]) {
        let kind = code.parse().expect("a number");
        let event = read(
            &vayyar::CODEC,
            &vayyar::encode::event(kind, json!({})),
            &Envelope::default(),
        );
        let alarm = if meaning.starts_with("target on ground") {
            "fall"
        } else {
            wanted(&meaning)
        };
        assert!(says(&event, alarm), "{code} {meaning}");
    }
    for stage in notes["vayyar_care"]["fall_status"]
        .as_array()
        .expect("stages")
    {
        let frame = vayyar::encode::event(5, json!({"status": stage}));
        let event = read(&vayyar::CODEC, &frame, &Envelope::default());
        assert_eq!(
            (says(&event, "fall"), event.is_alarm),
            (true, stage != "fall_exit"),
            "{stage}"
        );
    }
}

#[test]
fn every_word_of_clouds_and_bridges_reads_back() {
    let Some(notes) = notes() else { return };
    let state = |fields: Value| {
        read(
            &zigbee2mqtt::CODEC,
            &zigbee2mqtt::encode::state(fields),
            &Envelope::default(),
        )
    };
    for (fields, alarm) in [
        (json!({"sos_state": true}), "sos"),
        (json!({"sos": "sos"}), "sos"),
        (json!({"action": "emergency"}), "sos"),
        (json!({"fall_down_status": "maybe_fall"}), "fall"),
        (json!({"fall_down_status": "fall"}), "fall"),
        (json!({"fall_down_status": "none"}), ""),
    ] {
        assert!(says(&state(fields.clone()), alarm), "{fields}");
    }
    let topics = notes["kati_imede"]["topics"].as_object().expect("topics");
    for (topic, meaning) in topics {
        let meaning = meaning.as_str().unwrap_or_default();
        let envelope = Envelope {
            topic: Some(topic),
            ..Envelope::default()
        };
        let event = read(
            &kati::CODEC,
            &kati::encode::message(json!({"battery": 41})),
            &envelope,
        );
        assert!(says(&event, wanted(meaning)), "{topic} {meaning}");
    }
}
