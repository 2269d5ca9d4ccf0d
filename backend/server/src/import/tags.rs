//! OpenStreetMap tags as categories of facilities.

/// One rule: key, values (none = any value but `no`), category. The first that fits wins, so the
/// special stands before the general.
type Rule = (&'static str, &'static [&'static str], &'static str);

const RULES: &[Rule] = &[
    (
        "social_facility",
        &["nursing_home", "assisted_living", "group_home"],
        "elder_care_home",
    ),
    ("social_facility", &["day_care"], "day_care"),
    ("social_facility", &["soup_kitchen", "food_bank"], "canteen"),
    ("social_facility", &[], "elder_hub"),
    (
        "amenity",
        &["nursing_home", "retirement_home"],
        "elder_care_home",
    ),
    ("amenity", &["social_facility"], "elder_hub"),
    ("amenity", &["hospital"], "hospital"),
    ("healthcare", &["hospital"], "hospital"),
    (
        "amenity",
        &["clinic", "doctors", "health_post"],
        "health_centre",
    ),
    (
        "healthcare",
        &["clinic", "centre", "doctor", "community_health"],
        "health_centre",
    ),
    ("amenity", &["pharmacy"], "pharmacy"),
    ("healthcare", &["pharmacy"], "pharmacy"),
    ("amenity", &["toilets"], "public_toilet"),
    ("amenity", &["canteen"], "canteen"),
    (
        "amenity",
        &["restaurant", "fast_food", "cafe", "food_court"],
        "restaurant",
    ),
    ("amenity", &["marketplace"], "market"),
    ("shop", &["greengrocer", "seafood", "butcher"], "market"),
    ("shop", &["supermarket"], "supermarket"),
    ("shop", &["convenience", "kiosk"], "convenience"),
    (
        "shop",
        &["medical_supply", "hearing_aids", "optician"],
        "aids_shop",
    ),
    (
        "amenity",
        &["community_centre", "social_centre"],
        "activity_room",
    ),
    ("leisure", &["park", "garden"], "pocket_park"),
    ("highway", &["bus_stop"], "bus_stop"),
    ("railway", &["station", "halt"], "metro_station"),
    ("railway", &["subway_entrance"], "metro_entrance"),
    ("amenity", &["police"], "police"),
    ("amenity", &["fire_station"], "fire_station"),
    ("amenity", &["bank"], "bank"),
    ("amenity", &["post_office"], "post_office"),
    ("amenity", &["library"], "library"),
    (
        "leisure",
        &["sports_centre", "sports_hall", "fitness_station"],
        "sports",
    ),
    ("emergency", &["defibrillator"], "defibrillator"),
];

/// Tags that name a place, best first.
const NAMES: &[&str] = &["name:zh", "name", "name:en", "operator", "brand"];

/// What a place offers; `None` for places of no use here.
pub(super) fn category(tags: &[(String, String)]) -> Option<&'static str> {
    let fits = |(key, values, _): &&Rule| {
        value(tags, key).is_some_and(|value| {
            if values.is_empty() {
                value != "no"
            } else {
                values.contains(&value)
            }
        })
    };
    RULES.iter().find(fits).map(|(_, _, category)| *category)
}

/// What people call it; empty when nobody wrote it down.
pub(super) fn name(tags: &[(String, String)]) -> String {
    NAMES
        .iter()
        .find_map(|key| value(tags, key))
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn value<'t>(tags: &'t [(String, String)], key: &str) -> Option<&'t str> {
    tags.iter()
        .find(|(own, _)| own == key)
        .map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn tags_become_categories() {
        for (key, value, expected) in [
            ("amenity", "pharmacy", Some("pharmacy")),
            ("amenity", "clinic", Some("health_centre")),
            ("amenity", "doctors", Some("health_centre")),
            ("amenity", "hospital", Some("hospital")),
            ("amenity", "toilets", Some("public_toilet")),
            ("amenity", "restaurant", Some("restaurant")),
            ("shop", "supermarket", Some("supermarket")),
            ("shop", "convenience", Some("convenience")),
            ("leisure", "park", Some("pocket_park")),
            ("highway", "bus_stop", Some("bus_stop")),
            ("amenity", "community_centre", Some("activity_room")),
            ("amenity", "school", None),
            ("landuse", "residential", None),
            ("social_facility", "no", None),
        ] {
            assert_eq!(category(&tags(&[(key, value)])), expected, "{key}={value}");
        }
        assert_eq!(category(&[]), None);
    }

    #[test]
    fn the_special_wins_over_the_general() {
        let home = tags(&[
            ("amenity", "social_facility"),
            ("social_facility", "nursing_home"),
        ]);
        assert_eq!(category(&home), Some("elder_care_home"));
        let day = tags(&[
            ("amenity", "social_facility"),
            ("social_facility", "day_care"),
        ]);
        assert_eq!(category(&day), Some("day_care"));
        let other = tags(&[
            ("amenity", "social_facility"),
            ("social_facility", "outreach"),
        ]);
        assert_eq!(category(&other), Some("elder_hub"));
    }

    #[test]
    fn a_place_is_called_what_people_call_it() {
        assert_eq!(name(&tags(&[("brand", "B"), ("name", " 药房 ")])), "药房");
        assert_eq!(name(&tags(&[("ref", "7")])), "");
    }
}
