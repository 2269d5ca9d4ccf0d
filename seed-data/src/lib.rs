//! A deterministic synthetic district for demonstrations, tests and benches.
//!
//! Names, codes and counts of divisions are facts (see `facts/README.md`); streets, boundaries,
//! people, homes and facilities are invented and say so. The same seed gives the same bytes.
//!
//! ```
//! use seed_data::{Options, Scale, check, district};
//!
//! let district = district(&Options { seed: 1, scale: Scale::Small }, &mut |_progress| {});
//! assert!(check::complaints(&district).is_empty());
//! ```
//!
//! This crate returns plain rows of its own types; it knows no database, no network and no clock.
//! Start reading at [`district`]; [`check::complaints`] says what every district promises.

pub mod check;
mod draw;
mod facilities;
mod facts;
mod ground;
mod near;
mod people;
mod plane;
pub mod shape;
mod streets;
mod words;

use serde::Serialize;

pub use facilities::{Category, CountSource, Facility};
pub use facts::{Division, DivisionKind, divisions};
pub use people::{
    Admin, Counts, Device, EntryCard, FamilyContact, Home, Language, Operator, People,
    ReadingLevel, Relation, Resident, Responder, ResponderKind, Sex, Shift, Skill, Vehicle,
    is_invented_uid, is_unassignable, people_at,
};
pub use plane::Place;
pub use streets::{Edge, Node, StreetKind, Streets, Surface};

/// The unit that the small scale shows, and whose committees people on a real map belong to.
pub const PILOT_UNIT: &str = "310113102";

/// How much to generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// One unit: 3,000 and more junctions, 300 residents, 60 responders.
    Small,
    /// All 13 units: 60,000 and more junctions, 120,000 residents, 3,000 responders.
    District,
}

impl Scale {
    /// A network of this scale has at least so many nodes that join three or more edges.
    pub fn fewest_junctions(self) -> usize {
        match self {
            Self::Small => 3_000,
            Self::District => 60_000,
        }
    }
}

/// What decides every byte of a district.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Any number; another number is another district.
    pub seed: u64,
    /// How much to generate.
    pub scale: Scale,
}

/// How far the generator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// `streets`, `people` or `facilities`.
    pub stage: &'static str,
    /// Steps done in this stage.
    pub done: u64,
    /// Steps this stage has.
    pub total: u64,
}

/// Everything generated.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct District {
    /// The real divisions, all of them at every scale.
    pub divisions: Vec<Division>,
    /// The invented walking network.
    pub streets: Streets,
    /// Invented people.
    pub people: People,
    /// Facilities at invented places.
    pub facilities: Vec<Facility>,
}

/// Generates a district.
pub fn district(options: &Options, progress: &mut dyn FnMut(Progress)) -> District {
    let divisions = divisions();
    let (streets, extent) = enough_streets(options, progress);
    let ground = ground::Ground::new(&streets, extent, options.scale);
    let settlements = people::settle(options, &divisions, &ground);
    let counts = Counts::of(options.scale);
    let total = u64::from(counts.residents);
    let people = people::invent(options, &divisions, &settlements, counts, &mut |done| {
        progress(Progress {
            stage: "people",
            done,
            total,
        });
    });
    let facilities = facilities::invent(options.seed, &ground, &settlements);
    let built = facilities.len() as u64;
    progress(Progress {
        stage: "facilities",
        done: built,
        total: built,
    });
    District {
        divisions,
        streets,
        people,
        facilities,
    }
}

/// Draws the network; a rare seed with too few junctions gets another row of blocks.
fn enough_streets(
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> (Streets, streets::Extent) {
    let mut extent = ground::extent(options.scale);
    loop {
        let total = extent.blocks() as u64;
        let streets = streets::draw(options.seed, extent, &mut |done| {
            progress(Progress {
                stage: "streets",
                done: done as u64,
                total,
            });
        });
        if streets.junctions() >= options.scale.fewest_junctions() {
            return (streets, extent);
        }
        extent.rows += 1;
    }
}
