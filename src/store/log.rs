//! The change log: publishing to it and reading it.
//!
//! Publishers stand in line for the one row of `log_head`, so numbers have no gaps and become
//! visible in order: whoever has read up to 11 will next see 12, and never miss one that was
//! committed late. Each change is chained to the one before it as [`chain`](super::chain) lays down.

use std::borrow::Borrow;
use std::collections::{BTreeSet, HashSet};
use std::ops::RangeInclusive;

use diesel::connection::DefaultLoadingMode;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;

use super::chain::{BodyError, Digest, Entry};
use super::schema::{change, log_head};
use super::{Db, Head, Store, StoreError, lock_head, postgres};
use crate::domain::change::{ActorId, Change, Moment, Proposal, Seq, Statement};
use crate::domain::facility::FacilityId;

/// Changes are hashed and handed to the database this many at a time: some ten MiB of them.
const CHUNK: usize = 5_000;

/// A query names so many facilities; SQLite takes some thousands of values at most.
const NAMED_AT_ONCE: usize = 500;

/// A COPY takes two round trips to PostgreSQL, so from the third row on it saves some. On the same
/// machine there is nothing to choose: up to ten rows either way takes the time of the commit.
const COPY_FROM: usize = 3;

impl Store {
    /// Appends changes to the log: all of them, or none. Returns their numbers; nothing where there
    /// was nothing to publish.
    ///
    /// With `unchanged_since`, nobody else may have published a change of a facility concerned
    /// after that number; otherwise the answer is a [`StoreError::Conflict`] that names them all.
    /// One publication may well say several things of the same facility, one after the other.
    ///
    /// Proposals are taken one by one, so an import may hand in an iterator longer than memory.
    /// `at` is recorded as given: the log's order is that of its numbers, whatever the clock says.
    pub fn publish(
        &self,
        actor: ActorId,
        submission: Option<i64>,
        proposals: impl IntoIterator<Item: Borrow<Proposal>>,
        unchanged_since: Option<Seq>,
        at: Moment,
    ) -> Result<Option<RangeInclusive<Seq>>, StoreError> {
        let mut proposals = proposals.into_iter().peekable();
        if proposals.peek().is_none() {
            return Ok(None);
        }
        self.write(|db| {
            let mut publication = Publication::begin(db, actor, submission, at)?;
            if let Some(since) = unchanged_since {
                publication.expect_unchanged(db, since)?;
            }
            publication.append(db, proposals)
        })
    }

    /// Fills a directory that has never had a change, and does nothing to any other. Of several
    /// programs that start together, one fills.
    pub fn publish_if_empty(
        &self,
        actor: ActorId,
        proposals: impl IntoIterator<Item: Borrow<Proposal>>,
        at: Moment,
    ) -> Result<Option<RangeInclusive<Seq>>, StoreError> {
        self.write(|db| {
            let publication = Publication::begin(db, actor, None, at)?;
            match publication.head.seq {
                Seq(0) => publication.append(db, proposals.into_iter()),
                _ => Ok(None),
            }
        })
    }

    /// At most `limit` changes after `since`, in order. Ask again from the last one until none come.
    pub fn changes_since(&self, since: Seq, limit: usize) -> Result<Vec<Change>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows: Vec<Row> = change::table
            .filter(change::seq.gt(since.0))
            .order(change::seq)
            .limit(limit)
            .select(COLUMNS)
            .load(&mut *self.connection()?)?;
        rows.into_iter().map(Row::into_change).collect()
    }

    /// Hands the last change of each facility up to and including `up_to` to `each`, in no
    /// particular order. Changes published meanwhile don't show.
    pub fn latest(&self, up_to: Seq, mut each: impl FnMut(Change)) -> Result<(), StoreError> {
        self.read(|db| {
            let query = latest_up_to(up_to.0);
            // Through the enum, PostgreSQL would collect the whole answer before the first row.
            match db {
                Db::Sqlite(db) => {
                    for row in query.load_iter::<Row, DefaultLoadingMode>(db)? {
                        each(row?.into_change()?);
                    }
                }
                Db::Postgres(db) => {
                    for row in query.load_iter::<Row, PgRowByRowLoadingMode>(db)? {
                        each(row?.into_change()?);
                    }
                }
            }
            Ok(())
        })
    }

    /// All changes of one facility, in order.
    pub fn history(&self, facility: &FacilityId) -> Result<Vec<Change>, StoreError> {
        let rows: Vec<Row> = change::table
            .filter(change::facility.eq(facility.as_str()))
            .order(change::seq)
            .select(COLUMNS)
            .load(&mut *self.connection()?)?;
        rows.into_iter().map(Row::into_change).collect()
    }

    /// What was said last of each of these facilities, up to and including `up_to`, in no particular order.
    pub fn latest_of(
        &self,
        facilities: &[FacilityId],
        up_to: Seq,
    ) -> Result<Vec<Change>, StoreError> {
        self.read(|db| {
            let mut changes = Vec::with_capacity(facilities.len());
            for some in facilities.chunks(NAMED_AT_ONCE) {
                let ids: Vec<&str> = some.iter().map(FacilityId::as_str).collect();
                let rows: Vec<Row> = latest_up_to(up_to.0)
                    .filter(change::facility.eq_any(ids))
                    .load(db)?;
                for row in rows {
                    changes.push(row.into_change()?);
                }
            }
            Ok(changes)
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
        let row: Option<Row> = change::table
            .find(seq.0)
            .select(COLUMNS)
            .first(&mut *self.connection()?)
            .optional()?;
        row.map(Row::into_change).transpose()
    }
}

/// A publication under way, holding the lock on the head.
pub(super) struct Publication {
    head: Head,
    first: Seq,
    actor: ActorId,
    submission: Option<i64>,
    at: Moment,
    since: Seq,
    /// Facilities changed by others after `since`.
    changed: HashSet<String>,
    conflicts: BTreeSet<FacilityId>,
}

impl Publication {
    pub(super) fn begin(
        db: &mut Db,
        actor: ActorId,
        submission: Option<i64>,
        at: Moment,
    ) -> Result<Self, StoreError> {
        let head = lock_head(db)?;
        let first = Seq(head.seq.0 + 1);
        Ok(Publication {
            since: head.seq,
            head,
            first,
            actor,
            submission,
            at,
            changed: HashSet::new(),
            conflicts: BTreeSet::new(),
        })
    }

    /// The same for that submission's changes, whose number was not known before the lock.
    pub(super) fn of(self, submission: i64) -> Self {
        Publication {
            submission: Some(submission),
            ..self
        }
    }

    /// Reads what others changed meanwhile: little, since reviews take days and not years, whereas
    /// the facilities to be published may be many.
    pub(super) fn expect_unchanged(&mut self, db: &mut Db, since: Seq) -> Result<(), StoreError> {
        let changed: Vec<String> = change::table
            .filter(change::seq.gt(since.0))
            // True of all changes. But without an upper end PostgreSQL, which knows nothing of a
            // table just filled, takes a third of it to qualify and reads it all.
            .filter(change::seq.le(self.head.seq.0))
            .select(change::facility)
            .load(db)?;
        self.since = since;
        self.changed = changed.into_iter().collect();
        Ok(())
    }

    pub(super) fn append(
        mut self,
        db: &mut Db,
        mut proposals: impl Iterator<Item: Borrow<Proposal>>,
    ) -> Result<Option<RangeInclusive<Seq>>, StoreError> {
        loop {
            let chunk: Vec<_> = proposals.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                break;
            }
            self.note_conflicts(&chunk);
            // After the first conflict the rest is only read, to name every facility.
            if self.conflicts.is_empty() {
                self.insert(db, &chunk)?;
            }
        }
        if !self.conflicts.is_empty() {
            return Err(StoreError::Conflict {
                since: self.since,
                facilities: self.conflicts.into_iter().collect(),
            });
        }
        if self.head.seq < self.first {
            return Ok(None);
        }
        diesel::update(log_head::table.find(1))
            .set((
                log_head::seq.eq(self.head.seq.0),
                log_head::hash.eq(self.head.hash.to_string()),
            ))
            .execute(db)?;
        Ok(Some(self.first..=self.head.seq))
    }

    fn note_conflicts(&mut self, chunk: &[impl Borrow<Proposal>]) {
        for proposal in chunk {
            let facility = &proposal.borrow().facility;
            if self.changed.contains(facility.as_str()) {
                self.conflicts.insert(facility.clone());
            }
        }
    }

    fn insert(&mut self, db: &mut Db, chunk: &[impl Borrow<Proposal>]) -> Result<(), StoreError> {
        let rows: Vec<NewRow<'_>> = chunk
            .iter()
            .map(|proposal| self.chain(proposal.borrow()))
            .collect::<Result<_, _>>()?;
        match db {
            Db::Postgres(db) if rows.len() >= COPY_FROM => postgres::copy(db, &rows)?,
            // One prepared statement, run again and again: what SQLite is quickest at.
            _ => {
                for row in &rows {
                    diesel::insert_into(change::table).values(row).execute(db)?;
                }
            }
        }
        Ok(())
    }

    fn chain<'a>(&mut self, proposal: &'a Proposal) -> Result<NewRow<'a>, StoreError> {
        let entry = Entry {
            seq: Seq(self.head.seq.0 + 1),
            facility: proposal.facility.as_str(),
            body: match &proposal.statement {
                Statement::State(body) => Some(body),
                Statement::Withdrawn => None,
            },
            actor: self.actor,
            submission: self.submission,
            at: self.at,
        };
        let refuse = |error: BodyError| {
            StoreError::Failed(format!("the body of facility {} {error}", entry.facility))
        };
        entry.refuse_redacted().map_err(refuse)?;
        self.head.hash = entry.chained_to(self.head.hash).map_err(refuse)?;
        self.head.seq = entry.seq;
        Ok(NewRow::new(entry, self.head.hash))
    }
}

/// A change as it is inserted.
#[derive(Insertable)]
#[diesel(table_name = change, treat_none_as_default_value = false)]
pub(super) struct NewRow<'a> {
    seq: i64,
    facility: &'a str,
    actor: i64,
    submission: Option<i64>,
    at: i64,
    hash: String,
    body: Option<&'a str>,
}

impl<'a> NewRow<'a> {
    fn new(entry: Entry<'a>, hash: Digest) -> Self {
        NewRow {
            seq: entry.seq.0,
            facility: entry.facility,
            actor: entry.actor.0,
            submission: entry.submission,
            at: entry.at.0,
            hash: hash.to_string(),
            body: entry.body,
        }
    }
}

type Columns = (
    change::seq,
    change::facility,
    change::actor,
    change::submission,
    change::at,
    change::body,
);

const COLUMNS: Columns = (
    change::seq,
    change::facility,
    change::actor,
    change::submission,
    change::at,
    change::body,
);

/// A change as it is read.
#[derive(Queryable)]
struct Row {
    seq: i64,
    facility: String,
    actor: i64,
    submission: Option<i64>,
    at: i64,
    body: Option<String>,
}

impl Row {
    fn into_change(self) -> Result<Change, StoreError> {
        let facility = FacilityId::new(&self.facility).map_err(|_| StoreError::Damaged {
            seq: Some(Seq(self.seq)),
            what: format!("{:?} is no facility id", self.facility),
        })?;
        Ok(Change {
            seq: Seq(self.seq),
            facility,
            statement: self.body.map_or(Statement::Withdrawn, Statement::State),
            actor: ActorId(self.actor),
            submission: self.submission,
            at: Moment(self.at),
        })
    }
}

use alias::later;

mod alias {
    #![allow(
        missing_docs,
        reason = "diesel's macro writes public items without any"
    )]
    diesel::alias!(super::change as later: Later);
}

/// Walks the log in its order and leaves out what a later change replaces. That costs one look into
/// the index for each change, and neither sorts nor collects.
#[diesel::dsl::auto_type]
fn latest_up_to(up_to: i64) -> _ {
    let replaced = later
        .filter(later.field(change::facility).eq(change::facility))
        .filter(later.field(change::seq).gt(change::seq))
        .filter(later.field(change::seq).le(up_to));
    let columns: Columns = COLUMNS;
    change::table
        .filter(change::seq.le(up_to))
        .filter(diesel::dsl::not(diesel::dsl::exists(replaced)))
        .select(columns)
}
