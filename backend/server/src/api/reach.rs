//! Tag reach: how people are reached beside the app, and what comes back from their phones.

mod callback;
mod redeem;
mod wire;

use domain::access::Action;
use domain::ids::{IncidentId, OutboxId};
use domain::incidents::Input;
use domain::notices::Channel;
use domain::notices::plan::ChannelPlan;
use domain::ports::StoreError;
use openapi::{
    Answer, CallbackReceipt, Caller, HookProof, Incident, Note, NotificationReceipts, Offer,
    OfferRedemption, PostedMessage, Problem, Reach, ReachPort, ReachWanted, ReceiptKept,
    ReceiptReport, ResidentCall, ResidentCalls,
};
use poem_openapi::payload::Json;
use store::Passed;
use uuid::Uuid;

use super::gate::{self, Standing};
use super::{Api, problems};

impl ReachPort for Api {
    async fn gateway_callback(
        &self,
        gateway: String,
        proof: HookProof,
        message: PostedMessage,
    ) -> Answer<CallbackReceipt> {
        let verified = callback::verified(&self.engine, &gateway, &proof, &message)?;
        self.ask(move |engine| Ok(Json(callback::take(engine, &gateway, verified)?)))
            .await
    }

    async fn reach_read(&self, caller: Caller) -> Answer<Reach> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let (organisation, account) = (subject.organisation_id, subject.account_id);
            let object = gate::own(organisation, account);
            gate::pass(&subject, Action::ReachRead, &object)?;
            let reach = engine.store.reach_of(account)?;
            Ok(Json(wire::reach(&reach, subject.role)))
        })
        .await
    }

    async fn reach_set(&self, caller: Caller, wanted: ReachWanted) -> Answer<Reach> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let (organisation, account) = (subject.organisation_id, subject.account_id);
            let object = gate::own(organisation, account);
            gate::pass(&subject, Action::ReachSet, &object)?;
            let reach = wire::wanted(wanted)?;
            let deed = ("account", account.0);
            let line = gate::line(engine, &subject, Action::ReachSet, deed, None);
            let owner = (organisation, account);
            engine.store.reach_set(owner, &reach, line, engine.now())?;
            Ok(Json(wire::reach(&reach, subject.role)))
        })
        .await
    }

    async fn notification_receipt(
        &self,
        caller: Caller,
        notification_id: Uuid,
        report: ReceiptReport,
    ) -> Result<ReceiptKept, Problem> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::NotificationReceipt;
            gate::role(&subject, action)?;
            let (item, way) = engine.store.outbox_way(OutboxId(notification_id))?;
            let object = gate::own(item.organisation_id, item.account_id);
            gate::pass(&subject, action, &object)?;
            let passed = Passed {
                item,
                root: way.root,
                channel: Channel::Push,
                receipt: wire::app_receipt(report.state),
                gateway: None,
                reason: None,
            };
            engine
                .store
                .receipts_keep(vec![passed], None, engine.now())?;
            Ok(ReceiptKept::Done)
        })
        .await
    }

    async fn notification_receipts(
        &self,
        caller: Caller,
        notification_id: Uuid,
    ) -> Answer<NotificationReceipts> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::NotificationReceipts;
            gate::role(&subject, action)?;
            let id = OutboxId(notification_id);
            let (item, _) = engine.store.outbox_way(id)?;
            let object = domain::access::Object::organisation(item.organisation_id);
            gate::pass(&subject, action, &object)?;
            let kept = engine.store.receipts_of(item.organisation_id, &[id])?;
            Ok(Json(wire::receipts(&item, &kept)))
        })
        .await
    }

    async fn offer_redeem(&self, caller: Caller, redemption: OfferRedemption) -> Answer<Offer> {
        redeem::in_app(self, gate::subject(&caller), redemption.token).await
    }

    async fn incident_cancel(
        &self,
        caller: Caller,
        incident_id: Uuid,
        note: Note,
    ) -> Answer<Incident> {
        let id = IncidentId(incident_id);
        let subject = gate::subject(&caller);
        let input = Input::CancelPreAlarm;
        self.change(subject, id, Action::IncidentCancel, input, note.note)
            .await
    }

    async fn incident_call(&self, caller: Caller, incident_id: Uuid) -> Answer<ResidentCall> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::IncidentCall;
            gate::role(&subject, action)?;
            let organisation = subject.organisation_id;
            let standing = Standing::read(&engine.store, organisation, incident_id.into())?;
            standing.pass(&subject, action)?;
            if !standing.incident.is_open() {
                return Err(domain::incidents::Refusal::Closed.into());
            }
            let resident = standing.incident.resident_id.ok_or_else(no_resident)?;
            if !engine.gateways.serve(Channel::Voice) {
                let detail = "no gateway for calls is set up";
                return Err(Problem::from(openapi::Slug::Conflict)
                    .with_detail(detail)
                    .into());
            }
            let about = (organisation, standing.incident.id);
            let call = engine.store.call_request(about, resident, engine.now())?;
            gate::looked(engine, &subject, action, ("incident", incident_id))?;
            domain::ports::WakeUps::committed(&*engine.wake);
            Ok(Json(wire::call(&call, true)))
        })
        .await
    }

    async fn incident_calls(&self, caller: Caller, incident_id: Uuid) -> Answer<ResidentCalls> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::IncidentCalls;
            gate::role(&subject, action)?;
            let organisation = subject.organisation_id;
            let standing = Standing::read(&engine.store, organisation, incident_id.into())?;
            standing.pass(&subject, action)?;
            let calls = engine
                .store
                .calls_of_incident(organisation, standing.incident.id)?;
            let open = standing.incident.is_open();
            let calls = calls.iter().map(|call| wire::call(call, open)).collect();
            Ok(Json(ResidentCalls { calls }))
        })
        .await
    }
}

/// An incident that is nobody's cannot ring anybody up.
fn no_resident() -> problems::Failure {
    StoreError::NotFound.into()
}

/// The plan that holds for an account.
fn plan_of(reach: &store::Reach, role: domain::identity::Role) -> ChannelPlan {
    reach.plan.clone().unwrap_or(ChannelPlan::of_role(role))
}
