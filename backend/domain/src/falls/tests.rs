//! Invented traces: standing, falling and daily life as formulas.

use super::*;

/// Samples a second of the invented traces.
const RATE: f64 = 100.0;

/// A trace of so many seconds from a formula of time to three axes.
fn drawn(seconds: f64, formula: impl Fn(f64) -> [f64; 3]) -> Trace {
    let count = (seconds * RATE) as usize;
    let rows = (0..count).map(|place| {
        let at_s = place as f64 / RATE;
        (at_s, formula(at_s))
    });
    Trace::new(rows).expect("a trace")
}

/// Upright until 2.0 s, a drop, an impact at 2.4 s, then lying at an angle to upright.
fn fall(dip: f64, impact: f64, degrees: f64, unrest: f64) -> Trace {
    drawn(5.0, move |at| {
        let lying = degrees.to_radians();
        match at {
            at if at < 2.0 => [0.0, 0.0, 1.0],
            at if at < 2.3 => [0.0, 0.0, dip],
            at if at < 2.45 => {
                let rise = 1.0 - ((at - 2.4) / 0.05).abs().min(1.0);
                let size = 1.0 + (impact - 1.0) * rise;
                [size * lying.sin(), 0.0, size * lying.cos()]
            }
            at => {
                let size = 1.0 + unrest * (at * 40.0).sin();
                [size * lying.sin(), 0.0, size * lying.cos()]
            }
        }
    })
}

fn judged(trace: &Trace) -> FallScore {
    score(trace, &Thresholds::shipped().expect("sound"))
}

#[test]
fn a_drop_an_impact_and_lying_still_is_a_fall() {
    let judged = judged(&fall(0.3, 2.0, 85.0, 0.01));
    assert!(judged.fall && judged.score > 0.5);
    let found = judged.features.expect("an impact");
    assert!((found.impact_s - 2.4).abs() < 0.02 && (found.impact_g - 2.0).abs() < 0.05);
    assert!((found.dip_g - 0.3).abs() < 0.01);
    assert!((found.posture_change_deg.expect("known") - 85.0).abs() < 2.0);
    assert!(found.unrest_after_g.expect("known") < 0.02);
}

#[test]
fn each_missing_part_makes_it_something_else() {
    for (what, trace) in [
        ("no drop", fall(0.9, 2.0, 85.0, 0.01)),
        ("no impact", fall(0.3, 1.1, 85.0, 0.01)),
        ("upright afterwards", fall(0.3, 2.0, 10.0, 0.01)),
        ("restless afterwards", fall(0.3, 2.0, 85.0, 0.5)),
    ] {
        let judged = judged(&trace);
        assert!(!judged.fall && judged.score < 0.5, "{what}: {judged:?}");
    }
}

#[test]
fn lying_down_slowly_is_no_fall() {
    let trace = drawn(8.0, |at| {
        let turned = (((at - 2.0) / 3.0).clamp(0.0, 1.0) * 90.0_f64).to_radians();
        let size = 1.0 + 0.15 * (at * 9.0).sin() * f64::from(u8::from((2.0..5.0).contains(&at)));
        [size * turned.sin(), 0.0, size * turned.cos()]
    });
    assert!(!judged(&trace).fall);
}

#[test]
fn stairs_beyond_three_g_are_no_fall() {
    let trace = drawn(20.0, |at| {
        let step = (at * std::f64::consts::TAU * 2.0).sin();
        [0.05, 0.1 * step, 1.0 + 2.6 * step.powi(7)]
    });
    assert!(trace.samples().iter().any(|s| s.magnitude() > 3.0));
    assert!(!judged(&trace).fall);
}

#[test]
fn the_unit_makes_no_difference() {
    let trace = fall(0.3, 2.0, 85.0, 0.01);
    for unit in [1000.0, 9.806_65, 0.14] {
        let rows = trace
            .samples()
            .iter()
            .map(|s| (s.at_s, s.g.map(|axis| axis * unit)));
        let scaled = judged(&Trace::new(rows).expect("a trace"));
        assert!((scaled.score - judged(&trace).score).abs() < 1e-6, "{unit}");
    }
}

#[test]
fn what_is_cut_before_the_end_is_not_called_a_fall() {
    let whole = fall(0.3, 2.0, 85.0, 0.01);
    let cut = whole.samples().iter().filter(|s| s.at_s < 2.9);
    let cut = Trace::new(cut.map(|s| (s.at_s, s.g))).expect("a trace");
    let judged = judged(&cut);
    assert!(!judged.fall);
    assert!(
        judged
            .features
            .is_some_and(|found| found.unrest_after_g.is_none())
    );
}

#[test]
fn what_is_no_trace_is_refused() {
    let row = |at: f64| (at, [0.0, 0.0, 1.0]);
    assert_eq!(
        Trace::new((0..5).map(|n| row(f64::from(n)))),
        Err(TraceError::Short)
    );
    let broken = (0..40).map(|n| {
        (
            f64::from(n),
            [0.0, 0.0, if n == 7 { f64::NAN } else { 1.0 }],
        )
    });
    assert_eq!(Trace::new(broken), Err(TraceError::Number(7)));
    let backwards = (0..40).map(|n| row(f64::from(if n == 9 { 3 } else { n })));
    assert_eq!(Trace::new(backwards), Err(TraceError::Time(9)));
    let weightless = (0..40).map(|n| (f64::from(n), [0.0; 3]));
    assert_eq!(Trace::new(weightless), Err(TraceError::Weightless));
    // Two samples of one moment: the first counts.
    let twice = (0..60).map(|n| row(f64::from(n / 2)));
    assert_eq!(Trace::new(twice).expect("a trace").samples().len(), 30);
}

#[test]
fn absurd_thresholds_are_refused() {
    let shipped = include_str!("thresholds.json");
    for (find, put) in [("0.7", "0.0"), ("45.0", "181.0"), ("\"dip_g\"", "\"dip\"")] {
        let changed = shipped.replacen(find, put, 1);
        assert_ne!(changed, shipped);
        Thresholds::parse(&changed).expect_err("refused");
    }
}
