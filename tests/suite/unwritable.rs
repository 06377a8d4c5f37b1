//! A database that takes nothing more: a disk that is full, a PostgreSQL that can only be read. Writes
//! are refused in words, reading goes on, nothing is half done, and all goes on once it is over.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::databases::Database;
use crate::support::people::{Client, account, token};
use crate::support::server::TestDirectory;

/// What the log says of writes that fail, and of connections that end.
const WARNINGS: [&str; 5] = [
    "\"status\":503",
    "terminating connection",
    "server closed the connection",
    "does not answer",
    "it cannot write",
];

/// A directory with an administrator, served, and what writes to it.
struct World<'a> {
    server: &'a TestDirectory,
    token: &'a str,
}

/// What can be seen of what was written.
#[derive(Debug, PartialEq)]
struct Written {
    facilities: Value,
    changes: usize,
    submissions: usize,
}

impl World<'_> {
    fn program(&self) -> Client<'_> {
        Client::program(self.server, self.token)
    }

    /// Publishes a facility; its id where that went well.
    fn make(&self, name: &str, east: f64) -> Result<String, u16> {
        let feature = json!({ "type": "Feature",
            "geometry": { "type": "Point", "coordinates": [136.2655 + east, 35.3814] },
            "properties": { "name": name, "kind": "coworking" } });
        let answer = self
            .program()
            .send("POST", "/collections/facilities/items", &feature);
        if answer.status != 201 {
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert!(!answer.header("retry-after").is_empty(), "{}", answer.text);
            return Err(answer.status);
        }
        Ok(answer.json()["id"].as_str().unwrap().to_owned())
    }

    /// Hands a large file in.
    fn hand_in(&self, key: &str) -> u16 {
        let row = |i: usize| format!("施設{i},滋賀県長浜市元浜町12-{i},{}\n", "備".repeat(300));
        let rows: String = (0..2_000).map(row).collect();
        let file = format!("名称,住所,備考\n{rows}");
        let headers = [("Idempotency-Key", key)];
        let client = self.program();
        let answer =
            client.send_bytes("POST", "/submissions?file=a.csv", &headers, file.as_bytes());
        if answer.status != 201 {
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
        answer.status
    }

    fn written(&self) -> Written {
        let facilities =
            self.server.json("/collections/facilities/items?limit=1")["numberMatched"].clone();
        let changes = self.server.json("/changes?since=0&limit=10000");
        let submissions = self.program().get("/submissions?limit=200");
        assert_eq!(submissions.status, 200, "{}", submissions.text);
        Written {
            facilities,
            changes: changes["changes"].as_array().unwrap().len(),
            submissions: submissions.json()["submissions"].as_array().unwrap().len(),
        }
    }

    /// Everything that is read without an account.
    fn is_read(&self) {
        for path in [
            "/collections/facilities/items?near=136.2655,35.3814&limit=5",
            "/collections/facilities/items/hub-001",
            "/places?q=長浜",
            "/coverage?area=25&within=800&geometry=false",
            "/healthz",
        ] {
            let answer = self.server.get(&path.replace("長浜", "%E9%95%B7%E6%B5%9C"));
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        }
    }

    /// Writes fail, reading goes on, and nothing of what failed is there.
    fn refuses(&self, before: &Written) {
        for attempt in 0..3 {
            let made = self.make(&format!("満杯{attempt}"), 0.01);
            assert_eq!(made, Err(503));
            assert_eq!(self.hand_in("full"), 503);
            self.is_read();
        }
        assert_eq!(self.written(), *before);
    }

    /// All goes on: the same requests are done, and once.
    fn goes_on(&self, before: &Written) {
        let mut made = Err(0);
        self.server.wait_until(|| {
            made = self.make("満杯0", 0.01);
            made != Err(503)
        });
        let id = made.unwrap();
        assert_eq!(self.hand_in("full"), 201);
        assert_eq!(self.hand_in("full"), 201, "asked for again it is the same");
        let after = self.written();
        assert_eq!(after.changes, before.changes + 1);
        // The facility that was published at once is a submission, too.
        assert_eq!(after.submissions, before.submissions + 2);
        self.server
            .json(&format!("/collections/facilities/items/{id}"));
    }
}

/// A file system of a few megabytes, which only the server sees; `None` where nobody may make one.
fn small_disk(source: &str, place: &str) -> Option<[String; 6]> {
    let may = Command::new("unshare")
        .args(["-Urm", "sh", "-c", "mount -t tmpfs -o size=1m none /mnt"])
        .output();
    if !may.is_ok_and(|output| output.status.success()) {
        println!("SKIPPED with a full disk: unshare(1) may not mount a small one here");
        return None;
    }
    let script =
        format!("mount -t tmpfs -o size=40m none {place} && cp {source}/* {place}/ && exec \"$@\"");
    Some(["unshare", "-Urm", "sh", "-c", &script, "sh"].map(str::to_owned))
}

#[test]
fn a_full_disk_refuses_writes_and_nothing_else() {
    let (source, place) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let [from, to] = [&source, &place].map(|folder| folder.path().display().to_string());
    let Some(command) = small_disk(&from, &to) else {
        return;
    };
    let database = format!("sqlite:{from}/d.sqlite");
    drop(TestDirectory::at(&database, &[]));
    account(&database, "admin", "admin", None);
    let token = token(&database, "admin", "publish");
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let database = format!("sqlite:{to}/d.sqlite");
    let server = TestDirectory::under(&command, &database, &[]).expecting(&WARNINGS);
    let world = World {
        server: &server,
        token: &token,
    };
    world.make("前からある施設", 0.0).unwrap();
    let before = world.written();

    // Filled from outside, to the last byte.
    let filler = PathBuf::from(format!("/proc/{}/root{to}/filler", server.process()));
    let mut file = File::create(&filler).unwrap();
    for size in [1 << 20, 4096, 1] {
        while file.write_all(&vec![b'x'; size]).is_ok() {}
    }
    world.refuses(&before);
    drop(file);
    std::fs::remove_file(&filler).unwrap();
    world.goes_on(&before);
}

#[test]
fn a_postgresql_that_can_only_be_read_refuses_writes_and_nothing_else() {
    let Some(database) = Database::postgres() else {
        return;
    };
    let server = TestDirectory::at(&database.url, &[]).expecting(&WARNINGS);
    account(&database.url, "admin", "admin", None);
    let token = token(&database.url, "admin", "publish");
    let world = World {
        server: &server,
        token: &token,
    };
    world.make("前からある施設", 0.0).unwrap();
    let before = world.written();
    let (_, name) = database.url.rsplit_once('/').unwrap();
    let set = |value: &str| {
        // As after a failover to a standby: connections are closed, and new ones can only read.
        let statements = format!(
            "begin read write; alter database {name} set default_transaction_read_only = {value}; commit; \
             select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}' and pid <> pg_backend_pid();"
        );
        database.run(&statements).unwrap();
    };
    set("on");
    world.refuses(&before);
    set("off");
    world.goes_on(&before);
}
