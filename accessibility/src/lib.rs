//! Message key, language and channel to words people can use.
//!
//! [`render`] turns a notice into a [`Rendition`]; [`phrase`] and [`section`] serve the other
//! catalogues (pages, timeline, problems, demo, reasons). Every text stands in `locales/`, one
//! file per catalogue with all languages side by side, and nowhere else.
//!
//! A missing text or fact is an error here and never reaches a person as a key or as `%{name}`;
//! [`missing`] finds such gaps before anything ships. Start reading at [`render`], then
//! [`audit`].
//!
//! This crate must not know a database, a web server or a carrier.

mod arguments;
pub mod audit;
mod catalogue;
mod channel;
mod facts;
mod grounds;
mod language;
mod render;
mod spoken;
mod template;

rust_i18n::i18n!("locales");

pub use arguments::{Arguments, arguments};
pub use audit::missing;
pub use catalogue::{phrase, section};
pub use channel::Channel;
pub use grounds::{ground, not_chosen};
pub use language::Language;
pub use render::{RenderError, Rendition, render};
