//! What happened: a number that two runs of one seed share, and lines for people when asked for.

use std::hash::{DefaultHasher, Hash, Hasher as _};

use super::plan::SECOND;

/// The trace of one history.
pub(super) struct History {
    hash: DefaultHasher,
    lines: Option<Vec<String>>,
}

impl History {
    /// Keeps lines only when somebody will read them.
    pub(super) fn new(is_kept: bool) -> Self {
        Self {
            hash: DefaultHasher::new(),
            lines: is_kept.then(Vec::new),
        }
    }

    /// Folds something into the number.
    pub(super) fn mark(&mut self, what: impl Hash) {
        what.hash(&mut self.hash);
    }

    /// Writes a line, when lines are kept.
    pub(super) fn tell(&mut self, at: i64, line: impl FnOnce() -> String) {
        if let Some(lines) = &mut self.lines {
            let second = at / SECOND;
            let (hour, minute) = (second / 3600, second / 60 % 60);
            let rest = at % (60 * SECOND) / 1000;
            let line = line();
            lines.push(format!(
                "{hour}:{minute:02}:{:02}.{:03} {line}",
                rest / 1000,
                rest % 1000
            ));
        }
    }

    /// The number.
    pub(super) fn hash(&self) -> u64 {
        self.hash.finish()
    }

    /// The lines.
    pub(super) fn into_lines(self) -> Vec<String> {
        self.lines.unwrap_or_default()
    }
}
