//! Row 1.8: thousands of requests made from the served document meet no fault of the server, no
//! status that is not documented, and no answer of another shape than the document says.

use std::net::SocketAddr;

use integration::fuzz::{Findings, Fuzzing};
use integration::postgres::PostgresDatabase;
use integration::process::Site;
use integration::scorecard::{not_measured, row, say};
use integration::served::Served;
use poem::http::StatusCode;
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::{Response, Route, Server, endpoint::make_sync, get};
use serde_json::{Value, json};

/// Examples an operation, as the row says.
const EXAMPLES: u32 = 20;
/// Every run makes the same choices.
const SEED: u32 = 20_261_124;
/// Fewer cases than this show nothing.
const ENOUGH_CASES: u64 = 800;
/// Fewer operations that accept something show nothing.
const ENOUGH_ACCEPTED: usize = 20;

/// The fuzzer's code for an answer of 500 or more.
const FAULT: &str = "ST101";
/// Its code for a status that the document does not name.
const UNDOCUMENTED: &str = "ST103";

fn row_name(database: &str) -> String {
    format!("schemathesis_failures_{database}")
}

/// Fuzzes a seeded site in a role.
async fn fuzz(site: Site, role: &str, examples: u32) -> Findings {
    let served = Served::start(site).expect("a server");
    served.busy().await.expect("something going on");
    let fuzzing = Fuzzing {
        document: served.url("/openapi.json"),
        token: served.site.token(role).expect("a token"),
        examples,
        seed: SEED,
    };
    let folder = tempfile::tempdir().expect("a folder");
    let run = tokio::task::spawn_blocking(move || fuzzing.run(folder.path()));
    let findings = run.await.expect("no panic").expect("a run");
    if !findings.are_none() {
        say(&findings.said);
        say(&served.site.output_end());
    }
    findings
}

/// Writes the row of a database; whether it is good.
fn report(database: &str, findings: &Findings) -> bool {
    let shown = findings.cases >= ENOUGH_CASES
        && findings.tested == operations() - 1
        && findings.accepted >= ENOUGH_ACCEPTED;
    row(
        "1.8",
        &row_name(database),
        format_args!("{} failures in {} cases", findings.failures, findings.cases),
        "0",
        findings.are_none() && shown,
    )
}

/// Operations of the document.
fn operations() -> u64 {
    let document = openapi::document_value();
    let paths = document["paths"].as_object().expect("paths");
    paths
        .values()
        .filter_map(Value::as_object)
        .map(|path| path.len() as u64)
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seat_meets_no_fault_on_sqlite() {
    if !Fuzzing::is_possible() {
        say("skipped: no schemathesis");
        return not_measured("1.8", &row_name("sqlite"), "no schemathesis", "0");
    }
    let site = Site::seeded_sqlite().expect("a seeded site");
    let findings = fuzz(site, "operator", EXAMPLES).await;
    assert!(report("sqlite", &findings), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_seat_meets_no_fault_on_postgresql() {
    if !Fuzzing::is_possible() {
        say("skipped: no schemathesis");
        return not_measured("1.8", &row_name("postgresql"), "no schemathesis", "0");
    }
    let Some(database) = PostgresDatabase::create().expect("a database") else {
        return not_measured("1.8", &row_name("postgresql"), "no PostgreSQL", "0");
    };
    let site = Site::seeded_postgres(database).expect("a seeded site");
    let findings = fuzz(site, "operator", EXAMPLES).await;
    assert!(report("postgresql", &findings), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_responder_and_a_relative_meet_no_fault() {
    if !Fuzzing::is_possible() {
        return say("skipped: no schemathesis");
    }
    for role in ["responder", "family"] {
        let site = Site::seeded_sqlite().expect("a seeded site");
        let findings = fuzz(site, role, EXAMPLES / 4).await;
        assert!(findings.are_none(), "{role}: {findings:?}");
    }
}

/// A server that promises 200 and answers something else.
async fn impostor(
    status: StatusCode,
) -> (SocketAddr, tokio::task::JoinHandle<std::io::Result<()>>) {
    let promise = json!({
        "openapi": "3.0.0",
        "info": {"title": "Impostor", "version": "1"},
        "paths": {"/thing": {"get": {
            "operationId": "thing_read",
            "responses": {"200": {"description": "Fine."}},
        }}},
    });
    let document = make_sync(move |_| {
        Response::builder()
            .content_type("application/json")
            .body(promise.to_string())
    });
    let thing = make_sync(move |_| Response::builder().status(status).finish());
    let routes = Route::new()
        .at("/openapi.json", get(document))
        .at("/thing", get(thing));
    let acceptor = TcpListener::bind("127.0.0.1:0")
        .into_acceptor()
        .await
        .expect("a port");
    let local = acceptor.local_addr().remove(0);
    let at = *local.as_socket_addr().expect("an address");
    (
        at,
        tokio::spawn(Server::new_with_acceptor(acceptor).run(routes)),
    )
}

/// The codes of what is found at an impostor.
async fn caught(status: StatusCode) -> Findings {
    let (at, serving) = impostor(status).await;
    let fuzzing = Fuzzing {
        document: format!("http://{at}/openapi.json"),
        token: "none".to_owned(),
        examples: 1,
        seed: SEED,
    };
    let folder = tempfile::tempdir().expect("a folder");
    let run = tokio::task::spawn_blocking(move || fuzzing.run(folder.path()));
    let findings = run.await.expect("no panic").expect("a run");
    serving.abort();
    findings
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_and_an_undocumented_status_are_found() {
    if !Fuzzing::is_possible() {
        return say("skipped: no schemathesis");
    }
    let honest = caught(StatusCode::OK).await;
    assert!(
        !honest.found(FAULT) && !honest.found(UNDOCUMENTED),
        "{honest:?}"
    );
    let fault = caught(StatusCode::INTERNAL_SERVER_ERROR).await;
    assert!(fault.found(FAULT) && !fault.are_none(), "{fault:?}");
    let unknown = caught(StatusCode::IM_A_TEAPOT).await;
    assert!(
        unknown.found(UNDOCUMENTED) && !unknown.found(FAULT),
        "{unknown:?}"
    );
    say(&format!(
        "found: a fault {:?}, an undocumented status {:?}",
        fault.codes, unknown.codes
    ));
}
