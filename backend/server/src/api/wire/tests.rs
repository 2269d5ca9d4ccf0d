use domain::access::visibility;
use domain::identity::Role;
use domain::incidents::{IncidentKind, IncidentStatus, NextOwner, OfferState, Outcome};
use domain::notices::DeliveryState;
use poem_openapi::types::ToJSON;
use serde_json::Value;

use super::super::samples::{
    FIRST, SECOND, accepted, elder, going, incident as sample, offer as sample_offer, responder,
    subject,
};
use super::*;

fn json(value: &impl ToJSON) -> Value {
    value.to_json().expect("a value")
}

/// The words of both sides must not only exist but be the same.
#[test]
fn every_word_is_spelled_alike_on_both_sides() {
    fn alike<D: Copy + ToString, W: ToJSON>(cases: &[D], word: impl Fn(D) -> W) {
        for case in cases {
            assert_eq!(json(&word(*case)), Value::String(case.to_string()));
        }
    }
    alike(IncidentKind::ALL, words::incident_kind);
    alike(IncidentStatus::ALL, words::incident_status);
    alike(NextOwner::ALL, words::next_owner);
    alike(Outcome::ALL, words::shown_outcome);
    alike(OfferState::ALL, offer_state);
    for case in Outcome::ALL {
        assert_eq!(outcome(words::shown_outcome(*case)), *case);
    }
}

#[test]
fn who_was_only_asked_sees_neither_name_nor_address_nor_who_else() {
    let standing = super::super::gate::Standing {
        offers: vec![sample_offer(1, SECOND, OfferState::Pending)],
        ..accepted()
    };
    let seen = standing.seen_by(&responder(SECOND));
    let shown = incident(&standing.incident, Some(&elder().name), seen);
    assert_eq!(shown.resident_display.as_deref(), Some("沈**"));
    assert_eq!(
        (shown.resident_id, shown.responder_id, shown.acknowledged_by),
        (None, None, None)
    );
    assert_eq!(home(&elder().home, seen), None);
    assert_eq!(resident(&elder(), Vec::new(), seen).display_name, "沈**");
}

#[test]
fn who_goes_sees_name_and_door() {
    let standing = accepted();
    let seen = standing.seen_by(&responder(FIRST));
    let shown = incident(&standing.incident, Some(&elder().name), seen);
    assert_eq!(shown.resident_display.as_deref(), Some("沈阿婆"));
    let home = home(&elder().home, seen).expect("the entry card");
    assert_eq!((home.floor.as_deref(), home.lift), (Some("3"), Some(true)));
    assert_eq!(home.caution, None, "an empty text is no text");
}

#[test]
fn family_knows_the_address_and_not_who_holds_the_key() {
    let seen = visibility(&subject(Role::Family), going());
    let home = home(&elder().home, seen).expect("the address");
    assert!(home.address.is_some() && home.position.is_some());
    assert_eq!(
        (home.gate, home.floor, home.lift, home.key),
        (None, None, None, None)
    );
}

#[test]
fn an_incident_keeps_its_numbers_and_times() {
    let seen = visibility(&subject(Role::Operator), going());
    let shown = json(&incident(&sample(), None, seen));
    assert_eq!(shown["severity"], 1);
    assert_eq!(shown["repeats"], 2);
    assert_eq!(shown["next_owner"], "ladder");
    assert_eq!(shown["opened_at"], "2030-01-02T03:04:05.250Z");
    assert!(
        shown.get("resident_display").is_none(),
        "nobody is known yet"
    );
    let offer = json(&offer(&sample_offer(4, FIRST, OfferState::Pending)));
    assert_eq!(
        (&offer["walking_ms"], &offer["method"]),
        (&90_000.into(), &"network".into())
    );
}

#[test]
fn a_leased_notice_is_shown_as_such() {
    use openapi::DeliveryState as Shown;
    for (state, leased, shown) in [
        (DeliveryState::Queued, false, Shown::Queued),
        (DeliveryState::Queued, true, Shown::Leased),
        (DeliveryState::Sent, false, Shown::Sent),
        (DeliveryState::Failed, false, Shown::Failed),
        (DeliveryState::NoEndpoint, false, Shown::Dropped),
    ] {
        assert_eq!(delivery_state(state, leased), shown);
    }
}

#[test]
fn a_strange_cursor_is_malformed_and_ours_reads_back() {
    let asked = |cursor: &str| {
        page_request(&openapi::PageRequest {
            cursor: Some(cursor.to_owned()),
            limit: 5,
        })
    };
    let refused = asked("nonsense").expect_err("not ours");
    assert_eq!(refused.body().status, 400);
    let ours = "6000000000000-00000000000000000000000000000007";
    let request = asked(ours).expect("ours");
    assert_eq!(
        page::<openapi::Offer>(Vec::new(), request.cursor)
            .next_cursor
            .as_deref(),
        Some(ours)
    );
}
