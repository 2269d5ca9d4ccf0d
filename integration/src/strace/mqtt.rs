//! Messages over MQTT and their acknowledgements against writes and syncs.

use super::witness::is_durable_between;
use super::{Call, Kind, Witnessed};

/// How the tracer shows the beginning of a PUBACK: its head and its length.
const PUBACK: &str = r#""@\2"#;

/// Looks for each message by a word that stands in it alone: it is received, then the log is written
/// and synced, and only then the next PUBACK goes out on its socket. A connection must wait for each
/// acknowledgement before it sends on.
pub fn witness_mqtt(calls: &[Call], words: &[String]) -> Witnessed {
    let on_sockets = |kind: Kind| {
        let fits = move |call: &&Call| {
            call.kind == kind && call.result > 0 && call.target.starts_with("socket:")
        };
        calls.iter().filter(fits)
    };
    let received: Vec<&Call> = on_sockets(Kind::Received).collect();
    let acknowledged: Vec<&Call> = on_sockets(Kind::Sent)
        .filter(|call| call.arguments.contains(PUBACK))
        .collect();
    let mut seen = Witnessed::default();
    for word in words {
        let pair = received
            .iter()
            .find(|call| call.carries(word.as_bytes()))
            .and_then(|message| {
                let behind =
                    |call: &&&Call| call.entered > message.left && call.target == message.target;
                acknowledged.iter().find(behind).map(|ack| (message, ack))
            });
        let Some((message, ack)) = pair else {
            seen.unseen += 1;
            continue;
        };
        seen.answers += 1;
        seen.early += u64::from(!is_durable_between(calls, message.left, ack.entered));
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strace::parse;

    const RECEIVED: &str = r#"7 1.0 recvfrom(9<socket:[5]>, "2/\0\27devices/w000001/events\0\1{", 8192, 0, NULL, NULL) = 49 <0.1>
"#;
    const WRITTEN: &str = "8 2.0 pwrite64(4</d/anlin.db-wal>, \"x\", 4096, 24) = 4096 <0.1>\n";
    const SYNC: &str = "8 3.0 fdatasync(4</d/anlin.db-wal>) = 0 <0.1>\n";
    const ACKNOWLEDGED: &str = r#"7 4.0 sendto(9<socket:[5]>, "@\2\0\1", 4, MSG_NOSIGNAL, NULL, 0) = 4 <0.1>
"#;
    const OTHER: &str = r#"7 1.5 sendto(8<socket:[4]>, "@\2\0\1", 4, MSG_NOSIGNAL, NULL, 0) = 4 <0.1>
"#;

    fn judge(lines: &[&str]) -> (u64, u64, u64) {
        let words = ["w000001".to_owned()];
        let seen = witness_mqtt(&parse::calls(&lines.concat()), &words);
        (seen.answers, seen.early, seen.unseen)
    }

    #[test]
    fn an_acknowledgement_on_the_same_socket_counts() {
        assert_eq!(judge(&[RECEIVED, WRITTEN, SYNC, ACKNOWLEDGED]), (1, 0, 0));
        assert_eq!(
            judge(&[RECEIVED, OTHER, WRITTEN, SYNC, ACKNOWLEDGED]),
            (1, 0, 0)
        );
        assert_eq!(judge(&[RECEIVED, ACKNOWLEDGED, WRITTEN, SYNC]), (1, 1, 0));
        assert_eq!(judge(&[WRITTEN, SYNC, RECEIVED, ACKNOWLEDGED]), (1, 1, 0));
        assert_eq!(judge(&[RECEIVED, WRITTEN, SYNC, OTHER]), (0, 0, 1));
    }
}
