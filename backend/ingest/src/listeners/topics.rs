//! MQTT topics: what a filter covers, and where each protocol speaks.

use domain::devices::{DeviceUid, Protocol, commands_topic};

/// Whether a filter is one: `#` only at the end, wildcards only as whole levels.
pub fn is_filter(filter: &str) -> bool {
    let mut levels = filter.split('/').peekable();
    let mut fits = !filter.is_empty() && filter.len() <= 1_024 && !filter.contains('\0');
    while let Some(level) = levels.next() {
        fits &= match level {
            "#" => levels.peek().is_none(),
            "+" => true,
            level => !level.contains(['#', '+']),
        };
    }
    fits
}

/// Whether a filter covers a topic, as MQTT says. Linear in the length of the topic.
pub fn covers(filter: &str, topic: &str) -> bool {
    // What begins with a dollar is a broker's own; a wildcard does not reach it.
    if topic.starts_with('$') && filter.starts_with(['#', '+']) {
        return false;
    }
    let mut levels = topic.split('/');
    for wanted in filter.split('/') {
        match (wanted, levels.next()) {
            ("#", _) => return true,
            ("+", Some(_)) => {}
            (wanted, Some(level)) if wanted == level => {}
            _ => return false,
        }
    }
    levels.next().is_none()
}

/// Where the devices or gateways of a protocol publish; nothing for what MQTT does not carry.
pub fn of_protocol(protocol: Protocol) -> &'static [&'static str] {
    match protocol {
        Protocol::AnlinJson => &["anlin/v1/+/events"],
        Protocol::Chirpstack => &["application/+/device/+/event/+"],
        Protocol::Ttn => &["v3/+/devices/+/#"],
        Protocol::Vayyar => &[
            "/devices/+/events",
            "/devices/+/state",
            "devices/+/events",
            "devices/+/state",
        ],
        Protocol::Zigbee2mqtt => &["zigbee2mqtt/#"],
        Protocol::KatiMqtt => &["iMEDE_watch/#"],
        Protocol::BlegwMqtt => &["ESP32_BLE_GW_TX/#", "dusun_pub/#", "dusun_sub/#"],
        _ => &[],
    }
}

/// Where one sender may publish, and where it may listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rights {
    /// What it speaks.
    pub protocol: Protocol,
    /// The sender's name.
    pub name: DeviceUid,
    /// It is a device and speaks for itself only.
    pub is_device: bool,
    /// Stands in front of every topic of a gateway.
    pub prefix: Option<String>,
}

impl Rights {
    /// The topic as the protocol writes it, when this sender may publish there.
    pub fn to_publish<'a>(&self, topic: &'a str) -> Option<&'a str> {
        let inner = topic.strip_prefix(self.prefix.as_deref().unwrap_or_default())?;
        if self.is_device && self.protocol == Protocol::AnlinJson {
            return (inner == events_topic(&self.name)).then_some(inner);
        }
        let mut filters = of_protocol(self.protocol).iter();
        filters.any(|filter| covers(filter, inner)).then_some(inner)
    }

    /// Whether this sender may listen there: to what it is told itself, and to nothing else.
    pub fn to_subscribe(&self, filter: &str) -> bool {
        filter == commands_topic(&self.name)
    }
}

/// The topic on which a device that speaks our own JSON publishes.
pub fn events_topic(device: &DeviceUid) -> String {
    format!("anlin/v1/{device}/events")
}

/// The topic on which a device behind an external broker is told that its message is safe.
pub fn receipts_topic(device: &DeviceUid) -> String {
    format!("anlin/v1/{device}/receipts")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> DeviceUid {
        DeviceUid::parse(text).expect(text)
    }

    #[test]
    fn filters_cover_what_the_standard_says() {
        for (filter, topic, expected) in [
            ("a/b", "a/b", true),
            ("a/b", "a/c", false),
            ("a/+", "a/b", true),
            ("a/+", "a", false),
            ("a/+", "a/b/c", false),
            ("a/+/c", "a//c", true),
            ("a/#", "a", true),
            ("a/#", "a/b/c", true),
            ("#", "a/b", true),
            ("#", "$SYS/load", false),
            ("+/load", "$SYS/load", false),
            ("/devices/+/events", "/devices/7/events", true),
            ("/devices/+/events", "devices/7/events", false),
        ] {
            assert_eq!(covers(filter, topic), expected, "{filter} {topic}");
        }
        for (filter, expected) in [
            ("#", true),
            ("a/#", true),
            ("a/#/b", false),
            ("a#", false),
            ("a/b+", false),
            ("", false),
        ] {
            assert_eq!(is_filter(filter), expected, "{filter}");
        }
    }

    #[test]
    fn a_device_publishes_for_itself_only() {
        let own = Rights {
            protocol: Protocol::AnlinJson,
            name: named("AN-0018"),
            is_device: true,
            prefix: None,
        };
        let may = |topic| own.to_publish(topic).is_some();
        assert!(may("anlin/v1/AN-0018/events"));
        for topic in [
            "anlin/v1/AN-0019/events",
            "anlin/v1/AN-0018/commands",
            "anlin/v1/AN-0018/events/x",
            "application/1/device/2/event/up",
            "",
        ] {
            assert!(!may(topic), "{topic}");
        }
        assert!(own.to_subscribe("anlin/v1/AN-0018/commands"));
        for filter in ["anlin/v1/AN-0019/commands", "anlin/v1/+/commands", "#"] {
            assert!(!own.to_subscribe(filter), "{filter}");
        }
    }

    #[test]
    fn a_gateway_publishes_behind_its_prefix() {
        let gateway = Rights {
            protocol: Protocol::Zigbee2mqtt,
            name: named("house-7"),
            is_device: false,
            prefix: Some("house-7/".to_owned()),
        };
        assert_eq!(
            gateway.to_publish("house-7/zigbee2mqtt/0x01"),
            Some("zigbee2mqtt/0x01")
        );
        assert_eq!(gateway.to_publish("zigbee2mqtt/0x01"), None);
        assert_eq!(gateway.to_publish("house-7/iMEDE_watch/SOS"), None);
    }

    #[test]
    fn every_protocol_that_mqtt_carries_has_topics() {
        for codec in crate::registry::CODECS {
            let carried = codec.carriers.contains(&crate::protocol::Carrier::Mqtt);
            let has = !of_protocol(codec.protocol).is_empty();
            // Bare LoRaWAN payloads come inside a network server's messages.
            let bare = codec.protocol == Protocol::Lorawan;
            assert_eq!(has, carried && !bare, "{}", codec.protocol);
            assert!(of_protocol(codec.protocol).iter().all(|it| is_filter(it)));
        }
    }
}
