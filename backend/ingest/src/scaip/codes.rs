//! Words of the standard's codes, and which of them are alarms.

use domain::devices::Alarm;

/// What a status of a message is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Worth {
    /// Somebody needs help, whatever the device.
    Person,
    /// Something a device watches over has happened; the device says what.
    Watched,
    /// This alarm.
    Alarm(Alarm),
    /// The unit itself: no alarm, but its state.
    Technical(Option<Alarm>),
}

/// What a status code means.
pub(super) fn status(code: u16) -> Option<(&'static str, Worth)> {
    use Worth::{Person, Technical, Watched};
    let known = match code {
        2 => ("abort", Technical(None)),
        3 => ("absent", Worth::Alarm(Alarm::Absent)),
        9 => ("automatic alarm", Watched),
        10 => ("manual alarm", Person),
        11 => ("alert", Watched),
        14 => ("battery failure", Technical(Some(Alarm::LowBattery))),
        15 => ("battery ok", Technical(None)),
        16 => ("battery low", Technical(Some(Alarm::LowBattery))),
        19 => ("cancel", Technical(None)),
        67 => ("malfunction", Technical(Some(Alarm::Fault))),
        69 => ("non active", Worth::Alarm(Alarm::NoMovement)),
        70 => ("normal state", Technical(None)),
        81 => ("pill not taken", Worth::Alarm(Alarm::PillMissed)),
        85 => ("power failure", Technical(Some(Alarm::PowerCut))),
        86 => ("power restored", Technical(Some(Alarm::PowerRestored))),
        92 => ("automatic reset", Technical(None)),
        93 => ("manual reset", Technical(None)),
        102 => ("test over primary channel", Technical(None)),
        110 => ("assistance", Person),
        111 => ("intervention complete", Technical(None)),
        117 => ("lying in bed", Technical(None)),
        119 => ("movement", Technical(Some(Alarm::Movement))),
        125 => ("tamper alarm", Worth::Alarm(Alarm::Tampering)),
        _ => return None,
    };
    Some(known)
}

/// What a device is, and what it watches over.
pub(super) fn device(code: u16) -> Option<(&'static str, Alarm)> {
    let known = match code {
        2 => ("local unit and controller", Alarm::Unspecified),
        3 => ("personal trigger", Alarm::Sos),
        4 => ("fixed trigger", Alarm::Sos),
        5 => ("fall detector", Alarm::Fall),
        6 => ("personal attack trigger", Alarm::Sos),
        7 => ("panic button", Alarm::Sos),
        10 => ("activity detector", Alarm::NoMovement),
        11 => ("pill dispenser", Alarm::PillMissed),
        12 => ("bed monitor", Alarm::OutOfBed),
        13 => ("mat sensor", Alarm::OutOfBed),
        14 => ("door sensor", Alarm::Door),
        15 => ("wandering sensor", Alarm::Wandering),
        16 => ("enuresis detector", Alarm::Unspecified),
        17 => ("epilepsy detector", Alarm::Seizure),
        18 => ("occupancy detector", Alarm::Absent),
        19 => ("heart rate monitor", Alarm::Unspecified),
        20 => ("environmental monitor", Alarm::Temperature),
        21 => ("gas detector", Alarm::Gas),
        23 => ("smoke detector", Alarm::Smoke),
        26 => ("carbon monoxide detector", Alarm::CarbonMonoxide),
        33 => ("flood detector", Alarm::Water),
        41 => ("power supply", Alarm::PowerCut),
        44 => ("chair monitor", Alarm::Absent),
        45 => ("controller", Alarm::Unspecified),
        48 => ("local unit", Alarm::Unspecified),
        51 => ("tracking device", Alarm::Wandering),
        _ => return None,
    };
    Some(known)
}

/// Where it is in the home.
pub(super) fn location(code: u16) -> Option<&'static str> {
    Some(match code {
        2 => "home",
        3 => "away",
        11 => "bath room",
        12 => "bed room",
        21 => "kitchen",
        25 => "stairs",
        33 => "mobile",
        35 => "gps position attached",
        43 => "living room",
        44 => "apartment",
        _ => return None,
    })
}
