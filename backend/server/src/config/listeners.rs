//! Which protocols are listened for, over what, and where.

use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use domain::devices::Protocol;
use ingest::{Carrier, registry};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// What brings bytes to a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wire {
    /// A stream of frames.
    Tcp,
    /// A datagram of frames.
    Udp,
    /// SIP messages, a datagram each.
    SipUdp,
    /// SIP messages in a stream.
    SipTcp,
}

impl Wire {
    /// Every one of them.
    pub const ALL: [Self; 4] = [Self::Tcp, Self::Udp, Self::SipUdp, Self::SipTcp];

    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::SipUdp => "sip-udp",
            Self::SipTcp => "sip-tcp",
        }
    }

    /// What a protocol must speak to be heard over it.
    pub const fn carrier(self) -> Carrier {
        match self {
            Self::Tcp => Carrier::Tcp,
            Self::Udp => Carrier::Udp,
            Self::SipUdp | Self::SipTcp => Carrier::Sip,
        }
    }

    /// Whether frames come as bodies of SIP messages.
    pub const fn is_sip(self) -> bool {
        matches!(self, Self::SipUdp | Self::SipTcp)
    }

    /// Whether it takes a stream's port, and not a datagram's.
    pub const fn is_stream(self) -> bool {
        matches!(self, Self::Tcp | Self::SipTcp)
    }
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One listener; on the command line `gt06/tcp=0.0.0.0:5023`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Listener {
    /// What is spoken.
    pub protocol: Protocol,
    /// Over what.
    pub carrier: Wire,
    /// Where.
    pub listen: SocketAddr,
}

/// Why a listener is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongListener {
    /// No `PROTOCOL/CARRIER=ADDRESS`.
    #[error("{0} is no PROTOCOL/CARRIER=ADDRESS")]
    Form(String),
    /// No such protocol.
    #[error("protocol {0} is not known")]
    Protocol(String),
    /// No such carrier.
    #[error("carrier {0} is none of tcp, udp, sip-udp, sip-tcp")]
    Carrier(String),
    /// No address with a port.
    #[error("{0} is no address with a port")]
    Address(String),
    /// The protocol is not carried so.
    #[error("{protocol} does not speak {asked}; {known}")]
    NotSpoken {
        /// The protocol.
        protocol: Protocol,
        /// What was asked for.
        asked: Wire,
        /// What it speaks instead, in words.
        known: String,
    },
    /// Somebody else listens there.
    #[error(
        "{protocol} over {carrier} cannot listen on {listen}: another setting names that address"
    )]
    Twice {
        /// The protocol.
        protocol: Protocol,
        /// Over what.
        carrier: Wire,
        /// Where.
        listen: SocketAddr,
    },
}

impl Listener {
    /// From the words of a setting.
    ///
    /// # Errors
    /// The first word that does not fit.
    pub fn of(protocol: &str, carrier: &str, listen: &str) -> Result<Self, WrongListener> {
        let known = |wire: &Wire| wire.as_str() == carrier;
        Ok(Self {
            protocol: registry::by_name(protocol)
                .ok_or_else(|| WrongListener::Protocol(protocol.to_owned()))?,
            carrier: Wire::ALL
                .into_iter()
                .find(known)
                .ok_or_else(|| WrongListener::Carrier(carrier.to_owned()))?,
            listen: listen
                .parse()
                .map_err(|_| WrongListener::Address(listen.to_owned()))?,
        })
    }
}

impl FromStr for Listener {
    type Err = WrongListener;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text.trim().split_once('=').and_then(|(what, listen)| {
            let (protocol, carrier) = what.split_once('/')?;
            Some((protocol, carrier, listen))
        });
        let form = || WrongListener::Form(text.to_owned());
        let (protocol, carrier, listen) = parts.ok_or_else(form)?;
        Self::of(protocol, carrier, listen)
    }
}

impl fmt::Display for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}={}", self.protocol, self.carrier, self.listen)
    }
}

/// Whether each protocol speaks its carrier, and no address is taken twice; `taken` are the addresses
/// of streams that other settings name. Port 0 is a new port each time.
///
/// # Errors
/// The first listener that does not fit.
pub(super) fn check(listeners: &[Listener], taken: &[SocketAddr]) -> Result<(), WrongListener> {
    let mut used: BTreeSet<(bool, SocketAddr)> = taken.iter().map(|it| (true, *it)).collect();
    for listener in listeners {
        let Listener {
            protocol,
            carrier,
            listen,
        } = *listener;
        let spoken = registry::codec(protocol).carriers;
        if !spoken.contains(&carrier.carrier()) {
            return Err(WrongListener::NotSpoken {
                protocol,
                asked: carrier,
                known: known(spoken),
            });
        }
        let is_new = used.insert((carrier.is_stream(), listen));
        if !is_new && listen.port() != 0 {
            return Err(WrongListener::Twice {
                protocol,
                carrier,
                listen,
            });
        }
    }
    Ok(())
}

fn known(spoken: &[Carrier]) -> String {
    let wires = Wire::ALL.into_iter();
    let fitting = wires.filter(|wire| spoken.contains(&wire.carrier()));
    let words: Vec<&str> = fitting.map(Wire::as_str).collect();
    match words.is_empty() {
        true => "no socket of its own carries it".to_owned(),
        false => format!("it speaks {}", words.join(" and ")),
    }
}

impl<'de> Deserialize<'de> for Listener {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneListener)
    }
}

/// A table, as files have it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    protocol: String,
    carrier: String,
    listen: String,
}

struct OneListener;

impl<'de> Visitor<'de> for OneListener {
    type Value = Listener;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a listener: protocol, carrier and listen")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Listener, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Listener, A::Error> {
        let table = Table::deserialize(MapAccessDeserializer::new(map))?;
        Listener::of(&table.protocol, &table.carrier, &table.listen).map_err(A::Error::custom)
    }
}

/// Reads a list of listeners, or one text with commas between them, as a variable has it.
///
/// # Errors
/// The first that does not fit.
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Listener>, D::Error> {
    deserializer.deserialize_any(AllListeners)
}

struct AllListeners;

impl<'de> Visitor<'de> for AllListeners {
    type Value = Vec<Listener>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of listeners")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<Listener>, E> {
        let named = text.split(',').filter(|part| !part.trim().is_empty());
        named.map(|part| part.parse().map_err(E::custom)).collect()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<Listener>, A::Error> {
        let mut all = Vec::new();
        while let Some(listener) = seq.next_element()? {
            all.push(listener);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_and_written_alike() {
        let line = "scaip/sip-udp=127.0.0.1:5060";
        let listener: Listener = line.parse().expect("a listener");
        assert_eq!(listener.carrier, Wire::SipUdp);
        assert_eq!(listener.to_string(), line);
        for (wrong, says) in [
            ("gt06", "is no PROTOCOL/CARRIER=ADDRESS"),
            ("telex/tcp=127.0.0.1:1", "protocol telex is not known"),
            ("gt06/ip=127.0.0.1:1", "carrier ip is none of"),
            ("gt06/tcp=here", "here is no address with a port"),
        ] {
            let error = wrong.parse::<Listener>().expect_err(wrong).to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn carriers_and_addresses_are_checked() {
        let of = |lines: &[&str]| -> Result<(), String> {
            let all: Vec<Listener> = lines.iter().map(|it| it.parse().expect("one")).collect();
            let taken = ["127.0.0.1:80".parse().expect("an address")];
            check(&all, &taken).map_err(|error| error.to_string())
        };
        // A stream and a datagram may share a number, and port 0 is nobody's.
        let fine = [
            "h02/tcp=127.0.0.1:5013",
            "h02/udp=127.0.0.1:5013",
            "gt06/tcp=127.0.0.1:0",
            "trv/tcp=127.0.0.1:0",
        ];
        assert_eq!(of(&fine), Ok(()));
        let spoken = of(&["watch/udp=127.0.0.1:1"]);
        assert_eq!(
            spoken,
            Err("watch does not speak udp; it speaks tcp".into())
        );
        let spoken = of(&["vayyar/tcp=127.0.0.1:1"]);
        assert!(spoken.is_err_and(|error| error.ends_with("no socket of its own carries it")));
        let sip = of(&["scaip/udp=127.0.0.1:1"]);
        assert!(sip.is_err_and(|error| error.ends_with("it speaks sip-udp and sip-tcp")));
        for twice in [
            &["h02/tcp=127.0.0.1:9", "scaip/sip-tcp=127.0.0.1:9"][..],
            &["h02/tcp=127.0.0.1:80"],
        ] {
            assert!(of(twice).is_err_and(|error| error.contains("another setting")));
        }
    }
}
