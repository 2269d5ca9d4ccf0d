//! Tag incidents: the steps beside the straight way, the machine itself, exercises and the sheet.

use poem_openapi::{
    ApiResponse, OpenApi, ResponseContent,
    param::{Header, Path},
    payload::{Html, Json},
};
use uuid::Uuid;

use crate::{
    Answer, Bearer, Caller, Incident, Note, Problem, Tag,
    body::{Body, OptionalBody},
};

mod types;

pub use types::*;

/// The sheet as data or as a page to print.
#[derive(ResponseContent)]
pub enum SheetForm {
    /// As data.
    Data(Json<HandoverSheet>),
    /// As a page to print.
    Page(Html<String>),
}

/// What the sheet's operation answers.
#[derive(ApiResponse)]
pub enum SheetAnswer {
    /// The sheet, as a page for whoever accepts `text/html`, else as JSON.
    #[oai(status = 200)]
    Sheet(SheetForm),
}

/// What the server does for these operations. `key` is the caller's idempotency key.
pub trait IncidentStepsPort: Send + Sync + 'static {
    /// The machine.
    fn incident_states(
        &self,
        caller: Caller,
    ) -> impl Future<Output = Answer<IncidentStates>> + Send;

    /// The seat's call-back met silence.
    fn incident_no_answer(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        note: Note,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// The responder who accepted cannot go.
    fn incident_drop(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        note: Note,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// Nobody opens the door.
    fn incident_block_access(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        note: Note,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// Others have the person now.
    fn incident_hand_over(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        hand_over: HandOver,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// Somebody looked again.
    fn incident_follow_up(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        follow_up: FollowUp,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// The person is away for a known time.
    fn incident_suspend(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        suspension: Suspension,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// The other incident is the same emergency.
    fn incident_merge(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        other: OtherIncident,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// The other incident stands for itself after all.
    fn incident_split(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        other: OtherIncident,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// The other incident may have to do with this one.
    fn incident_link(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        other: OtherIncident,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// What it hangs together with.
    fn incident_link_list(
        &self,
        caller: Caller,
        incident_id: Uuid,
    ) -> impl Future<Output = Answer<IncidentLinks>> + Send;

    /// Starts an exercise.
    fn drill_start(
        &self,
        caller: Caller,
        key: Option<String>,
        order: DrillOrder,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// How often a device alarmed without a need.
    fn device_false_alarms(
        &self,
        caller: Caller,
        device_id: Uuid,
    ) -> impl Future<Output = Answer<DeviceFalseAlarms>> + Send;

    /// What an ambulance has to know.
    fn health_read(
        &self,
        caller: Caller,
        resident_id: Uuid,
    ) -> impl Future<Output = Answer<HealthRecord>> + Send;

    /// Writes down what an ambulance has to know.
    fn health_set(
        &self,
        caller: Caller,
        resident_id: Uuid,
        record: HealthRecord,
    ) -> impl Future<Output = Answer<HealthRecord>> + Send;

    /// The sheet for 120, 110 or 119; `as_page` for printing.
    fn handover_sheet(
        &self,
        caller: Caller,
        incident_id: Uuid,
        as_page: bool,
    ) -> impl Future<Output = Result<SheetAnswer, Problem>> + Send;
}

/// Routes over a port.
pub struct IncidentStepsApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Incidents")]
impl<P: IncidentStepsPort> IncidentStepsApi<P> {
    /// Read the states of incidents
    ///
    /// The machine itself: every state with its owners, its deadline and what may happen in it.
    #[oai(
        path = "/incident-states",
        method = "get",
        operation_id = "incident_states"
    )]
    async fn incident_states(&self, caller: Bearer) -> Answer<IncidentStates> {
        self.0.incident_states(caller.0).await
    }

    /// Record a silent call-back
    ///
    /// Nobody spoke: severity 1, an ambulance is asked for and people are asked at once.
    #[oai(
        path = "/incidents/:incident_id/no-answer",
        method = "post",
        operation_id = "incident_no_answer"
    )]
    async fn incident_no_answer(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        note: OptionalBody<Note>,
    ) -> Answer<Incident> {
        self.0
            .incident_no_answer(caller.0, incident_id.0, key.0, note.0)
            .await
    }

    /// Drop out
    ///
    /// The responder who accepted cannot go; others are asked at once. An operator may say it for
    /// them.
    #[oai(
        path = "/incidents/:incident_id/drop-out",
        method = "post",
        operation_id = "incident_drop"
    )]
    async fn incident_drop(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        note: OptionalBody<Note>,
    ) -> Answer<Incident> {
        self.0
            .incident_drop(caller.0, incident_id.0, key.0, note.0)
            .await
    }

    /// Report a shut door
    ///
    /// Somebody is there and nobody opens. Reporting arrival again says that they are in.
    #[oai(
        path = "/incidents/:incident_id/shut-door",
        method = "post",
        operation_id = "incident_block_access"
    )]
    async fn incident_block_access(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        note: OptionalBody<Note>,
    ) -> Answer<Incident> {
        self.0
            .incident_block_access(caller.0, incident_id.0, key.0, note.0)
            .await
    }

    /// Hand over
    ///
    /// 120, a hospital, 110 or 119 has the person now.
    #[oai(
        path = "/incidents/:incident_id/hand-over",
        method = "post",
        operation_id = "incident_hand_over"
    )]
    async fn incident_hand_over(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        hand_over: Body<HandOver>,
    ) -> Answer<Incident> {
        self.0
            .incident_hand_over(caller.0, incident_id.0, key.0, hand_over.0)
            .await
    }

    /// Record a follow-up
    ///
    /// The visit or call of the next day: well closes it, not reached tries again, needs help
    /// opens it again.
    #[oai(
        path = "/incidents/:incident_id/follow-up",
        method = "post",
        operation_id = "incident_follow_up"
    )]
    async fn incident_follow_up(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        follow_up: Body<FollowUp>,
    ) -> Answer<Incident> {
        self.0
            .incident_follow_up(caller.0, incident_id.0, key.0, follow_up.0)
            .await
    }

    /// Suspend an incident
    ///
    /// The person is in a hospital or on a journey. It goes on by itself, or with the next alarm.
    #[oai(
        path = "/incidents/:incident_id/suspension",
        method = "post",
        operation_id = "incident_suspend"
    )]
    async fn incident_suspend(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        suspension: Body<Suspension>,
    ) -> Answer<Incident> {
        self.0
            .incident_suspend(caller.0, incident_id.0, key.0, suspension.0)
            .await
    }

    /// Merge another incident into this one
    ///
    /// Both histories stay. Refused when they concern different people, or when somebody is on the
    /// way for the other.
    #[oai(
        path = "/incidents/:incident_id/merges",
        method = "post",
        operation_id = "incident_merge"
    )]
    async fn incident_merge(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        other: Body<OtherIncident>,
    ) -> Answer<Incident> {
        self.0
            .incident_merge(caller.0, incident_id.0, key.0, other.0)
            .await
    }

    /// Split a merged incident off again
    ///
    /// It stands for itself again, and people are asked for it at once.
    #[oai(
        path = "/incidents/:incident_id/splits",
        method = "post",
        operation_id = "incident_split"
    )]
    async fn incident_split(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        other: Body<OtherIncident>,
    ) -> Answer<Incident> {
        self.0
            .incident_split(caller.0, incident_id.0, key.0, other.0)
            .await
    }

    /// Link two incidents
    ///
    /// They may have to do with each other; both go on as they are.
    #[oai(
        path = "/incidents/:incident_id/links",
        method = "post",
        operation_id = "incident_link"
    )]
    async fn incident_link(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        other: Body<OtherIncident>,
    ) -> Answer<Incident> {
        self.0
            .incident_link(caller.0, incident_id.0, key.0, other.0)
            .await
    }

    /// List what an incident hangs together with
    #[oai(
        path = "/incidents/:incident_id/links",
        method = "get",
        operation_id = "incident_link_list"
    )]
    async fn incident_link_list(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
    ) -> Answer<IncidentLinks> {
        self.0.incident_link_list(caller.0, incident_id.0).await
    }

    /// Start an exercise
    ///
    /// It runs the live path and reaches nobody but those who take part. One at a time for each
    /// resident.
    #[oai(path = "/drills", method = "post", operation_id = "drill_start")]
    async fn drill_start(
        &self,
        caller: Bearer,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        order: Body<DrillOrder>,
    ) -> Answer<Incident> {
        self.0.drill_start(caller.0, key.0, order.0).await
    }

    /// Read the false alarms of a device
    #[oai(
        path = "/devices/:device_id/false-alarms",
        method = "get",
        operation_id = "device_false_alarms"
    )]
    async fn device_false_alarms(
        &self,
        caller: Bearer,
        device_id: Path<Uuid>,
    ) -> Answer<DeviceFalseAlarms> {
        self.0.device_false_alarms(caller.0, device_id.0).await
    }

    /// Read what an ambulance has to know of a resident
    #[oai(
        path = "/residents/:resident_id/health",
        method = "get",
        operation_id = "health_read"
    )]
    async fn health_read(&self, caller: Bearer, resident_id: Path<Uuid>) -> Answer<HealthRecord> {
        self.0.health_read(caller.0, resident_id.0).await
    }

    /// Write down what an ambulance has to know of a resident
    #[oai(
        path = "/residents/:resident_id/health",
        method = "put",
        operation_id = "health_set"
    )]
    async fn health_set(
        &self,
        caller: Bearer,
        resident_id: Path<Uuid>,
        record: Body<HealthRecord>,
    ) -> Answer<HealthRecord> {
        self.0.health_set(caller.0, resident_id.0, record.0).await
    }

    /// Read the sheet for 120, 110 or 119
    ///
    /// One page: who, where with gate, floor, lift and key, what was seen, illnesses and drugs,
    /// languages. With `Accept: text/html` it comes ready to print; `spoken` is for reading aloud.
    #[oai(
        path = "/incidents/:incident_id/handover-sheet",
        method = "get",
        operation_id = "handover_sheet"
    )]
    async fn handover_sheet(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// `text/html` for the page to print.
        accept: Header<Option<String>>,
    ) -> Result<SheetAnswer, Problem> {
        let as_page = accept.0.is_some_and(|accept| accept.contains("text/html"));
        self.0
            .handover_sheet(caller.0, incident_id.0, as_page)
            .await
    }
}
