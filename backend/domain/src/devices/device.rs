//! A device and its identifier on the wire.

use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, OrganisationId, ResidentId};
use crate::words::words;

words! {
    /// A wire protocol that Anlin speaks.
    pub enum Protocol {
        /// Text frames of Shenzhen-made elder watches, `[3G*id*LEN*TYPE,…]`.
        Watch = "watch",
        /// Binary frames of Concox, Jimi and their clones, `7878` or `7979`.
        Gt06 = "gt06",
        /// JT/T 808, the national standard for terminals.
        Jt808 = "jt808",
        /// Text frames of IW watches and TRV trackers, `IWAP10…#`.
        Trv = "trv",
        /// Binary frames of Eview pendants with speech.
        Minifinder2 = "minifinder2",
        /// Text frames of older Eview pendants.
        Minifinder = "minifinder",
        /// Binary frames of Topin watches and SOS cards.
        Topin = "topin",
        /// Frames of H02 clones, `*HQ,…#` or binary behind `$`.
        H02 = "h02",
        /// Text frames of Coban trackers, `imei:…;`.
        Gps103 = "gps103",
        /// Badges and tags of Eelink, packets `6767`.
        Eelink = "eelink",
        /// Trackers and personal tags of TopFlytech.
        T800x = "t800x",
        /// Newer Xexun watches and badges, `fc … cf`.
        Xexun3 = "xexun3",
        /// Solar powered tags.
        Solarpowered = "solarpowered",
        /// Text frames of Fifotrack badges and trackers, `$$`.
        Fifotrack = "fifotrack",
        /// Xexun badges, `faaf … faaf`.
        Xexun2 = "xexun2",
        /// Text frames of DS008 pendants and older trackers, `#IMEI#…##`.
        V680 = "v680",
        /// A bracelet against wandering, `@GPSD,…$`.
        R16h = "r16h",
        /// Text lines of Mictrack tags and badges, `MT;…`.
        Mictrack = "mictrack",
        /// B2316 watches, JSON objects.
        B2316 = "b2316",
        /// LoRaWAN payloads; the device's model names the codec.
        Lorawan = "lorawan",
        /// Events of a ChirpStack v4 server.
        Chirpstack = "chirpstack",
        /// Uplinks of The Things Stack v3.
        Ttn = "ttn",
        /// Vayyar Care wall radars.
        Vayyar = "vayyar",
        /// Zigbee devices behind a Zigbee2MQTT bridge.
        Zigbee2mqtt = "zigbee2mqtt",
        /// The cloud of Kati (iMEDE) watches.
        KatiMqtt = "kati-mqtt",
        /// Gateways that hand on Bluetooth meters.
        BlegwMqtt = "blegw-mqtt",
        /// Home alarm units, XML over SIP MESSAGE.
        Scaip = "scaip",
        /// Our own documented JSON, signed.
        AnlinJson = "anlin-json",
    }
}

/// The identifier a device names itself by: 1-32 letters, digits, `-` or `_`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceUid(String);

impl DeviceUid {
    /// Reads an identifier; `None` when it is empty, too long or has other characters.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=32).contains(&text.len());
        let clean = text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        (fits && clean).then(|| Self(text.to_owned()))
    }

    /// Stands for a device that has not said who it is; [`Self::is_named`] is false.
    ///
    /// An alarm under it opens an incident of an unknown device: nobody is registered so.
    pub fn unnamed() -> Self {
        Self("unnamed".to_owned())
    }

    /// Whether a device said so, as opposed to [`Self::unnamed`].
    pub fn is_named(&self) -> bool {
        self.0 != "unnamed"
    }

    /// Stands for whoever claims to be this device and could not prove it.
    ///
    /// An alarm under it opens an incident of an unknown device that shows the claim: nobody is
    /// registered so, and what it says never counts as a word of the device it names.
    pub fn unconfirmed(&self) -> Self {
        let name = self.as_str();
        if name.len() <= 32 - UNCONFIRMED.len() {
            return Self(format!("{UNCONFIRMED}{name}"));
        }
        // FNV-1a over the whole name keeps two long claims apart (recalled).
        let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        });
        let head = &name[..31 - UNCONFIRMED.len() - 8];
        Self(format!("{UNCONFIRMED}{head}-{hash:08x}"))
    }

    /// Whether it was made by [`Self::unconfirmed`].
    pub fn is_unconfirmed(&self) -> bool {
        self.0.starts_with(UNCONFIRMED)
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Starts the identifier of an unproven claim.
const UNCONFIRMED: &str = "unconfirmed-";

impl std::fmt::Display for DeviceUid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A registered device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// Identity.
    pub id: DeviceId,
    /// Owner of the record.
    pub organisation_id: OrganisationId,
    /// How it speaks.
    pub protocol: Protocol,
    /// What it calls itself.
    pub uid: DeviceUid,
    /// Who wears it, when it is handed out.
    pub resident_id: Option<ResidentId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unproven_claim_is_an_identifier_of_its_own() {
        let claim = |name: &str| DeviceUid::parse(name).expect(name).unconfirmed();
        assert_eq!(claim("AN-0018").as_str(), "unconfirmed-AN-0018");
        let long = [
            "0123456789ABCDEF0123456789ABCDEF",
            "0123456789ABCDEF0123456789ABCDEE",
        ];
        let [first, second] = long.map(claim);
        assert_ne!(first, second);
        for claimed in [&first, &second, &claim("x"), &claim("01234567890123456789")] {
            assert_eq!(DeviceUid::parse(claimed.as_str()).as_ref(), Some(claimed));
            assert!(claimed.is_unconfirmed());
        }
    }
}
