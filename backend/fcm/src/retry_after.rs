//! The `Retry-After` header: seconds or a date (RFC 9110, 10.2.3).

use std::time::{Duration, SystemTime};

use chrono::{DateTime, NaiveDateTime, Utc};

/// The three date forms a recipient must read (RFC 9110, 5.6.7).
const DATE_FORMS: [&str; 3] = [
    "%a, %d %b %Y %H:%M:%S GMT",
    "%A, %d-%b-%y %H:%M:%S GMT",
    "%a %b %e %H:%M:%S %Y",
];

/// How long to wait; a date in the past means no wait.
///
/// `sent_at` is the answer's own `Date`: measured against it, a wrong clock here does no harm.
pub(crate) fn parse(value: &str, sent_at: Option<&str>, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let until = http_date(value)?;
    let from = sent_at
        .and_then(http_date)
        .unwrap_or_else(|| DateTime::from(now));
    Some((until - from).to_std().unwrap_or(Duration::ZERO))
}

fn http_date(value: &str) -> Option<DateTime<Utc>> {
    DATE_FORMS
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(value.trim(), form).ok())
        .map(|naive| naive.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1994-11-06 08:49:37, the date RFC 9110 writes in its three forms.
    const EXAMPLE: Duration = Duration::from_secs(784_111_777);

    #[test]
    fn seconds_and_dates_are_read() {
        let now = SystemTime::UNIX_EPOCH + EXAMPLE - Duration::from_secs(30);
        let seconds = |s| Some(Duration::from_secs(s));
        let table = [
            ("7", seconds(7)),
            (" 120 ", seconds(120)),
            ("0", seconds(0)),
            ("99999999999999999999999", seconds(u64::MAX)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", seconds(30)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", seconds(30)),
            ("Sun Nov  6 08:49:37 1994", seconds(30)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", seconds(0)),
            ("soon", None),
            ("-5", None),
            ("", None),
        ];
        for (value, expected) in table {
            assert_eq!(parse(value, None, now), expected, "{value:?}");
        }
    }

    #[test]
    fn the_senders_clock_is_preferred() {
        let wrong_clock = SystemTime::UNIX_EPOCH;
        let sent_at = Some("Sun, 06 Nov 1994 08:49:30 GMT");
        let wait = parse("Sun, 06 Nov 1994 08:49:37 GMT", sent_at, wrong_clock);
        assert_eq!(wait, Some(Duration::from_secs(7)));
    }
}
