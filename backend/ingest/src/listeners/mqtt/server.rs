//! Both versions on one socket.

use std::rc::Rc;

use ntex::io::Io;
use ntex::service::{ServiceFactory, cfg::SharedCfg, fn_factory_with_config, fn_service};
use ntex_mqtt::MqttServer;

use super::client::Client;
use super::door::{Broken, Door};
use super::gate::Gate;
use super::{v3, v5};
use crate::listeners::intake::Intake;

/// A service of each connection, made of a version's functions, the door and the connection.
macro_rules! of_connection {
    ($door:ident, $version:ident, $serve:ident) => {{
        let door = Rc::clone($door);
        fn_factory_with_config(async move |client: ntex_mqtt::$version::Session<Client>| {
            let door = Rc::clone(&door);
            Ok::<_, Broken>(fn_service(move |message| {
                $version::$serve(Rc::clone(&door), client.clone(), message)
            }))
        })
    }};
}

/// The service of the listener.
pub(super) fn service<I: Intake, G: Gate>(
    door: &Rc<Door<I, G>>,
) -> impl ServiceFactory<Io, SharedCfg> + use<I, G> {
    let (at_v3, at_v5) = (Rc::clone(door), Rc::clone(door));
    let third = ntex_mqtt::v3::MqttServer::new(async move |asked| {
        v3::handshake(Rc::clone(&at_v3), asked).await
    })
    .protocol(of_connection!(door, v3, protocol))
    .control(of_connection!(door, v3, control))
    .publish(of_connection!(door, v3, publish));
    let fifth = ntex_mqtt::v5::MqttServer::new(async move |asked| {
        v5::handshake(Rc::clone(&at_v5), asked).await
    })
    .protocol(of_connection!(door, v5, protocol))
    .control(of_connection!(door, v5, control))
    .publish(of_connection!(door, v5, publish));
    MqttServer::new().v3(third).v5(fifth)
}
