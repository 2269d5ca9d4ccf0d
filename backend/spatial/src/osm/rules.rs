//! Which ways can be walked, and what is kept about them.
//!
//! The rule is fixed to the letter, because counts and times are compared with other programs:
//! a listed class of `highway`; not `foot=no`; not `area=yes`; not `access=no` or `private`
//! unless `foot` is `yes`, `designated` or `permissive`. Everything else (one-way, barriers,
//! other values of access) does not matter.

use crate::{EdgeAttributes, Surface, WayKind};

mod marks;
mod slope;

pub(super) use marks::{Marks, crossing_of_way, is_for_walkers, marks, told_hours};

/// Tags as read.
pub(super) type Tags = [(String, String)];

/// The value of a key; the first one, should a file repeat a key.
pub(super) fn value<'a>(tags: &'a Tags, key: &str) -> Option<&'a str> {
    tags.iter()
        .find(|(name, _)| name == key)
        .map(|(_, value)| value.as_str())
}

/// What is kept about a walkable way; None for anything else.
pub(super) fn walkable(tags: &Tags) -> Option<EdgeAttributes> {
    let kind = kind(value(tags, "highway")?)?;
    let foot = value(tags, "foot");
    if foot == Some("no") || value(tags, "area") == Some("yes") {
        return None;
    }
    let closed = matches!(value(tags, "access"), Some("no" | "private"));
    let open_on_foot = matches!(foot, Some("yes" | "designated" | "permissive"));
    if closed && !open_on_foot {
        return None;
    }
    Some(EdgeAttributes {
        kind,
        steps: kind == WayKind::Steps,
        ramp: has_ramp(tags),
        surface: surface(value(tags, "surface")),
        incline: value(tags, "incline").and_then(slope::permille),
        ..EdgeAttributes::default()
    })
}

fn has_ramp(tags: &Tags) -> bool {
    let flat = ["no", "separate", "0", "0%", "0°"];
    tags.iter().any(|(key, value)| {
        (key == "ramp" || key.starts_with("ramp:") || key == "incline")
            && !flat.contains(&value.as_str())
    })
}

fn kind(highway: &str) -> Option<WayKind> {
    Some(match highway {
        "unclassified" => WayKind::Unclassified,
        "service" => WayKind::Service,
        "residential" => WayKind::Residential,
        "living_street" => WayKind::LivingStreet,
        "pedestrian" => WayKind::Pedestrian,
        "footway" => WayKind::Footway,
        "path" => WayKind::Path,
        "steps" => WayKind::Steps,
        "cycleway" => WayKind::Cycleway,
        "bridleway" => WayKind::Bridleway,
        "corridor" => WayKind::Corridor,
        "track" => WayKind::Track,
        "road" => WayKind::Road,
        "tertiary" => WayKind::Tertiary,
        "tertiary_link" => WayKind::TertiaryLink,
        "secondary" => WayKind::Secondary,
        "secondary_link" => WayKind::SecondaryLink,
        "primary" => WayKind::Primary,
        "primary_link" => WayKind::PrimaryLink,
        "trunk" => WayKind::Trunk,
        "trunk_link" => WayKind::TrunkLink,
        _ => return None,
    })
}

fn surface(surface: Option<&str>) -> Surface {
    let Some(surface) = surface else {
        return Surface::Unknown;
    };
    match surface {
        "paved" => Surface::Paved,
        "asphalt" | "chipseal" => Surface::Asphalt,
        "concrete" | "concrete:plates" | "concrete:lanes" => Surface::Concrete,
        "paving_stones" | "bricks" | "tiles" => Surface::PavingStones,
        "sett" | "cobblestone" | "unhewn_cobblestone" => Surface::Cobbles,
        "wood" | "metal" | "metal_grid" => Surface::Deck,
        "unpaved" => Surface::Unpaved,
        "gravel" | "fine_gravel" | "pebblestone" | "compacted" => Surface::Gravel,
        "ground" | "dirt" | "earth" | "sand" | "mud" => Surface::Ground,
        "grass" | "grass_paver" => Surface::Grass,
        _ => Surface::Other,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Tags from `key=value` words.
    pub(super) fn tags(words: &str) -> Vec<(String, String)> {
        let pair = |word: &str| {
            let (key, value) = word.split_once('=').unwrap();
            (key.to_owned(), value.to_owned())
        };
        words.split_whitespace().map(pair).collect()
    }

    #[test]
    fn every_class_is_in_or_out() {
        let walked = "service residential primary footway tertiary unclassified path secondary \
            living_street cycleway tertiary_link pedestrian steps secondary_link track \
            primary_link trunk trunk_link road bridleway corridor";
        let kinds: Vec<WayKind> = walked
            .split_whitespace()
            .map(|class| walkable(&tags(&format!("highway={class}"))).unwrap().kind)
            .collect();
        assert_eq!(kinds.len(), WayKind::ALL.len());
        assert!(WayKind::ALL.iter().all(|kind| kinds.contains(kind)));
        let not_walked = "construction motorway motorway_link proposed platform trail elevator \
            crossing bus_stop raceway busway escape services rest_area Footway footway;path";
        for class in not_walked.split_whitespace() {
            assert_eq!(
                walkable(&tags(&format!("highway={class}"))),
                None,
                "{class}"
            );
        }
        assert_eq!(walkable(&tags("building=yes")), None);
    }

    #[test]
    fn access_follows_the_rule() {
        let cases = [
            ("foot=no", false),
            ("foot=no access=yes", false),
            ("area=yes", false),
            ("area=yes foot=yes", false),
            ("area=no", true),
            ("access=no", false),
            ("access=private", false),
            ("access=no foot=yes", true),
            ("access=private foot=designated", true),
            ("access=private foot=permissive", true),
            ("access=private foot=private", false),
            ("access=private foot=destination", false),
            ("access=destination", true),
            ("access=customers", true),
            ("access=permit", true),
            ("foot=private", true),
            ("foot=use_sidepath", true),
            ("oneway=yes motor_vehicle=no", true),
        ];
        for (words, walked) in cases {
            let tags = tags(&format!("highway=service {words}"));
            assert_eq!(walkable(&tags).is_some(), walked, "{words}");
        }
    }

    #[test]
    fn steps_ramps_and_surface_are_kept() {
        let kept = |words| walkable(&tags(words)).unwrap();
        assert!(kept("highway=steps").steps);
        assert!(!kept("highway=steps ramp=no").ramp);
        assert!(kept("highway=steps ramp=yes").ramp);
        assert!(kept("highway=steps ramp:wheelchair=yes").ramp);
        assert!(kept("highway=footway incline=8%").ramp);
        assert!(!kept("highway=footway incline=0%").ramp);
        assert_eq!(kept("highway=path surface=sett").surface, Surface::Cobbles);
        assert_eq!(kept("highway=path surface=tartan").surface, Surface::Other);
        assert_eq!(kept("highway=path").surface, Surface::Unknown);
    }

    #[test]
    fn a_repeated_key_counts_once() {
        assert_eq!(value(&tags("foot=yes foot=no"), "foot"), Some("yes"));
    }
}
