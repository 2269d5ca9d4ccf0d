//! Bytes to a SIP message, with limits.

use std::str::FromStr as _;

use bytes::Bytes;
use ezk_sip_types::header::typed::{CSeq, ContentLength, Via};
use ezk_sip_types::msg::{Line, MessageLine, PullParser};
use ezk_sip_types::{Headers, Method, Name};

use crate::protocol::MAX_FRAME;

/// The longest head, bytes.
pub(super) const MAX_HEAD: usize = 8 * 1024;
/// The most header lines.
const MAX_LINES: usize = 64;

/// A message taken apart.
#[derive(Debug)]
pub(super) struct Message {
    /// Request or response.
    pub(super) line: MessageLine,
    /// As they stood there.
    pub(super) headers: Headers,
    /// As long as its length says.
    pub(super) body: Vec<u8>,
}

/// Why bytes are no message.
#[derive(Debug)]
pub(super) struct Malformed {
    /// In words, for the frame that is kept.
    pub(super) reason: &'static str,
    /// What could be read of a request's headers, to answer it.
    pub(super) headers: Option<Headers>,
}

impl Malformed {
    fn because(reason: &'static str) -> Self {
        Self {
            reason,
            headers: None,
        }
    }
}

impl Malformed {
    /// What can be read of bytes that are refused in any case.
    pub(super) fn of(bytes: &[u8], reason: &'static str) -> Self {
        let readable = match head(bytes) {
            Ok((line, headers, _)) => line.is_request().then_some(headers),
            Err(malformed) => malformed.headers,
        };
        let headers = readable;
        Self { reason, headers }
    }
}

/// What makes two requests the same one (RFC 3261, 17.2.3), with what older senders set besides.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Transaction {
    /// Branch and origin of the top Via, Call-ID, number and method.
    parts: [String; 4],
}

impl Message {
    /// Reads a whole message.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let (line, headers, body_at) = head(bytes)?;
        let refused = |reason, headers| {
            Err(Malformed {
                reason,
                headers: line.is_request().then_some(headers),
            })
        };
        let rest = bytes.get(body_at..).unwrap_or_default();
        let length = match length(&headers) {
            Ok(length) => length.unwrap_or(rest.len()),
            Err(reason) => return refused(reason, headers),
        };
        let Some(body) = rest.get(..length) else {
            return refused("the body is shorter than its length says", headers);
        };
        Ok(Self {
            body: body.to_vec(),
            line,
            headers,
        })
    }

    /// The method, of a request and of what a response answers.
    pub(super) fn method(&self) -> Option<Method> {
        match &self.line {
            MessageLine::Request(line) => Some(line.method.clone()),
            MessageLine::Response(_) => self.headers.get_named::<CSeq>().ok().map(|it| it.method),
        }
    }

    /// The branch of the top Via.
    pub(super) fn branch(&self) -> Option<String> {
        let via = self.headers.get_named::<Via>().ok()?;
        via.params
            .get_val("branch")
            .map(|it| it.as_str().to_owned())
    }

    /// Which request this is.
    ///
    /// # Errors
    /// A header that every request must have and this one has not.
    pub(super) fn transaction(&self) -> Result<Transaction, &'static str> {
        let via = self.headers.get_named::<Via>().map_err(|_| "no Via")?;
        let number = self.headers.get_named::<CSeq>().map_err(|_| "no CSeq")?;
        for (name, wrong) in [(Name::FROM, "no From"), (Name::TO, "no To")] {
            self.first(&name).ok_or(wrong)?;
        }
        let call = self.first(&Name::CALL_ID).ok_or("no Call-ID")?;
        if self.method().is_none_or(|method| method != number.method) {
            return Err("CSeq names another method");
        }
        let branch = via.params.get_val("branch").map_or("", |it| it.as_str());
        let origin = format!("{:?}:{:?}", via.sent_by.host, via.sent_by.port);
        Ok(Transaction {
            parts: [
                branch.to_owned(),
                origin,
                call.to_owned(),
                format!("{} {}", number.cseq, number.method),
            ],
        })
    }

    /// The first value of a header.
    pub(super) fn first(&self, name: &Name) -> Option<&str> {
        first(&self.headers, name)
    }
}

/// The first value of a header.
pub(super) fn first<'a>(headers: &'a Headers, name: &Name) -> Option<&'a str> {
    headers.get_raw(name).next().map(|value| value.as_str())
}

/// Where the message at the head of a stream ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Not all of it is here.
    NeedMore,
    /// `..end` is a message.
    Whole {
        /// First byte after it.
        end: usize,
    },
    /// No message can be told from the next: the stream is of no use any more.
    Hopeless(&'static str),
}

/// Finds the end of the first message of a stream by its length.
pub(super) fn extent(stream: &[u8]) -> Extent {
    let looked = &stream[..stream.len().min(MAX_HEAD)];
    let Some(head_ends) = end_of_head(looked) else {
        return match stream.len() > MAX_HEAD {
            true => Extent::Hopeless("a head over 8 KiB"),
            false => Extent::NeedMore,
        };
    };
    let (_, headers, _) = match head(&stream[..head_ends]) {
        Ok(parts) => parts,
        Err(malformed) => return Extent::Hopeless(malformed.reason),
    };
    // Without a length the next message could begin anywhere (RFC 3261, 18.3).
    let length = match length(&headers) {
        Ok(Some(length)) => length,
        Ok(None) => return Extent::Hopeless("no Content-Length in a stream"),
        Err(reason) => return Extent::Hopeless(reason),
    };
    match head_ends + length {
        end if end > MAX_FRAME => Extent::Hopeless("a message over 64 KiB"),
        end if end > stream.len() => Extent::NeedMore,
        end => Extent::Whole { end },
    }
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let strict = position(bytes, b"\r\n\r\n").map(|at| at + 4);
    let loose = position(bytes, b"\n\n").map(|at| at + 2);
    match (strict, loose) {
        (Some(strict), Some(loose)) => Some(strict.min(loose)),
        (one, other) => one.or(other),
    }
}

fn position(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|part| part == what)
}

/// Start line, headers, and where the body begins.
fn head(bytes: &[u8]) -> Result<(MessageLine, Headers, usize), Malformed> {
    let looked = &bytes[..bytes.len().min(MAX_HEAD)];
    let end = end_of_head(looked).ok_or(Malformed::because("no end of the head"))?;
    let text = std::str::from_utf8(&bytes[..end])
        .map_err(|_| Malformed::because("the head is no UTF-8"))?;
    // The crate's reader wants to see what follows a line before it takes it as one.
    let source = Bytes::from(format!("{text}\n\n").into_bytes());
    let mut lines = PullParser::new(&source, 0).map_while(Result::ok);
    let first = lines.next().and_then(|line| std::str::from_utf8(line).ok());
    let line = first
        .and_then(|line| MessageLine::from_str(line.trim_end()).ok())
        .ok_or(Malformed::because("no SIP start line"))?;
    let mut headers = Headers::new();
    for (count, raw) in lines.enumerate() {
        let parsed = std::str::from_utf8(raw)
            .ok()
            .and_then(|text| Line::parse(&source, text).ok());
        match parsed {
            Some((_, header)) if count < MAX_LINES => headers.insert(header.name, header.value),
            _ => {
                return Err(Malformed {
                    reason: "a line that is no header",
                    headers: line.is_request().then_some(headers),
                });
            }
        }
    }
    Ok((line, headers, end))
}

fn length(headers: &Headers) -> Result<Option<usize>, &'static str> {
    if !headers.contains(&Name::CONTENT_LENGTH) {
        return Ok(None);
    }
    match headers.get_named::<ContentLength>() {
        Ok(ContentLength(length)) if length <= MAX_FRAME => Ok(Some(length)),
        Ok(_) => Err("a message over 64 KiB"),
        Err(_) => Err("a length that is no number"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WHOLE: &str = "MESSAGE sip:anlin@192.0.2.1 SIP/2.0\r\n\
        v: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK-1\r\n\
        f: <sip:unit@192.0.2.9>;tag=u\r\n\
        t: <sip:anlin@192.0.2.1>\r\n\
        i: one@unit\r\n\
        CSeq: 1 MESSAGE\r\n\
        Subject: an\r\n  alarm\r\n\
        c: application/scaip+xml\r\n\
        l: 5\r\n\r\n<mrq>";

    #[test]
    fn short_names_and_folded_lines_are_read() {
        let message = Message::read(WHOLE.as_bytes()).expect("a message");
        assert_eq!(message.method(), Some(Method::MESSAGE));
        assert_eq!(message.body, b"<mrq>");
        assert_eq!(message.branch().as_deref(), Some("z9hG4bK-1"));
        assert_eq!(message.first(&Name::CALL_ID), Some("one@unit"));
        assert!(message.transaction().is_ok());
        let end = WHOLE.len();
        let two = [WHOLE.as_bytes(), b"OPTIONS"].concat();
        assert_eq!(extent(&two), Extent::Whole { end });
        let bare = WHOLE.replace("\r\n", "\n");
        let message = Message::read(bare.as_bytes()).expect("bare line ends");
        assert_eq!(message.body, b"<mrq>");
    }

    #[test]
    fn limits_hold() {
        let long = format!("{}X: {}\r\n\r\n", &WHOLE[..37], "x".repeat(MAX_HEAD));
        assert_eq!(
            extent(long.as_bytes()),
            Extent::Hopeless("a head over 8 KiB")
        );
        let many = WHOLE.replace("Subject", &"X: y\r\n".repeat(MAX_LINES));
        assert!(Message::read(many.as_bytes()).is_err());
        let big = WHOLE.replace("l: 5", "l: 65000");
        assert_eq!(extent(big.as_bytes()), Extent::NeedMore);
        let bigger = WHOLE.replace("l: 5", "l: 65500");
        assert_eq!(
            extent(bigger.as_bytes()),
            Extent::Hopeless("a message over 64 KiB")
        );
        let endless = WHOLE.replace("l: 5", "l: 18446744073709551615");
        assert!(matches!(extent(endless.as_bytes()), Extent::Hopeless(_)));
        for end in 0..WHOLE.len() {
            let cut = extent(&WHOLE.as_bytes()[..end]);
            assert_eq!(cut, Extent::NeedMore, "{end}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn no_bytes_panic(noise in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = extent(&noise);
            let kept = Message::read(&noise).is_ok();
            prop_assert!(!kept || noise.len() > 10);
        }

        #[test]
        fn no_damage_panics(
            changes in proptest::collection::vec((0..WHOLE.len(), any::<u8>()), 1..8),
            end in 0..=WHOLE.len(),
        ) {
            let mut bytes = WHOLE.as_bytes().to_vec();
            for (at, byte) in changes {
                bytes[at] = byte;
            }
            bytes.truncate(end);
            let peer = "192.0.2.9:4".parse().expect("an address");
            if let Extent::Whole { end } = extent(&bytes) {
                prop_assert!(end <= bytes.len());
            }
            if let Ok(message) = Message::read(&bytes) {
                prop_assert!(message.body.len() <= bytes.len());
                let _ = message.transaction();
                let _ = super::super::answer::way_back(&message.headers, peer);
                let code = ezk_sip_types::StatusCode::OK;
                let _ = super::super::answer::response(&message.headers, code, peer, "t", None);
                let _ = super::super::answer::own(&message, "UDP", Some(peer), "t", b"x");
            }
        }
    }
}
