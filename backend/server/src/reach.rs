//! The commands `reach` and `nearest`: questions to a prepared network, without a database.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use serde_json::{Value, json};
use spatial::{LonLat, Network, Scratch, Snap};

use crate::columns::thousands;

mod among;

use among::Candidate;

/// What is asked, and how the answer is printed.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// Prepared network file.
    pub network: &'a Path,
    /// Position asked from.
    pub from: LonLat,
    /// Walking speed in metres a second, the same on every street and on the legs.
    pub speed_m_s: f64,
    /// One JSON object instead of columns.
    pub json: bool,
}

/// Reads a network file that `import-osm --network` has written.
///
/// # Errors
/// A file that cannot be read or is no network.
pub fn read_network(path: &Path) -> anyhow::Result<Network> {
    let shown = path.display();
    let bytes = std::fs::read(path).with_context(|| format!("cannot open {shown}"))?;
    Network::from_bytes(&bytes).with_context(|| format!("cannot read {shown} as a network"))
}

/// Prints every node within so many minutes, by rising time.
///
/// # Errors
/// A network that cannot be read.
pub fn reach(question: &Question<'_>, minutes: f64) -> anyhow::Result<()> {
    let network = read_network(question.network)?;
    let origin = network.snap(question.from);
    let known = origin.filter(Snap::is_known);
    // A node exactly at the limit is within it; part of a millisecond is no more time.
    let limit_ms = (minutes * 60_000.0) as u32;
    let reached = known
        .map(|origin| network.reach(&mut Scratch::new(), &origin, limit_ms, question.speed_m_s));
    let reached = reached.unwrap_or_default();
    if question.json {
        let nodes: Vec<Value> = reached
            .iter()
            .map(|found| json!({"osm_id": network.node_id(found.node), "ms": found.ms}))
            .collect();
        return print(&json!({"origin": origin_json(question.from, origin), "nodes": nodes}));
    }
    let mut out = std::io::stdout().lock();
    match known {
        Some(_) => writeln!(out, "nodes {}", thousands(reached.len() as u64))?,
        None => writeln!(out, "unknown: no street within 500 m")?,
    }
    for found in reached {
        let seconds = f64::from(found.ms) / 1000.0;
        writeln!(out, "{:>14}  {seconds:>9.1} s", network.node_id(found.node))?;
    }
    Ok(())
}

/// Prints the nearest of the places in a file, by walking time.
///
/// # Errors
/// A network or a file that cannot be read.
pub fn nearest(question: &Question<'_>, among: &Path, k: usize) -> anyhow::Result<()> {
    let network = read_network(question.network)?;
    let candidates = among::read(among)?;
    let origin = network.snap(question.from);
    let rows = ranked(&network, origin, &candidates, k, question.speed_m_s);
    if question.json {
        let rows: Vec<Value> = rows.iter().map(Row::json).collect();
        return print(&json!({"origin": origin_json(question.from, origin), "results": rows}));
    }
    let mut out = std::io::stdout().lock();
    for row in rows {
        match row.walk {
            Some((ms, metres)) => {
                let seconds = f64::from(ms) / 1000.0;
                writeln!(out, "{:<20}  {seconds:>9.1} s  {metres:>9.1} m", row.id)?;
            }
            None => writeln!(out, "{:<20}  {}", row.id, row.status)?,
        }
    }
    Ok(())
}

/// A line of the answer.
#[derive(Debug, PartialEq)]
struct Row<'c> {
    id: &'c str,
    /// Milliseconds and metres.
    walk: Option<(u32, f64)>,
    snap_m: Option<f64>,
    status: &'static str,
}

impl Row<'_> {
    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "ms": self.walk.map(|(ms, _)| ms),
            "metres": self.walk.map(|(_, metres)| metres),
            "snap_m": self.snap_m,
            "status": self.status,
        })
    }
}

/// The `k` nearest eligible candidates; those without a way, and after them those too far from
/// any street, take the places that are left.
fn ranked<'c>(
    network: &Network,
    origin: Option<Snap>,
    candidates: &'c [Candidate],
    k: usize,
    speed_m_s: f64,
) -> Vec<Row<'c>> {
    let is_known = origin.is_some_and(|origin| origin.is_known());
    let eligible = candidates.iter().filter(|candidate| candidate.eligible);
    let met: Vec<(&Candidate, Option<Snap>)> = eligible
        .map(|candidate| (candidate, network.snap(candidate.at)))
        .collect();
    // A place too far from the streets keeps its number, but no street leads there.
    let snaps: Vec<Snap> = met
        .iter()
        .map(|&(candidate, snap)| {
            snap.filter(Snap::is_known)
                .unwrap_or(off_street(candidate.at))
        })
        .collect();
    let mut scratch = Scratch::new();
    let found = match origin.filter(|_| is_known) {
        Some(origin) => network.nearest(&mut scratch, &origin, &snaps, k, speed_m_s, None),
        None => Vec::new(),
    };
    let mut rows = Vec::with_capacity(k.min(met.len()));
    let mut is_ranked = vec![false; met.len()];
    for found in found {
        let (candidate, snap) = met[found.index];
        is_ranked[found.index] = true;
        rows.push(Row {
            id: &candidate.id,
            walk: Some((found.ms, found.metres)),
            snap_m: snap.map(|snap| snap.snap_m),
            status: "ok",
        });
    }
    for status in ["unreachable", "unknown"] {
        for (place, &(candidate, snap)) in met.iter().enumerate() {
            let far = !is_known || !snap.is_some_and(|snap| snap.is_known());
            if is_ranked[place] || far != (status == "unknown") {
                continue;
            }
            rows.push(Row {
                id: &candidate.id,
                walk: None,
                snap_m: snap.map(|snap| snap.snap_m),
                status,
            });
        }
    }
    rows.truncate(k);
    rows
}

/// A snap to no street at all.
fn off_street(at: LonLat) -> Snap {
    Snap {
        edge: u32::MAX,
        fraction: 0.0,
        at,
        snap_m: f64::INFINITY,
        component: u32::MAX,
    }
}

fn origin_json(asked: LonLat, snap: Option<Snap>) -> Value {
    let known = snap.is_some_and(|snap| snap.is_known());
    json!({
        "lon": asked.lon(),
        "lat": asked.lat(),
        "snap_m": snap.map(|snap| snap.snap_m),
        "component": snap.map(|snap| snap.component),
        "status": if known { "ok" } else { "unknown" },
    })
}

fn print(answer: &Value) -> anyhow::Result<()> {
    writeln!(std::io::stdout().lock(), "{answer}")?;
    Ok(())
}

#[cfg(test)]
mod tests;
