//! `machinaka import`: what is reported, published and refused.

use super::*;

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
            with(point, r#"["東経","北緯"]"#),
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
            &[(None, "kind-missing", false)],
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
    copy.wait_until(|| copy.json("/readyz")["facilities"] == crate::support::SHIPPED);
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
