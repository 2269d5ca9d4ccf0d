//! Lists in files: one place a line, columns named in the first.

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context as _, anyhow, ensure};
use spatial::LonLat;

/// What some programs put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A place of a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    /// Its name in the file.
    pub(super) id: String,
    /// Where it is.
    pub(super) at: LonLat,
}

/// A place that may be chosen.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub(super) place: Place,
    pub(super) eligible: bool,
}

/// One line, by the names of its columns.
pub(super) struct Line<'r> {
    head: &'r csv::StringRecord,
    row: &'r csv::StringRecord,
}

impl Line<'_> {
    /// A field without the blanks around it; None where the list has no such column.
    pub(super) fn optional(&self, column: &str) -> Option<&str> {
        let place = place_of(self.head, column)?;
        Some(self.row.get(place).unwrap_or_default())
    }

    /// A field that may not be empty.
    pub(super) fn text(&self, column: &str) -> anyhow::Result<&str> {
        let text = self.optional(column).unwrap_or_default();
        ensure!(!text.is_empty(), "no {column}");
        Ok(text)
    }

    fn number(&self, column: &str) -> anyhow::Result<f64> {
        let text = self.text(column)?;
        text.parse()
            .with_context(|| format!("{column} {text:?} is no number"))
    }

    /// The place that `id`, `lon` and `lat` name.
    pub(super) fn place(&self) -> anyhow::Result<Place> {
        let id = self.text("id")?.to_owned();
        let at = LonLat::new(self.number("lon")?, self.number("lat")?)?;
        Ok(Place { id, at })
    }
}

/// Reads places: `id,lon,lat`.
pub(super) fn places(path: &Path) -> anyhow::Result<Vec<Place>> {
    read(path, &["id", "lon", "lat"], |line| line.place())
}

/// Reads places to choose from: `id,lon,lat[,eligible]`.
pub(super) fn candidates(path: &Path) -> anyhow::Result<Vec<Candidate>> {
    read(path, &["id", "lon", "lat"], |line| {
        Ok(Candidate {
            place: line.place()?,
            eligible: yes(line.optional("eligible"))?,
        })
    })
}

/// Reads a list that has these columns at least; one wrong line refuses it all.
pub(super) fn read<T>(
    path: &Path,
    columns: &[&str],
    make: impl FnMut(&Line<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<Vec<T>> {
    let shown = path.display();
    let text = std::fs::read(path).with_context(|| format!("cannot open {shown}"))?;
    parse(&text, columns, make)
        .with_context(|| format!("cannot read {shown} as {}", columns.join(",")))
}

fn parse<T>(
    text: &[u8],
    columns: &[&str],
    mut make: impl FnMut(&Line<'_>) -> anyhow::Result<T>,
) -> anyhow::Result<Vec<T>> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text);
    let head = reader.headers().map_err(|error| broken(&error, text))?;
    let head = head.clone();
    for name in columns {
        ensure!(place_of(&head, name).is_some(), "no column {name}");
    }
    let mut made = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| broken(&error, text))?;
        let own = Line {
            head: &head,
            row: &row,
        };
        let line = || format!("line {}", line_at(row.position(), text));
        made.push(make(&own).with_context(line)?);
    }
    Ok(made)
}

/// Number of the line on which a record begins.
///
/// The position stands before the ends of lines between two records, and its own count of lines
/// is one too low after CR LF.
fn line_at(position: Option<&csv::Position>, text: &[u8]) -> usize {
    let from = position.map_or(0, |position| position.byte() as usize);
    let (before, after) = text.split_at(from.min(text.len()));
    let skipped = after.iter().take_while(|byte| b"\r\n".contains(byte));
    let end = before.len() + skipped.count();
    let is_end = |place: &usize| match text[*place] {
        b'\n' => true,
        byte => byte == b'\r' && text.get(place + 1) != Some(&b'\n'),
    };
    1 + (0..end).filter(is_end).count()
}

/// A record that is none, in one line.
fn broken(error: &csv::Error, text: &[u8]) -> anyhow::Error {
    let line = line_at(error.position(), text);
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => anyhow!("line {line}: {len} fields where the first line has {expected_len}"),
        csv::ErrorKind::Utf8 { .. } => anyhow!("line {line}: not UTF-8"),
        _ => anyhow!("line {line}: {error}"),
    }
}

fn place_of(head: &csv::StringRecord, column: &str) -> Option<usize> {
    head.iter().position(|own| own == column)
}

/// Refuses a list in which two places have the same name.
pub(super) fn each_once<'p>(places: impl Iterator<Item = &'p Place>) -> anyhow::Result<()> {
    let mut seen = HashSet::new();
    for place in places {
        ensure!(seen.insert(&place.id), "{:?} stands twice", place.id);
    }
    Ok(())
}

/// Everybody is eligible unless it is written that they are not.
fn yes(text: Option<&str>) -> anyhow::Result<bool> {
    match text.map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "1" | "true" | "yes") => Ok(true),
        Some("0" | "false" | "no") => Ok(false),
        Some(other) => Err(anyhow!("eligible is {other:?}, neither 1 nor 0")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [&str; 3] = ["id", "lon", "lat"];

    fn candidates(text: &str) -> anyhow::Result<Vec<Candidate>> {
        parse(text.as_bytes(), &COLUMNS, |line| {
            Ok(Candidate {
                place: line.place()?,
                eligible: yes(line.optional("eligible"))?,
            })
        })
    }

    #[test]
    fn a_list_is_read_whatever_the_order_of_its_columns() {
        let text = "lat,eligible,id,lon\n31.5,1,a,121.5\n31.25,no,\"b,c\",121.25\n31.5,,d,121.5\n";
        let read = candidates(text).expect("a list");
        let ids: Vec<&str> = read.iter().map(|one| one.place.id.as_str()).collect();
        assert_eq!(ids, ["a", "b,c", "d"]);
        assert_eq!(
            read[1].place.at,
            LonLat::new(121.25, 31.25).expect("a place")
        );
        let eligible: Vec<bool> = read.iter().map(|candidate| candidate.eligible).collect();
        assert_eq!(eligible, [true, false, true]);
        assert!(
            candidates("id,lon,lat\n")
                .expect("an empty list")
                .is_empty()
        );
    }

    #[test]
    fn files_of_other_systems_are_read() {
        let plain = candidates("id,lon,lat\na,1,2\nb,3,4\n").expect("a list");
        for text in [
            "\u{feff}id,lon,lat\na,1,2\nb,3,4\n",
            "\u{feff}\"id\",\"lon\",\"lat\"\r\n\"a\",1,2\r\nb,3,4\r\n",
            "id,lon,lat\r\n\r\na, 1 ,2\r\n\r\nb,3,4",
            "id,lon,lat\ra,1,2\rb,3,4",
        ] {
            assert_eq!(candidates(text).expect("a list"), plain, "{text:?}");
        }
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (text, part) in [
            ("", "no column id"),
            ("id,lon\na,1\n", "no column lat"),
            ("id;lon;lat\na;1;2\n", "no column id"),
            ("id,lon,lat\na,1,2\n,1,2\n", "line 3: no id"),
            ("id,lon,lat\na,x,2\n", "line 2: lon \"x\""),
            ("id,lon,lat\na,,2\n", "line 2: no lon"),
            ("id,lon,lat\na,NaN,2\n", "finite"),
            ("id,lon,lat\na,inf,2\n", "finite"),
            ("id,lon,lat\na,1,91\n", "latitude"),
            ("id,lon,lat\n\n\"a\nb\",1,2\nc,1,91\n", "line 5"),
            ("id,lon,lat\r\n\r\na,1,2\r\n\r\nc,1,91\r\n", "line 5"),
            ("id,lon,lat\ra,1,2\rc,1,91", "line 3"),
            ("id,lon,lat,eligible\na,1,2,maybe\n", "maybe"),
            ("id,lon,lat\na,1\n", "line 2: 2 fields"),
            ("id,lon,lat\r\na,1,2\r\nb,1,2,3\r\n", "line 3: 4 fields"),
        ] {
            let error = candidates(text).expect_err("refused");
            let line = format!("{error:#}");
            assert!(line.contains(part), "{line}");
        }
    }

    #[test]
    fn a_name_that_stands_twice_is_told() {
        let read = candidates("id,lon,lat\na,1,2\nb,1,2\na,3,4\n").expect("a list");
        let error = each_once(read.iter().map(|one| &one.place)).expect_err("twice");
        assert_eq!(error.to_string(), "\"a\" stands twice");
        assert!(each_once(read[1..].iter().map(|one| &one.place)).is_ok());
    }
}
