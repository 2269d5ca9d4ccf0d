//! Writes, checks and compares the committed document.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use openapi::compatibility::{self, Break};

const HELP: &str = "\
Usage: openapi <COMMAND> [--dir DIR]

Commands:
  write   write DIR/openapi.yaml from the code
  check   fail when DIR/openapi.yaml differs from the code, or when the code breaks
          a promise of a document in DIR/released/
  diff    show the lines in which DIR/openapi.yaml differs from the code

Options:
  --dir DIR   folder of the document (default: the folder of this package)
  --help      print this text

Exit code: 0 done, 1 a difference or a break was found, 2 wrong use or unreadable file.
";

/// What went wrong, as an exit code and one line.
struct Failure(u8, String);

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let mut out = io::stdout().lock();
    match run(&arguments, &mut out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(code, line)) => {
            // A closed pipe leaves nobody to tell.
            let _ = writeln!(io::stderr(), "openapi: {line}");
            ExitCode::from(code)
        }
    }
}

fn run(arguments: &[String], out: &mut impl Write) -> Result<(), Failure> {
    if arguments
        .iter()
        .any(|argument| argument == "--help" || argument == "-h")
    {
        return say(out, HELP.trim_end());
    }
    let (command, dir) = match arguments {
        [command] => (command, default_dir()),
        [command, flag, dir] if flag == "--dir" => (command, PathBuf::from(dir)),
        _ => return Err(usage()),
    };
    match command.as_str() {
        "write" => write(&dir, out),
        "check" => check(&dir, out),
        "diff" => diff(&dir, out),
        _ => Err(usage()),
    }
}

fn usage() -> Failure {
    Failure(2, "expected write, check or diff; see --help".to_owned())
}

/// Cargo names the package's folder when it runs the program.
fn default_dir() -> PathBuf {
    env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("openapi"), PathBuf::from)
}

fn write(dir: &Path, out: &mut impl Write) -> Result<(), Failure> {
    let path = dir.join("openapi.yaml");
    fs::write(&path, openapi::document())
        .map_err(|error| Failure(2, format!("cannot write openapi.yaml: {error}")))?;
    say(out, "openapi.yaml written")
}

fn check(dir: &Path, out: &mut impl Write) -> Result<(), Failure> {
    let (committed, generated) = (read(&dir.join("openapi.yaml"))?, openapi::document());
    if let Some((line, old, new)) = first_difference(&committed, &generated) {
        let line = format!("openapi.yaml line {line} is {old:?}, the code says {new:?}");
        return Err(Failure(1, format!("{line}; run `cargo openapi write`")));
    }
    let released = released(&dir.join("released"))?;
    if released.is_empty() {
        return say(
            out,
            "openapi.yaml equals the code; no released document yet",
        );
    }
    let mut found = 0;
    let document = openapi::document_value();
    for path in &released {
        for broken in breaks(path, &document)? {
            say(out, &format!("{}: {broken}", name(path)))?;
            found += 1;
        }
    }
    if found > 0 {
        return Err(Failure(
            1,
            format!("{found} promises of released documents are broken"),
        ));
    }
    let count = released.len();
    say(
        out,
        &format!("openapi.yaml equals the code and keeps {count} released documents"),
    )
}

fn diff(dir: &Path, out: &mut impl Write) -> Result<(), Failure> {
    let (committed, generated) = (read(&dir.join("openapi.yaml"))?, openapi::document());
    let (old, new): (Vec<_>, Vec<_>) = (committed.lines().collect(), generated.lines().collect());
    let start = old
        .iter()
        .zip(&new)
        .take_while(|(old, new)| old == new)
        .count();
    let (old, new) = (&old[start..], &new[start..]);
    let end = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(old, new)| old == new)
        .count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    if committed == generated {
        return Ok(());
    }
    say(out, &format!("@@ line {} @@", start + 1))?;
    for line in old {
        say(out, &format!("-{line}"))?;
    }
    for line in new {
        say(out, &format!("+{line}"))?;
    }
    Err(Failure(1, "openapi.yaml differs from the code".to_owned()))
}

/// First line in which two texts differ: its number and both forms.
fn first_difference<'a>(old: &'a str, new: &'a str) -> Option<(usize, &'a str, &'a str)> {
    if old == new {
        return None;
    }
    let same = old
        .lines()
        .zip(new.lines())
        .take_while(|(old, new)| old == new)
        .count();
    let line = |text: &'a str| text.lines().nth(same).unwrap_or_default();
    Some((same + 1, line(old), line(new)))
}

fn released(dir: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Failure(2, format!("cannot read released: {error}"))),
    };
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    let is_yaml = |path: &PathBuf| path.extension().is_some_and(|it| it == "yaml");
    let mut paths: Vec<_> = paths.filter(is_yaml).collect();
    paths.sort();
    Ok(paths)
}

fn breaks(path: &Path, document: &serde_json::Value) -> Result<Vec<Break>, Failure> {
    let released = openapi::read_document(&read(path)?)
        .map_err(|error| Failure(2, format!("{} is not YAML: {error}", name(path))))?;
    Ok(compatibility::breaks(&released, document))
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure(2, format!("{}: {error}", name(path))))
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn say(out: &mut impl Write, line: &str) -> Result<(), Failure> {
    writeln!(out, "{line}").map_err(|error| Failure(2, format!("cannot print: {error}")))
}
