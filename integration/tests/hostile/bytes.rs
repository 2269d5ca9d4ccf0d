//! Row 3.3 at the level of bytes: every frame of every protocol, repeated, turned round, split,
//! run together, cut and flipped. What a bound connection makes of a flipped id is shown by
//! `scenarios/unknown_device.rs`.

use chrono::TimeDelta;
use domain::devices::DeviceUid;
use ingest::bytes::has_check_digit;
use ingest::lines::Recorded;
use ingest::reassembly::{Piece, Reassembly};
use ingest::registry::CODECS;
use ingest::{Carrier, Checksum, Codec, Envelope};
use integration::scorecard::{row, say};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::corpus::Corpus;
use super::cost;
use crate::{alone, is_deep};

/// Bits of a frame that are flipped in the normal run; all of them in the deep one.
const FLIPS: usize = 800;
/// Places at which a frame is cut in the normal run.
const CUTS: usize = 120;
/// The longest one change may take, milliseconds on the processor.
const MOST_MS: u64 = 250;

/// What was found over all frames.
#[derive(Default)]
struct Tally {
    changes: usize,
    other_key: Vec<String>,
    lost: Vec<String>,
    wrong_device: Vec<String>,
    accepted: Vec<String>,
    slow: Vec<String>,
}

/// Whether a frame is taken for whole without waiting for what follows.
fn is_certain(codec: &'static Codec, frame: &[u8]) -> bool {
    let mut stream = Reassembly::of(codec);
    stream.push(frame);
    stream.next_piece() == Some(Piece::Frame(frame.to_vec()))
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

/// One frame under trial, and what it means as it is.
struct Trial<'a> {
    codec: &'static Codec,
    recorded: &'a Recorded,
    /// A frame that follows, by which one sees whether the stream is read on.
    next: &'a [u8],
    right: Option<DeviceUid>,
    rng: ChaCha8Rng,
}

impl Trial<'_> {
    fn frame(&self) -> &[u8] {
        &self.recorded.frame
    }

    fn shown(&self, what: &str) -> String {
        let frame = self.frame();
        let start = hex::encode(&frame[..frame.len().min(60)]);
        format!("{} {what}: {start}", self.codec.protocol)
    }

    fn decode(&self, frame: &[u8]) -> Option<(DeviceUid, String)> {
        self.heard(frame, TimeDelta::zero())
    }

    fn heard(&self, frame: &[u8], late: TimeDelta) -> Option<(DeviceUid, String)> {
        let at = "2026-11-24T03:00:00Z".parse().expect("a moment");
        let session = ingest::Session {
            model: self.recorded.model.clone(),
            ..ingest::Session::default()
        };
        let envelope = Envelope {
            received_at: Some(self.recorded.received_at.unwrap_or(at) + late),
            fport: self.recorded.fport,
            ..Envelope::of(&session)
        };
        let event = (self.codec.decode)(frame, &envelope).ok()?;
        Some((event.device_uid, event.key.0))
    }

    /// Told again half a minute later, it is the same event.
    fn repeated(&self, tally: &mut Tally) {
        tally.changes += 1;
        if self.decode(self.frame()) != self.heard(self.frame(), TimeDelta::seconds(30)) {
            tally.other_key.push(self.shown("repeated"));
        }
    }

    /// In a stream: byte by byte, twice, before and behind another.
    fn streamed(&self, tally: &mut Tally) {
        let whole = Piece::Frame(self.frame().to_vec());
        let alone = pieces(self.codec, [self.frame()]);
        tally.changes += 1;
        if pieces(self.codec, self.frame().chunks(1)) != alone {
            tally.lost.push(self.shown("byte by byte"));
        }
        // A log may have stripped the end by which two frames are told apart.
        if alone != [whole.clone()] || !is_certain(self.codec, self.frame()) {
            return;
        }
        let again = Piece::Frame(self.next.to_vec());
        let orders: [(&str, Vec<&[u8]>); 3] = [
            (
                "twice",
                vec![self.frame(), self.frame(), self.next, self.next],
            ),
            ("before another", vec![self.frame(), self.next, self.next]),
            (
                "behind another",
                vec![self.next, self.frame(), self.next, self.next],
            ),
        ];
        for (what, order) in orders {
            tally.changes += 1;
            let found = pieces(self.codec, [&order.concat()[..]]);
            let count = |piece: &Piece| found.iter().filter(|other| *other == piece).count();
            let wanted = order.iter().filter(|frame| **frame == self.frame()).count();
            if count(&whole) < wanted || count(&again) < 1 {
                tally.lost.push(self.shown(what));
            }
        }
    }

    /// Cut at every place: what follows is found again, and nobody else is named.
    fn cut(&mut self, tally: &mut Tally) {
        let length = self.frame().len();
        let cuts: Vec<usize> = match is_deep() || length <= CUTS {
            true => (0..length).collect(),
            false => (0..CUTS)
                .map(|_| self.rng.random_range(0..length))
                .collect(),
        };
        let is_stream = self.codec.carriers.contains(&Carrier::Tcp);
        // A lost tail claims bytes of what follows, at most as many as it was long.
        let tail = self.next.repeat(4 + 2 * length / self.next.len());
        for cut in cuts {
            tally.changes += 1;
            let start = self.frame()[..cut].to_vec();
            // Half a frame is kept raw and never decoded; what is taken for a whole one is.
            for piece in pieces(self.codec, [&start[..]]) {
                if let Piece::Frame(frame) = piece {
                    self.names_nobody_else(&frame, "cut", tally);
                }
            }
            if is_stream {
                let stream = [&start[..], &tail].concat();
                let found = pieces(self.codec, [&stream[..]]);
                if !found.contains(&Piece::Frame(self.next.to_vec())) {
                    tally.lost.push(self.shown(&format!("cut at {cut}")));
                }
            }
        }
    }

    /// Flipped bit by bit.
    fn flipped(&mut self, tally: &mut Tally) {
        let bits = self.frame().len() * 8;
        let flips: Vec<usize> = match is_deep() || bits <= FLIPS {
            true => (0..bits).collect(),
            false => (0..FLIPS).map(|_| self.rng.random_range(0..bits)).collect(),
        };
        // Where a checksum is forgiven, an IMEI's own digit guards it: an invented one may have none.
        let is_guarded = self.right.as_ref().is_none_or(is_sound);
        let ids = id_places(self.frame(), self.right.as_ref());
        for bit in flips {
            tally.changes += 1;
            let mut flipped = self.frame().to_vec();
            flipped[bit / 8] ^= 1 << (bit % 8);
            match self.codec.checksum {
                Checksum::Strict => {
                    if self.decode(&flipped).is_some() {
                        tally.accepted.push(self.shown(&format!("bit {bit}")));
                    }
                }
                Checksum::Lenient if !is_guarded => {}
                Checksum::Lenient => {
                    self.names_nobody_else(&flipped, &format!("bit {bit}"), tally);
                }
                // Nothing guards the id itself; the connection does, which is bound to it.
                Checksum::Absent if ids.contains(&(bit / 8)) => {}
                Checksum::Absent => {
                    self.names_nobody_else(&flipped, &format!("bit {bit}"), tally);
                }
            }
        }
    }

    fn names_nobody_else(&self, frame: &[u8], what: &str, tally: &mut Tally) {
        let Some((uid, _)) = self.decode(frame) else {
            return;
        };
        if uid.is_named() && Some(&uid) != self.right.as_ref() {
            let right = self.right.as_ref().map_or("nobody", DeviceUid::as_str);
            tally
                .wrong_device
                .push(self.shown(&format!("{what} {uid} is not {right}")));
        }
    }
}

/// An IMEI has the check digit it should have; other identifiers have none.
fn is_sound(uid: &DeviceUid) -> bool {
    uid.as_str().len() != 15 || has_check_digit(uid)
}

/// Where the id stands in a frame, with two bytes before it and one behind it: as text, or as two digits a
/// byte.
fn id_places(frame: &[u8], uid: Option<&DeviceUid>) -> Vec<usize> {
    let Some(uid) = uid else { return Vec::new() };
    let letters = |byte: u8| byte.to_ascii_uppercase();
    let wanted: Vec<u8> = uid.as_str().bytes().map(letters).collect();
    let mut places = Vec::new();
    for start in 0..frame.len() {
        // Marks may stand between the digits of a hardware address.
        let (mut at, mut matched) = (start, 0);
        while at < frame.len() && matched < wanted.len() {
            match letters(frame[at]) {
                byte if byte == wanted[matched] => matched += 1,
                b':' | b'-' if matched > 0 => {}
                _ => break,
            }
            at += 1;
        }
        if matched == wanted.len() {
            places.extend(start.saturating_sub(2)..=at);
        }
    }
    let digits = hex::encode_upper(frame);
    let text = String::from_utf8_lossy(&wanted).into_owned();
    for (at, _) in digits.match_indices(&text) {
        places.extend((at / 2).saturating_sub(1)..=(at + text.len()).div_ceil(2));
    }
    places
}

#[test]
fn row_3_3_mangled_frames_are_the_same_event_or_nobodys() {
    let _alone = alone();
    let mut tally = Tally::default();
    let mut frames = 0;
    for (seed, codec) in (1..).zip(CODECS) {
        let corpus = Corpus::of(codec);
        let invented = corpus.invented.iter().map(|frame| Recorded {
            frame: frame.clone(),
            ..Recorded::default()
        });
        let next = &corpus.invented[0];
        for recorded in invented.chain(corpus.recorded.iter().cloned()) {
            let mut trial = Trial {
                codec,
                right: (codec.claimed_uid)(&recorded.frame),
                recorded: &recorded,
                next,
                rng: ChaCha8Rng::seed_from_u64(seed),
            };
            let ((), took) = cost::of(|| {
                trial.repeated(&mut tally);
                if codec.carriers.contains(&Carrier::Tcp) {
                    trial.streamed(&mut tally);
                }
                trial.cut(&mut tally);
                trial.flipped(&mut tally);
            });
            let changes = u64::try_from(recorded.frame.len())
                .unwrap_or(u64::MAX)
                .max(1);
            if took.ms > MOST_MS * changes {
                tally.slow.push(trial.shown(&format!("{} ms", took.ms)));
            }
            frames += 1;
        }
    }
    say(&format!("{frames} frames, {} changes", tally.changes));
    let of = |found: &Vec<String>| format!("{} of {} changes", found.len(), tally.changes);
    let rows = [
        ("repeats_that_are_another_event", &tally.other_key),
        ("streams_that_were_not_read_on", &tally.lost),
        ("changes_that_named_another_device", &tally.wrong_device),
        ("flips_accepted_under_a_strict_checksum", &tally.accepted),
        ("frames_that_took_too_long", &tally.slow),
    ];
    let mut good = true;
    for (name, found) in rows {
        good &= row("3.3", name, of(found), "0", found.is_empty());
        for codec in CODECS {
            let word = format!("{} ", codec.protocol);
            let of_it: Vec<_> = found.iter().filter(|one| one.starts_with(&word)).collect();
            for one in of_it.iter().take(3) {
                say(&format!("{} like {one}", of_it.len()));
            }
        }
    }
    assert!(good && tally.changes > 10_000);
}
