//! Reads the rows of a sheet by the fields of its columns.

mod parts;

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use crate::domain::fields::{Field, Shape};
use crate::domain::position::Position;
use crate::domain::report::Problem;
use crate::domain::vocabulary::Precision;
use crate::domain::wording::Wording;

use super::Column;
use super::claims;
use super::datum::Datum;
use super::edits::Edits;
use super::guard::{meant_exactly, unguarded};
use super::hours::{self, Hours};
use super::reading::{Reading, SheetRow, kind_missing};
use super::sheet::{Sheet, SheetLine};
use super::targets;
use super::values::{self, Read, Remark};

/// Reads all rows, and says all that is wrong with each.
pub fn rows(sheet: &Sheet, columns: &[Column], edits: &Edits) -> Reading {
    rows_with_progress(sheet, columns, edits, |_| {})
}

/// The same; `report_progress` hears how many rows more are read.
pub(super) fn rows_with_progress(
    sheet: &Sheet,
    columns: &[Column],
    edits: &Edits,
    report_progress: impl Fn(usize),
) -> Reading {
    let mut reading = lines(sheet.rows.iter(), columns, edits, report_progress);
    reading.rows = sheet.rows.len();
    reading.report_conversions();
    reading.of_kind(edits.kind)
}

/// Reads some rows, and says nothing of them together.
pub(super) fn lines<'a>(
    lines: impl Iterator<Item = &'a SheetLine>,
    columns: &[Column],
    edits: &Edits,
    report_progress: impl Fn(usize),
) -> Reading {
    let rows = Rows::new(columns);
    let mut reading = rows.begin();
    let mut known_hours = HashMap::new();
    for line in lines {
        report_progress(1);
        if edits.left_out.contains(&line.number) {
            continue;
        }
        let row = RowInput {
            line,
            mended: edits.cells.get(&line.number),
            typed: None,
            place: Place::InCells,
            converted: None,
        };
        rows.read(&row, &mut known_hours, &mut reading);
    }
    reading
}

/// A reader of rows with the same columns.
pub(super) struct Rows<'a> {
    layout: Layout<'a>,
}

/// One row to read.
pub(super) struct RowInput<'a> {
    /// Its number, and the text in each column.
    pub line: &'a SheetLine,
    /// What somebody wrote instead, by column.
    pub mended: Option<&'a BTreeMap<String, String>>,
    /// Of a feature, its values by column; `None` where it has no such property.
    pub typed: Option<&'a [Option<Value>]>,
    /// Where its position is.
    pub place: Place,
    /// The coordinate system that was converted from, where that is done already.
    pub converted: Option<Datum>,
}

/// Where a row's position is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// In its cells, if anywhere.
    InCells,
    /// Found already, and how exact it can be at most.
    Found(Position, Precision),
    /// What stood there was refused already.
    Refused,
}

impl<'a> Rows<'a> {
    pub fn new(columns: &'a [Column]) -> Rows<'a> {
        Rows {
            layout: Layout::new(columns),
        }
    }

    /// A reading without rows, which knows the columns. One sentence says that there are no kinds.
    pub fn begin(&self) -> Reading {
        let has_kinds = self.layout.has("kind");
        Reading {
            columns: self.layout.labels(),
            has_kinds,
            problems: (!has_kinds).then(kind_missing).into_iter().collect(),
            ..Reading::default()
        }
    }

    /// Reads one row into the reading, with all that is wrong with it.
    pub fn read<'b>(
        &'b self,
        row: &RowInput<'b>,
        known_hours: &mut KnownHours<'b>,
        reading: &mut Reading,
    ) {
        let mut reader = Reader {
            layout: &self.layout,
            line: row.line,
            mended: row.mended,
            typed: row.typed,
            fields: Map::new(),
            implied_precision: None,
            partly: Vec::new(),
            denied: Vec::new(),
            converted: row.converted,
            problems: Vec::new(),
        };
        reader.read(row.place, known_hours);
        let Reader {
            mut fields,
            implied_precision,
            partly,
            denied,
            converted,
            problems,
            ..
        } = reader;
        if let Some(datum) = converted {
            reading.converted.insert(row.line.number, datum);
            if let Some(metres) = datum.error() {
                let error = fields.entry("position_error").or_insert(Value::Null);
                if error.is_null() {
                    *error = json!(metres);
                }
            }
        }
        if row.place != Place::Refused && !problems.iter().any(|problem| problem.blocks) {
            reading.usable.push(SheetRow {
                number: row.line.number,
                fields,
                implied_precision,
                partly,
                denied,
            });
        }
        reading.problems.extend(problems);
    }
}

/// Which column holds what.
struct Layout<'a> {
    columns: &'a [Column],
    /// The place of each target's column.
    at: HashMap<&'static str, usize>,
    /// Columns that hold a field as it is, in the fields' order.
    fields: Vec<(usize, &'static Field)>,
    /// Columns that say of one amenity whether it is there.
    amenities: Vec<(usize, &'static str)>,
    /// Whether it is the table our own export writes, where a mark says that a cell means exactly
    /// what stands behind it.
    is_ours: bool,
    /// Whether features have the properties that our own have, which mean exactly what they say.
    is_our_feature: bool,
}

impl<'a> Layout<'a> {
    fn new(columns: &'a [Column]) -> Layout<'a> {
        let held = columns.iter().enumerate();
        let at: HashMap<&'static str, usize> = held
            .filter_map(|(i, column)| Some((column.field?.0, i)))
            .collect();
        let fields = targets::targets()
            .iter()
            .filter(|target| target.name != "opening_hours")
            .filter_map(|target| Some((*at.get(target.name)?, values::field(target.name)?)));
        let amenities = targets::targets().iter().filter_map(|target| {
            Some((
                *at.get(target.name)?,
                target.name.strip_prefix("amenities.")?,
            ))
        });
        let is_named = |name: &&str| columns.iter().any(|column| column.label == **name);
        let has_all = |names: &[&str]| names.iter().all(is_named);
        Layout {
            is_ours: has_all(&["id", "name", "lat", "lon", "updated_at"]),
            is_our_feature: has_all(&[
                "name",
                "kind",
                "closures",
                "position_precision",
                "synthetic",
            ]),
            fields: fields.collect(),
            amenities: amenities.collect(),
            columns,
            at,
        }
    }

    fn has(&self, target: &str) -> bool {
        self.at.contains_key(target)
    }

    fn label(&self, target: &str) -> Option<&'a str> {
        self.at.get(target).map(|i| self.columns[*i].label.as_str())
    }

    /// What the file calls each field; of a field in parts, the part that says most.
    fn labels(&self) -> BTreeMap<&'static str, String> {
        const PARTS: [(&str, &[&str]); 2] = [
            (
                "address",
                &["address.town", "address.number", "address.city"],
            ),
            (
                "opening_hours",
                &[
                    "hours.from",
                    "hours.mo.from",
                    "hours.days",
                    "hours.note",
                    "hours.closed",
                ],
            ),
        ];
        let held = targets::targets()
            .iter()
            .filter(|target| !target.name.contains('.'));
        let mut labels: BTreeMap<&'static str, String> = held
            .filter_map(|target| Some((target.name, self.label(target.name)?.to_owned())))
            .collect();
        for (whole, parts) in PARTS {
            let first = parts.iter().find_map(|part| self.label(part));
            if let (Some(label), false) = (first, labels.contains_key(whole)) {
                labels.insert(whole, label.to_owned());
            }
        }
        labels
    }
}

/// One row being read.
struct Reader<'a> {
    layout: &'a Layout<'a>,
    line: &'a SheetLine,
    mended: Option<&'a BTreeMap<String, String>>,
    typed: Option<&'a [Option<Value>]>,
    fields: Map<String, Value>,
    implied_precision: Option<Precision>,
    partly: Vec<&'static str>,
    denied: Vec<&'static str>,
    /// The coordinate system its position was converted from.
    converted: Option<Datum>,
    problems: Vec<Problem>,
}

/// Rows of one sheet often have the same hours.
pub(super) type KnownHours<'a> = HashMap<hours::Cells<'a>, Hours>;

impl<'a> Reader<'a> {
    /// A cell as it is after mending, with the spaces at its ends; empty where there is none.
    fn cell(&self, column: usize) -> &'a str {
        unguarded(self.whole_cell(column))
    }

    /// The same with the mark before it, where there is one.
    fn whole_cell(&self, column: usize) -> &'a str {
        let label = &self.layout.columns[column].label;
        let mended = self.mended.and_then(|cells| cells.get(label));
        let text = mended.or_else(|| self.line.cells.get(column));
        text.map_or("", String::as_str)
    }

    /// What a cell of our own export says of itself that it means exactly.
    fn exactly(&self, column: usize) -> Option<&'a str> {
        let cell = Some(self.whole_cell(column)).filter(|_| self.layout.is_ours)?;
        meant_exactly(cell.trim()).filter(|text| !text.trim().is_empty())
    }

    fn held(&self, target: &str) -> &'a str {
        self.layout
            .at
            .get(target)
            .map_or("", |column| self.cell(*column))
    }

    /// Whether the row says nothing of this column, not even that it is empty: a feature without that
    /// property.
    fn is_absent(&self, column: usize) -> bool {
        let label = &self.layout.columns[column].label;
        let is_mended = self.mended.is_some_and(|cells| cells.contains_key(label));
        let typed = self.typed.map(|typed| typed.get(column));
        !is_mended && matches!(typed, Some(None | Some(None)))
    }

    /// Whether the row says something, or that there is nothing, in any column of these.
    fn has_any(&self, is_meant: impl Fn(&str) -> bool) -> bool {
        let mut columns = self.layout.at.iter().filter(|(target, _)| is_meant(target));
        columns.any(|(_, column)| !self.is_absent(*column))
    }

    /// What a feature's value is to a field, where its text would say less: a structure, or a value of
    /// our own.
    fn as_typed(&self, column: usize, field: &Field) -> Option<Read> {
        let label = &self.layout.columns[column].label;
        if self.mended.is_some_and(|cells| cells.contains_key(label)) {
            return None;
        }
        let value = self.typed?.get(column)?.as_ref()?;
        let is_structure = match value {
            Value::Object(_) => true,
            Value::Array(list) => {
                let is_plain = |value: &Value| !value.is_object() && !value.is_array();
                matches!(field.shape, Shape::Objects(_)) || !list.iter().all(is_plain)
            }
            _ => false,
        };
        match values::checked(field, value) {
            Ok(value) if is_structure || self.layout.is_our_feature => Some(Read::value(value)),
            Err(refused) if is_structure => Some(Read::from(refused)),
            _ => None,
        }
    }

    fn say(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn read(&mut self, place: Place, known_hours: &mut KnownHours<'a>) {
        for (column, field) in &self.layout.fields {
            if !self.is_absent(*column) {
                self.field(*column, field);
            }
        }
        self.address();
        self.amenities();
        self.sources();
        self.hours(known_hours);
        match place {
            Place::InCells => self.position(),
            Place::Found(position, precision) => {
                self.implied_precision = Some(precision);
                self.fields.insert("position".to_owned(), json!(position));
            }
            Place::Refused => {}
        }
        self.required();
    }

    fn field(&mut self, column: usize, field: &'static Field) {
        let cell = self.cell(column);
        let text = cell.trim();
        if text.is_empty() {
            // An empty cell says that there is none; what must be there stays as it is.
            if field.nullable {
                self.fields.insert(field.name.to_owned(), Value::Null);
            }
            return;
        }
        let read = match (
            self.as_typed(column, field),
            self.exactly(column),
            field.name,
        ) {
            (Some(read), ..) => read,
            (None, Some(text), _) => values::exact(field, text),
            (None, None, "name") => values::read(field, &one_line(text)),
            (None, None, _) => values::read(field, text),
        };
        let Read { value, remark } = read;
        let is_used = value.is_some();
        if is_used && remark.is_some() && matches!(field.shape, Shape::Words(_)) {
            self.partly.push(field.name);
            self.denied.extend(claims::read(field.name, text).denied);
        }
        match value {
            Some(Value::Null) if !field.nullable => {}
            Some(value) => drop(self.fields.insert(field.name.to_owned(), value)),
            None => {}
        }
        if let Some(remark) = remark {
            let label = &self.layout.columns[column].label;
            let problem = self.problem(field, remark, is_used);
            let problem = Problem {
                found: Some(shortened(cell)),
                ..problem
            };
            let problem = problem.in_column(label);
            self.say(with_label(problem, label));
        }
        if field.name == "address" && has_lost_dash(text) {
            self.lost_dash(column, text);
        }
    }

    /// A remark as a problem; a suggestion still without its column.
    fn problem(&self, field: &Field, remark: Remark, is_used: bool) -> Problem {
        let Remark {
            code,
            expected,
            blocks,
            suggestion,
            message,
        } = remark;
        let (ja, en) = (field.ja, field.en);
        let message = message.unwrap_or_else(|| match code {
            "full-width" => Wording::new(
                format!("{ja}に全角の文字や余分な空白があります。半角に直して読みました"),
                format!("{en} has full-width characters or spaces; it was read with plain ones"),
            ),
            "name-missing" => Wording::new(
                "名称として使えません。200文字までで書いてください",
                "this cannot be a name: write one of up to 200 characters",
            ),
            _ if is_used => Wording::new(
                format!("{ja}に読めない部分があります。読めた部分だけを使います"),
                format!("part of {en} cannot be read; the rest is used"),
            ),
            _ => Wording::new(
                format!("{ja}として読めないため、不明として扱います"),
                format!("this cannot be read as {en} and is taken as unknown"),
            ),
        });
        let problem = Problem {
            blocks,
            expected: Some(expected),
            ..Problem::warning(self.line.number, code, message)
        };
        match suggestion {
            Some(text) if text.is_empty() => {
                problem.suggest(("空にする", "Empty the cell"), [("", text)])
            }
            Some(text) => {
                let label = (format!("「{text}」に直す"), format!("Change to “{text}”"));
                problem.suggest(label, [("", text)])
            }
            None => problem,
        }
    }

    /// `1812?3`: a dash that an encoding had no sign for.
    fn lost_dash(&mut self, column: usize, text: &str) {
        let label = &self.layout.columns[column].label;
        let mended = mended_dashes(text);
        let message = (
            "住所の「?」は、文字コードの変換で失われた「-」のようです。直してください",
            "the “?” in the address seems to be a dash lost in a change of encoding: write it again",
        );
        let button = (
            format!("「{mended}」に直す"),
            format!("Change to “{mended}”"),
        );
        self.say(
            Problem::warning(self.line.number, "encoding-uncertain", message)
                .in_column(label)
                .found(text, Wording::same(mended.clone()))
                .suggest(button, [(label.as_str(), mended)]),
        );
    }

    /// What every row needs.
    fn required(&mut self) {
        let has = |fields: &Map<String, Value>, name: &str| {
            fields.get(name).is_some_and(|value| !value.is_null())
        };
        // Of a feature also what it does not have can be written, under its own name.
        let own = |target| self.typed.map(|_| target);
        let in_column = |problem: Problem, target| match self.layout.label(target).or(own(target)) {
            Some(label) => problem.in_column(label),
            None => problem,
        };
        let is_said = |code: &str, target: &str| {
            let label = self.layout.label(target);
            self.problems
                .iter()
                .any(|p| p.code == code && p.column.as_deref() == label)
        };
        let number = self.line.number;
        let mut missing = Vec::new();
        // Whoever names a facility's id may leave out the name, which then stays as it is.
        let stays = has(&self.fields, "id") && !self.has_any(|target| target == "name");
        let is_refused = |target: &str| {
            let label = self.layout.label(target);
            let mut problems = self.problems.iter();
            label.is_some() && problems.any(|p| p.blocks && p.column.as_deref() == label)
        };
        if !stays && !has(&self.fields, "name") && !is_refused("name") {
            let message = (
                "名称がありません。施設の名称を書いてください",
                "there is no name: write the facility's name",
            );
            missing.push(in_column(
                Problem::blocking(number, "name-missing", message),
                "name",
            ));
        }
        if self.layout.has("kind")
            && !has(&self.fields, "kind")
            && !is_said("value-unreadable", "kind")
        {
            let message = (
                "種類がないため、不明として扱います",
                "there is no kind; it is taken as unknown",
            );
            missing.push(in_column(
                Problem::warning(number, "kind-missing", message),
                "kind",
            ));
        }
        self.problems.extend(missing);
    }
}

/// Whether a cell with this text is read as the value it was written for.
pub fn reads_back(field: &Field, text: &str, value: &Value) -> bool {
    let read = match field.name {
        "opening_hours" => {
            let whole = hours::Cells {
                whole: text,
                ..hours::Cells::default()
            };
            return hours::read(&whole).value.as_deref() == Some(text);
        }
        "name" => values::read(field, &one_line(text)),
        _ => values::read(field, text),
    };
    read.value.as_ref() == Some(value)
}

/// A name is one line; in a cell it may be broken.
fn one_line(text: &str) -> String {
    text.split(char::is_control)
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// As much of a cell as a report shows.
fn shortened(cell: &str) -> String {
    cell.chars().take(200).collect()
}

/// Fills in the column that a suggestion is for.
fn with_label(mut problem: Problem, label: &str) -> Problem {
    if let Some(suggestion) = &mut problem.suggestion {
        for cell in &mut suggestion.cells {
            label.clone_into(&mut cell.column);
        }
    }
    problem
}

fn has_lost_dash(text: &str) -> bool {
    mended_dashes(text) != text
}

/// The text with a dash for each `?` between two digits.
fn mended_dashes(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let is_digit = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(|c| c.is_numeric());
    let mended = chars.iter().enumerate().map(|(i, c)| match c {
        '?' if is_digit(i.checked_sub(1)) && is_digit(Some(i + 1)) => '-',
        c => *c,
    });
    mended.collect()
}

#[cfg(test)]
mod tests;
