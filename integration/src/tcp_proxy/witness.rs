//! Receipts of the watches against what went over the wire to the database.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use super::{Event, Seen};

/// Start and length of an event key in a message.
const KEY: (&[u8], usize) = (b"AL:", 25);

/// Compares answers and commits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Witnessed {
    /// Answers whose frame went over the wire.
    pub answers: u64,
    /// Answers that a watch held before the commit of its frame was reported.
    pub early: u64,
    /// Answered alarms whose frame never went over the wire.
    pub unseen: u64,
}

/// Looks for each answered alarm, by its event key: the frame is inserted on a connection, and the
/// next end of a transaction there must be a commit, reported before the watch had its answer.
pub fn witness<'a>(
    events: &[Event],
    answered: impl IntoIterator<Item = (&'a str, Instant)>,
) -> Witnessed {
    let (inserted, committed) = commits(events);
    let mut seen = Witnessed::default();
    for (key, at) in answered {
        match committed.get(key) {
            Some(commit) => {
                seen.answers += 1;
                seen.early += u64::from(at < *commit);
            }
            // On the wire and not committed when it was answered.
            None if inserted.contains(key) => {
                seen.answers += 1;
                seen.early += 1;
            }
            None => seen.unseen += 1,
        }
    }
    seen
}

fn commits(events: &[Event]) -> (HashSet<String>, HashMap<String, Instant>) {
    let mut inserted = HashSet::new();
    let mut committed = HashMap::new();
    let mut open: HashMap<u32, Vec<String>> = HashMap::new();
    let mut savepoints: HashMap<u32, usize> = HashMap::new();
    for event in events {
        match &event.seen {
            Seen::FrameInserted(message) => {
                if let Some(key) = event_key(message) {
                    inserted.insert(key.clone());
                    open.entry(event.connection).or_default().push(key);
                }
            }
            Seen::Committed => {
                for key in open.remove(&event.connection).unwrap_or_default() {
                    committed.entry(key).or_insert(event.at);
                }
            }
            Seen::RolledBack => {
                open.remove(&event.connection);
            }
            Seen::SavepointSet => {
                let before = open.get(&event.connection).map_or(0, Vec::len);
                savepoints.insert(event.connection, before);
            }
            Seen::SavepointUndone => {
                let before = savepoints.get(&event.connection).copied();
                if let Some(keys) = open.get_mut(&event.connection) {
                    keys.truncate(before.unwrap_or_default());
                }
            }
        }
    }
    (inserted, committed)
}

fn event_key(message: &[u8]) -> Option<String> {
    let (start, length) = KEY;
    let at = message
        .windows(start.len())
        .position(|window| window == start)?;
    let key = message.get(at..at + length)?;
    std::str::from_utf8(key).ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use server::stages::monotonic;

    use super::*;

    const KEY: &str = "AL:010126:000001:00200000";

    fn judge(order: &[(u32, Seen)], answered_at: u64) -> Witnessed {
        let began = monotonic();
        let at = |step| began + Duration::from_millis(step);
        let events: Vec<Event> = (1..)
            .zip(order)
            .map(|(step, (connection, seen))| Event {
                connection: *connection,
                at: at(step * 10),
                seen: seen.clone(),
            })
            .collect();
        witness(&events, [(KEY, at(answered_at))])
    }

    #[test]
    fn the_commit_must_be_reported_first_on_the_same_connection() {
        let insert = || Seen::FrameInserted(format!("x{KEY}y").into_bytes());
        let one = |early| Witnessed {
            answers: 1,
            early,
            unseen: 0,
        };
        assert_eq!(judge(&[(1, insert()), (1, Seen::Committed)], 25), one(0));
        assert_eq!(judge(&[(1, insert()), (1, Seen::Committed)], 15), one(1));
        assert_eq!(judge(&[(1, insert()), (2, Seen::Committed)], 25), one(1));
        let rolled_back = [(1, insert()), (1, Seen::RolledBack), (1, Seen::Committed)];
        assert_eq!(judge(&rolled_back, 99), one(1));
        assert_eq!(judge(&[(1, Seen::Committed)], 25).unseen, 1);
    }

    #[test]
    fn what_follows_a_savepoint_is_undone_alone() {
        let insert = || Seen::FrameInserted(format!("x{KEY}y").into_bytes());
        let (set, undone, committed) = (
            || (1, Seen::SavepointSet),
            || (1, Seen::SavepointUndone),
            || (1, Seen::Committed),
        );
        let kept = [set(), (1, insert()), set(), undone(), committed()];
        assert_eq!(judge(&kept, 99).early, 0, "another job was undone");
        let lost = [set(), (1, insert()), undone(), committed()];
        assert_eq!(judge(&lost, 99).early, 1, "its own job was undone");
    }
}
