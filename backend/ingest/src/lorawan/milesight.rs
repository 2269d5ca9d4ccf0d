//! Milesight payloads: channels one after the other, each an id, a type and a body whose length
//! both decide.

mod parts;
mod settings;
mod tables;

use serde_json::{Map, Value};

use super::meaning::{Meaning, Uplink};
use crate::bytes::Reader;
use crate::protocol::DecodeError;
pub(super) use parts::{Part, shown};

/// A model and the channels it has beyond what all have.
#[derive(Debug)]
pub struct Model {
    /// Its word in a model's name, lower case.
    pub name: &'static str,
    channels: &'static [Channel],
    /// What a finished reading alarms about.
    judge: fn(&mut Meaning),
}

/// A channel: id, type and what its body is.
#[derive(Clone, Copy, Debug)]
struct Channel(u8, u8, Body);

#[derive(Clone, Copy, Debug)]
enum Body {
    /// Fields, one after the other.
    Fields(&'static [Part]),
    /// A stored report: seconds, then fields.
    Stored(&'static [Part]),
    /// What fields cannot say.
    Own(fn(&mut Reader<'_>, &mut Meaning) -> Result<(), DecodeError>),
}

/// The model a name names: the longest of the words it holds.
pub fn model(name: &str) -> Option<&'static Model> {
    let held = |model: &&&Model| name.contains(model.name);
    tables::MODELS
        .iter()
        .filter(held)
        .max_by_key(|model| model.name.len())
        .copied()
}

/// Names of every model of the table.
pub fn names() -> impl Iterator<Item = &'static str> {
    tables::MODELS.iter().map(|model| model.name)
}

/// Reads channels until the end, or until one that is not known: its length is not known either, so
/// the rest is kept unread and said.
pub(super) fn read(model: &'static Model, uplink: Uplink<'_>) -> Result<Meaning, DecodeError> {
    let mut meaning = Meaning::default();
    let mut reader = Reader::new(uplink.bytes);
    if uplink.bytes.len() < 3 {
        return Err(DecodeError::new(uplink.bytes.len(), "cut short"));
    }
    while reader.left() > 0 {
        let before = reader;
        if let Err(error) = channel(model, &mut reader, &mut meaning) {
            if before.offset() == 0 {
                return Err(error);
            }
            meaning.say("unread_hex", hex::encode(before.rest()));
            break;
        }
    }
    let battery = meaning.data.get("battery").and_then(Value::as_u64);
    meaning.battery_pct = battery
        .and_then(|percent| u8::try_from(percent).ok())
        .filter(|percent| *percent <= 100);
    (model.judge)(&mut meaning);
    Ok(meaning)
}

fn channel(
    model: &Model,
    reader: &mut Reader<'_>,
    meaning: &mut Meaning,
) -> Result<(), DecodeError> {
    let at = reader.offset();
    let (id, kind) = (reader.u8()?, reader.u8()?);
    let found = model.channels.iter().chain(tables::COMMON);
    for Channel(own_id, own_kind, body) in found {
        if (*own_id, *own_kind) != (id, kind) {
            continue;
        }
        return match body {
            Body::Fields(fields) => parts::read(fields, reader, &mut meaning.data),
            Body::Stored(fields) => {
                let mut entry = Map::new();
                let seconds = reader.u32_le()?;
                entry.insert("timestamp".to_owned(), seconds.into());
                parts::read(fields, reader, &mut entry)?;
                meaning.push("history", entry);
                Ok(())
            }
            Body::Own(read) => read(reader, meaning),
        };
    }
    match id {
        // The device repeats what it was set to.
        0xfe | 0xff | 0xf8 | 0xf9 => settings::skip(id, kind, reader, meaning),
        _ => Err(DecodeError::new(at, "unknown channel")),
    }
}
