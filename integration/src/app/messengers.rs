//! Devices and gateways of a test that bring whole messages.

use std::net::SocketAddr;

use domain::devices::{Device, DeviceUid, Protocol};
use domain::ids::{DeviceId, OrganisationId, ResidentId};
use domain::time::Timestamp;
use serde_json::{Value, json};
use server::config::Broker;
use server::engine::fresh_id;
use store::seeding::Seeder;

use super::TestApp;
use crate::mqtt::{Login, MqttDevice};
use crate::roles::word;

/// A credential with its secrets.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Its id.
    pub id: String,
    /// MQTT user.
    pub name: String,
    /// Password.
    pub secret: String,
    /// Key of signatures.
    pub signing_key: String,
    /// Path of its webhook.
    pub webhook_path: String,
}

impl Issued {
    /// What the answer to an order holds.
    ///
    /// # Panics
    /// When it is no answer to an order.
    pub fn of(answer: &Value) -> Self {
        Self {
            id: word(&answer["credential"], "id"),
            name: word(&answer["credential"], "name"),
            secret: word(answer, "secret"),
            signing_key: word(answer, "signing_key"),
            webhook_path: word(answer, "webhook_path"),
        }
    }

    /// A login under it.
    pub fn login(&self) -> Login {
        Login::of(&self.name, &self.secret)
    }

    /// A signed message of a device that speaks our own JSON.
    ///
    /// # Panics
    /// When it is no device's.
    pub fn message(&self, number: (&str, u64), at: Timestamp, body: &Value) -> Vec<u8> {
        let device = DeviceUid::parse(&self.name).expect("a device's name");
        ingest::anlin_json::encode::message(&device, number, at, body, self.signing_key.as_bytes())
    }

    /// The topic of a device that speaks our own JSON.
    pub fn events(&self) -> String {
        format!("anlin/v1/{}/events", self.name)
    }
}

impl TestApp {
    /// Starts anew with an MQTT listener.
    pub async fn reopen_with_mqtt(&mut self) {
        self.settings.mqtt_listen = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        self.crash_and_reopen().await;
    }

    /// Starts anew as a client of these brokers.
    pub async fn reopen_with_brokers(&mut self, brokers: Vec<Broker>) {
        self.settings.brokers = brokers;
        self.crash_and_reopen().await;
    }

    /// Where MQTT devices connect.
    pub async fn mqtt(&self) -> SocketAddr {
        let look = async || self.app.doors.mqtt_address();
        self.until("the MQTT listener is there", look).await
    }

    /// A device that connects now.
    ///
    /// # Panics
    /// When it is turned away.
    pub async fn mqtt_device(&self, credential: &Issued) -> MqttDevice {
        let connected = MqttDevice::connect(self.mqtt().await, &credential.login()).await;
        connected.expect("the device comes in")
    }

    /// Registers a device of any organisation, worn or not.
    ///
    /// # Panics
    /// When it does not fit.
    pub fn register_in(
        &self,
        organisation_id: OrganisationId,
        protocol: Protocol,
        uid: &str,
        resident_id: Option<ResidentId>,
    ) -> DeviceId {
        let device = Device {
            id: DeviceId(fresh_id()),
            organisation_id,
            protocol,
            uid: DeviceUid::parse(uid).expect("a device's identifier"),
            resident_id,
        };
        let id = device.id;
        let mut seeder = Seeder::new(&self.app.database).expect("a connection");
        seeder
            .devices(vec![(device, None)], &mut |_| {})
            .expect("the device fits");
        id
    }

    /// A credential, as an administrator orders it.
    ///
    /// # Panics
    /// When it is not made.
    pub async fn credential(&self, order: Value) -> Issued {
        let made = self
            .admin()
            .post_json("/v1/device-credentials", order)
            .await;
        Issued::of(&made.expect(201))
    }

    /// A credential of a registered device that speaks our own JSON and that the elder wears.
    pub async fn own_device(&self, uid: &str) -> Issued {
        let (home, elder) = (&self.world.home, self.world.elder());
        let id = self.register_in(home.organisation, Protocol::AnlinJson, uid, Some(elder.id));
        self.credential(json!({"device_id": id.to_string()})).await
    }

    /// A counter by name.
    ///
    /// # Panics
    /// When there is none of this name.
    pub fn counted(&self, name: &str) -> u64 {
        self.app.counters.read()[name]
    }
}
