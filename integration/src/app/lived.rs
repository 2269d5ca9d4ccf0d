//! Time that passes while the server lives, time in which it does not, and more homes to watch.

use std::time::Duration;

use chrono::TimeDelta;
use domain::devices::{Device, DeviceUid, Protocol};
use domain::ids::{DeviceId, HomeId, ResidentId};
use domain::residents::{Climb, EntryCard, Home, Resident};
use domain::time::Timestamp;
use server::engine::fresh_id;
use store::LAST_ALIVE;
use store::seeding::Seeder;

use crate::world::Spot;

use super::{TestApp, open, parts, serve};

/// Shorter than the gap after which a server takes itself to have been away.
const STEP: Duration = Duration::from_secs(150);

/// A home that a test added.
#[derive(Clone, Debug)]
pub struct AddedHome {
    /// Who lives there.
    pub resident: ResidentId,
    /// Their watch.
    pub device: DeviceId,
    /// What the watch calls itself.
    pub uid: String,
}

impl TestApp {
    /// Lets time pass as it does for a server that lives: it beats all the while.
    ///
    /// # Panics
    /// When it does not beat.
    pub async fn live_through(&self, span: Duration) {
        let mut left = span;
        while !left.is_zero() {
            let step = left.min(STEP);
            self.advance(step);
            left -= step;
            self.beaten().await;
        }
    }

    /// Waits until the server has beaten at the present, and has looked at everybody due.
    ///
    /// # Panics
    /// When it does not.
    pub async fn beaten(&self) {
        let now = self.now() - TimeDelta::seconds(10);
        self.until("the server beats", async || {
            let last = self.app.store.installation_get(LAST_ALIVE).expect("a read");
            let last = last.and_then(|text| text.parse::<Timestamp>().ok());
            last.filter(|last| *last >= now)
        })
        .await;
        self.until("nobody is due", async || {
            let due = self.app.store.health_due(self.now()).expect("a read");
            (!due).then_some(())
        })
        .await;
    }

    /// Stops as a power cut would, and starts again on the same data when this time has passed.
    pub async fn down_for(&mut self, span: Duration) {
        self.serving.abort();
        // The task was aborted or had ended; either way it is gone now.
        let _ = (&mut self.serving).await;
        self.clock
            .advance(TimeDelta::from_std(span).expect("a short span"));
        let parts = parts(&self.clock, &self.carrier, self.push.clone(), &self.policy);
        self.app = open(&self.settings, parts).await;
        let further = self.doors.bind().await;
        (self.http, self.watches, self.serving) = serve(&self.app, further).await;
    }

    /// Adds homes with a watch each to a committee: every second resident lives alone, and each
    /// is a year younger than the one before.
    ///
    /// # Panics
    /// When they do not fit.
    pub fn add_homes(&self, count: u16, committee: &str, model: Option<&str>) -> Vec<AddedHome> {
        let mut seeder = Seeder::new(&self.app.database).expect("a connection");
        let mut added = Vec::new();
        for number in 0..count {
            let resident = self.added_resident(number, committee);
            let home = AddedHome {
                resident: resident.id,
                device: DeviceId(fresh_id()),
                uid: format!("77{:08}", fresh_id().as_u128() % 100_000_000),
            };
            let device = Device {
                id: home.device,
                organisation_id: self.world.home.organisation,
                protocol: Protocol::Watch,
                uid: DeviceUid::parse(&home.uid).expect("digits are one"),
                resident_id: Some(home.resident),
            };
            let quiet = &mut |_| {};
            seeder.residents(vec![resident], quiet).expect("it fits");
            let model = model.map(str::to_owned);
            seeder
                .devices(vec![(device, model)], quiet)
                .expect("it fits");
            added.push(home);
        }
        added
    }

    fn added_resident(&self, number: u16, committee: &str) -> Resident {
        Resident {
            id: ResidentId(fresh_id()),
            organisation_id: self.world.home.organisation,
            name: format!("resident number {number}"),
            phone: format!("phone number {number}"),
            birth_year: 1930 + i16::try_from(number).expect("few homes"),
            living_alone: number.is_multiple_of(2),
            languages: vec!["zh-CN".to_owned()],
            reading_level: "standard".to_owned(),
            requires: Vec::new(),
            home: Home {
                id: HomeId(fresh_id()),
                address: format!("address number {number}"),
                at: Some(Spot(150.0 + f64::from(number), 95.0).coordinate()),
                committee_code: committee.to_owned(),
                climb: Climb::default(),
                entry: EntryCard::default(),
            },
            synthetic: true,
        }
    }
}
