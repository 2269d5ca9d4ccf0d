use std::io::{StdinLock, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::clock::{self, Clock};
use crate::town::Town;
use crate::{Fault, growth, memory, w1, w2, w3, w4, w5, w6, w7};

/// Somebody who answers the questions of a workload.
pub(crate) struct Contestant<'a> {
    pub(crate) name: &'static str,
    /// Asks everything once.
    pub(crate) round: Box<dyn FnMut(&mut Clock) + 'a>,
}

impl<'a> Contestant<'a> {
    pub(crate) fn new(name: &'static str, round: impl FnMut(&mut Clock) + 'a) -> Self {
        Self {
            name,
            round: Box::new(round),
        }
    }
}

/// The other side of the protocol, and where peers outside this process find their inputs.
pub(crate) struct Caller {
    lines: std::io::Lines<StdinLock<'static>>,
    /// Folder of test data.
    pub(crate) data: PathBuf,
    /// Folder for files that other processes read.
    pub(crate) exchange: PathBuf,
}

impl Caller {
    /// Announces contestants whose answers agree, and runs rounds until told that it is done.
    pub(crate) fn serve(
        &mut self,
        facts: Value,
        contestants: &mut [Contestant<'_>],
    ) -> Result<(), Fault> {
        let names: Vec<_> = contestants
            .iter()
            .map(|contestant| contestant.name)
            .collect();
        answer(&json!({"contestants": names, "facts": facts}))?;
        while let Some(line) = self.lines.next().transpose()? {
            let Some(number) = line.strip_prefix("round ") else {
                break;
            };
            let contestant = contestants
                .get_mut(number.parse::<usize>()?)
                .ok_or("no such contestant")?;
            answer(&clock::round(&mut *contestant.round))?;
        }
        answer(&json!({}))
    }

    /// Writes numbers for other processes, little endian.
    pub(crate) fn export(&self, name: &str, numbers: &[u32]) -> Result<(), Fault> {
        let bytes: Vec<u8> = numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect();
        Ok(std::fs::write(self.exchange.join(name), bytes)?)
    }
}

/// Answers until the input ends.
pub(crate) fn serve() -> Result<(), Fault> {
    let folder = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .ok_or(format!("{name} is not set"))
    };
    let mut caller = Caller {
        lines: std::io::stdin().lines(),
        data: folder("ANLIN_TEST_DATA")?,
        exchange: folder("ANLIN_PEERS_EXCHANGE")?,
    };
    while let Some(line) = caller.lines.next().transpose()? {
        let words: Vec<&str> = line.split(' ').collect();
        let [verb, workload, network] = words[..] else {
            return Err(format!("not understood: {line}").into());
        };
        let result = match verb {
            "prepare" => prepare(&mut caller, workload, network),
            _ => Err(format!("not understood: {line}").into()),
        };
        if let Err(fault) = result {
            answer(&json!({"fault": fault.to_string()}))?;
        }
    }
    Ok(())
}

fn prepare(caller: &mut Caller, workload: &str, network: &str) -> Result<(), Fault> {
    let town = |caller: &Caller| Town::load(network, Path::new(&caller.data));
    match workload {
        "W1" => w1::run(caller),
        "W2" => w2::run(&town(caller)?, caller),
        "W3" => w3::run(&town(caller)?, network, caller),
        "W4" => w4::run(&town(caller)?, caller),
        "W5" => w5::run(&town(caller)?, caller),
        "W6" => w6::run(&town(caller)?, caller),
        "growth" => {
            let large = Town::load(&format!("{network}-x16"), &caller.data)?;
            growth::run([&town(caller)?, &large], caller)
        }
        "W7" => w7::run(&town(caller)?, caller),
        "memory" => memory::run(network, caller),
        _ => Err(format!("no workload {workload}").into()),
    }
}

fn answer(value: &Value) -> Result<(), Fault> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{value}")?;
    Ok(out.flush()?)
}
