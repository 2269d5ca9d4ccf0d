//! Tag residents.

use integration::app::TestApp;
use integration::roles::word;

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
