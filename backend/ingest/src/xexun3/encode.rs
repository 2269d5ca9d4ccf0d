//! Frames to a device: replies, and what a simulated one sends.

use super::frame::take_apart;
use crate::checksums::crc16_ccitt_false;
use crate::protocol::Envelope;

/// Builds a frame; `imei` as eight bytes.
pub fn frame(kind: u8, serial: u8, imei: &[u8], items: &[u8]) -> Vec<u8> {
    let content = [&[0x03, kind, serial][..], imei, items].concat();
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    [
        &[0xfc][..],
        &length.to_be_bytes(),
        &content,
        &crc16_ccitt_false(&content).to_be_bytes(),
        &[0xcf],
    ]
    .concat()
}

/// The answer to everything but the answer to a command: done.
pub fn reply(bytes: &[u8], _envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let request = take_apart(bytes).ok()?;
    (request.kind != 0x21).then(|| frame(request.kind, request.serial, request.imei, &[0]))
}

/// An invented IMEI.
pub const ID: [u8; 8] = [0x08, 0x88, 0x80, 0x00, 0x00, 0x00, 0x00, 0x18];
/// 2024-01-31 08:09:10.
pub const AT: u32 = 1_706_688_550;

/// An item.
pub fn item(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len()).unwrap_or(u8::MAX);
    [&[tag, length], value].concat()
}

/// 31.25 N, 121.5 E.
pub fn place(lat: f64, lon: f64) -> Vec<u8> {
    let at = [
        &AT.to_be_bytes()[..],
        &lat.to_be_bytes(),
        &lon.to_be_bytes(),
    ]
    .concat();
    item(0x64, &[&at[..], &[0; 4], &[0, 9, 0, 0, 0, 0, 90]].concat())
}

/// An alarm a while after the place.
pub fn alarm(code: u8, at: u32) -> Vec<u8> {
    item(0x69, &[&at.to_be_bytes()[..], &[code, 0]].concat())
}

/// Battery 81 and vitals.
pub fn state(at: u32) -> Vec<u8> {
    let vitals = [36, 16, 72, 121, 79, 97, 0xff];
    let head = [81, 0, 9, 31, 4, 1, 0, 0x01, 0x21];
    item(0x6a, &[&head[..], &vitals, &at.to_be_bytes()].concat())
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let at = AT.to_be_bytes();
    let network = item(0x65, &[&at[..], &[1, 2, 0, 0, 0, 0, 9, 0xc4]].concat());
    let cell = item(0x66, &[&at[..], &[1, 0xcc, 0, 0], &[0; 9]].concat());
    [
        (0x20, [place(31.25, 121.5), state(u32::MAX)].concat()),
        (0x20, [network, alarm(1, AT)].concat()),
        (0x20, [cell, alarm(7, AT + 5), state(AT + 5)].concat()),
        (0x20, state(AT)),
        (0x20, [alarm(1, AT + 9), alarm(2, AT + 9)].concat()),
        (0x21, b"\x01OK".to_vec()),
        (0x22, vec![]),
    ]
    .iter()
    .zip(1..)
    .map(|((kind, items), serial)| frame(*kind, serial, &ID, items))
    .collect()
}
