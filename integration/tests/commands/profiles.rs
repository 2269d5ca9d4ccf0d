//! `--profile`, `--at` and `--closed`: the same questions for another walker, hour or street.

use std::sync::Arc;

use integration::process::Site;
use spatial::{Network, Prepared};

use super::town::{asked, court, list, place, told};
use crate::{anlin, assert_complains, site};

/// Seconds to each of the four nodes of the court from halfway between 1 and 3.
fn seconds(site: &Site, network: &str, more: &[&str]) -> [Option<f64>; 4] {
    let from = place(0.0, 50.0);
    let call = ["reach", "--network", network, "--from", &from];
    let answer = asked(site, &[&call[..], more].concat());
    [1, 2, 3, 4].map(|id| {
        let nodes = answer["nodes"].as_array().expect("a list");
        let node = nodes.iter().find(|node| node["osm_id"] == id)?;
        node["ms"].as_f64().map(|ms| ms / 1000.0)
    })
}

fn assert_near(found: [Option<f64>; 4], expected: [Option<f64>; 4], what: &[&str]) {
    let near = |(found, expected): (&Option<f64>, &Option<f64>)| match (found, expected) {
        (Some(found), Some(expected)) => (found - expected).abs() < 0.1,
        (found, expected) => found == expected,
    };
    assert!(
        found.iter().zip(&expected).all(near),
        "{what:?}: {found:?}, expected {expected:?}"
    );
}

#[test]
fn every_profile_walks_at_its_pace_and_pays_for_stairs() {
    let site = site();
    court(&site);
    let at = |pace: f64, metres: [f64; 4]| metres.map(|metres| Some(metres / pace));
    // By the stairs it is 90 m to node 2, around it is 190 m.
    let stairs = [50.0, 90.0, 50.0, 90.0];
    let around = [50.0, 190.0, 50.0, 90.0];
    for (more, expected) in [
        (&[][..], at(1.0, stairs)),
        (&["--speed", "2"], at(2.0, stairs)),
        // Stairs are as long as three times their length on the level.
        (&["--profile", "worker"], at(1.2, [50.0, 170.0, 50.0, 90.0])),
        (
            &["--profile", "Worker", "--speed", "1"],
            at(1.0, [50.0, 170.0, 50.0, 90.0]),
        ),
        // And as four times for the old: the way around is shorter.
        (&["--profile", "elder-able"], at(1.0, around)),
        (&["--profile", "elder-usual"], at(0.8, around)),
        (&["--profile", "elder-frail"], at(0.6, around)),
        (&["--profile", "wheelchair"], at(0.8, around)),
        (&["--profile", "ebike"], at(3.5, around)),
    ] {
        assert_near(seconds(&site, "court.net", more), expected, more);
    }
}

#[test]
fn a_shut_gate_and_a_closed_street_are_walked_around() {
    let site = site();
    court(&site);
    let open = [50.0, 90.0, 50.0, 90.0].map(Some);
    let shut = [Some(50.0), Some(90.0), Some(50.0), Some(190.0)];
    let stairs = place(20.0, 0.0);
    let gate = place(20.0, 100.0);
    let both = format!("{stairs};{gate}");
    for (more, expected) in [
        (&["--at", "mon-12:00"][..], open),
        (&["--at", "sat-21:59"], open),
        (&["--at", "sat-22:00"], shut),
        (&["--at", "SUN-12:00"], shut),
        (&["--closed", &gate], shut),
        (
            &["--closed", &stairs],
            [Some(50.0), Some(190.0), Some(50.0), Some(90.0)],
        ),
        (&["--closed", &both], [Some(50.0), None, Some(50.0), None]),
        (
            &["--closed", &stairs, "--at", "tue-05:59"],
            [Some(50.0), None, Some(50.0), None],
        ),
        (
            &[
                "--profile",
                "wheelchair",
                "--speed",
                "1",
                "--at",
                "tue-05:59",
            ],
            [Some(50.0), None, Some(50.0), None],
        ),
    ] {
        assert_near(seconds(&site, "court.net", more), expected, more);
    }
}

#[test]
fn every_question_heeds_profile_hour_and_closure() {
    let site = site();
    court(&site);
    list(
        &site,
        "all.csv",
        "id",
        &[("two", 40.0, 0.0), ("three", 0.0, 100.0)],
    );
    list(
        &site,
        "shop.csv",
        "id,category",
        &[("two,shop", 40.0, 10.0)],
    );
    list(&site, "start.csv", "id", &[("start", 0.0, 50.0)]);
    let from = place(0.0, 50.0);
    let on = [
        "--network",
        "court.net",
        "--profile",
        "wheelchair",
        "--speed",
        "1",
    ];
    let ask = |args: &[&str], more: &[&str]| asked(&site, &[args, &on, more].concat());
    let night = ["--at", "sun-03:00"];

    // At the corner beside the stairs, which no wheelchair climbs: on the street.
    let nearest = ["nearest", "--from", &from, "--among", "all.csv"];
    let day = ask(&nearest, &[]);
    assert!((day["results"][1]["metres"].as_f64().expect("metres") - 190.0).abs() < 0.1);
    let dark = ask(&nearest, &night);
    assert_eq!(dark["results"][0]["status"], "ok");
    assert_eq!(dark["results"][1]["status"], "unreachable");
    assert!(dark["results"][1]["ms"].is_null());

    let isochrone = ["isochrone", "--from", &from, "--minutes", "10"];
    assert_eq!(ask(&isochrone, &[])["areas"][0]["nodes"], 4);
    assert_eq!(ask(&isochrone, &night)["areas"][0]["nodes"], 2);

    let coverage = ["coverage", "--places", "shop.csv"];
    assert_eq!(ask(&coverage, &[])["categories"][0]["nodes_covered"], 4);
    assert_eq!(ask(&coverage, &night)["categories"][0]["nodes_covered"], 2);

    let matrix = ["matrix", "--from", "start.csv", "--to", "all.csv"];
    assert_eq!(ask(&matrix, &[])["times"][0]["status"], "ok");
    assert_eq!(ask(&matrix, &night)["times"][0]["status"], "unreachable");

    let assign = [
        "assign",
        "--requests",
        "all.csv",
        "--responders",
        "start.csv",
    ];
    let day = ask(&assign, &[]);
    assert_eq!(day["assigned"][0]["request"], "three");
    assert_eq!(day["unserved"][0]["why"], "needed_elsewhere");
    assert_eq!(ask(&assign, &night)["unserved"][0]["why"], "unreachable");
}

#[test]
fn a_prepared_file_gives_the_same_answers() {
    let site = site();
    court(&site);
    let bytes = std::fs::read(site.folder().join("court.net")).expect("the network");
    let network = Arc::new(Network::from_bytes(&bytes).expect("a network"));
    let prepared = Prepared::build(network, Prepared::USUAL, &mut |_| {});
    std::fs::write(site.folder().join("ready.net"), prepared.to_bytes()).expect("a file");
    for more in [
        &[][..],
        &["--profile", "worker"],
        &["--profile", "elder-usual", "--at", "sun-12:00"],
        &["--closed", "0.00018,0"],
    ] {
        let found = seconds(&site, "ready.net", more);
        assert_eq!(found, seconds(&site, "court.net", more), "{more:?}");
        assert!(found[0].is_some());
    }
    list(
        &site,
        "all.csv",
        "id",
        &[("two", 40.0, 0.0), ("three", 0.0, 100.0)],
    );
    let matrix = [
        "matrix",
        "--from",
        "all.csv",
        "--to",
        "all.csv",
        "--csv",
        "--network",
    ];
    let ask = |network| told(&site, &[&matrix[..], &[network]].concat());
    assert_eq!(ask("ready.net"), ask("court.net"));
    assert_eq!(ask("ready.net").lines().count(), 5);
}

#[test]
fn a_wrong_profile_hour_or_street_is_one_line() {
    let site = site();
    court(&site);
    let reach = ["reach", "--network", "court.net", "--from", "0,0"];
    for (more, part) in [
        (
            &["--profile", "runner"][..],
            "elder-usual, elder-frail, wheelchair, ebike",
        ),
        (&["--at", "noon"], "WEEKDAY-HH:MM"),
        (&["--at", "mon-25:00"], "WEEKDAY-HH:MM"),
        (&["--closed", "0;0"], "LON,LAT"),
        (&["--closed", "0,NaN"], "finite"),
    ] {
        let args = [&reach[..], more].concat();
        assert_complains(&anlin(&site, &args).run().expect("runs"), 2, part);
    }
    let args = [&reach[..], &["--closed", "5,5"]].concat();
    assert_complains(
        &anlin(&site, &args).run().expect("runs"),
        1,
        "no street within 500 m",
    );
}
