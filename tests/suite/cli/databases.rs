//! Databases that are not there, damaged, of a later release, or not ours to write.

use super::*;

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
fn an_empty_directory_stays_empty_when_asked() {
    let server = TestDirectory::with(&["--empty"]);
    assert_eq!(
        server.json("/collections/facilities/items")["numberMatched"],
        0
    );
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
        assert_eq!(server.count(), crate::support::SHIPPED as u64);
        assert!(
            run(&["import", &file, "--publish", "--database", url])
                .status
                .success()
        );
        assert_eq!(server.signal("-TERM").code(), Some(0), "stops in order");
        // Killed in the midst of it.
        let mut server = Serving::start(url, &[]);
        assert_eq!(server.count(), crate::support::SHIPPED as u64 + 1);
        server.signal("-KILL");
        let mut server = Serving::start(url, &["--empty"]);
        assert_eq!(
            server.count(),
            crate::support::SHIPPED as u64 + 1,
            "--empty never deletes"
        );
        assert_eq!(server.signal("-INT").code(), Some(0));
        assert_eq!(changes(url), (crate::support::SHIPPED + 1).to_string());
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
