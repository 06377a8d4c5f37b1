//! A facility's history, and undo.

use serde_json::{Value, json};

use super::*;
use crate::support::server::Answer;

fn history(client: &Client<'_>, id: &str) -> Answer {
    client.get(&format!("{ITEMS}/{id}/history"))
}

fn undo(client: &Client<'_>, id: &str, seq: i64, etag: &str) -> Answer {
    let client = client.with("If-Match", etag);
    client.send(
        "POST",
        &format!("{ITEMS}/{id}/undo"),
        &json!({ "seq": seq }),
    )
}

fn expect(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.json()["code"], code, "{}", answer.text);
}

#[test]
fn the_staff_of_its_place_see_a_facilitys_versions_and_nobody_else_does() {
    on_each_place(|place| {
        place.publish(&[state(&body("a", json!({ "seats": 3 })))]);
        place.publish(&[state(&body("a", json!({ "status": "closed" })))]);
        let insert = |bytes: &str| {
            place.database.run(&format!(
                "insert into submission (id, kind, state, actor, file_name, bytes, work, summary, base_seq, created_at) \
                 values (1, 'file', 'published', 1, '施設一覧.xlsx', {bytes}, '{{}}', '{{}}', 0, 0)"
            ))
        };
        insert(if place.database.is_sqlite() {
            "x'00'"
        } else {
            "'\\x00'"
        })
        .unwrap();
        let reviewer = place.program("reviewer", "reviewer", Some("25203"));
        let reviewer_id = place
            .database
            .number("select id from users where name = 'reviewer'");
        let store = place.database.store();
        let by = ActorId(reviewer_id);
        store
            .publish(by, Some(1), [withdrawal("a")], None, hours(5))
            .unwrap();
        place
            .server
            .wait_until(|| place.server.get(&format!("{ITEMS}/a")).status == 410);

        let change = |name: &str, before: Value, after: Value| json!({ "name": name, "before": before, "after": after });
        let answer = history(&reviewer, "a");
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.header("cache-control"), "no-store");
        let versions = answer.json()["versions"].clone();
        assert_eq!(
            versions[0],
            json!({
                "seq": 3, "at": "2026-01-01T05:00:00Z", "actor": { "id": reviewer_id, "name": "reviewer" },
                "submission": { "id": 1, "file_name": "施設一覧.xlsx" }, "token": null,
                "change": "withdrawn", "fields": [], "redacted": [],
            })
        );
        assert_eq!(
            versions[1],
            json!({
                "seq": 2, "at": "2026-01-01T01:00:00Z", "actor": { "id": 1, "name": "cli" },
                "submission": null, "token": null, "change": "closed", "redacted": [],
                "fields": [change("status", json!("open"), json!("closed")), change("seats", json!(3), json!(null))],
            })
        );
        assert_eq!(versions[2]["change"], "created");
        assert_eq!(versions.as_array().unwrap().len(), 3);

        // Whose place it is counts, not what they are.
        for (name, role, area, status) in [
            ("editor", "editor", Some("25203"), 200),
            ("of-the-prefecture", "reviewer", Some("25"), 200),
            ("admin", "admin", None, 200),
            ("planner", "planner", None, 403),
            ("elsewhere", "reviewer", Some("13113"), 403),
            ("other-prefecture", "editor", Some("13"), 403),
        ] {
            let answer = history(&place.program(name, role, area), "a");
            assert_eq!(answer.status, status, "{name}: {}", answer.text);
        }
        let anonymous = Client::anonymous(&place.server);
        expect(&history(&anonymous, "a"), 401, "signed-out");
        for nothing in ["b", "%20", "%3Cb%3E"] {
            expect(&history(&reviewer, nothing), 404, "not-found");
        }
        let other = "/collections/municipalities/items/25203/history";
        expect(&reviewer.get(other), 404, "not-found");
        expect(
            &reviewer.get(&format!("{ITEMS}/a/history?x=1")),
            400,
            "unknown-parameter",
        );
    });
}

#[test]
fn undo_makes_a_new_version_for_whoever_has_seen_the_current_one() {
    on_each_place(|place| {
        let first = place
            .publish(&[state(&body(
                "a",
                json!({ "seats": 3, "operator": "長浜まちづくり" }),
            ))])
            .0;
        place.publish(&[state(&body("a", json!({ "seats": 4 })))]);
        let reviewer = place.program("reviewer", "reviewer", Some("25203"));
        let before = place.server.json(&format!("{ITEMS}/a"));
        let stale = place.etag("a");
        place.publish(&[state(&body("a", json!({ "seats": 5 })))]);

        let without = reviewer.send("POST", &format!("{ITEMS}/a/undo"), &json!({ "seq": first }));
        expect(&without, 428, "precondition-required");
        expect(
            &undo(&reviewer, "a", first, &stale),
            412,
            "precondition-failed",
        );
        let etag = place.etag("a");
        let done = undo(&reviewer, "a", first, &etag);
        assert_eq!(done.status, 200, "{}", done.text);
        let after = done.json();
        assert_eq!(after["properties"]["seats"], 3);
        assert_eq!(after["properties"]["operator"], "長浜まちづくり");
        assert_ne!(
            before["properties"]["updated_at"],
            after["properties"]["updated_at"]
        );
        // Its ETag goes on with If-Match, and the item is what the answer said.
        let item = place.server.json(&format!("{ITEMS}/a"));
        assert_eq!(item["properties"], after["properties"]);
        expect(
            &undo(&reviewer, "a", first, &etag),
            412,
            "precondition-failed",
        );
        let versions = history(&reviewer, "a").json()["versions"].clone();
        assert_eq!(versions[0]["seq"], 4);
        assert_eq!(versions[0]["actor"]["name"], "reviewer");
        assert!(versions[0]["submission"]["id"].is_i64());
        let token = versions[0]["token"].as_str().unwrap();
        assert!(token.starts_with("mchnk_") && token.len() < 20, "{token}");
        let fields = versions[0]["fields"].as_array().unwrap();
        let fields: Vec<&Value> = fields.iter().map(|field| &field["name"]).collect();
        assert_eq!(fields, ["operator", "seats"]);
        // The same again changes nothing.
        let again = undo(&reviewer, "a", first, done.header("etag"));
        assert_eq!(again.status, 200, "{}", again.text);
        assert_eq!(place.server.json("/readyz")["seq"], 4);
        place.database.store().verify(|_, _| ()).unwrap();
    });
}

#[test]
fn undo_needs_the_right_to_publish_at_both_places() {
    on_each_place(|place| {
        let in_nagahama = place.publish(&[state(&body("a", json!({})))]).0;
        let in_shibuya = place.publish(&[state(&in_shibuya("a", json!({})))]).0;
        place.publish(&[state(&super::in_shibuya("a", json!({ "seats": 9 })))]);
        let etag = place.etag("a");
        let there = place.program("there", "reviewer", Some("13113"));
        let editor = place.program("editor", "editor", Some("13113"));
        let here = place.program("here", "reviewer", Some("25203"));
        let planner = place.program("planner", "planner", None);
        let admin = place.program("admin", "admin", None);
        let token = token(&place.database.url, "admin", "submit");
        let submitting = Client::program(&place.server, &token);
        for (client, seq) in [
            (&there, in_nagahama),
            (&here, in_shibuya),
            (&here, in_nagahama),
            (&editor, in_nagahama),
            (&planner, in_shibuya),
        ] {
            expect(&undo(client, "a", seq, &etag), 403, "forbidden");
        }
        let anonymous = Client::anonymous(&place.server);
        expect(&undo(&anonymous, "a", in_shibuya, &etag), 401, "signed-out");
        // Who may only hand in asks for it.
        let asked = [&editor, &submitting].map(|client| undo(client, "a", in_shibuya, &etag));
        for answer in &asked {
            assert_eq!(answer.status, 202, "{}", answer.text);
            assert_eq!(answer.json()["submission"]["state"], "sent");
        }
        assert_eq!(place.etag("a"), etag);
        let id = &asked[0].json()["submission"]["id"];
        let approved = there.with("If-Match", "\"1\"").send(
            "POST",
            &format!("/submissions/{id}/decision"),
            &json!({ "decision": "approve" }),
        );
        assert_eq!(approved.status, 200, "{}", approved.text);
        let item = place.server.json(&format!("{ITEMS}/a"));
        assert_eq!(item["properties"]["seats"], Value::Null);
        place.publish(&[state(&super::in_shibuya("a", json!({ "seats": 9 })))]);
        let etag = place.etag("a");
        assert_eq!(undo(&there, "a", in_shibuya, &etag).status, 200);
        let moved = undo(&admin, "a", in_nagahama, &place.etag("a"));
        assert_eq!(moved.status, 200, "{}", moved.text);
        assert_eq!(moved.json()["properties"]["municipality"], "25203");
    });
}

#[test]
fn a_withdrawn_record_comes_back_by_undo() {
    on_each_place(|place| {
        let first = place.publish(&[state(&body("a", json!({ "seats": 3 })))]).0;
        let gone = place.publish(&[withdrawal("a")]).0;
        assert_eq!(place.server.get(&format!("{ITEMS}/a")).status, 410);
        let reviewer = place.program("reviewer", "reviewer", Some("25203"));
        let etag = history(&reviewer, "a").header("etag").to_owned();
        expect(&undo(&reviewer, "a", gone, &etag), 422, "no-such-version");
        expect(&undo(&reviewer, "a", 99, &etag), 422, "no-such-version");
        expect(&undo(&reviewer, "b", 1, &etag), 404, "not-found");
        let elsewhere = place.program("elsewhere", "reviewer", Some("13113"));
        expect(&undo(&elsewhere, "a", first, &etag), 403, "forbidden");
        // There is nothing that a submission could speak of.
        let editor = place.program("editor", "editor", Some("25203"));
        expect(&undo(&editor, "a", first, &etag), 403, "forbidden");
        expect(
            &undo(&reviewer, "a", first, "*"),
            412,
            "precondition-failed",
        );
        let done = undo(&reviewer, "a", first, &etag);
        assert_eq!(done.status, 200, "{}", done.text);
        assert_eq!(
            place.server.json(&format!("{ITEMS}/a"))["properties"]["seats"],
            3
        );
        let near = format!("{ITEMS}?near=136.2655,35.3814");
        assert_eq!(place.server.json(&near)["numberMatched"], 1);
        let versions = history(&reviewer, "a").json()["versions"].clone();
        assert_eq!(
            (&versions[0]["change"], &versions[0]["seq"]),
            (&json!("created"), &json!(3))
        );
    });
}

#[test]
fn a_person_undoes_from_our_page_and_broken_requests_are_named() {
    let database = Database::sqlite();
    let place = Place::new(&database);
    let first = place.publish(&[state(&body("a", json!({ "seats": 3 })))]).0;
    place.publish(&[state(&body("a", json!({})))]);
    let person = Client::arriving(&place.server, "person", "reviewer", Some("25203"));
    let etag = place.etag("a");
    expect(
        &undo(&person.without("X-CSRF-Token"), "a", first, &etag),
        403,
        "csrf",
    );
    let path = format!("{ITEMS}/a/undo");
    for bad in [
        json!({}),
        json!({ "seq": "1" }),
        json!({ "seq": 1, "x": 1 }),
        json!([]),
    ] {
        let answer = person.with("If-Match", &etag).send("POST", &path, &bad);
        expect(&answer, 422, "invalid-values");
    }
    assert_eq!(undo(&person, "a", first, &etag).status, 200);
}

#[test]
fn of_two_who_undo_at_once_one_wins() {
    on_each_place(|place| {
        let first = place.publish(&[state(&body("a", json!({ "seats": 3 })))]).0;
        let second = place.publish(&[state(&body("a", json!({ "seats": 4 })))]).0;
        place.publish(&[state(&body("a", json!({ "seats": 5 })))]);
        let reviewer = place.program("reviewer", "reviewer", Some("25203"));
        let etag = place.etag("a");
        let mut statuses: Vec<u16> = std::thread::scope(|scope| {
            let both = [first, second, first, second].map(|seq| {
                let (reviewer, etag) = (&reviewer, &etag);
                scope.spawn(move || undo(reviewer, "a", seq, etag).status)
            });
            both.map(|one| one.join().unwrap()).to_vec()
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412, 412, 412]);
        assert_eq!(place.server.json("/readyz")["seq"], 4);
    });
}
