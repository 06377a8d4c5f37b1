//! The command line as its users meet it.

mod databases;
mod generating;
mod importing;
mod messages;
mod places;
mod sheets;

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::support::databases::{Database, on_each_database};
use crate::support::server::{PROGRAM, TestDirectory, run};

pub fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub struct Files(tempfile::TempDir);

impl Files {
    pub fn new() -> Files {
        Files(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }
}

const GOOD: &str = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[139.7016,35.6580]},"properties":{"id":"test-1","name":"試験の施設","kind":"coworking"}}"#;

/// A server started directly, so that a test can signal it.
struct Serving {
    child: Child,
    base: String,
}

impl Serving {
    fn start(database: &str, more: &[&str]) -> Serving {
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let base = line
            .trim()
            .strip_prefix("machinaka is ready at ")
            .expect("the ready line");
        Serving {
            base: base.to_owned(),
            child,
        }
    }

    fn count(&self) -> serde_json::Value {
        let path = "/collections/facilities/items?status=*&limit=1";
        let text = ureq::get(format!("{}{path}", self.base)).call().unwrap();
        let body: serde_json::Value =
            serde_json::from_reader(text.into_body().into_reader()).unwrap();
        body["numberMatched"].clone()
    }

    fn signal(&mut self, signal: &str) -> std::process::ExitStatus {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "{signal} does not end it");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `count` good features, a line each.
fn features(count: usize) -> String {
    (0..count)
        .map(|n| {
            let line = GOOD.replace("test-1", &format!("test-{n}"));
            format!(
                "{}\n",
                line.replace("試験の施設", &format!("試験の施設{n}"))
            )
        })
        .collect()
}

/// How many changes the log holds, as `verify` counts them. Where no file was made yet, none.
pub fn changes(database: &str) -> String {
    if let Some(path) = database.strip_prefix("sqlite:")
        && !std::path::Path::new(path).exists()
    {
        return "0".to_owned();
    }
    let output = run(&["verify", "--database", database]);
    assert!(output.status.success(), "{}", err(&output));
    out(&output).split(' ').next().unwrap().to_owned()
}

pub fn report(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}{}", out(output), err(output)))
}

fn codes(report: &serde_json::Value) -> Vec<(Option<u64>, &str, bool)> {
    let problems = report["problems"].as_array().unwrap().iter();
    problems
        .map(|p| {
            (
                p["row"].as_u64(),
                p["code"].as_str().unwrap(),
                p["blocks"].as_bool().unwrap(),
            )
        })
        .collect()
}
