//! Receipts and answers against writes and syncs, in the order in which the tracer saw them.

use super::{Call, Kind};

/// Compares receipts, syncs and answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Witnessed {
    /// Answers whose frame, receipt and answer are in the trace.
    pub answers: u64,
    /// Answers without a write and a finished sync of the log between receipt and answer.
    pub early: u64,
    /// Alarms whose receipt or answer is not in the trace.
    pub unseen: u64,
}

/// Looks for each pair of frame and answer: the frame is received, then the write-ahead log is
/// written, then it is synced with success, and only then the answer goes out, on the same socket.
pub fn witness(calls: &[Call], alarms: &[(Vec<u8>, Vec<u8>)]) -> Witnessed {
    let of = |kind: Kind| {
        calls
            .iter()
            .filter(move |call| call.kind == kind && call.result >= 0)
    };
    let socket = |call: &&Call| call.target.starts_with("socket:");
    let received: Vec<&Call> = of(Kind::Received).filter(socket).collect();
    let sent: Vec<&Call> = of(Kind::Sent).filter(socket).collect();
    let mut seen = Witnessed::default();
    for (frame, answer) in alarms {
        let pair = sent
            .iter()
            .find(|call| call.carries(answer))
            .and_then(|answered| {
                let frame = received
                    .iter()
                    .rfind(|call| call.carries(frame) && call.left < answered.entered)?;
                (frame.target == answered.target).then_some((frame, answered))
            });
        let Some((frame, answered)) = pair else {
            seen.unseen += 1;
            continue;
        };
        seen.answers += 1;
        seen.early += u64::from(!is_durable_between(calls, frame.left, answered.entered));
    }
    seen
}

/// Whether the log was written and then synced with success, all of it between two lines.
pub(super) fn is_durable_between(calls: &[Call], after: usize, before: usize) -> bool {
    let from = calls.partition_point(|call| call.entered <= after);
    let mut written = None;
    for call in calls
        .iter()
        .skip(from)
        .take_while(|call| call.entered < before)
    {
        let of_log = call.target.ends_with("-wal") && call.result >= 0;
        match call.kind {
            Kind::Written if of_log => written = written.or(Some(call.left)),
            Kind::Synced
                if of_log
                    && call.left < before
                    && written.is_some_and(|left| left < call.entered) =>
            {
                return true;
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strace::parse;

    fn judge(trace: &str) -> Witnessed {
        let alarms = [(b"[3G*1*AL,1]".to_vec(), b"[3G*1*AL]".to_vec())];
        witness(&parse::calls(trace), &alarms)
    }

    const RECEIVED: &str =
        "7 1.0 recvfrom(9<socket:[5]>, \"[3G*1*AL,1]\", 8192, 0, NULL, NULL) = 11 <0.1>\n";
    const WRITTEN: &str = "8 2.0 pwrite64(4</d/anlin.db-wal>, \"x\", 4096, 24) = 4096 <0.1>\n";
    const SYNC: &str = "8 3.0 fdatasync(4</d/anlin.db-wal>) = 0 <0.1>\n";
    const ANSWERED: &str =
        "7 4.0 sendto(9<socket:[5]>, \"[3G*1*AL]\", 9, MSG_NOSIGNAL, NULL, 0) = 9 <0.1>\n";

    #[test]
    fn write_and_sync_must_lie_between() {
        let early = |lines: &[&str]| judge(&lines.concat());
        let one = |early| Witnessed {
            answers: 1,
            early,
            unseen: 0,
        };
        assert_eq!(early(&[RECEIVED, WRITTEN, SYNC, ANSWERED]), one(0));
        assert_eq!(early(&[RECEIVED, ANSWERED, WRITTEN, SYNC]), one(1));
        assert_eq!(early(&[WRITTEN, SYNC, RECEIVED, ANSWERED]), one(1));
        assert_eq!(early(&[RECEIVED, SYNC, WRITTEN, ANSWERED]), one(1));
        let failed = SYNC.replace("= 0", "= -1 EIO (Input/output error)");
        assert_eq!(early(&[RECEIVED, WRITTEN, &failed, ANSWERED]), one(1));
        let other = SYNC.replace("-wal", "");
        assert_eq!(early(&[RECEIVED, WRITTEN, &other, ANSWERED]), one(1));
        assert_eq!(
            early(&[RECEIVED]),
            Witnessed {
                answers: 0,
                early: 0,
                unseen: 1
            }
        );
    }

    #[test]
    fn a_sync_that_is_not_finished_does_not_count() {
        let begun = "8 3.0 fdatasync(4</d/anlin.db-wal> <unfinished ...>\n";
        let ended = "8 5.0 <... fdatasync resumed>) = 0 <2.0>\n";
        let early = |lines: &[&str]| judge(&lines.concat()).early;
        assert_eq!(early(&[RECEIVED, WRITTEN, begun, ANSWERED, ended]), 1);
        assert_eq!(early(&[RECEIVED, WRITTEN, begun, ended, ANSWERED]), 0);
    }
}
