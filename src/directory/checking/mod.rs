//! Checks a submission against the current directory: its report, its differences, and conflicts with
//! changes of others.
//!
//! The result is computed on each view and cached for a while (`cache`), because people view a
//! submission often while they edit it. After an edit only the rows concerned are checked again
//! (`recheck`). Whole files wait in a queue (`turns`).

mod cache;
mod recheck;
mod turns;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::submissions::may_read;
use super::{Directory, Error, Generation};
use crate::domain::change::{ActorId, Moment, Proposal, Seq, Statement};
use crate::domain::difference::field_changes;
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::report::Report;
use crate::domain::submission::{Kind, Submission};
use crate::domain::user::{Area, User};
use crate::interchange::edits::Edits;
use crate::interchange::progress::Progress;
use crate::interchange::{self, File, Limits};
use crate::places::blocks::Blocks;
use crate::review::{
    self, Difference, Effect, LikelyDuplicate, Review, ReviewContext, RowDecisions,
};
use crate::snapshot::Found;
use crate::snapshot::entries::Entry;

use cache::Key;

pub(super) use cache::CheckCache;
pub use turns::Check;
pub(super) use turns::{CheckRequest, Turns};

/// What a submission comes to.
pub struct Checked {
    /// The state of the directory it was held against.
    pub seq: Seq,
    /// The same with its reference data, as answers' ETags name it.
    tag: String,
    /// The day it was held against, in Japan.
    day: chrono::NaiveDate,
    /// How the file was read.
    pub file: Arc<File>,
    /// What is wrong with its rows.
    pub report: Report,
    /// What would change, in the order of the rows.
    pub differences: Vec<Arc<Difference>>,
    /// Records that would be withdrawn.
    pub withdrawals: Vec<FacilityId>,
    /// Rows that say what is published already.
    pub unchanged: usize,
    /// Rows that look like a facility that is published.
    pub likely: Vec<LikelyDuplicate>,
    /// Rows that wait for a decision whether they are a published facility.
    pub undecided: BTreeSet<usize>,
    /// The published facility of each row that has its name at its place.
    pub matched: BTreeMap<usize, FacilityId>,
    /// How many cells are empty beside a published value, by field.
    pub blanks: BTreeMap<&'static str, usize>,
    /// What others changed since somebody last looked, by row.
    pub conflicts: BTreeMap<usize, Conflict>,
    /// What others changed of facilities, as it was found for `conflicts`, and since when.
    theirs: (Seq, BTreeMap<FacilityId, Vec<&'static str>>),
    /// Its rows, for whoever edits it next.
    review: Mutex<Option<Review>>,
}

/// What others changed of a facility since somebody last looked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conflict {
    /// The number of their last change.
    pub seq: i64,
    /// Its time.
    pub at: String,
    /// The fields they changed that the submission changes, too.
    pub fields: Vec<&'static str>,
}

/// Counts for lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Rows read.
    pub rows: usize,
    /// Rows that can be published.
    pub accepted: usize,
    /// Rows that stay out.
    pub blocked: usize,
    /// Rows with something said about them that does not keep them out.
    pub warned: usize,
    /// Facilities that are new.
    pub added: usize,
    /// Facilities that change.
    pub changed: usize,
    /// Facilities that close.
    pub closed: usize,
    /// Records that are withdrawn.
    pub withdrawn: usize,
    /// Rows that say what is published already.
    pub unchanged: usize,
    /// Rows that wait for a decision whether they are a published facility.
    pub undecided: usize,
    /// Cells that are empty beside a published value.
    pub blanks: usize,
    /// The name of the facility where there is but one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Of a decision in part, the rows that were approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<Vec<usize>>,
    /// Of a decision, the rows that stayed out: not approved, or blocked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_out: Option<Vec<usize>>,
    /// The number of the submission in which those rows were taken up again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<i64>,
}

/// A list of records to withdraw, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Withdrawal {
    pub withdraw: Vec<FacilityId>,
}

impl Checked {
    fn nothing(seq: Seq) -> Checked {
        Checked {
            seq,
            tag: String::new(),
            day: super::today(),
            file: Arc::default(),
            report: Report::default(),
            differences: Vec::new(),
            withdrawals: Vec::new(),
            unchanged: 0,
            likely: Vec::new(),
            undecided: BTreeSet::new(),
            matched: BTreeMap::new(),
            blanks: BTreeMap::new(),
            conflicts: BTreeMap::new(),
            theirs: (seq, BTreeMap::new()),
            review: Mutex::default(),
        }
    }

    /// What a file's rows come to.
    fn of(
        mut review: Review,
        context: &ReviewContext<'_>,
        file: Arc<File>,
        (now, day): (&Generation, chrono::NaiveDate),
    ) -> Checked {
        let reviewed = review.reviewed(context);
        Checked {
            tag: now.tag.clone(),
            day,
            file,
            report: reviewed.report,
            differences: reviewed.differences,
            unchanged: reviewed.unchanged,
            likely: reviewed.likely,
            undecided: reviewed.undecided,
            matched: reviewed.matched,
            blanks: reviewed.blanks,
            review: Mutex::new(Some(review)),
            ..Checked::nothing(now.snapshot.seq())
        }
    }

    /// About how many bytes it holds in memory.
    fn weight(&self) -> usize {
        /// What a row takes beside its cells: its facility, what is published, what is said of it.
        const ROW: usize = 5 << 10;
        self.file.weight() + self.report.rows * ROW
    }

    /// What a report comes to: one thing to look at, and nothing to publish.
    fn reporting(seq: Seq) -> Checked {
        Checked {
            report: Report {
                rows: 1,
                accepted: 1,
                problems: Vec::new(),
            },
            ..Checked::nothing(seq)
        }
    }

    /// What withdrawing records comes to.
    pub(super) fn withdrawing(withdrawal: &Withdrawal, seq: Seq) -> Checked {
        let rows = withdrawal.withdraw.len();
        Checked {
            report: Report {
                rows,
                accepted: rows,
                problems: Vec::new(),
            },
            withdrawals: withdrawal.withdraw.clone(),
            ..Checked::nothing(seq)
        }
    }

    /// The counts.
    pub fn summary(&self) -> Summary {
        let effect = |effect| {
            self.differences
                .iter()
                .filter(|d| d.effect == effect)
                .count()
        };
        // A row that is kept out counts once, whatever else is said about it. Problems are in the order
        // of their rows.
        let (mut blocked, mut warned) = (0, 0);
        let of_rows = self.report.problems.iter().filter(|p| p.row.is_some());
        let of_rows: Vec<_> = of_rows.collect();
        for row in of_rows.chunk_by(|a, b| a.row == b.row) {
            match row.iter().any(|problem| problem.blocks) {
                true => blocked += 1,
                false => warned += 1,
            }
        }
        Summary {
            rows: self.report.rows,
            accepted: self.report.accepted,
            warned,
            blocked,
            added: effect(Effect::Added),
            changed: effect(Effect::Changed),
            closed: effect(Effect::Closed),
            withdrawn: self.withdrawals.len(),
            unchanged: self.unchanged,
            undecided: self.undecided.len(),
            blanks: self.blanks.values().sum(),
            name: match self.differences.as_slice() {
                [only] => Some(only.facility.name.to_string()),
                _ => None,
            },
            approved: None,
            left_out: None,
            rest: None,
        }
    }

    /// The rows that stay out where these are approved, or all: not approved, or blocked.
    pub fn rows_left_out(&self, approved: Option<&[usize]>) -> Vec<usize> {
        let approved: Option<HashSet<usize>> = approved.map(|rows| rows.iter().copied().collect());
        let is_left = |row: &usize| {
            let approved = approved.as_ref();
            approved.is_some_and(|approved| !approved.contains(row))
        };
        let differing = self.differences.iter().map(|difference| difference.row);
        let mut left: BTreeSet<usize> = differing.filter(is_left).collect();
        let blocked = self.report.problems.iter().filter(|problem| problem.blocks);
        left.extend(blocked.filter_map(|problem| problem.row));
        left.into_iter().collect()
    }

    /// Whether something keeps the whole of it out.
    pub fn is_blocked(&self) -> bool {
        let whole = |p: &crate::domain::report::Problem| p.blocks && p.row.is_none();
        self.report.problems.iter().any(whole)
    }

    /// Whether there is nothing in it to publish.
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty() && self.withdrawals.is_empty()
    }

    /// What it would say in the log, of these rows or of all.
    pub fn proposals(&self, rows: Option<&[usize]>) -> Vec<Proposal> {
        let rows: Option<HashSet<usize>> = rows.map(|rows| rows.iter().copied().collect());
        let chosen = |difference: &&Arc<Difference>| {
            let rows = rows.as_ref();
            rows.is_none_or(|rows| rows.contains(&difference.row))
        };
        let states = self
            .differences
            .iter()
            .filter(chosen)
            .map(|difference| Proposal {
                facility: difference.facility.id.clone(),
                statement: Statement::State(difference.facility.to_stored()),
            });
        let withdrawn = self.withdrawals.iter().map(|id| Proposal {
            facility: id.clone(),
            statement: Statement::Withdrawn,
        });
        states.chain(withdrawn).collect()
    }
}

/// A file to be checked as a whole.
#[derive(Clone, Copy)]
pub(super) struct CheckInput<'a> {
    /// As it came.
    pub bytes: &'a [u8],
    /// What somebody did about it.
    pub work: &'a Edits,
    /// What was decided about its rows.
    pub decisions: RowDecisions<'a>,
    /// The only area its rows may lie in.
    pub area: Option<Area>,
    /// How much is read.
    pub limits: &'a Limits,
}

impl Generation {
    /// What rows are held against.
    fn context<'a>(
        &'a self,
        blocks: Option<&'a dyn Blocks>,
        area: Option<Area>,
        decisions: RowDecisions<'a>,
    ) -> ReviewContext<'a> {
        ReviewContext {
            snapshot: &self.snapshot,
            districts: &self.known.districts,
            places: Some(self.known.places()),
            blocks,
            area,
            decisions,
        }
    }
}

impl Directory {
    /// What a submission comes to now. `by` waits for it.
    pub(super) fn checked(
        &self,
        by: ActorId,
        submission: &Submission,
    ) -> Result<Arc<Checked>, Error> {
        let key = Key::of(submission, &self.now());
        if let Some(found) = self.kept().find(&key) {
            return Ok(found);
        }
        let bytes = self
            .store
            .submission_bytes(submission.id)?
            .unwrap_or_default();
        let seq = self.now().snapshot.seq();
        let checked = if submission.kind == Kind::Report {
            Checked::reporting(seq)
        } else if submission.file_deleted_at.is_some() {
            Checked::nothing(seq)
        } else if submission.kind == Kind::Withdrawal {
            withdrawal(&bytes, seq)?
        } else {
            let asked = CheckRequest {
                by,
                submission: Some(submission.id),
                request: None,
            };
            let turn = self.turn(&asked, Some(key.clone()), &bytes)?;
            // Somebody else may have looked at it meanwhile.
            if let Some(found) = self.kept().find(&key) {
                return Ok(found);
            }
            let work = work(submission)?;
            let whole = CheckInput {
                bytes: &bytes,
                work: &work,
                decisions: decisions(submission.kind, &work),
                area: submission.area,
                limits: limits(submission.actor),
            };
            let checked = self.check(&whole, &turn.progress);
            return self.keep_checked(submission, checked);
        };
        let checked = Arc::new(checked);
        self.kept().keep(key, Arc::clone(&checked));
        Ok(checked)
    }

    /// Keeps what a revision of a submission was just found to come to, so that showing it does not
    /// check the file a second time.
    pub(super) fn keep_checked(
        &self,
        submission: &Submission,
        mut checked: Checked,
    ) -> Result<Arc<Checked>, Error> {
        if submission.state.is_final() {
            // Nobody edits it any more.
            checked.review = Mutex::default();
        } else {
            self.find_conflicts(&mut checked, submission.base)?;
        }
        let checked = Arc::new(checked);
        let key = Key::of_checked(submission, &checked);
        self.kept().keep(key, Arc::clone(&checked));
        Ok(checked)
    }

    /// Checks a whole file in its turn. `asked` may see how far it is.
    pub(super) fn check_in_turn(
        &self,
        asked: &CheckRequest,
        whole: &CheckInput<'_>,
    ) -> Result<Checked, Error> {
        let turn = self.turn(asked, None, whole.bytes)?;
        Ok(self.check(whole, &turn.progress))
    }

    fn turn(
        &self,
        asked: &CheckRequest,
        what: Option<Key>,
        bytes: &[u8],
    ) -> Result<turns::Turn<'_>, Error> {
        let turn = self.turns.turn(asked, what, bytes);
        turn.ok_or_else(|| super::submissions::Refusal::Busy.into())
    }

    /// The checks that somebody waits for just now in this process.
    pub fn checks_of(&self, by: &User) -> Result<Vec<Check>, Error> {
        may_read(by)?;
        Ok(self.turns.of(by.id))
    }

    /// Reads a file and holds it against what is published now.
    pub(super) fn check(&self, whole: &CheckInput<'_>, progress: &Progress) -> Checked {
        let CheckInput {
            bytes,
            work,
            decisions,
            area,
            limits,
        } = *whole;
        let now = self.now();
        let day = super::today();
        let mut file = interchange::read_with_progress(bytes, work, limits, progress);
        let mut reading = std::mem::take(&mut file.reading);
        review::refuse_impossible(&mut reading, day);
        let addresses = self.addresses(&now);
        let context = now.context(addresses.blocks(), area, decisions);
        let review = Review::with_progress(reading, &context, super::new_id, progress);
        Checked::of(review, &context, Arc::new(file), (&now, day))
    }

    /// Finds what others changed since `base` of the facilities that would change.
    fn find_conflicts(&self, checked: &mut Checked, base: Seq) -> Result<(), Error> {
        let now = self.now();
        let mut known = std::mem::take(&mut checked.theirs);
        if known.0 != base {
            known = (base, BTreeMap::new());
        }
        checked.conflicts.clear();
        for difference in &checked.differences {
            let changed = difference.before.as_ref().map(|(_, since)| *since);
            if changed.is_none_or(|changed| changed <= base) {
                continue;
            }
            let Found::Facility(entry) = now.snapshot.get(difference.facility.id.as_str()) else {
                continue;
            };
            if !known.1.contains_key(&entry.id) {
                let theirs = self.changed_since(entry, base)?;
                known.1.insert(entry.id.clone(), theirs);
            }
            let theirs = &known.1[&entry.id];
            let fields: Vec<_> = difference
                .fields()
                .iter()
                .map(|ours| ours.name)
                .filter(|ours| theirs.contains(ours))
                .collect();
            if !fields.is_empty() {
                let conflict = Conflict {
                    seq: entry.changed.0,
                    at: entry.at.rfc3339(),
                    fields,
                };
                checked.conflicts.insert(difference.row, conflict);
            }
        }
        checked.theirs = known;
        Ok(())
    }

    /// The fields of a facility that changed since `base`.
    fn changed_since(&self, entry: &Entry, base: Seq) -> Result<Vec<&'static str>, Error> {
        let history = self.readable_history(&entry.id)?;
        let state_at = |seq: Seq| -> Result<Option<Facility>, Error> {
            let change = history.iter().rfind(|change| change.seq <= seq);
            match change.map(|change| (change, &change.statement)) {
                Some((change, Statement::State(body))) => {
                    super::stored(change.seq, &change.facility, body).map(Some)
                }
                _ => Ok(None),
            }
        };
        let (before, after) = (state_at(base)?, state_at(entry.changed)?);
        let Some(after) = after else {
            return Ok(Vec::new());
        };
        let changes = field_changes(before.as_ref(), &after);
        Ok(changes.iter().map(|field| field.name).collect())
    }

    pub(super) fn kept(&self) -> std::sync::MutexGuard<'_, CheckCache> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The decisions about a submission. Writes of single facilities are exact.
pub(super) fn decisions(kind: Kind, work: &Edits) -> RowDecisions<'_> {
    match kind {
        Kind::Facility | Kind::Release => RowDecisions::of(work).exactly(),
        _ => RowDecisions::of(work),
    }
}

/// The limits for a submitter's files.
pub(super) fn limits(actor: ActorId) -> &'static Limits {
    match actor {
        ActorId::CLI | ActorId::SHIPPED => &Limits::OPERATOR,
        _ => &Limits::UPLOAD,
    }
}

/// How a submission is to be read.
pub(super) fn work(submission: &Submission) -> Result<Edits, Error> {
    serde_json::from_str(&submission.work).map_err(|error| {
        Error::Damaged(format!(
            "how submission {} is to be read cannot be read: {error}",
            submission.id.0
        ))
    })
}

fn withdrawal(bytes: &[u8], seq: Seq) -> Result<Checked, Error> {
    let withdrawal: Withdrawal = serde_json::from_slice(bytes)
        .map_err(|error| Error::Damaged(format!("a list of records to withdraw: {error}")))?;
    Ok(Checked::withdrawing(&withdrawal, seq))
}

/// When an idempotency key may be forgotten.
pub(super) const KEY_LASTS: i64 = 7 * 24 * 3_600 * 1_000_000;

/// The moment before which keys are forgotten.
pub(super) fn keys_before(now: Moment) -> Moment {
    Moment(now.0 - KEY_LASTS)
}
