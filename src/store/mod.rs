//! The database, and the only room that knows diesel.
//!
//! A [`Store`] is one SQLite file or one PostgreSQL database behind a pool. It keeps the change log
//! ([`log`]), whose last change per facility is the directory, and checks it ([`verify`]). It keeps
//! the accounts of those who may change it ([`people`]), what they hand in ([`submissions`]) and what
//! visitors report ([`reports`]).
//! Nothing here knows what a facility is made of: bodies are JSON text to it, hashed member by member
//! ([`chain`]).
//!
//! The two databases meet in [`Db`]. Queries are the common subset; what has to differ is in
//! `sqlite.rs` and `postgres.rs`.

pub mod backup;
pub mod boundaries;
pub mod chain;
pub mod error;
pub mod geopackage;
pub mod history;
pub mod log;
mod migrations;
pub mod people;
pub mod population;
mod postgres;
pub mod redaction;
pub mod reports;
mod schema;
mod sqlite;
pub mod submissions;
pub mod verify;

use std::ops::DerefMut;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, Pool, PooledConnection, R2D2Connection};

use self::chain::Digest;
pub use self::error::StoreError;
use self::migrations::State;
use self::schema::log_head;
use crate::domain::change::Seq;

/// Web requests read the snapshot and not the database, so a few connections serve many people;
/// several programs may share one PostgreSQL, which by default lets 100 connect.
const POOL_SIZE: u32 = 8;

/// After that long without a connection the database counts as away.
const POOL_WAIT: Duration = Duration::from_secs(10);

/// The database of one directory.
pub struct Store {
    pool: Pool<Place>,
    place: Place,
    /// SQLite has one writer at a time. Ours queue here, in turn and without polling the file, and
    /// before they take a connection, so that readers always find one.
    writer: Mutex<()>,
}

/// The one row that says where the log ends. Replicas poll it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The number of the last change; 0 before the first.
    pub seq: Seq,
    /// The hash of the last change; the genesis before the first.
    pub hash: Digest,
    /// Rises with every import of boundaries or population.
    pub reference: i64,
    /// Drawn when the directory was created. Another directory has another.
    pub directory_id: String,
}

impl Store {
    /// Opens the database at `sqlite:PATH` or `postgres://…`, creating the SQLite file and its
    /// folders where they don't exist. What isn't ours, or is newer than this program, is refused
    /// and stays untouched. Call [`migrate`](Self::migrate) before anything else.
    pub fn open(url: &str) -> Result<Store, StoreError> {
        let place = Place::parse(url)?;
        if let Place::Sqlite(path) = &place {
            sqlite::prepare(path).map_err(|reason| place.unusable(reason))?;
        }
        Store::at(place)
    }

    fn at(place: Place) -> Result<Store, StoreError> {
        // Outside the pool first: it would try for ten seconds, and log, before it gave an error.
        let mut db = place
            .connect()
            .map_err(|Unreachable(reason)| place.unusable(reason))?;
        refuse_unknown(&place, migrations::state(&mut db)?)?;
        let pool = Pool::builder()
            .max_size(POOL_SIZE)
            .min_idle(Some(1))
            .connection_timeout(POOL_WAIT)
            // Finds out that a server was restarted. A file has no such moods.
            .test_on_check_out(matches!(place, Place::Postgres(_)))
            .build(place.clone())?;
        Ok(Store {
            pool,
            place,
            writer: Mutex::new(()),
        })
    }

    /// Opens a SQLite file that nobody writes, and reads it without leaving a trace: it may lie on a
    /// disk that cannot be written. What isn't ours, or is newer than this program, is refused. Its
    /// tables may be older than this program's; see [`is_current`](Self::is_current).
    pub fn open_unchanging(url: &str) -> Result<Store, StoreError> {
        let place = match Place::parse(url)? {
            Place::Sqlite(path) => {
                sqlite::glance(&path)
                    .map_err(|reason| Place::Sqlite(path.clone()).unusable(reason))?;
                Place::Unchanging(path)
            }
            place => place,
        };
        Store::at(place)
    }

    /// Whether its tables are this program's.
    pub fn is_current(&self) -> Result<bool, StoreError> {
        Ok(migrations::state(&mut *self.connection()?)? == State::Current)
    }

    /// Brings the tables up to this program's, and draws the directory's id if it has none yet.
    /// Several programs may do so at once; a current database is only read.
    pub fn migrate(&self) -> Result<(), StoreError> {
        if migrations::state(&mut *self.connection()?)? == State::Current {
            return Ok(());
        }
        self.write(|db| {
            if let Db::Postgres(db) = db {
                db.batch_execute(&format!(
                    "select pg_advisory_xact_lock({})",
                    postgres::MIGRATION_LOCK
                ))?;
            }
            refuse_unknown(&self.place, migrations::state(db)?)?;
            migrations::run(db)?;
            if log_head::table.count().get_result::<i64>(db)? == 0 {
                // Version 7 carries 74 random bits, and sorts by age in a list of directories.
                let id = uuid::Uuid::now_v7().to_string();
                diesel::insert_into(log_head::table)
                    .values((
                        log_head::id.eq(1),
                        log_head::seq.eq(0),
                        log_head::hash.eq(chain::genesis(&id).to_string()),
                        log_head::reference.eq(0),
                        log_head::directory_id.eq(id),
                    ))
                    .execute(db)?;
            }
            Ok(())
        })
    }

    /// Where the log ends now.
    pub fn head(&self) -> Result<Head, StoreError> {
        head(&mut *self.connection()?)
    }

    /// Says that boundaries or population have changed, and returns the new number.
    pub fn raise_reference(&self) -> Result<i64, StoreError> {
        self.write(raise_reference)
    }

    /// Runs `work` in a transaction that may write: all of it happens, or nothing.
    fn write<T>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _turn = matches!(self.place, Place::Sqlite(_))
            // A publisher that panicked has left nothing behind: its transaction is rolled back.
            .then(|| self.writer.lock().unwrap_or_else(PoisonError::into_inner));
        let mut db = self.connection()?;
        match &mut *db {
            // A deferred transaction would fail at once, without waiting, if somebody else writes
            // between its first reading and its first writing.
            Db::Sqlite(db) => AnsiTransactionManager::begin_transaction_sql(db, "begin immediate"),
            // Not the server's default: what follows the lock must see what its last holder did.
            Db::Postgres(db) => AnsiTransactionManager::begin_transaction_sql(
                db,
                "begin isolation level read committed",
            ),
        }?;
        finish(&mut db, work)
    }

    /// Runs `work` in a transaction that sees one state of the database throughout.
    fn read<T>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut db = self.connection()?;
        match &mut *db {
            Db::Sqlite(db) => AnsiTransactionManager::begin_transaction_sql(db, "begin"),
            Db::Postgres(db) => AnsiTransactionManager::begin_transaction_sql(
                db,
                "begin isolation level repeatable read read only",
            ),
        }?;
        finish(&mut db, work)
    }

    fn connection(&self) -> Result<PooledConnection<Place>, StoreError> {
        Ok(self.pool.get()?)
    }
}

use db::Db;

mod db {
    #![allow(missing_docs, reason = "the derive writes public items without any")]

    use diesel::{PgConnection, SqliteConnection};

    /// A connection to either database.
    #[derive(diesel::MultiConnection)]
    pub enum Db {
        Sqlite(SqliteConnection),
        Postgres(PgConnection),
    }
}

fn finish<T>(
    db: &mut impl DerefMut<Target = Db>,
    work: impl FnOnce(&mut Db) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let db: &mut Db = db;
    match work(db) {
        Ok(value) => {
            Db::commit_transaction(db)?;
            Ok(value)
        }
        Err(error) => {
            // The first failure is the one to report. A connection that can't even roll back is
            // broken, which the pool notices; the database rolls back by itself.
            let _ = Db::rollback_transaction(db);
            Err(error)
        }
    }
}

fn head(db: &mut Db) -> Result<Head, StoreError> {
    let row = log_head::table
        .select((
            log_head::seq,
            log_head::hash,
            log_head::reference,
            log_head::directory_id,
        ))
        .first(db)?;
    Head::from_row(row)
}

/// Takes the lock that puts publishers in line, and reads the head under it.
fn lock_head(db: &mut Db) -> Result<Head, StoreError> {
    let row = diesel::update(log_head::table.find(1))
        .set(log_head::seq.eq(log_head::seq))
        .returning((
            log_head::seq,
            log_head::hash,
            log_head::reference,
            log_head::directory_id,
        ))
        .get_result(db)?;
    Head::from_row(row)
}

fn raise_reference(db: &mut Db) -> Result<i64, StoreError> {
    Ok(diesel::update(log_head::table.find(1))
        .set(log_head::reference.eq(log_head::reference + 1))
        .returning(log_head::reference)
        .get_result(db)?)
}

impl Head {
    fn from_row(
        (seq, hash, reference, directory_id): (i64, String, i64, String),
    ) -> Result<Head, StoreError> {
        let hash = Digest::from_hex(&hash).ok_or_else(|| StoreError::Damaged {
            seq: None,
            what: format!("the head's hash is {hash:?}"),
        })?;
        Ok(Head {
            seq: Seq(seq),
            hash,
            reference,
            directory_id,
        })
    }
}

fn refuse_unknown(place: &Place, state: State) -> Result<(), StoreError> {
    match state {
        State::Current | State::Behind => Ok(()),
        State::Newer { found, known } => Err(StoreError::Newer {
            database: place.to_string(),
            found,
            known,
        }),
        State::Another => {
            Err(place.unusable("its tables belong to another application".to_owned()))
        }
    }
}

/// Where a database is; opens the pool's connections.
#[derive(Debug, Clone)]
enum Place {
    Sqlite(PathBuf),
    /// A file that is only read, and that nobody else writes meanwhile.
    Unchanging(PathBuf),
    Postgres(String),
}

impl Place {
    fn parse(url: &str) -> Result<Place, StoreError> {
        let refuse = |reason: &str| {
            Err(StoreError::Unusable {
                database: postgres::shown(url),
                reason: reason.to_owned(),
            })
        };
        match url.split_once(':') {
            Some(("sqlite", path)) => match path.strip_prefix("//").unwrap_or(path) {
                "" => refuse("the path of its file is missing, as in sqlite:PATH"),
                // Each connection of the pool would have a memory of its own.
                ":memory:" => refuse("a directory is kept in a file, not in memory"),
                path => Ok(Place::Sqlite(path.into())),
            },
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(Place::Postgres(url.to_owned()))
            }
            _ => refuse("a database is named as sqlite:PATH or postgres://USER@HOST/NAME"),
        }
    }

    fn unusable(&self, reason: String) -> StoreError {
        StoreError::Unusable {
            database: self.to_string(),
            reason,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Sqlite(path) | Place::Unchanging(path) => {
                write!(f, "sqlite:{}", path.display())
            }
            Place::Postgres(url) => f.write_str(&postgres::shown(url)),
        }
    }
}

/// Diesel's own manager asks the enum to establish a connection, which tries SQLite first with
/// whatever URL it gets, and creates a file named `postgres:`.
impl ManageConnection for Place {
    type Connection = Db;
    type Error = Unreachable;

    fn connect(&self) -> Result<Db, Unreachable> {
        match self {
            Place::Sqlite(path) => sqlite::connect(path).map(Db::Sqlite),
            Place::Unchanging(path) => sqlite::connect_unchanging(path).map(Db::Sqlite),
            Place::Postgres(url) => postgres::connect(url).map(Db::Postgres),
        }
        .map_err(Unreachable)
    }

    fn is_valid(&self, db: &mut Db) -> Result<(), Unreachable> {
        db.ping().map_err(|error| Unreachable(error.to_string()))
    }

    fn has_broken(&self, db: &mut Db) -> bool {
        std::thread::panicking() || db.is_broken()
    }
}

/// Why a connection could not be made.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unreachable(String);

#[cfg(test)]
mod tests {
    use diesel::dsl::sql;
    use diesel::sql_types::{BigInt, Text};

    use super::*;

    #[test]
    fn every_pooled_sqlite_connection_is_durable_and_patient() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}/a.sqlite", folder.path().display())).unwrap();
        let mut all: Vec<_> = (0..POOL_SIZE)
            .map(|_| store.connection().unwrap())
            .collect();
        for db in &mut all {
            let mut number =
                |pragma: &str| sql::<BigInt>(pragma).get_result::<i64>(&mut **db).unwrap();
            assert_eq!(number("pragma foreign_keys"), 1);
            assert_eq!(number("pragma synchronous"), 2, "2 is FULL");
            assert_eq!(number("pragma busy_timeout"), 10_000);
            let mode: String = sql::<Text>("pragma journal_mode")
                .get_result(&mut **db)
                .unwrap();
            assert_eq!(mode, "wal");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let place =
            Place::parse("postgres://me:secret@db.example:5432/hubs?password=other").unwrap();
        assert_eq!(place.to_string(), "postgres://me@db.example:5432/hubs");
    }
}
