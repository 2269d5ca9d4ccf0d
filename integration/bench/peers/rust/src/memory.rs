use serde_json::json;

use crate::Fault;
use crate::protocol::Caller;
use crate::town::Town;
use crate::w7::{RESPONDERS, peopled};

/// Prepares a network with labels and responders, and tells what the process weighs.
pub(crate) fn run(network: &str, caller: &mut Caller) -> Result<(), Fault> {
    let before = resident()?;
    let town = Town::load(network, &caller.data)?;
    let (dispatch, class) = peopled(&town)?;
    let after = resident()?;
    let facts = json!({
        "network": town.describe(),
        "streets_bytes": town.streets.bytes(),
        "resident_bytes": after - before,
        "responders": dispatch.classes_of(RESPONDERS - 1).contains(class),
    });
    caller.serve(facts, &mut [])
}

/// Resident memory of this process in bytes.
fn resident() -> Result<u64, Fault> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .ok_or("no VmRSS")?;
    let kilobytes: u64 = line.split_whitespace().nth(1).ok_or("no VmRSS")?.parse()?;
    Ok(kilobytes * 1024)
}
