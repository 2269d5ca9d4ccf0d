//! The one explicit list of protocols.

use domain::devices::Protocol;

use crate::protocol::Codec;
use crate::watch;

/// The functions of a protocol. A new protocol does not compile until it stands here.
pub fn codec(protocol: Protocol) -> &'static Codec {
    match protocol {
        Protocol::Watch => &watch::CODEC,
    }
}

/// Finds a protocol by its stable name, e.g. `watch`.
pub fn by_name(name: &str) -> Option<Protocol> {
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_protocol_is_listed_under_its_own_name() {
        for &protocol in Protocol::ALL {
            assert_eq!(codec(protocol).protocol, protocol);
            assert_eq!(by_name(protocol.as_str()), Some(protocol));
        }
        assert_eq!(by_name("telex"), None);
    }
}
