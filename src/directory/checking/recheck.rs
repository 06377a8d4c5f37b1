//! Checks only the edited rows of a file again.

use std::sync::{Arc, PoisonError};

use super::{Checked, Key, decisions};
use crate::directory::{Directory, Error, new_id};
use crate::domain::submission::Submission;
use crate::interchange::edits::Edits;
use crate::review::Review;
use crate::review::recheck::RowEdit;

/// So many rows are checked again without a turn; more are a file's worth.
const FEW: usize = 500;

impl Checked {
    /// Its rows, for one edit: what comes of them is the next revision's.
    fn take_review(&self) -> Option<Review> {
        let review = self.review.lock();
        review.unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Directory {
    /// What a submission comes to after `before` became `work`, where what it came to before is known
    /// here and only some rows are concerned: the same as checking all of it.
    pub(in crate::directory) fn recheck(
        &self,
        submission: &Submission,
        before: &Edits,
        work: &Edits,
    ) -> Result<Option<Checked>, Error> {
        let now = self.now();
        let Some(kept) = self.kept().find(&Key::of(submission, &now)) else {
            return Ok(None);
        };
        let Some(rows) = work.rows_changed(before).filter(|rows| rows.len() <= FEW) else {
            return Ok(None);
        };
        let bytes = match kept.file.needs_bytes() {
            true => self.store.submission_bytes(submission.id)?,
            false => None,
        };
        let edit = RowEdit {
            file: &kept.file,
            bytes: &bytes.unwrap_or_default(),
            rows: &rows,
            before,
            edits: work,
            today: kept.day,
        };
        let Some(first) = edit.read() else {
            return Ok(None);
        };
        let Some(mut review) = kept.take_review() else {
            return Ok(None);
        };
        let addresses = self.addresses(&now);
        let decisions = decisions(submission.kind, work);
        let context = now.context(addresses.blocks(), submission.area, decisions);
        if !review.edited(&edit, first, &context, new_id) {
            return Ok(None);
        }
        let file = Arc::clone(&kept.file);
        let mut checked = Checked::of(review, &context, file, (&now, kept.day));
        checked.theirs.clone_from(&kept.theirs);
        Ok(Some(checked))
    }
}
