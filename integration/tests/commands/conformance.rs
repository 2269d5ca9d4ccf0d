//! The kit for vendors: scenarios played against a real server, and looked for in recordings.

use std::time::Duration;

use ingest::conformance::{Play, Scenario, play};
use ingest::registry::CODECS;
use integration::process::{Program, Server, Site};
use serde_json::Value;

use crate::{anlin, assert_complains, site};

fn report(site: &Site, args: &[&str]) -> (Option<i32>, Value) {
    let args: Vec<&str> = ["conformance"]
        .iter()
        .chain(args)
        .copied()
        .chain(["--json"])
        .collect();
    let call = anlin(site, &args).within(Duration::from_secs(90));
    let finished = call.run().expect("runs");
    let report = serde_json::from_str(&finished.stdout).unwrap_or_default();
    assert!(!finished.stderr.contains("panicked"), "{finished:?}");
    (finished.code, report)
}

fn outcome(report: &Value, scenario: Scenario) -> &Value {
    let all = report["scenarios"].as_array().expect("a list");
    let it = all.iter().find(|one| one["scenario"] == scenario.as_str());
    it.expect("every scenario is told")
}

#[test]
fn a_watch_is_played_against_a_server_and_every_answer_is_right() {
    let site = Site::seeded_sqlite().expect("a seeded place");
    let program = Program::shipped().expect("the shipped binary");
    let server = Server::start(&site, &program).expect("a server");
    let address = site.watch.to_string();
    let (code, told) = report(&site, &["watch", "--connect", &address]);
    assert_eq!((code, &told["ok"]), (Some(0), &Value::Bool(true)), "{told}");
    for scenario in Scenario::ALL {
        assert_eq!(outcome(&told, scenario)["outcome"], "pass", "{told}");
    }
    // A repeat is answered again, a stored position is not.
    assert_eq!(outcome(&told, Scenario::Duplicate)["answers"], 2);
    assert_eq!(outcome(&told, Scenario::StoredReplay)["answers"], 0);
    // The same again: all of it is known, and answered no less.
    let (code, _) = report(&site, &["watch", "--connect", &address]);
    assert_eq!(code, Some(0));
    // A server that listens for watches does not answer a badge as a badge wants.
    let (code, told) = report(&site, &["gt06", "--connect", &address, "--wait", "1"]);
    assert_eq!(code, Some(1), "{told}");
    assert_eq!(outcome(&told, Scenario::Fall)["outcome"], "fail", "{told}");
    drop(server);
    let args = ["conformance", "watch", "--connect", &address];
    let finished = anlin(&site, &args).run().expect("runs");
    assert_complains(&finished, 1, "cannot reach");
}

#[test]
fn recordings_of_every_protocol_are_held_against_the_list() {
    let site = site();
    let now = "2026-11-24T03:00:00Z".parse().expect("a moment");
    let mut tried = 0;
    for codec in CODECS {
        let plays = Scenario::ALL.map(|scenario| play(codec, scenario, now).expect("a play"));
        let frames = plays.iter().flat_map(|play| match play {
            Play::Frames(frames) => frames.clone(),
            Play::Unsaid(_) => Vec::new(),
        });
        let lines: Vec<String> = frames.map(hex::encode).collect();
        if lines.is_empty() {
            continue;
        }
        let file = site.folder().join(format!("{}.txt", codec.protocol));
        std::fs::write(&file, lines.join("\n")).expect("written");
        let name = file.to_str().expect("a plain name");
        let (code, told) = report(&site, &[codec.protocol.as_str(), "--file", name]);
        assert_eq!(code, Some(0), "{}: {told}", codec.protocol);
        for (scenario, play) in Scenario::ALL.into_iter().zip(&plays) {
            let wanted = match play {
                Play::Frames(_) => "pass",
                Play::Unsaid(reason) => {
                    assert_eq!(outcome(&told, scenario)["note"], *reason);
                    "not expressible"
                }
            };
            assert_eq!(outcome(&told, scenario)["outcome"], wanted, "{told}");
        }
        tried += 1;
    }
    assert!(tried >= CODECS.len() - 1, "{tried}");
}

#[test]
fn what_a_vendor_left_out_is_missing_and_what_cannot_be_read_is_named() {
    let site = site();
    let file = site.folder().join("vendor.txt");
    let lines = [
        "// a watch on the desk",
        "[3G*9990000001*000A*LK,12,3,81]",
        r#"{"frame_text": "[3G*9990000001*0002*LK]", "recv_time": "2026-11-24T03:00:00Z"}"#,
        "5b7a7a7a",
    ];
    std::fs::write(&file, lines.join("\n")).expect("written");
    let name = file.to_str().expect("a plain name");
    let (code, told) = report(&site, &["watch", "--file", name]);
    assert_eq!(code, Some(1), "{told}");
    assert_eq!(outcome(&told, Scenario::Heartbeat)["outcome"], "pass");
    assert_eq!(outcome(&told, Scenario::Fall)["outcome"], "missing");
    let read = told["lines"].as_array().expect("a list");
    assert_eq!(read.len(), 3);
    assert_eq!(read[0]["line"], 2);
    let reply = hex::encode("[3G*9990000001*0002*LK]");
    assert_eq!(
        (&read[0]["reply_hex"], &read[0]["battery_pct"]),
        (&reply.into(), &81.into())
    );
    assert_eq!(
        (&read[2]["ok"], read[2]["error"].is_string()),
        (&false.into(), true)
    );
    // The same in columns.
    let finished = anlin(&site, &["conformance", "watch", "--file", name])
        .run()
        .expect("runs");
    assert_eq!(finished.code, Some(1));
    assert!(
        finished
            .last_line()
            .starts_with("watch: 2 pass, 0 fail, 6 missing"),
        "{finished:?}"
    );
}

#[test]
fn wrong_calls_are_one_line() {
    let site = site();
    let call = |args: &[&str]| anlin(&site, args).run().expect("runs");
    let unknown = call(&["conformance", "telex", "--file", "x"]);
    assert_complains(&unknown, 2, "telex");
    assert_complains(&call(&["conformance", "watch"]), 2, "--connect");
    assert_complains(
        &call(&["conformance", "watch", "--file", "nowhere.txt"]),
        1,
        "nowhere.txt",
    );
    let socketless = call(&["conformance", "vayyar", "--connect", "127.0.0.1:1"]);
    assert_complains(&socketless, 1, "no socket of its own");
}
