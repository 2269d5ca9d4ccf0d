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

/// Writes a position as a cursor: opaque to clients, readable by [`decode_cursor`].
pub fn encode_cursor(position: &str) -> String {
    position.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a cursor back; `None` for one that this service did not write.
pub fn decode_cursor(cursor: &str) -> Option<String> {
    let is_hex = cursor.bytes().all(|byte| byte.is_ascii_hexdigit());
    if cursor.is_empty() || !cursor.len().is_multiple_of(2) || !is_hex {
        return None;
    }
    let digits = cursor.as_bytes().chunks_exact(2);
    let bytes = digits.map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nonsense_does_not() {
        let position = "2030-01-01T00:00:00Z/7f";
        let cursor = encode_cursor(position);
        assert!(cursor.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(decode_cursor(&cursor).as_deref(), Some(position));
        for wrong in ["", "z", "zz", "abc", "+1", "ffff", "安邻"] {
            assert_eq!(decode_cursor(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_limit_has_a_default_and_bounds() {
        for (asked, got) in [(None, 50), (Some(1), 1), (Some(0), 1), (Some(900), 200)] {
            assert_eq!(PageRequest::new(None, asked).limit, got);
        }
    }
}
