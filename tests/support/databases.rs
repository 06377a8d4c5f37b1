//! Throw-away databases: a SQLite file in a temporary folder, and a PostgreSQL database of its own
//! on the server named by `MACHINAKA_TEST_POSTGRES` (see `with-postgres.sh`).

use std::env;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use diesel::{Connection, PgConnection, QueryResult, RunQueryDsl, SqliteConnection};
use machinaka::store::Store;
use tempfile::TempDir;

/// An empty database, removed when dropped.
pub struct Database {
    pub url: String,
    kind: Kind,
}

enum Kind {
    Sqlite { _folder: TempDir },
    Postgres { admin: String, name: String },
}

/// Runs a check on SQLite and then on PostgreSQL.
///
/// Without a server the second half is left out, audibly; on CI that is a failure.
pub fn on_each_database(check: impl Fn(&Database)) {
    let sqlite = Database::sqlite();
    println!("on {}", sqlite.url);
    check(&sqlite);
    if let Some(postgres) = Database::postgres() {
        println!("on {}", postgres.url);
        check(&postgres);
    }
}

impl Database {
    pub fn sqlite() -> Database {
        let folder = tempfile::tempdir().unwrap();
        let url = format!(
            "sqlite:{}",
            folder.path().join("directory.sqlite").display()
        );
        Database {
            url,
            kind: Kind::Sqlite { _folder: folder },
        }
    }

    pub fn postgres() -> Option<Database> {
        let Ok(admin) = env::var("MACHINAKA_TEST_POSTGRES") else {
            let required = env::var("MACHINAKA_REQUIRE_POSTGRES").is_ok_and(|value| value == "1")
                || env::var("CI").is_ok_and(|value| value == "true");
            assert!(
                !required,
                "MACHINAKA_TEST_POSTGRES is not set; use tests/support/with-postgres.sh"
            );
            println!("SKIPPED on PostgreSQL: MACHINAKA_TEST_POSTGRES is not set");
            return None;
        };
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "machinaka_test_{}_{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        PgConnection::establish(&admin)
            .unwrap()
            .batch_execute(&format!("create database {name}"))
            .unwrap();
        let (server, _) = admin.rsplit_once('/').unwrap();
        Some(Database {
            url: format!("{server}/{name}"),
            kind: Kind::Postgres { admin, name },
        })
    }

    /// Opens and migrates it.
    pub fn store(&self) -> Store {
        let store = Store::open(&self.url).unwrap();
        store.migrate().unwrap();
        store
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self.kind, Kind::Sqlite { .. })
    }

    /// Runs SQL behind the program's back.
    pub fn run(&self, statements: &str) -> QueryResult<()> {
        match &self.kind {
            Kind::Sqlite { .. } => self.sqlite_connection().batch_execute(statements),
            Kind::Postgres { .. } => PgConnection::establish(&self.url)
                .unwrap()
                .batch_execute(statements),
        }
    }

    /// Reads one number behind the program's back.
    pub fn number(&self, query: &str) -> i64 {
        // PostgreSQL's length() is four bytes wide.
        let query = sql::<BigInt>(&format!("select cast(({query}) as bigint)"));
        match &self.kind {
            Kind::Sqlite { .. } => query.get_result(&mut self.sqlite_connection()).unwrap(),
            Kind::Postgres { .. } => query
                .get_result(&mut PgConnection::establish(&self.url).unwrap())
                .unwrap(),
        }
    }

    /// Takes away what guards the log, as only somebody with the database in hand can.
    pub fn disarm(&self) {
        self.run(match self.kind {
            Kind::Sqlite { .. } => {
                "drop trigger change_is_never_updated; drop trigger change_is_never_deleted; drop trigger change_is_never_replaced;"
            }
            Kind::Postgres { .. } => {
                "drop trigger change_is_never_altered on change; drop trigger change_is_never_updated on change;"
            }
        })
        .unwrap();
    }

    fn sqlite_connection(&self) -> SqliteConnection {
        let path = self.url.strip_prefix("sqlite:").unwrap();
        let mut connection = SqliteConnection::establish(path).unwrap();
        connection
            .batch_execute("pragma busy_timeout = 10000")
            .unwrap();
        connection
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Kind::Postgres { admin, name } = &self.kind
            && let Ok(mut connection) = PgConnection::establish(admin)
        {
            // `force` ends connections of programs that a test has killed.
            let _ = connection.batch_execute(&format!("drop database {name} with (force)"));
        }
    }
}
