//! API tokens: what they are, how they end, and that nobody finds one in the database.

use serde_json::{Value, json};

use super::{done, refused};
use crate::support::databases::on_each_database;
use crate::support::people::{Client, PASSWORD, said, token};
use crate::support::server::{TestDirectory, run};

const ITEMS: &str = "/collections/facilities/items?limit=1";

fn made(person: &Client<'_>, scope: &str) -> Value {
    let answer = person.send("POST", "/tokens", &json!({ "scope": scope }));
    done(&answer, 201);
    answer.json()
}

#[test]
fn a_token_is_shown_once_and_then_known_by_its_beginning() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let person = Client::arriving(&server, "tanaka", "editor", None);
        let made = made(&person, "submit");
        let secret = made["token"].as_str().unwrap();
        assert!(secret.starts_with("mchnk_"));
        assert_eq!(secret.len(), 64);
        let listed = person.get("/tokens");
        assert!(!listed.text.contains(secret));
        let one = &listed.json()["tokens"][0];
        assert_eq!(one["id"], made["id"]);
        assert_eq!(one["hint"], secret[..12]);
        assert_eq!(one["scope"], "submit");
        assert_eq!(one["used_at"], Value::Null);
        assert_eq!(one["owner"]["name"], "tanaka");
        // A year unless somebody says otherwise.
        let years = |key: &str| one[key].as_str().unwrap()[..4].parse::<i32>().unwrap();
        assert!((0..=1).contains(&(years("expires_at") - years("created_at"))));
        let from_command_line = token(&database.url, "tanaka", "read");
        assert_eq!(from_command_line.len(), 64);
        assert_ne!(from_command_line, secret);
        let listed = said(&database.url, &["token", "list"]);
        assert!(!listed.contains(secret) && !listed.contains(&from_command_line));
        for token in [secret, &from_command_line] {
            assert!(listed.contains(&format!("{}…", &token[..12])), "{listed}");
        }
    });
}

#[test]
fn no_secret_is_in_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/a.sqlite", folder.path().display());
    let server = TestDirectory::at(&url, &["--empty"]);
    let person = Client::arriving(&server, "tanaka", "editor", None);
    let temporary = said(&url, &["user", "reset-password", "tanaka"]);
    let person_again = Client::signed_in(&server, "tanaka", &temporary);
    let chosen = json!({"old": temporary, "new": PASSWORD});
    done(&person_again.send("PUT", "/session/password", &chosen), 204);
    let by_http = made(&person_again, "read")["token"].clone();
    let by_command = token(&url, "tanaka", "publish");
    Client::anonymous(&server).sign_in("a password typed as a name", "and another", None);
    let mut secrets = vec![
        temporary,
        PASSWORD.to_owned(),
        by_http.as_str().unwrap().to_owned(),
        by_command,
        "a password typed as a name".to_owned(),
    ];
    for client in [person, person_again] {
        let cookie = client.headers.iter().find(|(name, _)| name == "Cookie");
        secrets.push(cookie.unwrap().1.split_once('=').unwrap().1.to_owned());
    }
    let files: Vec<Vec<u8>> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect();
    let holds = |text: &str| {
        let found = |file: &Vec<u8>| file.windows(text.len()).any(|part| part == text.as_bytes());
        files.iter().any(found)
    };
    assert!(holds("tanaka"), "else nothing would be found");
    for secret in &secrets {
        assert!(!holds(secret), "{secret} is in the database");
        // Nor what is random of it.
        assert!(!holds(&secret[secret.len() - 16..]), "a part of {secret}");
    }
}

#[test]
fn a_token_ends_when_it_is_revoked_expires_or_its_owner_is_disabled() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let replica = TestDirectory::at(&database.url, &["--empty"]);
        let person = Client::arriving(&server, "tanaka", "editor", None);
        // A route for people who are there tells a token that counts from one that does not.
        let works = |token: &str| {
            let answers = [&server, &replica].map(|server| {
                let program = Client::program(server, token);
                program.get(PROBE).status
            });
            assert_eq!(answers[0], answers[1]);
            answers[0] != 401
        };
        let made = made(&person, "read");
        let (secret, id) = (made["token"].as_str().unwrap(), &made["id"]);
        assert!(works(secret));
        let revoke = format!("/tokens/{id}");
        done(&person.send("DELETE", &revoke, &Value::Null), 204);
        assert!(!works(secret));
        // Revoking it again is no mistake, and keeps the time.
        let at = person.json("/tokens")["tokens"][0]["revoked_at"].clone();
        done(&person.send("DELETE", &revoke, &Value::Null), 204);
        assert_eq!(person.json("/tokens")["tokens"][0]["revoked_at"], at);

        let secret = token(&database.url, "tanaka", "submit");
        assert!(works(&secret));
        let id = database.number("select max(id) from token").to_string();
        said(&database.url, &["token", "revoke", &id]);
        assert!(!works(&secret));

        let secret = said(&database.url, &["token", "tanaka", "--expires", "1"]);
        assert!(works(&secret));
        database
            .run("update token set expires_at = expires_at - 86400000000")
            .unwrap();
        assert!(!works(&secret));

        let secret = token(&database.url, "tanaka", "publish");
        said(&database.url, &["user", "disable", "tanaka"]);
        assert!(!works(&secret));
        said(&database.url, &["user", "enable", "tanaka"]);
        assert!(works(&secret));
    });
}

/// Something that only somebody known may see.
const PROBE: &str = "/submissions";

#[test]
fn what_is_no_token_is_refused() {
    let server = TestDirectory::with(&["--empty"]);
    Client::arriving(&server, "tanaka", "editor", None);
    let good = token(&server.database, "tanaka", "publish");
    let one_off = format!(
        "{}{}",
        &good[..63],
        if good.ends_with('a') { "b" } else { "a" }
    );
    for bad in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer mchnk_",
        &format!("Bearer {one_off}"),
        &format!("Bearer {good} {good}"),
        &format!("Bearer {}", good.to_uppercase()),
        &format!("Token {good}"),
        &format!("Basic {good}"),
        &good,
    ] {
        let client = Client::anonymous(&server).with("Authorization", bad);
        let answer = client.get(PROBE);
        refused(&answer, 401, "wrong-token");
        assert!(!answer.text.contains(&good[..20]));
    }
    // A cookie beside it does not make up for it.
    let person = Client::signed_in(&server, "tanaka", PASSWORD);
    let both = person.with("Authorization", "Bearer x");
    refused(&both.get(PROBE), 401, "wrong-token");
    // Nor is a token looked for elsewhere.
    let anonymous = Client::anonymous(&server);
    let in_query = format!("{PROBE}?access_token={good}");
    assert_eq!(anonymous.get(&in_query).status, 401);
    let in_cookie = anonymous.with("Cookie", &format!("machinaka={good}"));
    assert_eq!(in_cookie.get(PROBE).status, 401);
}

#[test]
fn tokens_manage_neither_accounts_nor_tokens() {
    let server = TestDirectory::with(&["--empty"]);
    let chief = Client::arriving(&server, "chief", "admin", None);
    for scope in ["read", "submit", "publish"] {
        let program = Client::program(&server, &token(&server.database, "chief", scope));
        for (method, path, body) in [
            ("GET", "/users", Value::Null),
            ("POST", "/users", json!({"name": "a", "role": "admin"})),
            ("PATCH", "/users/3", json!({"role": "editor"})),
            ("POST", "/users/3/password", Value::Null),
            ("GET", "/tokens", Value::Null),
            ("POST", "/tokens", json!({"scope": "publish"})),
            ("DELETE", "/tokens/1", Value::Null),
            ("GET", "/session", Value::Null),
            ("DELETE", "/session", Value::Null),
            (
                "PUT",
                "/session/password",
                json!({"old": PASSWORD, "new": "x"}),
            ),
            ("POST", "/session/second-factor", Value::Null),
        ] {
            refused(&program.send(method, path, &body), 403, "forbidden");
        }
    }
    done(&chief.get("/session"), 200);
}

#[test]
fn everybody_sees_and_revokes_their_own() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let chief = Client::arriving(&server, "chief", "admin", None);
        let tanaka = Client::arriving(&server, "tanaka", "editor", Some("13113"));
        let suzuki = Client::arriving(&server, "suzuki", "editor", Some("13113"));
        let id = made(&tanaka, "submit")["id"].clone();
        let path = format!("/tokens/{id}");
        assert_eq!(suzuki.json("/tokens")["tokens"], json!([]));
        assert_eq!(chief.json("/tokens")["tokens"][0]["id"], id);
        // Somebody else's is as unknown as one that never was.
        let foreign = suzuki.send("DELETE", &path, &Value::Null);
        refused(&foreign, 404, "not-found");
        let unknown = suzuki.send("DELETE", "/tokens/999", &Value::Null);
        refused(&unknown, 404, "not-found");
        assert_eq!(foreign.json()["detail"], unknown.json()["detail"]);
        assert_eq!(
            tanaka.json("/tokens")["tokens"][0]["revoked_at"],
            Value::Null
        );
        done(&chief.send("DELETE", &path, &Value::Null), 204);
        assert_ne!(
            tanaka.json("/tokens")["tokens"][0]["revoked_at"],
            Value::Null
        );
    });
}

#[test]
fn a_token_that_makes_no_sense_is_not_made() {
    let server = TestDirectory::with(&["--empty"]);
    let person = Client::arriving(&server, "tanaka", "editor", None);
    for body in [
        json!({}),
        json!({"scope": "admin"}),
        json!({"scope": null}),
        json!({"scope": ["read"]}),
        json!({"scope": "read", "expires_days": 0}),
        json!({"scope": "read", "expires_days": -1}),
        json!({"scope": "read", "expires_days": 3651}),
        json!({"scope": "read", "expires_days": i64::MAX}),
        json!({"scope": "read", "expires_days": 1e30}),
        json!({"scope": "read", "expires_days": "1"}),
        json!({"scope": "read", "owner": 1}),
    ] {
        let answer = person.send("POST", "/tokens", &body);
        refused(&answer, 422, "invalid-values");
    }
    assert_eq!(person.json("/tokens")["tokens"], json!([]));
    for id in ["x", "1x", "99999999999999999999", "-1", "0", "%00"] {
        let answer = person.send("DELETE", &format!("/tokens/{id}"), &Value::Null);
        refused(&answer, 404, "not-found");
    }
}

#[test]
fn its_last_use_is_written_down() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        Client::arriving(&server, "tanaka", "editor", None);
        let program = Client::program(&server, &token(&database.url, "tanaka", "read"));
        let used = || database.number("select coalesce(max(used_at), 0) from token");
        assert_eq!(used(), 0);
        program.get(PROBE);
        server.wait_until(|| used() > 0);
        // Reading what is public asks nobody who they are.
        assert_eq!(program.get(ITEMS).status, 200);
        let listed = said(&database.url, &["token", "list", "tanaka"]);
        assert!(listed.contains("last used 2"), "{listed}");
    });
}

#[test]
fn a_reset_password_revokes_tokens_and_says_so() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let chief = Client::arriving(&server, "chief", "admin", None);
        let person = Client::arriving(&server, "tanaka", "editor", None);
        let uses = |secret: &str| Client::program(&server, secret).get("/submissions").status;
        let secret =
            |person: &Client<'_>| made(person, "read")["token"].as_str().unwrap().to_owned();
        let (first, second) = (secret(&person), secret(&person));
        let reset = |flags: &[&str]| {
            let arguments = [
                &[
                    "user",
                    "reset-password",
                    "tanaka",
                    "--database",
                    &database.url,
                ],
                flags,
            ]
            .concat();
            let output = run(&arguments);
            assert!(output.status.success());
            assert_eq!(
                output.stdout.len(),
                24,
                "the password alone goes to standard output"
            );
            String::from_utf8(output.stderr).unwrap()
        };
        let beside = reset(&["--keep-tokens"]);
        assert!(beside.contains("2 API tokens still work"), "{beside}");
        assert_eq!((uses(&first), uses(&second)), (200, 200));
        let beside = reset(&[]);
        assert!(beside.contains("2 API tokens were revoked"), "{beside}");
        assert_eq!((uses(&first), uses(&second)), (401, 401));
        assert!(reset(&[]).contains("0 API tokens were revoked"));

        // The same over the API.
        let temporary = said(&database.url, &["user", "reset-password", "tanaka"]);
        let person = Client::signed_in(&server, "tanaka", &temporary);
        let chosen = json!({ "old": temporary, "new": PASSWORD });
        assert_eq!(person.send("PUT", "/session/password", &chosen).status, 204);
        let third = secret(&person);
        let users = chief.json("/users");
        let user = users["users"]
            .as_array()
            .unwrap()
            .iter()
            .find(|user| user["name"] == "tanaka");
        let path = format!("/users/{}/password", user.unwrap()["id"]);
        refused(
            &chief.send("POST", &format!("{path}?keep-tokens=perhaps"), &Value::Null),
            400,
            "invalid-parameter",
        );
        let kept = chief
            .send("POST", &format!("{path}?keep-tokens=true"), &Value::Null)
            .json();
        assert_eq!(
            (&kept["tokens_revoked"], &kept["tokens_kept"]),
            (&json!(0), &json!(1))
        );
        assert_eq!(uses(&third), 200);
        let revoked = chief.send("POST", &path, &Value::Null).json();
        assert_eq!(
            (&revoked["tokens_revoked"], &revoked["tokens_kept"]),
            (&json!(1), &json!(0))
        );
        assert_eq!(uses(&third), 401);
    });
}
