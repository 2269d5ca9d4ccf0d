//! What stands at a node, and which ways are crossings.

use super::{Tags, value};
use crate::hours::Hours;
use crate::{Crossing, WayKind};

/// What stands at a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::osm) struct Marks {
    pub(in crate::osm) gate: bool,
    pub(in crate::osm) lift: bool,
    pub(in crate::osm) kerb: bool,
    pub(in crate::osm) crossing: Crossing,
}

pub(in crate::osm) fn marks(tags: &Tags) -> Marks {
    let highway = value(tags, "highway");
    Marks {
        gate: is_gate(tags),
        lift: highway == Some("elevator"),
        kerb: value(tags, "kerb") == Some("raised"),
        crossing: match highway {
            Some("crossing") => crossing(tags),
            _ => Crossing::None,
        },
    }
}

/// Whether a node is a gate of some kind.
fn is_gate(tags: &Tags) -> bool {
    let gates = [
        "gate",
        "lift_gate",
        "swing_gate",
        "sliding_gate",
        "kissing_gate",
        "wicket_gate",
    ];
    value(tags, "barrier").is_some_and(|barrier| gates.contains(&barrier))
}

/// The crossing a way is; None for most ways.
pub(in crate::osm) fn crossing_of_way(tags: &Tags) -> Crossing {
    let says = |key| value(tags, key) == Some("crossing");
    if says("footway") || says("path") || says("cycleway") {
        crossing(tags)
    } else {
        Crossing::None
    }
}

/// Whether a way is made for walkers: only those cross roads, where roads pass their crossings.
pub(in crate::osm) fn is_for_walkers(kind: WayKind) -> bool {
    matches!(
        kind,
        WayKind::Footway
            | WayKind::Path
            | WayKind::Cycleway
            | WayKind::Pedestrian
            | WayKind::Steps
            | WayKind::Bridleway
            | WayKind::Corridor
    )
}

fn crossing(tags: &Tags) -> Crossing {
    let kind = value(tags, "crossing");
    if kind == Some("traffic_signals") || value(tags, "crossing:signals") == Some("yes") {
        Crossing::Signals
    } else if kind == Some("unmarked") || value(tags, "crossing:markings") == Some("no") {
        Crossing::Unmarked
    } else {
        // OpenStreetMap's `uncontrolled` is a marked crossing without signals.
        Crossing::Marked
    }
}

/// Hours of a gate or a way, by the most particular tag; None if it may always be passed.
pub(in crate::osm) fn told_hours(tags: &Tags) -> Option<Hours> {
    let conditional = value(tags, "foot:conditional").or(value(tags, "access:conditional"));
    let hours = match conditional {
        Some(text) => Hours::parse_conditional(text),
        None => Hours::parse(value(tags, "opening_hours")?),
    };
    (hours != Hours::always()).then_some(hours)
}

#[cfg(test)]
mod tests {
    use super::super::tests::tags;
    use super::*;

    #[test]
    fn gates_are_nodes_that_may_be_shut() {
        assert!(marks(&tags("barrier=gate")).gate);
        assert!(marks(&tags("barrier=lift_gate access=private")).gate);
        assert!(!marks(&tags("barrier=bollard")).gate);
        assert_eq!(marks(&tags("gate=yes")), Marks::default());
        assert!(marks(&tags("highway=elevator")).lift);
        assert!(marks(&tags("kerb=raised")).kerb && !marks(&tags("kerb=flush")).kerb);
    }

    #[test]
    fn crossings_are_told_apart() {
        let cases = [
            ("highway=crossing", Crossing::Marked),
            ("highway=crossing crossing=uncontrolled", Crossing::Marked),
            ("highway=crossing crossing=zebra", Crossing::Marked),
            ("highway=crossing crossing=unmarked", Crossing::Unmarked),
            ("highway=crossing crossing:markings=no", Crossing::Unmarked),
            (
                "highway=crossing crossing=traffic_signals",
                Crossing::Signals,
            ),
            ("highway=crossing crossing:signals=yes", Crossing::Signals),
            ("crossing=traffic_signals", Crossing::None),
        ];
        for (words, expected) in cases {
            assert_eq!(marks(&tags(words)).crossing, expected, "{words}");
        }
        let way = |words| crossing_of_way(&tags(words));
        assert_eq!(way("highway=footway footway=crossing"), Crossing::Marked);
        assert_eq!(
            way("highway=path path=crossing crossing=traffic_signals"),
            Crossing::Signals
        );
        assert_eq!(way("highway=footway crossing=marked"), Crossing::None);
    }

    #[test]
    fn the_most_particular_hours_count() {
        let told = |words| told_hours(&tags(words));
        let day = Hours::parse("06:00-22:00");
        assert_eq!(told("opening_hours=06:00-22:00"), Some(day.clone()));
        assert_eq!(
            told("opening_hours=off access:conditional=no@(22:00-06:00)"),
            Some(day)
        );
        assert_eq!(
            told("access:conditional=no@(22:00-06:00) foot:conditional=no@wet"),
            Some(Hours::Unknown)
        );
        assert_eq!(told("opening_hours=24/7"), None);
        assert_eq!(told("barrier=gate"), None);
    }
}
