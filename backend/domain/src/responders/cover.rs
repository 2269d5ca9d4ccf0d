//! Cover: how many could go in a neighbourhood, and who would stay.

use crate::responders::{CandidateFacts, Need, bar};

/// How many of a neighbourhood may be asked. O(people).
pub fn cover(need: &Need, people: impl IntoIterator<Item = CandidateFacts>) -> u32 {
    let free = people.into_iter().filter(|of| bar(need, of).is_none());
    u32::try_from(free.count()).unwrap_or(u32::MAX)
}

/// How many would stay of a neighbourhood with this cover, if somebody of it went.
pub fn cover_without(need: &Need, of: &CandidateFacts, cover: u32) -> u32 {
    cover.saturating_sub(u32::from(bar(need, of).is_none()))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::{AccountId, ResponderId};
    use crate::incidents::Severity;
    use crate::responders::Classes;

    #[test]
    fn who_may_be_asked_covers_and_stays_for_the_others() {
        let need = Need {
            now: "2026-11-24T06:00:00Z".parse().expect("a moment"),
            severity: Severity::LIFE,
            incident_id: None,
            needed: Classes(0),
        };
        let of = |on_duty| CandidateFacts {
            on_duty,
            ..CandidateFacts::unknown(ResponderId(Uuid::nil()), AccountId(Uuid::nil()))
        };
        let count = cover(&need, [of(true), of(true), of(false)]);
        assert_eq!(count, 2);
        assert_eq!(cover_without(&need, &of(true), count), 1);
        assert_eq!(cover_without(&need, &of(false), count), 2);
        assert_eq!(cover_without(&need, &of(true), 0), 0);
    }
}
