//! Rows and hash of every table, in whatever order the rows are stored.

use std::collections::BTreeMap;

use diesel::connection::{DefaultLoadingMode, LoadConnection};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Told;
use crate::conn::Conn;

/// Where diesel notes which migrations ran.
const MIGRATIONS: &str = "__diesel_schema_migrations";

/// One table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablePrint {
    /// How many rows.
    pub rows: u64,
    /// Sum of the SHA-256 of its rows, modulo 2^64 in each quarter, in hex.
    pub sha256: String,
}

/// A whole database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Migrations that ran, in order.
    pub migrations: Vec<String>,
    /// Every table.
    pub tables: BTreeMap<String, TablePrint>,
}

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Fingerprint {
    /// Reads every row of every table once. Consistent when the connection is in a transaction.
    pub(super) fn of(conn: &mut Conn, told: Told<'_>) -> QueryResult<Self> {
        let tables = table_names(conn)?;
        let total = u64::try_from(tables.len()).unwrap_or(u64::MAX);
        let mut prints = BTreeMap::new();
        for (done, table) in (0..).zip(&tables) {
            told("comparing tables", done, total);
            prints.insert(table.clone(), print(conn, table)?);
        }
        told("comparing tables", total, total);
        let sql = format!("SELECT version AS value FROM {MIGRATIONS} ORDER BY version");
        Ok(Self {
            migrations: words(conn, &sql)?,
            tables: prints,
        })
    }
}

/// Every table of ours.
pub(super) fn table_names(conn: &mut Conn) -> QueryResult<Vec<String>> {
    let sql = match conn {
        // Numbers that were given out belong to it: a stream must not see one of them again.
        Conn::Sqlite(_) => {
            "SELECT name AS value FROM sqlite_master WHERE type = 'table' \
             AND (name NOT LIKE 'sqlite\\_%' ESCAPE '\\' OR name = 'sqlite_sequence') ORDER BY name"
        }
        Conn::Postgres(_) => {
            "SELECT table_name::text AS value FROM information_schema.tables \
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1"
        }
    };
    words(conn, sql)
}

pub(super) fn words(conn: &mut Conn, sql: &str) -> QueryResult<Vec<String>> {
    let rows: Vec<Value> = match conn {
        Conn::Sqlite(conn) => diesel::sql_query(sql).load(conn)?,
        Conn::Postgres(conn) => diesel::sql_query(sql).load(conn)?,
    };
    Ok(rows.into_iter().map(|row| row.value).collect())
}

/// A name as SQL takes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn print(conn: &mut Conn, table: &str) -> QueryResult<TablePrint> {
    let name = quoted(table);
    match conn {
        Conn::Sqlite(conn) => {
            let literal = table.replace('\'', "''");
            let sql = format!("SELECT name AS value FROM pragma_table_info('{literal}')");
            let columns: Vec<Value> = diesel::sql_query(sql).load(conn)?;
            let columns: Vec<String> = columns
                .iter()
                .map(|column| format!("quote({})", quoted(&column.value)))
                .collect();
            let row = columns.join(" || ',' || ");
            add_up::<_, DefaultLoadingMode>(conn, &format!("SELECT {row} AS value FROM {name}"))
        }
        Conn::Postgres(conn) => {
            let sql = format!("SELECT t::text AS value FROM {name} AS t");
            add_up::<_, PgRowByRowLoadingMode>(conn, &sql)
        }
    }
}

fn add_up<C, B>(conn: &mut C, sql: &str) -> QueryResult<TablePrint>
where
    C: LoadConnection<B>,
    for<'q> diesel::query_builder::SqlQuery: diesel::query_dsl::LoadQuery<'q, C, Value, B>,
{
    let mut sum = Sum::default();
    for row in diesel::sql_query(sql).load_iter::<Value, B>(conn)? {
        sum.add(&row?.value);
    }
    Ok(sum.print())
}

/// The same for the same rows in any order; two equal rows do not cancel each other.
#[derive(Default)]
struct Sum {
    rows: u64,
    quarters: [u64; 4],
}

impl Sum {
    fn add(&mut self, row: &str) {
        self.rows += 1;
        let hash = Sha256::digest(row.as_bytes());
        for (quarter, bytes) in self.quarters.iter_mut().zip(hash.chunks_exact(8)) {
            let number = bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
            *quarter = quarter.wrapping_add(number);
        }
    }

    fn print(&self) -> TablePrint {
        let [a, b, c, d] = self.quarters;
        TablePrint {
            rows: self.rows,
            sha256: format!("{a:016x}{b:016x}{c:016x}{d:016x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sum;

    fn print(rows: &[&str]) -> String {
        let mut sum = Sum::default();
        for row in rows {
            sum.add(row);
        }
        sum.print().sha256
    }

    #[test]
    fn order_is_nothing_and_every_row_counts() {
        assert_eq!(print(&["a", "b", "c"]), print(&["c", "a", "b"]));
        assert_ne!(print(&["a", "a"]), print(&["b", "b"]));
        assert_ne!(print(&["a", "b"]), print(&["a", "c"]));
        assert_eq!(print(&[]), "0".repeat(64));
    }
}
