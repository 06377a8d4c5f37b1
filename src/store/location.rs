//! The location of a database, and the connections to it.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diesel::r2d2::{ManageConnection, PooledConnection, R2D2Connection};

use super::relay::Relay;
use super::{Db, StoreError, error, postgres, sqlite};

/// A connection of the pool, as the database it leads to.
pub(super) struct Connection(pub(super) PooledConnection<DatabaseLocation>);

impl Deref for Connection {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.0.db
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut Db {
        &mut self.0.db
    }
}

/// A connection, and the relay it goes through.
pub(super) struct PooledDb {
    pub(super) db: Db,
    line: Option<Relay>,
    /// How often the server had fallen silent when it was made.
    silences: u64,
}

impl PooledDb {
    pub(super) fn set_patience(&self, patience: Duration) {
        if let Some(line) = &self.line {
            line.set_patience(patience);
        }
    }
}

/// Where a database is; opens the pool's connections.
#[derive(Debug, Clone)]
pub(super) enum DatabaseLocation {
    Sqlite(PathBuf),
    /// A file that is only read, and that nobody else writes meanwhile.
    Unchanging(PathBuf),
    Postgres(Server),
}

/// A PostgreSQL server.
#[derive(Debug, Clone)]
pub(super) struct Server {
    url: String,
    /// How often it fell silent. Connections made before the last time are not asked any more.
    silences: Arc<AtomicU64>,
}

impl DatabaseLocation {
    pub(super) fn parse(url: &str) -> Result<DatabaseLocation, StoreError> {
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
                path => Ok(DatabaseLocation::Sqlite(path.into())),
            },
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(DatabaseLocation::Postgres(Server {
                    url: url.to_owned(),
                    silences: Arc::default(),
                }))
            }
            _ => refuse("a database is named as sqlite:PATH or postgres://USER@HOST/NAME"),
        }
    }

    pub(super) fn unusable(&self, reason: String) -> StoreError {
        StoreError::Unusable {
            database: self.to_string(),
            reason,
        }
    }
}

impl std::fmt::Display for DatabaseLocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DatabaseLocation::Sqlite(path) | DatabaseLocation::Unchanging(path) => {
                write!(f, "sqlite:{}", path.display())
            }
            DatabaseLocation::Postgres(server) => f.write_str(&postgres::shown(&server.url)),
        }
    }
}

/// Diesel's own manager asks the enum to establish a connection, which tries SQLite first with
/// whatever URL it gets, and creates a file named `postgres:`.
impl ManageConnection for DatabaseLocation {
    type Connection = PooledDb;
    type Error = Unreachable;

    fn connect(&self) -> Result<PooledDb, Unreachable> {
        let (db, line, silences) = match self {
            DatabaseLocation::Sqlite(path) => (Db::Sqlite(sqlite::connect(path)?), None, 0),
            DatabaseLocation::Unchanging(path) => {
                (Db::Sqlite(sqlite::connect_unchanging(path)?), None, 0)
            }
            DatabaseLocation::Postgres(server) => {
                let silences = server.silences.load(Ordering::Relaxed);
                let (db, line) = postgres::connect(&server.url)?;
                (Db::Postgres(db), line, silences)
            }
        };
        Ok(PooledDb { db, line, silences })
    }

    fn is_valid(&self, wired: &mut PooledDb) -> Result<(), Unreachable> {
        if let DatabaseLocation::Postgres(server) = self
            && wired.silences != server.silences.load(Ordering::Relaxed)
        {
            return Err(Unreachable("the server has fallen silent".to_owned()));
        }
        wired.set_patience(postgres::PING);
        let answered = wired.db.ping();
        wired.set_patience(postgres::PATIENCE);
        answered.map_err(|error| {
            self.note_silence(wired);
            Unreachable(error::one_line(&error.to_string()))
        })
    }

    fn has_broken(&self, wired: &mut PooledDb) -> bool {
        std::thread::panicking() || self.note_silence(wired) || wired.db.is_broken()
    }
}

impl DatabaseLocation {
    /// Whether a connection ended because its server fell silent: then the others have, too.
    fn note_silence(&self, wired: &PooledDb) -> bool {
        let was_cut = wired.line.as_ref().is_some_and(Relay::was_cut);
        if let DatabaseLocation::Postgres(server) = self
            && was_cut
        {
            let next = wired.silences + 1;
            server.silences.fetch_max(next, Ordering::Relaxed);
        }
        was_cut
    }
}

/// Why a connection could not be made.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unreachable(pub(super) String);

impl From<String> for Unreachable {
    fn from(reason: String) -> Unreachable {
        Unreachable(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let place =
            DatabaseLocation::parse("postgres://me:secret@db.example:5432/hubs?password=other")
                .unwrap();
        assert_eq!(place.to_string(), "postgres://me@db.example:5432/hubs");
    }
}
