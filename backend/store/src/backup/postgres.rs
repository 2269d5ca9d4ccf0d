//! PostgreSQL: `pg_dump` and the comparison look at one and the same snapshot.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use super::container::Copied;
use super::fingerprint::{Fingerprint, words};
use super::{BackupError, HowTo, Kind, Manifest, Scratch, Told};
use crate::conn::Conn;
use crate::database::{Database, DatabaseUrl, OpenError};

/// Where Debian and its relatives keep the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The same snapshot for everybody who names it.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Long reads are the very purpose here.
const NO_LIMITS: &str = "SET statement_timeout = 0; SET lock_timeout = 0; \
     SET idle_in_transaction_session_timeout = 0; SET timezone = 'UTC'; SET bytea_output = 'hex';";

/// Copies a database that may be written to meanwhile.
pub(super) fn copy(
    database: &Database,
    url: &str,
    how: &HowTo,
    scratch: &Scratch,
    told: Told<'_>,
) -> Result<Copied, BackupError> {
    let program = program(how, "pg_dump")?;
    let file = scratch.file("copy.dump");
    let mut conn = database.connect()?;
    conn.batch_execute(NO_LIMITS)?;
    conn.batch_execute(SNAPSHOT)?;
    let snapshot = words(&mut conn, "SELECT pg_export_snapshot() AS value")?.concat();
    let print = Fingerprint::of(&mut conn, told)?;
    told("dumping", 0, 1);
    let mut dump = Command::new(program);
    dump.args(["--format=custom", "--no-owner", "--no-privileges"])
        .arg(format!("--snapshot={snapshot}"))
        .arg(format!("--file={}", file.display()));
    run("pg_dump", dump, url)?;
    told("dumping", 1, 1);
    conn.batch_execute("ROLLBACK")?;
    Ok(Copied {
        file,
        kind: Kind::Postgres,
        print,
        taken_at: None,
    })
}

/// Refuses a database that has tables.
pub(super) fn refuse_full(url: &str) -> Result<(), BackupError> {
    let mut conn = connect(url)?;
    let sql = "SELECT table_name::text AS value FROM information_schema.tables \
         WHERE table_schema NOT IN ('pg_catalog', 'information_schema') LIMIT 1";
    match words(&mut conn, sql)?.is_empty() {
        true => Ok(()),
        false => Err(BackupError::NotEmpty(shown(url))),
    }
}

/// Restores an archive in one transaction and compares every table.
pub(super) fn restore(
    dump: &Path,
    manifest: &Manifest,
    url: &str,
    how: &HowTo,
    told: Told<'_>,
) -> Result<(), BackupError> {
    told("restoring", 0, 1);
    let mut restore = Command::new(program(how, "pg_restore")?);
    restore
        .args(["--single-transaction", "--exit-on-error", "--no-owner"])
        .args(["--no-privileges", "--no-comments"])
        .arg(format!("--dbname={}", without_password(url).0))
        .arg(dump);
    run("pg_restore", restore, url)?;
    told("restoring", 1, 1);
    let mut conn = connect(url)?;
    let found = Fingerprint::of(&mut conn, told)?;
    match manifest.difference(&found) {
        Some(place) => Err(BackupError::Differs(place)),
        None => Ok(()),
    }
}

/// Restores into a database of its own on the same server, which is dropped afterwards.
pub(super) fn check(
    dump: &Path,
    manifest: &Manifest,
    url: &str,
    how: &HowTo,
    told: Told<'_>,
) -> Result<(), BackupError> {
    let name = format!("anlin_check_{}", std::process::id());
    let mut server = connect(url)?;
    let made = server.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0"));
    made.map_err(|error| BackupError::NoRoomForCheck(first_line(&error.to_string())))?;
    let restored = restore(dump, manifest, &with_database(url, &name), how, told);
    let dropped = server.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
    restored?;
    Ok(dropped?)
}

fn connect(url: &str) -> Result<Conn, BackupError> {
    let opened = PgConnection::establish(url).map_err(|_| OpenError::Unreachable(shown(url)))?;
    let mut conn = Conn::Postgres(opened);
    conn.batch_execute(NO_LIMITS)?;
    Ok(conn)
}

fn shown(url: &str) -> String {
    DatabaseUrl::Postgres(url.to_owned()).to_string()
}

/// A program of PostgreSQL: in the named folder, on the path, or of the newest version installed.
fn program(how: &HowTo, name: &'static str) -> Result<PathBuf, BackupError> {
    if let Some(folder) = &how.pg_bin {
        let program = folder.join(name);
        return program
            .is_file()
            .then_some(program)
            .ok_or(BackupError::NoProgram(name));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir(VERSIONS)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|it| {
            Some((
                it.file_name().to_str()?.parse().ok()?,
                it.path().join("bin"),
            ))
        })
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    // A newer program reads an older server; the other way round it refuses.
    let newest = versions.into_iter().map(|(_, folder)| folder);
    let mut places = newest
        .chain(std::env::split_paths(&path))
        .map(|it| it.join(name));
    places
        .find(|it| it.is_file())
        .ok_or(BackupError::NoProgram(name))
}

/// Runs a program; its password goes where no list of processes shows it.
fn run(name: &'static str, mut command: Command, url: &str) -> Result<(), BackupError> {
    let (url, password) = without_password(url);
    if name == "pg_dump" {
        command.arg(format!("--dbname={url}"));
    }
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let ran = command
        .arg("--no-password")
        .stdin(Stdio::null())
        .output()
        .map_err(BackupError::at(Path::new(name)))?;
    if ran.status.success() {
        return Ok(());
    }
    Err(BackupError::Program {
        program: name,
        said: first_line(&String::from_utf8_lossy(&ran.stderr)),
    })
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or("failed").to_owned()
}

/// The address without its password, and the password.
fn without_password(url: &str) -> (String, Option<String>) {
    let parts = url.split_once("://").and_then(|(scheme, rest)| {
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (who, place) = rest[..end].rsplit_once('@')?;
        let (user, password) = who.split_once(':')?;
        let address = format!("{scheme}://{user}@{place}{}", &rest[end..]);
        Some((address, decoded(password)))
    });
    match parts {
        Some((address, password)) => (address, Some(password)),
        None => (url.to_owned(), None),
    }
}

/// Undoes `%41`, as libpq does with addresses.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| bytes.get(at + 1..at + 3))
            .flatten();
        match code.and_then(|code| hex::decode(code).ok()) {
            Some(byte) => {
                out.extend(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn with_database(url: &str, name: &str) -> String {
    let (head, query) = url
        .split_once('?')
        .map_or((url, ""), |(head, query)| (head, query));
    let start = head.find("://").map_or(0, |at| at + 3);
    let end = head[start..].find('/').map_or(head.len(), |at| start + at);
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{query}")
    };
    format!("{}/{name}{query}", &head[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_leaves_the_address_and_is_read_as_libpq_reads_it() {
        let split = |url| without_password(url);
        assert_eq!(
            split("postgres://a:s%403:x@h:5/d?x=1"),
            (
                "postgres://a@h:5/d?x=1".to_owned(),
                Some("s@3:x".to_owned())
            )
        );
        assert_eq!(split("postgres://a@h/d").1, None);
        assert_eq!(split("postgres://h/d?user=a@b:c").1, None);
    }

    #[test]
    fn another_database_of_the_same_server() {
        let other = |url| with_database(url, "x");
        assert_eq!(
            other("postgres://a:b@h:5/d?y=1"),
            "postgres://a:b@h:5/x?y=1"
        );
        assert_eq!(other("postgres:///d?host=/run"), "postgres:///x?host=/run");
        assert_eq!(other("postgres://h"), "postgres://h/x");
    }
}
