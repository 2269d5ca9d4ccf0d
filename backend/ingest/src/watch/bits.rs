//! The status word of a position or alarm frame: which bit means what.

use domain::devices::Alarm;

/// Every bit with a meaning for us, the most urgent first. Bits 3 (worn) and 4 (moving) are states
/// and no alarm; the others are undocumented.
const MEANINGS: &[(u32, Alarm)] = &[
    (16, Alarm::Sos),
    (21, Alarm::Fall),
    (22, Alarm::Fall),
    (20, Alarm::Removed),
    (17, Alarm::LowBattery),
    (0, Alarm::LowBattery),
    (19, Alarm::GeofenceEnter),
    (2, Alarm::GeofenceEnter),
    (18, Alarm::GeofenceExit),
    (1, Alarm::GeofenceExit),
    (14, Alarm::PowerCut),
];

/// Bits that say why an alarm is sent. The low ones repeat a state for as long as it lasts, so
/// they are reported and never make an alarm of a position frame.
const REASONS: u32 = 1 << 14 | 0x007f << 16;

/// A status word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Status(u32);

impl Status {
    /// Reads one to eight hex digits (old firmware sends four).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let fits = (1..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
        u32::from_str_radix(text, 16)
            .ok()
            .filter(|_| fits)
            .map(Self)
    }

    /// All alarms of the word, SOS and fall first, each once.
    pub(super) fn alarms(self) -> Vec<Alarm> {
        let mut alarms = Vec::new();
        for &(bit, alarm) in MEANINGS {
            if self.0 & (1 << bit) != 0 && !alarms.contains(&alarm) {
                alarms.push(alarm);
            }
        }
        alarms
    }

    /// Only the bits that say why an alarm is sent.
    pub(super) fn reasons(self) -> u32 {
        self.0 & REASONS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_four_and_eight_digits_are_read_and_nothing_else() {
        assert_eq!(Status::parse("00010000"), Some(Status(1 << 16)));
        assert_eq!(Status::parse("0001"), Some(Status(1)));
        for text in ["", "+1", "0x01", "000100000", "12 4", "zz"] {
            assert_eq!(Status::parse(text), None, "{text}");
        }
    }

    #[test]
    fn states_are_no_reason() {
        assert_eq!(Status(0b1_1111).reasons(), 0);
        assert_eq!(Status(0b1_1000).alarms(), []);
        for bit in [14, 16, 17, 18, 19, 20, 21, 22] {
            assert_eq!(Status(1 << bit).reasons(), 1 << bit);
        }
        assert_eq!(Status(0x8000_8020).reasons(), 0);
    }

    #[test]
    fn urgent_ones_come_first_and_once() {
        let all = Status(u32::MAX).alarms();
        assert_eq!(all[..2], [Alarm::Sos, Alarm::Fall]);
        assert_eq!(all.len(), 7);
    }
}
