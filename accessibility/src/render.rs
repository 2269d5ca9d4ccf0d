//! Notices to renditions.

use domain::message::{MessageKey, Notice};
use rust_i18n::Backend;
use serde::{Deserialize, Serialize};

use crate::arguments::arguments;
use crate::catalogue::{VARIANTS, shipped, text};
use crate::channel::Channel;
use crate::facts::{Voice, known, word};
use crate::language::Language;
use crate::{spoken, template};

/// The words of one notice for one language and channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rendition {
    /// A few words; never a name or what happened.
    pub title: String,
    /// One to three sentences.
    pub body: String,
    /// The body to be said aloud, without Arabic digits in Chinese. Only after signing in and on
    /// the telephone.
    pub speakable: Option<String>,
}

/// Why there are no words. Names what is missing, never a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The catalogue has no such text.
    #[error("no text {key} in {language}")]
    MissingText {
        /// Full key of the text.
        key: String,
        /// In which language.
        language: Language,
    },
    /// The notice does not carry a fact its text needs.
    #[error("notice {key} lacks the fact {fact}")]
    MissingFact {
        /// Which notice.
        key: MessageKey,
        /// Which fact.
        fact: String,
    },
    /// A fact's value is no word of its catalogue, or no number.
    #[error("notice {key} has an unknown value for {fact}")]
    UnknownWord {
        /// Which notice.
        key: MessageKey,
        /// Which fact.
        fact: String,
    },
}

/// The words of a notice.
pub fn render(
    notice: &Notice,
    language: Language,
    channel: Channel,
) -> Result<Rendition, RenderError> {
    render_from(shipped(), notice, language, channel)
}

fn render_from(
    texts: &dyn Backend,
    notice: &Notice,
    language: Language,
    channel: Channel,
) -> Result<Rendition, RenderError> {
    let rendering = Rendering {
        texts,
        notice,
        language,
    };
    let title = rendering.marked(rendering.text("title")?)?;
    let body = rendering.marked(rendering.body(channel.body_part(), Voice::Written)?)?;
    match channel {
        Channel::Console | Channel::Voice => {
            let said = rendering.marked(rendering.body(channel.body_part(), Voice::Spoken)?)?;
            let said = if language.is_chinese() {
                spoken::digits(&said)
            } else {
                said
            };
            Ok(Rendition {
                title,
                body,
                speakable: Some(said),
            })
        }
        Channel::Push => Ok(Rendition {
            title,
            body,
            speakable: None,
        }),
        Channel::Sms => {
            let body = rendering.signed(&body)?;
            Ok(Rendition {
                title,
                body,
                speakable: None,
            })
        }
    }
}

struct Rendering<'a> {
    texts: &'a dyn Backend,
    notice: &'a Notice,
    language: Language,
}

impl Rendering<'_> {
    /// The body, and what everybody has to be told with it; a lock screen is told nothing of that.
    fn body(&self, part: &str, voice: Voice) -> Result<String, RenderError> {
        let said = self.fullest(part, voice)?;
        let caution = known(&self.notice.facts, "caution").filter(|_| part == "body");
        let words =
            caution.and_then(|word| text(self.texts, self.language, &format!("cautions.{word}")));
        Ok(match words {
            // A missing text must not silence the message; the audit finds it before it ships.
            None => said,
            Some(words) if self.language.is_chinese() => format!("{said}{words}"),
            Some(words) => format!("{said} {words}"),
        })
    }

    /// The fullest variant whose optional facts are all known.
    fn fullest(&self, part: &str, voice: Voice) -> Result<String, RenderError> {
        let optional = arguments(self.notice.key).optional;
        let unknown =
            |name: &&str| optional.contains(name) && known(&self.notice.facts, name).is_none();
        let full = self.text(part)?;
        if !template::placeholders(&full).iter().any(unknown) {
            return self.filled(&full, voice);
        }
        for variant in VARIANTS.iter().filter(|variant| !variant.is_empty()) {
            match self.text(&format!("{part}{variant}")) {
                Ok(less) if !template::placeholders(&less).iter().any(unknown) => {
                    return self.filled(&less, voice);
                }
                _ => continue,
            }
        }
        self.filled(&full, voice)
    }

    fn filled(&self, template: &str, voice: Voice) -> Result<String, RenderError> {
        let (key, facts) = (self.notice.key, &self.notice.facts);
        template::fill(template, |name| {
            word(self.texts, self.language, name, known(facts, name)?, voice)
        })
        .map_err(|fact| {
            let (given, fact) = (known(facts, fact).is_some(), fact.to_owned());
            if given {
                RenderError::UnknownWord { key, fact }
            } else {
                RenderError::MissingFact { key, fact }
            }
        })
    }

    /// Every notice of an exercise says that it is one, first of all.
    fn marked(&self, words: String) -> Result<String, RenderError> {
        if !self.notice.is_drill() {
            return Ok(words);
        }
        self.framed("channels.drill", &words)
    }

    fn signed(&self, body: &str) -> Result<String, RenderError> {
        self.framed("channels.sms", body)
    }

    fn framed(&self, key: &str, body: &str) -> Result<String, RenderError> {
        let frame = self.found(key)?;
        template::fill(&frame, |name| (name == "text").then(|| body.to_owned())).map_err(|fact| {
            RenderError::MissingFact {
                key: self.notice.key,
                fact: fact.to_owned(),
            }
        })
    }

    fn text(&self, part: &str) -> Result<String, RenderError> {
        self.found(&format!("notices.{}.{part}", self.notice.key))
    }

    fn found(&self, key: &str) -> Result<String, RenderError> {
        text(self.texts, self.language, key)
            .map(Into::into)
            .ok_or_else(|| RenderError::MissingText {
                key: key.to_owned(),
                language: self.language,
            })
    }
}

#[cfg(test)]
mod tests;
