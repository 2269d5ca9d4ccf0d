//! Statements with a text of their own that are prepared once for each connection.
//!
//! Diesel prepares what `sql_query` runs anew each time, which costs more than running it, and on
//! both databases together it inserts row by row. Here the text is the key of the prepared statement,
//! and one statement inserts many rows.

use diesel::QueryResult;
use diesel::RunQueryDsl;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Bool, Double, Integer, Nullable, SmallInt, Text};
use domain::ports::StoreError;
use serde::Serialize;
use std::borrow::Cow;
use std::io::Write as _;

use crate::conn::{Conn, MultiBackend};
use crate::errors::Mapped;
use crate::sql_types::{At, Id, InstantSql, JsonSql, UuidSql};

/// Most rows of one statement; each count is a text to prepare. One decision seldom has more.
const ROWS_AT_ONCE: usize = 32;

/// A bound value; absent ones are NULL.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    /// An identifier.
    Id(Option<Id>),
    /// An instant.
    At(Option<At>),
    /// Text.
    Text(Option<&'a str>),
    /// A small number.
    Small(Option<i16>),
    /// A number.
    Int(i32),
    /// A large number.
    Big(Option<i64>),
    /// A measured value.
    Double(f64),
    /// Yes or no.
    Bool(Option<bool>),
    /// JSON.
    Json(Option<JsonText>),
}

/// JSON that is written out already.
#[derive(Clone, Debug, diesel::expression::AsExpression)]
#[diesel(sql_type = JsonSql)]
pub(crate) struct JsonText(String);

impl JsonText {
    /// Writes a value out.
    ///
    /// # Errors
    /// [`StoreError::Bug`] when it has no JSON form.
    pub(crate) fn of<T: Serialize>(value: &T) -> Result<Self, StoreError> {
        let written = serde_json::to_string(value);
        written
            .map(Self)
            .map_err(|error| StoreError::Bug(error.to_string()))
    }
}

impl ToSql<JsonSql, diesel::pg::Pg> for JsonText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, diesel::pg::Pg>) -> serialize::Result {
        out.write_all(&[crate::sql_types::JSONB_VERSION])?;
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl ToSql<JsonSql, diesel::sqlite::Sqlite> for JsonText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, diesel::sqlite::Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_str());
        Ok(IsNull::No)
    }
}

impl ToSql<JsonSql, MultiBackend> for JsonText {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((JsonSql, self));
        Ok(IsNull::No)
    }
}

/// A text with a `?` for each value, in order.
#[derive(Debug)]
pub(crate) struct Statement<'a> {
    text: Cow<'static, str>,
    values: Vec<Value<'a>>,
}

impl<'a> Statement<'a> {
    /// A statement with its values.
    pub(crate) fn new(text: &'static str, values: Vec<Value<'a>>) -> Self {
        Self {
            text: Cow::Borrowed(text),
            values,
        }
    }

    /// Runs it; how many rows it touched.
    ///
    /// # Errors
    /// As the database says.
    pub(crate) fn run(self, conn: &mut Conn) -> Result<usize, StoreError> {
        self.execute(conn).mapped()
    }
}

/// An insertion of any number of rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Insertion {
    /// Up to and with `VALUES`.
    pub(crate) head: &'static str,
    /// One row, in brackets, with a `?` for each value.
    pub(crate) row: &'static str,
    /// What follows the rows.
    pub(crate) tail: &'static str,
}

impl Insertion {
    /// Inserts the rows in their order.
    ///
    /// # Errors
    /// As the database says.
    pub(crate) fn run<'a>(
        &self,
        conn: &mut Conn,
        rows: impl ExactSizeIterator<Item = Vec<Value<'a>>>,
    ) -> Result<(), StoreError> {
        let mut left = rows.len();
        let mut rows = rows;
        while left > 0 {
            let count = left.min(ROWS_AT_ONCE);
            let values: Vec<Value<'a>> = rows.by_ref().take(count).flatten().collect();
            let text = self.text(count);
            Statement { text, values }.run(conn)?;
            left -= count;
        }
        Ok(())
    }

    fn text(&self, rows: usize) -> Cow<'static, str> {
        let room = self.head.len() + rows * (self.row.len() + 2) + self.tail.len() + 2;
        let mut text = String::with_capacity(room);
        text.push_str(self.head);
        for row in 0..rows {
            text.push_str(if row == 0 { " " } else { ", " });
            text.push_str(self.row);
        }
        text.push(' ');
        text.push_str(self.tail);
        Cow::Owned(text)
    }
}

impl QueryId for Statement<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<Conn> for Statement<'_> {}

impl QueryFragment<MultiBackend> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        let mut values = self.values.iter();
        let mut pieces = self.text.split('?');
        out.push_sql(pieces.next().unwrap_or_default());
        for piece in pieces {
            match values.next() {
                Some(value) => value.push(&mut out)?,
                None => {
                    let missing = format!("a value is missing: {}", self.text);
                    return Err(diesel::result::Error::QueryBuilderError(missing.into()));
                }
            }
            out.push_sql(piece);
        }
        Ok(())
    }
}

impl Value<'_> {
    fn push<'b>(&'b self, out: &mut AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        match self {
            Self::Id(id) => out.push_bind_param::<Nullable<UuidSql>, _>(id),
            Self::At(at) => out.push_bind_param::<Nullable<InstantSql>, _>(at),
            Self::Text(text) => out.push_bind_param::<Nullable<Text>, _>(text),
            Self::Small(number) => out.push_bind_param::<Nullable<SmallInt>, _>(number),
            Self::Int(number) => out.push_bind_param::<Integer, _>(number),
            Self::Big(number) => out.push_bind_param::<Nullable<BigInt>, _>(number),
            Self::Double(value) => out.push_bind_param::<Double, _>(value),
            Self::Bool(value) => out.push_bind_param::<Nullable<Bool>, _>(value),
            Self::Json(value) => out.push_bind_param::<Nullable<JsonSql>, _>(value),
        }
    }
}

impl From<Id> for Value<'_> {
    fn from(id: Id) -> Self {
        Self::Id(Some(id))
    }
}

impl From<At> for Value<'_> {
    fn from(at: At) -> Self {
        Self::At(Some(at))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Some(text))
    }
}

impl From<JsonText> for Value<'_> {
    fn from(json: JsonText) -> Self {
        Self::Json(Some(json))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_one_after_the_other() {
        let insertion = Insertion {
            head: "INSERT INTO t (a, b) VALUES",
            row: "(?, 0)",
            tail: "ON CONFLICT DO NOTHING",
        };
        assert_eq!(
            insertion.text(2),
            "INSERT INTO t (a, b) VALUES (?, 0), (?, 0) ON CONFLICT DO NOTHING"
        );
    }
}
