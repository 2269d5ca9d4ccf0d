//! Credentials of devices and gateways: what lets them bring messages in over MQTT and HTTPS.

use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Path, Query},
    payload::Json,
};
use uuid::Uuid;

use crate::{Answer, Bearer, Caller, Page, PageRequest, Problem, Tag, Time, body::Body};

/// A credential; its secrets are never shown again.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DeviceCredential {
    /// Id of the credential; a webhook names it in its path.
    pub id: Uuid,
    /// MQTT user name.
    pub name: String,
    /// Protocol it speaks.
    pub protocol: String,
    /// Device it belongs to; a gateway speaks for many.
    pub device_id: Option<Uuid>,
    /// Stands in front of every topic of a gateway.
    pub topic_prefix: Option<String>,
    /// When it was made.
    pub created_at: Time,
    /// Account that made it.
    pub created_by: Uuid,
    /// When it was taken back.
    pub revoked_at: Option<Time>,
}

/// Who needs a credential: either a registered device, or a gateway by name and protocol.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct CredentialOrder {
    /// Registered device; its number becomes the user name, and it speaks for itself only.
    pub device_id: Option<Uuid>,
    /// User name of a gateway or network server, which speaks for many devices.
    #[oai(validator(pattern = "^[A-Za-z0-9_-]{1,32}$"))]
    pub name: Option<String>,
    /// Protocol of the gateway.
    #[oai(validator(max_length = 32, pattern = "^[a-z0-9-]{1,32}$"))]
    pub protocol: Option<String>,
    /// Stands in front of every topic of the gateway, as `house-7/`.
    #[oai(validator(max_length = 64, pattern = r"^[^#+\u0000]{1,64}$"))]
    pub topic_prefix: Option<String>,
}

/// A new credential with its secrets. They are shown this once.
#[derive(Debug, Clone, PartialEq, Object)]
pub struct IssuedCredential {
    /// The credential.
    pub credential: DeviceCredential,
    /// MQTT password, and the fixed secret of a webhook.
    pub secret: String,
    /// Key of signatures: of messages of our own JSON, and of webhooks that sign.
    pub signing_key: String,
    /// MQTT topic filters under which its holder may publish.
    pub publish_topics: Vec<String>,
    /// MQTT topic on which its holder is told what to do.
    pub commands_topic: String,
    /// Path to which its holder may post.
    pub webhook_path: String,
}

/// What ordering a credential answers.
#[derive(Debug, ApiResponse)]
pub enum CredentialIssued {
    /// It is valid from now on.
    #[oai(status = 201)]
    Made(Json<IssuedCredential>),
}

/// What taking a credential back answers.
#[derive(Debug, ApiResponse)]
pub enum CredentialRevoked {
    /// It opens nothing any more.
    #[oai(status = 204)]
    Gone,
}

/// What the server does with credentials.
pub trait DeviceCredentialsPort: Send + Sync + 'static {
    /// Makes one.
    fn credential_issue(
        &self,
        caller: Caller,
        order: CredentialOrder,
    ) -> impl Future<Output = Result<CredentialIssued, Problem>> + Send;

    /// Credentials of the caller's organisation, the revoked ones included.
    fn credential_list(
        &self,
        caller: Caller,
        page: PageRequest,
    ) -> impl Future<Output = Answer<Page<DeviceCredential>>> + Send;

    /// Takes one back; one that was taken back stays so.
    fn credential_revoke(
        &self,
        caller: Caller,
        credential_id: Uuid,
    ) -> impl Future<Output = Result<CredentialRevoked, Problem>> + Send;
}

/// Routes over a port.
pub struct DeviceCredentialsApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Devices")]
impl<P: DeviceCredentialsPort> DeviceCredentialsApi<P> {
    /// Issue a credential
    ///
    /// Its secrets are in this answer and nowhere else. A holder may have several, so that a new one
    /// can be brought to it before the old one is taken back.
    #[oai(
        path = "/device-credentials",
        method = "post",
        operation_id = "credential_issue"
    )]
    async fn credential_issue(
        &self,
        caller: Bearer,
        order: Body<CredentialOrder>,
    ) -> Result<CredentialIssued, Problem> {
        self.0.credential_issue(caller.0, order.0).await
    }

    /// List credentials
    #[oai(
        path = "/device-credentials",
        method = "get",
        operation_id = "credential_list"
    )]
    async fn credential_list(
        &self,
        caller: Bearer,
        /// Cursor of the page before.
        #[oai(validator(max_length = 48, pattern = "^[0-9a-f]{1,15}-[0-9a-f]{32}$"))]
        cursor: Query<Option<String>>,
        /// Items on a page; 50 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
    ) -> Answer<Page<DeviceCredential>> {
        self.0
            .credential_list(caller.0, PageRequest::new(cursor.0, limit.0))
            .await
    }

    /// Revoke a credential
    ///
    /// From the moment of the answer nothing more is taken under it, on open connections either.
    #[oai(
        path = "/device-credentials/:credential_id",
        method = "delete",
        operation_id = "credential_revoke"
    )]
    async fn credential_revoke(
        &self,
        caller: Bearer,
        credential_id: Path<Uuid>,
    ) -> Result<CredentialRevoked, Problem> {
        self.0.credential_revoke(caller.0, credential_id.0).await
    }
}
