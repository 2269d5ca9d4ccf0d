//! Offers: what the calling responder is asked, and the answer.

use domain::access::Action;
use domain::identity::Subject;
use domain::ids::OfferId;
use domain::incidents::Input;
use domain::ports::{StoreError, Target};
use openapi::{Answer, Offer, Page, PageRequest};
use poem_openapi::payload::Json;

use super::gate::{self, Standing};
use super::{Api, wire};

impl Api {
    /// Offers of the calling responder, newest first.
    pub(super) async fn offers(&self, subject: Subject, page: PageRequest) -> Answer<Page<Offer>> {
        self.ask(move |engine| {
            gate::role(&subject, Action::OfferList)?;
            let asked = wire::page_request(&page)?;
            let Some(own) = subject.responder_id else {
                return Ok(Json(wire::page(Vec::new(), None)));
            };
            let organisation = subject.organisation_id;
            let found = engine
                .store
                .offers_of_responder(organisation, own, &asked)?;
            let items = found.items.iter().filter(|offer| {
                let object = gate::own(organisation, offer.account_id);
                gate::pass(&subject, Action::OfferList, &object).is_ok()
            });
            Ok(Json(wire::page(
                items.map(wire::offer).collect(),
                found.next,
            )))
        })
        .await
    }

    /// The calling responder's yes or no to an offer of theirs.
    pub(super) async fn answer_offer(
        &self,
        subject: Subject,
        id: OfferId,
        action: Action,
        input: Input,
        reason: Option<String>,
    ) -> Answer<Offer> {
        let organisation = subject.organisation_id;
        let asked = subject.clone();
        let incident = self.ask(move |engine| {
            gate::role(&asked, action)?;
            let incident = engine.store.incident_of_offer(organisation, id)?;
            let standing = Standing::of(&engine.store, incident)?;
            let offer = standing.offers.iter().find(|offer| offer.id == id);
            standing.pass_offer(&asked, action, offer.ok_or(StoreError::NotFound)?)?;
            Ok(standing.incident.id)
        });
        let incident = incident.await?;
        let target = Target::Incident {
            organisation_id: organisation,
            id: incident,
        };
        self.apply(&subject, target, action, input, reason).await?;
        self.ask(move |engine| {
            Ok(Json(wire::offer(
                &engine.store.offer_read(organisation, id)?,
            )))
        })
        .await
    }
}
