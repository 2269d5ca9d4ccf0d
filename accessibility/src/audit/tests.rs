//! Each rule is shown to bite: a gap is planted in a copy of the shipped texts.

use std::borrow::Cow;
use std::collections::HashMap;

use rust_i18n::SimpleBackend;

use super::*;

type Locale = HashMap<Cow<'static, str>, Cow<'static, str>>;

/// The shipped texts with one text replaced, or removed by `None`.
fn planted(locale: &str, key: &str, text: Option<&str>) -> SimpleBackend {
    let mut texts = SimpleBackend::new();
    for language in Language::ALL {
        let messages = shipped()
            .messages_for_locale(language.tag())
            .expect("shipped texts");
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let mut messages: Locale = messages
            .into_iter()
            .map(|(key, text)| (owned(key), owned(text)))
            .collect();
        if language.tag() == locale {
            messages.remove(key);
            messages.extend(text.map(|text| (Cow::Owned(key.into()), Cow::Owned(text.into()))));
        }
        texts.add_translations(Cow::Borrowed(language.tag()), messages);
    }
    texts
}

fn rules(locale: &str, key: &str, text: Option<&str>) -> Vec<Rule> {
    let found = gaps(&planted(locale, key, text));
    assert!(
        found.iter().all(|gap| gap.key == key),
        "only the planted gap: {found:?}"
    );
    found.into_iter().map(|gap| gap.rule).collect()
}

#[test]
fn the_shipped_texts_have_no_gap() {
    let found: Vec<String> = missing().iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_removed_text_is_found_in_every_language() {
    for language in Language::ALL {
        let found = rules(language.tag(), "notices.offer_new.body", None);
        assert!(found.contains(&Rule::Missing), "{language}");
    }
    assert_eq!(
        rules("zh-CN", "kinds.sos", None),
        [Rule::Missing, Rule::Missing]
    );
    assert_eq!(
        rules("en", "problems.conflict.plain", None),
        [Rule::Missing]
    );
    assert_eq!(rules("en", "ui.waiting", Some(" ")), [Rule::Missing]);
}

#[test]
fn an_argument_too_few_or_too_many_is_found() {
    let few = rules("en", "notices.family_closed.body", Some("It is over."));
    assert!(matches!(&few[..], [Rule::Arguments { found, declared }]
        if found.is_empty() && declared == &["outcome"]));
    let many = rules(
        "zh-CN-x-easy",
        "notices.offer_withdrawn.body",
        Some("%{responder}去了。"),
    );
    assert!(matches!(&many[..], [Rule::Arguments { .. }]));
    let other = rules("en", "demo.port_taken", Some("%{port} is in use."));
    assert!(matches!(&other[..], [Rule::Arguments { .. }]));
    let undeclared = rules(
        "zh-CN",
        "notices.offer_withdrawn.discreet",
        Some("%{minutes}。"),
    );
    assert!(matches!(
        &undeclared[..],
        [Rule::Arguments { .. }, Rule::Arguments { .. }]
    ));
}

#[test]
fn a_crooked_placeholder_is_found() {
    assert_eq!(rules("en", "ui.time", Some("Time %{")), [Rule::Malformed]);
}

#[test]
fn an_orphan_is_found() {
    let found = rules("zh-CN-x-easy", "notices.offer_new.bodi", Some("邻居求助。"));
    assert!(found.contains(&Rule::Orphan));
}

#[test]
fn a_timeline_line_that_needs_facts_is_found() {
    let found = gaps(&planted("en", "timeline.departed_plain", None));
    assert!(
        found.iter().any(|gap| gap.rule == Rule::NeedsFacts),
        "{found:?}"
    );
}

#[test]
fn a_revealing_lock_screen_is_found() {
    let fall = Some("附近有老人跌倒。请打开安邻。");
    assert!(rules("zh-CN", "notices.offer_new.discreet", fall).contains(&Rule::Revealing));
    let title = rules(
        "en",
        "notices.operator_alarm.title",
        Some("New alarm: a fall"),
    );
    assert_eq!(title, [Rule::Revealing]);
}

#[test]
fn a_text_message_that_is_too_long_is_found() {
    let long = "请您过去看看。".repeat(10);
    let found = gaps(&planted(
        "zh-CN",
        "notices.operator_late.discreet",
        Some(&long),
    ));
    assert!(
        found.iter().any(|gap| gap.rule == Rule::TooLongForSms),
        "{found:?}"
    );
}

#[test]
fn hard_sentences_are_found() {
    let key = "notices.offer_withdrawn.body";
    assert_eq!(
        rules("zh-CN", key, Some(&"好".repeat(26))),
        [Rule::LongSentence {
            length: 26,
            limit: 25
        }]
    );
    assert_eq!(
        rules("zh-CN-x-easy", key, Some(&"好".repeat(16))),
        [Rule::LongSentence {
            length: 16,
            limit: 15
        }]
    );
    assert_eq!(
        rules("en", key, Some(&"word ".repeat(21))),
        [Rule::LongSentence {
            length: 21,
            limit: 20
        }]
    );
    assert_eq!(
        rules("zh-CN-x-easy", key, Some("好。好。好。好。")),
        [Rule::ManySentences(4)]
    );
}

#[test]
fn official_words_and_foreign_scripts_are_found() {
    let key = "notices.offer_withdrawn.body";
    let found = rules("zh-CN-x-easy", key, Some("系统已触发。"));
    assert_eq!(
        found,
        [Rule::Jargon("系统".into()), Rule::Jargon("触发".into())]
    );
    assert_eq!(
        rules("zh-CN-x-easy", key, Some("请看App。")),
        [Rule::Script]
    );
    assert_eq!(rules("en", key, Some("谢谢.")), [Rule::Script]);
}
