//! Whose an alarm is when its device has changed hands.

use chrono::TimeDelta;
use domain::apply::apply_alarm;
use domain::audit::AuditEntry;
use domain::devices::{Binding, EndReason, LabelCode};
use domain::ids::{AuditId, BindingId};
use domain::incidents::IncidentKind;
use domain::ports::StoreError;
use domain::time::Timestamp;
use store::{Bound, Unbinding};
use uuid::Uuid;

use crate::engine::{Engine, fresh, noon, sos};
use crate::ground::Ground;
use crate::people::{device_id, elder, family, operator, organisation, resident, uid};

on_both!(
    an_alarm_after_unbinding_joins_nothing_older,
    a_label_opens_its_device_once,
    death_ends_the_familys_links_and_handing_over_does_not,
);

fn line(action: &str, at: Timestamp) -> AuditEntry {
    AuditEntry {
        id: AuditId(fresh()),
        organisation_id: organisation(),
        at,
        account_id: Some(operator()),
        action: action.to_owned(),
        object_kind: "device".to_owned(),
        object_id: device_id().0,
        note: None,
    }
}

fn unbind(ground: &Ground, reason: EndReason, at: Timestamp) -> Option<Binding> {
    let unbinding = Unbinding {
        device_id: device_id(),
        fresh: BindingId(fresh()),
        reason,
        audit: line("device_unbind", at),
    };
    ground.store.device_unbind(unbinding).expect("unbound")
}

fn an_alarm_after_unbinding_joins_nothing_older(ground: &Ground) {
    let engine = Engine::over(&ground.store);
    let before = apply_alarm(&engine, &sos(&uid(), "e1")).expect("applied");
    let before = before.incident.expect("an incident");
    assert_eq!(before.resident_id, Some(resident()));
    let ended = unbind(
        ground,
        EndReason::HandedOver,
        noon() + TimeDelta::seconds(1),
    );
    assert_eq!(ended.expect("it was worn").resident_id, resident());
    let after = apply_alarm(&engine, &sos(&uid(), "e2")).expect("applied");
    let after = after.incident.expect("an incident");
    assert_ne!(after.id, before.id, "the former wearer's");
    assert_eq!(
        (after.kind, after.resident_id),
        (IncidentKind::UnknownDevice, None)
    );
    // The very same event again is the same event, whoever wears it now.
    let again = apply_alarm(&engine, &sos(&uid(), "e1")).expect("applied");
    assert_eq!(again.incident_id, Some(before.id));
    assert!(again.already_known);
}

fn a_label_opens_its_device_once(ground: &Ground) {
    let store = &ground.store;
    let code = LabelCode::from_bits(0x1234_5678_9abc);
    let label = || store.device_label(organisation(), device_id(), code.clone(), noon());
    assert_eq!(label(), Err(StoreError::Conflict), "somebody wears it");
    unbind(ground, EndReason::Returned, noon());
    assert_eq!(label(), Ok(code.clone()));
    let other = LabelCode::from_bits(7);
    let drawn = store.device_label(organisation(), device_id(), other.clone(), noon());
    assert_eq!(drawn, Ok(code.clone()), "the same until it is used");
    let binding = Binding {
        id: BindingId(Uuid::from_u128(5)),
        organisation_id: organisation(),
        device_id: device_id(),
        resident_id: elder(1, organisation()).id,
        bound_at: Some(noon()),
        bound_by: Some(operator()),
        until: None,
        ended_by: None,
        reason: None,
    };
    let bind = |code| store.device_bind(&binding, Some(code), None, line("binding_open", noon()));
    assert_eq!(bind(other), Ok(Bound::WrongCode));
    assert_eq!(bind(code.clone()), Ok(Bound::New(binding.clone())));
    assert_eq!(bind(code.clone()), Ok(Bound::Known(binding.clone())));
    let next = Binding {
        id: BindingId(Uuid::from_u128(6)),
        ..binding.clone()
    };
    let late = store.device_bind(&next, Some(code), None, line("binding_open", noon()));
    assert_eq!(late, Ok(Bound::Worn));
    let lines = store
        .bindings_of_device(organisation(), device_id())
        .expect("read");
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0], binding, "the present one first");
    assert_eq!(
        (lines[1].reason, lines[1].bound_at),
        (Some(EndReason::Returned), None)
    );
}

fn death_ends_the_familys_links_and_handing_over_does_not(ground: &Ground) {
    let seen = || ground.store.residents_of_account(organisation(), family());
    unbind(ground, EndReason::HandedOver, noon());
    assert_eq!(seen(), Ok(vec![resident()]));
    assert_eq!(
        unbind(ground, EndReason::Death, noon()),
        None,
        "nobody wears it"
    );
    assert_eq!(seen(), Ok(vec![resident()]));
    let binding = Binding {
        id: BindingId(fresh()),
        organisation_id: organisation(),
        device_id: device_id(),
        resident_id: resident(),
        bound_at: Some(noon()),
        bound_by: Some(operator()),
        until: None,
        ended_by: None,
        reason: None,
    };
    let bound = ground
        .store
        .device_bind(&binding, None, None, line("enrolment_order", noon()));
    assert_eq!(bound, Ok(Bound::New(binding)));
    assert!(unbind(ground, EndReason::Death, noon()).is_some());
    assert_eq!(seen(), Ok(vec![]));
}
