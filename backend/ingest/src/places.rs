//! Positions and moments as protocols write them.

use chrono::{NaiveDate, TimeDelta, TimeZone, Utc};
use domain::devices::Fix;
use domain::geo::{Coordinate, Datum};
use domain::time::Timestamp;

use crate::fields;

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

/// A position told in a sentence: `Lat:N31.25 Lon:E121.5`, with anything between.
pub fn told(text: &str) -> Option<Fix> {
    let side = |mark| {
        let (_, rest) = text.split_once(mark)?;
        let word = rest.split([',', ' ', '\r', '\n']).next()?;
        let value = fields::number(word.get(1..)?)?;
        Some(if word.starts_with(['S', 'W']) {
            -value
        } else {
            value
        })
    };
    fix(side("Lat:")?, side("Lon:")?, true)
}

/// A moment told in a sentence: `Time:2024-01-31 08:09:10`, of a clock `east_s` seconds ahead of UTC.
pub fn told_moment(text: &str, east_s: i32) -> Option<Timestamp> {
    let (_, words) = text.rsplit_once("Time:")?;
    let mut parts = words
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(fields::digits);
    let mut next = || parts.next().flatten();
    moment(
        [next()?, next()?, next()?, next()?, next()?, next()?],
        east_s,
    )
}

/// A moment written as `yymmddhhmmss` in UTC.
pub fn moment_of_digits(text: &str) -> Option<Timestamp> {
    let [year, rest @ ..] = fields::pairs::<6>(text)?;
    let [month, day, hour, minute, second] = rest;
    moment([2000 + year, month, day, hour, minute, second], 0)
}

/// A moment from `ddmmyy` and `hhmmss` with or without a fraction, in UTC.
pub fn moment_of_reversed(date: &str, time: &str) -> Option<Timestamp> {
    let [day, month, year] = fields::pairs::<3>(date)?;
    let [hour, minute, second] = fields::pairs::<3>(time.split('.').next()?)?;
    moment([2000 + year, month, day, hour, minute, second], 0)
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
    fn sentences_and_runs_of_digits() {
        let text = "Lat:N31.250000\nLon:W121.500000\nSpeed:0.0 KM/H\nDate Time:2024-01-31 08:09:10";
        let fix = told(text).expect("told");
        assert_eq!((fix.at.lat(), fix.at.lon()), (31.25, -121.5));
        let at = "2024-01-31T08:09:10Z".parse().ok();
        assert_eq!((told_moment(text, 0), told("Lat:N31.25")), (at, None));
        assert_eq!(moment_of_digits("240131080910"), at);
        assert_eq!(moment_of_reversed("310124", "080910.00"), at);
        assert_eq!(moment_of_reversed("310124", "8"), None);
        assert_eq!(told_moment("Time:2024-01-31", 0), None);
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
