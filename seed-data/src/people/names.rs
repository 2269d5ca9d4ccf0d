//! Names and the other invented words, read once.

use crate::draw::Draw;
use crate::facts::words_of;
use crate::people::Sex;

/// Word lists of `facts/words.csv`.
pub(super) struct Words {
    surnames: Vec<String>,
    elder_women: Vec<String>,
    elder_men: Vec<String>,
    women: Vec<String>,
    men: Vec<String>,
    pub(super) gates: Vec<String>,
    pub(super) keys: Vec<String>,
    pub(super) gate_code: String,
    pub(super) floor: String,
    pub(super) dog: String,
    pub(super) address: String,
    pub(super) address_village: String,
}

/// Which fashion a given name follows.
#[derive(Clone, Copy)]
pub(super) enum Generation {
    Elder,
    Younger,
}

impl Words {
    pub(super) fn read() -> Self {
        Self {
            surnames: words_of("surname"),
            elder_women: words_of("elder_given_f"),
            elder_men: words_of("elder_given_m"),
            women: words_of("given_f"),
            men: words_of("given_m"),
            gates: words_of("gate"),
            keys: words_of("key"),
            gate_code: pattern("gate_code"),
            floor: pattern("floor"),
            dog: pattern("dog"),
            address: pattern("address"),
            address_village: pattern("address_village"),
        }
    }

    pub(super) fn surname<'a>(&'a self, draw: &mut Draw) -> &'a str {
        draw.pick::<String>(&self.surnames)
    }

    pub(super) fn given<'a>(
        &'a self,
        draw: &mut Draw,
        generation: Generation,
        sex: Sex,
    ) -> &'a str {
        draw.pick::<String>(match (generation, sex) {
            (Generation::Elder, Sex::Female) => &self.elder_women,
            (Generation::Elder, Sex::Male) => &self.elder_men,
            (Generation::Younger, Sex::Female) => &self.women,
            (Generation::Younger, Sex::Male) => &self.men,
        })
    }
}

/// The one pattern of a kind; empty if there is none.
pub(crate) fn pattern(kind: &str) -> String {
    words_of(kind).into_iter().next().unwrap_or_default()
}

/// A pattern with its blanks filled.
pub(crate) fn fill(pattern: &str, blanks: &[(&str, &str)]) -> String {
    blanks
        .iter()
        .fold(pattern.to_owned(), |text, (blank, word)| {
            text.replace(&format!("{{{blank}}}"), word)
        })
}
