//! SQLite: checks that a file is ours before writing to it, and sets up each connection.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};

use super::error::one_line;

/// SQLite's `application_id` of our files, "mcnk": so that `file` and we ourselves can tell.
const APPLICATION_ID: i32 = 0x6d63_6e6b;

/// How long a writer waits for another *process*; within this one they queue. A person waiting for
/// a web page would have given up by then.
const BUSY: Duration = Duration::from_secs(10);

/// A bulk import writes all its pages to the write-ahead log before it commits. Afterwards the file
/// is cut back to this size instead of keeping a gigabyte for ever.
const WAL_KEPT_BYTES: u32 = 64 << 20;

/// Creates the file, or makes sure that it is ours, intact at first sight, and can be written.
///
/// A file that isn't ours is not changed in any way, and gets no `-wal` beside it.
pub(super) fn prepare(path: &Path) -> Result<(), String> {
    if path.is_dir() {
        return Err("it is a folder".to_owned());
    }
    if fs::metadata(path).is_ok_and(|file| file.len() > 0) {
        // Another program may be creating the file just now, and this look takes no lock.
        glance(path).or_else(|_| {
            sleep(Duration::from_millis(200));
            glance(path)
        })?;
    } else if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        fs::create_dir_all(folder)
            .map_err(|error| format!("its folder cannot be created ({error})"))?;
    }
    let mut db = open(path, "rwc")?;
    try_to_write(&mut db).map_err(|error| explain(&error))?;
    set_up(&mut db).map_err(|error| explain(&error))?;
    claim(&mut db).map_err(|error| explain(&error))?;
    use_wal(&mut db)
}

/// Opens one connection of the pool.
pub(super) fn connect(path: &Path) -> Result<SqliteConnection, String> {
    // Without `c`: a file removed under a running program is an error, not an empty directory.
    let mut db = open(path, "rw")?;
    set_up(&mut db).map_err(|error| explain(&error))?;
    let mode: String = sql::<Text>("pragma journal_mode")
        .get_result(&mut db)
        .map_err(|error| explain(&error))?;
    if mode != "wal" {
        use_wal(&mut db)?;
    }
    Ok(db)
}

/// Opens a connection that can only read, takes no lock and leaves nothing beside the file.
pub(super) fn connect_unchanging(path: &Path) -> Result<SqliteConnection, String> {
    open(path, "ro&immutable=1")
}

/// Writes the journal beside a file into it, and takes it away. The last who had the file open may be
/// about to close it still.
pub(super) fn fold_in(path: &Path) -> Result<(), String> {
    let mut db = open(path, "rw")?;
    let until = Instant::now() + BUSY;
    loop {
        let done =
            db.batch_execute("pragma wal_checkpoint(truncate); pragma journal_mode = delete");
        match done {
            Ok(()) => return Ok(()),
            Err(error) if Instant::now() > until => return Err(explain(&error)),
            Err(_) => sleep(Duration::from_millis(20)),
        }
    }
}

/// What is structurally wrong with the file; nothing, if all is well. Reads all of it.
pub(super) fn check(db: &mut SqliteConnection) -> QueryResult<Option<String>> {
    let found: Vec<String> = sql::<Text>("pragma integrity_check(1)").load(db)?;
    if found != ["ok"] {
        return Ok(Some(format!(
            "SQLite's integrity check says: {}",
            found.join(" ")
        )));
    }
    let dangling: i64 =
        sql::<BigInt>("select count(*) from pragma_foreign_key_check").get_result(db)?;
    Ok((dangling > 0).then(|| format!("{dangling} rows refer to rows that don't exist")))
}

fn open(path: &Path, mode: &str) -> Result<SqliteConnection, String> {
    SqliteConnection::establish(&uri(path, mode)?).map_err(|error| explain(&error))
}

fn set_up(db: &mut SqliteConnection) -> QueryResult<()> {
    db.batch_execute(&format!(
        // What is deleted is overwritten: a value taken out of the log must not lie in a free page.
        // FULL: what has been acknowledged survives a power cut. WAL's default, NORMAL, may lose it.
        "pragma busy_timeout = {}; pragma foreign_keys = on; pragma synchronous = full; pragma secure_delete = on; pragma journal_size_limit = {WAL_KEPT_BYTES};",
        BUSY.as_millis()
    ))
}

/// Writes our mark and takes it back, to see whether writing is allowed.
///
/// This has to be the first thing a connection does. SQLite opens a read-only file without a word,
/// and reading it would leave a `-wal` beside it that is read-only as well: even after somebody has
/// put the permissions right, the database could not be written.
fn try_to_write(db: &mut SqliteConnection) -> QueryResult<()> {
    let written = db.batch_execute(&format!("begin; pragma application_id = {APPLICATION_ID};"));
    match written {
        Ok(()) => db.batch_execute("rollback"),
        // Somebody else is writing, so it can be written.
        Err(error) if is_locked(&error) => db.batch_execute("rollback"),
        Err(error) => Err(error),
    }
}

/// Looks at a file without lock or any other trace, without its journal unless it cannot be read
/// alone, and without opening it by ourselves: closing a file drops the locks that SQLite holds on
/// it elsewhere in this process.
pub(super) fn glance(path: &Path) -> Result<(), String> {
    // SQLite takes a file of one byte for an empty one. Its smallest page has 512.
    if fs::metadata(path).is_ok_and(|file| (1..512).contains(&file.len())) {
        return Err(NOT_SQLITE.to_owned());
    }
    let whose = owner(&mut open(path, "ro&immutable=1")?);
    let whose = match whose {
        // Whoever was killed while it wrote its journal into the file left a file that is whole only
        // with that journal, and may then leave a `-shm` beside it as well.
        Err(_) if has_journal(path) => owner(&mut open(path, "ro")?),
        whose => whose,
    };
    match whose {
        Ok(Owner::Us | Owner::Nobody) => Ok(()),
        Ok(Owner::Another) => Err(ANOTHER.to_owned()),
        Err(error) => Err(explain(&error)),
    }
}

/// Whether a write-ahead log with something in it lies beside a file.
fn has_journal(path: &Path) -> bool {
    let mut journal = path.as_os_str().to_owned();
    journal.push("-wal");
    fs::metadata(journal).is_ok_and(|journal| journal.len() > 0)
}

const NOT_SQLITE: &str = "it is not an SQLite database";
const ANOTHER: &str = "it belongs to another application";

enum Owner {
    Us,
    Nobody,
    Another,
}

fn owner(db: &mut SqliteConnection) -> QueryResult<Owner> {
    let id: i32 = sql::<Integer>("pragma application_id").get_result(db)?;
    // Read even where the id is ours: a schema that can't be read is noticed here.
    let tables: i64 = sql::<BigInt>("select count(*) from sqlite_master").get_result(db)?;
    // A dump that was read back has our tables, but no id: `.dump` doesn't write it.
    let ours: i64 = sql::<BigInt>(
        "select count(*) from sqlite_master where type = 'table' and name in ('change', 'log_head', '__diesel_schema_migrations')",
    )
    .get_result(db)?;
    Ok(match (id, tables, ours) {
        (APPLICATION_ID, _, _) | (0, _, 3) => Owner::Us,
        (0, 0, _) => Owner::Nobody,
        _ => Owner::Another,
    })
}

/// Marks an empty file as ours while it still has SQLite's usual rollback journal, so that the mark
/// is in the file itself before a write-ahead log can exist.
fn claim(db: &mut SqliteConnection) -> QueryResult<()> {
    let id: i32 = sql::<Integer>("pragma application_id").get_result(db)?;
    if id == APPLICATION_ID {
        return Ok(());
    }
    db.immediate_transaction(|db| match owner(db)? {
        Owner::Another => Err(diesel::result::Error::QueryBuilderError(ANOTHER.into())),
        Owner::Us | Owner::Nobody => {
            db.batch_execute(&format!("pragma application_id = {APPLICATION_ID}"))
        }
    })
}

/// Switches the file to a write-ahead log. SQLite does not wait for others when it does this.
fn use_wal(db: &mut SqliteConnection) -> Result<(), String> {
    let start = Instant::now();
    loop {
        match sql::<Text>("pragma journal_mode = wal").get_result::<String>(db) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(_) => return Err("its file system cannot hold a write-ahead log".to_owned()),
            Err(error) if is_locked(&error) && start.elapsed() < BUSY => {
                sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(explain(&error)),
        }
    }
}

fn is_locked(error: &diesel::result::Error) -> bool {
    error.to_string() == "database is locked"
}

/// SQLite's words where they are clear, better ones where they aren't.
fn explain(error: &impl ToString) -> String {
    let text = one_line(&error.to_string());
    match text.as_str() {
        "file is not a database" => NOT_SQLITE.to_owned(),
        "attempt to write a readonly database" => "it may not be written".to_owned(),
        "unable to open database file" => {
            "the file cannot be opened or created, or its folder may not be written".to_owned()
        }
        "database is locked" => "another program is writing to it".to_owned(),
        _ if text.contains("malformed") => format!("the file is damaged ({text})"),
        _ => text,
    }
}

/// The path as a URI, since only a URI can say how to open.
fn uri(path: &Path, mode: &str) -> Result<String, String> {
    const KEPT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b':');
    let path: PathBuf = std::path::absolute(path).map_err(|error| error.to_string())?;
    let mut path = path.to_str().ok_or("its path is not Unicode")?.to_owned();
    if cfg!(windows) {
        path = format!("/{}", path.replace('\\', "/"));
    }
    Ok(format!(
        "file:{}?mode={mode}",
        percent_encoding::utf8_percent_encode(&path, KEPT)
    ))
}
