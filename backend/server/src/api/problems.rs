//! Every "no" as a problem: nothing of its cause reaches the caller, nothing personal the log.

use domain::access::Denied;
use domain::apply::ApplyError;
use domain::geo::CoordinateError;
use domain::incidents::Refusal;
use domain::ports::StoreError;
use openapi::{Problem, RETRY_AFTER_S, Slug};

/// Why an operation has no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The gate says no.
    Denied(Denied),
    /// The rules say no.
    Refused(Refusal),
    /// Storage says no.
    Store(StoreError),
    /// Too many others changed it at once.
    Contended,
    /// Already said in the words of the contract.
    Told(Box<Problem>),
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ApplyError> for Failure {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Refused(refusal) => Self::Refused(refusal),
            ApplyError::Store(error) => Self::Store(error),
            ApplyError::Contended => Self::Contended,
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Told(Box::new(problem))
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Denied(Denied::Forbidden) => Problem::forbidden(),
            Failure::Denied(Denied::Hidden) => Problem::not_found(),
            Failure::Refused(refusal) => refused(&refusal),
            Failure::Store(error) => not_stored(&error),
            Failure::Contended => Problem::unavailable(RETRY_AFTER_S),
            Failure::Told(problem) => *problem,
        }
    }
}

/// A "no" of the rules. Who was faster is added where the name is known.
fn refused(refusal: &Refusal) -> Problem {
    let slug = match refusal {
        Refusal::NoIncident => return Problem::not_found(),
        Refusal::NoResident => return no_such_resident(),
        Refusal::AlreadyTaken(_) => return Problem::already_taken(None),
        Refusal::Closed => Slug::IncidentClosed,
        Refusal::NotClosed => Slug::IncidentNotClosed,
        Refusal::NotOffered => Slug::OfferClosed,
        Refusal::NotOnScene => Slug::NoOnSceneRecord,
        Refusal::AlreadyIdentified => Slug::AlreadyIdentified,
        Refusal::AlreadyAcknowledged => Slug::AlreadyAcknowledged,
        Refusal::NotAccepted => Slug::NotAccepted,
        Refusal::ResidentBusy(_) => Slug::ResidentBusy,
        Refusal::NoFollowUp => Slug::NoFollowUp,
        Refusal::NotThere => Slug::NobodyThere,
        Refusal::BadTime => Slug::BadTime,
        Refusal::OtherResident => Slug::OtherResident,
        Refusal::SomebodyGoes => Slug::SomebodyGoes,
        Refusal::NotMerged => Slug::NotMerged,
        Refusal::SameIncident => Slug::SameIncident,
        Refusal::WrongState => Slug::WrongState,
    };
    Problem::from(slug).with_detail(refusal.to_string())
}

fn not_stored(error: &StoreError) -> Problem {
    match error {
        StoreError::NotFound => Problem::not_found(),
        StoreError::Conflict | StoreError::Duplicate | StoreError::Fenced => Slug::Contended.into(),
        StoreError::Unavailable(_) => {
            tracing::warn!(%error, "storage does not answer");
            Problem::unavailable(RETRY_AFTER_S)
        }
        StoreError::Bug(_) => {
            tracing::error!(%error, "an operation failed");
            Problem::internal()
        }
    }
}

/// A body that names a resident who is not there, or is not the caller's to know about.
pub(super) fn no_such_resident() -> Problem {
    Problem::not_found().with_error("resident_id", "an existing resident")
}

/// A body whose numbers are no place.
pub(super) fn no_place(error: CoordinateError) -> Problem {
    match error {
        CoordinateError::Longitude => Problem::invalid("lon", "between -180 and 180"),
        CoordinateError::Latitude => Problem::invalid("lat", "between -90 and 90"),
        CoordinateError::Datum => Problem::invalid("datum", "one of: wgs84, gcj02, bd09"),
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::{IncidentId, ResponderId};
    use uuid::Uuid;

    use super::*;

    fn told(failure: impl Into<Failure>) -> (u16, String) {
        let problem = Problem::from(failure.into());
        let body = problem.body();
        (
            body.status,
            body.kind.rsplit(':').next().unwrap_or_default().to_owned(),
        )
    }

    #[test]
    fn hidden_and_absent_are_one_answer() {
        assert_eq!(told(Denied::Hidden), told(StoreError::NotFound));
        assert_eq!(told(Denied::Hidden), told(Refusal::NoIncident));
        assert_eq!(told(Denied::Forbidden), (403, "forbidden".to_owned()));
    }

    #[test]
    fn refusals_are_conflicts_with_their_own_word() {
        let id = Uuid::from_u128(5);
        for (refusal, slug) in [
            (Refusal::Closed, "incident-closed"),
            (Refusal::NotClosed, "incident-not-closed"),
            (
                Refusal::AlreadyTaken(Some(ResponderId(id))),
                "already-taken",
            ),
            (Refusal::AlreadyAcknowledged, "already-acknowledged"),
            (Refusal::NotOffered, "offer-closed"),
            (Refusal::NotAccepted, "not-accepted"),
            (Refusal::NotOnScene, "no-on-scene-record"),
            (Refusal::AlreadyIdentified, "already-identified"),
            (Refusal::ResidentBusy(IncidentId(id)), "resident-busy"),
            (Refusal::WrongState, "wrong-state"),
            (Refusal::NoFollowUp, "no-follow-up"),
            (Refusal::NotThere, "nobody-there"),
            (Refusal::BadTime, "bad-time"),
            (Refusal::OtherResident, "other-resident"),
            (Refusal::SomebodyGoes, "somebody-goes"),
            (Refusal::NotMerged, "not-merged"),
            (Refusal::SameIncident, "same-incident"),
        ] {
            let expected = (409, slug.to_owned());
            assert_eq!(
                told(ApplyError::from(refusal.clone())),
                expected,
                "{refusal:?}"
            );
        }
        assert_eq!(told(Refusal::NoResident), (404, "not-found".to_owned()));
    }

    #[test]
    fn no_detail_names_an_id() {
        let id = Uuid::from_u128(5);
        for refusal in [
            Refusal::AlreadyTaken(Some(ResponderId(id))),
            Refusal::ResidentBusy(IncidentId(id)),
        ] {
            let problem = refused(&refusal);
            let detail = problem.body().detail.clone().unwrap_or_default();
            assert!(!detail.contains(&id.to_string()), "{detail}");
        }
    }

    #[test]
    fn a_store_that_is_away_says_when_to_come_back() {
        let away = Problem::from(Failure::from(StoreError::Unavailable("gone".to_owned())));
        assert!(
            matches!(&away, Problem::Unavailable(_, RETRY_AFTER_S)),
            "{away:?}"
        );
        assert!(away.body().detail.is_none());
        assert_eq!(told(ApplyError::Contended).0, 503);
        assert_eq!(
            told(StoreError::Bug("row 7".to_owned())),
            (500, "internal".to_owned())
        );
    }
}
