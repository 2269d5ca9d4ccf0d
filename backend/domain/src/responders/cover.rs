//! Cover: how many could still go in each neighbourhood, before and after somebody is sent.

use crate::responders::{CandidateFacts, Need, bar};

/// People of one neighbourhood committee who may be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cover {
    /// Before anybody is sent.
    pub before: u32,
    /// After those who are sent have left.
    pub after: u32,
}

/// Counts who may be asked per committee, and tells each of them how many would stay if they
/// alone went. `committees[i]` is the committee of `facts[i]`, below `count`; people without one,
/// or beyond the list, keep what they have. O(people + committees).
pub fn count_cover(
    need: &Need,
    facts: &mut [CandidateFacts],
    committees: &[Option<u32>],
    count: u32,
) -> Vec<Cover> {
    let mut cover = vec![Cover::default(); count as usize];
    for (of, committee) in facts.iter().zip(committees) {
        if let Some(cover) = place(&mut cover, *committee)
            && bar(need, of).is_none()
        {
            cover.before += 1;
            cover.after += 1;
        }
    }
    for (of, committee) in facts.iter_mut().zip(committees) {
        if let Some(cover) = place(&mut cover, *committee) {
            let here = u32::from(bar(need, of).is_none());
            of.cover_left = Some(cover.before - here);
        }
    }
    cover
}

/// Takes one who is sent out of what is left of their committee.
pub fn take_from_cover(cover: &mut [Cover], committee: Option<u32>) {
    if let Some(cover) = place(cover, committee) {
        cover.after = cover.after.saturating_sub(1);
    }
}

fn place(cover: &mut [Cover], committee: Option<u32>) -> Option<&mut Cover> {
    cover.get_mut(usize::try_from(committee?).ok()?)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::{AccountId, ResponderId};
    use crate::incidents::Severity;
    use crate::responders::Classes;

    #[test]
    fn who_stays_is_counted_per_committee_before_and_after() {
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
        let mut facts = [of(true), of(true), of(false), of(true), of(true), of(true)];
        let committees = [Some(0), Some(0), Some(0), Some(1), None, Some(9)];
        let mut cover = count_cover(&need, &mut facts, &committees, 3);
        let left: Vec<Option<u32>> = facts.iter().map(|f| f.cover_left).collect();
        assert_eq!(left, [Some(1), Some(1), Some(2), Some(0), None, None]);
        take_from_cover(&mut cover, Some(0));
        take_from_cover(&mut cover, None);
        take_from_cover(&mut cover, Some(9));
        take_from_cover(&mut cover, Some(2));
        let counts: Vec<(u32, u32)> = cover.iter().map(|c| (c.before, c.after)).collect();
        assert_eq!(counts, [(2, 1), (1, 1), (0, 0)]);
    }
}
