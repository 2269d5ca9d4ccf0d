//! Tag notifications: what was sent and how far it got; what the caller was told.

use accessibility::Language;
use domain::access::{Action, Object};
use domain::ids::IncidentId;
use openapi::{
    Answer, Caller, MyNotification, Notification, NotificationsPort, Page, PageRequest, Time,
};
use poem_openapi::payload::Json;
use store::OutboxRecord;
use uuid::Uuid;

use super::wording::{self, Names, responder_in};
use super::{Api, gate, wire};

impl NotificationsPort for Api {
    async fn notification_list(
        &self,
        caller: Caller,
        incident_id: Option<Uuid>,
        page: PageRequest,
    ) -> Answer<Page<Notification>> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            gate::role(&subject, Action::NotificationList)?;
            let asked = wire::page_request(&page)?;
            let about = incident_id.map(IncidentId);
            let found = engine
                .store
                .notification_list(subject.organisation_id, about, &asked)?;
            let may = |record: &&OutboxRecord| {
                let object = Object::organisation(record.item.organisation_id);
                gate::pass(&subject, Action::NotificationList, &object).is_ok()
            };
            let items = found.items.iter().filter(may).map(delivery).collect();
            Ok(Json(wire::page(items, found.next)))
        })
        .await
    }

    async fn my_notification_list(
        &self,
        caller: Caller,
        page: PageRequest,
    ) -> Answer<Page<MyNotification>> {
        let subject = gate::subject(&caller);
        let language = Language::negotiate(&caller.language);
        self.ask(move |engine| {
            gate::role(&subject, Action::MyNotificationList)?;
            let asked = wire::page_request(&page)?;
            let (organisation, account) = (subject.organisation_id, subject.account_id);
            let found = engine
                .store
                .notifications_of_account(organisation, account, &asked)?;
            let named = found.items.iter();
            let named = named.filter_map(|record| responder_in(&record.item.notice.facts));
            let names = Names::read(&engine.store, organisation, named.collect())?;
            let may = |record: &&OutboxRecord| {
                let object = gate::own(record.item.organisation_id, record.item.account_id);
                gate::pass(&subject, Action::MyNotificationList, &object).is_ok()
            };
            let items = found.items.iter().filter(may);
            let items = items
                .filter_map(|record| told(record, &names, language))
                .collect();
            Ok(Json(wire::page(items, found.next)))
        })
        .await
    }
}

/// How far a notice got, without its words.
fn delivery(record: &OutboxRecord) -> Notification {
    let item = &record.item;
    Notification {
        id: item.id.0,
        incident_id: Some(item.incident_id.0),
        account_id: item.account_id.0,
        key: item.notice.key.to_string(),
        channel: record.channel.map(|channel| channel.to_string()),
        state: wire::delivery_state(record.state, record.leased),
        attempts: i32::try_from(record.attempts).unwrap_or(i32::MAX),
        last_error: record.last_error.clone(),
        created_at: Time(item.created_at),
        sent_at: record.sent_at.map(Time),
    }
}

/// A notice in words; one that cannot be said is left out and logged.
fn told(record: &OutboxRecord, names: &Names, language: Language) -> Option<MyNotification> {
    let item = &record.item;
    let words = wording::notice(&item.notice, names, language)?;
    Some(MyNotification {
        id: item.id.0,
        title: words.title,
        body: words.body,
        created_at: Time(item.created_at),
        incident_id: Some(item.incident_id.0),
    })
}

#[cfg(test)]
mod tests {
    use domain::ids::OutboxId;
    use domain::message::{MessageKey, Notice, facts};
    use domain::notices::{Channel, DeliveryState, OutboxItem};

    use super::super::samples::{FIRST, HOME, account_of, at, incident};
    use super::*;

    fn record(key: MessageKey) -> OutboxRecord {
        OutboxRecord {
            item: OutboxItem {
                id: OutboxId(Uuid::from_u128(70)),
                organisation_id: HOME,
                incident_id: incident().id,
                offer_id: None,
                account_id: account_of(FIRST),
                notice: Notice {
                    key,
                    facts: facts([("kind", "fall".to_owned())]),
                },
                created_at: at(),
            },
            state: DeliveryState::Sent,
            leased: false,
            attempts: 2,
            channel: Some(Channel::Push),
            last_error: Some("busy".to_owned()),
            next_at: None,
            sent_at: Some(at()),
        }
    }

    #[test]
    fn the_seat_sees_the_way_of_a_notice_and_not_its_words() {
        let shown = delivery(&record(MessageKey::OfferNew));
        assert_eq!((shown.key.as_str(), shown.attempts), ("offer_new", 2));
        assert_eq!(shown.channel.as_deref(), Some("push"));
        assert_eq!(shown.last_error.as_deref(), Some("busy"));
        assert_eq!(shown.sent_at, Some(Time(at())));
    }

    #[test]
    fn the_person_reads_words_and_a_notice_without_words_is_left_out() {
        let offered = told(
            &record(MessageKey::OfferNew),
            &Names::default(),
            Language::En,
        );
        let offered = offered.expect("words");
        assert!(
            !offered.title.is_empty() && offered.body.contains("fall"),
            "{}",
            offered.body
        );
        let speechless = record(MessageKey::FamilyClosed);
        assert!(told(&speechless, &Names::default(), Language::En).is_none());
    }
}
