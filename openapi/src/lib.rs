//! The contract: operations, wire types, problems and the committed document.
//!
//! One file per tag holds its types, its port (what the server implements) and its
//! routes. The crate knows neither the domain nor a database: a wire type is a
//! promise to strangers, a domain type is ours to change. Start in `incidents.rs`;
//! `document.rs` makes the document, `edge.rs` what every answer has in common.

use poem_openapi::{OpenApiService, Tags};

mod auth;
mod bindings;
mod body;
pub mod compatibility;
mod device_commands;
mod device_credentials;
mod devices;
mod document;
mod edge;
mod evidence;
mod incident_steps;
mod incidents;
mod ladders;
mod life_signs;
mod limits;
mod notifications;
mod ops;
mod paging;
mod place;
mod problem;
mod push_endpoints;
mod reach;
mod residents;
mod responders;
mod schema;
mod street_closures;
mod stub;
mod time;
mod webhooks;

pub use auth::{Authenticate, Bearer, Caller, Role};
pub use bindings::*;
pub use device_commands::*;
pub use device_credentials::*;
pub use devices::*;
pub use document::{document, document_json, document_value, read_document};
pub use edge::{TRACE_HEADER, TraceId, catch_all, edge, edge_with_limit, routes};
pub use evidence::*;
pub use incident_steps::*;
pub use incidents::*;
pub use ladders::*;
pub use life_signs::*;
pub use limits::MAX_BODY_BYTES;
pub use notifications::*;
pub use ops::*;
pub use paging::{DEFAULT_LIMIT, MAX_LIMIT, Page, PageRequest};
pub use place::{Datum, Point};
pub use problem::{Answer, FieldError, Problem, ProblemBody, RETRY_AFTER_S, Slug};
pub use push_endpoints::*;
pub use reach::*;
pub use residents::*;
pub use responders::*;
pub use street_closures::*;
pub use stub::DocumentOnly;
pub use time::Time;
pub use webhooks::*;

/// Tags of the document.
#[derive(Debug, Clone, Copy, Tags)]
#[oai(rename_all = "kebab-case")]
pub enum Tag {
    /// What is handled, from report to closure.
    Incidents,
    /// The people the service is for, and their homes.
    Residents,
    /// What raises alarms, and the raw frames it sent.
    Devices,
    /// Messages of devices and network servers over HTTPS; they carry their own proof.
    Webhooks,
    /// Rules about water, doors and movement.
    LifeSigns,
    /// Who is asked and told when, and what chooses it.
    Ladders,
    /// Who may be sent, what they are asked, what they answer.
    Responders,
    /// What an alarm was weighed by, and traces that add to it.
    Evidence,
    /// Streets, gates and lifts that cannot be used.
    StreetClosures,
    /// Where the caller wants to be woken.
    PushEndpoints,
    /// What was sent, how far it got, what the caller received.
    Notifications,
    /// How people are reached beside the app, and what comes back from their phones.
    Reach,
    /// Health, counters, and who the caller is.
    Ops,
}

/// All ports together; whatever implements each of them is one.
pub trait Ports:
    IncidentsPort
    + IncidentStepsPort
    + ResidentsPort
    + DevicesPort
    + DeviceCredentialsPort
    + WebhooksPort
    + DeviceCommandsPort
    + LifeSignsPort
    + LaddersPort
    + BindingsPort
    + RespondersPort
    + EvidencePort
    + StreetClosuresPort
    + PushEndpointsPort
    + NotificationsPort
    + ReachPort
    + OpsPort
    + Clone
{
}

impl<P> Ports for P where
    P: IncidentsPort
        + IncidentStepsPort
        + ResidentsPort
        + DevicesPort
        + DeviceCredentialsPort
        + WebhooksPort
        + DeviceCommandsPort
        + LifeSignsPort
        + LaddersPort
        + BindingsPort
        + RespondersPort
        + EvidencePort
        + StreetClosuresPort
        + PushEndpointsPort
        + NotificationsPort
        + ReachPort
        + OpsPort
        + Clone
{
}

/// Routes of all tags over the same ports.
pub type Apis<P> = (
    (IncidentsApi<P>, IncidentStepsApi<P>),
    ResidentsApi<P>,
    DevicesApi<P>,
    DeviceCredentialsApi<P>,
    WebhooksApi<P>,
    DeviceCommandsApi<P>,
    LifeSignsApi<P>,
    LaddersApi<P>,
    BindingsApi<P>,
    RespondersApi<P>,
    EvidenceApi<P>,
    StreetClosuresApi<P>,
    PushEndpointsApi<P>,
    NotificationsApi<P>,
    ReachApi<P>,
    OpsApi<P>,
);

/// The service over the given ports.
pub fn service<P: Ports>(ports: P) -> OpenApiService<Apis<P>, ()> {
    let apis = (
        (IncidentsApi(ports.clone()), IncidentStepsApi(ports.clone())),
        ResidentsApi(ports.clone()),
        DevicesApi(ports.clone()),
        DeviceCredentialsApi(ports.clone()),
        WebhooksApi(ports.clone()),
        DeviceCommandsApi(ports.clone()),
        LifeSignsApi(ports.clone()),
        LaddersApi(ports.clone()),
        BindingsApi(ports.clone()),
        RespondersApi(ports.clone()),
        EvidenceApi(ports.clone()),
        StreetClosuresApi(ports.clone()),
        PushEndpointsApi(ports.clone()),
        NotificationsApi(ports.clone()),
        ReachApi(ports.clone()),
        OpsApi(ports),
    );
    OpenApiService::new(apis, "Anlin", env!("CARGO_PKG_VERSION"))
}
