//! `%{name}` in texts.

/// Names of the placeholders of a text, in order, each once.
pub(crate) fn placeholders(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices("%{") {
        let Some((name, _)) = text[at + 2..].split_once('}') else {
            continue;
        };
        if is_name(name) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether every `%` of a text begins a proper placeholder.
pub(crate) fn is_well_formed(text: &str) -> bool {
    text.match_indices('%').all(|(at, _)| {
        let rest = text[at + 1..]
            .strip_prefix('{')
            .and_then(|rest| rest.split_once('}'));
        rest.is_some_and(|(name, _)| is_name(name))
    })
}

/// Puts values into a text; `Err` names the first placeholder without a value.
///
/// Values are put in once and not looked into again, so a value holding `%{…}` stays as it is.
pub(crate) fn fill(text: &str, value_of: impl Fn(&str) -> Option<String>) -> Result<String, &str> {
    let names = placeholders(text);
    let values = names
        .iter()
        .map(|name| value_of(name).ok_or(*name))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rust_i18n::replace_patterns(text, &names, &values))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_once_each() {
        assert_eq!(placeholders("%{a}和%{b}，%{a}"), ["a", "b"]);
        assert!(placeholders("无").is_empty());
    }

    #[test]
    fn crooked_placeholders_are_noticed() {
        for text in ["%{a", "%a}", "% {a}", "%{A}", "%{}", "5%"] {
            assert!(!is_well_formed(text), "{text}");
        }
        assert!(is_well_formed("%{a}%{b_c}"));
    }

    #[test]
    fn a_missing_value_is_named_and_values_are_not_reread() {
        assert_eq!(
            fill("%{a} %{b}", |name| (name == "a").then(|| "x".into())),
            Err("b")
        );
        assert_eq!(fill("%{a}!", |_| Some("%{b}".into())), Ok("%{b}!".into()));
    }
}
