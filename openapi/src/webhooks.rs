//! Tag webhooks: messages of devices and network servers over HTTPS.

use poem::Request;
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Header, Path},
    payload::Json,
};

use crate::{Problem, Tag, body::AnyBody};

/// What a message proves itself with.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct HookProof {
    /// The fixed secret of the credential.
    pub secret: Option<String>,
    /// Seconds since 1970, as they stood in the header.
    pub timestamp: Option<String>,
    /// HMAC-SHA256 over timestamp, a dot and the body, in hexadecimal digits.
    pub signature: Option<String>,
}

/// A message as it was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedMessage {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether it says that it is JSON.
    pub is_json: bool,
    /// Address of the peer, without its port.
    pub source: String,
}

/// The message is safe; a repeat gets the same receipt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct IngestReceipt {
    /// Always true.
    pub ok: bool,
    /// Device of the message, for messages of our own JSON.
    pub device: Option<String>,
    /// Its boot.
    pub boot: Option<String>,
    /// Its number.
    pub seq: Option<u64>,
}

/// What posting a message answers.
#[derive(Debug, ApiResponse)]
pub enum Ingested {
    /// It is stored.
    #[oai(status = 200)]
    Kept(Json<IngestReceipt>),
    /// It is stored; its sender proved nothing, so a person looks at it first.
    #[oai(status = 202)]
    Unconfirmed(Json<IngestReceipt>),
}

/// What the server does for this tag.
pub trait WebhooksPort: Send + Sync + 'static {
    /// Takes a message of our own JSON, which carries its own proof.
    fn ingest_signed(
        &self,
        message: PostedMessage,
    ) -> impl Future<Output = Result<Ingested, Problem>> + Send;

    /// Takes a message from a holder of a credential.
    fn ingest_hook(
        &self,
        protocol: String,
        hook_id: String,
        proof: HookProof,
        message: PostedMessage,
    ) -> impl Future<Output = Result<Ingested, Problem>> + Send;
}

/// Routes of this tag over a port.
pub struct WebhooksApi<P>(pub P);

#[expect(
    clippy::too_many_arguments,
    reason = "every part of a request that the document names is an argument"
)]
#[OpenApi(prefix_path = "/v1", tag = "Tag::Webhooks")]
impl<P: WebhooksPort> WebhooksApi<P> {
    /// Post a signed message
    ///
    /// A message of our own JSON, signed by the device. It is stored before the answer; the same
    /// message sent again is answered again and changes nothing. An alarm whose signature is wrong is
    /// stored too, for a person to look at; anything else without a right signature is refused.
    #[oai(
        path = "/ingest/anlin-json",
        method = "post",
        operation_id = "ingest_signed"
    )]
    async fn ingest_signed(&self, request: &Request, body: AnyBody) -> Result<Ingested, Problem> {
        self.0.ingest_signed(posted(request, body)).await
    }

    /// Post a message
    ///
    /// A message of a network server or gateway, under one of its credentials. Either the secret is
    /// sent as it is, or the request is signed. It is stored before the answer; the same event sent
    /// again is answered again and makes no second incident.
    #[oai(
        path = "/ingest/:protocol/:hook_id",
        method = "post",
        operation_id = "ingest_hook"
    )]
    async fn ingest_hook(
        &self,
        request: &Request,
        /// Protocol of the message.
        #[oai(validator(max_length = 32))]
        protocol: Path<String>,
        /// Id of the credential.
        #[oai(validator(max_length = 64))]
        hook_id: Path<String>,
        /// Secret of the credential, where nothing is signed.
        #[oai(name = "X-Anlin-Secret", validator(max_length = 128))]
        secret: Header<Option<String>>,
        /// When it was signed: seconds since 1970, at most five minutes off.
        #[oai(name = "X-Anlin-Timestamp", validator(max_length = 20))]
        timestamp: Header<Option<String>>,
        /// HMAC-SHA256 over timestamp, a dot and the body under the signing key, in hexadecimal digits.
        #[oai(name = "X-Anlin-Signature", validator(max_length = 64))]
        signature: Header<Option<String>>,
        body: AnyBody,
    ) -> Result<Ingested, Problem> {
        let proof = HookProof {
            secret: secret.0,
            timestamp: timestamp.0,
            signature: signature.0,
        };
        let message = posted(request, body);
        self.0
            .ingest_hook(protocol.0, hook_id.0, proof, message)
            .await
    }
}

pub(crate) fn posted(request: &Request, body: AnyBody) -> PostedMessage {
    let peer = request.remote_addr().as_socket_addr();
    PostedMessage {
        bytes: body.bytes,
        is_json: body.is_json,
        source: peer.map_or_else(|| "unknown".to_owned(), |peer| peer.ip().to_string()),
    }
}
