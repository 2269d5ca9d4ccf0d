//! A message of the bridge to a [`DeviceEvent`].

use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Protocol, Reading};
use serde_json::{Map, Value};

use crate::protocol::{DecodeError, Envelope};
use crate::{json, keys};

/// Says what a message means: the state of a device, or the raw data points of a Tuya one.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let body = json::object(bytes)?;
    let named = named(&body).or_else(|| of_topic(envelope.topic));
    let (kind, reading) = match json::at(&body, "dpValues") {
        Some(points) => ("dp", Told::of_points(points, envelope.model())?),
        None => ("state", Told::of_state(&body)),
    };
    let mut event = DeviceEvent::new(
        Protocol::Zigbee2mqtt,
        envelope.sender(named),
        kind,
        EventKey(String::new()),
    );
    event.is_alarm = reading.is_alarm;
    event.alarms = Alarm::in_order(reading.alarms);
    event.battery_pct = json::percent(&body, "battery");
    if let Some(celsius) = json::number(&body, "temperature") {
        event.readings.insert(Reading::Temperature, celsius);
    }
    event.data = Some(reading.data);
    event.key = keys::of(&event, bytes);
    Ok(event)
}

/// Reads who a message claims to come from, where the bridge is set to say it.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    named(&json::object(bytes).ok()?)
}

fn named(body: &Map<String, Value>) -> Option<DeviceUid> {
    of_name(json::text(body, "device/ieeeAddr")?)
}

/// `zigbee2mqtt/NAME`: the name is the address unless the installer gave another.
fn of_topic(topic: Option<&str>) -> Option<DeviceUid> {
    of_name(json::topic_part(topic, 0)?)
}

fn of_name(name: &str) -> Option<DeviceUid> {
    name.strip_prefix("0x")
        .and_then(json::hardware_uid)
        .or_else(|| DeviceUid::parse(name))
}

#[derive(Default)]
struct Told {
    data: Map<String, Value>,
    alarms: Vec<Alarm>,
    is_alarm: bool,
}

/// Yes-or-no fields and what each alarms about when it is yes.
static SWITCHES: &[(&str, Alarm)] = &[
    ("sos", Alarm::Sos),
    ("sos_state", Alarm::Sos),
    ("battery_low", Alarm::LowBattery),
    ("tamper", Alarm::Tampering),
    ("water_leak", Alarm::Water),
    ("smoke", Alarm::Smoke),
    ("gas", Alarm::Gas),
    ("carbon_monoxide", Alarm::CarbonMonoxide),
    ("vibration", Alarm::Vibration),
];
/// Fields in which radars tell a fall.
const FALLS: [&str; 3] = ["fall_status", "fall_down_status", "fall"];

impl Told {
    fn alarm(&mut self, alarm: Alarm) {
        self.alarms.push(alarm);
        self.is_alarm = true;
    }

    fn of_state(body: &Map<String, Value>) -> Self {
        let mut told = Self::default();
        let fall = FALLS.iter().find_map(|field| json::at(body, field));
        let stage = fall.map(fall_stage);
        if stage.is_some_and(|stage| stage != "none") {
            told.alarm(Alarm::Fall);
        }
        let action = json::text(body, "action");
        if action.is_some_and(is_help) || json::text(body, "sos").is_some_and(is_help) {
            told.alarm(Alarm::Sos);
        }
        for (field, alarm) in SWITCHES {
            if json::truth(body, field) == Some(true) {
                // The bridge repeats the whole state with every change of any field of it; a weak
                // battery is no news each time.
                told.alarms.push(*alarm);
                told.is_alarm |= !matches!(
                    alarm,
                    Alarm::LowBattery | Alarm::Tampering | Alarm::Vibration
                );
            }
        }
        let occupancy = ["occupancy", "presence"]
            .iter()
            .find_map(|field| json::truth(body, field));
        told.data = Map::from_iter([
            ("fall".to_owned(), stage.map(|stage| stage != "none").into()),
            ("occupancy".to_owned(), occupancy.into()),
            ("stage".to_owned(), stage.into()),
            ("action".to_owned(), action.into()),
        ]);
        for field in [
            "contact",
            "sensor_status",
            "battery_state",
            "linkquality",
            "water_consumed",
            "energy",
        ] {
            if let Some(value) = json::at(body, field) {
                told.data.insert(field.to_owned(), value.clone());
            }
        }
        told
    }

    /// Data points of a Tuya device: number, type, bytes. What a number means hangs on the model.
    fn of_points(points: &Value, model: &str) -> Result<Self, DecodeError> {
        let mut told = Self::default();
        let points = points.as_array().filter(|points| !points.is_empty());
        let points = points.ok_or(DecodeError::new(0, "no data points"))?;
        let mut all = Vec::new();
        for point in points {
            let (Some(dp), Some(value)) =
                (point.get("dp").and_then(Value::as_u64), value_of(point))
            else {
                return Err(DecodeError::new(0, "data point cut short"));
            };
            let tells_falls = model.to_ascii_uppercase().contains("HE200") && dp == 116;
            if tells_falls && matches!(value.as_u64(), Some(1 | 2)) {
                told.alarm(Alarm::Fall);
            }
            all.push((dp, value));
        }
        if let Some((dp, value)) = all.first() {
            told.data.insert("dp".to_owned(), (*dp).into());
            told.data.insert("value".to_owned(), value.clone());
        }
        if all.len() > 1 {
            let more = all
                .into_iter()
                .map(|(dp, value)| serde_json::json!({"dp": dp, "value": value}));
            told.data.insert("points".to_owned(), more.collect());
        }
        Ok(told)
    }
}

/// How sure a radar is of a fall: `none`, `maybe` or `fall`. A word that is not known counts as a
/// fall only when it says so.
fn fall_stage(value: &Value) -> &'static str {
    match value {
        Value::Bool(true) => "fall",
        Value::String(word) => match word.to_ascii_lowercase().as_str() {
            "normal" | "none" | "no_fall" | "no fall" | "" | "false" => "none",
            word if word.contains("maybe") || word.contains("suspect") => "maybe",
            word if word.contains("fall") || word == "true" => "fall",
            _ => "none",
        },
        Value::Number(number) => match number.as_u64() {
            Some(1) => "fall",
            _ => "none",
        },
        _ => "none",
    }
}

fn is_help(word: &str) -> bool {
    matches!(word, "emergency" | "sos" | "panic")
}

/// Type 1 is yes or no, 2 a number, 3 text, 4 a choice, 0 and 5 bytes.
fn value_of(point: &Value) -> Option<Value> {
    let kind = point.get("datatype").and_then(Value::as_u64)?;
    let data = point.get("data")?;
    let items = data.get("data").unwrap_or(data).as_array()?;
    let bytes: Option<Vec<u8>> = items
        .iter()
        .map(|item| u8::try_from(item.as_u64()?).ok())
        .collect();
    let bytes = bytes?;
    match kind {
        1 => Some((*bytes.first()? != 0).into()),
        2 => Some(
            u32::from_be_bytes(bytes.try_into().ok()?)
                .cast_signed()
                .into(),
        ),
        3 => String::from_utf8(bytes).ok().map(Value::from),
        4 => Some((*bytes.first()?).into()),
        _ => Some(hex::encode(bytes).into()),
    }
}
