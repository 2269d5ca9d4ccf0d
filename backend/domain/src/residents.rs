//! Residents and their homes.

use serde::{Deserialize, Serialize};

use crate::geo::Coordinate;
use crate::ids::{HomeId, OrganisationId, ResidentId};
use crate::responders::Class;
use crate::words::words;

words! {
    /// How much is feared for a resident, as the seat judges it.
    pub enum RiskLevel {
        /// As for anybody of that age.
        Usual = "usual",
        /// More than that.
        Raised = "raised",
        /// A fall may be the last one.
        High = "high",
    }
}

words! {
    /// How well a resident can say what happened and answer a question.
    pub enum Cognition {
        /// Well.
        Clear = "clear",
        /// With trouble.
        Mild = "mild",
        /// Not at all, or not to be relied on.
        Severe = "severe",
    }
}

words! {
    /// What a resident's life depends on, that needs electricity or delivery.
    pub enum Dependence {
        /// Oxygen at home.
        Oxygen = "oxygen",
        /// A machine that breathes.
        Ventilator = "ventilator",
        /// Dialysis at home.
        Dialysis = "dialysis",
        /// A bed or hoist that needs electricity.
        PoweredBed = "powered_bed",
        /// Medicine that has to stay cold.
        CooledMedicine = "cooled_medicine",
    }
}

/// What chooses a ladder, of what is known of a resident; nothing recorded is the usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Care {
    /// How much is feared for them.
    pub risk: RiskLevel,
    /// How well they can say what happened.
    pub cognition: Cognition,
}

impl Default for Care {
    fn default() -> Self {
        Self {
            risk: RiskLevel::Usual,
            cognition: Cognition::Clear,
        }
    }
}

/// What is recorded of a resident beside who they are: chooses ladders and the order of lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareRecord {
    /// What chooses a ladder.
    pub care: Care,
    /// What their life depends on.
    pub depends_on: Vec<Dependence>,
}

/// An elder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resident {
    /// Identity.
    pub id: ResidentId,
    /// Owner of the record.
    pub organisation_id: OrganisationId,
    /// Full name.
    pub name: String,
    /// How to call them; a fixed line for many.
    pub phone: String,
    /// Year of birth.
    pub birth_year: i16,
    /// Nobody else in the home.
    pub living_alone: bool,
    /// BCP 47 tags, best first.
    pub languages: Vec<String>,
    /// `standard` or `easy`.
    pub reading_level: String,
    /// What whoever comes must be or be able to do, when it can wait for such a person.
    pub requires: Vec<Class>,
    /// Where they live.
    pub home: Home,
    /// Invented by the generator.
    pub synthetic: bool,
}

/// A dwelling.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Home {
    /// Identity.
    pub id: HomeId,
    /// Postal address.
    pub address: String,
    /// The entrance.
    pub at: Option<Coordinate>,
    /// Twelve-digit code of the neighbourhood committee.
    pub committee_code: String,
    /// How far up it lies.
    pub climb: Climb,
    /// How to get in.
    pub entry: EntryCard,
}

/// How far up a home lies, for times only. Not what people read: the entry card says that, in
/// their words, to whoever may see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Climb {
    /// As the house counts: 1 is level with the street, -1 the first storey below it; `None` is
    /// unknown.
    pub storey: Option<i8>,
    /// Whether a lift goes there; `None` is unknown.
    pub lift: Option<bool>,
}

impl Climb {
    /// Storeys up or down from the street, when they are known.
    pub fn storeys(self) -> Option<i8> {
        // Houses have no storey 0: above the street counting begins at 1.
        self.storey.map(|storey| storey - i8::from(storey > 0))
    }
}

/// How a helper gets to the door; shown only to whoever accepted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EntryCard {
    /// Which gate of the compound.
    pub gate: String,
    /// Floor, as people say it.
    pub floor: String,
    /// The building has a lift.
    pub lift: bool,
    /// Who holds a key, or where it is.
    pub key: String,
    /// Anything to mind, such as a dog.
    pub caution: String,
}

/// What an ambulance has to know of a resident, in the words of whoever wrote it down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthRecord {
    /// Lasting illnesses and disabilities.
    pub conditions: Vec<String>,
    /// Drugs that are taken.
    pub drugs: Vec<String>,
    /// What must not be given.
    pub allergies: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_storey_is_level_with_the_street() {
        let storeys = |storey| Climb { storey, lift: None }.storeys();
        assert_eq!(storeys(Some(1)), Some(0));
        assert_eq!(storeys(Some(6)), Some(5));
        assert_eq!(storeys(Some(-1)), Some(-1));
        assert_eq!(storeys(Some(i8::MIN)), Some(i8::MIN));
        assert_eq!(storeys(None), None);
    }
}
