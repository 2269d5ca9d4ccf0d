//! Tag responders: who may be sent; what they say of themselves.

use domain::access::{Action, Circumstances, Denied, Object, visibility};
use domain::geo::Coordinate;
use domain::identity::Subject;
use domain::ids::{OrganisationId, ResponderId};
use domain::incidents::Input;
use openapi::{
    Answer, Caller, Clearance, Duty, Offer, Page, PageRequest, PositionReport, Refusal, Responder,
    RespondersPort,
};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::problems::{Failure, no_place};
use super::{Api, gate, wire};
use crate::engine::Engine;

impl RespondersPort for Api {
    async fn responder_list(&self, caller: Caller, page: PageRequest) -> Answer<Page<Responder>> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            gate::role(&subject, Action::ResponderList)?;
            let asked = wire::page_request(&page)?;
            let found = engine
                .store
                .responder_list(subject.organisation_id, &asked)?;
            let items = found.items.iter().filter(|responder| {
                let object = Object::organisation(responder.organisation_id);
                gate::pass(&subject, Action::ResponderRead, &object).is_ok()
            });
            let items = items
                .map(|responder| shown(engine, &subject, responder))
                .collect();
            Ok(Json(wire::page(items, found.next)))
        })
        .await
    }

    async fn responder_read(&self, caller: Caller, responder_id: Uuid) -> Answer<Responder> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            gate::role(&subject, Action::ResponderRead)?;
            let id = ResponderId(responder_id);
            let responder = engine.store.responder_read(subject.organisation_id, id)?;
            let object = Object::organisation(responder.organisation_id);
            gate::pass(&subject, Action::ResponderRead, &object)?;
            Ok(Json(shown(engine, &subject, &responder)))
        })
        .await
    }

    async fn clearance_set(
        &self,
        caller: Caller,
        responder_id: Uuid,
        clearance: Clearance,
    ) -> Answer<Responder> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let action = Action::ClearanceSet;
            gate::role(&subject, action)?;
            let (organisation, id) = (subject.organisation_id, ResponderId(responder_id));
            gate::pass(&subject, action, &Object::organisation(organisation))?;
            let now = engine.now();
            let about = ("responder", responder_id);
            let audit = gate::line(engine, &subject, action, about, Some(clearance.reason));
            let revoked = (!clearance.cleared).then_some(now);
            let changed = engine
                .store
                .clearance_set(organisation, id, revoked, audit)?;
            engine.allocation.set_responder(changed.clone(), now);
            Ok(Json(shown(engine, &subject, &changed)))
        })
        .await
    }

    async fn offer_list(&self, caller: Caller, page: PageRequest) -> Answer<Page<Offer>> {
        self.offers(gate::subject(&caller), page).await
    }

    async fn offer_accept(
        &self,
        caller: Caller,
        offer_id: Uuid,
        _key: Option<String>,
    ) -> Answer<Offer> {
        let input = Input::Accept {
            offer: offer_id.into(),
        };
        self.answer_offer(
            gate::subject(&caller),
            offer_id.into(),
            Action::OfferAccept,
            input,
            None,
        )
        .await
    }

    async fn offer_decline(
        &self,
        caller: Caller,
        offer_id: Uuid,
        _key: Option<String>,
        refusal: Refusal,
    ) -> Answer<Offer> {
        let (subject, id) = (gate::subject(&caller), offer_id.into());
        let input = Input::Decline { offer: id };
        self.answer_offer(subject, id, Action::OfferDecline, input, refusal.reason)
            .await
    }

    async fn duty_set(&self, caller: Caller, duty: Duty) -> Answer<Responder> {
        self.of_themselves(caller, Action::DutySet, move |engine, organisation, own| {
            Ok(engine
                .store
                .duty_set(organisation, own, Some(duty.on_duty))?)
        })
        .await
    }

    async fn position_set(&self, caller: Caller, position: PositionReport) -> Answer<Responder> {
        self.of_themselves(
            caller,
            Action::PositionSet,
            move |engine, organisation, own| {
                let at = declared(&position)?;
                let accuracy = position.accuracy_m.map(whole_metres);
                Ok(engine
                    .store
                    .position_set(organisation, own, at, accuracy, engine.now())?)
            },
        )
        .await
    }
}

impl Api {
    /// Changes what a responder says of themselves; rankings see it at once.
    async fn of_themselves(
        &self,
        caller: Caller,
        action: Action,
        change: impl FnOnce(
            &Engine,
            OrganisationId,
            ResponderId,
        ) -> Result<domain::responders::Responder, Failure>
        + Send
        + 'static,
    ) -> Answer<Responder> {
        let subject = gate::subject(&caller);
        self.ask(move |engine| {
            let object = gate::own(subject.organisation_id, subject.account_id);
            gate::pass(&subject, action, &object)?;
            let own = subject.responder_id.ok_or(Denied::Hidden)?;
            let changed = change(engine, subject.organisation_id, own)?;
            engine
                .allocation
                .set_responder(changed.clone(), engine.now());
            Ok(Json(shown(engine, &subject, &changed)))
        })
        .await
    }
}

fn shown(
    engine: &Engine,
    subject: &Subject,
    responder: &domain::responders::Responder,
) -> Responder {
    let seen = visibility(subject, Circumstances::default());
    wire::responder(responder, engine.now(), subject.account_id, seen)
}

/// A radius in whole metres, rounded up: certainty is never claimed.
fn whole_metres(radius_m: f64) -> u32 {
    // `as` saturates and takes no number for 0, which the contract lets nobody send.
    radius_m.ceil() as u32
}

/// The reported place, in the datum it is declared in.
fn declared(position: &PositionReport) -> Result<Coordinate, openapi::Problem> {
    Coordinate::declared(position.lon, position.lat, wire::datum(position.datum)).map_err(no_place)
}

#[cfg(test)]
mod tests {
    use openapi::Datum;

    use super::*;

    #[test]
    fn a_place_off_the_globe_is_refused_by_field() {
        let report = |lon, lat| PositionReport {
            lon,
            lat,
            datum: Datum::Wgs84,
            accuracy_m: None,
        };
        assert!(declared(&report(10.5, 20.25)).is_ok());
        for (lon, lat, field) in [(181.0, 0.0, "lon"), (0.0, f64::NAN, "lat")] {
            let problem = declared(&report(lon, lat)).expect_err("no place");
            assert_eq!(problem.body().status, 422);
            assert_eq!(problem.body().errors[0].field, field);
        }
    }
}
