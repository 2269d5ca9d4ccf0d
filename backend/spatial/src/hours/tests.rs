use proptest::prelude::*;

use super::*;

/// Ranges as day and time words, to be read by eye.
fn open(text: &str) -> Vec<(u32, u32)> {
    match Hours::parse(text) {
        Hours::Weekly(open) => open
            .iter()
            .map(|open| (u32::from(open.start), u32::from(open.end)))
            .collect(),
        Hours::Unknown => panic!("{text} is not understood"),
    }
}

fn at(day: u32, hour: u32) -> u32 {
    day * DAY + hour * 60
}

#[test]
fn the_common_forms_are_read() {
    assert_eq!(open("24/7"), [(0, WEEK)]);
    let daily: Vec<_> = (0..7).map(|day| (at(day, 6), at(day, 22))).collect();
    assert_eq!(open("Mo-Su 06:00-22:00"), daily);
    assert_eq!(open("06:00-22:00"), daily);
    assert_eq!(open("6:00-22:00"), daily);
    let mut week: Vec<_> = (0..5).map(|day| (at(day, 7), at(day, 19))).collect();
    week.push((at(5, 8), at(5, 12)));
    assert_eq!(open("Mo-Fr 07:00-19:00; Sa 08:00-12:00"), week);
    assert_eq!(open("Mo-Fr 07:00-19:00, Sa 08:00-12:00"), week);
    assert_eq!(open(" Mo-Fr 07:00-19:00;Sa 08:00-12:00; "), week);
    let listed = [
        (at(0, 8), at(0, 12)),
        (at(0, 13), at(0, 17)),
        (at(2, 8), at(2, 12)),
        (at(2, 13), at(2, 17)),
    ];
    assert_eq!(open("Mo,We 08:00-12:00,13:00-17:00"), listed);
    assert_eq!(open("Mo, We 08:00-12:00, 13:00-17:00"), listed);
}

#[test]
fn nights_run_into_the_next_day_and_the_next_week() {
    assert_eq!(open("Tu 22:00-06:00"), [(at(1, 22), at(2, 6))]);
    assert_eq!(open("Tu 22:00-30:00"), [(at(1, 22), at(2, 6))]);
    assert_eq!(open("Su 22:00-06:00"), [(0, at(0, 6)), (at(6, 22), WEEK)]);
    assert_eq!(open("00:00-24:00"), [(0, WEEK)]);
    assert_eq!(open("Fr-Mo"), [(0, at(1, 0)), (at(4, 0), WEEK)]);
}

#[test]
fn later_rules_replace_the_days_they_name() {
    assert_eq!(open("Mo-Tu 06:00-22:00; Tu off"), [(at(0, 6), at(0, 22))]);
    assert_eq!(
        open("24/7; Mo 08:00-09:00"),
        [(at(0, 8), at(0, 9)), (at(1, 0), WEEK)]
    );
    assert!(open("off").is_empty());
}

#[test]
fn what_is_not_understood_counts_as_open() {
    for text in [
        "",
        ";",
        "sunrise-sunset",
        "Mo-Fr 08:00-18:00; PH off",
        "Mar-Oct 06:00-22:00",
        "Mo-Xx 06:00-22:00",
        "06:00",
        "25:00-26:00",
        "06:61-07:00",
        "06:00-60:00",
        "\"on request\"",
        "Mo[1] 10:00-12:00",
        "06:00+",
        "-06:00-07:00",
    ] {
        let hours = Hours::parse(text);
        assert_eq!(hours, Hours::Unknown, "{text}");
        assert!(hours.is_open(3, 180));
    }
}

#[test]
fn conditions_open_or_shut() {
    let night = "no @ (22:00-06:00)";
    assert_eq!(Hours::parse_conditional(night), Hours::parse("06:00-22:00"));
    let day = "yes @ (Mo-Fr 07:00-19:00; Sa 08:00-12:00)";
    assert_eq!(
        Hours::parse_conditional(day),
        Hours::parse("Mo-Fr 07:00-19:00; Sa 08:00-12:00")
    );
    let both = "yes @ 06:00-12:00; yes @ (13:00-22:00); no @ (Su)";
    let hours = Hours::parse_conditional(both);
    assert_eq!(hours, Hours::parse("06:00-12:00,13:00-22:00; Su off"));
    for text in ["", "no", "no @ (wet)", "delivery @ (06:00-22:00)", "no @ ("] {
        assert_eq!(Hours::parse_conditional(text), Hours::Unknown, "{text}");
    }
}

#[test]
fn both_gates_have_to_be_open() {
    let (early, late) = (Hours::parse("06:00-20:00"), Hours::parse("08:00-22:00"));
    assert_eq!(early.and(&late), Hours::parse("08:00-20:00"));
    assert_eq!(early.and(&Hours::Unknown), early);
    assert_eq!(Hours::Unknown.and(&late), late);
    assert_eq!(early.or(&late), Hours::parse("06:00-22:00"));
    assert_eq!(Hours::always().turned_round(), Hours::Weekly(Vec::new()));
}

#[test]
fn a_table_lists_each_once_and_says_when_something_changes() {
    let mut table = GateHours::default();
    let day = table.entry(Hours::parse("06:00-22:00"));
    let night = table.entry(Hours::parse("22:00-06:00"));
    let always = table.entry(Hours::always());
    let unknown = table.entry(Hours::parse("whenever"));
    assert_eq!(table.entry(Hours::parse("Mo-Su 06:00-22:00")), day);
    assert!(!table.is_shut(day, 0, 360) && table.is_shut(day, 0, 1320));
    assert!(table.is_shut(night, 0, 360) && !table.is_shut(night, 6, 1439));
    assert!(!table.is_shut(unknown, 0, 0) && !table.is_shut(HoursId(999), 0, 0));
    let until =
        |ids: &[HoursId], weekday, minute| table.until_change(ids.iter().copied(), weekday, minute);
    assert_eq!(until(&[day, night], 2, 300), Some(60));
    assert_eq!(until(&[day], 2, 360), Some(960));
    assert_eq!(until(&[day], 6, 1439), Some(361));
    assert_eq!(until(&[always, unknown], 2, 360), None);
    let weekly = table.clone().entry(Hours::parse("We 06:00-07:00"));
    assert_eq!(weekly.0, 4);
}

#[test]
fn a_change_at_this_minute_is_past() {
    let hours = Hours::parse("We 06:00-07:00");
    let opens = at(2, 6);
    assert_eq!(hours.until_change(opens), Some(60));
    assert_eq!(hours.until_change(opens + 60), Some(WEEK - 60));
    assert_eq!(hours.until_change(opens - 1), Some(1));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[MoTuSa0-9:,;@() -]{0,40}") {
        let _ = Hours::parse(&text).and(&Hours::parse_conditional(&text));
    }

    /// What is read is what the sets say, minute by minute.
    #[test]
    fn sets_agree_minute_by_minute(
        spans in proptest::collection::vec((0u32..WEEK, 1u32..3 * DAY), 0..6),
        others in proptest::collection::vec((0u32..WEEK, 1u32..3 * DAY), 0..6),
    ) {
        let ranges = |spans: &[(u32, u32)]| -> Vec<Range<u32>> {
            spans.iter().map(|&(from, long)| from..from + long).collect()
        };
        let holds = |spans: &[(u32, u32)], minute: u32| {
            spans.iter().any(|&(from, long)| (minute + WEEK - from) % WEEK < long)
        };
        let (one, other) = (Hours::from_minutes(&ranges(&spans)), Hours::from_minutes(&ranges(&others)));
        let (both, either) = (one.and(&other), one.or(&other));
        for minute in (0..WEEK).step_by(7) {
            let (in_one, in_other) = (holds(&spans, minute), holds(&others, minute));
            prop_assert_eq!(one.is_open_at(minute), in_one);
            prop_assert_eq!(both.is_open_at(minute), in_one && in_other);
            prop_assert_eq!(either.is_open_at(minute), in_one || in_other);
        }
        if let Hours::Weekly(ranges) = one.clone() {
            prop_assert_eq!(Hours::from_ranges(ranges), Some(one));
        }
    }
}
