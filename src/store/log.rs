//! Publishing to the change log. [`reading`](super::reading) reads it.
//!
//! Publishers lock the one row of `log_head` in turn, so numbers have no gaps and become visible in
//! order: a reader at 11 next sees 12 and cannot miss a change that was committed late. Each change is
//! chained to the one before (see [`chain`](super::chain)).

use std::borrow::Borrow;
use std::collections::{BTreeSet, HashSet};
use std::ops::RangeInclusive;

use diesel::prelude::*;

use super::chain::{BodyError, Digest, Entry};
use super::schema::{change, log_head};
use super::{Db, Head, Store, StoreError, lock_head, postgres};
use crate::domain::change::{ActorId, Moment, Proposal, Seq, Statement};
use crate::domain::facility::FacilityId;

/// Changes are hashed and handed to the database this many at a time: some ten MiB of them.
const CHUNK: usize = 5_000;

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
    /// Proposals are read one by one, so an import may pass more than fits into memory.
    /// `at` is recorded as given, unless the last change is later than that: time never goes back in
    /// the log, also where a clock does.
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
        let last: Option<i64> = change::table
            .find(head.seq.0)
            .select(change::at)
            .first(db)
            .optional()?;
        let at = not_before(last.map(Moment), at);
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

    /// Refuses where anybody published anything since the number given before.
    pub(super) fn expect_nothing_new(&self) -> Result<(), StoreError> {
        if self.changed.is_empty() {
            return Ok(());
        }
        let facilities = self.changed.iter().map(|id| FacilityId::new(id));
        Err(StoreError::Conflict {
            since: self.since,
            facilities: facilities.filter_map(Result::ok).collect(),
        })
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

/// Clocks of several machines may differ by so much, in microseconds, without a word in the log.
const SKEW: i64 = 1_000_000;

/// The time of a publication: now, but never before the last one.
fn not_before(last: Option<Moment>, now: Moment) -> Moment {
    let Some(last) = last.filter(|last| *last > now) else {
        return now;
    };
    // A publisher that waited for the lock took its time before the last one published.
    let clock = Moment(chrono::Utc::now().timestamp_micros());
    let behind = last.0 - clock.0;
    if behind > SKEW {
        tracing::warn!(
            clock = clock.rfc3339(),
            last_change = last.rfc3339(),
            seconds = behind / 1_000_000,
            "the clock is behind the last change: it was set back, or ran ahead before; changes take the time of the last one"
        );
    }
    last
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
