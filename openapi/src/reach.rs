//! Tag reach: how people are reached beside the app, and what comes back from their phones.

use poem::Request;
use poem_openapi::{
    ApiResponse, Enum, Object, OpenApi,
    param::{Header, Path},
};
use uuid::Uuid;

use crate::{
    Answer, Bearer, Caller, HookProof, Incident, Note, Offer, PostedMessage, Problem, Tag, Time,
    body::{AnyBody, Body, OptionalBody},
};

/// How a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ReachChannel {
    /// The app, or the service's own console.
    Push,
    /// A text message.
    Sms,
    /// A telephone call.
    Voice,
}

/// One channel of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct ReachStep {
    /// Which.
    pub channel: ReachChannel,
    /// Seconds that the step before has to arrive; 0 for the first, otherwise 5 to 3600.
    #[oai(validator(minimum(value = "0"), maximum(value = "3600")))]
    pub after_s: i32,
}

/// Minutes after midnight in Shanghai between which everything but an emergency waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct ReachQuiet {
    /// The first quiet minute.
    #[oai(validator(minimum(value = "0"), maximum(value = "1439")))]
    pub from_min: i32,
    /// The first minute that is not quiet any more.
    #[oai(validator(minimum(value = "0"), maximum(value = "1439")))]
    pub until_min: i32,
}

/// How the caller is reached.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Reach {
    /// The end of the caller's number; the whole is never read back.
    pub phone: Option<String>,
    /// Channels in order.
    pub steps: Vec<ReachStep>,
    /// When everything but an emergency waits.
    pub quiet: Option<ReachQuiet>,
    /// Whether the plan is the caller's own, or that of their role.
    pub own_plan: bool,
}

/// How the caller wants to be reached. What is left out is taken back: no number, the plan of the
/// role.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct ReachWanted {
    /// Telephone number; eleven digits beginning with 1 are a Chinese mobile number.
    #[oai(validator(min_length = 5, max_length = 32, pattern = r"^[0-9+() -]*$"))]
    pub phone: Option<String>,
    /// Channels in order.
    #[oai(validator(min_items = 1, max_items = 6))]
    pub steps: Option<Vec<ReachStep>>,
    /// When everything but an emergency waits; only beside `steps`.
    pub quiet: Option<ReachQuiet>,
}

/// How far a message got on one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum ReceiptState {
    /// Waits.
    Queued,
    /// A carrier took it.
    Sent,
    /// The carrier could not deliver it after all.
    Undelivered,
    /// It is on the phone, or somebody picked up.
    Delivered,
    /// It was looked at.
    Seen,
    /// It was listened to.
    Heard,
    /// It was answered.
    Acknowledged,
}

/// One receipt of one channel.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct NotificationReceipt {
    /// On which channel.
    pub channel: String,
    /// How far.
    pub state: ReceiptState,
    /// When.
    pub at: Time,
    /// Through which gateway.
    pub gateway: Option<String>,
    /// Why not further.
    pub reason: Option<String>,
}

/// What is known of a notification.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct NotificationReceipts {
    /// In order of time.
    pub receipts: Vec<NotificationReceipt>,
}

/// What an app can tell of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum AppReceipt {
    /// It is on the phone.
    Delivered,
    /// It was looked at.
    Seen,
    /// It was read aloud to the end.
    Heard,
}

/// What became of a notification in the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct ReceiptReport {
    /// How far it got.
    pub state: AppReceipt,
}

/// What reporting a receipt answers.
#[derive(Debug, ApiResponse)]
pub enum ReceiptKept {
    /// It is kept.
    #[oai(status = 204)]
    Done,
}

/// The yes of a link.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(deny_unknown_fields)]
pub struct OfferRedemption {
    /// The word in the link, or the code of the text message.
    #[oai(validator(min_length = 4, max_length = 64, pattern = "^[0-9a-f]*$"))]
    pub token: String,
}

/// How far a call to a resident got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CallState {
    /// To be placed.
    Due,
    /// A gateway has it.
    Placed,
    /// Over.
    Ended,
}

/// How a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CallOutcome {
    /// They said that all is well.
    Fine,
    /// They asked for help.
    NeedHelp,
    /// They want to speak with somebody.
    Person,
    /// Somebody picked up and said nothing.
    Silent,
    /// The line was busy.
    Busy,
    /// Nobody picked up.
    NoAnswer,
    /// The call could not be made.
    Failed,
}

/// A call to a resident.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ResidentCall {
    /// Id of the call.
    pub id: Uuid,
    /// Which try.
    pub attempt: i32,
    /// How far it got.
    pub state: CallState,
    /// How it went.
    pub result: Option<CallOutcome>,
    /// What the seat may do now: the resident said that all is well, and a person closes.
    pub proposes_closing: bool,
    /// When a gateway took it.
    pub placed_at: Option<Time>,
    /// When it was over.
    pub ended_at: Option<Time>,
}

/// Calls about an incident.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
pub struct ResidentCalls {
    /// In order.
    pub calls: Vec<ResidentCall>,
}

/// What a callback answers.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CallbackReceipt {
    /// Whether it was here before; it then has no second effect.
    pub repeated: bool,
    /// What the gateway says to whoever is on the line, before it hangs up.
    pub say: Option<String>,
}

/// What the server does for this tag.
pub trait ReachPort: Send + Sync + 'static {
    /// Takes what a gateway calls back.
    fn gateway_callback(
        &self,
        gateway: String,
        proof: HookProof,
        message: PostedMessage,
    ) -> impl Future<Output = Answer<CallbackReceipt>> + Send;

    /// How the caller is reached.
    fn reach_read(&self, caller: Caller) -> impl Future<Output = Answer<Reach>> + Send;

    /// Sets how the caller is reached.
    fn reach_set(
        &self,
        caller: Caller,
        wanted: ReachWanted,
    ) -> impl Future<Output = Answer<Reach>> + Send;

    /// Keeps what became of one of the caller's notifications.
    fn notification_receipt(
        &self,
        caller: Caller,
        notification_id: Uuid,
        report: ReceiptReport,
    ) -> impl Future<Output = Result<ReceiptKept, Problem>> + Send;

    /// What is known of a notification.
    fn notification_receipts(
        &self,
        caller: Caller,
        notification_id: Uuid,
    ) -> impl Future<Output = Answer<NotificationReceipts>> + Send;

    /// Says yes by a token.
    fn offer_redeem(
        &self,
        caller: Caller,
        redemption: OfferRedemption,
    ) -> impl Future<Output = Answer<Offer>> + Send;

    /// Ends a suspicion: the resident is well.
    fn incident_cancel(
        &self,
        caller: Caller,
        incident_id: Uuid,
        note: Note,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// Has the resident called.
    fn incident_call(
        &self,
        caller: Caller,
        incident_id: Uuid,
    ) -> impl Future<Output = Answer<ResidentCall>> + Send;

    /// Calls about an incident.
    fn incident_calls(
        &self,
        caller: Caller,
        incident_id: Uuid,
    ) -> impl Future<Output = Answer<ResidentCalls>> + Send;
}

/// Routes of this tag over a port.
pub struct ReachApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Reach")]
impl<P: ReachPort> ReachApi<P> {
    /// Call back from a gateway
    ///
    /// Delivery receipts, replies, key presses and results of calls, as JSON with a `kind` of
    /// `receipt`, `reply`, `key` or `call` and an `id` of its own; the whole form stands in the
    /// decision record of the carriers. The request is signed under the gateway's key. What is sent
    /// again is answered again and has no second effect.
    #[oai(
        path = "/gateways/:gateway/callbacks",
        method = "post",
        operation_id = "gateway_callback"
    )]
    async fn gateway_callback(
        &self,
        request: &Request,
        /// Name of the gateway.
        #[oai(validator(max_length = 32))]
        gateway: Path<String>,
        /// When it was signed: seconds since 1970, at most five minutes off.
        #[oai(name = "X-Anlin-Timestamp", validator(max_length = 20))]
        timestamp: Header<Option<String>>,
        /// HMAC-SHA256 over timestamp, a dot and the body under the gateway's key, in hexadecimal digits.
        #[oai(name = "X-Anlin-Signature", validator(max_length = 64))]
        signature: Header<Option<String>>,
        body: AnyBody,
    ) -> Answer<CallbackReceipt> {
        let proof = HookProof {
            secret: None,
            timestamp: timestamp.0,
            signature: signature.0,
        };
        let message = crate::webhooks::posted(request, body);
        self.0.gateway_callback(gateway.0, proof, message).await
    }

    /// Read how the caller is reached
    #[oai(path = "/me/reach", method = "get", operation_id = "reach_read")]
    async fn reach_read(&self, caller: Bearer) -> Answer<Reach> {
        self.0.reach_read(caller.0).await
    }

    /// Set how the caller is reached
    ///
    /// Number, channels in order with the seconds each has, and quiet hours. Repeating it changes
    /// nothing.
    #[oai(path = "/me/reach", method = "put", operation_id = "reach_set")]
    async fn reach_set(&self, caller: Bearer, wanted: Body<ReachWanted>) -> Answer<Reach> {
        self.0.reach_set(caller.0, wanted.0).await
    }

    /// Report a receipt
    ///
    /// The app says how far one of the caller's notifications got; no further channel is tried then.
    #[oai(
        path = "/me/notifications/:notification_id/receipt",
        method = "put",
        operation_id = "notification_receipt"
    )]
    async fn notification_receipt(
        &self,
        caller: Bearer,
        notification_id: Path<Uuid>,
        report: Body<ReceiptReport>,
    ) -> Result<ReceiptKept, Problem> {
        self.0
            .notification_receipt(caller.0, notification_id.0, report.0)
            .await
    }

    /// Read the receipts of a notification
    #[oai(
        path = "/notifications/:notification_id/receipts",
        method = "get",
        operation_id = "notification_receipts"
    )]
    async fn notification_receipts(
        &self,
        caller: Bearer,
        notification_id: Path<Uuid>,
    ) -> Answer<NotificationReceipts> {
        self.0
            .notification_receipts(caller.0, notification_id.0)
            .await
    }

    /// Say yes by a token
    ///
    /// The token of an offer to the caller, from a link or a text message. It is good once and as
    /// long as a yes to the offer counts. Repeating it is answered with the reason why not.
    #[oai(
        path = "/offers/redemptions",
        method = "post",
        operation_id = "offer_redeem"
    )]
    async fn offer_redeem(
        &self,
        caller: Bearer,
        redemption: Body<OfferRedemption>,
    ) -> Answer<Offer> {
        self.0.offer_redeem(caller.0, redemption.0).await
    }

    /// Cancel a suspicion
    ///
    /// The resident is well. Only before the alarm is raised; afterwards people look.
    #[oai(
        path = "/incidents/:incident_id/cancellation",
        method = "post",
        operation_id = "incident_cancel"
    )]
    async fn incident_cancel(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        note: OptionalBody<Note>,
    ) -> Answer<Incident> {
        self.0
            .incident_cancel(caller.0, incident_id.0, note.0)
            .await
    }

    /// Have the resident called
    ///
    /// By the voice gateway, at once. While a call is under way no second one is made.
    #[oai(
        path = "/incidents/:incident_id/calls",
        method = "post",
        operation_id = "incident_call"
    )]
    async fn incident_call(&self, caller: Bearer, incident_id: Path<Uuid>) -> Answer<ResidentCall> {
        self.0.incident_call(caller.0, incident_id.0).await
    }

    /// List calls to the resident
    #[oai(
        path = "/incidents/:incident_id/calls",
        method = "get",
        operation_id = "incident_calls"
    )]
    async fn incident_calls(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
    ) -> Answer<ResidentCalls> {
        self.0.incident_calls(caller.0, incident_id.0).await
    }
}
