//! Another municipality's identifiers, wherever one can be written: path, query, body, row.
//!
//! The path and the query are the table's cases; here is what is inside.

use serde_json::{Value, json};

use super::world::{A, B, Place, World, items};
use crate::support::people::Client;
use crate::support::server::Answer;

const BLOCKS: [&str; 2] = ["id-taken", "outside-municipality"];

/// What is published there, as anybody reads it.
fn published(world: &World, place: &Place) -> Value {
    let path = format!(
        "{}?municipality={}&status=*&limit=1000",
        items(""),
        place.code
    );
    world.client("anonymous").json(&path)["features"].clone()
}

fn hand_in(client: &Client<'_>, name: &str, bytes: &[u8]) -> Value {
    let path = format!("/submissions?file={name}");
    let answer = client.send_bytes("POST", &path, &[], bytes);
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

/// Changes a submission or decides on it, as it is now.
fn write(client: &Client<'_>, method: &str, path: &str, body: &Value) -> Answer {
    let submission = path.trim_end_matches("/decision");
    let tag = client.get(submission).header("etag").to_owned();
    client.with("If-Match", &tag).send(method, path, body)
}

/// Approves all that can be approved.
fn approve(world: &World, id: &Value) -> Answer {
    let path = format!("/submissions/{id}");
    let sent = write(
        world.client("editor_a"),
        "PATCH",
        &path,
        &json!({"state": "sent"}),
    );
    if sent.status != 200 {
        return sent;
    }
    let decision = json!({"decision": "approve"});
    let path = format!("{path}/decision");
    write(world.client("reviewer_a"), "POST", &path, &decision)
}

fn feature(id: Option<&str>, place: &Place, code: Option<&str>, name: &str) -> Value {
    let mut feature = json!({
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": place.position},
        "properties": {"name": name, "kind": "coworking"},
    });
    if let Some(id) = id {
        feature["properties"]["id"] = id.into();
    }
    if let Some(code) = code {
        feature["properties"]["municipality"] = code.into();
    }
    feature
}

/// Rows of A's editor that reach for B, each of which must stay out; and one that need not.
fn rows(world: &World) -> Vec<Value> {
    let [first, second] = [(); 2].map(|()| world.facility(&B));
    vec![
        feature(Some(B.hub), &A, None, "another's id at our place"),
        feature(Some(&first), &B, None, "another's id at their place"),
        feature(Some(&second), &A, Some(A.code), "another's id, our code"),
        feature(None, &B, None, "a new one at their place"),
        feature(None, &B, Some(A.code), "a new one at their place, our code"),
        feature(
            None,
            &B,
            Some(B.code),
            "a new one at their place, their code",
        ),
        world.feature(&A),
    ]
}

/// Of the rows above only the last may do anything, whatever the file looks like.
fn only_the_last_counts(world: &World, name: &str, bytes: &[u8], first_row: u64) {
    let before = published(world, &B);
    let handed = hand_in(world.client("editor_a"), name, bytes);
    let problems = handed["report"]["problems"].as_array().unwrap();
    for row in first_row..first_row + 6 {
        let blocks = problems.iter().any(|problem| {
            problem["row"] == row
                && problem["blocks"] == true
                && BLOCKS.contains(&problem["code"].as_str().unwrap())
        });
        assert!(blocks, "{name}, row {row}: {problems:?}");
    }
    assert_eq!(handed["summary"]["accepted"], 1, "{problems:?}");
    let path = format!("/submissions/{}/differences", handed["id"]);
    let differences = world.client("editor_a").json(&path);
    assert_eq!(differences["total"], 1, "{differences}");
    assert_eq!(differences["differences"][0]["effect"], "added");
    // Naming the rows does not help.
    let submission = format!("/submissions/{}", handed["id"]);
    let all: Vec<u64> = (first_row..first_row + 7).collect();
    let editor = world.client("editor_a");
    let rows_left_out: Value = (first_row..first_row + 6)
        .map(|row| (row.to_string(), json!(true)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let mended = json!({"left_out": rows_left_out});
    assert_eq!(write(editor, "PATCH", &submission, &mended).status, 200);
    let sent = write(editor, "PATCH", &submission, &json!({"state": "sent"}));
    assert_eq!(sent.status, 200, "{}", sent.text);
    let decision = json!({"decision": "approve", "rows": all});
    let path = format!("{submission}/decision");
    let decided = write(world.client("reviewer_a"), "POST", &path, &decision);
    assert_eq!(decided.status, 200, "{}", decided.text);
    assert_eq!(published(world, &B), before, "{name}");
}

#[test]
fn a_row_reaches_into_no_other_municipality() {
    let world = World::new();
    let collection = json!({"type": "FeatureCollection", "features": rows(&world)});
    only_the_last_counts(&world, "a.geojson", collection.to_string().as_bytes(), 1);
}

#[test]
fn no_decision_about_a_row_reaches_there_either() {
    let world = World::new();
    let before = published(&world, &B);
    for same in [
        json!({"same": B.hub}),
        json!({"same": "no-such-id"}),
        json!("other"),
    ] {
        let row = world.feature(&A).to_string();
        let handed = hand_in(world.client("editor_a"), "a.geojson", row.as_bytes());
        let path = format!("/submissions/{}", handed["id"]);
        let merged = json!({"likeness": {"1": same}});
        let answer = write(world.client("editor_a"), "PATCH", &path, &merged);
        assert!(answer.status < 500, "{}", answer.text);
        let differences = format!("{path}/differences");
        let differences = world.client("editor_a").json(&differences);
        assert!(!differences.to_string().contains(B.hub), "{differences}");
        approve(&world, &handed["id"]);
        assert_eq!(published(&world, &B), before, "{merged}");
    }
}

#[test]
fn a_facility_is_written_neither_from_nor_into_another_municipality() {
    let world = World::new();
    let before = published(&world, &B);
    let [lon, lat] = B.position;
    let there = json!({"type": "Point", "coordinates": [lon, lat]});
    for role in [
        "editor_a",
        "reviewer_a",
        "reviewer_prefecture_a",
        "token_publish",
    ] {
        let client = world.client(role).with("If-Match", "*");
        let mine = items(&world.facility(&A));
        for (method, body) in [
            ("PATCH", json!({"geometry": there})),
            (
                "PATCH",
                json!({"geometry": there, "properties": {"municipality": A.code}}),
            ),
            ("PUT", feature(None, &B, Some(A.code), "moved")),
        ] {
            let answer = client.send(method, &mine, &body);
            assert_eq!(
                answer.status, 422,
                "{role} {method} {body}: {}",
                answer.text
            );
            let codes = answer.json()["errors"].to_string();
            assert!(codes.contains("outside-municipality"), "{codes}");
        }
        // Another's id in the body is not what is written to.
        let patch = json!({"id": B.hub, "properties": {"id": B.hub, "seats": 1}});
        let answer = client.send("PATCH", &mine, &patch);
        assert!([200, 202].contains(&answer.status), "{}", answer.text);
        // Saying that it lies here does not bring it here.
        let theirs = items(B.hub);
        for (method, body) in [
            ("PATCH", json!({"properties": {"municipality": A.code}})),
            (
                "PATCH",
                json!({"geometry": {"type": "Point", "coordinates": A.position}}),
            ),
            ("PUT", feature(Some(B.hub), &A, Some(A.code), "ours now")),
            ("DELETE", Value::Null),
        ] {
            let answer = client.send(method, &theirs, &body);
            assert_eq!(
                answer.status, 403,
                "{role} {method} {body}: {}",
                answer.text
            );
        }
    }
    assert_eq!(published(&world, &B), before);
}

#[test]
fn a_single_facilitys_submission_cannot_be_turned_into_anothers() {
    let world = World::new();
    let reaching = rows(&world);
    let before = published(&world, &B);
    let editor = world.client("editor_a");
    for (turned, what) in [
        (feature(Some(B.hub), &A, None, "theirs"), "their id"),
        (
            feature(Some(B.hub), &B, None, "theirs"),
            "their id and place",
        ),
        (feature(None, &B, Some(A.code), "theirs"), "their place"),
        (
            json!({"type": "FeatureCollection", "features": reaching}),
            "all of it at once",
        ),
        (json!({"withdraw": [B.hub]}), "a withdrawal"),
    ] {
        let answer = editor.send("POST", &items(""), &world.feature(&A));
        assert_eq!(answer.status, 202, "{}", answer.text);
        let id = answer.json()["submission"]["id"].clone();
        let path = format!("/submissions/{id}");
        assert_eq!(
            write(editor, "PATCH", &path, &json!({"state": "draft"})).status,
            200
        );
        let answer = write(editor, "PATCH", &path, &json!({"feature": turned}));
        assert!(answer.status < 500, "{what}: {}", answer.text);
        approve(&world, &id);
        assert_eq!(published(&world, &B), before, "{what}");
    }
    // Nor a withdrawal, which has no row.
    let mine = world.facility(&A);
    let answer = editor
        .with("If-Match", "*")
        .send("DELETE", &items(&mine), &Value::Null);
    assert_eq!(answer.status, 202, "{}", answer.text);
    let id = answer.json()["submission"]["id"].clone();
    let path = format!("/submissions/{id}");
    write(editor, "PATCH", &path, &json!({"state": "draft"}));
    let turned = json!({"feature": {"withdraw": [B.hub]}});
    write(editor, "PATCH", &path, &turned);
    let answer = approve(&world, &id);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(published(&world, &B), before);
    assert_eq!(world.client("anonymous").get(&items(&mine)).status, 410);
}

#[test]
fn lists_hold_what_one_may_see_and_nothing_else() {
    let world = World::new();
    for place in [&A, &B] {
        for send in [false, true] {
            world.submission(place, send);
        }
    }
    // Of somebody who acts everywhere; no municipality's own people see it.
    let answer =
        world
            .client("admin")
            .send("POST", "/submissions?file=x.geojson", &world.feature(&A));
    assert_eq!(answer.status, 201);
    for (role, areas) in [
        ("editor_a", &[A.code][..]),
        ("reviewer_a", &[A.code]),
        ("reviewer_prefecture_a", &[A.code]),
        ("token_read", &[A.code]),
        ("editor_b", &[B.code]),
        ("reviewer_b", &[B.code]),
        ("token_publish_b", &[B.code]),
        ("admin", &[A.code, B.code, ""]),
    ] {
        for query in [
            "",
            "?limit=1",
            "?limit=200&state=sent",
            "?limit=200&state=draft,sent,returned,published,rejected,withdrawn",
            "?before=4294967295&limit=200",
        ] {
            let listed = world.client(role).json(&format!("/submissions{query}"));
            let listed = listed["submissions"].as_array().unwrap();
            assert!(!listed.is_empty(), "{role} {query}");
            for submission in listed {
                let code = submission["area"]["code"].as_str().unwrap_or_default();
                assert!(areas.contains(&code), "{role} {query}: {submission}");
            }
        }
        let mine = world.client(role).json("/submissions?mine=true&limit=200");
        for submission in mine["submissions"].as_array().unwrap() {
            assert_eq!(submission["mine"], true, "{role}");
        }
        // What waits is what is shown as waiting.
        let waiting = world.client(role).json("/submissions?state=sent&limit=200");
        let decidable = waiting["submissions"].as_array().unwrap().iter();
        let decidable = decidable.filter(|submission| submission["may"]["decide"] == true);
        assert_eq!(waiting["waiting"], decidable.count(), "{role}");
    }
}

#[test]
fn a_contact_is_for_those_who_may_have_to_reach_somebody() {
    let world = World::new();
    let id = world.submission(&A, false);
    let path = format!("/submissions/{id}");
    let contact = |role: &str| world.client(role).json(&path)["contact"].clone();
    assert_eq!(contact("editor_a"), "080-0000-0000");
    for other in ["reviewer_a", "admin", "token_read"] {
        assert_eq!(contact(other), Value::Null, "{other}, before it is sent");
    }
    write(
        world.client("editor_a"),
        "PATCH",
        &path,
        &json!({"state": "sent"}),
    );
    assert_eq!(contact("reviewer_a"), "080-0000-0000");
    assert_eq!(contact("token_read"), Value::Null);
    let reject = json!({"decision": "reject", "note": "a\u{0}b\u{1b}[2J"});
    let path_of_decision = format!("{path}/decision");
    let answer = write(
        world.client("reviewer_a"),
        "POST",
        &path_of_decision,
        &reject,
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json()["note"], "ab[2J");
    for role in ["editor_a", "reviewer_a", "admin"] {
        assert_eq!(contact(role), Value::Null, "{role}, after the decision");
    }
    let left = "select count(*) from submission where contact is not null and state in ('rejected', 'published', 'withdrawn')";
    assert_eq!(world.database.number(left), 0);
}

#[test]
fn one_key_of_two_people_is_two_requests() {
    let world = World::new();
    let body = world.feature(&A).to_string();
    let key = [("Idempotency-Key", "the-same")];
    let send = |role: &str| {
        let answer = world.client(role).send_bytes(
            "POST",
            "/submissions?file=a.geojson",
            &key,
            body.as_bytes(),
        );
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    };
    let (first, again) = (send("editor_a"), send("editor_a"));
    assert_eq!(first["id"], again["id"]);
    for other in ["editor_b", "reviewer_a"] {
        let others = send(other);
        assert_ne!(others["id"], first["id"], "{other}");
        assert_eq!(others["mine"], true, "{other}");
    }
}

#[test]
fn whoever_gets_another_area_leaves_the_old_one_at_once() {
    let world = World::new();
    let id = world.submission(&A, false);
    let path = format!("/submissions/{id}");
    let admin = world.client("admin");
    let users = admin.json("/users");
    let users = users["users"].as_array().unwrap();
    let user = |name: &str| {
        let user = users.iter().find(|user| user["name"] == name).unwrap();
        format!("/users/{}", user["id"])
    };
    let reviewers = world.client("token_publish");
    let facility = items(&world.facility(&A));
    let patch = json!({"properties": {"seats": 3}});
    let change = |client: &Client<'_>| {
        client
            .with("If-Match", "*")
            .send("PATCH", &facility, &patch)
    };
    assert_eq!(change(reviewers).status, 200);
    for name in ["reviewer_a", "editor_a"] {
        let moved = admin.send("PATCH", &user(name), &json!({"area": B.code}));
        assert_eq!(moved.status, 200, "{}", moved.text);
    }
    assert_eq!(change(reviewers).status, 403);
    assert_eq!(reviewers.get(&path).status, 404);
    // Their own they still see, and no longer write.
    let password = crate::support::people::PASSWORD;
    let editor = Client::signed_in(admin.server, "editor_a", password);
    let shown = editor.json(&path);
    assert_eq!(
        shown["may"],
        json!({"edit": false, "send": false, "withdraw": false, "decide": false})
    );
    for change in [
        json!({"contact": "x"}),
        json!({"state": "sent"}),
        json!({"state": "withdrawn"}),
    ] {
        let answer = write(&editor, "PATCH", &path, &change);
        assert_eq!(answer.status, 403, "{change}: {}", answer.text);
    }
}
