mod live;

use proptest::prelude::*;

use super::report::{gini, rank};
use super::*;
use crate::incidents::{LadderKind, Ladders};
use crate::responders::WaveMode;

/// Three cases whose every second can be followed with a pencil.
const DAY: &str = r#"
{"at":"2026-11-24T00:00:00Z","severity":1,"responders":[
 {"id":"a","walking_s":60,"answer":"never"},
 {"id":"b","walking_s":120,"answer":{"yes_after_s":30}},
 {"id":"c","walking_s":200,"answer":{"yes_after_s":10}},
 {"id":"d","walking_s":300,"answer":{"yes_after_s":5}}]}
{"at":"2026-11-24T00:05:00Z","severity":2,"responders":[
 {"id":"a","walking_s":60,"answer":"never"},
 {"id":"b","walking_s":100,"answer":{"yes_after_s":50}},
 {"id":"c","walking_s":20,"answer":{"yes_after_s":1}},
 {"id":"d","walking_s":400,"answer":"never"}]}
{"at":"2026-11-24T04:00:00Z","severity":1,"responders":[
 {"id":"a","walking_s":60,"answer":"never"},
 {"id":"b","walking_s":100,"answer":"never"},
 {"id":"e","walking_s":10,"on_duty":false,"answer":{"yes_after_s":1}}]}
"#;

fn day() -> Vec<Case> {
    let lines = DAY.trim().replace(",\n", ",").replace("[\n", "[");
    history(&lines).expect("a history")
}

fn policy(mode: WaveMode) -> Policy {
    let mut policy = Policy::shipped().expect("sound");
    policy.waves.mode = mode;
    policy
}

fn run(cases: &[Case], policy: &Policy, seed: u64) -> Report {
    let ladders = Ladders::shipped().expect("sound");
    replay(cases, policy, ladders.get(LadderKind::Life), seed)
}

#[test]
fn a_day_worked_out_by_hand_under_the_ladder() {
    // 1: the ladder asks a, b, c. c says yes after 10 s and walks 200 s; busy until 00:33:30.
    // 2: c is busy, so a, b, d are asked; 45 s pass, nobody is left, b says yes after 50 s.
    // 3: a and b are asked and say nothing; e is off duty. Missed.
    let report = run(&day(), &policy(WaveMode::Ladder), 1);
    let times = Minutes {
        accepted_p50_s: Some(10),
        accepted_p90_s: Some(50),
        arrived_p50_s: Some(150),
        arrived_p90_s: Some(210),
    };
    assert_eq!(report.all, times);
    assert_eq!((report.cases, report.missed), (3, 1));
    assert_eq!((report.life_cases, report.life_missed), (2, 1));
    assert_eq!(report.life.arrived_p90_s, Some(210));
    // 3 + 3 + 2 asks, of which two brought somebody: a 3, b 3, c 1, d 1, e 0.
    assert_eq!((report.asks, report.asks_in_vain), (8, 6));
    assert_eq!((report.people, report.asks_of_one_most), (5, 3));
    assert_eq!(report.gini_among_asked, 0.25);
    // (-4·0 - 2·1 + 0·1 + 2·3 + 4·3) / (5·8)
    assert_eq!(report.gini, 0.4);
    assert_eq!(report.life_behind_nearest_s, 0);
}

#[test]
fn who_went_rests_as_the_policy_says() {
    // c went in the first case, was free 33 minutes later and is left alone for twenty more.
    let answers_after = |minutes: u32| {
        let mut cases = day();
        cases.truncate(2);
        cases[1].at = cases[0].at + seconds(minutes * 60);
        let report = run(&cases, &policy(WaveMode::Ladder), 1);
        report.all.accepted_p50_s.max(report.all.accepted_p90_s)
    };
    assert_eq!(answers_after(50), Some(50), "c rests, b is slower");
    assert_eq!(answers_after(54), Some(10), "c says yes after a second");
}

#[test]
fn the_same_day_with_everybody_asked_at_once() {
    // 1: d says yes first, after 5 s, and walks 300 s. 2: c is free now: 1 s, then 20 s.
    let report = run(&day(), &policy(WaveMode::AllAtOnce), 1);
    assert_eq!(report.all.accepted_p50_s, Some(1));
    assert_eq!(report.all.accepted_p90_s, Some(5));
    assert_eq!(report.all.arrived_p50_s, Some(21));
    assert_eq!(report.all.arrived_p90_s, Some(305));
    assert_eq!(report.asks, 4 + 3 + 2);
}

#[test]
fn a_wrong_line_is_named() {
    let wrong = [
        (r#"{"at":"2026-11-24T00:00:00Z"}"#, "missing field"),
        (
            r#"{"at":"2026-11-24T00:00:00Z","severity":0,"responders":[]}"#,
            "severity",
        ),
        (
            r#"{"at":"2026-11-24T00:00:00Z","severity":1,"lon":999,"lat":0,"responders":[]}"#,
            "longitude",
        ),
        (
            r#"{"at":"2026-11-24T00:00:00Z","severity":1,"lon":9,"responders":[]}"#,
            "latitude",
        ),
        (
            r#"{"at":"2026-11-24T00:00:00Z","severity":1,"responders":[{"id":"a"},{"id":"a"}]}"#,
            "twice",
        ),
        (
            r#"{"at":"2026-11-24T00:00:00Z","severity":1,"responders":[{"id":"a","walking_s":4000000000}]}"#,
            "walking_s",
        ),
        ("NaN", "expected value"),
    ];
    for (line, reason) in wrong {
        let error = history(&format!("\n{line}\n")).expect_err(line);
        let said = error.to_string();
        assert!(
            said.starts_with("line 2") && said.contains(reason),
            "{said}"
        );
    }
    assert!(history("").expect("nothing").is_empty());
}

#[test]
fn positions_stand_in_for_walking_times() {
    let line = r#"{"at":"2026-11-24T00:00:00Z","severity":1,"lon":122.0,"lat":31.0,
        "responders":[{"id":"a","lon":122.0,"lat":31.01},{"id":"b"}]}"#;
    let cases = history(&line.replace('\n', " ")).expect("a history");
    // A hundredth of a degree north is 1,112 m; with the detour 1,446 m, at 1.2 m/s 1,205 s.
    let ms = cases[0].walking_ms(&cases[0].responders[0]).expect("known");
    assert!(ms.abs_diff(1_204_600) < 1_000, "{ms}");
    assert_eq!(cases[0].walking_ms(&cases[0].responders[1]), None);
}

#[test]
fn an_invented_day_is_the_same_for_the_same_seed_and_survives_writing() {
    let options = |seed| GenerateOptions {
        days: 2,
        cases: 15,
        people: 40,
        seed,
    };
    let cases = generate(&options(7));
    assert_eq!(cases.len(), 30);
    assert!(cases == generate(&options(7)));
    assert!(cases != generate(&options(8)));
    let lines: Vec<String> = cases
        .iter()
        .map(|case| serde_json::to_string(case).expect("JSON"))
        .collect();
    let read = history(&lines.join("\n")).expect("read");
    assert!(read == cases, "written and read again");
    let planned = policy(WaveMode::Planned);
    let report = run(&cases, &planned, 3);
    assert_eq!(report, run(&cases, &planned, 3));
    assert_ne!(report, run(&cases, &planned, 4));
    assert!(report.missed < report.cases, "somebody comes: {report:?}");
    assert!(report.life_behind_nearest_s <= u64::from(planned.weights.life.bound_s));
}

#[test]
fn planned_waves_ask_fewer_than_everybody_and_are_no_later_at_the_door() {
    let cases = generate(&GenerateOptions {
        days: 10,
        cases: 40,
        people: 120,
        seed: 11,
    });
    let planned = run(&cases, &policy(WaveMode::Planned), 5);
    let at_once = run(&cases, &policy(WaveMode::AllAtOnce), 5);
    assert!(planned.asks < at_once.asks, "{planned:?} {at_once:?}");
    assert!(planned.life_missed <= at_once.life_missed + 1);
    let mean_ok = planned.life.arrived_p50_s <= at_once.life.arrived_p50_s;
    assert!(mean_ok, "{:?} {:?}", planned.life, at_once.life);
}

#[test]
fn ranks_and_unevenness() {
    assert_eq!(rank(&[], 50), None);
    assert_eq!(rank(&[7], 90), Some(7));
    let ten: Vec<u64> = (1..=10).collect();
    assert_eq!((rank(&ten, 50), rank(&ten, 90)), (Some(5), Some(9)));
    assert_eq!(gini(vec![]), 0.0);
    assert_eq!(gini(vec![0, 0]), 0.0);
    assert_eq!(gini(vec![4, 4, 4]), 0.0);
    assert_eq!(gini(vec![0, 0, 0, 8]), 0.75);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_day_adds_up(
        cases in 0_u32..20,
        people in 0_u32..30,
        seed: u64,
        mode in 0_usize..3,
    ) {
        let days = generate(&GenerateOptions { days: 1, cases, people, seed });
        let report = run(&days, &policy(WaveMode::ALL[mode]), seed);
        prop_assert_eq!(report.cases, cases as usize);
        prop_assert!(report.asks <= report.cases * 16, "the ladder is the upper frame");
        prop_assert!(report.asks_in_vain <= report.asks);
        prop_assert!(report.life_missed <= report.missed && report.missed <= report.cases);
        prop_assert!((0.0..1.0).contains(&report.gini), "{}", report.gini);
        prop_assert!(report.gini_among_asked <= report.gini + 1e-12);
    }
}
