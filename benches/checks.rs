//! What checking an upload costs the server, in processor time: the upload, a saved cell, the page, eight
//! uploads at once, and a page with many edits beside many likely duplicates.
//!
//! The product's own server runs on a throw-away SQLite file. Its processor time is read before and
//! after each step; a saved cell and a page are done many times. A whole check of the same
//! file, made necessary by a decision for all of it, is the measure beside it.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use machinaka::domain::facility::Facility;
use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_machinaka");
/// Saved cells and pages that are measured one by one.
const REPEATED: usize = 20;

fn main() {
    println!(
        "| rows | upload | saved cell | whole check | saved ÷ whole | page | rows of it | eight at once: wall, memory now / peak |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for rows in support::sizes(&[2_000, 20_000]) {
        row(rows);
    }
    println!("\n| edits × likely duplicates | page | a decision about one row |");
    println!("|---|---|---|");
    for pairs in [300, 3_000] {
        likely(pairs);
    }
}

fn row(count: usize) {
    let server = Server::start();
    let file = sheet(&facilities(count, 2), false);
    let mut id = 0;
    let upload = server.processor(|| {
        let answer = server.send("POST", "/submissions?file=a.csv", None, &file);
        assert_eq!(
            answer["report"]["rows"],
            count,
            "{:.300}",
            answer.to_string()
        );
        id = answer["id"].as_i64().expect("a number");
    });
    let path = format!("/submissions/{id}");
    let mut revision = server.get(&path)["revision"].as_i64().expect("a revision");
    let mut save = |change: Value| {
        let answer = server.send("PATCH", &path, Some(revision), &change.to_string());
        revision = answer["revision"]
            .as_i64()
            .unwrap_or_else(|| panic!("{answer:.300}"));
    };
    let saved = server.each(|i| {
        let row = 2 + i * (count / REPEATED);
        save(json!({ "cells": { row.to_string(): { "備考": format!("確認{i}"), "席数": i.to_string() } } }));
    });
    let whole = ["clear", "keep", "clear"]
        .map(|blank| server.processor(|| save(json!({ "blank": blank }))));
    let page = |path: &str| server.each(|_| drop(server.get(path)));
    let (whole_page, rows_page) = (page(&path), page(&format!("{path}/rows?limit=200")));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| drop(server.send("POST", "/submissions?file=b.csv", None, &file)));
        }
    });
    let at_once = begun.elapsed().as_secs_f64();
    let (now, peak) = server.memory();
    let whole = support::median(whole);
    println!(
        "| {count} | {upload:.2} s | {:.0} ms | {:.0} ms | {:.3} | {:.0} ms | {:.0} ms | {at_once:.1} s, {now:.0} / {peak:.0} MiB |",
        saved * 1e3,
        whole * 1e3,
        saved / whole,
        whole_page * 1e3,
        rows_page * 1e3,
    );
}

/// A file of rows that look like published facilities, each edited.
fn likely(count: usize) {
    let server = Server::start();
    let published = facilities(count, 3);
    let features: Vec<Value> = published
        .iter()
        .map(|facility| {
            json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": facility.position },
                "properties": { "name": facility.name, "kind": facility.kind, "address": facility.address } })
        })
        .collect();
    let file = json!({ "type": "FeatureCollection", "features": features }).to_string();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("published.geojson");
    std::fs::write(&path, file).expect("a file");
    server.command(&["import", &path.display().to_string(), "--publish"]);
    let answer = server.send(
        "POST",
        "/submissions?file=a.csv",
        None,
        &sheet(&published, true),
    );
    let likely = answer["likely"].as_array().map_or(0, Vec::len);
    assert!(
        likely * 10 >= count * 9,
        "{likely} of {count} look like published ones"
    );
    let path = format!("/submissions/{}", answer["id"]);
    let cells: serde_json::Map<String, Value> = (0..count)
        .map(|i| ((i + 2).to_string(), json!({ "席数": "7" })))
        .collect();
    let revision = answer["revision"].as_i64();
    let edited = server.send(
        "PATCH",
        &path,
        revision,
        &json!({ "cells": cells }).to_string(),
    );
    let mut revision = edited["revision"].as_i64();
    let page = server.each(|_| drop(server.get(&path)));
    let decided = server.each(|i| {
        let change = json!({ "likeness": { (i + 2).to_string(): "other" } }).to_string();
        let answer = server.send("PATCH", &path, revision, &change);
        revision = answer["revision"].as_i64();
    });
    println!(
        "| {count} × {likely} | {:.0} ms | {:.0} ms |",
        page * 1e3,
        decided * 1e3
    );
}

fn facilities(count: usize, seed: u64) -> Vec<Facility> {
    let reference = support::reference();
    let count = u32::try_from(count).expect("a bench of less than 2^32 rows");
    machinaka::synthetic::facilities(&reference.districts, reference.places(), count, seed)
        .collect()
}

/// A sheet as town halls keep them; `seats` makes every row say something new.
fn sheet(facilities: &[Facility], seats: bool) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["名称", "住所", "緯度", "経度", "営業時間", "席数", "備考"])
        .expect("memory");
    for (i, facility) in facilities.iter().enumerate() {
        let position = facility.position;
        let hours = [
            "9:00～17:00",
            "平日 9:00-21:00、土日 10:00-17:00",
            "要問合せ",
            "",
        ][i % 4];
        let own = facility.seats.filter(|_| !seats);
        writer
            .write_record([
                facility.name.as_str(),
                facility.address.as_deref().unwrap_or(""),
                &position.lat().to_string(),
                &position.lon().to_string(),
                hours,
                &own.map_or_else(
                    || if seats { "5".to_owned() } else { String::new() },
                    |n| n.to_string(),
                ),
                "一覧より",
            ])
            .expect("memory");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("text")
}

/// The program, serving a directory of its own.
struct Server {
    child: Child,
    base: String,
    token: String,
    database: String,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start() -> Server {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = format!("sqlite:{}", folder.path().join("bench.sqlite").display());
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--listen", "127.0.0.1:0", "--database", &database])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let base = line
            .trim()
            .rsplit(' ')
            .next()
            .expect("an address")
            .to_owned();
        let mut server = Server {
            child,
            base,
            token: String::new(),
            database,
            _folder: folder,
        };
        server.command(&["user", "add", "bench", "--role", "admin"]);
        server.token = server.command(&["token", "bench", "--scope", "publish"]);
        server
    }

    fn command(&self, arguments: &[&str]) -> String {
        let output = Command::new(PROGRAM)
            .args(arguments)
            .args(["--database", &self.database])
            .output()
            .expect("the program runs");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    fn send(&self, method: &str, path: &str, revision: Option<i64>, body: &str) -> Value {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("Authorization", format!("Bearer {}", self.token))
            .header("Content-Type", "application/json");
        if let Some(revision) = revision {
            request = request.header("If-Match", format!("\"{revision}\""));
        }
        let request = request.body(body.to_owned()).expect("a request");
        let mut answer = agent.run(request).expect("an answer");
        let text = answer
            .body_mut()
            .with_config()
            .limit(1 << 28)
            .read_to_string();
        let text = text.expect("a body");
        assert!(answer.status().is_success(), "{method} {path}: {text:.500}");
        serde_json::from_str(&text).expect("JSON")
    }

    fn get(&self, path: &str) -> Value {
        self.send("GET", path, None, "")
    }

    /// Seconds of the server's processor that something takes.
    fn processor(&self, work: impl FnOnce()) -> f64 {
        let before = self.ticks();
        work();
        self.ticks() - before
    }

    /// The same of one of many, because the clock is coarse.
    fn each(&self, mut work: impl FnMut(usize)) -> f64 {
        self.processor(|| (0..REPEATED).for_each(&mut work)) / REPEATED as f64
    }

    /// Seconds on a processor, of all its threads.
    fn ticks(&self) -> f64 {
        /// What Linux counts in, whatever the machine.
        const HERTZ: f64 = 100.0;
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        let stat = stat.expect("Linux");
        let behind_name = stat.rsplit(')').next().unwrap_or_default();
        let fields = behind_name.split_whitespace().skip(11).take(2);
        fields
            .filter_map(|field| field.parse::<f64>().ok())
            .sum::<f64>()
            / HERTZ
    }

    /// Memory the server holds now and held at most, MiB.
    fn memory(&self) -> (f64, f64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name));
            let kilobytes =
                line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
            kilobytes.unwrap_or(f64::NAN) / 1024.0
        };
        (field("VmRSS:"), field("VmHWM:"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
