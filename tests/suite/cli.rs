//! The command line as its users meet it.

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

#[test]
fn nothing_is_made_at_a_mistyped_path() {
    let files = Files::new();
    let path = files.path("folder/mistyped.sqlite");
    let empty = files.write("empty.sqlite", "");
    let backup = files.path("backup.sqlite");
    let out_file = files.path("out.csv");
    for arguments in [
        &["verify"][..],
        &["export", "--format", "csv"],
        &["export", "--format", "csv", "--out", &out_file],
        &["backup", &backup],
    ] {
        for (path, url) in [
            (&path, format!("sqlite:{path}")),
            (&path, format!("sqlite://{path}")),
            (&empty, format!("sqlite:{empty}")),
        ] {
            let output = run(&[arguments, &["--database", &url]].concat());
            assert_eq!(output.status.code(), Some(1), "{arguments:?}");
            let said = format!("there is no database at {path}");
            assert!(err(&output).contains(&said), "{}", err(&output));
            assert_eq!(out(&output), "");
        }
    }
    let there = |path: &str| std::path::Path::new(path).exists();
    assert!(!there(&files.path("folder")) && !there(&backup) && !there(&out_file));
    assert_eq!(std::fs::read(&empty).unwrap(), b"");
}

#[test]
fn a_file_can_be_reported_on_where_there_is_no_directory_yet() {
    let files = Files::new();
    let file = files.write("good.geojsonl", GOOD);
    let home = files.path("home");
    let dry = Command::new(PROGRAM)
        .args(["import", &file, "--dry-run", "--json"])
        .env_remove("MACHINAKA_DATABASE")
        .env("HOME", &home)
        .env("XDG_DATA_HOME", files.path("home/data"))
        .output()
        .unwrap();
    assert_eq!(dry.status.code(), Some(0), "{}", err(&dry));
    let report: serde_json::Value = serde_json::from_slice(&dry.stdout).unwrap();
    assert_eq!(report["accepted"], 1);
    let said = err(&dry);
    assert!(
        said.contains("there is no database at") && said.contains("an empty directory"),
        "{said}"
    );
    assert!(!std::path::Path::new(&home).exists());
}

#[test]
fn a_file_without_kinds_gets_one_for_all_of_its_rows() {
    let files = Files::new();
    let database = format!("sqlite:{}", files.path("a.sqlite"));
    let sheet = files.write("a.csv", "名称,緯度,経度\n川辺の机,35.6580,139.7016\n");
    let points = files.write("a.geojson", &GOOD.replace(r#","kind":"coworking""#, ""));
    let codes = |more: &[&str], file: &str| {
        let arguments = ["import", file, "--json", "--database", &database];
        let output = run(&[&arguments[..], more].concat());
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let problems = report["problems"].as_array().unwrap().clone();
        let codes = problems
            .iter()
            .map(|p| p["code"].as_str().unwrap().to_owned());
        codes.collect::<Vec<_>>()
    };
    for file in [&sheet, &points] {
        assert_eq!(codes(&["--dry-run"], file), ["kind-missing"]);
        let kind = ["--kind", "share-office"];
        assert_eq!(codes(&[&kind[..], &["--publish"]].concat(), file), [""; 0]);
    }
    let exported = out(&run(&[
        "export",
        "--format",
        "geojsonl",
        "--database",
        &database,
    ]));
    assert_eq!(exported.matches(r#""kind":"share-office""#).count(), 2);
    // Where kinds are said, nothing is said instead of them.
    let said = files.write("said.geojsonl", GOOD);
    codes(&["--kind", "workation", "--publish"], &said);
    let exported = out(&run(&[
        "export",
        "--format",
        "geojsonl",
        "--database",
        &database,
    ]));
    assert!(!exported.contains("workation"));
    let unknown = run(&[
        "import",
        &sheet,
        "--kind",
        "castle",
        "--database",
        &database,
    ]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(err(&unknown).contains("castle") && err(&unknown).contains("share-office"));
}

#[test]
fn whoever_stops_reading_what_is_generated_has_no_failure() {
    let script = format!("{PROGRAM} generate --count 20000 | head -n 1; exit ${{PIPESTATUS[0]}}");
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{}", err(&output));
    assert_eq!(out(&output).lines().count(), 1);
}

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
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--public-url",
            "here",
            "--database",
            &fresh,
        ],
        &[
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--public-url",
            "http://a/\"><b>",
            "--database",
            &fresh,
        ],
        &["serve", "--listen", "127.0.0.1:0", "--database", "sqlite:"],
        &["serve", "--listen", "nowhere", "--database", &fresh],
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

#[test]
fn help_and_version_go_to_stdout_and_mistakes_to_stderr() {
    for arguments in [
        &["--help"][..],
        &["help"],
        &["serve", "--help"],
        &["import", "--help"],
        &["--version"],
    ] {
        let output = run(arguments);
        assert!(
            output.status.success() && !output.stdout.is_empty() && output.stderr.is_empty(),
            "{arguments:?}"
        );
    }
    for command in ["serve", "import", "generate", "verify"] {
        assert!(out(&run(&["--help"])).contains(command), "{command}");
    }
    for arguments in [
        &[][..],
        &["fly"],
        &["serve", "--nix"],
        &["import"],
        &["import", "a", "--dry-run", "--publish"],
        &["generate"],
        &["generate", "--count", "-1"],
        &["generate", "--count", "many"],
        &["verify", "more"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(
            output.stdout.is_empty() && !output.stderr.is_empty(),
            "{arguments:?}"
        );
        assert!(!err(&output).contains("panicked"), "{}", err(&output));
    }
}

#[test]
fn one_blocking_row_keeps_all_of_a_large_file_out() {
    on_each_database(|database| {
        let files = Files::new();
        let url = &database.url;
        let good = files.write("good.geojsonl", &features(300));
        let bad = files.write(
            "bad.geojsonl",
            &format!("{}{}", features(300), "{\"type\":\"Feature\",\n"),
        );
        let refused = run(&["import", &bad, "--publish", "--json", "--database", url]);
        assert_eq!(refused.status.code(), Some(2), "{}", err(&refused));
        let report_ = report(&refused);
        assert_eq!(codes(&report_), [(Some(301), "json-malformed", true)]);
        assert_eq!(
            (&report_["rows"], &report_["accepted"]),
            (&301.into(), &300.into())
        );
        assert_eq!(changes(url), "0");

        // Again and again: the first publishes, the others change nothing.
        for expected in ["300", "300", "300"] {
            let published = run(&["import", &good, "--publish", "--json", "--database", url]);
            assert_eq!(published.status.code(), Some(0), "{}", err(&published));
            assert_eq!(report(&published)["accepted"], 300);
            assert_eq!(changes(url), expected);
        }
        let altered = features(300).replace("試験の施設7\"", "改名した施設\"");
        let altered = files.write("altered.geojsonl", &altered);
        run(&["import", &altered, "--publish", "--database", url]);
        assert_eq!(changes(url), "301");
        run(&["import", &altered, "--dry-run", "--database", url]);
        run(&["import", &good, "--dry-run", "--database", url]);
        assert_eq!(changes(url), "301", "a dry run changes nothing");
    });
}

#[test]
fn every_way_a_file_can_be_wrong_is_said_with_its_row() {
    let files = Files::new();
    let database = format!("sqlite:{}", files.path("a.sqlite"));
    let with = |old: &str, new: &str| GOOD.replace(old, new);
    let point = "[139.7016,35.6580]";
    for (name, text, expected) in [
        (
            "swapped",
            with(point, "[35.6580,139.7016]"),
            &[(Some(1), "coordinates-swapped", true)][..],
        ),
        (
            "zero",
            with(point, "[0,0]"),
            &[(Some(1), "coordinates-zero", true)],
        ),
        (
            "words",
            with(point, r#"["139","35"]"#),
            &[(Some(1), "coordinates-malformed", true)],
        ),
        (
            "nested",
            with(point, "[[139.7,35.6]]"),
            &[(Some(1), "coordinates-malformed", true)],
        ),
        (
            "abroad",
            with(point, "[2.35,48.85]"),
            &[(Some(1), "coordinates-outside-japan", true)],
        ),
        (
            "huge",
            with(point, "[1e308,35]"),
            &[(Some(1), "coordinates-outside-japan", true)],
        ),
        (
            "nowhere",
            with(point, "[]"),
            &[(Some(1), "coordinates-missing", true)],
        ),
        (
            "at sea",
            with(point, "[140.5,34.0]"),
            &[(Some(1), "outside-municipality", true)],
        ),
        (
            "nameless",
            with("試験の施設", " "),
            &[(Some(1), "name-missing", true)],
        ),
        (
            "kindless",
            with(r#","kind":"coworking""#, ""),
            &[(Some(1), "kind-missing", false)],
        ),
        (
            "elsewhere",
            with(r#""kind""#, r#""municipality":"13101","kind""#),
            &[(Some(1), "outside-municipality", true)],
        ),
        (
            "check digit",
            with(r#""kind""#, r#""municipality":"131131","kind""#),
            &[(Some(1), "municipality-code", true)],
        ),
        (
            "another ward",
            with(r#""kind""#, r#""ward":"40133","kind""#),
            &[(Some(1), "outside-municipality", true)],
        ),
        (
            "a ward's name",
            with(r#""kind""#, r#""ward":"渋谷","kind""#),
            &[(Some(1), "value-unreadable", false)],
        ),
        (
            "twice",
            format!("{GOOD}\n\n{GOOD}\n"),
            &[(Some(2), "duplicate-row", true)],
        ),
        (
            "cut off",
            format!("{GOOD}\n{}", &GOOD[..90]),
            &[(Some(2), "json-malformed", true)],
        ),
        (
            "another json",
            "{\"type\":\"Topology\"}".to_owned(),
            &[(None, "format-unknown", true)],
        ),
        ("a number", "42".to_owned(), &[(None, "rows-missing", true)]),
        (
            "binary",
            "\u{1}\u{2}\u{3}".to_owned(),
            &[(None, "format-unknown", true)],
        ),
        ("deep", "[".repeat(1_000_000), &[(None, "limit", true)]),
        (
            "deep feature",
            with(point, &"[".repeat(100_000)),
            &[(None, "limit", true)],
        ),
    ] {
        let file = files.write("file", &text);
        for way in ["--dry-run", "--publish"] {
            // What only warns is published; these are not to be.
            if way == "--publish" && !expected[0].2 {
                continue;
            }
            let output = run(&["import", &file, way, "--json", "--database", &database]);
            let code = if expected[0].2 { 2 } else { 0 };
            assert_eq!(
                output.status.code(),
                Some(code),
                "{name}: {}{}",
                out(&output),
                err(&output)
            );
            let report = report(&output);
            assert_eq!(codes(&report), expected, "{name}");
            for problem in report["problems"].as_array().unwrap() {
                let keys: Vec<&str> = problem
                    .as_object()
                    .unwrap()
                    .keys()
                    .map(String::as_str)
                    .collect();
                assert_eq!(
                    keys[..7],
                    [
                        "row", "column", "code", "message", "found", "expected", "blocks"
                    ]
                );
            }
        }
    }
    assert_eq!(changes(&database), "0");
    let empty = files.write("empty", "");
    let output = run(&[
        "import",
        &empty,
        "--publish",
        "--json",
        "--database",
        &database,
    ]);
    assert_eq!(
        (output.status.code(), &report(&output)["rows"]),
        (Some(2), &0.into())
    );
}

#[test]
fn a_file_that_is_no_text_is_refused_in_one_line() {
    let files = Files::new();
    let database = format!("sqlite:{}", files.path("a.sqlite"));
    for bytes in [
        &b"\xff\xfe\x00\x01"[..],
        &b"PK\x03\x04\xff\xff"[..],
        &b"{\"type\":\"Feature\",\"\xff\"}\n"[..],
    ] {
        let file = files.path("bytes");
        std::fs::write(&file, bytes).unwrap();
        let output = run(&["import", &file, "--publish", "--database", &database]);
        assert!(
            matches!(output.status.code(), Some(1 | 2)),
            "{}{}",
            out(&output),
            err(&output)
        );
        assert!(!err(&output).contains("panicked"), "{}", err(&output));
    }
    let folder = files.0.path().display().to_string();
    assert_eq!(
        run(&["import", &folder, "--publish", "--database", &database])
            .status
            .code(),
        Some(1)
    );
    assert_eq!(changes(&database), "0");
}

#[test]
fn an_import_can_be_held_to_one_municipality() {
    let files = Files::new();
    let database = format!("sqlite:{}", files.path("a.sqlite"));
    let file = files.write("good.geojsonl", GOOD);
    for (code, exit) in [
        ("13113", 0),
        ("131130", 0),
        ("13", 0),
        ("13101", 2),
        ("40133", 2),
        ("01", 2),
        ("131131", 1),
        ("99999", 1),
        ("48", 1),
        ("渋谷区", 1),
        ("", 1),
    ] {
        let output = run(&[
            "import",
            &file,
            "--dry-run",
            "--municipality",
            code,
            "--database",
            &database,
        ]);
        assert_eq!(
            output.status.code(),
            Some(exit),
            "{code}: {}{}",
            out(&output),
            err(&output)
        );
        assert!(!err(&output).contains("panicked"), "{}", err(&output));
    }
}

#[test]
fn verify_finds_what_somebody_changed_behind_the_programs_back() {
    on_each_database(|database| {
        let files = Files::new();
        let file = files.write("good.geojsonl", &features(20));
        run(&["import", &file, "--publish", "--database", &database.url]);
        assert_eq!(changes(&database.url), "20");
        database.disarm();
        database
            .run(
                "update change set body = replace(body, '試験の施設12', '偽の施設') where seq = 13",
            )
            .unwrap();
        let output = run(&["verify", "--database", &database.url]);
        assert_eq!(output.status.code(), Some(1), "{}", out(&output));
        assert!(
            err(&output).contains("13"),
            "names the change: {}",
            err(&output)
        );
        assert_eq!(err(&output).lines().count(), 1, "{}", err(&output));
        database.run("delete from change where seq > 12").unwrap();
        let output = run(&["verify", "--database", &database.url]);
        assert_eq!(output.status.code(), Some(1), "a cut log: {}", out(&output));
    });
}

#[test]
fn a_second_start_keeps_what_is_there_and_fills_nothing() {
    on_each_database(|database| {
        let url = &database.url;
        let files = Files::new();
        let file = files.write("good.geojsonl", GOOD);
        let mut server = Serving::start(url, &[]);
        assert_eq!(server.count(), 84);
        assert!(
            run(&["import", &file, "--publish", "--database", url])
                .status
                .success()
        );
        assert_eq!(server.signal("-TERM").code(), Some(0), "stops in order");
        // Killed in the midst of it.
        let mut server = Serving::start(url, &[]);
        assert_eq!(server.count(), 85);
        server.signal("-KILL");
        let mut server = Serving::start(url, &["--empty"]);
        assert_eq!(server.count(), 85, "--empty never deletes");
        assert_eq!(server.signal("-INT").code(), Some(0));
        assert_eq!(changes(url), "85");
    });
    // Nor is a directory filled later that was begun empty.
    let database = Database::sqlite();
    let server = Serving::start(&database.url, &["--empty"]);
    assert_eq!(server.count(), 0);
    drop(server);
    let files = Files::new();
    let file = files.write("good.geojsonl", GOOD);
    assert!(
        run(&["import", &file, "--publish", "--database", &database.url])
            .status
            .success()
    );
    assert_eq!(Serving::start(&database.url, &[]).count(), 1);
}

#[test]
fn a_killed_import_leaves_all_or_nothing() {
    let database = Database::sqlite();
    let files = Files::new();
    let file = files.write("many.geojsonl", &features(3000));
    for wait in [0, 150, 300, 450, 600, 750, 900] {
        let mut child = Command::new(PROGRAM)
            .args(["import", &file, "--publish", "--database", &database.url])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        let _ = child.kill();
        let _ = child.wait();
        let count = changes(&database.url);
        assert!(count == "0" || count == "3000", "{count} after {wait} ms");
    }
    assert!(
        run(&["import", &file, "--publish", "--database", &database.url])
            .status
            .success()
    );
    assert_eq!(changes(&database.url), "3000");
}

#[test]
fn a_database_of_a_later_release_is_refused_untouched() {
    let database = Database::sqlite();
    let files = Files::new();
    let good = files.write("good.geojsonl", GOOD);
    run(&["import", &good, "--publish", "--database", &database.url]);
    database
        .run("insert into __diesel_schema_migrations (version, run_on) values ('20991231000000', '2099-12-31 00:00:00')")
        .unwrap();
    for arguments in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["import", &good, "--publish"],
        &["verify"],
    ] {
        let output = run(&[arguments, &["--database", &database.url]].concat());
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = err(&output);
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(
            said.starts_with("machinaka: ") && !said.contains("panicked"),
            "{said}"
        );
    }
    assert_eq!(database.number("select count(*) from change"), 1);
}

#[test]
fn a_truncated_database_is_refused_and_stays_as_it_is() {
    let database = Database::sqlite();
    let files = Files::new();
    let file = files.write("many.geojsonl", &features(2000));
    run(&["import", &file, "--publish", "--database", &database.url]);
    let path = database.url.strip_prefix("sqlite:").unwrap();
    let whole = std::fs::read(path).unwrap();
    let half = &whole[..whole.len() / 2];
    std::fs::write(path, half).unwrap();
    for arguments in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["verify"],
        &["import", &file, "--publish"],
    ] {
        let output = run(&[arguments, &["--database", &database.url]].concat());
        assert_eq!(
            output.status.code(),
            Some(1),
            "{arguments:?}: {}",
            out(&output)
        );
        assert_eq!(err(&output).lines().count(), 1, "{}", err(&output));
    }
    assert_eq!(std::fs::read(path).unwrap(), half);
}

#[test]
fn a_folder_that_cannot_be_written_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let files = Files::new();
    let folder = files.path("locked");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    if std::fs::write(format!("{folder}/probe"), "").is_ok() {
        println!("skipped: whoever runs this may write everywhere");
        return;
    }
    let url = format!("sqlite:{folder}/a.sqlite");
    for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["verify"]] {
        let output = run(&[arguments, &["--database", &url]].concat());
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_eq!(err(&output).lines().count(), 1, "{}", err(&output));
    }
    let mut left = std::fs::read_dir(&folder).unwrap();
    assert!(left.next().is_none(), "nothing is left there");
}

#[test]
fn generated_facilities_are_the_same_for_a_seed_and_can_be_imported() {
    let one = run(&["generate", "--count", "500", "--seed", "7"]);
    assert!(one.status.success(), "{}", err(&one));
    assert_eq!(
        one.stdout,
        run(&["generate", "--count", "500", "--seed", "7"]).stdout
    );
    assert_ne!(
        one.stdout,
        run(&["generate", "--count", "500", "--seed", "8"]).stdout
    );
    assert!(run(&["generate", "--count", "0"]).stdout.is_empty());
    let text = out(&one);
    assert_eq!(text.lines().count(), 500);
    for line in text.lines() {
        let feature: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(feature["properties"]["synthetic"], true);
    }
    let files = Files::new();
    let database = format!("sqlite:{}", files.path("a.sqlite"));
    let file = files.write("made-up.geojsonl", &text);
    let output = run(&["import", &file, "--publish", "--database", &database]);
    assert!(output.status.success(), "{}{}", out(&output), err(&output));
    assert_eq!(changes(&database), "500");
    let again = run(&["import", &file, "--publish", "--database", &database]);
    assert!(again.status.success());
    assert_eq!(
        changes(&database),
        "500",
        "what was imported says the same again"
    );
}

#[test]
fn what_the_server_answers_can_be_imported_elsewhere_and_is_the_same() {
    let server = TestDirectory::shared();
    let path = "/collections/facilities/items?status=*&limit=10000";
    let files = Files::new();
    let file = files.write("all.geojson", &server.get(path).text);
    let copy = TestDirectory::with(&["--empty"]);
    let output = run(&[
        "import",
        &file,
        "--publish",
        "--json",
        "--database",
        &copy.database,
    ]);
    assert!(output.status.success(), "{}{}", out(&output), err(&output));
    copy.wait_until(|| copy.json("/readyz")["facilities"] == 84);
    let plain = |server: &TestDirectory| {
        let mut features = server.all_pages(path);
        for feature in &mut features {
            feature["properties"]
                .as_object_mut()
                .unwrap()
                .remove("updated_at");
        }
        features
    };
    assert_eq!(plain(server), plain(&copy));
}
