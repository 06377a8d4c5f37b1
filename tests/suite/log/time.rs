//! A clock that is set back: time in the log goes on.

use machinaka::domain::change::{ActorId, Moment, Seq};
use serde_json::json;

use super::on_each_place;
use crate::history::{ITEMS, body, state};
use crate::support::databases::on_each_database;
use crate::support::people::Client;
use crate::support::server::TestDirectory;

#[test]
fn no_change_is_older_than_the_one_before() {
    on_each_database(|database| {
        let store = database.store();
        for at in [5_000_000, 9_000_000, 3_000_000, 8_999_999, 12_000_000] {
            let hub = [state(&body("a", json!({ "seats": at / 1000 })))];
            store
                .publish(ActorId::CLI, None, hub, None, Moment(at))
                .unwrap();
        }
        let times: Vec<i64> = (1..=5)
            .map(|seq| store.moment_of(Seq(seq)).unwrap().unwrap().0)
            .collect();
        assert_eq!(
            times,
            [5_000_000, 9_000_000, 9_000_000, 9_000_000, 12_000_000]
        );
        store.verify(|_, _| ()).unwrap();
    });
}

#[test]
fn a_change_of_a_clock_that_ran_ahead_is_there_now_and_the_next_is_logged() {
    on_each_place(&[], |place| {
        let ahead = Moment(4_102_444_800_000_000);
        let hub = [state(&body("a", json!({})))];
        let store = place.database.store();
        store.publish(ActorId::CLI, None, hub, None, ahead).unwrap();
        let server = TestDirectory::at(&place.database.url, &["--empty"])
            .expecting(&["the clock is behind the last change"]);
        let writer = place.program("writer", "admin", None);
        let writer = Client {
            server: &server,
            ..writer
        };
        let item = format!("{ITEMS}/a");
        let etag = server.get(&item).header("etag").to_owned();
        let patch = json!({ "type": "Feature", "properties": { "seats": 9 } });
        let done = writer.with("If-Match", &etag).send("PATCH", &item, &patch);
        assert_eq!(done.status, 200, "{}", done.text);
        let now = server.json(&item);
        assert_eq!(now["properties"]["updated_at"], "2100-01-01T00:00:00Z");
        assert!(server.has_logged(&["WARN", "the clock is behind the last change"]));
        assert_eq!(
            server.json("/readyz")["age_seconds"]
                .as_i64()
                .map(|age| age < 60),
            Some(true)
        );
    });
}
