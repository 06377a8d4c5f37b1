//! Signing in, and what lasts of it.

use super::attempts::{Comer, session_subject, turn};
use super::names::folded;
use super::second_factor::required_factor;
use super::{Account, DAY, HOUR, MINUTE, Refusal};
use crate::directory::{Directory, Error, moment, passwords, secrets};
use crate::domain::change::Moment;
use crate::domain::user::User;
use crate::store::people::Session;

/// A session that is not used ends after a working day.
const SESSION_IDLE: i64 = 12 * HOUR;
/// A session that is used ends after a week.
pub const SESSION_LONGEST: i64 = 7 * DAY;
/// A session's or token's last use is written down at most so often: a write for each reading would be a waste.
pub(super) const TOUCH: i64 = 10 * MINUTE;
/// A temporary password that nobody used so long is worth nothing any more.
const TEMPORARY_PASSWORD: i64 = 7 * DAY;

/// What somebody signs in with.
pub struct Credentials<'a> {
    /// The account's name.
    pub name: &'a str,
    /// The password.
    pub password: &'a str,
    /// The second factor's code, if they gave one.
    pub code: Option<&'a str>,
    /// Where they come from, for counting failures.
    pub address: &'a str,
    /// The cookie that names their browser, if they have one.
    pub device: Option<&'a str>,
}

/// Somebody who is there: a session and whose it is.
#[derive(Clone)]
pub struct Presence {
    /// Who.
    pub user: User,
    /// What their requests that change something must repeat.
    pub csrf: String,
    /// Whether they must choose a password of their own before anything else.
    pub password_is_temporary: bool,
    /// Whether a second factor is on.
    pub second_factor: bool,
    /// When the session ends at the latest.
    pub expires_at: Moment,
    /// Names the session, here and in the store.
    pub key: String,
    /// Whether its use should be written down.
    pub to_touch: bool,
}

/// A session that has just begun.
pub struct Begun {
    /// The secret for the cookie. It is nowhere else.
    pub secret: String,
    /// The secret of the cookie that names the browser.
    pub device: String,
    /// Who is there.
    pub presence: Presence,
}

impl Directory {
    /// Signs somebody in. Unknown, disabled and mistaken get the same answer after the same work.
    pub fn sign_in(&self, given: &Credentials<'_>) -> Result<Begun, Error> {
        let name = folded(given.name);
        let account = self.store.account_named(&name)?;
        let user = account.as_ref().map(|account| account.user.id.0);
        let begun = self.try_sign_in(given, &name, account);
        if let Err(Error::People(refusal)) = &begun {
            // Of an account that does not exist not even the name: it may be somebody's password.
            let user = user.map_or_else(|| "unknown".to_owned(), |id| id.to_string());
            tracing::info!(user, address = given.address, reason = %refusal, "a sign-in failed");
        }
        begun
    }

    fn try_sign_in(
        &self,
        given: &Credentials<'_>,
        name: &str,
        account: Option<Account>,
    ) -> Result<Begun, Error> {
        let now = moment();
        let device = given.device.map(secrets::hash);
        let known = match (&account, &device) {
            (Some(account), Some(device)) => self.store.is_known_device(device, account.user.id)?,
            _ => false,
        };
        let comer = Comer {
            name,
            address: given.address,
            device: device.as_deref().filter(|_| known),
            has_code: account
                .as_ref()
                .zip(given.code)
                .is_some_and(|(account, code)| self.shows_code(account, code, now)),
        };
        let subjects = comer.subjects(now);
        let _turn = turn()?;
        let attempts = self.count_attempt(&subjects, now)?;
        let account = account.filter(|account| account.disabled_at.is_none());
        let hash = account.as_ref().and_then(|a| a.password.as_deref());
        let right = passwords::is_right(given.password, hash)?;
        let Some(account) = account.filter(|_| right) else {
            return Err(Refusal::Wrong.into());
        };
        if account.password_is_temporary && now.0 - account.password_at.0 > TEMPORARY_PASSWORD {
            self.store.take_back_attempts(&attempts)?;
            return Err(Refusal::TemporaryPasswordTooOld.into());
        }
        if let Some(secret) = required_factor(&account) {
            let Some(code) = given.code.filter(|code| !code.trim().is_empty()) else {
                self.store.take_back_attempts(&attempts)?;
                return Err(Refusal::SecondFactorNeeded.into());
            };
            if !self.uses_code(&account, secret, code, now)? {
                return Err(Refusal::Wrong.into());
            }
        }
        let secret = secrets::session()?;
        let session = Session {
            hash: secrets::hash(&secret),
            csrf: secrets::session()?,
            created_at: now,
            used_at: now,
            expires_at: Moment(now.0 + SESSION_LONGEST),
        };
        // A cookie that nobody has signed in with is not ours: somebody else may have put it there.
        let device = match given.device {
            Some(device) if self.store.is_somebodys_device(&secrets::hash(device))? => {
                device.to_owned()
            }
            _ => secrets::session()?,
        };
        let begun = self.store.begin_session(
            &account,
            &session,
            &secrets::hash(&device),
            &subjects[0].name,
            &attempts,
            Moment(now.0 - SESSION_IDLE),
        )?;
        if !begun {
            return Err(Refusal::Wrong.into());
        }
        Ok(Begun {
            secret,
            device,
            presence: presence(session, account, now),
        })
    }

    /// Whose session a cookie's value is.
    pub fn presence(&self, secret: &str) -> Result<Option<Presence>, Error> {
        let now = moment();
        let Some((session, account)) = self.store.session(&secrets::hash(secret))? else {
            return Ok(None);
        };
        let over = session.expires_at <= now
            || session.used_at.0 + SESSION_IDLE <= now.0
            || account.disabled_at.is_some();
        Ok((!over).then(|| presence(session, account, now)))
    }

    /// Writes down that a session was used.
    pub fn touch_session(&self, key: &str) -> Result<(), Error> {
        Ok(self.store.touch_session(key, moment())?)
    }

    /// Ends a session.
    pub fn sign_out(&self, key: &str) -> Result<(), Error> {
        Ok(self.store.end_session(key)?)
    }

    /// Ends the session of a cookie's value, if there is one.
    pub fn forget(&self, secret: &str) -> Result<(), Error> {
        self.sign_out(&secrets::hash(secret))
    }

    /// Somebody chooses another password of their own. Their other sessions end.
    pub fn choose_password(&self, who: &Presence, old: &str, new: &str) -> Result<(), Error> {
        let now = moment();
        let name = folded(&who.user.name);
        passwords::fit(new, &name).map_err(Refusal::Password)?;
        let _turn = turn()?;
        let subject = session_subject(&name, now);
        self.count_attempt(std::slice::from_ref(&subject), now)?;
        let account = self.own_account(who)?;
        if !passwords::is_right(old, account.password.as_deref())? {
            tracing::info!(user = account.user.id.0, "a wrong password in a session");
            return Err(Refusal::Wrong.into());
        }
        self.store.forget_failures(&subject.name)?;
        if passwords::is_right(new, account.password.as_deref())? {
            return Err(Refusal::Password(passwords::Unfit::Same).into());
        }
        let hash = passwords::hash(new)?;
        if !self.store.choose_password(&account, &hash, &who.key, now)? {
            return Err(Refusal::Wrong.into());
        }
        Ok(())
    }
}

fn presence(session: Session, account: Account, now: Moment) -> Presence {
    Presence {
        second_factor: required_factor(&account).is_some(),
        user: account.user,
        csrf: session.csrf,
        password_is_temporary: account.password_is_temporary,
        expires_at: session.expires_at,
        key: session.hash,
        to_touch: session.used_at.0 + TOUCH <= now.0,
    }
}
