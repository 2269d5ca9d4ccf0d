//! How far a device is believed to be who it says it is.

use serde::{Deserialize, Serialize};

use crate::devices::DeviceEvent;
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// What brings the bytes of a protocol.
    pub enum Carrier {
        /// A stream; frames are found in it.
        Tcp = "tcp",
        /// Datagrams; each is split on its own.
        Udp = "udp",
        /// A publication; its payload is one frame.
        Mqtt = "mqtt",
        /// A request body; it is one frame.
        Http = "http",
        /// The body of a SIP MESSAGE; it is one frame.
        Sip = "sip",
    }
}

words! {
    /// What an event rests its identity on.
    pub enum Claim {
        /// A signature that only this device can make.
        Signed = "signed",
        /// An earlier kept frame of the same connection.
        Session = "session",
        /// Its own word, under a checksum that was right.
        Checked = "checked",
        /// Its own word; a flipped bit would be another name.
        Said = "said",
    }
}

words! {
    /// How far an identity is believed, the best first.
    pub enum Trust {
        /// The device has proved itself.
        Proved = "proved",
        /// It comes the way it always comes.
        Bound = "bound",
        /// It says so, and nothing speaks against it.
        Claimed = "claimed",
        /// It says so in a first frame that nothing protects, and comes another way than usual.
        Unconfirmed = "unconfirmed",
    }
}

/// The way a device usually comes, remembered from its first frame on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsualWay {
    /// What carried it.
    pub carrier: Option<Carrier>,
    /// Where its first frame came from: peer address without port.
    pub first_source: String,
    /// Where it came from last, on a line that knew it.
    pub last_source: String,
    /// When its first frame was here.
    pub first_seen_at: Timestamp,
    /// How far it is believed.
    pub trust: Trust,
    /// Last told: on the body.
    pub worn: Option<bool>,
    /// Last told: on a charger.
    pub charging: Option<bool>,
}

impl UsualWay {
    /// What one kept frame says of the way its device comes.
    pub fn of(event: &DeviceEvent, source: &str, received_at: Timestamp) -> Self {
        Self {
            carrier: event.carrier,
            first_source: source.to_owned(),
            last_source: source.to_owned(),
            first_seen_at: received_at,
            trust: kept_level(event.claim),
            worn: event.worn,
            charging: event.charging,
        }
    }

    /// Takes over what a later frame says; one that only claims its identity moves nothing.
    pub fn renew(&mut self, later: &Self) {
        if later.trust < Trust::Claimed {
            self.carrier = later.carrier;
            self.last_source.clone_from(&later.last_source);
            self.trust = later.trust;
        }
        self.worn = later.worn.or(self.worn);
        self.charging = later.charging.or(self.charging);
    }
}

/// How an event came, for [`believed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage<'a> {
    /// What its identity rests on, where the listener said so.
    pub claim: Option<Claim>,
    /// What carried it, where the listener said so.
    pub carrier: Option<Carrier>,
    /// Peer address without port.
    pub source: &'a str,
}

/// How far an event's identity is believed.
///
/// `shared`: other devices of the protocol come from the same address, which then tells nothing.
/// An unconfirmed alarm is helped like any other: the level is only said to whoever goes.
pub fn believed(passage: Passage<'_>, way: Option<&UsualWay>, shared: bool) -> Trust {
    let is_usual = way.is_some_and(|known| {
        let carrier = known.carrier == passage.carrier;
        let source = [&known.first_source, &known.last_source];
        carrier && !shared && source.into_iter().any(|known| known == passage.source)
    });
    match passage.claim {
        Some(Claim::Signed) => Trust::Proved,
        Some(Claim::Session) => Trust::Bound,
        _ if is_usual => Trust::Bound,
        Some(Claim::Checked) | None => Trust::Claimed,
        Some(Claim::Said) => Trust::Unconfirmed,
    }
}

/// The level kept of a device whose frame was kept with this claim.
pub fn kept_level(claim: Option<Claim>) -> Trust {
    match claim {
        Some(Claim::Signed) => Trust::Proved,
        Some(Claim::Session | Claim::Checked) => Trust::Bound,
        Some(Claim::Said) | None => Trust::Claimed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way() -> UsualWay {
        UsualWay {
            carrier: Some(Carrier::Tcp),
            first_source: "192.0.2.1".to_owned(),
            last_source: "192.0.2.2".to_owned(),
            first_seen_at: "2026-11-24T03:00:00Z".parse().expect("a moment"),
            trust: Trust::Bound,
            worn: None,
            charging: None,
        }
    }

    fn said(carrier: Carrier, source: &str) -> Passage<'_> {
        Passage {
            claim: Some(Claim::Said),
            carrier: Some(carrier),
            source,
        }
    }

    #[test]
    fn an_unprotected_first_frame_is_bound_only_on_the_usual_way() {
        let known = way();
        let level = |passage, shared| believed(passage, Some(&known), shared);
        for source in ["192.0.2.1", "192.0.2.2"] {
            assert_eq!(level(said(Carrier::Tcp, source), false), Trust::Bound);
            assert_eq!(level(said(Carrier::Tcp, source), true), Trust::Unconfirmed);
            assert_eq!(level(said(Carrier::Udp, source), false), Trust::Unconfirmed);
        }
        assert_eq!(
            level(said(Carrier::Tcp, "192.0.2.9"), false),
            Trust::Unconfirmed
        );
        assert_eq!(
            believed(said(Carrier::Tcp, "192.0.2.1"), None, false),
            Trust::Unconfirmed
        );
    }

    #[test]
    fn a_signature_a_known_line_and_a_checksum_need_no_usual_way() {
        for (claim, level) in [
            (Some(Claim::Signed), Trust::Proved),
            (Some(Claim::Session), Trust::Bound),
            (Some(Claim::Checked), Trust::Claimed),
            (None, Trust::Claimed),
        ] {
            let passage = Passage {
                claim,
                ..said(Carrier::Udp, "192.0.2.9")
            };
            assert_eq!(believed(passage, None, true), level, "{claim:?}");
        }
    }
}
