//! Tag residents.

use integration::app::TestApp;
use integration::roles::word;
use serde_json::json;

/// Address, door and devices; in the list neither, because each look is written down.
pub(crate) async fn the_seat_reads_the_whole_card(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let seat = app.operator();
    let answer = seat.get(&format!("/v1/residents/{}", elder.id)).await;
    assert!(
        answer.text.contains(&elder.canaries.door),
        "{}",
        answer.text
    );
    assert!(
        !answer.text.contains(&elder.canaries.phone),
        "numbers are called, not shown"
    );
    let resident = answer.expect(200);
    assert_eq!(word(&resident, "display_name"), elder.canaries.name);
    assert_eq!(word(&resident["home"], "address"), elder.canaries.address);
    assert_eq!(resident["home"]["floor"], "4");
    assert_eq!(resident["home"]["lift"], false);
    assert_eq!(resident["devices"][0], elder.device.to_string());
    assert_eq!(resident["reading_level"], "easy");
    assert_eq!(resident["languages"][0], "wuu");
    assert_eq!(resident["synthetic"], true);

    let listed = seat.all("/v1/residents?limit=1").await;
    assert_eq!(listed.len(), app.world.home.elders.len());
    assert!(
        listed.iter().all(|resident| resident["home"].is_null()),
        "{listed:#?}"
    );
}

/// A relative knows the address and gets no key from us; of others, nothing.
pub(crate) async fn family_reads_the_address_and_no_door(app: &mut TestApp) {
    let (elder, neighbour) = (app.world.elder().clone(), app.world.neighbour().clone());
    let family = app.family(&elder);
    let answer = family.get(&format!("/v1/residents/{}", elder.id)).await;
    assert!(
        !answer.text.contains(&elder.canaries.door),
        "{}",
        answer.text
    );
    let resident = answer.expect(200);
    assert_eq!(word(&resident["home"], "address"), elder.canaries.address);
    let other = family.get(&format!("/v1/residents/{}", neighbour.id)).await;
    other.expect_problem(404, "not-found");
    let listed = family.all("/v1/residents?limit=200").await;
    assert_eq!(listed.len(), 1, "{listed:#?}");
}

/// What is required is replaced as a whole, refused where nobody could meet it, and who did it
/// stands in the audit trail.
pub(crate) async fn requirements_are_set_read_and_written_down(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let seat = app.operator();
    let card = format!("/v1/residents/{}", elder.id);
    let path = format!("{card}/requirements");
    let before = seat.get(&card).await.expect(200);
    assert_eq!(before["requires"], json!([]));
    let body = json!({"requires": ["female", "wuu"], "reason": "as the family said"});
    let set = seat.put_json(&path, body.clone()).await.expect(200);
    assert_eq!(set["requires"], body["requires"]);
    let (home, store) = (app.world.home.organisation, &app.app.store);
    let lines = store.audit_of(home, "resident", elder.id.0);
    let lines = lines.expect("an audit trail");
    let line = lines.iter().find(|line| line.action == "requirements_set");
    let line = line.expect("who did it is written down");
    assert_eq!(line.account_id, Some(app.world.home.operators[0].account));
    assert_eq!(line.note.as_deref(), Some("as the family said"));
    let read = seat.get(&card).await.expect(200);
    assert_eq!(read["requires"], body["requires"]);
    let family = app.family(&elder).get(&card).await.expect(200);
    assert_eq!(family["requires"], body["requires"], "their own relative");
    let listed = seat.all("/v1/residents?limit=200").await;
    assert!(listed.iter().all(|it| it["requires"].is_null()));

    let nobody = json!({"requires": ["female", "male"], "reason": "a slip"});
    let refused = seat.put_json(&path, nobody).await;
    refused.expect_problem(409, "conflict");
    for wrong in [
        json!({"requires": ["dancing"], "reason": "a slip"}),
        json!({"requires": ["wuu", "wuu"], "reason": "a slip"}),
        json!({"requires": ["wuu"], "reason": ""}),
        json!({"requires": ["wuu"]}),
    ] {
        let refused = seat.put_json(&path, wrong).await;
        refused.expect_problem(422, "invalid-request");
    }
    let kept = seat.get(&card).await.expect(200);
    assert_eq!(kept["requires"], body["requires"]);
    let none = json!({"requires": [], "reason": "no more"});
    let none = seat.put_json(&path, none).await.expect(200);
    assert_eq!(none["requires"], json!([]));
}
