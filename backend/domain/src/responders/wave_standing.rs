//! Who stood where when a wave was asked: kept with the offers, so that it can be told later.

use serde::{Deserialize, Serialize};

use crate::ids::{IncidentId, OrganisationId, ResponderId};
use crate::responders::{Candidate, Detail, Ground, RankMethod, Ranked, Reason, WaveWhy};
use crate::time::Timestamp;

/// People kept of one wave: everybody asked, then the nearest not asked.
const KEPT: usize = 32;

/// One person of a wave, asked or not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stood {
    /// Who.
    pub responder_id: ResponderId,
    /// Whether this wave asked them.
    pub asked: bool,
    /// Place in the order from 0; `None` for those who could not be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<u16>,
    /// Milliseconds on foot, when known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub walking_ms: Option<u32>,
    /// How that was found.
    pub method: RankMethod,
    /// What speaks for and against; what kept them from being asked stands first.
    pub grounds: Vec<Ground>,
}

/// How many could go from one committee, before and after the wave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitteeCover {
    /// Twelve-digit code.
    pub committee_code: String,
    /// Who may be asked there before anybody is sent.
    pub before: u32,
    /// The same when the one who goes is from there: of a wave one person goes.
    pub after: u32,
}

/// What was known when a wave was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct WaveStanding {
    /// In whose data.
    pub organisation_id: OrganisationId,
    /// For which incident.
    pub incident_id: IncidentId,
    /// Which wave.
    pub wave: u16,
    /// When it was asked.
    pub at: Timestamp,
    /// Why so many.
    pub why: WaveWhy,
    /// The asked in their order, then the nearest who were not.
    pub stood: Vec<Stood>,
    /// Committees of those asked.
    pub cover: Vec<CommitteeCover>,
}

/// The people and the cover of a wave that asks `asked`; `before` were asked in earlier waves and
/// stand there. O(candidates · log candidates).
pub fn stand(
    ranked: &Ranked,
    asked: &[ResponderId],
    before: &[ResponderId],
) -> (Vec<Stood>, Vec<CommitteeCover>) {
    let mut stood = Vec::with_capacity(KEPT);
    let mut others = Vec::with_capacity(ranked.candidates.len() + ranked.barred.len());
    let mut cover: Vec<(u16, u32)> = Vec::new();
    let mut place = 0;
    for candidate in &ranked.candidates {
        let id = candidate.responder_id;
        let is_asked = asked.contains(&id);
        if before.contains(&id) && !is_asked {
            continue;
        }
        if let Some(committee) = candidate.committee.filter(|_| is_asked)
            && !cover.iter().any(|(known, _)| *known == committee)
        {
            cover.push((committee, 1));
        }
        if is_asked {
            stood.push(Stood::of(candidate, Some(place), true));
        } else {
            others.push((candidate, Some(place)));
        }
        place += 1;
    }
    let barred = ranked.barred.iter();
    let barred = barred.filter(|candidate| !before.contains(&candidate.responder_id));
    others.extend(barred.map(|candidate| (candidate, None)));
    others.sort_by_key(|(candidate, _)| candidate.walking_ms.unwrap_or(u32::MAX));
    others.truncate(KEPT.saturating_sub(stood.len()));
    stood.extend(
        others
            .into_iter()
            .map(|(candidate, place)| Stood::of(candidate, place, false)),
    );
    let cover = cover.iter().filter_map(|(committee, goes)| {
        let known = ranked.committees.get(usize::from(*committee))?;
        Some(CommitteeCover {
            committee_code: known.code.clone(),
            before: known.cover,
            after: known.cover.saturating_sub(*goes),
        })
    });
    (stood, cover.collect())
}

impl Stood {
    fn of(candidate: &Candidate, place: Option<u16>, asked: bool) -> Self {
        let mut grounds = Vec::with_capacity(candidate.grounds.len() + 1);
        if let Some(place) = place.filter(|_| !asked) {
            let ahead = Detail::Ahead(u32::from(place));
            grounds.push(Ground::with(Reason::OthersFirst, ahead));
        }
        grounds.extend_from_slice(&candidate.grounds);
        Self {
            responder_id: candidate.responder_id,
            asked,
            place,
            walking_ms: candidate.walking_ms,
            method: candidate.method,
            grounds,
        }
    }

    /// Why they were not asked; `None` for those who were.
    pub fn kept_back_by(&self) -> Option<&Ground> {
        self.grounds.first().filter(|_| !self.asked)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::AccountId;
    use crate::responders::Committee;

    fn id(number: u128) -> ResponderId {
        ResponderId(Uuid::from_u128(number))
    }

    fn candidate(number: u128, walking_ms: u32, ground: Reason) -> Candidate {
        Candidate {
            responder_id: id(number),
            account_id: AccountId(Uuid::from_u128(number)),
            walking_ms: Some(walking_ms),
            metres: None,
            method: RankMethod::Network,
            grounds: vec![Ground::plain(ground)],
            accept_permille: 300,
            committee: Some(u16::from(number > 2)),
            first_aid: false,
            kind: None,
        }
    }

    fn ranked() -> Ranked {
        let near = Reason::NearestByWalkingTime;
        Ranked {
            candidates: vec![
                candidate(1, 60_000, near),
                candidate(2, 50_000, near),
                candidate(3, 90_000, near),
            ],
            barred: vec![candidate(4, 70_000, Reason::Resting)],
            committees: vec![
                Committee {
                    code: "east".to_owned(),
                    cover: 4,
                },
                Committee {
                    code: "west".to_owned(),
                    cover: 1,
                },
            ],
            took_us: 0,
        }
    }

    #[test]
    fn the_asked_stand_first_and_the_others_by_their_walk_with_what_kept_them_back() {
        let (stood, cover) = stand(&ranked(), &[id(1), id(2)], &[]);
        let order: Vec<(u128, bool, Option<u16>)> = stood
            .iter()
            .map(|one| (one.responder_id.0.as_u128(), one.asked, one.place))
            .collect();
        let (first, second) = ((1, true, Some(0)), (2, true, Some(1)));
        assert_eq!(
            order,
            [first, second, (4, false, None), (3, false, Some(2))]
        );
        let why: Vec<_> = stood.iter().map(Stood::kept_back_by).collect();
        let ahead = Ground::with(Reason::OthersFirst, Detail::Ahead(2));
        assert_eq!(
            why,
            [
                None,
                None,
                Some(&Ground::plain(Reason::Resting)),
                Some(&ahead)
            ]
        );
        // Both asked are from the east, and one of them goes.
        assert_eq!(cover.len(), 1);
        assert_eq!((cover[0].before, cover[0].after), (4, 3));
    }

    #[test]
    fn a_later_wave_leaves_out_who_was_asked_before() {
        let (stood, cover) = stand(&ranked(), &[id(3)], &[id(1), id(2)]);
        assert_eq!(stood.len(), 2);
        assert_eq!((stood[0].responder_id, stood[0].place), (id(3), Some(0)));
        assert_eq!((cover[0].before, cover[0].after), (1, 0));
    }

    #[test]
    fn a_long_list_is_cut_and_nobody_asked_is_lost() {
        let mut many = ranked();
        let near = Reason::NearestByWalkingTime;
        many.candidates = (0..60).map(|n| candidate(n, 1_000, near)).collect();
        let asked: Vec<ResponderId> = (0..40).map(id).collect();
        assert_eq!(stand(&many, &asked, &[]).0.len(), 40);
        assert_eq!(stand(&many, &asked[..3], &[]).0.len(), KEPT);
    }

    #[test]
    fn a_standing_survives_writing() {
        let until = "2026-11-24T06:20:00Z".parse().expect("a moment");
        let mut one = stand(&ranked(), &[], &[]).0.remove(0);
        one.grounds
            .push(Ground::with(Reason::Resting, Detail::Until(until)));
        let json = serde_json::to_string(&one).expect("JSON");
        assert!(json.contains(r#"{"reason":"resting","detail":{"until":"2026-11-24T06:20:00Z"}}"#));
        assert_eq!(serde_json::from_str::<Stood>(&json).expect("read"), one);
    }
}
