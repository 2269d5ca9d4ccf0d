//! Frames to a device: replies, and what a simulated one sends.

use super::decode::{claimed_uid, take_apart};
use crate::protocol::Envelope;

/// The answer a frame asks for; all but the heartbeat's need the clock.
pub fn reply(bytes: &[u8], envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let uid = claimed_uid(bytes)?;
    let kind = match bytes.first()? {
        b'$' => "$",
        _ => take_apart(bytes).ok()?.get(2).copied().unwrap_or_default(),
    };
    let now = envelope.received_at;
    let answer = match kind {
        "V0" | "HTBT" => {
            let words = take_apart(bytes).ok()?;
            format!("*{},{uid},{kind}#", words.first()?)
        }
        "V1" | "NBR" => format!("*HQ,{uid},V4,{kind},{}#", now?.format("%Y%m%d%H%M%S")),
        "LINK" | "V3" | "VP1" | "XT" | "SMS" | "" => return None,
        _ => format!("*HQ,{uid},R12,{}#", now?.format("%H%M%S")),
    };
    Some(answer.into_bytes())
}

/// Builds a text frame around its content.
pub fn frame(id: &str, content: &str) -> Vec<u8> {
    format!("*HQ,{id},{content}#").into_bytes()
}

/// An invented id.
pub const ID: &str = "9990000001";

/// A position with this status: 31.25 N, 121.5 E, 2024-01-31 08:09:10.
pub fn position(kind: &str, status: u32) -> String {
    format!("{kind},080910,A,3115.0000,N,12130.0000,E,000.00,090,310124,{status:08X}")
}

/// The binary frame of the same, battery 81.
pub fn binary(status: u32) -> Vec<u8> {
    let head = [
        0x24, 0x99, 0x90, 0x00, 0x00, 0x01, 0x08, 0x09, 0x10, 0x31, 0x01, 0x24,
    ];
    let place = [
        0x31, 0x15, 0x00, 0x00, 81, 0x12, 0x13, 0x00, 0x00, 0x0e, 0, 0, 0x90,
    ];
    [&head[..], &place, &status.to_be_bytes(), &[0xff, 0, 0]].concat()
}

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let text = [
        "HTBT,90".to_owned(),
        position("V1", 0xffff_fbff),
        position("V6", 0xfffb_fbff),
        position("V1", 0xfff7_fbff),
        "V4,S17,130305,080910,A,3115.0000,N,12130.0000,E,1.00,090,310124,FFFFFBFF".to_owned(),
        "V19,080910,V,3115.0000,N,12130.0000,E,0,0,310124,,1,2,FFFFFBFF".to_owned(),
        "NBR,080910,460,0,0,1,1111,2222,23,310124,FFFFFBFF,5".to_owned(),
        "LINK,080910,20,8,81,1200,0,310124,FFFFFBFF".to_owned(),
        "V3,080910,46000,01,001111,002222,128,-92,02DE,0,X,310124,FFFFFBFF".to_owned(),
        "VP1,A,3115.0000,N,12130.0000,E,0.62,0.0,310124".to_owned(),
        "SMS,version 2".to_owned(),
    ];
    let mut frames: Vec<_> = text.iter().map(|content| frame(ID, content)).collect();
    frames.push(binary(0xffff_fbfe));
    // An SOS a minute later, without a fix and with a weak battery.
    let mut indoors = binary(0xffff_fbfd);
    (indoors[7], indoors[16], indoors[21]) = (0x10, 9, 0x0c);
    frames.push(indoors);
    frames
}
