//! Errors of the store.
//!
//! There is one kind for each reaction of a caller: give up with a message (`Unusable`, `Newer`), show
//! the reviewer what changed (`Conflict`), raise an alarm (`Damaged`), try again later (`Away`), or
//! report an internal failure (`Failed`). Each message is one or two sentences that an operator can act
//! on. None contains a password.

use crate::domain::change::Seq;
use crate::domain::facility::FacilityId;

/// Why the store could not do what was asked. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL, file or server is no database this program can work with.
    #[error("The database {database} cannot be used: {reason}.")]
    Unusable {
        /// The URL as given, without password.
        database: String,
        /// What is wrong, and where there is a remedy, the remedy.
        reason: String,
    },

    /// A newer program has migrated the database.
    #[error(
        "The database {database} belongs to a newer machinaka: it has migration {found}, and this program knows them up to {known}. Start the newer program instead."
    )]
    Newer {
        /// The URL as given, without password.
        database: String,
        /// The newest migration in the database.
        found: String,
        /// The newest migration this program knows.
        known: String,
    },

    /// Somebody else published a change of a facility concerned, after the caller last looked.
    #[error("Changed by somebody else since number {since}: {}.", names(.facilities))]
    Conflict {
        /// What the caller had seen.
        since: Seq,
        /// The facilities that changed, each once, in order.
        facilities: Vec<FacilityId>,
    },

    /// What is stored contradicts itself.
    #[error("The log is damaged{}: {what}.", place(*.seq))]
    Damaged {
        /// The first change that is wrong; none where the database as a whole is.
        seq: Option<Seq>,
        /// What contradicts what.
        what: String,
    },

    /// The database does not answer, or is busy for longer than we wait. Trying again may help.
    #[error("The database does not answer: {0}.")]
    Away(String),

    /// The database refused. Also: the disk is full.
    #[error("The database failed: {0}.")]
    Failed(String),
}

/// Long enough to see what kind of facilities it is about; a review page lists them all.
const NAMES_SHOWN: usize = 5;

fn names(facilities: &[FacilityId]) -> String {
    let shown: Vec<&str> = facilities
        .iter()
        .take(NAMES_SHOWN)
        .map(FacilityId::as_str)
        .collect();
    let mut text = shown.join(", ");
    if facilities.len() > NAMES_SHOWN {
        text.push_str(&format!(" and {} more", facilities.len() - NAMES_SHOWN));
    }
    text
}

fn place(seq: Option<Seq>) -> String {
    seq.map_or_else(String::new, |seq| format!(" at change {seq}"))
}

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error};
        let text = one_line(&error.to_string());
        match error {
            Error::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            )
            | Error::BrokenTransactionManager => StoreError::Away(text),
            Error::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _) => {
                StoreError::Away("it can only be read just now".to_owned())
            }
            // SQLite's texts: diesel keeps its codes to itself.
            _ if text == "database is locked" => {
                StoreError::Away("another program is writing to it".to_owned())
            }
            _ if text == "database or disk is full"
                || text.contains("No space left on device")
                || text == "disk I/O error" =>
            {
                StoreError::Away(format!("it cannot write ({text})"))
            }
            _ if text.ends_with("due to lock timeout") => {
                StoreError::Away("another program is writing to it".to_owned())
            }
            _ if text.contains("statement timeout")
                || text.starts_with("terminating connection") =>
            {
                StoreError::Away(text)
            }
            _ if text.contains("database disk image is malformed")
                || text.contains("file is not a database") =>
            {
                StoreError::Damaged {
                    seq: None,
                    what: text,
                }
            }
            _ => StoreError::Failed(text),
        }
    }
}

impl From<diesel::r2d2::PoolError> for StoreError {
    fn from(error: diesel::r2d2::PoolError) -> Self {
        StoreError::Away(one_line(&error.to_string()))
    }
}

/// PostgreSQL's messages run over several lines and end in a stop; ours are part of a sentence.
pub(super) fn one_line(message: &str) -> String {
    let parts: Vec<&str> = message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    parts.join(" ").trim_end_matches('.').to_owned()
}
