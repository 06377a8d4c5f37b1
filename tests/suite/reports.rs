//! What visitors report without an account, until somebody of the municipality has settled it.

use serde_json::{Value, json};

use super::hours::server;
use crate::support::databases::{Database, on_each_database};
use crate::support::people::Client;
use crate::support::server::TestDirectory;

const PATH: &str = "/collections/facilities/items/h-1/reports";

fn report(server: &TestDirectory, body: &Value) -> u16 {
    let visitor = Client::anonymous(server).on_our_page();
    visitor.send("POST", PATH, body).status
}

/// What waits for a reviewer.
fn queue(reviewer: &Client<'_>) -> Vec<Value> {
    let list = reviewer.send("GET", "/submissions?state=sent", &Value::Null);
    assert_eq!(list.status, 200, "{}", list.text);
    list.json()["submissions"].as_array().unwrap().clone()
}

#[test]
fn a_report_reaches_the_municipality_and_is_settled_there() {
    on_each_database(|database| {
        let server = server(database);
        let here = Client::arriving(&server, "reviewer-a", "reviewer", Some("40130"));
        let there = Client::arriving(&server, "reviewer-b", "reviewer", Some("13113"));
        let sent = json!({ "kind": "closed", "text": "先月<b>閉まった</b>ようです", "contact": "090-0000-0000", "website": "" });
        assert_eq!(report(&server, &sent), 202);
        assert!(
            queue(&there).is_empty(),
            "another municipality sees nothing"
        );
        let waiting = queue(&here);
        let [case] = waiting.as_slice() else {
            panic!("{waiting:?}")
        };
        assert_eq!(case["kind"], "report");
        assert_eq!(case["title"], "黒壁オフィス");
        assert_eq!(case["contact"], "090-0000-0000");
        assert_eq!(case["owner"]["name"], "来訪者");
        let said =
            json!({ "facility": "h-1", "kind": "closed", "text": "先月<b>閉まった</b>ようです" });
        assert_eq!(case["summary"]["report"], said);
        assert_eq!(
            case["may"],
            json!({ "edit": false, "send": false, "withdraw": false, "decide": true })
        );
        let path = format!("/submissions/{}", case["id"]);
        assert_eq!(there.send("GET", &path, &Value::Null).status, 404);
        let whole = here.send("GET", &path, &Value::Null);
        assert_eq!(whole.json()["report"]["accepted"], 1);

        let decide = |decision: &str| {
            let body = json!({ "decision": decision, "note": "確かめました" }).to_string();
            let headers = [("If-Match", "\"1\""), ("Content-Type", "application/json")];
            here.send_bytes(
                "POST",
                &format!("{path}/decision"),
                &headers,
                body.as_bytes(),
            )
        };
        assert_eq!(decide("return").status, 422, "nobody could mend it");
        let seq = server.json("/changes?since=0")["seq"].clone();
        let decided = decide("approve");
        assert_eq!(decided.status, 200, "{}", decided.text);
        let decided = decided.json();
        assert_eq!(
            (&decided["state"], &decided["published"]),
            (&json!("published"), &Value::Null)
        );
        assert_eq!(decided["contact"], Value::Null, "erased with the decision");
        assert_eq!(
            database.number("select count(*) from submission where contact is not null"),
            0
        );
        assert_eq!(
            server.json("/changes?since=0")["seq"],
            seq,
            "a report publishes nothing"
        );
        assert!(queue(&here).is_empty());
    });
}

#[test]
fn what_is_no_report_is_refused_and_says_why() {
    let database = Database::sqlite();
    let server = server(&database);
    for (body, status) in [
        (json!({ "kind": "burning", "text": "x" }), 422),
        (json!({ "text": "x" }), 422),
        (json!({ "kind": "other" }), 422),
        (json!({ "kind": "other", "text": "  " }), 422),
        (json!({ "kind": "hours", "text": "長".repeat(2_001) }), 422),
        (
            json!({ "kind": "hours", "text": "x", "contact": "x".repeat(201) }),
            422,
        ),
        (json!({ "kind": "hours", "text": "x", "more": 1 }), 422),
        (json!({ "kind": "closed" }), 202),
        (json!({ "kind": "hours", "text": "長".repeat(2_000) }), 202),
    ] {
        assert_eq!(report(&server, &body), status, "{:.80}", body.to_string());
    }
    let visitor = Client::anonymous(&server).on_our_page();
    let good = json!({ "kind": "closed" });
    let at = |id: &str| {
        visitor
            .send(
                "POST",
                &format!("/collections/facilities/items/{id}/reports"),
                &good,
            )
            .status
    };
    assert_eq!(at("nobody"), 404);
    // Another site's page must not use its visitors, with or without a script.
    let elsewhere = visitor
        .with("Origin", "https://evil.example")
        .with("Sec-Fetch-Site", "cross-site");
    assert_eq!(elsewhere.send("POST", PATH, &good).status, 403);
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(
        elsewhere
            .send_bytes("POST", PATH, &form, b"kind=closed")
            .status,
        403
    );
    assert_eq!(
        visitor
            .send_bytes("POST", PATH, &[("Content-Type", "text/plain")], b"{}")
            .status,
        415
    );
}

#[test]
fn a_program_that_fills_in_everything_is_thanked_and_nothing_is_kept() {
    let database = Database::sqlite();
    let server = server(&database);
    assert_eq!(
        report(
            &server,
            &json!({ "kind": "closed", "website": "https://spam.example" })
        ),
        202
    );
    assert_eq!(database.number("select count(*) from submission"), 0);
}

#[test]
fn the_form_works_without_a_script() {
    on_each_database(|database| {
        let server = server(database);
        let page = server.get(&format!("{PATH}?f=html"));
        assert_eq!(page.status, 200);
        assert!(
            page.header("content-security-policy")
                .contains("frame-ancestors 'none'")
        );
        assert!(page.text.contains("method=\"post\"") && page.text.contains("黒壁オフィス"));
        let visitor = Client::anonymous(&server).on_our_page();
        let form = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "text/html"),
        ];
        let sent = visitor.send_bytes(
            "POST",
            &format!("{PATH}?f=html&lang=en"),
            &form,
            "kind=hours&text=%E5%9C%9F%E6%9B%9C%E3%82%82&contact=&website=".as_bytes(),
        );
        assert_eq!(sent.status, 202, "{}", sent.text);
        assert!(sent.text.contains("Thank you"), "{}", sent.text);
        assert_eq!(
            database.number("select count(*) from submission where kind = 'report'"),
            1
        );
        let empty = visitor.send_bytes("POST", PATH, &form, b"kind=other&text=");
        assert_eq!(empty.status, 422);
        assert!(
            empty.text.contains("role=\"alert\"") && empty.text.contains("<form"),
            "{}",
            empty.text
        );
    });
}

#[test]
fn nobody_can_flood_the_queue_by_going_from_one_process_to_the_next() {
    on_each_database(|database| {
        let one = server(database);
        let other = TestDirectory::at(&database.url, &[]);
        let body = json!({ "kind": "closed" });
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let senders: Vec<_> = [&one, &other, &one, &other]
                .map(|server| {
                    let body = &body;
                    scope.spawn(move || [(); 9].map(|()| report(server, body)))
                })
                .into();
            let sent = senders
                .into_iter()
                .flat_map(|sender| sender.join().unwrap());
            sent.collect()
        });
        let with = |status| statuses.iter().filter(|&&other| other == status).count();
        assert_eq!((with(202), with(429)), (30, 6), "{statuses:?}");
        assert_eq!(database.number("select count(*) from submission"), 30);
        for server in [&one, &other] {
            let visitor = Client::anonymous(server).on_our_page();
            let refused = visitor.send("POST", PATH, &body);
            assert_eq!(refused.status, 429, "{}", refused.text);
            let wait: u64 = refused.header("retry-after").parse().unwrap();
            assert!((3_000..=3_601).contains(&wait), "{wait}");
        }

        // Reports of somebody else, in a network that no address lies in.
        database
            .run("update report_sender set sender = 1048576")
            .unwrap();
        assert_eq!(report(&other, &body), 202, "others are not held back");
        let many = "insert into report_sender (sender, at) select sender, at from report_sender";
        (0..5).for_each(|_| database.run(many).unwrap());
        database
            .run("update report_sender set sender = 1048576")
            .unwrap();
        assert!(database.number("select count(*) from report_sender") > 900);
        assert_eq!(
            report(&one, &body),
            202,
            "one sender does not use up everybody's limit"
        );
        // The same from a network each.
        database
            .run("update report_sender set sender = 1048576 + 1024 * id")
            .unwrap();
        assert_eq!(report(&one, &body), 429, "all together sent too many");
        database
            .run("update report_sender set at = at - 3600000000")
            .unwrap();
        assert_eq!(report(&one, &body), 202, "an hour later");
        assert_eq!(
            database.number("select count(*) from report_sender"),
            1,
            "what no longer counts is forgotten"
        );
    });
}
