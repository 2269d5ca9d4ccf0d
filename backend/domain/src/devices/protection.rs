//! Whether somebody would hear of it if a resident needed help now, and if not, why not.

use chrono::TimeDelta;

use crate::ids::DeviceId;
use crate::time::Timestamp;
use crate::words::words;

/// A battery that will be empty within this is told of.
const FLAT_SOON: TimeDelta = TimeDelta::hours(12);

words! {
    /// Why a resident is not protected, or not as well as could be; the gravest first.
    pub enum Concern {
        /// There is nothing to call for help with.
        NoDevice = "no_device",
        /// The device was never heard.
        NeverHeard = "never_heard",
        /// Not heard, and its battery was about to be empty.
        BatteryFlat = "battery_flat",
        /// Not heard, as many others around.
        NoNetwork = "no_network",
        /// Not heard, and nobody knows why.
        Silent = "silent",
        /// Heard, and not on the body.
        NotWorn = "not_worn",
        /// Works, and its battery is low.
        LowBattery = "low_battery",
        /// Works, and its battery will be empty within hours.
        FlatSoon = "flat_soon",
        /// Works, and does not know where it is.
        NoFix = "no_fix",
        /// Works, and its clock is more than a day off.
        ClockOff = "clock_off",
        /// Works, and a relative's number did not take its last weekly trial.
        FamilyUnreached = "family_unreached",
    }
}

impl Concern {
    /// Whether an alarm would not come through while this holds.
    pub fn breaks_protection(self) -> bool {
        self <= Self::NotWorn
    }
}

/// A concern about one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// What.
    pub concern: Concern,
    /// Of which device.
    pub device_id: Option<DeviceId>,
    /// Since when, where that is known.
    pub since: Option<Timestamp>,
    /// Until when something lasts, where that is expected.
    pub until: Option<Timestamp>,
}

/// A device that guards a resident, as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Guardian {
    /// Which.
    pub device_id: DeviceId,
    /// The resident can call for help with it, or it does so for them.
    pub personal: bool,
    /// Percent at which its battery is low.
    pub low_battery_pct: u8,
    /// When its last frame came in.
    pub last_seen_at: Option<Timestamp>,
    /// Since when it is silent.
    pub silent_since: Option<Timestamp>,
    /// Its silence is part of an area's.
    pub in_outage: bool,
    /// On the body.
    pub worn: Option<bool>,
    /// On a charger.
    pub charging: Option<bool>,
    /// 0-100.
    pub battery_pct: Option<u8>,
    /// When its battery is expected to be empty.
    pub flat_at: Option<Timestamp>,
    /// Since when it has no fix.
    pub fixless_since: Option<Timestamp>,
    /// Seconds its clock is ahead, when that is more than a day.
    pub clock_off_s: Option<i64>,
}

impl Guardian {
    /// What speaks against relying on it, the gravest first.
    pub fn doubts(&self, now: Timestamp) -> Vec<Doubt> {
        let doubt = |concern| Doubt {
            concern,
            device_id: Some(self.device_id),
            since: None,
            until: None,
        };
        if self.last_seen_at.is_none() {
            return vec![doubt(Concern::NeverHeard)];
        }
        if let Some(since) = self.silent_since {
            let concern = if self.in_outage {
                Concern::NoNetwork
            } else if self.flat_at.is_some_and(|flat| flat <= now) {
                Concern::BatteryFlat
            } else {
                Concern::Silent
            };
            let since = Some(since);
            return vec![Doubt {
                since,
                ..doubt(concern)
            }];
        }
        let mut found = Vec::new();
        if self.worn == Some(false) {
            found.push(doubt(Concern::NotWorn));
        }
        if self.charging != Some(true) {
            if self
                .battery_pct
                .is_some_and(|pct| pct <= self.low_battery_pct)
            {
                found.push(doubt(Concern::LowBattery));
            }
            if self.flat_at.is_some_and(|flat| flat <= now + FLAT_SOON) {
                found.push(Doubt {
                    until: self.flat_at,
                    ..doubt(Concern::FlatSoon)
                });
            }
        }
        if self.fixless_since.is_some() {
            found.push(Doubt {
                since: self.fixless_since,
                ..doubt(Concern::NoFix)
            });
        }
        if self.clock_off_s.is_some() {
            found.push(doubt(Concern::ClockOff));
        }
        found
    }
}

/// How a resident stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protection {
    /// Somebody would hear of it.
    pub protected: bool,
    /// Why not, or what may change that, the gravest first.
    pub doubts: Vec<Doubt>,
}

impl Protection {
    /// How a resident with these devices stands: one personal device that is relied on is enough,
    /// and what is said then is about that one.
    pub fn of(devices: &[Guardian], now: Timestamp) -> Self {
        let personal = devices.iter().filter(|device| device.personal);
        let mut each: Vec<Vec<Doubt>> = personal.map(|device| device.doubts(now)).collect();
        let breaks =
            |doubts: &[Doubt]| doubts.iter().any(|doubt| doubt.concern.breaks_protection());
        each.sort_by_key(|doubts| (breaks(doubts), doubts.len()));
        let Some(best) = each.first().cloned() else {
            return Self {
                protected: false,
                doubts: vec![Doubt {
                    concern: Concern::NoDevice,
                    device_id: None,
                    since: None,
                    until: None,
                }],
            };
        };
        let protected = !breaks(&best);
        let mut doubts: Vec<Doubt> = if protected { best } else { each.concat() };
        doubts.sort_by_key(|doubt| doubt.concern);
        Self { protected, doubts }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(hour: i64) -> Timestamp {
        let start: Timestamp = "2026-11-24T00:00:00Z".parse().expect("a moment");
        start + TimeDelta::hours(hour)
    }

    fn watch(id: u128) -> Guardian {
        Guardian {
            device_id: DeviceId(Uuid::from_u128(id)),
            personal: true,
            low_battery_pct: 20,
            last_seen_at: Some(at(0)),
            silent_since: None,
            in_outage: false,
            worn: None,
            charging: None,
            battery_pct: Some(80),
            flat_at: None,
            fixless_since: None,
            clock_off_s: None,
        }
    }

    fn stands(devices: &[Guardian]) -> (bool, Vec<Concern>) {
        let found = Protection::of(devices, at(1));
        let concerns = found.doubts.iter().map(|doubt| doubt.concern);
        (found.protected, concerns.collect())
    }

    #[test]
    fn each_reason_has_its_word() {
        use Concern as C;
        let with = |change: fn(&mut Guardian)| {
            let mut device = watch(1);
            change(&mut device);
            stands(&[device])
        };
        assert_eq!(stands(&[watch(1)]), (true, vec![]));
        assert_eq!(stands(&[]), (false, vec![C::NoDevice]));
        assert_eq!(with(|it| it.personal = false), (false, vec![C::NoDevice]));
        assert_eq!(
            with(|it| it.last_seen_at = None),
            (false, vec![C::NeverHeard])
        );
        assert_eq!(
            with(|it| it.silent_since = Some(at(0))),
            (false, vec![C::Silent])
        );
        assert_eq!(
            with(|it| {
                it.silent_since = Some(at(0));
                it.flat_at = Some(at(0));
            }),
            (false, vec![C::BatteryFlat])
        );
        assert_eq!(
            with(|it| {
                it.silent_since = Some(at(0));
                it.in_outage = true;
            }),
            (false, vec![C::NoNetwork])
        );
        assert_eq!(with(|it| it.worn = Some(false)), (false, vec![C::NotWorn]));
        assert_eq!(
            with(|it| it.battery_pct = Some(20)),
            (true, vec![C::LowBattery])
        );
        assert_eq!(
            with(|it| it.flat_at = Some(at(12))),
            (true, vec![C::FlatSoon])
        );
        assert_eq!(with(|it| it.flat_at = Some(at(14))), (true, vec![]));
        assert_eq!(
            with(|it| it.fixless_since = Some(at(0))),
            (true, vec![C::NoFix])
        );
        assert_eq!(
            with(|it| it.clock_off_s = Some(90_000)),
            (true, vec![C::ClockOff])
        );
    }

    #[test]
    fn one_device_that_is_relied_on_is_enough() {
        let mut silent = watch(1);
        silent.silent_since = Some(at(0));
        assert_eq!(stands(&[silent.clone(), watch(2)]), (true, vec![]));
        let mut off = watch(2);
        off.worn = Some(false);
        let both = stands(&[silent, off]);
        assert_eq!(both, (false, vec![Concern::Silent, Concern::NotWorn]));
    }
}
