//! Credentials of devices and gateways: made once, shown once, taken back at once.

use domain::access::{Action, Object};
use domain::devices::{DeviceUid, Protocol};
use domain::identity::Subject;
use domain::ids::{CredentialId, DeviceId};
use ingest::listeners::topics;
use ingest::protocol::Carrier;
use openapi::{
    Answer, Caller, CredentialIssued, CredentialOrder, CredentialRevoked, DeviceCredential,
    DeviceCredentialsPort, IssuedCredential, Page, PageRequest, Problem, Time,
};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::problems::Failure;
use super::{Api, gate, wire};
use crate::engine::{Engine, fresh_id};
use crate::seed::secret;

impl DeviceCredentialsPort for Api {
    async fn credential_issue(
        &self,
        caller: Caller,
        order: CredentialOrder,
    ) -> Result<CredentialIssued, Problem> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let object = Object::organisation(subject.organisation_id);
            gate::pass(&subject, Action::CredentialIssue, &object)?;
            let credential = ordered(engine, &subject, &order)?;
            let [secret, signing_key] = [fresh_secret()?, fresh_secret()?];
            let store = &engine.store;
            store.credential_keep(&credential, &secret, &signing_key)?;
            note(engine, &subject, Action::CredentialIssue, credential.id)?;
            Ok(CredentialIssued::Made(Json(IssuedCredential {
                publish_topics: publish_topics(&credential),
                commands_topic: credential.commands_topic(),
                webhook_path: format!("/v1/ingest/{}/{}", credential.protocol, credential.id),
                credential: shown(&credential),
                secret,
                signing_key,
            })))
        })
        .await
    }

    async fn credential_list(
        &self,
        caller: Caller,
        page: PageRequest,
    ) -> Answer<Page<DeviceCredential>> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let organisation = subject.organisation_id;
            let object = Object::organisation(organisation);
            gate::pass(&subject, Action::CredentialList, &object)?;
            let asked = wire::page_request(&page)?;
            let found = engine.store.credential_list(organisation, &asked)?;
            let items = found.items.iter().map(shown).collect();
            Ok(Json(wire::page(items, found.next)))
        })
        .await
    }

    async fn credential_revoke(
        &self,
        caller: Caller,
        credential_id: Uuid,
    ) -> Result<CredentialRevoked, Problem> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            gate::role(&subject, Action::CredentialRevoke)?;
            let (organisation, id) = (subject.organisation_id, CredentialId(credential_id));
            let found = engine.store.credential_read(organisation, id)?;
            let object = Object::organisation(found.organisation_id);
            gate::pass(&subject, Action::CredentialRevoke, &object)?;
            engine
                .store
                .credential_revoke(organisation, id, engine.now())?;
            if found.revoked_at.is_none() {
                note(engine, &subject, Action::CredentialRevoke, id)?;
            }
            Ok(CredentialRevoked::Gone)
        })
        .await
    }
}

/// The credential that was ordered, without its secrets.
fn ordered(
    engine: &Engine,
    subject: &Subject,
    order: &CredentialOrder,
) -> Result<domain::devices::DeviceCredential, Failure> {
    let (name, protocol, device_id) = match order.device_id {
        Some(id) => of_device(engine, subject, id, order)?,
        None => of_gateway(order)?,
    };
    let carried = |carrier| {
        ingest::registry::codec(protocol)
            .carriers
            .contains(&carrier)
    };
    if !carried(Carrier::Mqtt) && !carried(Carrier::Http) {
        let rule = "a protocol that MQTT or HTTPS carries";
        return Err(Problem::invalid("protocol", rule).into());
    }
    Ok(domain::devices::DeviceCredential {
        id: CredentialId(fresh_id()),
        organisation_id: subject.organisation_id,
        name,
        protocol,
        device_id,
        topic_prefix: order.topic_prefix.clone(),
        created_at: engine.now(),
        created_by: subject.account_id,
        revoked_at: None,
    })
}

type Holder = (DeviceUid, Protocol, Option<DeviceId>);

fn of_device(
    engine: &Engine,
    subject: &Subject,
    id: Uuid,
    order: &CredentialOrder,
) -> Result<Holder, Failure> {
    let others = [
        ("name", order.name.is_some()),
        ("protocol", order.protocol.is_some()),
        ("topic_prefix", order.topic_prefix.is_some()),
    ];
    if let Some((field, _)) = others.into_iter().find(|(_, is_there)| *is_there) {
        return Err(Problem::invalid(field, "absent beside device_id").into());
    }
    let store = &engine.store;
    let record = store.device_read(subject.organisation_id, DeviceId(id))?;
    let device = record.device;
    Ok((device.uid, device.protocol, Some(device.id)))
}

fn of_gateway(order: &CredentialOrder) -> Result<Holder, Failure> {
    let name = order.name.as_deref().and_then(DeviceUid::parse);
    let name = name.ok_or_else(|| Problem::invalid("name", "required without device_id"))?;
    let named = order.protocol.as_deref();
    let protocol = named.and_then(ingest::registry::by_name);
    let protocol = protocol.ok_or_else(|| Problem::invalid("protocol", "a known protocol"))?;
    if protocol == Protocol::AnlinJson {
        // Its messages prove one device each, and so do its credentials.
        let rule = "a protocol of gateways; order for each device by device_id";
        return Err(Problem::invalid("protocol", rule).into());
    }
    Ok((name, protocol, None))
}

/// Where the holder of a credential may publish.
fn publish_topics(credential: &domain::devices::DeviceCredential) -> Vec<String> {
    if credential.device_id.is_some() && credential.protocol == Protocol::AnlinJson {
        return vec![topics::events_topic(&credential.name)];
    }
    let prefix = credential.topic_prefix.as_deref().unwrap_or_default();
    let filters = topics::of_protocol(credential.protocol).iter();
    filters.map(|filter| format!("{prefix}{filter}")).collect()
}

fn fresh_secret() -> Result<String, Problem> {
    secret().map_err(|error| {
        tracing::error!(%error, "no secret could be made");
        Problem::internal()
    })
}

fn note(
    engine: &Engine,
    subject: &Subject,
    action: Action,
    id: CredentialId,
) -> Result<(), Failure> {
    Ok(gate::looked(
        engine,
        subject,
        action,
        ("device_credential", id.0),
    )?)
}

fn shown(credential: &domain::devices::DeviceCredential) -> DeviceCredential {
    DeviceCredential {
        id: credential.id.0,
        name: credential.name.to_string(),
        protocol: credential.protocol.to_string(),
        device_id: credential.device_id.map(|id| id.0),
        topic_prefix: credential.topic_prefix.clone(),
        created_at: Time(credential.created_at),
        created_by: credential.created_by.0,
        revoked_at: credential.revoked_at.map(Time),
    }
}
