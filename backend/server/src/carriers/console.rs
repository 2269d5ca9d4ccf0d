//! The console carrier: notices printed where the server runs, for installations without push.

use std::io::Write;

use accessibility::Rendition;
use domain::identity::Role;

/// Where notices are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Console {
    /// On standard output.
    Shown,
    /// Nowhere: the demo has its own terminal.
    Hidden,
}

impl Console {
    /// Prints one notice.
    pub(super) fn print(self, role: Role, name: &str, text: &Rendition) {
        if self == Self::Shown {
            let mut out = std::io::stdout().lock();
            // A closed terminal is no reason to fail a delivery that others may read elsewhere.
            let _ = writeln!(out, "[{role}] {name}: {} — {}", text.title, text.body);
        }
    }
}
