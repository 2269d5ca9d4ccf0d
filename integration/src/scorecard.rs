//! Rows of the scorecard: what was measured, what was wanted, and whether that is enough.

use std::fmt::Display;
use std::io::Write as _;
use std::path::Path;

/// Folder that rows are written into, one file a figure.
const ROWS: &str = "ANLIN_SCORECARD_ROWS";

/// Writes and prints one figure: `1.6 name value target PASS|FAIL`. Returns `pass`.
///
/// # Panics
/// When the folder of rows cannot be written: a row that is not kept was not measured.
pub fn row(number: &str, name: &str, value: impl Display, target: &str, pass: bool) -> bool {
    write(number, name, value, target, pass, "row")
}

/// The same for a time: printed with its verdict, which decides nothing on a machine that others use.
pub fn timed_row(number: &str, name: &str, value: impl Display, target: &str, pass: bool) -> bool {
    write(number, name, value, target, pass, "timed.row")
}

fn write(
    number: &str,
    name: &str,
    value: impl Display,
    target: &str,
    pass: bool,
    kind: &str,
) -> bool {
    let verdict = if pass { "PASS" } else { "FAIL" };
    let line = format!(
        "{number} {name} {} {} {verdict}",
        word(&value.to_string()),
        word(target)
    );
    say(&line);
    if let Some(folder) = std::env::var_os(ROWS) {
        let file = Path::new(&folder).join(format!("{number}-{name}.{kind}"));
        std::fs::write(&file, line + "\n").expect("the folder of rows can be written");
    }
    pass
}

/// A figure that could not be taken: always a failure, with the reason as value.
pub fn not_measured(number: &str, name: &str, why: &str, target: &str) {
    row(
        number,
        name,
        format_args!("not measured: {why}"),
        target,
        false,
    );
}

/// A count of the normal tier, or of the deep one.
pub fn in_tier(normal: u32, deep: u32) -> u32 {
    let is_deep = std::env::var("ANLIN_DEEP").is_ok_and(|tier| tier == "1");
    if is_deep { deep } else { normal }
}

/// Where random instants come from: chosen by `ANLIN_TEST_SEED`, else another in each run.
pub fn seed() -> u64 {
    let chosen = std::env::var("ANLIN_TEST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    chosen.unwrap_or_else(|| u64::from(std::process::id()))
}

/// Prints a line for whoever reads the log of a suite.
pub fn say(line: &str) {
    // Not `println!`: the test harness swallows what a passing test prints. A closed output is no
    // reason to fail.
    let _ = writeln!(std::io::stdout().lock(), "\n{line}");
}

/// Values with blanks are quoted, so that a row stays a row of words.
fn word(text: &str) -> String {
    if text.contains(' ') {
        format!("'{text}'")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn blanks_are_quoted() {
        assert_eq!(word("0"), "0");
        assert_eq!(word("not measured"), "'not measured'");
    }
}
