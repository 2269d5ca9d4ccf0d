//! Channels of every model that is read, from the maker's tables.

use domain::devices::{Alarm, Recency, Record};
use serde_json::Value;

use super::super::meaning::Meaning;
use super::super::{radar, tracker};
use super::Body::{Fields, Own, Stored};
use super::Part::*;
use super::{Channel, Model};
use crate::bytes::Reader;
use crate::places;
use crate::protocol::DecodeError;

const CLASSES: &[(u8, &str)] = &[
    (0, "Class A"),
    (1, "Class B"),
    (2, "Class C"),
    (3, "Class CtoB"),
];
const OCCUPIED: &[(u8, &str)] = &[(0, "vacant"), (1, "occupied")];
const MAGNET: &[(u8, &str)] = &[(0, "close"), (1, "open")];
const LEAK: &[(u8, &str)] = &[(0, "normal"), (1, "leak")];
const ON: &[(u8, &str)] = &[(0, "off"), (1, "on")];
const COUNT_ALARMS: &[(u8, &str)] = &[
    (0, "threshold alarm release"),
    (1, "threshold alarm"),
    (3, "high temperature alarm"),
    (4, "high temperature alarm release"),
];

/// What every model has.
pub(super) static COMMON: &[Channel] = &[
    Channel(0xff, 0x01, Own(versions)),
    Channel(0xff, 0x08, Fields(&[Hex("sn", 6)])),
    Channel(0xff, 0x09, Own(hardware)),
    Channel(0xff, 0x0a, Own(firmware)),
    Channel(0xff, 0x0b, Fields(&[Told("device_status", "on")])),
    Channel(0xff, 0x0f, Fields(&[Word("lorawan_class", CLASSES)])),
    Channel(0xff, 0x16, Fields(&[Hex("sn", 8)])),
    Channel(0xff, 0x1f, Fields(&[Hex("firmware_version", 4)])),
    Channel(0xff, 0xfe, Fields(&[Told("reset_event", "reset")])),
    Channel(0xff, 0xff, Fields(&[Firmware("tsl_version")])),
    Channel(0x01, 0x75, Fields(&[U8("battery")])),
];

/// The version of the protocol is called by two names.
fn versions(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Result<(), DecodeError> {
    let byte = reader.u8()?;
    meaning.say("ipso_version", format!("v{}.{}", byte >> 4, byte & 15));
    meaning.say("protocol_version", byte);
    Ok(())
}

/// So is that of the hardware.
fn hardware(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Result<(), DecodeError> {
    let [major, minor] = reader.array()?;
    let shown = format!("v{major:x}.{}", minor >> 4);
    meaning.say("hardware_version", shown.as_str());
    meaning.say("hardware", shown);
    Ok(())
}

/// So is that of the firmware.
fn firmware(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Result<(), DecodeError> {
    let [major, minor] = reader.array()?;
    let shown = format!("v{major:x}.{minor:x}");
    meaning.say("firmware_version", shown.as_str());
    meaning.say("firmware", shown);
    Ok(())
}

const CLIMATE: [Channel; 2] = [
    Channel(0x03, 0x67, Fields(&[Tenths("temperature")])),
    Channel(0x04, 0x68, Fields(&[Halves("humidity")])),
];
const PEOPLE: &[Channel] = &[
    Channel(0x03, 0x67, Fields(&[Tenths("temperature")])),
    Channel(0x04, 0xcc, Fields(&[U16("total_in"), U16("total_out")])),
    Channel(0x05, 0xcc, Fields(&[U16("period_in"), U16("period_out")])),
    Channel(0x0a, 0xef, Fields(&[U32("timestamp")])),
    Channel(0x81, 0xee, Fields(&[U8("current_sensitivity")])),
    Channel(
        0x83,
        0x67,
        Fields(&[
            Tenths("temperature"),
            Word("temperature_alarm", COUNT_ALARMS),
        ]),
    ),
    Channel(
        0x84,
        0xcc,
        Fields(&[
            U16("total_in"),
            U16("total_out"),
            Word("total_count_alarm", COUNT_ALARMS),
        ]),
    ),
    Channel(
        0x85,
        0xcc,
        Fields(&[
            U16("period_in"),
            U16("period_out"),
            Word("period_count_alarm", COUNT_ALARMS),
        ]),
    ),
    Channel(0x20, 0xce, Own(radar::people_history)),
];

const SEAT: &[Channel] = &[Channel(0x03, 0x00, Fields(&[Word("occupancy", OCCUPIED)]))];

static WS101: Model = Model {
    name: "ws101",
    channels: &[Channel(0xff, 0x2e, Own(radar::button))],
    judge: nothing,
};
static WS201: Model = Model {
    name: "ws201",
    channels: &[
        Channel(0x03, 0x82, Fields(&[U16("distance")])),
        Channel(0x04, 0xd6, Fields(&[U8("remaining")])),
    ],
    judge: nothing,
};
static WS202: Model = Model {
    name: "ws202",
    channels: &[
        Channel(
            0x03,
            0x00,
            Fields(&[Word("pir", &[(0, "normal"), (1, "trigger")])]),
        ),
        Channel(
            0x04,
            0x00,
            Fields(&[Word("daylight", &[(0, "dark"), (1, "light")])]),
        ),
    ],
    judge: nothing,
};
static WS203: Model = Model {
    name: "ws203",
    channels: &[
        CLIMATE[0],
        CLIMATE[1],
        Channel(0x05, 0x00, Fields(&[Word("occupancy", OCCUPIED)])),
        Channel(
            0x83,
            0x67,
            Fields(&[
                Tenths("temperature"),
                Word("temperature_abnormal", &[(0, "normal"), (1, "abnormal")]),
            ]),
        ),
        Channel(
            0x20,
            0xce,
            Stored(&[
                Word(
                    "report_type",
                    &[
                        (0, "temperature resume"),
                        (1, "temperature threshold"),
                        (2, "pir idle"),
                        (3, "pir occupancy"),
                        (4, "period"),
                    ],
                ),
                Word("occupancy", OCCUPIED),
                Tenths("temperature"),
                Halves("humidity"),
            ]),
        ),
    ],
    judge: heat,
};
static WS301: Model = Model {
    name: "ws301",
    channels: &[
        Channel(0x03, 0x00, Own(radar::door)),
        // The maker's table and example call 1 by opposite words; so nothing is concluded from it.
        Channel(
            0x04,
            0x00,
            Fields(&[Word("tamper_status", &[(0, "installed"), (1, "installed")])]),
        ),
    ],
    judge: nothing,
};
static WS303: Model = Model {
    name: "ws303",
    channels: &[Channel(0x03, 0x00, Fields(&[Word("leakage_status", LEAK)]))],
    judge: leak,
};
static VS330: Model = Model {
    name: "vs330",
    channels: &[
        Channel(0x02, 0x82, Fields(&[U16("distance")])),
        Channel(0x03, 0x8e, Fields(&[Word("occupancy", OCCUPIED)])),
        Channel(
            0x04,
            0x8e,
            Fields(&[Word("calibration_status", &[(0, "failed"), (1, "success")])]),
        ),
    ],
    judge: nothing,
};
static VS340: Model = Model {
    name: "vs340",
    channels: SEAT,
    judge: nothing,
};
static VS341: Model = Model {
    name: "vs341",
    channels: SEAT,
    judge: nothing,
};
static VS350: Model = Model {
    name: "vs350",
    channels: PEOPLE,
    judge: nothing,
};
static VS351: Model = Model {
    name: "vs351",
    channels: PEOPLE,
    judge: nothing,
};
static VS370: Model = Model {
    name: "vs370",
    channels: &[
        Channel(0x03, 0x00, Fields(&[Word("occupancy", OCCUPIED)])),
        Channel(
            0x04,
            0x00,
            Fields(&[Word(
                "illuminance",
                &[(0, "dim"), (1, "bright"), (254, "disable")],
            )]),
        ),
    ],
    judge: nothing,
};
static VS373: Model = Model {
    name: "vs373",
    channels: &[
        Channel(0x03, 0xf8, Own(radar::room)),
        Channel(0x07, 0xb0, Own(radar::room_long)),
        Channel(0x04, 0xf9, Own(radar::regions)),
        Channel(0x0a, 0xb3, Own(radar::regions_bits)),
        Channel(0x09, 0xb2, Own(radar::region_types)),
        Channel(
            0x05,
            0xfa,
            Fields(&[
                U16("region_1_out_of_bed_time"),
                U16("region_2_out_of_bed_time"),
                U16("region_3_out_of_bed_time"),
                U16("region_4_out_of_bed_time"),
            ]),
        ),
        Channel(
            0x0b,
            0xb4,
            Fields(&[
                U24("region_1_out_of_bed_time"),
                U24("region_2_out_of_bed_time"),
                U24("region_3_out_of_bed_time"),
            ]),
        ),
        Channel(
            0x0c,
            0xb4,
            Fields(&[
                U24("region_4_out_of_bed_time"),
                U24("region_5_out_of_bed_time"),
                U24("region_6_out_of_bed_time"),
            ]),
        ),
        Channel(0x06, 0xfb, Own(radar::alarm)),
        Channel(0x08, 0xb1, Own(radar::breathing)),
        Channel(0x20, 0xce, Own(radar::stored_alarm)),
    ],
    judge: nothing,
};
static AT101: Model = Model {
    name: "at101",
    channels: &[
        Channel(0x03, 0x67, Fields(&[Tenths("temperature")])),
        Channel(0x04, 0x88, Own(tracker::location)),
        Channel(0x84, 0x88, Own(tracker::fence_alarm)),
        Channel(
            0x05,
            0x00,
            Fields(&[Word("position", &[(0, "normal"), (1, "tilt")])]),
        ),
        Channel(0x06, 0xd9, Own(tracker::wifi)),
        Channel(
            0x07,
            0x00,
            Fields(&[Word("tamper_status", &[(0, "install"), (1, "uninstall")])]),
        ),
        Channel(0x08, 0x9b, Fields(tracker::ANGLE_FIELDS)),
        Channel(0x83, 0x67, Own(tracker::heat)),
        Channel(0x20, 0xce, Own(tracker::history)),
    ],
    judge: tracker::judge,
};
static EM300_TH: Model = Model {
    name: "em300-th",
    channels: &[
        CLIMATE[0],
        CLIMATE[1],
        Channel(
            0x20,
            0xce,
            Stored(&[Tenths("temperature"), Halves("humidity"), Skip(1)]),
        ),
    ],
    judge: nothing,
};
static EM300_MCS: Model = Model {
    name: "em300-mcs",
    channels: &[
        CLIMATE[0],
        CLIMATE[1],
        Channel(0x06, 0x00, Fields(&[Word("magnet_status", MAGNET)])),
        Channel(
            0x20,
            0xce,
            Stored(&[
                Tenths("temperature"),
                Halves("humidity"),
                Word("magnet_status", MAGNET),
            ]),
        ),
    ],
    judge: nothing,
};
const SPOT: &[Channel] = &[
    CLIMATE[0],
    CLIMATE[1],
    Channel(0x05, 0x00, Fields(&[Word("leakage_status", LEAK)])),
    Channel(
        0x20,
        0xce,
        Stored(&[
            Tenths("temperature"),
            Halves("humidity"),
            Word("leakage_status", LEAK),
        ]),
    ),
];
static EM300_SLD: Model = Model {
    name: "em300-sld",
    channels: SPOT,
    judge: leak,
};
static EM300_ZLD: Model = Model {
    name: "em300-zld",
    channels: SPOT,
    judge: leak,
};
static EM300_MLD: Model = Model {
    name: "em300-mld",
    channels: &[
        // Table and example of the maker name different ids.
        Channel(0x05, 0x00, Fields(&[Word("leakage_status", LEAK)])),
        Channel(0x06, 0x00, Fields(&[Word("leakage_status", LEAK)])),
        Channel(0x20, 0xce, Stored(&[Skip(3), Word("leakage_status", LEAK)])),
    ],
    judge: leak,
};
static GS101: Model = Model {
    name: "gs101",
    channels: &[
        Channel(
            0x05,
            0x8e,
            Fields(&[Word("gas_status", &[(0, "normal"), (1, "alarm")])]),
        ),
        Channel(0x06, 0x01, Fields(&[Word("valve_status", ON)])),
        Channel(0x07, 0x01, Fields(&[Word("relay_output_status", ON)])),
        Channel(0x08, 0x90, Fields(&[U32("life_remain")])),
        Channel(
            0xff,
            0x3f,
            Fields(&[Word(
                "alarm",
                &[
                    (0, "power off"),
                    (1, "power on"),
                    (2, "sensor fault"),
                    (3, "sensor fault recovered"),
                    (4, "sensor will be invalid soon"),
                    (5, "device invalid"),
                ],
            )]),
        ),
    ],
    judge: gas,
};
static GS301: Model = Model {
    name: "gs301",
    channels: &[
        Channel(0x02, 0x67, Fields(&[Tenths("temperature")])),
        Channel(0x03, 0x68, Fields(&[Halves("humidity")])),
        Channel(0x04, 0x7d, Fields(&[Hundredths("nh3")])),
        Channel(0x05, 0x7d, Fields(&[Hundredths("h2s")])),
        Channel(0x06, 0x7d, Fields(&[U16("h2s_thousandths")])),
        Channel(0x07, 0xea, Fields(&[Hex("calibration_result", 5)])),
    ],
    judge: nothing,
};

/// Every model.
pub(super) static MODELS: &[&Model] = &[
    &WS101, &WS201, &WS202, &WS203, &WS301, &WS303, &VS330, &VS340, &VS341, &VS350, &VS351, &VS370,
    &VS373, &AT101, &EM300_TH, &EM300_MCS, &EM300_SLD, &EM300_ZLD, &EM300_MLD, &GS101, &GS301,
];

fn nothing(meaning: &mut Meaning) {
    history(meaning, |_| None);
}

fn says(entry: Option<&Value>, word: &str) -> bool {
    entry.and_then(Value::as_str) == Some(word)
}

fn leak(meaning: &mut Meaning) {
    if says(meaning.data.get("leakage_status"), "leak") {
        meaning.alarm(Alarm::Water);
    }
    history(meaning, |entry| {
        says(entry.get("leakage_status"), "leak").then_some(Alarm::Water)
    });
}

fn heat(meaning: &mut Meaning) {
    if says(meaning.data.get("temperature_abnormal"), "abnormal") {
        meaning.alarm(Alarm::Temperature);
    }
    history(meaning, |entry| {
        says(entry.get("report_type"), "temperature threshold").then_some(Alarm::Temperature)
    });
}

fn gas(meaning: &mut Meaning) {
    if says(meaning.data.get("gas_status"), "alarm") {
        meaning.alarm(Alarm::Gas);
    }
    let alarm = match meaning.data.get("alarm").and_then(Value::as_str) {
        Some("power off") => Some(Alarm::PowerOff),
        Some("sensor fault" | "sensor will be invalid soon" | "device invalid") => {
            Some(Alarm::Fault)
        }
        _ => None,
    };
    if let Some(alarm) = alarm {
        meaning.alarm(alarm);
    }
}

/// Stored reports become records, with what each alarms about.
fn history(meaning: &mut Meaning, alarm: fn(&Value) -> Option<Alarm>) {
    let entries = meaning.data.get("history").and_then(Value::as_array);
    let records = entries.into_iter().flatten().map(|entry| {
        let seconds = entry.get("timestamp").and_then(Value::as_u64);
        let alarm = alarm(entry);
        Record {
            device_time: seconds
                .and_then(|seconds| u32::try_from(seconds).ok())
                .and_then(places::moment_of_seconds),
            recency: Recency::Stored,
            fix: None,
            alarms: alarm.into_iter().collect(),
            is_alarm: alarm.is_some(),
            battery_pct: None,
        }
    });
    let records: Vec<_> = records.collect();
    if meaning.history.is_empty() {
        meaning.history = records;
    }
}
