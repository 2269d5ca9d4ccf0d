//! What holds for every protocol in the registry, tried on its own invented samples: no bytes make
//! it panic, reading in any pieces makes no difference, half a frame is never a whole one, and a
//! flipped bit is refused where a checksum is strict.

use domain::devices::DeviceEvent;
use ingest::reassembly::{Piece, Reassembly};
use ingest::registry::CODECS;
use ingest::{Carrier, Checksum, Codec, Envelope, Progress, Split};
use proptest::prelude::*;

fn codec() -> impl Strategy<Value = &'static Codec> {
    prop::sample::select(CODECS.to_vec())
}

fn streamed() -> Vec<&'static Codec> {
    let is_stream = |codec: &&&Codec| codec.carriers.contains(&Carrier::Tcp);
    CODECS.iter().filter(is_stream).copied().collect()
}

fn now() -> Envelope<'static> {
    Envelope::default().at("2026-11-24T03:00:00Z".parse().expect("a moment"))
}

/// Everything that is asked of a codec, asked of any bytes.
fn ask(codec: &Codec, bytes: &[u8]) -> Result<(), TestCaseError> {
    match (codec.split)(bytes, &mut Progress::default()) {
        Split::NeedMore => {}
        Split::Frame { end } | Split::Likely { end } => {
            prop_assert!(end > 0 && end <= bytes.len(), "{}", codec.protocol);
        }
        Split::Garbage { skip } => prop_assert!(skip > 0 && skip <= bytes.len()),
    }
    let plain = (codec.plain)(bytes);
    prop_assert!(plain.len() <= bytes.len());
    let uid = (codec.claimed_uid)(bytes);
    let mut session = ingest::Session::default();
    (codec.learn)(bytes, &mut session);
    for envelope in [now(), Envelope::default(), Envelope::of(&session)] {
        if let Ok(event) = (codec.decode)(bytes, &envelope) {
            sound(codec, &event)?;
            if event.device_uid.is_named() {
                prop_assert_eq!(uid.as_ref(), Some(&event.device_uid), "{}", codec.protocol);
            }
        }
        let _ = (codec.reply)(bytes, &envelope);
    }
    Ok(())
}

fn sound(codec: &Codec, event: &DeviceEvent) -> Result<(), TestCaseError> {
    prop_assert_eq!(event.protocol, codec.protocol);
    prop_assert!(event.readings.values().all(|value| value.is_finite()));
    prop_assert!(!event.key.0.contains('\0') && !event.kind.contains('\0'));
    prop_assert!(event.battery_pct.is_none_or(|percent| percent <= 100));
    let life = event.alarms.iter().rposition(|alarm| alarm.is_life_alarm());
    let first_other = event.alarms.iter().position(|alarm| !alarm.is_life_alarm());
    prop_assert!(life.is_none() || first_other.is_none() || life < first_other);
    let records_alarm = event.records.iter().any(|record| record.is_alarm);
    prop_assert!(event.is_alarm || !records_alarm, "{}", codec.protocol);
    prop_assert!(event.records.len() != 1);
    Ok(())
}

fn pieces<'a>(codec: &'static Codec, chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<Piece> {
    let mut stream = Reassembly::of(codec);
    let mut found = Vec::new();
    for chunk in chunks {
        stream.push(chunk);
        found.extend(std::iter::from_fn(|| stream.next_piece()));
    }
    found.extend(std::iter::from_fn(|| stream.finish()));
    found
}

#[test]
fn every_sample_is_one_frame_and_means_something() {
    for codec in CODECS {
        for sample in (codec.samples)() {
            let shown = format!("{} {}", codec.protocol, String::from_utf8_lossy(&sample));
            assert_eq!(
                pieces(codec, [&sample[..]]),
                [Piece::Frame(sample.clone())],
                "{shown}"
            );
            let event = (codec.decode)(&sample, &now());
            let event = event.unwrap_or_else(|error| panic!("{error}: {shown}"));
            assert_eq!(event.protocol, codec.protocol, "{shown}");
            // Told twice, it is the same event; its answer is the same as well.
            assert_eq!((codec.decode)(&sample, &now()), Ok(event), "{shown}");
            assert_eq!(
                (codec.reply)(&sample, &now()),
                (codec.reply)(&sample, &now())
            );
        }
    }
}

#[test]
fn samples_have_keys_of_their_own() {
    for codec in CODECS {
        let mut keys: Vec<_> = (codec.samples)()
            .iter()
            .filter_map(|sample| (codec.decode)(sample, &now()).ok())
            .map(|event| (event.device_uid, event.key.0))
            .collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all, "{}", codec.protocol);
    }
}

#[test]
fn coalesced_and_byte_by_byte_reads_give_the_same_frames() {
    for codec in streamed() {
        let samples = (codec.samples)();
        let expected: Vec<_> = samples.iter().cloned().map(Piece::Frame).collect();
        let all = samples.concat();
        assert_eq!(pieces(codec, [&all[..]]), expected, "{}", codec.protocol);
        assert_eq!(pieces(codec, all.chunks(1)), expected, "{}", codec.protocol);
    }
}

#[test]
fn a_frame_cut_anywhere_is_never_mistaken_for_the_whole() {
    for codec in streamed() {
        for sample in (codec.samples)() {
            for cut in 0..sample.len() {
                let whole = Piece::Frame(sample.clone());
                let found = pieces(codec, [&sample[..cut]]);
                assert!(!found.contains(&whole), "{} at {cut}", codec.protocol);
                // What follows a lost tail is found again, at once or after the lost frame's end.
                let next = (codec.samples)().swap_remove(0);
                let tail = (0..4).flat_map(|_| next.clone());
                let stream: Vec<u8> = sample[..cut].iter().copied().chain(tail).collect();
                let found = pieces(codec, [&stream[..]]);
                let again = Piece::Frame(next.clone());
                let shown = String::from_utf8_lossy(&sample);
                assert!(
                    found.contains(&again),
                    "{} lost sync at {cut}: {shown}",
                    codec.protocol
                );
            }
        }
    }
}

#[test]
fn a_flipped_bit_names_no_other_device_where_there_is_a_checksum() {
    for codec in CODECS
        .iter()
        .filter(|codec| codec.checksum != Checksum::Absent)
    {
        for sample in (codec.samples)() {
            let right = (codec.decode)(&sample, &now())
                .expect("a sample")
                .device_uid;
            let mut accepted = 0;
            for at in 0..sample.len() * 8 {
                let mut flipped = sample.clone();
                flipped[at / 8] ^= 1 << (at % 8);
                let Ok(event) = (codec.decode)(&flipped, &now()) else {
                    continue;
                };
                accepted += 1;
                let uid = event.device_uid;
                let shown = String::from_utf8_lossy(&sample);
                let is_safe = uid == right || !uid.is_named();
                assert!(is_safe, "{} bit {at} {uid}: {shown}", codec.protocol);
            }
            let is_strict = codec.checksum == Checksum::Strict;
            assert!(!is_strict || accepted == 0, "{}", codec.protocol);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn no_bytes_make_it_panic(codec in codec(), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        ask(codec, &bytes)?;
    }

    #[test]
    fn no_damaged_sample_makes_it_panic(
        codec in codec(),
        which in any::<prop::sample::Index>(),
        hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
        keep_all in any::<bool>(),
    ) {
        let samples = (codec.samples)();
        let mut bytes = which.get(&samples).clone();
        for (at, byte) in hits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if !keep_all {
            bytes.truncate(cut.index(bytes.len()) + 1);
        }
        ask(codec, &bytes)?;
    }

    #[test]
    fn how_a_stream_is_read_makes_no_difference(
        codec in prop::sample::select(streamed()),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
        junk in prop::collection::vec(any::<u8>(), 0..12),
        sizes in prop::collection::vec(1_usize..40, 1..30),
    ) {
        let samples = (codec.samples)();
        let mut stream = junk;
        for which in order {
            let sample: &Vec<u8> = which.get(&samples);
            stream.extend_from_slice(sample);
        }
        let whole = pieces(codec, [&stream[..]]);
        let (mut rest, mut chunks) = (&stream[..], Vec::new());
        for size in sizes.iter().cycle() {
            let (chunk, after) = rest.split_at((*size).min(rest.len()));
            chunks.push(chunk);
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(pieces(codec, chunks), whole, "{}", codec.protocol);
    }
}
