//! Frames to a device: replies, and what a simulated one sends.

use super::decode::take_apart;
use crate::checksums::sum;
use crate::protocol::Envelope;

/// Builds a frame; devices start it with `$$`, servers with `##`.
pub fn frame(mark: &str, imei: &str, content: &str) -> Vec<u8> {
    let text = format!(",{imei},{content}");
    let head = format!("{mark}{:02}{text}*", text.len());
    format!("{head}{:02X}", sum(head.as_bytes())).into_bytes()
}

/// The answer to a report of type A03: the time. Nothing else asks for one.
pub fn reply(bytes: &[u8], envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let request = take_apart(bytes).ok()?;
    if request.kind != "A03" {
        return None;
    }
    let now = envelope.received_at?.format("%y%m%d%H%M%S");
    let content = format!("{},A03,{now}", request.serial);
    let mut out = frame("##", request.uid.as_str(), &content);
    out.extend_from_slice(b"\r\n");
    Some(out)
}

/// An invented IMEI.
pub const ID: &str = "888800000000018";

/// A report with this type and alarm: 31.25 N, 121.5 E, 2024-01-31 08:09:10.
pub fn report(kind: &str, alarm: &str, flag: char) -> Vec<u8> {
    let place = format!("{flag},31.250000,121.500000,0,90,12,34,56");
    let tail = "90000040,00,0,460|0|1122|3344,196|4E0|6C";
    let content = format!("1,{kind},{alarm},240131080910,{place},{tail}");
    frame("$$", ID, &content)
}

/// A report of type A03 with this alarm and place.
pub fn short(alarm: &str, place: &str) -> Vec<u8> {
    let content = format!("7F,A03,{alarm},240131080910,460|0|1122|3344,3.9,81,0019,{place}");
    frame("$$", ID, &content)
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    vec![
        report("A01", "", 'A'),
        report("A00", "35", 'V'),
        report("A01", "2", 'V'),
        report("A01", "31", 'A'),
        short("", "0,A,0,13,31.250000,121.500000"),
        short("17", "1,020000000001:-60|020000000002:-71"),
        frame("$$", ID, "2,B03,OK"),
        frame(
            "$$",
            ID,
            "80,A03,2,240131081010,460|0|1122|3344,3.4,9,0019,0,V,0,0,0,0",
        ),
        frame("$$", ID, "3,D05,31,240131080910,2048,picture.jpg"),
    ]
}
