//! The window that lets a message in once.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::devices::DeviceUid;
use crate::time::Timestamp;

/// Numbers behind the highest that are still told apart.
const WIDTH: u64 = 64;
/// Boots whose messages may still come: what a device kept while it was off is sent by the next.
const MAX_BOOTS: usize = 4;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not seen before: act.
    New,
    /// Seen before: answer again with the same answer, and do nothing else.
    Repeat,
    /// Too old to tell, or of a boot long gone: refuse, a recording may be played.
    Refused,
}

/// What a proven message says of itself, for the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedMessage {
    /// Who sent it.
    pub device: DeviceUid,
    /// A word that is new with every start of the device.
    pub boot: String,
    /// Counts up with every message of a boot.
    pub sequence: u64,
    /// When it was sent.
    pub time: Timestamp,
}

/// What is remembered of a device; kept with the frame in one transaction, or a restart of the
/// server opens the window again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The newest time that was let in.
    newest: Option<Timestamp>,
    /// The newest boot first.
    boots: VecDeque<Boot>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Boot {
    id: String,
    highest: u64,
    /// Bit n: `highest - n` was let in.
    seen: u64,
}

impl Window {
    /// Lets a message in or not, and remembers it. Only call it with one whose signature is right.
    pub fn admit(&mut self, boot: &str, sequence: u64, time: Timestamp) -> Verdict {
        let verdict = match self.boots.iter_mut().find(|known| known.id == boot) {
            Some(known) => known.admit(sequence),
            // An old boot's recording is older than what was let in since.
            None if self.newest.is_some_and(|newest| time <= newest) => Verdict::Refused,
            None => {
                self.boots.push_front(Boot {
                    id: boot.to_owned(),
                    highest: sequence,
                    seen: 1,
                });
                self.boots.truncate(MAX_BOOTS);
                Verdict::New
            }
        };
        if verdict == Verdict::New {
            self.newest = self.newest.max(Some(time));
        }
        verdict
    }
}

impl Boot {
    fn admit(&mut self, sequence: u64) -> Verdict {
        if let Some(ahead) = sequence.checked_sub(self.highest).filter(|n| *n > 0) {
            let shifted = u32::try_from(ahead)
                .ok()
                .and_then(|n| self.seen.checked_shl(n));
            self.seen = shifted.unwrap_or(0) | 1;
            self.highest = sequence;
            return Verdict::New;
        }
        let behind = self.highest - sequence;
        if behind >= WIDTH {
            return Verdict::Refused;
        }
        let bit = 1 << behind;
        if self.seen & bit != 0 {
            return Verdict::Repeat;
        }
        self.seen |= bit;
        Verdict::New
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn at(second: u32) -> Timestamp {
        format!("2026-11-24T03:00:{second:02}Z")
            .parse()
            .expect("a moment")
    }

    #[test]
    fn a_repeat_is_known_and_a_later_message_is_new() {
        let mut window = Window::default();
        for (sequence, verdict) in [
            (0, Verdict::New),
            (0, Verdict::Repeat),
            (3, Verdict::New),
            (1, Verdict::New),
            (1, Verdict::Repeat),
            (3, Verdict::Repeat),
            (100, Verdict::New),
            (36, Verdict::Refused),
            (37, Verdict::New),
            (u64::MAX, Verdict::New),
            (u64::MAX, Verdict::Repeat),
            (100, Verdict::Refused),
        ] {
            assert_eq!(window.admit("a", sequence, at(1)), verdict, "{sequence}");
        }
    }

    #[test]
    fn a_new_boot_counts_afresh_and_an_old_one_is_not_played_again() {
        let mut window = Window::default();
        assert_eq!(window.admit("a", 7, at(1)), Verdict::New);
        assert_eq!(window.admit("b", 0, at(5)), Verdict::New);
        // Kept while it was off, and sent by its own boot's number.
        assert_eq!(window.admit("a", 8, at(2)), Verdict::New);
        assert_eq!(window.admit("a", 7, at(1)), Verdict::Repeat);
        // A boot nobody heard of, older than what is known.
        assert_eq!(window.admit("z", 0, at(4)), Verdict::Refused);
        for (second, boot) in (10..).zip(["c", "d", "e"]) {
            assert_eq!(window.admit(boot, 0, at(second)), Verdict::New);
        }
        assert_eq!(window.admit("a", 7, at(1)), Verdict::Refused);
        let kept = serde_json::to_string(&window).expect("JSON");
        let mut again: Window = serde_json::from_str(&kept).expect("a window");
        assert_eq!(again, window);
        assert_eq!(again.admit("e", 0, at(12)), Verdict::Repeat);
    }

    proptest! {
        #[test]
        fn nothing_is_let_in_twice(sequences in prop::collection::vec(0_u64..200, 1..400)) {
            let (mut window, mut new) = (Window::default(), BTreeSet::new());
            for sequence in sequences {
                match window.admit("a", sequence, at(1)) {
                    Verdict::New => prop_assert!(new.insert(sequence)),
                    Verdict::Repeat => prop_assert!(new.contains(&sequence)),
                    Verdict::Refused => {}
                }
            }
        }
    }
}
