//! Commands are sent to devices that are here, by the process that holds their connection.

use std::collections::HashMap;
use std::time::Duration;

use domain::devices::{Attempt, DeviceUid, Protocol};
use domain::ports::StoreError;
use ingest::downlink::{self, Addressee};
use store::{ClaimedCommand, WaitingCommand};
use tokio::task::JoinSet;

use crate::engine::blocking;
use crate::presence::Awaited;

use super::{Environment, LEASE, pause, rest};

/// Safety net beside the wake-up; also how late a deadline may take effect.
const PERIOD: Duration = Duration::from_millis(500);
/// Ten thousand devices that come at once are one look, not ten thousand.
const SETTLE: Duration = Duration::from_millis(20);

/// Runs until told to stop.
pub(super) async fn run(environment: Environment) {
    let mut woken = environment.engine.presence.register();
    let mut stop = environment.shutdown.listen();
    loop {
        woken.mark_unchanged();
        look(&environment).await;
        if !rest(&mut woken, &mut stop, PERIOD).await {
            return;
        }
        pause(SETTLE).await;
    }
}

/// Ends what is overdue, then tells each device that is here what waits for it, in order.
async fn look(environment: &Environment) {
    let engine = environment.engine.clone();
    let now = engine.now();
    engine.presence.prune(now);
    let read = blocking(move || {
        engine.store.device_commands_expire(now)?;
        engine.store.device_commands_waiting(now)
    });
    let waiting = match read.await {
        Ok(waiting) => waiting,
        Err(error) => return tracing::warn!(%error, "commands not read"),
    };
    let mut of_device: HashMap<(Protocol, DeviceUid), Vec<WaitingCommand>> = HashMap::new();
    let presence = &environment.engine.presence;
    for command in waiting {
        if presence.way(command.protocol, &command.uid).is_some() {
            let key = (command.protocol, command.uid.clone());
            of_device.entry(key).or_default().push(command);
        }
    }
    let mut devices = JoinSet::new();
    for commands in of_device.into_values() {
        let environment = environment.clone();
        devices.spawn(async move {
            for command in commands {
                if let Err(error) = send(&environment, &command).await {
                    tracing::warn!(%error, command = %command.id, "command not sent");
                }
            }
        });
    }
    while let Some(ended) = devices.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a command broke off; its lease runs out and it comes again");
        }
    }
}

async fn send(environment: &Environment, waiting: &WaitingCommand) -> Result<(), StoreError> {
    let engine = environment.engine.clone();
    let owner = environment.owner;
    let key = (waiting.organisation_id, waiting.id);
    let claim = move || {
        let now = engine.now();
        engine.store.device_command_claim(key, owner, now, LEASE)
    };
    // Another process may hold a connection of the same device, or it was taken back.
    let Some(claimed) = blocking(claim).await? else {
        return Ok(());
    };
    let (attempt, reason) = attempt(environment, waiting, &claimed).await;
    let engine = environment.engine.clone();
    let finish = move || {
        let now = engine.now();
        let outcome = claimed.queued.after(&attempt, now);
        engine
            .store
            .device_command_finish(&claimed, outcome, reason, now)
    };
    match blocking(finish).await {
        // It was answered before this was written down.
        Err(StoreError::Fenced) => Ok(()),
        finished => finished,
    }
}

/// Hands a command to the connection of its device; why not, if not.
async fn attempt(
    environment: &Environment,
    waiting: &WaitingCommand,
    claimed: &ClaimedCommand,
) -> (Attempt, Option<&'static str>) {
    let (presence, queued) = (&environment.engine.presence, &claimed.queued);
    let (protocol, uid) = (waiting.protocol, &waiting.uid);
    let Some((outlet, sample)) = presence.way(protocol, uid) else {
        return (Attempt::NotSent, None);
    };
    let to = Addressee {
        uid,
        last_frame: &sample,
        serial: queued.serial,
        at: environment.engine.now(),
    };
    let Some(frame) = downlink::encode(protocol, &queued.command, &to) else {
        let reason = "this device has no frame for it";
        return (Attempt::Impossible, Some(reason));
    };
    let is_answered = downlink::is_answered(protocol);
    if is_answered {
        // Before it is sent: the answer may be here before anything else is written down.
        let awaited = Awaited {
            organisation_id: queued.organisation_id,
            id: queued.id,
            command: queued.command.clone(),
            serial: queued.serial,
            until: queued.deadline_at,
        };
        presence.expect(protocol, uid, awaited);
    }
    match outlet.send(frame).await {
        Ok(()) => (Attempt::Sent { is_answered }, None),
        Err(error) => {
            tracing::debug!(%error, "command waits");
            (Attempt::NotSent, None)
        }
    }
}
