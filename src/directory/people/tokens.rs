//! Tokens, with which programs act for somebody.

use super::sessions::TOUCH;
use super::{DAY, Refusal, Token};
use crate::directory::{Directory, Error, moment, secrets};
use crate::domain::change::{ActorId, Moment};
use crate::domain::user::{Act, Scope, User};

/// How long a token lasts unless somebody says otherwise, and at most, in days.
const TOKEN_DAYS: i64 = 365;
/// The longest.
const TOKEN_DAYS_MOST: i64 = 3650;

/// A program that came with a token.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// For whom it acts.
    pub user: User,
    /// The token's number.
    pub token: i64,
    /// Whether its use should be written down.
    pub to_touch: bool,
}

impl Directory {
    /// For whom a token acts.
    pub fn bearer(&self, token: &str) -> Result<Option<Bearer>, Error> {
        if !secrets::is_token(token) {
            return Ok(None);
        }
        let now = moment();
        let Some((token, account)) = self.store.token(&secrets::hash(token))? else {
            return Ok(None);
        };
        let over = token.revoked_at.is_some()
            || token.expires_at.is_some_and(|end| end <= now)
            || account.disabled_at.is_some();
        Ok((!over).then(|| Bearer {
            user: User {
                scope: Some(token.scope),
                token: Some(token.id),
                ..account.user
            },
            token: token.id,
            to_touch: token.used_at.is_none_or(|used| used.0 + TOUCH <= now.0),
        }))
    }

    /// Writes down that a token was used.
    pub fn touch_token(&self, token: i64) -> Result<(), Error> {
        Ok(self.store.touch_token(token, moment())?)
    }

    /// Makes a token for somebody and returns it: it is nowhere else.
    pub fn add_token(
        &self,
        owner: &User,
        scope: Scope,
        days: Option<i64>,
    ) -> Result<(Token, String), Error> {
        if owner.scope.is_some() {
            // A token that leaked must not make others.
            return Err(Refusal::Forbidden.into());
        }
        let days = days.unwrap_or(TOKEN_DAYS);
        if !(1..=TOKEN_DAYS_MOST).contains(&days) {
            return Err(Refusal::NoTokenLife.into());
        }
        let (secret, now) = (secrets::token()?, moment());
        let mut token = Token {
            id: 0,
            owner: owner.id,
            hint: secrets::hint(&secret),
            scope,
            created_at: now,
            used_at: None,
            expires_at: Some(Moment(now.0 + days * DAY)),
            revoked_at: None,
        };
        token.id = self.store.add_token(&token, &secrets::hash(&secret))?;
        Ok((token, secret))
    }

    /// Somebody's tokens with their owner's name; an administrator sees all.
    pub fn tokens(&self, by: &User) -> Result<Vec<(Token, String)>, Error> {
        let owner = whose_tokens(by)?;
        Ok(self.store.tokens(owner)?)
    }

    /// Revokes a token, one's own or, as an administrator, anybody's.
    pub fn revoke_token(&self, by: &User, id: i64) -> Result<(), Error> {
        let owner = whose_tokens(by)?;
        if self.store.revoke_token(id, owner, moment())? {
            Ok(())
        } else {
            Err(Refusal::Unknown(format!("token {id}")).into())
        }
    }
}

/// `None` is everybody's.
fn whose_tokens(by: &User) -> Result<Option<ActorId>, Refusal> {
    if by.scope.is_some() {
        return Err(Refusal::Forbidden);
    }
    Ok((!by.may(Act::Administer)).then_some(by.id))
}
