//! The command line as its users meet it.

use std::net::TcpListener;
use std::process::Output;
use std::time::{Duration, Instant};

use crate::support::server::{TestDirectory, run};

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

struct Files(tempfile::TempDir);

impl Files {
    fn new() -> Files {
        Files(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }
}

const GOOD: &str = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[139.7016,35.6580]},"properties":{"id":"test-1","name":"試験の施設","kind":"coworking"}}"#;

#[test]
fn a_file_is_reported_then_published_and_then_changes_nothing() {
    let files = Files::new();
    let database = format!("sqlite:{}", files.path("a.sqlite"));
    let file = files.write("good.geojsonl", GOOD);
    let dry = run(&["import", &file, "--dry-run", "--database", &database]);
    assert!(
        dry.status.success() && out(&dry).contains("何も変えていません"),
        "{}{}",
        out(&dry),
        err(&dry)
    );
    let published = run(&["import", &file, "--publish", "--database", &database]);
    assert!(
        out(&published).contains("番号 1 まで"),
        "{}",
        out(&published)
    );
    let again = run(&["import", &file, "--publish", "--database", &database]);
    assert!(out(&again).contains("変更なし 1件"), "{}", out(&again));
    let verified = run(&["verify", "--database", &database]);
    assert!(
        out(&verified).starts_with("1 changes"),
        "{}{}",
        out(&verified),
        err(&verified)
    );
}

#[test]
fn a_file_with_a_blocking_row_changes_nothing() {
    let files = Files::new();
    let database = format!("sqlite:{}", files.path("a.sqlite"));
    let swapped = GOOD
        .replace("139.7016,35.6580", "35.6580,139.7016")
        .replace("test-1", "test-2");
    let file = files.write("bad.geojsonl", &format!("{GOOD}\n{swapped}\n"));
    let output = run(&[
        "import",
        &file,
        "--publish",
        "--json",
        "--database",
        &database,
    ]);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    let report: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(
        (&report["rows"], &report["accepted"]),
        (&2.into(), &1.into())
    );
    assert_eq!(report["problems"][0]["code"], "coordinates-swapped");
    assert_eq!(report["problems"][0]["row"], 2);
    assert!(out(&run(&["verify", "--database", &database])).starts_with("0 changes"));
}

#[test]
fn a_running_server_shows_what_the_command_line_publishes() {
    let server = TestDirectory::shipped();
    let files = Files::new();
    let file = files.write("good.geojsonl", GOOD);
    let output = run(&["import", &file, "--publish", "--database", &server.database]);
    assert!(output.status.success(), "{}", err(&output));
    let deadline = Instant::now() + Duration::from_secs(20);
    while server.get("/collections/facilities/items/test-1").status != 200 {
        assert!(Instant::now() < deadline, "the server follows the log");
        std::thread::sleep(Duration::from_millis(50));
    }
    let near = server.json("/collections/facilities/items?near=139.7016,35.6580&limit=1");
    assert_eq!(near["features"][0]["id"], "test-1");
    assert_eq!(
        near["features"][0]["properties"]["municipality_name"],
        "渋谷区"
    );
}

#[test]
fn an_empty_directory_stays_empty_when_asked() {
    let server = TestDirectory::with(&["--empty"]);
    assert_eq!(
        server.json("/collections/facilities/items")["numberMatched"],
        0
    );
}

#[test]
fn failures_are_one_line_and_exit_1() {
    let files = Files::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let corrupt = files.write(
        "corrupt.sqlite",
        "this is no database, however long one looks at it",
    );
    let corrupt_url = format!("sqlite:{corrupt}");
    let folder = format!("sqlite:{}", files.0.path().display());
    let good = files.write("good.geojsonl", GOOD);
    let fresh = format!("sqlite:{}", files.path("fresh.sqlite"));
    for arguments in [
        &["serve", "--listen", &address, "--database", &fresh][..],
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--database",
            &corrupt_url,
        ],
        &["serve", "--listen", "127.0.0.1:0", "--database", &folder],
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--database",
            "mysql://x",
        ],
        &[
            "import",
            "/nowhere/at/all",
            "--publish",
            "--database",
            &fresh,
        ],
        &["import", &good, "--database", &fresh],
        &[
            "import",
            &good,
            "--publish",
            "--municipality",
            "99999",
            "--database",
            &fresh,
        ],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = err(&output);
        let lines: Vec<&str> = said
            .lines()
            .filter(|line| line.starts_with("machinaka: "))
            .collect();
        assert_eq!(lines.len(), 1, "{arguments:?}: {said}");
        assert!(!said.contains("panicked"), "{said}");
    }
    assert_eq!(
        std::fs::read_to_string(&corrupt).unwrap(),
        "this is no database, however long one looks at it"
    );
}
