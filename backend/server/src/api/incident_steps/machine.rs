//! The machine as clients read it.

use accessibility::Language;
use domain::incidents::{Move, OPENS, STATES, StateRule};
use domain::message::Facts;
use openapi::{IncidentMove, IncidentSideState, IncidentStateRule, IncidentStates, SeenAs};

use crate::api::wire;

/// What is passed at once, or stands beside the state.
const SIDES: &[(&str, SeenAs)] = &[
    ("no_answer", SeenAs::Timeline),
    ("dropped", SeenAs::Timeline),
    ("reopened", SeenAs::Timeline),
    ("merged", SeenAs::Outcome),
    ("linked", SeenAs::Link),
    ("drill", SeenAs::Drill),
    ("area_outage", SeenAs::Kind),
];

/// The whole machine.
pub(super) fn shown(language: Language) -> IncidentStates {
    IncidentStates {
        opens: OPENS.iter().map(step).collect(),
        states: STATES.iter().map(|rule| state(rule, language)).collect(),
        side_states: SIDES
            .iter()
            .map(|(word, seen_as)| IncidentSideState {
                word: (*word).to_owned(),
                text: words("sides", word, language),
                seen_as: *seen_as,
            })
            .collect(),
    }
}

fn state(rule: &StateRule, language: Language) -> IncidentStateRule {
    IncidentStateRule {
        state: wire::incident_status(rule.state),
        text: words("statuses", rule.state.as_str(), language),
        owners: rule.owners.iter().map(|it| wire::next_owner(*it)).collect(),
        guard: rule.guard.map(|guard| guard.to_string()),
        deadline_by: wire::deadline_by(rule.deadline_by),
        deadline_s: rule.deadline_s.map(i64::from),
        moves: rule.moves.iter().map(step).collect(),
    }
}

fn step(it: &Move) -> IncidentMove {
    IncidentMove {
        input: it.input.to_string(),
        to: it.to.iter().map(|to| wire::incident_status(*to)).collect(),
    }
}

fn words(section: &str, key: &str, language: Language) -> String {
    accessibility::phrase(section, key, language, &Facts::new()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_and_side_has_words_in_every_language() {
        for language in Language::ALL {
            let machine = shown(*language);
            assert_eq!(machine.states.len(), STATES.len());
            assert!(machine.states.iter().all(|it| !it.text.is_empty()));
            assert!(machine.side_states.iter().all(|it| !it.text.is_empty()));
        }
    }
}
