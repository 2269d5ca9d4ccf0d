//! Lists are read page by page, with an opaque cursor.

use std::collections::BTreeSet;

use integration::app::TestApp;
use integration::roles::word;

/// Pages of one: every incident once, none twice, also while new ones come in.
pub(crate) async fn a_list_is_read_page_by_page(app: &mut TestApp) {
    app.carrier.hear_anything();
    let seat = app.operator();
    let mut made = BTreeSet::new();
    for _ in 0..5 {
        let report = seat.report(app.world.elder().id, "fall").await.expect(201);
        let id = word(&report, "id");
        seat.close(&id, "test", Some("only a page"))
            .await
            .expect(200);
        made.insert(id);
    }
    let mut seen = Vec::new();
    let mut path = "/v1/incidents?state=closed&limit=2".to_owned();
    loop {
        let page = seat.get(&path).await.expect(200);
        let items = page["items"].as_array().expect("items");
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|incident| word(incident, "id")));
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/v1/incidents?state=closed&limit=2&cursor={cursor}");
        // Somebody else's news must not shift the pages.
        seat.report(app.world.neighbour().id, "fall").await;
    }
    let distinct: BTreeSet<String> = seen.iter().cloned().collect();
    assert_eq!(seen.len(), distinct.len(), "none twice");
    assert_eq!(distinct, made);
    assert!(
        seat.incidents("open")
            .await
            .iter()
            .all(|it| !made.contains(&word(it, "id")))
    );
    assert_eq!(seat.incidents("all").await.len(), made.len() + 1);
}

/// Cursor, limit and state are checked before anything is read.
pub(crate) async fn a_page_that_nobody_gave_out_is_refused(app: &mut TestApp) {
    let seat = app.operator();
    for (query, field) in [
        ("cursor=bm90IG91cnM", "cursor"),
        ("cursor=%00", "cursor"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("state=forgotten", "state"),
    ] {
        let answer = seat.get(&format!("/v1/incidents?{query}")).await;
        let problem = answer.expect_problem(400, "malformed-request");
        assert_eq!(problem["errors"][0]["field"], field, "{query}");
    }
    let answer = seat.get("/v1/incidents/not-an-id").await;
    assert!(!answer.text.contains("not-an-id"), "{}", answer.text);
    answer.expect_problem(400, "malformed-request");
}
