//! How the directory fails: by what its caller can do about it.

use crate::store::StoreError;

/// Why the directory could not do what was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else changed the same facilities first: look again.
    #[error("{0}")]
    Conflict(String),
    /// The database is away or busy: try again.
    #[error("{0}")]
    Unavailable(String),
    /// The database is no use to this program: another place, version or permission is needed.
    #[error("{0}")]
    Unusable(String),
    /// What is stored contradicts itself: restore a backup.
    #[error("{0}")]
    Damaged(String),
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
            StoreError::Conflict { .. } => Error::Conflict(text),
            StoreError::Away(_) => Error::Unavailable(text),
            StoreError::Unusable { .. } | StoreError::Newer { .. } => Error::Unusable(text),
            StoreError::Damaged { .. } => Error::Damaged(text),
            StoreError::Failed(_) => Error::Internal(text),
        }
    }
}
