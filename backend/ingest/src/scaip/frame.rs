//! A body taken apart: a flat list of short tags.

use std::collections::BTreeMap;

use roxmltree::{Document, ParsingOptions};

use crate::protocol::DecodeError;

/// The longest body; a request with every tag has some hundred bytes.
const MAX_BODY: usize = 8 * 1024;
/// The most nodes; text between tags is one each.
const MAX_NODES: u32 = 256;

/// A message, before its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// Sent by a server.
    pub(super) is_answer: bool,
    tags: BTreeMap<String, String>,
}

impl Message {
    /// The trimmed text of a tag; `None` when it is missing or empty.
    pub(super) fn tag(&self, name: &str) -> Option<&str> {
        let text = self.tags.get(name)?.as_str();
        (!text.is_empty()).then_some(text)
    }

    /// A code as a number: senders write it with two, three or four digits.
    pub(super) fn code(&self, name: &str) -> Option<u16> {
        let text = self.tag(name)?;
        let plain = text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| plain)
    }
}

/// Takes a body apart. The root is `mrq` or `mrs` by the standard; some senders call it `scaip` in
/// both directions, and then only an answer has a status number.
///
/// # Errors
/// No UTF-8, no XML, a document type, too long or too many tags, another root.
pub(super) fn take_apart(body: &[u8]) -> Result<Message, DecodeError> {
    if body.len() > MAX_BODY {
        return Err(DecodeError::new(MAX_BODY, "body too long"));
    }
    let text = std::str::from_utf8(body)
        .map_err(|error| DecodeError::new(error.valid_up_to(), "not UTF-8"))?;
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: MAX_NODES,
    };
    let document = Document::parse_with_options(text.trim(), options)
        .map_err(|error| DecodeError::new(error.pos().col as usize, "not XML"))?;
    let root = document.root_element();
    let mut tags = BTreeMap::new();
    for child in root.children().filter(roxmltree::Node::is_element) {
        let text = child.text().unwrap_or_default().trim();
        // The first of two counts.
        tags.entry(child.tag_name().name().to_ascii_lowercase())
            .or_insert_with(|| text.to_owned());
    }
    let is_answer = match root.tag_name().name().to_ascii_lowercase().as_str() {
        "mrq" => false,
        "mrs" => true,
        "scaip" => tags.contains_key("snu"),
        _ => return Err(DecodeError::new(0, "neither request nor answer")),
    };
    Ok(Message { is_answer, tags })
}
