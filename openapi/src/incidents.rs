//! Tag incidents: what is handled, from report to closure.

use std::time::Duration;

use futures_util::stream::BoxStream;
use poem::web::sse::Event;
use poem_openapi::{
    ApiResponse, OpenApi,
    param::{Header, Path, Query},
    payload::{EventStream, Json},
    types::ToJSON,
};
use uuid::Uuid;

use crate::{
    Answer, Bearer, Caller, Page, PageRequest, Problem, Tag,
    body::{Body, OptionalBody},
};

mod candidates;
mod homes;
mod types;

pub use candidates::*;
pub use homes::*;
pub use types::*;

/// Silence on the stream after which a comment keeps it open.
pub const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Events of the stream, oldest first, each with a rising `seq`.
pub type IncidentEvents = BoxStream<'static, IncidentEvent>;

/// What reporting answers.
#[derive(Debug, ApiResponse)]
pub enum Reported {
    /// The report was known (same key, or an open incident of the same cause).
    #[oai(status = 200)]
    Known(
        Json<Incident>,
        /// Path of the incident.
        #[oai(header = "Location")]
        String,
    ),
    /// A new incident was opened.
    #[oai(status = 201)]
    Opened(
        Json<Incident>,
        /// Path of the incident.
        #[oai(header = "Location")]
        String,
    ),
}

impl Reported {
    /// Answer for an incident that was known.
    pub fn known(incident: Incident) -> Self {
        let location = format!("/v1/incidents/{}", incident.id);
        Self::Known(Json(incident), location)
    }

    /// Answer for an incident that this report opened.
    pub fn opened(incident: Incident) -> Self {
        let location = format!("/v1/incidents/{}", incident.id);
        Self::Opened(Json(incident), location)
    }
}

/// What the server does for this tag. No default bodies: a forgotten operation
/// does not compile. `key` is the caller's idempotency key.
pub trait IncidentsPort: Send + Sync + 'static {
    /// Incidents, newest first.
    fn incident_list(
        &self,
        caller: Caller,
        filter: IncidentFilter,
        page: PageRequest,
    ) -> impl Future<Output = Answer<Page<Incident>>> + Send;

    /// Opens an incident, or finds the one that the key or cause already opened.
    fn incident_report(
        &self,
        caller: Caller,
        key: String,
        report: IncidentReport,
    ) -> impl Future<Output = Result<Reported, Problem>> + Send;

    /// One incident with offers and timeline.
    fn incident_read(
        &self,
        caller: Caller,
        incident_id: Uuid,
    ) -> impl Future<Output = Answer<IncidentDetail>> + Send;

    /// Events after `after` (or from now), then live ones, each authorised for the caller.
    fn incident_stream(
        &self,
        caller: Caller,
        after: Option<i64>,
    ) -> impl Future<Output = Result<IncidentEvents, Problem>> + Send;

    /// What a map of the incident shows.
    fn incident_map(
        &self,
        caller: Caller,
        incident_id: Uuid,
    ) -> impl Future<Output = Answer<IncidentMap>> + Send;

    /// Who was asked, who was not, and why.
    fn incident_candidates(
        &self,
        caller: Caller,
        incident_id: Uuid,
    ) -> impl Future<Output = Answer<IncidentCandidates>> + Send;

    /// The homes of an area that is not heard.
    fn incident_homes(
        &self,
        caller: Caller,
        incident_id: Uuid,
    ) -> impl Future<Output = Answer<OutageHomes>> + Send;

    /// An operator takes the incident.
    fn incident_acknowledge(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        note: Note,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// Ties an unknown device's incident to a resident.
    fn incident_identify(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        identification: Identification,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// The accepted responder is on the way.
    fn incident_depart(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// The accepted responder, or an operator on their behalf, reports arrival.
    fn incident_arrive(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        note: Note,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// Closes the incident with an outcome.
    fn incident_close(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        closure: Closure,
    ) -> impl Future<Output = Answer<Incident>> + Send;

    /// Opens a closed incident again.
    fn incident_reopen(
        &self,
        caller: Caller,
        incident_id: Uuid,
        key: Option<String>,
        reopening: Reopening,
    ) -> impl Future<Output = Answer<Incident>> + Send;
}

/// Routes of this tag over a port.
pub struct IncidentsApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Incidents")]
impl<P: IncidentsPort> IncidentsApi<P> {
    /// List incidents
    ///
    /// Newest first. Each caller sees what their role may see.
    #[oai(path = "/incidents", method = "get", operation_id = "incident_list")]
    async fn incident_list(
        &self,
        caller: Bearer,
        /// Which incidents; `open` when left out.
        state: Query<Option<IncidentFilter>>,
        /// Cursor of the page before.
        #[oai(validator(max_length = 48, pattern = "^[0-9a-f]{1,15}-[0-9a-f]{32}$"))]
        cursor: Query<Option<String>>,
        /// Items on a page; 50 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
    ) -> Answer<Page<Incident>> {
        let page = PageRequest::new(cursor.0, limit.0);
        self.0
            .incident_list(caller.0, state.0.unwrap_or_default(), page)
            .await
    }

    /// Report an incident
    ///
    /// For the help button and for reports by telephone. Repeating the key answers
    /// with the same incident.
    #[oai(path = "/incidents", method = "post", operation_id = "incident_report")]
    async fn incident_report(
        &self,
        caller: Bearer,
        /// Chosen by the caller, one per report; repeats change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<String>,
        report: Body<IncidentReport>,
    ) -> Result<Reported, Problem> {
        self.0.incident_report(caller.0, key.0, report.0).await
    }

    /// Stream incident events
    ///
    /// Server-sent events named `timeline`; the id of each is its `seq`. A client that
    /// reconnects sends `Last-Event-ID` and misses nothing.
    #[oai(
        path = "/incidents/stream",
        method = "get",
        operation_id = "incident_stream"
    )]
    async fn incident_stream(
        &self,
        caller: Bearer,
        /// Start after this `seq`; `Last-Event-ID` wins over it.
        #[oai(validator(minimum(value = "0"), maximum(value = "1000000000000000")))]
        after: Query<Option<i64>>,
        /// The last `seq` that the client has seen.
        #[oai(
            name = "Last-Event-ID",
            validator(minimum(value = "0"), maximum(value = "1000000000000000"))
        )]
        last_event_id: Header<Option<i64>>,
    ) -> Result<EventStream<IncidentEvents>, Problem> {
        let after = last_event_id.0.or(after.0);
        let events = self.0.incident_stream(caller.0, after).await?;
        let to_event = |event: IncidentEvent| {
            let id = event.seq.to_string();
            Event::message(event.to_json_string())
                .id(id)
                .event_type("timeline")
        };
        Ok(EventStream::new(events)
            .keep_alive(KEEP_ALIVE)
            .to_event(to_event))
    }

    /// Read an incident
    #[oai(
        path = "/incidents/:incident_id",
        method = "get",
        operation_id = "incident_read"
    )]
    async fn incident_read(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
    ) -> Answer<IncidentDetail> {
        self.0.incident_read(caller.0, incident_id.0).await
    }

    /// Read the map of an incident
    ///
    /// The walking network around it, the candidates and the chosen route.
    #[oai(
        path = "/incidents/:incident_id/map",
        method = "get",
        operation_id = "incident_map"
    )]
    async fn incident_map(&self, caller: Bearer, incident_id: Path<Uuid>) -> Answer<IncidentMap> {
        self.0.incident_map(caller.0, incident_id.0).await
    }

    /// Read the candidates of an incident
    ///
    /// Who was asked in each wave, who near by was not, what spoke for and against each
    /// of them, and what cover their committees keep. A responder reads only what
    /// concerns themselves.
    #[oai(
        path = "/incidents/:incident_id/candidates",
        method = "get",
        operation_id = "incident_candidates"
    )]
    async fn incident_candidates(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
    ) -> Answer<IncidentCandidates> {
        self.0.incident_candidates(caller.0, incident_id.0).await
    }

    /// List the homes of an outage
    ///
    /// Of an `area_outage`: who is not heard, the most vulnerable first.
    #[oai(
        path = "/incidents/:incident_id/homes",
        method = "get",
        operation_id = "incident_homes"
    )]
    async fn incident_homes(&self, caller: Bearer, incident_id: Path<Uuid>) -> Answer<OutageHomes> {
        self.0.incident_homes(caller.0, incident_id.0).await
    }

    /// Acknowledge an incident
    ///
    /// An operator takes it; the others see who has it.
    #[oai(
        path = "/incidents/:incident_id/acknowledgements",
        method = "post",
        operation_id = "incident_acknowledge"
    )]
    async fn incident_acknowledge(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        note: OptionalBody<Note>,
    ) -> Answer<Incident> {
        self.0
            .incident_acknowledge(caller.0, incident_id.0, key.0, note.0)
            .await
    }

    /// Identify the resident of an incident
    ///
    /// Ties an unknown device's incident to a resident; from then on it is handled as
    /// that resident's alarm.
    #[oai(
        path = "/incidents/:incident_id/identification",
        method = "post",
        operation_id = "incident_identify"
    )]
    async fn incident_identify(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        identification: Body<Identification>,
    ) -> Answer<Incident> {
        self.0
            .incident_identify(caller.0, incident_id.0, key.0, identification.0)
            .await
    }

    /// Report departure
    ///
    /// The accepted responder is on the way.
    #[oai(
        path = "/incidents/:incident_id/departure",
        method = "post",
        operation_id = "incident_depart"
    )]
    async fn incident_depart(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
    ) -> Answer<Incident> {
        self.0.incident_depart(caller.0, incident_id.0, key.0).await
    }

    /// Report arrival
    ///
    /// The accepted responder is on the scene. An operator may report it on their
    /// behalf; that is refused with 409 without a note.
    #[oai(
        path = "/incidents/:incident_id/arrival",
        method = "post",
        operation_id = "incident_arrive"
    )]
    async fn incident_arrive(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        note: OptionalBody<Note>,
    ) -> Answer<Incident> {
        self.0
            .incident_arrive(caller.0, incident_id.0, key.0, note.0)
            .await
    }

    /// Close an incident
    ///
    /// Refused with 409 without an on-scene record or an operator's note.
    #[oai(
        path = "/incidents/:incident_id/closure",
        method = "post",
        operation_id = "incident_close"
    )]
    async fn incident_close(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        closure: Body<Closure>,
    ) -> Answer<Incident> {
        self.0
            .incident_close(caller.0, incident_id.0, key.0, closure.0)
            .await
    }

    /// Reopen an incident
    ///
    /// The only way out of `closed`.
    #[oai(
        path = "/incidents/:incident_id/reopening",
        method = "post",
        operation_id = "incident_reopen"
    )]
    async fn incident_reopen(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
        reopening: Body<Reopening>,
    ) -> Answer<Incident> {
        self.0
            .incident_reopen(caller.0, incident_id.0, key.0, reopening.0)
            .await
    }
}
