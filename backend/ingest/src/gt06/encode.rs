//! Frames to a device: replies, and what a simulated one sends.

use chrono::{Datelike, Timelike};
use domain::devices::Command;

use super::frame::take_apart;
use crate::checksums::crc16_x25;
use crate::downlink::Addressee;
use crate::protocol::Envelope;

/// Builds a frame around a body.
pub fn frame(extended: bool, kind: u8, body: &[u8], serial: u16) -> Vec<u8> {
    let length = body.len() + 5;
    let mut out = Vec::with_capacity(length + 6);
    if extended {
        out.extend_from_slice(&[0x79, 0x79]);
        out.extend_from_slice(&u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
    } else {
        out.extend_from_slice(&[0x78, 0x78, u8::try_from(length).unwrap_or(u8::MAX)]);
    }
    out.push(kind);
    out.extend_from_slice(body);
    out.extend_from_slice(&serial.to_be_bytes());
    let crc = crc16_x25(&out[2..]);
    out.extend_from_slice(&crc.to_be_bytes());
    out.extend_from_slice(b"\r\n");
    out
}

/// No answer to an address in an address request: we send no short messages for devices.
const NO_ADDRESS: &[u8] = b"\x0b\0\0\0\0NA&&NA&&0##";

/// The answer a frame asks for: the same type and serial. A device that is answered with another
/// serial, or not at all, goes silent.
pub fn reply(bytes: &[u8], envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let request = take_apart(bytes).ok()?;
    let kind = request.kind;
    match (request.extended, kind) {
        // A scan without serial is answered with its own time.
        (false, 0x17 | 0x69) if request.serial.is_none() => {
            let time = request.body.get(..6)?;
            Some([&[0x78, 0x78, 0x00, kind], time, b"\r\n"].concat())
        }
        (false, 0x2a) => Some(frame(true, 0x97, NO_ADDRESS, 0)),
        (false, 0x8a) => {
            let now = envelope.received_at?;
            let parts = [
                u8::try_from(now.year() - 2000).ok()?,
                now.month() as u8,
                now.day() as u8,
                now.hour() as u8,
                now.minute() as u8,
                now.second() as u8,
            ];
            Some(frame(false, kind, &parts, request.serial?))
        }
        (false, 0x34 | 0x35 | 0x80..=0x82 | 0x94) => None,
        // The longer 19 is a scan of one model, which is never answered.
        (false, 0x19) if request.body.len() >= 18 => None,
        (false, _) | (true, 0x70 | 0xf1 | 0xf2) => {
            let serial = request.serial.or_else(|| serial_by_place(bytes))?;
            Some(frame(false, kind, &[], serial))
        }
        (true, 0x32 | 0x33 | 0x41) => Some(frame(true, kind, &[], request.serial?)),
        (true, _) => None,
    }
}

/// Where the serial stands when the length does not say: before checksum and line end. Some clones
/// count wrongly and repeat their alarms until they are answered.
fn serial_by_place(bytes: &[u8]) -> Option<u16> {
    let at = bytes.len().checked_sub(6)?;
    let serial = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes([serial[0], serial[1]]))
}

/// The frame of a command: its text in packet 80.
pub fn command(command: &Command, to: &Addressee<'_>) -> Option<Vec<u8>> {
    let text = match command {
        Command::Locate => "WHERE#".to_owned(),
        Command::SetCentre { number } => format!("CENTER,A,{}#", number.as_str()),
        Command::UploadEvery { seconds } => format!("TIMER,{seconds}#"),
        Command::Ring | Command::CallBack { .. } | Command::Speak { .. } => return None,
    };
    // The length counts the four bytes of the server's mark, which the answer (15) repeats.
    let length = u8::try_from(text.len() + 4).ok()?;
    let body = [&[length], &mark(to.serial)[..], text.as_bytes()].concat();
    Some(frame(false, 0x80, &body, to.serial))
}

/// The server's mark: the number of a command.
fn mark(serial: u16) -> [u8; 4] {
    u32::from(serial).to_be_bytes()
}

/// Packet 15, or the longer 21, repeats the server's mark; what it says is text for people.
pub fn answers(_command: &Command, serial: u16, bytes: &[u8]) -> Option<bool> {
    let answer = take_apart(bytes).ok()?;
    let marked = match (answer.extended, answer.kind) {
        (false, 0x15) => answer.body.get(1..5),
        (true, 0x21) => answer.body.get(..4),
        _ => None,
    };
    (marked? == mark(serial)).then_some(true)
}

/// 31.25 N, 121.5 E with a fix, at 2024-01-31 08:09:10, the common position block.
pub const HERE: [u8; 18] = [
    0x18, 0x01, 0x1f, 0x08, 0x09, 0x0a, 0xc9, 0x03, 0x5a, 0x4e, 0x90, 0x0d, 0x09, 0x18, 0xe0, 0x00,
    0x14, 0x00,
];
/// A cell without its length.
pub const CELL: [u8; 8] = [0x01, 0xcc, 0x00, 0x11, 0x22, 0x00, 0x33, 0x44];

/// An SOS a minute after [`HERE`], with no fix, no cell and a weak battery.
fn indoors() -> [u8; 24] {
    let mut body = [0; 24];
    body[..6].copy_from_slice(&[0x18, 0x01, 0x1f, 0x08, 0x0a, 0x0a]);
    body[18..].copy_from_slice(&[0, 3 << 3, 1, 4, 0x01, 2]);
    body
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let login = [0x08, 0x88, 0x80, 0x00, 0x00, 0x00, 0x00, 0x18];
    let counted = [&[9][..], &CELL].concat();
    let long = [
        &CELL[..3],
        &[0, 0, 0x11, 0x22, 0, 0, 0, 0, 0, 0, 0x33, 0x44],
    ]
    .concat();
    let time = &HERE[..6];
    let status = |alarm: u8| vec![0x46, 0x05, 0x04, alarm, 0x02];
    let bodies: Vec<(u8, Vec<u8>)> = vec![
        (0x01, login.to_vec()),
        (0x01, [&login[..], &[0x20, 0x07, 0x32, 0x05]].concat()),
        (0x10, HERE.to_vec()),
        (0x12, [&HERE[..], &CELL].concat()),
        (0x22, [&HERE[..], &CELL, &[1, 5, 1]].concat()),
        (0xa0, [&HERE[..], &long, &[1, 0, 0]].concat()),
        (0x16, [&HERE[..], &counted, &status(0x01)].concat()),
        (0x26, [&HERE[..], &counted, &status(0x23)].concat()),
        (0x27, [&HERE[..], &counted, &status(0x19), &[0xff]].concat()),
        (
            0xa4,
            [&HERE[..], &[16], &long, &status(0x13), &[0xff]].concat(),
        ),
        (0xa5, [&long[..], &status(0x01)].concat()),
        (0x13, status(0x00)),
        (0x23, vec![0x06, 0x01, 0x9a]),
        (0x95, [time, &HERE[7..15], &HERE[16..], &[0x93]].concat()),
        (0x28, [time, &CELL, &[0; 40]].concat()),
        (0x15, b"\x08\0\0\0\0RELAY".to_vec()),
        (0x8a, vec![]),
        (0x19, [&CELL[..], &status(0x01)].concat()),
        (0x16, indoors().to_vec()),
        (
            0x40,
            [&[0; 8][..], &[0x65, 0xb9, 0xfe, 0x76], &[0; 12]].concat(),
        ),
    ];
    let mut frames: Vec<_> = bodies
        .iter()
        .zip(1..)
        .map(|((kind, body), serial)| frame(false, *kind, body, serial))
        .collect();
    frames.push(frame(true, 0x94, b"\x05\x18\x01\x1f\x08\x09\x0a\x01", 40));
    let located = b"\0\0\0\0\x01Current position!Lat:N31.250000,Lon:E121.500000,Course:0.00,\
        Speed:0.00,DateTime:2024-01-31  08:09:10";
    frames.push(frame(true, 0x21, located, 41));
    let modules = [
        &[0x00, 0x2b, 0x00, 0x01, 0x14][..],
        &[0x00, 0x33, 0x00, 0x12, 0x65, 0xb9, 0xfe, 0x76, 9, 0, 4],
        &HERE[7..],
    ];
    frames.push(frame(true, 0x70, &modules.concat(), 42));
    frames.push(
        [
            &b"\x78\x78\x00\x17"[..],
            &[0x24, 0x01, 0x31, 8, 9, 0x10],
            b"\0\r\n",
        ]
        .concat(),
    );
    frames
}
