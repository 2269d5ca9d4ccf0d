//! Telephone calls: what is asked as data, and what an answer means.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::incidents::{IncidentStatus, Input, TimerKind};
use crate::words::words;

/// Most keys of a menu: an older person remembers no more.
pub const MAX_CHOICES: usize = 3;
/// The key that always leads to a person.
pub const PERSON_KEY: char = '0';
/// How often a resident is rung up before silence counts.
pub const TRIES: u16 = 2;
/// Seconds a call rings and waits for a key.
pub const TRY_S: u32 = 30;

words! {
    /// How a call went.
    pub enum CallResult {
        /// They said that all is well.
        Fine = "fine",
        /// They asked for help.
        NeedHelp = "need_help",
        /// They want to speak with somebody.
        Person = "person",
        /// Somebody picked up and said nothing.
        Silent = "silent",
        /// The line was busy.
        Busy = "busy",
        /// Nobody picked up.
        NoAnswer = "no_answer",
        /// The call could not be made.
        Failed = "failed",
        /// A helper says yes.
        Accept = "accept",
        /// A helper says no.
        Decline = "decline",
        /// It was listened to.
        Heard = "heard",
    }
}

impl CallResult {
    /// Whether nobody said anything, so that it is tried once more.
    pub fn is_no_word(self) -> bool {
        matches!(
            self,
            Self::Silent | Self::Busy | Self::NoAnswer | Self::Failed
        )
    }
}

words! {
    /// How far a call got.
    pub enum CallState {
        /// To be placed.
        Due = "due",
        /// A gateway has it.
        Placed = "placed",
        /// Over, with a result.
        Ended = "ended",
    }
}

words! {
    /// What a call is about.
    pub enum ScriptKind {
        /// To a resident: are you well?
        Resident = "resident",
        /// To a helper: can you go?
        Offer = "offer",
        /// To anybody: a message.
        Message = "message",
    }
}

/// What a key does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Which key.
    pub key: char,
    /// What it means; a choice has this or a next menu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<CallResult>,
    /// The next menu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub menu: Option<String>,
}

/// What is said, and what may be pressed then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// Key of the words in `accessibility`.
    pub say: String,
    /// Keys.
    pub choices: Vec<Choice>,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// The first menu.
    pub start: String,
    /// All menus by name.
    pub menus: BTreeMap<String, Menu>,
}

/// Why scripts are refused.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// Not the expected JSON.
    #[error("scripts are not readable: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// A kind of call has no script.
    #[error("there is no script for {0}")]
    Missing(ScriptKind),
    /// More keys than anybody remembers.
    #[error("menu {0} has more than {MAX_CHOICES} choices")]
    Choices(String),
    /// Nobody can be reached from here.
    #[error("in menu {0} the key 0 does not lead to a person")]
    NoPerson(String),
    /// A key twice, or one that a phone does not have.
    #[error("menu {0} has a key twice, or one that is no digit")]
    Key(String),
    /// A choice leads nowhere, or to two things at once.
    #[error("a choice of menu {0} has not exactly one known aim")]
    Aim(String),
    /// A menu that nobody comes to.
    #[error("menu {0} is never reached")]
    Unreached(String),
}

/// The scripts of all calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scripts(BTreeMap<ScriptKind, Script>);

impl Scripts {
    /// Reads and checks scripts.
    ///
    /// # Errors
    /// A [`ScriptError`] that names the menu at fault.
    pub fn parse(json: &str) -> Result<Self, ScriptError> {
        let mut scripts: BTreeMap<ScriptKind, Script> = serde_json::from_str(json)?;
        for kind in ScriptKind::ALL {
            let script = scripts.get_mut(kind);
            script.ok_or(ScriptError::Missing(*kind))?.check()?;
        }
        Ok(Self(scripts))
    }

    /// The scripts that ship with Anlin.
    ///
    /// # Errors
    /// Never for what is shipped; a test reads it.
    pub fn shipped() -> Result<Self, ScriptError> {
        Self::parse(include_str!("scripts.json"))
    }

    /// One script.
    pub fn get(&self, kind: ScriptKind) -> &Script {
        &self.0[&kind]
    }
}

impl Script {
    fn check(&self) -> Result<(), ScriptError> {
        let mut reached = BTreeSet::new();
        let mut open = vec![self.start.as_str()];
        while let Some(name) = open.pop() {
            let menu = self.menus.get(name);
            let menu = menu.ok_or_else(|| ScriptError::Aim(name.to_owned()))?;
            if reached.insert(name) {
                menu.check(name)?;
                open.extend(
                    menu.choices
                        .iter()
                        .filter_map(|choice| choice.menu.as_deref()),
                );
            }
        }
        match self
            .menus
            .keys()
            .find(|name| !reached.contains(name.as_str()))
        {
            Some(name) => Err(ScriptError::Unreached(name.clone())),
            None => Ok(()),
        }
    }

    /// What a key means in a menu; without a menu, in the first.
    pub fn result_of(&self, menu: Option<&str>, key: char) -> Option<CallResult> {
        let menu = self.menus.get(menu.unwrap_or(&self.start))?;
        let choice = menu.choices.iter().find(|choice| choice.key == key)?;
        choice.result
    }
}

impl Menu {
    fn check(&self, name: &str) -> Result<(), ScriptError> {
        let keys: BTreeSet<char> = self.choices.iter().map(|choice| choice.key).collect();
        if self.choices.len() > MAX_CHOICES {
            return Err(ScriptError::Choices(name.to_owned()));
        }
        if keys.len() != self.choices.len() || !keys.iter().all(char::is_ascii_digit) {
            return Err(ScriptError::Key(name.to_owned()));
        }
        let to_a_person =
            |choice: &Choice| choice.key == PERSON_KEY && choice.result == Some(CallResult::Person);
        if !self.choices.iter().any(to_a_person) {
            return Err(ScriptError::NoPerson(name.to_owned()));
        }
        let aimed = |choice: &Choice| choice.result.is_some() != choice.menu.is_some();
        if !self.choices.iter().all(aimed) {
            return Err(ScriptError::Aim(name.to_owned()));
        }
        Ok(())
    }
}

/// What follows for an incident when its resident was called: the one place where calls and the
/// state machine meet. `last` says that no further try follows.
///
/// "Fine" ends a suspicion and nothing else: a raised alarm is closed by people. No word is worse
/// than a "no": it raises a suspicion as its running out would, tells those who have a raised alarm
/// that nobody spoke, and never quietens anything.
pub fn input_of(
    result: CallResult,
    (status, rung): (IncidentStatus, u16),
    last: bool,
) -> Option<Input> {
    if status != IncidentStatus::PreAlarm {
        return (last && result.is_no_word()).then_some(Input::NoAnswer { by: None });
    }
    let raise = Input::TimerFired {
        kind: TimerKind::PreAlarm,
        rung,
    };
    match result {
        CallResult::Fine => Some(Input::CancelPreAlarm),
        CallResult::NeedHelp | CallResult::Person => Some(raise),
        CallResult::Silent | CallResult::Busy | CallResult::NoAnswer | CallResult::Failed => {
            last.then_some(raise)
        }
        CallResult::Accept | CallResult::Decline | CallResult::Heard => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERSON: &str = r#"{"key":"0","result":"person"}"#;

    fn refused(menus: &str) -> ScriptError {
        let script = format!(r#"{{"start":"a","menus":{menus}}}"#);
        let json = format!(r#"{{"resident":{script},"offer":{script},"message":{script}}}"#);
        Scripts::parse(&json).expect_err("unsound")
    }

    #[test]
    fn the_shipped_scripts_are_sound() {
        let scripts = Scripts::shipped().expect("sound");
        let resident = scripts.get(ScriptKind::Resident);
        assert_eq!(resident.result_of(None, '1'), Some(CallResult::Fine));
        assert_eq!(resident.result_of(None, '2'), Some(CallResult::NeedHelp));
        for kind in ScriptKind::ALL {
            let zero = scripts.get(*kind).result_of(None, '0');
            assert_eq!(zero, Some(CallResult::Person), "{kind}");
        }
    }

    #[test]
    fn a_script_that_would_lose_somebody_is_refused() {
        let fine = r#"{"key":"1","result":"fine"}"#;
        let menu = |choices: &str| format!(r#"{{"a":{{"say":"x","choices":[{choices}]}}}}"#);
        let four = format!(
            r#"{PERSON},{fine},{{"key":"2","result":"fine"}},{{"key":"3","result":"fine"}}"#
        );
        assert!(matches!(refused(&menu(&four)), ScriptError::Choices(_)));
        assert!(matches!(refused(&menu(fine)), ScriptError::NoPerson(_)));
        let twice = format!("{PERSON},{fine},{fine}");
        assert!(matches!(refused(&menu(&twice)), ScriptError::Key(_)));
        let nowhere = format!(r#"{PERSON},{{"key":"1","menu":"b"}}"#);
        assert!(matches!(refused(&menu(&nowhere)), ScriptError::Aim(_)));
        let aimless = format!(r#"{PERSON},{{"key":"1"}}"#);
        assert!(matches!(refused(&menu(&aimless)), ScriptError::Aim(_)));
        let lonely = format!(
            r#"{{"a":{{"say":"x","choices":[{PERSON}]}},"b":{{"say":"x","choices":[{PERSON}]}}}}"#
        );
        assert!(matches!(refused(&lonely), ScriptError::Unreached(_)));
        assert!(matches!(Scripts::parse("{}"), Err(ScriptError::Missing(_))));
    }

    #[test]
    fn a_call_ends_a_suspicion_and_never_an_alarm() {
        let pre = IncidentStatus::PreAlarm;
        let fine = input_of(CallResult::Fine, (pre, 0), false);
        assert_eq!(fine, Some(Input::CancelPreAlarm));
        for status in IncidentStatus::ALL.iter().filter(|status| **status != pre) {
            for result in CallResult::ALL {
                let silence = result.is_no_word().then_some(Input::NoAnswer { by: None });
                let last = input_of(*result, (*status, 0), true);
                assert_eq!(last, silence, "{result} in {status}");
                let first = input_of(*result, (*status, 0), false);
                assert_eq!(first, None, "{result} in {status}: one more try");
            }
        }
        assert_eq!(input_of(CallResult::Silent, (pre, 0), false), None);
        for silence in CallResult::ALL.iter().filter(|result| result.is_no_word()) {
            let input = input_of(*silence, (pre, 0), true);
            assert!(matches!(input, Some(Input::TimerFired { .. })), "{silence}");
        }
    }
}
