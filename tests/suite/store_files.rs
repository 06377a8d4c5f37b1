//! Opening what is there, what isn't, and what isn't ours.

use std::fs;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use machinaka::domain::change::{ActorId, Moment, Proposal, Seq, Statement};
use machinaka::domain::facility::FacilityId;
use machinaka::store::{Store, StoreError};
use tempfile::TempDir;

use crate::support::databases::{Database, on_each_database};

fn url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

fn refusal(url: &str) -> String {
    match Store::open(url) {
        Err(error @ (StoreError::Unusable { .. } | StoreError::Newer { .. })) => {
            let text = error.to_string();
            assert!(!text.contains('\n') && text.ends_with('.'), "{text}");
            text
        }
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("{url} was opened"),
    }
}

/// Refused, with not a byte changed and no file left beside it.
fn refused_untouched(folder: &TempDir, path: &Path) -> String {
    let before = fs::read(path).unwrap();
    let beside = names(folder);
    let text = refusal(&url(path));
    assert_eq!(fs::read(path).unwrap(), before);
    assert_eq!(names(folder), beside);
    text
}

fn names(folder: &TempDir) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn fill(store: &Store, count: usize) {
    let proposals = (0..count).map(|n| Proposal {
        facility: FacilityId::new(&format!("hub-{n}")).unwrap(),
        statement: Statement::State(format!("{{\"name\":\"{}\"}}", "x".repeat(200))),
    });
    store
        .publish(ActorId::CLI, None, proposals, None, Moment(1))
        .unwrap();
}

#[test]
fn missing_folders_are_created_and_odd_names_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["new/町 中/a?b#c%20d.sqlite", "file:x", "sqlite"] {
        let path = folder.path().join(name);
        Store::open(&url(&path)).unwrap().migrate().unwrap();
        assert!(path.is_file(), "{name}");
    }
    let path = folder.path().join("slashes.sqlite");
    Store::open(&format!("sqlite://{}", path.display())).unwrap();
    assert!(path.is_file());
}

#[test]
fn an_empty_file_is_taken_for_a_new_directory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.sqlite");
    fs::write(&path, "").unwrap();
    Store::open(&url(&path)).unwrap().migrate().unwrap();
}

#[test]
fn unknown_urls_are_refused() {
    for url in [
        "",
        "a.sqlite",
        "mysql://me@host/db",
        "sqlite:",
        "postgres:me@host",
        "http://x/",
    ] {
        refusal(url);
    }
    assert_eq!(
        refusal("sqlite::memory:"),
        "The database sqlite::memory: cannot be used: a directory is kept in a file, not in memory."
    );
}

#[test]
fn a_server_that_does_not_answer_is_named_without_its_password() {
    // Port 1 of the loopback: nobody listens, and the refusal is immediate.
    let text = refusal("postgres://me:secret@127.0.0.1:1/hubs");
    assert!(
        text.starts_with("The database postgres://me@127.0.0.1:1/hubs cannot be used: "),
        "{text}"
    );
    assert!(!text.contains("secret"));
}

#[test]
fn a_folder_or_a_file_in_the_way_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert!(refusal(&url(folder.path())).contains("it is a folder"));
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    assert!(refusal(&url(&file.join("a.sqlite"))).contains("its folder cannot be created"));
}

#[test]
fn what_is_no_database_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("one byte", "x".to_owned()),
        ("short", "x".repeat(511)),
        ("text", "名称,住所\n".repeat(1000)),
        ("zeros", "\0".repeat(8192)),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        let text = refused_untouched(&folder, &path);
        assert!(text.contains("it is not an SQLite database"), "{text}");
    }
}

#[test]
fn another_applications_file_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    for (name, setup) in [
        ("plain", "create table notes (a)"),
        (
            "marked",
            "pragma application_id = 1234; create table notes (a)",
        ),
        (
            "marked and empty",
            "pragma application_id = 1234; create table a (a); drop table a",
        ),
        ("wal", "pragma journal_mode = wal; create table notes (a)"),
        (
            "same names",
            "create table change (a); create table users (a)",
        ),
    ] {
        let path = folder.path().join(name);
        SqliteConnection::establish(path.to_str().unwrap())
            .unwrap()
            .batch_execute(setup)
            .unwrap();
        let text = refused_untouched(&folder, &path);
        assert!(text.contains("it belongs to another application"), "{text}");
    }
}

#[test]
fn a_truncated_file_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sqlite");
    let store = Store::open(&url(&path)).unwrap();
    store.migrate().unwrap();
    fill(&store, 1000);
    drop(store);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let text = refused_untouched(&folder, &path);
    assert!(text.contains("the file is damaged"), "{text}");
}

/// A kill in the middle of a checkpoint: the first page in the file counts pages that only the journal
/// has. Found by a thousand kills; the program would not start again.
#[test]
fn a_file_that_is_whole_only_with_its_journal_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sqlite");
    let store = Store::open(&url(&path)).unwrap();
    store.migrate().unwrap();
    let before = fs::read(&path).unwrap();
    fill(&store, 1000);
    // As it lies there while somebody has it open: nothing is in the file that is not in the journal.
    let cut = folder.path().join("cut.sqlite");
    let journal = fs::read(folder.path().join("a.sqlite-wal")).unwrap();
    fs::write(folder.path().join("cut.sqlite-wal"), &journal).unwrap();
    drop(store);
    let after = fs::read(&path).unwrap();
    assert!(after.len() > before.len(), "the journal is in the file now");
    let mut half = before;
    half[..4096].copy_from_slice(&after[..4096]);
    fs::write(&cut, half).unwrap();
    let store = Store::open(&url(&cut)).unwrap();
    store.verify(|_, _| ()).unwrap();
    assert_eq!(store.head().unwrap().seq, Seq(1000));
}

#[test]
fn a_flipped_page_is_found_by_verify() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sqlite");
    let store = Store::open(&url(&path)).unwrap();
    store.migrate().unwrap();
    fill(&store, 1000);
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xff);
    fs::write(&path, bytes).unwrap();
    let store = Store::open(&url(&path)).unwrap();
    assert!(matches!(
        store.verify(|_, _| ()),
        Err(StoreError::Damaged { .. })
    ));
}

#[test]
fn a_dump_that_was_read_back_is_ours() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sqlite");
    let store = Store::open(&url(&path)).unwrap();
    store.migrate().unwrap();
    fill(&store, 3);
    drop(store);
    SqliteConnection::establish(path.to_str().unwrap())
        .unwrap()
        .batch_execute("pragma application_id = 0")
        .unwrap();
    let store = Store::open(&url(&path)).unwrap();
    assert_eq!(store.verify(|_, _| ()).unwrap().changes, 3);
}

#[cfg(unix)]
#[test]
fn what_may_not_be_written_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    // Not even root may create a file here.
    let text = refusal("sqlite:/proc/machinaka.sqlite");
    assert!(
        text.contains("the file cannot be opened or created"),
        "{text}"
    );

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sqlite");
    let original = Database::sqlite();
    original.store();
    // A file that this process has never opened: SQLite keeps descriptors, with what they may do.
    fs::copy(original.url.strip_prefix("sqlite:").unwrap(), &path).unwrap();
    let allow =
        |path: &Path, mode| fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();

    allow(&path, 0o444);
    if fs::OpenOptions::new().write(true).open(&path).is_ok() {
        println!("SKIPPED: permissions do not bind this user");
        return;
    }
    assert!(refused_untouched(&folder, &path).contains("it may not be written"));
    allow(&path, 0o644);
    allow(folder.path(), 0o555);
    refusal(&url(&path));
    refusal(&url(&folder.path().join("new.sqlite")));
    allow(folder.path(), 0o755);
    Store::open(&url(&path)).unwrap();
}

#[test]
fn a_newer_programs_database_is_refused_untouched() {
    on_each_database(|database| {
        let store = database.store();
        fill(&store, 1);
        database
            .run("insert into __diesel_schema_migrations (version) values ('29991231000000')")
            .unwrap();
        drop(store);
        let text = refusal(&database.url);
        assert!(
            text.contains("29991231000000") && text.contains("up to 2026"),
            "{text}"
        );
        if let Some(path) = database.url.strip_prefix("sqlite:") {
            let before = fs::read(path).unwrap();
            refusal(&database.url);
            assert_eq!(fs::read(path).unwrap(), before);
        }
    });
}

#[test]
fn a_newer_migration_that_came_while_we_were_open_stops_the_next_migration() {
    on_each_database(|database| {
        let store = Store::open(&database.url).unwrap();
        database.store();
        database
            .run("insert into __diesel_schema_migrations (version) values ('29991231000000')")
            .unwrap();
        assert!(matches!(store.migrate(), Err(StoreError::Newer { .. })));
    });
}

#[test]
fn another_applications_postgres_database_is_refused() {
    let Some(database) = Database::postgres() else {
        return;
    };
    database.run("create table users (a integer)").unwrap();
    assert!(refusal(&database.url).contains("its tables belong to another application"));
}
