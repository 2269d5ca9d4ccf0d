//! Telephone numbers and watch identifiers that cannot belong to anybody.

use crate::draw::{Draw, Topic};

/// Country code and mobile prefix. Chinese mobile numbers start with 13-19, so 100 is nobody's;
/// read as Beijing's area code 10, nine digits that start with 0 follow, and none is that long.
const PHONE_PREFIX: &str = "+86100";
/// Digits after the prefix.
const PHONE_DIGITS: usize = 8;
const PHONES: u64 = 100_000_000;
/// Start of every invented watch identifier.
const UID_PREFIX: &str = "999";
/// Digits after it.
const UID_DIGITS: usize = 7;
const UIDS: u64 = 10_000_000;
/// Coprime to powers of ten: stepping by it visits every number once.
const STEP: u64 = 6_180_339;

/// Whether a telephone number lies in the range that no operator assigns.
pub fn is_unassignable(phone: &str) -> bool {
    digits_after(phone, PHONE_PREFIX, PHONE_DIGITS)
}

/// Whether a watch identifier lies in the invented range.
pub fn is_invented_uid(uid: &str) -> bool {
    digits_after(uid, UID_PREFIX, UID_DIGITS)
}

fn digits_after(text: &str, prefix: &str, count: usize) -> bool {
    text.strip_prefix(prefix)
        .is_some_and(|rest| rest.len() == count && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// Gives out every number at most once.
pub(super) struct Numbers {
    phone: u64,
    uid: u64,
}

impl Numbers {
    pub(super) fn new(seed: u64) -> Self {
        let mut draw = Draw::stream(seed, Topic::Numbers, 0);
        Self {
            phone: draw.below(PHONES as usize) as u64,
            uid: draw.below(UIDS as usize) as u64,
        }
    }

    pub(super) fn phone(&mut self) -> String {
        self.phone = (self.phone + STEP) % PHONES;
        format!("{PHONE_PREFIX}{:0PHONE_DIGITS$}", self.phone)
    }

    pub(super) fn uid(&mut self) -> String {
        self.uid = (self.uid + STEP) % UIDS;
        format!("{UID_PREFIX}{:0UID_DIGITS$}", self.uid)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn numbers_are_recognised_and_never_repeat() {
        let mut numbers = Numbers::new(1);
        let (mut phones, mut uids) = (BTreeSet::new(), BTreeSet::new());
        for _ in 0..20_000 {
            let (phone, uid) = (numbers.phone(), numbers.uid());
            assert!(is_unassignable(&phone), "{phone}");
            assert!(is_invented_uid(&uid) && uid.len() == 10, "{uid}");
            assert!(phones.insert(phone) && uids.insert(uid));
        }
    }

    #[test]
    fn numbers_somebody_could_have_are_told_apart() {
        for phone in [
            "+8613800000000",
            "13800000000",
            "+861001234567",
            "+86100123456789",
            "",
        ] {
            assert!(!is_unassignable(phone), "{phone}");
        }
        for uid in ["3512345678", "99912345", "999123456a"] {
            assert!(!is_invented_uid(uid), "{uid}");
        }
    }
}
