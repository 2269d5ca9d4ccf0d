//! Rows that are written once, whoever comes first.
//!
//! The connection over both databases knows no `ON CONFLICT`, so the row is looked for first. The
//! writer is alone on SQLite; on PostgreSQL another process may be faster, and the unique key says
//! so: the job is then undone as a whole and comes again.

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
