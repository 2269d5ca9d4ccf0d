//! What a frame says is brought to UTC and WGS-84 once, at the edge, by the profile of its model.

use chrono::TimeDelta;

use crate::devices::{Alarm, DeviceEvent, Profile, Recency, Record};
use crate::geo::{Coordinate, Datum};
use crate::time::Timestamp;

/// Hours by which a device's clock may be off before it is flagged.
pub const CLOCK_OFF_H: i64 = 24;

impl DeviceEvent {
    /// The event as the rest of Anlin reads it: times in UTC, places in WGS-84, alarms under the
    /// names that they have for this model, and a wrong clock flagged.
    ///
    /// Nothing is taken away: an alarm stays an alarm, and a place that cannot be converted stays
    /// what it was. `datum` is what the source of this device sends.
    #[must_use]
    pub fn at_the_edge(mut self, profile: &Profile, datum: Datum, received_at: Timestamp) -> Self {
        let ahead = TimeDelta::minutes(i64::from(profile.zone_min));
        self.device_time = self.device_time.map(|at| at - ahead);
        for record in &mut self.records {
            record.device_time = record.device_time.map(|at| at - ahead);
        }
        if datum != Datum::Wgs84 && self.datum.is_none() {
            self.shift(datum);
        }
        if !profile.reads.is_empty() {
            self.alarms = read(profile, self.alarms);
            for record in &mut self.records {
                record.alarms = read(profile, std::mem::take(&mut record.alarms));
            }
        }
        self.clock_off_s = self
            .device_time
            .and_then(|at| off(at, self.recency, received_at));
        self
    }

    fn shift(&mut self, datum: Datum) {
        let converted = |at: Coordinate| Coordinate::declared(at.lon(), at.lat(), datum);
        let own = self.fix.iter_mut();
        let fixes = own.chain(self.records.iter_mut().filter_map(fix_of));
        for fix in fixes {
            if let Ok(at) = converted(fix.at) {
                fix.at = at;
            }
        }
        self.datum = Some(datum);
    }
}

fn fix_of(record: &mut Record) -> Option<&mut crate::devices::Fix> {
    record.fix.as_mut()
}

fn read(profile: &Profile, alarms: Vec<Alarm>) -> Vec<Alarm> {
    let means = |alarm| profile.reads.get(&alarm).copied().unwrap_or(alarm);
    Alarm::in_order(alarms.into_iter().map(means).collect())
}

/// Seconds by which a clock is ahead (or behind, negative), when that is more than a day. What was
/// stored and sent later may well be old.
fn off(at: Timestamp, recency: Recency, received_at: Timestamp) -> Option<i64> {
    let ahead = at - received_at;
    let wrong = match recency {
        Recency::Live => ahead.abs() > TimeDelta::hours(CLOCK_OFF_H),
        Recency::Stored => ahead > TimeDelta::hours(CLOCK_OFF_H),
    };
    wrong.then(|| ahead.num_seconds())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::{DeviceUid, EventKey, Fix, Profiles, Protocol};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a moment")
    }

    fn place(lon: f64, lat: f64) -> Coordinate {
        Coordinate::declared(lon, lat, Datum::Wgs84).expect("a place")
    }

    fn event(device_time: &str) -> DeviceEvent {
        let uid = DeviceUid::parse("9990000001").expect("a uid");
        let fix = Some(Fix {
            at: place(121.404_6, 31.298_2),
            valid: true,
        });
        let record = Record {
            fix,
            ..Record::at(Some(at(device_time)))
        };
        DeviceEvent {
            device_time: Some(at(device_time)),
            fix,
            alarms: vec![Alarm::Sos, Alarm::GeofenceExit],
            is_alarm: true,
            records: vec![record],
            ..DeviceEvent::new(Protocol::Watch, uid, "AL", EventKey("AL:1".to_owned()))
        }
    }

    fn profile(protocol: Protocol, model: Option<&str>) -> Profile {
        let profiles = Profiles::shipped().expect("sound profiles");
        profiles.of(protocol, model).clone()
    }

    const NOW: &str = "2026-11-24T04:00:00Z";

    #[test]
    fn shifted_places_come_back_to_where_they_are_and_only_once() {
        let plain = profile(Protocol::Watch, None);
        let sent = event(NOW);
        let read = sent.clone().at_the_edge(&plain, Datum::Gcj02, at(NOW));
        let fix = read.fix.expect("a fix");
        // The true place, by the known shift of Shanghai: 0.0046 degrees west, 0.0018 north.
        assert!((fix.at.lon() - 121.4).abs() < 0.000_4, "{:?}", fix.at);
        assert!((fix.at.lat() - 31.3).abs() < 0.000_4, "{:?}", fix.at);
        assert_eq!(read.records[0].fix, read.fix);
        assert_eq!(read.datum, Some(Datum::Gcj02));
        let again = read.clone().at_the_edge(&plain, Datum::Gcj02, at(NOW));
        assert_eq!(again.fix, read.fix);
        let straight = sent.clone().at_the_edge(&plain, Datum::Wgs84, at(NOW));
        assert_eq!((straight.fix, straight.datum), (sent.fix, None));
    }

    #[test]
    fn a_clock_in_another_zone_is_read_as_utc() {
        let ahead = profile(Protocol::Gt06, Some("firmware at UTC+8"));
        let read = event("2026-11-24T12:00:00Z").at_the_edge(&ahead, Datum::Wgs84, at(NOW));
        assert_eq!(read.device_time, Some(at(NOW)));
        assert_eq!(read.records[0].device_time, Some(at(NOW)));
        assert_eq!(read.clock_off_s, None);
    }

    #[test]
    fn a_clock_more_than_a_day_off_is_flagged_and_history_is_not() {
        let plain = profile(Protocol::Watch, None);
        let flagged = |time: &str, recency| {
            let event = DeviceEvent {
                recency,
                ..event(time)
            };
            event.at_the_edge(&plain, Datum::Wgs84, at(NOW)).clock_off_s
        };
        assert_eq!(flagged("2026-11-23T04:00:00Z", Recency::Live), None);
        assert_eq!(
            flagged("2026-11-22T04:00:00Z", Recency::Live),
            Some(-172_800)
        );
        assert_eq!(
            flagged("2026-11-26T04:00:00Z", Recency::Live),
            Some(172_800)
        );
        assert_eq!(flagged("2026-11-22T04:00:00Z", Recency::Stored), None);
        assert_eq!(
            flagged("2026-11-26T04:00:00Z", Recency::Stored),
            Some(172_800)
        );
    }

    #[test]
    fn an_alarm_is_read_as_the_model_means_it_and_stays_one() {
        let bracelet = profile(Protocol::Watch, Some("bracelet against wandering"));
        let read = event(NOW).at_the_edge(&bracelet, Datum::Wgs84, at(NOW));
        assert_eq!(read.alarms, [Alarm::Sos, Alarm::Wandering]);
        assert!(read.is_alarm);
    }
}
