//! Tag devices: what raises alarms, and the raw frames it sent.

use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};
use uuid::Uuid;

use crate::{
    Answer, Bearer, Caller, Datum, Identity, Page, PageRequest, Point, Problem, Tag, Time,
    body::Body,
};

/// A device as the caller may see it.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Device {
    /// Id of the device.
    pub id: Uuid,
    /// Number that the device itself sends.
    pub uid: String,
    /// Protocol it speaks.
    pub protocol: String,
    /// Model, when known.
    pub model: Option<String>,
    /// Resident it is assigned to.
    pub resident_id: Option<Uuid>,
    /// When it last sent anything.
    pub last_seen_at: Option<Time>,
    /// Battery at that time.
    #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
    pub battery_pct: Option<i32>,
    /// Last valid position.
    pub last_position: Option<Point>,
    /// Datum that its source sends; positions are always shown in WGS 84.
    pub datum: Datum,
    /// Datum that it seems to send without saying so: a proposal for a person, who may set it.
    pub proposed_datum: Option<Datum>,
    /// Seconds within which it is expected to say anything.
    pub interval_s: u32,
    /// Since when nothing is heard of it, when it counts as silent.
    pub silent_since: Option<Time>,
    /// When its battery is expected to be empty.
    pub battery_flat_at: Option<Time>,
    /// Whether it is on a charger, when it says so.
    pub charging: Option<bool>,
    /// Whether it is on the body, when it says so.
    pub worn: Option<bool>,
    /// Since when it has no fix.
    pub no_fix_since: Option<Time>,
    /// Seconds by which its clock is ahead, when that is more than a day. What came in when is
    /// told by the clock of the service alone.
    pub clock_off_s: Option<i64>,
    /// How far its identity is believed; absent before its first frame.
    pub identity: Option<Identity>,
    /// What carries its frames, when known.
    pub carrier: Option<String>,
    /// Where its first frame came from: the address of the peer, without its port.
    pub first_source: Option<String>,
    /// When its first frame came.
    pub first_seen_at: Option<Time>,
}

/// Which datum a device's source sends.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct DatumSetting {
    /// The datum; left out, the device sends what its model sends.
    pub datum: Option<Datum>,
    /// Why.
    #[oai(validator(min_length = 1, max_length = 500, pattern = r"^[^\u0000]*$"))]
    pub reason: String,
}

/// A frame as it was received; undecodable ones are kept as well.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct Frame {
    /// Id of the frame.
    pub id: Uuid,
    /// When it was received.
    pub received_at: Time,
    /// Where it came from: the address of the peer, without its port.
    pub source: String,
    /// Protocol of the listener.
    pub protocol: String,
    /// Device number, when it could be read.
    pub device_uid: Option<String>,
    /// Type word of the protocol, when it could be read.
    #[oai(rename = "type")]
    pub kind: Option<String>,
    /// Whether it could be decoded.
    pub decoded: bool,
    /// Why not.
    pub error: Option<String>,
    /// The bytes.
    pub frame_hex: String,
    /// Alarms in it, as snake_case words.
    pub alarms: Vec<String>,
    /// What the device's own clock said; it orders nothing.
    pub device_time: Option<Time>,
    /// Seconds by which that clock is ahead, when it is more than a day.
    pub clock_off_s: Option<i64>,
    /// Whether it is in quarantine: it names another device than its connection is bound to.
    pub quarantined: bool,
    /// The device its connection is bound to, for a frame in quarantine.
    pub bound_uid: Option<String>,
    /// Incident it made or joined.
    pub incident_id: Option<Uuid>,
}

/// A device that comes into use.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct DeviceRegistration {
    /// Protocol it speaks, by its stable word, e.g. `watch` or `jt808`.
    #[oai(validator(min_length = 1, max_length = 32, pattern = "^[a-z0-9-]*$"))]
    pub protocol: String,
    /// Number that the device itself sends: 1 to 32 letters, digits, `-` or `_`.
    #[oai(validator(pattern = "^[A-Za-z0-9_-]{1,32}$"))]
    pub uid: String,
    /// The maker's name of the model.
    #[oai(validator(min_length = 1, max_length = 64, pattern = r"^[^\u0000]*$"))]
    pub model: Option<String>,
}

/// What registering a device answers.
#[derive(Debug, ApiResponse)]
pub enum DeviceRegistered {
    /// The same key was registered before.
    #[oai(status = 200)]
    Known(Json<Device>),
    /// It is registered, and nobody wears it.
    #[oai(status = 201)]
    Kept(Json<Device>),
}

/// What the server does for this tag. `key` is the caller's idempotency key.
pub trait DevicesPort: Send + Sync + 'static {
    /// Registers a device.
    fn device_register(
        &self,
        caller: Caller,
        key: String,
        registration: DeviceRegistration,
    ) -> impl Future<Output = Result<DeviceRegistered, Problem>> + Send;

    /// Devices that the caller may see.
    fn device_list(
        &self,
        caller: Caller,
        page: PageRequest,
    ) -> impl Future<Output = Answer<Page<Device>>> + Send;

    /// One device.
    fn device_read(
        &self,
        caller: Caller,
        device_id: Uuid,
    ) -> impl Future<Output = Answer<Device>> + Send;

    /// Says which datum a device's source sends.
    fn datum_set(
        &self,
        caller: Caller,
        device_id: Uuid,
        setting: DatumSetting,
    ) -> impl Future<Output = Answer<Device>> + Send;

    /// Frames kept, newest first; `decoded` filters when given.
    fn frame_list(
        &self,
        caller: Caller,
        decoded: Option<bool>,
        page: PageRequest,
    ) -> impl Future<Output = Answer<Page<Frame>>> + Send;
}

/// Routes of this tag over a port.
pub struct DevicesApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Devices")]
impl<P: DevicesPort> DevicesApi<P> {
    /// Register a device
    #[oai(path = "/devices", method = "post", operation_id = "device_register")]
    async fn device_register(
        &self,
        caller: Bearer,
        /// Repeats with the same key find the first device.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<String>,
        registration: Body<DeviceRegistration>,
    ) -> Result<DeviceRegistered, Problem> {
        self.0
            .device_register(caller.0, key.0, registration.0)
            .await
    }

    /// List devices
    #[oai(path = "/devices", method = "get", operation_id = "device_list")]
    async fn device_list(
        &self,
        caller: Bearer,
        /// Cursor of the page before.
        #[oai(validator(max_length = 48, pattern = "^[0-9a-f]{1,15}-[0-9a-f]{32}$"))]
        cursor: Query<Option<String>>,
        /// Items on a page; 50 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
    ) -> Answer<Page<Device>> {
        self.0
            .device_list(caller.0, PageRequest::new(cursor.0, limit.0))
            .await
    }

    /// List raw frames
    ///
    /// Every frame that was received, newest first, with what could not be decoded.
    #[oai(path = "/devices/frames", method = "get", operation_id = "frame_list")]
    async fn frame_list(
        &self,
        caller: Bearer,
        /// Only frames that could (not) be decoded.
        decoded: Query<Option<bool>>,
        /// Cursor of the page before.
        #[oai(validator(max_length = 48, pattern = "^[0-9a-f]{1,15}-[0-9a-f]{32}$"))]
        cursor: Query<Option<String>>,
        /// Items on a page; 50 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
    ) -> Answer<Page<Frame>> {
        self.0
            .frame_list(caller.0, decoded.0, PageRequest::new(cursor.0, limit.0))
            .await
    }

    /// Read a device
    #[oai(
        path = "/devices/:device_id",
        method = "get",
        operation_id = "device_read"
    )]
    async fn device_read(&self, caller: Bearer, device_id: Path<Uuid>) -> Answer<Device> {
        self.0.device_read(caller.0, device_id.0).await
    }

    /// Set the datum of a device
    ///
    /// Positions that come in from now on are brought to WGS 84 from it.
    #[oai(
        path = "/devices/:device_id/datum",
        method = "put",
        operation_id = "datum_set"
    )]
    async fn datum_set(
        &self,
        caller: Bearer,
        device_id: Path<Uuid>,
        setting: Body<DatumSetting>,
    ) -> Answer<Device> {
        self.0.datum_set(caller.0, device_id.0, setting.0).await
    }
}
