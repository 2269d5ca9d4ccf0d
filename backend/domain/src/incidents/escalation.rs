//! Ladders as data: who is asked when, and what happens if nobody answers.

use serde::{Deserialize, Serialize};

use crate::words::words;

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
    /// Who is told at a rung.
    pub enum Tell {
        /// The seat.
        Operator = "operator",
        /// The resident's family.
        Family = "family",
    }
}

/// One step of a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// How many more responders are asked.
    pub offers: u16,
    /// Who is told beside them.
    pub tell: Vec<Tell>,
    /// Seconds until the next rung.
    pub timeout_s: u32,
}

/// Rungs in order. The last one repeats until a human has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ladder(Vec<Rung>);

/// Why a set of ladders is refused.
#[derive(Debug, thiserror::Error)]
pub enum LadderError {
    /// Not the expected JSON.
    #[error("ladders are not readable: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// A ladder has no rung.
    #[error("a ladder needs at least one rung")]
    Empty,
    /// A rung waits too short or too long to be of use.
    #[error("a rung waits 5 to 3600 seconds")]
    Timeout,
    /// The last rung asks responders, but it repeats and must reach the seat instead.
    #[error("the last rung asks nobody and tells the operator")]
    LastRung,
}

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

    fn check(&self) -> Result<(), LadderError> {
        let last = self.0.last().ok_or(LadderError::Empty)?;
        if self
            .0
            .iter()
            .any(|rung| !(5..=3600).contains(&rung.timeout_s))
        {
            return Err(LadderError::Timeout);
        }
        if last.offers != 0 || !last.tell.contains(&Tell::Operator) {
            return Err(LadderError::LastRung);
        }
        Ok(())
    }
}

/// All ladders of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ladders {
    life: Ladder,
    attention: Ladder,
    unknown: Ladder,
}

impl Ladders {
    /// Reads and checks ladders.
    pub fn parse(json: &str) -> Result<Self, LadderError> {
        let ladders: Self = serde_json::from_str(json)?;
        for kind in LadderKind::ALL {
            ladders.get(*kind).check()?;
        }
        Ok(ladders)
    }

    /// The ladders that ship with Anlin.
    pub fn shipped() -> Result<Self, LadderError> {
        Self::parse(include_str!("ladders.json"))
    }

    /// One ladder.
    pub fn get(&self, kind: LadderKind) -> &Ladder {
        match kind {
            LadderKind::Life => &self.life,
            LadderKind::Attention => &self.attention,
            LadderKind::Unknown => &self.unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_ladders_are_sound() {
        let ladders = Ladders::shipped().expect("sound ladders");
        assert_eq!(ladders.get(LadderKind::Life).last(), 3);
        assert_eq!(ladders.get(LadderKind::Life).rung(99).offers, 0);
    }

    #[test]
    fn a_ladder_that_could_forget_is_refused() {
        let with_life = |life: &str| {
            let rest = r#"[{"offers":0,"tell":["operator"],"timeout_s":60}]"#;
            Ladders::parse(&format!(
                r#"{{"life":{life},"attention":{rest},"unknown":{rest}}}"#
            ))
        };
        assert!(matches!(with_life("[]"), Err(LadderError::Empty)));
        let never = r#"[{"offers":0,"tell":["operator"],"timeout_s":0}]"#;
        assert!(matches!(with_life(never), Err(LadderError::Timeout)));
        let silent = r#"[{"offers":0,"tell":["family"],"timeout_s":60}]"#;
        assert!(matches!(with_life(silent), Err(LadderError::LastRung)));
        assert!(matches!(
            with_life(r#"[{"offer":1}]"#),
            Err(LadderError::Unreadable(_))
        ));
    }
}
