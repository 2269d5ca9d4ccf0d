//! Commands to Topin watches and cards: packet 41 sets the number that the help button calls.
//! Recalled, as a public server sends it; no answer is known.

use domain::devices::Command;

use super::encode::frame;
use crate::downlink::Addressee;

/// Sets the number.
const SOS_NUMBER: u8 = 0x41;

/// The frame of a command.
pub fn command(command: &Command, _to: &Addressee<'_>) -> Option<Vec<u8>> {
    let Command::SetCentre { number } = command else {
        return None;
    };
    let digits = number.as_str().as_bytes();
    let length = u8::try_from(digits.len() + 1).ok()?;
    Some(frame(length, SOS_NUMBER, digits))
}
