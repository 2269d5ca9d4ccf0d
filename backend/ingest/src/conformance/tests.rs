use super::*;
use crate::registry::CODECS;

fn now() -> Timestamp {
    "2026-11-24T03:00:00Z".parse().expect("a moment")
}

#[test]
fn every_protocol_plays_every_scenario_or_says_why_not() {
    let mut missing = Vec::new();
    for codec in CODECS {
        for scenario in Scenario::ALL {
            let played = play(codec, scenario, now());
            let has_sample = {
                let heard = samples(codec, now());
                scenario::in_samples(scenario, &codec.manner, &heard).is_some()
            };
            match played {
                None => missing.push(format!("{} {scenario}", codec.protocol)),
                Some(Play::Unsaid(_)) if has_sample => {
                    missing.push(format!(
                        "{} {scenario} is said all the same",
                        codec.protocol
                    ));
                }
                Some(_) => {}
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn what_is_played_shows_its_scenario_to_whoever_records_it() {
    for codec in CODECS {
        for scenario in Scenario::ALL {
            let Some(Play::Frames(frames)) = play(codec, scenario, now()) else {
                continue;
            };
            let text: Vec<_> = frames.iter().map(hex::encode).collect();
            let recording = read(codec, &text.join("\n"), now());
            let shown = recording.shows(codec, scenario);
            assert!(shown.is_some(), "{} {scenario}", codec.protocol);
            assert_eq!(recording.unreadable(), 0, "{} {scenario}", codec.protocol);
        }
    }
}

#[test]
fn kinds_that_are_named_are_kinds_that_samples_have() {
    for codec in CODECS {
        let heard = samples(codec, now());
        let kinds: Vec<_> = heard.iter().map(|one| one.event.kind.as_str()).collect();
        let named = codec.manner.logins.iter().chain(codec.manner.beats);
        let is_there = named.clone().any(|kind| kinds.contains(kind));
        assert!(
            is_there || named.count() == 0,
            "{}: {kinds:?}",
            codec.protocol
        );
    }
}
