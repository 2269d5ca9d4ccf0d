//! Who walks: named paces, and what stairs, slopes, crossings, gates and lifts cost them.
//!
//! A [`Costing`] turns an edge into the length of level street that takes as long; a [`Profile`]
//! is a costing and a pace. Profiles that differ by their pace alone share a costing: a uniform
//! slower pace is a factor on the answer. The price of that: waits (signals, gates, lifts) grow with
//! the slower pace too. Those who walk slowly do lose more at each, as they miss the green, but
//! nobody has measured by how much; the alternative is a costing for every pace.
//!
//! Costs are the same in both directions, as everything built on them asks; a slope costs the mean
//! of going up and coming down. All numbers are in `profiles/rules.rs`, each with its source.

use crate::closures::Streets;
use crate::input::{EdgeAttributes, coded};

mod rules;

use rules::Rules;

coded! {
    /// What a piece of street costs, as a length of level street.
    Costing {
        /// Its length, whatever it is like: no profile is named.
        #[default]
        Level = 0,
        /// A worker on foot.
        Foot = 1,
        /// An old person on foot, at any of the three paces.
        Elder = 2,
        /// In a wheelchair: no stairs, no raised kerbs, nothing steep.
        Wheelchair = 3,
        /// On an electric bicycle, pushed where people walk.
        EBike = 4,
    }
}

/// Who walks or rides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// A worker on foot.
    Worker,
    /// An able old person.
    ElderAble,
    /// An old person as they usually are.
    ElderUsual,
    /// A frail old person, or one with a stick.
    ElderFrail,
    /// Somebody in a wheelchair, pushed or not.
    Wheelchair,
    /// A worker on an electric bicycle.
    EBike,
}

impl Costing {
    /// What an edge costs in micrometres of level street; None if it cannot be passed.
    ///
    /// In whole numbers throughout: the same on every machine.
    pub fn cost_um(self, attributes: EdgeAttributes, length_um: u64) -> Option<u64> {
        match self.rules() {
            None => Some(length_um),
            Some(rules) => rules.cost_um(attributes, length_um),
        }
    }

    fn rules(self) -> Option<&'static Rules> {
        match self {
            Self::Level => None,
            Self::Foot => Some(&rules::FOOT),
            Self::Elder => Some(&rules::ELDER),
            Self::Wheelchair => Some(&rules::WHEELCHAIR),
            Self::EBike => Some(&rules::E_BIKE),
        }
    }
}

impl Profile {
    /// Every profile.
    pub const ALL: &'static [Self] = &[
        Self::Worker,
        Self::ElderAble,
        Self::ElderUsual,
        Self::ElderFrail,
        Self::Wheelchair,
        Self::EBike,
    ];

    /// A profile by the name that commands and settings use; case does not matter.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|profile| profile.name().eq_ignore_ascii_case(name))
    }

    /// The name that commands and settings use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::ElderAble => "elder-able",
            Self::ElderUsual => "elder-usual",
            Self::ElderFrail => "elder-frail",
            Self::Wheelchair => "wheelchair",
            Self::EBike => "ebike",
        }
    }

    /// Its costs, shared with profiles that differ by their pace alone.
    pub fn metric(self) -> Costing {
        match self {
            Self::Worker => Costing::Foot,
            Self::ElderAble | Self::ElderUsual | Self::ElderFrail => Costing::Elder,
            Self::Wheelchair => Costing::Wheelchair,
            Self::EBike => Costing::EBike,
        }
    }

    /// Pace on a level street in metres a second.
    pub const fn speed_m_s(self) -> f64 {
        match self {
            Self::Worker => rules::WORKER_M_S,
            Self::ElderAble => rules::ELDER_ABLE_M_S,
            Self::ElderUsual => rules::ELDER_USUAL_M_S,
            Self::ElderFrail => rules::ELDER_FRAIL_M_S,
            Self::Wheelchair => rules::WHEELCHAIR_M_S,
            Self::EBike => rules::E_BIKE_M_S,
        }
    }

    /// What an edge costs in micrometres of level street; None if it cannot be passed.
    pub fn cost_um(self, attributes: EdgeAttributes, length_um: u64) -> Option<u64> {
        self.metric().cost_um(attributes, length_um)
    }
}

impl Streets {
    /// The same network and order at the costs of a profile's metric, without labels.
    ///
    /// A few milliseconds for a town; answers are right at once, and faster once labels are added.
    pub fn under(&self, costing: Costing) -> Self {
        self.profile(|_, attributes, length_um| costing.cost_um(attributes, length_um))
    }
}

#[cfg(test)]
mod tests;
