//! Lines of `strace -f -ttt -T -y` to calls.

use std::collections::HashMap;

/// What a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Bytes come in.
    Received,
    /// Bytes go out to a socket, or somewhere that is not a database file.
    Sent,
    /// Bytes are written at a place of a file.
    Written,
    /// A file is made durable.
    Synced,
}

/// One finished call. The tracer's lines are its clock: it sees one event at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// What it does.
    pub kind: Kind,
    /// File or socket behind the descriptor.
    pub target: String,
    /// The rest of the arguments, as written by the tracer.
    pub arguments: String,
    /// What it returned.
    pub result: i64,
    /// Line on which it was entered.
    pub entered: usize,
    /// Line on which it returned.
    pub left: usize,
}

impl Call {
    /// Whether the bytes it moved hold these printable ones.
    pub fn carries(&self, bytes: &[u8]) -> bool {
        std::str::from_utf8(bytes).is_ok_and(|text| self.arguments.contains(text))
    }
}

fn kind(name: &str) -> Option<Kind> {
    match name {
        "recvfrom" | "read" | "readv" | "recvmsg" => Some(Kind::Received),
        "sendto" | "write" | "writev" | "sendmsg" => Some(Kind::Sent),
        "pwrite64" => Some(Kind::Written),
        "fsync" | "fdatasync" => Some(Kind::Synced),
        _ => None,
    }
}

/// All finished calls, by the line on which they were entered.
pub(super) fn calls(trace: &str) -> Vec<Call> {
    let mut begun: HashMap<&str, (usize, String)> = HashMap::new();
    let mut calls = Vec::new();
    for (line, text) in trace.lines().enumerate() {
        let Some((thread, rest)) = word(text) else {
            continue;
        };
        let Some((_, rest)) = word(rest) else {
            continue;
        };
        if let Some(head) = rest.strip_suffix("<unfinished ...>") {
            begun.insert(thread, (line, head.trim_end().to_owned()));
        } else if let Some((_, tail)) = rest
            .strip_prefix("<... ")
            .and_then(|rest| rest.split_once(" resumed>"))
        {
            if let Some((entered, head)) = begun.remove(thread) {
                calls.extend(call(&format!("{head}{tail}"), entered, line));
            }
        } else {
            calls.extend(call(rest, line, line));
        }
    }
    calls.sort_by_key(|call| call.entered);
    calls
}

/// The first word and the rest; short numbers are padded.
fn word(text: &str) -> Option<(&str, &str)> {
    text.trim_start()
        .split_once(' ')
        .map(|(word, rest)| (word, rest.trim_start()))
}

/// `name(9<target>, "bytes", …) = result <seconds>`
fn call(text: &str, entered: usize, left: usize) -> Option<Call> {
    let (name, rest) = text.split_once('(')?;
    let kind = kind(name)?;
    let (arguments, result) = rest.rsplit_once(") = ")?;
    let result = result.split(' ').next()?.parse().ok()?;
    let (_, behind) = arguments.split_once('<')?;
    let (target, arguments) = behind.split_once('>')?;
    Some(Call {
        kind,
        target: target.to_owned(),
        arguments: arguments.to_owned(),
        result,
        entered,
        left,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_in_two_parts_is_one_call() {
        let trace = "\
            7 1.5 recvfrom(9<socket:[5]>,  <unfinished ...>\n\
            8   1.6 fdatasync(4</d/a.db-wal>) = 0 <0.001>\n\
            7 1.7 <... recvfrom resumed>\"[3G*1*LK]\", 8192, 0, NULL, NULL) = 9 <0.2>\n\
            7 1.8 +++ exited with 0 +++\n";
        let found = calls(trace);
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].entered, found[0].left, found[0].result),
            (0, 2, 9)
        );
        assert_eq!(found[0].target, "socket:[5]");
        assert!(found[0].carries(b"[3G*1*LK]"));
        assert_eq!((found[1].kind, found[1].entered), (Kind::Synced, 1));
    }

    #[test]
    fn errors_have_their_result() {
        let found = calls("7 1.0 read(3</x>, 0x7f, 10) = -1 EAGAIN (Resource temporarily) <0.1>\n");
        assert_eq!(found[0].result, -1);
    }
}
