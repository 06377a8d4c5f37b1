//! A database that is away, or accepts everything and answers nothing; and two replicas of one database.

use std::thread;

use machinaka::domain::change::{ActorId, Seq};
use serde_json::{Value, json};

use crate::history::{ITEMS, body, hours, state};
use crate::support::databases::{Database, on_each_database};
use crate::support::people::{Client, account, token};
use crate::support::proxy::Proxy;
use crate::support::server::TestDirectory;

/// What a server may log while its database is away.
const AWAY: &[&str] = &[
    "the log cannot be read",
    "\"status\":503",
    "diesel::r2d2",
    "r2d2",
];

fn hub(name: &str) -> Value {
    json!({
        "type": "Feature",
        "geometry": { "type": "Point", "coordinates": [136.2655, 35.3814] },
        "properties": { "name": name, "kind": "coworking", "status": "open", "address": "滋賀県長浜市元浜町12-38" },
    })
}

/// Questions that need no database once they were answered.
const PUBLIC: &[&str] = &[
    ITEMS,
    "/collections/facilities/items?near=136.26,35.38&limit=3",
    "/collections/facilities/items/a?as-of=1",
    "/collections/facilities/items/a?as-of=2026-01-01T00:30:00Z",
    "/coverage?area=25203&within=1000&geometry=false&f=json",
    "/collections/population/items?area=25203&limit=3",
    "/changes",
    "/changes?since=1",
    "/places?q=%E9%95%B7%E6%B5%9C",
];

#[test]
fn a_silent_database_fails_writes_in_time_and_nothing_is_written_later() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let store = database.store();
    for (n, seats) in [(0, 1), (1, 2)] {
        let hub = [state(&body("a", json!({ "seats": seats })))];
        store
            .publish(ActorId::CLI, None, hub, None, hours(n))
            .unwrap();
    }
    let (proxy, url) = Proxy::before(&database.url);
    let server = TestDirectory::at(&url, &["--empty"]).expecting(AWAY);
    account(&database.url, "writer", "admin", None);
    let writer = Client::program(&server, &token(&database.url, "writer", "publish"));
    // As-of states are built when they are asked for; all else is there before it is.
    assert_eq!(server.get(PUBLIC[2]).status, 200);
    let make = |name: &str| writer.send("POST", ITEMS, &hub(name));
    let first = make("最初の拠点");
    assert_eq!(first.status, 201, "{}", first.text);
    server.wait_until(|| server.json("/readyz")["seq"] == 3);
    // The thread that follows the log has read what it keeps.
    thread::sleep(std::time::Duration::from_secs(3));

    proxy.fall_silent();
    thread::scope(|scope| {
        let names = ["沈黙の一", "沈黙の二", "沈黙の三"];
        let writes: Vec<_> = names
            .map(|name| scope.spawn(move || make(name).status))
            .into_iter()
            .collect();
        for path in PUBLIC {
            let answer = server.get(path);
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        }
        for write in writes {
            assert_eq!(write.join().unwrap(), 503);
        }
    });
    server.wait_until(|| server.get("/readyz").status == 503);
    for path in PUBLIC {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    proxy.speak();
    server.wait_until(|| server.get("/readyz").status == 200);
    let again = make("もう一度");
    assert_eq!(again.status, 201, "{}", again.text);
    // What was answered as failed has not come about, and does not when the network delivers it.
    server.wait_until(|| {
        database.number(
            "select count(*) from pg_stat_activity
             where datname = current_database() and state like 'idle in transaction%'",
        ) == 0
    });
    assert_eq!(store.head().unwrap().seq, Seq(4));
    assert_eq!(database.number("select count(*) from submission"), 2);
    store.verify(|_, _| ()).unwrap();
}

#[test]
fn a_database_that_refuses_is_waited_for() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.store();
    let (proxy, url) = Proxy::before(&database.url);
    let server = TestDirectory::at(&url, &["--empty"]).expecting(AWAY);
    account(&database.url, "writer", "admin", None);
    let writer = Client::program(&server, &token(&database.url, "writer", "publish"));
    proxy.refuse();
    let refused = writer.send("POST", ITEMS, &hub("拠点"));
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert_eq!(server.get(ITEMS).status, 200);
    proxy.speak();
    server.wait_until(|| {
        let done = writer.send("POST", ITEMS, &hub("拠点"));
        assert!([201, 503].contains(&done.status), "{}", done.text);
        done.status == 201
    });
}

#[test]
fn a_request_repeated_at_two_replicas_at_once_has_one_answer_with_its_body() {
    on_each_database(|database| {
        database.store();
        let replicas = [(); 2].map(|()| TestDirectory::at(&database.url, &["--empty"]));
        account(&database.url, "writer", "admin", None);
        let token = token(&database.url, "writer", "publish");
        for round in 0..8 {
            let key = format!("key-{round}");
            let answers: Vec<_> = thread::scope(|scope| {
                let asked: Vec<_> = replicas
                    .iter()
                    .map(|replica| {
                        let (key, token) = (&key, &token);
                        scope.spawn(move || {
                            Client::program(replica, token)
                                .with("Idempotency-Key", key)
                                .send("POST", ITEMS, &hub(&format!("拠点 {round}")))
                        })
                    })
                    .collect();
                asked.into_iter().map(|one| one.join().unwrap()).collect()
            });
            for answer in &answers {
                assert_eq!(answer.status, 201, "{}", answer.text);
                assert_eq!(answer.json()["id"], answers[0].json()["id"]);
                assert!(answer.header("location").contains(ITEMS));
            }
        }
        assert_eq!(database.number("select count(*) from change"), 8);
    });
}
