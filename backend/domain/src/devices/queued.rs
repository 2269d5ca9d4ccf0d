//! A command on its way: queued durably, sent when the device is there, until its deadline.

use chrono::TimeDelta;

use super::Command;
use crate::ids::{AccountId, CommandId, DeviceId, OrganisationId};
use crate::time::Timestamp;
use crate::words::words;

/// Sendings at most: a device that answers none of three will not answer the fourth.
const MOST_SENDINGS: u32 = 3;
/// How long an answer is waited for before the command is sent again.
const ANSWER_TAKES: TimeDelta = TimeDelta::seconds(30);
/// How soon a command is tried again that could not be written.
const AGAIN_AFTER: TimeDelta = TimeDelta::seconds(5);

words! {
    /// How far a command got.
    pub enum CommandState {
        /// Waits for the device.
        Queued = "queued",
        /// Handed to the device's connection; the end where the protocol has no answer.
        Sent = "sent",
        /// The device said that it did it.
        Acknowledged = "acknowledged",
        /// Not sent, or not answered, before its deadline.
        Expired = "expired",
        /// Taken back before it was sent.
        Cancelled = "cancelled",
        /// The device refuses it, or it cannot be put into a frame.
        Failed = "failed",
    }
}

/// Something a device is told to do, and how far that got.
#[derive(Clone, Debug, PartialEq)]
pub struct QueuedCommand {
    /// Identity.
    pub id: CommandId,
    /// Owner of the record.
    pub organisation_id: OrganisationId,
    /// Who is told.
    pub device_id: DeviceId,
    /// What.
    pub command: Command,
    /// How far it got.
    pub state: CommandState,
    /// Number on the wire, which an answer repeats; the same for every sending.
    pub serial: u16,
    /// Sendings so far.
    pub attempts: u32,
    /// Who wants it.
    pub asked_by: AccountId,
    /// Since when.
    pub asked_at: Timestamp,
    /// After that it is not sent any more.
    pub deadline_at: Timestamp,
    /// When somebody has to look at it again; `None` when it is over.
    pub next_at: Option<Timestamp>,
    /// When it was last sent.
    pub sent_at: Option<Timestamp>,
    /// When the device answered.
    pub answered_at: Option<Timestamp>,
    /// Why it failed.
    pub reason: Option<String>,
}

/// What came of trying to send a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// Handed to the connection; whether the protocol has an answer to wait for.
    Sent {
        /// An answer may come.
        is_answered: bool,
    },
    /// The device went away, or its connection is busy: nothing was sent.
    NotSent,
    /// It cannot be put into a frame of this device.
    Impossible,
}

/// What an attempt makes of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How far it got.
    pub state: CommandState,
    /// Sendings so far.
    pub attempts: u32,
    /// When somebody has to look at it again.
    pub next_at: Option<Timestamp>,
}

impl QueuedCommand {
    /// A number of 1 to 65,535 for the wire, from an identifier that is random enough.
    pub fn serial_of(id: CommandId) -> u16 {
        let [.., high, low] = *id.0.as_bytes();
        u16::from_be_bytes([high, low]).max(1)
    }

    /// Follows from an attempt at this moment.
    pub fn after(&self, attempt: &Attempt, now: Timestamp) -> Outcome {
        let end = |state, attempts| Outcome {
            state,
            attempts,
            next_at: None,
        };
        match attempt {
            Attempt::Sent { is_answered } => {
                let attempts = self.attempts + 1;
                let again = if attempts < MOST_SENDINGS {
                    (now + ANSWER_TAKES).min(self.deadline_at)
                } else {
                    self.deadline_at
                };
                Outcome {
                    next_at: is_answered.then_some(again),
                    ..end(CommandState::Sent, attempts)
                }
            }
            Attempt::NotSent => Outcome {
                next_at: Some(now + AGAIN_AFTER),
                ..end(self.state, self.attempts)
            },
            Attempt::Impossible => end(CommandState::Failed, self.attempts),
        }
    }

    /// Whether it may still be taken back: nothing of it has reached the device.
    pub fn can_be_cancelled(&self) -> bool {
        self.state == CommandState::Queued && self.attempts == 0
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;

    fn queued(attempts: u32) -> QueuedCommand {
        let id = Uuid::from_u128(7);
        let now = DateTime::UNIX_EPOCH;
        QueuedCommand {
            id: CommandId(id),
            organisation_id: OrganisationId(id),
            device_id: DeviceId(id),
            command: Command::Ring,
            state: CommandState::Queued,
            serial: 7,
            attempts,
            asked_by: AccountId(id),
            asked_at: now,
            deadline_at: now + TimeDelta::minutes(10),
            next_at: Some(now),
            sent_at: None,
            answered_at: None,
            reason: None,
        }
    }

    #[test]
    fn an_unanswered_command_is_sent_three_times_and_then_waits_for_its_deadline() {
        let now = DateTime::UNIX_EPOCH;
        let sent = Attempt::Sent { is_answered: true };
        for (before, again) in [(0, 30), (1, 30), (2, 600)] {
            let after = queued(before).after(&sent, now);
            assert_eq!(after.attempts, before + 1);
            assert_eq!(after.next_at, Some(now + TimeDelta::seconds(again)));
            assert_eq!(after.state, CommandState::Sent);
        }
        let late = now + TimeDelta::seconds(590);
        let after = queued(0).after(&sent, late);
        assert_eq!(
            after.next_at,
            Some(now + TimeDelta::minutes(10)),
            "never later"
        );
    }

    #[test]
    fn where_nobody_answers_sent_is_the_end() {
        let sent = Attempt::Sent { is_answered: false };
        let after = queued(0).after(&sent, DateTime::UNIX_EPOCH);
        assert_eq!((after.state, after.next_at), (CommandState::Sent, None));
    }

    #[test]
    fn what_was_not_sent_counts_as_no_sending() {
        let now = DateTime::UNIX_EPOCH;
        let after = queued(0).after(&Attempt::NotSent, now);
        assert_eq!((after.state, after.attempts), (CommandState::Queued, 0));
        assert_eq!(after.next_at, Some(now + TimeDelta::seconds(5)));
        let after = queued(1).after(&Attempt::Impossible, now);
        assert_eq!((after.state, after.next_at), (CommandState::Failed, None));
        assert!(queued(0).can_be_cancelled() && !queued(1).can_be_cancelled());
    }

    #[test]
    fn a_number_on_the_wire_is_never_zero() {
        let serial = |id| QueuedCommand::serial_of(CommandId(Uuid::from_u128(id)));
        assert_eq!((serial(0x1_0000), serial(0x1_0203)), (1, 0x0203));
    }
}
