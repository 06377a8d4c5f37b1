//! Changes of a submission, and their effect on a file's edits.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::access::may_submit;
use super::reading::expect_file;
use super::{Denial, LONGEST_CONTACT, Refusal, SubmissionView, plain_text, unknown, written};
use crate::directory::checking::{CheckInput, CheckRequest, Checked};
use crate::directory::facilities::expect_readable;
use crate::directory::{Directory, Error, checking, moment};
use crate::domain::change::Seq;
use crate::domain::submission::{Kind, State, Submission, SubmissionId};
use crate::domain::user::User;
use crate::domain::vocabulary::{Kind as FacilityKind, UnknownWord};
use crate::domain::wording::Wording;
use crate::interchange::edits::{BlankCells, DuplicateDecision, Edits, Encoding, SamePlace};
use crate::interchange::strict;
use crate::snapshot::Found;
use crate::store::submissions::Edit;

/// What is to change of a submission.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Change {
    /// The encoding its text is read in.
    pub encoding: Option<Encoding>,
    /// The worksheet.
    pub sheet: Option<String>,
    /// The header's row.
    pub header_row: Option<usize>,
    /// Whether rows are read that the workbook hides.
    pub hidden: Option<bool>,
    /// The kind of all rows of a file that says none; `null` takes it back.
    #[serde(deserialize_with = "given")]
    pub kind: Option<Option<String>>,
    /// Fields of columns; `null` for none.
    pub columns: BTreeMap<String, Option<String>>,
    /// Edited cells; `null` reverts a cell.
    pub cells: BTreeMap<usize, BTreeMap<String, Option<String>>>,
    /// Rows left out, or taken in again.
    pub left_out: BTreeMap<usize, bool>,
    /// Whether rows are a published facility; `null` takes the decision back.
    pub likeness: BTreeMap<usize, Option<DuplicateDecision>>,
    /// What all other rows with the name and place of a published facility do; `null` takes it back.
    #[serde(deserialize_with = "given")]
    pub same: Option<Option<SamePlace>>,
    /// What an empty cell means beside a published value; `null` takes it back.
    #[serde(deserialize_with = "given")]
    pub blank: Option<Option<BlankCells>>,
    /// A single facility's Feature.
    pub feature: Option<Value>,
    /// The sender's contact.
    pub contact: Option<String>,
    /// The state of the directory they have looked at: what others changed up to it may be overwritten.
    pub seen: Option<i64>,
    /// Another state: `sent`, `draft` (taken back), `withdrawn`.
    pub state: Option<State>,
}

/// `null` too is something given; only what is absent is not.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

impl Change {
    /// Whether it only says what somebody has looked at and which rows are published facilities: all
    /// a reviewer may write of what another has handed in.
    fn only_decides(&self) -> bool {
        let nothing_more = Change {
            seen: self.seen,
            likeness: self.likeness.clone(),
            same: self.same,
            blank: self.blank,
            ..Change::default()
        };
        *self == nothing_more && *self != Change::default()
    }
}

impl Directory {
    /// Changes a submission: cells, columns, decisions about rows, its state.
    pub fn change_submission(
        &self,
        by: &User,
        id: SubmissionId,
        revision: i64,
        change: &Change,
    ) -> Result<SubmissionView, Error> {
        may_submit(by)?;
        let submission = self.known_submission(by, id)?;
        let stale = || Error::from(Refusal::Stale(id.0));
        if submission.revision != revision {
            return Err(stale());
        }
        self.may_change(by, &submission, change)?;
        expect_file(&submission)?;
        let contact = change.contact.as_deref().map(plain_text);
        if let Some(contact) = &contact
            && contact.chars().count() > LONGEST_CONTACT
        {
            return Err(Refusal::too_long("contact", contact, LONGEST_CONTACT).into());
        }
        self.refresh()?;
        self.expect_feature(&submission, change)?;
        let bytes = match &change.feature {
            Some(feature) if submission.kind == Kind::Facility => Some(feature.to_string()),
            _ => None,
        };
        let before = checking::work(&submission)?;
        let mut work = before.clone();
        apply(change, &mut work)?;
        let checked = match submission.kind {
            Kind::Withdrawal | Kind::Report => None,
            _ => Some(self.check_change(by, &submission, bytes.as_deref(), &before, &work)?),
        };
        if let Some(checked) = &checked {
            let snapshot = &self.now().snapshot;
            let is_published = |id: &str| matches!(snapshot.get(id), Found::Facility(_));
            let rows = checked.report.rows;
            let problems = unknown::check(change, &checked.file, rows, is_published);
            if !problems.is_empty() {
                return Err(Refusal::Values(problems).into());
            }
        }
        if change.state == Some(State::Sent)
            && checked
                .as_ref()
                .is_some_and(|c| c.is_blocked() || c.is_empty())
        {
            return Err(Refusal::Nothing.into());
        }
        if let Some(checked) = checked.as_ref().filter(|_| !change.columns.is_empty()) {
            self.remember(submission.area, checked, &work)?;
        }
        let head = self.now().snapshot.seq();
        let work = written(&work);
        let summary = checked.as_ref().map(|checked| written(&checked.summary()));
        let edit = Edit {
            state: change.state,
            work: Some(&work),
            summary: summary.as_deref(),
            bytes: bytes.as_deref().map(str::as_bytes),
            base: change.seen.map(|seq| Seq(seq.clamp(0, head.0))),
            contact: contact
                .as_deref()
                .map(|text| Some(text).filter(|t| !t.is_empty())),
            decision: None,
            at: moment(),
        };
        self.store
            .edit_submission(id, revision, &edit)?
            .ok_or_else(stale)?;
        if let Some(checked) = checked
            && let Some(changed) = self.store.submission(id)?
            && changed.revision == revision + 1
        {
            self.keep_checked(&changed, checked)?;
        }
        self.submission(by, id)
    }

    /// What a submission comes to once it is changed: only the rows concerned are checked, where that
    /// says the same.
    fn check_change(
        &self,
        by: &User,
        submission: &Submission,
        feature: Option<&str>,
        before: &Edits,
        work: &Edits,
    ) -> Result<Checked, Error> {
        if feature.is_none()
            && let Some(checked) = self.recheck(submission, before, work)?
        {
            return Ok(checked);
        }
        let bytes = match feature {
            Some(feature) => feature.as_bytes().to_vec(),
            None => {
                let bytes = self.store.submission_bytes(submission.id)?;
                bytes.unwrap_or_default()
            }
        };
        let asked = CheckRequest {
            by: by.id,
            submission: Some(submission.id),
            request: None,
        };
        let whole = CheckInput {
            bytes: &bytes,
            work,
            decisions: checking::decisions(submission.kind, work),
            area: submission.area,
            limits: checking::limits(submission.actor),
        };
        self.check_in_turn(&asked, &whole)
    }

    /// A single facility's Feature is as strict here as where facilities are written.
    fn expect_feature(&self, submission: &Submission, change: &Change) -> Result<(), Error> {
        let Some(feature) = &change.feature else {
            return Ok(());
        };
        if submission.kind != Kind::Facility {
            let expected = (
                "1件の施設の提出だけが feature をもちます",
                "only a submission of a single facility has a feature",
            );
            return Err(Refusal::value(strict::unknown("feature", expected)).into());
        }
        let id = [&feature["properties"]["id"], &feature["id"]];
        let now = self.now();
        let published =
            id.into_iter()
                .find_map(Value::as_str)
                .and_then(|id| match now.snapshot.get(id) {
                    Found::Facility(entry) => Some(entry.facility()),
                    _ => None,
                });
        expect_readable(feature, published.as_ref(), false)
    }

    /// Whether somebody may change a submission so.
    fn may_change(
        &self,
        by: &User,
        submission: &Submission,
        change: &Change,
    ) -> Result<(), Refusal> {
        let may = self.may(by, submission);
        let only_decides = change.only_decides() && may.decide && submission.state == State::Sent;
        let takes_back = matches!(change.state, Some(State::Draft | State::Withdrawn));
        // What was withdrawn is no more than laid aside.
        let takes_up = change.state == Some(State::Draft) && submission.state == State::Withdrawn;
        if submission.actor != by.id && !only_decides {
            return Err(Refusal::Forbidden(Denial::Owner));
        }
        if !self.lies_within(submission.area, by.area) {
            return Err(Refusal::Forbidden(Denial::Area));
        }
        if !(may.edit || only_decides || takes_back && may.withdraw || takes_up) {
            return Err(Refusal::WrongState {
                id: submission.id.0,
                state: submission.state,
            });
        }
        Ok(())
    }
}

/// Writes a change into what somebody has done with a file.
fn apply(change: &Change, work: &mut Edits) -> Result<(), Refusal> {
    if change.encoding.is_some() {
        work.encoding = change.encoding;
    }
    if change.sheet.is_some() {
        work.sheet.clone_from(&change.sheet);
    }
    if change.header_row.is_some() {
        work.header_row = change.header_row;
    }
    if let Some(hidden) = change.hidden {
        work.hidden = hidden;
    }
    if let Some(kind) = &change.kind {
        let kind: Result<Option<FacilityKind>, UnknownWord> =
            kind.as_deref().map(str::parse).transpose();
        work.kind = kind.map_err(|unknown| {
            let found = Value::from(unknown.found);
            let expected = Wording::same(unknown.known.join(", "));
            Refusal::value(strict::unreadable("kind", &found, expected))
        })?;
    }
    work.columns.extend(change.columns.clone());
    for (row, cells) in &change.cells {
        let mended = work.cells.entry(*row).or_default();
        for (label, text) in cells {
            match text {
                Some(text) => drop(mended.insert(label.clone(), text.clone())),
                None => drop(mended.remove(label)),
            }
        }
    }
    work.cells.retain(|_, cells| !cells.is_empty());
    for (row, out) in &change.left_out {
        if *out {
            work.left_out.insert(*row);
        } else {
            work.left_out.remove(row);
        }
    }
    for (row, likeness) in &change.likeness {
        match likeness {
            Some(likeness) => drop(work.likeness.insert(*row, likeness.clone())),
            None => drop(work.likeness.remove(row)),
        }
    }
    if let Some(same) = change.same {
        work.same = same;
    }
    if let Some(blank) = change.blank {
        work.blank = blank;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn work_is_changed_piece_by_piece() {
        let change = |value: Value| serde_json::from_value::<Change>(value).unwrap();
        let mut work = Edits::default();
        apply(
            &change(
                json!({ "cells": { "5": { "緯度": "35.1", "経度": "139" } }, "left_out": { "7": true },
                "likeness": { "9": { "same": "hub-001" }, "10": "other" }, "columns": { "備考": null } }),
            ),
            &mut work,
        )
        .unwrap();
        apply(
            &change(
                json!({ "cells": { "5": { "経度": null } }, "left_out": { "7": false }, "likeness": { "10": null } }),
            ),
            &mut work,
        )
        .unwrap();
        assert_eq!(
            json!(work),
            json!({ "columns": { "備考": null }, "cells": { "5": { "緯度": "35.1" } }, "likeness": { "9": { "same": "hub-001" } } })
        );
        assert!(serde_json::from_value::<Change>(json!({ "nonsense": 1 })).is_err());

        apply(&change(json!({ "kind": "coworking" })), &mut work).unwrap();
        apply(&change(json!({})), &mut work).unwrap();
        assert_eq!(
            work.kind,
            Some(FacilityKind::Coworking),
            "what is absent stays"
        );
        let castle = apply(&change(json!({ "kind": "castle" })), &mut work);
        assert!(matches!(castle, Err(Refusal::Values(_))), "{castle:?}");
        assert_eq!(work.kind, Some(FacilityKind::Coworking));
        apply(&change(json!({ "kind": null })), &mut work).unwrap();
        assert_eq!(work.kind, None);
    }
}
