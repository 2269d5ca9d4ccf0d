//! The command `replay`: policies against past or invented days, without a database.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use domain::incidents::{LadderKind, Ladders};
use domain::responders::replay::{Case, GenerateOptions, Report, generate, history, replay};
use domain::responders::{Policy, WaveMode};
use serde_json::{Value, json};
use spatial::{LonLat, Network, Scratch, Snap};

use crate::allocation::Mode;
use crate::columns::{left, right};
use crate::maps::read_network;

/// Where the cases come from, and what is done with them.
#[derive(Clone, Debug)]
pub struct ReplayOptions {
    /// One JSON object a line; without it, days are invented.
    pub incidents: Option<PathBuf>,
    /// What to invent; its seed also draws answers that no history has.
    pub invented: GenerateOptions,
    /// Where to keep the cases as they were replayed.
    pub save: Option<PathBuf>,
    /// Prepared network that gives walking times to positions.
    pub network: Option<PathBuf>,
    /// Policy files, or words for the shipped weights with another kind of waves.
    pub policies: Vec<String>,
    /// One JSON object instead of columns.
    pub json: bool,
}

/// Replays and prints one report a policy, side by side.
///
/// # Errors
/// Files that cannot be read or written, or that are no history, policy or network.
pub fn command(options: &ReplayOptions) -> anyhow::Result<()> {
    let mut cases = match &options.incidents {
        Some(path) => read_cases(path)?,
        None => generate(&options.invented),
    };
    if let Some(path) = &options.network {
        walk(&mut cases, &read_network(path)?);
    }
    if let Some(path) = &options.save {
        save(&cases, path)?;
    }
    let ladders = Ladders::shipped()?;
    let mut reports = Vec::new();
    for name in &options.policies {
        let policy = read_policy(name)?;
        let seed = options.invented.seed;
        let report = replay(&cases, &policy, ladders.get(LadderKind::Life), seed);
        reports.push((name.as_str(), report));
    }
    let mut out = std::io::stdout().lock();
    if options.json {
        let policies: Vec<Value> = reports
            .iter()
            .map(|(name, report)| json!({"policy": name, "report": report}))
            .collect();
        writeln!(
            out,
            "{}",
            json!({"seed": options.invented.seed, "policies": policies})
        )?;
    } else {
        for line in table(&reports)? {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

fn read_cases(path: &Path) -> anyhow::Result<Vec<Case>> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot open {shown}"))?;
    history(&text).with_context(|| format!("cannot read {shown} as a history"))
}

/// A policy file, or the shipped policy with the waves of a mode named by its word.
fn read_policy(name: &str) -> anyhow::Result<Policy> {
    if let Ok(mode) = name.parse::<WaveMode>() {
        let mut policy = Policy::shipped()?;
        policy.waves.mode = mode;
        return Ok(policy);
    }
    let text = std::fs::read_to_string(name).with_context(|| format!("cannot open {name}"))?;
    Policy::parse(&text).with_context(|| format!("cannot read {name} as a policy"))
}

fn save(cases: &[Case], path: &Path) -> anyhow::Result<()> {
    let shown = path.display();
    let file = File::create(path).with_context(|| format!("cannot write {shown}"))?;
    let mut file = BufWriter::new(file);
    for case in cases {
        serde_json::to_writer(&mut file, case)?;
        file.write_all(b"\n")?;
    }
    file.flush()
        .with_context(|| format!("cannot write {shown}"))
}

/// Puts walking times over the network where only positions are known; who cannot be placed keeps
/// the straight line.
fn walk(cases: &mut [Case], network: &Network) {
    let mut scratch = Scratch::new();
    let place = |lon: Option<f64>, lat: Option<f64>| -> Option<Snap> {
        let at = LonLat::new(lon?, lat?).ok()?;
        network.snap(at).filter(Snap::is_known)
    };
    for case in cases {
        let Some(origin) = place(case.lon, case.lat) else {
            continue;
        };
        let placed: Vec<(usize, Snap)> = case
            .responders
            .iter()
            .enumerate()
            .filter(|(_, one)| one.walking_s.is_none())
            .filter_map(|(index, one)| Some((index, place(one.lon, one.lat)?)))
            .collect();
        let snaps: Vec<Snap> = placed.iter().map(|(_, snap)| *snap).collect();
        let speed = Mode::Foot.speed_m_s();
        for found in network.nearest(&mut scratch, &origin, &snaps, snaps.len(), speed, None) {
            if let Some((index, _)) = placed.get(found.index) {
                case.responders[*index].walking_s = Some(found.ms.div_ceil(1000));
            }
        }
    }
}

/// Figures by name, one column a policy; names as in the JSON.
fn table(reports: &[(&str, Report)]) -> anyhow::Result<Vec<String>> {
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    let mut columns = Vec::new();
    for (_, report) in reports {
        let mut figures = Vec::new();
        flatten("", &serde_json::to_value(report)?, &mut figures);
        columns.push(figures);
    }
    for (row, (name, _)) in columns.first().into_iter().flatten().enumerate() {
        let figures = columns.iter().map(|column| column[row].1.clone());
        rows.push((name.clone(), figures.collect()));
    }
    let head = reports.iter().map(|(name, _)| (*name).to_owned()).collect();
    rows.insert(0, (String::new(), head));
    let cells = rows.iter().flat_map(|(_, figures)| figures);
    let width = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
    Ok(rows
        .iter()
        .map(|(name, figures)| {
            let figures: Vec<String> = figures.iter().map(|f| right(f, width)).collect();
            format!("{}  {}", left(name, 24), figures.join("  "))
        })
        .collect())
}

fn flatten(prefix: &str, value: &Value, figures: &mut Vec<(String, String)>) {
    let Value::Object(fields) = value else {
        let shown = match value {
            Value::Null => "-".to_owned(),
            Value::Number(number) if number.is_f64() => {
                format!("{:.3}", number.as_f64().unwrap_or_default())
            }
            other => other.to_string(),
        };
        figures.push((prefix.to_owned(), shown));
        return;
    };
    for (name, value) in fields {
        let name = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        flatten(&name, value, figures);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invented() -> Vec<Case> {
        generate(&GenerateOptions {
            days: 1,
            cases: 5,
            people: 20,
            seed: 3,
        })
    }

    #[test]
    fn two_policies_stand_side_by_side() {
        let cases = invented();
        let ladders = Ladders::shipped().expect("sound");
        let reports = ["planned", "all_at_once"].map(|name| {
            let policy = read_policy(name).expect("a mode");
            let report = replay(&cases, &policy, ladders.get(LadderKind::Life), 1);
            (name, report)
        });
        let lines = table(&reports).expect("a table");
        assert!(lines[0].contains("planned") && lines[0].contains("all_at_once"));
        let asks = lines.iter().find(|line| line.starts_with("asks "));
        let figures: Vec<&str> = asks.expect("asks").split_whitespace().skip(1).collect();
        assert_eq!(
            figures,
            [reports[0].1.asks.to_string(), reports[1].1.asks.to_string()]
        );
        let widths: std::collections::BTreeSet<usize> =
            lines.iter().map(|line| line.chars().count()).collect();
        assert_eq!(widths.len(), 1, "columns are straight");
    }

    #[test]
    fn what_was_saved_is_replayed_the_same() {
        let file = std::env::temp_dir().join(format!("replay-{}.jsonl", std::process::id()));
        let cases = invented();
        save(&cases, &file).expect("written");
        let read = read_cases(&file).expect("read");
        std::fs::remove_file(&file).expect("removed");
        assert!(read == cases);
    }

    #[test]
    fn a_policy_that_is_none_names_the_file() {
        let error = read_policy("no-such-file.json").expect_err("none");
        assert!(format!("{error:#}").contains("no-such-file.json"));
    }
}
