//! Permissions on submissions.

use super::{Denial, Refusal};
use crate::directory::checking::Summary;
use crate::directory::{Directory, Error};
use crate::districts::Level;
use crate::domain::change::ActorId;
use crate::domain::submission::{State, Submission, SubmissionId};
use crate::domain::user::{Act, Area, User};

/// What somebody may do with a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct May {
    /// Mend it.
    pub edit: bool,
    /// Send it to review.
    pub send: bool,
    /// Take it back.
    pub withdraw: bool,
    /// Decide on it.
    pub decide: bool,
    /// Take up again the rows that stayed out.
    pub take_rest: bool,
}

impl Directory {
    /// What somebody may do with a submission.
    pub fn may(&self, by: &User, submission: &Submission) -> May {
        // A user whose area changed leaves the submission to users of its area.
        let own = submission.actor == by.id
            && by.may(Act::Submit)
            && self.lies_within(submission.area, by.area);
        let state = submission.state;
        May {
            edit: own && state.is_open(),
            send: own && state.is_open(),
            withdraw: own && !state.is_final(),
            take_rest: own && state == State::Published && has_rest(submission),
            decide: by.may(Act::Publish)
                && state == State::Sent
                && self.lies_within(submission.area, by.area),
        }
    }

    pub(super) fn known_submission(
        &self,
        by: &User,
        id: SubmissionId,
    ) -> Result<Submission, Error> {
        may_read(by)?;
        let submission = self.store.submission(id)?;
        // The existence of a submission is not revealed to users who may not see it.
        submission
            .filter(|found| found.actor == by.id || self.lies_within(found.area, by.area))
            .ok_or_else(|| Refusal::Unknown(id.0).into())
    }

    /// Whether what lies in `inner` always lies in `outer`; `None` is everywhere.
    pub(in crate::directory) fn lies_within(
        &self,
        inner: Option<Area>,
        outer: Option<Area>,
    ) -> bool {
        let known = self.reference();
        let parent = |code| known.districts.municipality(code)?.parent;
        match (inner, outer) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(inner), Some(outer)) => outer.includes(inner, parent),
        }
    }

    /// The areas whose submissions somebody may see beside their own; `None` for all.
    pub(super) fn visible(&self, by: &User) -> Option<(Vec<String>, ActorId)> {
        let own = by.area?;
        let districts = &self.reference().districts;
        let all = Level::ALL.into_iter().flat_map(|level| districts.of(level));
        let within = all.filter(|district| {
            let area = Area::new(&district.code).ok();
            area.is_some_and(|area| self.lies_within(Some(area), Some(own)))
        });
        Some((within.map(|d| d.code.to_string()).collect(), by.id))
    }
}

/// Whether rows stayed out of what was published, and nobody took them up again.
fn has_rest(submission: &Submission) -> bool {
    let summary: Summary = serde_json::from_str(&submission.summary).unwrap_or_default();
    submission.file_deleted_at.is_none() && summary.left_out.is_some() && summary.rest.is_none()
}

pub(super) fn may_submit(by: &User) -> Result<(), Refusal> {
    if by.may(Act::Submit) {
        Ok(())
    } else {
        Err(Refusal::Forbidden(Denial::Submit))
    }
}

pub(in crate::directory) fn may_read(by: &User) -> Result<(), Refusal> {
    if by.may(Act::ReadDrafts) {
        Ok(())
    } else {
        Err(Refusal::Forbidden(Denial::Read))
    }
}
