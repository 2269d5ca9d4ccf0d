//! Streets, gates and lifts that cannot be used for a while.

use serde::{Deserialize, Serialize};

use crate::geo::Coordinate;
use crate::ids::{AccountId, ClosureId, OrganisationId};
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// What cannot be used.
    pub enum ClosureKind {
        /// A street or path.
        StreetClosed = "street_closed",
        /// A gate of a compound, outside its known hours.
        GateShut = "gate_shut",
        /// A lift.
        LiftBroken = "lift_broken",
    }
}

/// Something that was reported closed; the routes of its organisation avoid it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreetClosure {
    /// Identity.
    pub id: ClosureId,
    /// Owner of the record.
    pub organisation_id: OrganisationId,
    /// What it is.
    pub kind: ClosureKind,
    /// Where it is, or where it begins.
    pub at: Coordinate,
    /// Where it ends, when a stretch of street is closed.
    pub to: Option<Coordinate>,
    /// Why, in the words of whoever reported it.
    pub reason: String,
    /// Who reported it.
    pub reported_by: AccountId,
    /// From when on.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// When somebody ended it.
    pub ended_at: Option<Timestamp>,
}

impl StreetClosure {
    /// Whether it is in force at this moment.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.since <= now
            && self.until.is_none_or(|until| now < until)
            && self.ended_at.is_none_or(|ended| now < ended)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::geo::Datum;

    #[test]
    fn a_closure_holds_until_its_time_or_until_somebody_ends_it() {
        let at = |text: &str| -> Timestamp { text.parse().expect("a moment") };
        let open_ended = StreetClosure {
            id: ClosureId(Uuid::nil()),
            organisation_id: OrganisationId(Uuid::nil()),
            kind: ClosureKind::GateShut,
            at: Coordinate::declared(1.0, 2.0, Datum::Wgs84).expect("a place"),
            to: None,
            reason: String::new(),
            reported_by: AccountId(Uuid::nil()),
            since: at("2026-11-24T06:00:00Z"),
            until: None,
            ended_at: None,
        };
        assert!(!open_ended.holds(at("2026-11-24T05:59:59Z")));
        assert!(open_ended.holds(at("2026-11-24T06:00:00Z")));
        assert!(open_ended.holds(at("2030-01-01T00:00:00Z")));
        let scheduled = StreetClosure {
            until: Some(at("2026-11-24T08:00:00Z")),
            ..open_ended.clone()
        };
        assert!(scheduled.holds(at("2026-11-24T07:59:59Z")));
        assert!(!scheduled.holds(at("2026-11-24T08:00:00Z")));
        let ended = StreetClosure {
            ended_at: Some(at("2026-11-24T07:00:00Z")),
            ..scheduled
        };
        assert!(ended.holds(at("2026-11-24T06:59:59Z")));
        assert!(!ended.holds(at("2026-11-24T07:00:00Z")));
    }
}
