//! Commands to Coban trackers: `**,imei:IMEI,LETTER;`. Recalled, as public servers send them; nothing
//! in an answer says which command it answers.

use domain::devices::Command;

use crate::downlink::Addressee;

/// The frame of a command.
pub fn command(command: &Command, to: &Addressee<'_>) -> Option<Vec<u8>> {
    let word = match command {
        Command::Locate => "B".to_owned(),
        Command::UploadEvery { seconds } => format!("C,{}", span(*seconds)?),
        Command::Ring
        | Command::CallBack { .. }
        | Command::SetCentre { .. }
        | Command::Speak { .. } => return None,
    };
    Some(format!("**,imei:{},{word};", to.uid).into_bytes())
}

/// Two digits and a unit, the largest that holds all of it; `None` when two digits do not.
fn span(seconds: u32) -> Option<String> {
    let (count, unit) = match seconds {
        0..60 => (seconds, 's'),
        60..3600 => (seconds / 60, 'm'),
        _ => (seconds / 3600, 'h'),
    };
    (count < 100).then(|| format!("{count:02}{unit}"))
}
