//! What a program sends and cannot be kept is refused by name, and nothing changes.

use serde_json::{Value, json};

use crate::support::databases::{Database, on_each_database};
use crate::support::people::{Client, PASSWORD, token};
use crate::support::server::{Answer, TestDirectory};

const ITEMS: &str = "/collections/facilities/items";
/// Nagahama, Shiga.
const HERE: &str = "25203";

/// A directory with one facility that has a value in every sort of field, and a program that may publish.
struct Place {
    server: TestDirectory,
    token: String,
    item: String,
}

impl Place {
    fn at(database: &Database) -> Place {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        Client::arriving(&server, "reviewer", "reviewer", Some(HERE));
        let token = token(&database.url, "reviewer", "publish");
        let mut place = Place {
            server,
            token,
            item: String::new(),
        };
        let made = place.program().send("POST", ITEMS, &whole());
        assert_eq!(made.status, 201, "{}", made.text);
        place.item = format!("{ITEMS}/{}", made.json()["id"].as_str().unwrap());
        place
    }

    fn program(&self) -> Client<'_> {
        Client::program(&self.server, &self.token).with("If-Match", "*")
    }

    fn patch(&self, properties: &Value) -> Answer {
        let body = json!({ "properties": properties });
        self.program().send("PATCH", &self.item, &body)
    }
}

fn whole() -> Value {
    json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [136.2652, 35.3781] }, "properties": {
        "name": "駅前オフィス", "kind": "coworking", "status": "open", "status_asof": "2026-11", "built_year": 1966,
        "operator": "長浜市", "phone": "0749-00-1234", "website": "https://hub.example/", "opening_hours": "Mo-Fr 09:00-17:00",
        "closures": [{ "from": "2026-12-29", "to": "2027-01-03", "note": "年末年始" }], "eligibility": "anyone",
        "price_hour_yen": 500, "seats": 20, "amenities": ["wifi", "power"], "uses": ["drop-in"],
        "support": [{ "programme": "machizukuri-fund", "certainty": "likely", "fiscal_year": "2021" }],
        "sources": [{ "title": "市のページ", "url": "https://city.example/" }], "checked_on": "2026-11-01",
    } })
}

/// What was refused, as one of a status, a code and the members named.
fn named(answer: &Answer) -> (u16, String, Vec<String>) {
    let body = answer.json();
    let problems = body["problems"].as_array().cloned().unwrap_or_default();
    let columns = problems.iter().map(|p| {
        assert!(p["code"].is_string() && p["message"].is_string(), "{p}");
        assert!(
            p["expected"].is_string() || p["code"] == "value-missing",
            "{p}"
        );
        p["column"].as_str().unwrap_or_default().to_owned()
    });
    (
        answer.status,
        body["code"].as_str().unwrap_or_default().to_owned(),
        columns.collect(),
    )
}

fn refused(columns: &[&str]) -> (u16, String, Vec<String>) {
    let columns = columns.iter().map(|column| (*column).to_owned());
    (422, "invalid-values".to_owned(), columns.collect())
}

#[test]
fn a_value_that_cannot_be_kept_is_named_and_nothing_changes() {
    on_each_database(|database| {
        let place = Place::at(database);
        let before = place.server.get(&place.item);
        for (properties, columns) in [
            (json!({ "seats": "many" }), &["seats"][..]),
            (json!({ "seats": "20" }), &["seats"]),
            (json!({ "seats": -1 }), &["seats"]),
            (json!({ "seats": 1e18 }), &["seats"]),
            (json!({ "seats": 2_000_000_000 }), &["seats"]),
            (json!({ "price_hour_yen": -500 }), &["price_hour_yen"]),
            (json!({ "built_year": 3000 }), &["built_year"]),
            (json!({ "checked_on": "2099-01-01" }), &["checked_on"]),
            (json!({ "amenities": ["wifi", "sauna"] }), &["amenities"]),
            (json!({ "amenities": ["wifi", "wifi"] }), &["amenities[1]"]),
            (json!({ "amenities": "wifi" }), &["amenities"]),
            (
                json!({ "sources": [{ "title": "a", "url": "www" }] }),
                &["sources[0].url"],
            ),
            (
                json!({ "closures": [{ "from": "2026-12-29", "until": "2027-01-03" }] }),
                &["closures[0].until"],
            ),
            (
                json!({ "support": [{ "programme": "lottery" }] }),
                &["support[0].programme", "support[0].certainty"],
            ),
            (json!({ "opening_hours": "平日 9-17" }), &["opening_hours"]),
            (json!({ "website": "hub.example" }), &["website"]),
            (json!({ "operator": "" }), &["operator"]),
            (json!({ "status": null }), &["status"]),
            (json!({ "name": null }), &["name"]),
            (json!({ "seat": 20 }), &["seat"]),
            (json!({ "photos": [{ "id": 1 }] }), &["photos"]),
            (
                json!({ "seats": "many", "kind": "castle", "wifi": true }),
                &["seats", "kind", "wifi"],
            ),
        ] {
            let mut all = whole();
            all["properties"]
                .as_object_mut()
                .unwrap()
                .extend(properties.as_object().unwrap().clone());
            let program = place.program();
            for answer in [
                place.patch(&properties),
                program.send("PUT", &place.item, &all),
                program.send("POST", ITEMS, &all),
            ] {
                let (status, code, mut found) = named(&answer);
                let mut expected = refused(columns);
                found.sort();
                expected.2.sort();
                assert_eq!((status, code, found), expected, "{properties}");
            }
        }
        let after = place.server.get(&place.item);
        assert_eq!(
            (&after.text, after.header("etag")),
            (&before.text, before.header("etag"))
        );
        let all = place.server.json(&format!("{ITEMS}?status=*"));
        assert_eq!(all["numberMatched"], 1);
    });
}

#[test]
fn a_problem_names_the_value_and_what_was_expected_in_the_readers_language() {
    let database = Database::sqlite();
    let place = Place::at(&database);
    let answer = place.patch(&json!({ "seats": "many" }));
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = &answer.json()["problems"][0];
    assert_eq!(
        (
            &problem["column"],
            &problem["code"],
            &problem["found"],
            &problem["expected"]
        ),
        (
            &json!("seats"),
            &json!("value-unreadable"),
            &json!("many"),
            &json!("0以上の整数")
        ),
    );
    let english = place.program().with("Accept-Language", "en");
    let body = json!({ "properties": { "seats": "many" } });
    let answer = english.send("PATCH", &place.item, &body).json();
    assert_eq!(
        answer["problems"][0]["expected"],
        "a whole number of 0 or more"
    );
    assert_eq!(
        answer["detail"],
        "seats cannot be “many”: it must be a whole number of 0 or more. Nothing was changed"
    );
}

#[test]
fn what_was_read_may_be_sent_back_and_null_makes_unknown() {
    let database = Database::sqlite();
    let place = Place::at(&database);
    let item = place.server.json(&format!("{}?opening=now", place.item));
    assert!(item["properties"]["opening"].is_object());
    let near = format!("{ITEMS}?near=136.2652,35.3781&limit=1");
    let near = place.server.json(&near)["features"][0].clone();
    assert!(near["properties"]["distance"].is_number());
    for feature in [&item, &near] {
        for method in ["PUT", "PATCH"] {
            let answer = place.program().send(method, &place.item, feature);
            assert_eq!(answer.status, 200, "{method}: {}", answer.text);
        }
    }
    let now = place.server.json(&place.item);
    assert_eq!(
        now["properties"],
        place.server.json(&place.item)["properties"]
    );
    for name in whole()["properties"].as_object().unwrap().keys() {
        assert_eq!(now["properties"][name], item["properties"][name], "{name}");
    }
    let answer =
        place.patch(&json!({ "seats": null, "amenities": null, "support": null, "closures": [] }));
    assert_eq!(answer.status, 200, "{}", answer.text);
    let properties = &answer.json()["properties"];
    assert_eq!(properties["seats"], Value::Null);
    assert_eq!(properties["amenities"], Value::Null);
    assert_eq!(properties["closures"], json!([]));
    assert_eq!(properties["operator"], "長浜市", "what was not named stays");
}

#[test]
fn the_feature_itself_has_no_other_members_either() {
    let database = Database::sqlite();
    let place = Place::at(&database);
    let before = place.server.get(&place.item).text;
    let send = |body: &str| {
        let headers = [("Content-Type", "application/merge-patch+json")];
        place
            .program()
            .send_bytes("PATCH", &place.item, &headers, body.as_bytes())
    };
    for (body, column) in [
        (r#"{"seats":3}"#, "seats"),
        (
            r#"{"crs":{"type":"name","properties":{"name":"EPSG:4301"}}}"#,
            "crs",
        ),
        (r#"{"geometry":null}"#, "geometry"),
        (
            r#"{"geometry":{"type":"Point","coordinates":["136.2","35.3"]}}"#,
            "geometry",
        ),
        (r#"{"properties":{"seats":3,"seats":4}}"#, "seats"),
    ] {
        assert_eq!(named(&send(body)), refused(&[column]), "{body}");
    }
    // What is no JSON at all is another fault.
    for body in [
        r#"{"properties":{"seats":NaN}}"#,
        r#"{"properties":{"seats":1e999}}"#,
        "{",
        "",
    ] {
        let answer = send(body);
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (400, Some("invalid-body")),
            "{body}"
        );
    }
    assert_eq!(place.server.get(&place.item).text, before);
}

#[test]
fn edits_of_a_submission_name_only_what_its_file_has() {
    let server = TestDirectory::with(&["--empty"]);
    let editor = Client::arriving(&server, "editor", "editor", Some(HERE));
    let sheet = "名称,緯度,経度,席数\n駅前オフィス,35.3781,136.2652,4\n";
    let path = "/submissions?file=a.csv";
    let draft = editor
        .send_bytes("POST", path, &[], sheet.as_bytes())
        .json();
    let path = format!("/submissions/{}", draft["id"]);
    let revision = format!("\"{}\"", draft["revision"]);
    let editor = editor.with("If-Match", &revision);
    for (change, columns) in [
        (
            json!({ "cells": { "2": { "席": "5" } } }),
            &["cells.2.席"][..],
        ),
        (json!({ "cells": { "9": { "席数": "5" } } }), &["cells.9"]),
        (
            json!({ "cells": { "2": { "席数": 5 } } }),
            &["cells.2.席数"],
        ),
        (json!({ "cells": { "zwei": {} } }), &["cells.zwei"]),
        (json!({ "left_out": { "9": true } }), &["left_out.9"]),
        (json!({ "left_out": { "2": "yes" } }), &["left_out.2"]),
        (
            json!({ "likeness": { "2": { "same": "nobody" } } }),
            &["likeness.2.same"],
        ),
        (json!({ "likeness": { "2": "perhaps" } }), &["likeness.2"]),
        (
            json!({ "columns": { "席数": "chairs" } }),
            &["columns.席数"],
        ),
        (json!({ "columns": { "椅子": "seats" } }), &["columns.椅子"]),
        (json!({ "encoding": "ebcdic" }), &["encoding"]),
        (json!({ "kind": "castle" }), &["kind"]),
        (json!({ "header_row": 0 }), &["header_row"]),
        (json!({ "state": "published" }), &["state"]),
        (json!({ "state": null }), &["state"]),
        (json!({ "seen": "1" }), &["seen"]),
        (json!({ "contact": "x".repeat(201) }), &["contact"]),
        (json!({ "feature": {} }), &["feature"]),
        (json!({ "cell": {} }), &["cell"]),
    ] {
        let answer = editor.send("PATCH", &path, &change);
        assert_eq!(named(&answer), refused(columns), "{change}");
    }
    assert_eq!(editor.json(&path)["revision"], draft["revision"]);
    let good = json!({ "cells": { "2": { "席数": "5" } }, "left_out": { "2": false }, "columns": { "席数": null } });
    assert_eq!(editor.send("PATCH", &path, &good).status, 200);
}

#[test]
fn a_submitted_facility_is_edited_as_strictly_as_it_was_written() {
    let database = Database::sqlite();
    let place = Place::at(&database);
    let editor =
        Client::arriving(&place.server, "editor", "editor", Some(HERE)).with("If-Match", "*");
    let waits = editor.send(
        "PATCH",
        &place.item,
        &json!({ "properties": { "seats": 9 } }),
    );
    assert_eq!(waits.status, 202, "{}", waits.text);
    let submission = waits.json()["submission"].clone();
    let path = format!("/submissions/{}", submission["id"]);
    let revision = format!("\"{}\"", submission["revision"]);
    let back =
        editor
            .with("If-Match", &revision)
            .send("PATCH", &path, &json!({ "state": "draft" }));
    assert_eq!(back.status, 200, "{}", back.text);
    let revision = format!("\"{}\"", back.json()["revision"]);
    let id = place.item.rsplit('/').next().unwrap();
    let edit = |properties: Value| {
        let mut feature = json!({ "type": "Feature", "properties": properties });
        feature["properties"]["id"] = id.into();
        let change = json!({ "feature": feature, "state": "sent" });
        editor
            .with("If-Match", &revision)
            .send("PATCH", &path, &change)
    };
    assert_eq!(named(&edit(json!({ "seats": "ten" }))), refused(&["seats"]));
    assert_eq!(named(&edit(json!({ "chairs": 10 }))), refused(&["chairs"]));
    assert_eq!(edit(json!({ "seats": 10 })).status, 200);
}

#[test]
fn a_decision_says_what_its_kind_of_submission_can_have() {
    let server = TestDirectory::with(&["--empty"]);
    let editor = Client::arriving(&server, "editor", "editor", Some(HERE));
    let reviewer = Client::arriving(&server, "reviewer", "reviewer", Some(HERE));
    let sheet = "名称,緯度,経度\n駅前オフィス,35.3781,136.2652\n湖畔ワーク,35.3802,136.2601\n";
    let path = "/submissions?file=a.csv&send=true";
    let sent = editor
        .send_bytes("POST", path, &[], sheet.as_bytes())
        .json();
    let path = format!("/submissions/{}/decision", sent["id"]);
    let revision = format!("\"{}\"", sent["revision"]);
    let decide = |decision: &Value| {
        reviewer
            .with("If-Match", &revision)
            .send("POST", &path, decision)
    };
    for (decision, columns) in [
        (json!({ "decision": "return" }), &["note"][..]),
        (json!({ "decision": "return", "note": null }), &["note"]),
        (json!({ "decision": "return", "note": " \n " }), &["note"]),
        (
            json!({ "decision": "return", "note": "長".repeat(2_001) }),
            &["note"],
        ),
        (json!({ "decision": "reject", "rows": [2] }), &["rows"]),
        (
            json!({ "decision": "approve", "rows": [2, 9] }),
            &["rows[1]"],
        ),
        (
            json!({ "decision": "approve", "rows": [2, 2] }),
            &["rows[1]"],
        ),
        (
            json!({ "decision": "approve", "rows": ["2"] }),
            &["rows[0]"],
        ),
        (json!({ "decision": "approve", "row": [2] }), &["row"]),
        (json!({ "decision": "maybe" }), &["decision"]),
        (json!({}), &["decision"]),
    ] {
        assert_eq!(named(&decide(&decision)), refused(columns), "{decision}");
    }
    assert_eq!(reviewer.json(&path[..path.len() - 9])["state"], "sent");
    assert_eq!(
        decide(&json!({ "decision": "return", "note": "住所を" })).status,
        200
    );
}

#[test]
fn a_visitors_report_is_settled_or_rejected_but_not_returned() {
    let server = TestDirectory::shipped();
    let reviewer = Client::arriving(&server, "reviewer", "reviewer", None);
    let report = "/collections/facilities/items/hub-001/reports";
    let taken =
        Client::anonymous(&server)
            .on_our_page()
            .send("POST", report, &json!({ "kind": "closed" }));
    assert_eq!(taken.status, 202, "{}", taken.text);
    let waiting = reviewer.json("/submissions?state=sent")["submissions"][0].clone();
    assert_eq!(waiting["kind"], "report");
    let path = format!("/submissions/{}/decision", waiting["id"]);
    let revision = format!("\"{}\"", waiting["revision"]);
    let body = json!({ "decision": "return", "note": "どこでしょうか" });
    let answer = reviewer
        .with("If-Match", &revision)
        .send("POST", &path, &body);
    assert_eq!(named(&answer), refused(&["decision"]));
    let problem = answer.json()["problems"][0].clone();
    assert!(
        problem["message"]
            .as_str()
            .unwrap()
            .starts_with("来訪者の報告は差し戻せません"),
        "{problem}"
    );
    let settled = json!({ "decision": "approve", "note": "確認しました" });
    assert_eq!(
        reviewer
            .with("If-Match", &revision)
            .send("POST", &path, &settled)
            .status,
        200
    );
}

/// A file of three rows: one that may be published, one that need not, one that is blocked.
const THREE: &str = "名称,種類,緯度,経度\n駅前オフィス,コワーキング,35.3781,136.2652\n湖畔ワーク,コワーキング,35.3802,136.2601\n逆の所,コワーキング,136.2689,35.3815\n";

#[test]
fn what_a_decision_left_out_is_named_and_can_be_sent_again() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let editor = Client::arriving(&server, "editor", "editor", Some(HERE));
        let reviewer = Client::arriving(&server, "reviewer", "reviewer", Some(HERE));
        let path = "/submissions?file=a.csv&send=true";
        let sent = editor
            .send_bytes("POST", path, &[], THREE.as_bytes())
            .json();
        let path = format!("/submissions/{}", sent["id"]);
        let rest = format!("{path}/rest");
        let early = editor.send("POST", &rest, &Value::Null);
        assert_eq!(
            (early.status, early.json()["code"].as_str()),
            (409, Some("wrong-state"))
        );
        let revision = format!("\"{}\"", sent["revision"]);
        let decision = json!({ "decision": "approve", "rows": [2] });
        let decision_path = format!("{path}/decision");
        let done = reviewer
            .with("If-Match", &revision)
            .send("POST", &decision_path, &decision);
        assert_eq!(done.status, 200, "{}", done.text);
        for answer in [done.json(), editor.json(&path)] {
            assert_eq!(answer["summary"]["left_out"], json!([3, 4]));
            assert_eq!(
                answer["left_out"],
                json!([
                    { "row": 3, "name": "湖畔ワーク", "why": "not-approved" },
                    { "row": 4, "name": "逆の所", "why": "blocked" },
                ])
            );
        }
        assert_eq!(reviewer.send("POST", &rest, &Value::Null).status, 403);
        assert_eq!(editor.json(&path)["may_take_rest"], true);
        let draft = editor.send("POST", &rest, &Value::Null);
        assert_eq!(draft.status, 201, "{}", draft.text);
        assert_eq!(
            draft.header("location"),
            server.url(&format!("/submissions/{}", draft.json()["id"]))
        );
        let draft = draft.json();
        assert_eq!(
            (&draft["state"], &draft["file_name"]),
            (&json!("draft"), &json!("a.csv"))
        );
        assert_eq!(
            (&draft["summary"]["added"], &draft["summary"]["blocked"]),
            (&json!(1), &json!(1))
        );
        // Asked for again it is the same.
        assert_eq!(
            editor.send("POST", &rest, &Value::Null).json()["id"],
            draft["id"]
        );
        let seen = editor.json(&path);
        assert_eq!(
            (&seen["summary"]["rest"], &seen["may_take_rest"]),
            (&draft["id"], &json!(false))
        );

        let edit =
            json!({ "cells": { "4": { "緯度": "35.3815", "経度": "136.2689" } }, "state": "sent" });
        let revision = format!("\"{}\"", draft["revision"]);
        let path = format!("/submissions/{}", draft["id"]);
        let sent = editor
            .with("If-Match", &revision)
            .send("PATCH", &path, &edit);
        assert_eq!(sent.status, 200, "{}", sent.text);
        let revision = format!("\"{}\"", sent.json()["revision"]);
        let all = json!({ "decision": "approve" });
        let done =
            reviewer
                .with("If-Match", &revision)
                .send("POST", &format!("{path}/decision"), &all);
        assert_eq!(done.status, 200, "{}", done.text);
        assert_eq!(done.json()["left_out"], json!([]));
        assert_eq!(
            server.json(&format!("{ITEMS}?status=*"))["numberMatched"],
            3
        );
    });
}

#[test]
fn files_of_old_drafts_and_of_what_was_rejected_are_deleted_and_decisions_stay() {
    on_each_database(|database| {
        let days = |days: i64| format!("- {}", days * 24 * 3_600 * 1_000_000);
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let editor = Client::arriving(&server, "editor", "editor", Some(HERE));
        let reviewer = Client::arriving(&server, "reviewer", "reviewer", Some(HERE));
        let upload = |query: &str| {
            let path = format!("/submissions?file=a.csv{query}");
            editor
                .send_bytes("POST", &path, &[], THREE.as_bytes())
                .json()
        };
        let decide = |sent: &Value, decision: Value| {
            let path = format!("/submissions/{}/decision", sent["id"]);
            let revision = format!("\"{}\"", sent["revision"]);
            let answer = reviewer
                .with("If-Match", &revision)
                .send("POST", &path, &decision);
            assert_eq!(answer.status, 200, "{}", answer.text);
        };
        let (old, young, waiting) = (upload(""), upload(""), upload("&send=true"));
        let (rejected, published) = (upload("&send=true"), upload("&send=true"));
        decide(
            &rejected,
            json!({ "decision": "reject", "note": "重複しています" }),
        );
        decide(&published, json!({ "decision": "approve" }));
        let age = |submission: &Value, by: String| {
            let sql = format!(
                "update submission set created_at = created_at {by}, touched_at = touched_at {by}, \
                 decided_at = decided_at {by} where id = {}",
                submission["id"]
            );
            database.run(&sql).unwrap();
        };
        age(&old, days(91));
        age(&young, days(89));
        for submission in [&waiting, &rejected, &published] {
            age(submission, days(181));
        }
        drop(server);
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let editor = Client::signed_in(&server, "editor", PASSWORD);
        let bytes = |submission: &Value| {
            database.number(&format!(
                "select length(bytes) from submission where id = {}",
                submission["id"]
            ))
        };
        server.wait_until(|| bytes(&old) == 0);
        assert_eq!(bytes(&rejected), 0);
        for kept in [&young, &waiting, &published] {
            assert!(bytes(kept) > 0, "{kept}");
        }
        for gone in [&old, &rejected] {
            let path = format!("/submissions/{}", gone["id"]);
            let seen = editor.json(&path);
            assert!(seen["file_deleted_at"].is_string(), "{seen}");
            assert_eq!(seen["summary"]["rows"], 3, "what it came to is still known");
            for rest in ["/file", "/corrected"] {
                let answer = editor.get(&format!("{path}{rest}"));
                assert_eq!(
                    (answer.status, answer.json()["code"].as_str()),
                    (410, Some("file-deleted"))
                );
            }
            assert_eq!(editor.json(&format!("{path}/rows"))["total"], 0);
        }
        let seen = editor.json(&format!("/submissions/{}", rejected["id"]));
        assert_eq!(
            (&seen["state"], &seen["note"]),
            (&json!("rejected"), &json!("重複しています"))
        );
        assert_eq!(seen["decided_by"]["name"], "reviewer");
        // A draft without its file cannot be taken up again.
        let seen = editor.json(&format!("/submissions/{}", old["id"]));
        assert_eq!(seen["state"], "withdrawn");
        let revision = format!("\"{}\"", seen["revision"]);
        let path = format!("/submissions/{}", old["id"]);
        let again =
            editor
                .with("If-Match", &revision)
                .send("PATCH", &path, &json!({ "state": "draft" }));
        assert_eq!(again.status, 410, "{}", again.text);
    });
}
