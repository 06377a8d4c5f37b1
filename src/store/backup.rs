//! Copies of a whole directory: into a SQLite file, and from one into an empty database.
//!
//! A copy shows one state of the source while others write, and is written in one transaction. It is
//! valid only after it was read again with the same digest and a valid chain. It contains everything
//! except what ends with a server: sessions, known browsers, failed sign-ins and recent reporters.

use std::fmt::Debug;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use sha2::{Digest as _, Sha256};

use super::schema::{
    address_area, address_block, boundary, change, idempotency, log_head, matching, official_file,
    population, projection, railway, redaction, submission, token, users,
};
use super::{DatabaseLocation, Db, Store, StoreError, chain, head, sqlite};
use crate::domain::change::Seq;

/// Bytes of rows held at a time: an upload may be 20 MiB, a change is a kilobyte.
const UPLOADS: i64 = 4;
const ROWS: i64 = 5_000;

/// Tables that are not carried.
pub const LEFT_OUT: &[&str] = &["session", "device", "sign_in_failure", "report_sender"];

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// The last change.
    pub seq: Seq,
    /// Rows of all tables.
    pub rows: u64,
    /// Of every row that is carried, in order.
    pub digest: chain::Digest,
}

/// Rows whose key comes after another's.
macro_rules! beyond {
    ($table:ident, $last:ident, $key:ident) => {
        $table::$key.gt($last.$key.clone())
    };
    ($table:ident, $last:ident, $first:ident, $second:ident) => {
        $table::$first.gt($last.$first.clone()).or($table::$first
            .eq($last.$first.clone())
            .and($table::$second.gt($last.$second.clone())))
    };
}

/// Goes through the tables that are carried, parents before those who refer to them.
macro_rules! tables {
    ($($table:ident as $row:ident by ($($key:ident),+): $batch:expr, { $($column:ident: $type:ty),+ $(,)? })+) => {
        /// Tables that are carried, with their columns.
        pub const CARRIED: &[(&str, &[&str])] = &[$((stringify!($table), &[$(stringify!($column)),+])),+];

        $(
            #[derive(Debug, Queryable, Selectable, Insertable)]
            #[diesel(table_name = $table)]
            struct $row { $($column: $type),+ }

            impl $row {
                fn each(db: &mut Db, batch: i64, mut each: impl FnMut(&$row) -> Result<(), StoreError>) -> Result<(), StoreError> {
                    let mut last: Option<$row> = None;
                    loop {
                        let mut query = $table::table
                            .select($row::as_select())
                            .order(($($table::$key),+))
                            .limit(batch)
                            .into_boxed::<<Db as Connection>::Backend>();
                        if let Some(last) = &last {
                            query = query.filter(beyond!($table, last, $($key),+));
                        }
                        let rows: Vec<$row> = query.load(db)?;
                        rows.iter().try_for_each(&mut each)?;
                        // Not how many there were, but which was the last: nothing is skipped or met
                        // twice, whatever the database thinks of the order of equals.
                        match rows.into_iter().next_back() {
                            Some(row) => last = Some(row),
                            None => return Ok(()),
                        }
                    }
                }
            }
        )+

        /// Hands every row to `digest`, and writes it to `to` where there is one.
        fn every(from: &mut Db, mut to: Option<&mut Db>, digest: &mut Rows) -> Result<(), StoreError> {
            $(
                $row::each(from, $batch, |row| {
                    digest.add(stringify!($table), row);
                    if let Some(to) = to.as_deref_mut() {
                        diesel::insert_into($table::table).values(row).execute(to)?;
                    }
                    Ok(())
                })?;
            )+
            Ok(())
        }
    };
}

tables! {
    users as Person by (id): ROWS, {
        id: i64, name: String, created_at: i64, role: Option<String>, folded: Option<String>, area: Option<String>,
        password: Option<String>, password_is_temporary: bool, password_at: Option<i64>, second_factor: Option<String>,
        second_factor_step: Option<i64>, disabled_at: Option<i64>,
    }
    token as ApiToken by (id): ROWS, {
        id: i64, actor: i64, hash: String, hint: String, scope: String, created_at: i64, used_at: Option<i64>,
        expires_at: Option<i64>, revoked_at: Option<i64>,
    }
    submission as HandedIn by (id): UPLOADS, {
        id: i64, kind: String, state: String, revision: i64, actor: i64, token: Option<i64>, area: Option<String>,
        file_name: Option<String>, bytes: Vec<u8>, work: String, summary: String, base_seq: i64, created_at: i64,
        sent_at: Option<i64>, decided_at: Option<i64>, decided_by: Option<i64>, note: Option<String>,
        first_seq: Option<i64>, last_seq: Option<i64>, contact: Option<String>, told_at: Option<i64>,
        touched_at: Option<i64>, file_deleted_at: Option<i64>,
    }
    matching as Matched by (area, header): ROWS, { area: String, header: String, fields: String, at: i64 }
    idempotency as Key by (actor, key): ROWS, {
        actor: i64, key: String, request: String, at: i64, submission: i64, status: Option<i64>, body: Option<Vec<u8>>,
    }
    population as Squares by (primary_mesh): UPLOADS, { primary_mesh: String, source: String, squares: String, at: i64 }
    projection as Projected by (district): ROWS, { district: String, source: String, squares: String, at: i64 }
    address_area as Listed by (district): ROWS, {
        district: String, source: String, blocks: i64, reference: i64, at: i64,
    }
    address_block as Blocks by (district, town): ROWS, { district: String, town: String, blocks: String }
    boundary as Borders by (prefecture): UPLOADS, {
        prefecture: String, source: String, districts: String, reference: i64, at: i64,
    }
    official_file as OfficialImport by (digest): ROWS, {
        digest: String, name: String, size: i64, modified: i64, sort: String, at: i64,
    }
    railway as Railways by (id): UPLOADS, {
        id: i32, source: String, stations: String, lines: String, reference: i64, at: i64,
    }
    redaction as TakenOut by (id): ROWS, { id: i64, seq: i64, field: String, reason: String, actor: i64, at: i64 }
    change as Entry by (seq): ROWS, {
        seq: i64, facility: String, actor: i64, submission: Option<i64>, at: i64, hash: String, body: Option<String>,
    }
    log_head as End by (id): ROWS, { id: i32, seq: i64, hash: String, reference: i64, directory_id: String }
}

/// A running digest of rows whose order the databases agree on; keys of text may sort differently
/// in each, so every row has its own and they are added up.
#[derive(Default)]
struct Rows {
    count: u64,
    sum: [u64; 4],
}

impl Rows {
    fn add(&mut self, table: &str, row: &impl Debug) {
        self.count += 1;
        let digest = Sha256::digest(format!("{table} {row:?}"));
        for (sum, word) in self.sum.iter_mut().zip(digest.chunks_exact(8)) {
            let word = <[u8; 8]>::try_from(word).expect("a chunk of eight bytes");
            *sum = sum.wrapping_add(u64::from_le_bytes(word));
        }
    }

    fn digest(&self) -> chain::Digest {
        let words: String = self.sum.iter().map(|word| format!("{word:016x}")).collect();
        chain::Digest::from_hex(&words).expect("64 hexadecimal digits")
    }
}

impl Store {
    /// Copies all of this directory into an empty one, and compares. What others publish meanwhile
    /// is not in it. The other one is refused where anything has happened in it.
    pub fn copy_to(&self, to: &Store) -> Result<Copied, StoreError> {
        let copied = self.read(|from| {
            let last = head(from)?;
            to.write(|to_db| {
                // Holds others off, and finds out whether they were there.
                if super::lock_head(to_db)?.seq != Seq(0) || is_used(to_db)? {
                    return Err(to.place.unusable(
                        "it is not empty: a directory is restored only into a new database"
                            .to_owned(),
                    ));
                }
                diesel::delete(users::table).execute(to_db)?;
                diesel::delete(log_head::table).execute(to_db)?;
                let mut rows = Rows::default();
                every(from, Some(to_db), &mut rows)?;
                go_on_counting(to_db)?;
                Ok(Copied {
                    seq: last.seq,
                    rows: rows.count,
                    digest: rows.digest(),
                })
            })
        })?;
        let found = to.digest()?;
        if found != copied {
            return Err(StoreError::Damaged {
                seq: None,
                what: format!(
                    "the copy has {} rows with digest {}, its source {} with {}",
                    found.rows, found.digest, copied.rows, copied.digest
                ),
            });
        }
        to.verify(|_, _| {})?;
        Ok(copied)
    }

    /// Closes a SQLite file with all that was written in it and nothing beside it, so that it can be moved.
    pub fn close_file(self) -> Result<(), StoreError> {
        let place = self.place.clone();
        // The journal can only be folded in once nobody else has the file open.
        drop(self);
        match &place {
            DatabaseLocation::Sqlite(path) => {
                sqlite::fold_in(path).map_err(|reason| place.unusable(reason))
            }
            DatabaseLocation::Unchanging(_) | DatabaseLocation::Postgres(_) => Ok(()),
        }
    }

    /// Every row that a copy carries, read again.
    pub fn digest(&self) -> Result<Copied, StoreError> {
        self.read(|db| {
            let mut rows = Rows::default();
            every(db, None, &mut rows)?;
            Ok(Copied {
                seq: head(db)?.seq,
                rows: rows.count,
                digest: rows.digest(),
            })
        })
    }
}

/// Whether somebody has an account, has handed something in, or has imported people, boundaries or stations.
fn is_used(db: &mut Db) -> QueryResult<bool> {
    let people = users::table.filter(users::role.is_not_null()).count();
    let counts: [i64; 7] = [
        people.get_result(db)?,
        submission::table.count().get_result(db)?,
        population::table.count().get_result(db)?,
        projection::table.count().get_result(db)?,
        boundary::table.count().get_result(db)?,
        address_area::table.count().get_result(db)?,
        railway::table.count().get_result(db)?,
    ];
    Ok(counts.iter().any(|count| *count > 0))
}

/// PostgreSQL's counters know nothing of numbers that were written and not drawn from them.
fn go_on_counting(db: &mut Db) -> Result<(), StoreError> {
    if let Db::Postgres(db) = db {
        for table in ["token", "submission", "redaction"] {
            let last: Option<i64> =
                sql::<diesel::sql_types::Nullable<BigInt>>(&format!("select max(id) from {table}"))
                    .get_result(db)?;
            if let Some(last) = last {
                db.batch_execute(&format!(
                    "select setval(pg_get_serial_sequence('{table}', 'id'), {last})"
                ))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use diesel::sql_types::Text;

    use super::*;

    #[test]
    fn no_table_and_no_column_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}/a.sqlite", folder.path().display())).unwrap();
        store.migrate().unwrap();
        let mut db = store.connection().unwrap();
        let found: Vec<String> = sql::<Text>(
            "select m.name || '.' || c.name from sqlite_master m, pragma_table_info(m.name) c \
             where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like '__diesel%'",
        )
        .load(&mut *db)
        .unwrap();
        let carried = CARRIED
            .iter()
            .flat_map(|(table, columns)| columns.iter().map(move |c| format!("{table}.{c}")));
        let mut known: Vec<String> = carried.collect();
        let left_out = |name: &String| {
            LEFT_OUT
                .iter()
                .any(|table| name.starts_with(&format!("{table}.")))
        };
        let mut found: Vec<String> = found.into_iter().filter(|name| !left_out(name)).collect();
        known.sort();
        found.sort();
        assert_eq!(found, known);
    }
}
