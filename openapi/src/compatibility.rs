//! Compatibility.
