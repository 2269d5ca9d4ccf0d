//! Message 0900: what vendors carry through.

use domain::devices::{Alarm, Recency};

use super::decode::Packet;
use crate::bytes::Reader;
use crate::places;
use crate::protocol::DecodeError;

/// Reads one by its first byte.
pub(super) fn read(packet: &mut Packet<'_>, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    match reader.u8()? {
        0xf0 => vehicle(packet, reader),
        0xf3 => {
            while reader.left() >= 4 {
                let (item, length) = (reader.u16()?, usize::from(reader.u16()?));
                let mut content = Reader::new(reader.take(length)?);
                if item == 0x0006 {
                    packet.event.device_time = packet.time(&mut content)?;
                }
            }
            Ok(())
        }
        0xff => {
            packet.event.device_time = packet.time(reader)?;
            let lat = f64::from(reader.i32()?) / 1e6;
            let lon = f64::from(reader.i32()?) / 1e6;
            packet.event.fix = places::fix(lat, lon, true);
            Ok(())
        }
        // Beacons and sensors around a badge.
        0x53 | 0x54 => {
            packet.coordinates(reader)?;
            reader.skip(6)?;
            packet.event.device_time = packet.time(reader)?;
            Ok(())
        }
        _ => Ok(()),
    }
}

fn vehicle(packet: &mut Packet<'_>, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    packet.event.device_time = packet.time(reader)?;
    if reader.u8()? > 0 {
        packet.event.recency = Recency::Stored;
    }
    reader.skip(1)?;
    let mut found = Vec::new();
    match reader.u8()? {
        0x03 => {
            for _ in 0..reader.u8()? {
                found.extend(match reader.u8()? {
                    0x01 => Some(Alarm::PowerRestored),
                    0x02 => Some(Alarm::PowerCut),
                    0x25 => Some(Alarm::Overspeed),
                    0x26..=0x28 => Some(Alarm::Collision),
                    0x31 | 0x32 => Some(Alarm::Door),
                    _ => None,
                });
                let length = reader.u8()?;
                reader.skip(length.into())?;
            }
        }
        0x15 if reader.u32()? == 56 => found.push(Alarm::Collision),
        _ => {}
    }
    packet.raise(found);
    Ok(())
}
