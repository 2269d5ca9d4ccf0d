//! Checksums of the wire.

/// CRC-16/X-25, called "CRC-ITU" by the makers of GT06 devices.
pub fn crc16_x25(bytes: &[u8]) -> u16 {
    !bytes.iter().fold(0xffff, |crc, &byte| {
        (crc >> 8) ^ X25[usize::from((crc ^ u16::from(byte)) & 0xff)]
    })
}

/// CRC-16/XMODEM.
pub fn crc16_xmodem(bytes: &[u8]) -> u16 {
    crc16_msb(bytes, 0)
}

/// CRC-16/CCITT-FALSE: as XMODEM, from all ones.
pub fn crc16_ccitt_false(bytes: &[u8]) -> u16 {
    crc16_msb(bytes, 0xffff)
}

/// CRC-16/MODBUS.
pub fn crc16_modbus(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |crc, &byte| {
        (crc >> 8) ^ MODBUS[usize::from((crc ^ u16::from(byte)) & 0xff)]
    })
}

/// All bytes xor-ed.
pub fn xor(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum ^ byte)
}

/// All bytes added, without carry.
pub fn sum(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(*byte))
}

/// The Luhn digit that completes a number.
pub fn luhn(mut number: u64) -> u8 {
    let (mut total, mut double) = (0, true);
    while number > 0 {
        let digit = (number % 10) as u8 * if double { 2 } else { 1 };
        total += digit / 10 + digit % 10;
        double = !double;
        number /= 10;
    }
    (10 - total % 10) % 10
}

fn crc16_msb(bytes: &[u8], start: u16) -> u16 {
    bytes.iter().fold(start, |crc, &byte| {
        (crc << 8) ^ CCITT[usize::from((crc >> 8) ^ u16::from(byte))]
    })
}

static X25: [u16; 256] = reflected(0x8408);
static MODBUS: [u16; 256] = reflected(0xa001);
static CCITT: [u16; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = (byte as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

const fn reflected(polynomial: u16) -> [u16; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u16;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 1 == 0 {
                crc >> 1
            } else {
                (crc >> 1) ^ polynomial
            };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_check_values_hold() {
        let check = b"123456789";
        assert_eq!(crc16_x25(check), 0x906e);
        assert_eq!(crc16_xmodem(check), 0x31c3);
        assert_eq!(crc16_ccitt_false(check), 0x29b1);
        assert_eq!(crc16_modbus(check), 0x4b37);
        assert_eq!((xor(&[1, 2, 4]), sum(&[255, 3])), (7, 2));
        assert_eq!(luhn(7_992_739_871), 3);
    }
}
