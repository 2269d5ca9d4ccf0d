//! Frames to a device: replies, and what a simulated one sends.

use super::decode::take_apart;
use crate::protocol::Envelope;

/// Types that answer a command, which no answer follows.
const ANSWERS: &[&str] = &[
    "AP12", "AP14", "AP15", "AP16", "AP17", "AP18", "AP20", "AP28", "AP31", "AP33", "AP34", "AP40",
    "AP76", "AP77", "AP84", "AP85", "AP86", "AP87", "AP89", "APXL", "APXY", "APXZ", "APJZ",
];

/// The answer a frame asks for: the same type with its first letter raised by one.
pub fn reply(bytes: &[u8], envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let frame = take_apart(bytes).ok()?;
    let is_watch = frame.vendor == "IW";
    let first = frame.kind.bytes().next()?;
    let head = format!(
        "{}{}{}",
        frame.vendor,
        char::from(first + 1),
        &frame.kind[1..]
    );
    let answer = match frame.kind {
        "AP14" if !is_watch => format!("{head},0.000,0.000#"),
        kind if ANSWERS.contains(&kind) => return None,
        "AP00" if is_watch => {
            let now = envelope.received_at?.format("%Y%m%d%H%M%S");
            let hours = envelope.session.zone_s.unwrap_or(0) / 3600;
            format!("{head},{now},{hours}#")
        }
        _ => format!("{head}#"),
    };
    Some(answer.into_bytes())
}

/// 31.25 N, 121.5 E with a fix, battery 81.
pub const HERE: &str = "240131A3115.0000N12130.0000E000.1080910323.8706000908100102";

/// A minute later without a fix, battery 9.
const INDOORS: &str = "240131V0000.0000N00000.0000E000.0081010000.0006000000900102";

/// Invented frames, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    [
        "IWAP00888880000000001#".to_owned(),
        "TRVAP00888880000000002#".to_owned(),
        format!("IWAP01{HERE},460,0,1111,2222,Home|00-00-5E-00-53-01|97#"),
        "IWAP02,zh_cn,0,1,460,0,1111|2222|9,1,a|00-00-5E-00-53-01|64#".to_owned(),
        "IWAP03,06000908100102,5555,30#".to_owned(),
        format!("IWAP10{HERE},460,0,1111,2222,01,zh-cn,00#"),
        format!("IWAP10{HERE},460,0,1111,2222,05,zh-cn,00,Home|00-00-5E-00-53-01|97#"),
        "IWAP49,68#".to_owned(),
        "IWAPHT,60,130,85#".to_owned(),
        "IWAPHP,60,130,85,97,5.6,36.5#".to_owned(),
        "IWAP50,36.7,90#".to_owned(),
        "TRVCP01,06000908100102#".to_owned(),
        format!("TRVYP14{HERE}00004,460,00,1111,2222#"),
        "IWAP12,080835,1234#".to_owned(),
        format!("IWAP10{INDOORS},460,0,1111,2222,01,zh-cn,00#"),
    ]
    .map(String::into_bytes)
    .to_vec()
}
