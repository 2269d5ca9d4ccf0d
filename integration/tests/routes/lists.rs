//! A list holds exactly what its reader may read one by one.

use std::collections::BTreeSet;

use integration::app::TestApp;
use integration::roles::{Client, word};
use integration::watch::fall_at;

/// Incidents in every kind of relation to everybody; all their identifiers.
async fn incidents_of_every_kind(app: &TestApp) -> BTreeSet<String> {
    let world = app.world.clone();
    let seat = app.operator();
    let mut all = BTreeSet::new();
    let mut report = async |client: &Client, resident: domain::ids::ResidentId| {
        let report = client.report(resident, "fall").await.expect(201);
        all.insert(word(&report, "id"));
        word(&report, "id")
    };
    let closed = report(&seat, world.elder().id).await;
    let near = app.responder("near");
    near.accept(near.only_offer().await).await.expect(200);
    seat.close(&closed, "helped", Some("for the test"))
        .await
        .expect(200);
    report(&seat, world.elder().id).await;
    near.accept(near.only_offer().await).await.expect(200);
    report(&seat, world.neighbour().id).await;
    let elsewhere = app.operator_as(&world.other.operators[0]);
    report(&elsewhere, world.other.elders[0].id).await;
    let mut watch = app.watch("9990000779").await;
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    all.extend(
        seat.incidents("open")
            .await
            .iter()
            .map(|incident| word(incident, "id")),
    );
    all
}

/// For every person of both organisations and both kinds of lists.
pub(crate) async fn a_list_is_exactly_what_may_be_read(app: &mut TestApp) {
    app.carrier.hear_anything();
    let world = app.world.clone();
    let incidents = incidents_of_every_kind(app).await;
    assert_eq!(incidents.len(), 5);
    let elders = world.home.elders.iter().chain(&world.other.elders);
    let residents: BTreeSet<String> = elders.map(|elder| elder.id.to_string()).collect();
    let mut seen = 0;
    for person in world.people() {
        let client = Client::new(app.http, Some(&person.token));
        for (list, ids) in [
            ("/v1/incidents?state=all", &incidents),
            ("/v1/residents?", &residents),
        ] {
            let base = list.split('?').next().unwrap_or(list);
            let mut readable = BTreeSet::new();
            for id in ids {
                if client.get(&format!("{base}/{id}")).await.status == 200 {
                    readable.insert(id.clone());
                }
            }
            let first = client.get(list).await;
            if first.status == 403 {
                assert!(
                    readable.is_empty(),
                    "{} may not list {base} and reads",
                    person.name
                );
                continue;
            }
            let items = client.all(&format!("{list}&limit=2")).await;
            let listed: BTreeSet<String> = items.iter().map(|item| word(item, "id")).collect();
            assert_eq!(listed, readable, "{} at {base}", person.name);
            seen += listed.len();
        }
    }
    // Two operators see 4 + 2, the one elsewhere 1 + 1, three relatives their own (two of one
    // elder's), helpers what they are asked: an empty world would agree as well.
    assert!(seen >= 20, "only {seen} readings");
}
