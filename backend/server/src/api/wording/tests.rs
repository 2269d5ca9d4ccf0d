use domain::identity::Role;
use domain::ids::{AccountId, TimelineId};
use domain::message::{MessageKey, facts};
use uuid::Uuid;

use super::super::samples::{
    ELDER, FIRST, HOME, SECOND, accepted, account_of, at, incident, responder, subject,
};
use super::*;

fn names() -> Names {
    Names(HashMap::from([
        (FIRST, "李小明".to_owned()),
        (SECOND, "王小红".to_owned()),
    ]))
}

fn line(kind: TimelineKind, by: Option<AccountId>, facts: Facts) -> Numbered {
    let entry = TimelineEntry {
        id: TimelineId(Uuid::from_u128(60)),
        organisation_id: HOME,
        incident_id: incident().id,
        at: at(),
        kind,
        account_id: by,
        facts,
    };
    Numbered { seq: 9, entry }
}

fn family() -> Subject {
    Subject {
        resident_ids: vec![ELDER],
        ..subject(Role::Family)
    }
}

fn said(line: &Numbered, subject: &Subject) -> String {
    event(line, &accepted(), &names(), subject, Language::En).text
}

#[test]
fn a_mask_shows_one_character_and_no_length() {
    assert_eq!(masked("李小明"), "李**");
    assert_eq!(masked("欧阳小小明"), "欧**");
    assert_eq!(masked(" Ada Lovelace"), "A**");
    assert_eq!(masked(""), "**");
}

#[test]
fn an_acceptance_names_who_comes() {
    let accepted = line(
        TimelineKind::OfferAccepted,
        Some(account_of(FIRST)),
        facts([
            ("minutes", "2".to_owned()),
            (RESPONDER_ID, FIRST.to_string()),
        ]),
    );
    for subject in [subject(Role::Operator), family(), responder(FIRST)] {
        let said = said(&accepted, &subject);
        assert!(
            said.contains("李小明") && said.contains("2 minutes"),
            "{said}"
        );
    }
}

#[test]
fn who_could_not_go_is_named_to_the_seat_only() {
    let declined = line(
        TimelineKind::OfferDeclined,
        Some(account_of(SECOND)),
        facts([]),
    );
    assert!(said(&declined, &subject(Role::Operator)).contains("王小红"));
    let shown = event(&declined, &accepted(), &names(), &family(), Language::En);
    assert!(!shown.text.contains("王小红"), "{}", shown.text);
    assert!(!shown.facts.contains_key(RESPONDER_ID) && !shown.facts.contains_key(RESPONDER));
}

#[test]
fn an_arrival_on_behalf_names_the_one_who_goes() {
    let operator = AccountId(Uuid::from_u128(101));
    let arrived = line(TimelineKind::Arrived, Some(operator), facts([]));
    assert!(said(&arrived, &family()).contains("李小明"));
}

#[test]
fn every_kind_of_line_has_words_without_any_fact() {
    for kind in TimelineKind::ALL {
        for language in Language::ALL {
            let bare = line(*kind, None, facts([]));
            let shown = event(&bare, &accepted(), &Names::default(), &family(), *language);
            assert!(!shown.text.is_empty(), "{kind} {}", language.tag());
        }
    }
}

#[test]
fn a_notice_is_read_with_the_name_of_who_comes() {
    let coming = Notice {
        key: MessageKey::FamilyHelpComing,
        facts: facts([
            ("minutes", "3".to_owned()),
            (RESPONDER_ID, FIRST.to_string()),
        ]),
    };
    let told = notice(&coming, &names(), Language::En).expect("words");
    assert!(told.body.contains("李小明"), "{}", told.body);
    let lacking = Notice {
        key: MessageKey::FamilyAlarm,
        facts: facts([]),
    };
    assert_eq!(notice(&lacking, &names(), Language::En), None);
}
