//! Rows and columns that a change names and the file does not have.

use serde_json::Value;

use super::Change;
use crate::domain::report::Problem;
use crate::domain::wording::Wording;
use crate::interchange::edits::DuplicateDecision;
use crate::interchange::strict::{unknown, unreadable};
use crate::interchange::{File, Format, targets};

/// Rows, columns, fields, worksheets and facilities that do not exist, each named. `count` is the
/// number of the file's rows.
pub(super) fn check(
    change: &Change,
    file: &File,
    count: usize,
    is_published: impl Fn(&str) -> bool,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    columns(change, file, &mut problems);
    rows(change, file, count, &mut problems);
    for (row, likeness) in &change.likeness {
        if let Some(DuplicateDecision::Same(id) | DuplicateDecision::Keep(id)) = likeness
            && !is_published(id)
        {
            let expected = ("公開中の施設のID", "the id of a published facility");
            let path = format!("likeness.{row}.same");
            problems.push(unreadable(&path, &Value::from(id.as_str()), expected));
        }
    }
    if let Some(sheet) = &change.sheet
        && !file.sheets.0.is_empty()
        && !file.sheets.0.contains(sheet)
    {
        let expected = Wording::same(file.sheets.0.join(", "));
        problems.push(unreadable("sheet", &Value::from(sheet.as_str()), expected));
    }
    problems
}

fn columns(change: &Change, file: &File, problems: &mut Vec<Problem>) {
    // A file that could not be read has no columns to be held against.
    if file.columns.is_empty() {
        return;
    }
    let labels = || {
        let labels: Vec<&str> = file.columns.iter().map(|c| c.label.as_str()).collect();
        Wording::same(labels.join(", "))
    };
    let has = |label: &String| file.columns.iter().any(|column| column.label == *label);
    for (label, field) in &change.columns {
        let path = format!("columns.{label}");
        if !has(label) {
            problems.push(unknown(&path, labels()));
        }
        let known = |name: &String| targets::targets().iter().any(|t| t.name == name);
        if let Some(field) = field.as_ref().filter(|field| !known(field)) {
            let names: Vec<&str> = targets::targets().iter().map(|t| t.name).collect();
            let expected = Wording::same(names.join(", "));
            problems.push(unreadable(&path, &Value::from(field.as_str()), expected));
        }
    }
    for (row, cells) in &change.cells {
        // A cell that was edited under another header may still be given back.
        for (label, _) in cells
            .iter()
            .filter(|(label, text)| text.is_some() && !has(label))
        {
            problems.push(unknown(&format!("cells.{row}.{label}"), labels()));
        }
    }
}

fn rows(change: &Change, file: &File, count: usize, problems: &mut Vec<Problem>) {
    let last = match file.format {
        Some(Format::GeoJson) => count,
        _ => file.sheet.rows.last().map_or(0, |row| row.number),
    };
    if last == 0 {
        return;
    }
    let cells = change.cells.keys().map(|row| ("cells", row));
    let left_out = change.left_out.keys().map(|row| ("left_out", row));
    let likeness = change.likeness.keys().map(|row| ("likeness", row));
    for (member, row) in cells.chain(left_out).chain(likeness) {
        if !(1..=last).contains(row) {
            let expected = Wording::new(
                format!("1〜{last}の行番号"),
                format!("a row from 1 to {last}"),
            );
            problems.push(unknown(&format!("{member}.{row}"), expected));
        }
    }
}
