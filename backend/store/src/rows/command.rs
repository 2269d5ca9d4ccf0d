//! `device_commands`.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};
use domain::devices::{Command, CommandState, QueuedCommand};
use domain::ports::StoreError;

use super::fit;
use crate::schema::device_commands;
use crate::sealed::{Column, KeyRing, Sealed};
use crate::sql_types::{At, Id, InstantSql, UuidSql, Word};

#[derive(Clone, Debug, Queryable, QueryableByName, Insertable)]
#[diesel(table_name = device_commands, treat_none_as_default_value = false)]
pub(crate) struct CommandRow {
    #[diesel(sql_type = UuidSql)]
    organisation_id: Id,
    #[diesel(sql_type = UuidSql)]
    id: Id,
    #[diesel(sql_type = UuidSql)]
    device_id: Id,
    #[diesel(sql_type = Binary)]
    command: Sealed<Command>,
    #[diesel(sql_type = Text)]
    state: Word<CommandState>,
    #[diesel(sql_type = Integer)]
    serial: i32,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = UuidSql)]
    asked_by: Id,
    #[diesel(sql_type = InstantSql)]
    asked_at: At,
    #[diesel(sql_type = InstantSql)]
    deadline_at: At,
    #[diesel(sql_type = Nullable<InstantSql>)]
    next_at: Option<At>,
    #[diesel(sql_type = Nullable<InstantSql>)]
    sent_at: Option<At>,
    #[diesel(sql_type = Nullable<InstantSql>)]
    answered_at: Option<At>,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
    #[diesel(sql_type = BigInt)]
    generation: i64,
    #[diesel(sql_type = Nullable<UuidSql>)]
    lease_owner: Option<Id>,
    #[diesel(sql_type = Nullable<InstantSql>)]
    leased_until: Option<At>,
}

impl CommandRow {
    pub(crate) fn seal(keys: &KeyRing, queued: &QueuedCommand) -> Result<Self, StoreError> {
        let command = Sealed::seal(keys, Column::DEVICE_COMMAND, queued.id, &queued.command)?;
        Ok(Self {
            organisation_id: queued.organisation_id.into(),
            id: queued.id.into(),
            device_id: queued.device_id.into(),
            command,
            state: Word(queued.state),
            serial: queued.serial.into(),
            attempts: fit(queued.attempts)?,
            asked_by: queued.asked_by.into(),
            asked_at: At(queued.asked_at),
            deadline_at: At(queued.deadline_at),
            next_at: queued.next_at.map(At),
            sent_at: queued.sent_at.map(At),
            answered_at: queued.answered_at.map(At),
            reason: queued.reason.clone(),
            generation: 0,
            lease_owner: None,
            leased_until: None,
        })
    }

    /// Counts claims.
    pub(crate) fn generation(&self) -> i64 {
        self.generation
    }

    pub(crate) fn open(self, keys: &KeyRing) -> Result<QueuedCommand, StoreError> {
        let command = self.command.open(keys, Column::DEVICE_COMMAND, self.id)?;
        Ok(QueuedCommand {
            id: self.id.into(),
            organisation_id: self.organisation_id.into(),
            device_id: self.device_id.into(),
            command,
            state: self.state.0,
            serial: fit(self.serial)?,
            attempts: fit(self.attempts)?,
            asked_by: self.asked_by.into(),
            asked_at: self.asked_at.0,
            deadline_at: self.deadline_at.0,
            next_at: self.next_at.map(Into::into),
            sent_at: self.sent_at.map(Into::into),
            answered_at: self.answered_at.map(Into::into),
            reason: self.reason,
        })
    }
}
