//! Frames to a device: replies, and what a simulated one sends.

use chrono::{Datelike, Timelike};
use domain::time::Timestamp;

use super::frame::take_apart;
use crate::protocol::Envelope;

/// Builds a frame; what `length` counts differs between types.
pub fn frame(length: u8, kind: u8, body: &[u8]) -> Vec<u8> {
    [&[0x78, 0x78, length, kind], body, b"\r\n"].concat()
}

/// The answer a frame asks for: its own length and type. A login is told the time as well, where a
/// clock is known.
pub fn reply(bytes: &[u8], envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let request = take_apart(bytes).ok()?;
    let clock = || envelope.received_at.and_then(time);
    match request.kind {
        0x01 => {
            let accepted = frame(request.length, 0x01, &[1]);
            Some([accepted, clock().unwrap_or_default()].concat())
        }
        0x30 => clock(),
        0x10 | 0x11 | 0x17..=0x19 | 0x69 => {
            Some(frame(request.length, request.kind, request.body.get(..6)?))
        }
        0x13 => Some(frame(request.length, 0x13, request.body)),
        _ => None,
    }
}

fn time(now: Timestamp) -> Option<Vec<u8>> {
    let [high, low] = u16::try_from(now.year()).ok()?.to_be_bytes();
    let rest = [
        now.month(),
        now.day(),
        now.hour(),
        now.minute(),
        now.second(),
    ];
    let rest = rest.map(|part| part as u8);
    Some(frame(7, 0x30, &[&[high, low], &rest[..]].concat()))
}

/// 2024-01-31 08:09:10, 31.25 N, 121.5 E with a fix.
pub const HERE: [u8; 18] = [
    0x18, 0x01, 0x1f, 0x08, 0x09, 0x0a, 0x9c, 0x03, 0x5a, 0x4e, 0x90, 0x0d, 0x09, 0x18, 0xe0, 0x00,
    0x14, 0x00,
];
/// A scan: time, no network, one cell.
pub const SCAN: [u8; 15] = [
    0x24, 0x01, 0x31, 0x08, 0x09, 0x10, 1, 0x01, 0xcc, 0x00, 0x11, 0x22, 0x33, 0x44, 0x50,
];

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let imei = [0x08, 0x88, 0x80, 0x00, 0x00, 0x00, 0x00, 0x18, 0x4d];
    // 31.25 and 121.5 in bytes of degrees and millionths.
    let places = [31, 0x03, 0xd0, 0x90, 121, 0x07, 0xa1, 0x20];
    let mut later = HERE;
    later[4] += 1;
    let gps = [&HERE[..6], &places, &places, &[0; 9]].concat();
    vec![
        frame(0x0d, 0x01, &imei),
        frame(32, 0x08, &gps),
        frame(1, 0x08, &[]),
        frame(18, 0x10, &HERE),
        frame(18, 0x11, &[&HERE[..], &[0, 4, 0x10]].concat()),
        frame(10, 0x13, &[81, 64, 8, 25, 100, 0, 4, 31, 1]),
        frame(0, 0x69, &[&SCAN[..], &[1]].concat()),
        frame(0, 0x17, &SCAN),
        frame(1, 0x30, &[]),
        frame(1, 0x94, &[]),
        frame(1, 0x99, &[]),
        frame(18, 0x10, &later),
    ]
}
