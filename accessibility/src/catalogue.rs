//! Looking texts up.

use std::borrow::Cow;
use std::collections::BTreeMap;

use domain::message::Facts;
use rust_i18n::Backend;

use crate::facts::{Voice, known, word};
use crate::language::Language;
use crate::template;

/// The texts compiled into this crate.
pub(crate) fn shipped() -> &'static dyn Backend {
    crate::_rust_i18n_backend()
}

/// A text in a language; the easy level falls back to standard Chinese.
pub(crate) fn text<'b>(
    texts: &'b dyn Backend,
    language: Language,
    key: &str,
) -> Option<Cow<'b, str>> {
    language
        .locales()
        .iter()
        .find_map(|locale| texts.translate(locale, key))
}

/// Endings of a key that say the same with fewer facts, the fullest first.
pub(crate) const VARIANTS: &[&str] = &["", "_short", "_plain"];

/// A text of a catalogue with its facts put in.
///
/// Takes the fullest variant whose facts are all known: `key`, `key_short`, `key_plain`. `None`
/// when there is no such key, or no variant that the facts suffice for.
pub fn phrase(section: &str, key: &str, language: Language, facts: &Facts) -> Option<String> {
    let texts = shipped();
    VARIANTS.iter().find_map(|variant| {
        let template = text(texts, language, &format!("{section}.{key}{variant}"))?;
        template::fill(&template, |name| {
            word(texts, language, name, known(facts, name)?, Voice::Written)
        })
        .ok()
    })
}

/// All texts of one catalogue without facts put in, by key without the catalogue's name.
pub fn section(section: &str, language: Language) -> BTreeMap<String, String> {
    let prefix = format!("{section}.");
    let mut found = BTreeMap::new();
    // The own locale comes first in the list and must win, so it is read last.
    for locale in language.locales().iter().rev() {
        for (key, text) in shipped().messages_for_locale(locale).unwrap_or_default() {
            if let Some(key) = key.strip_prefix(&prefix) {
                found.insert(key.to_owned(), text.into_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use domain::message::facts;

    use super::*;

    #[test]
    fn the_fullest_variant_that_is_known_is_taken() {
        let say = |facts: &Facts| {
            phrase("timeline", "offer_accepted", Language::En, facts).expect("a phrase")
        };
        let responder = ("responder", "李小明".to_owned());
        assert_eq!(
            say(&facts([responder.clone(), ("minutes", "1".to_owned())])),
            "李小明 accepted, about 1 minute on foot"
        );
        assert_eq!(say(&facts([responder])), "李小明 accepted");
        assert_eq!(say(&facts([])), "Someone accepted");
    }

    #[test]
    fn an_unknown_word_falls_back_to_the_plain_variant() {
        let odd = facts([("reason", "moon_phase".to_owned())]);
        let said = phrase("timeline", "ranked_fallback", Language::ZhCn, &odd);
        assert_eq!(said.as_deref(), Some("换一种办法找人"));
    }

    #[test]
    fn unknown_keys_are_nothing() {
        assert_eq!(
            phrase("timeline", "no_such_key", Language::ZhCn, &facts([])),
            None
        );
        assert_eq!(
            phrase("demo", "listening_tcp", Language::ZhCn, &facts([])),
            None
        );
        assert!(section("no_such_section", Language::En).is_empty());
    }

    #[test]
    fn the_easy_level_fills_up_from_standard_chinese() {
        let easy = section("kinds", Language::ZhCnEasy);
        let standard = section("kinds", Language::ZhCn);
        assert_eq!(easy.len(), standard.len());
        assert_eq!(easy["fall"], "摔倒了");
        assert_eq!(easy["power_off"], standard["power_off"]);
    }
}
