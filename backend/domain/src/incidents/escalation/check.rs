//! Reading ladders: whatever could forget somebody is refused, and the answer names the rung.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;

use super::select::{Night, When};
use super::{Ladder, LadderName, Ladders, Rung, Special, Tell};

/// A rung waits so many seconds.
const WAIT_S: std::ops::RangeInclusive<u32> = 5..=3600;
/// Seconds after which the seat has to know at the latest: of a life, and of anything else.
const SEAT_WITHIN_S: (u32, u32) = (180, 3600);
/// Seconds between two times that the seat is told while the last rung repeats, where a life may
/// hang on it.
const LIFE_REPEATS_S: u32 = 300;
/// A ladder has at most so many rungs, asks so many people at one, and an organisation has so many
/// special ones.
const MOST: (usize, u16, usize) = (20, 50, 50);
/// Longest name of a special ladder, characters.
const NAME_LONGEST: usize = 60;

/// Why a set of ladders is refused.
#[derive(Debug, thiserror::Error)]
pub enum LadderError {
    /// Not the expected JSON.
    #[error("ladders are not readable: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// One rung is not as it has to be.
    #[error("ladder {ladder}, rung {rung}: {why}")]
    Rung {
        /// Which ladder, by its name.
        ladder: String,
        /// Which rung, from 1 as people count.
        rung: usize,
        /// What is wrong.
        why: String,
    },
    /// A whole ladder is not as it has to be.
    #[error("ladder {ladder}: {why}")]
    Ladder {
        /// Which ladder, by its name.
        ladder: String,
        /// What is wrong.
        why: String,
    },
    /// Hours that are none.
    #[error("the night begins and ends at an hour, 0 to 23")]
    Night,
}

/// The file, with rungs that are read one by one so that a fault can be told by its place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default = "shanghai")]
    zone: chrono_tz::Tz,
    #[serde(default = "usual_night")]
    night: Night,
    life: Vec<Value>,
    attention: Vec<Value>,
    unknown: Vec<Value>,
    life_sign: Option<Vec<Value>>,
    #[serde(default)]
    special: Vec<SpecialFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpecialFile {
    name: String,
    of: LadderName,
    when: When,
    rungs: Vec<Value>,
}

fn shanghai() -> chrono_tz::Tz {
    chrono_tz::Asia::Shanghai
}

fn usual_night() -> Night {
    Night {
        from_h: 22,
        to_h: 6,
    }
}

impl Ladders {
    /// Reads and checks ladders.
    ///
    /// # Errors
    /// [`LadderError`], which names the ladder and the rung.
    pub fn parse(json: &str) -> Result<Self, LadderError> {
        let file: File = serde_json::from_str(json)?;
        if file.night.from_h.max(file.night.to_h) > 23 {
            return Err(LadderError::Night);
        }
        let named = |name: LadderName, rungs| ladder(name.as_str(), name, rungs);
        let life_sign = file.life_sign.unwrap_or_else(|| file.attention.clone());
        Ok(Self {
            zone: file.zone,
            night: file.night,
            life: named(LadderName::Life, file.life)?,
            attention: named(LadderName::Attention, file.attention)?,
            unknown: named(LadderName::Unknown, file.unknown)?,
            life_sign: named(LadderName::LifeSign, life_sign)?,
            special: specials(file.special)?,
        })
    }
}

fn specials(read: Vec<SpecialFile>) -> Result<Vec<Special>, LadderError> {
    let whole = |ladder: &str, why: &str| LadderError::Ladder {
        ladder: ladder.to_owned(),
        why: why.to_owned(),
    };
    if read.len() > MOST.2 {
        return Err(whole("special", "there are at most 50"));
    }
    let mut names = BTreeSet::new();
    let mut checked = Vec::with_capacity(read.len());
    for one in read {
        let length = one.name.chars().count();
        if length == 0 || length > NAME_LONGEST {
            return Err(whole(&one.name, "a name has 1 to 60 characters"));
        }
        let ordinary = LadderName::ALL.iter().any(|name| name.as_str() == one.name);
        if ordinary || !names.insert(one.name.clone()) {
            return Err(whole(&one.name, "another ladder has this name"));
        }
        if one.when == When::default() {
            return Err(whole(
                &one.name,
                "without a condition it would always count",
            ));
        }
        checked.push(Special {
            rungs: ladder(&one.name, one.of, one.rungs)?,
            name: one.name,
            of: one.of,
            when: one.when,
        });
    }
    Ok(checked)
}

fn ladder(called: &str, name: LadderName, read: Vec<Value>) -> Result<Ladder, LadderError> {
    let at = |rung: usize, why: String| LadderError::Rung {
        ladder: called.to_owned(),
        rung: rung + 1,
        why,
    };
    let mut rungs = Vec::with_capacity(read.len());
    for (number, value) in read.into_iter().enumerate() {
        let rung: Rung =
            serde_json::from_value(value).map_err(|error| at(number, error.to_string()))?;
        sound(name, &rung).map_err(|why| at(number, why))?;
        rungs.push(rung);
    }
    whole(name, &rungs).map_err(|(rung, why)| match rung {
        Some(rung) => at(rung, why),
        None => LadderError::Ladder {
            ladder: called.to_owned(),
            why,
        },
    })?;
    Ok(Ladder(rungs))
}

/// What can be said of a rung alone.
fn sound(name: LadderName, rung: &Rung) -> Result<(), String> {
    if !WAIT_S.contains(&rung.timeout_s) {
        return Err(format!(
            "waits {} seconds; a rung waits {} to {}",
            rung.timeout_s,
            WAIT_S.start(),
            WAIT_S.end()
        ));
    }
    if rung.offers > MOST.1 {
        return Err(format!(
            "asks {} people at once; at most {}",
            rung.offers, MOST.1
        ));
    }
    if rung.offers == 0 && !rung.ask.is_empty() {
        return Err("names whom it asks, and asks nobody".to_owned());
    }
    if rung.offers == 0 && rung.tell.is_empty() {
        return Err("asks nobody and tells nobody: somebody would be forgotten there".to_owned());
    }
    if rung.tell.contains(&Tell::Ambulance) && !rung.tell.contains(&Tell::Operator) {
        return Err("120 is rung by the seat: a rung that calls it tells the operator".to_owned());
    }
    let people = rung.offers > 0 || rung.tell.iter().any(|told| *told != Tell::Operator);
    if name == LadderName::Unknown && people {
        return Err("nobody is known whom it concerns: only the operator is told".to_owned());
    }
    let twice = |count: usize, all: usize| count != all;
    let told: BTreeSet<&Tell> = rung.tell.iter().collect();
    let vias: BTreeSet<_> = rung.channels.iter().collect();
    if twice(told.len(), rung.tell.len()) || twice(vias.len(), rung.channels.len()) {
        return Err("names somebody or a channel twice".to_owned());
    }
    Ok(())
}

/// What can be said only of all rungs: the number of the one at fault, and why.
fn whole(name: LadderName, rungs: &[Rung]) -> Result<(), (Option<usize>, String)> {
    let Some((last, final_rung)) = rungs.iter().enumerate().next_back() else {
        return Err((None, "needs at least one rung".to_owned()));
    };
    if rungs.len() > MOST.0 {
        return Err((
            None,
            format!("has {} rungs; at most {}", rungs.len(), MOST.0),
        ));
    }
    let is_life = name == LadderName::Life;
    let repeats_without = final_rung.offers != 0 || !final_rung.tell.contains(&Tell::Operator);
    if repeats_without {
        let why = "repeats for ever, so it asks nobody and tells the operator";
        return Err((Some(last), why.to_owned()));
    }
    if is_life && final_rung.timeout_s > LIFE_REPEATS_S {
        let why = format!("repeats; of a life the seat hears every {LIFE_REPEATS_S} seconds");
        return Err((Some(last), why));
    }
    let within = if is_life {
        SEAT_WITHIN_S.0
    } else {
        SEAT_WITHIN_S.1
    };
    let mut waited = 0_u32;
    for (number, rung) in rungs.iter().enumerate() {
        if rung.tell.contains(&Tell::Operator) {
            break;
        }
        waited = waited.saturating_add(rung.timeout_s);
        if waited > within {
            let why =
                format!("the seat would hear of it only after {waited} s; {within} s at most");
            return Err((Some(number), why));
        }
    }
    Ok(())
}
