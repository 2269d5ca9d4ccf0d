use std::time::Duration;

use super::*;

fn moment() -> Timestamp {
    "2026-03-29T00:59:59Z".parse().expect("a moment")
}

fn boot(up_s: i64) -> Option<Boot> {
    Some(Boot {
        id: "one".to_owned(),
        up: TimeDelta::seconds(up_s),
    })
}

fn clock() -> SteadyClock {
    SteadyClock::at(moment(), boot(100), TimeDelta::zero())
}

/// What the clock counts, second by second, while the wall clock says what it wants.
fn after(clock: &SteadyClock, seconds: u64, wall_off: TimeDelta) -> (Look, TimeDelta) {
    let at = clock.started + Duration::from_secs(seconds);
    let passed = TimeDelta::from_std(Duration::from_secs(seconds)).expect("short");
    let wall = moment() + passed + wall_off;
    let up = boot(100 + passed.num_seconds());
    let look = clock.compare(wall, up, at);
    (look, clock.at_instant(at) - moment() - passed)
}

#[test]
fn a_jump_of_the_wall_is_told_once_and_moves_nothing() {
    for off in [
        TimeDelta::hours(2),
        TimeDelta::hours(-2),
        TimeDelta::days(3),
        TimeDelta::days(-3),
        TimeDelta::milliseconds(2_500),
    ] {
        let clock = clock();
        assert_eq!(after(&clock, 1, TimeDelta::zero()).0, Look::Steady);
        assert_eq!(
            after(&clock, 2, off),
            (Look::Jumped(off), TimeDelta::zero())
        );
        assert_eq!(after(&clock, 3, off), (Look::Steady, TimeDelta::zero()));
        let back = after(&clock, 4, TimeDelta::zero());
        assert_eq!(back, (Look::Jumped(-off), TimeDelta::zero()));
    }
}

#[test]
fn a_small_difference_is_followed_slowly() {
    let (clock, off) = (clock(), TimeDelta::milliseconds(300));
    let (look, moved) = after(&clock, 1, off);
    assert_eq!((look, moved), (Look::Steady, FOLLOWED));
    let mut moved = moved;
    for second in 2..=700 {
        moved = after(&clock, second, off).1;
    }
    assert_eq!(moved, off);
}

#[test]
fn time_is_never_turned_back() {
    let clock = clock();
    let before = clock.now();
    clock.move_by(TimeDelta::seconds(-5));
    assert_eq!(clock.now(), before);
}

#[test]
fn what_passes_while_the_machine_sleeps_is_counted() {
    let clock = clock();
    let at = clock.started + Duration::from_secs(1);
    let hour = TimeDelta::hours(1);
    let wall = moment() + TimeDelta::seconds(1) + hour;
    let up = boot(101 + hour.num_seconds());
    assert_eq!(clock.compare(wall, up, at), Look::Slept(hour));
    assert_eq!(clock.at_instant(at), wall);
}

#[test]
fn a_restart_goes_on_counting_only_while_a_timer_waits() {
    let (now, day) = (moment(), TimeDelta::days(1));
    let soon = now + TimeDelta::seconds(1);
    for wall in [now + day, now - day] {
        assert_eq!(begin(wall, Some(now), None, true), now);
        assert_eq!(begin(wall, Some(now), None, false), wall);
    }
    assert_eq!(
        begin(soon, Some(now), Some(now), true),
        soon,
        "small: the wall"
    );
    assert_eq!(begin(now, None, Some(now + day), true), now + day);
    assert_eq!(begin(now + day, None, Some(now), true), now + day);
    assert_eq!(begin(now, None, Some(now + day), false), now);
    assert_eq!(
        begin(now, Some(now), Some(now + day), true),
        now,
        "the count knows better"
    );
}
