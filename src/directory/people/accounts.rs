//! Accounts, as administrators keep them.

use super::attempts::turn;
use super::names::{LONGEST_NAME, folded, is_invisible};
use super::{Account, AccountChange, Presence, Refusal};
use crate::directory::{Directory, Error, moment, passwords, secrets};
use crate::domain::change::ActorId;
use crate::domain::user::{Act, Area, Role, User};
use crate::review;
use crate::store::people::{Changed, NewAccount, Tokens};

impl Directory {
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

    /// Gives an account a temporary password. All its sessions end, and its tokens unless they are
    /// to stay: whoever learnt the password may have made some.
    pub fn reset_password(
        &self,
        by: &User,
        id: ActorId,
        keep_tokens: bool,
    ) -> Result<(String, Tokens), Error> {
        administers(by)?;
        let account = self.known(id)?;
        let (password, hash) = temporary_password()?;
        let tokens = self
            .store
            .reset_password(account.user.id, &hash, keep_tokens, moment())?;
        tracing::info!(
            user = account.user.id.0,
            by = by.id.0,
            revoked = tokens.revoked,
            "a password was reset"
        );
        Ok((password, tokens))
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

    fn known(&self, id: ActorId) -> Result<Account, Error> {
        let account = self.store.account(id)?;
        account.ok_or_else(|| no_such_user(id).into())
    }

    pub(super) fn own_account(&self, who: &Presence) -> Result<Account, Error> {
        self.known(who.user.id)
    }
}

fn temporary_password() -> Result<(String, String), Error> {
    let password = secrets::temporary_password()?;
    let _turn = turn()?;
    let hash = passwords::hash(&password)?;
    Ok((password, hash))
}

fn administers(by: &User) -> Result<(), Refusal> {
    if by.may(Act::Administer) {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

fn no_such_user(id: ActorId) -> Refusal {
    Refusal::Unknown(format!("user {}", id.0))
}
