//! Commands in our own JSON: one object, and a message of kind `command` that answers it.

use domain::devices::Command;
use serde_json::Value;

use super::frame::take_apart;
use crate::downlink::Addressee;
use crate::json;

/// The object of a command.
pub fn command(command: &Command, to: &Addressee<'_>) -> Option<Vec<u8>> {
    let Ok(Value::Object(mut told)) = serde_json::to_value(command) else {
        return None;
    };
    told.insert("device".to_owned(), to.uid.as_str().into());
    told.insert("serial".to_owned(), to.serial.into());
    serde_json::to_vec(&told).ok()
}

/// A message of kind `command` with the same number; `ok` false is a refusal.
pub fn answers(_command: &Command, serial: u16, bytes: &[u8]) -> Option<bool> {
    let message = take_apart(bytes).ok()?;
    let body = json::object(message.body.as_bytes()).ok()?;
    let is_ours = json::text(&body, "kind") == Some("command")
        && json::whole(&body, "serial") == Some(i64::from(serial));
    is_ours.then(|| json::truth(&body, "ok").unwrap_or(true))
}
