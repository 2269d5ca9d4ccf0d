//! The blocks that packets are made of: position, cell, terminal status.

use domain::devices::Fix;
use domain::time::Timestamp;

use super::alarms;
use crate::bytes::{Reader, bit};
use crate::places;
use crate::protocol::DecodeError;
use domain::devices::Alarm;

/// Minutes of a degree times this are the wire's unit.
const UNITS: f64 = 60.0 * 30_000.0;

/// Six plain bytes, year first; zeros are no moment.
pub(super) fn time(reader: &mut Reader<'_>, east_s: i32) -> Result<Option<Timestamp>, DecodeError> {
    Ok(places::moment_of_bytes(reader.array()?, east_s))
}

/// What a position block has beside coordinates and flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Satellites, and one byte of speed.
    Usual,
    /// Satellites, and two bytes of speed behind the flags.
    LongSpeed,
    /// Neither satellites nor speed.
    Bare,
}

/// A position block, after its time.
pub(super) fn fix(reader: &mut Reader<'_>, block: Block) -> Result<Option<Fix>, DecodeError> {
    reader.skip(usize::from(block != Block::Bare))?;
    coordinates(reader, block)
}

/// Latitude, longitude, speed and flags: north, west and fix.
pub(super) fn coordinates(
    reader: &mut Reader<'_>,
    block: Block,
) -> Result<Option<Fix>, DecodeError> {
    let lat = f64::from(reader.u32()?) / UNITS;
    let lon = f64::from(reader.u32()?) / UNITS;
    reader.skip(usize::from(block == Block::Usual))?;
    let flags = u32::from(reader.u16()?);
    reader.skip(if block == Block::LongSpeed { 2 } else { 0 })?;
    let lat = if bit(flags, 10) { lat } else { -lat };
    let lon = if bit(flags, 11) { -lon } else { lon };
    Ok(places::fix(lat, lon, bit(flags, 12)))
}

/// How a packet writes the cell it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// No length before it; three bytes of cell id.
    Plain,
    /// A length before it, itself included from nine on.
    Counted,
    /// A length before it that is not to be trusted: this many bytes follow.
    Fixed(usize),
    /// No length; four bytes of area and eight of cell id.
    Long,
    /// No length, two bytes of network and four of cell id.
    Wide,
}

/// Passes over the cell.
pub(super) fn skip_cell(reader: &mut Reader<'_>, cell: Cell) -> Result<(), DecodeError> {
    let wide_network = |reader: &Reader<'_>| usize::from(reader.peek().is_some_and(|b| b >= 0x80));
    match cell {
        Cell::Plain => reader.skip(8 + wide_network(reader)),
        Cell::Wide => reader.skip(10),
        Cell::Long => reader.skip(15 + wide_network(reader)),
        Cell::Fixed(bytes) => reader.skip(1 + bytes),
        Cell::Counted => match reader.u8()? {
            0 => skip_blank_cells(reader),
            length @ 9.. => reader.skip(usize::from(length) - 1),
            _ => reader.skip(8),
        },
    }
}

/// Passes over what stands where no cell is: nothing, one blank cell, or a list of them all blank.
fn skip_blank_cells(reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    const CELL: usize = 8;
    const LIST: usize = 45;
    // Information, level, signal and alarm follow in any case.
    const STATUS: usize = 4;
    let is_blank = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0);
    let rest = reader.rest();
    let before_status = rest.len().saturating_sub(STATUS);
    let blanks = [LIST, CELL].into_iter().find(|&count| {
        let from = if count == LIST { CELL + 1 } else { 0 };
        count <= before_status && rest.get(from..count).is_some_and(is_blank)
    });
    reader.skip(blanks.unwrap_or(0))
}

/// Terminal information, battery, signal and alarm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Status {
    pub(super) charging: Option<bool>,
    pub(super) battery_pct: Option<u8>,
    pub(super) alarms: Vec<Alarm>,
}

/// How a packet writes its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatusForm {
    /// Information, level, signal, alarm.
    Usual,
    /// The same; the last byte is no alarm, and 7 in the information is overspeed.
    NoCode,
    /// Information, two bytes of signals, alarm, language, percent.
    Signals,
    /// Information, two bytes of supply voltage, signal, alarm.
    Volts,
    /// Information, two bytes of supply voltage, level, signal, alarm.
    VoltsAndLevel,
    /// As [`Self::Usual`], two bytes of supply voltage in place of the alarm.
    SupplyLast,
    /// As [`Self::Usual`], one byte of supply voltage in place of the alarm.
    SupplyByteLast,
}

/// Reads a status block; a short one is read as far as it goes.
pub(super) fn status(reader: &mut Reader<'_>, form: StatusForm, model: &str) -> Status {
    let mut status = Status::default();
    let Ok(terminal) = reader.u8() else {
        return status;
    };
    status.charging = Some(alarms::charging(terminal));
    let mut found = Vec::new();
    found.extend(alarms::of_terminal(terminal, form == StatusForm::NoCode));
    let code = match form {
        StatusForm::Signals => {
            let code = reader.skip(2).and_then(|()| reader.u8());
            let _ = reader.skip(1);
            status.battery_pct = reader.u8().ok().filter(|percent| *percent <= 100);
            code
        }
        StatusForm::Volts => reader.skip(3).and_then(|()| reader.u8()),
        StatusForm::VoltsAndLevel => {
            let _ = reader.skip(2);
            status.battery_pct = reader.u8().ok().and_then(level);
            reader.skip(1).and_then(|()| reader.u8())
        }
        _ => {
            status.battery_pct = reader.u8().ok().and_then(level);
            reader.skip(1).and_then(|()| reader.u8())
        }
    };
    let has_code = !matches!(
        form,
        StatusForm::NoCode | StatusForm::SupplyLast | StatusForm::SupplyByteLast
    );
    if let Ok(code) = code
        && has_code
    {
        found.extend(alarms::of_code(code, model));
    }
    status.alarms = Alarm::in_order(found);
    status
}

/// Levels 0 to 6 are sixths, rounded down; more is a percentage.
pub(super) fn level(byte: u8) -> Option<u8> {
    match byte {
        0..=6 => Some((u16::from(byte) * 100 / 6) as u8),
        7..=100 => Some(byte),
        _ => None,
    }
}
