//! A directory with people of every sort, and things of two municipalities for them to try.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::databases::Database;
use crate::support::people::{Client, account, said, token};
use crate::support::server::{Answer, TestDirectory};

/// Everybody who tries, as the table's columns. Those with a token have a reviewer's of A, of the
/// scope named, where nothing else is said.
pub const ROLES: &[&str] = &[
    "anonymous",
    "planner",
    "editor_a",
    "editor_b",
    "reviewer_a",
    "reviewer_b",
    "reviewer_prefecture_a",
    "admin",
    "temporary",
    "disabled",
    "expired",
    "token_read",
    "token_submit",
    "token_publish",
    "token_publish_b",
    "token_revoked",
    "token_disabled",
];

/// What no refusal may tell of something that is not theirs.
pub const SECRETS: &[&str] = &["まだ秘密", "080-0000-0000", "秘密の名前.geojson"];

/// A municipality with shipped facilities, and a point of it for new ones.
pub struct Place {
    pub code: &'static str,
    pub hub: &'static str,
    pub position: [f64; 2],
    pub owner: &'static str,
}

/// 山口市, of prefecture 35.
pub const A: Place = Place {
    code: "35203",
    hub: "hub-060",
    position: [131.46552, 34.18848],
    owner: "editor_a",
};

/// 松山市, of prefecture 38.
pub const B: Place = Place {
    code: "38201",
    hub: "hub-067",
    position: [132.76349, 33.83675],
    owner: "editor_b",
};

pub struct World {
    server: &'static TestDirectory,
    pub database: Database,
    clients: BTreeMap<&'static str, Client<'static>>,
    temporary: String,
    count: Cell<u32>,
    /// A submission of each municipality that only waits, for reading.
    waiting: [i64; 2],
    victim: i64,
}

/// A request, but for who sends it.
struct Request {
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Value,
}

impl World {
    pub fn new() -> World {
        let database = Database::sqlite();
        // Lives as long as the test's process; the shell in between ends it with that.
        let server: &'static TestDirectory =
            Box::leak(Box::new(TestDirectory::at(&database.url, &[])));
        let url = &database.url;
        let mut clients = BTreeMap::from([("anonymous", Client::anonymous(server).on_our_page())]);
        for (role, of, area) in [
            ("planner", "planner", None),
            ("editor_a", "editor", Some(A.code)),
            ("editor_b", "editor", Some(B.code)),
            ("reviewer_a", "reviewer", Some(A.code)),
            ("reviewer_b", "reviewer", Some(B.code)),
            ("reviewer_prefecture_a", "reviewer", Some(&A.code[..2])),
            ("admin", "admin", None),
            ("disabled", "admin", None),
            ("expired", "admin", None),
        ] {
            clients.insert(role, Client::arriving(server, role, of, area));
        }
        for (role, of, scope) in [
            ("token_read", "reviewer_a", "read"),
            ("token_submit", "reviewer_a", "submit"),
            ("token_publish", "reviewer_a", "publish"),
            ("token_publish_b", "reviewer_b", "publish"),
            ("token_revoked", "admin", "publish"),
            ("token_disabled", "disabled", "publish"),
        ] {
            clients.insert(role, Client::program(server, &token(url, of, scope)));
        }
        let revoked = database.number("select max(id) from token") - 1;
        said(url, &["token", "revoke", &revoked.to_string()]);
        said(url, &["user", "disable", "disabled"]);
        let expire = "update session set expires_at = 1 where actor = (select id from users where name = 'expired')";
        database.run(expire).unwrap();
        let temporary = account(url, "temporary", "admin", None);
        let person = Client::signed_in(server, "temporary", &temporary);
        clients.insert("temporary", person);
        account(url, "victim", "editor", Some(B.code));
        let victim = database.number("select id from users where name = 'victim'");
        let mut world = World {
            server,
            database,
            clients,
            temporary,
            count: Cell::new(0),
            waiting: [0; 2],
            victim,
        };
        world.waiting = [&A, &B].map(|place| world.submission(place, true));
        world
    }

    pub fn client(&self, role: &str) -> &Client<'static> {
        &self.clients[role]
    }

    /// Sends what a row of the table is about.
    pub fn ask(&self, role: &str, method: &str, path: &str, case: &str) -> Answer {
        let request = self
            .request(role, method, path, case)
            .unwrap_or_else(|| panic!("{method} {path} “{case}”: what should be sent?"));
        // What ends a session should not end the one that others need.
        let alone = path.starts_with("/session") && method != "GET";
        let client = match role {
            "temporary" if alone => Client::signed_in(self.server, role, &self.temporary),
            "anonymous" | "disabled" | "expired" => self.client(role).clone(),
            _ if alone && !role.starts_with("token") => {
                Client::signed_in(self.server, role, crate::support::people::PASSWORD)
            }
            _ => self.client(role).clone(),
        };
        let mut headers: Vec<(&str, &str)> = request
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let body = match &request.body {
            Value::Null => String::new(),
            body => {
                headers.push(("Content-Type", "application/json"));
                body.to_string()
            }
        };
        client.send_bytes(method, &request.path, &headers, body.as_bytes())
    }

    fn request(&self, role: &str, method: &str, path: &str, case: &str) -> Option<Request> {
        let (place, what) = match case.split_once(' ').unwrap_or((case, "")) {
            ("b", what) => (&B, what),
            (_, what) => (&A, what),
        };
        let plain = |path: String, body: Value| Request {
            path,
            headers: Vec::new(),
            body,
        };
        let matched = |path: String, tag: String, body: Value| Request {
            headers: vec![("If-Match", tag)],
            ..plain(path, body)
        };
        let of = |id: i64| path.replace("{id}", &id.to_string());
        let waiting = self.waiting[usize::from(case.starts_with('b'))];
        let fresh = |send: bool| {
            let id = self.submission(place, send);
            (of(id), self.revision(place, id))
        };
        Some(match (method, path) {
            ("POST", "/collections/facilities/items") => plain(items(""), self.feature(place)),
            ("PUT", "/collections/facilities/items/{id}") => {
                let id = self.facility(place);
                matched(items(&id), "*".to_owned(), self.feature(place))
            }
            ("PATCH", "/collections/facilities/items/{id}") => {
                let id = self.facility(place);
                let patch = json!({"properties": {"seats": 7}});
                matched(items(&id), "*".to_owned(), patch)
            }
            ("DELETE", "/collections/facilities/items/{id}") => {
                let id = self.facility(place);
                matched(items(&id), "*".to_owned(), Value::Null)
            }
            ("POST", "/collections/facilities/items/{id}/reports") => {
                let path = path.replace("{id}", place.hub);
                plain(path, json!({"kind": "hours", "text": "土曜も開いています"}))
            }
            ("POST", "/collections/facilities/items/{id}/undo") => {
                let (id, first) = self.changed_facility(place);
                let path = path.replace("{id}", &id);
                matched(path, "*".to_owned(), json!({"seq": first}))
            }
            ("POST", "/changes/{seq}/redaction") => {
                let (_, first) = self.changed_facility(place);
                let path = path.replace("{seq}", &first.to_string());
                plain(path, json!({"field": "operator", "reason": "個人名"}))
            }
            ("POST", "/submissions") => {
                let area = match case {
                    "-" => String::new(),
                    _ => format!("&area={}", place.code),
                };
                let path = format!("/submissions?file=a.geojson{area}");
                plain(path, self.feature(place))
            }
            ("GET", path) if path.starts_with("/submissions/{id}") => {
                plain(of(waiting), Value::Null)
            }
            ("PATCH", "/submissions/{id}") => {
                let (path, tag) = fresh(what != "draft");
                let body = match what {
                    "draft" => json!({"contact": "080-1111-1111"}),
                    "taken back" => json!({"state": "draft"}),
                    "looked at" => json!({"seen": 1}),
                    "looked at and changed" => json!({"seen": 1, "state": "withdrawn"}),
                    _ => return None,
                };
                matched(path, tag, body)
            }
            ("POST", "/submissions/{id}/decision") => {
                let (path, tag) = fresh(true);
                let decision = json!({"decision": what, "note": "a note"});
                matched(path, tag, decision)
            }
            // Nothing of it was published: only its owner hears so.
            ("POST", "/submissions/{id}/rest") => {
                plain(of(self.submission(place, true)), Value::Null)
            }
            ("POST", "/submissions/{id}/told") => {
                let id = self.submission(place, true);
                let decision = json!({"decision": "return", "note": "まだ秘密"});
                let tag = self.revision(place, id);
                let path_of_decision = format!("/submissions/{id}/decision");
                let headers = [
                    ("If-Match", tag.as_str()),
                    ("Content-Type", "application/json"),
                ];
                let decision = decision.to_string();
                let answer = self.client("admin").send_bytes(
                    "POST",
                    &path_of_decision,
                    &headers,
                    decision.as_bytes(),
                );
                assert_eq!(answer.status, 200, "{}", answer.text);
                plain(of(id), Value::Null)
            }
            ("DELETE", "/tokens/{id}") => {
                let owner = match (case, role) {
                    // Whoever has no account has no token of their own.
                    ("other", _) | (_, "anonymous") => "victim",
                    (_, role) if role.starts_with("token") => "reviewer_a",
                    (_, role) => role,
                };
                token(&self.database.url, owner, "read");
                let id = self.database.number("select max(id) from token");
                plain(of(id), Value::Null)
            }
            ("POST", "/tokens") => plain(path.to_owned(), json!({"scope": "read"})),
            ("POST", "/users") => {
                let name = format!("somebody {}", self.next());
                plain(path.to_owned(), json!({"name": name, "role": "editor"}))
            }
            ("PATCH", "/users/{id}") => plain(of(self.victim), json!({"disabled": false})),
            ("POST", "/users/{id}/password") => plain(of(self.victim), Value::Null),
            // What is refused only of somebody who is let in: no member, an unfit password, no factor.
            ("POST", "/session") => plain(path.to_owned(), json!({})),
            ("PUT", "/session/password") => {
                plain(path.to_owned(), json!({"old": "a", "new": "short"}))
            }
            ("PUT" | "DELETE", "/session/second-factor") => {
                plain(path.to_owned(), json!({"code": "123456"}))
            }
            ("DELETE", "/session") | ("POST", "/session/second-factor") => {
                plain(path.to_owned(), Value::Null)
            }
            ("POST", "/coverage") => plain(
                path.to_owned(),
                json!({"type": "Polygon", "coordinates": [[[139.7, 35.6], [139.8, 35.6], [139.8, 35.7], [139.7, 35.6]]]}),
            ),
            ("POST", "/siting") => plain(
                format!("{path}?area=13101"),
                json!({"type": "FeatureCollection", "features": [
                    {"type": "Feature", "geometry": {"type": "Point", "coordinates": [139.75, 35.69]}, "properties": {"name": "空き店舗"}},
                ]}),
            ),
            ("GET", path) => plain(public(path, place), Value::Null),
            _ => return None,
        })
    }

    fn next(&self) -> u32 {
        self.count.set(self.count.get() + 1);
        self.count.get()
    }

    /// A Feature of a new facility there, near no other.
    pub fn feature(&self, place: &Place) -> Value {
        let n = self.next();
        // Some hundred metres apart, so that none looks like another.
        let (east, north) = (f64::from(n % 20), f64::from(n / 20));
        let [lon, lat] = place.position;
        json!({
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon + 0.001 * east, lat + 0.001 * north]},
            "properties": {"name": format!("まだ秘密 {n}号館"), "kind": "coworking"},
        })
    }

    /// A published facility there, made for this one purpose.
    pub fn facility(&self, place: &Place) -> String {
        let made = self
            .client("admin")
            .send("POST", &items(""), &self.feature(place));
        assert_eq!(made.status, 201, "{}", made.text);
        made.json()["id"].as_str().unwrap().to_owned()
    }

    /// The same, changed once; with the number of its first change.
    fn changed_facility(&self, place: &Place) -> (String, i64) {
        let id = self.facility(place);
        let patch = |operator: &str| {
            let patch = json!({"properties": {"operator": operator}});
            let client = self.client("admin").with("If-Match", "*");
            let answer = client.send("PATCH", &items(&id), &patch);
            assert_eq!(answer.status, 200, "{}", answer.text);
        };
        patch("まだ秘密");
        let first = self.database.number(&format!(
            "select max(seq) from change where facility = '{id}'"
        ));
        patch("ほかの人");
        (id, first)
    }

    /// A submission of the place's editor.
    pub fn submission(&self, place: &Place, send: bool) -> i64 {
        let path = format!("/submissions?file=秘密の名前.geojson&send={send}");
        let owner = self.client(place.owner);
        let path = path.replace("秘密の名前", &crate::support::server::encoded("秘密の名前"));
        let made = owner.send("POST", &path, &self.feature(place));
        assert_eq!(made.status, 201, "{}", made.text);
        let id = made.json()["id"].as_i64().unwrap();
        if !send {
            let tag = self.revision(place, id);
            let headers = [
                ("If-Match", tag.as_str()),
                ("Content-Type", "application/json"),
            ];
            let contact = br#"{"contact": "080-0000-0000"}"#;
            let path = format!("/submissions/{id}");
            let answer = owner.send_bytes("PATCH", &path, &headers, contact);
            assert_eq!(answer.status, 200, "{}", answer.text);
        }
        id
    }

    /// The tag that a write of it must name.
    pub fn revision(&self, place: &Place, id: i64) -> String {
        let answer = self.client(place.owner).get(&format!("/submissions/{id}"));
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.header("etag").to_owned()
    }
}

/// Where facilities are written.
pub fn items(id: &str) -> String {
    let path = "/collections/facilities/items";
    match id {
        "" => path.to_owned(),
        id => format!("{path}/{id}"),
    }
}

/// A path that anybody may read.
fn public(path: &str, place: &Place) -> String {
    match path {
        "/places" => "/places?q=a".to_owned(),
        "/collections/municipalities/items/{id}/feed" => {
            format!("/collections/municipalities/items/{}/feed", place.code)
        }
        "/collections/prefectures/items/{id}/feed" => {
            "/collections/prefectures/items/13/feed".to_owned()
        }
        "/coverage" => "/coverage?area=13101&within=800".to_owned(),
        "/siting" => "/siting?area=13101&count=2".to_owned(),
        "/assets/{file:.*}" => "/assets/none.js".to_owned(),
        "/icons/{file:.*}" => "/icons/none.png".to_owned(),
        "/manage/{rest:.*}" => "/manage/people".to_owned(),
        "/problems/{code}" => "/problems/forbidden".to_owned(),
        // Facilities' own are paths of their own.
        "/collections/{collection}/items" => "/collections/municipalities/items".to_owned(),
        "/collections/{collection}/items/{id}" => {
            "/collections/municipalities/items/13101".to_owned()
        }
        path => path
            .replace("{collection}", "facilities")
            .replace("{id}", place.hub)
            .replace("{z}/{y}/{x}", "5/12/28"),
    }
}
