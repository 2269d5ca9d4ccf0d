//! `isochrone`: GeoJSON, the picture, and the figures.

use serde_json::Value;

use super::town::{METRE, asked, place, told, town};
use crate::site;

/// Whether a position lies inside the rings of a MultiPolygon.
fn contains(geometry: &Value, (x, y): (f64, f64)) -> bool {
    let mut inside = false;
    for ring in rings(geometry) {
        for side in ring.windows(2) {
            let ((ax, ay), (bx, by)) = (side[0], side[1]);
            if (ay > y) != (by > y) && x < ax + (y - ay) / (by - ay) * (bx - ax) {
                inside = !inside;
            }
        }
    }
    inside
}

fn rings(geometry: &Value) -> Vec<Vec<(f64, f64)>> {
    assert_eq!(geometry["type"], "MultiPolygon");
    let number = |value: &Value| value.as_f64().expect("degrees");
    let point = |pair: &Value| (number(&pair[0]), number(&pair[1]));
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let polygons = list(&geometry["coordinates"]);
    let rings = polygons.iter().flat_map(list);
    rings
        .map(|ring| list(&ring).iter().map(point).collect())
        .collect()
}

#[test]
fn areas_come_as_geojson_with_the_largest_first() {
    let site = site();
    town(&site);
    let from = place(250.0, 10.0);
    let call = ["isochrone", "--network", "town.net", "--from", &from];
    let limits = ["--minutes", "5,2.5,10", "--speed", "1.2"];
    let text = told(&site, &[&call[..], &limits, &["--geojson"]].concat());
    let collection: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(collection["type"], "FeatureCollection");
    assert!(
        collection["attribution"]
            .to_string()
            .contains("OpenStreetMap")
    );
    let features = collection["features"].as_array().expect("a list");
    let minutes: Vec<f64> = features
        .iter()
        .map(|one| one["properties"]["minutes"].as_f64().expect("minutes"))
        .collect();
    assert_eq!(minutes, [10.0, 5.0, 2.5]);
    for (feature, minutes) in features.iter().zip(["10", "5", "2.5"]) {
        assert_eq!(feature["type"], "Feature");
        let told = &feature["properties"];
        assert_eq!(
            (&told["status"], &told["speed"]),
            (&"ok".into(), &1.2.into())
        );
        assert!((told["snap_m"].as_f64().expect("metres") - 10.0).abs() < 0.01);
        let reach = [
            &["reach"],
            &call[1..],
            &["--minutes", minutes, "--speed", "1.2"],
        ]
        .concat();
        let reached = asked(&site, &reach);
        let nodes = reached["nodes"].as_array().expect("a list");
        assert_eq!(told["nodes"], nodes.len());
        let ids: Vec<i64> = nodes
            .iter()
            .map(|node| node["osm_id"].as_i64().expect("an id"))
            .collect();
        for row in 0..8 {
            for column in 0..8 {
                let at = (
                    f64::from(column) * 100.0 * METRE,
                    f64::from(row) * 100.0 * METRE,
                );
                let is_reached = ids.contains(&(1000 * i64::from(row + 1) + i64::from(column)));
                let is_inside = contains(&feature["geometry"], at);
                assert!(!is_reached || is_inside, "{row} {column} in {minutes}");
            }
        }
        for ring in rings(&feature["geometry"]) {
            assert!(ring.len() > 4 && ring.first() == ring.last(), "{ring:?}");
        }
        let far = (350.0 * METRE, 3_000.0 * METRE);
        assert!(!contains(&feature["geometry"], far));
    }
    let file = site.folder().join("areas.geojson");
    let quiet = told(
        &site,
        &[&call[..], &limits, &["--geojson", "areas.geojson"]].concat(),
    );
    assert_eq!(quiet, "");
    assert_eq!(std::fs::read_to_string(file).expect("written"), text);
}

#[test]
fn the_picture_shows_streets_areas_and_origin() {
    let site = site();
    town(&site);
    let from = place(250.0, 10.0);
    let call = ["isochrone", "--network", "town.net", "--from", &from];
    let figures = asked(&site, &[&call[..], &["--svg", "areas.svg"]].concat());
    let square_metres: Vec<f64> = figures["areas"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|area| area["square_metres"].as_f64().expect("a figure"))
        .collect();
    assert!(
        square_metres.windows(2).all(|pair| pair[0] >= pair[1]) && square_metres[2] > 10_000.0,
        "{square_metres:?}"
    );
    let svg = std::fs::read_to_string(site.folder().join("areas.svg")).expect("written");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert_eq!(svg.matches("fill-rule=\"evenodd\"").count(), 3);
    assert_eq!(svg.matches("<circle ").count(), 1);
    assert!(svg.contains("OpenStreetMap") && svg.contains("<title>"));
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
    let streets = svg.lines().find(|line| line.contains("stroke=\"#444\""));
    let lines = streets.expect("streets").matches('L').count();
    // Seven edges in each of eight streets, and seven between neighbours at three places.
    assert_eq!(lines, 7 * 8 + 7 * 3);
    let columns = told(&site, &call);
    assert_eq!(columns.lines().count(), 3, "{columns}");
    assert!(
        columns.lines().all(|line| line.contains(" nodes ")),
        "{columns}"
    );
}

#[test]
fn from_nowhere_there_are_no_areas() {
    let site = site();
    town(&site);
    let from = place(250.0, -501.0);
    let call = ["isochrone", "--network", "town.net", "--from", &from];
    let svg = ["--svg", "nowhere.svg"];
    let text = told(&site, &[&call[..], &svg, &["--geojson"]].concat());
    let collection: Value = serde_json::from_str(&text).expect("JSON");
    for feature in collection["features"].as_array().expect("a list") {
        assert!(feature["geometry"].is_null());
        assert_eq!(feature["properties"]["status"], "unknown");
        assert_eq!(feature["properties"]["nodes"], 0);
    }
    let svg = std::fs::read_to_string(site.folder().join("nowhere.svg")).expect("written");
    assert_eq!(svg.matches("fill-rule").count(), 0);
    assert_eq!(svg.matches("<circle ").count(), 1);
    let columns = told(&site, &call);
    assert!(columns.starts_with("unknown: "), "{columns}");
}
