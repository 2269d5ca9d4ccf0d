//! Frames to a device: replies, and what a simulated one sends.

use super::decode::take_apart;
use crate::protocol::Envelope;

/// The answer a frame asks for. `help me` is repeated until it hears its own.
pub fn reply(bytes: &[u8], _envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let frame = take_apart(bytes).ok()?;
    let kind = frame.rest.and_then(|rest| rest.split(',').nth(1));
    match (kind, frame.imei) {
        (Some("help me"), Some(imei)) => Some(format!("**,imei:{imei},E;").into_bytes()),
        // A login is short.
        (Some(_), _) if frame.length <= 30 => Some(b"LOAD".to_vec()),
        _ if frame.is_bare => Some(b"ON".to_vec()),
        _ => None,
    }
}

/// An invented IMEI.
pub const ID: &str = "888800000000018";

/// A report with this word: 31.25 N, 121.5 E, 2024-01-31 08:09:10 UTC on a clock eight hours ahead.
pub fn report(word: &str) -> String {
    format!("imei:{ID},{word},2401311609,,F,080910.000,A,3115.0000,N,12130.0000,E,0.00,90;")
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    [
        format!("##,imei:{ID},A;"),
        format!("{ID};"),
        report("tracker"),
        report("help me"),
        report("low battery"),
        report("stockade"),
        report("T:+28.0"),
        format!("imei:{ID},help me,,,L,,,113b,,558f,,,,,0,0,,,;"),
        format!("imei:{ID},OBD,240131080910,1,,0.0,,000,0.0%,+,0.0%,0,,,,,;"),
        format!(
            "imei:{ID},One,---,------,----,080910,310124,14,1,31.25000,121.50000,\
             000,000,0000,99.9,00,0,1,---,*;"
        ),
        format!("imei:{ID},tracker,2401311610,,F,081010.000,A,3115.0000,N,12130.0000,E,0.00,90;"),
    ]
    .map(String::into_bytes)
    .to_vec()
}
