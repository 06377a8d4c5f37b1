//! Visitors' reports, limited by sender, by network and in total.
//!
//! The counts are in the database and are checked in the transaction that stores the report. So neither
//! another replica nor two requests at once evade the limit.

use std::collections::HashMap;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::schema::report_sender;
use super::submissions::{NewSubmission, insert};
use super::{Db, Store, StoreError, postgres};
use crate::domain::change::Moment;
use crate::domain::submission::{State, SubmissionId};

/// Who sends a report, as a number that many share. Those of one network lie together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sender(pub i64);

impl Sender {
    /// So many numbers belong to a network.
    pub const OF_A_NETWORK: i64 = 1 << 10;
}

/// How much is taken.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Who sends it.
    pub sender: Sender,
    /// Reports of one sender that are taken.
    pub per_sender: i64,
    /// Reports of one network that are taken.
    pub per_network: i64,
    /// How many of one network's reports count among those of all.
    pub counted_of_a_network: i64,
    /// Reports of all senders that are taken.
    pub from_all: i64,
    /// Reports before that no longer count.
    pub since: Moment,
}

/// The result of sending a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportOutcome {
    /// It is stored and waits for a decision.
    In(SubmissionId),
    /// The limit is reached; the oldest report that counts is from this moment.
    Full(Moment),
}

impl Store {
    /// Takes a report in if there is room for it.
    pub fn report(
        &self,
        new: &NewSubmission<'_>,
        limit: Limit,
    ) -> Result<ReportOutcome, StoreError> {
        // A refused report must not lock the database for writers.
        if let Some(oldest) = full(&mut *self.connection()?, limit)? {
            return Ok(ReportOutcome::Full(oldest));
        }
        self.write(|db| {
            if let Db::Postgres(db) = db {
                let lock = format!("select pg_advisory_xact_lock({})", postgres::REPORTS_LOCK);
                db.batch_execute(&lock)?;
            }
            if let Some(oldest) = full(db, limit)? {
                return Ok(ReportOutcome::Full(oldest));
            }
            diesel::delete(report_sender::table.filter(report_sender::at.le(limit.since.0)))
                .execute(db)?;
            diesel::insert_into(report_sender::table)
                .values((
                    report_sender::sender.eq(limit.sender.0),
                    report_sender::at.eq(new.at.0),
                ))
                .execute(db)?;
            Ok(ReportOutcome::In(insert(db, new, State::Sent)?))
        })
    }
}

/// The oldest report that counts, where there is no room for another.
fn full(db: &mut Db, limit: Limit) -> Result<Option<Moment>, StoreError> {
    // An hour's reports are some thousand rows at most, since every network has its limit.
    let rows: Vec<(i64, i64)> = report_sender::table
        .filter(report_sender::at.gt(limit.since.0))
        .order(report_sender::at)
        .select((report_sender::sender, report_sender::at))
        .load(db)?;
    let network = |sender: i64| sender.div_euclid(Sender::OF_A_NETWORK);
    let own = limit.sender.0;
    let of_sender: Vec<i64> = times(&rows, |sender| sender == own);
    if at_least(&of_sender, limit.per_sender) {
        return Ok(of_sender.first().copied().map(Moment));
    }
    let of_network: Vec<i64> = times(&rows, |sender| network(sender) == network(own));
    if at_least(&of_network, limit.per_network) {
        return Ok(of_network.first().copied().map(Moment));
    }
    let mut counted: HashMap<i64, i64> = HashMap::new();
    let mut of_all = Vec::new();
    for (sender, at) in &rows {
        let count = counted.entry(network(*sender)).or_insert(0);
        *count += 1;
        if *count <= limit.counted_of_a_network {
            of_all.push(*at);
        }
    }
    if at_least(&of_all, limit.from_all) {
        return Ok(of_all.first().copied().map(Moment));
    }
    Ok(None)
}

fn times(rows: &[(i64, i64)], is_counted: impl Fn(i64) -> bool) -> Vec<i64> {
    let counted = rows.iter().filter(|(sender, _)| is_counted(*sender));
    counted.map(|(_, at)| *at).collect()
}

fn at_least(times: &[i64], most: i64) -> bool {
    i64::try_from(times.len()).unwrap_or(i64::MAX) >= most
}
