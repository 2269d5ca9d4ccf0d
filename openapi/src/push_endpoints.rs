//! Tag push-endpoints: where the caller wants to be woken.

use poem_openapi::{ApiResponse, Enum, Object, OpenApi, param::Path, param::Query};
use uuid::Uuid;

use crate::{Answer, Bearer, Caller, Page, PageRequest, Problem, Tag, Time, body::Body};

/// Carrier of a push endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum PushPlatform {
    /// Firebase Cloud Messaging.
    Fcm,
    /// The service's own console.
    Console,
}

/// An endpoint of the caller. The token is written, never read back.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PushEndpoint {
    /// Id chosen by the client, one per installation.
    pub id: Uuid,
    /// Carrier.
    pub platform: PushPlatform,
    /// When it was first registered.
    pub created_at: Time,
    /// When the carrier last accepted a message for it.
    pub last_used_at: Option<Time>,
}

/// Carrier and token to register.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct PushRegistration {
    /// Carrier.
    pub platform: PushPlatform,
    /// Token that the carrier gave the installation.
    #[oai(validator(min_length = 1, max_length = 4096, pattern = r"^[^\u0000]*$"))]
    pub token: String,
}

/// What removing answers.
#[derive(Debug, ApiResponse)]
pub enum Removed {
    /// Gone, whether it was there or not.
    #[oai(status = 204)]
    Done,
}

/// What the server does for this tag.
pub trait PushEndpointsPort: Send + Sync + 'static {
    /// The caller's endpoints.
    fn push_endpoint_list(
        &self,
        caller: Caller,
        page: PageRequest,
    ) -> impl Future<Output = Answer<Page<PushEndpoint>>> + Send;

    /// Registers or replaces one of the caller's endpoints.
    fn push_endpoint_set(
        &self,
        caller: Caller,
        endpoint_id: Uuid,
        registration: PushRegistration,
    ) -> impl Future<Output = Answer<PushEndpoint>> + Send;

    /// Removes one of the caller's endpoints.
    fn push_endpoint_remove(
        &self,
        caller: Caller,
        endpoint_id: Uuid,
    ) -> impl Future<Output = Result<Removed, Problem>> + Send;
}

/// Routes of this tag over a port.
pub struct PushEndpointsApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::PushEndpoints")]
impl<P: PushEndpointsPort> PushEndpointsApi<P> {
    /// List the caller's push endpoints
    #[oai(
        path = "/me/push-endpoints",
        method = "get",
        operation_id = "push_endpoint_list"
    )]
    async fn push_endpoint_list(
        &self,
        caller: Bearer,
        /// Cursor of the page before.
        #[oai(validator(max_length = 48, pattern = "^[0-9a-f]{1,15}-[0-9a-f]{32}$"))]
        cursor: Query<Option<String>>,
        /// Items on a page; 50 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
    ) -> Answer<Page<PushEndpoint>> {
        self.0
            .push_endpoint_list(caller.0, PageRequest::new(cursor.0, limit.0))
            .await
    }

    /// Register a push endpoint
    ///
    /// Repeating it replaces the token.
    #[oai(
        path = "/me/push-endpoints/:endpoint_id",
        method = "put",
        operation_id = "push_endpoint_set"
    )]
    async fn push_endpoint_set(
        &self,
        caller: Bearer,
        endpoint_id: Path<Uuid>,
        registration: Body<PushRegistration>,
    ) -> Answer<PushEndpoint> {
        self.0
            .push_endpoint_set(caller.0, endpoint_id.0, registration.0)
            .await
    }

    /// Remove a push endpoint
    #[oai(
        path = "/me/push-endpoints/:endpoint_id",
        method = "delete",
        operation_id = "push_endpoint_remove"
    )]
    async fn push_endpoint_remove(
        &self,
        caller: Bearer,
        endpoint_id: Path<Uuid>,
    ) -> Result<Removed, Problem> {
        self.0.push_endpoint_remove(caller.0, endpoint_id.0).await
    }
}
