//! Runs the domain's `apply` on blocking threads with the real ports.

use std::sync::Arc;

use domain::apply::{Applied, ApplyError, Carried, apply};
use domain::ids::OrganisationId;
use domain::incidents::{Input, Ladders};
use domain::ports::{
    Carriers, Clock, Delivered, Delivery, Identifiers, Ports, Ranking, Target, WakeUps,
};
use domain::responders::Policy;
use domain::time::Timestamp;
use store::SqlStore;
use uuid::Uuid;

use crate::allocation::Allocation;
use crate::backlog::Backlog;
use crate::carriers::Gateways;
use crate::directory::DeviceDirectory;
use crate::ladders::OwnLadders;
use crate::presence::Presence;
use crate::wake::WakeUp;

/// Whoever tells the time.
pub type SharedClock = Arc<dyn Clock + Send + Sync>;
/// Whoever takes notices to people.
pub type SharedCarriers = Arc<dyn Carriers + Send + Sync>;

/// The real ports of the domain, cheap to clone.
#[derive(Clone)]
pub struct Engine {
    /// Storage.
    pub store: Arc<SqlStore>,
    /// Who is nearest.
    pub allocation: Arc<Allocation>,
    /// Which devices are registered.
    pub directory: Arc<DeviceDirectory>,
    /// Wake-ups.
    pub wake: Arc<WakeUp>,
    /// How far decisions are behind.
    pub backlog: Arc<Backlog>,
    /// Which devices are here.
    pub presence: Arc<Presence>,
    /// Gateways for text messages and calls.
    pub gateways: Arc<Gateways>,
    clock: ClockPort,
    carriers: CarriersPort,
    identifiers: crate::clock::RandomIdentifiers,
    ladders: Arc<Ladders>,
    own_ladders: Arc<OwnLadders>,
    policy: Arc<Policy>,
}

impl Engine {
    /// Puts the ports together.
    pub fn new(
        store: Arc<SqlStore>,
        allocation: Arc<Allocation>,
        directory: Arc<DeviceDirectory>,
        clock: SharedClock,
        carriers: SharedCarriers,
        ladders: Ladders,
        policy: Policy,
    ) -> Self {
        Self {
            store,
            allocation,
            directory,
            wake: Arc::new(WakeUp::default()),
            backlog: Arc::default(),
            presence: Arc::new(Presence::default()),
            gateways: Arc::new(Gateways::none()),
            clock: ClockPort(clock),
            carriers: CarriersPort(carriers),
            identifiers: crate::clock::RandomIdentifiers,
            ladders: Arc::new(ladders),
            own_ladders: Arc::new(OwnLadders::default()),
            policy: Arc::new(policy),
        }
    }

    /// The ladders that count for an organisation, with their version; 0 is the shipped one.
    pub fn ladders_now(&self, organisation: OrganisationId) -> (u32, Arc<Ladders>) {
        let own = self.own_ladders.of(&self.store, organisation);
        own.unwrap_or_else(|| (0, Arc::clone(&self.ladders)))
    }

    /// Reads an organisation's ladders at the next decision: they were changed.
    pub fn ladders_changed(&self, organisation: OrganisationId) {
        self.own_ladders.forget(organisation);
    }

    /// The same engine with gateways.
    #[must_use]
    pub fn through(mut self, gateways: Arc<Gateways>) -> Self {
        self.gateways = gateways;
        self
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Decides and saves one input.
    ///
    /// # Errors
    /// As [`domain::apply::apply`].
    pub async fn apply(
        &self,
        target: Target,
        input: Input,
        carried: Carried,
    ) -> Result<Applied, ApplyError> {
        let engine = self.clone();
        blocking(move || apply(&engine, &target, &input, &carried)).await
    }
}

/// Runs blocking work away from the threads that serve sockets. A panic inside is passed on.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime is going down: nobody waits for the answer any more.
            Err(_) => std::future::pending().await,
        },
    }
}

impl Ports for Engine {
    fn store(&self) -> &impl domain::ports::Store {
        &*self.store
    }

    fn ranking(&self) -> &impl Ranking {
        &*self.allocation
    }

    fn clock(&self) -> &impl Clock {
        &self.clock
    }

    fn identifiers(&self) -> &impl Identifiers {
        &self.identifiers
    }

    fn wake_ups(&self) -> &impl WakeUps {
        &*self.wake
    }

    fn carriers(&self) -> &impl Carriers {
        &self.carriers
    }

    fn ladders(&self) -> &Ladders {
        &self.ladders
    }

    fn ladders_of(&self, organisation: OrganisationId) -> Option<Arc<Ladders>> {
        let own = self.own_ladders.of(&self.store, organisation);
        own.map(|(_, ladders)| ladders)
    }

    fn policy(&self) -> &Policy {
        &self.policy
    }
}

#[derive(Clone)]
struct ClockPort(SharedClock);

impl Clock for ClockPort {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

#[derive(Clone)]
struct CarriersPort(SharedCarriers);

impl Carriers for CarriersPort {
    fn deliver(&self, delivery: &Delivery, now: Timestamp) -> Delivered {
        self.0.deliver(delivery, now)
    }

    fn rehearse(&self, delivery: &Delivery, now: Timestamp) -> Delivered {
        self.0.rehearse(delivery, now)
    }
}

/// Fresh identifiers for what is made outside a decision.
pub fn fresh_id() -> Uuid {
    crate::clock::RandomIdentifiers.fresh()
}
