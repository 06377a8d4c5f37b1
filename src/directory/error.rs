//! Errors of the directory, one kind for each reaction of a caller.

use super::facilities::Unwritten;
use super::history;
use super::people::Refusal;
use super::reports;
use super::submissions;
use crate::domain::facility::FacilityId;
use crate::store::StoreError;

/// Why the directory could not do what was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else changed the same facilities first: look again.
    #[error("changed by somebody else: {}", .0.iter().map(FacilityId::as_str).collect::<Vec<_>>().join(", "))]
    Conflict(Vec<FacilityId>),
    /// The database is away or busy: try again.
    #[error("{0}")]
    Unavailable(String),
    /// The database is no use to this program: another place, version or permission is needed.
    #[error("{0}")]
    Unusable(String),
    /// What is stored contradicts itself: restore a backup.
    #[error("{0}")]
    Damaged(String),
    /// What somebody asked about accounts, sessions or tokens is refused: the reason says what to do.
    #[error("{0}")]
    People(#[from] Refusal),
    /// What somebody asked about submissions is refused.
    #[error("{0}")]
    Submission(#[from] submissions::Refusal),
    /// A facility cannot be written.
    #[error("{0}")]
    Unwritten(#[from] Unwritten),
    /// What somebody asked about a facility's history is refused.
    #[error("{0}")]
    History(#[from] history::HistoryRefusal),
    /// A visitor's report is not taken.
    #[error("{0}")]
    Report(#[from] reports::ReportRefusal),
    /// A file or stream could not be read.
    #[error("cannot read the input: {0}")]
    Input(#[from] std::io::Error),
    /// Anything else: a fault of the program or its machine.
    #[error("{0}")]
    Internal(String),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        let text = error.to_string();
        match error {
            StoreError::Conflict { facilities, .. } => Error::Conflict(facilities),
            StoreError::Away(_) => Error::Unavailable(text),
            StoreError::Unusable { .. } | StoreError::Newer { .. } => Error::Unusable(text),
            StoreError::Damaged { .. } => Error::Damaged(text),
            StoreError::Failed(_) => Error::Internal(text),
        }
    }
}
