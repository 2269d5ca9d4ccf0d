//! The elder is asked first: their own devices say it or ring, before anybody else is sent.

use domain::devices::{Command, CommandState, QueuedCommand};
use domain::ids::{CommandId, DeviceId, IncidentId, ResidentId};
use domain::incidents::{Choice, Tell};
use domain::life_signs::LifeSignRule;
use domain::message::Facts;
use domain::ports::StoreError;
use domain::time::{seconds, storable};
use ingest::downlink;
use uuid::Uuid;

use crate::engine::Engine;

/// Has every device of a resident that can speak or ring ask whether all is well, when the ladder's
/// first rung tells the resident. Asked again for the same case it changes nothing.
pub(super) fn ask(
    engine: &Engine,
    rule: &LifeSignRule,
    resident: ResidentId,
    case: IncidentId,
) -> Result<(), StoreError> {
    let (store, organisation) = (&engine.store, rule.organisation_id);
    let incident = store.incident_read(organisation, case)?;
    let care = store.care_of(organisation, &[resident])?.remove(&resident);
    let choice = Choice::of(&incident, care.unwrap_or_default().care);
    let (_, ladders) = engine.ladders_now(organisation);
    let first = ladders.select(&choice).ladder.rung(0);
    if !first.tell.contains(&Tell::Resident) {
        return Ok(());
    }
    let language = store.resident_read(organisation, resident)?.languages;
    let language = language.first().map_or("zh-CN", String::as_str);
    let language = accessibility::Language::negotiate(language);
    let text = accessibility::phrase("ladders", "are_you_well", language, &Facts::new());
    let author = store.life_sign_rule_author(organisation, rule.id)?;
    let now = storable(engine.now());
    for record in store.devices_of_resident(organisation, resident)? {
        let device = record.device;
        let speak = text.clone().map(|text| Command::Speak { text });
        let command = speak.into_iter().chain([Command::Ring]);
        let mut said = command.filter(|command| downlink::says(device.protocol, command));
        let Some(command) = said.next() else {
            continue;
        };
        let id = asked_by(case, device.id);
        store.device_command_queue(&QueuedCommand {
            id,
            organisation_id: organisation,
            device_id: device.id,
            serial: QueuedCommand::serial_of(id),
            command,
            state: CommandState::Queued,
            attempts: 0,
            asked_by: author,
            asked_at: now,
            // When the next rung is climbed, a voice would only be in the way.
            deadline_at: now + seconds(first.timeout_s),
            next_at: Some(now),
            sent_at: None,
            answered_at: None,
            reason: None,
        })?;
        engine.presence.nudge();
    }
    Ok(())
}

/// The same command for the same case and device.
fn asked_by(case: IncidentId, device: DeviceId) -> CommandId {
    CommandId(Uuid::from_u128(case.0.as_u128() ^ device.0.as_u128()))
}
