//! `coverage`: shares, and the nearest place of every node.

use integration::process::Site;
use serde_json::Value;

use super::town::{asked, list, street, told};
use crate::site;

/// Two shops, a clinic and what is too far from the street; the call that asks for them.
fn shops(site: &Site) -> Vec<&'static str> {
    street(site);
    let places = [
        ("west,shop", 0.0, 0.0),
        ("east,shop", 2_900.0, 20.0),
        ("\"a,b\",clinic", 1_000.0, 0.0),
        ("lost,clinic", 1_000.0, 900.0),
        ("lost too,bath", 1_000.0, 900.0),
    ];
    list(site, "places.csv", "id,category", &places);
    let call = [
        "coverage",
        "--network",
        "street.net",
        "--places",
        "places.csv",
    ];
    [&call[..], &["--minutes", "10", "--speed", "1"]].concat()
}

#[test]
fn every_category_has_its_share() {
    let site = site();
    let call = shops(&site);
    let answer = asked(&site, &call);
    let share = |name: &str| -> Value {
        let all = answer["categories"].as_array().expect("a list");
        let found = all.iter().find(|one| one["category"] == name);
        found.expect("a category").clone()
    };
    // Within 600 m, and 580 m where 20 m lead to the street.
    let shop = share("shop");
    assert_eq!(
        (&shop["places"], &shop["places_unknown"]),
        (&2.into(), &0.into())
    );
    assert_eq!(shop["nodes_covered"], 7 + 6);
    let minutes = |of: &Value, name: &str| of[name].as_f64().expect("minutes");
    assert!((minutes(&shop, "share") - 13.0 / 30.0).abs() < 1e-9);
    // 0, 20, 100, 120, 200, 220, 300 s: the seventh of thirteen.
    assert!(
        (minutes(&shop, "p50_minutes") - 5.0).abs() < 0.001,
        "{shop}"
    );
    let clinic = share("clinic");
    assert_eq!(
        (&clinic["places"], &clinic["places_unknown"]),
        (&2.into(), &1.into())
    );
    assert_eq!(clinic["nodes_covered"], 13);
    assert!(
        (minutes(&clinic, "p90_minutes") - 10.0).abs() < 0.001,
        "{clinic}"
    );
    let bath = share("bath");
    assert_eq!(bath["nodes_covered"], 0);
    assert!(bath["p50_minutes"].is_null() && bath["share"] == 0.0);

    let columns = told(&site, &call);
    assert_eq!(columns.lines().count(), 3, "{columns}");
    assert!(
        columns.contains("13 of 30 nodes") && columns.contains("43.3 %"),
        "{columns}"
    );
}

#[test]
fn every_node_knows_its_nearest_place() {
    let site = site();
    let call = shops(&site);
    told(&site, &[&call[..], &["--csv", "nodes.csv"]].concat());
    let file = site.folder().join("nodes.csv");
    let mut rows = csv::Reader::from_path(file).expect("a file");
    let rows: Vec<Vec<String>> = rows
        .records()
        .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
        .collect();
    assert_eq!(rows.len(), 3 * 30);
    let nearest = |id: &str, category: &str| {
        let row = rows.iter().find(|row| row[0] == id && row[1] == category);
        let row = row.expect("a row");
        (row[2].parse::<u32>().ok(), row[3].clone())
    };
    let (ms, place) = nearest("1003", "shop");
    assert!(ms.is_some_and(|ms| ms.abs_diff(300_000) < 100) && place == "west");
    let (ms, place) = nearest("1028", "shop");
    assert!(ms.is_some_and(|ms| ms.abs_diff(120_000) < 100) && place == "east");
    assert_eq!(nearest("1010", "clinic").1, "a,b");
    assert_eq!(nearest("1015", "shop"), (None, String::new()));
    assert_eq!(nearest("1010", "bath"), (None, String::new()));
}

#[test]
fn more_categories_than_one_pass_answers() {
    let site = site();
    street(&site);
    let names: Vec<String> = (0..40)
        .map(|number| format!("p{number},c{number:02}"))
        .collect();
    let places: Vec<(&str, f64, f64)> = (0..40u32)
        .zip(&names)
        .map(|(number, name)| (name.as_str(), f64::from(number % 30) * 100.0, 0.0))
        .collect();
    list(&site, "places.csv", "id,category", &places);
    let call = [
        "coverage",
        "--network",
        "street.net",
        "--places",
        "places.csv",
    ];
    let answer = asked(
        &site,
        &[&call[..], &["--minutes", "1", "--csv", "n.csv"]].concat(),
    );
    let shares = answer["categories"].as_array().expect("a list");
    assert_eq!(shares.len(), 40);
    assert!(
        shares.iter().all(|share| share["nodes_covered"] == 1),
        "{answer}"
    );
    let text = std::fs::read_to_string(site.folder().join("n.csv")).expect("written");
    for number in 0..40 {
        // Positions are written with more digits than nodes have: 20 mm are 20 ms here.
        let start = format!("\n{},c{number:02},", 1000 + number % 30);
        let (_, rest) = text.split_once(&start).expect("a row");
        let (ms, place) = rest
            .lines()
            .next()
            .expect("a row")
            .split_once(',')
            .expect("two");
        assert!(ms.parse::<u32>().is_ok_and(|ms| ms < 30), "{start}{ms}");
        assert_eq!(place, format!("p{number}"));
    }
}
