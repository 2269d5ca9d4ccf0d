//! Commands to devices, as frames.

use domain::devices::{Command, DeviceUid, Protocol};
use domain::time::Timestamp;

/// Whom a command is for, and what is known of how it speaks.
#[derive(Clone, Copy, Debug)]
pub struct Addressee<'a> {
    /// Its own id.
    pub uid: &'a DeviceUid,
    /// The last frame that was kept of it: a command repeats its vendor, header or id.
    pub last_frame: &'a [u8],
    /// Number of this command: an answer repeats it where the protocol has a place for it.
    pub serial: u16,
    /// The moment it is sent, for protocols that write it.
    pub at: Timestamp,
}

/// Builds the frame of a command; `None` where the protocol has no way to say it.
pub type Encode = fn(&Command, &Addressee<'_>) -> Option<Vec<u8>>;

/// Whether a kept frame answers a command of this number: `Some(true)` when it was done,
/// `Some(false)` when the device refuses it, `None` when the frame is about something else.
pub type Answers = fn(&Command, u16, &[u8]) -> Option<bool>;

/// How one protocol takes commands.
struct Downlink {
    protocol: Protocol,
    encode: Encode,
    /// `None` where the device says nothing: then sent is all that is ever known.
    answers: Option<Answers>,
}

impl Downlink {
    const fn answered(protocol: Protocol, encode: Encode, answers: Answers) -> Self {
        Self {
            protocol,
            encode,
            answers: Some(answers),
        }
    }

    const fn unanswered(protocol: Protocol, encode: Encode) -> Self {
        Self {
            protocol,
            encode,
            answers: None,
        }
    }
}

/// Protocols that take commands. The others are one-way, or their makers tell nobody.
static DOWNLINKS: &[Downlink] = &[
    Downlink::answered(
        Protocol::Watch,
        crate::watch::encode::command,
        crate::watch::encode::answers,
    ),
    Downlink::answered(
        Protocol::Gt06,
        crate::gt06::encode::command,
        crate::gt06::encode::answers,
    ),
    Downlink::answered(
        Protocol::Jt808,
        crate::jt808::encode::command,
        crate::jt808::encode::answers,
    ),
    Downlink::answered(
        Protocol::Trv,
        crate::trv::command::command,
        crate::trv::command::answers,
    ),
    Downlink::answered(
        Protocol::Eelink,
        crate::eelink::command::command,
        crate::eelink::command::answers,
    ),
    Downlink::answered(
        Protocol::H02,
        crate::h02::command::command,
        crate::h02::command::answers,
    ),
    Downlink::unanswered(Protocol::Gps103, crate::gps103::command::command),
    Downlink::unanswered(Protocol::Topin, crate::topin::command::command),
    Downlink::answered(
        Protocol::AnlinJson,
        crate::anlin_json::command::command,
        crate::anlin_json::command::answers,
    ),
];

fn downlink(protocol: Protocol) -> Option<&'static Downlink> {
    DOWNLINKS.iter().find(|known| known.protocol == protocol)
}

/// Builds the frame that tells a device to do something; `None` where it cannot be told.
pub fn encode(protocol: Protocol, command: &Command, to: &Addressee<'_>) -> Option<Vec<u8>> {
    (downlink(protocol)?.encode)(command, to)
}

/// Words to say, in one line: a line break would end a frame.
pub(crate) fn in_one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// Words as the hex digits of UTF-16, high byte first.
pub(crate) fn in_utf16_hex(text: &str) -> String {
    in_one_line(text)
        .encode_utf16()
        .map(|unit| format!("{unit:04X}"))
        .collect()
}

/// Whether a protocol has a way to say this at all, asked with an invented frame of each kind a
/// device may have sent: nobody queues what can never be sent.
pub fn says(protocol: Protocol, command: &Command) -> bool {
    let samples = (crate::registry::codec(protocol).samples)();
    let uid = DeviceUid::unnamed();
    samples.iter().any(|frame| {
        let to = Addressee {
            uid: &uid,
            last_frame: frame,
            serial: 1,
            at: Timestamp::UNIX_EPOCH,
        };
        encode(protocol, command, &to).is_some()
    })
}

/// Whether devices of a protocol say that they did what they were told.
pub fn is_answered(protocol: Protocol) -> bool {
    downlink(protocol).is_some_and(|known| known.answers.is_some())
}

/// Whether a kept frame of a device answers a command, and how; see [`Answers`].
pub fn answer(protocol: Protocol, command: &Command, serial: u16, frame: &[u8]) -> Option<bool> {
    (downlink(protocol)?.answers?)(command, serial, frame)
}

#[cfg(test)]
mod tests;
