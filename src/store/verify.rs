//! Checking the whole log against its hash chain.

use diesel::prelude::*;

use super::chain::{self, Entry};
use super::redaction::OnRecord;
use super::schema::change;
use super::{Db, Head, Store, StoreError, head, sqlite};
use crate::domain::change::{ActorId, Moment, Seq};

/// Rows held at a time: some ten MiB.
const BATCH: i64 = 5_000;

/// What a log that is in order consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many changes were read, and verified.
    pub changes: i64,
    /// How many values were taken out of them, each with its reason on record.
    pub redacted: i64,
    /// Where they end. Keep its hash elsewhere, and the next check can tell that nobody has
    /// rewritten the log *and* its chain.
    pub head: Head,
}

impl Store {
    /// What is structurally wrong with a SQLite file; PostgreSQL has programs of its own for that.
    pub fn check_structure(&self) -> Result<Option<String>, StoreError> {
        match &mut *self.connection()? {
            Db::Sqlite(db) => Ok(sqlite::check(db)?),
            Db::Postgres(_) => Ok(None),
        }
    }

    /// Reads every change and recomputes its hash, from the first to the head, in one consistent
    /// state of the database while others go on writing. `progress` is told the number reached and
    /// the last one. Damage is a [`StoreError::Damaged`] with the first number that is wrong.
    ///
    /// Of a SQLite file the structure is checked, too; for PostgreSQL that is `pg_amcheck`'s work.
    pub fn verify(&self, mut progress: impl FnMut(Seq, Seq)) -> Result<Verified, StoreError> {
        self.read(|db| {
            if let Db::Sqlite(db) = db
                && let Some(what) = sqlite::check(db)?
            {
                return Err(StoreError::Damaged { seq: None, what });
            }
            let head = head(db)?;
            let mut on_record = OnRecord::read(db)?;
            let mut seq = Seq(0);
            let mut hash = chain::genesis(&head.directory_id);
            loop {
                let rows: Vec<ChangeRow> = change::table
                    .filter(change::seq.gt(seq.0))
                    .order(change::seq)
                    .limit(BATCH)
                    .load(db)?;
                if rows.is_empty() {
                    break;
                }
                for row in &rows {
                    hash = row.verify(seq, hash)?;
                    seq = Seq(row.seq);
                    let body = row.body.as_deref().unwrap_or("");
                    if let Some(what) = on_record.cross_off(seq, body) {
                        let seq = Some(seq);
                        return Err(StoreError::Damaged { seq, what });
                    }
                }
                progress(seq, head.seq);
            }
            if (seq, hash) != (head.seq, head.hash) {
                let what = format!(
                    "the log ends at change {seq} with hash {hash}, and its head says {} and {}",
                    head.seq, head.hash
                );
                return Err(StoreError::Damaged {
                    seq: Some(seq.min(head.seq)),
                    what,
                });
            }
            Ok(Verified {
                changes: seq.0,
                redacted: on_record.count()?,
                head,
            })
        })
    }
}

/// A change with its hash, as the table has it.
#[derive(Queryable)]
struct ChangeRow {
    seq: i64,
    facility: String,
    actor: i64,
    submission: Option<i64>,
    at: i64,
    hash: String,
    body: Option<String>,
}

impl ChangeRow {
    fn verify(&self, before: Seq, previous: chain::Digest) -> Result<chain::Digest, StoreError> {
        let expected = Seq(before.0 + 1);
        let damaged = |what| {
            Err(StoreError::Damaged {
                seq: Some(expected),
                what,
            })
        };
        if self.seq != expected.0 {
            return damaged(format!("it is missing; the next one is {}", self.seq));
        }
        let entry = Entry {
            seq: expected,
            facility: &self.facility,
            body: self.body.as_deref(),
            actor: ActorId(self.actor),
            submission: self.submission,
            at: Moment(self.at),
        };
        match entry.chained_to(previous) {
            Ok(hash) if hash.to_string() == self.hash => Ok(hash),
            Ok(hash) => damaged(format!(
                "its hash is stored as {}, and what is stored and the change before it make {hash}",
                self.hash
            )),
            Err(error) => damaged(format!("its body {error}")),
        }
    }
}
