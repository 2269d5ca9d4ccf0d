//! What stands behind the head of a frame.

use domain::devices::{Alarm, DeviceEvent, Fix, Reading, Recency, Record};
use domain::time::Timestamp;

use super::alarms;
use super::frame::Frame;
use crate::bytes::{Reader, bcd, bit};
use crate::places;
use crate::protocol::DecodeError;

/// Reads the reports of a frame; a content shorter than its type should be is read as far as it goes.
pub(super) fn read(frame: &Frame<'_>, model: &str, event: &mut DeviceEvent) -> Vec<Record> {
    let mut content = Content {
        reader: Reader::new(frame.content),
        record: Record::at(None),
        event,
    };
    let _ = match (frame.is_tag(), frame.kind) {
        _ if frame.is_position() => content.position(frame, model),
        (false, 0x05) if frame.mark == 0x2626 => return content.drive(),
        (false, 0x06) if frame.mark == 0x2626 => content.hard_drive(),
        (true, 0x05) | (_, 0x11) => content.timed(),
        (true, 0x24 | 0x25) => content.networks(),
        (_, 0x10) => content.beacons(),
        _ => Ok(()),
    };
    vec![content.record]
}

/// The alarm byte of a position, which the answer repeats.
pub(super) fn alarm_code(frame: &Frame<'_>) -> Option<u8> {
    frame.content.get(alarm_offset(frame)).copied()
}

/// A tag's alarm byte follows its status. A tracker has settings, inputs and analogue values before it.
fn alarm_offset(frame: &Frame<'_>) -> usize {
    let is_long = matches!(frame.kind, 0x13 | 0x14);
    let analogue = match (frame.mark, is_long) {
        (0x2626, _) => 0,
        (_, true) => 10,
        (_, false) => 4,
    };
    match frame.is_tag() {
        true => 1,
        false => 9 + 1 + 8 + if is_long { 2 } else { 0 } + analogue,
    }
}

struct Content<'a, 'e> {
    reader: Reader<'a>,
    record: Record,
    event: &'e mut DeviceEvent,
}

impl Content<'_, '_> {
    fn timed(&mut self) -> Result<(), DecodeError> {
        self.record.device_time = self.moment()?;
        Ok(())
    }

    fn moment(&mut self) -> Result<Option<Timestamp>, DecodeError> {
        Ok(places::moment_of_bcd(self.reader.array()?, 0))
    }

    /// Altitude, longitude and latitude; all ones where there is no place.
    fn place(&mut self) -> Result<Option<Fix>, DecodeError> {
        let nowhere = self.reader.rest().starts_with(&[0xff; 4]);
        self.reader.skip(4)?;
        let lon = f64::from(self.reader.f32_le()?);
        let lat = f64::from(self.reader.f32_le()?);
        Ok(places::fix(lat, lon, true).filter(|_| !nowhere))
    }

    /// Two digits in a byte; 0 stands for 100.
    fn percent(&mut self) -> Result<Option<u8>, DecodeError> {
        Ok(bcd(self.reader.u8()?).map(|percent| if percent == 0 { 100 } else { percent }))
    }

    fn alarmed(&mut self, alarm: Option<Alarm>) {
        let alarms = self.record.alarms.iter().copied().chain(alarm).collect();
        self.record = self.record.clone().with_alarms(alarms);
    }

    /// Bits 7 of a status: stored; 6: located.
    fn status(&mut self, status: u8) -> bool {
        if bit(status.into(), 7) {
            self.record.recency = Recency::Stored;
        }
        bit(status.into(), 6)
    }

    fn position(&mut self, frame: &Frame<'_>, model: &str) -> Result<(), DecodeError> {
        let alarm_at = alarm_offset(frame);
        self.reader.skip(if frame.is_tag() { 0 } else { 9 })?;
        let status = self.reader.u8()?;
        let is_located = self.status(status);
        self.reader.skip(alarm_at - self.reader.offset())?;
        let code = self.reader.u8()?;
        self.alarmed(match frame.is_tag() {
            true => alarms::of_tag(code),
            false => alarms::of_vehicle(code),
        });
        if !frame.is_tag() {
            self.reader.skip(1 + 4)?;
            self.record.battery_pct = self.percent()?;
        }
        self.timed()?;
        match is_located {
            true => {
                self.record.fix = self.place()?;
                self.reader.skip(2 + 2)?;
            }
            // Cells.
            false => self.reader.skip(16)?,
        }
        if frame.is_tag() {
            self.reader.skip(5)?;
            self.record.battery_pct = self.percent()?;
            self.reader.skip(1 + 1)?;
            self.volts(1, 10.0)
        } else if matches!(frame.kind, 0x13 | 0x14) || model == "TLW2-2BL" {
            self.volts(2, 100.0)
        } else {
            Ok(())
        }
    }

    /// Digits of a voltage.
    fn volts(&mut self, bytes: usize, divisor: f64) -> Result<(), DecodeError> {
        let digits = self
            .reader
            .take(bytes)?
            .iter()
            .try_fold(0_u32, |sum, byte| Some(sum * 100 + u32::from(bcd(*byte)?)));
        if let Some(value) = digits {
            let volts = f64::from(value) / divisor;
            self.event.readings.insert(Reading::BatteryVolts, volts);
        }
        Ok(())
    }

    /// How it was driven: several moments, and no alarm of ours.
    fn drive(&mut self) -> Vec<Record> {
        let mut records = Vec::new();
        let _ = self.reader.skip(1);
        while self.reader.left() >= 24 {
            let mut record = Record::at(self.moment().ok().flatten());
            record.fix = self.place().ok().flatten();
            let _ = self.reader.skip(2 + 2 + 2);
            records.push(record);
        }
        records
    }

    fn hard_drive(&mut self) -> Result<(), DecodeError> {
        self.reader.skip(1)?;
        self.timed()?;
        let has_fix = !bit(self.reader.u8()?.into(), 7);
        self.reader.skip(5)?;
        self.record.fix = self.place()?.map(|fix| Fix {
            valid: fix.valid && has_fix,
            ..fix
        });
        Ok(())
    }

    /// An asset tag that hears networks or, without the bit for them, has a place.
    fn networks(&mut self) -> Result<(), DecodeError> {
        let status = self.reader.u8()?;
        let is_located = self.status(status);
        let code = self.reader.u8()?;
        self.alarmed(alarms::of_tag(code));
        self.timed()?;
        let mut inner = Reader::new(self.reader.take(27)?);
        if is_located && !bit(status.into(), 5) {
            std::mem::swap(&mut inner, &mut self.reader);
            self.record.fix = self.place()?;
            self.reader = inner;
        }
        self.reader.skip(5)?;
        self.record.battery_pct = self.percent()?;
        Ok(())
    }

    /// Wireless sensors and buttons; those with a meaning for us are buttons and keys.
    fn beacons(&mut self) -> Result<(), DecodeError> {
        self.timed()?;
        self.reader.skip(1)?;
        while self.reader.left() > 0 {
            let kind = self.reader.u16()?;
            match kind {
                2 | 3 => {
                    self.reader.skip(6 + 1)?;
                    let code = self.reader.u8()?;
                    self.alarmed(alarms::of_button(code, kind == 2));
                    self.reader.skip(1 + 16)?;
                }
                1 => self.reader.skip(10)?,
                4 => self.reader.skip(15)?,
                5 => self.reader.skip(12)?,
                6 => self.reader.skip(9)?,
                _ => return Ok(()),
            }
        }
        Ok(())
    }
}
