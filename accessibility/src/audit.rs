//! Finding what would leave a person without words, before anything ships.
//!
//! The library itself checks nothing: a missing key would print as the key, a missing argument as
//! `%{name}`. Every rule here is run over the shipped texts by a test, and over planted gaps by
//! another.

mod notices;
mod reading;

use std::collections::BTreeSet;

use domain::devices::{Alarm, Concern};
use domain::evidence::{Caution, Finding};
use domain::identity::Role;
use domain::incidents::{IncidentKind, IncidentStatus, OfferState, Outcome, TimelineKind};
use domain::responders::{Reason, WaveWhy};
use rust_i18n::Backend;

use crate::catalogue::{VARIANTS, shipped, text};
use crate::language::Language;
use crate::template;

/// One text that is missing or breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{key} ({language}): {rule}")]
pub struct Gap {
    /// Full key of the text.
    pub key: String,
    /// In which language.
    pub language: Language,
    /// Which rule it breaks.
    pub rule: Rule,
}

/// A rule for texts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Rule {
    /// There must be a text.
    #[error("no text")]
    Missing,
    /// Placeholders are written `%{name}`.
    #[error("a crooked placeholder")]
    Malformed,
    /// A text uses the facts declared for it.
    #[error("uses {found:?}, declared are {declared:?}")]
    Arguments {
        /// Placeholders of the text.
        found: Vec<String>,
        /// Facts it may or must use.
        declared: Vec<String>,
    },
    /// Nobody asks for this key.
    #[error("no message has this key")]
    Orphan,
    /// A timeline line must be sayable without any fact.
    #[error("no variant without facts")]
    NeedsFacts,
    /// A lock screen shows neither names nor what happened.
    #[error("tells a lock screen too much")]
    Revealing,
    /// A text message fits one message.
    #[error("too long for one text message")]
    TooLongForSms,
    /// Sentences are short.
    #[error("a sentence of {length}, at most {limit}")]
    LongSentence {
        /// Hanzi, or words in English.
        length: usize,
        /// The house limit.
        limit: usize,
    },
    /// Easy texts have few sentences.
    #[error("{0} sentences, at most 3")]
    ManySentences(usize),
    /// Easy texts use common words.
    #[error("not an easy word: {0}")]
    Jargon(String),
    /// English is written without hanzi, easy Chinese without Latin letters.
    #[error("the wrong script")]
    Script,
}

/// Gaps in the texts that ship.
pub fn missing() -> Vec<Gap> {
    gaps(shipped())
}

/// Gaps in any set of texts.
pub fn gaps(texts: &dyn Backend) -> Vec<Gap> {
    let mut found = Vec::new();
    notices::check(texts, &mut found);
    check_required_words(texts, &mut found);
    check_languages(texts, &mut found);
    check_timeline(texts, &mut found);
    found.sort();
    found.dedup();
    found
}

/// Every word the domain may say has a text in every language.
fn check_required_words(texts: &dyn Backend, found: &mut Vec<Gap>) {
    fn keys<T: Copy>(section: &str, cases: &[T], word: impl Fn(T) -> &'static str) -> Vec<String> {
        cases
            .iter()
            .map(|case| format!("{section}.{}", word(*case)))
            .collect()
    }
    let required = [
        keys("kinds", IncidentKind::ALL, IncidentKind::as_str),
        keys("kinds", Alarm::ALL, Alarm::as_str),
        keys("protection", Concern::ALL, Concern::as_str),
        keys("outcomes", Outcome::ALL, Outcome::as_str),
        keys("statuses", IncidentStatus::ALL, IncidentStatus::as_str),
        keys("offers", OfferState::ALL, OfferState::as_str),
        keys("roles", Role::ALL, Role::as_str),
        keys("reasons", Reason::ALL, Reason::as_str),
        keys("waves", WaveWhy::ALL, WaveWhy::as_str),
        keys("evidence", Finding::ALL, Finding::as_str),
        keys("cautions", Caution::ALL, Caution::as_str),
        keys("timeline", TimelineKind::ALL, TimelineKind::as_str),
    ];
    for key in required.concat() {
        for language in Language::ALL {
            if text(texts, *language, &key).is_none() {
                found.push(Gap {
                    key: key.clone(),
                    language: *language,
                    rule: Rule::Missing,
                });
            }
        }
    }
}

/// Languages have the same keys, and outside the notices the same facts in each text.
fn check_languages(texts: &dyn Backend, found: &mut Vec<Gap>) {
    let keys: BTreeSet<String> = Language::ALL
        .iter()
        .filter_map(|language| texts.messages_for_locale(language.tag()))
        .flatten()
        .map(|(key, _)| key.into_owned())
        .collect();
    for key in &keys {
        let standard = text(texts, Language::ZhCn, key);
        for language in Language::ALL.iter().copied() {
            let mut report = |rule| {
                found.push(Gap {
                    key: key.clone(),
                    language,
                    rule,
                })
            };
            let Some(own) = text(texts, language, key).filter(|own| !own.trim().is_empty()) else {
                report(Rule::Missing);
                continue;
            };
            if !template::is_well_formed(&own) {
                report(Rule::Malformed);
            }
            if language == Language::En && reading::hanzi(&own) > 0 && !is_language_name(key) {
                report(Rule::Script);
            }
            let declared = standard.as_deref().map(argument_set).unwrap_or_default();
            let used = argument_set(&own);
            if !key.starts_with("notices.") && used != declared {
                report(arguments_rule(used, declared));
            }
        }
    }
}

/// Timeline lines are told to people who may not see every fact.
fn check_timeline(texts: &dyn Backend, found: &mut Vec<Gap>) {
    for language in Language::ALL.iter().copied() {
        for (key, _) in texts
            .messages_for_locale(language.tag())
            .unwrap_or_default()
        {
            let is_variant = VARIANTS.iter().any(|v| !v.is_empty() && key.ends_with(v));
            if !key.starts_with("timeline.") || is_variant {
                continue;
            }
            let sayable = VARIANTS.iter().any(|variant| {
                text(texts, language, &format!("{key}{variant}"))
                    .is_some_and(|text| template::placeholders(&text).is_empty())
            });
            if !sayable {
                found.push(Gap {
                    key: key.into_owned(),
                    language,
                    rule: Rule::NeedsFacts,
                });
            }
        }
    }
}

fn argument_set(text: &str) -> BTreeSet<String> {
    template::placeholders(text)
        .into_iter()
        .map(str::to_owned)
        .collect()
}

fn arguments_rule(found: BTreeSet<String>, declared: BTreeSet<String>) -> Rule {
    Rule::Arguments {
        found: found.into_iter().collect(),
        declared: declared.into_iter().collect(),
    }
}

/// Language names stand in their own script in every language.
fn is_language_name(key: &str) -> bool {
    key.starts_with("ui.language_")
}

#[cfg(test)]
mod tests;
