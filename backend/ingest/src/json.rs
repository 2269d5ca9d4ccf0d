//! JSON bodies: limits first, then fields that are there or are not, never an error.

use domain::devices::{DeviceEvent, DeviceUid, Fix, Reading};
use domain::time::Timestamp;
use serde_json::{Map, Value};

use crate::protocol::{DecodeError, MAX_FRAME};

/// Objects in objects that are read; the deepest body known has six.
const MAX_DEPTH: usize = 16;
/// The longest word that becomes part of a kind or a key.
const MAX_WORD: usize = 64;

/// The object a body holds.
///
/// # Errors
/// Longer than a frame may be, no JSON (a number beyond a double is none), nested too deep, or not
/// an object.
pub fn object(body: &[u8]) -> Result<Map<String, Value>, DecodeError> {
    if body.len() > MAX_FRAME {
        return Err(DecodeError::new(MAX_FRAME, "body too long"));
    }
    let value = serde_json::from_slice(body)
        .map_err(|error| DecodeError::new(error.column(), "not JSON"))?;
    if is_deeper(&value, MAX_DEPTH) {
        return Err(DecodeError::new(0, "nested too deep"));
    }
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(DecodeError::new(0, "not a JSON object")),
    }
}

/// Recursion ends by the parser's own limit of 128.
fn is_deeper(value: &Value, left: usize) -> bool {
    match value {
        Value::Array(items) => left == 0 || items.iter().any(|item| is_deeper(item, left - 1)),
        Value::Object(map) => left == 0 || map.values().any(|item| is_deeper(item, left - 1)),
        _ => false,
    }
}

/// What stands at a path such as `location/GPS`; `null` counts as absent.
pub fn at<'a>(object: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let mut steps = path.split('/');
    let first = object.get(steps.next()?)?;
    let found = steps.try_fold(first, |value, step| value.get(step))?;
    (!found.is_null()).then_some(found)
}

/// Text at a path.
pub fn text<'a>(object: &'a Map<String, Value>, path: &str) -> Option<&'a str> {
    at(object, path)?.as_str().map(str::trim)
}

/// A number at a path, written as one or as text.
pub fn number(object: &Map<String, Value>, path: &str) -> Option<f64> {
    match at(object, path)? {
        Value::Number(number) => number.as_f64().filter(|value| value.is_finite()),
        Value::String(text) => crate::fields::number(text.trim()),
        _ => None,
    }
}

/// Takes readings over: path, which, and the least value that is one and not the word for "none".
pub fn readings(
    object: &Map<String, Value>,
    table: &[(&str, Reading, f64)],
    event: &mut DeviceEvent,
) {
    for &(path, reading, least) in table {
        if let Some(value) = number(object, path).filter(|value| *value >= least) {
            event.readings.insert(reading, value);
        }
    }
}

/// A whole number at a path, written as one or as text.
pub fn whole(object: &Map<String, Value>, path: &str) -> Option<i64> {
    match at(object, path)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Yes or no at a path, written as a word, 0 or 1.
pub fn truth(object: &Map<String, Value>, path: &str) -> Option<bool> {
    match at(object, path)? {
        Value::Bool(value) => Some(*value),
        Value::Number(number) => match number.as_u64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" | "1" => Some(true),
            "false" | "off" | "no" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A percentage at a path, rounded.
pub fn percent(object: &Map<String, Value>, path: &str) -> Option<u8> {
    number(object, path)
        .filter(|value| (0.0..=100.0).contains(value))
        .map(|value| value.round() as u8)
}

/// A moment with a zone at a path.
pub fn moment(object: &Map<String, Value>, path: &str) -> Option<Timestamp> {
    text(object, path)?.parse().ok()
}

/// Text that may stand in a kind or a key: visible ASCII, not long.
pub fn word(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    ((1..=MAX_WORD).contains(&text.len()) && plain).then_some(text)
}

/// What stands at a path, or `null`.
pub fn copy(object: &Map<String, Value>, path: &str) -> Value {
    at(object, path).cloned().unwrap_or(Value::Null)
}

/// A place given as two numbers in WGS-84.
pub fn place(object: &Map<String, Value>, latitude: &str, longitude: &str) -> Option<Fix> {
    let (lat, lon) = (number(object, latitude)?, number(object, longitude)?);
    crate::places::fix(lat, lon, true)
}

/// A hardware address (EUI-64 or MAC) as the identifier it is known by: its hex digits in capitals,
/// without what separates them.
pub fn hardware_uid(text: &str) -> Option<DeviceUid> {
    let mut digits = String::with_capacity(16);
    for byte in text.trim().bytes() {
        match byte {
            b':' | b'-' | b'.' => {}
            _ if byte.is_ascii_hexdigit() && digits.len() < 16 => {
                digits.push(char::from(byte.to_ascii_uppercase()));
            }
            _ => return None,
        }
    }
    matches!(digits.len(), 12 | 16)
        .then(|| DeviceUid::parse(&digits))
        .flatten()
}

/// A part of an MQTT topic counted from its end, 0 the last.
pub fn topic_part(topic: Option<&str>, from_end: usize) -> Option<&str> {
    topic?.rsplit('/').nth(from_end).filter(|p| !p.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold() {
        let nested = |depth: usize| {
            let body = format!("{{\"a\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
            object(body.as_bytes()).map_err(|error| error.reason)
        };
        assert!(nested(15).is_ok());
        assert_eq!(nested(17), Err("nested too deep"));
        assert_eq!(nested(30_000), Err("not JSON"));
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_FRAME));
        assert_eq!(
            object(long.as_bytes()).map_err(|error| error.reason),
            Err("body too long")
        );
        for body in ["", "[]", "1", "{", "{\"a\":1e999}", "{\"a\":1} x"] {
            assert!(object(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn fields_are_there_or_not() {
        let body =
            br#"{"a":{"b":"7.5","c":null,"d":[1]},"e":true,"f":99999999999999999999,"g":"On"}"#;
        let body = object(body).expect("JSON");
        assert_eq!(number(&body, "a/b"), Some(7.5));
        assert_eq!(at(&body, "a/c"), None);
        assert_eq!(number(&body, "a/d"), None);
        assert_eq!(truth(&body, "e"), Some(true));
        assert_eq!(truth(&body, "g"), Some(true));
        assert_eq!(whole(&body, "f"), None);
        assert_eq!(percent(&body, "f"), None);
        assert_eq!(copy(&body, "x/y"), Value::Null);
        assert_eq!(
            (word("a b"), word("a\0"), word("ok")),
            (None, None, Some("ok"))
        );
    }

    #[test]
    fn hardware_addresses_have_one_form() {
        let uid = |text| hardware_uid(text).map(|uid| uid.to_string());
        assert_eq!(uid("aa:bb:cc:00:11:22").as_deref(), Some("AABBCC001122"));
        assert_eq!(uid("AA-BB-CC-00-11-22").as_deref(), Some("AABBCC001122"));
        assert_eq!(uid("70b3d5ffffe00001").as_deref(), Some("70B3D5FFFFE00001"));
        for text in ["", "aabbcc", "aa:bb:cc:00:11:2g", "70b3d5ffffe0000112"] {
            assert_eq!(uid(text), None, "{text}");
        }
        assert_eq!(topic_part(Some("a/b/c"), 1), Some("b"));
        assert_eq!(topic_part(Some("a"), 1), None);
    }
}
