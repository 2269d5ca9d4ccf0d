//! Why somebody is asked or not, in words.

use domain::message::facts;
use domain::responders::Ground;

use crate::catalogue::phrase;
use crate::language::Language;

/// A reason with its number or moment; `None` only for a word without texts, which the audit
/// finds.
pub fn ground(ground: &Ground, language: Language) -> Option<String> {
    let word = ground.reason.as_str();
    phrase("grounds", word, language, &ground.facts())
        .or_else(|| phrase("reasons", word, language, &facts([])))
}

/// The same for somebody who was not asked: "Not chosen: Resting until 14:20".
pub fn not_chosen(why: &Ground, language: Language) -> Option<String> {
    let said = ground(why, language)?;
    phrase(
        "grounds",
        "not_chosen",
        language,
        &facts([("ground", said)]),
    )
}

#[cfg(test)]
mod tests {
    use domain::responders::{Detail, Reason};

    use super::*;

    fn resting() -> Ground {
        let until = "2026-11-24T06:20:00Z".parse().expect("a moment");
        Ground::with(Reason::Resting, Detail::Until(until))
    }

    #[test]
    fn not_chosen_says_why_and_until_when() {
        assert_eq!(
            not_chosen(&resting(), Language::En).as_deref(),
            Some("Not chosen: Resting until 14:20")
        );
        assert_eq!(
            not_chosen(&resting(), Language::ZhCnEasy).as_deref(),
            Some("没有问：休息到14:20")
        );
    }

    #[test]
    fn numbers_stand_in_the_words_and_words_stand_without_them() {
        let say = |reason, detail| ground(&Ground::with(reason, detail), Language::En);
        assert_eq!(
            say(Reason::KnowsResident, Detail::Repeats(2)).as_deref(),
            Some("Helped the resident 2 times before")
        );
        assert_eq!(
            say(Reason::HasOtherWork, Detail::Cases(1)).as_deref(),
            Some("Has 1 other case in hand")
        );
        assert_eq!(
            say(Reason::OthersFirst, Detail::Ahead(1)).as_deref(),
            Some("1 person ahead")
        );
        assert_eq!(
            say(Reason::SeldomAccepts, Detail::Percent(7)).as_deref(),
            Some("Says yes only about 7 times in 100")
        );
        assert_eq!(
            say(Reason::StairsToClimb, Detail::Storey(6)).as_deref(),
            Some("Stairs to storey 6")
        );
        assert_eq!(
            say(Reason::Resting, Detail::None).as_deref(),
            Some("Resting")
        );
    }

    #[test]
    fn every_reason_is_sayable_with_every_detail() {
        let until = "2026-11-24T06:20:00Z".parse().expect("a moment");
        let details = [
            Detail::None,
            Detail::Until(until),
            Detail::Repeats(0),
            Detail::Cases(u32::MAX),
            Detail::People(1),
            Detail::Ahead(3),
            Detail::Percent(100),
            Detail::Storey(-1),
        ];
        for reason in Reason::ALL.iter().copied() {
            for detail in details {
                for language in Language::ALL.iter().copied() {
                    let why = Ground::with(reason, detail);
                    let said = not_chosen(&why, language).expect("words");
                    assert!(!said.contains("%{"), "{reason} {language}: {said}");
                }
            }
        }
    }
}
