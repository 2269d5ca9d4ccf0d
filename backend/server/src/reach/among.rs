//! The list of places to choose from: `id,lon,lat[,eligible]`.

use std::path::Path;

use anyhow::{Context as _, anyhow, ensure};
use spatial::LonLat;

/// A place that may be the nearest.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    pub(super) id: String,
    pub(super) at: LonLat,
    pub(super) eligible: bool,
}

/// Reads a list; one wrong line refuses it all.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<Candidate>> {
    let shown = path.display();
    let file = std::fs::File::open(path).with_context(|| format!("cannot open {shown}"))?;
    parse(file).with_context(|| format!("cannot read {shown} as id,lon,lat[,eligible]"))
}

fn parse(text: impl std::io::Read) -> anyhow::Result<Vec<Candidate>> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text);
    let head = reader.headers()?.clone();
    let column = |name: &str| {
        head.iter()
            .position(|own| own.trim_start_matches('\u{feff}') == name)
    };
    let needed = |name: &str| column(name).ok_or_else(|| anyhow!("no column {name}"));
    let (id, lon, lat) = (needed("id")?, needed("lon")?, needed("lat")?);
    let eligible = column("eligible");
    let mut candidates = Vec::new();
    for (line, row) in (2u64..).zip(reader.records()) {
        let row = row?;
        let at_line = || format!("line {line}");
        let field = |column: usize| row.get(column).unwrap_or_default();
        ensure!(!field(id).is_empty(), "line {line}: no id");
        let (lon, lat) = (number(field(lon)), number(field(lat)));
        let at = LonLat::new(lon.with_context(at_line)?, lat.with_context(at_line)?);
        candidates.push(Candidate {
            id: field(id).to_owned(),
            at: at.with_context(at_line)?,
            eligible: yes(eligible.map(field)).with_context(at_line)?,
        });
    }
    Ok(candidates)
}

fn number(text: &str) -> anyhow::Result<f64> {
    text.parse()
        .with_context(|| format!("{text:?} is no number"))
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

    #[test]
    fn a_list_is_read_whatever_the_order_of_its_columns() {
        let text = "lat,eligible,id,lon\n31.5,1,a,121.5\n31.25,no,\"b,c\",121.25\n31.5,,d,121.5\n";
        let read = parse(text.as_bytes()).expect("a list");
        let ids: Vec<&str> = read.iter().map(|candidate| candidate.id.as_str()).collect();
        assert_eq!(ids, ["a", "b,c", "d"]);
        assert_eq!(read[1].at, LonLat::new(121.25, 31.25).expect("a place"));
        let eligible: Vec<bool> = read.iter().map(|candidate| candidate.eligible).collect();
        assert_eq!(eligible, [true, false, true]);
        assert!(
            parse(&b"id,lon,lat\n"[..])
                .expect("an empty list")
                .is_empty()
        );
    }

    #[test]
    fn a_wrong_line_is_named() {
        for (text, part) in [
            ("id,lon\na,1\n", "no column lat"),
            ("id,lon,lat\na,1,2\n,1,2\n", "line 3: no id"),
            ("id,lon,lat\na,x,2\n", "line 2"),
            ("id,lon,lat\na,NaN,2\n", "finite"),
            ("id,lon,lat\na,1,91\n", "latitude"),
            ("id,lon,lat,eligible\na,1,2,maybe\n", "maybe"),
            ("id,lon,lat\na,1\n", "2"),
        ] {
            let error = parse(text.as_bytes()).expect_err("refused");
            let line = format!("{error:#}");
            assert!(line.contains(part), "{line}");
        }
    }
}
