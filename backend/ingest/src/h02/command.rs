//! Commands to H02 clones: `*HQ,ID,TYPE,HHMMSS,…#`, answered `V4,TYPE,…`. Recalled, as public servers
//! send them. The answer carries no number: the type alone says what was done.

use domain::devices::Command;

use super::decode::take_apart;
use super::encode::frame;
use crate::downlink::Addressee;

/// Sets the interval of positions.
const INTERVAL: &str = "S71";

/// The frame of a command.
pub fn command(command: &Command, to: &Addressee<'_>) -> Option<Vec<u8>> {
    let Command::UploadEvery { seconds } = command else {
        return None;
    };
    let content = format!("{INTERVAL},{},22,{seconds}", to.at.format("%H%M%S"));
    Some(frame(to.uid.as_str(), &content))
}

/// `V4` and the type of the command.
pub fn answers(_command: &Command, _serial: u16, bytes: &[u8]) -> Option<bool> {
    let words = take_apart(bytes).ok()?;
    (words.get(2..4)? == ["V4", INTERVAL]).then_some(true)
}
