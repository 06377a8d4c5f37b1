//! Redaction: removes a wrongly published personal value from the log.
//!
//! The value's digest replaces it, so that the chain still verifies. Actor and reason are recorded. The
//! value is removed from every change of the facility that contains it.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::chain::{self, BodyError};
use super::schema::{change, redaction};
use super::{Db, Store, StoreError, lock_head, raise_reference};
use crate::domain::change::{ActorId, Moment, Seq};

/// A value to be taken out.
#[derive(Debug, Clone, Copy)]
pub struct NewRedaction<'a> {
    /// A change in which it stands.
    pub seq: Seq,
    /// In which field.
    pub field: &'a str,
    /// Why it must go.
    pub reason: &'a str,
    /// Who says so.
    pub actor: ActorId,
    /// When.
    pub at: Moment,
}

impl Store {
    /// Takes the value out, and tells from which changes; from none where it is not there (any more).
    ///
    /// The reference number rises, so that every process reads the directory anew.
    pub fn redact(&self, new: &NewRedaction<'_>) -> Result<Vec<Seq>, StoreError> {
        self.write(|db| {
            // Nobody may publish the same value again just now.
            lock_head(db)?;
            let found: Option<(String, Option<String>)> = change::table
                .find(new.seq.0)
                .select((change::facility, change::body))
                .first(db)
                .optional()?;
            let Some((facility, Some(body))) = found else {
                return Ok(Vec::new());
            };
            let Some(digest) = standing(new.seq, &body, new.field)? else {
                return Ok(Vec::new());
            };
            let bodies: Vec<(i64, Option<String>)> = change::table
                .filter(change::facility.eq(&facility))
                .order(change::seq)
                .select((change::seq, change::body))
                .load(db)?;
            let mut done = Vec::new();
            for (seq, body) in bodies {
                let Some(body) = body else { continue };
                if standing(Seq(seq), &body, new.field)? == Some(digest) {
                    replace(db, Seq(seq), &body, new)?;
                    done.push(Seq(seq));
                }
            }
            raise_reference(db)?;
            Ok(done)
        })
    }
}

/// The digest of a value that stands in a body.
fn standing(seq: Seq, body: &str, field: &str) -> Result<Option<chain::Digest>, StoreError> {
    let members = chain::members(body).map_err(|error| damaged(seq, &error))?;
    let member = members
        .into_iter()
        .find(|member| member.name == field && !member.redacted);
    Ok(member.map(|member| member.digest))
}

fn replace(db: &mut Db, seq: Seq, body: &str, new: &NewRedaction<'_>) -> Result<(), StoreError> {
    let without = chain::redact(body, new.field).map_err(|error| damaged(seq, &error))?;
    let without = without.ok_or_else(|| {
        StoreError::Failed(format!("change {seq} lost its {} meanwhile", new.field))
    })?;
    // First the record: the log lets nothing be altered that is not on it.
    diesel::insert_into(redaction::table)
        .values((
            redaction::seq.eq(seq.0),
            redaction::field.eq(new.field),
            redaction::reason.eq(new.reason),
            redaction::actor.eq(new.actor.0),
            redaction::at.eq(new.at.0),
        ))
        .execute(db)?;
    diesel::update(change::table.find(seq.0))
        .set(change::body.eq(without))
        .execute(db)?;
    Ok(())
}

fn damaged(seq: Seq, error: &BodyError) -> StoreError {
    StoreError::Damaged {
        seq: Some(seq),
        what: format!("its body {error}"),
    }
}

/// The values on record as taken out, for the check that they are, and no others.
pub(super) struct OnRecord {
    missing: BTreeSet<(i64, String)>,
    all: i64,
}

impl OnRecord {
    pub(super) fn read(db: &mut Db) -> Result<OnRecord, StoreError> {
        let rows: Vec<(i64, String)> = redaction::table
            .select((redaction::seq, redaction::field))
            .load(db)?;
        let missing: BTreeSet<_> = rows.into_iter().collect();
        Ok(OnRecord {
            all: i64::try_from(missing.len()).unwrap_or(i64::MAX),
            missing,
        })
    }

    /// Crosses off what was taken out of a body; says what is wrong with it.
    pub(super) fn cross_off(&mut self, seq: Seq, body: &str) -> Option<String> {
        if !chain::may_be_redacted(body) {
            return None;
        }
        // The hash was made of these very members.
        let members = chain::members(body).ok()?;
        let redacted = members.into_iter().filter(|member| member.redacted);
        redacted
            .map(|member| member.name)
            .find(|name| !self.missing.remove(&(seq.0, name.clone())))
            .map(|name| format!("its {name} was taken out, and nothing on record says why"))
    }

    /// How many there are, all crossed off; otherwise the first that is not.
    pub(super) fn count(&self) -> Result<i64, StoreError> {
        match self.missing.first() {
            None => Ok(self.all),
            Some((seq, field)) => Err(StoreError::Damaged {
                seq: Some(Seq(*seq)),
                what: format!("its {field} is on record as taken out, and is still there"),
            }),
        }
    }
}
