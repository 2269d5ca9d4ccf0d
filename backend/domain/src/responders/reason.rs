//! Why a candidate stands where it stands: a word, what it speaks for, and its facts.

use serde::{Deserialize, Serialize};

use crate::message::{Facts, facts};
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// Why a candidate stands where it stands; a key for `accessibility`.
    pub enum Reason {
        /// Ordered by walking time.
        NearestByWalkingTime = "nearest_by_walking_time",
        /// Only the straight line is known.
        StraightLineOnly = "straight_line_only",
        /// From the fixed list.
        FixedList = "fixed_list",
        /// On duty now.
        OnDuty = "on_duty",
        /// Knows first aid.
        HasFirstAid = "has_first_aid",
        /// The position is old.
        PositionOld = "position_old",
        /// The position is vague or not fresh, and that was added to the time.
        PositionVague = "position_vague",
        /// The stairs have to be taken at the end. Facts: storey.
        StairsToClimb = "stairs_to_climb",
        /// The lift is broken and the stairs have to be taken. Facts: storey.
        LiftBroken = "lift_broken",
        /// Far away; the time is known.
        FarAway = "far_away",
        /// No way leads from them to the place.
        Unreachable = "unreachable",
        /// The map does not cover where they are, or the place.
        OffTheMap = "off_the_map",
        /// Nobody knows where they are.
        NoPosition = "no_position",
        /// Helped this resident before. Facts: repeats.
        KnowsResident = "knows_resident",
        /// Speaks the resident's language.
        SpeaksLanguage = "speaks_language",
        /// Does not speak the resident's language.
        OtherLanguage = "other_language",
        /// Usually says yes. Facts: percent.
        LikelyToAccept = "likely_to_accept",
        /// Seldom says yes. Facts: percent.
        SeldomAccepts = "seldom_accepts",
        /// Was asked within the last day already. Facts: repeats.
        AskedOften = "asked_often",
        /// Has work of their own. Facts: cases.
        HasOtherWork = "has_other_work",
        /// Others stay on duty in their neighbourhood. Facts: count.
        CoverRemains = "cover_remains",
        /// Nobody would stay on duty in their neighbourhood.
        LeavesNoCover = "leaves_no_cover",
        /// Others stand before. Facts: ahead.
        OthersFirst = "others_first",
        /// Not on duty.
        OffDuty = "off_duty",
        /// Resting. Facts: until.
        Resting = "resting",
        /// Already going to another incident.
        OnAnotherIncident = "on_another_incident",
        /// The clearance was taken back.
        ClearanceRevoked = "clearance_revoked",
        /// Not of the kind that is needed here.
        WrongClass = "wrong_class",
    }
}

/// Which way a reason pulls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Speaks for asking them.
    For,
    /// Speaks against.
    Against,
}

impl Reason {
    /// Which way this reason pulls.
    pub const fn side(self) -> Side {
        match self {
            Self::NearestByWalkingTime
            | Self::OnDuty
            | Self::HasFirstAid
            | Self::KnowsResident
            | Self::SpeaksLanguage
            | Self::LikelyToAccept
            | Self::CoverRemains => Side::For,
            Self::StraightLineOnly
            | Self::FixedList
            | Self::PositionOld
            | Self::PositionVague
            | Self::StairsToClimb
            | Self::LiftBroken
            | Self::FarAway
            | Self::Unreachable
            | Self::OffTheMap
            | Self::NoPosition
            | Self::OtherLanguage
            | Self::SeldomAccepts
            | Self::AskedOften
            | Self::HasOtherWork
            | Self::LeavesNoCover
            | Self::OthersFirst
            | Self::OffDuty
            | Self::Resting
            | Self::OnAnotherIncident
            | Self::ClearanceRevoked
            | Self::WrongClass => Side::Against,
        }
    }
}

/// The one number or moment a reason comes with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// Nothing to add.
    #[default]
    None,
    /// Until a moment.
    Until(Timestamp),
    /// So many times.
    Repeats(u32),
    /// So many cases.
    Cases(u32),
    /// So many people.
    People(u32),
    /// So many people stand before.
    Ahead(u32),
    /// Of a hundred, 0-100.
    Percent(u8),
    /// A storey, as the house counts.
    Storey(i8),
}

/// A reason with its fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ground {
    /// Which.
    pub reason: Reason,
    /// With what.
    #[serde(default, skip_serializing_if = "Detail::is_none")]
    pub detail: Detail,
}

impl Detail {
    /// Whether there is nothing to add.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}

impl Ground {
    /// A reason that needs no fact.
    pub const fn plain(reason: Reason) -> Self {
        Self::with(reason, Detail::None)
    }

    /// A reason with its fact.
    pub const fn with(reason: Reason, detail: Detail) -> Self {
        Self { reason, detail }
    }

    /// The fact as plain values for `accessibility`; moments are RFC 3339.
    pub fn facts(&self) -> Facts {
        match self.detail {
            Detail::None => Facts::new(),
            Detail::Until(at) => facts([("until", at.to_rfc3339())]),
            Detail::Repeats(times) => facts([("repeats", times.to_string())]),
            Detail::Cases(cases) => facts([("cases", cases.to_string())]),
            Detail::People(people) => facts([("count", people.to_string())]),
            Detail::Ahead(people) => facts([("ahead", people.to_string())]),
            Detail::Percent(percent) => facts([("percent", percent.to_string())]),
            Detail::Storey(storey) => facts([("storey", storey.to_string())]),
        }
    }
}
