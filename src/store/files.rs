//! Uploaded files after their review: a redacted value is removed from them too, and files of drafts
//! and of rejected submissions are deleted after a while.

use diesel::prelude::*;

use super::schema::{idempotency, submission};
use super::{Db, Store, StoreError};
use crate::domain::change::Moment;
use crate::domain::submission::{Kind, State, SubmissionId};

/// Kinds of submissions whose bytes are a file or a facility's Feature.
const FILES: [&str; 3] = ["file", "facility", "release"];

/// Files that were left alone or decided before these moments are deleted; `None` keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expired {
    /// Drafts, and what its owner withdrew.
    pub drafts: Option<Moment>,
    /// What was rejected, and what was returned and never sent again.
    pub rejected: Option<Moment>,
}

impl Store {
    /// Every submission that has a file or a Feature.
    pub fn submissions_with_files(&self) -> Result<Vec<SubmissionId>, StoreError> {
        let ids: Vec<i64> = submission::table
            .filter(submission::kind.eq_any(FILES))
            .filter(submission::file_deleted_at.is_null())
            .order(submission::id)
            .select(submission::id)
            .load(&mut *self.connection()?)?;
        Ok(ids.into_iter().map(SubmissionId).collect())
    }

    /// Replaces a submission's file and the work on it; `false` if somebody changed it since that
    /// revision. An answer that is kept for a repeated request goes, because it may show the value.
    pub fn replace_file(
        &self,
        id: SubmissionId,
        revision: i64,
        bytes: &[u8],
        work: &str,
    ) -> Result<bool, StoreError> {
        self.write(|db| {
            let unchanged = submission::table.filter(
                submission::id
                    .eq(id.0)
                    .and(submission::revision.eq(revision)),
            );
            let replaced = diesel::update(unchanged)
                .set((
                    submission::revision.eq(revision + 1),
                    submission::bytes.eq(bytes),
                    submission::work.eq(work),
                ))
                .execute(db)?;
            forget_answers(db, &[id.0])?;
            Ok(replaced == 1)
        })
    }

    /// Forgets the answers kept for repeated requests that made these submissions.
    pub fn forget_answers(&self, submissions: &[SubmissionId]) -> Result<(), StoreError> {
        let ids: Vec<i64> = submissions.iter().map(|id| id.0).collect();
        self.write(|db| forget_answers(db, &ids))
    }

    /// Deletes the files that have expired, and returns whose they were. A draft is withdrawn with
    /// its file; decisions and notes stay on record.
    pub fn delete_files(
        &self,
        expired: Expired,
        at: Moment,
    ) -> Result<Vec<SubmissionId>, StoreError> {
        let found = self.expired(&mut *self.connection()?, expired)?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        self.write(|db| {
            let ids = self.expired(db, expired)?;
            let rows = || submission::table.filter(submission::id.eq_any(ids.clone()));
            diesel::update(rows())
                .set((
                    submission::revision.eq(submission::revision + 1),
                    submission::bytes.eq(Vec::<u8>::new()),
                    submission::work.eq("{}"),
                    submission::contact.eq(None::<&str>),
                    submission::file_deleted_at.eq(at.0),
                ))
                .execute(db)?;
            let open = [State::Draft.slug(), State::Returned.slug()];
            diesel::update(rows().filter(submission::state.eq_any(open)))
                .set(submission::state.eq(State::Withdrawn.slug()))
                .execute(db)?;
            forget_answers(db, &ids)?;
            Ok(ids.into_iter().map(SubmissionId).collect())
        })
    }

    fn expired(&self, db: &mut Db, expired: Expired) -> Result<Vec<i64>, StoreError> {
        type ExpiredRow = (i64, String, i64, Option<i64>, Option<i64>);
        // Few are neither published nor on their way.
        let states = [
            State::Draft,
            State::Withdrawn,
            State::Returned,
            State::Rejected,
        ];
        let rows: Vec<ExpiredRow> = submission::table
            .filter(submission::kind.eq_any([Kind::File.slug(), Kind::Facility.slug()]))
            .filter(submission::file_deleted_at.is_null())
            .filter(submission::state.eq_any(states.map(State::slug)))
            .select((
                submission::id,
                submission::state,
                submission::created_at,
                submission::touched_at,
                submission::decided_at,
            ))
            .load(db)?;
        let is_over = |(_, state, created, touched, decided): &ExpiredRow| {
            let is_draft = [State::Draft.slug(), State::Withdrawn.slug()].contains(&state.as_str());
            let last = touched.unwrap_or(*created).max(decided.unwrap_or(i64::MIN));
            let before = if is_draft {
                expired.drafts
            } else {
                expired.rejected
            };
            before.is_some_and(|before| last < before.0)
        };
        Ok(rows.into_iter().filter(is_over).map(|row| row.0).collect())
    }
}

fn forget_answers(db: &mut Db, submissions: &[i64]) -> Result<(), StoreError> {
    let kept = idempotency::table.filter(idempotency::submission.eq_any(submissions.to_vec()));
    diesel::update(kept)
        .set((
            idempotency::status.eq(None::<i64>),
            idempotency::body.eq(None::<Vec<u8>>),
        ))
        .execute(db)?;
    Ok(())
}
