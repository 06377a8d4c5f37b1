//! Redaction of a wrongly published personal value, with its reason and actor.

use serde_json::Value;

use super::history::HistoryRefusal;
use super::submissions::written;
use super::{Directory, Error, checking, moment, people, stored};
use crate::domain::change::{Seq, Statement};
use crate::domain::difference;
use crate::domain::facility::FacilityId;
use crate::domain::fields::FACILITY;
use crate::domain::submission::SubmissionId;
use crate::domain::user::{Act, User};
use crate::domain::wording::Wording;
use crate::interchange::redacted::RedactedValue;
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
    /// From which submissions' files and edited cells.
    pub submissions: Vec<SubmissionId>,
}

/// What a redaction cannot reach, so that the operator must remove it.
pub fn not_reached() -> [Wording; 4] {
    [
        Wording::new(
            "これまでに作ったバックアップと、データベースの記録（PostgreSQLのWALと、VACUUM前の古い行）",
            "backups made before, and the database's own records (PostgreSQL's WAL and rows not vacuumed yet)",
        ),
        Wording::new(
            "ほかの複製やプロキシの記録（ログ）とキャッシュ",
            "logs and caches of replicas and proxies",
        ),
        Wording::new(
            "すでにダウンロードされたファイルと、ほかの人の手元にある写し",
            "files that were downloaded already, and copies that others hold",
        ),
        Wording::new(
            "メモや理由に書かれた同じ内容",
            "the same words where somebody wrote them into a note or a reason",
        ),
    ]
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
    /// facility's changes, and out of the files it came with. What shows it now shows unknown instead.
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
            return Err(HistoryRefusal::NoReason.into());
        }
        let change = self.store.change_at(seq)?;
        let change = change.ok_or(HistoryRefusal::NoChange(seq))?;
        let Some(field) = redactable().find(|name| *name == field) else {
            return Err(HistoryRefusal::NotRedactable(field.to_owned()).into());
        };
        let nothing = || HistoryRefusal::NothingThere { seq, field };
        let Statement::State(body) = &change.statement else {
            return Err(nothing().into());
        };
        let facility = stored(seq, &change.facility, body)?;
        let values = difference::values(&facility);
        let value = values.get(field).filter(|value| !value.is_null());
        let value = value.ok_or_else(nothing)?;
        // The files first: should the process die between, the redaction can be asked for again.
        let submissions = self.redact_files(&change.facility, field, value)?;
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
        tracing::info!(facility = %change.facility, field, changes = changes.len(), files = submissions.len(), by = by.id.0,
            "a value was taken out of the log");
        self.refresh()?;
        Ok(Redacted {
            facility: change.facility,
            changes,
            submissions,
        })
    }

    /// Takes a value of a facility out of every file that was uploaded, and out of what was edited in it.
    fn redact_files(
        &self,
        facility: &FacilityId,
        field: &str,
        value: &Value,
    ) -> Result<Vec<SubmissionId>, Error> {
        let history = self.store.history(facility)?;
        let mut versions = Vec::with_capacity(history.len());
        for change in &history {
            if let Statement::State(body) = &change.statement {
                versions.push(stored(change.seq, &change.facility, body)?);
            }
        }
        let taken = RedactedValue {
            field,
            value,
            versions: &versions,
        };
        let mut done = Vec::new();
        for id in self.store.submissions_with_files()? {
            if self.redact_file(id, &taken)? {
                done.push(id);
            }
        }
        // Answers that are kept for repeated requests show what was published.
        let linked = history.iter().filter_map(|change| change.submission);
        let linked: Vec<SubmissionId> = linked.map(SubmissionId).collect();
        self.store.forget_answers(&linked)?;
        Ok(done)
    }

    /// Whether the value stood in that submission's file, and is out of it now.
    fn redact_file(&self, id: SubmissionId, taken: &RedactedValue<'_>) -> Result<bool, Error> {
        loop {
            let Some(submission) = self.store.submission(id)? else {
                return Ok(false);
            };
            let bytes = self.store.submission_bytes(id)?.unwrap_or_default();
            let work = checking::work(&submission)?;
            let Some(redacted) = taken.out_of(&bytes, &work) else {
                return Ok(false);
            };
            let work = written(&redacted.edits);
            // Somebody edited it just now: their cells are looked at as well.
            if self
                .store
                .replace_file(id, submission.revision, &redacted.bytes, &work)?
            {
                return Ok(true);
            }
        }
    }
}
