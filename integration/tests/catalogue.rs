//! Every text that anybody asks for exists, in every language.
//!
//! The library prints a missing key as the key, and a phrase that is not found is left out: both
//! would only be seen by a person. Keys are found where they are asked for, in the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use accessibility::{Arguments, Channel, Language, arguments, phrase, render, section};
use domain::incidents::{
    IncidentKind, IncidentStatus, NextOwner, OfferState, Outcome, TimelineKind,
};
use domain::message::{Facts, MessageKey, Notice};
use openapi::Slug;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn sources(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(ROOT).join(folder)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("a folder");
            open.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else if path.to_string_lossy().ends_with(ending) {
            let text = std::fs::read_to_string(&path).expect("text");
            found.push((path, text));
        }
    }
    found
}

/// String literals inside the brackets of every call of this name.
fn literals_of_calls(text: &str, call: &str) -> Vec<Vec<String>> {
    let mut calls = Vec::new();
    for (at, _) in text.match_indices(call) {
        let arguments = &text[at + call.len()..];
        let mut depth = 1;
        let inside = arguments.char_indices().find_map(|(end, it)| {
            depth += i32::from(it == '(') - i32::from(it == ')');
            (depth == 0).then(|| &arguments[..end])
        });
        let inside = inside.unwrap_or_default().replace("=== \"", "=== ~");
        let literals = inside.split('"').skip(1).step_by(2).map(str::to_owned);
        calls.push(literals.collect());
    }
    calls
}

fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|it| it.is_ascii_lowercase() || "_.0123456789".contains(it))
}

fn assert_keys(catalogue: &str, keys: &BTreeSet<String>) {
    for language in Language::ALL {
        let texts = section(catalogue, *language);
        for key in keys {
            let text = texts.get(key).map(|text| text.trim()).unwrap_or_default();
            assert!(
                !text.is_empty(),
                "{catalogue}.{key} has no text in {language}"
            );
        }
    }
}

#[test]
fn every_problem_has_words() {
    let key = |slug: Slug, part: &str| format!("{}.{part}", slug.as_str().replace('-', "_"));
    let keys = Slug::ALL
        .iter()
        .flat_map(|slug| [key(*slug, "title"), key(*slug, "plain")]);
    let keys: BTreeSet<String> = keys.collect();
    assert_keys("problems", &keys);
    let written: BTreeSet<String> = section("problems", Language::En).into_keys().collect();
    assert_eq!(written, keys, "words for a problem that does not exist");
}

#[test]
fn every_line_of_history_can_be_said_without_any_fact() {
    for kind in TimelineKind::ALL {
        for language in Language::ALL {
            let said = phrase("timeline", kind.as_str(), *language, &Facts::new());
            assert!(
                said.is_some_and(|text| !text.is_empty()),
                "{kind} in {language}"
            );
        }
    }
}

#[test]
fn every_message_renders_in_every_language_and_channel() {
    let values = |name: &&str| {
        let value = match *name {
            "kind" => "fall",
            "outcome" => "helped",
            "minutes" | "metres" | "repeats" | "rung" => "3",
            _ => "X",
        };
        ((*name).to_owned(), value.to_owned())
    };
    let mut rendered = 0;
    for key in MessageKey::ALL.iter().copied() {
        let Arguments { required, optional } = arguments(key);
        let bare: Facts = required.iter().map(values).collect();
        let full: Facts = required.iter().chain(optional).map(values).collect();
        for facts in [bare, full] {
            for language in Language::ALL {
                for channel in [Channel::Console, Channel::Push, Channel::Sms] {
                    let notice = Notice {
                        key,
                        facts: facts.clone(),
                    };
                    let words = render(&notice, *language, channel);
                    let words = words.unwrap_or_else(|error| panic!("{key} {language}: {error}"));
                    for text in [&words.title, &words.body] {
                        assert!(!text.is_empty() && !text.contains("%{"), "{key}: {text}");
                    }
                    rendered += 1;
                }
            }
        }
    }
    assert_eq!(rendered, MessageKey::ALL.len() * 18);
}

#[test]
fn every_text_the_page_asks_for_exists() {
    let mut keys = BTreeSet::new();
    for (_, text) in sources("accessibility/web/live", ".js") {
        let said = literals_of_calls(&text, "say(").into_iter().flatten();
        keys.extend(said.filter(|literal| is_key(literal)));
        // The label of a fact; behind it stand the groups of its words.
        let facts = literals_of_calls(&text, "fact(").into_iter();
        keys.extend(facts.filter_map(|literals| literals.into_iter().next()));
    }
    for (_, text) in sources("accessibility/web/live", ".html") {
        for attribute in ["data-text=\"", "data-label=\""] {
            let asked = text.split(attribute).skip(1);
            keys.extend(
                asked
                    .filter_map(|rest| rest.split('"').next())
                    .map(str::to_owned),
            );
        }
    }
    assert!(keys.len() > 30, "the page is read: {keys:?}");
    assert_keys("ui", &keys);
}

#[test]
fn the_page_has_a_word_for_every_value_of_the_wire() {
    fn keys<T: Copy>(group: &str, all: &[T], word: impl Fn(T) -> &'static str) -> Vec<String> {
        all.iter()
            .map(|case| format!("{group}_{}", word(*case)))
            .collect()
    }
    let words = [
        keys("status", IncidentStatus::ALL, IncidentStatus::as_str),
        keys("kind", IncidentKind::ALL, IncidentKind::as_str),
        keys("outcome", Outcome::ALL, Outcome::as_str),
        keys("offer", OfferState::ALL, OfferState::as_str),
        keys("severity", &["1", "2", "3"], |level| level),
    ];
    let owners = NextOwner::ALL
        .iter()
        .filter(|owner| **owner != NextOwner::Nobody);
    let owners: Vec<String> = owners.map(|owner| format!("owner_{owner}")).collect();
    assert_keys("ui", &words.concat().into_iter().chain(owners).collect());
}

#[test]
fn every_text_the_terminal_asks_for_exists() {
    let mut keys = BTreeMap::new();
    for folder in ["demo", "maps", "seed"] {
        let folder = &format!("backend/server/src/{folder}");
        let file = format!("{folder}.rs");
        let files = sources(folder, ".rs")
            .into_iter()
            .chain(sources(&file, ".rs"));
        for (path, text) in files {
            for call in ["say(", "phrase(", ".line(", "said("] {
                for literals in literals_of_calls(&text, call) {
                    // Another catalogue's text.
                    if call == "phrase(" && literals.first().is_some_and(|it| it != "demo") {
                        continue;
                    }
                    let key = literals.into_iter().find(|it| is_key(it) && it != "demo");
                    keys.extend(key.map(|key| (key, path.clone())));
                }
            }
        }
    }
    assert!(keys.len() > 10, "the sources are read: {keys:?}");
    let demo = section("demo", Language::En);
    // A nested call's own literals are not keys of this catalogue's flat names.
    let keys: BTreeSet<String> = keys.into_keys().collect();
    let missing: Vec<&String> = keys.iter().filter(|key| !demo.contains_key(*key)).collect();
    assert!(missing.is_empty(), "demo has no {missing:?}");
    assert_keys("demo", &keys);
}
