//! Tag devices: labelled, bound to a resident, taken back, and seen to work.

use poem_openapi::{
    ApiResponse, Enum, Object, OpenApi,
    param::{Header, Path, Query},
    payload::{Json, PlainText},
};
use uuid::Uuid;

use crate::{Answer, Bearer, Caller, Page, PageRequest, Problem, Tag, Time, body::Body};

/// A label to print.
#[derive(Debug, ApiResponse)]
pub enum DeviceLabelDrawn {
    /// A picture of the code, `anlin:device/ID#CODE`.
    #[oai(status = 200, content_type = "image/svg+xml")]
    Drawn(PlainText<String>),
}

/// Why a device is no longer a resident's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum UnbindingReason {
    /// Somebody else gets it.
    HandedOver,
    /// It came back.
    Returned,
    /// Nobody knows where it is.
    Lost,
    /// The resident died: the family's access ends as well.
    Death,
    /// The resident moves away: the family's access ends as well.
    MovingAway,
}

/// Why a device is taken from its wearer.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct UnbindingOrder {
    /// Why.
    pub reason: UnbindingReason,
}

/// One time of a device with a resident.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Binding {
    /// Id of the binding.
    pub id: Uuid,
    /// Which device.
    pub device_id: Uuid,
    /// Whose it is or was.
    pub resident_id: Uuid,
    /// Since when; left out where it was before records were kept.
    pub bound_at: Option<Time>,
    /// Account that bound it.
    pub bound_by: Option<Uuid>,
    /// Until when.
    pub until: Option<Time>,
    /// Account that ended it.
    pub ended_by: Option<Uuid>,
    /// Why it ended.
    pub reason: Option<UnbindingReason>,
}

/// A scanned label and whom the device is for.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct BindingOrder {
    /// The device on the label.
    pub device_id: Uuid,
    /// The code on the label: ten letters and digits, in any case, with or without blanks.
    #[oai(validator(min_length = 10, max_length = 20, pattern = "^[0-9A-Za-z -]*$"))]
    pub code: String,
    /// Who gets it.
    pub resident_id: Uuid,
}

/// What binding a device answers.
#[derive(Debug, ApiResponse)]
pub enum BindingOpened {
    /// The same key was bound before.
    #[oai(status = 200)]
    Known(Json<Binding>),
    /// It is the resident's from now on.
    #[oai(status = 201)]
    Kept(Json<Binding>),
}

/// What shows that a device works where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum EnrolmentProof {
    /// Any frame of it.
    Frame,
    /// A press of the help button.
    Alarm,
}

/// How far an enrolment got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum EnrolmentState {
    /// Handed out; the proof is awaited.
    Pending,
    /// The device has shown that it works.
    Proven,
    /// The deadline passed without a proof: the seat has a case.
    Overdue,
    /// The device was taken back before.
    Cancelled,
}

/// A device that is handed out.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct EnrolmentOrder {
    /// Which device; nobody wears it yet.
    pub device_id: Uuid,
    /// Who gets it.
    pub resident_id: Uuid,
    /// When it has to have shown that it works, within the next 90 days.
    pub due_at: Time,
    /// What shows it.
    pub proof: EnrolmentProof,
}

/// An order and how far it got.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Enrolment {
    /// Id of the order.
    pub id: Uuid,
    /// Which device.
    pub device_id: Uuid,
    /// Who gets it.
    pub resident_id: Uuid,
    /// Account that ordered it.
    pub ordered_by: Uuid,
    /// When.
    pub ordered_at: Time,
    /// When it has to have shown that it works.
    pub due_at: Time,
    /// What shows it.
    pub proof: EnrolmentProof,
    /// How far it got.
    pub state: EnrolmentState,
    /// When it showed it.
    pub proven_at: Option<Time>,
    /// Until then a press of the help button sends nobody.
    pub test_until: Option<Time>,
    /// The seat's case, when the deadline passed.
    pub incident_id: Option<Uuid>,
}

/// What ordering an enrolment answers.
#[derive(Debug, ApiResponse)]
pub enum EnrolmentOrdered {
    /// The same key was ordered before.
    #[oai(status = 200)]
    Known(Json<Enrolment>),
    /// The device is the resident's, and its proof is awaited.
    #[oai(status = 201)]
    Kept(Json<Enrolment>),
}

/// For how long a help button is tried out.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct ProofTest {
    /// Seconds from now on in which a press sends nobody; the seat sees it all the same.
    #[oai(validator(minimum(value = "30"), maximum(value = "300")))]
    pub window_s: u32,
}

/// What the server does for the life of a device. `key` is the caller's idempotency key.
pub trait BindingsPort: Send + Sync + 'static {
    /// Draws the label of a device.
    fn device_label(
        &self,
        caller: Caller,
        device_id: Uuid,
    ) -> impl Future<Output = Result<DeviceLabelDrawn, Problem>> + Send;

    /// Takes a device from its wearer.
    fn device_unbind(
        &self,
        caller: Caller,
        device_id: Uuid,
        key: Option<String>,
        order: UnbindingOrder,
    ) -> impl Future<Output = Answer<Binding>> + Send;

    /// Whose a device is and was.
    fn binding_list(
        &self,
        caller: Caller,
        device_id: Uuid,
        page: PageRequest,
    ) -> impl Future<Output = Answer<Page<Binding>>> + Send;

    /// Binds a device by its label.
    fn binding_open(
        &self,
        caller: Caller,
        key: String,
        order: BindingOrder,
    ) -> impl Future<Output = Result<BindingOpened, Problem>> + Send;

    /// Hands a device out and awaits its proof.
    fn enrolment_order(
        &self,
        caller: Caller,
        key: String,
        order: EnrolmentOrder,
    ) -> impl Future<Output = Result<EnrolmentOrdered, Problem>> + Send;

    /// Orders, newest first.
    fn enrolment_list(
        &self,
        caller: Caller,
        page: PageRequest,
    ) -> impl Future<Output = Answer<Page<Enrolment>>> + Send;

    /// One order.
    fn enrolment_read(
        &self,
        caller: Caller,
        enrolment_id: Uuid,
    ) -> impl Future<Output = Answer<Enrolment>> + Send;

    /// Tries a help button out on purpose.
    fn enrolment_test(
        &self,
        caller: Caller,
        enrolment_id: Uuid,
        key: Option<String>,
        test: ProofTest,
    ) -> impl Future<Output = Answer<Enrolment>> + Send;
}

/// Routes of the life of a device over a port.
pub struct BindingsApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Devices")]
impl<P: BindingsPort> BindingsApi<P> {
    /// Draw the label of a device
    ///
    /// The code on it binds the device once. Until then it stays the same; a device that somebody
    /// wears has none.
    #[oai(
        path = "/devices/:device_id/label",
        method = "get",
        operation_id = "device_label"
    )]
    async fn device_label(
        &self,
        caller: Bearer,
        device_id: Path<Uuid>,
    ) -> Result<DeviceLabelDrawn, Problem> {
        self.0.device_label(caller.0, device_id.0).await
    }

    /// Take a device from its wearer
    ///
    /// From the answer on nothing of the wearer is seen through it, and what it sends is nobody's:
    /// an alarm comes before the seat as one of an unknown device. What was recorded stays.
    #[oai(
        path = "/devices/:device_id/unbinding",
        method = "post",
        operation_id = "device_unbind"
    )]
    async fn device_unbind(
        &self,
        caller: Bearer,
        device_id: Path<Uuid>,
        /// Repeats change nothing, with or without a key.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        order: Body<UnbindingOrder>,
    ) -> Answer<Binding> {
        self.0
            .device_unbind(caller.0, device_id.0, key.0, order.0)
            .await
    }

    /// List whose a device is and was
    ///
    /// All of it, the latest first.
    #[oai(
        path = "/devices/:device_id/bindings",
        method = "get",
        operation_id = "binding_list"
    )]
    async fn binding_list(
        &self,
        caller: Bearer,
        device_id: Path<Uuid>,
        /// Cursor of the page before.
        #[oai(validator(max_length = 48, pattern = "^[0-9a-f]{1,15}-[0-9a-f]{32}$"))]
        cursor: Query<Option<String>>,
        /// Items on a page; 50 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
    ) -> Answer<Page<Binding>> {
        self.0
            .binding_list(caller.0, device_id.0, PageRequest::new(cursor.0, limit.0))
            .await
    }

    /// Bind a device by its label
    #[oai(path = "/bindings", method = "post", operation_id = "binding_open")]
    async fn binding_open(
        &self,
        caller: Bearer,
        /// Repeats with the same key find the first binding.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<String>,
        order: Body<BindingOrder>,
    ) -> Result<BindingOpened, Problem> {
        self.0.binding_open(caller.0, key.0, order.0).await
    }

    /// Hand a device out
    ///
    /// It is the resident's from the answer on, and a real alarm is one. Where the proof does not
    /// come by the deadline, the seat gets a case.
    #[oai(
        path = "/enrolments",
        method = "post",
        operation_id = "enrolment_order"
    )]
    async fn enrolment_order(
        &self,
        caller: Bearer,
        /// Repeats with the same key find the first order.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<String>,
        order: Body<EnrolmentOrder>,
    ) -> Result<EnrolmentOrdered, Problem> {
        self.0.enrolment_order(caller.0, key.0, order.0).await
    }

    /// List enrolments
    #[oai(path = "/enrolments", method = "get", operation_id = "enrolment_list")]
    async fn enrolment_list(
        &self,
        caller: Bearer,
        /// Cursor of the page before.
        #[oai(validator(max_length = 48, pattern = "^[0-9a-f]{1,15}-[0-9a-f]{32}$"))]
        cursor: Query<Option<String>>,
        /// Items on a page; 50 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
    ) -> Answer<Page<Enrolment>> {
        self.0
            .enrolment_list(caller.0, PageRequest::new(cursor.0, limit.0))
            .await
    }

    /// Read an enrolment
    #[oai(
        path = "/enrolments/:enrolment_id",
        method = "get",
        operation_id = "enrolment_read"
    )]
    async fn enrolment_read(&self, caller: Bearer, enrolment_id: Path<Uuid>) -> Answer<Enrolment> {
        self.0.enrolment_read(caller.0, enrolment_id.0).await
    }

    /// Try a help button out
    ///
    /// While the window is open, a press of this device's help button comes before the seat and
    /// sends nobody. A fall, another device, or a press after the window is real.
    #[oai(
        path = "/enrolments/:enrolment_id/tests",
        method = "post",
        operation_id = "enrolment_test"
    )]
    async fn enrolment_test(
        &self,
        caller: Bearer,
        enrolment_id: Path<Uuid>,
        /// Repeats begin the window anew, with or without a key.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        test: Body<ProofTest>,
    ) -> Answer<Enrolment> {
        self.0
            .enrolment_test(caller.0, enrolment_id.0, key.0, test.0)
            .await
    }
}
