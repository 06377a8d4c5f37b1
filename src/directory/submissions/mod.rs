//! The way of a file to the log: submit, edit, decide.
//!
//! [`access`] checks permissions by role ([`User::may`](crate::domain::user::User::may)) and area.
//! [`checking`](super::checking) computes what a submission would change.

mod access;
mod change;
mod decision;
mod matching;
mod reading;
mod rest;
mod submit;
mod unknown;

use std::collections::BTreeMap;

use serde_json::json;

use super::checking::Conflict;
use crate::domain::change::Moment;
use crate::domain::report::Problem;
use crate::domain::submission::State;

pub use super::checking::{Check, Summary};
pub use crate::store::submissions::{IdempotencyKey, StoredResponse};
pub use access::May;
pub(super) use access::may_read;
pub use change::Change;
pub use decision::{Decision, Verdict};
pub use reading::{SubmissionQuery, SubmissionView};
pub use submit::{Submitted, Upload};

/// The longest note, in characters.
pub(super) const LONGEST_NOTE: usize = 2_000;
/// The longest way to reach somebody, in characters.
pub(super) const LONGEST_CONTACT: usize = 200;

/// What somebody may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// Submit at all.
    Submit,
    /// See what was submitted.
    Read,
    /// Decide on it.
    Decide,
    /// Change what somebody else submitted.
    Owner,
    /// Name an area that is not within their own.
    Area,
    /// Write a facility outside their area.
    Elsewhere,
}

/// Why a request about a submission is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// There is none, or none they may know of.
    #[error("there is no submission {0}")]
    Unknown(i64),
    /// Their role or area does not allow it.
    #[error("not allowed: {0:?}")]
    Forbidden(Denial),
    /// Somebody else changed it first.
    #[error("submission {0} was changed meanwhile")]
    Stale(i64),
    /// It does not stand where that can be done.
    #[error("submission {id} is {}", state.slug())]
    WrongState {
        /// Which.
        id: i64,
        /// Where it stands.
        state: State,
    },
    /// Its file was deleted, because it was left alone or rejected long ago.
    #[error("the file was deleted at {}", .0.rfc3339())]
    FileDeleted(Moment),
    /// There is nothing in it that can be published.
    #[error("nothing in it can be published")]
    Nothing,
    /// The area does not exist, or is not theirs.
    #[error("{0}")]
    NoArea(String),
    /// Values that are unknown, unreadable or beyond their limits, each named.
    #[error("{} values are not valid", .0.len())]
    Values(Vec<Problem>),
    /// Others changed the same fields of these facilities; somebody must look first.
    #[error("others changed {} of the facilities meanwhile", .0.len())]
    Conflict(BTreeMap<usize, Conflict>),
    /// Too many files are checked and wait to be.
    #[error("too many files are being checked")]
    Busy,
    /// Nobody has decided whether these rows are facilities that are published.
    #[error("{} rows look like published facilities and wait for a decision", .0.len())]
    Undecided(Vec<usize>),
    /// The same key was used for another request.
    #[error("the key was used for another request")]
    KeyUsed,
    /// A row that is in the way of publishing: a single facility's.
    #[error("the facility cannot be published")]
    Blocked(Box<crate::domain::report::Report>),
}

impl Refusal {
    /// One value that is not valid.
    pub(super) fn value(problem: Problem) -> Refusal {
        Refusal::Values(vec![problem])
    }

    /// A text that is longer than is taken.
    pub(super) fn too_long(path: &str, text: &str, most: usize) -> Refusal {
        let message = (
            format!("{path} は{most}文字までです"),
            format!("{path} has at most {most} characters"),
        );
        let problem = Problem::of_file("value-range", message).in_column(path);
        let expected = (
            format!("{most}文字まで"),
            format!("at most {most} characters"),
        );
        Refusal::value(problem.found(text, expected))
    }
}

/// What somebody wrote, without what nobody types and PostgreSQL does not keep.
pub(super) fn plain_text(text: &str) -> String {
    let unseen = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    text.replace(unseen, "").trim().to_owned()
}

pub(super) fn written(value: &impl serde::Serialize) -> String {
    serde_json::to_string(&json!(value)).expect("our own types are written with string keys")
}
