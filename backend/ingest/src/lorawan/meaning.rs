//! What a payload says, before it is an event.

use domain::devices::{Alarm, DeviceEvent, Fix, Reading, Recency, Record};
use domain::time::Timestamp;
use serde_json::{Map, Value};

/// An uplink to be read.
#[derive(Clone, Copy, Debug)]
pub struct Uplink<'a> {
    /// The application payload.
    pub bytes: &'a [u8],
    /// LoRaWAN port, when it is known.
    pub fport: Option<u8>,
    /// When the network server had it.
    pub received_at: Option<Timestamp>,
}

/// What a codec read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meaning {
    /// The codec's fields by the names its maker uses.
    pub data: Map<String, Value>,
    /// What it alarms about now.
    pub alarms: Vec<Alarm>,
    /// One of them is news, not a state that is told again with every report.
    pub is_alarm: bool,
    /// 0-100.
    pub battery_pct: Option<u8>,
    /// Where it is.
    pub fix: Option<Fix>,
    /// The device's own clock.
    pub device_time: Option<Timestamp>,
    /// Measured values.
    pub readings: Vec<(Reading, f64)>,
    /// The device's own number of the alarm: the same in every repeat.
    pub alarm_id: Option<String>,
    /// Stored reports, in wire order.
    pub history: Vec<Record>,
}

impl Meaning {
    /// Says a field.
    pub fn say(&mut self, name: &str, value: impl Into<Value>) {
        self.data.insert(name.to_owned(), value.into());
    }

    /// Adds to a list.
    pub fn push(&mut self, list: &str, value: impl Into<Value>) {
        let slot = self
            .data
            .entry(list)
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(items) = slot {
            items.push(value.into());
        }
    }

    /// An alarm that is news.
    pub fn alarm(&mut self, alarm: Alarm) {
        self.alarms.push(alarm);
        self.is_alarm = true;
    }

    /// A state that lasts; only what a life hangs on makes an alarm of it.
    pub fn state(&mut self, alarm: Alarm) {
        self.alarms.push(alarm);
        self.is_alarm |= alarm.is_life_alarm();
    }

    /// Fills an event, except its data and its key.
    pub fn tell(self, mut event: DeviceEvent) -> DeviceEvent {
        let now = Record {
            device_time: self.device_time.or(event.device_time),
            recency: Recency::Live,
            fix: self.fix.or(event.fix),
            alarms: Alarm::in_order(self.alarms),
            is_alarm: self.is_alarm,
            battery_pct: self.battery_pct.or(event.battery_pct),
        };
        event.readings.extend(self.readings);
        event.battery_pct = now.battery_pct;
        let only_history = self.data.keys().all(|key| key == "history");
        let mut records = self.history;
        if records.is_empty() || !only_history {
            records.insert(0, now);
        }
        event.with_records(records)
    }
}
