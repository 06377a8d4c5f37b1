//! Checks of files that somebody mends: a saved cell says what a whole check says, also where several
//! processes serve one directory; whole files take turns, and tell how far they are.

use serde_json::{Value, json};

use crate::support::databases::on_each_database;
use crate::support::people::{Client, account, token};
use crate::support::server::TestDirectory;

const FILE: &str = "ID,名称,住所,緯度,経度,電話番号,席数,備考
,黒壁の席,滋賀県長浜市元浜町12-38,35.3814,136.2655,0749-65-2330,12,
,黒壁の席,滋賀県長浜市元浜町12-38,35.3814,136.2655,,many,同じ
,元浜の席,滋賀県長浜市元浜町13-1,35.3824,136.2661,0749-65-2331,8,
合計,,,,,,20,
,駅前の席,滋賀県長浜市北船町3-1,35.3781,136.2652,0749-65-2330,,
hub-001,まちがい,東京都千代田区丸の内1-1,35.6812,139.7671,,3,
";

/// All that an answer says of what the file comes to.
fn found(server: &TestDirectory, token: &str, id: i64) -> Value {
    let client = Client::program(server, token);
    let path = format!("/submissions/{id}");
    let mut whole = client.json(&path);
    let whole = whole.as_object_mut().unwrap();
    let kept = [
        "report",
        "summary",
        "likely",
        "undecided",
        "blanks",
        "conflicts",
        "file",
        "work",
        "seq",
        "revision",
    ];
    whole.retain(|name, _| kept.contains(&name.as_str()));
    json!({
        "whole": whole,
        "rows": client.json(&format!("{path}/rows?limit=100")),
        "differences": client.json(&format!("{path}/differences?limit=100")),
    })
}

fn change(server: &TestDirectory, token: &str, id: i64, change: &Value) {
    let client = Client::program(server, token);
    let path = format!("/submissions/{id}");
    let revision = client.json(&path)["revision"].as_i64().unwrap();
    let tag = format!("\"{revision}\"");
    let headers = [
        ("If-Match", tag.as_str()),
        ("Content-Type", "application/json"),
    ];
    let answer = client.send_bytes("PATCH", &path, &headers, change.to_string().as_bytes());
    assert_eq!(answer.status, 200, "{change}: {}", answer.text);
    assert_eq!(answer.json()["revision"], revision + 1);
}

#[test]
fn a_saved_cell_says_what_a_whole_check_says_in_every_process() {
    on_each_database(|database| {
        let one = TestDirectory::at(&database.url, &[]);
        let other = TestDirectory::at(&database.url, &[]);
        account(&database.url, "editor", "admin", None);
        let token = token(&database.url, "editor", "publish");
        let client = Client::program(&one, &token);
        let answer = client.send_bytes("POST", "/submissions?file=a.csv", &[], FILE.as_bytes());
        assert_eq!(answer.status, 201, "{}", answer.text);
        let id = answer.json()["id"].as_i64().unwrap();
        let changes = [
            json!({ "cells": { "3": { "席数": "7" } } }),
            json!({ "cells": { "3": { "名称": "黒壁の別の席" } } }),
            json!({ "cells": { "3": { "緯度": "35.3820" }, "4": { "緯度": "35.3820", "経度": "136.2655" } } }),
            json!({ "left_out": { "2": true } }),
            json!({ "cells": { "3": { "名称": null } } }),
            json!({ "likeness": { "7": { "same": "hub-001" } } }),
            json!({ "left_out": { "2": false } }),
            // A row that was none is one, once somebody writes in it, and none again.
            json!({ "cells": { "5": { "名称": "合計の席", "住所": "滋賀県長浜市北船町3-2" } } }),
            json!({ "cells": { "5": { "名称": null, "住所": null } } }),
            json!({ "likeness": { "7": "other" } }),
            json!({ "blank": "clear" }),
            json!({ "cells": { "7": { "ID": "" } } }),
        ];
        for (step, wanted) in changes.iter().enumerate() {
            // Who edits, and who looks for the first time: a process that has not seen the edit before.
            let (edits, looks) = match step % 3 {
                2 => (&other, &one),
                _ => (&one, &other),
            };
            change(edits, &token, id, wanted);
            assert_eq!(
                found(edits, &token, id),
                found(looks, &token, id),
                "{wanted}"
            );
        }
        // What others publish meanwhile is seen, too.
        let feature = json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [136.2661, 35.3824] },
            "properties": { "name": "元浜の席", "kind": "coworking", "address": "滋賀県長浜市元浜町13-1" } });
        let made = client.send("POST", "/collections/facilities/items", &feature);
        assert_eq!(made.status, 201, "{}", made.text);
        other.wait_until(|| {
            let likely =
                Client::program(&other, &token).json(&format!("/submissions/{id}"))["likely"]
                    .clone();
            likely
                .as_array()
                .unwrap()
                .iter()
                .any(|likely| likely["row"] == 4)
        });
        assert_eq!(found(&one, &token, id), found(&other, &token, id));
    });
}

#[test]
fn a_feature_beyond_the_last_is_not_edited() {
    let server = TestDirectory::shipped();
    account(&server.database, "editor", "admin", None);
    let token = token(&server.database, "editor", "publish");
    let client = Client::program(&server, &token);
    let file = json!({ "type": "FeatureCollection", "features": [
        { "type": "Feature", "geometry": { "type": "Point", "coordinates": [136.2661, 35.3824] }, "properties": { "name": "元浜の席" } } ] });
    let answer = client.send("POST", "/submissions?file=a.geojson", &file);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let path = format!("/submissions/{}", answer.json()["id"]);
    let headers = [("If-Match", "*"), ("Content-Type", "application/json")];
    let tag = format!("\"{}\"", answer.json()["revision"]);
    let headers = headers.map(|(name, value)| (name, if value == "*" { &*tag } else { value }));
    let change = json!({ "cells": { "2": { "name": "北の席" } } }).to_string();
    let refused = client.send_bytes("PATCH", &path, &headers, change.as_bytes());
    assert_eq!(refused.status, 422, "{}", refused.text);
    let change = json!({ "cells": { "1": { "name": "北の席" } } }).to_string();
    let done = client.send_bytes("PATCH", &path, &headers, change.as_bytes());
    assert_eq!(done.status, 200, "{}", done.text);
}

#[test]
fn eight_files_at_once_take_turns_and_say_so() {
    let server = TestDirectory::shipped();
    account(&server.database, "editor", "admin", None);
    let token = token(&server.database, "editor", "publish");
    let row = |i: usize| {
        format!(
            "施設{i},滋賀県長浜市元浜町12-{i},{},{}\n",
            35.38 + i as f64 * 1e-5,
            136.26
        )
    };
    let file = format!(
        "名称,住所,緯度,経度\n{}",
        (0..2_000).map(row).collect::<String>()
    );
    let client = Client::program(&server, &token);
    let states = |checks: &Value| -> Vec<String> {
        let checks = checks["checks"].as_array().unwrap().iter();
        checks
            .map(|check| check["state"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut most_waiting = 0;
    std::thread::scope(|scope| {
        let uploads: Vec<_> = (0..8)
            .map(|i| {
                let (client, file) = (client.clone(), &file);
                scope.spawn(move || {
                    let key = format!("upload-{i}");
                    let headers = [("Idempotency-Key", key.as_str())];
                    client.send_bytes("POST", "/submissions?file=a.csv", &headers, file.as_bytes())
                })
            })
            .collect();
        while !uploads
            .iter()
            .all(std::thread::ScopedJoinHandle::is_finished)
        {
            let checks = client.json("/submissions/checks");
            let states = states(&checks);
            let waiting = states.iter().filter(|state| *state == "waiting").count();
            assert!(states.len() - waiting <= 2, "{checks}");
            most_waiting = most_waiting.max(waiting);
            for check in checks["checks"].as_array().unwrap() {
                assert!(
                    check["request"].as_str().unwrap().starts_with("upload-"),
                    "{check}"
                );
                let (rows, done) = (check["rows"].as_u64(), check["done"].as_u64().unwrap());
                assert!(
                    rows.is_none_or(|rows| rows == 2_000 && done <= rows),
                    "{check}"
                );
            }
        }
        for upload in uploads {
            let answer = upload.join().unwrap();
            assert_eq!(answer.status, 201, "{}", answer.text);
            assert_eq!(answer.json()["report"]["rows"], 2_000);
        }
    });
    assert!(most_waiting > 0, "nobody was seen to wait");
    assert_eq!(client.json("/submissions/checks"), json!({ "checks": [] }));
}
