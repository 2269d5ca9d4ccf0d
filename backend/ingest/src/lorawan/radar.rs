//! Channels of Milesight's rooms: the fall radar, buttons, doors and counters.

use domain::devices::{Alarm, Reading, Recency, Record};
use serde_json::{Map, Value};

use super::meaning::Meaning;
use super::milesight::shown;
use crate::bytes::{Reader, bit};
use crate::places;
use crate::protocol::DecodeError;

type Done = Result<(), DecodeError>;

const ROOM: &[(u8, &str)] = &[
    (0, "normal"),
    (1, "vacant"),
    (2, "in_bed"),
    (3, "out_of_bed"),
    (4, "fall"),
];
const TARGET: &[(u8, &str)] = &[
    (0, "normal"),
    (1, "motionless"),
    (2, "abnormal"),
    (3, "lying_down"),
];
const OCCUPIED: &[(u8, &str)] = &[(0, "vacant"), (1, "occupied")];
const REASONS: &[(u8, &str)] = &[
    (0, "fall"),
    (1, "motionless"),
    (2, "dwell"),
    (3, "out_of_bed"),
    (4, "occupied"),
    (5, "vacant"),
    // Spelled as the maker's codec spells it.
    (6, "bradynea"),
    (7, "tachypnea"),
    (8, "lying_down"),
];
const REGIONS: &[(u8, &str)] = &[
    (0, "custom"),
    (1, "bed"),
    (2, "door"),
    (3, "ignore"),
    (255, "unset"),
];
const BREATHS: &[(u8, &str)] = &[
    (1, "no_data_input"),
    (2, "normal"),
    (3, "tachypnea"),
    (4, "bradypnea"),
    (5, "undetectable"),
];
const STEPS: &[(u8, &str)] = &[
    (1, "alarm_triggered"),
    (2, "alarm_deactivated"),
    (3, "alarm_ignored"),
    (4, "respiratory_status"),
];

/// The button, in the words of both codecs that are about. Whoever presses it asks for help, however
/// long: the model's page says so.
pub(super) fn button(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    let press = match reader.u8()? {
        1 => "short",
        2 => "long",
        3 => "double",
        _ => "unknown",
    };
    meaning.say("button", press);
    let status = match press {
        "unknown" => press.to_owned(),
        _ => format!("{press} press"),
    };
    let event = Map::from_iter([("status".to_owned(), Value::from(status))]);
    meaning.say("button_event", event);
    meaning.alarm(Alarm::Sos);
    Ok(())
}

/// A door or window, in the words of both codecs.
pub(super) fn door(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    let state = match reader.u8()? {
        0 => "close",
        1 => "open",
        _ => "unknown",
    };
    meaning.say("magnet_status", state);
    meaning.say("door", state);
    Ok(())
}

/// Stored counts, with or without totals.
pub(super) fn people_history(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    let mut entry = Map::new();
    entry.insert("timestamp".to_owned(), reader.u32_le()?.into());
    let names: &[&str] = match reader.u8()? {
        0 => &["period_in", "period_out"],
        1 => &["period_in", "period_out", "total_in", "total_out"],
        _ => return Err(DecodeError::new(reader.offset(), "unknown history")),
    };
    for name in names {
        entry.insert((*name).to_owned(), reader.u16_le()?.into());
    }
    meaning.push("history", entry);
    Ok(())
}

/// The room, firmware 1.0.1: minutes in two bytes.
pub(super) fn room(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    status(reader, meaning)?;
    meaning.say("use_time_now", reader.u16_le()?);
    meaning.say("use_time_today", reader.u16_le()?);
    Ok(())
}

/// The same of firmware 1.0.2: in three.
pub(super) fn room_long(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    status(reader, meaning)?;
    for name in ["use_time_now", "use_time_today"] {
        let [a, b, c] = reader.array()?;
        meaning.say(name, u32::from_le_bytes([a, b, c, 0]));
    }
    Ok(())
}

fn status(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    let (room, target) = (reader.u8()?, reader.u8()?);
    meaning.say("detection_status", shown(ROOM, room));
    meaning.say("target_status", shown(TARGET, target));
    match room {
        3 => meaning.state(Alarm::OutOfBed),
        4 => meaning.state(Alarm::Fall),
        _ => {}
    }
    if target == 1 {
        meaning.state(Alarm::NoMovement);
    }
    Ok(())
}

/// Four regions of firmware 1.0.1, where 1 means vacant.
pub(super) fn regions(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    for region in 1..=4 {
        let word = shown(OCCUPIED, u8::from(reader.u8()? != 1));
        meaning.say(&format!("region_{region}_occupancy"), word);
    }
    Ok(())
}

/// Regions of firmware 1.0.2: a count and a bit each, 1 means occupied.
pub(super) fn regions_bits(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    let (count, bits) = (reader.u8()?, reader.u32_le()?);
    for region in 0..u32::from(count.min(32)) {
        let word = shown(OCCUPIED, u8::from(bit(bits, region)));
        meaning.say(&format!("region_{}_occupancy", region + 1), word);
    }
    Ok(())
}

/// What six regions are.
pub(super) fn region_types(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    for region in 1..=6 {
        let word = shown(REGIONS, reader.u8()?);
        meaning.say(&format!("region_{region}_type"), word);
    }
    Ok(())
}

/// How fast somebody breathes.
pub(super) fn breathing(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    let status = reader.u8()?;
    meaning.say("respiratory_status", shown(BREATHS, status));
    if matches!(status, 3 | 4) {
        meaning.state(Alarm::Breathing);
    }
    let rate = f64::from(reader.u16_le()?) / 100.0;
    meaning.say("respiratory_rate", rate);
    if rate > 0.0 {
        meaning.readings.push((Reading::BreathingRate, rate));
    }
    Ok(())
}

/// Something happened: its number, what it is, what has become of it, and where.
struct Happened {
    number: u16,
    reason: u8,
    step: u8,
    region: u8,
}

impl Happened {
    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            number: reader.u16_le()?,
            reason: reader.u8()?,
            step: reader.u8()?,
            region: reader.u8()?,
        })
    }

    fn tell(&self, entry: &mut Map<String, Value>) {
        entry.insert("alarm_id".to_owned(), self.number.into());
        entry.insert("alarm_type".to_owned(), shown(REASONS, self.reason).into());
        entry.insert("alarm_status".to_owned(), shown(STEPS, self.step).into());
        if matches!(self.reason, 3 | 6 | 7) {
            entry.insert("region_id".to_owned(), self.region.into());
        }
    }

    /// What it alarms about. The maker's page once counted "triggered" from 0 and called reason 0
    /// "normal"; a fall must not be lost by that, so 0 is triggered too and reason 0 is a fall.
    fn alarm(&self) -> Option<Alarm> {
        let alarm = match self.reason {
            0 => Alarm::Fall,
            // Somebody who stays too long where nobody should, or lies where nobody lies.
            1 | 2 | 8 => Alarm::NoMovement,
            3 => Alarm::OutOfBed,
            5 => Alarm::Absent,
            6 | 7 => Alarm::Breathing,
            4 => return None,
            _ => Alarm::Unspecified,
        };
        matches!(self.step, 0 | 1).then_some(alarm)
    }
}

/// An alarm as it happens.
pub(super) fn alarm(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    let happened = Happened::read(reader)?;
    let mut entry = Map::new();
    happened.tell(&mut entry);
    meaning.push("events", entry);
    if let Some(alarm) = happened.alarm() {
        meaning.alarm(alarm);
        if happened.number != 0xffff && (meaning.alarm_id.is_none() || alarm.is_life_alarm()) {
            meaning.alarm_id = Some(format!("{}+{alarm}", happened.number));
        }
    }
    Ok(())
}

/// An alarm that was stored.
pub(super) fn stored_alarm(reader: &mut Reader<'_>, meaning: &mut Meaning) -> Done {
    let seconds = reader.u32_le()?;
    let happened = Happened::read(reader)?;
    let mut entry = Map::new();
    entry.insert("timestamp".to_owned(), seconds.into());
    happened.tell(&mut entry);
    meaning.push("history", entry);
    let alarm = happened.alarm();
    meaning.history.push(Record {
        device_time: places::moment_of_seconds(seconds),
        recency: Recency::Stored,
        fix: None,
        alarms: alarm.into_iter().collect(),
        is_alarm: alarm.is_some(),
        battery_pct: None,
    });
    Ok(())
}
