//! Accounts, signing in, sessions, second factors and tokens: the rules. What is kept of them is in
//! the store; what a password or a random secret is, in [`passwords`] and [`secrets`].
//!
//! Rules that take a decision at one moment take it in one transaction of the store: an attempt to
//! sign in counts as failed from its beginning, a code's time step is used up by comparing and
//! setting it at once, the last administrator is counted under a lock.

use totp_rs::{Secret, Totp};
use unicode_normalization::UnicodeNormalization;

use super::{Directory, Error, moment, passwords, secrets};
use crate::domain::change::{ActorId, Moment};
use crate::domain::user::{Act, Area, Role, Scope, User};
use crate::review;
use crate::store::people::{Attempt, Changed, NewAccount, Session, Subject};

pub use crate::store::people::{Account, AccountChange, Token};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A session that is not used ends after a working day.
pub const SESSION_IDLE: i64 = 12 * HOUR;
/// A session that is used ends after a week.
pub const SESSION_LONGEST: i64 = 7 * DAY;
/// A session's or token's last use is written down at most so often: a write for each reading would be a waste.
const TOUCH: i64 = 10 * MINUTE;

/// A temporary password that nobody used so long is worth nothing any more.
const TEMPORARY_PASSWORD: i64 = 7 * DAY;

/// Failures to sign in that cost nothing.
const FREE_FAILURES: i64 = 5;
/// The first delay. Each further failure doubles it.
const FIRST_DELAY: i64 = 5 * SECOND;
/// How long failures count, and the longest delay. Against an account, some hundred guesses a day at
/// most; against an address behind which a whole town hall may sit, a minute's wait at most.
const ACCOUNT_FAILURES: (i64, i64) = (DAY, 15 * MINUTE);
const ADDRESS_FAILURES: (i64, i64) = (HOUR, MINUTE);

/// The longest name of an account, in characters.
const LONGEST_NAME: usize = 64;

/// How long a token lasts unless somebody says otherwise, and at most, in days.
pub const TOKEN_DAYS: i64 = 365;
/// The longest.
pub const TOKEN_DAYS_MOST: i64 = 3650;

/// What authenticator apps show above a code.
const ISSUER: &str = "machinaka";

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

/// A session that has just begun.
pub struct Begun {
    /// The secret for the cookie. It is nowhere else.
    pub secret: String,
    /// Who is there.
    pub presence: Presence,
}

/// The name as it is compared: without differences of case and width, and of variants of a character
/// that only some fonts show.
pub fn folded(name: &str) -> String {
    let variant = |c: &char| matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    let same_width = name.nfkc().filter(|c| !variant(c));
    same_width.flat_map(char::to_lowercase).nfkc().collect()
}

/// What nobody sees in a name, of a person or a file, so that it would look like another: spaces without width, what turns
/// the direction of writing, blank letters.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e00ff}')
}

impl Directory {
    /// Signs somebody in. Unknown, disabled and mistaken get the same answer after the same work.
    pub fn sign_in(&self, given: &Credentials<'_>) -> Result<Begun, Error> {
        let now = moment();
        let name = folded(given.name);
        let subjects = [
            account_subject(&name, now),
            address_subject(given.address, now),
        ];
        let _turn = turn()?;
        let attempts = self.count_attempt(&subjects, now)?;
        let account = self.store.account_named(&name)?;
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
        let begun = self.store.begin_session(
            &account,
            &session,
            &subjects[0].name,
            &attempts,
            Moment(now.0 - SESSION_IDLE),
        )?;
        if !begun {
            return Err(Refusal::Wrong.into());
        }
        Ok(Begun {
            secret,
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

    /// Writes down that a session was used.
    pub fn touch_session(&self, key: &str) -> Result<(), Error> {
        Ok(self.store.touch_session(key, moment())?)
    }

    /// Writes down that a token was used.
    pub fn touch_token(&self, token: i64) -> Result<(), Error> {
        Ok(self.store.touch_token(token, moment())?)
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
        let attempts = self.count_attempt(&[account_subject(&name, now)], now)?;
        let account = self.own_account(who)?;
        if !passwords::is_right(old, account.password.as_deref())? {
            return Err(Refusal::Wrong.into());
        }
        self.store.take_back_attempts(&attempts)?;
        if passwords::is_right(new, account.password.as_deref())? {
            return Err(Refusal::Password(passwords::Unfit::Same).into());
        }
        let hash = passwords::hash(new)?;
        if !self.store.choose_password(&account, &hash, &who.key, now)? {
            return Err(Refusal::Wrong.into());
        }
        Ok(())
    }

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
        let attempts = self.count_attempt(&[account_subject(&name, now)], now)?;
        if !self.uses_code(&account, secret, code, now)? {
            return Err(Refusal::Wrong.into());
        }
        self.store.take_back_attempts(&attempts)?;
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
        let attempts = self.count_attempt(&[account_subject(&name, now)], now)?;
        if !self.uses_code(&account, secret, code, now)? {
            return Err(Refusal::Wrong.into());
        }
        self.store.take_back_attempts(&attempts)?;
        Ok(self.store.drop_second_factor(account.user.id)?)
    }

    /// Every account, by name.
    pub fn accounts(&self, by: &User) -> Result<Vec<Account>, Error> {
        administers(by)?;
        Ok(self.store.accounts()?)
    }

    /// The account of that name, as people type it.
    pub fn account_named(&self, by: &User, name: &str) -> Result<Account, Error> {
        administers(by)?;
        let account = self.store.account_named(&folded(name))?;
        account.ok_or_else(|| Refusal::Unknown(format!("user called {name}")).into())
    }

    /// The account with that id.
    pub fn account_of(&self, by: &User, id: ActorId) -> Result<Account, Error> {
        administers(by)?;
        self.known(id)
    }

    /// Makes an account and returns it with its temporary password.
    pub fn add_account(
        &self,
        by: &User,
        name: &str,
        role: Role,
        area: Option<&str>,
    ) -> Result<(Account, String), Error> {
        administers(by)?;
        let fits = (1..=LONGEST_NAME).contains(&name.chars().count())
            && name.trim() == name
            && !name.contains(|c: char| c == ':' || c.is_control() || is_invisible(c));
        let folded = folded(name);
        if !fits || folded.trim().is_empty() || folded.chars().count() > LONGEST_NAME {
            return Err(Refusal::NoName.into());
        }
        let area = self.area_of(role, area)?;
        let (password, hash) = temporary_password()?;
        let new = NewAccount {
            name,
            folded: &folded,
            role,
            area,
            password: &hash,
            at: moment(),
        };
        let id = self.store.add_account(&new)?;
        let id = id.ok_or_else(|| Refusal::NameTaken(name.to_owned()))?;
        Ok((self.known(id)?, password))
    }

    /// Gives an account a temporary password; all its sessions end.
    pub fn reset_password(&self, by: &User, id: ActorId) -> Result<String, Error> {
        administers(by)?;
        let account = self.known(id)?;
        let (password, hash) = temporary_password()?;
        self.store
            .reset_password(account.user.id, &hash, moment())?;
        Ok(password)
    }

    /// Changes an account; its sessions end where it lost something. Only the operator may leave
    /// the directory without an administrator.
    pub fn change_account(
        &self,
        by: &User,
        id: ActorId,
        change: AccountChange,
    ) -> Result<Account, Error> {
        administers(by)?;
        let keep_an_admin = by.id != ActorId::CLI;
        match self
            .store
            .change_account(id, change, keep_an_admin, moment())?
        {
            Changed::Done => self.known(id),
            Changed::Unknown => Err(no_such_user(id).into()),
            Changed::LastAdmin => Err(Refusal::LastAdmin.into()),
        }
    }

    /// The area a role is to have, as it is written in requests and flags.
    pub fn area_of(&self, role: Role, area: Option<&str>) -> Result<Option<Area>, Error> {
        let Some(area) = area else {
            return Ok(None);
        };
        if role == Role::Admin {
            return Err(Refusal::AdminEverywhere.into());
        }
        let code = review::area(area, &self.reference().districts).map_err(Refusal::NoArea)?;
        let area = Area::new(&code).map_err(|error| Refusal::NoArea(error.to_string()))?;
        Ok(Some(area))
    }

    /// The name of an area, in Japanese and English.
    pub fn area_name(&self, area: Area) -> Option<(Box<str>, Box<str>)> {
        let known = self.reference();
        let district = known.districts.get(&area.to_string())?;
        Some((district.name.clone(), district.romaji.clone()))
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

    fn known(&self, id: ActorId) -> Result<Account, Error> {
        let account = self.store.account(id)?;
        account.ok_or_else(|| no_such_user(id).into())
    }

    fn own_account(&self, who: &Presence) -> Result<Account, Error> {
        self.known(who.user.id)
    }

    fn count_attempt(&self, subjects: &[Subject], now: Moment) -> Result<Vec<i64>, Error> {
        let forgotten = Moment(now.0 - ACCOUNT_FAILURES.0);
        let attempt = self
            .store
            .attempt(subjects, forgotten, now, |subject, failures, last| {
                let longest = if subject.name.starts_with("address:") {
                    ADDRESS_FAILURES.1
                } else {
                    ACCOUNT_FAILURES.1
                };
                Moment(last.0 + delay(failures, longest))
            })?;
        match attempt {
            Attempt::Counted(attempts) => Ok(attempts),
            Attempt::TooEarly(until) => {
                let seconds = (until.0 - now.0).div_euclid(SECOND) + 1;
                Err(Refusal::TooMany { seconds }.into())
            }
        }
    }

    fn uses_code(
        &self,
        account: &Account,
        secret: &str,
        code: &str,
        now: Moment,
    ) -> Result<bool, Error> {
        // Full-width digits, and the space that apps show in the middle.
        let code: String = code.nfkc().filter(|c| !c.is_whitespace()).collect();
        let seconds = u64::try_from(now.0 / SECOND).unwrap_or(0);
        let step = totp(secret, &account.user.name)?.check(&code, seconds);
        match step.and_then(|step| i64::try_from(step).ok()) {
            Some(step) => Ok(self
                .store
                .use_second_factor(account.user.id, secret, step)?),
            None => Ok(false),
        }
    }
}

/// How long to wait after the last of so many failures.
fn delay(failures: i64, longest: i64) -> i64 {
    if failures < FREE_FAILURES {
        return 0;
    }
    let doublings = u32::try_from(failures - FREE_FAILURES).unwrap_or(u32::MAX);
    let factor = 1_i64.checked_shl(doublings.min(32)).unwrap_or(i64::MAX);
    FIRST_DELAY.saturating_mul(factor).min(longest)
}

/// The name itself is not kept: people type their password into that field, too.
fn account_subject(folded: &str, now: Moment) -> Subject {
    Subject {
        name: format!("account:{}", secrets::hash(folded)),
        since: Moment(now.0 - ACCOUNT_FAILURES.0),
    }
}

fn address_subject(address: &str, now: Moment) -> Subject {
    Subject {
        name: format!("address:{address}"),
        since: Moment(now.0 - ADDRESS_FAILURES.0),
    }
}

fn turn() -> Result<passwords::Turn, Error> {
    passwords::turn().ok_or_else(|| Refusal::TooMany { seconds: 1 }.into())
}

fn temporary_password() -> Result<(String, String), Error> {
    let password = secrets::temporary_password()?;
    let _turn = turn()?;
    let hash = passwords::hash(&password)?;
    Ok((password, hash))
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
fn required_factor(account: &Account) -> Option<&str> {
    account
        .second_factor
        .as_deref()
        .filter(|_| account.second_factor_step.is_some())
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

fn administers(by: &User) -> Result<(), Refusal> {
    if by.may(Act::Administer) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// `None` is everybody's.
fn whose_tokens(by: &User) -> Result<Option<ActorId>, Refusal> {
    if by.scope.is_some() {
        return Err(Refusal::Forbidden);
    }
    Ok((!by.may(Act::Administer)).then_some(by.id))
}

fn no_such_user(id: ActorId) -> Refusal {
    Refusal::Unknown(format!("user {}", id.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_begin_after_five_failures_double_and_end() {
        let seconds = |failures| delay(failures, ACCOUNT_FAILURES.1) / SECOND;
        let delays: Vec<i64> = (3..14).map(seconds).collect();
        assert_eq!(delays, [0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900]);
        assert_eq!(seconds(i64::MAX), 900);
        assert_eq!(delay(40, ADDRESS_FAILURES.1), MINUTE);
    }

    #[test]
    fn names_that_look_the_same_are_the_same() {
        for (a, b) in [
            ("Tanaka", "tanaka"),
            ("ＴＡＮＡＫＡ", "tanaka"),
            ("ﾀﾅｶ", "タナカ"),
            ("葛\u{e0100}城", "葛城"),
            ("山田　太郎", "山田 太郎"),
        ] {
            assert_eq!(folded(a), folded(b));
        }
        assert_ne!(folded("山田"), folded("山本"));
    }
}
