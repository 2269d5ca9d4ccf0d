//! A small invented neighbourhood for tests: a drawn street network, its people, their tokens.
//!
//! ```text
//! row 3   o---o---o---o---o---o---o---o      far (50, 295)
//! row 2   o---o---o---o---o---o---o---o      across (150, 205)
//!         ~ ~ ~ ~ ~ river ~ ~ ~ ~ ~ | bridge at the east end only
//! row 1   o---o---o---o---o---o---o---o      elder one (150, 95), off duty (155, 95),
//!         |   |   |   |   |   |   |   |      near, second, third, fourth: 350 … 650
//! row 0   o---o---o---o---o---o---o---o      elder two (650, 5)
//! ```
//!
//! By straight line the helper across the river is the nearest to elder one; on foot it is the
//! fifth. Everybody personal carries a canary, so that a leak is found by looking for it.

mod ground;
mod people;
mod rows;

use domain::ids::{AccountId, DeviceId, OrganisationId, ResidentId, ResponderId};

pub use ground::{Spot, network};
pub use people::{CANARY, Canaries};

/// Someone who signs in.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their account.
    pub account: AccountId,
    /// The full name, with a canary in it.
    pub name: String,
    /// The token, known to the test only.
    pub token: String,
}

/// A resident with everybody around them.
#[derive(Clone, Debug)]
pub struct Elder {
    /// The resident.
    pub id: ResidentId,
    /// Where they live.
    pub spot: Spot,
    /// What may not be seen by others.
    pub canaries: Canaries,
    /// The watch.
    pub device: DeviceId,
    /// What the watch calls itself.
    pub uid: String,
    /// A relative.
    pub family: Person,
    /// The account of the watch.
    pub gateway: Person,
}

/// A responder.
#[derive(Clone, Debug)]
pub struct Helper {
    /// The responder.
    pub id: ResponderId,
    /// Their account.
    pub person: Person,
    /// Where they are.
    pub spot: Spot,
    /// Whether they are on duty.
    pub on_duty: bool,
}

/// Everybody of one organisation.
#[derive(Clone, Debug)]
pub struct Neighbourhood {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The seat.
    pub operators: Vec<Person>,
    /// Who looks after the installation.
    pub admin: Person,
    /// Residents.
    pub elders: Vec<Elder>,
    /// Responders.
    pub helpers: Vec<Helper>,
}

/// The whole world.
#[derive(Clone, Debug)]
pub struct World {
    /// The organisation that tests are about; unknown devices belong to it.
    pub home: Neighbourhood,
    /// Another one on the same ground.
    pub other: Neighbourhood,
}

/// Names of the helpers at home, nearest first on foot from elder one, then who is off duty.
pub const HELPERS: [&str; 7] = [
    "near", "second", "third", "fourth", "across", "far", "off_duty",
];

impl World {
    /// The world, the same for every test but for the tokens.
    pub fn invented() -> Self {
        people::invented()
    }

    /// A helper at home by name.
    ///
    /// # Panics
    /// When nobody is called so.
    pub fn helper(&self, name: &str) -> &Helper {
        let place = HELPERS.iter().position(|known| *known == name);
        &self.home.helpers[place.unwrap_or_else(|| panic!("no helper is called {name}"))]
    }

    /// The resident who lives alone at the river.
    pub fn elder(&self) -> &Elder {
        &self.home.elders[0]
    }

    /// The resident at the east end.
    pub fn neighbour(&self) -> &Elder {
        &self.home.elders[1]
    }

    /// Who an account belongs to, for messages of tests.
    pub fn name_of(&self, account: AccountId) -> String {
        let found = self
            .people()
            .into_iter()
            .find(|person| person.account == account);
        found.map_or_else(|| account.to_string(), |person| person.name.clone())
    }

    /// Everybody with an account.
    pub fn people(&self) -> Vec<&Person> {
        [&self.home, &self.other]
            .into_iter()
            .flat_map(Neighbourhood::people)
            .collect()
    }
}

impl Neighbourhood {
    /// Everybody with an account.
    pub fn people(&self) -> Vec<&Person> {
        let mut all: Vec<&Person> = self.operators.iter().collect();
        all.push(&self.admin);
        all.extend(
            self.elders
                .iter()
                .flat_map(|elder| [&elder.family, &elder.gateway]),
        );
        all.extend(self.helpers.iter().map(|helper| &helper.person));
        all
    }
}

#[cfg(test)]
mod tests;
