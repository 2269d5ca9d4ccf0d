//! The shape of a `messages:send` body, as a table.

use serde_json::{Map, Value};

use super::refusal::Refusal;

/// Longest life of a message: four weeks.
const MAX_TTL_S: u64 = 2_419_200;

/// Most bytes of keys and values, notification and data together.
const MAX_PAYLOAD_BYTES: usize = 4096;

/// What may stand at one place.
enum Kind {
    Text,
    Flag,
    /// Text to text.
    Texts,
    /// An object that FCM passes on unread.
    Opaque,
    OneOf(&'static [&'static str]),
    /// A protobuf duration: `123s`, `3.5s`.
    Seconds,
    Fields(&'static [(&'static str, Kind)]),
}

const NOTIFICATION: Kind = Kind::Fields(&[
    ("title", Kind::Text),
    ("body", Kind::Text),
    ("image", Kind::Text),
]);

const ANDROID: Kind = Kind::Fields(&[
    ("collapse_key", Kind::Text),
    ("priority", Kind::OneOf(&["HIGH", "NORMAL"])),
    ("ttl", Kind::Seconds),
    (
        "notification",
        Kind::Fields(&[("channel_id", Kind::Text), ("tag", Kind::Text)]),
    ),
]);

const APNS: Kind = Kind::Fields(&[("headers", Kind::Texts), ("payload", Kind::Opaque)]);

const REQUEST: Kind = Kind::Fields(&[
    ("validate_only", Kind::Flag),
    (
        "message",
        Kind::Fields(&[
            ("token", Kind::Text),
            ("notification", NOTIFICATION),
            ("data", Kind::Texts),
            ("android", ANDROID),
            ("apns", APNS),
        ]),
    ),
]);

/// Refuses unknown fields, wrong types, and contents that FCM does not take.
pub(super) fn check(body: &Value) -> Result<(), Refusal> {
    check_kind(body, &REQUEST, "")?;
    let message = &body["message"];
    match message["token"].as_str() {
        None => return Err(Refusal::content("Recipient of the message is not set.")),
        Some(token) if token.is_empty() || token.contains(char::is_whitespace) => {
            let words = "The registration token is not a valid FCM registration token";
            return Err(Refusal::content(words));
        }
        Some(_) => {}
    }
    if let Some(key) = texts(&message["data"])
        .map(|(key, _)| key)
        .find(|key| is_reserved(key))
    {
        return Err(Refusal::content(&format!(
            "Invalid data payload key: {key}"
        )));
    }
    let payload = texts(&message["data"]).chain(texts(&message["notification"]));
    if payload
        .map(|(key, text)| key.len() + text.len())
        .sum::<usize>()
        > MAX_PAYLOAD_BYTES
    {
        return Err(Refusal::content("Android message is too big"));
    }
    Ok(())
}

fn check_kind(value: &Value, kind: &Kind, path: &str) -> Result<(), Refusal> {
    let sound = match kind {
        Kind::Fields(fields) => return check_fields(value, fields, path),
        Kind::Texts => return check_texts(value, path),
        Kind::Text => value.is_string(),
        Kind::Flag => value.is_boolean(),
        Kind::Opaque => value.is_object(),
        Kind::OneOf(words) => value.as_str().is_some_and(|text| words.contains(&text)),
        Kind::Seconds => value.as_str().is_some_and(is_ttl),
    };
    if sound {
        Ok(())
    } else {
        Err(Refusal::wrong_value(path, value))
    }
}

fn check_fields(value: &Value, fields: &[(&str, Kind)], path: &str) -> Result<(), Refusal> {
    for (name, inner) in object(value, path)? {
        match fields.iter().find(|(known, _)| known == name) {
            Some((_, kind)) => check_kind(inner, kind, &join(path, name))?,
            None => return Err(Refusal::unknown_name(path, name)),
        }
    }
    Ok(())
}

fn check_texts(value: &Value, path: &str) -> Result<(), Refusal> {
    for (index, inner) in object(value, path)?.values().enumerate() {
        if !inner.is_string() {
            return Err(Refusal::wrong_value(
                &format!("{path}[{index}].value"),
                inner,
            ));
        }
    }
    Ok(())
}

fn object<'a>(value: &'a Value, path: &str) -> Result<&'a Map<String, Value>, Refusal> {
    value
        .as_object()
        .ok_or_else(|| Refusal::wrong_value(path, value))
}

fn texts(value: &Value) -> impl Iterator<Item = (&str, &str)> {
    let entries = value.as_object().into_iter().flatten();
    entries.filter_map(|(key, text)| text.as_str().map(|text| (key.as_str(), text)))
}

fn is_reserved(key: &str) -> bool {
    matches!(key, "from" | "gcm" | "message_type")
        || key.starts_with("google.")
        || key.starts_with("gcm.")
}

fn is_ttl(text: &str) -> bool {
    let Some(number) = text.strip_suffix('s') else {
        return false;
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && fraction.len() <= 9
        && whole
            .parse::<u64>()
            .is_ok_and(|seconds| seconds <= MAX_TTL_S)
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}
