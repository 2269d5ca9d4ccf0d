//! What a simulated tag sends; it is never answered.

use crate::checksums::xor;

/// Builds a frame; `imei` as eight bytes, the last half byte a fill.
pub fn frame(imei: &[u8], kind: u8, items: &[u8]) -> Vec<u8> {
    let length = u16::try_from(items.len()).unwrap_or(u16::MAX);
    let content = [imei, &[kind], &length.to_be_bytes(), items].concat();
    [&[0x7e][..], &content, &[xor(&content), 0x7e]].concat()
}

/// An invented IMEI.
pub const ID: [u8; 8] = [0x88, 0x88, 0x00, 0x00, 0x00, 0x00, 0x01, 0x80];

/// 31.25 N, 121.5 E, 2024-01-31 08:09:10, 3.9 volts.
pub fn place(status: u8) -> Vec<u8> {
    let (lat, lon) = (31_250_000_u32.to_be_bytes(), 121_500_000_u32.to_be_bytes());
    let at = [24, 1, 31, 8, 9, 10];
    [&[0x81, 19, status][..], &at, &lat, &lon, &[0, 20, 195, 45]].concat()
}

/// An alarm item.
pub fn alarm(mask: u8, value: u8) -> Vec<u8> {
    vec![0x82, 2, mask, value]
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let mut later = place(0);
    later[7] += 1;
    let counters = [&[0x83, 16][..], &[0x7e; 16]].concat();
    vec![
        frame(&ID, 0x11, &[place(0x01), alarm(0x0f, 0), counters].concat()),
        frame(&ID, 0x11, &[place(0x01), alarm(0x0f, 0x04)].concat()),
        frame(&ID, 0x11, &[place(0x01), alarm(0x0f, 0x08)].concat()),
        frame(
            &ID,
            0x11,
            &[place(0x01), alarm(0x0f, 0x02), vec![0x84, 2, 1, 2]].concat(),
        ),
        frame(&ID, 0x12, &[]),
        frame(&ID, 0x11, &[later, alarm(0x0f, 0x06)].concat()),
    ]
}
