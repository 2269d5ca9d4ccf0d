//! Every cell of `authz.csv` over HTTP, and nobody's secrets in anybody else's answers.

use std::collections::BTreeSet;

use domain::responders::{Policy, WaveMode};
use integration::app::{Backend, TestApp, on};
use integration::roles::Ask;
use integration::world::{CANARY, Elder, Neighbourhood};
use reqwest::Method;
use serde_json::json;
use server::engine::fresh_id;

use super::bodies::{Served, served};
use super::matrix::{Cell, ROLES, cells};

#[test]
fn every_operation_has_a_row_for_every_role() {
    let rows = cells();
    let known: BTreeSet<String> = served().into_iter().map(|served| served.id).collect();
    for operation in &known {
        for role in ROLES {
            let row = rows
                .iter()
                .any(|cell| cell.operation == *operation && cell.role == role);
            assert!(row, "authz.csv says nothing of {role} and {operation}");
        }
    }
    for cell in &rows {
        assert!(known.contains(&cell.operation), "{cell:?} is not served");
        assert!(ROLES.contains(&cell.role.as_str()), "{cell:?}");
    }
    let distinct: BTreeSet<_> = rows
        .iter()
        .map(|cell| (&cell.operation, &cell.role, &cell.context))
        .collect();
    assert_eq!(distinct.len(), rows.len(), "a cell stands twice");
}

#[test]
fn whoever_sees_an_object_has_a_row_for_the_objects_of_others() {
    let rows = cells();
    for cell in rows
        .iter()
        .filter(|cell| cell.context == "own" && cell.expect < 300)
    {
        let elsewhere = rows.iter().any(|other| {
            other.operation == cell.operation
                && other.role == cell.role
                && other.context == "other_org"
        });
        assert!(elsewhere, "{cell:?} and the same in another organisation?");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_of_the_table_holds() {
    on(Backend::Sqlite, async |app: &mut TestApp| {
        // However long the table takes, whoever went in one cell is asked in the next.
        let mut policy = Policy::shipped().expect("a sound policy");
        policy.waves.mode = WaveMode::Ladder;
        (policy.rest.after_s, policy.rest.after_night_s) = (0, 0);
        app.reopen_under(policy).await;
        app.carrier.hear_anything();
        let endpoint = endpoint_of_somebody_else(app).await;
        let operations = served();
        let mut wrong = Vec::new();
        let rows = cells();
        for cell in &rows {
            let served = operations.iter().find(|served| served.id == cell.operation);
            let served = served.expect("checked by another test");
            wrong.extend(tried(app, cell, served, &endpoint).await);
        }
        assert!(rows.len() > 200, "only {} cells", rows.len());
        assert!(
            wrong.is_empty(),
            "{} cells are wrong:\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    })
    .await;
}

/// Tries a cell and cleans up behind it; what was wrong, in words.
async fn tried(app: &TestApp, cell: &Cell, served: &Served, endpoint: &str) -> Vec<String> {
    let incident = cell.prepare(app).await;
    let (method, path, ask) = cell
        .request(app, served, incident.as_deref(), endpoint)
        .await;
    let response = cell.client(app).begin(method, &path, ask).await;
    let status = response.status().as_u16();
    let endless = served.id == "incident_stream" && status == 200;
    let text = if endless {
        String::new()
    } else {
        response.text().await.expect("an answer")
    };
    let mut wrong = Vec::new();
    if status != cell.expect {
        wrong.push(format!("{cell:?} was {status}: {}", beginning(&text)));
    }
    let leaks = secrets(app, cell)
        .into_iter()
        .filter(|secret| text.contains(secret.as_str()));
    wrong.extend(leaks.map(|secret| format!("{cell:?} shows {secret}: {}", beginning(&text))));
    for open in app.operator().incidents("open").await {
        let id = open["id"].as_str().unwrap_or_default().to_owned();
        app.operator()
            .close(id, "test", Some("after the cell"))
            .await
            .expect(200);
    }
    wrong
}

/// Enough of an answer to see what it was.
fn beginning(text: &str) -> String {
    text.chars().take(400).collect()
}

/// Personal strings that this caller must not see, in this context or ever.
fn secrets(app: &TestApp, cell: &Cell) -> Vec<String> {
    let world = &app.world;
    let there = if cell.context == "other_org" {
        &world.other
    } else {
        &world.home
    };
    let mut hidden = Vec::new();
    for neighbourhood in [&world.home, &world.other] {
        let own = neighbourhood.organisation == there.organisation;
        for elder in &neighbourhood.elders {
            hidden.extend(of_elder(elder, app, cell, own));
        }
        hidden.extend(of_people(neighbourhood, app, cell, own));
    }
    assert!(hidden.iter().all(|text| text.contains(CANARY)));
    hidden
}

fn of_elder(elder: &Elder, app: &TestApp, cell: &Cell, own: bool) -> Vec<String> {
    let canaries = elder.canaries.clone();
    let relative = cell
        .actor(app)
        .is_some_and(|actor| actor.account == elder.family.account);
    let going =
        cell.role == "responder" && cell.context == "own" && elder.id == app.world.elder().id;
    let seat = cell.role == "operator" && own;
    // Numbers are called by the service, never shown.
    let mut hidden = vec![canaries.phone];
    if !(seat || relative || going) {
        hidden.extend([canaries.name, canaries.address]);
    }
    if !(seat || going) {
        hidden.push(canaries.door);
    }
    hidden
}

fn of_people(there: &Neighbourhood, app: &TestApp, cell: &Cell, own: bool) -> Vec<String> {
    let actor = cell.actor(app).map(|actor| actor.account);
    let seat = cell.role == "operator" && own;
    // A relative learns who comes; nobody else but the seat reads another's name.
    let came = ["near", "second"].map(|name| app.world.helper(name).person.account);
    let relative = cell.role == "family" && own;
    let known = |account| seat || Some(account) == actor || (relative && came.contains(&account));
    let people = there
        .people()
        .into_iter()
        .filter(|person| !known(person.account));
    people.map(|person| person.name.clone()).collect()
}

async fn endpoint_of_somebody_else(app: &TestApp) -> String {
    let id = fresh_id().to_string();
    let body = json!({"platform": "fcm", "token": "of-far"});
    let path = format!("/v1/me/push-endpoints/{id}");
    app.responder("far")
        .send(Method::PUT, &path, Ask::json(&body))
        .await
        .expect(200);
    id
}
