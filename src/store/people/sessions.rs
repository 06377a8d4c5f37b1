//! Sessions of signed-in users.

use diesel::prelude::*;

use super::super::schema::{session, users};
use super::super::{Db, Store, StoreError};
use super::accounts::{Account, AccountRow, account};
use super::attempts::{forget_failures, take_back};
use super::devices::remember;
use super::lock_people;
use crate::domain::change::{ActorId, Moment};

/// A session: somebody signed in in a browser.
#[derive(Clone)]
pub struct Session {
    /// SHA-256 of the cookie's value, in hexadecimal.
    pub hash: String,
    /// What a request that changes something must repeat.
    pub csrf: String,
    /// When they signed in.
    pub created_at: Moment,
    /// When they last did something.
    pub used_at: Moment,
    /// When it ends at the latest.
    pub expires_at: Moment,
}

impl Store {
    /// Begins a session in a browser that is known from now on, and forgets the failures of that
    /// subject and the counted attempts;
    /// `false` if the account is no longer the one that was looked at: to compare a password takes
    /// a while, and a reset or a second factor meanwhile counts.
    pub fn begin_session(
        &self,
        before: &Account,
        new: &Session,
        device: &str,
        cleared: &str,
        attempts: &[i64],
        idle_since: Moment,
    ) -> Result<bool, StoreError> {
        let proof = |account: &Account| {
            let factor = account.second_factor.clone();
            let factor = factor.filter(|_| account.second_factor_step.is_some());
            (account.password.clone(), factor, account.disabled_at)
        };
        let actor = before.user.id;
        self.write(|db| {
            lock_people(db)?;
            if account(db, actor)?.is_none_or(|now| proof(&now) != proof(before)) {
                return Ok(false);
            }
            // Also clears away what has ended by itself.
            diesel::delete(
                session::table.filter(
                    session::expires_at
                        .lt(new.created_at.0)
                        .or(session::used_at.lt(idle_since.0)),
                ),
            )
            .execute(db)?;
            take_back(db, attempts)?;
            forget_failures(db, cleared)?;
            remember(db, device, actor, new.created_at)?;
            diesel::insert_into(session::table)
                .values((
                    session::hash.eq(&new.hash),
                    session::actor.eq(actor.0),
                    session::csrf.eq(&new.csrf),
                    session::created_at.eq(new.created_at.0),
                    session::used_at.eq(new.used_at.0),
                    session::expires_at.eq(new.expires_at.0),
                ))
                .execute(db)?;
            Ok(true)
        })
    }

    /// The session with this hash, whether or not it has expired, and whose it is.
    pub fn session(&self, hash: &str) -> Result<Option<(Session, Account)>, StoreError> {
        let row: Option<(SessionRow, AccountRow)> = session::table
            .inner_join(users::table.on(users::id.eq(session::actor)))
            .filter(session::hash.eq(hash).and(users::role.is_not_null()))
            .select((SessionRow::as_select(), AccountRow::as_select()))
            .first(&mut *self.connection()?)
            .optional()?;
        row.map(|(session, account)| Ok((session.into_session(), account.into_account()?)))
            .transpose()
    }

    /// Takes note that a session was used.
    pub fn touch_session(&self, hash: &str, at: Moment) -> Result<(), StoreError> {
        self.write(|db| {
            diesel::update(session::table.find(hash))
                .set(session::used_at.eq(at.0))
                .execute(db)?;
            Ok(())
        })
    }

    /// Ends all sessions of one person but the one to keep.
    pub fn end_other_sessions(&self, id: ActorId, keep: &str) -> Result<(), StoreError> {
        self.write(|db| end_sessions(db, id, Some(keep)))
    }

    /// Ends a session.
    pub fn end_session(&self, hash: &str) -> Result<(), StoreError> {
        self.write(|db| {
            diesel::delete(session::table.find(hash)).execute(db)?;
            Ok(())
        })
    }
}

pub(super) fn end_sessions(db: &mut Db, id: ActorId, keep: Option<&str>) -> Result<(), StoreError> {
    let keep = keep.unwrap_or("");
    diesel::delete(session::table.filter(session::actor.eq(id.0).and(session::hash.ne(keep))))
        .execute(db)?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = session)]
struct SessionRow {
    hash: String,
    csrf: String,
    created_at: i64,
    used_at: i64,
    expires_at: i64,
}

impl SessionRow {
    fn into_session(self) -> Session {
        Session {
            hash: self.hash,
            csrf: self.csrf,
            created_at: Moment(self.created_at),
            used_at: Moment(self.used_at),
            expires_at: Moment(self.expires_at),
        }
    }
}
