//! What somebody hands in, and the states it goes through on its way to being published.

use super::change::{ActorId, Moment, Seq};
use super::user::Area;
use super::vocabulary::vocabulary;

vocabulary! {
    /// What was handed in.
    Kind "kind of submission" {
        /// A file of facilities.
        File = "file",
        /// One facility, from the form or the API, as a GeoJSON Feature.
        Facility = "facility",
        /// A list of facilities to withdraw.
        Withdrawal = "withdrawal",
        /// The facts that came with a newer release of the program.
        Release = "release",
        /// What a visitor without an account says is wrong about a facility.
        Report = "report",
    }
}

vocabulary! {
    /// Where a submission stands.
    State "state of a submission" {
        /// Checked; its owner is mending it.
        Draft = "draft",
        /// Waits for a reviewer.
        Sent = "sent",
        /// Sent back with a note, to be mended.
        Returned = "returned",
        /// Approved, wholly or in part, and published.
        Published = "published",
        /// Refused for good.
        Rejected = "rejected",
        /// Taken back by its owner, who may make it a draft again.
        Withdrawn = "withdrawn",
    }
}

impl State {
    /// Whether its owner may still change it.
    pub fn is_open(self) -> bool {
        matches!(self, State::Draft | State::Returned)
    }

    /// Whether nothing will happen to it any more, unless its owner takes up again what they withdrew.
    pub fn is_final(self) -> bool {
        matches!(self, State::Published | State::Rejected | State::Withdrawn)
    }
}

/// Which submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubmissionId(pub i64);

/// A submission as it is kept. Its report and its differences are never kept: they are found anew
/// whenever somebody looks, so that they are never stale.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Its number.
    pub id: SubmissionId,
    /// What was handed in.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// Rises with every write.
    pub revision: i64,
    /// Who handed it in.
    pub actor: ActorId,
    /// The number of the token it came with.
    pub token: Option<i64>,
    /// Where its rows may lie; `None` is everywhere.
    pub area: Option<Area>,
    /// What the file was called.
    pub file_name: Option<String>,
    /// What was done about it since it came, as JSON text: encoding, matching, mended cells, merges.
    pub work: String,
    /// Counts for lists, as JSON text.
    pub summary: String,
    /// When it came.
    pub created_at: Moment,
    /// When it was sent to review.
    pub sent_at: Option<Moment>,
    /// The state of the directory it was last held against by somebody who looked: what others
    /// changed after it is shown before anything is overwritten.
    pub base: Seq,
    /// The decision's time.
    pub decided_at: Option<Moment>,
    /// Who decided.
    pub decided_by: Option<ActorId>,
    /// The reviewer's note.
    pub note: Option<String>,
    /// The first and the last change it became.
    pub published: Option<(Seq, Seq)>,
    /// How to reach whoever handed it in; erased with the decision.
    pub contact: Option<String>,
    /// When the submitter saw the decision.
    pub told_at: Option<Moment>,
    /// When its file was deleted, because it was left alone or rejected long ago.
    pub file_deleted_at: Option<Moment>,
}
