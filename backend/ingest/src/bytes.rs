//! Reading binary frames: a cursor that runs dry instead of panicking.

use domain::devices::DeviceUid;

use crate::checksums::luhn;
use crate::protocol::DecodeError;

/// Bytes not read yet.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    all: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub fn new(all: &'a [u8]) -> Self {
        Self { all, at: 0 }
    }

    /// Offset of the next byte.
    pub fn offset(&self) -> usize {
        self.at
    }

    /// Bytes left.
    pub fn left(&self) -> usize {
        self.all.len() - self.at
    }

    /// What is left, without reading it.
    pub fn rest(&self) -> &'a [u8] {
        self.all.get(self.at..).unwrap_or_default()
    }

    /// The next byte, without reading it.
    pub fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// # Errors
    /// "cut short", here and below, when fewer bytes are left than asked for.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let taken = self
            .rest()
            .get(..count)
            .ok_or(DecodeError::new(self.all.len(), "cut short"))?;
        self.at += count;
        Ok(taken)
    }

    /// Passes over bytes.
    pub fn skip(&mut self, count: usize) -> Result<(), DecodeError> {
        self.take(count).map(|_| ())
    }

    /// A fixed number of bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    /// A byte.
    pub fn u8(&mut self) -> Result<u8, DecodeError> {
        self.array().map(u8::from_be_bytes)
    }

    /// Two bytes, the high one first.
    pub fn u16(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_be_bytes)
    }

    /// Three bytes, the highest first.
    pub fn u24(&mut self) -> Result<u32, DecodeError> {
        let [a, b, c] = self.array()?;
        Ok(u32::from_be_bytes([0, a, b, c]))
    }

    /// Four bytes, the highest first.
    pub fn u32(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_be_bytes)
    }

    /// Eight bytes, the highest first.
    pub fn u64(&mut self) -> Result<u64, DecodeError> {
        self.array().map(u64::from_be_bytes)
    }

    /// Two bytes, signed, the high one first.
    pub fn i16(&mut self) -> Result<i16, DecodeError> {
        self.array().map(i16::from_be_bytes)
    }

    /// Four bytes, signed, the highest first.
    pub fn i32(&mut self) -> Result<i32, DecodeError> {
        self.array().map(i32::from_be_bytes)
    }

    /// Four bytes, a float, the highest first.
    pub fn f32(&mut self) -> Result<f32, DecodeError> {
        self.array().map(f32::from_be_bytes)
    }

    /// Eight bytes, a float, the highest first.
    pub fn f64(&mut self) -> Result<f64, DecodeError> {
        self.array().map(f64::from_be_bytes)
    }

    /// Two bytes, the low one first.
    pub fn u16_le(&mut self) -> Result<u16, DecodeError> {
        self.array().map(u16::from_le_bytes)
    }

    /// Two bytes, signed, the low one first.
    pub fn i16_le(&mut self) -> Result<i16, DecodeError> {
        self.array().map(i16::from_le_bytes)
    }

    /// Four bytes, the lowest first.
    pub fn u32_le(&mut self) -> Result<u32, DecodeError> {
        self.array().map(u32::from_le_bytes)
    }

    /// Four bytes, signed, the lowest first.
    pub fn i32_le(&mut self) -> Result<i32, DecodeError> {
        self.array().map(i32::from_le_bytes)
    }

    /// Four bytes, a float, the lowest first.
    pub fn f32_le(&mut self) -> Result<f32, DecodeError> {
        self.array().map(f32::from_le_bytes)
    }
}

/// One bit of a word.
pub const fn bit(word: u32, index: u32) -> bool {
    word >> index & 1 == 1
}

/// Two decimal digits in a byte; `None` when a nibble is none.
pub const fn bcd(byte: u8) -> Option<u8> {
    let (high, low) = (byte >> 4, byte & 15);
    if high > 9 || low > 9 {
        None
    } else {
        Some(high * 10 + low)
    }
}

/// The first digits in nibbles as one number; `None` when a nibble is none.
pub fn digits(bytes: &[u8], count: usize) -> Option<f64> {
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.take(count).try_fold(0.0, |value, digit| {
        (digit < 10).then_some(value * 10.0 + f64::from(digit))
    })
}

/// An IMEI packed into eight bytes, one digit a nibble behind a zero; `None` when it is none.
pub fn packed_imei(bytes: &[u8]) -> Option<DeviceUid> {
    let mut digits = [0; 16];
    let digits = digits.get_mut(..2 * bytes.len())?;
    hex::encode_to_slice(bytes, digits).ok()?;
    let text = std::str::from_utf8(digits).ok()?;
    let decimal = text.bytes().all(|b| b.is_ascii_digit());
    DeviceUid::parse(text.strip_prefix('0').unwrap_or(text)).filter(|_| decimal)
}

/// Whether an identifier is an IMEI whose own check digit is right: one digit read wrong never is.
pub fn has_check_digit(uid: &DeviceUid) -> bool {
    let number = uid.as_str().parse::<u64>().ok();
    uid.as_str().len() == 15
        && number.is_some_and(|number| u64::from(luhn(number / 10)) == number % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_runs_dry_and_stays_where_it_is() {
        let mut reader = Reader::new(&[0x12, 0x34, 0x56]);
        assert_eq!(reader.u16(), Ok(0x1234));
        assert_eq!(reader.u16(), Err(DecodeError::new(3, "cut short")));
        assert_eq!(
            (reader.left(), reader.peek(), reader.u8()),
            (1, Some(0x56), Ok(0x56))
        );
        assert_eq!(Reader::new(&[1, 2, 3]).u24(), Ok(0x01_0203));
        assert_eq!(Reader::new(&[1, 2]).u16_le(), Ok(0x0201));
    }

    #[test]
    fn digits_in_nibbles() {
        assert_eq!(
            (digits(&[0x12, 0x3a], 3), digits(&[0x1a], 2)),
            (Some(123.0), None)
        );
        assert_eq!((bcd(0x59), bcd(0x5a), bcd(0xa5)), (Some(59), None, None));
        let imei = [0x08, 0x88, 0x80, 0x00, 0x00, 0x00, 0x00, 0x17];
        let text = packed_imei(&imei).expect("digits");
        assert_eq!(text.as_str(), "888800000000017");
        assert_eq!(packed_imei(&[0x0a]), None);
        assert!(!has_check_digit(&text));
        let right = packed_imei(&[0x08, 0x88, 0x80, 0, 0, 0, 0, 0x18]);
        assert!(right.is_some_and(|uid| has_check_digit(&uid)));
        assert!(bit(0x10, 4) && !bit(0x10, 3));
    }
}
