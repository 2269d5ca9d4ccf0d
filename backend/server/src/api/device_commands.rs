//! Tag devices: what a device is told to do, now or when it comes.

use domain::access::{self, Action};
use domain::devices::{Command, CommandState, DialledNumber, QueuedCommand};
use domain::identity::{Role, Subject};
use domain::ids::CommandId;
use domain::time::{Timestamp, storable};
use ingest::downlink;
use openapi::{
    Answer, Caller, DeviceCommand, DeviceCommandOrder, DeviceCommandQueued, DeviceCommandsPort,
    Page, PageRequest, Problem, Slug, Time,
};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::problems::Failure;
use super::{Api, gate, keyed, wire};
use crate::engine::Engine;

/// How the audit trail names a command.
const OBJECT: &str = "device_command";

impl DeviceCommandsPort for Api {
    async fn device_command_queue(
        &self,
        caller: Caller,
        device_id: Uuid,
        key: String,
        order: DeviceCommandOrder,
    ) -> Result<DeviceCommandQueued, Problem> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::DeviceCommandQueue;
            let record = gate::device(engine, &subject, action, device_id)?;
            let command = commanded(&order)?;
            access::may_tell(subject.role, command.kind())?;
            if !downlink::says(record.device.protocol, &command) {
                let protocol = record.device.protocol;
                let detail = format!("{protocol} has no such command, or no sign for the text");
                let problem = Problem::from(Slug::CommandNotSupported);
                return Err(problem.with_detail(detail).into());
            }
            let now = storable(engine.now());
            let deadline_at = deadline(&order, &command, now)?;
            let id = CommandId(keyed::identifier(&subject, &key));
            let queued = QueuedCommand {
                id,
                organisation_id: subject.organisation_id,
                device_id: record.device.id,
                serial: QueuedCommand::serial_of(id),
                command,
                state: CommandState::Queued,
                attempts: 0,
                asked_by: subject.account_id,
                asked_at: now,
                deadline_at,
                next_at: Some(now),
                sent_at: None,
                answered_at: None,
                reason: None,
            };
            let (kept, is_new) = engine.store.device_command_queue(&queued)?;
            if is_new {
                gate::looked(engine, &subject, action, (OBJECT, id.0))?;
                engine.presence.nudge();
                return Ok(DeviceCommandQueued::Kept(Json(shown(&kept, subject.role))));
            }
            if (kept.device_id, &kept.command) != (queued.device_id, &queued.command) {
                return Err(Problem::from(Slug::IdempotencyKeyReused).into());
            }
            Ok(DeviceCommandQueued::Known(Json(shown(&kept, subject.role))))
        })
        .await
    }

    async fn device_command_list(
        &self,
        caller: Caller,
        device_id: Uuid,
        page: PageRequest,
    ) -> Answer<Page<DeviceCommand>> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::DeviceCommandList;
            let record = gate::device(engine, &subject, action, device_id)?;
            let asked = wire::page_request(&page)?;
            let organisation = subject.organisation_id;
            let found = engine
                .store
                .device_command_list(organisation, record.device.id, &asked)?;
            // Numbers and words for a person stand in it: whoever reads them leaves a line.
            gate::looked(engine, &subject, action, ("device", device_id))?;
            let items = found.items.iter().map(|queued| shown(queued, subject.role));
            Ok(Json(wire::page(items.collect(), found.next)))
        })
        .await
    }

    async fn device_command_read(
        &self,
        caller: Caller,
        device_id: Uuid,
        command_id: Uuid,
    ) -> Answer<DeviceCommand> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::DeviceCommandRead;
            let queued = command(engine, &subject, action, (device_id, command_id))?;
            gate::looked(engine, &subject, action, (OBJECT, command_id))?;
            Ok(Json(shown(&queued, subject.role)))
        })
        .await
    }

    async fn device_command_cancel(
        &self,
        caller: Caller,
        device_id: Uuid,
        command_id: Uuid,
    ) -> Answer<DeviceCommand> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::DeviceCommandCancel;
            let before = command(engine, &subject, action, (device_id, command_id))?;
            access::may_tell(subject.role, before.command.kind())?;
            let (organisation, now) = (subject.organisation_id, engine.now());
            let after = engine
                .store
                .device_command_cancel(organisation, before.id, now)?;
            if after.state != CommandState::Cancelled {
                let detail = "it is being sent, was sent, or is over";
                return Err(Problem::from(Slug::Conflict).with_detail(detail).into());
            }
            if before.state != after.state {
                gate::looked(engine, &subject, action, (OBJECT, command_id))?;
            }
            Ok(Json(shown(&after, subject.role)))
        })
        .await
    }
}

/// A command of that very device.
fn command(
    engine: &Engine,
    subject: &Subject,
    action: Action,
    (device_id, command_id): (Uuid, Uuid),
) -> Result<QueuedCommand, Failure> {
    let record = gate::device(engine, subject, action, device_id)?;
    let queued = engine
        .store
        .device_command_read(subject.organisation_id, CommandId(command_id))?;
    if queued.device_id == record.device.id {
        Ok(queued)
    } else {
        Err(domain::access::Denied::Hidden.into())
    }
}

/// What is ordered, with exactly what belongs to it.
fn commanded(order: &DeviceCommandOrder) -> Result<Command, Problem> {
    use openapi::CommandKind as K;
    let number = || {
        let digits = order.number.as_deref().and_then(DialledNumber::parse);
        digits.ok_or_else(|| Problem::invalid("number", "required with this kind"))
    };
    let (command, has) = match order.kind {
        K::Ring => (Command::Ring, [false, false, false]),
        K::Locate => (Command::Locate, [false, false, false]),
        K::CallBack => (
            Command::CallBack { number: number()? },
            [true, false, false],
        ),
        K::SetCentre => (
            Command::SetCentre { number: number()? },
            [true, false, false],
        ),
        K::UploadEvery => {
            let missing = || Problem::invalid("interval_s", "required with this kind");
            let seconds = order.interval_s.ok_or_else(missing)?;
            (Command::UploadEvery { seconds }, [false, true, false])
        }
        K::Speak => {
            let missing = || Problem::invalid("text", "required with this kind");
            let text = order.text.clone().ok_or_else(missing)?;
            (Command::Speak { text }, [false, false, true])
        }
    };
    let given = [
        ("number", order.number.is_some()),
        ("interval_s", order.interval_s.is_some()),
        ("text", order.text.is_some()),
    ];
    let superfluous = given
        .into_iter()
        .zip(has)
        .find(|((_, given), has)| *given && !has);
    match superfluous {
        Some(((field, _), _)) => Err(Problem::invalid(field, "not with this kind")),
        None => Ok(command),
    }
}

fn deadline(
    order: &DeviceCommandOrder,
    command: &Command,
    now: Timestamp,
) -> Result<Timestamp, Problem> {
    let usual = now + command.kind().usual_life();
    let asked = order.deadline_at.map(|at| storable(at.0)).unwrap_or(usual);
    if asked <= now || asked > now + chrono::TimeDelta::days(30) {
        return Err(Problem::invalid("deadline_at", "within the next 30 days"));
    }
    Ok(asked)
}

/// Who looks after the installation learns how far a command got, not whom it calls or what it says.
fn shown(queued: &QueuedCommand, role: Role) -> DeviceCommand {
    let kind = queued.command.kind();
    let may_see = access::may_tell(role, kind).is_ok();
    let (mut number, mut interval_s, mut text) = (None, None, None);
    match &queued.command {
        Command::CallBack { number: of } | Command::SetCentre { number: of } => {
            number = Some(of.as_str().to_owned()).filter(|_| may_see);
        }
        Command::UploadEvery { seconds } => interval_s = Some(*seconds),
        Command::Speak { text: said } => text = Some(said.clone()).filter(|_| may_see),
        Command::Ring | Command::Locate => {}
    }
    DeviceCommand {
        id: queued.id.0,
        device_id: queued.device_id.0,
        kind: wire::command_kind(kind),
        number,
        interval_s,
        text,
        state: wire::command_state(queued.state),
        attempts: queued.attempts,
        asked_by: queued.asked_by.0,
        asked_at: Time(queued.asked_at),
        deadline_at: Time(queued.deadline_at),
        sent_at: queued.sent_at.map(Time),
        answered_at: queued.answered_at.map(Time),
        reason: queued.reason.clone(),
    }
}
