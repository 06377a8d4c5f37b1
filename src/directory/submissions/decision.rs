//! Reviewers decide; what they approve is published.

use serde::Deserialize;

use super::access::may_submit;
use super::{LONGEST_NOTE, Refusal, Seen, plain_text, written};
use crate::directory::checking::Summary;
use crate::directory::{Directory, Error, moment};
use crate::domain::submission::{Kind, State, Submission, SubmissionId};
use crate::domain::user::{Act, User};
use crate::store::submissions::{Edit, Publishing};

/// A decision on a submission.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What is decided.
    pub decision: Verdict,
    /// Only these rows are approved.
    #[serde(default)]
    pub rows: Option<Vec<usize>>,
    /// What the submitter is told.
    #[serde(default)]
    pub note: Option<String>,
}

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is published.
    Approve,
    /// It goes back to be mended.
    Return,
    /// It is refused for good.
    Reject,
}

impl Directory {
    /// Decides on a submission. What is approved is published in the same transaction.
    pub fn decide(
        &self,
        by: &User,
        id: SubmissionId,
        revision: i64,
        decision: &Decision,
    ) -> Result<Seen, Error> {
        may_submit(by)?;
        let submission = self.known_submission(by, id)?;
        if !by.may(Act::Publish) || !self.lies_within(submission.area, by.area) {
            return Err(Refusal::Forbidden("decide").into());
        }
        if submission.revision != revision {
            return Err(Refusal::Stale(id.0).into());
        }
        if submission.state != State::Sent {
            return Err(Refusal::WrongState {
                id: id.0,
                state: submission.state,
            }
            .into());
        }
        let note = decision.note.as_deref().map(plain_text);
        let note = note.as_deref().filter(|note| !note.is_empty());
        if note.is_some_and(|note| note.chars().count() > LONGEST_NOTE) {
            return Err(Refusal::TooLong("note").into());
        }
        let done = match decision.decision {
            // A report is no facts yet: what was done about it is published on its own.
            Verdict::Approve if submission.kind == Kind::Report => {
                let edit = Edit {
                    state: Some(State::Published),
                    decision: Some((by.id, note)),
                    at: moment(),
                    ..Edit::default()
                };
                self.store.edit_submission(id, revision, &edit)?.is_some()
            }
            // Its sender has no account to mend it with.
            Verdict::Return if submission.kind == Kind::Report => {
                return Err(Refusal::Forbidden("return").into());
            }
            Verdict::Approve => {
                self.refresh()?;
                self.approve(by, &submission, decision.rows.as_deref(), note)?
            }
            verdict => {
                let state = match verdict {
                    Verdict::Return => State::Returned,
                    _ => State::Rejected,
                };
                let edit = Edit {
                    state: Some(state),
                    decision: Some((by.id, note)),
                    at: moment(),
                    ..Edit::default()
                };
                self.store.edit_submission(id, revision, &edit)?.is_some()
            }
        };
        if !done {
            return Err(Refusal::Stale(id.0).into());
        }
        self.refresh()?;
        self.submission(by, id)
    }

    fn approve(
        &self,
        by: &User,
        submission: &Submission,
        rows: Option<&[usize]>,
        note: Option<&str>,
    ) -> Result<bool, Error> {
        let checked = self.checked(submission)?;
        let mut conflicts = checked.conflicts.clone();
        conflicts.retain(|row, _| rows.is_none_or(|rows| rows.contains(row)));
        if !conflicts.is_empty() {
            return Err(Refusal::Conflict(conflicts).into());
        }
        let chosen = |row: &&usize| rows.is_none_or(|rows| rows.contains(row));
        let undecided: Vec<usize> = checked.undecided.iter().filter(chosen).copied().collect();
        if !undecided.is_empty() {
            return Err(Refusal::Undecided(undecided).into());
        }
        let proposals = checked.proposals(rows);
        if proposals.is_empty() {
            return Err(Refusal::Nothing.into());
        }
        let summary = Summary {
            approved: rows.map(<[usize]>::to_vec),
            ..checked.summary()
        };
        let published = self.store.publish_submission(
            submission.id,
            submission.revision,
            &written(&summary),
            &Publishing {
                proposals: &proposals,
                unchanged_since: checked.seq,
                is_alone: false,
                by: by.id,
                note,
                at: moment(),
            },
        )?;
        Ok(published.is_some())
    }
}
