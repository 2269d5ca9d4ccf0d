//! Bytes of one frame to a [`DeviceEvent`].

use domain::devices::{Alarm, DeviceEvent, DeviceUid, EventKey, Protocol, Reading, Recency};
use domain::time::Timestamp;

use super::alarms;
use super::frame::{Frame, take_apart};
use super::modular;
use super::parts::{self, Block, Cell, StatusForm};
use crate::bytes::{Reader, has_check_digit, packed_imei};
use crate::protocol::{DecodeError, Envelope, Session};
use crate::{fields, keys, places};

/// Says what a whole frame means. An unknown type is an event without meaning, not an error.
pub fn decode(bytes: &[u8], envelope: &Envelope<'_>) -> Result<DeviceEvent, DecodeError> {
    let frame = take_apart(bytes)?;
    let login = match frame.kind {
        0x01 if !frame.extended => Some(logged_in(&frame)?),
        _ => None,
    };
    let named = login.or_else(|| named_within(&frame, envelope.model()));
    let mut event = DeviceEvent::new(
        Protocol::Gt06,
        envelope.sender(named),
        KINDS[usize::from(frame.kind)],
        EventKey(String::new()),
    );
    let mut packet = Packet {
        reader: Reader::new(frame.body),
        model: envelope.model(),
        zone_s: envelope.session.zone_s.unwrap_or(0),
        event: &mut event,
    };
    let read = match (frame.extended, frame.kind) {
        (_, 0x01) => Ok(()),
        (false, kind) => packet.basic(kind, bytes.get(2).copied().unwrap_or(0)),
        (true, kind) => packet.extended(kind),
    };
    // A packet shorter than its kind should be means what it says as far as it goes.
    let _ = read;
    event.key = keys::of(&event, frame.body);
    Ok(event)
}

/// Reads who a frame claims to come from: a login, or a packet that begins with the IMEI.
pub fn claimed_uid(bytes: &[u8]) -> Option<DeviceUid> {
    let frame = take_apart(bytes).ok()?;
    if frame.kind == 0x01 && !frame.extended {
        return logged_in(&frame).ok();
    }
    named_within(&frame, "")
}

/// A login may state the zone of the device's clock.
pub fn learn(bytes: &[u8], session: &mut Session) {
    let Ok(frame) = take_apart(bytes) else { return };
    let login = frame.kind == 0x01 && !frame.extended;
    if let Some(&[high, low]) = frame.body.get(10..12).and_then(|b| b.first_chunk::<2>())
        && login
    {
        let bits = i32::from(u16::from_be_bytes([high, low]));
        let (hours, minutes) = ((bits >> 4) / 100, (bits >> 4) % 100);
        let east = (hours * 60 + minutes) * 60;
        session.zone_s = Some(if bits & 8 == 0 { east } else { -east });
    }
}

/// A wrong checksum is forgiven, but not where it could name another resident's device: then the
/// IMEI's own check digit must be right.
fn logged_in(frame: &Frame<'_>) -> Result<DeviceUid, DecodeError> {
    let packed = frame
        .body
        .get(..8)
        .ok_or(DecodeError::new(4, "login cut short"))?;
    // Too short to hold a checksum at all: some clones leave it out.
    let unchecked = frame.serial.is_none() && frame.body.len() < 10;
    packed_imei(packed)
        .filter(|uid| frame.checked || unchecked || has_check_digit(uid))
        .ok_or(DecodeError::new(4, "identity unreadable"))
}

/// An IMEI in front of a position names the device when the checksum or its own check digit is right.
fn named_within(frame: &Frame<'_>, model: &str) -> Option<DeviceUid> {
    inner_imei(frame, model).filter(|uid| frame.checked || has_check_digit(uid))
}

/// Some models write their IMEI in front of the position, 22 and 25 behind a byte of 1: where others
/// have the year, which is never that early.
fn inner_imei(frame: &Frame<'_>, model: &str) -> Option<DeviceUid> {
    let told = matches!(
        (frame.kind, model),
        (0x22 | 0x25, "NT20" | "XT40") | (0x12, "QH302R")
    );
    let at = match frame.kind {
        0x12 => 0,
        0x22 | 0x25 => 1,
        _ => return None,
    };
    let early = frame.body.first().is_some_and(|&year| year < 0x0a);
    if frame.extended || !(told || early) {
        return None;
    }
    packed_imei(frame.body.get(at..at + 8)?).filter(|uid| told || has_check_digit(uid))
}

/// A packet being read into its event.
struct Packet<'a, 'e> {
    reader: Reader<'a>,
    model: &'a str,
    zone_s: i32,
    event: &'e mut DeviceEvent,
}

impl Packet<'_, '_> {
    fn basic(&mut self, kind: u8, length: u8) -> Result<(), DecodeError> {
        match kind {
            0x12 | 0x22 | 0x25 if inner(self, kind) => self.with_imei(kind),
            0x10 | 0x11 | 0x1a | 0x1e => self.positioned(),
            0x12 => self.position_12(length),
            0x22 | 0x2d | 0x31 | 0x37 => self.position_22(kind, length),
            0x24 if length == 0x2e => self.positioned(),
            0x17 if length == 0x28 => self.positioned(),
            0xa0 => self.position_a0(),
            0x36 if length == 0x35 || self.model == "VL103" => self.position_36(),
            0x16 | 0x26 | 0x27 | 0x32 | 0xa4 => self.alarm_packet(kind, length),
            0xa2 if length == 0x40 => self.alarm_packet(kind, length),
            0xa3 => self.fence_or_status(),
            0xa5 => self.cell_alarm(Cell::Long),
            // The longer 19 is a scan of one model.
            0x19 if self.reader.left() < 18 => self.cell_alarm(Cell::Plain),
            0x13 | 0x36 => self.heartbeat(kind, length),
            0x23 => self.gk310_heartbeat(),
            0x95 => self.event_95(),
            0x34 if length == 0x37 => self.timed(),
            0x34 => {
                self.reader.skip(4)?;
                self.positioned()
            }
            0x18 | 0x24 | 0x28 | 0x2c | 0x2e | 0x33 | 0xa1 | 0xa2 | 0x3a => self.timed(),
            0x17 | 0x69 => {
                self.event.device_time = places::moment_of_bcd(self.reader.array()?, 0);
                Ok(())
            }
            0xf3 => {
                let time = self.reader.array()?;
                let plain = || places::moment_of_bytes(time, self.zone_s);
                self.event.device_time = places::moment_of_bcd(time, 0).or_else(plain);
                Ok(())
            }
            0x40 => {
                self.reader.skip(8)?;
                self.event.device_time = places::moment_of_seconds(self.reader.u32()?);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn extended(&mut self, kind: u8) -> Result<(), DecodeError> {
        match kind {
            0x32 | 0x33 => self.az735(kind),
            0x21 => {
                self.reader.skip(5)?;
                self.located_text();
                Ok(())
            }
            0x38 => self.positioned(),
            0x70 => modular::read(&mut self.reader, self.event),
            0x8c => self.timed(),
            0xf1 | 0xf2 => {
                self.event.device_time = places::moment_of_seconds(self.reader.u32()?);
                Ok(())
            }
            0x94 => {
                if self.reader.u8()? == 0x05 && self.reader.left() >= 7 {
                    self.timed()?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn time(&mut self) -> Result<Option<Timestamp>, DecodeError> {
        parts::time(&mut self.reader, self.zone_s)
    }

    fn timed(&mut self) -> Result<(), DecodeError> {
        self.event.device_time = self.time()?;
        Ok(())
    }

    fn positioned(&mut self) -> Result<(), DecodeError> {
        self.timed()?;
        self.event.fix = parts::fix(&mut self.reader, Block::Usual)?;
        Ok(())
    }

    /// Ignition, reason, and whether the packet was stored.
    fn stored_mark(&mut self) -> Result<(), DecodeError> {
        self.reader.skip(2)?;
        if self.reader.u8()? == 1 {
            self.event.recency = Recency::Stored;
        }
        Ok(())
    }

    fn status(&mut self, form: StatusForm, is_packet_of_alarms: bool) {
        let status = parts::status(&mut self.reader, form, self.model);
        self.event.charging = status.charging;
        self.event.battery_pct = status.battery_pct;
        // A heartbeat repeats lasting states; only what a life hangs on makes an alarm of it.
        self.event.is_alarm = match is_packet_of_alarms {
            true => !status.alarms.is_empty(),
            false => status.alarms.iter().any(|alarm| alarm.is_life_alarm()),
        };
        self.event.alarms = status.alarms;
    }

    fn position_12(&mut self, length: u8) -> Result<(), DecodeError> {
        self.positioned()?;
        parts::skip_cell(&mut self.reader, Cell::Plain)?;
        match (length, self.reader.left()) {
            (0x24, _) => self.status(StatusForm::NoCode, false),
            (0x2b, _) => {
                self.status(StatusForm::Volts, true);
                self.reader.skip(2)?;
                let byte = self.reader.u8()?;
                let degrees = f64::from(byte & 0x7f);
                let signed = if byte & 0x80 == 0 { degrees } else { -degrees };
                self.event.readings.insert(Reading::Temperature, signed);
            }
            (_, 3 | 7) => self.stored_mark()?,
            _ => {}
        }
        Ok(())
    }

    fn position_22(&mut self, kind: u8, length: u8) -> Result<(), DecodeError> {
        self.positioned()?;
        let cell = match (kind, length) {
            (0x31, 0x2a) => Cell::Wide,
            (0x22, 0x2f) => Cell::Fixed(8),
            _ => Cell::Plain,
        };
        parts::skip_cell(&mut self.reader, cell)?;
        self.stored_mark()
    }

    fn position_a0(&mut self) -> Result<(), DecodeError> {
        self.positioned()?;
        parts::skip_cell(&mut self.reader, Cell::Long)?;
        self.stored_mark()
    }

    /// As 22 with four bytes of cell id; odometer, supply and battery voltage follow.
    fn position_36(&mut self) -> Result<(), DecodeError> {
        self.positioned()?;
        parts::skip_cell(&mut self.reader, Cell::Fixed(8))?;
        self.stored_mark()?;
        self.reader.skip(6)?;
        let volts = f64::from(self.reader.u8()?) / 10.0;
        self.event.readings.insert(Reading::BatteryVolts, volts);
        Ok(())
    }

    fn with_imei(&mut self, kind: u8) -> Result<(), DecodeError> {
        // The time of sending stands before the time of the position.
        self.reader.skip(if kind == 0x12 { 8 } else { 1 + 8 + 6 })?;
        self.positioned()
    }

    fn alarm_packet(&mut self, kind: u8, length: u8) -> Result<(), DecodeError> {
        self.positioned()?;
        let (cell, form) = match (kind, length) {
            (0x16, 0x24) => (Cell::Plain, StatusForm::NoCode),
            (0x16, 0x26) => (Cell::Fixed(9), StatusForm::Usual),
            (0x32, _) if self.reader.peek() == Some(0x0a) => (Cell::Fixed(10), StatusForm::Usual),
            (0xa2, _) => (Cell::Long, StatusForm::VoltsAndLevel),
            _ => (Cell::Counted, StatusForm::Usual),
        };
        parts::skip_cell(&mut self.reader, cell)?;
        if kind == 0xa2 {
            self.reader.skip(1)?;
        }
        self.status(form, true);
        Ok(())
    }

    /// a3 is a status of seven or more bytes in some models, a crossed fence with position in others.
    fn fence_or_status(&mut self) -> Result<(), DecodeError> {
        match self.reader.left() {
            0..=17 => {
                self.status(StatusForm::Usual, true);
                self.stored_mark()
            }
            // The elder's badge: steps at 9, percent at 13.
            18..=22 => {
                self.event.charging = self.reader.peek().map(alarms::charging);
                self.reader.skip(9)?;
                let steps = f64::from(self.reader.u32()?);
                self.event.readings.insert(Reading::Steps, steps);
                self.event.battery_pct = Some(self.reader.u8()?).filter(|percent| *percent <= 100);
                Ok(())
            }
            _ => self.alarm_packet(0xa3, 0),
        }
    }

    /// An alarm where there is no sky: nothing but the cell says where.
    fn cell_alarm(&mut self, cell: Cell) -> Result<(), DecodeError> {
        parts::skip_cell(&mut self.reader, cell)?;
        self.status(StatusForm::Usual, true);
        Ok(())
    }

    fn heartbeat(&mut self, kind: u8, length: u8) -> Result<(), DecodeError> {
        let form = match (kind, length, self.model) {
            (0x13, 0x13 | 0x15, _) => StatusForm::Signals,
            (0x13, _, "R11") => StatusForm::Volts,
            (0x13, _, "SEEWORLD") => StatusForm::SupplyByteLast,
            (0x13, _, model) if model.starts_with("LW") => StatusForm::SupplyLast,
            _ => StatusForm::Usual,
        };
        self.status(form, false);
        if kind == 0x36 {
            self.reader.skip(1)?;
            self.small_modules()?;
        }
        Ok(())
    }

    fn small_modules(&mut self) -> Result<(), DecodeError> {
        while self.reader.left() >= 3 {
            let (module, length) = (self.reader.u16()?, self.reader.u8()?);
            let mut content = Reader::new(self.reader.take(length.into())?);
            match module {
                0x0018 => {
                    let volts = f64::from(content.u16()?) / 100.0;
                    self.event.readings.insert(Reading::BatteryVolts, volts);
                }
                0x006a => self.event.battery_pct = content.u8().ok().filter(|p| *p <= 100),
                _ => {}
            }
        }
        Ok(())
    }

    fn gk310_heartbeat(&mut self) -> Result<(), DecodeError> {
        self.event.charging = Some(alarms::charging(self.reader.u8()?));
        if self.reader.left() >= 2 {
            let volts = f64::from(self.reader.u16()?) / 100.0;
            self.event.readings.insert(Reading::BatteryVolts, volts);
        }
        Ok(())
    }

    fn event_95(&mut self) -> Result<(), DecodeError> {
        let marked = self.reader.rest().starts_with(&[0xff, 0xff]);
        let with_position = self.reader.left() > 7;
        if marked {
            self.reader.skip(3)?;
        }
        self.timed()?;
        if with_position {
            let block = if marked {
                Block::LongSpeed
            } else {
                Block::Bare
            };
            self.event.fix = parts::fix(&mut self.reader, block)?;
        }
        if marked {
            self.reader.skip(2)?;
        }
        let alarm = alarms::of_event(self.reader.u8()?, with_position);
        self.event.alarms.extend(alarm);
        self.event.is_alarm = alarm.is_some();
        Ok(())
    }

    /// `7979` packets 32 and 33: position and cells only when their length is not zero.
    fn az735(&mut self, kind: u8) -> Result<(), DecodeError> {
        self.timed()?;
        if self.reader.u8()? != 0 {
            self.event.fix = parts::fix(&mut self.reader, Block::Usual)?;
        }
        let cell = self.reader.u8()?;
        if cell != 0 {
            // Itself included, and a byte of signal behind it.
            self.reader.skip(usize::from(cell.max(9)))?;
        }
        for _ in 0..2 {
            let more = self.reader.u8()?;
            self.reader.skip(more.into())?;
        }
        let alarm = match (kind, self.reader.u8()?) {
            (0x33, 0xa2 | 0xa3) => Some(Alarm::LowBattery),
            (0x33, 0xa4) => Some(Alarm::Unspecified),
            (0x33, 0xa5) => Some(Alarm::Door),
            _ => None,
        };
        self.event.alarms.extend(alarm);
        self.event.is_alarm = alarm.is_some();
        Ok(())
    }

    /// The answer to a command may be `Current position!Lat:N…,Lon:E…,…DateTime:…`.
    fn located_text(&mut self) {
        let Some(text) = fields::text(self.reader.rest()) else {
            return;
        };
        self.event.fix = places::told(text);
        self.event.device_time = places::told_moment(text, self.zone_s);
    }
}

fn inner(packet: &Packet<'_, '_>, kind: u8) -> bool {
    let frame = Frame {
        extended: false,
        kind,
        body: packet.reader.rest(),
        serial: None,
        checked: true,
    };
    inner_imei(&frame, packet.model).is_some()
}

/// Every type as two hex digits.
static KINDS: [&str; 256] = {
    const DIGITS: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\
        202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f\
        404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f\
        606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f\
        808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f\
        a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf\
        c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf\
        e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
    let mut table = [""; 256];
    let mut at = 0;
    while at < 256 {
        let (_, rest) = DIGITS.split_at(2 * at);
        table[at] = rest.split_at(2).0;
        at += 1;
    }
    table
};
