/// Rise in thousandths of the length, along the way; None where no number is given.
///
/// `up` and `down` say only that there is one.
pub(super) fn permille(incline: &str) -> Option<i16> {
    let text = incline.trim().replace(',', ".");
    let permille = if let Some(percent) = text.strip_suffix('%') {
        number(percent)? * 10.0
    } else if let Some(degrees) = text.strip_suffix('°') {
        number(degrees)?.to_radians().tan() * 1000.0
    } else if let Some((rise, run)) = text.split_once(':') {
        number(rise)? / number(run).filter(|&run| run > 0.0)? * 1000.0
    } else {
        // A bare number is meant as percent; that nothing rises needs no unit.
        number(&text)? * 10.0
    };
    // Steeper than a staircase of 45 degrees is a slip of the pen, not a street.
    let is_street = permille.is_finite() && permille.abs() <= 1000.0;
    is_street.then_some(permille.round() as i16)
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::permille;

    #[test]
    fn inclines_in_all_their_forms() {
        let cases = [
            ("8%", Some(80)),
            ("-5.5 %", Some(-55)),
            ("2,5%", Some(25)),
            ("10°", Some(176)),
            ("1:12", Some(83)),
            ("6", Some(60)),
            ("0", Some(0)),
            ("up", None),
            ("down", None),
            ("steep", None),
            ("1:0", None),
            ("NaN%", None),
            ("inf", None),
            ("500%", None),
            ("%", None),
        ];
        for (text, expected) in cases {
            assert_eq!(permille(text), expected, "{text}");
        }
    }
}
