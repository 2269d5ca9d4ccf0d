//! Tag devices: what a device is told to do.

use poem_openapi::{
    ApiResponse, Enum, Object, OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};
use uuid::Uuid;

use crate::{Answer, Bearer, Caller, Page, PageRequest, Problem, Tag, Time, body::Body};

/// What a device can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CommandKind {
    /// Ring or beep, so that it is found.
    Ring,
    /// Send a position now.
    Locate,
    /// Call `number`.
    CallBack,
    /// Take `number` as the centre's, which the help button calls.
    SetCentre,
    /// Send a position every `interval_s` seconds.
    UploadEvery,
    /// Say or show `text`.
    Speak,
}

/// How far a command got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum CommandState {
    /// Waits for the device.
    Queued,
    /// Handed to the device; the end where its protocol has no answer.
    Sent,
    /// The device said that it did it.
    Acknowledged,
    /// Not sent, or not answered, before its deadline.
    Expired,
    /// Taken back before it was sent.
    Cancelled,
    /// The device refuses it, or has no frame for it.
    Failed,
}

/// Something a device is told to do.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct DeviceCommandOrder {
    /// What.
    pub kind: CommandKind,
    /// Whom to call; with `call_back` and `set_centre` only.
    #[oai(validator(pattern = "^[+]?[0-9]{3,20}$"))]
    pub number: Option<String>,
    /// Seconds between positions; with `upload_every` only.
    #[oai(validator(minimum(value = "10"), maximum(value = "86400")))]
    pub interval_s: Option<u32>,
    /// What to say; with `speak` only.
    #[oai(validator(min_length = 1, max_length = 200, pattern = r"^[^\u0000]*$"))]
    pub text: Option<String>,
    /// After that it is not sent any more; ten minutes, for settings seven days, when left out.
    pub deadline_at: Option<Time>,
}

/// A command and how far it got.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct DeviceCommand {
    /// Id of the command.
    pub id: Uuid,
    /// The device that is told.
    pub device_id: Uuid,
    /// What.
    pub kind: CommandKind,
    /// Whom to call; shown to the seat.
    pub number: Option<String>,
    /// Seconds between positions.
    pub interval_s: Option<u32>,
    /// What to say; shown to the seat.
    pub text: Option<String>,
    /// How far it got.
    pub state: CommandState,
    /// How often it was sent.
    pub attempts: u32,
    /// Account that wants it.
    pub asked_by: Uuid,
    /// Since when.
    pub asked_at: Time,
    /// After that it is not sent any more.
    pub deadline_at: Time,
    /// When it was last sent.
    pub sent_at: Option<Time>,
    /// When the device answered.
    pub answered_at: Option<Time>,
    /// Why it failed.
    pub reason: Option<String>,
}

/// What queueing a command answers.
#[derive(Debug, ApiResponse)]
pub enum DeviceCommandQueued {
    /// The same key was queued before.
    #[oai(status = 200)]
    Known(Json<DeviceCommand>),
    /// It is kept, and sent when the device is there.
    #[oai(status = 201)]
    Kept(Json<DeviceCommand>),
}

/// What the server does for commands. `key` is the caller's idempotency key.
pub trait DeviceCommandsPort: Send + Sync + 'static {
    /// Tells a device to do something, now or when it comes.
    fn device_command_queue(
        &self,
        caller: Caller,
        device_id: Uuid,
        key: String,
        order: DeviceCommandOrder,
    ) -> impl Future<Output = Result<DeviceCommandQueued, Problem>> + Send;

    /// What a device was told, newest first.
    fn device_command_list(
        &self,
        caller: Caller,
        device_id: Uuid,
        page: PageRequest,
    ) -> impl Future<Output = Answer<Page<DeviceCommand>>> + Send;

    /// One command.
    fn device_command_read(
        &self,
        caller: Caller,
        device_id: Uuid,
        command_id: Uuid,
    ) -> impl Future<Output = Answer<DeviceCommand>> + Send;

    /// Takes a command back before it is sent.
    fn device_command_cancel(
        &self,
        caller: Caller,
        device_id: Uuid,
        command_id: Uuid,
    ) -> impl Future<Output = Answer<DeviceCommand>> + Send;
}

/// Routes of commands over a port.
pub struct DeviceCommandsApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Devices")]
impl<P: DeviceCommandsPort> DeviceCommandsApi<P> {
    /// Tell a device to do something
    ///
    /// Kept first, then sent as soon as the device is connected, until the deadline. A command that
    /// the device's protocol has no way to say is refused here.
    #[oai(
        path = "/devices/:device_id/commands",
        method = "post",
        operation_id = "device_command_queue"
    )]
    async fn device_command_queue(
        &self,
        caller: Bearer,
        device_id: Path<Uuid>,
        /// Repeats with the same key find the first command.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<String>,
        order: Body<DeviceCommandOrder>,
    ) -> Result<DeviceCommandQueued, Problem> {
        self.0
            .device_command_queue(caller.0, device_id.0, key.0, order.0)
            .await
    }

    /// List commands of a device
    #[oai(
        path = "/devices/:device_id/commands",
        method = "get",
        operation_id = "device_command_list"
    )]
    async fn device_command_list(
        &self,
        caller: Bearer,
        device_id: Path<Uuid>,
        /// Cursor of the page before.
        #[oai(validator(max_length = 48, pattern = "^[0-9a-f]{1,15}-[0-9a-f]{32}$"))]
        cursor: Query<Option<String>>,
        /// Items on a page; 50 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
    ) -> Answer<Page<DeviceCommand>> {
        self.0
            .device_command_list(caller.0, device_id.0, PageRequest::new(cursor.0, limit.0))
            .await
    }

    /// Read a command
    #[oai(
        path = "/devices/:device_id/commands/:command_id",
        method = "get",
        operation_id = "device_command_read"
    )]
    async fn device_command_read(
        &self,
        caller: Bearer,
        device_id: Path<Uuid>,
        command_id: Path<Uuid>,
    ) -> Answer<DeviceCommand> {
        self.0
            .device_command_read(caller.0, device_id.0, command_id.0)
            .await
    }

    /// Take a command back
    ///
    /// Only before it is sent. Repeating it changes nothing.
    #[oai(
        path = "/devices/:device_id/commands/:command_id",
        method = "delete",
        operation_id = "device_command_cancel"
    )]
    async fn device_command_cancel(
        &self,
        caller: Bearer,
        device_id: Path<Uuid>,
        command_id: Path<Uuid>,
    ) -> Answer<DeviceCommand> {
        self.0
            .device_command_cancel(caller.0, device_id.0, command_id.0)
            .await
    }
}
