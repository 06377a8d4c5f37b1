//! Decisions of reviewers. Approved submissions are published.

use std::collections::HashSet;

use serde::Deserialize;

use super::access::may_submit;
use super::{Denial, LONGEST_NOTE, Refusal, SubmissionView, plain_text, written};
use crate::directory::checking::{Checked, Summary};
use crate::directory::{Directory, Error, moment};
use crate::domain::report::Problem;
use crate::domain::submission::{Kind, State, Submission, SubmissionId};
use crate::domain::user::{Act, User};
use crate::domain::wording::Wording;
use crate::interchange::{Format, strict};
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
    /// The note to the submitter.
    #[serde(default)]
    pub note: Option<String>,
}

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is published.
    Approve,
    /// It is returned for correction.
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
    ) -> Result<SubmissionView, Error> {
        may_submit(by)?;
        let submission = self.known_submission(by, id)?;
        if !by.may(Act::Publish) || !self.lies_within(submission.area, by.area) {
            return Err(Refusal::Forbidden(Denial::Decide).into());
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
        if let Some(note) = note.filter(|note| note.chars().count() > LONGEST_NOTE) {
            return Err(Refusal::too_long("note", note, LONGEST_NOTE).into());
        }
        sensible(submission.kind, decision, note)?;
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
        let checked = self.checked(by.id, submission)?;
        let approved: Option<HashSet<usize>> = rows.map(|rows| rows.iter().copied().collect());
        let approved = approved.as_ref();
        expect_rows(&checked, rows.unwrap_or_default())?;
        let mut conflicts = checked.conflicts.clone();
        conflicts.retain(|row, _| approved.is_none_or(|rows| rows.contains(row)));
        if !conflicts.is_empty() {
            return Err(Refusal::Conflict(conflicts).into());
        }
        let chosen = |row: &&usize| approved.is_none_or(|rows| rows.contains(row));
        let undecided: Vec<usize> = checked.undecided.iter().filter(chosen).copied().collect();
        if !undecided.is_empty() {
            return Err(Refusal::Undecided(undecided).into());
        }
        let proposals = checked.proposals(rows);
        if proposals.is_empty() {
            return Err(Refusal::Nothing.into());
        }
        let left_out = checked.rows_left_out(rows);
        let has_rows = matches!(submission.kind, Kind::File | Kind::Release);
        let summary = Summary {
            approved: rows.map(<[usize]>::to_vec),
            left_out: (has_rows && !left_out.is_empty()).then_some(left_out),
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

/// Refuses a decision that says what its kind of submission cannot have.
fn sensible(kind: Kind, decision: &Decision, note: Option<&str>) -> Result<(), Refusal> {
    let verdict = decision.decision;
    // The sender of a report has no account to edit it with.
    if verdict == Verdict::Return && kind == Kind::Report {
        let message = (
            "来訪者の報告は差し戻せません。対応したら approve、対応しないなら reject にしてください",
            "a visitor's report cannot be returned: approve it once it is settled, or reject it",
        );
        let problem = Problem::of_file("value-unreadable", message).in_column("decision");
        return Err(Refusal::value(
            problem.found("return", ("approve, reject", "approve or reject")),
        ));
    }
    if verdict == Verdict::Return && note.is_none() {
        let message = (
            "差し戻すときは、何を直せばよいかを note に書いてください",
            "say in note what is to be corrected: it is what the submitter reads",
        );
        let problem = Problem::of_file("value-missing", message).in_column("note");
        return Err(Refusal::value(problem));
    }
    let has_rows = matches!(kind, Kind::File | Kind::Release);
    if decision.rows.is_some() && (verdict != Verdict::Approve || !has_rows) {
        let expected = (
            "行を選べるのは、ファイルを承認するときだけです",
            "rows are chosen only where a file is approved",
        );
        return Err(Refusal::value(strict::unknown("rows", expected)));
    }
    Ok(())
}

/// Refuses rows that the file does not have.
fn expect_rows(checked: &Checked, rows: &[usize]) -> Result<(), Refusal> {
    let known: HashSet<usize> = match checked.file.format {
        Some(Format::GeoJson) => (1..=checked.report.rows).collect(),
        _ => checked
            .file
            .sheet
            .rows
            .iter()
            .map(|row| row.number)
            .collect(),
    };
    let expected = || Wording::new("ファイルにある行の番号", "the number of a row of the file");
    let problems: Vec<Problem> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| !known.contains(row))
        .map(|(i, row)| strict::unreadable(&format!("rows[{i}]"), &(*row).into(), expected()))
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Values(problems))
    }
}
