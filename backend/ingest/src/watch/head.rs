//! The part before the content: `[VENDOR*ID*LEN*` or `[VENDOR*ID*SERIAL*LEN*`.

use std::ops::Range;

/// Longest id that is looked for; longer ones are not an id but noise.
const MAX_ID: usize = 32;

/// What stands at the head of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Probe {
    /// All of it fits so far, but it is not all here.
    Incomplete,
    /// Not the start of a frame.
    NotAHead,
    /// Starts like a frame, and then the id or the length is unreadable.
    Unreadable {
        /// Offset of the first byte that does not fit.
        at: usize,
    },
    /// A whole head.
    Head(Head),
}

/// Where the parts of a head stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Two letters or digits.
    pub(super) vendor: Range<usize>,
    /// Decimal id or IMEI.
    pub(super) id: Range<usize>,
    /// Four hex digits that a reply repeats.
    pub(super) serial: Option<Range<usize>>,
    /// The content length it declares; 17 of 54 recorded frames lie.
    pub(super) declared: usize,
    /// First byte of the content.
    pub(super) content: usize,
}

/// Looks for a head at the start of `bytes`; reads at most about fifty of them.
pub(super) fn probe(bytes: &[u8]) -> Probe {
    let shape: [fn(u8) -> bool; 4] = [
        |b| b == b'[',
        |b| b.is_ascii_alphanumeric(),
        |b| b.is_ascii_alphanumeric(),
        |b| b == b'*',
    ];
    for (at, fits) in shape.iter().enumerate() {
        match bytes.get(at) {
            None => return Probe::Incomplete,
            Some(&byte) if !fits(byte) => return Probe::NotAHead,
            Some(_) => {}
        }
    }
    let id = match field(bytes, 4, MAX_ID, is_id_byte) {
        Ok(id) => id,
        Err(probe) => return probe,
    };
    let first = match field(bytes, id.end + 1, 4, |b| b.is_ascii_hexdigit()) {
        Ok(first) => first,
        Err(probe) => return probe,
    };
    let vendor = 1..3;
    // A second group of exactly four hex digits makes the first one a serial number.
    match field(bytes, first.end + 1, 4, |b| b.is_ascii_hexdigit()) {
        Ok(second) if second.len() == 4 => whole(bytes, vendor, id, Some(first), second),
        Err(Probe::Incomplete) => Probe::Incomplete,
        _ => whole(bytes, vendor, id, None, first),
    }
}

fn whole(
    bytes: &[u8],
    vendor: Range<usize>,
    id: Range<usize>,
    serial: Option<Range<usize>>,
    length: Range<usize>,
) -> Probe {
    let content = length.end + 1;
    let digits = bytes
        .get(length.clone())
        .and_then(|raw| std::str::from_utf8(raw).ok());
    match digits.and_then(|text| usize::from_str_radix(text, 16).ok()) {
        Some(declared) => Probe::Head(Head {
            vendor,
            id,
            serial,
            declared,
            content,
        }),
        None => Probe::Unreadable { at: length.start },
    }
}

/// A field of 1 to `longest` fitting bytes that ends with a star.
fn field(
    bytes: &[u8],
    start: usize,
    longest: usize,
    fits: fn(u8) -> bool,
) -> Result<Range<usize>, Probe> {
    for at in start..=start + longest {
        match bytes.get(at) {
            None => return Err(Probe::Incomplete),
            Some(b'*') if at > start => return Ok(start..at),
            Some(&byte) if fits(byte) && at < start + longest => {}
            Some(_) => return Err(Probe::Unreadable { at }),
        }
    }
    Err(Probe::Unreadable {
        at: start + longest,
    })
}

fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Option<Head> {
        match probe(text.as_bytes()) {
            Probe::Head(head) => Some(head),
            _ => None,
        }
    }

    #[test]
    fn a_serial_is_told_from_a_length() {
        let plain = head("[3G*9990000001*000d*LK,1,2,33]").expect("plain");
        assert_eq!(
            (plain.serial, plain.declared, plain.content),
            (None, 13, 20)
        );
        let numbered = head("[ZJ*999000000000001*00a7*0002*LK]").expect("numbered");
        assert_eq!((numbered.serial, numbered.declared), (Some(20..24), 2));
        // Content that looks like a short hex word stays content.
        assert_eq!(head("[3G*9990000001*0002*AB]").map(|h| h.declared), Some(2));
    }

    #[test]
    fn every_prefix_of_a_head_is_incomplete() {
        let text = b"[ZJ*999000000000001*00a7*0002*";
        for cut in 0..text.len() {
            assert_eq!(probe(&text[..cut]), Probe::Incomplete, "{cut}");
        }
    }

    #[test]
    fn noise_is_no_head() {
        for text in ["x", "[", "[[3G*", "[3*G", "[home]"] {
            assert!(head(text).is_none(), "{text}");
        }
        assert_eq!(probe(b"[home]"), Probe::NotAHead);
        assert_eq!(probe(b"[3G*99 9*0002*LK]"), Probe::Unreadable { at: 6 });
        assert_eq!(
            probe(b"[3G*9990000001*zz*LK]"),
            Probe::Unreadable { at: 15 }
        );
    }
}
