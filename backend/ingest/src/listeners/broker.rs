//! Client of an external MQTT broker: a message is acknowledged to the broker after it is safe.
//!
//! What the broker acknowledged to a device proves nothing, so devices that speak our own JSON get a
//! receipt of their own on `anlin/v1/{device}/receipts`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::devices::Protocol;
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, Publish, QoS, SubscribeFilter};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::intake::{Counted, Intake, IntakeAnswer};
use super::message::{Kept, Message};
use super::tcp::asked_to_stop;
use super::topics::{covers, receipts_topic};
use crate::protocol::{Carrier, MAX_FRAME};

/// Messages that may wait for their acknowledgement.
const INFLIGHT: u16 = 64;
/// Room in a packet for topic and header beside the message, bytes.
const HEADER: usize = 2 * 1024;
/// How often the broker hears that we are there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// The first wait after a lost connection; each further one is twice as long.
const WAIT: Duration = Duration::from_millis(500);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// A broker and what to hear of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerOptions {
    /// Its host name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who we are to it; the broker keeps messages for this name while we are away.
    pub client_id: String,
    /// User name and password.
    pub login: Option<(String, String)>,
    /// Topic filters and what is spoken there; the first that covers a topic counts.
    pub topics: Vec<(String, Protocol)>,
}

/// Whether we are connected to a broker.
#[derive(Debug, Default)]
pub struct BrokerState {
    connected: AtomicBool,
}

impl BrokerState {
    /// Whether we are, as far as is known.
    pub fn is_connected(&self) -> bool {
        self.connected.load(Ordering::Relaxed)
    }
}

/// Stays connected to a broker until `shutdown` turns true.
pub async fn serve<I: Intake>(
    options: BrokerOptions,
    intake: Arc<I>,
    state: Arc<BrokerState>,
    mut shutdown: watch::Receiver<bool>,
) {
    // Room for an acknowledgement and a receipt of everything in hand.
    let (client, events) = AsyncClient::new(mqtt(&options), 4 * usize::from(INFLIGHT));
    let mut line = Line {
        options: Arc::new(options),
        intake,
        state,
        client,
        events,
        in_hand: JoinSet::new(),
        wait: WAIT,
        subscribed: false,
    };
    tokio::select! {
        () = asked_to_stop(&mut shutdown) => {}
        () = line.run() => {}
    }
    line.state.connected.store(false, Ordering::Relaxed);
    // What is in hand becomes safe; the broker is not told and sends it again, which is known then.
    while line.in_hand.join_next().await.is_some() {}
}

fn mqtt(options: &BrokerOptions) -> MqttOptions {
    let mut mqtt = MqttOptions::new(&options.client_id, &options.host, options.port);
    mqtt.set_clean_session(false)
        .set_manual_acks(true)
        .set_inflight(INFLIGHT)
        .set_keep_alive(KEEP_ALIVE)
        .set_max_packet_size(MAX_FRAME + HEADER, MAX_FRAME + HEADER);
    if let Some((name, password)) = &options.login {
        mqtt.set_credentials(name, password);
    }
    mqtt
}

/// The connection to one broker.
struct Line<I> {
    options: Arc<BrokerOptions>,
    intake: Arc<I>,
    state: Arc<BrokerState>,
    client: AsyncClient,
    events: EventLoop,
    /// Messages of this connection on their way into the store. Dropped with the connection: the
    /// broker sends them again, and an acknowledgement of an old connection could mean another one.
    in_hand: JoinSet<(Publish, Kept)>,
    wait: Duration,
    /// Subscribed since the program started: the topics may be others than the session's.
    subscribed: bool,
}

impl<I: Intake> Line<I> {
    async fn run(&mut self) {
        loop {
            let lost = tokio::select! {
                event = self.events.poll() => match event {
                    Ok(event) => self.heard(event),
                    Err(error) => Err(error.to_string()),
                },
                Some(done) = self.in_hand.join_next() => match done {
                    Ok((publish, kept)) => self.kept(&publish, kept),
                    Err(error) => Err(error.to_string()),
                },
            };
            if let Err(why) = lost {
                self.lost(&why).await;
            }
        }
    }

    fn heard(&mut self, event: Event) -> Result<(), String> {
        match event {
            Event::Incoming(Packet::ConnAck(ack)) => {
                self.state.connected.store(true, Ordering::Relaxed);
                tracing::info!(broker = %self.options.host, "connected to a broker");
                if ack.session_present && self.subscribed {
                    self.wait = WAIT;
                    return Ok(());
                }
                let filters = self
                    .options
                    .topics
                    .iter()
                    .map(|(filter, _)| SubscribeFilter {
                        path: filter.clone(),
                        qos: QoS::AtLeastOnce,
                    });
                let asked = self.client.try_subscribe_many(filters);
                asked.map_err(|error| error.to_string())
            }
            Event::Incoming(Packet::SubAck(ack)) => {
                let refused = |code: &rumqttc::SubscribeReasonCode| {
                    matches!(code, rumqttc::SubscribeReasonCode::Failure)
                };
                if ack.return_codes.iter().any(refused) {
                    return Err("a subscription was refused".to_owned());
                }
                self.subscribed = true;
                self.wait = WAIT;
                Ok(())
            }
            Event::Incoming(Packet::Publish(publish)) => {
                self.take(publish);
                Ok(())
            }
            Event::Incoming(_) | Event::Outgoing(_) => Ok(()),
        }
    }

    fn take(&mut self, publish: Publish) {
        let topics = &self.options.topics;
        let spoken = topics.iter().find(|(it, _)| covers(it, &publish.topic));
        let Some((_, protocol)) = spoken else {
            // Left over from a session with other topics: nobody here knows what it says.
            tracing::warn!(topic = %publish.topic, "a message that no topic covers is dropped");
            // A full channel means that the broker sends it again.
            let _ = self.client.try_ack(&publish);
            return;
        };
        let message = Message {
            protocol: *protocol,
            carrier: Carrier::Mqtt,
            topic: Some(publish.topic.clone()),
            source: self.options.host.clone(),
            received_at: self.intake.now(),
            bytes: publish.payload.to_vec(),
            retained: publish.retain,
        };
        let intake = Arc::clone(&self.intake);
        self.in_hand.spawn(async move {
            let kept = message.read().vouched_for().hand_over(&*intake).await;
            (publish, kept)
        });
    }

    /// A message is safe, or not: then the connection begins anew, because a broker sends again
    /// only what was left unacknowledged on a connection that ended.
    fn kept(&mut self, publish: &Publish, kept: Kept) -> Result<(), String> {
        if kept.answer == IntakeAnswer::Unavailable {
            return Err("a message could not be kept".to_owned());
        }
        let acknowledged = self.client.try_ack(publish);
        acknowledged.map_err(|error| error.to_string())?;
        if let (IntakeAnswer::Reply | IntakeAnswer::Unconfirmed, Some(receipt)) =
            (kept.answer, kept.reply)
            && let Some(device) = crate::anlin_json::decode::claimed_uid(&publish.payload)
        {
            let topic = receipts_topic(&device);
            let sent = self
                .client
                .try_publish(topic, QoS::AtLeastOnce, false, receipt);
            // Without a receipt the device sends again, and gets one then.
            sent.map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "nothing is due here: a broker that is away is asked again later"
    )]
    async fn lost(&mut self, why: &str) {
        let was_connected = self.state.connected.swap(false, Ordering::Relaxed);
        if was_connected {
            self.intake.note(Counted::BrokerLost);
        }
        tracing::warn!(broker = %self.options.host, why, "no connection to a broker");
        self.events.clean();
        // Finished ones are safe and come again; running ones become safe all the same.
        self.in_hand.detach_all();
        tokio::time::sleep(self.wait).await;
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
    }
}
