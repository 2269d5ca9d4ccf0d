//! Whether a resident is protected: who may read it, in which words, and that the look is kept.

use domain::identity::Role;
use domain::ids::{AccountId, ResponderId};
use domain::responders::{Responder, ResponderKind};
use integration::app::TestApp;
use integration::roles::{Client, word};
use server::engine::fresh_id;
use store::seeding::{Seeder, Token};
use store::{Account, token_sha256};

/// The committee of everybody in the drawn world.
const COMMITTEE: &str = "310999000000";

/// A community worker of a committee, who reads easy Chinese.
fn worker(app: &TestApp, committee: &str) -> Client {
    let organisation = app.world.home.organisation;
    let (account, token) = (AccountId(fresh_id()), fresh_id().simple().to_string());
    let mut seeder = Seeder::new(&app.app.database).expect("a connection");
    let quiet = &mut |_| {};
    let row = Account {
        id: account,
        organisation_id: organisation,
        role: Role::Responder,
        name: "a worker".to_owned(),
        language: "zh-CN".to_owned(),
        reading_level: "easy".to_owned(),
        device_id: None,
    };
    seeder.accounts(vec![row], quiet).expect("it fits");
    let row = Token {
        id: fresh_id(),
        organisation_id: organisation,
        account_id: account,
        token_sha256: token_sha256(&token),
        created_at: app.now(),
    };
    seeder.tokens(vec![row], quiet).expect("it fits");
    let row = Responder {
        kind: ResponderKind::CommunityWorker,
        committee_code: Some(committee.to_owned()),
        ..Responder::unknown(ResponderId(fresh_id()), organisation, account)
    };
    seeder.responders(vec![row], quiet).expect("it fits");
    Client::new(app.http, Some(&token))
}

/// Family, seat and the committee's own worker read it; each in their own words, and it is kept.
pub(crate) async fn a_protection_is_told_to_whoever_looks_after_somebody(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let mut watch = app.watch(&elder.uid).await;
    assert_eq!(watch.ask("LK").await, "LK");
    let path = format!("/v1/residents/{}/protection", elder.id);
    let text = async |caller: &Client| word(&caller.get(&path).await.expect(200), "text");
    assert_eq!(text(&app.operator()).await, "Protected now.");
    assert_eq!(text(&app.family(&elder)).await, "现在有保护。");
    assert_eq!(text(&worker(app, COMMITTEE)).await, "现在有人看着，放心。");
    let trail = app
        .app
        .store
        .audit_of(app.world.home.organisation, "resident", elder.id.0)
        .expect("a trail");
    let looks = trail.iter().filter(|it| it.action == "protection_read");
    assert_eq!(looks.count(), 3, "{trail:#?}");
}

/// Not to the worker of another committee, to a neighbour, or to somebody else's family.
pub(crate) async fn a_protection_is_nobody_elses_business(app: &mut TestApp) {
    let elder = app.world.elder().clone();
    let path = format!("/v1/residents/{}/protection", elder.id);
    let elsewhere = worker(app, "310999000999");
    let neighbour = app.responder("near");
    let stranger = app.family(app.world.neighbour());
    for caller in [&elsewhere, &*neighbour, &*stranger] {
        caller.get(&path).await.expect_problem(404, "not-found");
    }
    app.admin()
        .get(&path)
        .await
        .expect_problem(403, "forbidden");
}
