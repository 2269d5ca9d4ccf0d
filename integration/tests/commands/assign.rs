//! `assign`: who goes where, who stays unserved and why, and the proof.

use super::town::{asked, list, told, town};
use crate::site;

const CALL: [&str; 9] = [
    "assign",
    "--network",
    "town.net",
    "--requests",
    "waiting.csv",
    "--responders",
    "people.csv",
    "--speed",
    "1",
];

#[test]
fn the_graver_need_goes_first_and_all_together_wait_least() {
    let site = site();
    town(&site);
    let requests = [
        ("calm,attention", 100.0, 0.0),
        ("grave,life", 300.0, 0.0),
        ("usual,", 700.0, 700.0),
        ("lost,life", 0.0, 1_500.0),
        ("north,life", 300.0, 3_000.0),
    ];
    list(&site, "waiting.csv", "id,urgency", &requests);
    let people = [
        ("one,1", 150.0, 0.0),
        ("two,1", 700.0, 600.0),
        ("off,0", 100.0, 0.0),
    ];
    list(&site, "people.csv", "id,eligible", &people);
    let answer = asked(&site, &CALL);
    let assigned: Vec<(&str, &str, u64)> = answer["assigned"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| {
            let text = |name: &str| row[name].as_str().expect("text");
            (
                text("request"),
                text("responder"),
                row["ms"].as_u64().expect("a time"),
            )
        })
        .collect();
    // The calm request is nearer to the first responder, but weighs a sixteenth.
    assert_eq!((assigned[0].0, assigned[0].1), ("grave", "one"));
    assert_eq!((assigned[1].0, assigned[1].1), ("usual", "two"));
    assert!(assigned[0].2.abs_diff(150_000) < 50 && assigned[1].2.abs_diff(100_000) < 50);
    let unserved: Vec<String> = answer["unserved"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| format!("{} {}", row["request"], row["why"]))
        .collect();
    assert_eq!(
        unserved,
        [
            r#""calm" "needed_elsewhere""#,
            r#""lost" "unknown""#,
            r#""north" "unreachable""#
        ]
    );
    let hour = 3_600_000;
    let cost = 16 * assigned[0].2 + 4 * assigned[1].2 + hour * (1 + 16 + 16);
    assert_eq!(answer["total"]["cost"], cost);
    assert_eq!(answer["total"]["walked_ms"], assigned[0].2 + assigned[1].2);
    assert_eq!(answer["proof"]["lower_bound"], cost);
    assert_eq!(answer["proof"]["optimal"], true);
    let columns = told(&site, &CALL);
    assert_eq!(columns.lines().count(), 6, "{columns}");
    assert!(
        columns.contains("needed_elsewhere") && columns.contains("is the least"),
        "{columns}"
    );
}

#[test]
fn nobody_is_sent_too_far_or_beyond_the_offers() {
    let site = site();
    town(&site);
    let requests = [("a,life", 0.0, 0.0), ("b,life", 0.0, 10.0)];
    list(&site, "waiting.csv", "id,urgency", &requests);
    let people = [("near,1", 100.0, 0.0), ("far,1", 700.0, 700.0)];
    list(&site, "people.csv", "id,eligible", &people);
    let counts = |more: &[&str]| {
        let answer = asked(&site, &[&CALL[..], more].concat());
        let served = answer["assigned"].as_array().expect("a list").len();
        let why = answer["unserved"].as_array().expect("a list");
        let why = why
            .iter()
            .map(|row| row["why"].as_str().expect("a word").to_owned());
        (served, why.collect::<Vec<_>>().join(" "))
    };
    assert_eq!(counts(&[]), (2, String::new()));
    // Each is offered the same one.
    assert_eq!(counts(&["--k", "1"]), (1, "needed_elsewhere".to_owned()));
    assert_eq!(
        counts(&["--at-most", "5"]),
        (1, "needed_elsewhere".to_owned())
    );
    assert_eq!(
        counts(&["--at-most", "1"]),
        (0, "too_far too_far".to_owned())
    );
    assert_eq!(counts(&["--k", "0"]), (0, "no_offer no_offer".to_owned()));
}
