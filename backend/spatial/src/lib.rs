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
//! - streets are walked in both directions at one speed; [`EdgeAttributes`] cost nothing unless a
//!   [`Profile`] is named;
//! - milliseconds appear only in answers, rounded once at the very end.
//!
//! Start reading at `network.rs`, then `search.rs` (the one Dijkstra all three questions share),
//! then `prepared.rs` (what is found once and kept) and `profiles.rs` (what walking costs whom).
//! Feature `osm` adds the `osm` module, which reads OpenStreetMap PBF files.

mod assignment;
mod closures;
mod codec;
mod contraction;
mod coverage;
mod dispatch;
mod entrance;
mod excerpt;
mod grid;
mod hierarchy;
mod hours;
mod input;
mod isochrone;
mod junctions;
mod labels;
mod links;
mod live;
mod lonlat;
mod matrix;
mod nearest;
mod network;
mod order;
#[cfg(feature = "osm")]
pub mod osm;
mod pace;
mod plain;
mod prepared;
mod profiles;
mod reach;
mod route;
mod search;
mod snap;
mod straight;
mod sweep;
mod weights;

#[cfg(test)]
mod drawn;
#[cfg(test)]
mod oracle;

pub use assignment::{
    Assignment, AssignmentError, AssignmentScratch, CandidateLists, CostTable, MOST_COST, Unproved,
};
pub use closures::{StaleLabels, Streets};
pub use coverage::{
    CATEGORIES, Coverage, Facility, MOST_FACILITIES, NodeCoverage, NodePlaces, Served, cost_within,
};
pub use dispatch::{Dispatch, DispatchScratch, Found, RESPONDERS};
pub use entrance::Entrance;
pub use hierarchy::{Ascent, Hierarchy, Metric, UpArc, Upward};
pub use hours::{GateHours, Hours, HoursId};
pub use input::{
    Crossing, EdgeAttributes, EdgeEnds, InputEdge, InputGraph, InputNode, Surface, WayKind,
};
pub use isochrone::{Area, BESIDE_M, IsochroneScratch, Isochrones, Stretch};
pub use junctions::{Chain, JunctionArc, JunctionGraph, Link};
pub use labels::{Hop, LABEL_REACH, LabelScratch, Labels};
pub use live::Live;
pub use lonlat::{CoordinateError, DEGREE_M, LonLat, haversine_m};
pub use matrix::{MatrixScratch, matrix_ms};
pub use nearest::Nearest;
pub use network::{Network, NetworkError, Passable, Summary};
pub use plain::PlainGraph;
pub use prepared::{Prepared, PreparedError, Stage, Work};
pub use profiles::{Costing, Profile};
pub use reach::Reached;
pub use route::Route;
pub use search::Scratch;
pub use snap::{KNOWN_WITHIN_M, Snap};
pub use straight::{
    Class, Classes, FoundPoint, POINT_IDS, StraightError, StraightIndex, StraightScratch,
};
pub use weights::{CLOSED, Position, UNIT_UM, Weights, cost_ms};
