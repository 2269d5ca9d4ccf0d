//! The command `falls score`: recorded accelerations in, one opinion a line out.

use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail, ensure};
use domain::falls::{Features, Thresholds, Trace, score};
use flate2::read::MultiGzDecoder;
use serde_json::{Value, json};

mod columns;

use columns::Columns;

/// Largest trace that is read, unpacked, bytes: an hour at 200 Hz and room to spare.
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// What is asked.
#[derive(Debug)]
pub struct Question<'a> {
    /// Traces, `.csv` or `.csv.gz`.
    pub files: &'a [PathBuf],
    /// Samples a second of traces without a time of their own.
    pub rate_hz: Option<f64>,
    /// Thresholds other than the shipped ones.
    pub thresholds: Option<&'a Path>,
}

/// Prints one JSON line a file; returns whether every file could be judged.
///
/// # Errors
/// Thresholds that cannot be read, or an output that is closed.
pub fn command(question: &Question<'_>) -> anyhow::Result<bool> {
    let thresholds = match question.thresholds {
        Some(path) => {
            let shown = path.display();
            let text =
                std::fs::read_to_string(path).with_context(|| format!("cannot open {shown}"))?;
            Thresholds::parse(&text)
                .with_context(|| format!("cannot read {shown} as thresholds"))?
        }
        None => Thresholds::shipped()?,
    };
    let mut out = std::io::stdout().lock();
    let mut all = true;
    for file in question.files {
        let line = match judged(file, question.rate_hz, &thresholds) {
            Ok(line) => line,
            Err(error) => {
                all = false;
                json!({"file": file.display().to_string(), "error": format!("{error:#}")})
            }
        };
        writeln!(out, "{line}")?;
    }
    Ok(all)
}

fn judged(file: &Path, rate_hz: Option<f64>, thresholds: &Thresholds) -> anyhow::Result<Value> {
    let opened = std::fs::File::open(file).context("cannot open")?;
    let packed = file.extension().is_some_and(|extension| extension == "gz");
    let text: Box<dyn Read> = if packed {
        Box::new(MultiGzDecoder::new(opened))
    } else {
        Box::new(opened)
    };
    let (trace, source) = self::trace(text.take(MOST_BYTES), rate_hz)?;
    let judged = score(&trace, thresholds);
    Ok(json!({
        "file": file.display().to_string(),
        "fall": judged.fall,
        "score": rounded(judged.score),
        "features": features_json(&trace, source.as_deref(), judged.features),
        "thresholds": thresholds.version,
    }))
}

fn features_json(trace: &Trace, source: Option<&str>, found: Option<Features>) -> Value {
    let known = |value: fn(Features) -> Option<f64>| found.and_then(value).map(rounded);
    json!({
        "n": trace.samples().len(),
        "interval_ms": rounded(trace.interval_s() * 1000.0),
        "source": source,
        "impact_s": known(|f| Some(f.impact_s)),
        "impact_g": known(|f| Some(f.impact_g)),
        "dip_g": known(|f| Some(f.dip_g)),
        "dip_to_impact_ms": known(|f| Some(f.dip_to_impact_s * 1000.0)),
        "posture_change_deg": known(|f| f.posture_change_deg),
        "unrest_after_g": known(|f| f.unrest_after_g),
    })
}

/// To a thousandth: what is finer is noise of the sensor.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// A trace and, where rows name several sensors, the one that was taken: the one with most rows.
pub(crate) fn trace(
    text: impl Read,
    rate_hz: Option<f64>,
) -> anyhow::Result<(Trace, Option<String>)> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text);
    let columns = Columns::of(reader.headers()?)?;
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>()?;
    let source = columns.busiest_source(&rows);
    let mut samples = Vec::with_capacity(rows.len());
    for (line, row) in (2_u64..).zip(&rows) {
        if columns.source(row) != source.as_deref() {
            continue;
        }
        let axes = columns.axes(row).with_context(|| format!("line {line}"))?;
        let at_s = match (columns.seconds(row).transpose(), rate_hz) {
            (Some(own), _) => own.with_context(|| format!("line {line}"))?,
            (None, Some(rate)) => samples.len() as f64 / positive(rate)?,
            (None, None) => bail!("no time in it: say how many samples a second with --rate-hz"),
        };
        samples.push((at_s, axes));
    }
    let trace = Trace::new(samples).map_err(|refused| anyhow!(refused))?;
    Ok((trace, source))
}

fn positive(rate_hz: f64) -> anyhow::Result<f64> {
    ensure!(
        rate_hz.is_finite() && rate_hz > 0.0,
        "--rate-hz is not positive"
    );
    Ok(rate_hz)
}

#[cfg(test)]
mod tests;
