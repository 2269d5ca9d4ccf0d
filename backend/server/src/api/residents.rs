//! Tag residents: the people the service is for.

use accessibility::Language;
use domain::access::{Action, Circumstances, visibility};
use domain::identity::{Role, Subject};
use domain::ids::ResidentId;
use domain::ports::StoreError;
use domain::responders::Class;
use openapi::{
    Answer, Caller, Page, PageRequest, Problem, Protection, Requirements, Resident, ResidentsPort,
    Slug,
};
use poem_openapi::payload::Json;
use store::{ResidentScope, SqlStore};
use uuid::Uuid;

use super::{Api, gate, protection, wire};

impl ResidentsPort for Api {
    async fn resident_list(&self, caller: Caller, page: PageRequest) -> Answer<Page<Resident>> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            gate::role(&subject, Action::ResidentList)?;
            let asked = wire::page_request(&page)?;
            let organisation = subject.organisation_id;
            let found = engine
                .store
                .resident_list(organisation, &scope(&subject), &asked)?;
            let mut items = Vec::with_capacity(found.items.len());
            for resident in &found.items {
                let object = gate::about(resident.organisation_id, resident.id);
                if gate::pass(&subject, Action::ResidentRead, &object).is_ok() {
                    // The dwelling is shown one by one, where each look leaves a line.
                    let shown = shown(&engine.store, &subject, resident)?;
                    items.push(Resident {
                        home: None,
                        requires: None,
                        ..shown
                    });
                }
            }
            Ok(Json(wire::page(items, found.next)))
        })
        .await
    }

    async fn resident_read(&self, caller: Caller, resident_id: Uuid) -> Answer<Resident> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            gate::role(&subject, Action::ResidentRead)?;
            let id = ResidentId(resident_id);
            let resident = engine.store.resident_read(subject.organisation_id, id)?;
            let object = gate::about(resident.organisation_id, resident.id);
            gate::pass(&subject, Action::ResidentRead, &object)?;
            let shown = shown(&engine.store, &subject, &resident)?;
            gate::looked(
                engine,
                &subject,
                Action::ResidentRead,
                ("resident", resident_id),
            )?;
            Ok(Json(shown))
        })
        .await
    }

    async fn requirements_set(
        &self,
        caller: Caller,
        resident_id: Uuid,
        requirements: Requirements,
    ) -> Answer<Resident> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::RequirementsSet;
            gate::role(&subject, action)?;
            let (organisation, id) = (subject.organisation_id, ResidentId(resident_id));
            gate::pass(&subject, action, &gate::about(organisation, id))?;
            let requires = required(&requirements)?;
            let about = ("resident", resident_id);
            let audit = gate::line(engine, &subject, action, about, Some(requirements.reason));
            let changed = engine
                .store
                .requirements_set(organisation, id, requires, audit)?;
            Ok(Json(shown(&engine.store, &subject, &changed)?))
        })
        .await
    }

    async fn protection_read(&self, caller: Caller, resident_id: Uuid) -> Answer<Protection> {
        let subject = gate::subject(&caller);
        let language = Language::negotiate(&caller.language);
        self.ask(move |engine| {
            protection::of(engine, &subject, ResidentId(resident_id), language).map(Json)
        })
        .await
    }
}

/// The classes as decisions read them; those that nobody has together are refused, because then
/// nobody would ever be asked.
fn required(requirements: &Requirements) -> Result<Vec<Class>, Problem> {
    let requires = requirements.requires.iter();
    let requires: Vec<Class> = requires.map(|class| wire::class(*class)).collect();
    if requires.contains(&Class::Female) && requires.contains(&Class::Male) {
        let detail = "nobody is both a woman and a man here: nobody could be asked";
        return Err(Problem::from(Slug::Conflict).with_detail(detail));
    }
    Ok(requires)
}

/// Which rows are worth reading; the gate decides each of them.
fn scope(subject: &Subject) -> ResidentScope {
    match subject.role {
        Role::Operator => ResidentScope::Organisation,
        _ => ResidentScope::These(subject.resident_ids.clone()),
    }
}

fn shown(
    store: &SqlStore,
    subject: &Subject,
    resident: &domain::residents::Resident,
) -> Result<Resident, StoreError> {
    let worn = store.devices_of_resident(resident.organisation_id, resident.id)?;
    let devices = worn.iter().map(|record| record.device.id.0).collect();
    Ok(wire::resident(
        resident,
        devices,
        visibility(subject, Circumstances::default()),
    ))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{ELDER, subject};
    use super::*;

    #[test]
    fn only_the_seat_reads_beyond_its_own_people() {
        assert_eq!(scope(&subject(Role::Operator)), ResidentScope::Organisation);
        for role in [Role::Family, Role::Responder, Role::Device, Role::Admin] {
            let caller = Subject {
                resident_ids: vec![ELDER],
                ..subject(role)
            };
            assert_eq!(scope(&caller), ResidentScope::These(vec![ELDER]));
        }
    }
}
