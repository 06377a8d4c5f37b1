//! A directory copied into a file and back, from and to both databases, while people write.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::{Files, err, out};
use crate::support::databases::on_each_database;
use crate::support::people::{Client, PASSWORD};
use crate::support::server::{TestDirectory, run};

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
