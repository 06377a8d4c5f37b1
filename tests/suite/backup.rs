//! A directory copied into a file and back, from and to both databases, while people write.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::{Files, err, out};
use crate::support::databases::on_each_database;
use crate::support::people::{Client, PASSWORD};
use crate::support::server::{TestDirectory, run};
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};

fn exported(database: &str) -> String {
    let output = run(&[
        "export",
        "--format",
        "geojsonl",
        "--status",
        "*",
        "--database",
        database,
    ]);
    assert!(output.status.success(), "{}", err(&output));
    out(&output)
}

fn new_hub(name: &str) -> serde_json::Value {
    serde_json::json!({ "type": "Feature", "geometry": { "type": "Point", "coordinates": [139.7016, 35.658] },
        "properties": { "name": name, "kind": "coworking" } })
}

#[test]
fn a_backup_taken_under_load_is_a_directory_again_in_either_database() {
    on_each_database(|database| {
        let files = Files::new();
        let server = TestDirectory::at(&database.url, &[]);
        let chief = Client::arriving(&server, "chief", "admin", None);
        let sheet = "名称,種類,緯度,経度\r\n川辺の机,コワーキング,35.6580,139.7016\r\n";
        let handed = chief.send_bytes("POST", "/submissions?file=a.csv", &[], sheet.as_bytes());
        assert_eq!(handed.status, 201, "{}", handed.text);
        let id = handed.json()["id"].clone();
        let backup = files.path("backup.sqlite");
        let done = AtomicBool::new(false);
        let saved = std::thread::scope(|scope| {
            let writing = scope.spawn(|| {
                let mut written = 0;
                while !done.load(Ordering::Relaxed) || written < 3 {
                    let hub = new_hub(&format!("机 {written}"));
                    let made = chief.send("POST", "/collections/facilities/items", &hub);
                    assert_eq!(made.status, 201, "{}", made.text);
                    written += 1;
                }
            });
            let saved = run(&["backup", &backup, "--database", &database.url]);
            done.store(true, Ordering::Relaxed);
            writing.join().unwrap();
            saved
        });
        assert!(saved.status.success(), "{}", err(&saved));
        assert!(
            out(&saved).contains("compared and verified"),
            "{}",
            out(&saved)
        );
        // Into a new file, and into the same database once everything in it is gone.
        let fresh = format!("sqlite:{}", files.path("fresh.sqlite"));
        let restored = run(&["restore", &backup, "--database", &fresh]);
        assert!(restored.status.success(), "{}", err(&restored));
        let digest = |text: &str| text.rsplit_once("digest ").unwrap().1.to_owned();
        assert_eq!(digest(&out(&restored)), digest(&out(&saved)));
        assert_eq!(exported(&fresh), exported(&format!("sqlite:{backup}")));
        assert!(run(&["verify", "--database", &fresh]).status.success());
        // People, and what they handed in, are there; what comes next has numbers of its own.
        let again = TestDirectory::at(&fresh, &[]);
        let chief = Client::signed_in(&again, "chief", PASSWORD);
        let file = chief.get(&format!("/submissions/{id}/file"));
        assert_eq!(file.text, sheet);
        let next = chief.send_bytes("POST", "/submissions?file=b.csv", &[], sheet.as_bytes());
        assert_eq!(next.status, 201, "{}", next.text);
        assert!(next.json()["id"].as_i64() > id.as_i64());
    });
}

#[test]
fn a_file_is_restored_into_postgres_too() {
    on_each_database(|database| {
        let files = Files::new();
        let backup = files.path("backup.sqlite");
        let source = TestDirectory::shipped();
        let chief = Client::arriving(&source, "chief", "admin", None);
        let before = exported(&source.database);
        assert!(
            run(&["backup", &backup, "--database", &source.database])
                .status
                .success()
        );
        let restored = run(&["restore", &backup, "--database", &database.url]);
        assert!(restored.status.success(), "{}", err(&restored));
        assert_eq!(exported(&database.url), before);
        let server = TestDirectory::at(&database.url, &[]);
        // Nobody is signed in any more; everybody can sign in again, and numbers go on.
        assert_eq!(chief.get("/session").status, 200);
        let chief = Client::signed_in(&server, "chief", PASSWORD);
        let made = chief.send("POST", "/collections/facilities/items", &new_hub("次の机"));
        assert_eq!(made.status, 201, "{}", made.text);
        // A directory that is in use is not written over.
        let twice = run(&["restore", &backup, "--database", &database.url]);
        assert_eq!(twice.status.code(), Some(1));
        assert!(err(&twice).contains("not empty"), "{}", err(&twice));
    });
}

#[test]
fn what_is_no_backup_or_has_no_place_is_refused_in_one_line() {
    let files = Files::new();
    let server = TestDirectory::shipped();
    let url = &server.database;
    let backup = files.path("backup.sqlite");
    assert!(
        run(&["backup", &backup, "--database", url])
            .status
            .success()
    );
    let bytes = std::fs::read(&backup).unwrap();
    let cut = files.path("cut.sqlite");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    let mut flipped = bytes.clone();
    let at = bytes
        .windows(12)
        .rposition(|w| w == b"\"properties\"" || w.starts_with(b"\"kind\":\""))
        .unwrap();
    flipped[at + 1] ^= 1;
    let damaged = files.path("damaged.sqlite");
    std::fs::write(&damaged, &flipped).unwrap();
    let text = files.write(
        "text.sqlite",
        "this is no database, however long one looks at it",
    );
    let missing = files.path("missing.sqlite");
    let fresh = format!("sqlite:{}", files.path("fresh.sqlite"));
    let nowhere = files.path("no/such/folder/backup.sqlite");
    let mistyped = format!("sqlite:{}", files.path("mistyped.sqlite"));
    for arguments in [
        ["restore", &cut, "--database", &fresh],
        ["restore", &damaged, "--database", &fresh],
        ["restore", &text, "--database", &fresh],
        ["restore", &missing, "--database", &fresh],
        ["backup", &backup, "--database", url],
        ["backup", &nowhere, "--database", url],
        ["backup", &missing, "--database", &mistyped],
    ] {
        let output = run(&arguments);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{arguments:?}: {}",
            out(&output)
        );
        assert_eq!(
            err(&output).trim().lines().count(),
            1,
            "{arguments:?}: {}",
            err(&output)
        );
    }
    assert_eq!(
        std::fs::read(&backup).unwrap(),
        bytes,
        "a backup is never written over"
    );
    assert!(!std::path::Path::new(&missing).exists());
    // Nothing was restored.
    if std::path::Path::new(fresh.trim_start_matches("sqlite:")).exists() {
        assert!(out(&run(&["verify", "--database", &fresh])).starts_with("0 changes"));
    }
}

/// A backup of the shipped directory, closed and alone in its folder.
fn shipped_backup(files: &Files) -> String {
    let backup = files.path("backup.sqlite");
    let source = TestDirectory::shipped();
    let saved = run(&["backup", &backup, "--database", &source.database]);
    assert!(saved.status.success(), "{}", err(&saved));
    backup
}

/// Runs SQL on a backup, and leaves it closed.
fn alter(backup: &str, statements: &str) {
    let mut db = SqliteConnection::establish(backup).unwrap();
    db.batch_execute(statements).unwrap();
}

fn beside(files: &Files) -> Vec<String> {
    let folder = files.path("");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_backup_is_the_same_byte_for_byte_after_it_was_restored() {
    let files = Files::new();
    let backup = shipped_backup(&files);
    let elsewhere = Files::new();
    for (name, change) in [
        ("now", ""),
        // As a program before the last migration would have written it.
        (
            "older",
            "drop table population; delete from __diesel_schema_migrations where version = '20261125210000'",
        ),
        // A file that says of itself that it has a journal.
        ("journal", "pragma journal_mode = wal"),
    ] {
        alter(&backup, change);
        let before = std::fs::read(&backup).unwrap();
        let names = beside(&files);
        let target = format!("sqlite:{}", elsewhere.path(&format!("{name}.sqlite")));
        let restored = run(&["restore", &backup, "--database", &target]);
        assert!(restored.status.success(), "{name}: {}", err(&restored));
        assert!(std::fs::read(&backup).unwrap() == before, "{name}");
        assert_eq!(beside(&files), names, "{name}: nothing is left beside it");
        let verified = run(&["verify", "--database", &target]);
        assert!(verified.status.success(), "{name}: {}", err(&verified));
        assert!(!exported(&target).is_empty(), "{name}");
    }
}

#[test]
fn a_newer_programs_backup_and_a_database_in_use_are_refused_before_anything_is_made() {
    let files = Files::new();
    let backup = shipped_backup(&files);
    let target = files.path("target.sqlite");
    let database = format!("sqlite:{target}");
    alter(
        &backup,
        "insert into __diesel_schema_migrations (version, run_on) values ('20991231000000', '2099-12-31 00:00:00')",
    );
    let before = std::fs::read(&backup).unwrap();
    let refused = run(&["restore", &backup, "--database", &database]);
    assert_eq!(refused.status.code(), Some(1));
    let said = err(&refused);
    assert!(
        said.contains("newer machinaka") && said.contains("20991231000000"),
        "{said}"
    );
    assert!(!std::path::Path::new(&target).exists());
    assert!(std::fs::read(&backup).unwrap() == before);

    let source = TestDirectory::shipped();
    let live = source.database.strip_prefix("sqlite:").unwrap();
    let refused = run(&["restore", live, "--database", &database]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        err(&refused).contains("database in use"),
        "{}",
        err(&refused)
    );
    assert!(!std::path::Path::new(&target).exists());
}

#[test]
fn rows_that_share_a_part_of_their_key_are_all_carried() {
    on_each_database(|database| {
        database.store();
        // More than are read at a time, all with the same headers; and one person's requests beside
        // another's with the same keys.
        let rows = 12_000;
        let series = |from: &str| match database.is_sqlite() {
            true => format!(
                "with recursive n(n) as (select 1 union all select n + 1 from n where n < {rows}) {from} from n"
            ),
            false => format!("{from} from generate_series(1, {rows}) n"),
        };
        let people = "insert into users (id, name, created_at, role, folded, password_is_temporary) values (101, 'a', 0, 'editor', 'a', false), (102, 'b', 0, 'editor', 'b', false)";
        let submission = "insert into submission (id, kind, state, revision, actor, bytes, work, summary, base_seq, created_at) values (1, 'file', 'draft', 1, 101, BYTES, '{}', '{}', 0, 0)";
        let submission =
            submission.replace("BYTES", if database.is_sqlite() { "x''" } else { "''" });
        database.run(people).unwrap();
        database.run(&submission).unwrap();
        let matching = "select 'a' || ((n * 7919) % 12000), 'the same', '{}', n";
        database
            .run(&insert(
                "matching (area, header, fields, at)",
                &series(matching),
            ))
            .unwrap();
        for actor in [101, 102] {
            let key = format!("select {actor}, 'k' || ((n * 7919) % 12000), 'r', n, 1");
            database
                .run(&insert(
                    "idempotency (actor, key, request, at, submission)",
                    &series(&key),
                ))
                .unwrap();
        }
        let files = Files::new();
        let backup = files.path("backup.sqlite");
        let saved = run(&["backup", &backup, "--database", &database.url]);
        assert!(saved.status.success(), "{}", err(&saved));
        let mut copy = SqliteConnection::establish(&backup).unwrap();
        for (table, count) in [("matching", rows), ("idempotency", 2 * rows)] {
            let query = format!("select count(*) from {table}");
            let found: i64 = diesel::RunQueryDsl::get_result(
                diesel::dsl::sql::<diesel::sql_types::BigInt>(&query),
                &mut copy,
            )
            .unwrap();
            assert_eq!(found, count, "{table}");
        }
    });
}

fn insert(into: &str, rows: &str) -> String {
    // SQLite takes `with` before `insert` as well as after it.
    format!("insert into {into} {rows}")
}
