//! Fixes of a device that lies still: where it says it is, while its resident is at home.

use serde::{Deserialize, Serialize};

use super::Heard;
use crate::geo::{Coordinate, Datum, proposed_datum};
use crate::time::Timestamp;

/// Fixes that are kept.
const KEPT: usize = 16;
/// Metres within which two fixes in a row mean that the device lay still.
const STILL_M: f64 = 60.0;

/// Fixes at rest, oldest first, and the last fix of all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Resting {
    #[serde(default)]
    last: Option<(Coordinate, Timestamp)>,
    #[serde(default)]
    fixes: Vec<Coordinate>,
}

impl Resting {
    /// Takes what was heard into account.
    pub(super) fn note(&mut self, heard: &Heard) {
        let Some((at, when)) = heard.last_fix else {
            return;
        };
        match self.last {
            Some((_, before)) if when <= before => return,
            Some((place, _)) if place.metres_to(at) <= STILL_M => {
                if self.fixes.len() == KEPT {
                    self.fixes.remove(0);
                }
                self.fixes.push(at);
            }
            _ => {}
        }
        self.last = Some((at, when));
    }

    /// The datum that the source seems to send, given that the device rests at home.
    pub(super) fn proposal(&self, home: Coordinate) -> Option<Datum> {
        let pairs: Vec<_> = self.fixes.iter().map(|fix| (*fix, home)).collect();
        proposed_datum(&pairs)
    }
}
