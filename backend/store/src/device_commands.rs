//! Commands to devices: queued, claimed by whoever holds the connection, finished under a fence.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use domain::devices::{CommandState, DeviceUid, Outcome, Protocol, QueuedCommand};
use domain::ids::{CommandId, DeviceId, OrganisationId};
use domain::ports::StoreError;
use domain::time::Timestamp;
use uuid::Uuid;

use crate::conn::{Conn, MultiBackend};
use crate::errors::Mapped;
use crate::paging::{Cursor, Page, PageRequest};
use crate::rows::{CommandRow, uid};
use crate::schema::device_commands;
use crate::sql_store::SqlStore;
use crate::sql_types::{At, Id, InstantSql, UuidSql, Word};
use crate::writer::Lane;

/// Commands looked at in one round, the oldest first.
const ROUND: i64 = 10_000;

/// A command that could be sent now, if its device is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingCommand {
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// Which.
    pub id: CommandId,
    /// How its device speaks.
    pub protocol: Protocol,
    /// What its device calls itself.
    pub uid: DeviceUid,
}

/// A claimed command: the generation is the fence.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimedCommand {
    /// The command.
    pub queued: QueuedCommand,
    /// Counts claims.
    pub generation: i64,
}

#[derive(QueryableByName)]
struct WaitingRow {
    #[diesel(sql_type = UuidSql)]
    organisation_id: Id,
    #[diesel(sql_type = UuidSql)]
    id: Id,
    #[diesel(sql_type = Text)]
    protocol: Word<Protocol>,
    #[diesel(sql_type = Text)]
    uid: String,
}

impl SqlStore {
    /// Queues a command; one with the same identifier stays as it is. Returns what is kept, and
    /// whether it is new.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn device_command_queue(
        &self,
        queued: &QueuedCommand,
    ) -> Result<(QueuedCommand, bool), StoreError> {
        let row = CommandRow::seal(self.keys(), queued)?;
        let (organisation, id) = (queued.organisation_id, queued.id);
        let is_new = self.write(Lane::Alarm, move |conn| {
            let known: i64 = one(organisation, id).count().get_result(conn).mapped()?;
            if known == 0 {
                diesel::insert_into(device_commands::table)
                    .values(&row)
                    .execute(conn)
                    .mapped()?;
            }
            Ok(known == 0)
        })?;
        Ok((self.device_command_read(organisation, id)?, is_new))
    }

    /// Reads one command.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn device_command_read(
        &self,
        organisation: OrganisationId,
        id: CommandId,
    ) -> Result<QueuedCommand, StoreError> {
        let row: Option<CommandRow> =
            self.read(|conn| one(organisation, id).first(conn).optional().mapped())?;
        row.ok_or(StoreError::NotFound)?.open(self.keys())
    }

    /// Commands of a device, newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn device_command_list(
        &self,
        organisation: OrganisationId,
        device: DeviceId,
        asked: &PageRequest,
    ) -> Result<Page<QueuedCommand>, StoreError> {
        let newest_first = (device_commands::asked_at.desc(), device_commands::id.desc());
        let mut query = device_commands::table
            .filter(device_commands::organisation_id.eq(Id::from(organisation)))
            .filter(device_commands::device_id.eq(Id::from(device)))
            .order(newest_first)
            .limit(asked.fetch())
            .into_boxed();
        if let Some(Cursor { at, id }) = asked.cursor {
            let same = device_commands::asked_at
                .eq(at)
                .and(device_commands::id.lt(id));
            query = query.filter(device_commands::asked_at.lt(at).or(same));
        }
        let rows: Vec<CommandRow> = self.read(|conn| query.load(conn).mapped())?;
        let opened: Result<Vec<_>, _> = rows.into_iter().map(|row| row.open(self.keys())).collect();
        Ok(Page::cut(opened?, asked, |queued| Cursor {
            at: queued.asked_at.into(),
            id: queued.id.into(),
        }))
    }

    /// Takes a command back that nobody has begun to send. Returns it as it stands then.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn device_command_cancel(
        &self,
        organisation: OrganisationId,
        id: CommandId,
        now: Timestamp,
    ) -> Result<QueuedCommand, StoreError> {
        self.write(Lane::Alarm, move |conn| {
            diesel::sql_query(
                "UPDATE device_commands SET state = 'cancelled', next_at = NULL \
                 WHERE organisation_id = $1 AND id = $2 AND state = 'queued' AND attempts = 0 \
                 AND (leased_until IS NULL OR leased_until <= $3)",
            )
            .bind::<UuidSql, _>(Id::from(organisation))
            .bind::<UuidSql, _>(Id::from(id))
            .bind::<InstantSql, _>(At(now))
            .execute(conn)
            .mapped()
        })?;
        self.device_command_read(organisation, id)
    }

    /// Commands that could be sent now. Of two organisations with a device of the same protocol
    /// and number, the one that gets its frames is the one that may tell it something.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn device_commands_waiting(
        &self,
        now: Timestamp,
    ) -> Result<Vec<WaitingCommand>, StoreError> {
        let sql = format!(
            "SELECT c.organisation_id, c.id, d.protocol, d.uid FROM device_commands c \
             JOIN devices d ON d.organisation_id = c.organisation_id AND d.id = c.device_id \
             WHERE c.next_at <= $1 AND c.deadline_at > $1 \
             AND (c.leased_until IS NULL OR c.leased_until <= $1) \
             AND NOT EXISTS (SELECT 1 FROM devices o WHERE o.protocol = d.protocol \
             AND o.uid = d.uid AND o.organisation_id < d.organisation_id) \
             ORDER BY c.asked_at LIMIT {ROUND}"
        );
        let query = diesel::sql_query(sql).bind::<InstantSql, _>(At(now));
        let rows: Vec<WaitingRow> = self.read(|conn| query.load(conn).mapped())?;
        let waiting = rows.into_iter().map(|row| {
            Ok(WaitingCommand {
                organisation_id: row.organisation_id.into(),
                id: row.id.into(),
                protocol: row.protocol.0,
                uid: uid(&row.uid)?,
            })
        });
        waiting.collect()
    }

    /// Claims a command for a while; `None` when somebody else has it or it is over.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn device_command_claim(
        &self,
        (organisation, id): (OrganisationId, CommandId),
        owner: Uuid,
        now: Timestamp,
        lease: TimeDelta,
    ) -> Result<Option<ClaimedCommand>, StoreError> {
        let row: Option<CommandRow> = self.write(Lane::Telemetry, move |conn| {
            diesel::sql_query(
                "UPDATE device_commands \
                 SET generation = generation + 1, lease_owner = $1, leased_until = $2 \
                 WHERE organisation_id = $3 AND id = $4 AND next_at <= $5 AND deadline_at > $5 \
                 AND (leased_until IS NULL OR leased_until <= $5) RETURNING *",
            )
            .bind::<UuidSql, _>(Id(owner))
            .bind::<InstantSql, _>(At(now + lease))
            .bind::<UuidSql, _>(Id::from(organisation))
            .bind::<UuidSql, _>(Id::from(id))
            .bind::<InstantSql, _>(At(now))
            .get_result(conn)
            .optional()
            .mapped()
        })?;
        let claimed = row.map(|row| {
            let generation = row.generation();
            let queued = row.open(self.keys())?;
            Ok(ClaimedCommand { queued, generation })
        });
        claimed.transpose()
    }

    /// Records what came of an attempt, under its fence. A device that answered meanwhile, or a
    /// deadline that passed, is not undone.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when the claim is no longer ours or the command is over.
    pub fn device_command_finish(
        &self,
        claimed: &ClaimedCommand,
        outcome: Outcome,
        reason: Option<&str>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (organisation, id) = (claimed.queued.organisation_id, claimed.queued.id);
        let generation = claimed.generation;
        let is_sent = outcome.attempts > claimed.queued.attempts;
        let sent_at = if is_sent {
            Some(now)
        } else {
            claimed.queued.sent_at
        };
        let reason = reason.map(str::to_owned);
        let attempts = i32::try_from(outcome.attempts).unwrap_or(i32::MAX);
        self.write(Lane::Telemetry, move |conn| {
            let changed = diesel::update(device_commands::table)
                .filter(device_commands::organisation_id.eq(Id::from(organisation)))
                .filter(device_commands::id.eq(Id::from(id)))
                .filter(device_commands::next_at.is_not_null())
                .filter(device_commands::generation.eq(generation))
                .set((
                    device_commands::state.eq(Word(outcome.state)),
                    device_commands::attempts.eq(attempts),
                    device_commands::next_at.eq(outcome.next_at.map(At)),
                    device_commands::sent_at.eq(sent_at.map(At)),
                    device_commands::reason.eq(reason),
                    device_commands::lease_owner.eq(None::<Id>),
                    device_commands::leased_until.eq(None::<At>),
                ))
                .execute(conn)
                .mapped()?;
            if changed == 0 {
                return Err(StoreError::Fenced);
            }
            Ok(())
        })
    }

    /// The device answered; `done` false is a refusal. What is over stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn device_command_answered(
        &self,
        organisation: OrganisationId,
        id: CommandId,
        done: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (state, reason) = if done {
            (CommandState::Acknowledged, None)
        } else {
            (CommandState::Failed, Some("the device refused it"))
        };
        self.write(Lane::Telemetry, move |conn| {
            // It may answer before the sending is recorded: that it was sent is certain then.
            diesel::sql_query(
                "UPDATE device_commands SET state = $1, reason = $2, next_at = NULL, \
                 answered_at = $3, sent_at = COALESCE(sent_at, $3), \
                 attempts = CASE WHEN attempts = 0 THEN 1 ELSE attempts END \
                 WHERE organisation_id = $4 AND id = $5 AND next_at IS NOT NULL",
            )
            .bind::<Text, _>(state.as_str())
            .bind::<Nullable<Text>, _>(reason)
            .bind::<InstantSql, _>(At(now))
            .bind::<UuidSql, _>(Id::from(organisation))
            .bind::<UuidSql, _>(Id::from(id))
            .execute(conn)
            .mapped()
        })?;
        Ok(())
    }

    /// Ends commands whose deadline has passed; returns how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn device_commands_expire(&self, now: Timestamp) -> Result<usize, StoreError> {
        let overdue = move |conn: &mut Conn| -> Result<i64, StoreError> {
            device_commands::table
                .filter(device_commands::next_at.is_not_null())
                .filter(device_commands::deadline_at.le(At(now)))
                .count()
                .get_result(conn)
                .mapped()
        };
        if self.read(overdue)? == 0 {
            return Ok(0);
        }
        self.write(Lane::Telemetry, move |conn| {
            diesel::update(device_commands::table)
                .filter(device_commands::next_at.is_not_null())
                .filter(device_commands::deadline_at.le(At(now)))
                .set((
                    device_commands::state.eq(Word(CommandState::Expired)),
                    device_commands::next_at.eq(None::<At>),
                ))
                .execute(conn)
                .mapped()
        })
    }
}

fn one(
    organisation: OrganisationId,
    id: CommandId,
) -> device_commands::BoxedQuery<'static, MultiBackend> {
    device_commands::table
        .filter(device_commands::organisation_id.eq(Id::from(organisation)))
        .filter(device_commands::id.eq(Id::from(id)))
        .into_boxed()
}
