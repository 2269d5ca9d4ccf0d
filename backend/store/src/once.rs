//! Rows that are written once, whoever comes first.
//!
//! The connection over both databases knows no `ON CONFLICT`, so the row is looked for first. The
//! writer is alone on SQLite; on PostgreSQL another process may be faster, and the unique key says
//! so: the job is then undone as a whole and comes again.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// An identifier that follows from a name: whoever makes the same row makes it once.
pub fn derived_id(name: &str) -> Uuid {
    let digest = Sha256::digest(name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// Inserts a row unless the query finds one.
macro_rules! insert_once {
    ($conn:expr, $table:expr, $known:expr, $row:expr $(,)?) => {{
        let known: bool = diesel::select(diesel::dsl::exists($known))
            .get_result($conn)
            .mapped()?;
        if !known {
            diesel::insert_into($table)
                .values($row)
                .execute($conn)
                .mapped()?;
        }
    }};
}

pub(crate) use insert_once;
