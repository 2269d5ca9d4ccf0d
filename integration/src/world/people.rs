//! Who lives and helps on the drawn ground.

use domain::ids::{AccountId, DeviceId, OrganisationId, ResidentId, ResponderId};
use server::engine::fresh_id;
use uuid::Uuid;

use super::{Elder, HELPERS, Helper, Neighbourhood, Person, Spot, World};

/// Stands in everything personal; whoever finds it where it does not belong has found a leak.
pub const CANARY: &str = "CANARY-7F3A";

/// Where the helpers at home are, in the order of their names.
const SPOTS: [Spot; 7] = [
    Spot(350.0, 95.0),
    Spot(450.0, 95.0),
    Spot(550.0, 95.0),
    Spot(650.0, 95.0),
    Spot(150.0, 205.0),
    Spot(50.0, 295.0),
    Spot(155.0, 95.0),
];

/// Personal strings of a resident.
#[derive(Clone, Debug)]
pub struct Canaries {
    /// The name.
    pub name: String,
    /// The telephone number.
    pub phone: String,
    /// The postal address.
    pub address: String,
    /// Gate, key and caution, which open the door.
    pub door: String,
}

/// Identities are counted, so that a failing test names the same person each time.
struct Counted {
    organisation: u128,
    next: u128,
}

impl Counted {
    fn id(&mut self) -> Uuid {
        self.next += 1;
        Uuid::from_u128(self.organisation << 64 | self.next)
    }

    fn person(&mut self, word: &str) -> Person {
        Person {
            account: AccountId(self.id()),
            name: format!("{CANARY}-{word}"),
            token: fresh_id().simple().to_string(),
        }
    }

    fn elder(&mut self, word: &str, spot: Spot, uid: &str) -> Elder {
        let part = |what: &str| format!("{CANARY}-{what}-{word}");
        Elder {
            id: ResidentId(self.id()),
            spot,
            canaries: Canaries {
                name: part("resident"),
                phone: part("phone"),
                address: part("address"),
                door: part("door"),
            },
            device: DeviceId(self.id()),
            uid: uid.to_owned(),
            family: self.person(&format!("family-{word}")),
            gateway: self.person(&format!("watch-{word}")),
        }
    }

    fn helper(&mut self, word: &str, spot: Spot, on_duty: bool) -> Helper {
        let person = self.person(&format!("helper-{word}"));
        Helper {
            id: ResponderId(self.id()),
            person,
            spot,
            on_duty,
        }
    }
}

pub(super) fn invented() -> World {
    let mut ids = Counted {
        organisation: 1,
        next: 0,
    };
    let organisation = OrganisationId(ids.id());
    let operators = vec![ids.person("operator-one"), ids.person("operator-two")];
    let admin = ids.person("admin-home");
    let elders = vec![
        ids.elder("one", Spot(150.0, 95.0), "9990000001"),
        ids.elder("two", Spot(650.0, 5.0), "9990000002"),
    ];
    let helpers = HELPERS.iter().zip(SPOTS);
    let helpers = helpers
        .map(|(word, spot)| ids.helper(word, spot, *word != "off_duty"))
        .collect();
    let home = Neighbourhood {
        organisation,
        operators,
        admin,
        elders,
        helpers,
    };
    World {
        home,
        other: other(),
    }
}

/// A second organisation on the same ground; its helper stands right at elder one's door.
fn other() -> Neighbourhood {
    let mut ids = Counted {
        organisation: 2,
        next: 0,
    };
    Neighbourhood {
        organisation: OrganisationId(ids.id()),
        operators: vec![ids.person("operator-elsewhere")],
        admin: ids.person("admin-elsewhere"),
        elders: vec![ids.elder("elsewhere", Spot(250.0, 95.0), "9990000009")],
        helpers: vec![ids.helper("elsewhere", Spot(152.0, 95.0), true)],
    }
}
