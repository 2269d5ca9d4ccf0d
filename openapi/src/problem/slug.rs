//! The closed list of problem types. A slug, once released, keeps its meaning.

/// A problem type: slug, status and title in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slug {
    /// Syntax, parameter or header cannot be read.
    MalformedRequest,
    /// No valid token.
    Unauthenticated,
    /// The caller may not do this.
    Forbidden,
    /// No such thing, or none that the caller may see.
    NotFound,
    /// The path exists with other methods.
    MethodNotAllowed,
    /// The thing's state does not allow it.
    Conflict,
    /// Another responder answered first.
    AlreadyTaken,
    /// The offer was withdrawn, expired or declined.
    OfferClosed,
    /// The incident is closed; only reopening is possible.
    IncidentClosed,
    /// Reopening needs a closed incident.
    IncidentNotClosed,
    /// Closing needs an arrival or an operator's note; so does an arrival told by an operator.
    NoOnSceneRecord,
    /// Identification needs an incident of an unknown device.
    AlreadyIdentified,
    /// Another operator has the incident.
    AlreadyAcknowledged,
    /// No responder has accepted.
    NotAccepted,
    /// The resident has another open incident.
    ResidentBusy,
    /// The incident's state does not allow it.
    WrongState,
    /// Nobody is to look again at this incident.
    NoFollowUp,
    /// Handing over needs somebody there, or the seat that has it.
    NobodyThere,
    /// A suspension ends ahead, within thirty days.
    BadTime,
    /// The incidents concern different people.
    OtherResident,
    /// Somebody is on the way for the incident that would end.
    SomebodyGoes,
    /// The other incident is not merged into this one.
    NotMerged,
    /// An incident cannot be joined with itself.
    SameIncident,
    /// The device's protocol has no way to say this.
    CommandNotSupported,
    /// Another device has this protocol and number.
    DeviceRegistered,
    /// Somebody wears the device.
    DeviceBound,
    /// Nobody wears the device.
    DeviceNotBound,
    /// The code is not on the device's label, or was used.
    LabelInvalid,
    /// Others changed it meanwhile; read again and retry.
    Contended,
    /// The body is larger than the service reads.
    PayloadTooLarge,
    /// The body is not `application/json`.
    UnsupportedMediaType,
    /// The body breaks a rule of the document.
    InvalidRequest,
    /// The key was used before with another body.
    IdempotencyKeyReused,
    /// Too many requests from this caller.
    TooManyRequests,
    /// A fault on the service's side.
    Internal,
    /// The service cannot answer at the moment.
    Unavailable,
}

impl Slug {
    /// Every slug, in order of status.
    pub const ALL: [Self; 36] = [
        Self::MalformedRequest,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::AlreadyTaken,
        Self::OfferClosed,
        Self::IncidentClosed,
        Self::IncidentNotClosed,
        Self::NoOnSceneRecord,
        Self::AlreadyIdentified,
        Self::AlreadyAcknowledged,
        Self::NotAccepted,
        Self::ResidentBusy,
        Self::WrongState,
        Self::NoFollowUp,
        Self::NobodyThere,
        Self::BadTime,
        Self::OtherResident,
        Self::SomebodyGoes,
        Self::NotMerged,
        Self::SameIncident,
        Self::CommandNotSupported,
        Self::DeviceRegistered,
        Self::DeviceBound,
        Self::DeviceNotBound,
        Self::LabelInvalid,
        Self::Contended,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::InvalidRequest,
        Self::IdempotencyKeyReused,
        Self::TooManyRequests,
        Self::Internal,
        Self::Unavailable,
    ];

    /// Slug, status and title.
    const fn row(self) -> (&'static str, u16, &'static str) {
        match self {
            Self::MalformedRequest => ("malformed-request", 400, "Malformed request"),
            Self::Unauthenticated => ("unauthenticated", 401, "Not authenticated"),
            Self::Forbidden => ("forbidden", 403, "Not allowed"),
            Self::NotFound => ("not-found", 404, "Not found"),
            Self::MethodNotAllowed => ("method-not-allowed", 405, "Method not allowed"),
            Self::Conflict => ("conflict", 409, "Conflict with the current state"),
            Self::AlreadyTaken => ("already-taken", 409, "Already answered by another"),
            Self::OfferClosed => ("offer-closed", 409, "Offer no longer open"),
            Self::IncidentClosed => ("incident-closed", 409, "Incident closed"),
            Self::IncidentNotClosed => ("incident-not-closed", 409, "Incident not closed"),
            Self::NoOnSceneRecord => ("no-on-scene-record", 409, "No on-scene record"),
            Self::AlreadyIdentified => ("already-identified", 409, "Resident already known"),
            Self::AlreadyAcknowledged => ("already-acknowledged", 409, "Taken by another operator"),
            Self::NotAccepted => ("not-accepted", 409, "Nobody has accepted"),
            Self::ResidentBusy => ("resident-busy", 409, "Another incident is open"),
            Self::WrongState => ("wrong-state", 409, "Not possible in this state"),
            Self::NoFollowUp => ("no-follow-up", 409, "No follow-up planned"),
            Self::NobodyThere => ("nobody-there", 409, "Nobody is with the person"),
            Self::BadTime => ("bad-time", 409, "Not a time that can be waited for"),
            Self::OtherResident => ("other-resident", 409, "Different people"),
            Self::SomebodyGoes => ("somebody-goes", 409, "Somebody is on the way"),
            Self::NotMerged => ("not-merged", 409, "Not merged"),
            Self::SameIncident => ("same-incident", 409, "The same incident"),
            Self::CommandNotSupported => (
                "command-not-supported",
                409,
                "The device cannot be told this",
            ),
            Self::DeviceRegistered => ("device-registered", 409, "Device registered already"),
            Self::DeviceBound => ("device-bound", 409, "Somebody wears the device"),
            Self::DeviceNotBound => ("device-not-bound", 409, "Nobody wears the device"),
            Self::LabelInvalid => ("label-invalid", 409, "Not a code that binds the device"),
            Self::Contended => ("contended", 409, "Changed by others meanwhile"),
            Self::PayloadTooLarge => ("payload-too-large", 413, "Body too large"),
            Self::UnsupportedMediaType => ("unsupported-media-type", 415, "Unsupported media type"),
            Self::InvalidRequest => ("invalid-request", 422, "Invalid request"),
            Self::IdempotencyKeyReused => (
                "idempotency-key-reused",
                422,
                "Idempotency key used for another request",
            ),
            Self::TooManyRequests => ("too-many-requests", 429, "Too many requests"),
            Self::Internal => ("internal", 500, "Internal fault"),
            Self::Unavailable => ("unavailable", 503, "Not available at the moment"),
        }
    }

    /// The stable word of this type.
    pub const fn as_str(self) -> &'static str {
        self.row().0
    }

    /// Status code of every problem of this type.
    pub const fn status(self) -> u16 {
        self.row().1
    }

    /// Title of every problem of this type.
    pub const fn title(self) -> &'static str {
        self.row().2
    }

    /// Value of the member `type`.
    pub fn urn(self) -> String {
        format!("urn:anlin:problem:{}", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn slugs_are_distinct_kebab_words() {
        let words: BTreeSet<_> = Slug::ALL.iter().map(|slug| slug.as_str()).collect();
        assert_eq!(words.len(), Slug::ALL.len());
        for word in words {
            assert!(
                word.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
                "{word}"
            );
        }
    }

    #[test]
    fn every_slug_becomes_a_problem_of_its_status() {
        for slug in Slug::ALL {
            let problem = crate::Problem::from(slug);
            assert_eq!(problem.body().status, slug.status(), "{slug:?}");
            assert_eq!(poem::Error::from(problem).status().as_u16(), slug.status());
        }
    }
}
