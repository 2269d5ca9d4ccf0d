use spatial::Scratch;

use super::*;

/// Metres on foot from elder one to each helper at home, as the map is drawn.
const ON_FOOT: [u32; 7] = [210, 310, 410, 510, 1210, 1410, 15];

#[test]
fn the_walking_distances_are_as_drawn_and_the_river_is_in_the_way() {
    let (network, world) = (network(), World::invented());
    let origin = network
        .snap(world.elder().spot.lonlat())
        .expect("at a street");
    let snaps: Vec<_> = world
        .home
        .helpers
        .iter()
        .map(|helper| network.snap(helper.spot.lonlat()).expect("at a street"))
        .collect();
    let mut scratch = Scratch::new();
    let found = network.nearest(&mut scratch, &origin, &snaps, snaps.len(), 1.2, None);
    assert_eq!(found.len(), HELPERS.len());
    for nearest in found {
        let expected = f64::from(ON_FOOT[nearest.index]);
        let metres = nearest.metres;
        assert!(
            (metres - expected).abs() < 2.0,
            "{}: {metres}",
            HELPERS[nearest.index]
        );
    }
}

#[test]
fn by_straight_line_the_helper_across_the_river_is_the_nearest_on_duty() {
    let world = World::invented();
    let home = world.elder().spot.lonlat();
    let on_duty = world.home.helpers.iter().filter(|helper| helper.on_duty);
    let nearest = on_duty.min_by(|a, b| {
        let metres = |helper: &Helper| home.haversine_m(helper.spot.lonlat());
        metres(a).total_cmp(&metres(b))
    });
    assert_eq!(
        nearest.map(|helper| helper.id),
        Some(world.helper("across").id)
    );
}

#[test]
fn every_personal_string_is_one_of_a_kind() {
    let world = World::invented();
    let mut all: Vec<String> = world
        .people()
        .iter()
        .map(|person| person.name.clone())
        .collect();
    for elder in world.home.elders.iter().chain(&world.other.elders) {
        let own = &elder.canaries;
        all.extend([&own.name, &own.phone, &own.address, &own.door].map(Clone::clone));
    }
    assert!(all.iter().all(|text| text.contains(CANARY)));
    for (index, text) in all.iter().enumerate() {
        // No canary may stand in another, or a leak of one would look like a leak of the other.
        let inside = all
            .iter()
            .enumerate()
            .filter(|(i, other)| *i != index && other.contains(text.as_str()));
        assert_eq!(inside.count(), 0, "{text}");
    }
}
