//! Changes to a frame, drawn from a seed.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Most changes at once.
const MOST: usize = 6;
/// Inputs are cut to this, bytes.
const LONGEST: usize = 8 * 1024;
/// Bytes that lengths, marks and numbers hinge on.
const TELLING: [u8; 16] = [
    0, 1, 0x7f, 0x80, 0xff, 0xfe, b',', b'#', b'*', b'[', b']', b';', b'-', b'9', b'"', b'{',
];

/// A damaged copy of one of `seeds`, sometimes two of them in one, sometimes plain noise.
pub(crate) fn mutated(rng: &mut ChaCha8Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    if seeds.is_empty() || rng.random_ratio(1, 50) {
        let length = rng.random_range(0..300);
        return (0..length).map(|_| rng.random()).collect();
    }
    let mut bytes = seeds[rng.random_range(0..seeds.len())].clone();
    for _ in 0..rng.random_range(1..=MOST) {
        change(rng, &mut bytes, seeds);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(rng: &mut ChaCha8Rng, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
    let at = rng.random_range(0..=bytes.len());
    let length = rng.random_range(0..=bytes.len() - at).min(64);
    match rng.random_range(0..9) {
        0 if at < bytes.len() => bytes[at] ^= 1 << rng.random_range(0..8),
        1 if at < bytes.len() => bytes[at] = rng.random(),
        2 if at < bytes.len() => bytes[at] = TELLING[rng.random_range(0..TELLING.len())],
        3 => bytes.truncate(at),
        4 => drop(bytes.drain(at..at + length)),
        5 => {
            let again = bytes[at..at + length].to_vec();
            let times = rng.random_range(1..20);
            bytes.splice(at..at, again.repeat(times));
        }
        6 => {
            let run = vec![TELLING[rng.random_range(0..TELLING.len())]; rng.random_range(1..200)];
            bytes.splice(at..at, run);
        }
        7 => {
            let other = &seeds[rng.random_range(0..seeds.len())];
            let from = rng.random_range(0..=other.len());
            bytes.splice(at.., other[from..].iter().copied());
        }
        _ => {
            let end = bytes.len().min(at + 4);
            bytes[at..end].fill(0xff);
        }
    }
}
