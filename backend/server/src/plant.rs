//! Planted bugs: the reliability suites must be shown to notice each of them.
//!
//! This file is compiled only with the feature `planted-bugs`, which no shipped binary has; a test
//! looks for the names below in the shipped binary and must not find them.

use std::sync::OnceLock;

/// Whether the bug of this name was asked for, by `ANLIN_PLANT`.
pub(crate) fn is(name: &str) -> bool {
    static CHOSEN: OnceLock<Option<String>> = OnceLock::new();
    CHOSEN
        .get_or_init(|| std::env::var("ANLIN_PLANT").ok())
        .as_deref()
        == Some(name)
}
