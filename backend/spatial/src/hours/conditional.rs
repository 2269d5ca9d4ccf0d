use super::Hours;

/// Hours told by conditions of access; None for anything not understood.
pub(super) fn week(text: &str) -> Option<Hours> {
    let mut open: Option<Hours> = None;
    for clause in clauses(text) {
        let (value, condition) = clause.split_once('@')?;
        let condition = condition.trim();
        let inner = condition
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
            .unwrap_or(condition);
        let hours = Hours::parse(inner);
        if hours == Hours::Unknown {
            return None;
        }
        open = Some(match (value.trim(), open) {
            ("no" | "private", None) => hours.turned_round(),
            ("no" | "private", Some(known)) => known.and(&hours.turned_round()),
            ("yes" | "permissive" | "designated" | "destination" | "customers", None) => hours,
            ("yes" | "permissive" | "designated" | "destination" | "customers", Some(known)) => {
                known.or(&hours)
            }
            _ => return None,
        });
    }
    open
}

/// Clauses are parted by semicolons outside brackets.
fn clauses(text: &str) -> Vec<&str> {
    let mut clauses = Vec::new();
    let (mut begin, mut depth) = (0, 0i32);
    for (place, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ';' if depth == 0 => {
                clauses.push(&text[begin..place]);
                begin = place + 1;
            }
            _ => {}
        }
    }
    clauses.push(&text[begin..]);
    clauses.retain(|clause| !clause.trim().is_empty());
    clauses
}
