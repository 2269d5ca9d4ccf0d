//! Walking times from every place of one list to every place of another.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use accessibility::Language;
use anyhow::Context as _;
use serde_json::json;
use spatial::Position;

use super::list::{self, Place};
use super::pairs::each_row;
use super::walker::Costed;
use super::{Form, Walker, field, minutes, said};
use crate::columns::left;
use crate::progress::Progress;

/// From so many pairs on it is told how far it is.
const MANY_PAIRS: usize = 4_000_000;

/// Which pairs are asked for, and where the answer goes.
#[derive(Debug, Clone)]
pub struct Pairs<'a> {
    /// File of places to walk from: `id,lon,lat`.
    pub from: &'a Path,
    /// File of places to walk to: `id,lon,lat`.
    pub to: &'a Path,
    /// A CSV file, or CSV on standard output.
    pub csv: Option<Option<&'a Path>>,
    /// How the answer is printed otherwise.
    pub form: Form,
}

/// How a pair is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    Csv,
    Json,
    Columns,
}

/// Prints or writes the time of every pair, by source and then by target.
///
/// # Errors
/// A network or list that cannot be read, or a file that cannot be written.
pub fn matrix(walker: &Walker<'_>, asked: &Pairs<'_>, language: Language) -> anyhow::Result<()> {
    let (from, to) = (list::places(asked.from)?, list::places(asked.to)?);
    let costed = walker.costed(language)?;
    let times = Times::new(&costed, (&from, &to), walker.speed_m_s);
    let row = match (asked.csv, asked.form) {
        (Some(_), _) => Row::Csv,
        (None, Form::Json) => Row::Json,
        (None, Form::Columns) => Row::Columns,
    };
    match asked.csv {
        Some(Some(path)) => {
            let shown = path.display();
            let file = File::create(path).with_context(|| format!("cannot write {shown}"))?;
            let written = times.write(file, row, language);
            written.with_context(|| format!("cannot write {shown}"))
        }
        _ => times.write(std::io::stdout().lock(), row, language),
    }
}

/// Both lists on the streets.
struct Times<'a> {
    costed: &'a Costed,
    from: Side<'a>,
    to: Side<'a>,
    speed_m_s: f64,
}

/// A list on the streets; what is too far from any has no position.
struct Side<'a> {
    places: &'a [Place],
    positions: Vec<Option<Position>>,
}

impl<'a> Side<'a> {
    fn new(costed: &Costed, places: &'a [Place]) -> Self {
        let positions = places.iter().map(|place| costed.position(place.at));
        Self {
            positions: positions.collect(),
            places,
        }
    }
}

impl<'a> Times<'a> {
    fn new(costed: &'a Costed, (from, to): (&'a [Place], &'a [Place]), speed_m_s: f64) -> Self {
        Self {
            costed,
            from: Side::new(costed, from),
            to: Side::new(costed, to),
            speed_m_s,
        }
    }

    /// Writes every pair, source by source.
    fn write(&self, out: impl Write, row: Row, language: Language) -> anyhow::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        let (from, to) = (&self.from, &self.to);
        let pairs = from.places.len().saturating_mul(to.places.len());
        let mut progress =
            (pairs >= MANY_PAIRS).then(|| Progress::begin(said("walking_pairs", language, [])));
        let (mut text, mut is_first) = (String::new(), true);
        let targets: Vec<Position> = to.positions.iter().copied().flatten().collect();
        out.write_all(row.head().as_bytes())?;
        each_row(
            self.costed,
            &from.positions,
            &targets,
            self.speed_m_s,
            |source, times| {
                text.clear();
                let mut times = times.map(|times| times.iter());
                for (target, position) in to.places.iter().zip(&to.positions) {
                    let time = times.as_mut().filter(|_| position.is_some());
                    let ms = time.and_then(Iterator::next).copied();
                    row.write(
                        &mut text,
                        (&from.places[source].id, &target.id),
                        ms,
                        is_first,
                    );
                    is_first = false;
                }
                if let Some(progress) = &mut progress {
                    progress.at(source as u64 + 1, from.places.len() as u64);
                }
                Ok(out.write_all(text.as_bytes())?)
            },
        )?;
        out.write_all(row.foot().as_bytes())?;
        if let Some(progress) = progress {
            progress.finish();
        }
        Ok(out.flush()?)
    }
}

impl Row {
    fn head(self) -> &'static str {
        match self {
            Self::Csv => "from,to,ms,status\n",
            Self::Json => "{\"times\":[",
            Self::Columns => "",
        }
    }

    fn foot(self) -> &'static str {
        match self {
            Self::Csv | Self::Columns => "",
            Self::Json => "\n]}\n",
        }
    }

    /// A pair; no time for one that is off the streets, the largest for one without a way.
    fn write(self, text: &mut String, (from, to): (&str, &str), ms: Option<u32>, is_first: bool) {
        let status = match ms {
            None => "unknown",
            Some(u32::MAX) => "unreachable",
            Some(_) => "ok",
        };
        let ms = ms.filter(|&ms| ms != u32::MAX);
        let _ = match self {
            Self::Csv => {
                let shown = ms.map(|ms| ms.to_string()).unwrap_or_default();
                writeln!(text, "{},{},{shown},{status}", field(from), field(to))
            }
            Self::Json => {
                let pair = json!({"from": from, "to": to, "ms": ms, "status": status});
                write!(text, "{}\n{pair}", if is_first { "" } else { "," })
            }
            Self::Columns => {
                let shown = ms.map_or(status.to_owned(), minutes);
                writeln!(text, "{}  {}  {shown:>11}", left(from, 20), left(to, 20))
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_written_in_every_form() {
        let written = |row: Row, ms| {
            let mut text = String::new();
            row.write(&mut text, ("a,b", "c"), ms, true);
            text
        };
        assert_eq!(written(Row::Csv, Some(7)), "\"a,b\",c,7,ok\n");
        assert_eq!(
            written(Row::Csv, Some(u32::MAX)),
            "\"a,b\",c,,unreachable\n"
        );
        assert_eq!(written(Row::Csv, None), "\"a,b\",c,,unknown\n");
        let json = written(Row::Json, Some(7));
        let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(
            read,
            json!({"from": "a,b", "to": "c", "ms": 7, "status": "ok"})
        );
        assert!(written(Row::Columns, Some(90_000)).ends_with("    1.5 min\n"));
        assert!(written(Row::Columns, None).ends_with("    unknown\n"));
    }
}
