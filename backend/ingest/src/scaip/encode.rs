//! Answers, and what an invented unit sends.

use super::frame::take_apart;
use crate::protocol::Envelope;

/// Status numbers of an answer.
const OK: u8 = 0;
const MANDATORY_TAG_MISSING: u8 = 7;

/// The answer to a request: its reference and how it was taken. A request is answered even when it
/// leaves out what the standard demands: it was kept, and the number says what is wrong with it.
pub fn reply(body: &[u8], _envelope: &Envelope<'_>) -> Option<Vec<u8>> {
    let message = take_apart(body).ok()?;
    if message.is_answer {
        return None;
    }
    let reference = message.tag("ref");
    let is_whole = ["ref", "cid", "dty"]
        .iter()
        .all(|tag| message.tag(tag).is_some());
    let number = if is_whole { OK } else { MANDATORY_TAG_MISSING };
    Some(answer(reference.unwrap_or_default(), number))
}

/// An answer with a status number.
pub fn answer(reference: &str, number: u8) -> Vec<u8> {
    let reference = escaped(reference);
    format!("<mrs><ref>{reference}</ref><snu>{number}</snu></mrs>").into_bytes()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// A request of an invented unit with these tags.
pub fn request(tags: &[(&str, &str)]) -> Vec<u8> {
    let tags: String = tags
        .iter()
        .map(|(name, text)| format!("<{name}>{}</{name}>", escaped(text)))
        .collect();
    format!("<mrq>{tags}</mrq>").into_bytes()
}

/// Invented bodies, one of every kind.
pub fn samples() -> Vec<Vec<u8>> {
    let unit = [("cid", "77000018"), ("dty", "0002"), ("cha", "0")];
    let with = |tags: &[(&str, &str)]| request(&[&unit[..], tags].concat());
    vec![
        with(&[("ref", "inv0001"), ("mty", "PI"), ("stc", "0102")]),
        with(&[
            ("ref", "inv0002"),
            ("mty", "ME"),
            ("stc", "0010"),
            ("crd", "gsm:"),
        ]),
        with(&[
            ("ref", "inv0003"),
            ("stc", "16"),
            ("lco", "021"),
            ("lte", "hob"),
        ]),
        with(&[("ref", "inv0004"), ("mty", "RE"), ("stc", "93")]),
        with(&[("ref", "inv0005"), ("mty", "IN"), ("ite", "a < b & c")]),
        b"<scaip><cid> +77000019</cid><dty>05</dty><stc>009</stc><ref>inv0006</ref></scaip>"
            .to_vec(),
        b"<scaip><ref>inv0007</ref><snu>0</snu><ste></ste></scaip>".to_vec(),
        answer("inv0008", 4),
    ]
}
