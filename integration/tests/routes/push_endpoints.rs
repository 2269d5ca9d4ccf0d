//! Tag push-endpoints.

use integration::app::TestApp;
use serde_json::json;
use server::engine::fresh_id;

const LIST: &str = "/v1/me/push-endpoints?limit=200";

fn path(id: impl std::fmt::Display) -> String {
    format!("/v1/me/push-endpoints/{id}")
}

/// Set twice is set once; removed twice is removed.
pub(crate) async fn an_endpoint_is_set_listed_and_removed(app: &mut TestApp) {
    let near = app.responder("near");
    let id = fresh_id();
    let body = json!({"platform": "fcm", "token": "phone-one"});
    near.put_json(&path(id), body.clone()).await.expect(200);
    near.put_json(&path(id), body).await.expect(200);
    let listed = near.all(LIST).await;
    assert_eq!(listed.len(), 1, "{listed:#?}");
    assert_eq!(listed[0]["id"], id.to_string());
    assert_eq!(listed[0]["platform"], "fcm");
    near.delete(&path(id)).await.expect(204);
    near.delete(&path(id)).await.expect(204);
    assert!(near.all(LIST).await.is_empty());
    let bad = near
        .put_json(&path(id), json!({"platform": "pigeon", "token": "x"}))
        .await;
    assert_eq!(
        bad.expect_problem(422, "invalid-request")["errors"][0]["field"],
        "platform"
    );
    let empty = near
        .put_json(&path(id), json!({"platform": "fcm", "token": ""}))
        .await;
    assert_eq!(
        empty.expect_problem(422, "invalid-request")["errors"][0]["field"],
        "token"
    );
}

/// A token is the right to wake a phone: written, kept sealed, never shown.
pub(crate) async fn a_token_is_never_read_back(app: &mut TestApp) {
    let near = app.responder("near");
    let token = "CANARY-7F3A-push-token";
    let body = json!({"platform": "console", "token": token});
    let set = near.put_json(&path(fresh_id()), body).await;
    assert!(!set.text.contains(token), "{}", set.text);
    set.expect(200);
    let listed = near.get(LIST).await;
    assert!(!listed.text.contains(token), "{}", listed.text);
    assert_eq!(
        listed.expect(200)["items"].as_array().map(Vec::len),
        Some(1)
    );
}

/// Another account neither sees, takes over nor removes an endpoint.
pub(crate) async fn endpoints_of_others_are_out_of_reach(app: &mut TestApp) {
    let (near, second) = (app.responder("near"), app.responder("second"));
    let id = fresh_id();
    near.put_json(&path(id), json!({"platform": "fcm", "token": "phone-one"}))
        .await
        .expect(200);
    assert!(second.all(LIST).await.is_empty());
    let taken = second
        .put_json(&path(id), json!({"platform": "fcm", "token": "phone-two"}))
        .await;
    taken.expect_problem(404, "not-found");
    second.delete(&path(id)).await.expect(204);
    assert_eq!(near.all(LIST).await.len(), 1, "it is still there");
}
