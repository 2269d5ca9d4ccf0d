use std::ops::Range;

use super::{DAY, WEEK};

/// Days in the order of the week, as OpenStreetMap writes them.
const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/// Open minutes by the day on which they begin; they may run into the next.
type Week = [Vec<Range<u32>>; 7];

/// Open minutes of the week; None for anything not understood.
pub(super) fn week(text: &str) -> Option<Vec<Range<u32>>> {
    let mut week = Week::default();
    let mut rules = 0;
    for rule in text
        .split(';')
        .map(str::trim)
        .filter(|rule| !rule.is_empty())
    {
        replace(&mut week, rule)?;
        rules += 1;
    }
    if rules == 0 {
        return None;
    }
    let mut minutes = Vec::new();
    for (day, ranges) in (0u32..).zip(&week) {
        let begin = day * DAY;
        minutes.extend(
            ranges
                .iter()
                .map(|range| begin + range.start..begin + range.end),
        );
    }
    Some(minutes)
}

/// Applies a rule: the days it names are open as it says, and no longer as said before.
fn replace(week: &mut Week, rule: &str) -> Option<()> {
    let mut named = [false; 7];
    let mut said = Week::default();
    for part in parts(rule) {
        let (days, times) = part?;
        for day in (0..7).filter(|&day| days[day]) {
            named[day] = true;
            said[day].extend(times.iter().cloned());
        }
    }
    for day in (0..7).filter(|&day| named[day]) {
        week[day] = std::mem::take(&mut said[day]);
    }
    Some(())
}

type Part = ([bool; 7], Vec<Range<u32>>);

/// Days and times of a rule; a comma before a day that follows times begins a new part.
fn parts(rule: &str) -> Vec<Option<Part>> {
    let mut parts = Vec::new();
    let mut part = String::new();
    for piece in rule.split(',') {
        let begins_with_day = DAYS.iter().any(|day| piece.trim_start().starts_with(day));
        if begins_with_day && part.contains(|letter: char| letter.is_ascii_digit()) {
            parts.push(one(&std::mem::take(&mut part)));
        }
        if !part.is_empty() {
            part.push(',');
        }
        part.push_str(piece.trim());
    }
    parts.push(one(&part));
    parts
}

/// `Mo-Fr 06:00-22:00`, either half alone, `24/7`, `off`.
fn one(part: &str) -> Option<Part> {
    let every_day = [true; 7];
    if part == "24/7" {
        return Some((every_day, whole_day()));
    }
    let is_of_days = |word: &&str| DAYS.iter().any(|day| word.starts_with(day));
    let mut words = part.split_whitespace().peekable();
    let mut days = None;
    // `Mo, We` is written with a space as often as without.
    let mut named = String::new();
    while let Some(word) = words.next_if(is_of_days) {
        named.push_str(word);
    }
    if !named.is_empty() {
        days = Some(self::days(named.trim_end_matches(':'))?);
    }
    let rest: Vec<&str> = words.collect();
    let times = match rest.concat().as_str() {
        "off" | "closed" => Vec::new(),
        "open" => whole_day(),
        "" if days.is_some() => whole_day(),
        times => times.split(',').map(span).collect::<Option<_>>()?,
    };
    Some((days.unwrap_or(every_day), times))
}

fn whole_day() -> Vec<Range<u32>> {
    std::iter::once(0..DAY).collect()
}

/// `Mo-Fr,Su`; a span may run over Sunday.
fn days(text: &str) -> Option<[bool; 7]> {
    let mut days = [false; 7];
    for piece in text.split(',').filter(|piece| !piece.is_empty()) {
        let (from, to) = piece.split_once('-').unwrap_or((piece, piece));
        let place = |name: &str| DAYS.iter().position(|day| *day == name.trim());
        let (mut day, last) = (place(from)?, place(to)?);
        days[day] = true;
        while day != last {
            day = (day + 1) % 7;
            days[day] = true;
        }
    }
    Some(days)
}

/// `06:00-22:00`; an end before the beginning, or beyond 24:00, is on the next day.
fn span(text: &str) -> Option<Range<u32>> {
    let (from, to) = text.split_once(['-', '–'])?;
    let (from, mut to) = (minute(from)?, minute(to)?);
    if from >= DAY {
        return None;
    }
    if to <= from {
        to += DAY;
    }
    (to <= from + DAY && to <= WEEK).then_some(from..to)
}

/// `6:00`, `06:00`; up to 48:00.
fn minute(text: &str) -> Option<u32> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let number = |digits: &str, most: usize| {
        let is_number = (1..=most).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit());
        is_number.then(|| digits.parse::<u32>().ok()).flatten()
    };
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    (minutes < 60 && minutes + 60 * hours <= 2 * DAY).then_some(hours * 60 + minutes)
}
