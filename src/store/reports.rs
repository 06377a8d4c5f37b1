//! Visitors' reports: taken in only while neither their sender nor everybody together sent too many.
//!
//! What is counted lies in the database, and is counted in the transaction that takes the report in:
//! a sender gets no more by going to another replica, nor by sending two at once.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::schema::report_sender;
use super::submissions::{NewSubmission, insert};
use super::{Db, Store, StoreError, postgres};
use crate::domain::change::Moment;
use crate::domain::submission::{State, SubmissionId};

/// How much is taken.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Who sends it, as a number that many share.
    pub sender: u16,
    /// Reports of one sender that are taken.
    pub per_sender: i64,
    /// Reports of all senders that are taken.
    pub from_all: i64,
    /// Reports before that no longer count.
    pub since: Moment,
}

/// What came of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It waits for somebody to settle it.
    In(SubmissionId),
    /// Too many came; the oldest that counts is from then.
    Full(Moment),
}

impl Store {
    /// Takes a report in if there is room for it.
    pub fn report(&self, new: &NewSubmission<'_>, limit: Limit) -> Result<Taken, StoreError> {
        // Whoever is refused keeps nobody from writing.
        if let Some(oldest) = full(&mut *self.connection()?, limit)? {
            return Ok(Taken::Full(oldest));
        }
        self.write(|db| {
            if let Db::Postgres(db) = db {
                let lock = format!("select pg_advisory_xact_lock({})", postgres::REPORTS_LOCK);
                db.batch_execute(&lock)?;
            }
            if let Some(oldest) = full(db, limit)? {
                return Ok(Taken::Full(oldest));
            }
            diesel::delete(report_sender::table.filter(report_sender::at.le(limit.since.0)))
                .execute(db)?;
            diesel::insert_into(report_sender::table)
                .values((
                    report_sender::sender.eq(i64::from(limit.sender)),
                    report_sender::at.eq(new.at.0),
                ))
                .execute(db)?;
            Ok(Taken::In(insert(db, new, State::Sent)?))
        })
    }
}

/// The oldest report that counts, where there is no room for another.
fn full(db: &mut Db, limit: Limit) -> Result<Option<Moment>, StoreError> {
    let counted = || report_sender::table.filter(report_sender::at.gt(limit.since.0));
    let told = (
        diesel::dsl::count_star(),
        diesel::dsl::min(report_sender::at),
    );
    let (own, oldest): (i64, Option<i64>) = counted()
        .filter(report_sender::sender.eq(i64::from(limit.sender)))
        .select(told)
        .first(db)?;
    if own >= limit.per_sender {
        return Ok(oldest.map(Moment));
    }
    let (all, oldest): (i64, Option<i64>) = counted().select(told).first(db)?;
    Ok(oldest.filter(|_| all >= limit.from_all).map(Moment))
}
