//! Tokens, with which programs act for a user.

use diesel::prelude::*;

use super::super::schema::{token, users};
use super::super::{Db, Store, StoreError};
use super::accounts::{Account, AccountRow};
use crate::domain::change::{ActorId, Moment};
use crate::domain::user::Scope;

/// A token: a program that acts for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its number.
    pub id: i64,
    /// Whose it is.
    pub owner: ActorId,
    /// Its first characters, to recognise it by.
    pub hint: String,
    /// What it may be used for.
    pub scope: Scope,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last used, to within some minutes.
    pub used_at: Option<Moment>,
    /// When it ends by itself.
    pub expires_at: Option<Moment>,
    /// When it was revoked.
    pub revoked_at: Option<Moment>,
}

impl Store {
    /// Keeps a token's hash, and returns the token's number.
    pub fn add_token(&self, new: &Token, hash: &str) -> Result<i64, StoreError> {
        self.write(|db| {
            Ok(diesel::insert_into(token::table)
                .values((
                    token::actor.eq(new.owner.0),
                    token::hash.eq(hash),
                    token::hint.eq(&new.hint),
                    token::scope.eq(new.scope.slug()),
                    token::created_at.eq(new.created_at.0),
                    token::expires_at.eq(new.expires_at.map(|moment| moment.0)),
                ))
                .returning(token::id)
                .get_result(db)?)
        })
    }

    /// The token with this hash, whether or not it still counts, and whose it is.
    pub fn token(&self, hash: &str) -> Result<Option<(Token, Account)>, StoreError> {
        let row: Option<(TokenRow, AccountRow)> = token::table
            .inner_join(users::table.on(users::id.eq(token::actor)))
            .filter(token::hash.eq(hash).and(users::role.is_not_null()))
            .select((TokenRow::as_select(), AccountRow::as_select()))
            .first(&mut *self.connection()?)
            .optional()?;
        row.map(|(token, account)| Ok((token.into_token()?, account.into_account()?)))
            .transpose()
    }

    /// The tokens of one person, or all, newest first, each with its owner's name.
    pub fn tokens(&self, owner: Option<ActorId>) -> Result<Vec<(Token, String)>, StoreError> {
        let mut query = token::table
            .inner_join(users::table.on(users::id.eq(token::actor)))
            .select((TokenRow::as_select(), users::name))
            .order(token::id.desc())
            .into_boxed();
        if let Some(owner) = owner {
            query = query.filter(token::actor.eq(owner.0));
        }
        let rows: Vec<(TokenRow, String)> = query.load(&mut *self.connection()?)?;
        rows.into_iter()
            .map(|(token, name)| Ok((token.into_token()?, name)))
            .collect()
    }

    /// Takes note that a token was used.
    pub fn touch_token(&self, id: i64, at: Moment) -> Result<(), StoreError> {
        self.write(|db| {
            diesel::update(token::table.find(id))
                .set(token::used_at.eq(at.0))
                .execute(db)?;
            Ok(())
        })
    }

    /// Revokes a token, of this owner where one is given; `false` if there is no such token.
    pub fn revoke_token(
        &self,
        id: i64,
        owner: Option<ActorId>,
        at: Moment,
    ) -> Result<bool, StoreError> {
        self.write(|db| {
            let found: Option<(i64, Option<i64>)> = token::table
                .find(id)
                .select((token::actor, token::revoked_at))
                .first(db)
                .optional()?;
            let Some((actor, revoked)) = found else {
                return Ok(false);
            };
            if owner.is_some_and(|owner| owner.0 != actor) {
                return Ok(false);
            }
            if revoked.is_none() {
                diesel::update(token::table.find(id))
                    .set(token::revoked_at.eq(at.0))
                    .execute(db)?;
            }
            Ok(true)
        })
    }
}

/// How many of somebody's tokens still count.
pub(super) fn count_living(db: &mut Db, owner: ActorId, at: Moment) -> Result<i64, StoreError> {
    let lasts = token::expires_at
        .is_null()
        .or(token::expires_at.assume_not_null().gt(at.0));
    Ok(token::table
        .filter(token::actor.eq(owner.0))
        .filter(token::revoked_at.is_null())
        .filter(lasts)
        .count()
        .get_result(db)?)
}

/// Revokes all of somebody's tokens.
pub(super) fn revoke_all(db: &mut Db, owner: ActorId, at: Moment) -> Result<(), StoreError> {
    let all = token::table
        .filter(token::actor.eq(owner.0))
        .filter(token::revoked_at.is_null());
    diesel::update(all)
        .set(token::revoked_at.eq(at.0))
        .execute(db)?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = token)]
struct TokenRow {
    id: i64,
    actor: i64,
    hint: String,
    scope: String,
    created_at: i64,
    used_at: Option<i64>,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl TokenRow {
    fn into_token(self) -> Result<Token, StoreError> {
        let scope = self.scope.parse().map_err(|_| StoreError::Damaged {
            seq: None,
            what: format!("of token {}, the scope is {:?}", self.id, self.scope),
        })?;
        Ok(Token {
            id: self.id,
            owner: ActorId(self.actor),
            hint: self.hint,
            scope,
            created_at: Moment(self.created_at),
            used_at: self.used_at.map(Moment),
            expires_at: self.expires_at.map(Moment),
            revoked_at: self.revoked_at.map(Moment),
        })
    }
}
