//! What a submission would do to the directory as it is now: its report, its differences, and what
//! others have changed meanwhile.
//!
//! Found anew whenever somebody looks; what was found last is kept for a while, because people look
//! at the same submission many times while they mend it.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Directory, Error};
use crate::domain::change::{ActorId, Moment, Proposal, Seq, Statement};
use crate::domain::difference::field_changes;
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::report::Report;
use crate::domain::submission::{Kind, Submission};
use crate::domain::user::Area;
use crate::interchange::work::Work;
use crate::interchange::{self, File, Limits};
use crate::review::{self, Against, Answers, Difference, Effect, LikelyDuplicate};
use crate::snapshot::Found;

/// So many answers are kept: those of the few people who mend a sheet at the same time.
const KEPT: usize = 4;

/// What a submission comes to.
pub struct Checked {
    /// The state of the directory it was held against.
    pub seq: Seq,
    /// The same with its reference data, as answers' ETags name it.
    tag: String,
    /// How the file was read.
    pub file: File,
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

/// What an answer that is kept was found from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    id: i64,
    revision: i64,
    /// The state of the directory, as its answers' ETags name it.
    tag: String,
}

/// The last few answers, the newest at the end.
#[derive(Default)]
pub(super) struct Kept(Vec<(Key, Arc<Checked>)>);

impl Checked {
    fn nothing(seq: Seq) -> Checked {
        Checked {
            seq,
            tag: String::new(),
            file: File::default(),
            report: Report::default(),
            differences: Vec::new(),
            withdrawals: Vec::new(),
            unchanged: 0,
            likely: Vec::new(),
            undecided: BTreeSet::new(),
            matched: BTreeMap::new(),
            blanks: BTreeMap::new(),
            conflicts: BTreeMap::new(),
        }
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
        let rows_with = |blocks: bool| {
            let with = self.report.problems.iter().filter(|p| p.blocks == blocks);
            with.filter_map(|problem| problem.row)
                .collect::<BTreeSet<_>>()
        };
        let blocked = rows_with(true);
        Summary {
            rows: self.report.rows,
            accepted: self.report.accepted,
            // A row that is kept out counts once, whatever else is said about it.
            warned: rows_with(false).difference(&blocked).count(),
            blocked: blocked.len(),
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

impl Directory {
    /// What a submission comes to now.
    pub(super) fn checked(&self, submission: &Submission) -> Result<Arc<Checked>, Error> {
        let now = self.now();
        let key = Key {
            id: submission.id.0,
            revision: submission.revision,
            tag: now.tag.clone(),
        };
        if let Some(found) = self.kept().find(&key) {
            return Ok(found);
        }
        let bytes = self
            .store
            .submission_bytes(submission.id)?
            .unwrap_or_default();
        let checked = if submission.kind == Kind::Report {
            Checked::reporting(now.snapshot.seq())
        } else if submission.file_deleted_at.is_some() {
            Checked::nothing(now.snapshot.seq())
        } else if submission.kind == Kind::Withdrawal {
            withdrawal(&bytes, now.snapshot.seq())?
        } else {
            let work = work(submission)?;
            let limits = limits(submission.actor);
            let answers = answers(submission.kind, &work);
            let mut checked = self.check(&bytes, &work, answers, submission.area, limits);
            if !submission.state.is_final() {
                self.find_conflicts(&mut checked, submission.base)?;
            }
            checked
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
    ) -> Result<(), Error> {
        let key = Key {
            id: submission.id.0,
            revision: submission.revision,
            tag: checked.tag.clone(),
        };
        if !submission.state.is_final() {
            self.find_conflicts(&mut checked, submission.base)?;
        }
        self.kept().keep(key, Arc::new(checked));
        Ok(())
    }

    /// Reads a file and holds it against what is published now.
    pub(super) fn check(
        &self,
        bytes: &[u8],
        work: &Work,
        answers: Answers<'_>,
        area: Option<Area>,
        limits: &Limits,
    ) -> Checked {
        let now = self.now();
        let mut file = interchange::read(bytes, work, limits);
        let mut reading = std::mem::take(&mut file.reading);
        review::refuse_impossible(&mut reading, super::today());
        let against = Against {
            snapshot: &now.snapshot,
            districts: &now.known.districts,
            places: Some(now.known.places()),
            area,
            answers,
        };
        let reviewed = review::review(reading, &against, super::new_id);
        Checked {
            seq: now.snapshot.seq(),
            tag: now.tag.clone(),
            file,
            report: reviewed.report,
            differences: reviewed.differences,
            withdrawals: Vec::new(),
            unchanged: reviewed.unchanged,
            likely: reviewed.likely,
            undecided: reviewed.undecided,
            matched: reviewed.matched,
            blanks: reviewed.blanks,
            conflicts: BTreeMap::new(),
        }
    }

    /// Finds what others changed since `base` of the facilities that would change.
    fn find_conflicts(&self, checked: &mut Checked, base: Seq) -> Result<(), Error> {
        let now = self.now();
        for difference in &checked.differences {
            let Found::Facility(entry) = now.snapshot.get(difference.facility.id.as_str()) else {
                continue;
            };
            if entry.changed <= base {
                continue;
            }
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
            let Some(after) = after else { continue };
            let theirs = field_changes(before.as_ref(), &after);
            let fields: Vec<_> = difference
                .fields()
                .iter()
                .filter(|ours| theirs.iter().any(|their| their.name == ours.name))
                .map(|ours| ours.name)
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
        Ok(())
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Kept {
    fn find(&mut self, key: &Key) -> Option<Arc<Checked>> {
        let at = self.0.iter().position(|(kept, _)| kept == key)?;
        let found = self.0.remove(at);
        let checked = Arc::clone(&found.1);
        self.0.push(found);
        Some(checked)
    }

    fn keep(&mut self, key: Key, checked: Arc<Checked>) {
        self.0.retain(|(kept, _)| kept.id != key.id);
        if self.0.len() >= KEPT {
            self.0.remove(0);
        }
        self.0.push((key, checked));
    }
}

/// What was decided about what somebody handed in. Whoever writes single facilities has named them.
pub(super) fn answers(kind: Kind, work: &Work) -> Answers<'_> {
    match kind {
        Kind::Facility | Kind::Release => Answers::of(work).exactly(),
        _ => Answers::of(work),
    }
}

/// How much is read of what somebody hands in.
pub(super) fn limits(actor: ActorId) -> &'static Limits {
    match actor {
        ActorId::CLI | ActorId::SHIPPED => &Limits::OPERATOR,
        _ => &Limits::UPLOAD,
    }
}

/// How a submission is to be read.
pub(super) fn work(submission: &Submission) -> Result<Work, Error> {
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
