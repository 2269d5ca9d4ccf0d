//! Odd input at the door: every question has a defined answer or one line that says why not.

use integration::process::Site;
use serde_json::Value;

use super::town::{asked, list, nothing, place, told, town};
use crate::{anlin, assert_complains, site};

/// Lists for every command: a place on the town, and one far outside of it.
fn lists(site: &Site) {
    let places = [("in", 0.0, 0.0), ("out", 900_000.0, 0.0)];
    list(site, "places.csv", "id", &places);
    let places = [("in,shop", 0.0, 0.0), ("out,shop", 900_000.0, 0.0)];
    list(site, "shops.csv", "id,category", &places);
}

/// Each command with the lists it wants.
const QUESTIONS: [&[&str]; 6] = [
    &["reach", "--from", "0,0"],
    &["nearest", "--from", "0,0", "--among", "places.csv"],
    &["isochrone", "--from", "0,0"],
    &["coverage", "--places", "shops.csv"],
    &["matrix", "--from", "places.csv", "--to", "places.csv"],
    &[
        "assign",
        "--requests",
        "places.csv",
        "--responders",
        "places.csv",
    ],
];

/// The lists of each command, by the option that names them.
const LISTS: [(usize, &str); 6] = [
    (1, "--among"),
    (3, "--places"),
    (4, "--from"),
    (4, "--to"),
    (5, "--requests"),
    (5, "--responders"),
];

fn on(network: &'static str, question: usize) -> Vec<&'static str> {
    [QUESTIONS[question], &["--network", network]].concat()
}

/// The words of all `status` and `why` in an answer.
fn statuses(answer: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    match answer {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(word) if name == "status" || name == "why" => found.push(&**word),
                    other => found.extend(statuses(other)),
                }
            }
        }
        Value::Array(items) => found.extend(items.iter().flat_map(statuses)),
        _ => {}
    }
    found
}

#[test]
fn a_network_without_streets_answers_unknown() {
    let site = site();
    nothing(&site);
    lists(&site);
    for network in ["empty.net", "lonely.net"] {
        for question in 0..QUESTIONS.len() {
            let answer = asked(&site, &on(network, question));
            if question == 3 {
                assert_eq!(answer["categories"][0]["nodes_covered"], 0, "{answer}");
                assert_eq!(answer["categories"][0]["places_unknown"], 2, "{answer}");
                continue;
            }
            let words = statuses(&answer);
            assert!(!words.is_empty(), "{answer}");
            assert!(words.iter().all(|word| *word == "unknown"), "{answer}");
            assert!(told(&site, &on(network, question)).contains("unknown"));
        }
        let geojson = told(&site, &[&on(network, 2)[..], &["--geojson"]].concat());
        assert_eq!(geojson.matches("\"geometry\":null").count(), 3, "{geojson}");
    }
}

#[test]
fn outside_of_the_network_is_unknown() {
    let site = site();
    town(&site);
    lists(&site);
    for question in [0, 1, 2] {
        let mut args = on("town.net", question);
        args[2] = "-179.5,-89.9";
        let answer = asked(&site, &args);
        assert!(
            statuses(&answer).iter().all(|word| *word == "unknown"),
            "{answer}"
        );
    }
    let nearest = asked(&site, &on("town.net", 1));
    assert_eq!(statuses(&nearest["results"]), ["ok", "unknown"]);
    let matrix = asked(&site, &on("town.net", 4));
    assert_eq!(statuses(&matrix), ["ok", "unknown", "unknown", "unknown"]);
    let assign = asked(&site, &on("town.net", 5));
    assert_eq!(statuses(&assign), ["unknown"]);
    let coverage = asked(&site, &on("town.net", 3));
    assert_eq!(coverage["categories"][0]["places_unknown"], 1);
}

/// Ten thousand at one point, who are responders and shops alike, in `crowd.csv`.
fn crowd(site: &Site) {
    town(site);
    let names: Vec<String> = (0..10_000)
        .map(|number| format!("r{number:04},shop"))
        .collect();
    let crowd: Vec<(&str, f64, f64)> = names.iter().map(|id| (id.as_str(), 150.0, 5.0)).collect();
    list(site, "crowd.csv", "id,category", &crowd);
}

#[test]
fn ten_thousand_at_one_point_are_ranked_by_their_place_in_the_list() {
    let site = site();
    crowd(&site);
    let from = place(0.0, 0.0);
    let nearest = |k| {
        let call = [
            "nearest",
            "--network",
            "town.net",
            "--from",
            &from,
            "--among",
            "crowd.csv",
        ];
        asked(&site, &[&call[..], &["--k", k]].concat())["results"].clone()
    };
    let ids = |rows: &Value| -> Vec<String> {
        let rows = rows.as_array().expect("a list").iter();
        rows.map(|row| row["id"].as_str().expect("an id").to_owned())
            .collect()
    };
    let all: Vec<String> = (0..10_000).map(|number| format!("r{number:04}")).collect();
    assert_eq!(ids(&nearest("8")), all[..8]);
    // More are asked for than there are.
    assert_eq!(ids(&nearest("20000")), all);
    assert!(ids(&nearest("0")).is_empty());
}

#[test]
fn ten_thousand_at_one_point_are_walked_to_and_sent() {
    let site = site();
    crowd(&site);
    let requests: Vec<String> = (0..40).map(|number| format!("q{number}")).collect();
    let requests: Vec<(&str, f64, f64)> = requests
        .iter()
        .map(|id| (id.as_str(), 200.0, 0.0))
        .collect();
    list(&site, "waiting.csv", "id", &requests);
    let call = [
        "assign",
        "--network",
        "town.net",
        "--requests",
        "waiting.csv",
    ];
    let call = [&call[..], &["--responders", "crowd.csv", "--k", "50"]].concat();
    let answer = asked(&site, &call);
    assert_eq!(
        answer["assigned"].as_array().map(Vec::len),
        Some(40),
        "{answer}"
    );

    let call = ["matrix", "--network", "town.net", "--from", "waiting.csv"];
    let text = told(
        &site,
        &[&call[..], &["--to", "crowd.csv", "--csv"]].concat(),
    );
    assert_eq!(
        text.lines().filter(|line| line.ends_with(",ok")).count(),
        400_000
    );
    let call = [
        "coverage",
        "--network",
        "town.net",
        "--places",
        "crowd.csv",
        "--csv",
        "n.csv",
        "--minutes",
        "60",
    ];
    let answer = asked(&site, &call);
    assert_eq!(answer["categories"][0]["nodes_covered"], 64);
    let rows = std::fs::read_to_string(site.folder().join("n.csv")).expect("written");
    assert_eq!(
        rows.matches(",r0000\n").count(),
        64,
        "the first of the list"
    );
}

/// A list in which everything is right but what the test puts in.
fn put(site: &Site, bytes: &[u8]) {
    std::fs::write(site.folder().join("odd.csv"), bytes).expect("a file");
}

/// The command with one of its lists being `odd.csv`.
fn with_odd((question, option): (usize, &str)) -> Vec<&'static str> {
    let mut args = on("town.net", question);
    let at = args
        .iter()
        .position(|arg| *arg == option)
        .expect("an option");
    args[at + 1] = "odd.csv";
    args
}

#[test]
fn a_broken_list_is_one_line_that_names_the_line() {
    let site = site();
    town(&site);
    lists(&site);
    for (text, part) in [
        (&b""[..], "no column id"),
        (b"id,category,lon\na,shop,0\n", "no column lat"),
        (b"id,category,lon,lat\na,shop,0,0\nb,shop,NaN,0\n", "line 3"),
        (b"id,category,lon,lat\na,shop,0,0\nb,shop,0,91\n", "line 3"),
        (
            b"id,category,lon,lat\na,shop,0,0\n\nb,shop,zero,0\n",
            "line 4",
        ),
        (
            b"id,category,lon,lat\r\na,shop,0,0\r\n,shop,0,0\r\n",
            "line 3: no id",
        ),
        (b"id,category,lon,lat\na,shop,0,0\nb,shop,0\n", "line 3"),
        (b"id,category,lon,lat\na,shop,0,0\n\"b,shop,0,0\n", "line 3"),
        (b"id,category,lon,lat\na,\xff,0,0\n", "line 2"),
    ] {
        put(&site, text);
        for one in LISTS {
            let args = with_odd(one);
            let finished = anlin(&site, &args).run().expect("runs");
            assert_complains(&finished, 1, "odd.csv");
            assert_complains(&finished, 1, part);
        }
    }
    put(&site, b"id,lon,lat,eligible\na,0,0,perhaps\n");
    for one in [LISTS[0], LISTS[5]] {
        assert_complains(
            &anlin(&site, &with_odd(one)).run().expect("runs"),
            1,
            "line 2",
        );
    }
    put(&site, b"id,lon,lat,urgency\na,0,0,17\n");
    assert_complains(
        &anlin(&site, &with_odd(LISTS[4])).run().expect("runs"),
        1,
        "line 2",
    );
    put(&site, b"id,category,lon,lat\na,,0,0\n");
    assert_complains(
        &anlin(&site, &with_odd(LISTS[1])).run().expect("runs"),
        1,
        "no category",
    );
    put(&site, b"id,lon,lat\na,0,0\na,0,0\n");
    for one in [LISTS[4], LISTS[5]] {
        assert_complains(
            &anlin(&site, &with_odd(one)).run().expect("runs"),
            1,
            "stands twice",
        );
    }
}

#[test]
fn lists_of_other_systems_are_read() {
    let site = site();
    town(&site);
    lists(&site);
    for one in LISTS {
        let answers: Vec<Value> = [
            &b"id,category,lon,lat\na,shop,0,0\nb,shop,0.002,0\n"[..],
            b"\xef\xbb\xbfid,category,lon,lat\r\na,shop,0,0\r\nb,shop,0.002,0\r\n",
            b"\xef\xbb\xbf\"lat\",\"lon\",\"more\",\"id\",\"category\"\n0,0,?,a,shop\n\n0, 0.002 ,?,b,shop",
        ]
        .iter()
        .map(|text| {
            put(&site, text);
            asked(&site, &with_odd(one))
        })
        .collect();
        assert!(
            answers.iter().all(|answer| *answer == answers[0]),
            "{answers:?}"
        );
        let told = if one.0 == 3 { "\"shop\"" } else { "\"a\"" };
        assert!(answers[0].to_string().contains(told), "{answers:?}");
        // No line at all is a list too.
        put(&site, b"id,category,lon,lat\n");
        let empty = anlin(&site, &with_odd(one)).run().expect("runs");
        assert_eq!(
            (empty.code, empty.stderr.as_str()),
            (Some(0), ""),
            "{empty:?}"
        );
    }
}

#[test]
fn wrong_calls_of_maps_are_one_line_and_exit_2() {
    let site = site();
    town(&site);
    lists(&site);
    for (question, more, part) in [
        (2, &["--minutes", "5,x"][..], "not a number"),
        (2, &["--minutes", "5,,10"], "not a number"),
        (2, &["--minutes", "5,NaN"], "0 to 60000"),
        (2, &["--minutes", "-5"], "0 to 60000"),
        (2, &["--json", "--geojson"], "--geojson"),
        (3, &["--speed", "0"], "above 0"),
        (3, &["--minutes", "inf"], "0 to 60000"),
        (4, &["--speed", "NaN"], "above 0"),
        (4, &["--csv", "x.csv", "--json"], "--json"),
        (5, &["--k", "-1"], "-1"),
        (5, &["--at-most", "0"], "above 0"),
        (5, &["--at-most", "241"], "at most 240"),
        (1, &["--k", "many"], "many"),
    ] {
        let args = [&on("town.net", question)[..], more].concat();
        assert_complains(&anlin(&site, &args).run().expect("runs"), 2, part);
    }
    for question in QUESTIONS {
        assert_complains(&anlin(&site, question).run().expect("runs"), 2, "--network");
    }
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let site = site();
    town(&site);
    lists(&site);
    std::fs::write(site.folder().join("text.net"), "no network").expect("a file");
    for question in 0..QUESTIONS.len() {
        for network in ["missing.net", "text.net"] {
            let finished = anlin(&site, &on(network, question)).run().expect("runs");
            assert_complains(&finished, 1, network);
        }
    }
    for (question, option) in [(2, "--geojson"), (2, "--svg"), (3, "--csv"), (4, "--csv")] {
        let args = [&on("town.net", question)[..], &[option, "no/such/folder"]].concat();
        assert_complains(
            &anlin(&site, &args).run().expect("runs"),
            1,
            "no/such/folder",
        );
    }
}
