//! Ladders as data: set, chosen, refused by their rung, tried on what has been; and what else the
//! way up a ladder promises to helpers and elders.

use std::time::Duration;

use domain::message::MessageKey;
use domain::responders::{FollowUpOwner, Policy};
use domain::time::Timestamp;
use integration::app::TestApp;
use integration::roles::{Ask, IDEMPOTENCY_KEY, word};
use integration::watch::fall_at;
use integration::world::{Elder, Person};
use reqwest::Method;
use serde_json::{Value, json};

const LADDERS: &str = "/v1/ladders";

fn seat_only(timeout_s: u32) -> Value {
    json!({"offers": 0, "tell": ["operator"], "timeout_s": timeout_s})
}

fn ladders(life: &Value, special: &Value) -> Value {
    json!({
        "life": life, "attention": [seat_only(900)], "unknown": [seat_only(60)],
        "special": special,
    })
}

/// One neighbour, then the seat; the family is not told.
fn quiet() -> Value {
    let first = json!({"offers": 1, "tell": ["operator"], "timeout_s": 45});
    ladders(&json!([first, seat_only(60)]), &json!([]))
}

async fn fall(app: &TestApp, elder: &Elder) -> String {
    let mut watch = app.watch(&elder.uid).await;
    assert_eq!(watch.ask(&fall_at(app.now())).await, "AL");
    let open = app.operator().incidents("open").await;
    let of = |it: &&Value| it["resident_id"] == elder.id.to_string();
    word(open.iter().find(of).expect("an incident"), "id")
}

async fn kinds(app: &TestApp, id: &str) -> Vec<String> {
    let detail = app.operator().incident(id).await.expect(200);
    let lines = detail["timeline"].as_array().expect("lines");
    lines.iter().map(|line| word(line, "kind")).collect()
}

async fn end(app: &TestApp, id: &str) {
    let note = Some("it is over");
    app.operator().close(id, "other", note).await.expect(200);
}

async fn status_becomes(app: &TestApp, id: &str, status: &str) {
    app.until(status, async || {
        let detail = app.operator().incident(id).await.expect(200);
        (detail["incident"]["status"] == status).then_some(())
    })
    .await;
}

fn helper(app: &TestApp, name: &str) -> Person {
    app.world.helper(name).person.clone()
}

/// For whom cannot say what happened, seat, family and 120 at once; for anybody else as before.
pub(crate) async fn cognition_chooses_seat_family_and_120_at_once(app: &mut TestApp) {
    let (elder, other) = (app.world.elder().clone(), app.world.neighbour().clone());
    let seat = app.operator();
    assert_eq!(seat.get(LADDERS).await.expect(200)["version"], 0);
    let parallel = json!([
        {"offers": 2, "tell": ["operator", "family", "ambulance"], "timeout_s": 45},
        seat_only(60),
    ]);
    let when = json!({"cognition": ["severe"], "severity": [1]});
    let special = json!([{"name": "confused", "of": "life", "when": when, "rungs": parallel}]);
    let first = json!({"offers": 1, "tell": ["operator"], "timeout_s": 45});
    let body = ladders(&json!([first, seat_only(60)]), &special);
    let set = json!({"replaces": 0, "ladders": body, "reason": "agreed in the street"});
    let kept = seat.put_json(LADDERS, set.clone()).await.expect(200);
    assert_eq!(
        (&kept["version"], &kept["ladders"]["zone"]),
        (&json!(1), &json!("Asia/Shanghai"))
    );
    seat.put_json(LADDERS, set)
        .await
        .expect_problem(409, "contended");
    let care = json!({"risk": "high", "cognition": "severe", "depends_on": []});
    let path = format!("/v1/residents/{}/care", elder.id);
    assert_eq!(seat.put_json(&path, care.clone()).await.expect(200), care);
    assert_eq!(seat.get(&path).await.expect(200), care);

    let id = fall(app, &elder).await;
    for operator in &app.world.home.operators {
        app.carrier
            .expect(operator, MessageKey::OperatorAlarm)
            .await;
        let call = MessageKey::OperatorCallAmbulance;
        app.carrier.expect(operator, call).await;
    }
    app.carrier
        .expect(&elder.family, MessageKey::FamilyAlarm)
        .await;
    for name in ["near", "second"] {
        app.carrier
            .expect(&helper(app, name), MessageKey::OfferNew)
            .await;
    }
    assert!(
        kinds(app, &id)
            .await
            .contains(&"ambulance_ordered".to_owned())
    );
    let ordinary = fall(app, &other).await;
    for operator in &app.world.home.operators {
        app.carrier
            .expect(operator, MessageKey::OperatorAlarm)
            .await;
    }
    assert!(
        !kinds(app, &ordinary)
            .await
            .contains(&"ambulance_ordered".to_owned())
    );
    app.carrier.hear_anything();
    end(app, &id).await;
    end(app, &ordinary).await;
    let organisation = app.world.home.organisation;
    let trail = app
        .app
        .store
        .audit_of(organisation, "ladders", organisation.0);
    let trail = trail.expect("a trail");
    let told: Vec<_> = trail
        .iter()
        .map(|line| (line.action.as_str(), line.note.as_deref()))
        .collect();
    assert_eq!(told, [("ladders_set", Some("agreed in the street"))]);
}

/// What could forget somebody is refused by its rung, and what counts stays as it was.
pub(crate) async fn ladders_that_could_forget_are_refused_by_their_rung(app: &mut TestApp) {
    let seat = app.operator();
    let silent = json!({"offers": 0, "tell": ["family"], "timeout_s": 60});
    let slow = json!({"offers": 3, "tell": [], "timeout_s": 200});
    for (life, says) in [
        (
            json!([seat_only(60), silent]),
            "ladder life, rung 2: repeats for ever",
        ),
        (
            json!([slow, seat_only(60)]),
            "ladder life, rung 1: the seat would hear of it only after",
        ),
        (
            json!([seat_only(60), seat_only(301)]),
            "ladder life, rung 2: repeats; of a life",
        ),
    ] {
        let set = json!({"ladders": ladders(&life, &json!([])), "reason": "try"});
        let problem = seat.put_json(LADDERS, set).await;
        let problem = problem.expect_problem(422, "invalid-request");
        let rule = word(&problem["errors"][0], "rule");
        assert!(rule.starts_with(says), "{rule}");
    }
    let fax =
        json!([{"offers": 1, "tell": [], "channels": ["fax"], "timeout_s": 60}, seat_only(60)]);
    let set = json!({"ladders": ladders(&fax, &json!([])), "reason": "try"});
    let problem = seat.put_json(LADDERS, set).await;
    let problem = problem.expect_problem(422, "invalid-request");
    let field = word(&problem["errors"][0], "field");
    assert!(
        field.starts_with("ladders.life") && field.contains("channels"),
        "{field}"
    );
    assert_eq!(seat.get(LADDERS).await.expect(200)["version"], 0);
}

/// A night's fall with a yes at once, and one by day that nobody answers: counted by hand.
pub(crate) async fn a_dry_run_says_how_many_families_would_have_slept(app: &mut TestApp) {
    app.carrier.hear_anything();
    let (elder, other) = (app.world.elder().clone(), app.world.neighbour().clone());
    app.advance_to_shanghai_hour(3);
    let id = fall(app, &elder).await;
    let near = app.responder("near");
    let offer = near.only_offer().await;
    near.accept(&offer).await.expect(200);
    end(app, &id).await;
    app.advance_to_shanghai_hour(12);
    let id = fall(app, &other).await;
    for (wait, status) in [(46, "offered"), (46, "exhausted"), (61, "exhausted")] {
        app.advance(Duration::from_secs(wait));
        app.until(
            "the next rung, with a deadline that is to come",
            async || {
                let now = app.operator().incident(&id).await.expect(200);
                let deadline = word(&now["incident"], "deadline_at").parse::<Timestamp>();
                (deadline.expect("a moment") > app.now()).then_some(())
            },
        )
        .await;
        status_becomes(app, &id, status).await;
    }
    end(app, &id).await;

    let order = json!({"ladders": quiet(), "days": 2});
    let tried = app.operator().post_json("/v1/ladders/dry-run", order).await;
    let tried = tried.expect(200);
    // Now: rung 1 of both (3 asked, seat, family); by day the other 3, then the last rung twice.
    // One asked, the family sleeps: rung 1 of both, and by day the last rung at 45 and 105 s.
    let shown = |it: &Value| {
        [
            "cases",
            "families_told",
            "families_woken",
            "family_notices",
            "offers",
            "seat_calls",
        ]
        .map(|name| it[name].as_u64().expect(name))
    };
    assert_eq!(shown(&tried["old"]), [2, 2, 1, 4, 9, 5], "{tried:#}");
    assert_eq!(shown(&tried["new"]), [2, 0, 0, 0, 2, 4], "{tried:#}");
    assert_eq!(tried["families_woken_more"], -1);
    assert_eq!(tried["old"]["first_ask_median_s"], 0);
    assert!(word(&tried, "text").contains('0'), "{tried:#}");
    assert_eq!(app.operator().get(LADDERS).await.expect(200)["version"], 0);
}

/// A helper on a mission calls for help: a life incident where they are, asked of the others.
pub(crate) async fn a_helper_who_needs_help_gets_it(app: &mut TestApp) {
    app.carrier.hear_anything();
    let elder = app.world.elder().clone();
    let mission = fall(app, &elder).await;
    let near = app.responder("near");
    let offer = near.only_offer().await;
    near.accept(&offer).await.expect(200);
    let sos = |key: &str| Ask::default().header(IDEMPOTENCY_KEY, key);
    let raised = near
        .send(Method::POST, "/v1/me/sos", sos("a"))
        .await
        .expect(200);
    let id = word(&raised, "id");
    assert_eq!(
        (&raised["kind"], &raised["severity"]),
        (&json!("responder_sos"), &json!(1))
    );
    let second = app.responder("second");
    let asked = app
        .until("the others are asked", async || {
            let pending = second.pending().await;
            pending.into_iter().find(|offer| offer["incident_id"] == id)
        })
        .await;
    let own = near.pending().await;
    assert!(
        own.iter().all(|offer| offer["incident_id"] != id),
        "nobody is sent to themselves"
    );
    let again = near
        .send(Method::POST, "/v1/me/sos", sos("b"))
        .await
        .expect(200);
    assert_eq!(word(&again, "id"), id, "one incident, told again");
    second.accept(word(&asked, "id")).await.expect(200);
    let seen = app.operator().incident(&id).await.expect(200);
    assert_eq!(seen["incident"]["repeats"], 1);
    let offers = seen["offers"].as_array().expect("offers");
    let walked = offers.iter().all(|offer| offer["method"] == "network");
    assert!(walked, "their place is known: {seen:#}");
    app.operator()
        .send(Method::POST, "/v1/me/sos", Ask::default())
        .await
        .expect_problem(403, "forbidden");
    end(app, &id).await;
    end(app, &mission).await;
}

/// On the way and late: others are asked beside, one of them goes, and the first is let off.
pub(crate) async fn who_is_late_is_replaced_in_parallel(app: &mut TestApp) {
    app.carrier.hear_anything();
    let elder = app.world.elder().clone();
    let id = fall(app, &elder).await;
    let (near, second) = (app.responder("near"), app.responder("second"));
    let offer = near.only_offer().await;
    near.accept(&offer).await.expect(200);
    app.carrier
        .expect(&helper(app, "second"), MessageKey::OfferWithdrawn)
        .await;
    near.depart(&id).await.expect(200);
    // Longer than one and a half times the walk of anybody on this side of the river.
    app.advance(Duration::from_secs(20 * 60));
    let again = app
        .until("second is asked again", async || {
            let pending = second.pending().await;
            pending.into_iter().find(|offer| offer["incident_id"] == id)
        })
        .await;
    for operator in &app.world.home.operators {
        app.carrier.expect(operator, MessageKey::OperatorLate).await;
    }
    second.accept(word(&again, "id")).await.expect(200);
    app.carrier
        .expect(&helper(app, "near"), MessageKey::OfferWithdrawn)
        .await;
    let seen = app.operator().incident(&id).await.expect(200);
    assert_eq!(seen["incident"]["status"], "accepted");
    near.arrive(&id).await.expect_problem(404, "not-found");
    second.depart(&id).await.expect(200);
    second.arrive(&id).await.expect(200);
    end(app, &id).await;
}

/// Any sign counts, a meal too; when none comes the elder is asked first, then a neighbour.
pub(crate) async fn any_sign_counts_and_the_elder_is_asked_first(app: &mut TestApp) {
    app.carrier.hear_anything();
    let elder = app.world.elder().clone();
    let seat = app.operator();
    let signs = format!("/v1/residents/{}/life-signs", elder.id);
    let seen = |sign: &str| seat.post_json(&signs, json!({"sign": sign}));
    seen("meal").await.expect(200);
    let door = seen("door").await.expect_problem(422, "invalid-request");
    assert_eq!(door["errors"][0]["field"], "sign");
    let condition = json!({"sign": "any", "least": 1, "within_h": 2});
    let ask = Ask::json(&condition).header(IDEMPOTENCY_KEY, "any");
    let rule = seat.send(Method::POST, "/v1/life-sign-rules", ask).await;
    let rule = format!("/v1/life-sign-rules/{}", word(&rule.expect(201), "id"));
    seat.post_json(&format!("{rule}/dry-run"), json!({"days": 1}))
        .await
        .expect(200);
    let on = json!({"on": true, "reason": "agreed"});
    seat.put_json(&format!("{rule}/switch"), on)
        .await
        .expect(200);

    app.live_through(Duration::from_secs(90 * 60)).await;
    seen("scan").await.expect(200);
    app.live_through(Duration::from_secs(90 * 60)).await;
    assert!(
        seat.incidents("open").await.is_empty(),
        "their code was read an hour and a half ago"
    );
    app.live_through(Duration::from_secs(60 * 60)).await;
    let case = app
        .until("the sign is missed", async || {
            seat.incidents("open").await.pop()
        })
        .await;
    let id = word(&case, "id");
    assert_eq!(case["kind"], "life_sign_missing");
    assert!(kinds(app, &id).await.contains(&"resident_asked".to_owned()));
    // Within the hour the neighbour's turn came and went, and it is nobody else's.
    app.until("a neighbour is asked", async || {
        let kinds = kinds(app, &id).await;
        let place = |kind: &str| kinds.iter().position(|known| known == kind);
        let (elder, neighbour) = (place("resident_asked"), place("offers_sent"));
        assert!(elder.is_some() && neighbour.is_none_or(|at| Some(at) > elder));
        neighbour.map(|_| ())
    })
    .await;
    let detail = seat.incident(&id).await.expect(200);
    let offers = detail["offers"].as_array().expect("offers");
    let near = app.world.helper("near").id.to_string();
    assert!(
        offers.len() == 1 && offers[0]["responder_id"] == near,
        "{detail:#}"
    );
    seen("scan").await.expect(200);
    app.live_through(Duration::from_secs(16 * 60)).await;
    app.until("it is over", async || {
        seat.incidents("open").await.is_empty().then_some(())
    })
    .await;
    let away = app.now() + chrono::TimeDelta::hours(6);
    let pause = format!("/v1/residents/{}/away", elder.id);
    let until = json!({"until": away.to_rfc3339()});
    seat.put_json(&pause, until).await.expect(200);
    app.live_through(Duration::from_secs(4 * 3600)).await;
    assert!(seat.incidents("open").await.is_empty(), "nobody is at home");
    app.live_through(Duration::from_secs(5 * 3600)).await;
    app.until("the pause has ended by itself", async || {
        (!seat.incidents("open").await.is_empty()).then_some(())
    })
    .await;
    let off = json!({"on": false, "reason": "the story is over"});
    seat.put_json(&format!("{rule}/switch"), off)
        .await
        .expect(200);
    for case in seat.incidents("open").await {
        end(app, &word(&case, "id")).await;
    }
}

/// The home's street looks after it by the policy that ships, the helper's by another.
pub(crate) async fn whose_the_follow_up_is_stands_in_the_policy(app: &mut TestApp) {
    app.carrier.hear_anything();
    let elder = app.world.elder().clone();
    let id = fall(app, &elder).await;
    let near = app.responder("near");
    let offer = near.only_offer().await;
    near.accept(&offer).await.expect(200);
    let path = format!("/v1/incidents/{id}/follow-up-street");
    let owner = app.operator().get(&path).await.expect(200);
    assert_eq!(owner["rule"], "home_street");
    assert_eq!(owner["street_code"], owner["home_street"]);
    assert_eq!(word(&owner, "street_code").len(), 9);
    let mut policy = Policy::shipped().expect("a sound policy");
    policy.borders.follow_up = FollowUpOwner::HelpersStreet;
    app.reopen_under(policy).await;
    let owner = app.operator().get(&path).await.expect(200);
    assert_eq!(owner["rule"], "helpers_street");
    assert_eq!(owner["street_code"], owner["helpers_street"]);
    end(app, &id).await;
}
