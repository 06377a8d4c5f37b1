//! Reads OpenDocument workbooks (ods): the cells of a worksheet as a spreadsheet shows them.

use std::collections::BTreeSet;
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::Limits;
use super::edits::Edits;
use super::package::{self, damaged, values};
use super::sheet::{ABOVE, Area, CELL, SheetLine};
use super::worksheets::{Book, CellFault, Cells, FaultKind, Worksheets, too_much_text};
use super::xlsx::plain;
use crate::domain::report::Problem;

/// No worksheet has more rows.
const ROWS: usize = 1_048_576;

/// Whether a zip is such a workbook.
pub fn is_ods(bytes: &[u8]) -> bool {
    // The kind stands first in it, and is not packed.
    let head = &bytes[..bytes.len().min(200)];
    let kind = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet";
    head.windows(kind.len()).any(|window| window == kind)
}

/// Reads a workbook. Never fails: what cannot be read is a problem.
pub fn read(bytes: &[u8], edits: &Edits, limits: &Limits) -> Book {
    match Source::open(bytes, limits) {
        Ok(mut source) => Book::read(&mut source, edits, limits),
        Err(problem) => Book::refused(*problem),
    }
}

/// A workbook's content, and where in it its worksheets are.
struct Source {
    content: Vec<u8>,
    sheets: Vec<(String, bool, Range<usize>)>,
}

impl Source {
    fn open(bytes: &[u8], limits: &Limits) -> Result<Source, Box<Problem>> {
        let content = package::open_document(bytes, limits)?;
        let mut sheets = Vec::new();
        let mut hidden = BTreeSet::new();
        let mut style = String::new();
        let mut open: Option<(String, bool, usize)> = None;
        let mut depth = 0_usize;
        let mut xml = reader(&content);
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let before = xml.buffer_position() as usize;
            match xml.read_event_into(&mut buffer).map_err(|_| damaged())? {
                Event::Eof => break,
                Event::DocType(_) => return Err(damaged()),
                Event::Start(tag) => match tag.name().as_ref() {
                    "style:style" => style = text(&tag, "style:name")?.unwrap_or_default(),
                    "style:table-properties"
                        if text(&tag, "table:display")?.as_deref() == Some("false") =>
                    {
                        hidden.insert(style.clone());
                    }
                    "table:table" => {
                        depth += 1;
                        if depth == 1 {
                            let name = text(&tag, "table:name")?.unwrap_or_default();
                            let style = text(&tag, "table:style-name")?.unwrap_or_default();
                            open = Some((name, !hidden.contains(&style), before));
                        }
                    }
                    _ => {}
                },
                Event::End(tag) if tag.name().as_ref() == "table:table" => {
                    depth = depth.saturating_sub(1);
                    if let Some((name, is_shown, start)) = open.take_if(|_| depth == 0) {
                        sheets.push((name, is_shown, start..xml.buffer_position() as usize));
                    }
                }
                _ => {}
            }
        }
        if sheets.is_empty() {
            return Err(damaged());
        }
        Ok(Source { content, sheets })
    }
}

impl Worksheets for Source {
    fn names(&self) -> Vec<(String, bool)> {
        let all = self.sheets.iter();
        all.map(|(name, is_shown, _)| (name.clone(), *is_shown))
            .collect()
    }

    fn cells(
        &mut self,
        name: &str,
        limits: &Limits,
        most_rows: usize,
    ) -> Result<Cells, Box<Problem>> {
        let sheet = self.sheets.iter().find(|(other, ..)| other == name);
        let range = sheet.map(|(.., range)| range.clone()).unwrap_or_default();
        let mut table = Table {
            limits,
            most_rows: most_rows.min(ROWS),
            cells: Cells::default(),
            row: 0,
            column: 0,
            columns: 0,
            line: Vec::new(),
            long: Vec::new(),
            bytes: 0,
        };
        table.read(&self.content[range])?;
        Ok(table.cells)
    }
}

fn reader(xml: &[u8]) -> Reader<&[u8]> {
    let mut reader = Reader::from_reader(xml);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.expand_empty_elements = true;
    reader
}

/// One worksheet being read.
struct Table<'a> {
    limits: &'a Limits,
    most_rows: usize,
    cells: Cells,
    /// The row and the column that come next; the first is 0.
    row: usize,
    column: usize,
    /// The columns described so far.
    columns: usize,
    line: Vec<String>,
    long: Vec<(usize, usize)>,
    bytes: usize,
}

/// A cell being read.
struct Cell {
    /// Its value, where an attribute has it.
    value: Option<String>,
    is_number: bool,
    repeated: usize,
    /// Rows and columns it covers.
    spans: (usize, usize),
    text: String,
}

impl Table<'_> {
    fn read(&mut self, xml: &[u8]) -> Result<(), Box<Problem>> {
        let mut xml = reader(xml);
        let mut buffer = Vec::new();
        let mut cell: Option<Cell> = None;
        let mut repeated_rows = 1;
        // Notes and drawings hold texts, too, and drawings whole tables.
        let mut aside = 0_usize;
        let mut paragraphs = 0_usize;
        loop {
            buffer.clear();
            match xml.read_event_into(&mut buffer).map_err(|_| damaged())? {
                Event::Eof => break,
                Event::Start(tag) if is_aside(tag.name().as_ref()) => aside += 1,
                Event::End(tag) if is_aside(tag.name().as_ref()) => aside = aside.saturating_sub(1),
                _ if aside > 0 => {}
                Event::Start(tag) => match tag.name().as_ref() {
                    "table:table-column" => self.describe_columns(&tag)?,
                    "table:table-row" => {
                        repeated_rows = count(&tag, "table:number-rows-repeated")?;
                        if is_hidden(&tag)? {
                            let last = self.row + repeated_rows.min(self.limits.rows);
                            self.cells.shape.hidden_rows.extend(self.row + 1..=last);
                        }
                        (self.column, paragraphs) = (0, 0);
                    }
                    "table:table-cell" | "table:covered-table-cell" => {
                        (cell, paragraphs) = (Some(Cell::begin(&tag)?), 0);
                    }
                    "text:p" => {
                        if let Some(cell) = cell.as_mut().filter(|_| paragraphs > 0) {
                            cell.text.push('\n');
                        }
                        paragraphs += 1;
                    }
                    "text:s" => {
                        let spaces = count(&tag, "text:c")?.min(CELL);
                        push(&mut cell, &" ".repeat(spaces))?;
                    }
                    "text:tab" => push(&mut cell, "\t")?,
                    "text:line-break" => push(&mut cell, "\n")?,
                    _ => {}
                },
                Event::Text(text) => push(&mut cell, &text.xml10_content())?,
                Event::CData(text) => push(&mut cell, &text.xml10_content())?,
                Event::GeneralRef(entity) => {
                    let entity = format!("&{};", entity.as_ref() as &str);
                    push(&mut cell, &unescape(&entity).map_err(|_| damaged())?)?;
                }
                Event::End(tag) => match tag.name().as_ref() {
                    "table:table-cell" | "table:covered-table-cell" => {
                        if let Some(cell) = cell.take() {
                            self.cell(cell)?;
                        }
                    }
                    "table:table-row" => {
                        self.end_row(repeated_rows)?;
                        if self.row >= self.most_rows {
                            break;
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        Ok(())
    }

    fn describe_columns(&mut self, tag: &BytesStart<'_>) -> Result<(), Box<Problem>> {
        let repeated = count(tag, "table:number-columns-repeated")?;
        let last = self
            .columns
            .saturating_add(repeated)
            .min(self.limits.columns);
        if is_hidden(tag)? {
            self.cells.shape.hidden_columns.extend(self.columns..last);
        }
        self.columns = self.columns.max(last);
        Ok(())
    }

    /// Writes a cell into its line, as often as it is repeated.
    fn cell(&mut self, cell: Cell) -> Result<(), Box<Problem>> {
        let (rows, columns) = cell.spans;
        if rows > 1 || columns > 1 {
            self.cells.shape.merges.push(Area {
                left: self.column,
                top: self.row + 1,
                bottom: self.row.saturating_add(rows),
                right: self.column.saturating_add(columns) - 1,
            });
        }
        let repeated = cell.repeated;
        let mut text = cell.shown();
        if text.trim().is_empty() {
            self.column = self.column.saturating_add(repeated);
            return Ok(());
        }
        if let Some((end, _)) = text.char_indices().nth(CELL) {
            self.long.push((self.column, text.len()));
            text.truncate(end);
        }
        let last = self.column.saturating_add(repeated);
        self.limits.columns_allow(self.row + 1, last)?;
        self.bytes += text.len().saturating_mul(repeated);
        if self.bytes > self.limits.unpacked {
            return Err(too_much_text(self.limits.unpacked));
        }
        self.line.resize(self.column, String::new());
        self.line.extend(std::iter::repeat_n(text, repeated));
        self.column = last;
        Ok(())
    }

    fn end_row(&mut self, repeated: usize) -> Result<(), Box<Problem>> {
        let line = std::mem::take(&mut self.line);
        let long = std::mem::take(&mut self.long);
        let first = self.row;
        self.row = self.row.saturating_add(repeated);
        if line.is_empty() {
            return Ok(());
        }
        let rows = self.cells.lines.len().saturating_add(repeated);
        if rows > self.limits.rows.saturating_add(ABOVE) {
            self.limits.rows_allow(rows)?;
        }
        let length: usize = line.iter().map(String::len).sum();
        self.bytes = self
            .bytes
            .saturating_add(length.saturating_mul(repeated - 1));
        if self.bytes > self.limits.unpacked {
            return Err(too_much_text(self.limits.unpacked));
        }
        for number in first + 1..=first + repeated {
            let faults = long.iter().map(|(column, bytes)| CellFault {
                row: number,
                column: *column,
                kind: FaultKind::Long(*bytes),
            });
            self.cells.faults.extend(faults);
            self.cells.lines.push(SheetLine {
                number,
                cells: line.clone(),
            });
        }
        Ok(())
    }
}

impl Cell {
    fn begin(tag: &BytesStart<'_>) -> Result<Cell, Box<Problem>> {
        let kind = text(tag, "office:value-type")?.unwrap_or_default();
        let value = match kind.as_str() {
            "float" | "currency" => text(tag, "office:value")?.map(|value| number(&value, 1.0)),
            "percentage" => {
                let value = text(tag, "office:value")?;
                value.map(|value| format!("{}%", number(&value, 100.0)))
            }
            "date" => text(tag, "office:date-value")?.map(|date| moment(&date)),
            "time" => text(tag, "office:time-value")?.map(|time| clock(&time)),
            "boolean" => text(tag, "office:boolean-value")?.map(|value| value.to_uppercase()),
            _ => text(tag, "office:string-value")?,
        };
        Ok(Cell {
            value,
            is_number: kind == "float",
            repeated: count(tag, "table:number-columns-repeated")?,
            spans: (
                count(tag, "table:number-rows-spanned")?,
                count(tag, "table:number-columns-spanned")?,
            ),
            text: String::new(),
        })
    }

    /// What a spreadsheet shows: a number whole, and with the zeros before it that only its text has.
    fn shown(self) -> String {
        let has_zeros = self.is_number
            && self.text.len() > 1
            && self.text.starts_with('0')
            && self.text.bytes().all(|byte| byte.is_ascii_digit());
        match self.value {
            Some(value) if !has_zeros => value,
            _ => self.text,
        }
    }
}

/// Whether an element holds what is no cell's text.
fn is_aside(name: &str) -> bool {
    matches!(
        name,
        "office:annotation"
            | "table:shapes"
            | "draw:frame"
            | "draw:custom-shape"
            | "text:ruby-text"
    )
}

fn push(cell: &mut Option<Cell>, text: &str) -> Result<(), Box<Problem>> {
    if let Some(cell) = cell {
        // What is beyond a cell's characters is cut later; of much more nothing is held.
        if cell.text.len() > 8 * CELL {
            return Ok(());
        }
        cell.text.push_str(text);
    }
    Ok(())
}

/// An attribute's text.
fn text(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Box<Problem>> {
    let Some(value) = values(tag, name).next().transpose()? else {
        return Ok(None);
    };
    let text = unescape(&value).map_err(|_| damaged())?;
    Ok(Some(text.into_owned()))
}

/// How often something is there: once, unless an attribute says otherwise.
fn count(tag: &BytesStart<'_>, name: &str) -> Result<usize, Box<Problem>> {
    match values(tag, name).next().transpose()? {
        Some(value) => {
            let count = value.parse::<usize>().map_err(|_| damaged())?;
            Ok(count.clamp(1, ROWS))
        }
        None => Ok(1),
    }
}

fn is_hidden(tag: &BytesStart<'_>) -> Result<bool, Box<Problem>> {
    let visibility = values(tag, "table:visibility").next().transpose()?;
    Ok(visibility.is_some_and(|value| value != "visible"))
}

fn number(value: &str, times: f64) -> String {
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() => plain(number * times),
        _ => value.to_owned(),
    }
}

/// `2026-04-01`, and the time where there is one.
fn moment(value: &str) -> String {
    let value = value.strip_suffix("T00:00:00").unwrap_or(value);
    value.replace('T', " ")
}

/// `PT09H30M00S` as `09:30`.
fn clock(value: &str) -> String {
    let parts = value.strip_prefix("PT").and_then(|rest| {
        let (hours, rest) = rest.split_once('H')?;
        let (minutes, rest) = rest.split_once('M')?;
        let seconds = rest.strip_suffix('S')?.split(['.', ',']).next()?;
        let number = |text: &str| text.parse::<u32>().ok();
        Some((number(hours)?, number(minutes)?, number(seconds)?))
    });
    match parts {
        Some((hours, minutes, 0)) => format!("{hours:02}:{minutes:02}"),
        Some((hours, minutes, seconds)) => format!("{hours:02}:{minutes:02}:{seconds:02}"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests;
