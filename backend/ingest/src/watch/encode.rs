//! Frames to a watch: replies, and what a simulated watch sends.

use domain::devices::Command;

use super::decode::{Class, WatchFrame, take_apart};
use super::frame::unescape;
use crate::downlink::{Addressee, in_utf16_hex};
use crate::protocol::Envelope;

/// Builds a frame around plain text content.
pub fn frame(vendor: &str, id: &str, serial: Option<&str>, content: &str) -> Vec<u8> {
    let serial = serial
        .map(|serial| format!("{serial}*"))
        .unwrap_or_default();
    format!("[{vendor}*{id}*{serial}{:04X}*{content}]", content.len()).into_bytes()
}

/// The answer a frame asks for. A watch repeats an alarm until it hears this, and restarts when
/// its keep-alives stay unanswered, so it must be exact: a wrong serial is as bad as none.
pub fn reply(request: &[u8], _envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let plain = unescape(request);
    let request = take_apart(&plain).ok()?;
    let content = answer_to(&request)?;
    Some(frame(request.vendor, request.id, request.serial, content))
}

/// The frame of a command, under the vendor and in the form of the watch's own last frame.
pub fn command(command: &Command, to: &Addressee<'_>) -> Option<Vec<u8>> {
    let content = match command {
        Command::Ring => "FIND".to_owned(),
        Command::Locate => "CR".to_owned(),
        Command::CallBack { number } => format!("CALL,{}", number.as_str()),
        Command::SetCentre { number } => format!("CENTER,{}", number.as_str()),
        Command::UploadEvery { seconds } => format!("UPLOAD,{seconds}"),
        // Shown on the watch; firmware that can reads it aloud.
        Command::Speak { text } => format!("MESSAGE,{}", in_utf16_hex(text)),
    };
    let last = take_apart(to.last_frame).ok();
    let vendor = last.as_ref().map_or("3G", |frame| frame.vendor);
    let is_numbered = last.as_ref().is_some_and(|frame| frame.serial.is_some());
    let serial = is_numbered.then(|| format!("{:04X}", to.serial));
    Some(frame(vendor, to.uid.as_str(), serial.as_deref(), &content))
}

/// A watch repeats the word of a command; a position answers the question for one as well.
pub fn answers(command: &Command, _serial: u16, bytes: &[u8]) -> Option<bool> {
    let plain = unescape(bytes);
    let kind = take_apart(&plain).ok()?.kind;
    let is_answer = match command {
        Command::Ring => kind == "FIND",
        Command::Locate => kind == "CR" || Class::of(kind) == Class::Position,
        Command::CallBack { .. } => kind == "CALL",
        Command::SetCentre { .. } => kind == "CENTER",
        Command::UploadEvery { .. } => kind == "UPLOAD",
        Command::Speak { .. } => kind == "MESSAGE",
    };
    is_answer.then_some(true)
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    const FIELDS: &str = "310124,080910,A,31.25,N,121.5,E,0.5,90,4,9,80,81,12,0";
    [
        "LK,12,3,81".to_owned(),
        format!("UD,{FIELDS},00000008,0,0"),
        format!("UD2,{FIELDS},00000000,0,0"),
        format!("AL_LTE,{FIELDS},00210001,0,0"),
        format!("WT,{FIELDS},00000010,0,0"),
        "TKQ".to_owned(),
        "INIT,0000000000,1".to_owned(),
        "JXTK,0,20240131.amr,1,1,abc".to_owned(),
        "bphrt,121,79,72".to_owned(),
        "oxygen,0,97".to_owned(),
        "btemp2,1,36.4".to_owned(),
        // Indoors, with a battery that is nearly empty.
        "AL,310124,081010,V,0.0,N,0.0,E,0,0,0,0,80,9,12,0,00010001,0,0".to_owned(),
    ]
    .iter()
    .map(|content| frame("3G", "9990000001", None, content))
    .collect()
}

fn answer_to<'a>(request: &WatchFrame<'a>) -> Option<&'a str> {
    match Class::of(request.kind) {
        Class::Alarm => Some("AL"),
        Class::Link | Class::VoiceQuery => Some(request.kind),
        Class::Init => Some("INIT,1"),
        Class::VoiceChunk => Some("JXTKR,1"),
        Class::StoredPosition
        | Class::Position
        | Class::HeartRate
        | Class::BloodPressure
        | Class::Oxygen
        | Class::Temperature
        | Class::FlaggedTemperature
        | Class::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_four_upper_case_hex_digits() {
        let long = "LK,".to_owned() + &"1".repeat(40);
        assert!(frame("3G", "9990000001", None, &long).starts_with(b"[3G*9990000001*002B*LK,1"));
    }

    #[test]
    fn the_serial_is_repeated_as_sent() {
        let request = b"[ZJ*999000000000001*00a7*0002*LK]";
        assert_eq!(
            reply(request, &Envelope::default()).as_deref(),
            Some(&request[..])
        );
    }

    #[test]
    fn what_is_no_frame_gets_no_answer() {
        for bytes in [&b""[..], b"LK", b"[3G*9990000001*0000*]", b"[3G**0002*LK]"] {
            assert_eq!(reply(bytes, &Envelope::default()), None);
        }
    }
}
