//! A failover or a backup in the database's place takes the last changes away; their numbers come again.

use machinaka::domain::change::{ActorId, Moment, Proposal, Seq, Statement};
use machinaka::store::Store;
use machinaka::store::chain::Entry;
use serde_json::json;

use super::on_each_place;
use crate::history::{ITEMS, Place, body, hours, state};
use crate::support::databases::Database;
use crate::support::people::Client;
use crate::support::server::{TestDirectory, run};

const WENT_BACK: &str = "the log went back";

/// Puts another change in the last one's place in one transaction, as a failover would.
fn replace_last(database: &Database, proposal: &Proposal, at: Moment) {
    let store = database.store();
    let head = store.head().unwrap();
    let before = Seq(head.seq.0 - 1);
    let Statement::State(text) = &proposal.statement else {
        panic!("a state")
    };
    let entry = Entry {
        seq: head.seq,
        facility: proposal.facility.as_str(),
        body: Some(text),
        actor: ActorId::CLI,
        submission: None,
        at,
    };
    let previous = store.hash_of(before, &head).unwrap().unwrap();
    let hash = entry.chained_to(previous).unwrap();
    database.disarm();
    database
        .run(&format!(
            "begin; delete from change where seq = {seq};
            insert into change (seq, facility, actor, at, hash, body)
                values ({seq}, '{facility}', 1, {at}, '{hash}', '{text}');
            update log_head set hash = '{hash}'; commit;",
            seq = head.seq,
            facility = proposal.facility,
            at = at.0,
        ))
        .unwrap();
    store.verify(|_, _| ()).unwrap();
}

/// Takes the last changes away, down to a number.
fn cut(database: &Database, to: i64) {
    database.disarm();
    database
        .run(&format!(
            "begin; delete from change where seq > {to};
            update log_head set seq = {to}, hash = (select hash from change where seq = {to}); commit;"
        ))
        .unwrap();
}

fn hub(id: &str, seats: u32) -> Proposal {
    state(&body(id, json!({ "seats": seats })))
}

#[test]
fn a_number_that_comes_again_is_another_change() {
    on_each_place(&[WENT_BACK], |place| {
        place.publish(&[hub("a", 1), hub("b", 1)]);
        place.publish(&[hub("a", 2)]);
        // The very same value and time, but of another facility: only the chain tells them apart.
        let server = TestDirectory::at(&place.database.url, &["--empty"]).expecting(&[WENT_BACK]);
        let item = format!("{ITEMS}/a");
        let paths = [
            ITEMS,
            &item,
            "/collections/facilities/tiles/WebMercatorQuad/5/12/28",
        ];
        let old: Vec<String> = paths
            .iter()
            .map(|path| server.get(path).header("etag").to_owned())
            .collect();
        assert_eq!(server.json(&item)["properties"]["seats"], 2);
        replace_last(place.database, &hub("b", 2), hours(1));
        server.wait_until(|| server.json(&item)["properties"]["seats"] == 1);
        for (path, old) in paths.iter().zip(&old) {
            let again = server.request(path, &[("If-None-Match", old)]);
            assert_eq!(again.status, 200, "{path}");
        }
        let ready = server.json("/readyz");
        assert_eq!((&ready["status"], &ready["seq"]), (&json!("ok"), &json!(3)));
        assert_eq!(ready["log"]["went_back"]["from"], 3, "{ready}");
        assert_eq!(ready["log"]["went_back"]["to"], 3, "{ready}");
        assert!(server.has_logged(&["WARN", "the log went back", "\"shown\":3"]));
        // It goes on from there.
        place
            .database
            .store()
            .publish(ActorId::CLI, None, [hub("a", 7)], None, hours(5))
            .unwrap();
        server.wait_until(|| server.json(&item)["properties"]["seats"] == 7);
    });
}

#[test]
fn a_shorter_log_is_noticed_and_a_longer_one_with_another_beginning() {
    on_each_place(&[WENT_BACK], |place| {
        for seats in 1..=4 {
            place.publish(&[hub("a", seats)]);
        }
        let server = TestDirectory::at(&place.database.url, &["--empty"]).expecting(&[WENT_BACK]);
        let past = format!("{ITEMS}/a?as-of=3");
        assert_eq!(server.json(&past)["properties"]["seats"], 3);
        cut(place.database, 2);
        server.wait_until(|| server.json("/readyz")["seq"] == 2);
        assert_eq!(server.json("/readyz")["log"]["went_back"]["from"], 4);
        let store = place.database.store();
        for seats in 11..=14 {
            let hub = [hub("a", seats)];
            store
                .publish(ActorId::CLI, None, hub, None, hours(9))
                .unwrap();
        }
        server.wait_until(|| server.json("/readyz")["seq"] == 6);
        // What was remembered of the old log's past is not taken for the new one's.
        assert_eq!(server.json(&past)["properties"]["seats"], 11);
        assert_eq!(
            server.json(&format!("{ITEMS}/a"))["properties"]["seats"],
            14
        );
    });
}

#[test]
fn a_change_seen_before_is_not_the_one_of_the_same_number() {
    on_each_place(&[WENT_BACK], |place| {
        place.publish(&[hub("a", 1)]);
        place.publish(&[hub("a", 2)]);
        let seen = place.etag("a");
        let server = TestDirectory::at(&place.database.url, &["--empty"]).expecting(&[WENT_BACK]);
        replace_last(place.database, &hub("a", 3), hours(1));
        let item = format!("{ITEMS}/a");
        server.wait_until(|| server.json(&item)["properties"]["seats"] == 3);
        let writer = place.program("writer", "admin", None);
        let writer = Client {
            server: &server,
            ..writer
        };
        let patch = json!({ "type": "Feature", "properties": { "seats": 9 } });
        let stale = writer.with("If-Match", &seen).send("PATCH", &item, &patch);
        assert_eq!(stale.status, 412, "{}", stale.text);
        let now = server.get(&item).header("etag").to_owned();
        let done = writer.with("If-Match", &now).send("PATCH", &item, &patch);
        assert_eq!(done.status, 200, "{}", done.text);
    });
}

#[test]
fn a_server_of_a_restored_backup_answers_no_304_for_other_rows() {
    let database = Database::sqlite();
    let place = Place::new(&database);
    place.publish(&[hub("a", 1)]);
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("backup").display().to_string();
    let done = run(&["backup", &backup, "--database", &database.url]);
    assert!(done.status.success());
    let etags = |server: &TestDirectory| {
        let paths = [ITEMS, "/changes"];
        paths.map(|path| server.get(path).header("etag").to_owned())
    };
    let before = etags(&place.server);
    place.publish(&[hub("a", 2)]);
    let lost = etags(&place.server);

    let restored = format!("sqlite:{}", folder.path().join("restored").display());
    let done = run(&["restore", &backup, "--database", &restored]);
    assert!(done.status.success());
    let store = Store::open(&restored).unwrap();
    let server = TestDirectory::at(&restored, &["--empty"]);
    assert_eq!(etags(&server), before, "the same state has the same ETag");
    store
        .publish(ActorId::CLI, None, [hub("a", 3)], None, hours(1))
        .unwrap();
    server.wait_until(|| server.json("/readyz")["seq"] == 2);
    for (path, old) in [ITEMS, "/changes"].iter().zip(&lost) {
        let again = server.request(path, &[("If-None-Match", old)]);
        assert_eq!(again.status, 200, "{path}");
    }
    let build = server.json("/readyz")["build"].clone();
    assert_eq!(build.as_str().map(str::len), Some(16), "{build}");
}
