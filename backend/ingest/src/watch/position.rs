//! The fields of a position: time, fix, coordinates. Every one of them may be missing or odd.

use domain::devices::Fix;
use domain::time::Timestamp;

use crate::{fields, places};

/// Date `ddmmyy` and time `hhmmss`; these watches send UTC.
pub(super) fn time(date: &str, time: &str) -> Option<Timestamp> {
    places::moment_of_reversed(date, time)
}

/// A position; without a satellite fix, or at 0/0, it is kept and marked invalid.
pub(super) fn fix(flag: &str, lat: [&str; 2], lon: [&str; 2]) -> Option<Fix> {
    let lat = degrees(lat[0], lat[1], 'S')?;
    let lon = degrees(lon[0], lon[1], 'W')?;
    places::fix(lat, lon, flag == "A")
}

/// The sign may stand in the number, in the hemisphere, in both or in neither.
fn degrees(text: &str, hemisphere: &str, negative: char) -> Option<f64> {
    let value = fields::number(text)?;
    let turned = hemisphere.starts_with(negative);
    Some(if turned { -value.abs() } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_coordinates_are_read_as_meant() {
        let at = |lat, lon| fix("A", lat, lon).map(|f| (f.at.lat(), f.at.lon()));
        assert_eq!(at(["31.5", "N"], ["121.25", "E"]), Some((31.5, 121.25)));
        assert_eq!(at(["31.5", "S"], ["-8.5", "W"]), Some((-31.5, -8.5)));
        assert_eq!(at(["-31.5", "N"], ["8.5", ""]), Some((-31.5, 8.5)));
        assert_eq!(at(["91.0", "N"], ["8.5", "E"]), None);
        for text in ["", "x", "NaN", "inf", "1e400", "--1"] {
            assert_eq!(at([text, "N"], ["8.5", "E"]), None, "{text}");
        }
    }

    #[test]
    fn no_fix_is_kept_and_invalid() {
        for (flag, lat, lon) in [
            ("V", "31.5", "121.25"),
            ("A", "0.0", "000.000"),
            ("", "1", "2"),
        ] {
            let fix = fix(flag, [lat, "N"], [lon, "E"]).expect("kept");
            assert!(!fix.valid, "{flag} {lat} {lon}");
        }
    }

    #[test]
    fn impossible_times_are_none() {
        let read = |date, clock| time(date, clock).map(|t| t.to_rfc3339());
        assert_eq!(
            read("290224", "235959").as_deref(),
            Some("2024-02-29T23:59:59+00:00")
        );
        for (date, clock) in [
            ("290223", "000000"),
            ("010124", "240000"),
            ("1124", "000000"),
        ] {
            assert_eq!(read(date, clock), None, "{date} {clock}");
        }
        assert_eq!(read("01年4", "000000"), None);
    }
}
