//! Rules for notices: complete, true to their facts, discreet, readable.

use std::borrow::Cow;
use std::collections::BTreeSet;

use domain::message::MessageKey;
use rust_i18n::Backend;

use super::{Gap, Rule, argument_set, arguments_rule, reading};
use crate::arguments::{Arguments, DISCREET, arguments};
use crate::catalogue::text;
use crate::channel::fits_one_sms;
use crate::facts::WORDS;
use crate::language::Language;
use crate::template;

/// Checks every message key in every language.
pub(super) fn check(texts: &dyn Backend, found: &mut Vec<Gap>) {
    for language in Language::ALL.iter().copied() {
        for key in MessageKey::ALL.iter().copied() {
            for part in Part::of(arguments(key)) {
                Checked {
                    texts,
                    key,
                    language,
                    part,
                }
                .check(found);
            }
        }
        orphans(texts, language, found);
    }
}

/// A part of a notice.
#[derive(Clone, Copy)]
struct Part {
    name: &'static str,
    /// Facts a standard text must use, and no text may go beyond.
    facts: Facts,
    /// Whether a lock screen shows it.
    locked: bool,
    /// Whether the easy level needs words of its own.
    own_easy: bool,
}

#[derive(Clone, Copy)]
enum Facts {
    None,
    Exactly(&'static [&'static str], &'static [&'static str]),
    UpTo(&'static [&'static str]),
}

impl Part {
    fn of(arguments: Arguments) -> Vec<Self> {
        let part = |name, facts, locked, own_easy| Self {
            name,
            facts,
            locked,
            own_easy,
        };
        let mut parts = vec![
            part("title", Facts::None, true, true),
            part(
                "body",
                Facts::Exactly(arguments.required, arguments.optional),
                false,
                true,
            ),
            part("discreet", Facts::UpTo(DISCREET), true, false),
        ];
        if let Some((_, fewer)) = arguments.optional.split_last() {
            parts.push(part(
                "body_plain",
                Facts::Exactly(arguments.required, &[]),
                false,
                true,
            ));
            if !fewer.is_empty() {
                parts.push(part(
                    "body_short",
                    Facts::Exactly(arguments.required, fewer),
                    false,
                    true,
                ));
            }
        }
        if arguments
            .optional
            .iter()
            .any(|name| DISCREET.contains(name))
        {
            parts.push(part("discreet_plain", Facts::None, true, false));
        }
        parts
    }
}

impl Facts {
    fn declared(self) -> BTreeSet<String> {
        let names = match self {
            Self::None => Vec::new(),
            Self::Exactly(required, optional) => [required, optional].concat(),
            Self::UpTo(names) => names.to_vec(),
        };
        names.into_iter().map(str::to_owned).collect()
    }

    fn allow(self, used: &BTreeSet<String>, language: Language) -> bool {
        let declared = self.declared();
        // The easy level may leave a number out, but never adds one.
        let subset = language == Language::ZhCnEasy || matches!(self, Self::UpTo(_));
        if subset {
            used.is_subset(&declared)
        } else {
            *used == declared
        }
    }
}

struct Checked<'a> {
    texts: &'a dyn Backend,
    key: MessageKey,
    language: Language,
    part: Part,
}

impl Checked<'_> {
    fn check(&self, found: &mut Vec<Gap>) {
        let key = format!("notices.{}.{}", self.key, self.part.name);
        let Some(said) = self.said(&key) else {
            found.push(Gap {
                key,
                language: self.language,
                rule: Rule::Missing,
            });
            return;
        };
        let used = argument_set(&said);
        let mut rules = Vec::new();
        if !self.part.facts.allow(&used, self.language) || !self.optional_are_declared(&used) {
            rules.push(arguments_rule(used, self.part.facts.declared()));
        }
        let longest = self.longest(&said);
        rules.extend(reading::check(&longest, &said, self.language));
        if self.part.locked && self.reveals(&said) {
            rules.push(Rule::Revealing);
        }
        if self.part.name.starts_with("discreet") && !fits_one_sms(&self.signed(&longest)) {
            rules.push(Rule::TooLongForSms);
        }
        found.extend(rules.into_iter().map(|rule| Gap {
            key: key.clone(),
            language: self.language,
            rule,
        }));
    }

    fn said(&self, key: &str) -> Option<Cow<'_, str>> {
        if self.part.own_easy {
            self.texts.translate(self.language.tag(), key)
        } else {
            text(self.texts, self.language, key)
        }
    }

    /// A discreet fact must still be a fact of this very message.
    fn optional_are_declared(&self, used: &BTreeSet<String>) -> bool {
        let Arguments { required, optional } = arguments(self.key);
        used.iter()
            .all(|name| required.contains(&&**name) || optional.contains(&&**name))
    }

    /// The text with the longest words its facts can become; names and numbers do not count.
    fn longest(&self, said: &str) -> String {
        let filled = template::fill(said, |name| {
            let words = match WORDS.iter().find(|(fact, _)| *fact == name) {
                Some((_, catalogue)) => self.catalogue(catalogue),
                None => self.catalogue(&format!("units.{name}")),
            };
            let word = words.into_iter().max_by_key(|word| word.chars().count());
            Some(word.unwrap_or_default().replace("%{n}", "99"))
        });
        filled.unwrap_or_else(|_| said.to_owned())
    }

    fn catalogue(&self, section: &str) -> Vec<String> {
        let prefix = format!("{section}.");
        let locales = self.language.locales().iter();
        let keys: BTreeSet<String> = locales
            .filter_map(|locale| self.texts.messages_for_locale(locale))
            .flatten()
            .map(|(key, _)| key.into_owned())
            .filter(|key| key.starts_with(&prefix))
            .collect();
        keys.iter()
            .filter_map(|key| text(self.texts, self.language, key))
            .map(Into::into)
            .collect()
    }

    fn reveals(&self, said: &str) -> bool {
        ["kinds", "outcomes"]
            .iter()
            .flat_map(|section| self.catalogue(section))
            .any(|word| said.contains(&word))
    }

    fn signed(&self, body: &str) -> String {
        let frame = text(self.texts, self.language, "channels.sms").unwrap_or_default();
        frame.replace("%{text}", body)
    }
}

fn orphans(texts: &dyn Backend, language: Language, found: &mut Vec<Gap>) {
    let known: BTreeSet<String> = MessageKey::ALL
        .iter()
        .flat_map(|key| {
            let parts = Part::of(arguments(*key)).into_iter();
            parts.map(move |part| format!("notices.{key}.{}", part.name))
        })
        .collect();
    for (key, _) in texts
        .messages_for_locale(language.tag())
        .unwrap_or_default()
    {
        if key.starts_with("notices.") && !known.contains(&*key) {
            found.push(Gap {
                key: key.into_owned(),
                language,
                rule: Rule::Orphan,
            });
        }
    }
}
