//! Plays seeds of the simulation, or tells one history.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use integration::simulation::{Bug, Switches, run, run_many, shrink};
use server::stages::monotonic;

/// Plays invented histories of the whole installation, each from one seed, and looks whether an
/// alarm was lost, doubled or forgotten.
#[derive(Parser)]
#[command(name = "simulate", max_term_width = 100)]
struct Arguments {
    /// How many seeds to play.
    #[arg(long, default_value_t = 1000, conflicts_with = "seed")]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 1, conflicts_with = "seed")]
    from: u64,
    /// One seed only; a failing one shrinks.
    #[arg(long)]
    seed: Option<u64>,
    /// Tell the whole history of that seed, unshrunk.
    #[arg(long, requires = "seed")]
    trace: bool,
    /// Plant a bug, to see it found.
    #[arg(long)]
    bug: Option<Bug>,
    /// Histories played at once.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Print how often each transition was taken and each fault struck.
    #[arg(long)]
    coverage: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    match arguments.seed {
        Some(seed) => one(seed, &arguments),
        None => many(&arguments),
    }
}

fn say(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{line}")?)
}

fn one(seed: u64, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.trace {
        let outcome = run(seed, arguments.bug, &Switches::default(), true)?;
        for line in &outcome.lines {
            say(line)?;
        }
    }
    let outcome = run(seed, arguments.bug, &Switches::default(), false)?;
    let (alarms, faults) = (outcome.alarms, outcome.coverage.injected());
    say(&format!(
        "seed {seed}: {} residents, {alarms} alarms, {faults} faults, trace {:016x}",
        outcome.residents, outcome.hash
    ))?;
    let Some(violation) = outcome.violation else {
        say("no invariant broke")?;
        return Ok(ExitCode::SUCCESS);
    };
    say(&format!("BROKEN {violation}"))?;
    if !arguments.trace {
        tell_shrunk(seed, arguments.bug)?;
    }
    Ok(ExitCode::FAILURE)
}

fn tell_shrunk(seed: u64, bug: Option<Bug>) -> anyhow::Result<()> {
    let Some(shrunk) = shrink(seed, bug)? else {
        return Ok(());
    };
    let kinds: Vec<&str> = shrunk.faults.iter().map(|fault| fault.as_str()).collect();
    say(&format!(
        "shrunk in {} runs to {} of {} alarms, {} of {} troubles, faults: {}",
        shrunk.runs,
        shrunk.alarms.0,
        shrunk.alarms.1,
        shrunk.troubles.0,
        shrunk.troubles.1,
        if kinds.is_empty() {
            "none".to_owned()
        } else {
            kinds.join(", ")
        }
    ))?;
    for line in &shrunk.outcome.lines {
        say(line)?;
    }
    if let Some(violation) = shrunk.outcome.violation {
        say(&format!("BROKEN {violation}"))?;
    }
    Ok(())
}

fn many(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let bar = ProgressBar::new(arguments.seeds);
    bar.set_style(ProgressStyle::with_template(
        "{bar:40} {pos}/{len} seeds, {per_sec}, {eta} left {msg}",
    )?);
    bar.enable_steady_tick(Duration::from_millis(200));
    let began = monotonic();
    let summary = run_many(
        arguments.from,
        arguments.seeds,
        arguments.threads,
        arguments.bug,
        false,
        &|outcome| {
            bar.inc(1);
            if let Some(violation) = &outcome.violation {
                bar.println(format!("seed {}: {violation}", outcome.seed));
            }
        },
    )?;
    bar.finish_and_clear();
    let seconds = began.elapsed().as_secs_f64();
    if arguments.coverage {
        say(&summary.coverage.table())?;
    }
    say(&format!(
        "{} seeds in {seconds:.1} s: {} alarms, {} faults, {:.0} simulated days a minute, {} broken",
        summary.seeds,
        summary.alarms,
        summary.coverage.injected(),
        summary.days_per_minute(seconds),
        summary.failures.len()
    ))?;
    let gaps = summary.coverage.gaps(50);
    if arguments.seeds >= 1000 && arguments.bug.is_none() {
        for gap in &gaps {
            say(&format!("GAP {gap}"))?;
        }
    }
    if let Some(first) = summary.failures.first() {
        say(&format!("first: seed {}: {}", first.seed, first.what))?;
        tell_shrunk(first.seed, arguments.bug)?;
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}
