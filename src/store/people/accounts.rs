//! Accounts: whose they are, what they may do, their passwords and second factors.

use diesel::prelude::*;

use super::super::schema::users;
use super::super::{Db, Store, StoreError};
use super::lock_people;
use super::sessions::end_sessions;
use super::tokens::{count_living, revoke_all};
use crate::domain::change::{ActorId, Moment};
use crate::domain::user::{Area, Role, User};

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

/// What became of an account's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tokens {
    /// Those that are revoked now.
    pub revoked: i64,
    /// Those that still count.
    pub kept: i64,
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

    /// Gives an account a temporary password. All its sessions end, and its tokens unless they are
    /// to stay. Returns how many tokens were revoked, and how many still count.
    pub fn reset_password(
        &self,
        id: ActorId,
        password: &str,
        keep_tokens: bool,
        at: Moment,
    ) -> Result<Tokens, StoreError> {
        self.write(|db| {
            lock_people(db)?;
            set_password(db, id, password, true, at)?;
            end_sessions(db, id, None)?;
            let living = count_living(db, id, at)?;
            if keep_tokens {
                return Ok(Tokens {
                    revoked: 0,
                    kept: living,
                });
            }
            revoke_all(db, id, at)?;
            Ok(Tokens {
                revoked: living,
                kept: 0,
            })
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
}

pub(super) fn account(db: &mut Db, id: ActorId) -> Result<Option<Account>, StoreError> {
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

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(super) struct AccountRow {
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
    pub(super) fn into_account(self) -> Result<Account, StoreError> {
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
