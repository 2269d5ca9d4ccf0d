//! Tag push-endpoints: where the caller wants to be woken.

use domain::access::Action;
use domain::ids::PushEndpointId;
use domain::ports::StoreError;
use openapi::{
    Answer, Caller, Page, PageRequest, Problem, PushEndpoint, PushEndpointsPort, PushRegistration,
    Removed, Time,
};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{Api, gate, wire};

impl PushEndpointsPort for Api {
    async fn push_endpoint_list(
        &self,
        caller: Caller,
        _page: PageRequest,
    ) -> Answer<Page<PushEndpoint>> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            gate::role(&subject, Action::PushEndpointList)?;
            let organisation = subject.organisation_id;
            let found = engine
                .store
                .push_endpoint_list(organisation, subject.account_id)?;
            let may = |endpoint: &store::PushEndpoint| {
                let object = gate::own(organisation, endpoint.account_id);
                gate::pass(&subject, Action::PushEndpointList, &object).is_ok()
            };
            // One per installation of one person: never more than a page.
            Ok(Json(wire::page(
                found.iter().filter(|e| may(e)).map(shown).collect(),
                None,
            )))
        })
        .await
    }

    async fn push_endpoint_set(
        &self,
        caller: Caller,
        endpoint_id: Uuid,
        registration: PushRegistration,
    ) -> Answer<PushEndpoint> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let (organisation, account) = (subject.organisation_id, subject.account_id);
            let object = gate::own(organisation, account);
            gate::pass(&subject, Action::PushEndpointSet, &object)?;
            let set = engine.store.push_endpoint_set(
                organisation,
                account,
                PushEndpointId(endpoint_id),
                wire::platform(registration.platform),
                &registration.token,
                engine.now(),
            )?;
            Ok(Json(shown(&set)))
        })
        .await
    }

    async fn push_endpoint_remove(
        &self,
        caller: Caller,
        endpoint_id: Uuid,
    ) -> Result<Removed, Problem> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let (organisation, account) = (subject.organisation_id, subject.account_id);
            let object = gate::own(organisation, account);
            gate::pass(&subject, Action::PushEndpointRemove, &object)?;
            let id = PushEndpointId(endpoint_id);
            match engine
                .store
                .push_endpoint_remove(organisation, account, id, engine.now())
            {
                // Gone is what was asked for; nobody learns whether it was somebody else's.
                Ok(()) | Err(StoreError::NotFound) => Ok(Removed::Done),
                Err(error) => Err(error.into()),
            }
        })
        .await
    }
}

/// An endpoint without its token, which is never read back.
fn shown(endpoint: &store::PushEndpoint) -> PushEndpoint {
    PushEndpoint {
        id: endpoint.id.0,
        platform: wire::shown_platform(endpoint.platform),
        created_at: Time(endpoint.created_at),
        last_used_at: None,
    }
}
