//! Frames to a device: replies, and what a simulated one sends.

use super::content::alarm_code;
use super::frame::{HEAD, take_apart};
use crate::protocol::Envelope;

/// Builds a frame; `imei` as eight bytes.
pub fn frame(mark: u16, kind: u8, serial: u16, imei: &[u8], content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(HEAD - 8 + imei.len() + content.len()).unwrap_or(u16::MAX);
    [
        &mark.to_be_bytes()[..],
        &[kind],
        &length.to_be_bytes(),
        &serial.to_be_bytes(),
        imei,
        content,
    ]
    .concat()
}

/// The answer to every frame: its head again, and the alarm byte of a position that has one. The
/// oldest family wants serial 1.
pub fn reply(bytes: &[u8], _envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let request = take_apart(bytes).ok()?;
    let serial = match request.mark {
        0x2323 => 1,
        _ => request.serial,
    };
    let alarm = match request.kind {
        0x25 if request.is_tag() => request.content.get(1).copied(),
        _ if request.is_position() => alarm_code(&request).filter(|code| *code > 0),
        _ => None,
    };
    let content: Vec<u8> = alarm.into_iter().collect();
    Some(frame(
        request.mark,
        request.kind,
        serial,
        request.imei,
        &content,
    ))
}

/// An invented IMEI.
pub const ID: [u8; 8] = [0x08, 0x88, 0x80, 0x00, 0x00, 0x00, 0x00, 0x18];
/// 2024-01-31 08:09:10.
pub const AT: [u8; 6] = [0x24, 0x01, 0x31, 0x08, 0x09, 0x10];

/// Altitude, 121.5 E, 31.25 N, and what follows a place.
pub fn here() -> Vec<u8> {
    [
        &12.0_f32.to_le_bytes()[..],
        &121.5_f32.to_le_bytes(),
        &31.25_f32.to_le_bytes(),
        &[0, 0, 0, 90],
    ]
    .concat()
}

/// A tag's position: battery 81, 3.9 volts.
pub fn tag(status: u8, code: u8) -> Vec<u8> {
    let tail = [&[0; 5][..], &[0x81, 22, 0x00, 0x39, 0x00], &[0; 16]].concat();
    [&[status, code][..], &AT, &here(), &tail].concat()
}

/// A tracker's position, with as many analogue values and inputs as its mark and type have.
pub fn tracker(mark: u16, kind: u8, status: u8, code: u8) -> Vec<u8> {
    let is_long = matches!(kind, 0x13 | 0x14);
    let between = match (mark, is_long) {
        (0x2626, true) => 10,
        (0x2626, false) => 8,
        (_, true) => 20,
        (_, false) => 12,
    };
    [
        &[0; 9][..],
        &[status],
        &vec![1; between],
        &[code, 0, 0, 0, 0, 0, 0x81],
        &AT,
        &here(),
        &[0x03, 0x92],
    ]
    .concat()
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let moments = [&[0][..], &AT, &here(), &[3, 0x60], &AT, &[0xff; 18]].concat();
    let button = [&AT[..], &[1, 0, 2], &[7; 6], &[0x29, 1, 0], &[0; 16]].concat();
    let sensor = [&AT[..], &[0, 0, 5], &[7; 12]].concat();
    let hard = [&[1][..], &AT, &[0x49, 0, 0, 0, 0, 0], &here(), &[0, 0]].concat();
    let heard = [
        &[0x20, 2][..],
        &AT,
        &[9; 27],
        &[0; 5],
        &[0x81, 22, 0, 0x39, 0],
    ]
    .concat();
    // A minute later, with a weak battery.
    let mut low = tag(0x09, 3);
    (low[6], low[29]) = (0x10, 0x09);
    let frames: [(u16, u8, Vec<u8>); 18] = [
        (0x2727, 0x02, tag(0x49, 0)),
        (0x2323, 0x01, vec![1, 2, 3, 4, 5, 6]),
        (0x2323, 0x03, vec![]),
        (0x2525, 0x02, tracker(0x2525, 0x02, 0x49, 0)),
        (0x2323, 0x04, tracker(0x2323, 0x04, 0x09, 3)),
        (0x2525, 0x13, tracker(0x2525, 0x13, 0x49, 0)),
        (0x2525, 0x14, tracker(0x2525, 0x14, 0x49, 1)),
        (0x2626, 0x02, tracker(0x2626, 0x02, 0x49, 0)),
        (0x2626, 0x05, moments),
        (0x2626, 0x06, hard),
        (0x2727, 0x04, tag(0x49, 5)),
        (0x2727, 0x05, [&AT[..], &[0; 5]].concat()),
        (0x2727, 0x10, button),
        (0x2727, 0x10, sensor),
        (0x2727, 0x25, heard),
        (0x2727, 0x04, low),
        (0x2727, 0x02, tag(0xc9, 0)),
        (0x2525, 0x81, vec![1, b'O', 0, b'K', 0]),
    ];
    let numbered = frames.iter().zip(1..);
    numbered
        .map(|((mark, kind, content), serial)| frame(*mark, *kind, serial, &ID, content))
        .collect()
}
