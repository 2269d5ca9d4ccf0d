//! What a network server says about a device, whichever server it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::devices::{DeviceEvent, DeviceUid, EventKey, Protocol};
use serde_json::{Map, Value};

use super::codecs;
use super::meaning::Uplink;
use crate::protocol::Envelope;
use crate::{json, keys};

/// A server's event, before the payload in it is read.
#[derive(Clone, Debug)]
pub struct Served<'a> {
    /// Which server.
    pub protocol: Protocol,
    /// Its word for the event, e.g. `up`.
    pub event: &'a str,
    /// What the server tells repeats by.
    pub dedup_key: Option<String>,
    /// EUI-64 of the device as it stands there.
    pub dev_eui: Option<&'a str>,
    /// When the server had it, as it stands there.
    pub time: Option<&'a str>,
    /// LoRaWAN port.
    pub fport: Option<u8>,
    /// The payload, base64.
    pub payload: Option<&'a str>,
    /// Words that may name the model, the surest first.
    pub models: [Option<&'a str>; 3],
}

impl Served<'_> {
    /// Fills an event; `body` makes its key where the server gives none.
    pub fn event(&self, body: &[u8], envelope: &Envelope<'_>) -> DeviceEvent {
        let mut event = DeviceEvent::new(
            self.protocol,
            envelope.sender(self.dev_eui.and_then(json::hardware_uid)),
            json::word(self.event).unwrap_or("unknown"),
            EventKey(String::new()),
        );
        event.device_time = self.time.and_then(|time| time.parse().ok());
        let payload = self.payload.and_then(|text| STANDARD.decode(text).ok());
        let mut data = Map::from_iter([
            ("event".to_owned(), self.event.into()),
            ("dedup_key".to_owned(), self.dedup_key.as_deref().into()),
            ("dev_eui".to_owned(), self.dev_eui.into()),
            ("time".to_owned(), self.time.into()),
            ("fport".to_owned(), self.fport.into()),
            (
                "payload_hex".to_owned(),
                payload.as_ref().map(hex::encode).into(),
            ),
        ]);
        let mut alarm_id = None;
        if let Some(bytes) = &payload {
            (event, alarm_id) = self.read(bytes, event, &mut data, envelope);
        }
        let is_own = event.is_alarm && alarm_id.is_some();
        event.is_numbered = !is_own && self.given().is_some();
        event.key = self.key(&event, alarm_id, body);
        event.data = Some(data);
        event
    }

    /// Reads the payload by the codec of its model. One that cannot be read is kept and said.
    fn read(
        &self,
        bytes: &[u8],
        event: DeviceEvent,
        data: &mut Map<String, Value>,
        envelope: &Envelope<'_>,
    ) -> (DeviceEvent, Option<String>) {
        let told = [envelope.session.model.as_deref()];
        let mut models = told.iter().chain(&self.models).flatten();
        let Some(model) = models.find(|model| codecs::is_known(model)) else {
            return (event, None);
        };
        let uplink = Uplink {
            bytes,
            fport: self.fport,
            received_at: event.device_time.or(envelope.received_at),
        };
        match codecs::read(model, uplink) {
            Some(Ok(meaning)) => {
                data.insert("decoded".to_owned(), meaning.data.clone().into());
                let alarm_id = meaning.alarm_id.clone();
                (meaning.tell(event), alarm_id)
            }
            Some(Err(error)) => {
                data.insert("codec_error".to_owned(), error.to_string().into());
                (event, None)
            }
            None => (event, None),
        }
    }

    /// The server's number of the message, which no other message has.
    fn given(&self) -> Option<&str> {
        self.dedup_key.as_deref().and_then(json::word)
    }

    /// The device's own number of an alarm, else the server's key, else what the body says. Numbers
    /// start again some day, so the day belongs to them: a later fall must not look like a repeat.
    fn key(&self, event: &DeviceEvent, alarm_id: Option<String>, body: &[u8]) -> EventKey {
        let own = alarm_id.filter(|_| event.is_alarm);
        let day = event
            .device_time
            .map(|at| at.timestamp().div_euclid(86_400));
        let own = own.map(|id| EventKey(format!("alarm:{id}:{}", day.unwrap_or(0))));
        own.or_else(|| {
            self.given()
                .map(|key| EventKey(format!("{}:{key}", event.kind)))
        })
        .unwrap_or_else(|| keys::of_content(&event.kind, body))
    }
}

/// Who a server's body names.
pub fn uid(dev_eui: Option<&str>) -> Option<DeviceUid> {
    json::hardware_uid(dev_eui?)
}
