//! A port behind the edge: answers, problems, panics and the stream pass unharmed.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, future::BoxFuture, stream};
use openapi::*;
use poem::{
    EndpointExt, Response,
    endpoint::BoxEndpoint,
    http::StatusCode,
    test::{TestClient, TestRequestBuilder},
};
use poem_openapi::{OpenApiService, payload::Json};
use serde_json::{Value, json};
use uuid::Uuid;

const ID: Uuid = Uuid::from_u128(0x0190_f3a4_0000_7000_8000_0000_0000_0001);

/// Accepts every token; the account is the incident's.
struct Everyone;

impl Authenticate for Everyone {
    fn authenticate<'a>(
        &'a self,
        token: &'a str,
    ) -> BoxFuture<'a, Result<Option<Caller>, Problem>> {
        let caller = Caller {
            account_id: ID,
            organisation_id: ID,
            role: Role::Responder,
            responder_id: Some(ID),
            resident_ids: Vec::new(),
            language: "zh-CN".to_owned(),
            display_name: token.to_owned(),
            device_id: None,
            token_id: None,
        };
        Box::pin(async move { Ok(Some(caller)) })
    }
}

#[derive(Clone)]
struct Desk;

fn at() -> Time {
    Time("2030-01-02T03:04:05Z".parse().expect("an instant"))
}

fn incident() -> Incident {
    Incident {
        id: ID,
        kind: IncidentKind::HelpRequest,
        severity: 3,
        status: IncidentStatus::Raised,
        resident_id: Some(ID),
        resident_display: None,
        device_id: None,
        identity: None,
        opened_at: at(),
        deadline_at: Some(at()),
        next_owner: NextOwner::Operator,
        rung: 0,
        repeats: 0,
        acknowledged_by: None,
        acknowledged_at: None,
        responder_id: None,
        accepted_at: None,
        en_route_at: None,
        arrived_at: None,
        closed_at: None,
        outcome: None,
        synthetic: true,
        drill: false,
        version: 1,
    }
}

fn event(seq: i64) -> IncidentEvent {
    IncidentEvent {
        seq,
        incident_id: ID,
        at: at(),
        kind: "raised".to_owned(),
        text: "一\n二".to_owned(),
        facts: [("wave".to_owned(), "1".to_owned())].into(),
    }
}

impl IncidentsPort for Desk {
    async fn incident_list(
        &self,
        _: Caller,
        filter: IncidentFilter,
        page: PageRequest,
    ) -> Answer<Page<Incident>> {
        assert_eq!(filter, IncidentFilter::Open);
        let next_cursor = page
            .cursor
            .is_none()
            .then(|| format!("{}-{}", page.limit, ID.simple()));
        Ok(Json(Page {
            items: vec![incident()],
            next_cursor,
        }))
    }

    async fn incident_report(
        &self,
        _: Caller,
        key: String,
        _: IncidentReport,
    ) -> Result<Reported, Problem> {
        if key == "again" {
            Ok(Reported::known(incident()))
        } else {
            Ok(Reported::opened(incident()))
        }
    }

    async fn incident_read(&self, _: Caller, _: Uuid) -> Answer<IncidentDetail> {
        panic!("a planted panic with a secret")
    }

    async fn incident_stream(
        &self,
        _: Caller,
        after: Option<i64>,
    ) -> Result<IncidentEvents, Problem> {
        let first = after.unwrap_or(0) + 1;
        Ok(stream::iter([event(first), event(first + 1)]).boxed())
    }

    async fn incident_map(&self, _: Caller, _: Uuid) -> Answer<IncidentMap> {
        Err(Problem::not_found())
    }

    async fn incident_candidates(&self, _: Caller, _: Uuid) -> Answer<IncidentCandidates> {
        Err(Problem::not_found())
    }

    async fn incident_homes(&self, _: Caller, _: Uuid) -> Answer<OutageHomes> {
        Err(Problem::not_found())
    }

    async fn incident_acknowledge(
        &self,
        _: Caller,
        _: Uuid,
        key: Option<String>,
        note: Note,
    ) -> Answer<Incident> {
        assert_eq!((key, note.note), (None, Some("好".to_owned())));
        Ok(Json(incident()))
    }

    async fn incident_identify(
        &self,
        _: Caller,
        _: Uuid,
        _: Option<String>,
        _: Identification,
    ) -> Answer<Incident> {
        Err(Slug::AlreadyIdentified.into())
    }

    async fn incident_depart(&self, _: Caller, _: Uuid, _: Option<String>) -> Answer<Incident> {
        Err(Problem::already_taken(Some("小李".to_owned())))
    }

    async fn incident_arrive(
        &self,
        _: Caller,
        _: Uuid,
        _: Option<String>,
        _: Note,
    ) -> Answer<Incident> {
        Err(Problem::forbidden())
    }

    async fn incident_close(
        &self,
        _: Caller,
        _: Uuid,
        _: Option<String>,
        _: Closure,
    ) -> Answer<Incident> {
        Err(Slug::NoOnSceneRecord.into())
    }

    async fn incident_reopen(
        &self,
        _: Caller,
        _: Uuid,
        _: Option<String>,
        _: Reopening,
    ) -> Answer<Incident> {
        Err(Problem::too_many_requests(9))
    }
}

type Client = TestClient<BoxEndpoint<'static, Response>>;

fn client() -> Client {
    let apis = (IncidentsApi(Desk), OpsApi(DocumentOnly));
    let authenticator: Arc<dyn Authenticate> = Arc::new(Everyone);
    let service = OpenApiService::new(apis, "desk", "1").data(authenticator);
    TestClient::new(edge(poem::Route::new().nest("/", service)).boxed())
}

fn signed<E>(request: TestRequestBuilder<'_, E>) -> TestRequestBuilder<'_, E> {
    request
        .header("Authorization", "Bearer t")
        .header("Idempotency-Key", "once")
}

#[tokio::test]
async fn a_report_answers_201_then_200_with_its_place() {
    let body = json!({"resident_id": ID, "kind": "help_request", "note": "水"});
    for (key, status) in [("once", StatusCode::CREATED), ("again", StatusCode::OK)] {
        let client = client();
        let request = client
            .post("/v1/incidents")
            .header("Authorization", "Bearer t");
        let response = request
            .header("Idempotency-Key", key)
            .body_json(&body)
            .send()
            .await;
        response.assert_status(status);
        response.assert_header("Location", format!("/v1/incidents/{ID}"));
        assert!(response.0.headers().contains_key("X-Trace-Id"));
        let json: Value = response.0.into_body().into_json().await.expect("JSON");
        assert_eq!(json["kind"], "help_request");
        assert_eq!(json["opened_at"], "2030-01-02T03:04:05Z");
        assert!(json.get("closed_at").is_none());
    }
}

#[tokio::test]
async fn a_page_carries_a_cursor_or_null() {
    let client = client();
    let first = signed(client.get("/v1/incidents?limit=7")).send().await;
    let first: Value = first.0.into_body().into_json().await.expect("JSON");
    let cursor = first["next_cursor"].as_str().expect("a cursor").to_owned();
    assert_eq!(cursor, format!("7-{}", ID.simple()));
    let last = signed(client.get(format!("/v1/incidents?cursor={cursor}")))
        .send()
        .await;
    let last: Value = last.0.into_body().into_json().await.expect("JSON");
    assert_eq!(last["next_cursor"], Value::Null);
}

#[tokio::test]
async fn a_body_reaches_the_port() {
    let client = client();
    let path = format!("/v1/incidents/{ID}/acknowledgements");
    let request = client.post(path).header("Authorization", "Bearer t");
    let response = request.body_json(&json!({"note": "好"})).send().await;
    response.assert_status_is_ok();
}

#[tokio::test]
async fn problems_of_a_port_pass_untouched() {
    let cases = [
        ("departure", json!({}), 409, "already-taken"),
        (
            "identification",
            json!({"resident_id": ID}),
            409,
            "already-identified",
        ),
        ("arrival", json!({}), 403, "forbidden"),
        (
            "closure",
            json!({"outcome": "other"}),
            409,
            "no-on-scene-record",
        ),
        (
            "reopening",
            json!({"reason": "r"}),
            429,
            "too-many-requests",
        ),
    ];
    let client = client();
    for (action, body, status, slug) in cases {
        let request = signed(client.post(format!("/v1/incidents/{ID}/{action}")));
        let response = request.body_json(&body).send().await;
        response.assert_status(StatusCode::from_u16(status).expect("a status"));
        response.assert_content_type("application/problem+json");
        let retry = response.0.header("Retry-After").map(str::to_owned);
        assert_eq!(retry.as_deref(), (status == 429).then_some("9"));
        let json: Value = response.0.into_body().into_json().await.expect("JSON");
        assert_eq!(json["type"], format!("urn:anlin:problem:{slug}"));
        let by = (action == "departure").then_some("小李");
        assert_eq!(json.get("answered_by").and_then(Value::as_str), by);
    }
}

#[tokio::test]
async fn a_panic_is_a_500_problem_that_tells_nothing() {
    let client = client();
    let response = signed(client.get(format!("/v1/incidents/{ID}")))
        .send()
        .await;
    response.assert_status(StatusCode::INTERNAL_SERVER_ERROR);
    response.assert_content_type("application/problem+json");
    assert!(response.0.headers().contains_key("X-Trace-Id"));
    let text = response.0.into_body().into_string().await.expect("text");
    assert!(!text.contains("secret"), "{text}");
    let json: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["type"], "urn:anlin:problem:internal");
}

#[tokio::test]
async fn the_stream_resumes_after_the_last_event_seen() {
    let client = client();
    for (header, first) in [(None, 6), (Some("41"), 42)] {
        let mut request = signed(client.get("/v1/incidents/stream?after=5"));
        if let Some(header) = header {
            request = request.header("Last-Event-ID", header);
        }
        let response = request.send().await;
        response.assert_status_is_ok();
        response.assert_content_type("text/event-stream");
        let text = response.0.into_body().into_string().await.expect("text");
        let events: Vec<_> = text
            .split("\n\n")
            .filter(|event| !event.is_empty())
            .collect();
        assert_eq!(events.len(), 2, "{text}");
        let lines: Vec<_> = events[0].lines().collect();
        assert_eq!(
            lines[..2],
            [format!("id: {first}"), "event: timeline".to_owned()]
        );
        let data = lines[2].strip_prefix("data: ").expect("data");
        let json: Value = serde_json::from_str(data).expect("JSON");
        assert_eq!(json["seq"], first);
        assert_eq!(json["text"], "一\n二");
        assert_eq!(json["facts"], json!({"wave": "1"}));
    }
    assert_eq!(KEEP_ALIVE, Duration::from_secs(15));
}
