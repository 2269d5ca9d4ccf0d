//! What holds for every protocol that carries JSON: any value in any place of a body is read or
//! refused, never a panic, and an event stays sound.

use domain::devices::Protocol;
use ingest::{Codec, Envelope, registry};
use proptest::prelude::*;
use serde_json::{Value, json};

const CARRY_JSON: [Protocol; 7] = [
    Protocol::Chirpstack,
    Protocol::Ttn,
    Protocol::Vayyar,
    Protocol::Zigbee2mqtt,
    Protocol::KatiMqtt,
    Protocol::BlegwMqtt,
    Protocol::AnlinJson,
];

fn samples() -> impl Strategy<Value = (&'static Codec, Value)> {
    let all = CARRY_JSON.iter().flat_map(|&protocol| {
        let codec = registry::codec(protocol);
        let bodies = (codec.samples)();
        let parsed = |body: Vec<u8>| serde_json::from_slice(&body).expect("a sample is JSON");
        bodies.into_iter().map(move |body| (codec, parsed(body)))
    });
    prop::sample::select(all.collect::<Vec<_>>())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "\0",
            "1e308",
            "-0",
            "fall",
            "emergency",
            "ff:ff",
            "//8="
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,6}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

/// Replaces the `left`-th value below a place, counted as it is walked.
fn replace(place: &mut Value, left: &mut usize, by: &Value) -> bool {
    if *left == 0 {
        *place = by.clone();
        return true;
    }
    *left -= 1;
    match place {
        Value::Array(items) => items.iter_mut().any(|item| replace(item, left, by)),
        Value::Object(map) => map.values_mut().any(|item| replace(item, left, by)),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn any_value_in_any_place_is_read_or_refused(
        (codec, mut body) in samples(),
        swaps in prop::collection::vec((1_usize..24, value()), 1..3),
        topic in prop::option::of("[a-zA-Z0-9/]{0,20}"),
    ) {
        for (mut place, by) in swaps {
            replace(&mut body, &mut place, &by);
        }
        let bytes = body.to_string().into_bytes();
        let envelope = Envelope { topic: topic.as_deref(), ..Envelope::default() };
        let claimed = (codec.claimed_uid)(&bytes);
        let _ = (codec.reply)(&bytes, &envelope);
        if let Ok(event) = (codec.decode)(&bytes, &envelope) {
            prop_assert!(event.alarms.is_sorted());
            prop_assert!(event.battery_pct.is_none_or(|percent| percent <= 100));
            prop_assert!(event.readings.values().all(|value| value.is_finite()));
            prop_assert!(event.key.0.len() <= 400 && !event.key.0.contains('\0'));
            prop_assert!(event.kind.len() <= 64 && !event.kind.contains('\0'));
            // Whoever the body names is who is told of.
            prop_assert!(claimed.is_none_or(|uid| uid == event.device_uid));
        }
    }
}

#[test]
fn what_is_nested_too_deep_too_long_or_no_number_is_refused() {
    let bodies = [
        format!("{}1{}", "{\"a\":".repeat(40), "}".repeat(40)),
        format!("{{\"a\":{}{}}}", "[".repeat(40_000), "]".repeat(20_000)),
        format!("{{\"a\":\"{}\"}}", "x".repeat(ingest::MAX_FRAME)),
        format!("{{\"a\":1{}}}", "0".repeat(400)),
        "{\"a\":1e999}".to_owned(),
    ];
    for codec in CARRY_JSON.map(registry::codec) {
        for body in &bodies {
            let read = (codec.decode)(body.as_bytes(), &Envelope::default());
            assert!(read.is_err(), "{} {:.40}", codec.protocol, body);
            assert_eq!((codec.claimed_uid)(body.as_bytes()), None);
        }
    }
}
