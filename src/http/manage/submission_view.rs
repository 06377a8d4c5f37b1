//! Submissions as answers show them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

use crate::directory::Error;
use crate::directory::submissions::{SubmissionView, Summary};
use crate::domain::change::ActorId;
use crate::domain::submission::{Kind, Submission};
use crate::domain::user::{Area, User};
use crate::http::language::Language;
use crate::http::site::Site;
use crate::interchange::edits::Edits;
use crate::interchange::sheet::SheetLine;
use crate::interchange::{ColumnMatch, Format, targets};
use crate::review::{Difference, Effect, LikelyDuplicate, RowDecision};

/// A part of a list.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// Left out before it.
    pub from: usize,
    /// Its length at most.
    pub limit: usize,
}

/// Which rows of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    /// Every one.
    All,
    /// Those something is said about.
    Problems,
    /// Those that stay out.
    Blocked,
}

/// A submission in a list.
pub fn submission(
    site: &Site,
    by: &User,
    submission: &Submission,
    language: Language,
) -> Result<Value, Error> {
    let directory = &site.directory;
    let person = |id: ActorId| -> Result<Value, Error> {
        let name = match id {
            ActorId::VISITOR => Some(language.pick("来訪者", "a visitor").to_owned()),
            id => directory.name_of(id)?,
        };
        Ok(json!({ "id": id.0, "name": name }))
    };
    let may = directory.may(by, submission);
    let summary: Value = serde_json::from_str(&submission.summary).unwrap_or_default();
    let title = submission
        .file_name
        .clone()
        .or_else(|| summary["name"].as_str().map(str::to_owned));
    // How to reach somebody is for those who may have to.
    let contact = submission
        .contact
        .as_deref()
        .filter(|_| may.decide || submission.actor == by.id);
    Ok(json!({
        "id": submission.id.0,
        "kind": submission.kind.slug(),
        "state": submission.state.slug(),
        "revision": submission.revision,
        "area": submission.area.map(|area| area_view(site, area, language)),
        "file_name": submission.file_name,
        "title": title,
        "created_at": submission.created_at.rfc3339(),
        "sent_at": submission.sent_at.map(|at| at.rfc3339()),
        "decided_at": submission.decided_at.map(|at| at.rfc3339()),
        "owner": person(submission.actor)?,
        "by_token": submission.token.is_some(),
        "decided_by": submission.decided_by.map(person).transpose()?,
        "note": submission.note,
        "contact": contact,
        "summary": summary,
        "published": submission.published.map(|(first, last)| json!({ "first": first.0, "last": last.0 })),
        "told": submission.told_at.is_some(),
        "file_deleted_at": submission.file_deleted_at.map(|at| at.rfc3339()),
        "mine": submission.actor == by.id,
        "may": { "edit": may.edit, "send": may.send, "withdraw": may.withdraw, "decide": may.decide },
        "may_take_rest": may.take_rest,
    }))
}

fn area_view(site: &Site, area: Area, language: Language) -> Value {
    let name = site.directory.area_name(area);
    json!({ "code": area.to_string(), "name": name.map(|(ja, en)| language.pick(ja, en)) })
}

/// A submission with its report and how its file was read, as JSON. A report of many thousand problems
/// is written straight away: as values in memory it would take several times as long.
pub fn whole(
    site: &Site,
    by: &User,
    seen: &SubmissionView,
    language: Language,
) -> Result<String, Error> {
    let mut view = submission(site, by, &seen.submission, language)?;
    let (checked, file) = (&seen.checked, &seen.checked.file);
    let work: Value = serde_json::from_str(&seen.submission.work).unwrap_or_default();
    let columns: Vec<Value> = file
        .columns
        .iter()
        .zip(&file.examples)
        .map(|(column, example)| {
            let found = column.field.map(|(_, found)| match found {
                ColumnMatch::Named => "named",
                ColumnMatch::Guessed => "guessed",
                ColumnMatch::Chosen => "chosen",
            });
            json!({ "label": column.label, "field": column.field.map(|(field, _)| field), "found": found, "example": example })
        })
        .collect();
    let likely: Vec<Value> = checked.likely.iter().map(likely_duplicate).collect();
    // All that a column may hold, parts such as the address's town too.
    let fields: Vec<Value> = targets::targets()
        .iter()
        .map(|target| json!({ "name": target.name, "label": language.pick(target.ja, target.en) }))
        .collect();
    let work_now = seen_work(&seen.submission);
    view["seq"] = checked.seq.0.into();
    view["file"] = json!({
        "format": file.format.map(|format| match format {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
            Format::GeoJson => "geojson",
        }),
        "encoding": file.encoding,
        "sheets": file.sheets.0,
        "sheet": file.sheets.1,
        "header_row": (file.sheet.header.number > 0).then_some(file.sheet.header.number),
        "hidden": (work_now.hidden || !file.sheet.hidden_rows.is_empty()).then_some(work_now.hidden),
        "columns": columns,
        "has_kinds": file.has_kinds,
        "kind": work_now.kind,
        "remembered": site.directory.is_remembered(seen)?,
    });
    view["fields"] = fields.into();
    view["left_out"] = left_out(seen);
    view["likely"] = likely.into();
    view["undecided"] = checked.undecided.len().into();
    view["blanks"] = json!(checked.blanks);
    let is_file = matches!(seen.submission.kind, Kind::File | Kind::Release);
    if is_file && !seen.submission.state.is_final() {
        // What was counted when it was last changed may be wrong by now.
        view["summary"] = json!(checked.summary());
    }
    view["conflicts"] = checked.conflicts.len().into();
    view["work"] = work;
    let report = serde_json::to_string(&checked.report.in_language(language));
    let report = report.map_err(|error| Error::Internal(error.to_string()))?;
    let mut text = view.to_string();
    text.pop();
    text.push_str(",\"report\":");
    text.push_str(&report);
    text.push('}');
    Ok(text)
}

fn likely_duplicate(likely: &LikelyDuplicate) -> Value {
    let decided = likely.decided.map(|answer| match answer {
        RowDecision::Update => "same",
        RowDecision::Keep => "keep",
        RowDecision::New => "other",
    });
    json!({ "row": likely.row, "id": likely.id, "name": likely.name, "metres": likely.metres,
        "reason": likely.reason.slug(), "decided": decided })
}

/// The rows that stayed out of what was published: which, what they are called, and why.
fn left_out(seen: &SubmissionView) -> Value {
    let summary: Summary = serde_json::from_str(&seen.submission.summary).unwrap_or_default();
    let file = &seen.checked.file;
    let named = |column: &crate::interchange::Column| {
        column.field.is_some_and(|(field, _)| field == "name")
    };
    let column = file.columns.iter().position(named);
    let blocked: BTreeSet<usize> = {
        let problems = seen.checked.report.problems.iter();
        problems
            .filter(|p| p.blocks)
            .filter_map(|p| p.row)
            .collect()
    };
    let lines: HashMap<usize, &SheetLine> = {
        let lines = file.sheet.rows.iter();
        lines.map(|line| (line.number, line)).collect()
    };
    let differences: HashMap<usize, &Difference> = {
        let differences = seen.checked.differences.iter();
        differences.map(|found| (found.row, &**found)).collect()
    };
    let rows = summary.left_out.unwrap_or_default().into_iter();
    rows.map(|row| {
        let cell = lines.get(&row).and_then(|line| line.cells.get(column?));
        let proposed = || {
            let difference = differences.get(&row);
            difference.map(|difference| difference.facility.name.to_string())
        };
        let name = cell
            .cloned()
            .filter(|name| !name.is_empty())
            .or_else(proposed);
        let why = if blocked.contains(&row) {
            "blocked"
        } else {
            "not-approved"
        };
        json!({ "row": row, "name": name, "why": why })
    })
    .collect()
}

fn seen_work(submission: &Submission) -> Edits {
    serde_json::from_str(&submission.work).unwrap_or_default()
}

/// The sheet's rows, with mended cells put in, and which problems of the report are theirs.
pub fn rows(seen: &SubmissionView, page: Page, only: Only) -> Result<Value, Error> {
    let file = &seen.checked.file;
    let work = seen_work(&seen.submission);
    let mut problems: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut blocked = BTreeSet::new();
    for (i, problem) in seen.checked.report.problems.iter().enumerate() {
        let Some(row) = problem.row else { continue };
        problems.entry(row).or_default().push(i);
        if problem.blocks {
            blocked.insert(row);
        }
    }
    let wanted: Vec<_> = file
        .sheet
        .rows
        .iter()
        .filter(|line| match only {
            Only::All => true,
            Only::Problems => problems.contains_key(&line.number),
            Only::Blocked => blocked.contains(&line.number),
        })
        .collect();
    let rows: Vec<Value> = wanted
        .iter()
        .skip(page.from)
        .take(page.limit)
        .map(|line| {
            let mended = work.cells.get(&line.number);
            let cells: Vec<&str> = file
                .columns
                .iter()
                .enumerate()
                .map(|(i, column)| {
                    let cell = mended.and_then(|cells| cells.get(&column.label));
                    let cell = cell.or_else(|| line.cells.get(i));
                    cell.map_or("", String::as_str)
                })
                .collect();
            json!({
                "row": line.number,
                "cells": cells,
                "mended": mended.map(|cells| cells.keys().collect::<Vec<_>>()).unwrap_or_default(),
                "left_out": work.left_out.contains(&line.number),
                "problems": problems.get(&line.number).cloned().unwrap_or_default(),
            })
        })
        .collect();
    Ok(json!({ "total": wanted.len(), "rows": rows }))
}

/// What would change.
pub fn differences(site: &Site, seen: &SubmissionView, page: Page, effect: Option<&str>) -> Value {
    let checked = &seen.checked;
    let wanted: Vec<_> = checked
        .differences
        .iter()
        .filter(|difference| effect.is_none_or(|effect| effect == slug(difference.effect)))
        .collect();
    let differences: Vec<Value> = wanted
        .iter()
        .skip(page.from)
        .take(page.limit)
        .map(|difference| {
            let facility = &difference.facility;
            let fields: Vec<Value> = difference
                .fields()
                .iter()
                .map(|field| json!({ "name": field.name, "before": field.before, "after": field.after }))
                .collect();
            json!({
                "row": difference.row,
                // A new facility has its id once it is published, unless the row brings one.
                "id": (difference.effect != Effect::Added).then(|| facility.id.as_str()),
                "effect": slug(difference.effect),
                "name": facility.name.as_str(),
                "position": facility.position,
                "position_precision": facility.position_precision.slug(),
                "municipality_name": facility.municipality_name,
                "fields": fields,
                "conflict": checked.conflicts.get(&difference.row),
                "undecided": checked.undecided.contains(&difference.row),
            })
        })
        .collect();
    let withdrawals: Vec<Value> = checked
        .withdrawals
        .iter()
        .map(|id| json!({ "id": id, "name": site.directory.name_of_facility(id) }))
        .collect();
    let summary = checked.summary();
    json!({
        "seq": checked.seq.0,
        "total": wanted.len(),
        "counts": { "added": summary.added, "changed": summary.changed, "closed": summary.closed,
            "withdrawn": summary.withdrawn, "unchanged": summary.unchanged, "undecided": summary.undecided },
        "differences": differences,
        "withdrawals": withdrawals,
    })
}

fn slug(effect: Effect) -> &'static str {
    match effect {
        Effect::Added => "added",
        Effect::Changed => "changed",
        Effect::Closed => "closed",
    }
}
