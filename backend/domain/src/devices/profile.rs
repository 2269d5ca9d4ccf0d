//! What is known of a model beforehand, as data: its clock, its datum, how often it speaks and
//! what its alarms mean.
//!
//! A profile is found by protocol and model; what an entry does not say is taken from the entry
//! of the whole protocol, and then from the default.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::devices::{Alarm, Protocol};
use crate::geo::Datum;

/// Shortest and longest time between two signs of life that a profile may state, seconds.
const INTERVAL_S: std::ops::RangeInclusive<u32> = 30..=172_800;

/// What is known of one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Minutes by which its clock is ahead of what the decoder takes it for.
    pub zone_min: i16,
    /// Datum its fixes are in, unless the device itself has another one set.
    pub datum: Datum,
    /// Seconds within which it is expected to say anything.
    pub interval_s: u32,
    /// Expected signs of life that may be missed before it counts as silent.
    pub misses: u32,
    /// Frames after which a silent one counts as back.
    pub back_after: u32,
    /// Percent at which its battery is low.
    pub low_battery_pct: u8,
    /// Its resident can call for help with it, or it does so for them.
    pub personal: bool,
    /// What its alarms mean where they mean something else than they say.
    pub reads: BTreeMap<Alarm, Alarm>,
}

/// When silence of many is the silence of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutageRule {
    /// Seconds within which they have to fall silent.
    pub window_s: u32,
    /// Fewest homes.
    pub least_homes: u32,
    /// Least share of the homes that are listened to, percent.
    pub share_pct: u32,
}

impl OutageRule {
    /// Whether so many silent homes among the ones listened to are one outage.
    pub fn holds(&self, silent: usize, listened: usize) -> bool {
        let (silent, listened) = (silent as u64, listened as u64);
        silent >= u64::from(self.least_homes)
            && silent * 100 >= listened * u64::from(self.share_pct)
    }
}

/// Why a set of profiles is refused.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Not the expected JSON.
    #[error("profiles are not readable: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// A number is of no use.
    #[error("profile {0}: {1} out of range")]
    Range(String, &'static str),
    /// Two entries for the same model.
    #[error("profile {0} stands twice")]
    Twice(String),
    /// A protocol has no entry of its own.
    #[error("protocol {0} has no profile")]
    Missing(Protocol),
    /// An alarm that a life may hang on would be read as less.
    #[error("profile {0}: {1} may not be read as {2}")]
    Belittled(String, Alarm, Alarm),
    /// The rule for outages would take a few homes for an area.
    #[error("an outage needs at least 2 homes, a window and a share of 1 to 100 percent")]
    Outage,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    outage: OutageRule,
    default: Entry,
    profiles: Vec<Entry>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    protocol: Option<Protocol>,
    model: Option<String>,
    zone_min: Option<i16>,
    datum: Option<Datum>,
    interval_s: Option<u32>,
    misses: Option<u32>,
    back_after: Option<u32>,
    low_battery_pct: Option<u8>,
    personal: Option<bool>,
    reads: Option<BTreeMap<Alarm, Alarm>>,
    /// Where the figures come from; for readers of the file.
    #[serde(rename = "note")]
    _note: Option<String>,
}

impl Entry {
    fn name(&self) -> String {
        let protocol = self.protocol.map_or("default", Protocol::as_str);
        let model = self.model.as_deref().unwrap_or("*");
        format!("{protocol}/{model}")
    }

    fn over(&self, base: &Profile) -> Profile {
        Profile {
            zone_min: self.zone_min.unwrap_or(base.zone_min),
            datum: self.datum.unwrap_or(base.datum),
            interval_s: self.interval_s.unwrap_or(base.interval_s),
            misses: self.misses.unwrap_or(base.misses),
            back_after: self.back_after.unwrap_or(base.back_after),
            low_battery_pct: self.low_battery_pct.unwrap_or(base.low_battery_pct),
            personal: self.personal.unwrap_or(base.personal),
            reads: self.reads.clone().unwrap_or_else(|| base.reads.clone()),
        }
    }

    fn check(&self, made: &Profile) -> Result<(), ProfileError> {
        let range = |fits: bool, what| {
            fits.then_some(())
                .ok_or_else(|| ProfileError::Range(self.name(), what))
        };
        range((-720..=840).contains(&made.zone_min), "zone_min")?;
        range(INTERVAL_S.contains(&made.interval_s), "interval_s")?;
        range((2..=10).contains(&made.misses), "misses")?;
        range((1..=5).contains(&made.back_after), "back_after")?;
        range((1..=60).contains(&made.low_battery_pct), "low_battery_pct")?;
        let belittled = made
            .reads
            .iter()
            .find(|(said, means)| said.is_life_alarm() && !means.is_life_alarm());
        match belittled {
            Some((said, means)) => Err(ProfileError::Belittled(self.name(), *said, *means)),
            None => Ok(()),
        }
    }
}

/// All profiles.
#[derive(Clone, Debug)]
pub struct Profiles {
    of_protocols: HashMap<Protocol, Profile>,
    of_models: HashMap<(Protocol, String), Profile>,
    default: Profile,
    /// When silence of many is the silence of an area.
    pub outage: OutageRule,
}

impl Profiles {
    /// Reads and checks profiles.
    ///
    /// # Errors
    /// [`ProfileError`], which names the entry.
    pub fn parse(json: &str) -> Result<Self, ProfileError> {
        let file: File = serde_json::from_str(json)?;
        let outage = file.outage;
        let sound = outage.window_s > 0 && outage.least_homes >= 2;
        if !sound || !(1..=100).contains(&outage.share_pct) {
            return Err(ProfileError::Outage);
        }
        let default = file.default.over(&Profile::plain());
        file.default.check(&default)?;
        let mut profiles = Self {
            of_protocols: HashMap::new(),
            of_models: HashMap::new(),
            default,
            outage,
        };
        let (of_models, of_protocols): (Vec<&Entry>, Vec<&Entry>) = file
            .profiles
            .iter()
            .partition(|entry| entry.model.is_some());
        for entry in of_protocols.into_iter().chain(of_models) {
            profiles.take(entry)?;
        }
        for protocol in Protocol::ALL {
            if !profiles.of_protocols.contains_key(protocol) {
                return Err(ProfileError::Missing(*protocol));
            }
        }
        Ok(profiles)
    }

    fn take(&mut self, entry: &Entry) -> Result<(), ProfileError> {
        let protocol = entry
            .protocol
            .ok_or_else(|| ProfileError::Range(entry.name(), "protocol"))?;
        let made = entry.over(self.of_protocols.get(&protocol).unwrap_or(&self.default));
        entry.check(&made)?;
        let before = match &entry.model {
            Some(model) => self.of_models.insert((protocol, key(model)), made),
            None => self.of_protocols.insert(protocol, made),
        };
        match before {
            Some(_) => Err(ProfileError::Twice(entry.name())),
            None => Ok(()),
        }
    }

    /// The profiles that ship with Anlin.
    ///
    /// # Errors
    /// None but for a broken build; a test holds that.
    pub fn shipped() -> Result<Self, ProfileError> {
        Self::parse(include_str!("profiles.json"))
    }

    /// The profile of a model, else of its protocol.
    pub fn of(&self, protocol: Protocol, model: Option<&str>) -> &Profile {
        let named = model.and_then(|model| self.of_models.get(&(protocol, key(model))));
        named
            .or_else(|| self.of_protocols.get(&protocol))
            .unwrap_or(&self.default)
    }
}

impl Profile {
    /// What holds where a file says nothing at all.
    fn plain() -> Self {
        Self {
            zone_min: 0,
            datum: Datum::Wgs84,
            interval_s: 3600,
            misses: 3,
            back_after: 2,
            low_battery_pct: 20,
            personal: true,
            reads: BTreeMap::new(),
        }
    }
}

/// Models are typed by people: case and outer blanks do not tell two apart.
fn key(model: &str) -> String {
    model.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REST: &str = r#""outage":{"window_s":60,"least_homes":2,"share_pct":20},"default":{}"#;

    fn parse(more: &str) -> Result<Profiles, ProfileError> {
        let all = Protocol::ALL.iter();
        let all: Vec<String> = all
            .map(|protocol| format!(r#"{{"protocol":"{protocol}"}}"#))
            .collect();
        Profiles::parse(&format!(
            r#"{{{REST},"profiles":[{}{more}]}}"#,
            all.join(",")
        ))
    }

    #[test]
    fn the_shipped_profiles_are_sound_and_a_model_adds_to_its_protocol() {
        let shipped = Profiles::shipped().expect("sound profiles");
        let watch = shipped.of(Protocol::Watch, None);
        assert_eq!((watch.datum, watch.interval_s), (Datum::Wgs84, 600));
        let shifted = shipped.of(Protocol::Watch, Some(" Firmware sending GCJ-02 "));
        assert_eq!((shifted.datum, shifted.interval_s), (Datum::Gcj02, 600));
        assert_eq!(shipped.of(Protocol::Watch, Some("of nobody")), watch);
        let ahead = shipped.of(Protocol::Gt06, Some("firmware at UTC+8"));
        assert_eq!(ahead.zone_min, 480);
    }

    #[test]
    fn what_would_do_harm_is_refused() {
        assert!(parse("").is_ok());
        let refused = |more: &str| parse(more).expect_err(more);
        assert!(matches!(
            refused(r#",{"protocol":"watch","model":"X","reads":{"sos":"removed"}}"#),
            ProfileError::Belittled(_, Alarm::Sos, Alarm::Removed)
        ));
        assert!(matches!(
            refused(r#",{"protocol":"watch","model":"x"},{"protocol":"watch","model":"X"}"#),
            ProfileError::Twice(_)
        ));
        for (entry, field) in [
            (r#""misses":1"#, "misses"),
            (r#""interval_s":5"#, "interval_s"),
            (r#""zone_min":900"#, "zone_min"),
            (r#""low_battery_pct":90"#, "low_battery_pct"),
            (r#""back_after":0"#, "back_after"),
        ] {
            let more = format!(r#",{{"protocol":"watch","model":"X",{entry}}}"#);
            let error = refused(&more);
            assert!(
                matches!(&error, ProfileError::Range(_, what) if *what == field),
                "{error}"
            );
        }
        assert!(matches!(
            refused(r#",{"protocol":"watch","modle":"X"}"#),
            ProfileError::Unreadable(_)
        ));
        let missing = Profiles::parse(&format!(r#"{{{REST},"profiles":[]}}"#));
        assert!(matches!(missing, Err(ProfileError::Missing(_))));
    }

    #[test]
    fn a_few_homes_are_no_outage() {
        let rule = OutageRule {
            window_s: 60,
            least_homes: 5,
            share_pct: 20,
        };
        assert!(!rule.holds(4, 4));
        assert!(rule.holds(5, 25));
        assert!(!rule.holds(5, 26));
    }
}
