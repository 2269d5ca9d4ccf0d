//! How far long work is: a bar on a terminal, plain lines elsewhere; always on standard error.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

/// Lines are written each time so much more is done, percent.
const STEP: u64 = 20;

/// One piece of long work.
pub struct Progress {
    what: String,
    bar: Option<ProgressBar>,
    told: Option<u64>,
}

impl Progress {
    /// Begins; `what` is shown as it is.
    pub fn begin(what: String) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(100).with_message(what.clone());
            if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {percent:>3} %") {
                bar.set_style(style);
            }
            bar
        });
        Self {
            what,
            bar,
            told: None,
        }
    }

    /// So much of so much is done.
    pub fn at(&mut self, done: u64, total: u64) {
        let percent = percent(done, total);
        match &self.bar {
            Some(bar) => bar.set_position(percent),
            None => {
                let step = percent / STEP * STEP;
                if self.told.is_none_or(|told| step > told) {
                    self.told = Some(step);
                    tell(&line(&self.what, step));
                }
            }
        }
    }

    /// The work is done.
    pub fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish();
        }
    }
}

fn percent(done: u64, total: u64) -> u64 {
    if total == 0 {
        100
    } else {
        (u128::from(done) * 100 / u128::from(total)).min(100) as u64
    }
}

fn line(what: &str, percent: u64) -> String {
    format!("{what} … {percent} %")
}

fn tell(line: &str) {
    // A closed terminal is no reason to stop working.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_never_more_than_all_of_it() {
        assert_eq!(
            [percent(1, 3), percent(3, 3), percent(9, 3), percent(0, 0)],
            [33, 100, 100, 100]
        );
    }

    #[test]
    fn a_plain_line_says_how_far_it_is() {
        assert_eq!(
            line("generating the district", 40),
            "generating the district … 40 %"
        );
    }
}
