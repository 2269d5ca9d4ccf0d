//! Addresses of databases.

use crate::database::OpenError;

/// Where the data is. Shown without the password.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file.
    Sqlite(String),
    /// A server, as libpq understands it.
    Postgres(String),
}

impl DatabaseUrl {
    /// Reads `sqlite://PATH` or `postgres://…`.
    ///
    /// # Errors
    /// [`OpenError::Address`] for anything else.
    pub fn parse(text: &str) -> Result<Self, OpenError> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            // A memory database would acknowledge what it cannot keep.
            let on_disk = !path.is_empty() && !path.contains(":memory:") && !path.contains('?');
            return on_disk
                .then(|| Self::Sqlite(path.to_owned()))
                .ok_or(OpenError::Address);
        }
        let postgres = text.starts_with("postgres://") || text.starts_with("postgresql://");
        postgres
            .then(|| Self::Postgres(text.to_owned()))
            .ok_or(OpenError::Address)
    }
}

impl std::fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{path}"),
            Self::Postgres(address) => f.write_str(&masked(address)),
        }
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// Hides the password before the last `@`; parameters may hold one too and are left out.
fn masked(address: &str) -> String {
    let address = address.split_once('?').map_or(address, |(head, _)| head);
    let Some((scheme, rest)) = address.split_once("://") else {
        return "postgres://***".to_owned();
    };
    match rest.rsplit_once('@') {
        Some((who, place)) => match who.split_once(':') {
            Some((user, _)) => format!("{scheme}://{user}:***@{place}"),
            None => format!("{scheme}://{who}@{place}"),
        },
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for address in [
            "postgres://anlin:s3cret@db:5432/anlin",
            "postgres://anlin:s3:cr@et@db/anlin?password=s3cret",
            "postgres://db/anlin?password=s3cret",
        ] {
            let shown = format!("{}", DatabaseUrl::parse(address).expect("an address"));
            assert!(!shown.contains("s3"), "{shown}");
            assert!(shown.contains("db"), "{shown}");
        }
    }

    #[test]
    fn only_a_file_or_a_server_is_an_address() {
        assert!(DatabaseUrl::parse("sqlite://anlin.sqlite").is_ok());
        for address in [
            "sqlite://",
            "sqlite://:memory:",
            "mysql://db",
            "anlin.sqlite",
            "",
        ] {
            assert!(
                matches!(DatabaseUrl::parse(address), Err(OpenError::Address)),
                "{address}"
            );
        }
    }
}
