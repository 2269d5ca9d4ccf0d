//! Stages of one alarm, as they are passed: measured by a monotonic clock, shown by the demo.

use std::time::{Duration, Instant};

use domain::ids::{FrameId, IncidentId};
use tokio::sync::broadcast;

/// A stage of an alarm's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The last byte is here.
    FrameReceived,
    /// The frame has a meaning.
    Decoded,
    /// Responders are in order.
    Ranked,
    /// Everything is durable.
    Committed,
    /// The offers are rows.
    Offered,
    /// The device has its answer.
    DeviceAnswered,
    /// The provider took the push.
    PushHandedOver,
}

/// A stage that was passed.
#[derive(Clone, Debug)]
pub struct StageEvent {
    /// Of which incident, once it is known.
    pub incident_id: Option<IncidentId>,
    /// Of which frame, while it is about one.
    pub frame_id: Option<FrameId>,
    /// Which stage.
    pub stage: Stage,
    /// When, on this process' monotonic clock.
    pub at: Instant,
    /// How long the stage itself took, where that is measured.
    pub took: Option<Duration>,
    /// How many offers, for that stage.
    pub count: usize,
}

/// Where stages are announced; nobody need listen.
#[derive(Debug)]
pub struct Stages {
    sender: broadcast::Sender<StageEvent>,
}

impl Default for Stages {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(4096),
        }
    }
}

impl Stages {
    /// Follows from now on.
    pub fn follow(&self) -> broadcast::Receiver<StageEvent> {
        self.sender.subscribe()
    }

    /// Announces a stage.
    pub fn passed(&self, event: StageEvent) {
        // Without listeners there is nobody to tell, which is no error.
        let _ = self.sender.send(event);
    }
}

/// The monotonic clock, for durations only.
#[expect(
    clippy::disallowed_methods,
    reason = "durations inside the process are monotonic"
)]
pub fn monotonic() -> Instant {
    Instant::now()
}
