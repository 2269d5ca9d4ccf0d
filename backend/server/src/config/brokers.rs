//! External MQTT brokers: `[[brokers]]` in the file.

use std::collections::BTreeMap;

use ingest::listeners::broker::BrokerOptions;
use ingest::listeners::topics::is_filter;
use serde::{Deserialize, Serialize};

use super::{ConfigError, MASK};

/// The port of MQTT.
const PORT: u16 = 1883;
/// What the client library takes for an address.
const SCHEME: &str = "mqtt://";

/// A broker and what to hear of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Broker {
    /// `mqtt://HOST` or `mqtt://HOST:PORT`.
    pub url: String,
    /// Who we are to it; it keeps messages for this name while we are away, so no two servers may
    /// have the same.
    pub client_id: String,
    /// User name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// Topic filter to protocol, as `"zigbee2mqtt/#" = "zigbee2mqtt"`.
    pub topics: BTreeMap<String, String>,
}

impl Broker {
    /// What the client needs.
    ///
    /// # Errors
    /// An address, name or topic that cannot be used.
    pub fn options(&self) -> Result<BrokerOptions, ConfigError> {
        let wrong = |what: &str| ConfigError::Value(format!("brokers: {what}"));
        let place = self.url.strip_prefix(SCHEME);
        let place = place.ok_or_else(|| wrong("url does not begin with mqtt://"))?;
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => {
                let port = port.parse().map_err(|_| wrong("url has no port number"))?;
                (host, port)
            }
            _ => (place, PORT),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() || host.contains(['/', '@']) {
            return Err(wrong("url holds more or less than a host and a port"));
        }
        if self.client_id.is_empty() {
            return Err(wrong("client_id is empty"));
        }
        if self.topics.is_empty() {
            return Err(wrong("no topics"));
        }
        let topics = self.topics.iter().map(|(filter, name)| {
            let protocol = ingest::registry::by_name(name);
            let protocol = protocol.ok_or_else(|| wrong("a topic has no known protocol"))?;
            if !is_filter(filter) {
                return Err(wrong("a topic is no filter"));
            }
            Ok((filter.clone(), protocol))
        });
        let login = self.user.clone().map(|user| {
            let password = self.password.clone().unwrap_or_default();
            (user, password)
        });
        Ok(BrokerOptions {
            host: host.to_owned(),
            port,
            client_id: self.client_id.clone(),
            login,
            topics: topics.collect::<Result<_, _>>()?,
        })
    }

    /// The same without its password.
    pub(super) fn masked(&self) -> Self {
        Self {
            password: self.password.as_ref().map(|_| MASK.to_owned()),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broker(url: &str, topics: &[(&str, &str)]) -> Broker {
        Broker {
            url: url.to_owned(),
            client_id: "anlin-1".to_owned(),
            user: None,
            password: Some("s3cret".to_owned()),
            topics: topics
                .iter()
                .map(|(filter, name)| ((*filter).to_owned(), (*name).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn an_address_is_a_host_and_perhaps_a_port() {
        let topics = [("zigbee2mqtt/#", "zigbee2mqtt")];
        for (url, host, port) in [
            ("mqtt://broker.example", "broker.example", 1883),
            ("mqtt://127.0.0.1:1884", "127.0.0.1", 1884),
            ("mqtt://[::1]:1884", "::1", 1884),
            ("mqtt://[::1]", "::1", 1883),
        ] {
            let options = broker(url, &topics).options().expect(url);
            assert_eq!((options.host.as_str(), options.port), (host, port));
        }
        for url in [
            "mqtts://h",
            "h:1883",
            "mqtt://",
            "mqtt://u:p@h",
            "mqtt://h:x",
        ] {
            assert!(broker(url, &topics).options().is_err(), "{url}");
        }
    }

    #[test]
    fn topics_are_filters_of_known_protocols() {
        for topics in [&[][..], &[("a/#/b", "ttn")], &[("a", "telex")]] {
            let refused = broker("mqtt://h", topics).options();
            assert!(refused.is_err(), "{topics:?}");
        }
        assert!(!format!("{:?}", broker("mqtt://h", &[]).masked()).contains("s3cret"));
    }
}
