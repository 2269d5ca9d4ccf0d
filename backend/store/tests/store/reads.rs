//! Reads of the API and small writes of people.

use chrono::TimeDelta;
use domain::apply::apply_alarm;
use domain::devices::DeviceUid;
use domain::identity::Role;
use domain::ids::{AccountId, PushEndpointId, ResidentId};
use domain::ports::{Store, StoreError};
use store::{
    FrameFilter, IncidentFilter, IncidentScope, IncidentState, Page, PageRequest, Platform,
    ResidentScope, token_sha256,
};
use uuid::Uuid;

use crate::engine::{Engine, noon, sos};
use crate::ground::Ground;
use crate::people::{self, organisation, other_organisation, resident, responder, uid};

on_both!(
    a_token_finds_its_subject_until_it_is_revoked,
    incidents_are_listed_by_state_scope_and_page,
    residents_are_listed_by_page_and_scope,
    undecodable_frames_are_kept_and_listed,
    duty_and_position_are_set_by_the_responder,
    a_push_token_belongs_to_whoever_set_it_last,
    telemetry_moves_the_device_and_never_back,
    networks_and_figures_are_read_back,
);

fn a_token_finds_its_subject_until_it_is_revoked(ground: &Ground) {
    let store = &ground.store;
    let find = |token: &str| {
        store
            .principal_of_token(&token_sha256(token))
            .expect("looked up")
    };
    let operator = find(people::OPERATOR_TOKEN).expect("a principal");
    assert_eq!(
        (operator.subject.role, operator.subject.account_id),
        (Role::Operator, people::operator())
    );
    assert_eq!(
        find(people::FAMILY_TOKEN).map(|p| p.subject.resident_ids),
        Some(vec![resident()])
    );
    let helper = find(people::RESPONDER_TOKEN).expect("a principal");
    assert_eq!(helper.subject.responder_id, Some(responder(0)));
    let watch = find(people::DEVICE_TOKEN).expect("a principal").subject;
    assert_eq!(
        (watch.device_id, watch.resident_ids),
        (Some(people::device_id()), vec![resident()])
    );
    assert_eq!(find("token-of-nobody"), None);
    let sha256 = token_sha256(people::OPERATOR_TOKEN);
    assert_eq!(store.token_revoke(&sha256, noon()), Ok(()));
    assert_eq!(find(people::OPERATOR_TOKEN), None);
    assert_eq!(
        store.token_revoke(&sha256, noon()),
        Err(StoreError::NotFound)
    );
    let names = store.account_names(
        organisation(),
        &[people::operator(), AccountId(Uuid::nil())],
    );
    assert_eq!(names.map(|names| names.len()), Ok(1));
    assert_eq!(
        store
            .account_read(people::family())
            .map(|account| account.role),
        Ok(Role::Family)
    );
}

/// Walks through all pages.
fn pages<T>(read: impl Fn(&PageRequest) -> Result<Page<T>, StoreError>) -> Vec<T> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = read(&PageRequest { cursor, limit: 2 }).expect("a page");
        assert!(page.items.len() <= 2);
        all.extend(page.items);
        // Through its text, as a client sends it back.
        cursor = page
            .next
            .map(|next| next.to_string().parse().expect("a cursor"));
        if cursor.is_none() {
            return all;
        }
    }
}

fn incidents_are_listed_by_state_scope_and_page(ground: &Ground) {
    let engine = Engine::over(&ground.store);
    let own = apply_alarm(&engine, &sos(&uid(), "e"))
        .expect("applied")
        .incident_id;
    for number in 0..4 {
        let stranger = DeviceUid::parse(&format!("999{number}")).expect("a uid");
        apply_alarm(&engine, &sos(&stranger, "e")).expect("applied");
    }
    let list = |state, scope: IncidentScope| {
        let filter = IncidentFilter { state, scope };
        pages(|page| ground.store.incident_list(organisation(), &filter, page))
    };
    let open = list(IncidentState::Open, IncidentScope::Organisation);
    assert_eq!(open.len(), 5);
    assert!(
        open.windows(2)
            .all(|pair| (pair[0].opened_at, pair[0].id) > (pair[1].opened_at, pair[1].id))
    );
    assert_eq!(list(IncidentState::Closed, IncidentScope::Organisation), []);
    let ids = |incidents: Vec<domain::incidents::Incident>| -> Vec<_> {
        incidents
            .into_iter()
            .map(|incident| Some(incident.id))
            .collect()
    };
    let family = IncidentScope::Residents(vec![resident()]);
    assert_eq!(ids(list(IncidentState::All, family)), [own]);
    let asked = IncidentScope::Asked(responder(0));
    assert_eq!(ids(list(IncidentState::All, asked)), [own]);
    assert_eq!(
        list(IncidentState::All, IncidentScope::Residents(Vec::new())),
        []
    );
    let filter = IncidentFilter::default();
    let foreign = ground
        .store
        .incident_list(other_organisation(), &filter, &PageRequest::first(9));
    assert_eq!(foreign.map(|page| page.items), Ok(Vec::new()));
    let offers = pages(|page| {
        ground
            .store
            .offers_of_responder(organisation(), responder(0), page)
    });
    assert_eq!(offers.len(), 1);
    let incident = ground.store.incident_of_offer(organisation(), offers[0].id);
    assert_eq!(incident.map(|incident| Some(incident.id)), Ok(own));
    assert_eq!(
        ground.store.offer_read(other_organisation(), offers[0].id),
        Err(StoreError::NotFound)
    );
}

fn residents_are_listed_by_page_and_scope(ground: &Ground) {
    let store = &ground.store;
    let all = pages(|page| store.resident_list(organisation(), &ResidentScope::Organisation, page));
    assert_eq!(
        all,
        [
            people::elder(0, organisation()),
            people::elder(1, organisation())
        ]
    );
    let one = ResidentScope::These(vec![resident(), ResidentId(Uuid::nil())]);
    assert_eq!(
        pages(|page| store.resident_list(organisation(), &one, page)).len(),
        1
    );
    assert_eq!(
        store.resident_read(other_organisation(), resident()),
        Err(StoreError::NotFound)
    );
    let devices = store
        .devices_of_resident(organisation(), resident())
        .expect("devices");
    assert_eq!(
        devices
            .iter()
            .map(|record| &record.device.uid)
            .collect::<Vec<_>>(),
        [&uid()]
    );
    assert_eq!(
        pages(|page| store.device_list(organisation(), page)).len(),
        2
    );
}

fn undecodable_frames_are_kept_and_listed(ground: &Ground) {
    let store = &ground.store;
    let noise = domain::devices::ReceivedFrame {
        decoded: Err("no \0 end".to_owned()),
        device_uid: None,
        ..sos(&uid(), "e")
    };
    store.save_telemetry(noise.clone()).expect("kept");
    store.save_telemetry(sos(&uid(), "e2")).expect("kept");
    let list = |filter| {
        store
            .frame_list(organisation(), filter, &PageRequest::first(9))
            .expect("list")
            .items
    };
    let bad = list(FrameFilter::Undecoded);
    assert_eq!(bad.len(), 1);
    assert_eq!(
        (bad[0].id, &bad[0].raw, &bad[0].device_uid),
        (noise.id, &noise.raw, &None)
    );
    assert!(bad[0].decoded.is_err());
    assert_eq!(list(FrameFilter::Decoded).len(), 1);
    assert_eq!(list(FrameFilter::All).len(), 2);
    let counts = store.counts(organisation()).expect("counts");
    assert_eq!(
        (
            counts["frames"],
            counts["undecodable_frames"],
            counts["residents"]
        ),
        (2, 1, 2)
    );
}

fn duty_and_position_are_set_by_the_responder(ground: &Ground) {
    let store = &ground.store;
    assert_eq!(
        store.roster().expect("roster"),
        (0..3).map(people::helper).collect::<Vec<_>>()
    );
    let off = store
        .duty_set(organisation(), responder(1), Some(false))
        .expect("set");
    assert_eq!(off.duty_override, Some(false));
    let here = people::at(10.5, 20.5);
    let moved = store
        .position_set(organisation(), responder(1), here, Some(8), noon())
        .expect("set");
    assert_eq!((moved.at, moved.at_time), (Some(here), Some(noon())));
    assert_eq!(moved.at_accuracy_m, Some(8));
    let earlier = noon() - TimeDelta::seconds(1);
    let there = people::at(1.0, 1.0);
    let kept = store.position_set(organisation(), responder(1), there, None, earlier);
    let kept = kept.map(|kept| (kept.at, kept.at_accuracy_m));
    assert_eq!(kept, Ok((Some(here), Some(8))));
    let foreign = store.duty_set(other_organisation(), responder(1), None);
    assert_eq!(foreign, Err(StoreError::NotFound));
    assert_eq!(
        pages(|page| store.responder_list(organisation(), page)).len(),
        3
    );
}

fn a_push_token_belongs_to_whoever_set_it_last(ground: &Ground) {
    let store = &ground.store;
    let endpoint = |number| PushEndpointId(Uuid::from_u128(number));
    let set = |account, number, token: &str| {
        store.push_endpoint_set(
            organisation(),
            account,
            endpoint(number),
            Platform::Fcm,
            token,
            noon(),
        )
    };
    let own = people::operator();
    let first = set(own, 1, "t1").expect("set");
    assert_eq!(store.push_endpoints_of(own), Ok(vec![first]));
    set(own, 1, "t2").expect("replaced");
    set(people::family(), 2, "t2").expect("moved");
    assert_eq!(store.push_endpoints_of(own), Ok(Vec::new()));
    let listed = store
        .push_endpoint_list(organisation(), people::family())
        .expect("listed");
    assert_eq!(
        listed.iter().map(|e| e.token.as_str()).collect::<Vec<_>>(),
        ["t2"]
    );
    assert_eq!(set(own, 2, "t3"), Err(StoreError::NotFound));
    assert_eq!(
        store
            .push_endpoint_list(organisation(), people::family())
            .map(|l| l.len()),
        Ok(1)
    );
    let remove = |account| store.push_endpoint_remove(organisation(), account, endpoint(2), noon());
    assert_eq!(remove(own), Err(StoreError::NotFound));
    assert_eq!(store.push_endpoint_drop_token("t2", noon()), Ok(1));
    assert_eq!(remove(people::family()), Err(StoreError::NotFound));
}

fn telemetry_moves_the_device_and_never_back(ground: &Ground) {
    let store = &ground.store;
    let heard = |key: &str, seconds: i64, battery| {
        let mut frame = sos(&uid(), key);
        frame.received_at = noon() + TimeDelta::seconds(seconds);
        if let Ok(event) = &mut frame.decoded {
            event.is_alarm = false;
            event.battery_pct = battery;
            event.fix = event.fix.filter(|_| seconds == 0);
        }
        store.save_telemetry(frame).expect("kept");
        store
            .device_read(organisation(), people::device_id())
            .expect("device")
    };
    assert_eq!(heard("a", 0, Some(50)).battery_pct, Some(50));
    let next = heard("a", 60, None);
    // What a frame does not say stays as it was.
    assert_eq!(
        (next.battery_pct, next.last_fix_at),
        (Some(50), Some(noon()))
    );
    assert_eq!(next.last_seen_at, Some(noon() + TimeDelta::seconds(60)));
    let late = heard("a", 30, Some(99));
    assert_eq!(
        (late.battery_pct, late.last_seen_at),
        (next.battery_pct, next.last_seen_at)
    );
}

fn networks_and_figures_are_read_back(ground: &Ground) {
    let store = &ground.store;
    assert_eq!(store.network_load("walk"), Ok(None));
    assert_eq!(
        store.network_save("walk", vec![1; 3_000_000], noon()),
        Ok(1)
    );
    assert_eq!(store.network_save("walk", vec![2], noon()), Ok(2));
    let newest = store
        .network_load("walk")
        .expect("read")
        .expect("a network");
    assert_eq!((newest.version, newest.bytes), (2, vec![2]));
    store
        .installation_set(store::installation::SEED, "7")
        .expect("set");
    store
        .installation_set(store::installation::SEED, "8")
        .expect("set");
    assert_eq!(
        store.installation_get(store::installation::SEED),
        Ok(Some("8".to_owned()))
    );
    let engine = Engine::over(store);
    apply_alarm(&engine, &sos(&uid(), "e")).expect("applied");
    let due = noon() + TimeDelta::seconds(3_600);
    let health = store.health(due).expect("health");
    assert!(health.oldest_due_timer.is_some_and(|at| at < due));
    assert_eq!(health.outbox_oldest, Some(noon()));
    assert_eq!(
        store.health(noon()).map(|health| health.oldest_due_timer),
        Ok(None)
    );
}
