//! The doors of whole messages: the embedded MQTT listener and clients of external brokers.

mod gate;

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, OnceLock};

use anyhow::Context as _;
use ingest::listeners::broker::{self, BrokerOptions, BrokerState};
use ingest::listeners::mqtt::{self, Commands, CommandsQueue, MqttOptions};
use tokio::task::JoinSet;

use crate::config::{ConfigError, Settings};
use crate::engine::Engine;
use crate::intake::FrameIntake;
use crate::ops::shutdown::Shutdown;

use gate::StoreGate;

/// What is open, and the way of commands through it.
#[derive(Debug)]
pub struct Doors {
    mqtt_listen: Option<SocketAddr>,
    bound: OnceLock<SocketAddr>,
    brokers: Vec<(BrokerOptions, Arc<BrokerState>)>,
    commands: Commands,
    queue: CommandsQueue,
}

impl Doors {
    /// The doors that the settings name; nothing is opened yet.
    ///
    /// # Errors
    /// A broker whose address or topics cannot be used.
    pub fn of(settings: &Settings) -> Result<Self, ConfigError> {
        let brokers: Result<Vec<_>, _> = settings
            .brokers
            .iter()
            .map(|broker| Ok((broker.options()?, Arc::default())))
            .collect();
        let (commands, queue) = mqtt::commands();
        Ok(Self {
            mqtt_listen: settings.mqtt_listen,
            bound: OnceLock::new(),
            brokers: brokers?,
            commands,
            queue,
        })
    }

    /// Takes the address of the MQTT listener, when there is to be one.
    ///
    /// # Errors
    /// An address that is taken, naming the setting.
    pub fn bind(&self) -> anyhow::Result<Option<TcpListener>> {
        let Some(address) = self.mqtt_listen else {
            return Ok(None);
        };
        let listener = TcpListener::bind(address).with_context(|| {
            format!("cannot listen on {address}; choose another with mqtt_listen")
        })?;
        // Asked once: the address stays the same from here on.
        let _ = self.bound.set(listener.local_addr()?);
        Ok(Some(listener))
    }

    /// Serves the listener and stays connected to the brokers until told to stop.
    pub fn start(
        &self,
        running: &mut JoinSet<()>,
        listener: Option<TcpListener>,
        intake: &Arc<FrameIntake>,
        engine: &Engine,
        shutdown: &Arc<Shutdown>,
    ) {
        for (options, state) in &self.brokers {
            running.spawn(broker::serve(
                options.clone(),
                intake.clone(),
                state.clone(),
                shutdown.listen(),
            ));
        }
        let Some(listener) = listener else { return };
        let served = mqtt::serve(
            listener,
            intake.clone(),
            Arc::new(StoreGate::new(engine.store.clone())),
            (self.commands.clone(), self.queue.clone()),
            MqttOptions::default(),
            shutdown.listen(),
        );
        let shutdown = shutdown.clone();
        running.spawn(async move {
            if let Err(error) = served.await {
                // A program that no device can reach must not look as if it were well.
                tracing::error!(%error, "the MQTT listener failed; stopping");
                shutdown.stop();
            }
        });
    }

    /// Where MQTT devices connect, once that is so.
    pub fn mqtt_address(&self) -> Option<SocketAddr> {
        self.bound.get().copied()
    }

    /// Tells devices on the embedded listener what to do.
    pub fn commands(&self) -> Commands {
        self.commands.clone()
    }

    /// The state of every external broker.
    pub fn broker_states(&self) -> Vec<Arc<BrokerState>> {
        self.brokers
            .iter()
            .map(|(_, state)| state.clone())
            .collect()
    }
}
