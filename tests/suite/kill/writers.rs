//! Somebody who writes in every way there is, and remembers what was acknowledged.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::people::{exchanged, head};
use crate::support::server::{Answer, TestDirectory};

/// The server went away in the middle of a request: what came instead of an answer.
pub type Broken = String;

/// Rows of a file that is handed in.
const ROWS: usize = 15;

pub struct Writer {
    number: usize,
    token: String,
    session: Vec<(String, String)>,
    step: u32,
    /// By name, what is known of each facility.
    facilities: BTreeMap<String, Known>,
    /// Files handed in: name, revision, and what is known of what came of them.
    files: BTreeMap<String, Handed>,
    /// Numbers of tokens made, and whether they were revoked.
    tokens: BTreeMap<i64, bool>,
    /// A request whose answer never came, with what it would have done.
    doubt: Option<Doubt>,
}

#[derive(Clone, PartialEq, Debug)]
struct Known {
    id: String,
    seats: u32,
    is_withdrawn: bool,
}

#[derive(Clone, PartialEq, Debug)]
struct Handed {
    id: i64,
    is_published: bool,
}

#[derive(Debug)]
enum Doubt {
    Made { name: String, key: String },
    Changed { name: String, seats: u32 },
    Withdrawn { name: String },
    HandedIn { name: String, key: String },
    Approved { name: String },
    Token,
    Revoked { id: i64 },
}

/// A facility of its own place, far from the sea: writer by writer, so that none looks like another.
pub fn feature(name: &str, writer: usize, n: usize) -> Value {
    let (east, north) = ((n % 40) as f64, (n / 40) as f64);
    json!({
        "type": "Feature",
        "geometry": {
            "type": "Point",
            "coordinates": [137.9 + 0.015 * east, 35.6 + 0.006 * writer as f64 + 0.0002 * north],
        },
        "properties": {"name": name, "kind": "coworking", "seats": 0},
    })
}

/// Every facility that is published, by name; each name once.
pub fn everything(server: &TestDirectory) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for feature in server.all_pages("/collections/facilities/items?limit=10000&status=*") {
        let name = feature["properties"]["name"].as_str().unwrap().to_owned();
        let before = all.insert(name.clone(), feature);
        // Shipped ones may share a name.
        let is_ours = name.starts_with("writer ") || name.starts_with("import ");
        assert!(before.is_none() || !is_ours, "{name} is there twice");
    }
    all
}

impl Writer {
    pub fn new(number: usize, token: &str, session: &[(String, String)]) -> Writer {
        Writer {
            number,
            token: token.to_owned(),
            session: session.to_vec(),
            step: 0,
            facilities: BTreeMap::new(),
            files: BTreeMap::new(),
            tokens: BTreeMap::new(),
            doubt: None,
        }
    }

    /// One write of some sort.
    pub fn write(&mut self, address: &str) -> Result<(), Broken> {
        self.step += 1;
        let name = format!("writer {} step {}", self.number, self.step);
        let living = self
            .facilities
            .iter()
            .filter(|(_, known)| !known.is_withdrawn);
        let (oldest, last) = {
            let mut living = living.map(|(name, _)| name.clone());
            (living.next(), living.next_back())
        };
        match (self.step % 8, oldest, last) {
            (2 | 6, _, Some(last)) => self.change(address, &last),
            (4, Some(oldest), Some(_)) => self.withdraw(address, &oldest),
            (5, ..) => self.hand_in(address, name),
            (7, ..) => self.approve_one(address),
            (0, ..) => self.token(address),
            _ => self.make(address, name),
        }
    }

    fn make(&mut self, address: &str, name: String) -> Result<(), Broken> {
        let key = format!("key of {name}").replace(' ', "-");
        let doubt = Doubt::Made {
            name: name.clone(),
            key: key.clone(),
        };
        let answer = self.ask(address, doubt, |writer| writer.making(&name, &key))?;
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        self.facilities.insert(
            name,
            Known {
                id,
                seats: 0,
                is_withdrawn: false,
            },
        );
        Ok(())
    }

    fn making(&self, name: &str, key: &str) -> Request {
        let n = name.rsplit(' ').next().unwrap().parse().unwrap();
        let feature = feature(name, self.number, n);
        let request = Request::new("POST", "/collections/facilities/items", feature);
        request.with("Idempotency-Key", key)
    }

    fn change(&mut self, address: &str, name: &str) -> Result<(), Broken> {
        let seats = self.step;
        let path = self.path(name);
        let doubt = Doubt::Changed {
            name: name.to_owned(),
            seats,
        };
        self.ask(address, doubt, |_| {
            let patch = json!({"properties": {"seats": seats}});
            Request::new("PATCH", &path, patch).with("If-Match", "*")
        })?;
        self.facilities.get_mut(name).unwrap().seats = seats;
        Ok(())
    }

    fn withdraw(&mut self, address: &str, name: &str) -> Result<(), Broken> {
        let path = self.path(name);
        let doubt = Doubt::Withdrawn {
            name: name.to_owned(),
        };
        self.ask(address, doubt, |_| {
            Request::new("DELETE", &path, Value::Null).with("If-Match", "*")
        })?;
        self.facilities.get_mut(name).unwrap().is_withdrawn = true;
        Ok(())
    }

    fn hand_in(&mut self, address: &str, name: String) -> Result<(), Broken> {
        let key = format!("key of {name}").replace(' ', "-");
        let doubt = Doubt::HandedIn {
            name: name.clone(),
            key: key.clone(),
        };
        let answer = self.ask(address, doubt, |writer| writer.handing_in(&name, &key))?;
        let id = answer.json()["id"].as_i64().unwrap();
        self.files.insert(
            name,
            Handed {
                id,
                is_published: false,
            },
        );
        Ok(())
    }

    fn handing_in(&self, name: &str, key: &str) -> Request {
        let step: usize = name.rsplit(' ').next().unwrap().parse().unwrap();
        // Beyond the places of single facilities.
        let rows: Vec<Value> = (0..ROWS)
            .map(|n| {
                feature(
                    &format!("{name} row {n}"),
                    self.number + 100,
                    step * ROWS + n,
                )
            })
            .collect();
        let collection = json!({"type": "FeatureCollection", "features": rows});
        let path = format!("/submissions?send=true&file={}", name.replace(' ', "-"));
        Request::new("POST", &path, collection).with("Idempotency-Key", key)
    }

    fn approve_one(&mut self, address: &str) -> Result<(), Broken> {
        let open = self.files.iter().find(|(_, handed)| !handed.is_published);
        let Some((name, handed)) = open.map(|(name, handed)| (name.clone(), handed.clone())) else {
            return Ok(());
        };
        let path = format!("/submissions/{}/decision", handed.id);
        let doubt = Doubt::Approved { name: name.clone() };
        self.ask(address, doubt, |_| {
            Request::new("POST", &path, json!({"decision": "approve"})).with("If-Match", "\"1\"")
        })?;
        self.files.get_mut(&name).unwrap().is_published = true;
        Ok(())
    }

    /// Makes a token, or revokes the last: in the session.
    fn token(&mut self, address: &str) -> Result<(), Broken> {
        let open = self.tokens.iter().find(|(_, is_revoked)| !**is_revoked);
        if let Some((&id, _)) = open {
            let path = format!("/tokens/{id}");
            self.ask(address, Doubt::Revoked { id }, |_| {
                Request::new("DELETE", &path, Value::Null).in_session()
            })?;
            self.tokens.insert(id, true);
        } else {
            let answer = self.ask(address, Doubt::Token, |_| {
                Request::new("POST", "/tokens", json!({"scope": "read"})).in_session()
            })?;
            let id = answer.json()["id"].as_i64().unwrap();
            self.tokens.insert(id, false);
        }
        Ok(())
    }

    fn path(&self, name: &str) -> String {
        format!("/collections/facilities/items/{}", self.facilities[name].id)
    }

    fn ask(
        &mut self,
        address: &str,
        doubt: Doubt,
        request: impl FnOnce(&Writer) -> Request,
    ) -> Result<Answer, Broken> {
        let request = request(self);
        self.doubt = Some(doubt);
        let answer = self.exchange(address, &request)?;
        assert!(
            (200..300).contains(&answer.status),
            "{} {}: {} {}",
            request.method,
            request.path,
            answer.status,
            answer.text
        );
        self.doubt = None;
        Ok(answer)
    }

    fn exchange(&self, address: &str, request: &Request) -> Result<Answer, String> {
        let bearer = format!("Bearer {}", self.token);
        let mut headers: Vec<(&str, &str)> = vec![("Content-Type", "application/json")];
        if request.in_session {
            let session = self.session.iter();
            headers.extend(session.map(|(name, value)| (name.as_str(), value.as_str())));
        } else {
            headers.push(("Authorization", &bearer));
        }
        let own = request.headers.iter();
        headers.extend(own.map(|(name, value)| (*name, value.as_str())));
        let body = match &request.body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let head = head(address, request.method, &request.path, &headers, body.len());
        exchanged(address, head.as_bytes(), body.as_bytes())
    }

    /// After a crash: what was acknowledged is there, and what was not happened whole or not at all.
    pub fn settle(&mut self, server: &TestDirectory, published: &BTreeMap<String, Value>) {
        let doubt = self.doubt.take();
        if let Some(doubt) = doubt {
            self.find_out(server, published, doubt);
        }
        for (name, known) in &self.facilities {
            match (published.get(name), known.is_withdrawn) {
                (None, true) => {}
                (Some(feature), false) => {
                    assert_eq!(feature["id"], known.id, "{name}");
                    assert_eq!(feature["properties"]["seats"], known.seats, "{name}");
                }
                // Made again below with the key it was sent with before.
                (found, _) => assert!(
                    found.is_none() && known.seats == 0,
                    "{name}: {found:?} {known:?}"
                ),
            }
        }
        for (name, handed) in &self.files {
            let rows = rows_of(name, published);
            let expected = if handed.is_published { ROWS } else { 0 };
            assert_eq!(rows, expected, "rows of {name}");
        }
    }

    fn find_out(
        &mut self,
        server: &TestDirectory,
        published: &BTreeMap<String, Value>,
        doubt: Doubt,
    ) {
        let ask = |request: Request| self.exchange(server.address(), &request).unwrap();
        match doubt {
            Doubt::Made { name, key } => {
                // The same request again happens once, whether it had happened before or not.
                let answer = ask(self.making(&name, &key));
                assert_eq!(answer.status, 201, "{}", answer.text);
                let id = answer.json()["id"].as_str().unwrap().to_owned();
                if let Some(before) = published.get(&name) {
                    assert_eq!(before["id"], id, "{name} was made twice");
                }
                self.facilities.insert(
                    name,
                    Known {
                        id,
                        seats: 0,
                        is_withdrawn: false,
                    },
                );
            }
            Doubt::Changed { name, seats } => {
                let found = &published[&name]["properties"]["seats"];
                if *found == seats {
                    self.facilities.get_mut(&name).unwrap().seats = seats;
                }
            }
            Doubt::Withdrawn { name } => {
                let path = self.path(&name);
                let status = server.get(&path).status;
                assert!([200, 410].contains(&status), "{name}: {status}");
                self.facilities.get_mut(&name).unwrap().is_withdrawn = status == 410;
            }
            Doubt::HandedIn { name, key } => {
                let answer = ask(self.handing_in(&name, &key));
                assert_eq!(answer.status, 201, "{}", answer.text);
                let id = answer.json()["id"].as_i64().unwrap();
                self.files.insert(
                    name,
                    Handed {
                        id,
                        is_published: false,
                    },
                );
            }
            Doubt::Approved { name } => {
                let path = format!("/submissions/{}", self.files[&name].id);
                let state = ask(Request::new("GET", &path, Value::Null)).json()["state"].clone();
                assert!(state == "sent" || state == "published", "{name}: {state}");
                self.files.get_mut(&name).unwrap().is_published = state == "published";
            }
            Doubt::Token => {}
            Doubt::Revoked { id } => {
                let listed = ask(Request::new("GET", "/tokens", Value::Null).in_session()).json();
                let listed = listed["tokens"].as_array().unwrap();
                let token = listed.iter().find(|token| token["id"] == id).unwrap();
                self.tokens.insert(id, token["revoked_at"] != Value::Null);
            }
        }
    }

    pub fn told(&self) -> String {
        format!(
            "writer {}: {} facilities, {} files, {} tokens",
            self.number,
            self.facilities.len(),
            self.files.len(),
            self.tokens.len()
        )
    }
}

fn rows_of(name: &str, published: &BTreeMap<String, Value>) -> usize {
    let beginning = format!("{name} row ");
    let from = published.range(beginning.clone()..);
    from.take_while(|(name, _)| name.starts_with(&beginning))
        .count()
}

struct Request {
    method: &'static str,
    path: String,
    body: Value,
    headers: Vec<(&'static str, String)>,
    in_session: bool,
}

impl Request {
    fn new(method: &'static str, path: &str, body: Value) -> Request {
        Request {
            method,
            path: path.to_owned(),
            body,
            headers: Vec::new(),
            in_session: false,
        }
    }

    fn with(mut self, name: &'static str, value: &str) -> Request {
        self.headers.push((name, value.to_owned()));
        self
    }

    fn in_session(mut self) -> Request {
        self.in_session = true;
        self
    }
}
