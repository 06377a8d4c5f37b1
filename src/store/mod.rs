//! The database, and the only room that knows diesel.
//!
//! A [`Store`] is one SQLite file or one PostgreSQL database behind a pool. It stores the change log
//! ([`log`], [`reading`], [`verify`]), accounts ([`people`]), submissions ([`submissions`]) and visitors'
//! reports ([`reports`]). The last change of each facility is the directory. A facility is JSON text
//! here, hashed member by member ([`chain`]).
//!
//! The two databases meet in [`Db`]. Queries are the common subset; what has to differ is in
//! `sqlite.rs` and `postgres.rs`.

pub mod addresses;
pub mod backup;
pub mod boundaries;
pub mod chain;
pub mod error;
pub mod files;
pub mod geopackage;
pub mod history;
mod location;
pub mod log;
mod migrations;
pub mod official_files;
pub mod people;
pub mod population;
mod postgres;
pub mod railways;
pub mod reading;
pub mod redaction;
mod relay;
pub mod reports;
mod schema;
mod sqlite;
pub mod submissions;
pub mod verify;

use std::ops::DerefMut;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, Pool};

use self::chain::Digest;
pub use self::error::StoreError;
use self::location::{Connection, DatabaseLocation, Unreachable};
use self::migrations::State;
use self::schema::log_head;
use crate::domain::change::Seq;

/// Web requests read the snapshot and not the database, so a few connections serve many people;
/// several programs may share one PostgreSQL, which by default lets 100 connect.
const POOL_SIZE: u32 = 8;

/// After that long without a connection the database counts as away.
const POOL_WAIT: Duration = Duration::from_secs(10);

/// So long somebody waits for a database that is known to be away.
const AWAY_WAIT: Duration = Duration::from_millis(300);

/// How long bringing tables up to date may take.
const MIGRATING: Duration = Duration::from_secs(60 * 60);

/// The database of one directory.
pub struct Store {
    pool: Pool<DatabaseLocation>,
    place: DatabaseLocation,
    /// SQLite has one writer at a time. Ours queue here, in turn and without polling the file, and
    /// before they take a connection, so that readers always find one.
    writer: Mutex<()>,
    /// Whether no connection could be made last time: then nobody waits long for the next.
    is_away: AtomicBool,
}

/// The one row that says where the log ends. Replicas poll it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The number of the last change; 0 before the first.
    pub seq: Seq,
    /// The hash of the last change; the genesis before the first.
    pub hash: Digest,
    /// Rises with every import of boundaries, population or stations.
    pub reference: i64,
    /// Drawn when the directory was created. Another directory has another.
    pub directory_id: String,
}

impl Store {
    /// Opens the database at `sqlite:PATH` or `postgres://…`, creating the SQLite file and its
    /// folders where they don't exist. What isn't ours, or is newer than this program, is refused
    /// and stays untouched. Call [`migrate`](Self::migrate) before anything else.
    pub fn open(url: &str) -> Result<Store, StoreError> {
        let place = DatabaseLocation::parse(url)?;
        if let DatabaseLocation::Sqlite(path) = &place {
            sqlite::prepare(path).map_err(|reason| place.unusable(reason))?;
        }
        Store::at(place)
    }

    fn at(place: DatabaseLocation) -> Result<Store, StoreError> {
        // Outside the pool first: it would try for ten seconds, and log, before it gave an error.
        let mut wired = place
            .connect()
            .map_err(|Unreachable(reason)| place.unusable(reason))?;
        refuse_unknown(&place, migrations::state(&mut wired.db)?)?;
        let pool = Pool::builder()
            .max_size(POOL_SIZE)
            .min_idle(Some(1))
            .connection_timeout(POOL_WAIT)
            // Finds out that a server was restarted. A file has no such moods.
            .test_on_check_out(matches!(place, DatabaseLocation::Postgres(_)))
            .build(place.clone())?;
        Ok(Store {
            pool,
            place,
            writer: Mutex::new(()),
            is_away: AtomicBool::new(false),
        })
    }

    /// Opens a SQLite file that nobody writes, and reads it without leaving a trace: it may lie on a
    /// disk that cannot be written. What isn't ours, or is newer than this program, is refused. Its
    /// tables may be older than this program's; see [`is_current`](Self::is_current).
    pub fn open_unchanging(url: &str) -> Result<Store, StoreError> {
        let place = match DatabaseLocation::parse(url)? {
            DatabaseLocation::Sqlite(path) => {
                sqlite::glance(&path)
                    .map_err(|reason| DatabaseLocation::Sqlite(path.clone()).unusable(reason))?;
                DatabaseLocation::Unchanging(path)
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
        self.write_within(MIGRATING, |db| {
            if let Db::Postgres(db) = db {
                db.batch_execute(&format!(
                    "set local lock_timeout = 0; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; select pg_advisory_xact_lock({})",
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

    /// Says that boundaries, population or stations have changed, and returns the new number.
    pub fn raise_reference(&self) -> Result<i64, StoreError> {
        self.write(raise_reference)
    }

    /// Runs `work` in a transaction that may write: all of it happens, or nothing.
    fn write<T>(
        &self,
        work: impl FnOnce(&mut Db) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.write_within(postgres::PATIENCE, work)
    }

    /// The same where a statement may take that long.
    fn write_within<T>(
        &self,
        patience: Duration,
        work: impl FnOnce(&mut Db) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _turn = matches!(self.place, DatabaseLocation::Sqlite(_))
            // A publisher that panicked has left nothing behind: its transaction is rolled back.
            .then(|| self.writer.lock().unwrap_or_else(PoisonError::into_inner));
        let mut db = self.connection()?;
        db.0.set_patience(patience);
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
                // Nobody waits for a reader, and a copy may take long over what was read.
                "begin isolation level repeatable read read only; set local idle_in_transaction_session_timeout = 0",
            ),
        }?;
        finish(&mut db, work)
    }

    fn connection(&self) -> Result<Connection, StoreError> {
        let wait = match self.is_away.load(Ordering::Relaxed) {
            true => AWAY_WAIT,
            false => POOL_WAIT,
        };
        let found = self.pool.get_timeout(wait);
        // With connections in use, others only have it busy.
        let is_away = found.is_err() && self.pool.state().connections == 0;
        if found.is_ok() || is_away {
            self.is_away.store(is_away, Ordering::Relaxed);
        }
        Ok(Connection(found?))
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

/// The next reference number: seconds since 1970, so that a directory that was restored from a backup does
/// not give a number again for other data.
fn raise_reference(db: &mut Db) -> Result<i64, StoreError> {
    let next = (lock_head(db)?.reference + 1).max(chrono::Utc::now().timestamp());
    diesel::update(log_head::table.find(1))
        .set(log_head::reference.eq(next))
        .execute(db)?;
    Ok(next)
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

fn refuse_unknown(place: &DatabaseLocation, state: State) -> Result<(), StoreError> {
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
}
