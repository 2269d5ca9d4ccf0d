/// FNV-1a; each step is a bijection, so a single changed byte always changes the sum.
const START: u64 = 0xcbf2_9ce4_8422_2325;

fn step(sum: u64, word: u64) -> u64 {
    (sum ^ word).wrapping_mul(0x0000_0100_0000_01b3)
}

/// Over words of 8 bytes, and single bytes behind the last of them.
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let words = words.iter().map(|word| u64::from_le_bytes(*word));
    words
        .chain(rest.iter().map(|&byte| u64::from(byte)))
        .fold(START, step)
}

/// Over single bytes, as the first version had it.
pub(super) fn of_bytes(bytes: &[u8]) -> u64 {
    bytes.iter().map(|&byte| u64::from(byte)).fold(START, step)
}
