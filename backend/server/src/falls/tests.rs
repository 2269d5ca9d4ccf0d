use super::*;

/// A drop, an impact and lying, 100 samples a second, as rows of text.
fn rows() -> Vec<[f64; 3]> {
    (0..500)
        .map(|place| match place {
            0..200 => [0.0, 0.0, 1.0],
            200..230 => [0.0, 0.0, 0.3],
            238..242 => [2.0, 0.0, 0.1],
            _ => [1.0, 0.0, 0.05],
        })
        .collect()
}

fn text(head: &str, line: impl Fn(usize, [f64; 3]) -> String) -> String {
    let lines = rows()
        .into_iter()
        .enumerate()
        .map(|(n, axes)| line(n, axes));
    std::iter::once(head.to_owned())
        .chain(lines)
        .collect::<Vec<_>>()
        .join("\n")
}

fn is_fall(text: &str, rate_hz: Option<f64>) -> anyhow::Result<bool> {
    let (trace, _) = super::trace(text.as_bytes(), rate_hz)?;
    Ok(score(&trace, &Thresholds::shipped()?).fall)
}

#[test]
fn names_units_and_order_of_columns_make_no_difference() {
    let milli = text("i,az_mg,ay_mg,ax_mg", |n, [x, y, z]| {
        format!("{n},{},{},{}", z * 1e3, y * 1e3, x * 1e3)
    });
    let timed = text("t_ms,x,y,z", |n, [x, y, z]| {
        format!("{},{x},{y},{z}", n * 10)
    });
    assert!(is_fall(&milli, Some(100.0)).expect("judged"));
    assert!(is_fall(&timed, None).expect("judged"));
}

#[test]
fn the_fastest_sensor_is_taken() {
    let mixed = text("t_ms,source,x,y,z", |n, [x, y, z]| {
        let slow = if n % 10 == 0 {
            format!("\n{},WRIST,0,0,0.14", n * 10)
        } else {
            String::new()
        };
        format!("{},WAIST,{x},{y},{z}{slow}", n * 10)
    });
    let (trace, source) = super::trace(mixed.as_bytes(), None).expect("a trace");
    assert_eq!(source.as_deref(), Some("WAIST"));
    assert_eq!(trace.samples().len(), 500);
}

#[test]
fn what_cannot_be_judged_says_why() {
    let timeless = text("x,y,z", |_, [x, y, z]| format!("{x},{y},{z}"));
    for (text, rate_hz, part) in [
        (timeless.as_str(), None, "--rate-hz"),
        (timeless.as_str(), Some(0.0), "not positive"),
        ("x,y\n1,2\n", Some(50.0), "no column az or z"),
        ("x,y,z\n1,2,three\n", Some(50.0), "line 2"),
        ("x,y,z\n0,0,1\n", Some(50.0), "too short"),
    ] {
        let error = is_fall(text, rate_hz).expect_err("refused");
        let line = format!("{error:#}");
        assert!(line.contains(part), "{line}");
    }
}
