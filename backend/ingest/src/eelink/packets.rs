//! What one packet says.

use domain::devices::{DeviceEvent, Fix, Reading, Record};

use super::alarms;
use super::frame::Packet;
use crate::bytes::{Reader, bit};
use crate::protocol::DecodeError;
use crate::{fields, places};

/// Degrees times this are the wire's unit.
const UNITS: f64 = 1_800_000.0;

/// A packet being read into a report and what the event says beside it.
struct Report<'a, 'e> {
    reader: Reader<'a>,
    record: Record,
    event: &'e mut DeviceEvent,
}

/// Reads a packet; `None` when its type carries no report.
pub(super) fn read(packet: &Packet<'_>, event: &mut DeviceEvent) -> Option<Record> {
    let mut reading = Report {
        reader: Reader::new(packet.content),
        record: Record::at(None),
        event,
    };
    // A packet shorter than its type should be means what it says as far as it goes.
    let _ = match packet.kind {
        0x02 | 0x04 | 0x05 | 0x06 => reading.fixed(packet.kind),
        0x12..=0x19 => reading.masked(packet.kind),
        0x03 => reading.state(),
        0x07 if packet.content.len() == 4 => reading.state(),
        0x07 => reading.time(),
        0x80 => reading.text(),
        _ => return None,
    };
    Some(reading.record)
}

impl Report<'_, '_> {
    fn time(&mut self) -> Result<(), DecodeError> {
        self.record.device_time = places::moment_of_seconds(self.reader.u32()?);
        Ok(())
    }

    fn place(&mut self) -> Result<Option<Fix>, DecodeError> {
        let lat = f64::from(self.reader.i32()?) / UNITS;
        let lon = f64::from(self.reader.i32()?) / UNITS;
        Ok(places::fix(lat, lon, true))
    }

    /// Whether there is a fix, by the status word.
    fn state(&mut self) -> Result<(), DecodeError> {
        let status = u32::from(self.reader.u16()?);
        if bit(status, 7) {
            self.event.charging = Some(bit(status, 8));
        }
        if let Some(fix) = &mut self.record.fix {
            fix.valid &= bit(status, 0);
        }
        Ok(())
    }

    fn alarm(&mut self) -> Result<(), DecodeError> {
        let alarm = alarms::of_code(self.reader.u8()?);
        self.record = self.record.clone().with_alarms(alarm.into_iter().collect());
        Ok(())
    }

    /// Time, place, cell and a flag for the fix; then what the type adds.
    fn fixed(&mut self, kind: u8) -> Result<(), DecodeError> {
        self.time()?;
        let fix = self.place()?;
        self.reader.skip(1 + 2 + 9)?;
        let has_fix = self.reader.u8()? & 1 == 1;
        self.record.fix = fix.map(|fix| Fix {
            valid: fix.valid && has_fix,
            ..fix
        });
        match kind {
            0x02 => {
                self.charge()?;
                self.volts()
            }
            0x04 => self.alarm(),
            0x05 => {
                // Beside the state's reason stands its own time.
                if (1..=3).contains(&self.reader.u8()?) {
                    self.reader.skip(4)?;
                    self.charge()?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The status word of old packets, which have their own flag for the fix.
    fn charge(&mut self) -> Result<(), DecodeError> {
        let fix = self.record.fix;
        let read = self.state();
        self.record.fix = fix;
        read
    }

    fn volts(&mut self) -> Result<(), DecodeError> {
        let volts = f64::from(self.reader.u16()?) / 1000.0;
        self.event.readings.insert(Reading::BatteryVolts, volts);
        Ok(())
    }

    /// Time, a mask of what follows, and then what the type adds.
    fn masked(&mut self, kind: u8) -> Result<(), DecodeError> {
        self.time()?;
        let mask = self.reader.u8()?.into();
        if bit(mask, 0) {
            self.record.fix = self.place()?;
            self.reader.skip(2 + 2 + 2 + 1)?;
        }
        self.surroundings(mask)?;
        match kind {
            0x14 => self.alarm()?,
            0x15 => self.reader.skip(1)?,
            _ => {}
        }
        match kind {
            0x12 | 0x14 | 0x15 => self.state()?,
            _ => {
                if let Some(fix) = &mut self.record.fix {
                    fix.valid = false;
                }
            }
        }
        if kind == 0x12 {
            self.volts()?;
            // Inputs, mileage, counters.
            self.reader.skip(4 + 4 + 4)?;
            let steps = f64::from(self.reader.u16()?);
            self.event.readings.insert(Reading::Steps, steps);
        }
        Ok(())
    }

    /// Passes over cells and networks.
    fn surroundings(&mut self, mask: u32) -> Result<(), DecodeError> {
        for (index, bytes) in [(1, 11), (2, 7), (3, 7), (4, 7), (5, 7), (6, 7)] {
            if bit(mask, index) {
                self.reader.skip(bytes)?;
            }
        }
        if bit(mask, 7) {
            self.reader.skip(1)?;
            let counts = self.reader.u8()?;
            let (cells, networks) = (usize::from(counts & 7), usize::from(counts >> 3 & 15));
            if cells > 0 {
                self.reader.skip(19 + 5 * (cells - 1))?;
            }
            self.reader.skip(7 * networks)?;
        }
        Ok(())
    }

    /// The answer to a command may tell where it is.
    fn text(&mut self) -> Result<(), DecodeError> {
        self.reader.skip(5)?;
        let text = fields::text(self.reader.rest()).unwrap_or_default();
        self.record.fix = places::told(text);
        self.record.device_time = places::told_moment(text, 0);
        Ok(())
    }
}
