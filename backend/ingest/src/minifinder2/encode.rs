//! Frames to a device: replies, and what a simulated one sends.

use super::frame::take_apart;
use crate::bytes::Reader;
use crate::checksums::crc16_xmodem;
use crate::protocol::Envelope;

/// Builds a frame; `wants_reply` is what a device says, a server never does.
pub fn frame(wants_reply: bool, index: u16, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    [
        &[0xab, if wants_reply { 0x10 } else { 0 }][..],
        &length.to_le_bytes(),
        &crc16_xmodem(content).to_le_bytes(),
        &index.to_le_bytes(),
        content,
    ]
    .concat()
}

/// The answer a frame asks for, under the same index; a request for the time needs the clock.
pub fn reply(bytes: &[u8], envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let request = take_apart(bytes).ok()?;
    if !request.wants_reply {
        return None;
    }
    if request.kind != 0x03 {
        return Some(frame(false, request.index, &[0x7f, 1, 0]));
    }
    let mut content = vec![0x03];
    let mut reader = Reader::new(request.items);
    while let Ok(length) = reader.u8() {
        match reader.take(length.into()).ok()?.first() {
            // Asks where it is: nowhere that we know.
            Some(&key @ (0x11 | 0x21 | 0x22)) => {
                content.extend_from_slice(&[10, key, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            }
            Some(0x12) => {
                let now = u32::try_from(envelope.received_at?.timestamp()).ok()?;
                content.extend_from_slice(&[5, 0x12]);
                content.extend_from_slice(&now.to_le_bytes());
            }
            _ => {}
        }
    }
    Some(frame(false, request.index, &content))
}

/// An item of length, key and value.
pub fn item(key: u8, value: &[u8]) -> Vec<u8> {
    let length = u8::try_from(value.len() + 1).unwrap_or(u8::MAX);
    [&[length, key], value].concat()
}

/// An invented IMEI.
pub const ID: &[u8; 15] = b"888800000000018";
/// 2024-01-31 08:09:10.
pub const AT: u32 = 1_706_688_550;

/// Time and status: battery 81, and these bits.
pub fn status(at: u32, bits: u32) -> Vec<u8> {
    let word = bits | 81 << 24;
    item(0x24, &[at.to_le_bytes(), word.to_le_bytes()].concat())
}

/// 31.25 N, 121.5 E.
pub fn gps(hdop: u16) -> Vec<u8> {
    let lat = 312_500_000_i32.to_le_bytes();
    let lon = 1_215_000_000_i32.to_le_bytes();
    let rest = [&[0; 6][..], &hdop.to_le_bytes(), &[0; 4], &[9]].concat();
    item(0x20, &[&lat[..], &lon, &rest].concat())
}

/// An alarm word with its time.
pub fn alarm(word: u32, at: u32) -> Vec<u8> {
    item(0x02, &[word.to_le_bytes(), at.to_le_bytes()].concat())
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let who = item(0x01, ID);
    let data = |items: &[Vec<u8>]| [&[0x01][..], &who, &items.concat()].concat();
    let beacon = [
        &[0xc0, 1, 2, 3, 4, 5, 6, 0xc3, 0xc2][..],
        &gps(1)[2..10],
        b"home",
    ]
    .concat();
    [
        data(&[status(AT, 0)]),
        data(&[
            status(AT, 1 << 4),
            gps(9),
            item(0x30, &[0, 0, 0, 0, 0x21, 1, 0, 0]),
        ]),
        data(&[status(AT, 0), alarm(1 << 12, AT)]),
        data(&[status(AT, 0), alarm(1 << 2 | 1, AT), item(0x28, &beacon)]),
        data(&[
            status(AT + 1, 1 << 7),
            gps(9),
            status(AT + 61, 1 << 7),
            gps(0),
        ]),
        data(&[item(0x40, &[0, 0, 0, 0, 72]), item(0x41, &[0, 0, 0, 0, 97])]),
        data(&[alarm(1 << 12 | 1, AT + 5)]),
        [&[0x03][..], &who, &item(0x12, &[])].concat(),
        [&[0x02][..], &item(0x03, ID), &item(0x14, &[81, 0, 16])].concat(),
        vec![0x7f, 1, 0],
    ]
    .iter()
    .zip(1..)
    .map(|(content, index)| frame(true, index, content))
    .collect()
}
