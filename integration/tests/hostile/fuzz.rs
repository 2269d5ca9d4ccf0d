//! Row 3.2: seeds, then damaged seeds, to everything that reads what comes from outside.

use std::time::Duration;

use domain::devices::DeviceUid;
use ingest::reassembly::{Piece, Reassembly};
use ingest::registry::CODECS;
use ingest::{Carrier, Codec, Envelope, MAX_FRAME, Progress, Session, conformance, lines, lorawan};
use integration::scorecard::{row, say};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use server::stages::monotonic;

use super::corpus::Corpus;
use super::cost::{self, Cost};
use super::mutate::mutated;
use crate::{alone, is_deep};

/// Damaged inputs of a target in the normal run.
const INPUTS: usize = 3_000;
/// How long a target runs in the deep one.
const DEEP: Duration = Duration::from_secs(60);
/// The longest an input may take, milliseconds on the processor.
const MOST_MS: u64 = 250;
/// Bytes that may be asked of the allocator for an input, beside so many for each of its own.
const MOST_BYTES: usize = 4 * MAX_FRAME;
const BYTES_EACH: usize = 512;

/// Reads an input; draws what else it needs.
type Read = Box<dyn Fn(&[u8], &mut ChaCha8Rng)>;

/// Something that reads what comes from outside.
struct Target {
    name: String,
    seeds: Vec<Vec<u8>>,
    read: Read,
}

/// What a target was found to do.
#[derive(Default)]
struct Found {
    inputs: usize,
    most: Cost,
    dear: Vec<String>,
}

impl Target {
    fn try_one(&self, input: &[u8], rng: &mut ChaCha8Rng, found: &mut Found) {
        let ((), took) = cost::of(|| (self.read)(input, rng));
        found.inputs += 1;
        found.most = found.most.most(took);
        let allowed = MOST_BYTES + BYTES_EACH * input.len();
        if took.ms > MOST_MS || took.bytes > allowed {
            let shown = hex::encode(&input[..input.len().min(200)]);
            found.dear.push(format!(
                "{} {took:?} of {} bytes: {shown}",
                self.name,
                input.len()
            ));
        }
    }

    /// Every seed as it is, then damaged ones: a number of them, or for a time.
    fn run(&self, seed: u64) -> Found {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut found = Found::default();
        for input in &self.seeds {
            self.try_one(input, &mut rng, &mut found);
        }
        let began = monotonic();
        let goes_on = |inputs: usize| match is_deep() {
            true => began.elapsed() < DEEP,
            false => inputs < INPUTS + self.seeds.len(),
        };
        while goes_on(found.inputs) {
            let input = mutated(&mut rng, &self.seeds);
            self.try_one(&input, &mut rng, &mut found);
        }
        found
    }
}

/// The decoder of a protocol and the framing before it.
fn of_codec(codec: &'static Codec) -> Target {
    let corpus = Corpus::of(codec);
    Target {
        name: codec.protocol.as_str().to_owned(),
        seeds: corpus.frames().cloned().collect(),
        read: Box::new(move |input, rng| {
            framed(codec, input, rng);
            decoded(codec, input);
        }),
    }
}

/// Reads of any size into frames, and what they mean.
fn framed(codec: &'static Codec, input: &[u8], rng: &mut ChaCha8Rng) {
    let mut stream = Reassembly::of(codec);
    let (mut rest, mut told) = (input, 0);
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(rng.random_range(1..=rest.len()));
        stream.push(chunk);
        while stream.next_piece().is_some() {
            told += 1;
        }
        rest = after;
    }
    while stream.finish().is_some() {
        told += 1;
    }
    assert!(told <= input.len(), "more pieces than bytes");
}

fn decoded(codec: &Codec, input: &[u8]) {
    let at = "2026-11-24T03:00:00Z".parse().expect("a moment");
    let bound = Session {
        uid: DeviceUid::parse("888800000000018"),
        zone_s: Some(8 * 3600),
        ..Session::default()
    };
    let topics = [
        None,
        Some("iMEDE_watch/sos"),
        Some("a/b/event/up"),
        Some("devices//state"),
    ];
    let _ = (codec.split)(input, &mut Progress::default());
    let _ = (codec.plain)(input);
    let _ = (codec.claimed_uid)(input);
    (codec.learn)(input, &mut bound.clone());
    for topic in topics {
        let envelope = Envelope {
            topic,
            ..Envelope::of(&bound).at(at)
        };
        if let Ok(event) = (codec.decode)(input, &envelope) {
            assert_eq!(event.protocol, codec.protocol);
            assert!(event.readings.values().all(|value| value.is_finite()));
        }
        let _ = (codec.reply)(input, &envelope);
    }
    let _ = (codec.decode)(input, &Envelope::default());
}

/// LoRaWAN payloads, by every model.
fn of_models() -> Target {
    let corpus = Corpus::of(ingest::registry::codec(domain::devices::Protocol::Lorawan));
    let mut models: Vec<String> = lorawan::milesight::names()
        .map(|it| format!("milesight {it}"))
        .collect();
    models.extend(
        corpus
            .recorded
            .iter()
            .filter_map(|recorded| recorded.model.clone()),
    );
    models.extend(
        [
            "gs524n",
            "t1000",
            "abeeway asset tracker 3",
            "abeeway micro tracker",
        ]
        .map(str::to_owned),
    );
    models.sort_unstable();
    models.dedup();
    Target {
        name: "lorawan models".to_owned(),
        seeds: corpus.frames().cloned().collect(),
        read: Box::new(move |input, rng| {
            let session = Session {
                model: Some(models[rng.random_range(0..models.len())].clone()),
                ..Session::default()
            };
            let envelope = Envelope {
                fport: Some(rng.random()),
                ..Envelope::of(&session)
            };
            let _ = (lorawan::CODEC.decode)(input, &envelope);
        }),
    }
}

/// Recorded lines of any protocol, and recordings of one.
fn of_lines() -> Target {
    let seeds = CODECS.iter().flat_map(|codec| {
        let name = codec.protocol.as_str();
        (codec.samples)().into_iter().map(move |frame| {
            format!(
                "{{\"id\":1,\"protocol\":\"{name}\",\"frame_hex\":\"{}\",\"stream\":true,\
                \"topic\":\"a/b\",\"fport\":85,\"recv_time\":\"2026-11-24T03:00:00\"}}",
                hex::encode(frame)
            )
            .into_bytes()
        })
    });
    Target {
        name: "lines".to_owned(),
        seeds: seeds.collect(),
        read: Box::new(|input, rng| {
            let text = String::from_utf8_lossy(input);
            let _ = lines::answer(&text, None);
            let codec = CODECS[rng.random_range(0..CODECS.len())];
            let at = "2026-11-24T03:00:00Z".parse().expect("a moment");
            let _ = conformance::read(codec, &text, at);
        }),
    }
}

#[test]
fn row_3_2_nothing_that_comes_in_breaks_what_reads_it() {
    let _alone = alone();
    let mut targets: Vec<Target> = CODECS.iter().copied().map(of_codec).collect();
    targets.extend([of_models(), of_lines()]);
    let (mut inputs, mut dear) = (0, Vec::new());
    for (seed, target) in (1..).zip(&targets) {
        // A panic ends the test here and names its target before.
        say(&format!("target {} from seed {seed}", target.name));
        let found = target.run(seed);
        say(&format!("  {} inputs, most {:?}", found.inputs, found.most));
        inputs += found.inputs;
        dear.extend(found.dear);
    }
    let value = format!(
        "{} of {inputs} inputs to {} targets",
        dear.len(),
        targets.len()
    );
    let name = "inputs_that_crash_hang_or_allocate_beyond_the_limit";
    assert!(row("3.2", name, value, "0", dear.is_empty()), "{dear:#?}");
}

/// Streams that never end a frame: what starts one, and then more of the same than a frame may be.
fn endless(codec: &Codec) -> Vec<Vec<u8>> {
    let samples = (codec.samples)();
    let longest = samples.iter().max_by_key(|sample| sample.len()).cloned();
    let start = longest.unwrap_or_default();
    let start = &start[..start.len() - 3];
    let fillers = [
        &b"0"[..],
        &[0],
        &[0xff],
        start,
        &start[..start.len().min(3)],
    ];
    let fill = |filler: &[u8]| {
        let times = 4 * MAX_FRAME / filler.len();
        [start, &filler.repeat(times)].concat()
    };
    fillers.map(fill).to_vec()
}

#[test]
fn row_3_2_frames_without_an_end_are_bounded_in_time_and_memory() {
    let _alone = alone();
    let streams = CODECS
        .iter()
        .filter(|codec| codec.carriers.contains(&Carrier::Tcp));
    let (mut tried, mut dear, mut most) = (0, Vec::new(), Cost::default());
    for codec in streams {
        for stream in endless(codec) {
            let (largest, took) = cost::of(|| {
                let mut reading = Reassembly::of(codec);
                let mut largest = 0;
                for chunk in stream.chunks(1460) {
                    reading.push(chunk);
                    while let Some(piece) = reading.next_piece() {
                        largest = largest.max(length(&piece));
                    }
                }
                while let Some(piece) = reading.finish() {
                    largest = largest.max(length(&piece));
                }
                largest
            });
            tried += 1;
            most = most.most(took);
            if took.ms > MOST_MS {
                say(&format!("{} took {took:?}", codec.protocol));
            }
            // A megabit a second takes two seconds for it.
            if largest > MAX_FRAME || took.ms > 2 * MOST_MS || took.bytes > 16 * stream.len() {
                dear.push(format!("{} {largest} {took:?}", codec.protocol));
            }
        }
    }
    say(&format!("endless streams, most {most:?}"));
    let name = "endless_streams_beyond_the_frame_limit";
    let value = format!("{} of {tried}", dear.len());
    assert!(row("3.2", name, value, "0", dear.is_empty()), "{dear:#?}");
}

fn length(piece: &Piece) -> usize {
    match piece {
        Piece::Frame(bytes) | Piece::Junk(bytes) | Piece::Oversize(bytes) | Piece::Half(bytes) => {
            bytes.len()
        }
    }
}

/// The measure itself: a reader that takes a length at its word is found.
#[test]
fn a_reader_that_allocates_what_a_length_says_is_found() {
    let _alone = alone();
    let target = Target {
        name: "planted".to_owned(),
        seeds: vec![vec![0, 1, 0, 0]],
        read: Box::new(|input, _| {
            let told = input
                .first_chunk()
                .map_or(0, |told| u32::from_be_bytes(*told));
            drop(std::hint::black_box(vec![
                1_u8;
                (told as usize).min(1 << 26)
            ]));
        }),
    };
    let mut found = Found::default();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    target.try_one(&[0, 0, 0, 9], &mut rng, &mut found);
    assert_eq!(found.dear, [""; 0]);
    target.try_one(&[0xff; 4], &mut rng, &mut found);
    assert_eq!(found.dear.len(), 1);
}
