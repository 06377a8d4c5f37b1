//! Accounts, sessions, tokens, and the attempts to sign in that failed.
//!
//! Of a secret only what is needed to recognise it is here: a password's argon2id, the SHA-256 of a
//! session's or a token's random value. (The second factor's secret is the exception: whoever checks
//! its codes must know it.) A session or token is always read together with its account, so what
//! happens to the account takes effect with the next request, on every replica.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::schema::{session, sign_in_failure, token, users};
use super::{Db, Store, StoreError, postgres};
use crate::domain::change::{ActorId, Moment};
use crate::domain::user::{Area, Role, Scope, User};

/// A person's account.
#[derive(Clone)]
pub struct Account {
    /// Whose it is, without scope.
    pub user: User,
    /// argon2id, as a PHC string; none for somebody who cannot sign in.
    pub password: Option<String>,
    /// Whether somebody else chose the password, so that it must be changed.
    pub password_is_temporary: bool,
    /// Since when there is this password.
    pub password_at: Moment,
    /// The second factor's shared secret, base32: offered, or confirmed and required.
    pub second_factor: Option<String>,
    /// The last time step a code was used of; none while the secret is only offered.
    pub second_factor_step: Option<i64>,
    /// Since when there is the account.
    pub created_at: Moment,
    /// Since when it is disabled, where it is.
    pub disabled_at: Option<Moment>,
}

/// An account about to be made.
pub struct NewAccount<'a> {
    /// What they are called.
    pub name: &'a str,
    /// The same without differences of case and width.
    pub folded: &'a str,
    /// What they are here for.
    pub role: Role,
    /// Where that counts.
    pub area: Option<Area>,
    /// The password's hash.
    pub password: &'a str,
    /// When.
    pub at: Moment,
}

/// Whether an account could be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// It was.
    Done,
    /// There is no such account.
    Unknown,
    /// Nobody would be left to manage accounts.
    LastAdmin,
}

/// What is to change of an account; `None` leaves it.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountChange {
    /// Another role.
    pub role: Option<Role>,
    /// Another area, or everywhere.
    pub area: Option<Option<Area>>,
    /// Whether it is disabled.
    pub disabled: Option<bool>,
    /// Whether the second factor is taken away.
    pub without_second_factor: bool,
}

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

/// Against whom failures to sign in are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// `account:…` or `address:…`.
    pub name: String,
    /// Failures before that are forgotten.
    pub since: Moment,
}

/// Whether somebody may try to sign in now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// They may. Until it is taken back, the attempt counts as failed: many at once count, too.
    Counted(Vec<i64>),
    /// Not before that moment.
    TooEarly(Moment),
}

impl Store {
    /// Makes an account and returns its id; `None` if another has that name.
    pub fn add_account(&self, new: &NewAccount<'_>) -> Result<Option<ActorId>, StoreError> {
        self.write(|db| {
            lock_people(db)?;
            let taken = users::table
                .filter(users::folded.eq(new.folded).or(users::name.eq(new.name)))
                .count()
                .get_result::<i64>(db)?;
            if taken > 0 {
                return Ok(None);
            }
            let id = diesel::insert_into(users::table)
                .values((
                    users::name.eq(new.name),
                    users::folded.eq(new.folded),
                    users::created_at.eq(new.at.0),
                    users::role.eq(new.role.slug()),
                    users::area.eq(new.area.map(|area| area.to_string())),
                    users::password.eq(new.password),
                    users::password_is_temporary.eq(true),
                    users::password_at.eq(new.at.0),
                ))
                .returning(users::id)
                .get_result(db)?;
            Ok(Some(ActorId(id)))
        })
    }

    /// Every account, by name.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let rows: Vec<AccountRow> = users::table
            .filter(users::role.is_not_null())
            .order(users::name)
            .select(AccountRow::as_select())
            .load(&mut *self.connection()?)?;
        rows.into_iter().map(AccountRow::into_account).collect()
    }

    /// One account by its id.
    pub fn account(&self, id: ActorId) -> Result<Option<Account>, StoreError> {
        account(&mut *self.connection()?, id)
    }

    /// One account by its folded name.
    pub fn account_named(&self, folded: &str) -> Result<Option<Account>, StoreError> {
        // PostgreSQL fails on such a text, where SQLite just finds nobody.
        if folded.contains('\0') {
            return Ok(None);
        }
        let row: Option<AccountRow> = users::table
            .filter(users::folded.eq(folded).and(users::role.is_not_null()))
            .select(AccountRow::as_select())
            .first(&mut *self.connection()?)
            .optional()?;
        row.map(AccountRow::into_account).transpose()
    }

    /// The name of whoever an id stands for, also of those who cannot sign in.
    pub fn name_of(&self, id: ActorId) -> Result<Option<String>, StoreError> {
        Ok(users::table
            .find(id.0)
            .select(users::name)
            .first(&mut *self.connection()?)
            .optional()?)
    }

    /// Changes an account. Its sessions end, unless it was only enabled. With `keep_an_admin`,
    /// the last administrator stays one.
    pub fn change_account(
        &self,
        id: ActorId,
        change: AccountChange,
        keep_an_admin: bool,
        at: Moment,
    ) -> Result<Changed, StoreError> {
        self.write(|db| {
            lock_people(db)?;
            let Some(before) = account(db, id)? else {
                return Ok(Changed::Unknown);
            };
            let role = change.role.unwrap_or(before.user.role);
            let area = change.area.unwrap_or(before.user.area);
            let disabled_at = match change.disabled {
                Some(true) => before.disabled_at.or(Some(at)),
                Some(false) => None,
                None => before.disabled_at,
            };
            // An administrator of one area could not give everybody else back what they lost.
            let full = |role, area: Option<Area>, disabled: Option<Moment>| {
                role == Role::Admin && area.is_none() && disabled.is_none()
            };
            let was = full(before.user.role, before.user.area, before.disabled_at);
            if keep_an_admin && was && !full(role, area, disabled_at) {
                let others = users::table
                    .filter(
                        users::role
                            .eq(Role::Admin.slug())
                            .and(users::area.is_null())
                            .and(users::disabled_at.is_null())
                            .and(users::id.ne(id.0)),
                    )
                    .count()
                    .get_result::<i64>(db)?;
                if others == 0 {
                    return Ok(Changed::LastAdmin);
                }
            }
            diesel::update(users::table.find(id.0))
                .set((
                    users::role.eq(role.slug()),
                    users::area.eq(area.map(|area| area.to_string())),
                    users::disabled_at.eq(disabled_at.map(|moment| moment.0)),
                ))
                .execute(db)?;
            if change.without_second_factor {
                drop_second_factor(db, id)?;
            }
            let lost = (role, area) != (before.user.role, before.user.area)
                || disabled_at.is_some()
                || change.without_second_factor;
            if lost {
                end_sessions(db, id, None)?;
            }
            Ok(Changed::Done)
        })
    }

    /// Gives an account a temporary password. All its sessions end.
    pub fn reset_password(
        &self,
        id: ActorId,
        password: &str,
        at: Moment,
    ) -> Result<(), StoreError> {
        self.write(|db| {
            lock_people(db)?;
            set_password(db, id, password, true, at)?;
            end_sessions(db, id, None)
        })
    }

    /// Gives an account the password its owner chose, unless it has another one by now than the one
    /// they gave: a reset meanwhile must last. All its sessions end but the one to keep.
    pub fn choose_password(
        &self,
        before: &Account,
        password: &str,
        keep_session: &str,
        at: Moment,
    ) -> Result<bool, StoreError> {
        let id = before.user.id;
        self.write(|db| {
            lock_people(db)?;
            let now = account(db, id)?;
            if now.is_none_or(|now| now.password != before.password) {
                return Ok(false);
            }
            set_password(db, id, password, false, at)?;
            end_sessions(db, id, Some(keep_session))?;
            Ok(true)
        })
    }

    /// Offers a second factor, which counts once a code was used; `false` if one is on already.
    pub fn offer_second_factor(&self, id: ActorId, secret: &str) -> Result<bool, StoreError> {
        self.write(|db| {
            let off = users::id.eq(id.0).and(users::second_factor_step.is_null());
            let offered = diesel::update(users::table.filter(off))
                .set(users::second_factor.eq(secret))
                .execute(db)?;
            Ok(offered == 1)
        })
    }

    /// Takes the second factor away.
    pub fn drop_second_factor(&self, id: ActorId) -> Result<(), StoreError> {
        self.write(|db| drop_second_factor(db, id))
    }

    /// Takes note that a code of that secret and time step was used; `false` if one of that step or
    /// a later one was used before, or the secret is another by now.
    pub fn use_second_factor(
        &self,
        id: ActorId,
        secret: &str,
        step: i64,
    ) -> Result<bool, StoreError> {
        self.write(|db| {
            let fresh = users::second_factor_step
                .is_null()
                .or(users::second_factor_step.lt(step));
            let used = diesel::update(
                users::table.filter(
                    users::id
                        .eq(id.0)
                        .and(users::second_factor.eq(secret))
                        .and(fresh.assume_not_null()),
                ),
            )
            .set(users::second_factor_step.eq(step))
            .execute(db)?;
            Ok(used == 1)
        })
    }

    /// Begins a session, and forgets the account's failures to sign in and the counted attempts;
    /// `false` if the account is no longer the one that was looked at: to compare a password takes
    /// a while, and a reset or a second factor meanwhile counts.
    pub fn begin_session(
        &self,
        before: &Account,
        new: &Session,
        account_subject: &str,
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
            diesel::delete(
                sign_in_failure::table.filter(sign_in_failure::subject.eq(account_subject)),
            )
            .execute(db)?;
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

    /// Counts an attempt to sign in against each subject, unless one of them must wait until later:
    /// `until` says so of its number of failures and the last of them. Failures before `forgotten`
    /// are cleared away.
    pub fn attempt(
        &self,
        subjects: &[Subject],
        forgotten: Moment,
        at: Moment,
        until: impl Fn(&Subject, i64, Moment) -> Moment,
    ) -> Result<Attempt, StoreError> {
        self.write(|db| {
            lock_people(db)?;
            diesel::delete(sign_in_failure::table.filter(sign_in_failure::at.lt(forgotten.0)))
                .execute(db)?;
            let mut wait = None;
            for subject in subjects {
                let (failures, last): (i64, Option<i64>) = sign_in_failure::table
                    .filter(
                        sign_in_failure::subject
                            .eq(&subject.name)
                            .and(sign_in_failure::at.ge(subject.since.0)),
                    )
                    .select((
                        diesel::dsl::count_star(),
                        diesel::dsl::max(sign_in_failure::at),
                    ))
                    .first(db)?;
                wait = wait.max(last.map(|last| until(subject, failures, Moment(last))));
            }
            if let Some(until) = wait.filter(|until| *until > at) {
                return Ok(Attempt::TooEarly(until));
            }
            let mut counted = Vec::new();
            for subject in subjects {
                counted.push(
                    diesel::insert_into(sign_in_failure::table)
                        .values((
                            sign_in_failure::subject.eq(&subject.name),
                            sign_in_failure::at.eq(at.0),
                        ))
                        .returning(sign_in_failure::id)
                        .get_result(db)?,
                );
            }
            Ok(Attempt::Counted(counted))
        })
    }

    /// Forgets counted attempts: they have not failed.
    pub fn take_back_attempts(&self, attempts: &[i64]) -> Result<(), StoreError> {
        self.write(|db| take_back(db, attempts))
    }
}

/// Puts those in line who change accounts or count failures. SQLite has one writer anyway.
fn lock_people(db: &mut Db) -> Result<(), StoreError> {
    if let Db::Postgres(db) = db {
        let lock = format!("select pg_advisory_xact_lock({})", postgres::PEOPLE_LOCK);
        db.batch_execute(&lock)?;
    }
    Ok(())
}

fn account(db: &mut Db, id: ActorId) -> Result<Option<Account>, StoreError> {
    let row: Option<AccountRow> = users::table
        .find(id.0)
        .filter(users::role.is_not_null())
        .select(AccountRow::as_select())
        .first(db)
        .optional()?;
    row.map(AccountRow::into_account).transpose()
}

fn set_password(
    db: &mut Db,
    id: ActorId,
    password: &str,
    is_temporary: bool,
    at: Moment,
) -> Result<(), StoreError> {
    diesel::update(users::table.find(id.0))
        .set((
            users::password.eq(password),
            users::password_is_temporary.eq(is_temporary),
            users::password_at.eq(at.0),
        ))
        .execute(db)?;
    Ok(())
}

fn drop_second_factor(db: &mut Db, id: ActorId) -> Result<(), StoreError> {
    diesel::update(users::table.find(id.0))
        .set((
            users::second_factor.eq(None::<String>),
            users::second_factor_step.eq(None::<i64>),
        ))
        .execute(db)?;
    Ok(())
}

fn end_sessions(db: &mut Db, id: ActorId, keep: Option<&str>) -> Result<(), StoreError> {
    let keep = keep.unwrap_or("");
    diesel::delete(session::table.filter(session::actor.eq(id.0).and(session::hash.ne(keep))))
        .execute(db)?;
    Ok(())
}

fn take_back(db: &mut Db, attempts: &[i64]) -> Result<(), StoreError> {
    for attempt in attempts {
        diesel::delete(sign_in_failure::table.find(attempt)).execute(db)?;
    }
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct AccountRow {
    id: i64,
    name: String,
    created_at: i64,
    role: Option<String>,
    area: Option<String>,
    password: Option<String>,
    password_is_temporary: bool,
    password_at: Option<i64>,
    second_factor: Option<String>,
    second_factor_step: Option<i64>,
    disabled_at: Option<i64>,
}

impl AccountRow {
    fn into_account(self) -> Result<Account, StoreError> {
        let damaged = |what: String| StoreError::Damaged {
            seq: None,
            what: format!("of user {}, {what}", self.id),
        };
        let role = self.role.unwrap_or_default();
        let role = role
            .parse()
            .map_err(|_| damaged(format!("the role is {role:?}")))?;
        let area = self
            .area
            .map(|area| Area::new(&area).map_err(|_| damaged(format!("the area is {area:?}"))));
        Ok(Account {
            user: User {
                id: ActorId(self.id),
                name: self.name,
                role,
                area: area.transpose()?,
                scope: None,
                token: None,
            },
            password: self.password,
            password_is_temporary: self.password_is_temporary,
            password_at: Moment(self.password_at.unwrap_or(self.created_at)),
            second_factor: self.second_factor,
            second_factor_step: self.second_factor_step,
            created_at: Moment(self.created_at),
            disabled_at: self.disabled_at.map(Moment),
        })
    }
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
