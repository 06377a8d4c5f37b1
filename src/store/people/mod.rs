//! Accounts, sessions, tokens and failed sign-ins.
//!
//! Secrets are stored as hashes: argon2id of a password, SHA-256 of a session's or token's random value.
//! The second factor's secret is the exception, because checking its codes needs it. A session or token
//! is always read together with its account, so a change of the account takes effect with the next
//! request on every replica.

mod accounts;
mod attempts;
mod devices;
mod sessions;
mod tokens;

use diesel::connection::SimpleConnection;

use super::{Db, StoreError, postgres};

pub use accounts::{Account, AccountChange, Changed, NewAccount, Tokens};
pub use attempts::{Attempt, Subject};
pub use sessions::Session;
pub use tokens::Token;

/// Puts those in line who change accounts or count failures. SQLite has one writer anyway.
fn lock_people(db: &mut Db) -> Result<(), StoreError> {
    if let Db::Postgres(db) = db {
        let lock = format!("select pg_advisory_xact_lock({})", postgres::PEOPLE_LOCK);
        db.batch_execute(&lock)?;
    }
    Ok(())
}
