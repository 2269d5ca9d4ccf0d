//! Invented packets of real shape and what they mean; every alarm code, all synthetic.

use domain::devices::{Alarm, DeviceEvent, DeviceUid, Reading};

use super::decode::decode;
use super::encode::{self, AT, ID, datagram, new, old, packet};
use crate::protocol::{Carrier, Envelope, Session};

const SERIAL: u16 = 0x1234;

fn read(kind: u8, content: &[u8]) -> DeviceEvent {
    decode(&packet(kind, SERIAL, content), &Envelope::default()).expect("a frame")
}

fn place(event: &DeviceEvent) -> Option<(f64, f64, bool)> {
    event.fix.map(|fix| (fix.at.lat(), fix.at.lon(), fix.valid))
}

#[test]
fn every_alarm_code_of_new_and_old_warnings() {
    use Alarm::*;
    let table = [
        (0x01, PowerOff),
        (0x02, Sos),
        (0x03, LowBattery),
        (0x04, Vibration),
        (0x05, Movement),
        (0x08, Fault),
        (0x09, Fault),
        (0x25, Removed),
        (0x82, Overspeed),
        (0x83, GeofenceEnter),
        (0x84, GeofenceExit),
        (0x85, Collision),
        (0x86, Fall),
    ];
    for code in 0..=0xff {
        let known = table.iter().find(|row| row.0 == code).map(|row| row.1);
        let silent = [0x00, 0x06, 0x07, 0x81].contains(&code);
        let expected = known.or((!silent).then_some(Unspecified));
        let warnings = [
            read(0x14, &[&new()[..], &[code, 0, 1]].concat()),
            read(0x04, &[&old(true)[..], &[code]].concat()),
        ];
        for event in warnings {
            assert_eq!(event.alarms.first().copied(), expected, "{code:x}");
            assert_eq!(event.is_alarm, expected.is_some(), "{code:x}");
            assert_eq!(place(&event), Some((31.25, 121.5, true)));
            let at = event.device_time.map(|at| at.timestamp());
            assert_eq!(at, Some(AT.into()));
        }
    }
}

#[test]
fn an_sos_indoors_has_no_place_or_zeros_and_is_no_less_an_alarm() {
    let bare = [&AT.to_be_bytes()[..], &[0, 0x02, 0, 0]].concat();
    let event = read(0x14, &bare);
    assert_eq!(
        (event.alarms.as_slice(), event.fix),
        (&[Alarm::Sos][..], None)
    );
    let mut zeros = [&old(false)[..], &[0x02]].concat();
    zeros[4..12].fill(0);
    let event = read(0x04, &zeros);
    assert_eq!(event.alarms, [Alarm::Sos]);
    assert_eq!(place(&event), Some((0.0, 0.0, false)));
    // The old and the new packet of one press are one event; so is the press under another serial.
    assert_eq!(event.key, read(0x14, &bare).key);
}

#[test]
fn a_normal_packet_has_place_charge_volts_and_steps() {
    let tail = [&[0x01, 0x81, 0x10, 0x04][..], &[0; 12], &[0x01, 0x21, 0, 0]].concat();
    let event = read(0x12, &[&new()[..], &tail].concat());
    assert_eq!(place(&event), Some((31.25, 121.5, true)));
    assert_eq!(event.charging, Some(true));
    let expected = [(Reading::Steps, 289.0), (Reading::BatteryVolts, 4.1)];
    assert_eq!(event.readings, expected.into_iter().collect());
    let without_fix = read(0x12, &[&new()[..], &[0x01, 0x80]].concat());
    assert_eq!(place(&without_fix), Some((31.25, 121.5, false)));
    // Cells and networks of the newer list stand before the warning.
    let list = [&[0x80, 4, 0x0a][..], &[7; 19 + 5 + 7], &[0x86, 0, 0]].concat();
    let event = read(0x14, &[&AT.to_be_bytes()[..], &list].concat());
    assert_eq!(event.alarms, [Alarm::Fall]);
}

#[test]
fn a_datagram_names_its_device_only_with_a_right_checksum() {
    let warning = |code| {
        let content = [&AT.to_be_bytes()[..], &[0, code, 0, 0]].concat();
        packet(0x14, SERIAL, &content)
    };
    let bytes = datagram(&ID, &[warning(0x03), warning(0x86)].concat());
    let event = decode(&bytes, &Envelope::default()).expect("a frame");
    assert_eq!(event.device_uid.as_str(), "888800000000018");
    assert_eq!(event.alarms, [Alarm::Fall, Alarm::LowBattery]);
    assert_eq!(event.records.len(), 2);
    for bit in 8 * 4..bytes.len() * 8 {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(event) = decode(&flipped, &Envelope::default()) {
            assert!(!event.device_uid.is_named(), "bit {bit}");
        }
    }
}

#[test]
fn a_login_names_the_device_for_what_follows() {
    let login = packet(0x01, SERIAL, &[&ID[..], &[1]].concat());
    let event = decode(&login, &Envelope::default()).expect("a frame");
    assert_eq!(event.device_uid.as_str(), "888800000000018");
    assert!(!read(0x03, &[0, 0]).device_uid.is_named());
    let session = Session {
        uid: DeviceUid::parse("888800000000018"),
        ..Session::default()
    };
    let beat = decode(&packet(0x03, SERIAL, &[0, 0x80]), &Envelope::of(&session)).expect("a frame");
    assert_eq!(beat.device_uid.as_str(), "888800000000018");
    assert_eq!(beat.charging, Some(false));
    let nobody = packet(0x01, SERIAL, &[0xff; 8]);
    assert!(decode(&nobody, &Envelope::default()).is_err());
}

#[test]
fn replies_repeat_type_and_serial() {
    let reply = |bytes: &[u8], envelope| encode::reply(bytes, &envelope);
    let request = packet(0x14, SERIAL, &[0; 5]);
    let answer = packet(0x14, SERIAL, &[]);
    assert_eq!(reply(&request, Envelope::default()), Some(answer.clone()));
    for silent in [0x02, 0x81] {
        assert_eq!(
            reply(&packet(silent, SERIAL, &[0; 5]), Envelope::default()),
            None
        );
    }
    let login = packet(0x01, SERIAL, &ID);
    assert_eq!(
        reply(&login, Envelope::default()),
        None,
        "no clock, no time"
    );
    let now = Envelope::default().at("2024-01-31T08:09:10Z".parse().expect("a moment"));
    let time = [&AT.to_be_bytes()[..], &[0, 1, 0]].concat();
    assert_eq!(reply(&login, now), Some(packet(0x01, SERIAL, &time)));
    let wrapped = datagram(&ID, &request);
    let udp = Envelope::default().by(Carrier::Udp);
    assert_eq!(reply(&wrapped, Envelope::default()), Some(answer.clone()));
    assert_eq!(reply(&wrapped, udp), Some(datagram(&ID, &answer)));
}
