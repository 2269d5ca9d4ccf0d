//! Databases of our own on the PostgreSQL that the runner started.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, bail};

use crate::scorecard::say;

/// Address of a database on the server, whose user may make others.
const SERVER: &str = "ANLIN_TEST_POSTGRES";
/// Folder of its programs.
const PROGRAMS: &str = "ANLIN_TEST_PG_BIN";

static MADE: AtomicU32 = AtomicU32::new(0);

/// A database that is dropped with this value.
#[derive(Debug)]
pub struct PostgresDatabase {
    server: String,
    name: String,
    url: String,
}

impl PostgresDatabase {
    /// Makes an empty database; `None`, said aloud, when no server was named.
    ///
    /// # Errors
    /// When the server does not do it.
    pub fn create() -> anyhow::Result<Option<Self>> {
        let Ok(server) = std::env::var(SERVER) else {
            say("skipped: no PostgreSQL");
            return Ok(None);
        };
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("anlin_test_{}_{number}", std::process::id());
        statement(&server, &format!("CREATE DATABASE {name}"))?;
        let url = with_database(&server, &name)?;
        Ok(Some(Self { server, name, url }))
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Host and port of the server.
    ///
    /// # Errors
    /// When the address names none.
    pub fn place(&self) -> anyhow::Result<String> {
        let (_, place, _) = parts(&self.url)?;
        Ok(if place.contains(':') {
            place.to_owned()
        } else {
            format!("{place}:5432")
        })
    }

    /// Its address through another port of this machine, in plain text.
    ///
    /// # Errors
    /// When its own address names no host.
    pub fn through(&self, port: u16) -> anyhow::Result<String> {
        let (head, _, name) = parts(&self.url)?;
        Ok(format!("{head}127.0.0.1:{port}/{name}?sslmode=disable"))
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        // The connections of a killed server may still stand.
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        if let Err(error) = statement(&self.server, &drop) {
            say(&format!("database {} stays: {error:#}", self.name));
        }
    }
}

fn statement(url: &str, sql: &str) -> anyhow::Result<()> {
    let program = match std::env::var_os(PROGRAMS) {
        Some(folder) => std::path::Path::new(&folder).join("psql"),
        None => "psql".into(),
    };
    let output = Command::new(program)
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql, url])
        .env("PGCONNECT_TIMEOUT", "10")
        .stdin(Stdio::null())
        .output()
        .context("psql")?;
    if !output.status.success() {
        bail!("{sql}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

fn with_database(url: &str, name: &str) -> anyhow::Result<String> {
    let (head, place, _) = parts(url)?;
    Ok(format!("{head}{place}/{name}"))
}

/// `postgres://user@` and `host:port` and `database`.
fn parts(url: &str) -> anyhow::Result<(&str, &str, &str)> {
    let url = url.split_once('?').map_or(url, |(url, _)| url);
    let from = url
        .find('@')
        .or_else(|| url.find("://").map(|at| at + 2))
        .context("an address")?;
    let (head, rest) = url.split_at(from + 1);
    let (place, name) = rest.split_once('/').context("an address with a database")?;
    Ok((head, place, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let url = "postgres://anlin@127.0.0.1:5433/postgres?x=1";
        assert_eq!(
            parts(url).expect("parts"),
            ("postgres://anlin@", "127.0.0.1:5433", "postgres")
        );
        assert_eq!(
            with_database(url, "a").expect("named"),
            "postgres://anlin@127.0.0.1:5433/a"
        );
        assert_eq!(
            parts("postgres://h/d").expect("parts"),
            ("postgres://", "h", "d")
        );
    }
}
