//! A.

mod draw;
mod near;
mod plane;
pub mod streets;
mod words;
