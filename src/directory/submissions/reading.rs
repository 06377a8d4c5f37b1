//! Submissions as users with permission see them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::access::{may_read, may_submit};
use super::{Denial, Refusal};
use crate::directory::checking::{self, Checked};
use crate::directory::{Directory, Error, moment};
use crate::domain::change::ActorId;
use crate::domain::facility::FacilityId;
use crate::domain::submission::{State, Submission, SubmissionId};
use crate::domain::user::{Act, User};
use crate::domain::wording::Language;
use crate::interchange;
use crate::snapshot::Found;
use crate::store::submissions::SubmissionFilter;

/// The submissions to list.
#[derive(Debug, Clone, Default)]
pub struct SubmissionQuery {
    /// In these states; empty is any.
    pub states: Vec<State>,
    /// Only their own.
    pub mine: bool,
    /// Before (or, in a queue, after) that one.
    pub after: Option<SubmissionId>,
    /// At most.
    pub limit: usize,
}

/// A submission, and what it comes to now.
pub struct SubmissionView {
    /// As it is kept.
    pub submission: Submission,
    /// What it comes to.
    pub checked: Arc<Checked>,
}

impl Directory {
    /// The submissions that a user may see; with the state `sent` alone, the oldest first.
    pub fn submissions(
        &self,
        by: &User,
        asked: &SubmissionQuery,
    ) -> Result<Vec<Submission>, Error> {
        may_read(by)?;
        Ok(self.store.submissions(&SubmissionFilter {
            states: asked.states.clone(),
            actor: asked.mine.then_some(by.id),
            within: self.visible(by),
            unacknowledged: false,
            after: asked.after,
            oldest_first: asked.states == [State::Sent],
            limit: i64::try_from(asked.limit).unwrap_or(i64::MAX),
        })?)
    }

    /// How many wait for a decision of theirs, and how many of theirs were decided without their having seen it.
    pub fn counts(&self, by: &User) -> Result<(i64, i64), Error> {
        may_read(by)?;
        let waiting = if by.may(Act::Publish) {
            self.store.count_submissions(&SubmissionFilter {
                states: vec![State::Sent],
                within: self.visible(by),
                ..SubmissionFilter::default()
            })?
        } else {
            0
        };
        let unacknowledged = self.store.count_submissions(&SubmissionFilter {
            actor: Some(by.id),
            unacknowledged: true,
            ..SubmissionFilter::default()
        })?;
        Ok((waiting, unacknowledged))
    }

    /// A submission and what it comes to now.
    pub fn submission(&self, by: &User, id: SubmissionId) -> Result<SubmissionView, Error> {
        let submission = self.known_submission(by, id)?;
        let checked = self.checked(by.id, &submission)?;
        Ok(SubmissionView {
            submission,
            checked,
        })
    }

    /// The file as it came, and what it is called.
    pub fn submitted_file(&self, by: &User, id: SubmissionId) -> Result<(String, Vec<u8>), Error> {
        let submission = self.known_submission(by, id)?;
        expect_file(&submission)?;
        let bytes = self.store.submission_bytes(id)?;
        Ok((file_name(&submission), bytes.unwrap_or_default()))
    }

    /// The file with its edits, and the remaining problems beside each row.
    pub fn corrected_file(
        &self,
        by: &User,
        id: SubmissionId,
        language: Language,
    ) -> Result<(String, Vec<u8>), Error> {
        let seen = self.submission(by, id)?;
        expect_file(&seen.submission)?;
        let bytes = self.store.submission_bytes(id)?.unwrap_or_default();
        let mut notes: BTreeMap<usize, String> = BTreeMap::new();
        for problem in &seen.checked.report.problems {
            if let Some(row) = problem.row {
                let note = notes.entry(row).or_default();
                if !note.is_empty() {
                    note.push_str(language.pick("／", " / "));
                }
                if let Some(column) = &problem.column {
                    note.push_str(column);
                    note.push_str(": ");
                }
                note.push_str(problem.message.get(language));
            }
        }
        let work = checking::work(&seen.submission)?;
        let corrected =
            interchange::corrected::corrected(&bytes, &seen.checked.file, &work, &notes, language);
        Ok((file_name(&seen.submission), corrected))
    }

    /// Writes down that somebody has seen the decision on their submission.
    pub fn told(&self, by: &User, id: SubmissionId) -> Result<(), Error> {
        may_submit(by)?;
        let submission = self.known_submission(by, id)?;
        if submission.actor != by.id {
            return Err(Refusal::Forbidden(Denial::Owner).into());
        }
        Ok(self.store.acknowledge(id, moment())?)
    }

    /// What somebody is called; an account that is gone has no name.
    pub fn name_of(&self, id: ActorId) -> Result<Option<String>, Error> {
        Ok(self.store.name_of(id)?)
    }

    /// What a published facility is called.
    pub fn name_of_facility(&self, id: &FacilityId) -> Option<String> {
        match self.now().snapshot.get(id.as_str()) {
            Found::Facility(entry) => Some(entry.facility().name.to_string()),
            _ => None,
        }
    }
}

/// Refuses what needs a file that was deleted.
pub(super) fn expect_file(submission: &Submission) -> Result<(), Refusal> {
    submission
        .file_deleted_at
        .map_or(Ok(()), |at| Err(Refusal::FileDeleted(at)))
}

fn file_name(submission: &Submission) -> String {
    match submission.file_name.as_deref() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => format!("submission-{}.{}", submission.id.0, "geojson"),
    }
}
