//! Walking network, nearest by walking time; knows nodes and seconds, not people.
//!
//! Two phases with two types. [`InputGraph`] can be changed freely; [`Network::build`] turns it
//! into a [`Network`] that can only be asked: [`Network::snap`] a position to the streets, then
//! [`Network::nearest`], [`Network::route`] or [`Network::reach`] from there. Working memory is a
//! [`Scratch`] the caller keeps (one per thread), so a question allocates only its answer.
//!
//! What this crate must not know: words of the domain, wall clocks, randomness, async, storage.
//! The same input gives the same answer, down to the order of ties.
//!
//! Rules every answer follows:
//! - positions are WGS-84, node positions are held at 1e-7 degrees;
//! - a length is the haversine distance on a sphere of 6 371 008.8 m, kept in whole micrometres:
//!   sums are then exact and do not depend on the order of addition;
//! - both legs between the asked positions and the streets are walked and counted;
//! - streets are walked in both directions at one speed; [`EdgeAttributes`] cost nothing yet;
//! - milliseconds appear only in answers, rounded once at the very end.
//!
//! Start reading at `network.rs`, then `search.rs` (the one Dijkstra all three questions share).
//! Feature `osm` adds the `osm` module, which reads OpenStreetMap PBF files.

mod codec;
mod excerpt;
mod grid;
mod input;
mod lonlat;
mod nearest;
mod network;
#[cfg(feature = "osm")]
pub mod osm;
mod pace;
mod reach;
mod route;
mod search;
mod snap;

#[cfg(test)]
mod drawn;
#[cfg(test)]
mod oracle;

pub use input::{EdgeAttributes, InputEdge, InputGraph, InputNode, Surface, WayKind};
pub use lonlat::{CoordinateError, LonLat, haversine_m};
pub use nearest::Nearest;
pub use network::{Network, NetworkError, Summary};
pub use reach::Reached;
pub use route::Route;
pub use search::Scratch;
pub use snap::{KNOWN_WITHIN_M, Snap};
