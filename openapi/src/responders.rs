//! Tag responders: who may be sent, what they are asked, what they answer.

use poem_openapi::{
    OpenApi,
    param::{Header, Path, Query},
};
use uuid::Uuid;

use crate::{
    Answer, Bearer, Caller, Page, PageRequest, Tag,
    body::{Body, OptionalBody},
};

mod types;

pub use types::*;

/// What the server does for this tag. `key` is the caller's idempotency key.
pub trait RespondersPort: Send + Sync + 'static {
    /// Responders that the caller may see.
    fn responder_list(
        &self,
        caller: Caller,
        page: PageRequest,
    ) -> impl Future<Output = Answer<Page<Responder>>> + Send;

    /// One responder.
    fn responder_read(
        &self,
        caller: Caller,
        responder_id: Uuid,
    ) -> impl Future<Output = Answer<Responder>> + Send;

    /// An operator gives or takes back somebody's clearance.
    fn clearance_set(
        &self,
        caller: Caller,
        responder_id: Uuid,
        clearance: Clearance,
    ) -> impl Future<Output = Answer<Responder>> + Send;

    /// Offers of the calling responder, newest first.
    fn offer_list(
        &self,
        caller: Caller,
        page: PageRequest,
    ) -> impl Future<Output = Answer<Page<Offer>>> + Send;

    /// The calling responder accepts; losing the race is `already-taken`.
    fn offer_accept(
        &self,
        caller: Caller,
        offer_id: Uuid,
        key: Option<String>,
    ) -> impl Future<Output = Answer<Offer>> + Send;

    /// The calling responder declines.
    fn offer_decline(
        &self,
        caller: Caller,
        offer_id: Uuid,
        key: Option<String>,
        refusal: Refusal,
    ) -> impl Future<Output = Answer<Offer>> + Send;

    /// The calling responder goes on or off duty.
    fn duty_set(
        &self,
        caller: Caller,
        duty: Duty,
    ) -> impl Future<Output = Answer<Responder>> + Send;

    /// The calling responder reports a position.
    fn position_set(
        &self,
        caller: Caller,
        position: PositionReport,
    ) -> impl Future<Output = Answer<Responder>> + Send;
}

/// Routes of this tag over a port.
pub struct RespondersApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Responders")]
impl<P: RespondersPort> RespondersApi<P> {
    /// List responders
    #[oai(path = "/responders", method = "get", operation_id = "responder_list")]
    async fn responder_list(
        &self,
        caller: Bearer,
        /// Cursor of the page before.
        #[oai(validator(max_length = 48, pattern = "^[0-9a-f]{1,15}-[0-9a-f]{32}$"))]
        cursor: Query<Option<String>>,
        /// Items on a page; 50 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
    ) -> Answer<Page<Responder>> {
        self.0
            .responder_list(caller.0, PageRequest::new(cursor.0, limit.0))
            .await
    }

    /// Read a responder
    #[oai(
        path = "/responders/:responder_id",
        method = "get",
        operation_id = "responder_read"
    )]
    async fn responder_read(&self, caller: Bearer, responder_id: Path<Uuid>) -> Answer<Responder> {
        self.0.responder_read(caller.0, responder_id.0).await
    }

    /// Give or take back a clearance
    ///
    /// Who is not cleared is asked by no later wave; offers that are out stay out.
    #[oai(
        path = "/responders/:responder_id/clearance",
        method = "put",
        operation_id = "clearance_set"
    )]
    async fn clearance_set(
        &self,
        caller: Bearer,
        responder_id: Path<Uuid>,
        clearance: Body<Clearance>,
    ) -> Answer<Responder> {
        self.0
            .clearance_set(caller.0, responder_id.0, clearance.0)
            .await
    }

    /// List the caller's offers
    #[oai(path = "/me/offers", method = "get", operation_id = "offer_list")]
    async fn offer_list(
        &self,
        caller: Bearer,
        /// Cursor of the page before.
        #[oai(validator(max_length = 48, pattern = "^[0-9a-f]{1,15}-[0-9a-f]{32}$"))]
        cursor: Query<Option<String>>,
        /// Items on a page; 50 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
    ) -> Answer<Page<Offer>> {
        self.0
            .offer_list(caller.0, PageRequest::new(cursor.0, limit.0))
            .await
    }

    /// Accept an offer
    ///
    /// When another responder was faster, the answer is 409 `already-taken` and says
    /// who.
    #[oai(
        path = "/offers/:offer_id/acceptance",
        method = "post",
        operation_id = "offer_accept"
    )]
    async fn offer_accept(
        &self,
        caller: Bearer,
        offer_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
    ) -> Answer<Offer> {
        self.0.offer_accept(caller.0, offer_id.0, key.0).await
    }

    /// Decline an offer
    #[oai(
        path = "/offers/:offer_id/refusal",
        method = "post",
        operation_id = "offer_decline"
    )]
    async fn offer_decline(
        &self,
        caller: Bearer,
        offer_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        refusal: OptionalBody<Refusal>,
    ) -> Answer<Offer> {
        self.0
            .offer_decline(caller.0, offer_id.0, key.0, refusal.0)
            .await
    }

    /// Go on or off duty
    #[oai(path = "/me/duty", method = "put", operation_id = "duty_set")]
    async fn duty_set(&self, caller: Bearer, duty: Body<Duty>) -> Answer<Responder> {
        self.0.duty_set(caller.0, duty.0).await
    }

    /// Report the caller's position
    #[oai(path = "/me/position", method = "put", operation_id = "position_set")]
    async fn position_set(
        &self,
        caller: Bearer,
        position: Body<PositionReport>,
    ) -> Answer<Responder> {
        self.0.position_set(caller.0, position.0).await
    }
}
