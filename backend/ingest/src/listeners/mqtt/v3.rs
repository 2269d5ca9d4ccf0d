//! MQTT 3.1.1. It has no way to refuse a message but to end the connection.

use std::rc::Rc;

use ntex::time::Seconds;
use ntex_mqtt::control::Control;
use ntex_mqtt::v3::codec::Encoded;
use ntex_mqtt::v3::{
    Handshake, HandshakeAck, ProtocolMessage, ProtocolMessageAck, Publish, Session,
};

use super::client::{Client, Outcome};
use super::desk::Sink;
use super::door::{Broken, Door, at_most_one, source, too_large};
use super::gate::{Gate, TurnedAway};
use super::seconds;
use crate::listeners::intake::Intake;

pub(super) async fn handshake<I: Intake, G: Gate>(
    door: Rc<Door<I, G>>,
    asked: Handshake,
) -> Result<HandshakeAck<Client>, Broken> {
    let packet = asked.packet();
    let secret = packet.password.as_deref();
    match door.admit(packet.username.as_deref(), secret).await {
        Ok(admitted) => {
            let (sink, from) = (Sink::V3(asked.sink()), source(asked.io()));
            let client = door.enter(admitted, &asked.packet().client_id, from, sink);
            let silence = match asked.packet().keep_alive {
                0 => seconds(door.idle()),
                // One and a half times what was asked for, as the standard says.
                asked => Seconds(asked.saturating_add(asked.div_ceil(2))),
            };
            Ok(asked.ack(client, false).idle_timeout(silence))
        }
        Err(TurnedAway::Unknown) => Ok(asked.bad_username_or_pwd()),
        Err(TurnedAway::Unavailable) => Ok(asked.service_unavailable()),
    }
}

pub(super) async fn publish<I: Intake, G: Gate>(
    door: Rc<Door<I, G>>,
    client: Session<Client>,
    message: Publish,
) -> Result<(), Broken> {
    let bytes = message.read_all().await.map_err(|_| Broken)?;
    let kept = door.take(&client, message.publish_topic(), bytes.to_vec());
    match kept.await {
        Outcome::Acknowledge => Ok(()),
        Outcome::NoRight | Outcome::Repeat => Err(Broken),
    }
}

pub(super) async fn protocol<I: Intake, G: Gate>(
    door: Rc<Door<I, G>>,
    client: Session<Client>,
    message: ProtocolMessage,
) -> Result<ProtocolMessageAck, Broken> {
    Ok(match message {
        ProtocolMessage::Subscribe(mut asked) => {
            for mut topic in &mut asked {
                if door.may_listen(&client, topic.topic()) {
                    topic.confirm(at_most_one(topic.qos()));
                } else {
                    topic.fail();
                }
            }
            asked.ack()
        }
        ProtocolMessage::Unsubscribe(asked) => {
            door.stops_listening(&client);
            asked.ack()
        }
        other => other.ack(),
    })
}

pub(super) async fn control<I: Intake, G: Gate>(
    door: Rc<Door<I, G>>,
    client: Session<Client>,
    message: Control<Broken>,
) -> Result<Option<Encoded>, Broken> {
    if let Control::Stop(reason) = message {
        door.left(&client, too_large(&reason));
    }
    Ok(None)
}
