//! Sessions: when they end, and that nobody else's page uses them.

use machinaka::directory::passwords;
use machinaka::directory::people::folded;
use machinaka::domain::change::Moment;
use machinaka::store::people::Session;
use serde_json::{Value, json};

use super::{BEHIND_A_PROXY, done, refused, visitor};
use crate::support::databases::{Database, on_each_database};
use crate::support::people::{Client, PASSWORD, account, said};
use crate::support::server::TestDirectory;

/// Two servers of one database: the second is another replica, where the database can have one.
fn replicas(database: &Database) -> (TestDirectory, TestDirectory) {
    let server = TestDirectory::at(&database.url, &["--empty"]);
    (server, TestDirectory::at(&database.url, &["--empty"]))
}

/// Expects that a session is over, on both.
#[track_caller]
fn over(person: &Client<'_>, replica: &TestDirectory) {
    refused(&person.get("/session"), 401, "signed-out");
    refused(&person.at(replica).get("/session"), 401, "signed-out");
    let answer = person.send("POST", "/tokens", &json!({"scope": "read"}));
    refused(&answer, 401, "signed-out");
}

#[track_caller]
fn there(person: &Client<'_>, replica: &TestDirectory) {
    done(&person.get("/session"), 200);
    done(&person.at(replica).get("/session"), 200);
}

#[test]
fn a_session_ends_at_logout_everywhere_at_once() {
    on_each_database(|database| {
        let (server, replica) = replicas(database);
        let person = Client::arriving(&server, "tanaka", "editor", None);
        let other_browser = Client::signed_in(&replica, "tanaka", PASSWORD);
        there(&person, &replica);
        let answer = person.send_bytes("DELETE", "/session", &[], b"");
        done(&answer, 204);
        let cookie = answer.header("set-cookie");
        assert!(cookie.starts_with("machinaka=;"), "{cookie}");
        assert!(cookie.contains("Max-Age=0"), "{cookie}");
        over(&person, &replica);
        there(&other_browser, &server);
        let answer = person.send_bytes("DELETE", "/session", &[], b"");
        refused(&answer, 401, "signed-out");
    });
}

#[test]
fn sessions_end_when_the_account_loses_something() {
    on_each_database(|database| {
        let (server, replica) = replicas(database);
        let admin = Client::arriving(&server, "chief", "admin", None);
        let id = |name: &str| {
            let users = admin.json("/users");
            let users = users["users"].as_array().unwrap().clone();
            let user = users.iter().find(|user| user["name"] == name).unwrap();
            user["id"].as_i64().unwrap()
        };
        Client::arriving(&server, "tanaka", "editor", Some("13113"));
        let user = format!("/users/{}", id("tanaka"));
        for change in [
            json!({"role": "planner"}),
            json!({"area": "13"}),
            json!({"area": null}),
            json!({"second_factor": "off"}),
            json!({"disabled": true}),
        ] {
            let person = Client::signed_in(&replica, "tanaka", PASSWORD);
            there(&person, &server);
            done(&admin.send("PATCH", &user, &change), 200);
            over(&person, &server);
            if change.get("disabled").is_some() {
                let answer = Client::anonymous(&server).sign_in("tanaka", PASSWORD, None);
                refused(&answer, 401, "wrong-credentials");
                // What has ended stays so.
                let enabled = json!({"disabled": false});
                done(&admin.send("PATCH", &user, &enabled), 200);
                over(&person, &server);
            }
        }
        // What changes nothing ends nothing.
        let person = Client::signed_in(&server, "tanaka", PASSWORD);
        let same = json!({"role": "planner", "area": null, "disabled": false});
        done(&admin.send("PATCH", &user, &same), 200);
        there(&person, &replica);
        // The operator's commands are no different.
        said(&database.url, &["user", "disable", "tanaka"]);
        over(&person, &replica);
        said(&database.url, &["user", "enable", "tanaka"]);
        over(&person, &replica);
        let person = Client::signed_in(&server, "tanaka", PASSWORD);
        said(&database.url, &["user", "reset-password", "tanaka"]);
        over(&person, &replica);
        let answer = Client::anonymous(&server).sign_in("tanaka", PASSWORD, None);
        refused(&answer, 401, "wrong-credentials");
    });
}

#[test]
fn a_new_password_ends_the_other_sessions_only() {
    on_each_database(|database| {
        let (server, replica) = replicas(database);
        let person = Client::arriving(&server, "tanaka", "editor", None);
        let other = Client::signed_in(&replica, "tanaka", PASSWORD);
        let stranger = Client::arriving(&server, "suzuki", "editor", None);
        let change = |old: &str, new: &str| {
            person.send("PUT", "/session/password", &json!({"old": old, "new": new}))
        };
        refused(
            &change("x", "another one altogether"),
            401,
            "wrong-credentials",
        );
        refused(&change(PASSWORD, "tanakatanaka"), 422, "unfit-password");
        refused(&change(PASSWORD, "short"), 422, "unfit-password");
        refused(&change(PASSWORD, PASSWORD), 422, "unfit-password");
        there(&other, &server);
        done(&change(PASSWORD, "another one altogether"), 204);
        there(&person, &replica);
        over(&other, &server);
        there(&stranger, &replica);
        let answer = Client::anonymous(&server).sign_in("tanaka", PASSWORD, None);
        refused(&answer, 401, "wrong-credentials");
        Client::signed_in(&server, "tanaka", "another one altogether");
    });
}

#[test]
fn guessing_the_old_password_in_somebodys_session_is_slowed_down() {
    let server = TestDirectory::with(&["--empty"]);
    let person = Client::arriving(&server, "tanaka", "editor", None);
    let guess = || {
        let body = json!({"old": "guess", "new": "another one altogether"});
        person.send("PUT", "/session/password", &body)
    };
    for _ in 0..5 {
        refused(&guess(), 401, "wrong-credentials");
    }
    refused(&guess(), 429, "too-many-attempts");
}

#[test]
fn sessions_end_by_themselves() {
    on_each_database(|database| {
        let (server, replica) = replicas(database);
        const HOUR: i64 = 3_600_000_000;
        let person = Client::arriving(&server, "tanaka", "editor", None);
        let used = || database.number("select max(used_at) from session");
        // Used now and then, it lasts a week.
        database
            .run(&format!(
                "update session set used_at = used_at - {}",
                11 * HOUR
            ))
            .unwrap();
        let before = used();
        there(&person, &replica);
        server.wait_until(|| used() > before + 10 * HOUR);
        database
            .run(&format!(
                "update session set expires_at = expires_at - {}",
                168 * HOUR
            ))
            .unwrap();
        over(&person, &replica);
        // Not used, a working day.
        let person = Client::signed_in(&server, "tanaka", PASSWORD);
        database
            .run(&format!(
                "update session set used_at = used_at - {}",
                12 * HOUR
            ))
            .unwrap();
        over(&person, &replica);
        // The next sign-in clears away what has ended.
        Client::signed_in(&server, "tanaka", PASSWORD);
        assert_eq!(database.number("select count(*) from session"), 1);
    });
}

#[test]
fn signing_in_again_ends_the_browsers_session_before() {
    let server = TestDirectory::with(&["--empty"]);
    let first = Client::arriving(&server, "tanaka", "editor", None);
    Client::arriving(&server, "suzuki", "editor", None);
    // A failure changes nothing.
    refused(
        &first.sign_in("suzuki", "x", None),
        401,
        "wrong-credentials",
    );
    done(&first.get("/session"), 200);
    let answer = first.sign_in("suzuki", PASSWORD, None);
    done(&answer, 201);
    refused(&first.get("/session"), 401, "signed-out");
    let second = first.holding(&answer);
    assert_eq!(second.json("/session")["user"]["name"], "suzuki");
    assert_ne!(first.headers, second.headers);
    // Nobody gives somebody else a session of their own choosing.
    let planted = Client::anonymous(&server).with("Cookie", "machinaka=chosen-by-somebody-else");
    let answer = planted.sign_in("tanaka", PASSWORD, None);
    done(&answer, 201);
    assert!(!answer.header("set-cookie").contains("chosen"));
    refused(&planted.get("/session"), 401, "signed-out");
}

#[test]
fn a_temporary_password_opens_nothing_but_its_change() {
    on_each_database(|database| {
        let server = TestDirectory::at(&database.url, &["--empty"]);
        let temporary = account(&database.url, "chief", "admin", None);
        let person = Client::signed_in(&server, "chief", &temporary);
        assert_eq!(person.json("/session")["password_is_temporary"], true);
        let code = "password-is-temporary";
        refused(&person.get("/users"), 403, code);
        refused(&person.get("/tokens"), 403, code);
        for (method, path, body) in [
            ("POST", "/users", json!({"name": "a", "role": "admin"})),
            ("PATCH", "/users/1", json!({})),
            ("POST", "/users/1/password", Value::Null),
            ("POST", "/tokens", json!({"scope": "read"})),
            ("DELETE", "/tokens/1", Value::Null),
            ("POST", "/session/second-factor", Value::Null),
            ("PUT", "/session/second-factor", json!({"code": "1"})),
            ("DELETE", "/session/second-factor", json!({"code": "1"})),
        ] {
            refused(&person.send(method, path, &body), 403, code);
        }
        let change = |new: &str| json!({"old": temporary, "new": new});
        let answer = person.send("PUT", "/session/password", &change(&temporary));
        refused(&answer, 422, "unfit-password");
        let answer = person.send("PUT", "/session/password", &change(PASSWORD));
        done(&answer, 204);
        assert_eq!(person.json("/session")["password_is_temporary"], false);
        done(&person.get("/users"), 200);
        // It is worth nothing any more.
        let answer = Client::anonymous(&server).sign_in("chief", &temporary, None);
        refused(&answer, 401, "wrong-credentials");
        // Nor is one that nobody used for a week.
        let temporary = account(&database.url, "late", "editor", None);
        database
            .run("update users set password_at = password_at - 604801000000 where name = 'late'")
            .unwrap();
        let answer = Client::anonymous(&server).sign_in("late", &temporary, None);
        refused(&answer, 403, "temporary-password-too-old");
        let answer = Client::anonymous(&server).sign_in("late", "wrong", None);
        refused(&answer, 401, "wrong-credentials");
        // And signing out needs no password of one's own.
        let temporary = said(&database.url, &["user", "reset-password", "late"]);
        let person = Client::signed_in(&server, "late", &temporary);
        done(&person.send_bytes("DELETE", "/session", &[], b""), 204);
    });
}

/// Every request that changes something, of those behind a login.
fn changing() -> Vec<(&'static str, String)> {
    let routes = machinaka::http::routes().into_iter();
    let changing = routes.filter(|(method, path)| {
        let private = ["/session", "/users", "/tokens", "/submissions"];
        *method != "GET"
            && private.iter().any(|start| path.starts_with(start))
            && (*method, *path) != ("POST", "/session")
    });
    changing
        .map(|(method, path)| (method, path.replace("{id}", "1")))
        .collect()
}

#[test]
fn only_our_own_pages_change_anything_in_a_session() {
    let server = TestDirectory::with(BEHIND_A_PROXY);
    let arriving = Client::arriving(&server, "chief", "admin", None);
    let visitor = visitor(&server, "192.0.2.1");
    let chief = visitor.holding(&visitor.sign_in("chief", PASSWORD, None));
    let others_csrf = arriving.json("/session")["csrf"]
        .as_str()
        .unwrap()
        .to_owned();
    let changing = changing();
    assert!(changing.len() >= 10, "{changing:?}");
    for (method, path) in &changing {
        let send = |client: &Client<'_>| client.send(method, path, &json!({}));
        for stranger in [
            chief.with("Origin", "https://evil.example"),
            chief.with("Origin", "null"),
            chief.with("Origin", ""),
            chief.with("Sec-Fetch-Site", "cross-site"),
            chief.with("Sec-Fetch-Site", "same-site"),
            // Programs have tokens: with a cookie, one of the two headers must be there.
            chief.without("Origin").without("Sec-Fetch-Site"),
        ] {
            refused(&send(&stranger), 403, "other-site");
        }
        for stale in [
            chief.without("X-CSRF-Token"),
            chief.with("X-CSRF-Token", ""),
            chief.with("X-CSRF-Token", &others_csrf),
            chief.without("Origin").without("X-CSRF-Token"),
        ] {
            refused(&send(&stale), 403, "csrf");
        }
    }
    done(&chief.get("/session"), 200);
    // Reading needs neither, and no other site's page can read the answer.
    let plain = chief
        .without("Origin")
        .without("Sec-Fetch-Site")
        .without("X-CSRF-Token");
    for path in ["/session", "/users", "/tokens"] {
        let answer = plain.with("Origin", "https://evil.example").get(path);
        done(&answer, 200);
        assert_eq!(answer.header("access-control-allow-origin"), "");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[test]
fn reading_changes_nothing() {
    let server = TestDirectory::with(&[]);
    let chief = Client::arriving(&server, "chief", "admin", None);
    let file = server.database.strip_prefix("sqlite:").unwrap();
    let bytes = || {
        let parts = ["", "-wal"].map(|part| std::fs::read(format!("{file}{part}")).unwrap());
        parts.concat()
    };
    let before = bytes();
    for (_, path) in machinaka::http::routes() {
        let path = path
            .replace("{collection}", "facilities")
            .replace("{id}", "hub-001")
            .replace("{z}/{y}/{x}", "5/12/28");
        for method in ["GET", "HEAD", "OPTIONS"] {
            let client = chief.without("Origin");
            client.send_bytes(method, &path, &[], b"");
            client.send(method, &path, &json!({"disabled": true, "code": "1"}));
            // A form can say it is something else; nobody believes it.
            let disguised = client.with("X-HTTP-Method-Override", "DELETE");
            disguised.send_bytes(method, &format!("{path}?_method=DELETE"), &[], b"");
        }
    }
    assert!(before == bytes(), "a GET has written into the database");
    done(&chief.get("/session"), 200);
}

/// To compare a password takes a while; what happens meanwhile must count.
#[test]
fn what_was_reset_meanwhile_lets_nobody_in() {
    on_each_database(|database| {
        let store = database.store();
        account(&database.url, "tanaka", "editor", None);
        let look = || store.account_named(&folded("tanaka")).unwrap().unwrap();
        let now = Moment(1_700_000_000_000_000);
        let session = Session {
            hash: "a".repeat(64),
            csrf: "b".to_owned(),
            created_at: now,
            used_at: now,
            expires_at: now,
        };
        let begins = |before| {
            store
                .begin_session(before, &session, &"d".repeat(64), "pair:x", &[], now)
                .unwrap()
        };
        let before = look();
        let hash = passwords::hash("the attacker's password").unwrap();
        store
            .reset_password(before.user.id, &hash, false, now)
            .unwrap();
        assert!(!begins(&before), "a session of the password before");
        let chosen = store.choose_password(&before, &hash, "", now).unwrap();
        assert!(!chosen, "the reset is undone");
        let before = look();
        said(&database.url, &["user", "disable", "tanaka"]);
        assert!(!begins(&before), "a session of somebody disabled");
        said(&database.url, &["user", "enable", "tanaka"]);
        let id = before.user.id;
        assert!(store.offer_second_factor(id, "SECRET").unwrap());
        assert!(begins(&before), "an offered factor is none yet");
        store.end_session(&session.hash).unwrap();
        assert!(store.use_second_factor(id, "SECRET", 1).unwrap());
        assert!(!begins(&before), "a session without the second factor");
        assert!(!store.offer_second_factor(id, "OTHER").unwrap());
        assert_eq!(look().second_factor.as_deref(), Some("SECRET"));
    });
}
