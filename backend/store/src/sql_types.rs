//! SQL types that diesel does not offer for both databases at once.
//!
//! UUID/TIMESTAMPTZ/JSONB on PostgreSQL; BLOB, fixed-width text and text on SQLite. An instant's
//! text has always the same width, so that SQLite compares it in the order of time.

use std::io::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Binary, HasSqlType, SqlOrd, SqlType, Text};
use diesel::sqlite::Sqlite;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::conn::MultiBackend;

type SqliteValue<'r> = <Sqlite as Backend>::RawValue<'r>;
type MultiValue<'r> = <MultiBackend as Backend>::RawValue<'r>;

/// A UUID column.
#[derive(Clone, Copy, Debug, Default, SqlType, diesel::query_builder::QueryId)]
#[diesel(
    postgres_type(oid = 2950, array_oid = 2951),
    sqlite_type(name = "Binary")
)]
pub struct UuidSql;

/// An instant column, to the microsecond.
#[derive(Clone, Copy, Debug, Default, SqlType, diesel::query_builder::QueryId)]
#[diesel(
    postgres_type(oid = 1184, array_oid = 1185),
    sqlite_type(name = "Text")
)]
pub struct InstantSql;

/// A JSON column.
#[derive(Clone, Copy, Debug, Default, SqlType, diesel::query_builder::QueryId)]
#[diesel(
    postgres_type(oid = 3802, array_oid = 3807),
    sqlite_type(name = "Text")
)]
pub struct JsonSql;

/// Lets a SQL type pass through the connection of either database.
macro_rules! through_both {
    ($sql:ty, $rust:ty) => {
        impl FromSql<$sql, MultiBackend> for $rust {
            fn from_sql(value: MultiValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<Self, $sql>()
            }
        }

        impl ToSql<$sql, MultiBackend> for $rust {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value((<$sql>::default(), self));
                Ok(IsNull::No)
            }
        }
    };
}

macro_rules! known_to_both {
    ($($sql:ty),+) => {$(
        impl HasSqlType<$sql> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                Self::lookup_sql_type::<$sql>(lookup)
            }
        }
    )+};
}

known_to_both!(UuidSql, InstantSql, JsonSql);
through_both!(UuidSql, Id);
through_both!(InstantSql, At);

impl SqlOrd for InstantSql {}

/// An identifier in a column. Diesel lets nobody bind a foreign type to a SQL type of one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = UuidSql)]
pub struct Id(pub Uuid);

impl From<Uuid> for Id {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

/// An instant in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = InstantSql)]
pub struct At(pub DateTime<Utc>);

impl From<At> for DateTime<Utc> {
    fn from(at: At) -> Self {
        at.0
    }
}

impl From<DateTime<Utc>> for At {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at)
    }
}

macro_rules! identifies {
    ($($id:ident),+ $(,)?) => {$(
        impl From<Id> for domain::ids::$id {
            fn from(id: Id) -> Self {
                Self(id.0)
            }
        }

        impl From<&domain::ids::$id> for Id {
            fn from(id: &domain::ids::$id) -> Self {
                Self(id.0)
            }
        }

        impl From<domain::ids::$id> for Id {
            fn from(id: domain::ids::$id) -> Self {
                Self(id.0)
            }
        }
    )+};
}

identifies!(
    OrganisationId,
    AccountId,
    ResidentId,
    HomeId,
    DeviceId,
    ResponderId,
    ClosureId,
    CredentialId,
    CommandId,
    LifeSignRuleId,
    BindingId,
    EnrolmentId,
    IncidentId,
    OfferId,
    TimerId,
    OutboxId,
    FrameId,
    TimelineId,
    PushEndpointId,
    AuditId,
);

impl FromSql<UuidSql, Pg> for Id {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <Uuid as FromSql<diesel::sql_types::Uuid, Pg>>::from_sql(value).map(Self)
    }
}

impl ToSql<UuidSql, Pg> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<diesel::sql_types::Uuid, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<UuidSql, Sqlite> for Id {
    fn from_sql(value: SqliteValue<'_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(value)?;
        Ok(Self(Uuid::from_slice(&bytes)?))
    }
}

impl ToSql<UuidSql, Sqlite> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<InstantSql, Pg> for At {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <DateTime<Utc> as FromSql<diesel::sql_types::Timestamptz, Pg>>::from_sql(value).map(Self)
    }
}

impl ToSql<InstantSql, Pg> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<diesel::sql_types::Timestamptz, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<InstantSql, Sqlite> for At {
    fn from_sql(value: SqliteValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Ok(Self(text.parse()?))
    }
}

impl ToSql<InstantSql, Sqlite> for At {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_rfc3339_opts(SecondsFormat::Micros, true));
        Ok(IsNull::No)
    }
}

/// A value that is stored as JSON.
#[derive(Clone, Debug, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = JsonSql)]
pub struct Json<T: std::fmt::Debug>(pub T);

/// The version byte in front of PostgreSQL's binary jsonb.
pub(crate) const JSONB_VERSION: u8 = 1;

impl<T: DeserializeOwned + std::fmt::Debug> FromSql<JsonSql, Pg> for Json<T> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            [JSONB_VERSION, json @ ..] => Ok(Self(serde_json::from_slice(json)?)),
            _ => Err("unsupported jsonb version".into()),
        }
    }
}

impl<T: Serialize + std::fmt::Debug> ToSql<JsonSql, Pg> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&[JSONB_VERSION])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

impl<T: DeserializeOwned + std::fmt::Debug> FromSql<JsonSql, Sqlite> for Json<T> {
    fn from_sql(value: SqliteValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, Sqlite>>::from_sql(value)?;
        Ok(Self(serde_json::from_str(&text)?))
    }
}

impl<T: Serialize + std::fmt::Debug> ToSql<JsonSql, Sqlite> for Json<T> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

impl<T> FromSql<JsonSql, MultiBackend> for Json<T>
where
    T: DeserializeOwned + std::fmt::Debug,
{
    fn from_sql(value: MultiValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, JsonSql>()
    }
}

impl<T> ToSql<JsonSql, MultiBackend> for Json<T>
where
    T: Serialize + std::fmt::Debug + Send + Sync + 'static,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((JsonSql, self));
        Ok(IsNull::No)
    }
}

/// An enum that is stored as its word.
pub trait Worded:
    Copy + std::fmt::Debug + std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>
{
    /// The stored word.
    fn word(self) -> &'static str;
}

/// The column value of an enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Word<T: Worded>(pub T);

impl<T: Worded, DB: Backend> FromSql<Text, DB> for Word<T>
where
    String: FromSql<Text, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(String::from_sql(value)?.parse()?))
    }
}

impl<T: Worded, DB: Backend> ToSql<Text, DB> for Word<T>
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.word().to_sql(out)
    }
}

macro_rules! worded {
    ($($word:ty),+ $(,)?) => {$(
        impl Worded for $word {
            fn word(self) -> &'static str {
                self.as_str()
            }
        }
    )+};
}

worded!(
    domain::devices::Carrier,
    domain::devices::Protocol,
    domain::geo::Datum,
    domain::devices::CommandState,
    domain::devices::Trust,
    domain::life_signs::LifeSign,
    domain::devices::EndReason,
    domain::devices::EnrolmentState,
    domain::devices::Proof,
    domain::identity::Role,
    domain::incidents::IncidentKind,
    domain::incidents::IncidentStatus,
    domain::incidents::LadderKind,
    domain::incidents::NextOwner,
    domain::incidents::OfferState,
    domain::incidents::Outcome,
    domain::incidents::TimelineKind,
    domain::incidents::HandOverTo,
    domain::incidents::Companion,
    domain::incidents::FalseAlarmReason,
    domain::incidents::LinkKind,
    domain::incidents::TimerKind,
    domain::notices::Channel,
    domain::notices::DeliveryState,
    domain::notices::call::CallResult,
    domain::notices::call::CallState,
    domain::notices::receipt::Receipt,
    domain::notices::reply::TokenKind,
    domain::responders::Gender,
    domain::responders::RankMethod,
    domain::closures::ClosureKind,
    domain::responders::ResponderKind,
    domain::responders::Vehicle,
    domain::residents::Cognition,
    domain::residents::RiskLevel,
    domain::responders::WaveWhy,
    crate::push_endpoints::Platform,
);
