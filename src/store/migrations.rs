//! The migrations built into the program, and the state of a database by its migrations.
//!
//! `migrations/README.md` tells how to write one.

use diesel::dsl::sql;
use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::Db;
use super::error::{StoreError, one_line};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Where a database stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It has every migration we know, and no other.
    Current,
    /// It lacks some or all of ours.
    Behind,
    /// It has ours and others: a newer program's.
    Newer { found: String, known: String },
    /// It has tables like ours, but they aren't.
    Another,
}

/// Reads where a database stands, without writing anything: diesel's own question would create
/// its table.
pub(super) fn state(db: &mut Db) -> Result<State, StoreError> {
    let known = known();
    let tables = |db: &mut Db, names: &str| -> QueryResult<i64> {
        match db {
            Db::Sqlite(db) => sql::<BigInt>(&format!(
                "select count(*) from sqlite_master where type = 'table' and name in ({names})"
            ))
            .get_result(db),
            Db::Postgres(db) => sql::<BigInt>(&format!(
                "select count(*) from pg_tables where schemaname = any (current_schemas(false)) and tablename in ({names})"
            ))
            .get_result(db),
        }
    };
    if tables(db, "'__diesel_schema_migrations'")? == 0 {
        return Ok(match tables(db, "'change', 'log_head', 'users'")? {
            0 => State::Behind,
            _ => State::Another,
        });
    }
    let applied: Vec<String> =
        sql::<Text>("select version from __diesel_schema_migrations order by version").load(db)?;
    let foreign = applied
        .iter()
        .rev()
        .find(|version| !known.contains(version));
    Ok(match foreign {
        Some(_) if !applied.contains(&known[0]) => State::Another,
        Some(version) => State::Newer {
            found: version.clone(),
            known: known.last().cloned().unwrap_or_default(),
        },
        None if applied.len() == known.len() => State::Current,
        None => State::Behind,
    })
}

/// Applies what is missing, within the caller's transaction.
pub(super) fn run(db: &mut Db) -> Result<(), StoreError> {
    let done = match db {
        Db::Sqlite(db) => db.run_pending_migrations(SQLITE).map(drop),
        Db::Postgres(db) => db.run_pending_migrations(POSTGRES).map(drop),
    };
    done.map_err(|error| StoreError::Failed(one_line(&error.to_string())))
}

/// The versions built in, oldest first; the same for both databases.
fn known() -> Vec<String> {
    let source: Vec<Box<dyn Migration<diesel::sqlite::Sqlite>>> = SQLITE
        .migrations()
        .expect("embedded migrations can always be listed");
    let mut versions: Vec<String> = source
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    versions.sort();
    versions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_have_the_same_migrations() {
        let names = |migrations: Vec<String>| migrations;
        let sqlite: Vec<Box<dyn Migration<diesel::sqlite::Sqlite>>> = SQLITE.migrations().unwrap();
        let postgres: Vec<Box<dyn Migration<diesel::pg::Pg>>> = POSTGRES.migrations().unwrap();
        assert_eq!(
            names(sqlite.iter().map(|m| m.name().to_string()).collect()),
            names(postgres.iter().map(|m| m.name().to_string()).collect()),
        );
    }
}
