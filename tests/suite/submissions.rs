//! From a file to the public directory: handing in, reviewing, deciding, and writing single facilities.

use serde_json::{Value, json};

use crate::support::people::{Client, token};
use crate::support::server::TestDirectory;

/// Nagahama, Shiga: a city with a shipped hub; and another city of the prefecture.
const HERE: &str = "25203";
const ELSEWHERE: &str = "25201";

fn feature(name: &str, coordinates: [f64; 2], more: Value) -> Value {
    let mut properties = json!({ "name": name, "kind": "coworking" });
    for (key, value) in more.as_object().unwrap() {
        properties[key] = value.clone();
    }
    json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": coordinates }, "properties": properties })
}

fn collection(features: &[Value]) -> String {
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

/// Three places in Nagahama.
fn three() -> String {
    collection(&[
        feature("駅前オフィス", [136.2652, 35.3781], json!({ "seats": 10 })),
        feature("湖畔ワーク", [136.2601, 35.3802], json!({})),
        feature("蔵のひろば", [136.2689, 35.3815], json!({})),
    ])
}

struct Town {
    server: TestDirectory,
}

impl Town {
    fn new() -> Town {
        Town {
            server: TestDirectory::shipped(),
        }
    }

    fn editor(&self) -> Client<'_> {
        Client::arriving(&self.server, "editor-a", "editor", Some(HERE))
    }

    fn reviewer(&self) -> Client<'_> {
        Client::arriving(&self.server, "reviewer-a", "reviewer", Some(HERE))
    }

    fn names_here(&self) -> Vec<String> {
        let path = format!("/collections/facilities/items?municipality={HERE}&status=*");
        let features = self.server.json(&path);
        let features = features["features"].as_array().unwrap().clone();
        features
            .iter()
            .map(|feature| feature["properties"]["name"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn hand_in(client: &Client<'_>, body: &str) -> Value {
    let answer = client.send_bytes(
        "POST",
        "/submissions?file=hubs.geojson",
        &[],
        body.as_bytes(),
    );
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

fn on(submission: &Value, client: &Client<'_>, method: &str, rest: &str, body: &Value) -> Value {
    let path = format!("/submissions/{}{rest}", submission["id"]);
    let revision = format!("\"{}\"", submission["revision"]);
    let answer = client.with("If-Match", &revision).send(method, &path, body);
    assert_eq!(
        answer.status, 200,
        "{method} {path} {body}: {}",
        answer.text
    );
    answer.json()
}

#[test]
fn what_its_owner_withdrew_its_owner_may_take_up_again() {
    let town = Town::new();
    let (editor, reviewer) = (town.editor(), town.reviewer());
    let draft = hand_in(&editor, &three());
    let withdrawn = on(
        &draft,
        &editor,
        "PATCH",
        "",
        &json!({ "state": "withdrawn" }),
    );
    let path = format!("/submissions/{}", withdrawn["id"]);
    let revision = format!("\"{}\"", withdrawn["revision"]);
    for (client, change, status) in [
        (&reviewer, json!({ "state": "draft" }), 403),
        (&editor, json!({ "left_out": { "1": true } }), 409),
        (&editor, json!({ "state": "sent" }), 409),
    ] {
        let answer = client
            .with("If-Match", &revision)
            .send("PATCH", &path, &change);
        assert_eq!(answer.status, status, "{change}: {}", answer.text);
    }
    let again = on(
        &withdrawn,
        &editor,
        "PATCH",
        "",
        &json!({ "state": "draft" }),
    );
    assert_eq!(again["may"]["edit"], true);
    assert_eq!(again["report"]["accepted"], 3);
    let sent = on(&again, &editor, "PATCH", "", &json!({ "state": "sent" }));
    assert_eq!(sent["state"], "sent");
}

#[test]
fn a_file_is_handed_in_sent_approved_and_published() {
    let town = Town::new();
    let (editor, reviewer) = (town.editor(), town.reviewer());
    let draft = hand_in(&editor, &three());
    assert_eq!(draft["state"], "draft");
    assert_eq!(draft["area"]["code"], HERE);
    assert_eq!(draft["summary"]["added"], 3);
    assert_eq!(draft["report"]["accepted"], 3);
    let sent = on(
        &draft,
        &editor,
        "PATCH",
        "",
        &json!({ "state": "sent", "contact": "内線 123" }),
    );
    assert_eq!(
        (sent["state"].as_str(), sent["may"]["edit"].as_bool()),
        (Some("sent"), Some(false))
    );
    assert!(!town.names_here().contains(&"駅前オフィス".to_owned()));

    let queue = reviewer.get("/submissions?state=sent").json();
    assert_eq!(
        (
            queue["waiting"].as_i64(),
            queue["submissions"].as_array().unwrap().len()
        ),
        (Some(1), 1)
    );
    assert_eq!(queue["submissions"][0]["contact"], "内線 123");
    let differences = reviewer
        .get(&format!("/submissions/{}/differences", sent["id"]))
        .json();
    assert_eq!(differences["counts"]["added"], 3);
    assert_eq!(differences["differences"][0]["name"], "駅前オフィス");

    let done = on(
        &sent,
        &reviewer,
        "POST",
        "/decision",
        &json!({ "decision": "approve", "note": "ありがとうございます" }),
    );
    assert_eq!(done["state"], "published");
    assert_eq!(
        done["contact"],
        Value::Null,
        "how to reach somebody is erased"
    );
    let names = town.names_here();
    for name in ["駅前オフィス", "湖畔ワーク", "蔵のひろば"] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }

    // The submitter is told, once.
    assert_eq!(editor.get("/submissions?mine=true").json()["untold"], 1);
    let told = format!("/submissions/{}/told", sent["id"]);
    assert_eq!(editor.send("POST", &told, &json!({})).status, 204);
    assert_eq!(editor.get("/submissions?mine=true").json()["untold"], 0);
    // The file is there as it came.
    let file = editor.get(&format!("/submissions/{}/file", sent["id"]));
    assert_eq!(file.text, three());
    // Decided is decided.
    let path = format!("/submissions/{}/decision", sent["id"]);
    let again = reviewer.with("If-Match", &format!("\"{}\"", done["revision"]));
    let again = again.send("POST", &path, &json!({ "decision": "reject" }));
    assert_eq!(
        (again.status, again.json()["code"].as_str()),
        (409, Some("wrong-state"))
    );
}

#[test]
fn a_part_is_approved_and_the_rest_stays_out() {
    let town = Town::new();
    let (editor, reviewer) = (town.editor(), town.reviewer());
    let draft = hand_in(&editor, &three());
    let sent = on(&draft, &editor, "PATCH", "", &json!({ "state": "sent" }));
    let done = on(
        &sent,
        &reviewer,
        "POST",
        "/decision",
        &json!({ "decision": "approve", "rows": [1, 3] }),
    );
    assert_eq!(done["summary"]["approved"], json!([1, 3]));
    let names = town.names_here();
    assert!(
        names.contains(&"駅前オフィス".to_owned()) && !names.contains(&"湖畔ワーク".to_owned())
    );
}

#[test]
fn what_is_sent_back_is_mended_and_sent_again() {
    let town = Town::new();
    let (editor, reviewer) = (town.editor(), town.reviewer());
    let draft = hand_in(&editor, &three());
    let sent = on(&draft, &editor, "PATCH", "", &json!({ "state": "sent" }));
    let returned = on(
        &sent,
        &reviewer,
        "POST",
        "/decision",
        &json!({ "decision": "return", "note": "2件目の住所を" }),
    );
    assert_eq!(
        (returned["state"].as_str(), returned["note"].as_str()),
        (Some("returned"), Some("2件目の住所を"))
    );
    let seen = editor.get(&format!("/submissions/{}", sent["id"])).json();
    assert_eq!(seen["may"]["edit"], true);
    let mended = on(
        &seen,
        &editor,
        "PATCH",
        "",
        &json!({ "left_out": { "2": true } }),
    );
    let sent = on(&mended, &editor, "PATCH", "", &json!({ "state": "sent" }));
    let done = on(
        &sent,
        &reviewer,
        "POST",
        "/decision",
        &json!({ "decision": "approve" }),
    );
    assert_eq!(done["state"], "published");
    assert!(!town.names_here().contains(&"湖畔ワーク".to_owned()));
}

#[test]
fn a_sheet_without_kinds_gets_one_for_all_of_its_rows() {
    let town = Town::new();
    let (editor, reviewer) = (town.editor(), town.reviewer());
    // One of its rows is published with a kind, which stays.
    let before = collection(&[feature(
        "駅前の間",
        [136.2652, 35.3781],
        json!({ "kind": "workation" }),
    )]);
    let sent = on(
        &hand_in(&editor, &before),
        &editor,
        "PATCH",
        "",
        &json!({ "state": "sent" }),
    );
    on(
        &sent,
        &reviewer,
        "POST",
        "/decision",
        &json!({ "decision": "approve" }),
    );
    let path = format!("/collections/facilities/items?municipality={HERE}&kind=workation");
    let id = town.server.json(&path)["features"][0]["id"].clone();
    let id = id.as_str().unwrap();

    let sheet = format!(
        "ID,名称,緯度,経度,住所\n{id},駅前の間,35.3781,136.2652,\n,湖畔の机,35.3802,136.2601,\n,,35.3815,136.2689,長浜市元浜町\n"
    );
    let draft = hand_in(&editor, &sheet);
    let told = |seen: &Value| {
        let file = &seen["file"];
        let summary = &seen["summary"];
        let counts = ["accepted", "blocked", "warned"].map(|name| summary[name].clone());
        (
            file["has_kinds"].clone(),
            file["kind"].clone(),
            json!(counts),
        )
    };
    // That the sheet says no kinds is said once of the file, and counted of no row.
    assert_eq!(told(&draft), (json!(false), Value::Null, json!([2, 1, 0])));

    let path = format!("/submissions/{}", draft["id"]);
    let revision = format!("\"{}\"", draft["revision"]);
    let castle =
        editor
            .with("If-Match", &revision)
            .send("PATCH", &path, &json!({ "kind": "castle" }));
    assert_eq!(castle.status, 422, "{}", castle.text);
    assert!(
        castle.text.contains("castle") && castle.text.contains("share-office"),
        "{}",
        castle.text
    );

    let chosen = on(
        &draft,
        &editor,
        "PATCH",
        "",
        &json!({ "kind": "share-office" }),
    );
    assert_eq!(
        told(&chosen),
        (json!(false), json!("share-office"), json!([2, 1, 0]))
    );
    let differences = editor.json(&format!("/submissions/{}/differences", draft["id"]));
    let kinds: Vec<Value> = differences["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|difference| {
            let fields = difference["fields"].as_array().unwrap();
            let kind = fields.iter().find(|field| field["name"] == "kind");
            json!([difference["row"], kind.map(|kind| kind["after"].clone())])
        })
        .collect();
    assert_eq!(kinds, [json!([3, "share-office"])]);

    // It is taken back by saying that there is none.
    let back = on(&chosen, &editor, "PATCH", "", &json!({ "kind": null }));
    assert_eq!(told(&back), told(&draft));
    // A sheet that says kinds is not touched by it.
    let own = hand_in(&editor, "名称,種類,緯度,経度\n湖畔の机,,35.3802,136.2601\n");
    assert_eq!(own["file"]["has_kinds"], true);
    let own = on(&own, &editor, "PATCH", "", &json!({ "kind": "workation" }));
    assert_eq!(own["report"]["problems"][0]["code"], "kind-missing");
}

#[test]
fn without_a_column_for_names_or_places_a_file_waits_until_one_is_chosen() {
    let town = Town::new();
    let editor = town.editor();
    let draft = hand_in(
        &editor,
        "ほげ,ふが,ぴよ\n湖畔の机,滋賀県長浜市元浜町1,シェアオフィス\n",
    );
    let of_file = |seen: &Value| {
        let problems = seen["report"]["problems"].as_array().unwrap().clone();
        let whole = problems.into_iter().filter(|p| p["row"].is_null());
        whole
            .map(|p| json!([p["code"], p["blocks"]]))
            .collect::<Vec<_>>()
    };
    let kind = json!(["kind-missing", false]);
    assert_eq!(of_file(&draft), [json!(["column-unmatched", true]), kind]);
    let path = format!("/submissions/{}", draft["id"]);
    let revision = format!("\"{}\"", draft["revision"]);
    let sent = editor
        .with("If-Match", &revision)
        .send("PATCH", &path, &json!({ "state": "sent" }));
    assert_eq!(sent.status, 422, "{}", sent.text);
    let columns =
        json!({ "columns": { "ほげ": "name", "ふが": "address" }, "kind": "share-office" });
    let mended = on(&draft, &editor, "PATCH", "", &columns);
    assert_eq!(of_file(&mended), [json!(["column-unmatched", false])]);
    assert_eq!(mended["summary"]["accepted"], 1, "{mended}");
    let sent = on(&mended, &editor, "PATCH", "", &json!({ "state": "sent" }));
    assert_eq!(sent["state"], "sent");
}

#[test]
fn two_people_do_not_overwrite_each_other() {
    let town = Town::new();
    let (editor, reviewer) = (town.editor(), town.reviewer());
    let draft = hand_in(&editor, &three());
    let path = format!("/submissions/{}", draft["id"]);
    assert_eq!(
        editor
            .send("PATCH", &path, &json!({ "contact": "a" }))
            .status,
        428
    );
    on(&draft, &editor, "PATCH", "", &json!({ "contact": "a" }));
    let stale = editor
        .with("If-Match", "\"1\"")
        .send("PATCH", &path, &json!({ "contact": "b" }));
    assert_eq!(
        (stale.status, stale.json()["code"].as_str()),
        (412, Some("changed-meanwhile"))
    );

    // A field that others changed after the file was handed in is never overwritten unseen.
    let item = "/collections/facilities/items/hub-046";
    let seats = |seats: i64| {
        collection(&[feature_of(
            &town.server,
            "hub-046",
            json!({ "seats": seats }),
        )])
    };
    let draft = hand_in(&editor, &seats(5));
    let sent = on(&draft, &editor, "PATCH", "", &json!({ "state": "sent" }));
    let etag = town.server.get(item).header("etag").to_owned();
    let patch = json!({ "properties": { "seats": 7 } });
    let changed = reviewer.with("If-Match", &etag).send("PATCH", item, &patch);
    assert_eq!(changed.status, 200, "{}", changed.text);
    let decision = format!("/submissions/{}/decision", sent["id"]);
    let seen = reviewer.get(&format!("/submissions/{}", sent["id"])).json();
    let refused = reviewer.with("If-Match", &format!("\"{}\"", seen["revision"]));
    let refused = refused.send("POST", &decision, &json!({ "decision": "approve" }));
    assert_eq!(
        (refused.status, refused.json()["code"].as_str()),
        (409, Some("conflict")),
        "{}",
        refused.text
    );
    assert_eq!(town.server.json(item)["properties"]["seats"], 7);
    let differences = reviewer
        .get(&format!("/submissions/{}/differences", sent["id"]))
        .json();
    assert_eq!(
        differences["differences"][0]["conflict"]["fields"],
        json!(["seats"])
    );
    // Whoever has looked may go on.
    let looked = on(
        &seen,
        &reviewer,
        "PATCH",
        "",
        &json!({ "seen": differences["seq"] }),
    );
    on(
        &looked,
        &reviewer,
        "POST",
        "/decision",
        &json!({ "decision": "approve" }),
    );
    assert_eq!(town.server.json(item)["properties"]["seats"], 5);
}

/// A published facility's Feature with some of its properties changed.
fn feature_of(server: &TestDirectory, id: &str, more: Value) -> Value {
    let mut feature = server.json(&format!("/collections/facilities/items/{id}"));
    for (key, value) in more.as_object().unwrap() {
        feature["properties"][key] = value.clone();
    }
    feature
}

#[test]
fn a_request_that_must_happen_once_happens_once() {
    let town = Town::new();
    let editor = town.editor().with("Idempotency-Key", "upload-1");
    let path = "/submissions?file=hubs.geojson";
    let first = editor.send_bytes("POST", path, &[], three().as_bytes());
    let again = editor.send_bytes("POST", path, &[], three().as_bytes());
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.text, again.text);
    assert_eq!(first.header("location"), again.header("location"));
    let other = editor.send_bytes("POST", path, &[], collection(&[]).as_bytes());
    assert_eq!(
        (other.status, other.json()["code"].as_str()),
        (422, Some("key-used"))
    );
    assert_eq!(
        editor.get("/submissions?mine=true").json()["submissions"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let reviewer = town
        .reviewer()
        .with("Idempotency-Key", "item-1")
        .with("Content-Type", "application/geo+json");
    let new = feature("一度だけ", [136.2652, 35.3781], json!({})).to_string();
    let items = "/collections/facilities/items";
    let first = reviewer.send_bytes("POST", items, &[], new.as_bytes());
    let again = reviewer.send_bytes("POST", items, &[], new.as_bytes());
    assert_eq!((first.status, again.status), (201, 201), "{}", first.text);
    assert_eq!(
        (first.text.as_str(), first.header("location")),
        (again.text.as_str(), again.header("location"))
    );
    let once = town
        .names_here()
        .into_iter()
        .filter(|name| name == "一度だけ")
        .count();
    assert_eq!(once, 1);
}

#[test]
fn single_facilities_are_written_where_they_are_read() {
    let town = Town::new();
    let (editor, reviewer) = (town.editor(), town.reviewer());
    let program = Client::program(
        &town.server,
        &token(&town.server.database, "reviewer-a", "publish"),
    );
    let items = "/collections/facilities/items";
    let made = program.send(
        "POST",
        items,
        &feature(
            "新しい拠点",
            [136.2652, 35.3781],
            json!({ "seats": 4, "id": "mine" }),
        ),
    );
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_ne!(id, "mine", "an id is never chosen by a POST");
    assert_eq!(
        made.header("location"),
        town.server.url(&format!("{items}/{id}"))
    );
    assert_eq!(made.json()["properties"]["municipality"], HERE);

    // A change must say of which version.
    let item = format!("{items}/{id}");
    let patch = json!({ "properties": { "seats": 6, "operator": "長浜市" } });
    assert_eq!(program.send("PATCH", &item, &patch).status, 428);
    let etag = town.server.get(&item).header("etag").to_owned();
    let changed = program.with("If-Match", &etag).send("PATCH", &item, &patch);
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json()["properties"]["seats"], 6);
    assert_eq!(
        program
            .with("If-Match", &etag)
            .send("PATCH", &item, &patch)
            .status,
        412
    );

    // An editor's change waits for review.
    let etag = town.server.get(&item).header("etag").to_owned();
    let waits = editor.with("If-Match", &etag).send(
        "PATCH",
        &item,
        &json!({ "properties": { "seats": 9 } }),
    );
    assert_eq!(waits.status, 202, "{}", waits.text);
    let submission = waits.json()["submission"].clone();
    assert_eq!(
        (submission["state"].as_str(), submission["title"].as_str()),
        (Some("sent"), Some("新しい拠点"))
    );
    assert_eq!(
        waits.header("location"),
        town.server
            .url(&format!("/submissions/{}", submission["id"]))
    );
    assert_eq!(town.server.json(&item)["properties"]["seats"], 6);
    on(
        &submission,
        &reviewer,
        "POST",
        "/decision",
        &json!({ "decision": "approve" }),
    );
    let now = town.server.json(&item);
    assert_eq!(
        (&now["properties"]["seats"], &now["properties"]["operator"]),
        (&json!(9), &json!("長浜市"))
    );

    // All of it: what is left out becomes unknown.
    let etag = town.server.get(&item).header("etag").to_owned();
    let whole = feature("新しい名前", [136.2652, 35.3781], json!({}));
    let replaced = program.with("If-Match", &etag).send("PUT", &item, &whole);
    assert_eq!(replaced.status, 200, "{}", replaced.text);
    assert_eq!(replaced.json()["properties"]["operator"], Value::Null);

    // Withdrawing is for good.
    let etag = town.server.get(&item).header("etag").to_owned();
    assert_eq!(
        program
            .with("If-Match", &etag)
            .send_bytes("DELETE", &item, &[], b"")
            .status,
        204
    );
    assert_eq!(town.server.get(&item).status, 410);
    assert_eq!(
        program
            .with("If-Match", "*")
            .send("PATCH", &item, &patch)
            .status,
        410
    );
}

#[test]
fn what_is_wrong_with_a_facility_is_said() {
    let town = Town::new();
    let reviewer = town.reviewer();
    let items = "/collections/facilities/items";
    let swapped = reviewer.send(
        "POST",
        items,
        &feature("逆", [35.3781, 136.2652], json!({})),
    );
    assert_eq!(
        (swapped.status, swapped.json()["code"].as_str()),
        (422, Some("blocked"))
    );
    assert_eq!(swapped.json()["errors"][0]["code"], "coordinates-swapped");
    let outside = reviewer.send(
        "POST",
        items,
        &feature("大津", [135.8686, 35.0045], json!({})),
    );
    assert_eq!(
        outside.json()["errors"][0]["code"],
        "outside-municipality",
        "{}",
        outside.text
    );
    for body in ["[]", "1", "{\"type\":\"Polygon\"}", "{\"properties\":3}"] {
        let answer = reviewer
            .with("Content-Type", "application/geo+json")
            .send_bytes("POST", items, &[], body.as_bytes());
        assert_eq!(answer.status, 400, "{body}: {}", answer.text);
    }
    let plain = reviewer
        .with("Content-Type", "text/plain")
        .send_bytes("POST", items, &[], b"{}");
    assert_eq!(plain.status, 415);
    let districts = reviewer.send(
        "POST",
        "/collections/prefectures/items",
        &feature("x", [136.0, 35.0], json!({})),
    );
    assert_eq!(districts.status, 405, "{}", districts.text);
}

#[test]
fn another_municipality_sees_and_changes_nothing() {
    let town = Town::new();
    let editor = town.editor();
    let stranger = Client::arriving(&town.server, "reviewer-b", "reviewer", Some(ELSEWHERE));
    let draft = hand_in(&editor, &three());
    let sent = on(&draft, &editor, "PATCH", "", &json!({ "state": "sent" }));
    assert_eq!(
        stranger.get("/submissions").json()["submissions"],
        json!([])
    );
    for rest in ["", "/rows", "/differences", "/file", "/corrected"] {
        let path = format!("/submissions/{}{rest}", sent["id"]);
        assert_eq!(stranger.get(&path).status, 404, "{path}");
    }
    let revision = format!("\"{}\"", sent["revision"]);
    let stranger = stranger.with("If-Match", &revision);
    let decision = format!("/submissions/{}/decision", sent["id"]);
    assert_eq!(
        stranger
            .send("POST", &decision, &json!({ "decision": "approve" }))
            .status,
        404
    );
    let item = "/collections/facilities/items/hub-046";
    let stranger = stranger.with("If-Match", "*");
    assert_eq!(
        stranger
            .send("PATCH", item, &json!({ "properties": { "seats": 1 } }))
            .status,
        403
    );
    assert_eq!(stranger.send_bytes("DELETE", item, &[], b"").status, 403);
    // Its rows lie elsewhere: they stay out of a submission of theirs.
    let theirs = hand_in(&stranger.without("If-Match"), &three());
    assert_eq!(theirs["report"]["accepted"], 0, "{theirs}");
    assert_eq!(
        theirs["report"]["problems"][0]["code"],
        "outside-municipality"
    );
}
