//! Ladders as data: who is asked when, and what happens if nobody answers.
//!
//! An organisation has one ladder for each [`LadderName`] and special ones that go before it where
//! their conditions hold. What chooses never changes while an incident is open but for its gravity:
//! the hour is that of the opening, so nobody falls between two ladders at ten in the evening.

mod check;
pub mod dry_run;
mod select;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::notices::Channel;
use crate::responders::ResponderKind;
use crate::words::words;

pub use check::LadderError;
pub use select::{Choice, Chosen, DayPart, Night, When};

words! {
    /// Which ladder an incident climbs.
    pub enum LadderKind {
        /// Helpers are sent at once.
        Life = "life",
        /// The seat looks at it.
        Attention = "attention",
        /// The seat ties it to a resident first.
        Unknown = "unknown",
    }
}

words! {
    /// The ladders that every organisation has.
    pub enum LadderName {
        /// Helpers are sent at once.
        Life = "life",
        /// The seat looks at it.
        Attention = "attention",
        /// The seat ties it to a resident first.
        Unknown = "unknown",
        /// A sign of daily life is missing: the elder is asked first.
        LifeSign = "life_sign",
    }
}

words! {
    /// Who is told at a rung.
    pub enum Tell {
        /// The seat.
        Operator = "operator",
        /// The resident's family.
        Family = "family",
        /// The resident, by a device that speaks or rings, and by the seat.
        Resident = "resident",
        /// 120, through the seat: it is ordered to ring.
        Ambulance = "ambulance",
    }
}

/// One step of a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// How many more responders are asked.
    pub offers: u16,
    /// Of which kinds; anybody when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ask: Vec<ResponderKind>,
    /// Who is told beside them.
    pub tell: Vec<Tell>,
    /// How they are told, the first one first; as each person wants it when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// Seconds until the next rung.
    pub timeout_s: u32,
}

impl Rung {
    /// Whether somebody of this kind is asked here.
    pub fn asks(&self, kind: Option<ResponderKind>) -> bool {
        self.ask.is_empty() || kind.is_some_and(|kind| self.ask.contains(&kind))
    }
}

/// Rungs in order. The last one repeats until a human has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Ladder(Vec<Rung>);

impl Ladder {
    /// The rung at this number; past the end, the last.
    pub fn rung(&self, number: u16) -> &Rung {
        let index = usize::from(number).min(self.0.len().saturating_sub(1));
        &self.0[index]
    }

    /// Number of the last rung.
    pub fn last(&self) -> u16 {
        u16::try_from(self.0.len().saturating_sub(1)).unwrap_or(u16::MAX)
    }
}

/// A ladder that goes before the ordinary one where its conditions hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Special {
    /// What people call it.
    pub name: String,
    /// In place of which one.
    pub of: LadderName,
    /// Where it counts.
    pub when: When,
    /// Its rungs.
    pub rungs: Ladder,
}

/// All ladders of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ladders {
    /// IANA name of the zone whose hours are meant.
    zone: chrono_tz::Tz,
    night: Night,
    life: Ladder,
    attention: Ladder,
    unknown: Ladder,
    life_sign: Ladder,
    special: Vec<Special>,
}

impl Ladders {
    /// The ladders that ship with Anlin.
    ///
    /// # Errors
    /// Never for the shipped file, which a test reads.
    pub fn shipped() -> Result<Self, LadderError> {
        Self::parse(include_str!("ladders.json"))
    }

    /// The ordinary ladder of a kind.
    pub fn get(&self, kind: LadderKind) -> &Ladder {
        self.ordinary(match kind {
            LadderKind::Life => LadderName::Life,
            LadderKind::Attention => LadderName::Attention,
            LadderKind::Unknown => LadderName::Unknown,
        })
    }

    /// Every ladder with the number of its rungs, the ordinary ones first.
    pub fn sizes(&self) -> impl Iterator<Item = (&str, usize)> {
        let ordinary = LadderName::ALL.iter();
        let ordinary = ordinary.map(|name| (name.as_str(), self.ordinary(*name).0.len()));
        let special = self.special.iter();
        ordinary.chain(special.map(|one| (one.name.as_str(), one.rungs.0.len())))
    }

    /// The ordinary ladder of a name.
    pub fn ordinary(&self, name: LadderName) -> &Ladder {
        match name {
            LadderName::Life => &self.life,
            LadderName::Attention => &self.attention,
            LadderName::Unknown => &self.unknown,
            LadderName::LifeSign => &self.life_sign,
        }
    }
}
