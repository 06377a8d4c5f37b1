//! The same facilities again: files imported twice, equal POSTs, ids that restart, empty cells.

use serde_json::{Value, json};

use crate::cli::{Files, err, out};
use crate::support::databases::on_each_database;
use crate::support::people::{Client, token};
use crate::support::server::{TestDirectory, run};

const TWICE: &str = "名称,施設の種類,住所,緯度,経度\n二重ハブ甲,コワーキング,東京都渋谷区道玄坂2-1,35.65851,139.69851\n二重ハブ乙,コワーキング,東京都渋谷区神南1-1,35.6641,139.6991\n";
const ANNUAL: &str = "施設名,種別,住所,緯度,経度,座席数\n毎年A,コワーキング,静岡県焼津市石津50,34.8395,138.3151,5\n毎年B,コワーキング,静岡県焼津市石津51,34.8398,138.3153,6\n";
const ID_A: &str = "ID,施設名,種別,住所,緯度,経度\n1,コワーキング本町,コワーキングスペース,静岡県焼津市本町5-6-1,34.86314,138.320591\n2,オフィス栄町,シェアオフィス,静岡県焼津市栄町1-13-1,34.87031,138.3172\n";
const ID_B: &str = "ID,施設名,種別,住所,緯度,経度\n1,大井川図書館ワークスペース,コワーキングスペース,静岡県焼津市宗高909-1,34.80424717,138.2855003\n2,焼津図書館学習室,コワーキングスペース,静岡県焼津市三ケ名1550-2,34.86466037,138.3057186\n";

/// Imports a file and publishes it: the exit code, and the report.
fn publish(database: &str, file: &str, more: &[&str]) -> (Option<i32>, Value) {
    let mut arguments = vec![
        "import",
        file,
        "--publish",
        "--json",
        "--database",
        database,
    ];
    arguments.extend(more);
    let output = run(&arguments);
    let report = serde_json::from_str(&out(&output));
    (
        output.status.code(),
        report.unwrap_or_else(|_| panic!("{}{}", out(&output), err(&output))),
    )
}

fn codes(report: &Value) -> Vec<&str> {
    let problems = report["problems"].as_array().unwrap().iter();
    problems
        .map(|problem| problem["code"].as_str().unwrap())
        .collect()
}

fn counts(report: &Value) -> [i64; 3] {
    ["changes", "unchanged", "undecided"].map(|name| report[name].as_i64().unwrap())
}

/// How many facilities there are, and the value of one field of each.
fn values(database: &str, field: &str) -> Vec<Value> {
    let output = run(&["export", "--format", "geojson", "--database", database]);
    let all: Value = serde_json::from_str(&out(&output)).unwrap();
    let features = all["features"].as_array().unwrap().iter();
    features
        .map(|feature| feature["properties"][field].clone())
        .collect()
}

#[test]
fn a_sheet_without_ids_is_imported_once_however_often_it_comes() {
    on_each_database(|database| {
        let (files, url) = (Files::new(), &*database.url);
        let file = files.write("TWICE.csv", TWICE);
        for expected in [[2, 0, 0], [0, 2, 0], [0, 2, 0]] {
            let (code, report) = publish(url, &file, &[]);
            assert_eq!((code, counts(&report)), (Some(0), expected), "{report}");
        }
        assert_eq!(values(url, "name").len(), 2);
        // Half-width kana are the same name; an address in other signs is another fact of the same hub.
        let other = TWICE.replace("渋谷区道玄坂2-1", "渋谷区道玄坂２－１");
        let other = files.write("other.csv", &other.replace("二重ハブ", "二重ﾊﾌﾞ"));
        let (code, report) = publish(url, &other, &[]);
        assert_eq!((code, counts(&report)), (Some(2), [1, 1, 1]), "{report}");
        let exported = out(&run(&["export", "--format", "csv", "--database", url]));
        let (code, report) = publish(url, &files.write("own.csv", &exported), &[]);
        assert_eq!((code, counts(&report)), (Some(0), [0, 2, 0]), "{report}");
        assert_eq!(values(url, "name").len(), 2);
    });
}

#[test]
fn a_changed_fact_waits_for_a_decision_and_nothing_is_doubled() {
    on_each_database(|database| {
        let (files, url) = (Files::new(), &*database.url);
        publish(url, &files.write("annual.csv", ANNUAL), &[]);
        let file = files.write("next.csv", &ANNUAL.replace(",6\n", ",60\n"));
        let (code, report) = publish(url, &file, &[]);
        assert_eq!((code, counts(&report)), (Some(2), [1, 1, 1]), "{report}");
        assert_eq!(codes(&report), ["likely-duplicate"]);
        assert_eq!(values(url, "seats"), [5, 6]);
        let (code, report) = publish(url, &file, &["--same", "keep"]);
        assert_eq!((code, counts(&report)), (Some(0), [0, 2, 0]), "{report}");
        let (code, _) = publish(url, &file, &["--same", "update"]);
        assert_eq!(
            (code, values(url, "seats")),
            (Some(0), vec![json!(5), json!(60)])
        );
        let third = files.write("third.csv", &ANNUAL.replace(",6\n", ",7\n"));
        let (code, _) = publish(url, &third, &["--same", "new"]);
        assert_eq!((code, values(url, "name").len()), (Some(0), 4));
    });
}

#[test]
fn an_id_column_that_restarts_replaces_nothing() {
    on_each_database(|database| {
        let (files, url) = (Files::new(), &*database.url);
        publish(url, &files.write("id_a.csv", ID_A), &[]);
        let names = values(url, "name");
        let file = files.write("id_b.csv", ID_B);
        for more in [&[][..], &["--same", "update"], &["--same", "keep"]] {
            let (code, report) = publish(url, &file, more);
            assert_eq!(
                (code, codes(&report)),
                (Some(2), vec!["id-taken"; 2]),
                "{report}"
            );
        }
        assert_eq!(values(url, "name"), names);
        let (code, _) = publish(url, &file, &["--same", "new"]);
        assert_eq!((code, values(url, "name").len()), (Some(0), 4));
        // Both sheets are now known, each by its own facilities.
        for file in [files.write("id_a.csv", ID_A), file] {
            let (code, report) = publish(url, &file, &[]);
            assert_eq!((code, counts(&report)), (Some(0), [0, 2, 0]), "{report}");
        }
    });
}

#[test]
fn empty_cells_keep_what_is_published_unless_they_are_to_clear_it() {
    let files = Files::new();
    let url = format!("sqlite:{}", files.path("a.sqlite"));
    publish(&url, &files.write("annual.csv", ANNUAL), &[]);
    let file = files.write("blank.csv", &ANNUAL.replace(",5\n", ",\n"));
    let (code, report) = publish(&url, &file, &[]);
    assert_eq!((code, counts(&report)), (Some(0), [0, 2, 0]), "{report}");
    assert_eq!(codes(&report), ["blank-cells"]);
    assert_eq!(report["problems"][0]["row"], Value::Null);
    let clear = ["--blank", "clear", "--same", "update"];
    let (code, _) = publish(&url, &file, &clear);
    assert_eq!(
        (code, values(&url, "seats")),
        (Some(0), vec![Value::Null, json!(6)])
    );
}

/// A facility in 焼津市.
fn feature(name: &str, seats: u32) -> Value {
    json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [138.3151, 34.8395] },
        "properties": { "name": name, "kind": "coworking", "seats": seats } })
}

#[test]
fn equal_posts_make_one_facility() {
    let server = TestDirectory::with(&["--empty"]);
    Client::arriving(&server, "admin-a", "admin", None);
    let admin = Client::program(&server, &token(&server.database, "admin-a", "publish"));
    let path = "/collections/facilities/items";
    // At once, and again: one of them makes it.
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let posts: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| admin.send("POST", path, &feature("六つの席", 4)).status))
            .collect();
        posts.into_iter().map(|post| post.join().unwrap()).collect()
    });
    let made = statuses.iter().filter(|status| **status == 201).count();
    let refused = statuses.iter().filter(|status| **status == 409).count();
    assert_eq!((made, refused), (1, 5), "{statuses:?}");
    let id = server.json(path)["features"][0]["id"].clone();
    for again in [feature("六つの席", 4), feature("六つの　席", 9)] {
        let answer = admin.send("POST", path, &again);
        assert_eq!(answer.status, 409, "{}", answer.text);
        let problem = answer.json();
        assert_eq!(
            (&problem["code"], &problem["facility"]),
            (&json!("likely-duplicate"), &id)
        );
    }
    let answer = admin.send(
        "POST",
        &format!("{path}?same=maybe"),
        &feature("六つの席", 4),
    );
    assert_eq!(answer.status, 400, "{}", answer.text);
    let answer = admin.send("POST", &format!("{path}?same=new"), &feature("六つの席", 9));
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(server.json(path)["numberMatched"], 2);
    // Who may not publish is told before anything waits for review.
    Client::arriving(&server, "editor-a", "editor", Some("22212"));
    let editor = Client::program(&server, &token(&server.database, "editor-a", "submit"));
    assert_eq!(
        editor.send("POST", path, &feature("六つの席", 1)).status,
        409
    );
    let waiting = editor.send("POST", &format!("{path}?same=new"), &feature("六つの席", 1));
    assert_eq!(waiting.status, 202, "{}", waiting.text);
}

#[test]
fn a_reviewer_decides_about_what_is_published_already_before_approving() {
    let server = TestDirectory::with(&["--empty"]);
    let editor = Client::arriving(&server, "editor-a", "editor", Some("22212"));
    let reviewer = Client::arriving(&server, "reviewer-a", "reviewer", Some("22212"));
    let hand_in = |sheet: &str, query: &str| -> Value {
        let path = format!("/submissions?file=annual.csv&send=true{query}");
        let answer = editor.send_bytes("POST", &path, &[], sheet.as_bytes());
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.json()
    };
    let on = |client: &Client<'_>, submission: &Value, rest: &str, body: &Value| {
        let path = format!("/submissions/{}{rest}", submission["id"]);
        let method = if rest.is_empty() { "PATCH" } else { "POST" };
        let revision = format!("\"{}\"", submission["revision"]);
        client.with("If-Match", &revision).send(method, &path, body)
    };
    let approve = json!({ "decision": "approve" });
    let first = hand_in(ANNUAL, "");
    assert_eq!(on(&reviewer, &first, "/decision", &approve).status, 200);

    let changed = ANNUAL.replace(",5\n", ",50\n").replace(",6\n", ",\n");
    let second = hand_in(&changed, "");
    assert_eq!(second["summary"]["undecided"], 1);
    assert_eq!(
        (
            &second["summary"]["changed"],
            &second["summary"]["unchanged"]
        ),
        (&json!(1), &json!(1))
    );
    assert_eq!(second["blanks"], json!({ "seats": 1 }));
    assert_eq!(second["likely"][0]["reason"], "same-place");
    let refused = on(&reviewer, &second, "/decision", &approve);
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (409, &json!("undecided"))
    );
    // Rows about which nothing is open can be approved alone; the other is asked about.
    let rows = json!({ "decision": "approve", "rows": [2] });
    assert_eq!(on(&reviewer, &second, "/decision", &rows).status, 409);
    // A reviewer answers the question, and nothing else, of what somebody else has handed in.
    let cell = json!({ "same": "update", "cells": { "2": { "座席数": "1" } } });
    assert_eq!(on(&reviewer, &second, "", &cell).status, 403);
    let id = second["likely"][0]["id"].as_str().unwrap();
    let kept = on(
        &reviewer,
        &second,
        "",
        &json!({ "likeness": { "2": { "keep": id } } }),
    )
    .json();
    assert_eq!(kept["summary"]["undecided"], 0, "{kept}");
    assert_eq!(
        (&kept["likely"][0]["decided"], &kept["summary"]["unchanged"]),
        (&json!("keep"), &json!(2))
    );
    let open = on(&reviewer, &kept, "", &json!({ "likeness": { "2": null } })).json();
    let all = on(
        &reviewer,
        &open,
        "",
        &json!({ "same": "update", "blank": "clear" }),
    )
    .json();
    assert_eq!(all["summary"]["undecided"], 0, "both are decided, {all}");
    let all = on(&reviewer, &all, "", &json!({ "same": null })).json();
    assert_eq!(all["summary"]["undecided"], 2, "{all}");
    let all = on(&reviewer, &all, "", &json!({ "same": "update" })).json();
    let published = on(&reviewer, &all, "/decision", &approve);
    assert_eq!(published.status, 200, "{}", published.text);
    let items = server.json("/collections/facilities/items");
    let seats: Vec<_> = items["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["properties"]["seats"].clone())
        .collect();
    assert!(
        seats.len() == 2 && seats.contains(&json!(50)) && seats.contains(&Value::Null),
        "{seats:?}"
    );
}
