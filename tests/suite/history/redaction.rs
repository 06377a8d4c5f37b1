//! Taking a wrongly published personal value out of the log.

use serde_json::{Value, json};

use super::*;
use crate::support::databases::Database;
use crate::support::server::{Answer, run};

const SECRET: &str = "山田 \"太郎\" 090-0000-0000";

fn redact(client: &Client<'_>, seq: i64, field: &str, reason: &str) -> Answer {
    let body = json!({ "field": field, "reason": reason });
    client.send("POST", &format!("/changes/{seq}/redaction"), &body)
}

#[test]
fn a_value_taken_out_is_gone_everywhere_and_the_chain_still_holds() {
    on_each_place(|place| {
        let with = |more: Value| {
            let mut members = json!({ "operator": SECRET });
            members
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            state(&body("a", members))
        };
        place.publish(&[state(&body("a", json!({ "operator": "長浜まちづくり" })))]);
        place.publish(&[
            with(json!({})),
            state(&in_shibuya("b", json!({ "operator": SECRET }))),
        ]);
        place.publish(&[
            with(json!({ "seats": 3 })),
            state(&body("a", json!({ "operator": "また別" }))),
        ]);
        place.publish(&[with(json!({ "seats": 5 }))]);
        // Another process of the same directory.
        let replica = TestDirectory::at(&place.database.url, &[]);
        let admin = Client::arriving(&place.server, "admin", "admin", None);
        let etag = place.etag("a");
        let list = place.server.get(ITEMS).header("etag").to_owned();
        let past = format!("{ITEMS}/a?as-of=4");
        assert!(place.server.get(&past).text.contains("太郎"));

        let done = redact(&admin, 4, "operator", " 個人の電話番号 ");
        assert_eq!(done.status, 200, "{}", done.text);
        let answer = done.json();
        assert_eq!(
            (
                &answer["facility"],
                &answer["changes"],
                &answer["submissions"]
            ),
            (&json!("a"), &json!([2, 4, 6]), &json!([]))
        );
        let not_reached = answer["not_reached"].to_string();
        assert!(not_reached.contains("バックアップ"), "{not_reached}");
        assert_eq!(done.header("cache-control"), "no-store");

        // The one who asked sees it at once, others within seconds.
        let item = format!("{ITEMS}/a");
        replica.wait_until(|| !replica.get(&item).text.contains("太郎"));
        for server in [&place.server, &replica] {
            let now = server.json(&item);
            assert_eq!(now["properties"]["operator"], Value::Null);
            assert_eq!(now["properties"]["seats"], 5);
            assert!(!server.get(&past).text.contains("太郎"));
            for (path, old) in [(&item, &etag), (&ITEMS.to_owned(), &list)] {
                let again = server.request(path, &[("If-None-Match", old)]);
                assert_eq!(again.status, 200, "{path}: caches must not keep it");
            }
        }
        assert_eq!(
            place.server.json(&past)["properties"]["operator"],
            Value::Null
        );
        // Another facility's is another matter.
        let other = place.server.json(&format!("{ITEMS}/b"));
        assert_eq!(other["properties"]["operator"], SECRET);

        let count = |of: &str| place.database.number(&format!("select count(*) from {of}"));
        assert_eq!(
            count("change where facility = 'a' and body like '%太郎%'"),
            0
        );
        assert_eq!(
            count("redaction where reason = '個人の電話番号' and actor >= 3"),
            3
        );
        let verified = place.database.store().verify(|_, _| ()).unwrap();
        assert_eq!((verified.changes, verified.redacted), (6, 3));
        let said = run(&["verify", "--database", &place.database.url]);
        let said = String::from_utf8(said.stdout).unwrap();
        assert!(
            said.starts_with("6 changes (3 values taken out), the chain holds"),
            "{said}"
        );

        // Staff see that something was there, and from where to where it changed.
        let versions = admin.json(&format!("{ITEMS}/a/history"))["versions"].clone();
        let brief = |i: usize| {
            let fields = versions[i]["fields"].as_array().unwrap().iter();
            let fields: Vec<String> = fields
                .map(|f| {
                    format!(
                        "{} {} {}",
                        f["name"].as_str().unwrap(),
                        f["before"],
                        f["after"]
                    )
                })
                .collect();
            (fields, versions[i]["redacted"].clone())
        };
        assert_eq!(
            brief(0),
            (
                vec![
                    "operator \"また別\" null".to_owned(),
                    "seats null 5".to_owned()
                ],
                json!(["operator"])
            )
        );
        assert_eq!(
            brief(1),
            (
                vec![
                    "operator null \"また別\"".to_owned(),
                    "seats 3 null".to_owned()
                ],
                json!([])
            )
        );
        // It stood there before as well: no change of it.
        assert_eq!(
            brief(2),
            (vec!["seats null 3".to_owned()], json!(["operator"]))
        );
        assert_eq!(
            brief(3),
            (
                vec!["operator \"長浜まちづくり\" null".to_owned()],
                json!(["operator"])
            )
        );
        let changes = place.server.json("/changes?since=2");
        assert_eq!(changes["changes"][1]["fields"], json!(["seats"]));

        // What goes on from there has no trace of it, and nothing stops going on.
        let undone = admin.with("If-Match", &place.etag("a")).send(
            "POST",
            &format!("{item}/undo"),
            &json!({ "seq": 4 }),
        );
        assert_eq!(undone.status, 200, "{}", undone.text);
        assert_eq!(undone.json()["properties"]["seats"], 3);
        let verified = place.database.store().verify(|_, _| ()).unwrap();
        assert_eq!((verified.changes, verified.redacted), (7, 3));
    });
}

#[test]
fn only_administrators_who_are_there_take_values_out_and_only_some() {
    on_each_place(|place| {
        place.publish(&[state(&body(
            "a",
            json!({ "operator": SECRET, "ward": null }),
        ))]);
        place.publish(&[withdrawal("a")]);
        let admin = Client::arriving(&place.server, "admin", "admin", None);
        let reviewer = Client::arriving(&place.server, "reviewer", "reviewer", None);
        let program = Client::program(
            &place.server,
            &token(&place.database.url, "admin", "publish"),
        );
        let code = |answer: Answer| {
            (
                answer.status,
                answer.json()["code"].as_str().unwrap().to_owned(),
            )
        };
        let refused = |status: u16, word: &str| (status, word.to_owned());
        let anonymous = Client::anonymous(&place.server);
        assert_eq!(
            code(redact(&anonymous, 1, "operator", "x")),
            refused(401, "signed-out")
        );
        assert_eq!(
            code(redact(&program, 1, "operator", "x")),
            refused(403, "forbidden")
        );
        assert_eq!(
            code(redact(&reviewer, 1, "operator", "x")),
            refused(403, "forbidden")
        );
        let elsewhere = admin.without("X-CSRF-Token");
        assert_eq!(
            code(redact(&elsewhere, 1, "operator", "x")),
            refused(403, "csrf")
        );
        for field in [
            "id",
            "name",
            "position",
            "status",
            "municipality",
            "ward",
            "sources",
            "synthetic",
            "nix",
            "",
        ] {
            let answer = redact(&admin, 1, field, "x");
            let detail = answer.json()["detail"].as_str().unwrap().to_owned();
            assert_eq!(code(answer), refused(422, "not-redactable"), "{field}");
            assert!(detail.contains("operator, phone, website"), "{detail}");
        }
        for (seq, field) in [(1, "phone"), (2, "operator")] {
            assert_eq!(
                code(redact(&admin, seq, field, "x")),
                refused(422, "not-redactable")
            );
        }
        assert_eq!(
            code(redact(&admin, 3, "operator", "x")),
            refused(404, "not-found")
        );
        let path = "/changes/x/redaction";
        let answer = admin.send("POST", path, &json!({ "field": "operator", "reason": "x" }));
        assert_eq!(code(answer), refused(404, "not-found"));
        for reason in ["", "  ", &"長".repeat(501)] {
            assert_eq!(
                code(redact(&admin, 1, "operator", reason)),
                refused(422, "invalid-values")
            );
        }
        assert_eq!(redact(&admin, 1, "operator", &"長".repeat(500)).status, 200);
        assert_eq!(
            code(redact(&admin, 1, "operator", "again")),
            refused(422, "not-redactable")
        );
    });
}

#[test]
fn nothing_else_of_the_log_can_be_altered_even_where_a_value_was_taken_out() {
    on_each_place(|place| {
        place.publish(&[state(&body(
            "a",
            json!({ "operator": SECRET, "phone": "03-0000-0000" }),
        ))]);
        place.publish(&[state(&body("b", json!({})))]);
        let admin = Client::arriving(&place.server, "admin", "admin", None);
        assert_eq!(redact(&admin, 1, "operator", "x").status, 200);
        for statement in [
            "update change set body = '{}' where seq = 1",
            "update change set body = null where seq = 1",
            "update change set at = 0 where seq = 1",
            "update change set actor = 2 where seq = 1",
            "update change set submission = 2 where seq = 1",
            "update change set facility = 'c' where seq = 1",
            "update change set hash = replace(hash, '0', '1') || '' where seq = 1",
            "update change set seq = 9 where seq = 1",
            "update change set body = replace(body, 'x', 'y') where seq = 2",
            "delete from change where seq = 1",
            "update redaction set reason = ''",
            "delete from redaction",
        ] {
            let refused = place.database.run(statement);
            assert!(refused.is_err(), "{statement}");
        }
        place.database.store().verify(|_, _| ()).unwrap();
    });
}

/// How often a text stands anywhere in the submissions and the answers kept for repeated requests.
fn in_submissions(database: &Database, text: &str) -> i64 {
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let holds = |column: &str| {
        if database.is_sqlite() {
            format!("instr(lower(hex({column})), '{hex}') > 0")
        } else {
            format!("position('{hex}' in encode({column}, 'hex')) > 0")
        }
    };
    let work = format!("work like '%{text}%'");
    let files = format!(
        "select count(*) from submission where {} or {work}",
        holds("bytes")
    );
    let answers = format!(
        "select count(*) from idempotency where body is not null and {}",
        holds("body")
    );
    database.number(&files) + database.number(&answers)
}

#[test]
fn a_value_taken_out_is_gone_from_files_drafts_and_later_backups() {
    const PHONE: &str = "0749-00-4321";
    on_each_place(|place| {
        let admin = Client::arriving(&place.server, "admin", "admin", None);
        let sheet = format!(
            "名称,種類,緯度,経度,電話番号,備考\n個人宅の仕事場,コワーキング,35.3781,136.2652,{PHONE},{PHONE}へ\n別の所,コワーキング,35.3802,136.2601,0749-00-1111,\n"
        );
        let upload = |query: &str| {
            let path = format!("/submissions?file=a.csv&area=25203{query}");
            let answer = admin.send_bytes("POST", &path, &[], sheet.as_bytes());
            assert_eq!(answer.status, 201, "{}", answer.text);
            answer.json()
        };
        let (sent, draft) = (upload("&send=true"), upload(""));
        let revision = format!("\"{}\"", sent["revision"]);
        let decide = admin.with("If-Match", &revision);
        let path = format!("/submissions/{}/decision", sent["id"]);
        let done = decide.send("POST", &path, &json!({ "decision": "approve" }));
        assert_eq!(done.status, 200, "{}", done.text);
        let seq = done.json()["published"]["first"].as_i64().unwrap();
        // The same facility once more, over the API, with the answer kept.
        let change = &place.server.json(&format!("/changes?since={}", seq - 1))["changes"][0];
        let item = format!("{ITEMS}/{}", change["facility"].as_str().unwrap());
        let patch = json!({ "properties": { "seats": 4 } });
        let once = admin.with("If-Match", "*").with("Idempotency-Key", "k1");
        assert_eq!(once.send("PATCH", &item, &patch).status, 200);
        assert!(in_submissions(place.database, PHONE) >= 2);

        let done = redact(&admin, seq, "phone", "個人の電話番号");
        assert_eq!(done.status, 200, "{}", done.text);
        assert_eq!(done.json()["submissions"], json!([sent["id"], draft["id"]]));
        assert_eq!(in_submissions(place.database, PHONE), 0);
        for submission in [&sent, &draft] {
            for rest in ["", "/rows", "/differences", "/file", "/corrected"] {
                let path = format!("/submissions/{}{rest}", submission["id"]);
                let answer = admin.get(&path);
                assert_eq!(answer.status, 200, "{path}: {}", answer.text);
                assert!(!answer.text.contains(PHONE), "{path}: {}", answer.text);
            }
            let file = admin
                .get(&format!("/submissions/{}/file", submission["id"]))
                .text;
            assert!(
                file.contains("個人宅の仕事場") && file.contains("0749-00-1111"),
                "{file}"
            );
        }
        // Nothing of it is in a backup that is made now, and both chains hold.
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy.sqlite");
        let backup = run(&[
            "backup",
            copy.to_str().unwrap(),
            "--database",
            &place.database.url,
        ]);
        assert!(
            backup.status.success(),
            "{}",
            String::from_utf8_lossy(&backup.stderr)
        );
        let bytes = std::fs::read(&copy).unwrap();
        let holds = bytes
            .windows(PHONE.len())
            .any(|window| window == PHONE.as_bytes());
        assert!(!holds, "the backup holds the value");
        for url in [
            place.database.url.clone(),
            format!("sqlite:{}", copy.display()),
        ] {
            assert!(
                run(&["verify", "--database", &url]).status.success(),
                "{url}"
            );
        }
    });
}
