//! One mapping from database errors to storage errors, by constraint name.

use diesel::result::{DatabaseErrorKind as Kind, Error};
use domain::ports::StoreError;

use crate::database::OpenError;

/// Unique keys whose violation means that another decision was faster.
const CONFLICTS: [&str; 2] = ["incidents_open_key", "timers_guard"];

/// The mapped result of a statement.
pub(crate) trait Mapped<T> {
    /// Maps the error.
    fn mapped(self) -> Result<T, StoreError>;
}

impl<T> Mapped<T> for Result<T, Error> {
    fn mapped(self) -> Result<T, StoreError> {
        self.map_err(|error| map(&error))
    }
}

/// What a database error means to whoever asked for storage.
pub(crate) fn map(error: &Error) -> StoreError {
    match error {
        Error::NotFound => StoreError::NotFound,
        Error::DatabaseError(Kind::UniqueViolation, info) => {
            let name = info.constraint_name().unwrap_or_default();
            let message = info.message();
            unique(name, message)
        }
        // PostgreSQL asks to try again; whoever reads and decides again does just that.
        Error::DatabaseError(Kind::SerializationFailure, _) => StoreError::Conflict,
        Error::DatabaseError(
            Kind::ForeignKeyViolation | Kind::CheckViolation | Kind::NotNullViolation,
            _,
        )
        | Error::QueryBuilderError(_)
        | Error::DeserializationError(_)
        | Error::SerializationError(_) => StoreError::Bug(error.to_string()),
        _ => StoreError::Unavailable(error.to_string()),
    }
}

/// SQLite names the columns, PostgreSQL the index.
fn unique(name: &str, message: &str) -> StoreError {
    let is = |wanted: &str| name == wanted || message.contains(wanted);
    let conflict =
        CONFLICTS.iter().any(|key| is(key)) || is("incidents.open_key") || is("timers.incident_id");
    if conflict {
        StoreError::Conflict
    } else {
        StoreError::Duplicate
    }
}

/// Whether the medium itself fails: then nothing more may be acknowledged.
pub(crate) fn is_fatal(error: &Error) -> bool {
    let Error::DatabaseError(_, info) = error else {
        return false;
    };
    is_fatal_message(info.message())
}

/// Whether a message is one of those of a failing medium.
///
/// Diesel shows neither SQLite's result code nor PostgreSQL's SQLSTATE, only their fixed texts.
pub(crate) fn is_fatal_message(message: &str) -> bool {
    const FATAL: [&str; 8] = [
        // SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_NOTADB
        "disk I/O error",
        "database disk image is malformed",
        "database or disk is full",
        "file is not a database",
        // 53100, 58030, and the panics that follow them
        "No space left on device",
        "could not write",
        "could not fsync",
        "could not extend",
    ];
    FATAL.iter().any(|text| message.contains(text))
}

impl From<OpenError> for Unreachable {
    fn from(error: OpenError) -> Self {
        Self(error.to_string())
    }
}

/// A database that cannot be opened just now.
pub(crate) struct Unreachable(String);

impl From<Unreachable> for StoreError {
    fn from(error: Unreachable) -> Self {
        Self::Unavailable(error.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_medium_is_told_from_a_failing_statement() {
        assert!(is_fatal_message("disk I/O error"));
        assert!(is_fatal_message(
            "could not extend file \"base/1/2\": No space left on device"
        ));
        assert!(!is_fatal_message(
            "UNIQUE constraint failed: frames.event_key"
        ));
        assert!(!is_fatal_message(
            "canceling statement due to statement timeout"
        ));
    }

    #[test]
    fn both_databases_name_a_lost_race_alike() {
        let open = "UNIQUE constraint failed: incidents.organisation_id, incidents.open_key";
        assert_eq!(unique("", open), StoreError::Conflict);
        assert_eq!(
            unique("incidents_open_key", "duplicate key"),
            StoreError::Conflict
        );
        let frame = "UNIQUE constraint failed: frames.organisation_id, frames.event_key";
        assert_eq!(unique("", frame), StoreError::Duplicate);
        assert_eq!(
            unique("frames_event_key", "duplicate key"),
            StoreError::Duplicate
        );
    }
}
