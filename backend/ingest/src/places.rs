//! Positions and moments as protocols write them.

use chrono::{NaiveDate, TimeDelta, TimeZone, Utc};
use domain::devices::Fix;
use domain::geo::{Coordinate, Datum};
use domain::time::Timestamp;

/// A position in WGS-84. At 0/0 it is kept and marked invalid: indoors devices send zeros, and
/// that is no place, but no reason to lose the frame either. Off the globe it is `None`.
pub fn fix(lat: f64, lon: f64, valid: bool) -> Option<Fix> {
    // Adding zero turns -0.0 into 0.0.
    let at = Coordinate::declared(lon + 0.0, lat + 0.0, Datum::Wgs84).ok()?;
    let nowhere = lat == 0.0 && lon == 0.0;
    Some(Fix {
        at,
        valid: valid && !nowhere,
    })
}

/// Degrees from `ddmm.mmmm` read as one number.
pub fn degrees_minutes(value: f64) -> f64 {
    let degrees = (value / 100.0).trunc();
    degrees + (value - degrees * 100.0) / 60.0
}

/// A moment from year, month, day, hour, minute, second of a clock that runs `east_s` seconds
/// ahead of UTC; `None` when the calendar has no such moment.
pub fn moment(parts: [u32; 6], east_s: i32) -> Option<Timestamp> {
    let [year, month, day, hour, minute, second] = parts;
    let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let local = Utc.from_utc_datetime(&day.and_hms_opt(hour, minute, second)?);
    local.checked_sub_signed(TimeDelta::seconds(east_s.into()))
}

/// The same from six bytes with the year counted from 2000.
pub fn moment_of_bytes(bytes: [u8; 6], east_s: i32) -> Option<Timestamp> {
    let [year, rest @ ..] = bytes.map(u32::from);
    let [month, day, hour, minute, second] = rest;
    moment([2000 + year, month, day, hour, minute, second], east_s)
}

/// The same from six BCD bytes.
pub fn moment_of_bcd(bytes: [u8; 6], east_s: i32) -> Option<Timestamp> {
    let mut plain = [0; 6];
    for (slot, byte) in plain.iter_mut().zip(bytes) {
        *slot = crate::bytes::bcd(byte)?;
    }
    moment_of_bytes(plain, east_s)
}

/// Seconds since 1970; zero and the far future are `None`.
pub fn moment_of_seconds(seconds: u32) -> Option<Timestamp> {
    Utc.timestamp_opt(seconds.into(), 0)
        .single()
        .filter(|_| seconds != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_kept_and_no_fix() {
        let fix = fix(0.0, -0.0, true).expect("kept");
        assert!(!fix.valid && fix.at.lon().is_sign_positive());
        assert_eq!(super::fix(90.5, 0.0, true), None);
        assert!(super::fix(31.25, 121.5, true).is_some_and(|fix| fix.valid));
    }

    #[test]
    fn minutes_become_degrees() {
        assert_eq!(degrees_minutes(3115.0), 31.25);
        assert_eq!(degrees_minutes(-3115.0), -31.25);
        assert_eq!(degrees_minutes(12130.0), 121.5);
    }

    #[test]
    fn a_zone_is_taken_off() {
        let text = |at: Option<Timestamp>| at.map(|at| at.to_rfc3339());
        let east = 8 * 3600;
        assert_eq!(
            text(moment_of_bcd([0x24, 1, 1, 7, 0x59, 0x58], east)).as_deref(),
            Some("2023-12-31T23:59:58+00:00")
        );
        assert_eq!(moment_of_bcd([0x24, 0x13, 1, 0, 0, 0], 0), None);
        assert_eq!(moment_of_bcd([0x2a, 1, 1, 0, 0, 0], 0), None);
        assert_eq!(moment([2024, 2, 30, 0, 0, 0], 0), None);
        assert_eq!(moment_of_seconds(0), None);
    }
}
