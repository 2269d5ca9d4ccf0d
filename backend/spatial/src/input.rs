use crate::LonLat;
use crate::hours::HoursId;

/// Streets as data: may be built up, changed and filtered before [`crate::Network::build`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct InputGraph {
    /// Nodes; an edge names them by their place in this list.
    pub nodes: Vec<InputNode>,
    /// Undirected edges.
    pub edges: Vec<InputEdge>,
}

/// A point where edges end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InputNode {
    /// Id of the source, kept for answers; not used for look-ups.
    pub id: i64,
    /// Position; rounded to 1e-7 degrees when the network is built.
    pub at: LonLat,
}

/// A straight piece of street between two nodes, walkable both ways.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InputEdge {
    /// One end, as index into the nodes.
    pub a: u32,
    /// The other end; may not equal `a`.
    pub b: u32,
    /// Id of the way this piece belongs to; the lower id wins a tie when snapping.
    pub way_id: i64,
    /// Place of this piece in its way, from 0; breaks ties within one way.
    pub segment: u32,
    /// What is known about the piece.
    pub attributes: EdgeAttributes,
}

/// What is known about a piece of street; costs nothing unless a [`crate::Profile`] is named.
///
/// What stands at a node (crossing, gate, lift, kerb) is known to all edges that meet there: who
/// passes walks two of them, so half of what it costs belongs to each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EdgeAttributes {
    /// Class of the way.
    pub kind: WayKind,
    /// Stairs.
    pub steps: bool,
    /// A ramp, or stairs with a ramp beside them, or a mapped incline.
    pub ramp: bool,
    /// A gate stands at one of the ends.
    pub gate: bool,
    /// What the ground is made of.
    pub surface: Surface,
    /// What kind of crossing of a road it is part of; of two kinds the more careful.
    pub crossing: Crossing,
    /// How many halves of crossings it holds: 0 to 2.
    pub crossing_halves: u8,
    /// Rise in thousandths from the first end to the second; None where not mapped.
    pub incline: Option<i16>,
    /// A lift has to be taken at one of the ends.
    pub lift: bool,
    /// A raised kerb at one of the ends.
    pub kerb: bool,
    /// When it can be walked, as an entry of the network's [`crate::GateHours`]; None for always.
    ///
    /// Of the edges that meet at a gate all but the longest carry its hours: every way through
    /// uses one of them.
    pub hours: Option<HoursId>,
    /// At which of its ends the hours hold; who is between them gets out at the other.
    pub hours_at: EdgeEnds,
}

/// An enum held as one byte in files; codes are part of the format and never reused.
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every value, in the order of the codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub(crate) fn code(self) -> u8 {
                match self { $(Self::$variant => $code,)* }
            }

            pub(crate) fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

pub(crate) use coded;

coded! {
    /// Class of a walkable way, by the names of OpenStreetMap's `highway` key.
    WayKind {
        /// Minor public road, or class not given.
        #[default]
        Unclassified = 0,
        /// Access road, alley, car park aisle.
        Service = 1,
        /// Road among homes.
        Residential = 2,
        /// Shared street where walkers go first.
        LivingStreet = 3,
        /// Street for walkers only.
        Pedestrian = 4,
        /// Path made for walkers.
        Footway = 5,
        /// Path for no particular user.
        Path = 6,
        /// Stairs.
        Steps = 7,
        /// Path made for bicycles.
        Cycleway = 8,
        /// Path made for horses.
        Bridleway = 9,
        /// Passage inside a building.
        Corridor = 10,
        /// Farm or forest track.
        Track = 11,
        /// Road of unknown class.
        Road = 12,
        /// Road between villages or quarters.
        Tertiary = 13,
        /// Slip road of a tertiary road.
        TertiaryLink = 14,
        /// Road between towns.
        Secondary = 15,
        /// Slip road of a secondary road.
        SecondaryLink = 16,
        /// Main road.
        Primary = 17,
        /// Slip road of a main road.
        PrimaryLink = 18,
        /// Trunk road.
        Trunk = 19,
        /// Slip road of a trunk road.
        TrunkLink = 20,
    }
}

coded! {
    /// What the ground is made of.
    Surface {
        /// Not mapped.
        #[default]
        Unknown = 0,
        /// Sealed, not said how.
        Paved = 1,
        /// Asphalt.
        Asphalt = 2,
        /// Concrete, poured or in plates.
        Concrete = 3,
        /// Even paving stones or bricks.
        PavingStones = 4,
        /// Cobbles or setts, uneven.
        Cobbles = 5,
        /// Wooden planks or metal grid.
        Deck = 6,
        /// Not sealed, not said how.
        Unpaved = 7,
        /// Gravel, fine or coarse.
        Gravel = 8,
        /// Earth, sand or mud.
        Ground = 9,
        /// Grass.
        Grass = 10,
        /// Mapped with a word not listed here.
        Other = 11,
    }
}

coded! {
    /// How walkers get over a road.
    Crossing {
        /// No road is crossed.
        #[default]
        None = 0,
        /// Neither markings nor signals.
        Unmarked = 1,
        /// Marked on the road, without signals; also where it is not said how.
        Marked = 2,
        /// Signals.
        Signals = 3,
    }
}

coded! {
    /// Ends of an edge.
    EdgeEnds {
        /// Both: the whole of it.
        #[default]
        Both = 0,
        /// The first.
        First = 1,
        /// The second.
        Second = 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_read_back() {
        for &kind in WayKind::ALL {
            assert_eq!(WayKind::from_code(kind.code()), Some(kind));
        }
        for &crossing in Crossing::ALL {
            assert_eq!(Crossing::from_code(crossing.code()), Some(crossing));
        }
        for &surface in Surface::ALL {
            assert_eq!(Surface::from_code(surface.code()), Some(surface));
        }
        assert_eq!(WayKind::from_code(WayKind::ALL.len() as u8), None);
        assert_eq!(Surface::from_code(u8::MAX), None);
    }
}
