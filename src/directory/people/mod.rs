//! Accounts, signing in, sessions, second factors and tokens: the rules. What is kept of them is in
//! the store; what a password or a random secret is, in [`passwords`] and [`secrets`](super::secrets).
//!
//! Rules that take a decision at one moment take it in one transaction of the store: an attempt to
//! sign in counts as failed from its beginning, a code's time step is used up by comparing and
//! setting it at once, the last administrator is counted under a lock.

mod accounts;
mod attempts;
mod names;
mod second_factor;
mod sessions;
mod tokens;

use super::passwords;

pub use crate::store::people::{Account, AccountChange, Token, Tokens};
pub use names::folded;
pub(super) use names::is_invisible;
pub use sessions::{Begun, Credentials, Presence, SESSION_LONGEST};
pub use tokens::Bearer;

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Why something about accounts, sessions or tokens is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Name, password or code is wrong; it is not said which.
    #[error("the name, the password or the code is wrong")]
    Wrong,
    /// After so many failures, not before so many seconds have passed.
    #[error("too many failed attempts: try again in {seconds} seconds")]
    TooMany {
        /// How long to wait.
        seconds: i64,
    },
    /// So many sign in that this must wait.
    #[error("too many sign in just now: try again in a moment")]
    Busy,
    /// The password is right, and a code is needed beside it.
    #[error("a code of the second factor is needed")]
    SecondFactorNeeded,
    /// The temporary password was never used, and is too old.
    #[error("the temporary password is too old: ask an administrator for another")]
    TemporaryPasswordTooOld,
    /// The account's role does not allow it.
    #[error("not allowed")]
    Forbidden,
    /// There is no such account or token, or none that is theirs.
    #[error("there is no {0}")]
    Unknown(String),
    /// An account's name is no name.
    #[error(
        "a name has 1 to 64 characters, no colon, nothing invisible, and no spaces at its ends"
    )]
    NoName,
    /// Another account is called so, or looks so.
    #[error("there is already a user called {0}")]
    NameTaken(String),
    /// A role's area does not exist, or an administrator was to have one.
    #[error("{0}")]
    NoArea(String),
    /// An administrator acts everywhere.
    #[error("an administrator acts everywhere: give no municipality")]
    AdminEverywhere,
    /// Nobody would be left to manage accounts.
    #[error("the last administrator can be neither disabled nor given another role here")]
    LastAdmin,
    /// The new password will not do.
    #[error("{}", match .0 {
        passwords::Unfit::Length => "a password has 12 to 200 characters",
        passwords::Unfit::Guessable => "the password is among the first that would be guessed",
        passwords::Unfit::Same => "the new password is the old one",
    })]
    Password(passwords::Unfit),
    /// A second factor is on already, or none is offered or on.
    #[error("the second factor is {}", if *.0 { "on already" } else { "not on" })]
    SecondFactorIs(bool),
    /// A token's life is too short or too long.
    #[error("a token lasts 1 to 3650 days")]
    NoTokenLife,
}
