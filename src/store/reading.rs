//! Reading the change log. Every change is read with its hash and that of the change before, so that
//! reading detects an altered change.

use diesel::connection::{DefaultLoadingMode, SimpleConnection};
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;

use super::chain::{self, Digest, Entry};
use super::schema::change;
use super::{Db, Head, Store, StoreError, head};
use crate::domain::change::{ActorId, Change, Moment, Seq, Statement};
use crate::domain::facility::FacilityId;

/// A query names so many facilities; SQLite takes some thousands of values at most.
const NAMED_AT_ONCE: usize = 500;

/// The end of the log, and what came after a number.
pub struct News {
    /// The end.
    pub head: Head,
    /// The hash of the change with that number; none where the log has no such change.
    pub hash: Option<Digest>,
    /// The changes after it, up to the end, in order.
    pub changes: Vec<StoredChange>,
}

/// A change as the table has it.
#[derive(Debug, Queryable)]
pub struct StoredChange {
    seq: i64,
    facility: String,
    actor: i64,
    submission: Option<i64>,
    at: i64,
    body: Option<String>,
    hash: String,
    /// The hash of the change before.
    before: Option<String>,
}

/// What is wrong with a change in the table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Damage {
    /// Its number.
    pub seq: Seq,
    /// The facility it names, as it is stored.
    pub facility: String,
    /// What contradicts what.
    pub what: String,
}

/// What a change is read by: its columns, and the hash of the change before.
macro_rules! columns {
    () => {
        (
            change::seq,
            change::facility,
            change::actor,
            change::submission,
            change::at,
            change::body,
            change::hash,
            alias::before
                .filter(alias::before.field(change::seq).eq(change::seq - 1))
                .select(alias::before.field(change::hash))
                .single_value(),
        )
    };
}

impl Store {
    /// At most `limit` changes after `since`, in order. Ask again from the last one until none come.
    pub fn changes_since(&self, since: Seq, limit: usize) -> Result<Vec<Change>, StoreError> {
        all_good(self.stored_since(since, limit)?)
    }

    /// The same with changes that were altered.
    pub fn stored_since(&self, since: Seq, limit: usize) -> Result<Vec<StoredChange>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|db| {
            let rows: Vec<StoredChange> = change::table
                .filter(change::seq.gt(since.0))
                .order(change::seq)
                .limit(limit)
                .select(columns!())
                .load(db)?;
            with_genesis(db, rows)
        })
    }

    /// The end of the log and the changes after a number, in one state of the database.
    pub fn news(&self, since: Seq) -> Result<News, StoreError> {
        self.read(|db| {
            let head = head(db)?;
            let hash = hash_at(db, since, &head)?;
            let rows: Vec<StoredChange> = change::table
                .filter(change::seq.gt(since.0))
                .filter(change::seq.le(head.seq.0))
                .order(change::seq)
                .select(columns!())
                .load(db)?;
            Ok(News {
                changes: with_genesis(db, rows)?,
                head,
                hash,
            })
        })
    }

    /// Hands the last change of each facility up to and including `up_to` to `each`, in no
    /// particular order, and tells the chain's hash at that number. Changes published meanwhile don't show.
    pub fn latest(
        &self,
        up_to: Seq,
        mut each: impl FnMut(StoredChange),
    ) -> Result<Option<Digest>, StoreError> {
        self.read(|db| {
            let head = head(db)?;
            let genesis = chain::genesis(&head.directory_id);
            let hash = hash_at(db, up_to, &head)?;
            let query = latest_up_to(up_to.0).select(columns!());
            let mut each = |row: StoredChange| each(row.after_genesis(genesis));
            // Through the enum, PostgreSQL would collect the whole answer before the first row.
            match db {
                Db::Sqlite(db) => {
                    for row in query.load_iter::<StoredChange, DefaultLoadingMode>(db)? {
                        each(row?);
                    }
                }
                Db::Postgres(db) => {
                    // All of it is one statement.
                    db.batch_execute("set local statement_timeout = 0")?;
                    for row in query.load_iter::<StoredChange, PgRowByRowLoadingMode>(db)? {
                        each(row?);
                    }
                }
            }
            Ok(hash)
        })
    }

    /// The hash of the change with this number; none where the log has none.
    pub fn hash_of(&self, seq: Seq, head: &Head) -> Result<Option<Digest>, StoreError> {
        hash_at(&mut *self.connection()?, seq, head)
    }

    /// All changes of one facility, in order.
    pub fn history(&self, facility: &FacilityId) -> Result<Vec<Change>, StoreError> {
        all_good(self.stored_history(facility)?)
    }

    /// The same with changes that were altered.
    pub fn stored_history(&self, facility: &FacilityId) -> Result<Vec<StoredChange>, StoreError> {
        self.read(|db| {
            let rows: Vec<StoredChange> = change::table
                .filter(change::facility.eq(facility.as_str()))
                .order(change::seq)
                .select(columns!())
                .load(db)?;
            with_genesis(db, rows)
        })
    }

    /// What was said last of each of these facilities, up to and including `up_to`, in no particular order.
    pub fn latest_of(
        &self,
        facilities: &[FacilityId],
        up_to: Seq,
    ) -> Result<Vec<StoredChange>, StoreError> {
        self.read(|db| {
            let mut changes = Vec::with_capacity(facilities.len());
            for some in facilities.chunks(NAMED_AT_ONCE) {
                let ids: Vec<&str> = some.iter().map(FacilityId::as_str).collect();
                let rows: Vec<StoredChange> = latest_up_to(up_to.0)
                    .filter(change::facility.eq_any(ids))
                    .select(columns!())
                    .load(db)?;
                changes.extend(rows);
            }
            with_genesis(db, changes)
        })
    }

    /// When the change with this number was published.
    pub fn moment_of(&self, seq: Seq) -> Result<Option<Moment>, StoreError> {
        let at: Option<i64> = change::table
            .find(seq.0)
            .select(change::at)
            .first(&mut *self.connection()?)
            .optional()?;
        Ok(at.map(Moment))
    }

    /// The change with this number.
    pub fn change_at(&self, seq: Seq) -> Result<Option<Change>, StoreError> {
        let rows = self.stored_since(Seq(seq.0 - 1), 1)?;
        let found = rows.into_iter().find(|row| row.seq == seq.0);
        found
            .map(|row| row.checked().map_err(StoreError::from))
            .transpose()
    }
}

impl StoredChange {
    /// Its number.
    pub fn seq(&self) -> Seq {
        Seq(self.seq)
    }

    /// The change, where it is what the chain says; else what is wrong with it.
    pub fn checked(self) -> Result<Change, Damage> {
        match self.wrong() {
            None => self.unchecked(),
            Some(what) => Err(self.damage(what)),
        }
    }

    /// The change without asking the chain.
    pub fn unchecked(self) -> Result<Change, Damage> {
        let (Ok(facility), Some(hash)) = (
            FacilityId::new(&self.facility),
            Digest::from_hex(&self.hash),
        ) else {
            let what = format!("{:?} is no facility id", self.facility);
            return Err(self.damage(what));
        };
        Ok(Change {
            seq: Seq(self.seq),
            facility,
            statement: self.body.map_or(Statement::Withdrawn, Statement::State),
            actor: ActorId(self.actor),
            submission: self.submission,
            at: Moment(self.at),
            hash: hash.beginning(),
        })
    }

    /// What contradicts the chain in it.
    pub fn wrong(&self) -> Option<String> {
        let entry = Entry {
            seq: Seq(self.seq),
            facility: &self.facility,
            body: self.body.as_deref(),
            actor: ActorId(self.actor),
            submission: self.submission,
            at: Moment(self.at),
        };
        let Some(before) = self.before.as_deref().and_then(Digest::from_hex) else {
            return Some("the change before it is missing".to_owned());
        };
        match entry.chained_to(before) {
            Ok(hash) if hash.to_string() == self.hash => None,
            Ok(hash) => Some(format!(
                "its hash is stored as {}, and what is stored and the change before it make {hash}",
                self.hash
            )),
            Err(error) => Some(format!("its body {error}")),
        }
    }

    /// Damage of this change.
    pub fn damage(&self, what: String) -> Damage {
        Damage {
            seq: Seq(self.seq),
            facility: self.facility.clone(),
            what,
        }
    }

    fn after_genesis(mut self, genesis: Digest) -> StoredChange {
        if self.seq == 1 {
            self.before = Some(genesis.to_string());
        }
        self
    }
}

impl From<Damage> for StoreError {
    fn from(damage: Damage) -> StoreError {
        StoreError::Damaged {
            seq: Some(damage.seq),
            what: damage.what,
        }
    }
}

fn all_good(rows: Vec<StoredChange>) -> Result<Vec<Change>, StoreError> {
    let checked = rows.into_iter().map(StoredChange::checked);
    checked.collect::<Result<_, _>>().map_err(StoreError::from)
}

/// The hash of the change with this number.
fn hash_at(db: &mut Db, seq: Seq, head: &Head) -> Result<Option<Digest>, StoreError> {
    if seq == Seq(0) {
        return Ok(Some(chain::genesis(&head.directory_id)));
    }
    let hash: Option<String> = change::table
        .find(seq.0)
        .select(change::hash)
        .first(db)
        .optional()?;
    Ok(hash.as_deref().and_then(Digest::from_hex))
}

/// The first change is chained to the directory's id.
fn with_genesis(db: &mut Db, rows: Vec<StoredChange>) -> Result<Vec<StoredChange>, StoreError> {
    if rows.iter().all(|row| row.seq != 1) {
        return Ok(rows);
    }
    let genesis = chain::genesis(&head(db)?.directory_id);
    let rows = rows.into_iter();
    Ok(rows.map(|row| row.after_genesis(genesis)).collect())
}

mod alias {
    #![allow(
        missing_docs,
        reason = "diesel's macro writes public items without any"
    )]
    diesel::alias!(super::change as later: Later, super::change as before: Before);
}

/// Walks the log in its order and leaves out what a later change replaces. That costs one look into
/// the index for each change, and neither sorts nor collects.
#[diesel::dsl::auto_type]
fn latest_up_to(up_to: i64) -> _ {
    let later = alias::later;
    let replaced = later
        .filter(later.field(change::facility).eq(change::facility))
        .filter(later.field(change::seq).gt(change::seq))
        .filter(later.field(change::seq).le(up_to));
    change::table
        .filter(change::seq.le(up_to))
        .filter(diesel::dsl::not(diesel::dsl::exists(replaced)))
}
