//! Tag evidence: what an alarm was weighed by, and traces that add to it.

use poem_openapi::{Enum, Object, OpenApi, param::Path};
use uuid::Uuid;

use crate::{Answer, Bearer, Caller, Tag, Time, body::Body};

/// How far an alarm's identity is believed, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Identity {
    /// The device has proved itself.
    Proved,
    /// It comes the way it always comes.
    Bound,
    /// It says so, and nothing speaks against it.
    Claimed,
    /// Nothing confirms it; the alarm is helped like any other.
    Unconfirmed,
}

/// Which way a finding points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum EvidenceSide {
    /// Somebody needs help.
    For,
    /// Perhaps nothing has happened.
    Against,
    /// Neither.
    Neutral,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct EvidenceItem {
    /// What it is, as a stable snake_case word.
    pub key: String,
    /// Its number, in the unit the words name.
    pub value: Option<i64>,
    /// Which way it points.
    pub side: EvidenceSide,
    /// The same in the caller's language.
    pub text: String,
}

/// One weighing.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct EvidenceWeighing {
    /// When.
    pub at: Time,
    /// How far the alarm's identity was believed; absent for what is no alarm.
    pub identity: Option<Identity>,
    /// Version of the rules it was weighed by.
    pub rules: String,
    /// What was new.
    pub items: Vec<EvidenceItem>,
    /// Severity with it, 1 (most urgent) to 4.
    pub severity: i32,
    /// Seconds the resident had to cancel before people were asked.
    pub window_s: i64,
}

/// What an incident's alarm was weighed by.
#[derive(Debug, Clone, PartialEq, Eq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct IncidentEvidence {
    /// How far the alarm's identity is believed; absent when no device raised it.
    pub identity: Option<Identity>,
    /// Severity now, 1 (most urgent) to 4.
    pub severity: i32,
    /// Seconds the resident had to cancel; absent when no device raised it.
    pub window_s: Option<i64>,
    /// What decided it, in the caller's language.
    pub why: Vec<String>,
    /// Every weighing, the first one first; only for the seat.
    pub weighings: Vec<EvidenceWeighing>,
}

/// Accelerations that a device has recorded.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct TraceUpload {
    /// A head line with columns `ax,ay,az` in any one unit, `t_ms` or `t_s` when known, and a line a
    /// sample.
    #[oai(validator(max_length = 250000, pattern = r"^[^\u0000]*$"))]
    pub csv: String,
    /// Samples a second, for a trace without a time column.
    #[oai(validator(minimum(value = "1"), maximum(value = "2000")))]
    pub rate_hz: Option<f64>,
}

/// A second opinion on a trace; it never takes an alarm back.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct TraceOpinion {
    /// Whether it looks like a fall.
    pub fall: bool,
    /// 0 to 1; one half is the line between.
    pub score: f64,
    /// Version of the thresholds.
    pub thresholds: String,
    /// Open incident whose evidence it was added to.
    pub incident_id: Option<Uuid>,
}

/// What the server does for this tag.
pub trait EvidencePort: Send + Sync + 'static {
    /// What an alarm was weighed by.
    fn incident_evidence(
        &self,
        caller: Caller,
        incident_id: Uuid,
    ) -> impl Future<Output = Answer<IncidentEvidence>> + Send;

    /// Scores a trace and adds the opinion to the resident's open incident.
    fn device_trace(
        &self,
        caller: Caller,
        device_id: Uuid,
        trace: TraceUpload,
    ) -> impl Future<Output = Answer<TraceOpinion>> + Send;
}

/// Routes of this tag over a port.
pub struct EvidenceApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::Evidence")]
impl<P: EvidencePort> EvidenceApi<P> {
    /// Read the evidence of an incident
    ///
    /// The seat reads every weighing; family and whoever goes read what decided it.
    #[oai(
        path = "/incidents/:incident_id/evidence",
        method = "get",
        operation_id = "incident_evidence"
    )]
    async fn incident_evidence(
        &self,
        caller: Bearer,
        incident_id: Path<Uuid>,
    ) -> Answer<IncidentEvidence> {
        self.0.incident_evidence(caller.0, incident_id.0).await
    }

    /// Upload a trace
    ///
    /// Scored as a second opinion: it may shorten the time to cancel, and takes no alarm back. The
    /// trace itself is not kept.
    #[oai(
        path = "/devices/:device_id/traces",
        method = "post",
        operation_id = "device_trace"
    )]
    async fn device_trace(
        &self,
        caller: Bearer,
        device_id: Path<Uuid>,
        trace: Body<TraceUpload>,
    ) -> Answer<TraceOpinion> {
        self.0.device_trace(caller.0, device_id.0, trace.0).await
    }
}
