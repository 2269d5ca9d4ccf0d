//! The status word: each of 32 bits alone, every pair, and all at once, against a table written
//! out by hand here; and no bytes whatever make the decoder panic.

use domain::devices::Alarm::{
    self, Fall, GeofenceEnter, GeofenceExit, LowBattery, PowerCut, Removed, Sos, Unspecified,
};
use ingest::watch::{CODEC, encode};
use ingest::{Envelope, Progress, Split};
use proptest::prelude::*;

/// Bit, alarm, and whether the bit is a reason to send an alarm (or a lasting state).
const TABLE: [(u32, Option<Alarm>, bool); 32] = {
    let mut table = [(0, None, false); 32];
    let mut bit = 0;
    while bit < 32 {
        table[bit as usize] = match bit {
            0 => (bit, Some(LowBattery), false),
            1 => (bit, Some(GeofenceExit), false),
            2 => (bit, Some(GeofenceEnter), false),
            14 => (bit, Some(PowerCut), true),
            16 => (bit, Some(Sos), true),
            17 => (bit, Some(LowBattery), true),
            18 => (bit, Some(GeofenceExit), true),
            19 => (bit, Some(GeofenceEnter), true),
            20 => (bit, Some(Removed), true),
            21 | 22 => (bit, Some(Fall), true),
            _ => (bit, None, false),
        };
        bit += 1;
    }
    table
};

fn check(kind: &str, bits: &[u32]) {
    let word = bits.iter().fold(0_u32, |word, bit| word | 1 << bit);
    let content = format!("{kind},310124,080910,V,0,N,0,E,0,0,0,0,80,81,12,0,{word:08X},0,0");
    let frame = encode::frame("3G", "9990000001", None, &content);
    let event = (CODEC.decode)(&frame, &Envelope::default()).expect("a frame");
    let reason = bits.iter().any(|&bit| TABLE[bit as usize].2);
    let mut expected: Vec<Alarm> = bits
        .iter()
        .filter_map(|&bit| TABLE[bit as usize].1)
        .collect();
    if kind == "AL" && !reason {
        expected.push(Unspecified);
    }
    expected.sort_unstable();
    expected.dedup();
    let mut alarms = event.alarms.clone();
    alarms.sort_unstable();
    assert_eq!(alarms, expected, "{kind} {bits:?}");
    assert_eq!(event.is_alarm, kind == "AL" || reason, "{kind} {bits:?}");
    let life = event
        .alarms
        .iter()
        .take_while(|alarm| alarm.is_life_alarm())
        .count();
    assert_eq!(
        life,
        expected
            .iter()
            .filter(|alarm| alarm.is_life_alarm())
            .count(),
        "{bits:?}"
    );
}

#[test]
fn every_bit_alone_and_in_every_pair_reads_back_exactly() {
    for kind in ["UD", "AL", "WT", "UD2"] {
        check(kind, &[]);
        for first in 0..32 {
            check(kind, &[first]);
            for second in first + 1..32 {
                check(kind, &[first, second]);
            }
        }
        check(kind, &(0..32).collect::<Vec<_>>());
    }
}

/// Any bytes, and bytes that get past the head.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let any_bytes = proptest::collection::vec(any::<u8>(), 0..300);
    let kind = "(AL|UD|UD2|WT|LK|heart|bphrt|oxygen|TEMP|btemp2|TK|INIT)";
    let shaped = (kind, proptest::collection::vec(any::<u8>(), 0..200)).prop_map(|(kind, tail)| {
        [
            format!("[3G*9990000001*00ff*{kind},").as_bytes(),
            &tail,
            b"]",
        ]
        .concat()
    });
    let fields = (kind, "[0-9A-F,. \\-+NSEWAVe\\[\\]}]{0,160}")
        .prop_map(|(kind, tail)| format!("[ZJ*9990000001*0001*0010*{kind},{tail}]").into_bytes());
    prop_oneof![any_bytes, shaped, fields]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_bytes_make_it_panic(bytes in hostile()) {
        let outcome = (CODEC.split)(&bytes, &mut Progress::default());
        match outcome {
            Split::NeedMore => {}
            Split::Frame { end } | Split::Likely { end } => prop_assert!(end > 0 && end <= bytes.len()),
            Split::Garbage { skip } => prop_assert!(skip > 0 && skip <= bytes.len()),
        }
        if let Ok(event) = (CODEC.decode)(&bytes, &Envelope::default()) {
            prop_assert!(event.readings.values().all(|value| value.is_finite()));
            prop_assert!(event.is_alarm || event.alarms.iter().all(|alarm| !alarm.is_life_alarm()));
            prop_assert!((CODEC.claimed_uid)(&bytes) == Some(event.device_uid));
        }
        if let Some(reply) = (CODEC.reply)(&bytes, &Envelope::default()) {
            prop_assert!((CODEC.decode)(&reply, &Envelope::default()).is_ok());
        }
    }
}
