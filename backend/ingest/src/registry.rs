//! The one explicit list of protocols.

use domain::devices::Protocol;

use crate::protocol::Codec;

/// Every protocol, in the order of [`Protocol::ALL`].
pub static CODECS: &[&Codec] = &[
    &crate::watch::CODEC,
    &crate::gt06::CODEC,
    &crate::jt808::CODEC,
    &crate::trv::CODEC,
    &crate::minifinder2::CODEC,
    &crate::minifinder::CODEC,
    &crate::topin::CODEC,
    &crate::h02::CODEC,
    &crate::gps103::CODEC,
    &crate::eelink::CODEC,
    &crate::t800x::CODEC,
    &crate::xexun3::CODEC,
    &crate::solarpowered::CODEC,
    &crate::fifotrack::CODEC,
    &crate::xexun2::CODEC,
    &crate::v680::CODEC,
    &crate::r16h::CODEC,
    &crate::mictrack::CODEC,
    &crate::b2316::CODEC,
    &crate::lorawan::CODEC,
    &crate::chirpstack::CODEC,
    &crate::ttn::CODEC,
    &crate::vayyar::CODEC,
    &crate::zigbee2mqtt::CODEC,
    &crate::kati::CODEC,
    &crate::blegw::CODEC,
    &crate::scaip::CODEC,
    &crate::anlin_json::CODEC,
];

/// The functions of a protocol.
pub fn codec(protocol: Protocol) -> &'static Codec {
    CODECS
        .iter()
        .find(|codec| codec.protocol == protocol)
        .expect("a test holds the list against every protocol")
}

/// Finds a protocol by its stable name, e.g. `watch`.
pub fn by_name(name: &str) -> Option<Protocol> {
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_protocol_is_listed_once_under_its_own_name() {
        let listed: Vec<_> = CODECS.iter().map(|codec| codec.protocol).collect();
        assert_eq!(listed, Protocol::ALL);
        for &protocol in Protocol::ALL {
            assert_eq!(codec(protocol).protocol, protocol);
            assert_eq!(by_name(protocol.as_str()), Some(protocol));
        }
        assert_eq!(by_name("telex"), None);
    }

    #[test]
    fn every_protocol_has_a_page_a_carrier_and_samples() {
        let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("protocols");
        for codec in CODECS {
            let page = pages.join(format!("{}.md", codec.protocol));
            assert!(page.is_file(), "{} is missing", page.display());
            assert!(!codec.carriers.is_empty(), "{}", codec.protocol);
            assert!(!(codec.samples)().is_empty(), "{}", codec.protocol);
        }
    }
}
