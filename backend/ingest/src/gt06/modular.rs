//! Packet 70: modules of type, length and content, in any order.

use domain::devices::{DeviceEvent, Reading};

use super::alarms;
use super::parts::{self, Block};
use crate::bytes::Reader;
use crate::places;
use crate::protocol::DecodeError;

/// Reads every module that says something about the person.
pub(super) fn read(reader: &mut Reader<'_>, event: &mut DeviceEvent) -> Result<(), DecodeError> {
    while reader.left() >= 4 {
        let (module, length) = (reader.u16()?, usize::from(reader.u16()?));
        let mut content = Reader::new(reader.take(length.min(reader.left()))?);
        match module {
            0x0018 => {
                let volts = f64::from(content.u16()?) / 100.0;
                event.readings.insert(Reading::BatteryVolts, volts);
            }
            0x002b => {
                event.alarms.extend(alarms::of_module(content.u8()?));
                event.is_alarm = !event.alarms.is_empty();
            }
            0x002c => {
                let at = places::moment_of_seconds(content.u32()?);
                event.device_time = event.device_time.or(at);
            }
            0x0033 => {
                event.device_time = places::moment_of_seconds(content.u32()?);
                content.skip(3)?;
                event.fix = parts::coordinates(&mut content, Block::Usual)?;
            }
            _ => {}
        }
    }
    Ok(())
}
