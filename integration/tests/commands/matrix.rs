//! `matrix`: every pair, as CSV, JSON and columns.

use super::town::{asked, list, place, told, town};
use crate::site;

#[test]
fn every_pair_has_a_time_or_says_why_not() {
    let site = site();
    town(&site);
    list(
        &site,
        "a.csv",
        "id",
        &[("home", 0.0, 0.0), ("lost", 0.0, 1_500.0)],
    );
    let to = [
        ("near", 150.0, 12.0),
        ("home", 0.0, 0.0),
        ("north", 300.0, 3_000.0),
        ("lost too", 5_000.0, 0.0),
    ];
    list(&site, "b.csv", "id", &to);
    let call = [
        "matrix",
        "--network",
        "town.net",
        "--from",
        "a.csv",
        "--to",
        "b.csv",
    ];
    let call = [&call[..], &["--speed", "1"]].concat();
    let text = told(&site, &[&call[..], &["--csv"]].concat());
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("from,to,ms,status"));
    let near: Vec<&str> = lines.next().expect("a line").split(',').collect();
    assert_eq!((near[0], near[1], near[3]), ("home", "near", "ok"));
    let ms: u32 = near[2].parse().expect("a time");
    assert!(ms.abs_diff(162_000) < 100, "{ms}");
    let rest: Vec<&str> = lines.collect();
    assert_eq!(
        rest,
        [
            "home,home,0,ok",
            "home,north,,unreachable",
            "home,lost too,,unknown",
            "lost,near,,unknown",
            "lost,home,,unknown",
            "lost,north,,unknown",
            "lost,lost too,,unknown",
        ]
    );
    told(&site, &[&call[..], &["--csv", "times.csv"]].concat());
    let written = std::fs::read_to_string(site.folder().join("times.csv")).expect("written");
    assert_eq!(written, text);
    let answer = asked(&site, &call);
    let pairs = answer["times"].as_array().expect("a list");
    assert_eq!(pairs.len(), 8);
    assert_eq!(pairs[0]["ms"], ms);
    assert!(pairs[2]["ms"].is_null() && pairs[2]["status"] == "unreachable");
    assert_eq!(told(&site, &call).lines().count(), 8);
}

#[test]
fn a_matrix_agrees_with_nearest() {
    let site = site();
    town(&site);
    let at = |number: u32| {
        let (east, north) = (number * 37 % 700, number * 53 % 700);
        (f64::from(east), f64::from(north))
    };
    let names: Vec<String> = (0..300).map(|number| format!("p{number}")).collect();
    let places: Vec<(&str, f64, f64)> = (0u32..)
        .zip(&names)
        .map(|(number, name)| (name.as_str(), at(number).0, at(number).1))
        .collect();
    list(&site, "all.csv", "id", &places);
    let call = [
        "matrix",
        "--network",
        "town.net",
        "--from",
        "all.csv",
        "--to",
        "all.csv",
    ];
    let text = told(&site, &[&call[..], &["--csv"]].concat());
    assert_eq!(text.lines().count(), 1 + 300 * 300);
    // The first source of the second batch, and the last of all.
    for number in [256, 299] {
        let (east, north) = at(number);
        let from = place(east, north);
        let call = [
            "nearest",
            "--network",
            "town.net",
            "--from",
            &from,
            "--among",
            "all.csv",
        ];
        let answer = asked(&site, &[&call[..], &["--k", "400"]].concat());
        let rows = answer["results"].as_array().expect("a list");
        assert_eq!(rows.len(), 300);
        for row in rows {
            let start = format!("\np{number},{},", row["id"].as_str().expect("an id"));
            let (_, rest) = text.split_once(&start).expect("a pair");
            let ms: u64 = rest
                .split(',')
                .next()
                .expect("a time")
                .parse()
                .expect("a time");
            let expected = row["ms"].as_u64().expect("a time");
            assert!(ms.abs_diff(expected) < 100, "{ms} {row}");
        }
    }
}
