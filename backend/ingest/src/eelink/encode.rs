//! Frames to a device: replies, and what a simulated one sends.

use super::frame::{checksum, number, take_apart};
use crate::protocol::{Carrier, Envelope};

/// Builds a packet.
pub fn packet(kind: u8, serial: u16, content: &[u8]) -> Vec<u8> {
    let head = [&[0x67, 0x67, kind][..], &number(content.len() + 2)].concat();
    [&head[..], &serial.to_be_bytes(), content].concat()
}

/// Puts packets behind the header of a datagram; `imei` as eight bytes.
pub fn datagram(imei: &[u8], packets: &[u8]) -> Vec<u8> {
    let content = [imei, packets].concat();
    let head = [&b"EL"[..], &number(content.len() + 2)].concat();
    [&head[..], &checksum(&content).to_be_bytes(), &content].concat()
}

/// The answer to every packet of a frame, in their order; a login needs the clock. Positions of type
/// 02 and data of type 81 want none. A datagram is answered by a datagram.
pub fn reply(bytes: &[u8], envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let frame = take_apart(bytes).ok()?;
    let mut out = Vec::new();
    for request in &frame.packets {
        let content = match request.kind {
            0x02 | 0x81 => continue,
            0x01 => {
                let now = u32::try_from(envelope.received_at?.timestamp()).ok()?;
                [&now.to_be_bytes()[..], &[0, 1, 0]].concat()
            }
            _ => vec![],
        };
        out.extend(packet(request.kind, request.serial, &content));
    }
    let is_datagram = envelope.carrier == Some(Carrier::Udp);
    let wrapped = bytes
        .get(6..14)
        .filter(|_| is_datagram && frame.uid.is_some());
    match (out.is_empty(), wrapped) {
        (true, _) => None,
        (false, Some(imei)) => Some(datagram(imei, &out)),
        (false, None) => Some(out),
    }
}

/// An invented IMEI.
pub const ID: [u8; 8] = [0x08, 0x88, 0x80, 0x00, 0x00, 0x00, 0x00, 0x18];
/// 2024-01-31 08:09:10.
pub const AT: u32 = 1_706_688_550;

/// 31.25 N, 121.5 E as the wire has it.
pub fn here() -> Vec<u8> {
    let (lat, lon) = (56_250_000_i32, 218_700_000_i32);
    [lat.to_be_bytes(), lon.to_be_bytes()].concat()
}

/// An old packet up to its fix flag.
pub fn old(has_fix: bool) -> Vec<u8> {
    let cell = [1, 0xcc, 0, 0, 0x11, 0x22, 0, 0x33, 0x44];
    [
        &AT.to_be_bytes()[..],
        &here(),
        &[0, 0, 90],
        &cell,
        &[has_fix.into()],
    ]
    .concat()
}

/// A new packet up to what its type adds: with place, a cell and a network.
pub fn new() -> Vec<u8> {
    let cell = [1, 0xcc, 0, 0, 0x11, 0x22, 0, 0, 0x33, 0x44, 60];
    let network = [2, 0, 0, 0, 0, 9, 0xc4];
    let place = [&here()[..], &[0, 12, 0, 0, 0, 90, 9]].concat();
    [&AT.to_be_bytes()[..], &[0x13], &place, &cell, &network].concat()
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let bare = [&(AT + 9).to_be_bytes()[..], &[0]].concat();
    let text = b"\x01\0\0\0\0Lat:N31.250000\nLon:E121.500000\nDate Time:2024-01-31 08:09:10";
    let normal = [&new()[..], &[0, 0x81, 0x10, 0x04], &[0; 12], &[0, 81, 0, 0]].concat();
    let mut frames = vec![
        packet(0x12, 1, &normal),
        packet(0x01, 2, &[&ID[..], &[1, 0x20]].concat()),
        packet(
            0x02,
            3,
            &[&old(true)[..], &[0, 0x88, 0x10, 0x04, 0, 44, 0, 0, 0, 0]].concat(),
        ),
        packet(0x03, 4, &[0x01, 0x80]),
        packet(0x04, 5, &[&old(false)[..], &[0x02]].concat()),
        packet(
            0x05,
            6,
            &[&old(true)[..], &[1, 0, 0, 0, 1, 0, 0x80]].concat(),
        ),
        packet(0x07, 7, &[0, 0x77, 3, 0x5d]),
        packet(
            0x07,
            8,
            &[&AT.to_be_bytes()[..], &[0x89, 0, 0, 0, 0]].concat(),
        ),
        packet(0x14, 9, &[&new()[..], &[0x86, 0, 1]].concat()),
        packet(0x14, 10, &[&bare[..], &[0x02, 0, 0]].concat()),
        packet(0x15, 11, &[&new()[..], &[4, 0, 1]].concat()),
        packet(0x80, 12, text),
        packet(0x81, 13, b"\x01data"),
    ];
    let pair = [
        packet(0x14, 14, &[&bare[..], &[0x25, 0, 0]].concat()),
        packet(0x03, 15, &[0, 0]),
    ];
    frames.push(datagram(&ID, &pair.concat()));
    frames
}
