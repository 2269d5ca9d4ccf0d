//! Lists: an opaque cursor and a bounded limit.

use poem_openapi::{
    Object,
    types::{ParseFromJSON, ToJSON, Type},
};

/// Items on a page when the caller names no limit.
pub const DEFAULT_LIMIT: u32 = 50;
/// Most items on a page.
pub const MAX_LIMIT: u32 = 200;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Object)]
pub struct Page<T: Type + ParseFromJSON + ToJSON> {
    /// The items, in the order that the operation names.
    pub items: Vec<T>,
    /// Pass as `cursor` to read on; null on the last page.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}

/// What the caller asked for; the edge has checked it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    /// Cursor of an earlier page, or the first page.
    pub cursor: Option<String>,
    /// 1 to [`MAX_LIMIT`].
    pub limit: u32,
}

impl PageRequest {
    pub(crate) fn new(cursor: Option<String>, limit: Option<u32>) -> Self {
        let limit = limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
        Self { cursor, limit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_has_a_default_and_bounds() {
        for (asked, got) in [(None, 50), (Some(1), 1), (Some(0), 1), (Some(900), 200)] {
            assert_eq!(PageRequest::new(None, asked).limit, got);
        }
    }
}
