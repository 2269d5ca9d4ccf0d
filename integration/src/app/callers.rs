//! Everybody who can call the server of a test.

use domain::message::MessageKey;

use crate::roles::{Admin, Device, Family, Nobody, Operator, Responder};
use crate::watch::FakeWatch;
use crate::world::{Elder, Person};

use super::TestApp;

impl TestApp {
    /// The seat.
    pub fn operator(&self) -> Operator {
        self.operator_as(&self.world.home.operators[0])
    }

    /// A certain person at a seat.
    pub fn operator_as(&self, person: &Person) -> Operator {
        Operator::new(self.http, Some(&person.token))
    }

    /// A resident's relative.
    pub fn family(&self, elder: &Elder) -> Family {
        Family::new(self.http, Some(&elder.family.token))
    }

    /// A helper at home by name.
    pub fn responder(&self, name: &str) -> Responder {
        self.responder_as(&self.world.helper(name).person)
    }

    /// A certain responder.
    pub fn responder_as(&self, person: &Person) -> Responder {
        Responder::new(self.http, Some(&person.token))
    }

    /// The account of a resident's watch.
    pub fn device(&self, elder: &Elder) -> Device {
        Device::new(self.http, Some(&elder.gateway.token))
    }

    /// Who looks after the installation.
    pub fn admin(&self) -> Admin {
        Admin::new(self.http, Some(&self.world.home.admin.token))
    }

    /// Somebody without a token.
    pub fn nobody(&self) -> Nobody {
        Nobody::new(self.http, None)
    }

    /// A watch that connects now.
    pub async fn watch(&self, uid: &str) -> FakeWatch {
        FakeWatch::connect(self.watches, uid).await
    }
}

impl TestApp {
    /// Waits until seat, family and the three nearest helpers of this world have heard of a first
    /// alarm of a resident.
    ///
    /// # Panics
    /// When one of them does not hear of it in time.
    pub async fn all_hear_of_an_alarm(&self, elder: &Elder) {
        let helpers = ["near", "second", "third"].map(|name| &self.world.helper(name).person);
        let seat: Vec<&Person> = self.world.home.operators.iter().collect();
        self.carrier
            .expect_all(&seat, MessageKey::OperatorAlarm)
            .await;
        self.carrier
            .expect(&elder.family, MessageKey::FamilyAlarm)
            .await;
        self.carrier
            .expect_all(&helpers, MessageKey::OfferNew)
            .await;
    }
}
