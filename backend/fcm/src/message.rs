//! One message to one registration token, and its HTTP v1 form.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// Data key under which the app finds the idempotency key.
pub const NOTIFICATION_ID: &str = "notification_id";

/// Longest `apns-collapse-id` Apple accepts.
const MAX_COLLAPSE_ID_BYTES: usize = 64;

/// One message to one registration token.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Registration token of the app on one device.
    pub token: String,
    /// Title shown to the person.
    pub title: String,
    /// Text shown to the person.
    pub body: String,
    /// Values for the app.
    pub data: BTreeMap<String, String>,
    /// Whether the device is woken.
    pub priority: Priority,
    /// Messages with the same key replace each other.
    pub collapse_key: Option<String>,
    /// How long Google keeps trying; Google's four weeks if not set.
    pub ttl: Option<Duration>,
    /// Android notification channel.
    pub channel_id: Option<String>,
    /// Same key, same message: apps and phones show it once.
    pub idempotency_key: String,
}

/// Whether a device is woken for a message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Priority {
    /// Wakes the device.
    High,
    /// Waits until the device is awake.
    #[default]
    Normal,
}

impl Message {
    /// The request body of `messages:send`.
    pub(crate) fn to_wire(&self, now: SystemTime) -> Value {
        let mut data = self.data.clone();
        data.insert(NOTIFICATION_ID.to_owned(), self.idempotency_key.clone());
        json!({
            "message": {
                "token": self.token,
                "notification": { "title": self.title, "body": self.body },
                "data": data,
                "android": self.android(),
                "apns": { "headers": self.apns_headers(now), "payload": { "aps": self.aps() } },
            }
        })
    }

    fn android(&self) -> Value {
        let mut android = Map::new();
        let priority = if self.priority == Priority::High {
            "HIGH"
        } else {
            "NORMAL"
        };
        android.insert("priority".to_owned(), priority.into());
        if let Some(key) = &self.collapse_key {
            android.insert("collapse_key".to_owned(), key.as_str().into());
        }
        if let Some(ttl) = self.ttl {
            android.insert("ttl".to_owned(), format!("{}s", whole_seconds(ttl)).into());
        }
        // A repeated message with the same tag replaces the one on the screen.
        let mut notification = Map::new();
        notification.insert("tag".to_owned(), self.replaces().into());
        if let Some(channel) = &self.channel_id {
            notification.insert("channel_id".to_owned(), channel.as_str().into());
        }
        android.insert("notification".to_owned(), notification.into());
        android.into()
    }

    fn apns_headers(&self, now: SystemTime) -> BTreeMap<&'static str, String> {
        let priority = if self.priority == Priority::High {
            "10"
        } else {
            "5"
        };
        let mut headers = BTreeMap::from([
            ("apns-collapse-id", collapse_id(self.replaces())),
            ("apns-priority", priority.to_owned()),
        ]);
        let since_epoch = now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        if let Some(ttl) = self.ttl {
            let until = since_epoch.as_secs().saturating_add(whole_seconds(ttl));
            headers.insert("apns-expiration", until.to_string());
        }
        headers
    }

    fn aps(&self) -> Value {
        match self.priority {
            Priority::High => json!({ "sound": "default" }),
            Priority::Normal => json!({}),
        }
    }

    /// What the screen knows the message by.
    fn replaces(&self) -> &str {
        self.collapse_key
            .as_deref()
            .unwrap_or(&self.idempotency_key)
    }
}

/// Prints neither the registration token nor any text.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("idempotency_key", &self.idempotency_key)
            .field("priority", &self.priority)
            .field("collapse_key", &self.collapse_key)
            .field("ttl", &self.ttl)
            .field("channel_id", &self.channel_id)
            .finish_non_exhaustive()
    }
}

/// Rounded up, so that a short life does not become none.
fn whole_seconds(ttl: Duration) -> u64 {
    ttl.as_secs()
        .saturating_add(u64::from(ttl.subsec_nanos() > 0))
}

/// Keys too long for Apple are hashed to exactly the 64 bytes it allows.
fn collapse_id(key: &str) -> String {
    if key.len() <= MAX_COLLAPSE_ID_BYTES {
        return key.to_owned();
    }
    Sha256::digest(key.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Message {
        Message {
            token: "device-1".to_owned(),
            title: "Title".to_owned(),
            body: "Text".to_owned(),
            data: BTreeMap::from([("kind".to_owned(), "offer".to_owned())]),
            priority: Priority::High,
            collapse_key: Some("case-9".to_owned()),
            ttl: Some(Duration::from_millis(122_500)),
            channel_id: Some("urgent".to_owned()),
            idempotency_key: "n-1".to_owned(),
        }
    }

    #[test]
    fn a_full_message_has_the_v1_form() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        let expected = json!({ "message": {
            "token": "device-1",
            "notification": { "title": "Title", "body": "Text" },
            "data": { "kind": "offer", "notification_id": "n-1" },
            "android": {
                "priority": "HIGH", "collapse_key": "case-9", "ttl": "123s",
                "notification": { "channel_id": "urgent", "tag": "case-9" },
            },
            "apns": {
                "headers": {
                    "apns-collapse-id": "case-9", "apns-priority": "10", "apns-expiration": "1123",
                },
                "payload": { "aps": { "sound": "default" } },
            },
        }});
        assert_eq!(full().to_wire(now), expected);
    }

    #[test]
    fn what_is_not_set_is_left_out() {
        let message = Message {
            idempotency_key: "n-2".to_owned(),
            ..Message::default()
        };
        let wire = message.to_wire(SystemTime::UNIX_EPOCH);
        let android = &wire["message"]["android"];
        assert_eq!(
            android,
            &json!({ "priority": "NORMAL", "notification": { "tag": "n-2" } })
        );
        let headers = &wire["message"]["apns"]["headers"];
        assert_eq!(
            headers,
            &json!({ "apns-collapse-id": "n-2", "apns-priority": "5" })
        );
    }

    #[test]
    fn a_long_key_is_hashed_for_apple() {
        let (a, b) = ("a".repeat(65), format!("{}b", "a".repeat(64)));
        assert_eq!(collapse_id(&a).len(), MAX_COLLAPSE_ID_BYTES);
        assert_ne!(collapse_id(&a), collapse_id(&b));
        assert_eq!(collapse_id(&"a".repeat(64)), "a".repeat(64));
    }

    #[test]
    fn debug_hides_token_and_texts() {
        let printed = format!("{:?}", full());
        assert!(printed.contains("n-1"));
        for hidden in ["device-1", "Title", "Text", "offer"] {
            assert!(!printed.contains(hidden), "{printed}");
        }
    }
}
