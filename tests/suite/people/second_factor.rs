//! The second factor: codes of an authenticator app (RFC 6238).

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::{done, refused};
use crate::support::databases::{Database, on_each_database};
use crate::support::people::{Client, PASSWORD, said};
use crate::support::server::{Answer, TestDirectory};

/// What an authenticator app shows so many steps of thirty seconds from now.
pub fn code(secret: &str, steps: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let app = totp_rs::Builder::new().with_secret(secret);
    let app = app.with_account_name("test").with_issuer(Some("test"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seconds = now.as_secs().checked_add_signed(30 * steps).unwrap();
    app.build().unwrap().generate(seconds).to_string()
}

/// Lets time pass: the last code was used so much earlier.
fn later(database: &Database) {
    let sql = "update users set second_factor_step = second_factor_step - 10";
    database.run(sql).unwrap();
}

fn sign_in(server: &TestDirectory, code: Option<&str>) -> Answer {
    Client::anonymous(server).sign_in("tanaka", PASSWORD, code)
}

/// Turns it on, and returns the secret.
fn turn_on(database: &Database, person: &Client<'_>) -> String {
    let offer = person.send("POST", "/session/second-factor", &Value::Null);
    done(&offer, 200);
    let secret = offer.json()["secret"].as_str().unwrap().to_owned();
    let code = json!({"code": code(&secret, 0)});
    done(&person.send("PUT", "/session/second-factor", &code), 204);
    later(database);
    secret
}

#[test]
fn an_offered_second_factor_counts_once_it_is_confirmed() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let person = Client::arriving(&server, "tanaka", "editor", None);
        let confirm =
            |code: &str| person.send("PUT", "/session/second-factor", &json!({ "code": code }));
        let state = "second-factor-state";
        refused(&confirm("123456"), 409, state);
        let offer = person.send("POST", "/session/second-factor", &Value::Null);
        done(&offer, 200);
        let secret = offer.json()["secret"].as_str().unwrap().to_owned();
        assert_eq!(secret.len(), 32, "160 bits");
        let uri = offer.json()["uri"].as_str().unwrap().to_owned();
        assert!(uri.starts_with("otpauth://totp/machinaka:tanaka?"), "{uri}");
        assert!(uri.contains(&format!("secret={secret}")), "{uri}");
        let qr = &offer.json()["qr"];
        assert!(qr["size"].as_u64() > Some(29), "{qr}");
        assert!(
            qr["path"].as_str().unwrap().starts_with("M4 4h7v1h-7z"),
            "{qr}"
        );
        // Not yet: nobody is locked out by a code that never reached their telephone.
        assert_eq!(person.json("/session")["second_factor"], "off");
        done(&sign_in(&server, None), 201);
        let other = Client::signed_in(&server, "tanaka", PASSWORD);
        refused(&confirm("000000x"), 401, "wrong-credentials");
        refused(&confirm(""), 401, "wrong-credentials");
        // A second offer replaces the first.
        let offer = person.send("POST", "/session/second-factor", &Value::Null);
        refused(&confirm(&code(&secret, 0)), 401, "wrong-credentials");
        let secret = offer.json()["secret"].as_str().unwrap().to_owned();
        // As apps show it and a Japanese keyboard types it.
        let typed = code(&secret, 0);
        let (left, right) = typed.split_at(3);
        let wide = |text: &str| -> String {
            let wide = |c: char| char::from_u32(u32::from(c) - 0x30 + 0xff10).unwrap();
            text.chars().map(wide).collect()
        };
        done(&confirm(&format!("{}　{}", wide(left), wide(right))), 204);
        assert_eq!(person.json("/session")["second_factor"], "on");
        // Whoever else was signed in with the password alone is out.
        refused(&other.get("/session"), 401, "signed-out");
        refused(&confirm(&typed), 409, state);
        let again = person.send("POST", "/session/second-factor", &Value::Null);
        refused(&again, 409, state);
    });
}

#[test]
fn a_code_is_required_and_works_once() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let replica = TestDirectory::at(&database.url, &["--empty"]);
        let person = Client::arriving(&server, "tanaka", "editor", None);
        let secret = turn_on(database, &person);
        // The password is right, so it may be said.
        refused(&sign_in(&server, None), 403, "second-factor-required");
        refused(&sign_in(&server, Some(" ")), 403, "second-factor-required");
        // With a wrong one it may not.
        let wrong = Client::anonymous(&server).sign_in("tanaka", "x", None);
        refused(&wrong, 401, "wrong-credentials");
        let first = code(&secret, 0);
        let wrong = Client::anonymous(&server).sign_in("tanaka", "x", Some(&first));
        refused(&wrong, 401, "wrong-credentials");
        // That has not used it up.
        done(&sign_in(&server, Some(&first)), 201);
        database.run("delete from sign_in_failure").unwrap();
        // Somebody who looked over a shoulder comes too late, also at another replica.
        refused(&sign_in(&replica, Some(&first)), 401, "wrong-credentials");
        refused(&sign_in(&server, Some(&first)), 401, "wrong-credentials");
        // What was shown before it is worth no more than it is.
        let before = sign_in(&server, Some(&code(&secret, -1)));
        refused(&before, 401, "wrong-credentials");
        for far in [-3, 3] {
            let answer = sign_in(&server, Some(&code(&secret, far)));
            refused(&answer, 401, "wrong-credentials");
        }
        // Guessing is slowed down like passwords.
        refused(&sign_in(&server, Some("000000")), 429, "too-many-attempts");
    });
}

#[test]
fn one_code_sent_many_times_at_once_works_once() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let person = Client::arriving(&server, "tanaka", "editor", None);
        let secret = turn_on(database, &person);
        let code = code(&secret, 0);
        let sent: Vec<u16> = std::thread::scope(|scope| {
            let send = || sign_in(&server, Some(&code)).status;
            let senders: Vec<_> = (0..4).map(|_| scope.spawn(send)).collect();
            senders.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let in_ = sent.iter().filter(|status| **status == 201).count();
        assert_eq!(in_, 1, "{sent:?}");
    });
}

#[test]
fn it_is_turned_off_with_a_code_or_by_an_administrator() {
    let database = Database::sqlite();
    let server = TestDirectory::at(&database.url, &["--empty"]);
    let person = Client::arriving(&server, "tanaka", "editor", None);
    let off = |person: &Client<'_>, code: &str| {
        person.send("DELETE", "/session/second-factor", &json!({ "code": code }))
    };
    refused(&off(&person, "123456"), 409, "second-factor-state");
    let secret = turn_on(&database, &person);
    refused(&off(&person, "no code"), 401, "wrong-credentials");
    done(&off(&person, &code(&secret, 0)), 204);
    assert_eq!(person.json("/session")["second_factor"], "off");
    done(&sign_in(&server, None), 201);
    // Whoever lost the telephone asks an administrator, who sees that it is on but never the secret.
    let secret = turn_on(&database, &person);
    let chief = Client::arriving(&server, "chief", "admin", None);
    let users = chief.get("/users");
    assert!(!users.text.contains(&secret));
    let users = users.json();
    let user = users["users"].as_array().unwrap().iter();
    let user = user.clone().find(|user| user["name"] == "tanaka").unwrap();
    assert_eq!(user["second_factor"], "on");
    let path = format!("/users/{}", user["id"]);
    let on = chief.send("PATCH", &path, &json!({"second_factor": "on"}));
    refused(&on, 422, "invalid-values");
    let answer = chief.send("PATCH", &path, &json!({"second_factor": "off"}));
    done(&answer, 200);
    assert_eq!(answer.json()["user"]["second_factor"], "off");
    refused(&person.get("/session"), 401, "signed-out");
    done(&sign_in(&server, None), 201);
    // Another password alone leaves it on.
    let person = Client::signed_in(&server, "tanaka", PASSWORD);
    turn_on(&database, &person);
    let temporary = said(&database.url, &["user", "reset-password", "tanaka"]);
    let answer = Client::anonymous(&server).sign_in("tanaka", &temporary, None);
    refused(&answer, 403, "second-factor-required");
    let without = [
        "user",
        "reset-password",
        "tanaka",
        "--without-second-factor",
    ];
    let temporary = said(&database.url, &without);
    Client::signed_in(&server, "tanaka", &temporary);
}

/// With somebody's open browser, nobody turns it off by guessing.
#[test]
fn guessing_codes_in_somebodys_session_is_slowed_down() {
    let database = Database::sqlite();
    let server = TestDirectory::at(&database.url, &["--empty"]);
    let person = Client::arriving(&server, "tanaka", "editor", None);
    turn_on(&database, &person);
    let guess = || {
        let guess = json!({"code": "000000x"});
        person.send("DELETE", "/session/second-factor", &guess)
    };
    for _ in 0..5 {
        refused(&guess(), 401, "wrong-credentials");
    }
    refused(&guess(), 429, "too-many-attempts");
}
