//! Items of type, length and content behind a location: vendors put batteries and alarms there.

use std::collections::BTreeMap;

use domain::devices::{Alarm, Reading};

use crate::bytes::{Reader, bit};
use crate::protocol::DecodeError;

/// What the items say.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Extras {
    pub(super) alarms: Vec<Alarm>,
    pub(super) battery_pct: Option<u8>,
    pub(super) charging: Option<bool>,
    pub(super) readings: BTreeMap<Reading, f64>,
}

/// Dash cameras that use item e8 for events.
const CAMERAS: [&str; 5] = ["JC371", "JC181", "JC182", "JC450", "JC451"];

/// Reads items until they end or stop making sense.
pub(super) fn read(reader: &mut Reader<'_>, model: &str) -> Extras {
    let mut extras = Extras::default();
    while reader.left() >= 2 {
        let (Ok(item), Ok(length)) = (reader.u8(), reader.u8()) else {
            break;
        };
        if item == 0x80 {
            // One byte, and then a list of its own to the end.
            let _ = reader.skip(1);
            extras.list_of_80(reader);
            break;
        }
        let Ok(content) = reader.take(length.into()) else {
            break;
        };
        // An item shorter than its type should be says nothing; the next one may.
        let _ = extras.item(item, content, model);
    }
    extras
}

impl Extras {
    fn percent(&mut self, value: u8) {
        self.battery_pct = Some(value)
            .filter(|percent| *percent <= 100)
            .or(self.battery_pct);
    }

    fn volts(&mut self, value: f64) {
        self.readings.insert(Reading::BatteryVolts, value);
    }

    fn when(&mut self, holds: bool, alarm: Alarm) {
        self.alarms.extend(holds.then_some(alarm));
    }

    fn item(&mut self, item: u8, content: &[u8], model: &str) -> Result<(), DecodeError> {
        let mut reader = Reader::new(content);
        match (item, content.len()) {
            (0x06, 1) => self.percent(reader.u8()?),
            (0x51, 2 | 16) => {
                let word = reader.u16()?;
                let degrees = f64::from(word & 0x7fff) / 10.0;
                if word != 0xffff {
                    let signed = if word & 0x8000 == 0 {
                        degrees
                    } else {
                        -degrees
                    };
                    self.readings.insert(Reading::Temperature, signed);
                }
            }
            (0x56, _) => self.percent(reader.u8()?.saturating_mul(10)),
            (0x57, 8..) if matches!(model, "MV810G" | "MV710G") => {
                reader.skip(4)?;
                self.when(bit(reader.u32()?, 16), Alarm::Door);
            }
            (0x68, 2) => self.percent((reader.u16()? / 100).min(255) as u8),
            (0x69, 2) => self.volts(f64::from(reader.u16()?) / 100.0),
            (0x70, _) => {
                reader.skip(5)?;
                self.when(reader.u8()? == 0x16, Alarm::Collision);
            }
            (0xd0, _) => self.when(bit(reader.u32()?, 3), Alarm::Vibration),
            (0xd4 | 0xe1 | 0xe9, 1) => match reader.u8()? {
                0xff => self.charging = Some(true),
                percent => self.percent(percent),
            },
            (0xd5, 2) => self.volts(f64::from(reader.u16()?) / 100.0),
            (0xe3, _) => {
                reader.skip(1)?;
                self.percent(reader.u8()?);
                self.volts(f64::from(reader.u16()?) / 100.0);
            }
            (0xe4, _) => {
                if reader.u8()? == 0 {
                    self.charging = Some(true);
                }
                self.percent(reader.u8()?);
            }
            (0xe7, 8) => {
                let word = u32::from(reader.u16()?);
                self.when(bit(word, 0), Alarm::Vibration);
                self.when(word >> 1 & 7 != 0, Alarm::Sos);
            }
            (0xe8, _) if CAMERAS.contains(&model) => self.camera(&mut reader)?,
            (0xeb, _) => self.list_of_eb(&mut reader)?,
            (0xf7, 4..) => {
                self.volts(f64::from(reader.u32()?) / 1000.0);
                if let Ok(2 | 3) = reader.u8() {
                    self.charging = Some(true);
                }
                if let Ok(percent) = reader.u8() {
                    self.percent(percent);
                }
            }
            (0xf8, 2) if matches!(model, "C5" | "C5L") => {
                self.readings
                    .insert(Reading::Steps, f64::from(reader.u16()?));
            }
            (0xfe, 1) => self.percent(reader.u8()?),
            (0xfe, 5..) => self.list_of_fe(&mut reader)?,
            _ => {}
        }
        Ok(())
    }

    fn camera(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        let alarm = match reader.u16()? {
            0x0001 => Alarm::Fault,
            0x0403 => Alarm::Overspeed,
            0x0405 | 0x0416 | 0x0417 => Alarm::Collision,
            0x0406 => Alarm::Vibration,
            0x0408 => Alarm::GeofenceEnter,
            0x0409 => Alarm::GeofenceExit,
            0x040c => Alarm::Door,
            0x0c01 => Alarm::Sos,
            0x0c02 | 0x0c0f => Alarm::LowBattery,
            0x0c05 => Alarm::Unspecified,
            0x0c0e => Alarm::PowerCut,
            0x0c10 => Alarm::PowerOff,
            0x0c12 => Alarm::Tampering,
            0x2003 => {
                reader.skip(1)?;
                self.charging = Some(reader.u8()? == 1);
                let sixths = reader.u8()?;
                if (1..=6).contains(&sixths) {
                    self.percent((u16::from(sixths) * 100 / 6) as u8);
                }
                self.volts(f64::from(reader.u16()?) / 100.0);
                return Ok(());
            }
            _ => return Ok(()),
        };
        self.alarms.push(alarm);
        Ok(())
    }

    /// Lengths count type and content. The alarms are active low.
    fn list_of_eb(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        while reader.left() >= 4 {
            let length = usize::from(reader.u16()?);
            let mut content = Reader::new(reader.take(length)?);
            match content.u16()? {
                0x002d if length == 4 => self.volts(f64::from(content.u16()?) / 1000.0),
                0x0089 => {
                    let word = content.u32()?;
                    self.when(!bit(word, 0), Alarm::PowerOff);
                    self.when(!bit(word, 12), Alarm::Removed);
                }
                0x00c5 => self.when(!bit(content.u32()?, 6), Alarm::Vibration),
                0x00c6 => self.when(matches!(content.u8()?, 3 | 4), Alarm::LowBattery),
                0x00a8 | 0x00e1 => self.percent(content.u8()?),
                _ => {}
            }
        }
        Ok(())
    }

    fn list_of_fe(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        if reader.u8()? == 0x7c {
            while reader.left() >= 3 {
                let (item, length) = (reader.u8()?, usize::from(reader.u8()?));
                let Ok(content) = reader.take(length) else {
                    break;
                };
                if item == 0x01 {
                    let word = Reader::new(content).u32()?;
                    self.when(bit(word, 3), Alarm::Collision);
                    self.when(bit(word, 4), Alarm::Tampering);
                }
            }
        }
        if let Ok(percent) = reader.u8() {
            self.percent(percent);
        }
        Ok(())
    }

    fn list_of_80(&mut self, reader: &mut Reader<'_>) {
        while reader.left() >= 2 {
            let (Ok(item), Ok(length)) = (reader.u8(), reader.u8()) else {
                break;
            };
            let Ok(content) = reader.take(length.into()) else {
                break;
            };
            match (item, content) {
                (0x56, [_, percent, ..]) => self.percent(*percent),
                (0x69, [high, low]) => {
                    self.volts(f64::from(u16::from_be_bytes([*high, *low])) / 100.0);
                }
                _ => {}
            }
        }
    }
}
