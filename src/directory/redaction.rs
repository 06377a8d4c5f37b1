//! Taking a wrongly published personal value out of the log: which, why, and by whom.

use super::history::Refusal;
use super::{Directory, Error, moment, people, stored};
use crate::domain::change::{Seq, Statement};
use crate::domain::difference;
use crate::domain::facility::FacilityId;
use crate::domain::fields::FACILITY;
use crate::domain::user::{Act, User};
use crate::store::redaction::NewRedaction;

/// The longest reason, in characters.
pub const LONGEST_REASON: usize = 500;

/// What was taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// Of which facility.
    pub facility: FacilityId,
    /// From which changes: all of the facility's in which the value stood.
    pub changes: Vec<Seq>,
}

/// The fields whose values may be taken out: those that may be unknown. The ward is not among them,
/// because it decides who is responsible.
pub fn redactable() -> impl Iterator<Item = &'static str> {
    let nullable = FACILITY.iter().filter(|field| field.nullable);
    nullable
        .map(|field| field.name)
        .filter(|name| *name != "ward")
}

impl Directory {
    /// Takes the value that a field had after a change out of the log, wherever it stands in that
    /// facility's changes. What shows it now shows unknown instead.
    ///
    /// Backups made before still hold it, and so does the file somebody handed in: those are the
    /// operator's affair.
    pub fn redact(
        &self,
        by: &User,
        seq: Seq,
        field: &str,
        reason: &str,
    ) -> Result<Redacted, Error> {
        if !by.may(Act::Administer) {
            return Err(people::Refusal::Forbidden.into());
        }
        let reason = reason.trim();
        let length = reason.chars().count();
        if length == 0 || length > LONGEST_REASON {
            return Err(Refusal::NoReason.into());
        }
        let change = self.store.change_at(seq)?;
        let change = change.ok_or(Refusal::NoChange(seq))?;
        let Some(field) = redactable().find(|name| *name == field) else {
            return Err(Refusal::NotRedactable(field.to_owned()).into());
        };
        let nothing = || Refusal::NothingThere { seq, field };
        let Statement::State(body) = &change.statement else {
            return Err(nothing().into());
        };
        let facility = stored(seq, &change.facility, body)?;
        if difference::values(&facility)
            .get(field)
            .is_none_or(|value| value.is_null())
        {
            return Err(nothing().into());
        }
        let changes = self.store.redact(&NewRedaction {
            seq,
            field,
            reason,
            actor: by.id,
            at: moment(),
        })?;
        if changes.is_empty() {
            return Err(nothing().into());
        }
        tracing::info!(facility = %change.facility, field, changes = changes.len(), by = by.id.0, "a value was taken out of the log");
        self.refresh()?;
        Ok(Redacted {
            facility: change.facility,
            changes,
        })
    }
}
