//! Commands to devices, as frames.

use domain::devices::{Command, DeviceUid, Protocol};

/// Whom a command is for, and what is known of how it speaks.
#[derive(Clone, Copy, Debug)]
pub struct Addressee<'a> {
    /// Its own id.
    pub uid: &'a DeviceUid,
    /// The last frame that was kept of it: a command repeats its vendor, header or id.
    pub last_frame: &'a [u8],
    /// Number of this command on the connection.
    pub serial: u16,
}

/// Builds the frame of a command; `None` where the protocol has no way to say it.
pub type Encode = fn(&Command, &Addressee<'_>) -> Option<Vec<u8>>;

/// Protocols that take commands. The others are one-way, or their makers tell nobody.
static ENCODERS: &[(Protocol, Encode)] = &[
    (Protocol::Watch, crate::watch::encode::command),
    (Protocol::Gt06, crate::gt06::encode::command),
    (Protocol::Jt808, crate::jt808::encode::command),
];

/// Builds the frame that tells a device to do something; `None` where it cannot be told.
pub fn encode(protocol: Protocol, command: &Command, to: &Addressee<'_>) -> Option<Vec<u8>> {
    let (_, encode) = ENCODERS.iter().find(|(known, _)| *known == protocol)?;
    encode(command, to)
}

#[cfg(test)]
mod tests {
    use domain::devices::DialledNumber;

    use super::*;

    fn commands() -> [Command; 6] {
        let number = DialledNumber::parse("13900000001").expect("a number");
        [
            Command::Ring,
            Command::Locate,
            Command::CallBack {
                number: number.clone(),
            },
            Command::SetCentre { number },
            Command::UploadEvery { seconds: 600 },
            Command::Speak {
                text: "hi [3G*1*2*X]#;\r\n".to_owned(),
            },
        ]
    }

    fn told(protocol: Protocol, uid: &str, last_frame: &[u8]) -> [Option<Vec<u8>>; 6] {
        let uid = DeviceUid::parse(uid).expect("a uid");
        let to = Addressee {
            uid: &uid,
            last_frame,
            serial: 9,
        };
        commands().map(|command| encode(protocol, &command, &to))
    }

    #[test]
    fn watches_hear_words_under_their_own_vendor_and_serial() {
        let text = |content| Some(content);
        let plain = told(Protocol::Watch, "9990000001", b"[SG*9990000001*0002*LK]");
        let expected = [
            text("[SG*9990000001*0004*FIND]"),
            text("[SG*9990000001*0002*CR]"),
            text("[SG*9990000001*0010*CALL,13900000001]"),
            text("[SG*9990000001*0012*CENTER,13900000001]"),
            text("[SG*9990000001*000A*UPLOAD,600]"),
            None,
        ];
        assert_eq!(
            plain,
            expected.map(|frame| frame.map(|frame| frame.as_bytes().to_vec()))
        );
        let numbered = told(
            Protocol::Watch,
            "9990000001",
            b"[ZJ*9990000001*00a7*0002*LK]",
        );
        assert_eq!(
            numbered[0].as_deref(),
            Some(&b"[ZJ*9990000001*0009*0004*FIND]"[..])
        );
        let unheard = told(Protocol::Watch, "9990000001", b"");
        assert_eq!(
            unheard[0].as_deref(),
            Some(&b"[3G*9990000001*0004*FIND]"[..])
        );
    }

    #[test]
    fn gt06_hears_text_in_packet_80() {
        let frame = |text: &str| {
            let length = u8::try_from(text.len() + 4).expect("short");
            let body = [&[length, 0, 0, 0, 0], text.as_bytes()].concat();
            Some(crate::gt06::encode::frame(false, 0x80, &body, 9))
        };
        let expected = [
            None,
            frame("WHERE#"),
            None,
            frame("CENTER,A,13900000001#"),
            frame("TIMER,600#"),
            None,
        ];
        assert_eq!(told(Protocol::Gt06, "888800000000018", b""), expected);
    }

    #[test]
    fn jt808_hears_its_standard_messages_under_its_own_header() {
        use crate::jt808::encode::{frame, frame_2019};
        let id = [0x01, 0x99, 0x90, 0x00, 0x00, 0x01];
        let beat = frame(0x0002, id, 1, &[]);
        let message = |kind, body: &[u8]| Some(frame(kind, id, 9, body));
        let spoken = [&[0x08], &b"hi [3G*1*2*X]#;  "[..]].concat();
        let expected = [
            None,
            message(0x8201, &[]),
            message(0x8400, b"\x0013900000001"),
            message(0x8103, b"\x01\0\0\0\x40\x0b13900000001"),
            message(0x8103, b"\x01\0\0\0\x29\x04\0\0\x02\x58"),
            message(0x8300, &spoken),
        ];
        assert_eq!(told(Protocol::Jt808, "19990000001", &beat), expected);
        let long = [0, 0, 0x08, 0x88, 0x88, 0, 0, 0, 0, 0x01];
        let newer = told(
            Protocol::Jt808,
            "888880000000001",
            &frame_2019(0x0002, long, 1, &[]),
        );
        assert_eq!(newer[1], Some(frame_2019(0x8201, long, 9, &[])));
        // Spoken text has a type in the header of 2019; a device never heard has no header yet.
        let spoken = [&[0x08, 0x01], &b"hi [3G*1*2*X]#;  "[..]].concat();
        assert_eq!(newer[5], Some(frame_2019(0x8300, long, 9, &spoken)));
        assert_eq!(
            told(Protocol::Jt808, "19990000001", b""),
            [const { None }; 6]
        );
    }

    #[test]
    fn who_cannot_be_told_is_not() {
        assert_eq!(
            told(Protocol::Minifinder, "888800000000018", b""),
            [const { None }; 6]
        );
    }
}
