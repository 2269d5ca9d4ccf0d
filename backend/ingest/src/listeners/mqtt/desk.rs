//! Who is connected, for taking over and for commands. Lives in the listener's thread.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use domain::devices::{DeviceUid, commands_topic};
use domain::ids::CredentialId;
use ntex::util::{ByteString, Bytes};
use ntex_mqtt::v5::codec::{Disconnect, DisconnectReasonCode};
use ntex_mqtt::{v3, v5};

use super::commands::Told;

/// How long a device may take to acknowledge a command.
const PATIENCE: Duration = Duration::from_secs(20);

/// The way to a client.
#[derive(Clone)]
pub(super) enum Sink {
    V3(v3::MqttSink),
    V5(v5::MqttSink),
}

impl Sink {
    fn is_open(&self) -> bool {
        match self {
            Self::V3(sink) => sink.is_open(),
            Self::V5(sink) => sink.is_open(),
        }
    }

    /// Another connection of the same client has come.
    fn taken_over(&self) {
        match self {
            Self::V3(sink) => sink.force_close(),
            Self::V5(sink) => sink.close_with_reason(Disconnect {
                reason_code: DisconnectReasonCode::SessionTakenOver,
                ..Disconnect::default()
            }),
        }
    }

    async fn publish(&self, topic: String, payload: Vec<u8>) -> bool {
        let (topic, payload) = (ByteString::from(topic), Bytes::from(payload));
        match self {
            Self::V3(sink) => sink
                .publish(topic)
                .send_at_least_once(payload)
                .await
                .is_ok(),
            Self::V5(sink) => {
                let acknowledged = sink.publish(topic).send_at_least_once(payload).await;
                acknowledged
                    .is_ok_and(|ack| ack.reason_code == v5::codec::PublishAckReason::Success)
            }
        }
    }
}

struct Seat {
    number: u64,
    credential: CredentialId,
    client_id: String,
    name: DeviceUid,
    sink: Sink,
    listens: Cell<bool>,
}

/// All connections, the oldest first.
#[derive(Default)]
pub(super) struct Desk {
    seats: RefCell<Vec<Seat>>,
    last: Cell<u64>,
}

impl Desk {
    /// Gives a connection its number. One of the same client, and the oldest of a credential with
    /// too many, is closed. Linear in the number of connections.
    pub(super) fn sit_down(
        &self,
        credential: CredentialId,
        name: &DeviceUid,
        client_id: &str,
        sink: Sink,
        at_most: usize,
    ) -> u64 {
        let number = self.last.get() + 1;
        self.last.set(number);
        let mut seats = self.seats.borrow_mut();
        let mut leaving = Vec::new();
        seats.retain(|seat| {
            let same = seat.credential == credential && seat.client_id == client_id;
            if same {
                leaving.push(seat.sink.clone());
            }
            !same && seat.sink.is_open()
        });
        let own = seats.iter().filter(|seat| seat.credential == credential);
        if own.count() >= at_most
            && let Some(oldest) = seats.iter().position(|seat| seat.credential == credential)
        {
            leaving.push(seats.remove(oldest).sink);
        }
        seats.push(Seat {
            number,
            credential,
            client_id: client_id.to_owned(),
            name: name.clone(),
            sink,
            listens: Cell::new(false),
        });
        // Closing may run code of other connections, which must find the desk free.
        drop(seats);
        leaving.iter().for_each(Sink::taken_over);
        number
    }

    /// The connection listens for commands, or not any more.
    pub(super) fn listens(&self, number: u64, listens: bool) {
        let seats = self.seats.borrow();
        if let Some(seat) = seats.iter().find(|seat| seat.number == number) {
            seat.listens.set(listens);
        }
    }

    /// The connection is gone.
    pub(super) fn leave(&self, number: u64) {
        self.seats.borrow_mut().retain(|seat| seat.number != number);
    }

    /// Tells a command to the newest connection of this name that listens.
    pub(super) async fn tell(self: Rc<Self>, name: DeviceUid, payload: Vec<u8>) -> Told {
        let sink = {
            let seats = self.seats.borrow();
            let mut newest = seats.iter().rev();
            let found =
                newest.find(|seat| seat.name == name && seat.listens.get() && seat.sink.is_open());
            found.map(|seat| seat.sink.clone())
        };
        let Some(sink) = sink else {
            return Told::NotThere;
        };
        match tokio::time::timeout(PATIENCE, sink.publish(commands_topic(&name), payload)).await {
            Ok(true) => Told::Acknowledged,
            Ok(false) | Err(_) => Told::NotThere,
        }
    }
}
