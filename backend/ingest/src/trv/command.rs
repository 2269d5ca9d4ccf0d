//! Commands to IW watches: `IWBPnn,IMEI,SERIAL,…#`, answered `IWAPnn,SERIAL…#`. Recalled, and found
//! alike in several public servers. Trackers (`TRV`) have other commands, which are left out.

use domain::devices::Command;

use super::decode::take_apart;
use crate::downlink::{Addressee, in_utf16_hex};

/// Two digits of the command's type; `None` where the family has none.
fn number(command: &Command) -> Option<&'static str> {
    match command {
        Command::SetCentre { .. } => Some("12"),
        Command::UploadEvery { .. } => Some("15"),
        Command::Locate => Some("16"),
        Command::Speak { .. } => Some("40"),
        Command::Ring | Command::CallBack { .. } => None,
    }
}

/// The frame of a command.
pub fn command(command: &Command, to: &Addressee<'_>) -> Option<Vec<u8>> {
    let last = take_apart(to.last_frame).ok()?;
    let number = number(command).filter(|_| last.vendor == "IW")?;
    let rest = match command {
        // Three numbers are called by the help button in turn; the centre's is the only one.
        Command::SetCentre { number } => format!(",{},,", number.as_str()),
        Command::UploadEvery { seconds } => format!(",{seconds}"),
        Command::Speak { text } => format!(",{}", in_utf16_hex(text)),
        Command::Locate | Command::Ring | Command::CallBack { .. } => String::new(),
    };
    let frame = format!("IWBP{number},{},{:06}{rest}#", to.uid, to.serial);
    Some(frame.into_bytes())
}

/// The same type with `A`, and the same serial.
pub fn answers(command: &Command, serial: u16, bytes: &[u8]) -> Option<bool> {
    let frame = take_apart(bytes).ok()?;
    let is_kind = frame.kind.strip_prefix("AP")? == number(command)?;
    let words = frame.content.trim_start_matches(',');
    let said = words.split(',').next()?.trim();
    let is_ours = said.parse() == Ok(serial);
    (is_kind && is_ours).then_some(true)
}
