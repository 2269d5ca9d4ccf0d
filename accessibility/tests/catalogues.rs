//! The keys that other crates ask for by name.

use std::collections::BTreeSet;

use accessibility::{Language, phrase, section};
use domain::message::facts;

const TIMELINE: &[&str] = &[
    "alarm_received",
    "alarm_again",
    "proof_test",
    "incident_opened",
    "offers_sent",
    "offer_accepted",
    "offer_declined",
    "offers_withdrawn",
    "offers_expired",
    "operator_acknowledged",
    "operator_notified",
    "family_notified",
    "identified",
    "departed",
    "arrived",
    "no_movement",
    "late",
    "exhausted",
    "outcome_missing",
    "resolved",
    "closed",
    "reopened",
    "still_open",
    "follow_up_due",
    "ranked_fallback",
];

const PROBLEMS: &[&str] = &[
    "malformed_request",
    "unauthenticated",
    "forbidden",
    "not_found",
    "method_not_allowed",
    "conflict",
    "already_taken",
    "offer_closed",
    "incident_closed",
    "incident_not_closed",
    "no_on_scene_record",
    "already_identified",
    "command_not_supported",
    "device_registered",
    "device_bound",
    "device_not_bound",
    "label_invalid",
    "idempotency_key_reused",
    "contended",
    "payload_too_large",
    "unsupported_media_type",
    "invalid_request",
    "too_many_requests",
    "internal",
    "unavailable",
];

#[test]
fn every_timeline_kind_is_sayable_with_and_without_facts() {
    let known = facts([
        ("kind", "fall".to_owned()),
        ("count", "3".to_owned()),
        ("minutes", "3".to_owned()),
        ("responder", "李小明".to_owned()),
        ("outcome", "helped".to_owned()),
        ("rung", "1".to_owned()),
        ("reason", "fixed_list".to_owned()),
    ]);
    for kind in TIMELINE {
        for language in Language::ALL {
            for facts in [&known, &facts([])] {
                let said = phrase("timeline", kind, *language, facts).expect("a line");
                assert!(
                    !said.is_empty() && !said.contains("%{"),
                    "{kind} {language}: {said}"
                );
            }
        }
    }
}

#[test]
fn every_problem_has_a_title_and_a_plain_sentence() {
    for slug in PROBLEMS {
        for language in Language::ALL {
            for part in ["title", "plain"] {
                let key = format!("{slug}.{part}");
                let said = phrase("problems", &key, *language, &facts([]));
                assert!(
                    said.is_some_and(|said| !said.is_empty()),
                    "{key} {language}"
                );
            }
        }
    }
}

#[test]
fn catalogues_have_the_same_keys_in_every_language() {
    let sections = [
        "ui", "timeline", "problems", "demo", "reasons", "grounds", "kinds", "outcomes",
        "statuses", "roles",
    ];
    for name in sections {
        let keys = |language| section(name, language).into_keys().collect::<BTreeSet<_>>();
        let standard = keys(Language::ZhCn);
        assert!(!standard.is_empty(), "{name}");
        for language in Language::ALL {
            assert_eq!(keys(*language), standard, "{name} {language}");
        }
    }
}

#[test]
fn the_demo_tells_its_story_in_both_languages() {
    let facts = facts([("url", "http://127.0.0.1:8080".to_owned())]);
    assert_eq!(
        phrase("demo", "keep_serving", Language::En, &facts).as_deref(),
        Some("Still serving at http://127.0.0.1:8080. Press Ctrl+C to stop.")
    );
    assert_eq!(
        phrase("demo", "stage.device_answered", Language::ZhCn, &facts).as_deref(),
        Some("回复手表")
    );
}
