//! Raw facts to words: `fall` to 跌倒, `3` to 3 minutes.

use domain::message::Facts;
use domain::time::{Timestamp, seconds};
use rust_i18n::Backend;

use crate::catalogue::text;
use crate::language::Language;
use crate::{spoken, template};

/// Whether a text is read by eyes or said aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    /// Arabic digits, which can be compared.
    Written,
    /// Numerals as words, because speech engines misread digits in Chinese.
    Spoken,
}

/// Facts whose value is a word of a catalogue.
pub(crate) const WORDS: &[(&str, &str)] = &[
    ("kind", "kinds"),
    ("outcome", "outcomes"),
    ("status", "statuses"),
    ("role", "roles"),
    ("reason", "reasons"),
    ("why", "waves"),
    ("to", "handed"),
    ("companion", "companions"),
    ("result", "results"),
    ("way", "ways"),
    ("away", "away"),
];

/// Facts whose value is a number with a unit.
pub(crate) const UNITS: &[&str] = &[
    "minutes", "metres", "repeats", "rung", "count", "cases", "ahead",
];

/// Facts whose value is a moment, told as the time of day here.
const MOMENTS: &[&str] = &["until"];

/// A fact, unless the notice says that it is not known.
pub(crate) fn known<'f>(facts: &'f Facts, name: &str) -> Option<&'f str> {
    facts
        .get(name)
        .map(String::as_str)
        .filter(|value| !matches!(*value, "" | "?"))
}

/// What stands in the text for a fact; `None` for a word the catalogue does not have.
pub(crate) fn word(
    texts: &dyn Backend,
    language: Language,
    name: &str,
    value: &str,
    voice: Voice,
) -> Option<String> {
    if let Some((_, catalogue)) = WORDS.iter().find(|(fact, _)| *fact == name) {
        return text(texts, language, &format!("{catalogue}.{value}")).map(Into::into);
    }
    if name == "message" {
        return text(texts, language, &format!("notices.{value}.title")).map(Into::into);
    }
    if name == "finding" {
        let plain = text(texts, language, &format!("evidence.{value}_plain"));
        return plain
            .or_else(|| text(texts, language, &format!("evidence.{value}")))
            .map(Into::into);
    }
    if UNITS.contains(&name) {
        return amount(texts, language, name, value, voice);
    }
    if MOMENTS.contains(&name) {
        return clock(value);
    }
    Some(value.to_owned())
}

/// The time of day of an RFC 3339 moment in Shanghai, which is UTC+8 all year.
fn clock(moment: &str) -> Option<String> {
    let at: Timestamp = moment.parse().ok()?;
    let here = at.checked_add_signed(seconds(8 * 3600))?;
    Some(here.format("%H:%M").to_string())
}

fn amount(
    texts: &dyn Backend,
    language: Language,
    unit: &str,
    value: &str,
    voice: Voice,
) -> Option<String> {
    let number: u32 = value.parse().ok()?;
    // "About 0 minutes away" helps nobody.
    let number = if unit == "minutes" {
        number.max(1)
    } else {
        number
    };
    let form = if number == 1 { "one" } else { "other" };
    let said = match voice {
        Voice::Spoken if language.is_chinese() => spoken::quantity(number),
        Voice::Spoken | Voice::Written => number.to_string(),
    };
    let template = text(texts, language, &format!("units.{unit}.{form}"))?;
    template::fill(&template, |name| (name == "n").then(|| said.clone())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::shipped;

    fn say(language: Language, name: &str, value: &str) -> Option<String> {
        word(shipped(), language, name, value, Voice::Written)
    }

    #[test]
    fn words_units_and_names() {
        assert_eq!(say(Language::En, "kind", "fall").as_deref(), Some("a fall"));
        assert_eq!(
            say(Language::ZhCnEasy, "kind", "fall").as_deref(),
            Some("摔倒了")
        );
        assert_eq!(
            say(Language::En, "minutes", "1").as_deref(),
            Some("1 minute")
        );
        assert_eq!(
            say(Language::En, "minutes", "0").as_deref(),
            Some("1 minute")
        );
        assert_eq!(
            say(Language::En, "repeats", "0").as_deref(),
            Some("0 times")
        );
        assert_eq!(
            say(Language::ZhCn, "metres", "180").as_deref(),
            Some("180米")
        );
        assert_eq!(
            say(Language::ZhCn, "responder", "李小明").as_deref(),
            Some("李小明")
        );
    }

    #[test]
    fn a_message_is_named_by_its_title() {
        assert_eq!(
            say(Language::En, "message", "operator_alarm").as_deref(),
            Some("New alarm")
        );
        assert_eq!(say(Language::En, "message", "gossip"), None);
    }

    #[test]
    fn an_unknown_fact_is_no_fact() {
        let told = domain::message::facts([
            ("minutes", "?".to_owned()),
            ("device", String::new()),
            ("metres", "5".to_owned()),
        ]);
        assert_eq!(known(&told, "minutes"), None);
        assert_eq!(known(&told, "device"), None);
        assert_eq!(known(&told, "rung"), None);
        assert_eq!(known(&told, "metres"), Some("5"));
    }

    #[test]
    fn a_moment_is_the_time_of_day_here() {
        let until = |value| say(Language::En, "until", value);
        assert_eq!(until("2026-11-24T06:20:00+00:00").as_deref(), Some("14:20"));
        assert_eq!(until("2026-11-24T20:05:59Z").as_deref(), Some("04:05"));
        assert_eq!(until("later"), None);
    }

    #[test]
    fn nonsense_is_no_word() {
        assert_eq!(say(Language::En, "kind", "earthquake"), None);
        assert_eq!(say(Language::En, "minutes", "soon"), None);
    }
}
