//! Plain rows of people; every row says that it is invented.

use serde::Serialize;
use uuid::Uuid;

use crate::plane::Place;
use crate::words::words;

words! {
    /// Sex, as far as names need it.
    pub enum Sex {
        /// A woman.
        Female = "female",
        /// A man.
        Male = "male",
    }
}

words! {
    /// A language a person speaks, as a BCP 47 tag.
    pub enum Language {
        /// Standard Chinese.
        Mandarin = "zh-CN",
        /// Wu, here Shanghainese.
        Wu = "wuu",
    }
}

words! {
    /// How texts for a person are written.
    pub enum ReadingLevel {
        /// Ordinary sentences.
        Standard = "standard",
        /// Short sentences, one instruction each.
        Easy = "easy",
    }
}

words! {
    /// What a family contact is to the resident.
    pub enum Relation {
        /// A daughter.
        Daughter = "daughter",
        /// A son.
        Son = "son",
        /// A grandchild.
        Grandchild = "grandchild",
        /// A niece or nephew.
        NieceOrNephew = "niece_or_nephew",
    }
}

words! {
    /// What a responder is.
    pub enum ResponderKind {
        /// A neighbour who offered to help.
        Volunteer = "volunteer",
        /// Paid home care.
        CareWorker = "care_worker",
        /// Works for the neighbourhood committee.
        CommunityWorker = "community_worker",
    }
}

words! {
    /// What a responder can do.
    pub enum Skill {
        /// Trained in first aid.
        FirstAid = "first_aid",
        /// Trained to lift and transfer.
        Lifting = "lifting",
    }
}

words! {
    /// How a responder gets about.
    pub enum Vehicle {
        /// On foot.
        Foot = "foot",
        /// By bicycle.
        Bicycle = "bicycle",
        /// By electric bicycle.
        Ebike = "ebike",
    }
}

/// An elder.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Resident {
    /// Identity.
    pub id: Uuid,
    /// Where they live.
    pub home_id: Uuid,
    /// Full name.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Year of birth.
    pub birth_year: i16,
    /// Telephone, in an unassignable range.
    pub phone: String,
    /// Nobody else in the home.
    pub living_alone: bool,
    /// Best first.
    pub languages: Vec<Language>,
    /// How texts for them are written.
    pub reading_level: ReadingLevel,
    /// Always true.
    pub synthetic: bool,
}

/// A dwelling.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Home {
    /// Identity.
    pub id: Uuid,
    /// Twelve-digit code of the committee; real, though nobody lives there.
    pub committee_code: String,
    /// Postal address, marked as invented in its text.
    pub address: String,
    /// The entrance.
    pub at: Place,
    /// Storey as the house counts: 1 is level with the street.
    pub storey: i8,
    /// How to get in.
    pub entry: EntryCard,
    /// Always true.
    pub synthetic: bool,
}

/// How a helper gets to the door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryCard {
    /// Which gate of the compound, and its code if it has one.
    pub gate: String,
    /// Floor, as people say it.
    pub floor: String,
    /// The building has a lift.
    pub lift: bool,
    /// Who holds a key.
    pub key: String,
    /// Anything to mind, such as a dog; often empty.
    pub caution: String,
}

/// A relative who is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FamilyContact {
    /// Identity.
    pub id: Uuid,
    /// Whose relative.
    pub resident_id: Uuid,
    /// Full name.
    pub name: String,
    /// Telephone, in an unassignable range.
    pub phone: String,
    /// What they are to the resident.
    pub relation: Relation,
    /// Always true.
    pub synthetic: bool,
}

/// One weekly shift in the time of Asia/Shanghai.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Shift {
    /// 0 = Monday … 6 = Sunday: the day the shift starts.
    pub weekday: u8,
    /// Minute of that day, 0-1439.
    pub start_min: u16,
    /// Length in minutes, at most a day; it may run past midnight.
    pub minutes: u16,
}

impl Shift {
    /// Whether a minute of the week (0 = Monday 00:00, local) lies inside.
    pub fn covers(&self, minute_of_week: u32) -> bool {
        let start = u32::from(self.weekday) * 1_440 + u32::from(self.start_min);
        (minute_of_week + WEEK_MIN - start) % WEEK_MIN < u32::from(self.minutes)
    }
}

/// Minutes in a week.
pub(crate) const WEEK_MIN: u32 = 7 * 1_440;

/// Anyone who may be sent.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Responder {
    /// Identity.
    pub id: Uuid,
    /// Full name.
    pub name: String,
    /// Telephone, in an unassignable range.
    pub phone: String,
    /// Sex.
    pub sex: Sex,
    /// What they are.
    pub kind: ResponderKind,
    /// What they can do.
    pub skills: Vec<Skill>,
    /// Best first.
    pub languages: Vec<Language>,
    /// When they usually can go.
    pub shifts: Vec<Shift>,
    /// Committee they live under.
    pub committee_code: String,
    /// Where they live.
    pub home: Place,
    /// Where they are when the story starts.
    pub position: Place,
    /// How they get about.
    pub vehicle: Vehicle,
    /// Always true.
    pub synthetic: bool,
}

/// A watch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Device {
    /// Identity.
    pub id: Uuid,
    /// What it calls itself: ten digits of the invented range.
    pub uid: String,
    /// Who wears it.
    pub resident_id: Uuid,
    /// How it speaks.
    pub protocol: &'static str,
    /// Always true.
    pub synthetic: bool,
}

/// The 24-hour seat of a street, town, park or the district.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Operator {
    /// Identity.
    pub id: Uuid,
    /// Name of the seat.
    pub name: String,
    /// Telephone, in an unassignable range.
    pub phone: String,
    /// Code of the division it answers for.
    pub division_code: String,
    /// Always true.
    pub synthetic: bool,
}

/// Looks after the installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Admin {
    /// Identity.
    pub id: Uuid,
    /// Name of the post.
    pub name: String,
    /// Always true.
    pub synthetic: bool,
}

/// Everybody invented.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct People {
    /// Elders.
    pub residents: Vec<Resident>,
    /// Their dwellings.
    pub homes: Vec<Home>,
    /// Their relatives.
    pub family: Vec<FamilyContact>,
    /// Those who may be sent.
    pub responders: Vec<Responder>,
    /// Watches.
    pub devices: Vec<Device>,
    /// Seats: one per unit, one for the district.
    pub operators: Vec<Operator>,
    /// One administrator.
    pub admins: Vec<Admin>,
}
