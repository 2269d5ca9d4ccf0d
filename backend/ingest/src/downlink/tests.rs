use domain::devices::DialledNumber;

use super::*;

/// "hi [3G*1*2*X]#;" and two blanks in place of the line break.
const MESSAGE: &str = "[SG*9990000001*004C*MESSAGE,\
    006800690020005B00330047002A0031002A0032002A0058005D0023003B00200020]";

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
        at: Timestamp::UNIX_EPOCH,
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
        text(MESSAGE),
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
        let body = [&[length, 0, 0, 0, 9], text.as_bytes()].concat();
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

#[test]
fn iw_watches_hear_their_own_family_of_commands() {
    let last = b"IWAP00999000000000001#";
    let frame = |content: &str| Some(format!("IWBP{content}#").into_bytes());
    let spoken = "006800690020005B00330047002A0031002A0032002A0058005D0023003B00200020";
    let expected = [
        None,
        frame("16,999000000000001,000009"),
        None,
        frame("12,999000000000001,000009,13900000001,,"),
        frame("15,999000000000001,000009,600"),
        frame(&format!("40,999000000000001,000009,{spoken}")),
    ];
    assert_eq!(told(Protocol::Trv, "999000000000001", last), expected);
    // Trackers of the same wire have other commands.
    let tracker = told(Protocol::Trv, "999000000000001", b"TRVAP00999000000000001#");
    assert_eq!(tracker, [const { None }; 6]);
}

#[test]
fn text_protocols_hear_their_published_words() {
    let text = |content: &str| Some(content.as_bytes().to_vec());
    let h02 = told(Protocol::H02, "9990000001", b"*HQ,9990000001,V0#");
    assert_eq!(h02[4], text("*HQ,9990000001,S71,000000,22,600#"));
    assert_eq!(h02[0], None);
    let gps103 = told(Protocol::Gps103, "888800000000018", b"");
    assert_eq!(gps103[1], text("**,imei:888800000000018,B;"));
    assert_eq!(gps103[4], text("**,imei:888800000000018,C,10m;"));
    let topin = told(Protocol::Topin, "888800000000018", b"");
    assert_eq!(topin[3], text("xx\x0cA13900000001\r\n"));
}

#[test]
fn eelink_hears_text_in_packet_80_and_datagrams_get_a_header() {
    use crate::eelink::encode::{datagram, packet};
    let imei = [0x08, 0x88, 0x80, 0x00, 0x00, 0x00, 0x00, 0x18];
    let content = [&[1, 0, 0, 0, 9], &b"WHERE#"[..]].concat();
    let login = packet(0x01, 1, &imei);
    let line = told(Protocol::Eelink, "888800000000018", &login);
    assert_eq!(line[1], Some(packet(0x80, 9, &content)));
    let carried = told(
        Protocol::Eelink,
        "888800000000018",
        &datagram(&imei, &login),
    );
    assert_eq!(
        carried[1],
        Some(datagram(&imei, &packet(0x80, 9, &content)))
    );
}

#[test]
fn our_own_json_says_everything() {
    let all = told(Protocol::AnlinJson, "AN-0018", b"");
    let ring = r#"{"command":"ring","device":"AN-0018","serial":9}"#;
    assert_eq!(all[0].as_deref(), Some(ring.as_bytes()));
    assert!(all.iter().all(Option::is_some));
}

#[test]
fn chinese_is_spoken_where_the_standard_has_it() {
    let id = [0x01, 0x99, 0x90, 0x00, 0x00, 0x01];
    let beat = crate::jt808::encode::frame(0x0002, id, 1, &[]);
    let uid = DeviceUid::parse("19990000001").expect("a uid");
    let to = Addressee {
        uid: &uid,
        last_frame: &beat,
        serial: 9,
        at: Timestamp::UNIX_EPOCH,
    };
    let say = |text: &str| {
        let text = text.to_owned();
        encode(Protocol::Jt808, &Command::Speak { text }, &to)
    };
    let expected = crate::jt808::encode::frame(0x8300, id, 9, &[8, 0xc4, 0xfa, 0xba, 0xc3]);
    assert_eq!(say("您好"), Some(expected));
    // What GBK has no sign for is refused, not garbled.
    assert_eq!(say("😀"), None);
}

#[test]
fn what_can_be_said_is_known_before_the_device_is_there() {
    let [ring, locate, call_back, set_centre, upload_every, speak] = commands();
    for (protocol, said, unsaid) in [
        (Protocol::Watch, &ring, None),
        (Protocol::Jt808, &call_back, Some(&ring)),
        (Protocol::Gt06, &set_centre, Some(&speak)),
        (Protocol::Trv, &speak, Some(&call_back)),
        (Protocol::H02, &upload_every, Some(&locate)),
        (Protocol::AnlinJson, &speak, None),
    ] {
        assert!(says(protocol, said), "{protocol}");
        assert!(
            !unsaid.is_some_and(|unsaid| says(protocol, unsaid)),
            "{protocol}"
        );
    }
    for one_way in [Protocol::Minifinder, Protocol::Vayyar, Protocol::Scaip] {
        assert!(!commands().iter().any(|command| says(one_way, command)));
        assert!(!is_answered(one_way));
    }
    assert!(is_answered(Protocol::Watch));
    assert!(!is_answered(Protocol::Gps103));
}

#[test]
fn an_answer_is_of_its_own_command_and_number() {
    let [ring, locate, .., upload_every, _] = commands();
    let watch = |frame: &[u8]| answer(Protocol::Watch, &ring, 9, frame);
    assert_eq!(watch(b"[3G*9990000001*0004*FIND]"), Some(true));
    assert_eq!(watch(b"[3G*9990000001*0002*LK]"), None);
    let found = b"[3G*9990000001*0009*UD,310124]";
    assert_eq!(answer(Protocol::Watch, &locate, 9, found), Some(true));

    let id = [0x01, 0x99, 0x90, 0x00, 0x00, 0x01];
    let reply = |serial: u8, kind: u16, result: u8| {
        let [high, low] = kind.to_be_bytes();
        let body = [0, serial, high, low, result];
        let frame = crate::jt808::encode::frame(0x0001, id, 7, &body);
        answer(Protocol::Jt808, &upload_every, 9, &frame)
    };
    assert_eq!(reply(9, 0x8103, 0), Some(true));
    assert_eq!(reply(9, 0x8103, 1), Some(false));
    assert_eq!((reply(8, 0x8103, 0), reply(9, 0x8201, 0)), (None, None));

    let gt06 = |kind, body: &[u8]| {
        let frame = crate::gt06::encode::frame(kind == 0x21, kind, body, 3);
        answer(Protocol::Gt06, &locate, 9, &frame)
    };
    assert_eq!(gt06(0x15, b"\x08\0\0\0\x09DONE"), Some(true));
    assert_eq!(gt06(0x15, b"\x08\0\0\0\x08DONE"), None);
    assert_eq!(gt06(0x21, b"\0\0\0\x09\x01OK"), Some(true));

    let trv = |frame: &[u8]| answer(Protocol::Trv, &locate, 9, frame);
    assert_eq!(trv(b"IWAP16,000009#"), Some(true));
    assert_eq!(
        (trv(b"IWAP16,000008#"), trv(b"IWAP15,000009#")),
        (None, None)
    );
    let h02 = b"*HQ,9990000001,V4,S71,080910,22,600#";
    assert_eq!(answer(Protocol::H02, &upload_every, 9, h02), Some(true));
}
