//! One yes, whichever way it came: the same input, the first wins.

use domain::access::Action;
use domain::apply::{ApplyError, Carried, Deed, apply};
use domain::identity::Subject;
use domain::ids::{AccountId, OrganisationId};
use domain::incidents::{Input, Refusal};
use domain::notices::reply::{CODE_DIGITS, TokenKind};
use domain::ports::{StoreError, Target};
use openapi::{Answer, Offer, Slug};
use poem_openapi::payload::Json;
use store::Redeemable;

use crate::api::problems::Failure;
use crate::api::{Api, gate, wire};
use crate::engine::Engine;

/// What an answer from a phone led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answered {
    /// They go.
    Going,
    /// They do not, as they said.
    NotGoing,
    /// Somebody else goes.
    OthersGo,
    /// It is over.
    Over,
}

/// A yes in the app.
pub(super) async fn in_app(api: &Api, subject: Subject, token: String) -> Answer<Offer> {
    let asked = subject.clone();
    let found = api
        .ask(move |engine| {
            let action = Action::OfferRedeem;
            gate::role(&asked, action)?;
            let kind = if token.len() == CODE_DIGITS {
                TokenKind::Code
            } else {
                TokenKind::Link
            };
            let owner = (asked.organisation_id, asked.account_id);
            let found = find(engine, owner, (kind, &token))?;
            let object = gate::own(found.organisation_id, found.account_id);
            gate::pass(&asked, action, &object)?;
            if found.used || found.expired {
                return Err(closed());
            }
            Ok(found)
        })
        .await?;
    let target = Target::Incident {
        organisation_id: found.organisation_id,
        id: found.incident_id,
    };
    let input = Input::Accept {
        offer: found.offer_id,
    };
    let accepted = api
        .apply(&subject, target, Action::OfferRedeem, input, None)
        .await;
    api.ask(move |engine| {
        // A "no" of the rules uses the token up as well: it will never be a yes again.
        let (organisation, offer) = (found.organisation_id, found.offer_id);
        accepted?;
        engine
            .store
            .acceptance_use(organisation, offer, engine.now())?;
        Ok(Json(wire::offer(
            &engine.store.offer_read(organisation, offer)?,
        )))
    })
    .await
}

/// The offer of an account's token.
pub(super) fn find(
    engine: &Engine,
    (organisation, account): (OrganisationId, AccountId),
    token: (TokenKind, &str),
) -> Result<Redeemable, StoreError> {
    engine
        .store
        .acceptance_find(organisation, account, token, engine.now())
}

/// An answer from a phone.
pub(super) fn by_phone(
    engine: &Engine,
    found: &Redeemable,
    yes: bool,
) -> Result<Answered, ApplyError> {
    let target = Target::Incident {
        organisation_id: found.organisation_id,
        id: found.incident_id,
    };
    let offer = found.offer_id;
    let (input, action) = if yes {
        (Input::Accept { offer }, Action::OfferRedeem)
    } else {
        (Input::Decline { offer }, Action::OfferDecline)
    };
    let deed = Deed {
        by: found.account_id,
        action,
        note: None,
    };
    let carried = Carried {
        deed: Some(deed),
        ..Carried::default()
    };
    let answered = if found.expired {
        Answered::Over
    } else {
        match apply(engine, &target, &input, &carried) {
            Ok(_) if yes => Answered::Going,
            Ok(_) => Answered::NotGoing,
            Err(ApplyError::Refused(Refusal::Closed)) => Answered::Over,
            Err(ApplyError::Refused(_)) if yes => Answered::OthersGo,
            Err(ApplyError::Refused(_)) => Answered::NotGoing,
            Err(error) => return Err(error),
        }
    };
    engine
        .store
        .acceptance_use(found.organisation_id, offer, engine.now())?;
    Ok(answered)
}

fn closed() -> Failure {
    let detail = "the token was used, or its time is over";
    openapi::Problem::from(Slug::OfferClosed)
        .with_detail(detail)
        .into()
}
