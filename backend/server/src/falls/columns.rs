//! Which column of a recording means what.

use std::collections::BTreeMap;

use anyhow::{Context as _, anyhow};
use csv::StringRecord;

/// Endings of axis names; the unit does not matter, for a trace is scaled by its own rest.
const UNITS: [&str; 4] = ["", "_mg", "_g", "_ms2"];

/// Where time, axes and sensor stand.
#[derive(Debug)]
pub(super) struct Columns {
    axes: [usize; 3],
    /// Column, and how many of its units make a second.
    time: Option<(usize, f64)>,
    source: Option<usize>,
}

impl Columns {
    /// Finds the columns by their names.
    pub(super) fn of(head: &StringRecord) -> anyhow::Result<Self> {
        let place = |name: &str| {
            head.iter().position(|own| {
                own.trim_start_matches('\u{feff}')
                    .eq_ignore_ascii_case(name)
            })
        };
        let axis = |letter: &str| {
            let names = UNITS
                .iter()
                .flat_map(|unit| [format!("a{letter}{unit}"), format!("{letter}{unit}")]);
            names
                .filter_map(|name| place(&name))
                .next()
                .ok_or_else(|| anyhow!("no column a{letter} or {letter}"))
        };
        let time = [("t_ms", 1000.0), ("t_s", 1.0), ("t_us", 1e6)];
        Ok(Self {
            axes: [axis("x")?, axis("y")?, axis("z")?],
            time: time
                .iter()
                .find_map(|&(name, units)| Some((place(name)?, units))),
            source: place("source"),
        })
    }

    /// The sensor a row names.
    pub(super) fn source<'r>(&self, row: &'r StringRecord) -> Option<&'r str> {
        row.get(self.source?)
    }

    /// The sensor with most rows: the fastest one, for all of them ran as long.
    pub(super) fn busiest_source(&self, rows: &[StringRecord]) -> Option<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for source in rows.iter().filter_map(|row| self.source(row)) {
            *counts.entry(source).or_default() += 1;
        }
        let busiest = counts.into_iter().max_by_key(|&(_, rows)| rows)?;
        Some(busiest.0.to_owned())
    }

    /// Accelerations along the three axes.
    pub(super) fn axes(&self, row: &StringRecord) -> anyhow::Result<[f64; 3]> {
        let [x, y, z] = self.axes.map(|column| number(row, column));
        Ok([x?, y?, z?])
    }

    /// The row's own time; None without a column of time.
    pub(super) fn seconds(&self, row: &StringRecord) -> anyhow::Result<Option<f64>> {
        self.time
            .map(|(column, units)| Ok(number(row, column)? / units))
            .transpose()
    }
}

fn number(row: &StringRecord, column: usize) -> anyhow::Result<f64> {
    let text = row.get(column).unwrap_or_default();
    text.parse()
        .with_context(|| format!("{text:?} is no number"))
}
