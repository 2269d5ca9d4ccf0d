//! MQTT 5.

use std::rc::Rc;

use ntex_mqtt::control::Control;
use ntex_mqtt::v5::codec::{ConnectAckReason, Encoded, PublishAckReason, SubscribeAckReason};
use ntex_mqtt::v5::{
    Handshake, HandshakeAck, ProtocolMessage, ProtocolMessageAck, Publish, PublishAck, Session,
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
            let (sink, from) = (Sink::V5(asked.sink()), source(asked.io()));
            let client = door.enter(admitted, &asked.packet().client_id, from, sink);
            let longest = seconds(door.idle()).0.max(1);
            let silence = match asked.packet().keep_alive {
                0 => longest,
                asked => asked.min(longest),
            };
            // Version 5 tells the client how often it has to speak.
            let ack = asked
                .ack(client)
                .keep_alive(silence.saturating_add(silence / 2));
            Ok(ack.with(|packet| packet.server_keepalive_sec = Some(silence)))
        }
        Err(TurnedAway::Unknown) => Ok(asked.failed(ConnectAckReason::BadUserNameOrPassword)),
        Err(TurnedAway::Unavailable) => Ok(asked.failed(ConnectAckReason::ServerUnavailable)),
    }
}

pub(super) async fn publish<I: Intake, G: Gate>(
    door: Rc<Door<I, G>>,
    client: Session<Client>,
    message: Publish,
) -> Result<PublishAck, Broken> {
    let bytes = message.read_all().await.map_err(|_| Broken)?;
    let kept = door.take(&client, message.publish_topic(), bytes.to_vec());
    match kept.await {
        Outcome::Acknowledge => Ok(message.ack()),
        Outcome::NoRight => Ok(message.ack().reason_code(PublishAckReason::NotAuthorized)),
        // A reason code would be the end of it: a client does not send again what was refused.
        Outcome::Repeat => Err(Broken),
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
                    topic.confirm(at_most_one(topic.options().qos));
                } else {
                    topic.fail(SubscribeAckReason::NotAuthorized);
                }
            }
            asked.ack()
        }
        ProtocolMessage::Unsubscribe(mut asked) => {
            door.stops_listening(&client);
            for mut topic in asked.iter_mut() {
                topic.success();
            }
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
