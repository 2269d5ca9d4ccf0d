//! Frames to a device: replies, and what a simulated one sends.

use super::frame::{checksum, take_apart, unescape, wrap};
use crate::protocol::Envelope;

/// Builds a frame; `imei` as eight bytes, the last half byte a fill.
pub fn frame(kind: u16, serial: u16, imei: &[u8], body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap_or(u16::MAX);
    let message = [
        &kind.to_be_bytes()[..],
        &serial.to_be_bytes(),
        imei,
        &length.to_be_bytes(),
        &checksum(body).to_be_bytes(),
        body,
    ];
    wrap(&message.concat())
}

/// The answer to reports: done.
pub fn reply(bytes: &[u8], _envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let plain = unescape(bytes);
    let request = take_apart(&plain).ok()?;
    (request.kind == 0x14).then(|| frame(0x14, request.serial, request.imei, &[1]))
}

/// An invented IMEI.
pub const ID: [u8; 8] = [0x88, 0x88, 0x00, 0x00, 0x00, 0x00, 0x01, 0x80];
/// 2024-01-31 08:09:10.
pub const AT: u32 = 1_706_688_550;

/// Puts reports behind their count and lengths.
pub fn body(reports: &[Vec<u8>]) -> Vec<u8> {
    let mut out = vec![u8::try_from(reports.len()).unwrap_or(u8::MAX)];
    for report in reports {
        let length = u16::try_from(report.len()).unwrap_or(u16::MAX);
        out.extend_from_slice(&length.to_be_bytes());
    }
    out.extend(reports.iter().flatten());
    out
}

/// A report: battery 81, then a mask and what it announces.
pub fn report(at: u32, mask: u8, rest: &[u8]) -> Vec<u8> {
    [&[7][..], &at.to_be_bytes(), &[31, 0x80, 81, mask], rest].concat()
}

/// 31.25 N, 121.5 E with nine satellites.
pub fn place() -> Vec<u8> {
    [
        &[9][..],
        &12_130.0_f32.to_be_bytes(),
        &3_115.0_f32.to_be_bytes(),
    ]
    .concat()
}

/// The same as doubles.
pub fn exact_place() -> Vec<u8> {
    [12_130.0_f64.to_be_bytes(), 3_115.0_f64.to_be_bytes()].concat()
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let alarm = |bits: u32| bits.to_be_bytes();
    let mut low = report(AT + 90, 1, &alarm(1));
    low[7] = 9;
    let located = [&[0x01][..], &place()].concat();
    let exact = [&[0x40, 9][..], &exact_place()].concat();
    let network = [2, 1, 0xfa, 0xaf, 0, 0xfb, 0xbf, 9, 0xcd];
    [
        (0x14, body(&[report(AT, 2, &located)])),
        (0x14, body(&[report(AT, 1, &alarm(1))])),
        (
            0x14,
            body(&[report(AT, 3, &[&alarm(1 << 15)[..], &network].concat())]),
        ),
        (
            0x14,
            body(&[
                report(AT, 2, &located),
                report(AT + 5, 0, &[]),
                report(AT + 9, 1, &alarm(2)),
            ]),
        ),
        (0x14, body(&[report(AT + 60, 2, &exact)])),
        (0x14, body(&[low])),
        (0x07, b"OK".to_vec()),
    ]
    .iter()
    .zip(1..)
    .map(|((kind, body), serial)| frame(*kind, serial, &ID, body))
    .collect()
}
