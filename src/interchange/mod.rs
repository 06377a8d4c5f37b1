//! Files in and out; a file a format. Encodings, headers and quoting change; the meaning of a row doesn't.

mod book;
mod characters;
pub mod claims;
pub mod codes;
pub mod columns;
pub mod contacts;
pub mod coordinates;
pub mod corrected;
mod crs;
pub mod csv;
pub mod dates;
pub mod datum;
pub mod edits;
pub mod encoding;
pub mod export;
mod features;
pub mod flatgeobuf;
pub mod geojson;
pub mod guard;
mod headers;
pub mod hours;
pub mod kml;
pub mod numbers;
mod ods;
pub mod osm;
mod package;
pub mod progress;
pub mod reading;
mod recognise;
pub mod redacted;
mod reread;
pub mod sheet;
pub mod strict;
pub mod table;
pub mod targets;
pub mod values;
#[cfg(test)]
mod whole_files;
pub mod words;
mod worksheets;
pub mod xlsx;

use std::collections::BTreeSet;

use self::edits::{Edits, Encoding};
use self::progress::Progress;
use self::reading::Reading;
use self::reread::RereadState;
use self::sheet::{CELL, Sheet, asides};
use crate::domain::report::Problem;

/// The formats files come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma- or tab-separated text.
    Csv,
    /// A workbook: of Excel, or an OpenDocument one.
    Xlsx,
    /// A GeoJSON FeatureCollection, or a Feature a line.
    GeoJson,
}

/// How a column's field was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnMatch {
    /// The header is the field's own name or label.
    Named,
    /// By the words people use for it.
    Guessed,
    /// A person said so.
    Chosen,
}

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The header as written; of columns with one header, all but the first with a number: `備考 (2)`.
    pub label: String,
    /// The field it holds, and how that was found; `None` where it is not used.
    pub field: Option<(&'static str, ColumnMatch)>,
}

/// What a file turned out to be.
#[derive(Debug, Default)]
pub struct File {
    /// Its format; `None` where it could not be told.
    pub format: Option<Format>,
    /// How its text was read; of text files only.
    pub encoding: Option<Encoding>,
    /// The names of its worksheets, and the one that was read.
    pub sheets: (Vec<String>, Option<String>),
    /// Its columns in their order, or the properties of its features.
    pub columns: Vec<Column>,
    /// What stands in each column first.
    pub examples: Vec<String>,
    /// Its cells as they came, before anything was mended; of GeoJSON none.
    pub sheet: Sheet,
    /// Whether it says kinds: in a column, or in a property of any of its features.
    pub has_kinds: bool,
    /// Its rows as facilities are made of, and what is wrong with them.
    pub reading: Reading,
    reread_state: RereadState,
}

/// How much of a file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows below the header.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Bytes of a workbook, unpacked.
    pub unpacked: usize,
}

impl Limits {
    /// What anybody may upload.
    pub const UPLOAD: Limits = Limits {
        rows: 20_000,
        columns: 100,
        unpacked: 50 << 20,
    };
    /// What the operator may import: the machine's memory is the limit.
    pub const OPERATOR: Limits = Limits {
        rows: usize::MAX,
        columns: 1_000,
        unpacked: 2 << 30,
    };

    fn rows_allow(&self, rows: usize) -> Result<(), Box<Problem>> {
        if rows <= self.rows {
            return Ok(());
        }
        let most = self.rows;
        let message = (
            format!("{rows}行あります。一度に読めるのは{most}行までです。ファイルを分けてください"),
            format!("there are {rows} rows; at most {most} are read at once: split the file"),
        );
        Err(Box::new(Problem::of_file("limit", message)))
    }

    fn columns_allow(&self, row: usize, columns: usize) -> Result<(), Box<Problem>> {
        if columns <= self.columns {
            return Ok(());
        }
        let most = self.columns;
        let message = (
            format!(
                "{row}行目に{columns}列あります。読めるのは{most}列までです。要らない列を消してください"
            ),
            format!(
                "row {row} has {columns} columns; at most {most} are read: remove those not needed"
            ),
        );
        Err(Box::new(Problem::of_file("limit", message)))
    }
}

/// Reads a file of whatever format. Never fails: what cannot be read is a problem.
pub fn read(bytes: &[u8], edits: &Edits, limits: &Limits) -> File {
    read_with_progress(bytes, edits, limits, &Progress::default())
}

/// The same, telling how far it is.
pub fn read_with_progress(
    bytes: &[u8],
    edits: &Edits,
    limits: &Limits,
    progress: &Progress,
) -> File {
    let mut places = match osm::as_geojson(bytes, limits) {
        Some(Ok(places)) => Some(places),
        Some(Err(problem)) => return File::refused(*problem),
        None => None,
    };
    let left_out = places.as_mut().and_then(|places| places.left_out.take());
    let bytes = places.as_ref().map_or(bytes, |places| &places.bytes);
    let format = match recognise::format(bytes) {
        Ok(format) => format,
        Err(problem) => return File::refused(*problem),
    };
    let mut file = File {
        format: Some(format),
        ..File::default()
    };
    match format {
        Format::Csv => {
            let (encoding, sheet, problems) = csv::read(bytes, edits, limits);
            file.encoding = encoding;
            file.table(sheet, problems, edits, progress);
        }
        Format::Xlsx => {
            let book = match ods::is_ods(bytes) {
                true => ods::read(bytes, edits, limits),
                false => xlsx::read(bytes, edits, limits),
            };
            file.sheets = (book.sheets, book.chosen);
            file.table(book.sheet, book.problems, edits, progress);
        }
        Format::GeoJson => {
            let features = geojson::read_with_progress(bytes, edits, limits, progress);
            file.encoding = features.encoding;
            file.reread_state.features = features.again;
            file.has_kinds = features.reading.has_kinds;
            let labels = features.columns.iter().map(|column| column.label.clone());
            file.sheet.header.cells = labels.collect();
            file.columns = features.columns;
            file.examples = features.examples;
            file.reading = features.reading;
        }
    }
    if places.is_some() {
        // Its features do not stand in the file as they were read.
        file.reread_state.features = None;
        file.reading.is_openstreetmap = true;
        file.reading.problems.splice(0..0, left_out);
    }
    let refused = |problem: &Problem| problem.row.is_none() && problem.code == "format-unknown";
    if file.reading.problems.iter().any(refused) && file.sheets.0.is_empty() {
        file.format = None;
    }
    file.reread_state
        .converted
        .clone_from(&file.reading.converted);
    file
}

impl File {
    fn refused(problem: Problem) -> File {
        let mut file = File::default();
        file.reading.problems.push(problem);
        file
    }

    /// Takes a table and what was wrong with its cells, and reads its rows.
    fn table(
        &mut self,
        mut sheet: Sheet,
        mut problems: Vec<Problem>,
        edits: &Edits,
        progress: &Progress,
    ) {
        // Without its header a table cannot be read either.
        let header = sheet.header.number;
        let of_all_rows = |problem: &Problem| problem.row.is_none_or(|row| row == header);
        if problems.iter().any(|p| p.blocks && of_all_rows(p)) {
            self.reading.problems = problems;
            return;
        }
        let (columns, of_headers) = match_shown_columns(&sheet, edits);
        let of_rows = asides::take(&mut sheet, &columns, edits);
        progress.begin(sheet.rows.len());
        let mut reading =
            table::rows_with_progress(&sheet, &columns, edits, |rows| progress.read(rows));
        let kept: BTreeSet<usize> = sheet.rows.iter().map(|line| line.number).collect();
        problems.retain(|p| p.row.is_none_or(|row| row <= header || kept.contains(&row)));
        for problem in &problems {
            if let Some(row) = problem.row.filter(|row| *row > header) {
                let cells = self.reread_state.cells.entry(row).or_default();
                cells.push(problem.clone());
            }
        }
        problems.retain(|problem| reread::is_still_so(problem, edits));
        let mut said = std::mem::take(&mut reading.problems);
        reading = reread::with_cells(problems, reading);
        problems = std::mem::take(&mut reading.problems);
        problems.extend(of_headers);
        problems.extend(of_rows);
        problems.extend(asides::hidden_rows(&sheet.hidden_rows));
        problems.extend(sheet.is_transposed.then(transposed));
        problems.append(&mut said);
        if sheet.rows.is_empty() {
            // Of no rows nobody asks the kind.
            problems.retain(|problem| problem.code != "kind-missing");
            problems.push(rows_missing(&sheet));
        }
        problems.sort_by_key(|problem| problem.row);
        reading.problems = problems;
        self.examples = (0..columns.len()).map(|i| sheet.example(i)).collect();
        self.columns = columns;
        self.has_kinds = reading.has_kinds;
        self.sheet = sheet;
        self.reading = reading;
    }
}

/// Matches the columns that people see in the sheet; hidden ones only where somebody chose them.
fn match_shown_columns(sheet: &Sheet, edits: &Edits) -> (Vec<Column>, Vec<Problem>) {
    if sheet.hidden_columns.is_empty() {
        return columns::match_columns(sheet, edits);
    }
    let mut edits = Edits {
        columns: edits.columns.clone(),
        ..Edits::default()
    };
    let labels = sheet.labels();
    let hidden: Vec<&String> = sheet
        .hidden_columns
        .iter()
        .filter_map(|column| labels.get(*column))
        .filter(|label| !edits.columns.contains_key(*label))
        .collect();
    let is_named = |label: &&&String| {
        let column = labels.iter().position(|other| other == **label);
        column.is_some_and(|column| !sheet.example(column).is_empty())
    };
    let named: Vec<&str> = hidden
        .iter()
        .filter(is_named)
        .map(|label| label.as_str())
        .collect();
    let said = asides::hidden_columns(&named);
    let unused: Vec<_> = hidden
        .into_iter()
        .map(|label| (label.clone(), None))
        .collect();
    edits.columns.extend(unused);
    let (columns, mut problems) = columns::match_columns(sheet, &edits);
    problems.extend(said);
    (columns, problems)
}

/// Said of a table that was put upright.
fn transposed() -> Problem {
    let message = (
        "施設が1列に1件ずつ並ぶ表として読みました。「行」の番号は列の番号です（A列が1、B列が2）",
        "this was read as a table with one facility a column: the numbers of rows are those of columns (A is 1, B is 2)",
    );
    asides::of_file("table-transposed", message)
}

/// A table that ends with its header: most often another worksheet, or a file saved before it was filled.
fn rows_missing(sheet: &Sheet) -> Problem {
    let header = sheet.header.number;
    let message = (
        format!("{header}行目の見出しの下に行がありません。施設を1行に1件ずつ書いてください"),
        format!("there are no rows below the header in row {header}: write one facility a row"),
    );
    Problem::of_file("rows-missing", message)
}

/// A cell of more characters than are read.
fn too_long(row: usize, bytes: usize) -> Problem {
    let message = (
        format!("セルの文字が多すぎます（{bytes}バイト）。1つのセルに書けるのは{CELL}文字までです"),
        format!("this cell is too long ({bytes} bytes): a cell may have {CELL} characters"),
    );
    Problem::blocking(row, "limit", message)
}
