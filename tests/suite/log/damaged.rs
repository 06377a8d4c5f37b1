//! Somebody with the database in hand alters it: what does not fit the chain is not shown as truth.

use machinaka::domain::change::ActorId;
use serde_json::{Value, json};

use super::on_each_place;
use crate::history::{ITEMS, body, hours, state};
use crate::support::people::Client;
use crate::support::server::TestDirectory;

const DAMAGE: &str = "a change is not what the log's hash chain says";

fn shown(server: &TestDirectory) -> Vec<String> {
    let found = server.json(ITEMS);
    let features = found["features"].as_array().unwrap();
    let id = |feature: &Value| feature["id"].as_str().unwrap().to_owned();
    features.iter().map(id).collect()
}

#[test]
fn what_was_altered_is_not_shown_and_is_named() {
    on_each_place(&[DAMAGE], |place| {
        let hubs = ["a", "b", "c", "d", "e", "f"];
        for id in hubs {
            place.publish(&[state(&body(id, json!({ "operator": "長浜まちづくり" })))]);
        }
        let database = place.database;
        database.disarm();
        let forged = [
            // A fact, the whole text, what is no facility, a withdrawal.
            "update change set body = replace(body, '長浜まちづくり', 'だれか') where seq = 2",
            "update change set body = 'not json' where seq = 3",
            "update change set body = '{\"name\":\"x\"}' where seq = 4",
            "update change set body = null where seq = 5",
        ];
        for statement in forged {
            database.run(statement).unwrap();
        }
        let server =
            TestDirectory::at(&database.url, &["--empty"]).expecting(&[DAMAGE, "\"status\":503"]);
        assert_eq!(shown(&server), ["a", "f"]);
        for id in ["b", "c", "d", "e"] {
            let answer = server.get(&format!("{ITEMS}/{id}"));
            assert_eq!(answer.status, 503, "{id}: {}", answer.text);
        }
        assert_eq!(server.get(&format!("{ITEMS}/nowhere")).status, 404);
        let answer = server.get("/readyz");
        assert_eq!(answer.status, 200, "the rest is right: {}", answer.text);
        let ready = answer.json();
        assert_eq!(ready["status"], "damaged");
        let damaged = ready["log"]["damaged"].as_array().unwrap();
        let named: Vec<_> = damaged
            .iter()
            .map(|d| (&d["seq"], &d["facility"]))
            .collect();
        assert_eq!(
            json!(named),
            json!([[2, "b"], [3, "c"], [4, "d"], [5, "e"]])
        );
        for seq in 2..=5 {
            let change = format!("\"change\":{seq}");
            assert!(server.has_logged(&["ERROR", DAMAGE, &change]), "{seq}");
        }
        // Programs that keep a copy are told what is known, and no more.
        let changes = server.json("/changes");
        let told: Vec<_> = changes["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| &c["seq"])
            .collect();
        assert_eq!(json!(told), json!([1, 6]));
        // What is said of it anew is shown again.
        let renewed = [state(&body("b", json!({ "seats": 3 })))];
        database
            .store()
            .publish(ActorId::CLI, None, renewed, None, hours(9))
            .unwrap();
        server.wait_until(|| shown(&server) == ["a", "b", "f"]);
    });
}

#[test]
fn an_earlier_change_that_was_altered_is_found_behind() {
    on_each_place(&[DAMAGE], |place| {
        place.publish(&[state(&body("a", json!({ "seats": 1 })))]);
        place.publish(&[state(&body("a", json!({ "seats": 2 })))]);
        place.publish(&[state(&body("b", json!({})))]);
        let sound = TestDirectory::at(&place.database.url, &["--empty"]);
        sound.wait_until(|| sound.json("/readyz")["log"]["checked"] == 3);
        assert_eq!(sound.json("/readyz")["status"], "ok");
        drop(sound);
        place.database.disarm();
        let forge =
            "update change set body = replace(body, '\"seats\":1', '\"seats\":8') where seq = 1";
        place.database.run(forge).unwrap();
        let server = TestDirectory::at(&place.database.url, &["--empty"])
            .expecting(&[DAMAGE, "\"status\":503"]);
        server.wait_until(|| server.json("/readyz")["log"]["damaged_count"] == 1);
        // The state of today is not concerned; that of then is not made up.
        assert_eq!(shown(&server), ["a", "b"]);
        assert_eq!(server.get(&format!("{ITEMS}/a?as-of=1")).status, 503);
        assert_eq!(
            server.json(&format!("{ITEMS}/a?as-of=2"))["properties"]["seats"],
            2
        );
    });
}

#[test]
fn a_head_that_is_not_the_last_change_is_damage() {
    on_each_place(&[DAMAGE], |place| {
        place.publish(&[state(&body("a", json!({})))]);
        place.publish(&[state(&body("b", json!({})))]);
        place.database.disarm();
        let forge = format!("update log_head set hash = '{}'", "0".repeat(64));
        place.database.run(&forge).unwrap();
        let server = TestDirectory::at(&place.database.url, &["--empty"]).expecting(&[DAMAGE]);
        assert_eq!(shown(&server), ["a"]);
        assert_eq!(server.json("/readyz")["log"]["damaged"][0]["seq"], 2);
    });
}

#[test]
fn a_value_taken_out_is_no_damage() {
    on_each_place(&[DAMAGE], |place| {
        place.publish(&[state(&body("a", json!({ "operator": "山田太郎" })))]);
        let admin = Client::arriving(&place.server, "admin", "admin", None);
        let redaction = json!({ "field": "operator", "reason": "個人の名前" });
        let done = admin.send("POST", "/changes/1/redaction", &redaction);
        assert_eq!(done.status, 200, "{}", done.text);
        let server = TestDirectory::at(&place.database.url, &["--empty"]);
        server.wait_until(|| server.json("/readyz")["log"]["checked"] == 1);
        assert_eq!(server.json("/readyz")["status"], "ok");
        let item = server.json(&format!("{ITEMS}/a"));
        assert_eq!(item["properties"]["operator"], Value::Null);
    });
}

#[test]
fn staff_see_which_version_is_damaged_and_go_back_to_another() {
    on_each_place(&[DAMAGE], |place| {
        place.publish(&[state(&body("a", json!({ "seats": 1 })))]);
        place.publish(&[state(&body("a", json!({ "seats": 2 })))]);
        place.database.disarm();
        place
            .database
            .run("update change set body = 'gone' where seq = 2")
            .unwrap();
        let reviewer = place.program("reviewer", "reviewer", None);
        let server = TestDirectory::at(&place.database.url, &["--empty"])
            .expecting(&[DAMAGE, "\"status\":503"]);
        let reviewer = Client {
            server: &server,
            ..reviewer
        };
        let history = reviewer.get(&format!("{ITEMS}/a/history"));
        assert_eq!(history.status, 200, "{}", history.text);
        let versions = history.json()["versions"].clone();
        let damaged: Vec<_> = versions
            .as_array()
            .unwrap()
            .iter()
            .map(|v| &v["damaged"])
            .collect();
        assert_eq!(json!(damaged), json!([true, null]));
        let undone = reviewer.with("If-Match", history.header("etag")).send(
            "POST",
            &format!("{ITEMS}/a/undo"),
            &json!({ "seq": 1 }),
        );
        assert_eq!(undone.status, 200, "{}", undone.text);
        assert_eq!(server.json(&format!("{ITEMS}/a"))["properties"]["seats"], 1);
    });
}
