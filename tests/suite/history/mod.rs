//! What became of facilities: changes, histories, undo, the state as of then, redaction.

mod changes;
mod past;
mod redaction;
mod versions;

use std::sync::atomic::{AtomicI64, Ordering};

use machinaka::domain::change::{ActorId, Moment, Proposal, Seq, Statement};
use machinaka::domain::facility::FacilityId;
use serde_json::{Value, json};

use crate::support::databases::{Database, on_each_database};
use crate::support::people::{Client, account, token};
use crate::support::server::TestDirectory;

pub const ITEMS: &str = "/collections/facilities/items";

/// A facility's stored form: in Nagahama, unless members say otherwise.
pub fn body(id: &str, members: Value) -> Value {
    let mut body = json!({
        "id": id, "position": [136.2655, 35.3814], "name": "黒壁オフィス", "status": "open",
        "municipality": "25203", "municipality_name": "長浜市", "prefecture": "滋賀県",
        "position_precision": "building", "sources": [], "synthetic": false,
    });
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

/// The same in Shibuya.
pub fn in_shibuya(id: &str, members: Value) -> Value {
    let mut body = body(
        id,
        json!({ "position": [139.7016, 35.658], "municipality": "13113", "municipality_name": "渋谷区",
            "prefecture": "東京都", "name": "渋谷の拠点" }),
    );
    for (name, value) in members.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

pub fn state(body: &Value) -> Proposal {
    Proposal {
        facility: FacilityId::new(body["id"].as_str().unwrap()).unwrap(),
        statement: Statement::State(body.to_string()),
    }
}

pub fn withdrawal(id: &str) -> Proposal {
    Proposal {
        facility: FacilityId::new(id).unwrap(),
        statement: Statement::Withdrawn,
    }
}

/// An hour after the one before, from 2026-01-01T00:00:00Z on.
pub fn hours(n: i64) -> Moment {
    Moment((1_767_225_600 + n * 3600) * 1_000_000)
}

/// A server of an empty directory, and its database.
pub struct Place<'a> {
    pub database: &'a Database,
    pub server: TestDirectory,
    hour: AtomicI64,
}

impl<'a> Place<'a> {
    pub fn new(database: &'a Database) -> Place<'a> {
        Place {
            database,
            server: TestDirectory::at(&database.url, &["--empty"]),
            hour: AtomicI64::new(0),
        }
    }

    /// Publishes behind the server's back, each time an hour later, and waits until it shows.
    pub fn publish(&self, proposals: &[Proposal]) -> Seq {
        self.publish_as(ActorId::CLI, proposals)
    }

    pub fn publish_as(&self, actor: ActorId, proposals: &[Proposal]) -> Seq {
        let hour = self.hour.fetch_add(1, Ordering::Relaxed);
        let store = self.database.store();
        let published = store.publish(actor, None, proposals, None, hours(hour));
        let last = *published.unwrap().unwrap().end();
        self.server
            .wait_until(|| self.server.json("/readyz")["seq"] == last.0);
        last
    }
}

impl Place<'_> {
    /// A program that acts for somebody new with this role.
    pub fn program(&self, name: &str, role: &str, area: Option<&str>) -> Client<'_> {
        account(&self.database.url, name, role, area);
        let scope = "publish";
        Client::program(&self.server, &token(&self.database.url, name, scope))
    }

    /// The item's ETag.
    pub fn etag(&self, id: &str) -> String {
        let answer = self.server.get(&format!("{ITEMS}/{id}"));
        answer.header("etag").to_owned()
    }
}

/// Runs a check with an empty directory on each database.
pub fn on_each_place(check: impl Fn(&Place<'_>)) {
    on_each_database(|database| check(&Place::new(database)));
}
