//! Every message in every language and channel, some of them word for word.

use domain::message::{Facts, facts};

use super::*;

fn sample(key: MessageKey) -> Notice {
    let all = facts([
        ("kind", "fall".to_owned()),
        ("minutes", "3".to_owned()),
        ("metres", "180".to_owned()),
        ("responder", "李小明".to_owned()),
        ("outcome", "taken_to_hospital".to_owned()),
        ("repeats", "2".to_owned()),
        ("rung", "2".to_owned()),
        ("device", "9990000015".to_owned()),
    ]);
    let declared = arguments(key);
    let names = [declared.required, declared.optional].concat();
    let facts: Facts = all
        .into_iter()
        .filter(|(name, _)| names.contains(&&**name))
        .collect();
    Notice { key, facts }
}

fn without(mut notice: Notice, fact: &str) -> Notice {
    notice.facts.remove(fact);
    notice
}

#[test]
fn every_message_renders_everywhere() {
    for key in MessageKey::ALL {
        for language in Language::ALL {
            for channel in Channel::ALL {
                let said = render(&sample(*key), *language, *channel).expect("words");
                let all = [&said.title, &said.body].into_iter().chain(&said.speakable);
                for text in all {
                    assert!(
                        !text.is_empty() && !text.contains("%{"),
                        "{key} {language}: {text}"
                    );
                    assert!(!text.contains(key.as_str()), "{key} {language}: {text}");
                }
            }
        }
    }
}

#[test]
fn every_message_renders_without_its_optional_facts() {
    for key in MessageKey::ALL {
        let mut notice = sample(*key);
        for name in arguments(*key).optional {
            notice.facts.insert((*name).to_owned(), "?".to_owned());
        }
        for language in [Language::ZhCn, Language::ZhCnEasy] {
            for channel in Channel::ALL {
                let said = render(&notice, language, *channel).expect("words").body;
                // Chinese texts use the full-width mark, so this one could only be a fact.
                assert!(
                    !said.contains("%{") && !said.contains('?'),
                    "{key} {language}: {said}"
                );
            }
        }
    }
}

#[test]
fn a_lock_screen_learns_no_name_and_no_health() {
    let secrets = [
        "李小明",
        "跌倒",
        "摔倒",
        "fall",
        "医院",
        "hospital",
        "9990000015",
    ];
    for key in MessageKey::ALL {
        for language in Language::ALL {
            for channel in [Channel::Push, Channel::Sms] {
                let said = render(&sample(*key), *language, channel).expect("words");
                for secret in secrets {
                    let leaks = said.title.contains(secret) || said.body.contains(secret);
                    assert!(!leaks, "{key} {language}: {secret}");
                }
                assert_eq!(said.speakable, None);
            }
        }
    }
}

#[test]
fn chinese_speech_has_no_digits() {
    for key in MessageKey::ALL {
        for language in [Language::ZhCn, Language::ZhCnEasy] {
            let said = render(&sample(*key), language, Channel::Console).expect("words");
            let speech = said.speakable.expect("speech");
            assert!(
                !speech.chars().any(|c| c.is_ascii_digit()),
                "{key}: {speech}"
            );
        }
    }
}

#[test]
fn an_offer_word_for_word() {
    let offer = sample(MessageKey::OfferNew);
    let body = |language, channel| render(&offer, language, channel).expect("words").body;
    assert_eq!(
        body(Language::ZhCn, Channel::Console),
        "附近有老人求助：跌倒。走过去大约3分钟，180米。您现在能去吗？"
    );
    assert_eq!(
        body(Language::ZhCnEasy, Channel::Console),
        "邻居老人求助：摔倒了。走过去3分钟。您能去吗？"
    );
    assert_eq!(
        body(Language::En, Channel::Console),
        "An older neighbour needs help: a fall. It is about 3 minutes on foot (180 metres). \
         Can you go now?"
    );
    assert_eq!(
        body(Language::ZhCn, Channel::Push),
        "附近有老人需要帮助。走过去大约3分钟。请打开安邻回答。"
    );
    assert_eq!(
        body(Language::En, Channel::Sms),
        "Anlin: An older neighbour needs help, about 3 minutes on foot. \
         Please open Anlin and answer."
    );
    let speech = render(&offer, Language::ZhCn, Channel::Console)
        .expect("words")
        .speakable;
    let heard = "附近有老人求助：跌倒。走过去大约三分钟，一百八十米。您现在能去吗？";
    assert_eq!(speech.as_deref(), Some(heard));
}

#[test]
fn what_family_and_seat_read_word_for_word() {
    let body = |key, language| {
        render(&sample(key), language, Channel::Console)
            .expect("words")
            .body
    };
    assert_eq!(
        body(MessageKey::FamilyHelpComing, Language::ZhCn),
        "李小明答应去帮忙，走过去大约3分钟。"
    );
    assert_eq!(
        body(MessageKey::FamilyClosed, Language::En),
        "This call for help is over: taken to hospital. To know more, please ask the duty desk."
    );
    assert_eq!(
        body(MessageKey::OperatorAlarmAgain, Language::En),
        "The same alarm came again: a fall. Repeated 2 times."
    );
    let exhausted = render(
        &sample(MessageKey::OperatorExhausted),
        Language::ZhCnEasy,
        Channel::Console,
    );
    let speech = exhausted.expect("words").speakable;
    let heard = "都问过了，没有人能去。请马上打一二零。再告诉值班负责人。";
    assert_eq!(speech.as_deref(), Some(heard));
}

#[test]
fn what_is_not_known_is_left_out() {
    let body = |notice| {
        render(&notice, Language::ZhCn, Channel::Console)
            .expect("words")
            .body
    };
    let offer = without(sample(MessageKey::OfferNew), "metres");
    assert_eq!(
        body(offer.clone()),
        "附近有老人求助：跌倒。走过去大约3分钟。您现在能去吗？"
    );
    assert_eq!(
        body(without(offer, "minutes")),
        "附近有老人求助：跌倒。您现在能去吗？"
    );
    let coming = sample(MessageKey::FamilyHelpComing);
    assert_eq!(
        body(without(coming.clone(), "minutes")),
        "李小明答应去帮忙了。"
    );
    assert_eq!(body(without(coming, "responder")), "有人答应去帮忙了。");
}

#[test]
fn one_minute_is_singular() {
    let mut offer = sample(MessageKey::OfferNew);
    offer.facts.insert("minutes".into(), "1".into());
    let said = render(&offer, Language::En, Channel::Push)
        .expect("words")
        .body;
    assert!(said.contains("about 1 minute on foot"), "{said}");
}

#[test]
fn a_missing_fact_is_an_error_and_not_a_placeholder() {
    let offer = without(sample(MessageKey::OfferNew), "kind");
    let refused = render(&offer, Language::ZhCn, Channel::Console);
    let key = MessageKey::OfferNew;
    assert_eq!(
        refused,
        Err(RenderError::MissingFact {
            key,
            fact: "kind".into()
        })
    );
    // The lock screen does not need it, so the neighbour is still asked.
    assert!(render(&offer, Language::ZhCn, Channel::Push).is_ok());
}

#[test]
fn an_unknown_word_is_an_error_without_the_value() {
    let mut offer = sample(MessageKey::OfferNew);
    offer.facts.insert("kind".into(), "earthquake".into());
    let refused = render(&offer, Language::En, Channel::Console).expect_err("no such word");
    assert_eq!(
        refused.to_string(),
        "notice offer_new has an unknown value for kind"
    );
}

#[test]
fn a_missing_text_is_an_error_and_not_the_key() {
    let empty = rust_i18n::SimpleBackend::new();
    let notice = sample(MessageKey::OfferNew);
    let refused = render_from(&empty, &notice, Language::ZhCnEasy, Channel::Push);
    let key = "notices.offer_new.title".to_owned();
    assert_eq!(
        refused,
        Err(RenderError::MissingText {
            key,
            language: Language::ZhCnEasy
        })
    );
}

#[test]
fn a_name_that_looks_like_a_placeholder_stays_as_it_is() {
    let mut notice = sample(MessageKey::FamilyHelpArrived);
    notice.facts.insert("responder".into(), "%{kind}".into());
    let said = render(&notice, Language::En, Channel::Console)
        .expect("words")
        .body;
    assert!(said.starts_with("%{kind} is there now."), "{said}");
}
