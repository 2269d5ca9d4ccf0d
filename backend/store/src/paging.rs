//! Pages by key: stable while rows are added.

use chrono::DateTime;
use uuid::Uuid;

use crate::sql_types::{At, Id};

/// Rows of a page at most, whatever is asked for.
const MOST: u32 = 1_000;

/// Where the next page starts: the last row of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(crate) at: At,
    pub(crate) id: Id,
}

impl Cursor {
    /// The place in a list that is ordered by identifier alone.
    pub(crate) fn by_id(id: impl Into<Id>) -> Self {
        Self {
            at: At(DateTime::UNIX_EPOCH),
            id: id.into(),
        }
    }
}

/// Not one of our cursors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct BadCursor;

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:x}-{}",
            self.at.0.timestamp_micros(),
            self.id.0.simple()
        )
    }
}

impl std::str::FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let (at, id) = text.rsplit_once('-').ok_or(BadCursor)?;
        let micros = u64::from_str_radix(at, 16)
            .map_err(|_| BadCursor)?
            .cast_signed();
        let at = DateTime::from_timestamp_micros(micros).ok_or(BadCursor)?;
        let id = Uuid::try_parse(id).map_err(|_| BadCursor)?;
        Ok(Self {
            at: At(at),
            id: Id(id),
        })
    }
}

/// Which page.
#[derive(Clone, Copy, Debug)]
pub struct PageRequest {
    /// Where it starts; `None` is the beginning.
    pub cursor: Option<Cursor>,
    /// How many rows.
    pub limit: u32,
}

impl PageRequest {
    /// The first rows.
    pub fn first(limit: u32) -> Self {
        Self {
            cursor: None,
            limit,
        }
    }

    /// One row more than asked for, to see whether there is a next page.
    pub(crate) fn fetch(&self) -> i64 {
        i64::from(self.limit.min(MOST)) + 1
    }
}

/// Some rows and where the next ones start.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The next page, if there is one.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Cuts off the extra row and remembers the last one that is shown.
    pub(crate) fn cut(mut items: Vec<T>, asked: &PageRequest, key: impl Fn(&T) -> Cursor) -> Self {
        let limit = usize::try_from(asked.limit.min(MOST)).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(key);
        Self { items, next }
    }

    /// Turns every row into something else.
    pub fn try_map<U, E>(self, turn: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let items = self.items.into_iter().map(turn).collect::<Result<_, _>>()?;
        Ok(Page {
            items,
            next: self.next,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        for micros in [0, 1_764_000_000_123_456, -5] {
            let at = DateTime::from_timestamp_micros(micros).expect("a moment");
            let cursor = Cursor {
                at: At(at),
                id: Id(Uuid::from_u128(7)),
            };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        assert_eq!("".parse::<Cursor>(), Err(BadCursor));
        assert_eq!("zz-1".parse::<Cursor>(), Err(BadCursor));
    }

    #[test]
    fn the_extra_row_only_tells_that_there_is_more() {
        let key = |n: &u128| Cursor::by_id(Uuid::from_u128(*n));
        let page = Page::cut(vec![1, 2, 3], &PageRequest::first(2), key);
        assert_eq!(
            (page.items.as_slice(), page.next),
            ([1, 2].as_slice(), Some(key(&2)))
        );
        assert_eq!(
            Page::cut(vec![1, 2], &PageRequest::first(2), key).next,
            None
        );
    }
}
