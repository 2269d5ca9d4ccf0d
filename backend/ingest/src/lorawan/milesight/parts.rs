//! Fields of a channel and how they are written.

use serde_json::{Map, Value};

use crate::bytes::Reader;
use crate::protocol::DecodeError;

/// A field, little endian.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    U8(&'static str),
    I8(&'static str),
    U16(&'static str),
    U24(&'static str),
    U32(&'static str),
    /// Two signed bytes, tenths.
    Tenths(&'static str),
    /// A byte, halves.
    Halves(&'static str),
    /// Two bytes, hundredths.
    Hundredths(&'static str),
    /// A byte that stands for a word.
    Word(&'static str, &'static [(u8, &'static str)]),
    /// Bytes as they are.
    Hex(&'static str, usize),
    /// Two bytes, hexadecimal, `v1.1f`.
    Firmware(&'static str),
    /// Told by being there.
    Told(&'static str, &'static str),
    /// Bytes that mean nothing.
    Skip(usize),
}

/// Reads fields in order.
pub(super) fn read(
    parts: &[Part],
    reader: &mut Reader<'_>,
    into: &mut Map<String, Value>,
) -> Result<(), DecodeError> {
    for part in parts {
        if let Some((name, value)) = part.read(reader)? {
            into.insert(name.to_owned(), value);
        }
    }
    Ok(())
}

/// The word of a code; a code without one is `unknown`.
pub(crate) fn shown(words: &[(u8, &'static str)], code: u8) -> &'static str {
    words
        .iter()
        .find(|(known, _)| *known == code)
        .map_or("unknown", |(_, word)| word)
}

impl Part {
    fn read(&self, reader: &mut Reader<'_>) -> Result<Option<(&'static str, Value)>, DecodeError> {
        let (name, value) = match *self {
            Self::U8(name) => (name, reader.u8()?.into()),
            Self::I8(name) => (name, i8::from_le_bytes(reader.array()?).into()),
            Self::U16(name) => (name, reader.u16_le()?.into()),
            Self::U24(name) => {
                let [a, b, c] = reader.array()?;
                (name, u32::from_le_bytes([a, b, c, 0]).into())
            }
            Self::U32(name) => (name, reader.u32_le()?.into()),
            Self::Tenths(name) => (name, (f64::from(reader.i16_le()?) / 10.0).into()),
            Self::Halves(name) => (name, (f64::from(reader.u8()?) / 2.0).into()),
            Self::Hundredths(name) => (name, (f64::from(reader.u16_le()?) / 100.0).into()),
            Self::Word(name, words) => (name, shown(words, reader.u8()?).into()),
            Self::Hex(name, length) => (name, hex::encode(reader.take(length)?).into()),
            Self::Firmware(name) => {
                let [major, minor] = reader.array()?;
                (name, format!("v{major:x}.{minor:x}").into())
            }
            Self::Told(name, word) => {
                reader.skip(1)?;
                (name, word.into())
            }
            Self::Skip(length) => {
                reader.skip(length)?;
                return Ok(None);
            }
        };
        Ok(Some((name, value)))
    }
}
