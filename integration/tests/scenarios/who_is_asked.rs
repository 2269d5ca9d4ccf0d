//! Who is asked, who is not, and what the seat can read of it: under the policy that ships.

use std::time::Duration;

use chrono::TimeDelta;
use domain::identity::Role;
use domain::ids::{AccountId, ResponderId};
use domain::responders::{Policy, Responder};
use integration::app::TestApp;
use integration::roles::word;
use integration::world::Spot;
use serde_json::{Value, json};
use server::engine::fresh_id;
use store::Account;
use store::seeding::Seeder;

/// A little longer than a wave waits.
const WAVE: Duration = Duration::from_secs(46);

async fn begin(app: &mut TestApp) {
    app.carrier.hear_anything();
    app.reopen_under(Policy::shipped().expect("a sound policy"))
        .await;
}

/// The elder's report by the seat; the incident.
async fn report(app: &TestApp, kind: &str) -> String {
    let report = app.operator().report(app.world.elder().id, kind).await;
    word(&report.expect(201), "id")
}

async fn end(app: &TestApp, id: &str) {
    let note = Some("it is over");
    app.operator().close(id, "other", note).await.expect(200);
}

/// The waves as the seat reads them.
async fn waves(app: &TestApp, id: &str) -> Vec<Value> {
    let path = format!("/v1/incidents/{id}/candidates");
    let read = app.operator().get(&path).await.expect(200);
    read["waves"].as_array().expect("waves").clone()
}

/// One helper of a wave, by name.
fn of<'w>(app: &TestApp, wave: &'w Value, name: &str) -> &'w Value {
    let id = app.world.helper(name).id.to_string();
    let stood = wave["candidates"].as_array().expect("candidates");
    let found = stood.iter().find(|one| one["responder_id"] == id);
    found.unwrap_or_else(|| panic!("{name} is not in {wave:#}"))
}

fn keys(candidate: &Value) -> Vec<&str> {
    let grounds = candidate["grounds"].as_array().expect("grounds");
    grounds.iter().filter_map(|it| it["key"].as_str()).collect()
}

/// Names of those a wave asked, in their order.
fn asked(app: &TestApp, wave: &Value) -> Vec<String> {
    let stood = wave["candidates"].as_array().expect("candidates");
    let asked = stood.iter().filter(|one| one["asked"] == true);
    let name = |one: &Value| {
        let id = word(one, "responder_id");
        let names = integration::world::HELPERS.iter();
        let name = names
            .copied()
            .find(|name| app.world.helper(name).id.to_string() == id);
        name.map_or(id.clone(), str::to_owned)
    };
    asked.map(name).collect()
}

/// Goes there and back.
async fn helps(app: &TestApp, name: &str, id: &str) {
    let helper = app.responder(name);
    helper.accept(helper.only_offer().await).await.expect(200);
    helper.arrive(id).await.expect(200);
    helper.close(id, "helped", None).await.expect(200);
}

/// Everybody is asked when that brings help soonest, and the history says so.
pub(crate) async fn a_life_alarm_asks_everybody_at_once(app: &mut TestApp) {
    begin(app).await;
    // Beyond the river nobody could be there before other help is.
    for name in ["across", "far"] {
        let off = json!({"on_duty": false});
        let set = app.responder(name).put_json("/v1/me/duty", off).await;
        set.expect(200);
    }
    let id = report(app, "fall").await;
    let waves = waves(app, &id).await;
    assert_eq!(waves.len(), 1);
    let everybody = ["near", "second", "third", "fourth"];
    assert_eq!(
        asked(app, &waves[0]),
        everybody,
        "the ladder would ask three"
    );
    assert_eq!(waves[0]["why"], "everybody_at_once");
    let detail = app.operator().incident(&id).await.expect(200);
    let lines = detail["timeline"].as_array().expect("a history");
    let sent = lines.iter().find(|line| line["kind"] == "offers_sent");
    assert_eq!(
        word(sent.expect("a line"), "text"),
        "Asked 4 people to go, the nearest about 3 minutes away on foot; \
         asking everybody at once brings help soonest"
    );
    end(app, &id).await;
}

/// Where no life hangs on it few are asked, and after them the next.
pub(crate) async fn a_request_asks_few_and_then_the_next(app: &mut TestApp) {
    begin(app).await;
    let id = report(app, "help_request").await;
    let first = waves(app, &id).await;
    assert_eq!(asked(app, &first[0]), ["near", "second", "third"]);
    assert_eq!(first[0]["why"], "as_many_as_allowed");
    let fourth = of(app, &first[0], "fourth");
    assert_eq!(
        (&fourth["asked"], &fourth["place"]),
        (&json!(false), &json!(4))
    );
    assert_eq!(word(fourth, "not_chosen"), "Not chosen: 3 people ahead");
    app.advance(WAVE);
    let both = app
        .until("the second wave is asked", async || {
            let both = waves(app, &id).await;
            (both.len() == 2).then_some(both)
        })
        .await;
    assert_eq!(asked(app, &both[1]), ["fourth", "across", "far"]);
    end(app, &id).await;
}

/// Who has just helped is left alone for a while, and the seat reads until when.
pub(crate) async fn who_rests_is_not_asked_and_it_says_until_when(app: &mut TestApp) {
    begin(app).await;
    app.advance_to_shanghai_hour(13);
    let id = report(app, "fall").await;
    helps(app, "near", &id).await;
    let until = app.now() + TimeDelta::minutes(20) + TimeDelta::hours(8);
    app.app.reload().expect("the roster is read");
    let id = report(app, "fall").await;
    assert!(app.responder("near").pending().await.is_empty());
    let first = waves(app, &id).await;
    let near = of(app, &first[0], "near");
    assert_eq!(near["asked"], false);
    assert_eq!(keys(near)[0], "resting");
    let said = format!("Not chosen: Resting until {}", until.format("%H:%M"));
    assert_eq!(word(near, "not_chosen"), said);
    assert!(near["place"].is_null(), "nobody waits behind a rest");
    end(app, &id).await;

    app.advance(Duration::from_secs(21 * 60));
    app.app.reload().expect("the roster is read");
    let id = report(app, "fall").await;
    assert_eq!(app.responder("near").pending().await.len(), 1);
    end(app, &id).await;
}

/// Of two who are about as near, the one the elder knows comes first.
pub(crate) async fn who_helped_before_comes_first(app: &mut TestApp) {
    begin(app).await;
    app.advance_to_shanghai_hour(13);
    let id = report(app, "help_request").await;
    helps(app, "second", &id).await;
    app.advance(Duration::from_secs(21 * 60));
    app.app.reload().expect("the roster is read");
    let id = report(app, "help_request").await;
    let first = waves(app, &id).await;
    assert_eq!(asked(app, &first[0])[..2], ["second", "near"]);
    let second = of(app, &first[0], "second");
    let grounds = second["grounds"].as_array().expect("grounds");
    let knows = grounds.iter().find(|it| it["key"] == "knows_resident");
    let knows = knows.expect("a ground");
    assert_eq!(knows["side"], "for");
    assert_eq!(word(knows, "text"), "Helped the resident 1 time before");
    end(app, &id).await;
}

/// Whoever was asked again and again within a day stands behind.
pub(crate) async fn who_was_asked_often_stands_behind(app: &mut TestApp) {
    begin(app).await;
    let others = ["second", "third", "fourth", "across", "far"];
    let duty = async |on_duty: bool| {
        for name in others {
            let body = json!({"on_duty": on_duty});
            let set = app.responder(name).put_json("/v1/me/duty", body).await;
            set.expect(200);
        }
    };
    duty(false).await;
    for _ in 0..3 {
        let id = report(app, "help_request").await;
        end(app, &id).await;
    }
    duty(true).await;
    app.app.reload().expect("the roster is read");
    let id = report(app, "help_request").await;
    let first = waves(app, &id).await;
    assert_eq!(asked(app, &first[0]), ["second", "third", "near"]);
    let near = of(app, &first[0], "near");
    let grounds = near["grounds"].as_array().expect("grounds");
    let often = grounds.iter().find(|it| it["key"] == "asked_often");
    let often = often.expect("a ground");
    assert_eq!(word(often, "text"), "Was asked 3 times within 24 hours");
    assert_eq!(often["side"], "against");
    end(app, &id).await;
}

/// A committee keeps its last helper, when another is as near.
pub(crate) async fn nobody_left_in_a_committee_is_spared(app: &mut TestApp) {
    begin(app).await;
    let at = Spot(250.0, 95.0);
    // The lower identifier would go first, if nothing else told the two apart.
    let alone = helper(app, 1, at, "310999000001");
    let among = helper(app, 2, at, "310999000000");
    app.app.reload().expect("the roster is read");
    let id = report(app, "help_request").await;
    let first = waves(app, &id).await;
    let asked = asked(app, &first[0]);
    assert_eq!(asked[..2], [among.to_string(), "near".to_owned()]);
    let cover: Vec<(String, i64, i64)> = first[0]["cover"]
        .as_array()
        .expect("cover")
        .iter()
        .map(|it| {
            (
                word(it, "committee_code"),
                it["before"].as_i64(),
                it["after"].as_i64(),
            )
        })
        .map(|(code, before, after)| (code, before.unwrap_or(-1), after.unwrap_or(-1)))
        .collect();
    assert!(
        cover.contains(&("310999000000".to_owned(), 7, 6)),
        "{cover:?}"
    );
    let stood = first[0]["candidates"].as_array().expect("candidates");
    let alone = stood
        .iter()
        .find(|it| it["responder_id"] == alone.to_string());
    assert!(keys(alone.expect("near by")).contains(&"leaves_no_cover"));
    end(app, &id).await;
}

/// Somebody on duty at a spot, of a committee.
fn helper(app: &TestApp, number: u128, at: Spot, committee: &str) -> ResponderId {
    let (organisation_id, quiet) = (app.world.home.organisation, &mut |_| {});
    let (id, account_id) = (
        ResponderId(uuid::Uuid::from_u128(number)),
        AccountId(fresh_id()),
    );
    let mut seeder = Seeder::new(&app.app.database).expect("a connection");
    let account = Account {
        id: account_id,
        organisation_id,
        role: Role::Responder,
        name: format!("helper {number}"),
        language: "en".to_owned(),
        reading_level: "standard".to_owned(),
        device_id: None,
    };
    seeder.accounts(vec![account], quiet).expect("an account");
    let responder = Responder {
        name: format!("helper {number}"),
        committee_code: Some(committee.to_owned()),
        languages: vec!["zh-CN".to_owned()],
        duty_override: Some(true),
        at: Some(at.coordinate()),
        at_time: Some(app.now()),
        ..Responder::unknown(id, organisation_id, account_id)
    };
    seeder
        .responders(vec![responder], quiet)
        .expect("a responder");
    id
}

/// Without clearance nobody is asked, whatever happens, and the seat reads why.
pub(crate) async fn a_revoked_clearance_never_gets_an_offer(app: &mut TestApp) {
    begin(app).await;
    let path = format!("/v1/responders/{}/clearance", app.world.helper("near").id);
    let set = async |cleared: bool| {
        let body = json!({"cleared": cleared, "reason": "a reason"});
        let set = app.operator().put_json(&path, body).await.expect(200);
        assert_eq!(set["cleared"], cleared);
    };
    set(false).await;
    let id = report(app, "fall").await;
    let first = waves(app, &id).await;
    let near = of(app, &first[0], "near");
    assert_eq!(near["asked"], false);
    let said = word(near, "not_chosen");
    assert_eq!(said, "Not chosen: Clearance was taken back");
    app.advance(WAVE);
    app.until("the seat has it", async || {
        let open = app.operator().only_incident().await;
        (open["status"] == "exhausted").then_some(())
    })
    .await;
    assert!(app.responder("near").all("/v1/me/offers").await.is_empty());
    end(app, &id).await;
    app.responder("near")
        .put_json(&path, json!({"cleared": true, "reason": "mine"}))
        .await
        .expect_problem(403, "forbidden");
    set(true).await;
    let id = report(app, "fall").await;
    assert_eq!(app.responder("near").pending().await.len(), 1);
    end(app, &id).await;
}

/// A helper reads what concerns themselves, and nothing of the others.
pub(crate) async fn a_helper_reads_only_their_own_standing(app: &mut TestApp) {
    begin(app).await;
    let id = report(app, "help_request").await;
    let path = format!("/v1/incidents/{id}/candidates");
    let read = app.responder("second").get(&path).await.expect(200);
    let waves = read["waves"].as_array().expect("waves");
    let stood = waves[0]["candidates"].as_array().expect("candidates");
    let own = app.world.helper("second").id.to_string();
    assert_eq!((waves.len(), stood.len()), (1, 1));
    assert_eq!(
        (word(&stood[0], "responder_id"), &stood[0]["place"]),
        (own, &json!(2))
    );
    assert_eq!(waves[0]["cover"], json!([]));
    // Who was not asked has no business with it.
    let fourth = app.responder("fourth").get(&path).await;
    fourth.expect_problem(404, "not-found");
    end(app, &id).await;
}
