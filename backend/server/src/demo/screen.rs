//! Sentences on the terminal.

use std::io::Write;

use accessibility::Language;
use domain::message::Facts;

/// A sentence of the demo's catalogue.
pub(super) fn phrase(language: Language, key: &str, told: &Facts) -> Option<String> {
    accessibility::phrase("demo", key, language, told)
}

/// Shows a sentence of the demo's catalogue.
pub(super) fn say(language: Language, key: &str, told: &Facts) {
    if let Some(text) = phrase(language, key, told) {
        show(&text);
    }
}

/// Shows a line.
pub(super) fn show(line: &str) {
    // A closed terminal is no reason to leave somebody on the ground.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
