//! Rows left out of a published file become a draft of their own, to be corrected and sent.

use std::collections::BTreeSet;

use super::access::may_submit;
use super::reading::expect_file;
use super::{Denial, Refusal, SubmissionView, written};
use crate::directory::checking::{CheckInput, CheckRequest, Summary};
use crate::directory::{Directory, Error, checking, moment};
use crate::domain::submission::{Kind, SubmissionId};
use crate::domain::user::User;
use crate::interchange::Format;
use crate::store::submissions::NewSubmission;

impl Directory {
    /// A draft of the rows that stayed out of a published file: the same file, with all other rows
    /// left out. Asked for again, it is the same draft.
    pub fn take_rest(&self, by: &User, id: SubmissionId) -> Result<SubmissionView, Error> {
        may_submit(by)?;
        let seen = self.submission(by, id)?;
        let (submission, checked) = (&seen.submission, &seen.checked);
        if submission.actor != by.id {
            return Err(Refusal::Forbidden(Denial::Owner).into());
        }
        expect_file(submission)?;
        let summary: Summary = serde_json::from_str(&submission.summary).unwrap_or_default();
        if let Some(rest) = summary.rest {
            return self.submission(by, SubmissionId(rest));
        }
        let Some(left) = &summary.left_out else {
            return Err(Refusal::WrongState {
                id: id.0,
                state: submission.state,
            }
            .into());
        };
        if !self.may(by, submission).take_rest {
            return Err(Refusal::Forbidden(Denial::Submit).into());
        }
        let left: BTreeSet<usize> = left.iter().copied().collect();
        let all: Vec<usize> = match checked.file.format {
            Some(Format::GeoJson) => (1..=checked.report.rows).collect(),
            _ => checked
                .file
                .sheet
                .rows
                .iter()
                .map(|row| row.number)
                .collect(),
        };
        let mut work = checking::work(submission)?;
        work.left_out = all.into_iter().filter(|row| !left.contains(row)).collect();
        let bytes = self.store.submission_bytes(id)?.unwrap_or_default();
        let asked = CheckRequest {
            by: by.id,
            submission: Some(id),
            request: None,
        };
        let whole = CheckInput {
            bytes: &bytes,
            work: &work,
            decisions: checking::decisions(Kind::File, &work),
            area: submission.area,
            limits: checking::limits(by.id),
        };
        let rest = self.check_in_turn(&asked, &whole)?;
        let taken = self.store.take_rest(
            id,
            submission.revision,
            |rest| {
                written(&Summary {
                    rest: Some(rest.0),
                    ..summary.clone()
                })
            },
            &NewSubmission {
                kind: Kind::File,
                actor: by.id,
                token: by.token,
                area: submission.area,
                file_name: submission.file_name.as_deref(),
                bytes: &bytes,
                work: &written(&work),
                summary: &written(&rest.summary()),
                base: rest.seq,
                is_sent: false,
                contact: None,
                at: moment(),
            },
        )?;
        match taken {
            Some(rest) => self.submission(by, rest),
            None => Err(Refusal::Stale(id.0).into()),
        }
    }
}
