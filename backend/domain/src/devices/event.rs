//! What one frame of a device says, whatever the wire.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::devices::{Carrier, Claim, DeviceUid, Protocol};
use crate::geo::{Coordinate, Datum};
use crate::ids::FrameId;
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// What a device alarms about, the most urgent first. States such as "worn" are not alarms.
    pub enum Alarm {
        /// The help button.
        Sos = "sos",
        /// A detected fall.
        Fall = "fall",
        /// An alarm frame that names no reason.
        Unspecified = "unspecified",
        /// Taken off.
        Removed = "removed",
        /// Battery nearly empty.
        LowBattery = "low_battery",
        /// Came into a fence.
        GeofenceEnter = "geofence_enter",
        /// Left a fence.
        GeofenceExit = "geofence_exit",
        /// Switched off.
        PowerOff = "power_off",
        /// Supply lost.
        PowerCut = "power_cut",
        /// Opened or moved by force.
        Tampering = "tampering",
        /// Shaken.
        Vibration = "vibration",
        /// Smoke.
        Smoke = "smoke",
        /// Burnable gas.
        Gas = "gas",
        /// Carbon monoxide.
        CarbonMonoxide = "carbon_monoxide",
        /// Water where none should be.
        Water = "water",
        /// A hard blow, or a vehicle's collision.
        Collision = "collision",
        /// Nobody moves.
        NoMovement = "no_movement",
        /// Left the bed, or did not come back to it.
        OutOfBed = "out_of_bed",
        /// Breathes too slowly or too fast.
        Breathing = "breathing",
        /// A seizure.
        Seizure = "seizure",
        /// Wanders about or has left.
        Wandering = "wandering",
        /// Not there when expected.
        Absent = "absent",
        /// A pill was not taken.
        PillMissed = "pill_missed",
        /// A door, or the strap's lock, opened.
        Door = "door",
        /// A fence was crossed; the device does not say which way.
        Geofence = "geofence",
        /// Moves although it should not.
        Movement = "movement",
        /// Faster than allowed.
        Overspeed = "overspeed",
        /// Too warm or too cold.
        Temperature = "temperature",
        /// A part of the device fails.
        Fault = "fault",
        /// Switched on.
        PowerOn = "power_on",
        /// Supply back.
        PowerRestored = "power_restored",
    }
}

impl Alarm {
    /// Sorts by urgency, SOS and fall first, and leaves each once.
    pub fn in_order(mut alarms: Vec<Self>) -> Vec<Self> {
        alarms.sort_unstable();
        alarms.dedup();
        alarms
    }

    /// Whether a life may hang on it: a helper is sent.
    pub fn is_life_alarm(self) -> bool {
        matches!(
            self,
            Self::Sos
                | Self::Fall
                | Self::Unspecified
                | Self::Smoke
                | Self::Gas
                | Self::CarbonMonoxide
                | Self::Seizure
        )
    }

    /// Told for the record: nobody has to do anything about it.
    pub fn is_news(self) -> bool {
        matches!(self, Self::PowerOn | Self::PowerRestored)
    }
}

words! {
    /// Whether a frame speaks of now or of earlier.
    pub enum Recency {
        /// Sent as it happened.
        Live = "live",
        /// Stored on the device and sent later: history, not "now".
        Stored = "stored",
    }
}

/// What makes two frames the same event: unique per device.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventKey(pub String);

/// A position report; `valid` is the device's own word for a satellite fix.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fix {
    /// Degrees, WGS-84 as the protocol's hardware sends it.
    pub at: Coordinate,
    /// The device claims a fix. An indoor SOS has none, and is no less an alarm.
    pub valid: bool,
}

words! {
    /// A measured value other than position.
    pub enum Reading {
        /// Steps since midnight.
        Steps = "steps",
        /// Beats a minute; 0 from the device means "no reading" and is left out.
        HeartRate = "heart_rate",
        /// mmHg.
        Systolic = "bp_systolic",
        /// mmHg.
        Diastolic = "bp_diastolic",
        /// Percent.
        BloodOxygen = "spo2_pct",
        /// Degrees Celsius.
        Temperature = "temperature_c",
        /// Blood sugar, mmol/l.
        BloodSugar = "blood_sugar_mmol_l",
        /// Breaths a minute.
        BreathingRate = "breathing_rate",
        /// Battery, volts.
        BatteryVolts = "battery_v",
    }
}

/// One of several reports that a frame carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The device's own clock.
    pub device_time: Option<Timestamp>,
    /// Now or history.
    pub recency: Recency,
    /// Position, when it has one.
    pub fix: Option<Fix>,
    /// All alarms of it, SOS and fall first.
    pub alarms: Vec<Alarm>,
    /// It is an alarm, whether or not it names a reason.
    pub is_alarm: bool,
    /// 0-100.
    pub battery_pct: Option<u8>,
}

impl Record {
    /// A report that says nothing yet but when it was made.
    pub fn at(device_time: Option<Timestamp>) -> Self {
        Self {
            device_time,
            recency: Recency::Live,
            fix: None,
            alarms: Vec::new(),
            is_alarm: false,
            battery_pct: None,
        }
    }

    /// The same with these alarms in order of urgency; news alone makes no alarm of it.
    pub fn with_alarms(self, alarms: Vec<Alarm>) -> Self {
        let alarms = Alarm::in_order(alarms);
        Self {
            is_alarm: alarms.iter().any(|alarm| !alarm.is_news()),
            alarms,
            ..self
        }
    }

    /// How much it deserves to stand for the whole frame.
    fn weight(&self) -> u8 {
        let life = self.alarms.iter().any(|alarm| alarm.is_life_alarm());
        let live = self.recency == Recency::Live;
        match (self.is_alarm, life, live) {
            (true, true, true) => 4,
            (true, true, false) => 3,
            (true, false, true) => 2,
            (true, false, false) => 1,
            (false, ..) => 0,
        }
    }
}

/// A decoded frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceEvent {
    /// How it came.
    pub protocol: Protocol,
    /// Who sent it.
    pub device_uid: DeviceUid,
    /// The message kind inside the protocol, e.g. `UD2`.
    pub kind: String,
    /// What makes a repeat a repeat.
    pub key: EventKey,
    /// The device's own clock; kept, never used for ordering.
    pub device_time: Option<Timestamp>,
    /// Now or history.
    pub recency: Recency,
    /// Position, when the frame has one.
    pub fix: Option<Fix>,
    /// All alarms of the frame, SOS and fall first.
    pub alarms: Vec<Alarm>,
    /// The frame is an alarm, whether or not it names a reason.
    pub is_alarm: bool,
    /// 0-100.
    pub battery_pct: Option<u8>,
    /// On a charger or external supply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charging: Option<bool>,
    /// On the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worn: Option<bool>,
    /// Other values.
    pub readings: BTreeMap<Reading, f64>,
    /// Every report of a frame that carries several, in wire order; else empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<Record>,
    /// What a protocol without positions says, under the names its page lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<serde_json::Map<String, serde_json::Value>>,
    /// Seconds by which the device's clock is ahead, when that is more than a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_off_s: Option<i64>,
    /// The datum its places were brought from; `None` when they came as WGS-84.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub datum: Option<Datum>,
    /// What carried it, where the listener says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<Carrier>,
    /// What its identity rests on, where the listener says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// The device its connection is bound to, when that is another one: in quarantine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantine: Option<DeviceUid>,
    /// Its key is a number of the message itself, unique whatever any clock says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_numbered: bool,
}

/// Why a frame of another device is not acted on for a bound connection.
pub const QUARANTINED: &str = "identity changed on a bound connection";

impl DeviceEvent {
    /// An event that says nothing yet but who, what and which.
    pub fn new(protocol: Protocol, device_uid: DeviceUid, kind: &str, key: EventKey) -> Self {
        Self {
            protocol,
            device_uid,
            kind: kind.to_owned(),
            key,
            device_time: None,
            recency: Recency::Live,
            fix: None,
            alarms: Vec::new(),
            is_alarm: false,
            battery_pct: None,
            charging: None,
            worn: None,
            readings: BTreeMap::new(),
            records: Vec::new(),
            data: None,
            clock_off_s: None,
            datum: None,
            carrier: None,
            claim: None,
            quarantine: None,
            is_numbered: false,
        }
    }

    /// Sets a frame apart that names another device than its connection is bound to.
    ///
    /// Its key never meets one of the device it names, whose own alarm must not look like a repeat.
    pub fn into_quarantine(mut self, bound: DeviceUid) -> Self {
        self.key.0 = format!("quarantine:{bound}:{}", self.key.0);
        self.quarantine = Some(bound);
        self
    }

    /// Takes the reports of a frame: one is the event itself, of several the gravest stands for it.
    ///
    /// A live alarm outweighs a stored one, so an old SOS never makes history of a new one and is
    /// itself never taken for "now".
    pub fn with_records(mut self, mut records: Vec<Record>) -> Self {
        let Some(head) = records
            .iter()
            .enumerate()
            .max_by_key(|(at, record)| (record.weight(), *at))
            .map(|(_, record)| record.clone())
        else {
            return self;
        };
        self.device_time = head.device_time;
        self.recency = head.recency;
        self.fix = head.fix;
        self.battery_pct = head.battery_pct.or(self.battery_pct);
        self.is_alarm = head.is_alarm;
        if records.len() == 1 {
            self.alarms = records.swap_remove(0).alarms;
        } else {
            let all = records.iter().flat_map(|record| &record.alarms).copied();
            self.alarms = Alarm::in_order(all.collect());
            self.records = records;
        }
        self
    }
}

/// A frame as it came in: kept raw, decoded or not.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedFrame {
    /// Identity.
    pub id: FrameId,
    /// How it came.
    pub protocol: Protocol,
    /// Peer address without port; groups floods.
    pub source: String,
    /// When its last byte was here.
    pub received_at: Timestamp,
    /// The bytes, at most 64 KiB.
    pub raw: Vec<u8>,
    /// What it means, or why it means nothing.
    pub decoded: Result<DeviceEvent, String>,
    /// Device the frame claims to come from, when that much could be read.
    pub device_uid: Option<DeviceUid>,
}

/// A device clock further off than this orders nothing, hours.
const CLOCK_TRUSTED_H: i64 = 24;
/// Repeats of a device without a trusted clock are the same event within this many seconds.
const REPEAT_WINDOW_S: i64 = 600;

impl ReceivedFrame {
    /// The device its connection is bound to, when the frame names another one.
    pub fn quarantine(&self) -> Option<&DeviceUid> {
        self.decoded.as_ref().ok()?.quarantine.as_ref()
    }

    /// Limits "the same event" to a window where the device's clock cannot tell events apart.
    ///
    /// A watch with a stuck clock sends every alarm under one key: without the window the second
    /// real fall would be taken for a repeat of the first. A repeat that falls into the next window
    /// joins the incident that is open, so nothing is doubled. A message that carries a number of
    /// its own needs no window: a webhook that is delivered again a day later is still a repeat.
    pub fn with_windowed_key(mut self) -> Self {
        let received_at = self.received_at;
        if let Ok(event) = &mut self.decoded
            && !event.is_numbered
        {
            let off = event
                .device_time
                .map(|at| (at - received_at).num_hours().abs());
            if off.is_none_or(|hours| hours >= CLOCK_TRUSTED_H) {
                let window = received_at.timestamp().div_euclid(REPEAT_WINDOW_S);
                event.key.0.push_str(&format!("@{window}"));
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(device_time: Option<&str>, received_at: &str) -> ReceivedFrame {
        let at = |text: &str| text.parse::<Timestamp>().expect("a moment");
        ReceivedFrame {
            id: FrameId(uuid::Uuid::nil()),
            protocol: Protocol::Watch,
            source: "127.0.0.1".to_owned(),
            received_at: at(received_at),
            raw: Vec::new(),
            device_uid: None,
            decoded: Ok(DeviceEvent {
                device_time: device_time.map(at),
                alarms: vec![Alarm::Sos],
                is_alarm: true,
                ..DeviceEvent::new(
                    Protocol::Watch,
                    DeviceUid::parse("9990000001").expect("a uid"),
                    "AL",
                    EventKey("AL:1".to_owned()),
                )
            }),
        }
    }

    fn key(device_time: Option<&str>, received_at: &str) -> String {
        frame(device_time, received_at)
            .with_windowed_key()
            .decoded
            .expect("an event")
            .key
            .0
    }

    #[test]
    fn a_trusted_clock_keeps_its_key_for_ever() {
        let clock = Some("2026-11-24T03:00:00Z");
        assert_eq!(key(clock, "2026-11-24T03:00:01Z"), "AL:1");
        assert_eq!(key(clock, "2026-11-24T20:00:00Z"), "AL:1");
    }

    #[test]
    fn without_a_trusted_clock_a_later_alarm_is_a_new_event() {
        for clock in [None, Some("2019-01-01T00:00:00Z")] {
            let first = key(clock, "2026-11-24T03:00:01Z");
            assert_eq!(key(clock, "2026-11-24T03:05:00Z"), first);
            assert_ne!(key(clock, "2026-11-24T04:00:00Z"), first);
        }
    }

    #[test]
    fn a_numbered_message_needs_no_clock() {
        let mut numbered = frame(None, "2026-11-24T03:00:01Z");
        if let Ok(event) = &mut numbered.decoded {
            event.is_numbered = true;
        }
        let event = numbered.with_windowed_key().decoded.expect("an event");
        assert_eq!(event.key.0, "AL:1");
    }

    fn record(alarms: &[Alarm], recency: Recency, minute: u32) -> Record {
        let at = format!("2026-11-24T03:{minute:02}:00Z");
        Record {
            device_time: Some(at.parse().expect("a moment")),
            recency,
            fix: None,
            alarms: alarms.to_vec(),
            is_alarm: !alarms.is_empty(),
            battery_pct: None,
        }
    }

    fn minute_and_alarms(records: Vec<Record>) -> (String, Recency, Vec<Alarm>, usize) {
        let plain = frame(None, "2026-11-24T03:00:00Z").decoded.expect("ok");
        let event = plain.with_records(records);
        let at = event.device_time.expect("a time");
        let minute = at.format("%M").to_string();
        (minute, event.recency, event.alarms, event.records.len())
    }

    #[test]
    fn alarms_are_put_in_order_and_news_alone_is_none() {
        let mixed = Record::at(None).with_alarms(vec![Alarm::PowerOn, Alarm::Fall, Alarm::Sos]);
        assert_eq!(mixed.alarms, [Alarm::Sos, Alarm::Fall, Alarm::PowerOn]);
        assert!(mixed.is_alarm);
        let news = Record::at(None).with_alarms(vec![Alarm::PowerRestored, Alarm::PowerOn]);
        assert!(!news.is_alarm && !Record::at(None).is_alarm);
    }

    #[test]
    fn the_gravest_report_stands_for_the_frame() {
        use Recency::{Live, Stored};
        let old_sos = record(&[Alarm::Sos], Stored, 1);
        let new_fall = record(&[Alarm::LowBattery, Alarm::Fall], Live, 2);
        let now = record(&[], Live, 3);
        assert_eq!(
            minute_and_alarms(vec![new_fall.clone(), old_sos.clone(), now.clone()]),
            (
                "02".to_owned(),
                Live,
                vec![Alarm::Sos, Alarm::Fall, Alarm::LowBattery],
                3
            )
        );
        assert_eq!(
            minute_and_alarms(vec![old_sos, now.clone()]),
            ("01".to_owned(), Stored, vec![Alarm::Sos], 2)
        );
        assert_eq!(
            minute_and_alarms(vec![now]),
            ("03".to_owned(), Live, vec![], 0)
        );
    }
}
