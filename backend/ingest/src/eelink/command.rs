//! Commands to Eelink devices: text in packet 80 behind a number of the server, which the answer
//! (80 as well) repeats. Recalled; the words are those of public servers.

use domain::devices::Command;

use super::encode::{datagram, packet};
use super::frame::take_apart;
use crate::downlink::Addressee;

/// The packet that carries a command and its answer.
const DOWNLINK: u8 = 0x80;
/// What the packet holds: a command.
const COMMAND: u8 = 1;

/// The packet of a command; a device that sent datagrams is sent one.
pub fn command(command: &Command, to: &Addressee<'_>) -> Option<Vec<u8>> {
    let text = match command {
        Command::Locate => "WHERE#".to_owned(),
        Command::SetCentre { number } => format!("SOS,A,{}#", number.as_str()),
        Command::UploadEvery { seconds } => format!("TIMER,{seconds},1#"),
        Command::Ring | Command::CallBack { .. } | Command::Speak { .. } => return None,
    };
    let content = [&head(to.serial)[..], text.as_bytes()].concat();
    let told = packet(DOWNLINK, to.serial, &content);
    let wrapped = take_apart(to.last_frame).is_ok_and(|last| last.uid.is_some());
    match to.last_frame.get(6..14).filter(|_| wrapped) {
        Some(imei) => Some(datagram(imei, &told)),
        None => Some(told),
    }
}

/// Packet 80 with the same kind and number.
pub fn answers(_command: &Command, serial: u16, bytes: &[u8]) -> Option<bool> {
    let frame = take_apart(bytes).ok()?;
    let is_answer = frame
        .packets
        .iter()
        .any(|packet| packet.kind == DOWNLINK && packet.content.starts_with(&head(serial)));
    is_answer.then_some(true)
}

fn head(serial: u16) -> [u8; 5] {
    let [high, low] = serial.to_be_bytes();
    [COMMAND, 0, 0, high, low]
}
