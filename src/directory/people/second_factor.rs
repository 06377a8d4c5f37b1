//! The second factor: offered, turned on with a code, asked for, turned off.

use totp_rs::{Secret, Totp};
use unicode_normalization::UnicodeNormalization;

use super::attempts::session_subject;
use super::names::folded;
use super::{Account, Presence, Refusal, SECOND};
use crate::directory::{Directory, Error, moment, secrets};
use crate::domain::change::Moment;

/// What authenticator apps show above a code.
const ISSUER: &str = "machinaka";

impl Directory {
    /// Offers a second factor: its secret, and the address an authenticator app reads it from.
    pub fn offer_second_factor(&self, who: &Presence) -> Result<(String, String), Error> {
        if required_factor(&self.own_account(who)?).is_some() {
            return Err(Refusal::SecondFactorIs(true).into());
        }
        let random: [u8; 20] = secrets::bytes()?;
        let secret = Secret::new_stack(random).to_base32();
        let url = totp(&secret, &who.user.name)?
            .to_url()
            .map_err(|error| Error::Internal(format!("a second factor has no URL: {error}")))?;
        if !self.store.offer_second_factor(who.user.id, &secret)? {
            return Err(Refusal::SecondFactorIs(true).into());
        }
        Ok((secret, url))
    }

    /// Turns the offered second factor on, with a code that shows it arrived. Other sessions end.
    pub fn confirm_second_factor(&self, who: &Presence, code: &str) -> Result<(), Error> {
        let now = moment();
        let account = self.own_account(who)?;
        let Some(secret) = &account.second_factor else {
            return Err(Refusal::SecondFactorIs(false).into());
        };
        if account.second_factor_step.is_some() {
            return Err(Refusal::SecondFactorIs(true).into());
        }
        let name = folded(&who.user.name);
        let subject = session_subject(&name, now);
        self.count_attempt(std::slice::from_ref(&subject), now)?;
        if !self.uses_code(&account, secret, code, now)? {
            tracing::info!(
                user = account.user.id.0,
                "a wrong code of the second factor"
            );
            return Err(Refusal::Wrong.into());
        }
        self.store.forget_failures(&subject.name)?;
        Ok(self.store.end_other_sessions(account.user.id, &who.key)?)
    }

    /// Turns the second factor off, with a code.
    pub fn drop_second_factor(&self, who: &Presence, code: &str) -> Result<(), Error> {
        let now = moment();
        let account = self.own_account(who)?;
        let Some(secret) = required_factor(&account) else {
            return Err(Refusal::SecondFactorIs(false).into());
        };
        let name = folded(&who.user.name);
        let subject = session_subject(&name, now);
        self.count_attempt(std::slice::from_ref(&subject), now)?;
        if !self.uses_code(&account, secret, code, now)? {
            tracing::info!(
                user = account.user.id.0,
                "a wrong code of the second factor"
            );
            return Err(Refusal::Wrong.into());
        }
        self.store.forget_failures(&subject.name)?;
        Ok(self.store.drop_second_factor(account.user.id)?)
    }

    /// Whether a code is right and was not used before. It may still be used.
    pub(super) fn shows_code(&self, account: &Account, code: &str, now: Moment) -> bool {
        let Some(secret) = required_factor(account) else {
            return false;
        };
        let seconds = u64::try_from(now.0 / SECOND).unwrap_or(0);
        let totp = totp(secret, &account.user.name).ok();
        let step = totp.and_then(|totp| totp.check(&plain(code), seconds));
        let used = account.second_factor_step;
        step.and_then(|step| i64::try_from(step).ok())
            .is_some_and(|step| used.is_none_or(|used| step > used))
    }

    /// Whether a code is right; its time step is used up.
    pub(super) fn uses_code(
        &self,
        account: &Account,
        secret: &str,
        code: &str,
        now: Moment,
    ) -> Result<bool, Error> {
        let seconds = u64::try_from(now.0 / SECOND).unwrap_or(0);
        let step = totp(secret, &account.user.name)?.check(&plain(code), seconds);
        match step.and_then(|step| i64::try_from(step).ok()) {
            Some(step) => Ok(self
                .store
                .use_second_factor(account.user.id, secret, step)?),
            None => Ok(false),
        }
    }
}

/// A code without what apps and keyboards put into it: full-width digits, a space in the middle.
fn plain(code: &str) -> String {
    code.nfkc().filter(|c| !c.is_whitespace()).collect()
}

fn totp(secret: &str, name: &str) -> Result<Totp, Error> {
    let unusable = |error: String| Error::Damaged(format!("a second factor's secret: {error}"));
    let secret = Secret::try_from_base32(secret).map_err(|error| unusable(error.to_string()))?;
    totp_rs::Builder::new()
        .with_secret(secret)
        .with_account_name(name)
        .with_issuer(Some(ISSUER))
        .build()
        .map_err(|error| unusable(error.to_string()))
}

/// The secret whose codes are required; one that is only offered is not.
pub(super) fn required_factor(account: &Account) -> Option<&str> {
    account
        .second_factor
        .as_deref()
        .filter(|_| account.second_factor_step.is_some())
}
