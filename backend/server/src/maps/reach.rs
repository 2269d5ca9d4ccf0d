//! Which nodes are within so many minutes.

use std::io::Write as _;

use accessibility::Language;
use serde_json::{Value, json};
use spatial::LonLat;

use super::{Form, Walker, known, limit_ms, origin_json, print};
use crate::columns::thousands;

/// Prints every node within so many minutes, by rising time.
///
/// # Errors
/// A network that cannot be read, or a closed street that is none.
pub fn reach(
    walker: &Walker<'_>,
    from: LonLat,
    minutes: f64,
    form: Form,
    language: Language,
) -> anyhow::Result<()> {
    let ways = walker.ways(language)?;
    let network = ways.network();
    let origin = ways.snap(from);
    let reached =
        known(origin).map(|origin| ways.reach(&origin, limit_ms(minutes), walker.speed_m_s));
    if form == Form::Json {
        let reached = reached.unwrap_or_default();
        let nodes: Vec<Value> = reached
            .iter()
            .map(|found| json!({"osm_id": network.node_id(found.node), "ms": found.ms}))
            .collect();
        return print(&json!({"origin": origin_json(from, origin), "nodes": nodes}));
    }
    let mut out = std::io::stdout().lock();
    match &reached {
        Some(reached) => writeln!(out, "nodes {}", thousands(reached.len() as u64))?,
        None => writeln!(out, "unknown: no street within 500 m")?,
    }
    for found in reached.unwrap_or_default() {
        let seconds = f64::from(found.ms) / 1000.0;
        writeln!(out, "{:>14}  {seconds:>9.1} s", network.node_id(found.node))?;
    }
    Ok(())
}
