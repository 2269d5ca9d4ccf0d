//! Messages to a device: replies, and what a simulated one sends.

use chrono::{Datelike, Timelike};
use domain::devices::Command;

use super::frame::{self, Head};
use crate::downlink::{Addressee, in_one_line};
use crate::fields;
use crate::protocol::Envelope;

/// Builds a frame with the header of 2013.
pub fn frame(kind: u16, id: [u8; 6], serial: u16, body: &[u8]) -> Vec<u8> {
    message(kind, None, &id, serial, body)
}

/// Builds a frame with the header of 2019.
pub fn frame_2019(kind: u16, id: [u8; 10], serial: u16, body: &[u8]) -> Vec<u8> {
    message(kind, Some(1), &id, serial, body)
}

fn message(kind: u16, version: Option<u8>, id: &[u8], serial: u16, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap_or(u16::MAX) & 0x3ff;
    let attributes = length | if version.is_some() { 0x4000 } else { 0 };
    let mut out = Vec::with_capacity(body.len() + 20);
    out.extend_from_slice(&kind.to_be_bytes());
    out.extend_from_slice(&attributes.to_be_bytes());
    out.extend(version);
    out.extend_from_slice(id);
    out.extend_from_slice(&serial.to_be_bytes());
    out.extend_from_slice(body);
    frame::wrap(&out)
}

/// The answer a frame asks for. The general one repeats the device's serial and type; the server's
/// own serial counts the replies of the connection.
pub fn reply(bytes: &[u8], envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    if bytes.starts_with(b"(") {
        return time_for_a_lock(bytes, envelope);
    }
    let (request, _) = frame::message(bytes).ok()?;
    let head = frame::head(&request).ok()?;
    let [kind_high, kind_low] = head.kind.to_be_bytes();
    let [high, low] = head.serial.to_be_bytes();
    let answer = |kind, body: &[u8]| {
        let serial = envelope.session.replies;
        Some(message(kind, head.version, head.id, serial, body))
    };
    match head.kind {
        0x0100 => {
            let code = hex::encode(head.id);
            answer(0x8100, &[&[high, low, 0], code.as_bytes()].concat())
        }
        0x0109 => {
            let now = envelope.received_at?;
            let [year_high, year_low] = u16::try_from(now.year()).ok()?.to_be_bytes();
            let parts = [
                now.month(),
                now.day(),
                now.hour(),
                now.minute(),
                now.second(),
            ];
            let parts = parts.map(|part| part as u8);
            answer(0x8109, &[&[year_high, year_low], &parts[..], &[0]].concat())
        }
        0x0002 | 0x0003 | 0x0102 | 0x0107 | 0x0200 | 0x0210 | 0x0506 | 0x0704 | 0x0900 | 0x1007
        | 0x6006 | 0x8888 => answer(0x8001, &[high, low, kind_high, kind_low, 0]),
        0x5501 | 0x5502 if head.attributes & 0x8000 != 0 => Some(short(&head)),
        _ => None,
    }
}

/// Text of one message at most, bytes: a longer one would need parts.
const MAX_SAID: usize = 1000;

/// The frame of a command, under the header of the terminal's own last frame. Text is GBK, as the
/// standard wants it; what GBK has no sign for is not said.
pub fn command(command: &Command, to: &Addressee<'_>) -> Option<Vec<u8>> {
    let (last, _) = frame::message(to.last_frame).ok()?;
    let head = frame::head(&last).ok()?;
    let parameter = |id: u8, value: &[u8]| {
        let length = u8::try_from(value.len()).unwrap_or(u8::MAX);
        (0x8103, [&[1, 0, 0, 0, id, length], value].concat())
    };
    let (kind, body) = match command {
        Command::Locate => (0x8201, Vec::new()),
        Command::CallBack { number } => (0x8400, [&[0], number.as_str().as_bytes()].concat()),
        Command::SetCentre { number } => parameter(0x40, number.as_str().as_bytes()),
        Command::UploadEvery { seconds } => parameter(0x29, &seconds.to_be_bytes()),
        Command::Speak { text } => {
            let plain = in_one_line(text);
            let (said, _, is_garbled) = encoding_rs::GBK.encode(&plain);
            let said = Some(said).filter(|said| !is_garbled && said.len() <= MAX_SAID)?;
            // Read aloud; the header of 2019 adds a type, of which 1 is a notice.
            let flags: &[u8] = if head.version.is_some() {
                &[0x08, 1]
            } else {
                &[0x08]
            };
            (0x8300, [flags, &said].concat())
        }
        Command::Ring => return None,
    };
    Some(message(kind, head.version, head.id, to.serial, &body))
}

/// The terminal's general answer 0001 or, to the question for a position, 0201: both begin with the
/// serial of the message they answer.
pub fn answers(command: &Command, serial: u16, bytes: &[u8]) -> Option<bool> {
    let (last, _) = frame::message(bytes).ok()?;
    let head = frame::head(&last).ok()?;
    let asked = match command {
        Command::Locate => 0x8201,
        Command::CallBack { .. } => 0x8400,
        Command::SetCentre { .. } | Command::UploadEvery { .. } => 0x8103,
        Command::Speak { .. } => 0x8300,
        Command::Ring => return None,
    };
    let number = |at: usize| {
        let bytes = head.body.get(at..at + 2)?;
        Some(u16::from_be_bytes([bytes[0], bytes[1]]))
    };
    let is_ours = number(0)? == serial;
    match head.kind {
        0x0201 if asked == 0x8201 && is_ours => Some(true),
        0x0001 if is_ours && number(2)? == asked => head.body.get(4).map(|result| *result == 0),
        _ => None,
    }
}

/// Locks have a serial of one byte and get one.
fn short(head: &Head<'_>) -> Vec<u8> {
    let [high, low] = head.kind.to_be_bytes();
    let out = [&[0x44, 0x01, 0x00, 0x03], head.id, &[1, high, low, 0]].concat();
    frame::wrap(&out)
}

/// `(id,1,001,BASE,2,TIME)` asks for the time in its last word.
fn time_for_a_lock(bytes: &[u8], envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let text = fields::text(bytes)?;
    let now = envelope.received_at.filter(|_| text.contains("BASE,2"))?;
    let time = now.format("%Y%m%d%H%M%S").to_string();
    Some(text.replace("TIME", &time).into_bytes())
}

/// An invented id.
pub const ID: [u8; 6] = [0x01, 0x99, 0x90, 0x00, 0x00, 0x01];

/// A location body: alarm word, status, 31.25 N 121.5 E, 2024-01-31 16:09:10 in Beijing.
pub fn location(alarms: u32, status: u32, extras: &[u8]) -> Vec<u8> {
    [
        &alarms.to_be_bytes()[..],
        &status.to_be_bytes(),
        &31_250_000_u32.to_be_bytes(),
        &121_500_000_u32.to_be_bytes(),
        &[0, 4, 0, 0, 0, 90],
        &[0x24, 0x01, 0x31, 0x16, 0x09, 0x10],
        extras,
    ]
    .concat()
}

/// A batch of stored or plain reports.
pub fn batch(is_stored: bool, reports: &[Vec<u8>]) -> Vec<u8> {
    let mut out = u16::try_from(reports.len())
        .unwrap_or(0)
        .to_be_bytes()
        .to_vec();
    out.push(is_stored.into());
    for report in reports {
        out.extend_from_slice(&u16::try_from(report.len()).unwrap_or(0).to_be_bytes());
        out.extend_from_slice(report);
    }
    out
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let stored = [location(1, 2, &[]), location(0, 2, &[0x01, 2, 0x7e, 0x7d])];
    let short = [
        &[0x31, 0x01, 0x24, 0x08, 0x09, 0x10][..],
        &[0x31, 0x15, 0x00, 0x00, 0x12, 0x13, 0x00, 0x00, 0x07],
        &[
            0, 0, 20, 5, 0, 0, 0, 1, 70, 0, 0, 0x11, 0x22, 0, 0x33, 3, 0, 0, 0, 0x20,
        ],
    ];
    let mut earlier = location(0, 2, &[]);
    earlier[26] = 0x08;
    let bodies: Vec<(u16, Vec<u8>)> = vec![
        (0x0100, vec![0; 37]),
        (0x0102, b"019990000001".to_vec()),
        (0x0002, vec![]),
        (0x0200, location(0, 3, &[0xe4, 2, 1, 81, 0x30, 1, 20])),
        (
            0x0200,
            location(1 | 1 << 18, 0, &[0x01, 4, 0, 0, 0x7e, 0x7d]),
        ),
        (0x0704, batch(true, &stored)),
        (0x0704, batch(false, &[location(1 << 16, 2, &[])])),
        (0x0210, vec![79, 0x24, 0x01, 0x31, 0x16, 0x09, 0x10]),
        (
            0x0201,
            [&[0, 7], &location(0, 2, &[0x06, 1, 50])[..]].concat(),
        ),
        (0x0702, vec![1, 0x24, 0x01, 0x31, 0x16, 0x09, 0x10, 0]),
        (
            0x0900,
            [
                &[0xf0, 0x24, 1, 0x31, 0x16, 9, 0x10, 0, 0],
                &[3, 1, 2, 0][..],
            ]
            .concat(),
        ),
        (0x0200, earlier),
        (0x0109, vec![]),
        (0x6006, b"\0OK".to_vec()),
    ];
    let mut frames: Vec<_> = bodies
        .iter()
        .zip(1..)
        .map(|((kind, body), serial)| frame(*kind, ID, serial, body))
        .collect();
    let long = [0, 0, 0x08, 0x88, 0x88, 0, 0, 0, 0, 0x01];
    frames.push(frame_2019(0x0200, long, 40, &location(1, 2, &[])));
    // The message of locks has a serial of one byte.
    let lock = [&[0x55, 0x01, 0x80, 0x33], &ID[..], &[7], &short.concat()].concat();
    frames.push(frame::wrap(&lock));
    frames.push(b"(199900000001,1,001,ELOCK,3,529439)".to_vec());
    frames
}
