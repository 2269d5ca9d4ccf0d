//! What the database says after the storm, read with plain SQL and none of the service's code.

macro_rules! load {
    ($books:expr, $sql:expr, $row:ty) => {
        match $books {
            Books::Sqlite(conn) => diesel::sql_query($sql).load::<$row>(conn),
            Books::Postgres(conn) => diesel::sql_query($sql).load::<$row>(conn),
        }
    };
}

mod findings;
mod queries;

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
use diesel::{PgConnection, SqliteConnection};

use crate::process::Site;

pub use findings::OpenAsk;

/// A connection that only reads.
pub enum Books {
    /// The file of a server.
    Sqlite(SqliteConnection),
    /// Its PostgreSQL database.
    Postgres(PgConnection),
}

/// An alarm frame as it is stored.
#[derive(Debug, QueryableByName)]
pub struct StoredAlarm {
    /// Its bytes.
    #[diesel(sql_type = Binary)]
    pub raw: Vec<u8>,
    /// Whether it points to an incident that exists.
    #[diesel(sql_type = Bool)]
    pub has_incident: bool,
}

#[derive(QueryableByName)]
struct AlarmsIncident {
    #[diesel(sql_type = Binary)]
    raw: Vec<u8>,
    #[diesel(sql_type = Text)]
    incident: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    value: i64,
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Nullable<Text>)]
    value: Option<String>,
}

impl Books {
    /// Opens the database of a site.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn open(site: &Site) -> anyhow::Result<Self> {
        let mut books = match &site.database_url {
            Some(url) => Self::Postgres(PgConnection::establish(url)?),
            None => {
                let file = site.sqlite_file();
                Self::Sqlite(SqliteConnection::establish(&file.to_string_lossy())?)
            }
        };
        let read_only = match &books {
            Self::Sqlite(_) => "PRAGMA query_only = ON",
            Self::Postgres(_) => "SET default_transaction_read_only = on",
        };
        books.run(read_only)?;
        if let Self::Sqlite(_) = books {
            books.run("PRAGMA busy_timeout = 10000")?;
        }
        Ok(books)
    }

    fn run(&mut self, sql: &str) -> QueryResult<()> {
        use diesel::connection::SimpleConnection as _;
        match self {
            Self::Sqlite(conn) => conn.batch_execute(sql),
            Self::Postgres(conn) => conn.batch_execute(sql),
        }
    }

    fn count(&mut self, sql: &str) -> anyhow::Result<u64> {
        let counted = load!(self, sql, Count)?;
        let value = counted.first().map_or(0, |count| count.value);
        Ok(u64::try_from(value)?)
    }

    /// Identifiers of the watches that are registered for a resident.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn registered_watches(&mut self) -> anyhow::Result<Vec<String>> {
        let words = load!(self, queries::REGISTERED, Word)?;
        Ok(words.into_iter().filter_map(|word| word.value).collect())
    }

    /// Every alarm frame, counted by its bytes; and how many of those point to no incident.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn alarms(&mut self) -> anyhow::Result<HashMap<Vec<u8>, (u32, u32)>> {
        let mut alarms = HashMap::new();
        for alarm in load!(self, queries::ALARMS, StoredAlarm)? {
            let (stored, astray) = alarms.entry(alarm.raw).or_insert((0, 0));
            *stored += 1;
            *astray += u32::from(!alarm.has_incident);
        }
        Ok(alarms)
    }

    /// The incident of each alarm frame, by its bytes; identifiers without dashes.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn incidents_of_alarms(&mut self) -> anyhow::Result<HashMap<Vec<u8>, String>> {
        let id = match self {
            Self::Sqlite(_) => "lower(hex(incident_id))",
            Self::Postgres(_) => "replace(incident_id::text, '-', '')",
        };
        let sql = format!(
            "SELECT raw, {id} AS incident FROM frames
             WHERE event_key IS NOT NULL AND incident_id IS NOT NULL"
        );
        let rows = load!(self, &sql, AlarmsIncident)?;
        Ok(rows
            .into_iter()
            .map(|row| (row.raw, row.incident))
            .collect())
    }

    /// Where homes are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn positions(&mut self) -> anyhow::Result<Vec<domain::geo::Coordinate>> {
        let sql = "SELECT CAST(position AS TEXT) AS value FROM homes WHERE position IS NOT NULL";
        let words = load!(self, sql, Word)?
            .into_iter()
            .filter_map(|word| word.value);
        words.map(|text| Ok(serde_json::from_str(&text)?)).collect()
    }

    /// Open incidents beyond the first of one resident or one unknown watch.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn split_incidents(&mut self) -> anyhow::Result<u64> {
        self.count(queries::SPLIT)
    }

    /// Incidents whose count of alarms is not the number of frames that belong to them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn miscounted_incidents(&mut self) -> anyhow::Result<u64> {
        self.count(queries::MISCOUNTED)
    }

    /// Open incidents without a pending timer.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn orphans(&mut self) -> anyhow::Result<u64> {
        self.count(queries::ORPHANS)
    }

    /// Timers and outbox rows that are due for seconds and in nobody's hands, undecided frames too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn stuck(&mut self) -> anyhow::Result<(u64, u64, u64)> {
        let sqlite = matches!(self, Self::Sqlite(_));
        let ago = if sqlite {
            queries::SQLITE_AGO
        } else {
            queries::POSTGRES_AGO
        };
        let timers = self.count(&queries::STUCK_TIMERS.replace("{ago}", ago))?;
        let outbox = self.count(&queries::STUCK_OUTBOX.replace("{ago}", ago))?;
        Ok((timers, outbox, self.count(queries::UNDECIDED)?))
    }

    /// Incidents, open incidents, outbox rows: what there is to go wrong at all.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn sizes(&mut self) -> anyhow::Result<(u64, u64, u64)> {
        let incidents = self.count("SELECT COUNT(*) AS value FROM incidents")?;
        let open =
            self.count("SELECT COUNT(*) AS value FROM incidents WHERE status <> 'closed'")?;
        Ok((
            incidents,
            open,
            self.count("SELECT COUNT(*) AS value FROM outbox")?,
        ))
    }
}
