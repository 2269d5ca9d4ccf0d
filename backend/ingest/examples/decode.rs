//! Answers recorded frames like `anlin decode`, without building the server: for who writes a
//! protocol. `cargo run --release -p ingest --example decode -- decode --protocol auto < FILE`.

use std::process::ExitCode;

fn main() -> std::io::Result<ExitCode> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let protocol = match words.as_slice() {
        [] | ["decode"] | ["decode", "--protocol", "auto"] => None,
        ["decode", "--protocol", name] if ingest::registry::by_name(name).is_some() => {
            ingest::registry::by_name(name)
        }
        _ => {
            eprintln!("usage: decode [decode --protocol NAME|auto] < FILE");
            return Ok(ExitCode::from(2));
        }
    };
    let summary = ingest::lines::run(std::io::stdin().lock(), std::io::stdout().lock(), protocol)?;
    Ok(if summary.refused == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
