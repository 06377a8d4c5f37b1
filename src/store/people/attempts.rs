//! Failed sign-ins, and whether another attempt is allowed.

use diesel::prelude::*;

use super::super::schema::sign_in_failure;
use super::super::{Db, Store, StoreError};
use super::lock_people;
use crate::domain::change::Moment;

/// Against whom failures to sign in are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What it is, a colon, and which: `address:192.0.2.1`.
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

    /// Forgets every failure of a subject.
    pub fn forget_failures(&self, subject: &str) -> Result<(), StoreError> {
        self.write(|db| forget_failures(db, subject))
    }

    /// Forgets counted attempts: they have not failed.
    pub fn take_back_attempts(&self, attempts: &[i64]) -> Result<(), StoreError> {
        self.write(|db| take_back(db, attempts))
    }
}

pub(super) fn forget_failures(db: &mut Db, subject: &str) -> Result<(), StoreError> {
    diesel::delete(sign_in_failure::table.filter(sign_in_failure::subject.eq(subject)))
        .execute(db)?;
    Ok(())
}

pub(super) fn take_back(db: &mut Db, attempts: &[i64]) -> Result<(), StoreError> {
    for attempt in attempts {
        diesel::delete(sign_in_failure::table.find(attempt)).execute(db)?;
    }
    Ok(())
}
