//! Facilities: how many homes for elders and health centres there are is real, where is not.

use serde::Serialize;
use uuid::Uuid;

use crate::draw::{Draw, Topic};
use crate::facts::{Division, UnitCounts, unit_counts};
use crate::ground::{Ground, Settlement};
use crate::people::{fill, pattern};
use crate::plane::Place;
use crate::words::words;

words! {
    /// What a facility offers.
    pub enum Category {
        /// A home for elders, with beds.
        ElderCareHome = "elder_care_home",
        /// A community health centre.
        HealthCentre = "health_centre",
        /// A community health station.
        HealthStation = "health_station",
        /// A centre where a unit's services for elders meet.
        ElderHub = "elder_hub",
        /// Day care for elders.
        DayCare = "day_care",
        /// A canteen for elders.
        Canteen = "canteen",
        /// A committee's activity room.
        ActivityRoom = "activity_room",
        /// A pharmacy.
        Pharmacy = "pharmacy",
        /// A food market.
        Market = "market",
        /// A public toilet.
        PublicToilet = "public_toilet",
        /// A small park.
        PocketPark = "pocket_park",
        /// A bus stop.
        BusStop = "bus_stop",
    }
}

words! {
    /// Where the number of facilities of a kind comes from.
    pub enum CountSource {
        /// Published figures, see `facts/counts.csv`.
        Published = "published",
        /// Our invention.
        Invented = "invented",
    }
}

/// A place with services.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Facility {
    /// Identity.
    pub id: Uuid,
    /// What it offers.
    pub category: Category,
    /// Name, marked as invented in its text.
    pub name: String,
    /// Code of the street, town or park.
    pub unit_code: String,
    /// Code of the committee, for those that serve one.
    pub committee_code: Option<String>,
    /// Where it stands; always invented.
    pub at: Place,
    /// Beds, for homes; their sum per unit is published.
    pub beds: Option<u32>,
    /// Whether there really are so many.
    pub count_source: CountSource,
    /// Always true.
    pub synthetic: bool,
}

/// Facilities of the neighbourhood: one for so many committees.
const PER_COMMITTEES: [(Category, usize); 9] = [
    (Category::ActivityRoom, 1),
    (Category::BusStop, 1),
    (Category::HealthStation, 2),
    (Category::Pharmacy, 2),
    (Category::PocketPark, 2),
    (Category::PublicToilet, 2),
    (Category::Market, 3),
    (Category::Canteen, 4),
    (Category::DayCare, 6),
];
/// One hub for so many committees of a unit, and at least one.
const COMMITTEES_PER_HUB: usize = 25;

/// Invents the facilities of all units that have settlements.
pub(crate) fn invent(seed: u64, ground: &Ground, settlements: &[Settlement<'_>]) -> Vec<Facility> {
    let mut site = Site {
        draw: Draw::stream(seed, Topic::Facility, 0),
        ground,
        built: Vec::new(),
    };
    let counts = unit_counts();
    for (number, settlement) in settlements.iter().enumerate() {
        let first = number == 0 || settlements[number - 1].unit.code != settlement.unit.code;
        let of_unit = counts.iter().find(|unit| unit.code == settlement.unit.code);
        if let Some(counts) = of_unit.filter(|_| first) {
            let committees = settlements
                .iter()
                .filter(|other| other.unit.code == settlement.unit.code);
            site.for_unit(settlement.unit, counts, committees.count());
        }
        for (category, every) in PER_COMMITTEES {
            if number % every == 0 {
                site.for_committee(settlement, category);
            }
        }
    }
    site.built
}

/// Where facilities are put up.
struct Site<'a> {
    draw: Draw,
    ground: &'a Ground,
    built: Vec<Facility>,
}

impl Site<'_> {
    fn for_unit(&mut self, unit: &Division, counts: &UnitCounts, committees: usize) {
        let mut beds = counts.elder_care_beds;
        for number in 0..counts.elder_care_homes {
            let left = counts.elder_care_homes - number;
            let even = beds / left;
            // Homes differ in size, and the last one takes what is left of the published sum.
            let own = if left == 1 {
                beds
            } else {
                self.draw.whole(even / 2, even)
            };
            beds -= own;
            self.add_unit(unit, Category::ElderCareHome, number, Some(own));
        }
        for number in 0..counts.health_centres {
            self.add_unit(unit, Category::HealthCentre, number, None);
        }
        for number in 0..committees.div_ceil(COMMITTEES_PER_HUB) {
            self.add_unit(unit, Category::ElderHub, number as u32, None);
        }
    }

    fn add_unit(&mut self, unit: &Division, category: Category, number: u32, beds: Option<u32>) {
        let middle = self.ground.somewhere(&mut self.draw, &unit.code);
        let places = self.ground.places(middle);
        let number = (number + 1).to_string();
        let blanks = [("place", unit.name.as_str()), ("number", number.as_str())];
        self.add(unit, None, category, &blanks, &places, beds);
    }

    fn for_committee(&mut self, settlement: &Settlement<'_>, category: Category) {
        let blanks = [("place", settlement.committee.name.as_str())];
        let committee = Some(settlement.committee);
        self.add(
            settlement.unit,
            committee,
            category,
            &blanks,
            &settlement.places,
            None,
        );
    }

    fn add(
        &mut self,
        unit: &Division,
        committee: Option<&Division>,
        category: Category,
        blanks: &[(&str, &str)],
        places: &[Place],
        beds: Option<u32>,
    ) {
        if places.is_empty() {
            return;
        }
        let published = matches!(category, Category::ElderCareHome | Category::HealthCentre);
        self.built.push(Facility {
            id: self.draw.id(),
            category,
            name: fill(&pattern(&format!("facility_{}", category.as_str())), blanks),
            unit_code: unit.code.clone(),
            committee_code: committee.map(|committee| committee.code.clone()),
            at: *self.draw.pick(places),
            beds,
            count_source: if published {
                CountSource::Published
            } else {
                CountSource::Invented
            },
            synthetic: true,
        });
    }
}
