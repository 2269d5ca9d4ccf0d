//! Tag street-closures: streets, gates and lifts that cannot be used, so that nobody is sent there.

use poem_openapi::{
    ApiResponse, Enum, Object, OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};
use uuid::Uuid;

use crate::{
    Answer, Bearer, Caller, Datum, Page, PageRequest, Point, Problem, Tag, Time, body::Body,
};

/// What cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum)]
#[oai(rename_all = "snake_case")]
pub enum StreetClosureKind {
    /// A street or path.
    StreetClosed,
    /// A gate of a compound, outside its known hours.
    GateShut,
    /// A lift.
    LiftBroken,
}

/// A closure of the caller's organisation.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct StreetClosure {
    /// Id of the closure.
    pub id: Uuid,
    /// What cannot be used.
    pub kind: StreetClosureKind,
    /// Where it is, or where a stretch of street begins.
    pub position: Point,
    /// Where a stretch of street ends.
    pub position_to: Option<Point>,
    /// Why, in the words of whoever reported it.
    pub reason: String,
    /// Account that reported it.
    pub reported_by: Uuid,
    /// From when on.
    pub since: Time,
    /// When it ends by itself.
    pub until: Option<Time>,
    /// When somebody ended it.
    pub ended_at: Option<Time>,
    /// Whether ways avoid it now.
    pub in_force: bool,
}

/// A position with its datum.
#[derive(Debug, Clone, Copy, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct Place {
    /// Longitude in degrees.
    #[oai(validator(minimum(value = "-180"), maximum(value = "180")))]
    pub lon: f64,
    /// Latitude in degrees.
    #[oai(validator(minimum(value = "-90"), maximum(value = "90")))]
    pub lat: f64,
    /// Datum of the two; there is no default.
    pub datum: Datum,
}

/// Something that cannot be used from now on.
#[derive(Debug, Clone, PartialEq, Object)]
#[oai(deny_unknown_fields)]
pub struct StreetClosureReport {
    /// What cannot be used.
    pub kind: StreetClosureKind,
    /// Where it is: the nearest piece of street is meant, or the nearest gate or lift on it. A
    /// lift is also that of every home within 30 metres.
    pub position: Place,
    /// The other end, when a stretch of street is closed: everything on the way between the two,
    /// at most two kilometres.
    pub position_to: Option<Place>,
    /// Why.
    #[oai(validator(min_length = 1, max_length = 500, pattern = r"^[^\u0000]*$"))]
    pub reason: String,
    /// When it ends by itself; left out, somebody has to end it.
    pub until: Option<Time>,
}

/// What reporting a closure answers.
#[derive(Debug, ApiResponse)]
pub enum StreetClosureReported {
    /// The same key was reported before.
    #[oai(status = 200)]
    Known(Json<StreetClosure>),
    /// Ways avoid it from now on.
    #[oai(status = 201)]
    Kept(Json<StreetClosure>),
}

/// What the server does for this tag. `key` is the caller's idempotency key.
pub trait StreetClosuresPort: Send + Sync + 'static {
    /// Closes something from now on.
    fn street_closure_report(
        &self,
        caller: Caller,
        key: String,
        report: StreetClosureReport,
    ) -> impl Future<Output = Result<StreetClosureReported, Problem>> + Send;

    /// Closures of the caller's organisation, newest first, the ended ones included.
    fn street_closure_list(
        &self,
        caller: Caller,
        page: PageRequest,
    ) -> impl Future<Output = Answer<Page<StreetClosure>>> + Send;

    /// Ends a closure; ended ones stay as they are.
    fn street_closure_end(
        &self,
        caller: Caller,
        closure_id: Uuid,
        key: Option<String>,
    ) -> impl Future<Output = Answer<StreetClosure>> + Send;
}

/// Routes of this tag over a port.
pub struct StreetClosuresApi<P>(pub P);

#[OpenApi(prefix_path = "/v1", tag = "Tag::StreetClosures")]
impl<P: StreetClosuresPort> StreetClosuresApi<P> {
    /// Report a closure
    ///
    /// Ways and walking times avoid it from the moment of the answer.
    #[oai(
        path = "/street-closures",
        method = "post",
        operation_id = "street_closure_report"
    )]
    async fn street_closure_report(
        &self,
        caller: Bearer,
        /// Repeats with the same key find the first closure.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<String>,
        report: Body<StreetClosureReport>,
    ) -> Result<StreetClosureReported, Problem> {
        self.0
            .street_closure_report(caller.0, key.0, report.0)
            .await
    }

    /// List closures
    #[oai(
        path = "/street-closures",
        method = "get",
        operation_id = "street_closure_list"
    )]
    async fn street_closure_list(
        &self,
        caller: Bearer,
        /// Cursor of the page before.
        #[oai(validator(max_length = 48, pattern = "^[0-9a-f]{1,15}-[0-9a-f]{32}$"))]
        cursor: Query<Option<String>>,
        /// Items on a page; 50 when left out.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
    ) -> Answer<Page<StreetClosure>> {
        self.0
            .street_closure_list(caller.0, PageRequest::new(cursor.0, limit.0))
            .await
    }

    /// End a closure
    ///
    /// Ways use it again from the moment of the answer. Repeating it changes nothing.
    #[oai(
        path = "/street-closures/:closure_id/end",
        method = "post",
        operation_id = "street_closure_end"
    )]
    async fn street_closure_end(
        &self,
        caller: Bearer,
        closure_id: Path<Uuid>,
        /// Repeats with the same key change nothing.
        #[oai(name = "Idempotency-Key", validator(pattern = "^[A-Za-z0-9_-]{1,64}$"))]
        key: Header<Option<String>>,
    ) -> Answer<StreetClosure> {
        self.0
            .street_closure_end(caller.0, closure_id.0, key.0)
            .await
    }
}
