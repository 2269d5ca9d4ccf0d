//! Arguments of `conformance`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use domain::devices::Protocol;
use domain::ports::Clock;
use ingest::registry;
use server::conformance::{Question, Subject};

/// Whose scenarios are tried on what.
#[derive(Debug, Args)]
#[command(
    after_help = "Scenarios: login, heartbeat, sos_indoors_without_fix, fall, duplicate, \
    out_of_order, stored_replay, low_battery_with_sos.\nThe frames that are played are invented; a \
    server that does not know the invented device opens a case of an unknown one.\nExit code: 0 all \
    that the wire can say is said and answered right, 1 something is not."
)]
pub(crate) struct Conformance {
    /// Name of the protocol, as `watch`
    #[arg(value_name = "PROTOCOL", value_parser = protocol)]
    protocol: Protocol,
    /// Play a device against a server and check its answers
    #[arg(long, value_name = "HOST:PORT", required_unless_present = "file")]
    connect: Option<String>,
    /// Look for the scenarios in recorded frames: hex, text or a JSON object a line
    #[arg(long, value_name = "FILE", conflicts_with = "connect")]
    file: Option<PathBuf>,
    /// Seconds an answer may take
    #[arg(long, default_value_t = 5, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=600))]
    wait: u64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

impl Conformance {
    /// What is asked, at this moment.
    pub(crate) fn question(&self, clock: &impl Clock) -> Question {
        let subject = match (&self.connect, &self.file) {
            (Some(address), _) => Subject::Server {
                address: address.clone(),
                wait: Duration::from_secs(self.wait),
            },
            (None, file) => Subject::Recording(file.clone().unwrap_or_default()),
        };
        Question {
            protocol: self.protocol,
            subject,
            now: clock.now(),
            json: self.json,
        }
    }
}

fn protocol(name: &str) -> Result<Protocol, String> {
    registry::by_name(name).ok_or_else(|| format!("protocol {name} is not known"))
}
