//! Accounts, as administrators manage them over HTTP.

use serde_json::{Value, json};

use super::{done, refused};
use crate::support::databases::on_each_database;
use crate::support::people::{Client, PASSWORD, account, said};
use crate::support::server::TestDirectory;

#[test]
fn an_administrator_makes_accounts_changes_and_resets_them() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let chief = Client::arriving(&server, "chief", "admin", None);
        let new = json!({"name": "福岡市の人", "role": "editor", "area": "401307"});
        let made = chief.send("POST", "/users", &new);
        done(&made, 201);
        let (user, temporary) = (&made.json()["user"], made.json()["password"].clone());
        assert_eq!(
            user["area"], "40130",
            "the six-digit code, without its check digit"
        );
        assert_eq!(user["area_name"], "福岡市");
        assert_eq!(user["password_is_temporary"], true);
        assert_eq!(user["disabled_at"], Value::Null);
        let listed = chief.get("/users");
        assert!(!listed.text.contains(temporary.as_str().unwrap()));
        assert!(!listed.text.contains("argon2"), "{}", listed.text);
        let names: Vec<Value> = listed.json()["users"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["name"].clone())
            .collect();
        assert_eq!(names, ["chief", "福岡市の人"], "nobody who cannot sign in");
        let person = Client::signed_in(&server, "福岡市の人", temporary.as_str().unwrap());
        let path = format!("/users/{}", user["id"]);
        for (change, role, area) in [
            (json!({"role": "reviewer"}), "reviewer", json!("40130")),
            (json!({"area": "40"}), "reviewer", json!("40")),
            (
                json!({"role": "planner", "area": null}),
                "planner",
                Value::Null,
            ),
            (json!({"area": "40132"}), "planner", json!("40132")),
            // Whoever becomes administrator acts everywhere.
            (json!({"role": "admin"}), "admin", Value::Null),
        ] {
            let answer = chief.send("PATCH", &path, &change);
            done(&answer, 200);
            let user = &answer.json()["user"];
            assert_eq!(
                (&user["role"], &user["area"]),
                (&json!(role), &area),
                "{change}"
            );
        }
        refused(&person.get("/session"), 401, "signed-out");
        let reset = chief.send("POST", &format!("{path}/password"), &Value::Null);
        done(&reset, 200);
        let again = reset.json()["password"].as_str().unwrap().to_owned();
        let before = temporary.as_str().unwrap();
        let answer = Client::anonymous(&server).sign_in("福岡市の人", before, None);
        refused(&answer, 401, "wrong-credentials");
        Client::signed_in(&server, "福岡市の人", &again);
    });
}

#[test]
fn nobody_else_manages_accounts() {
    let server = TestDirectory::with(&["--empty"]);
    account(&server.database, "victim", "editor", None);
    let mut people = vec![(Client::anonymous(&server).on_our_page(), 401)];
    for role in ["editor", "reviewer", "planner"] {
        people.push((Client::arriving(&server, role, role, None), 403));
    }
    for (person, status) in &people {
        for (method, path, body) in [
            ("GET", "/users", Value::Null),
            ("POST", "/users", json!({"name": "a", "role": "admin"})),
            ("PATCH", "/users/3", json!({"disabled": true})),
            ("PATCH", "/users/3", json!({"area": "13"})),
            ("PATCH", "/users/999", json!({"role": "admin"})),
            ("POST", "/users/3/password", Value::Null),
            ("POST", "/users/999/password", Value::Null),
        ] {
            let answer = person.send(method, path, &body);
            assert_eq!(answer.status, *status, "{method} {path}: {}", answer.text);
        }
        // Nor does anybody promote themselves.
        if *status == 403 {
            let id = person.json("/session")["user"]["id"].clone();
            let own = person.send("PATCH", &format!("/users/{id}"), &json!({"role": "admin"}));
            refused(&own, 403, "forbidden");
        }
    }
    let listed = said(&server.database, &["user", "list"]);
    assert!(
        !listed.contains("disabled") && !listed.contains("admin"),
        "{listed}"
    );
}

#[test]
fn an_administrator_stays() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let chief = Client::arriving(&server, "chief", "admin", None);
        let own = format!("/users/{}", chief.json("/session")["user"]["id"]);
        let lose = [
            json!({"disabled": true}),
            json!({"role": "editor"}),
            json!({"role": "reviewer", "area": "13"}),
        ];
        for change in &lose {
            refused(&chief.send("PATCH", &own, change), 409, "last-admin");
        }
        // One who is disabled does not count.
        account(&database.url, "second", "admin", None);
        said(&database.url, &["user", "disable", "second"]);
        for change in &lose {
            refused(&chief.send("PATCH", &own, change), 409, "last-admin");
        }
        // Of two who disable each other at once, one stays.
        said(&database.url, &["user", "enable", "second"]);
        let temporary = said(&database.url, &["user", "reset-password", "second"]);
        let second = Client::signed_in(&server, "second", &temporary);
        let chosen = json!({"old": temporary, "new": PASSWORD});
        done(&second.send("PUT", "/session/password", &chosen), 204);
        let seconds = format!("/users/{}", second.json("/session")["user"]["id"]);
        let off = json!({"disabled": true});
        std::thread::scope(|scope| {
            scope.spawn(|| chief.send("PATCH", &seconds, &off));
            scope.spawn(|| second.send("PATCH", &own, &off));
        });
        let query = "select count(*) from users where role = 'admin' and disabled_at is null";
        assert_eq!(database.number(query), 1);
        // The operator, who can make another, may.
        said(&database.url, &["user", "disable", "chief"]);
        said(&database.url, &["user", "disable", "second"]);
        assert_eq!(database.number(query), 0);
    });
}

#[test]
fn no_two_names_look_the_same_and_all_can_be_typed() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let chief = Client::arriving(&server, "chief", "admin", None);
        let add =
            |name: &str| chief.send("POST", "/users", &json!({"name": name, "role": "editor"}));
        done(&add("山田 太郎"), 201);
        done(&add("ﾀﾅｶ"), 201);
        done(&add("Straße"), 201);
        for taken in [
            "chief",
            "CHIEF",
            "ｃｈｉｅｆ",
            "山田　太郎",
            "タナカ",
            "STRAẞE",
            // The names under which nobody signs in.
            "cli",
            "CLI",
            "shipped",
            "Ｓｈｉｐｐｅｄ",
        ] {
            refused(&add(taken), 409, "name-taken");
        }
        for bad in [
            "",
            " ",
            "　",
            " a",
            "a ",
            "a\u{a0}",
            "a\nb",
            "a\tb",
            "a\0",
            "a:b",
            "\u{7f}",
            "a\u{200b}b",
            "a\u{202e}b",
            "\u{feff}a",
            "a\u{2800}",
            "\u{3164}",
            "a\u{ad}",
            &"a".repeat(65),
            // One character that is eighteen when it is folded.
            &"\u{fdfa}".repeat(4),
        ] {
            refused(&add(bad), 422, "invalid-values");
        }
        let longest = "漢".repeat(64);
        for good in [&longest, "O'Brien", "<b>", "a\"b", "%s", "../..", "😀"] {
            done(&add(good), 201);
        }
        let html = chief.json("/users").to_string();
        assert!(html.contains("<b>"), "JSON keeps it as it is");
        // Any form of the name signs in.
        let temporary = said(&database.url, &["user", "reset-password", "タナカ"]);
        Client::signed_in(&server, "タナカ", &temporary);
        Client::signed_in(&server, "ﾀﾅｶ", &temporary);
    });
}

#[test]
fn a_request_that_makes_no_sense_changes_nothing() {
    let server = TestDirectory::with(&["--empty"]);
    let chief = Client::arriving(&server, "chief", "admin", None);
    let before = chief.json("/users");
    let own = format!("/users/{}", before["users"][0]["id"]);
    for (method, path, body) in [
        ("POST", "/users", json!({})),
        ("POST", "/users", json!({"name": "a"})),
        ("POST", "/users", json!({"name": "a", "role": "chief"})),
        ("POST", "/users", json!({"name": "a", "role": ["editor"]})),
        ("POST", "/users", json!({"name": ["a"], "role": "editor"})),
        (
            "POST",
            "/users",
            json!({"name": "a", "role": "editor", "area": 13}),
        ),
        (
            "POST",
            "/users",
            json!({"name": "a", "role": "editor", "area": "99"}),
        ),
        (
            "POST",
            "/users",
            json!({"name": "a", "role": "editor", "area": "401308"}),
        ),
        (
            "POST",
            "/users",
            json!({"name": "a", "role": "editor", "area": ""}),
        ),
        (
            "POST",
            "/users",
            json!({"name": "a", "role": "editor", "area": "１３"}),
        ),
        (
            "POST",
            "/users",
            json!({"name": "a", "role": "admin", "area": "13"}),
        ),
        (
            "POST",
            "/users",
            json!({"name": "a", "role": "editor", "password": "chosen"}),
        ),
        ("PATCH", &own, json!({"id": 1})),
        ("PATCH", &own, json!({"name": "b"})),
        ("PATCH", &own, json!({"role": "chief"})),
        ("PATCH", &own, json!({"area": "13"})),
        ("PATCH", &own, json!({"disabled": "yes"})),
        ("PATCH", &own, json!({"second_factor": "on"})),
        ("PATCH", &own, json!([])),
    ] {
        let answer = chief.send(method, path, &body);
        refused(&answer, 422, "invalid-values");
        let problem = &answer.json()["problems"][0];
        assert!(problem["column"].is_string(), "{body}: {problem}");
    }
    // Those who cannot sign in are nobody here.
    for id in [
        "0",
        "1",
        "2",
        "-1",
        "99999999999999999999",
        "x",
        "1.0",
        "1%00",
        "%31",
    ] {
        let path = format!("/users/{id}");
        let answer = chief.send("PATCH", &path, &json!({"disabled": true}));
        refused(&answer, 404, "not-found");
        let answer = chief.send("POST", &format!("{path}/password"), &Value::Null);
        refused(&answer, 404, "not-found");
    }
    let large = vec![b' '; (64 << 10) + 1];
    let json = [("Content-Type", "application/json")];
    let answer = chief.send_bytes("POST", "/users", &json, &large);
    refused(&answer, 413, "body-too-large");
    assert!(answer.text.contains("64 KiB"));
    let deep = format!("{{\"name\":{}", "[".repeat(60_000));
    let answer = chief.send_bytes("POST", "/users", &json, deep.as_bytes());
    refused(&answer, 400, "invalid-body");
    assert_eq!(chief.json("/users"), before);
}
