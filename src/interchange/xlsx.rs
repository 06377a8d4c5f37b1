//! Reads Excel workbooks: the cells of a worksheet as a spreadsheet shows them.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetVisible, Style, Xlsx, XlsxError};

use super::Limits;
use super::edits::Edits;
use super::package::{self, damaged};
use super::sheet::{CELL, Shape, SheetLine};
use super::worksheets::{Book, CellFault, Cells, FaultKind, Worksheets, too_much_text};
use crate::domain::report::Problem;

/// A workbook whose package was found harmless.
pub(super) type Opened<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Reads a workbook. Never fails: what cannot be read is a problem.
pub fn read(bytes: &[u8], edits: &Edits, limits: &Limits) -> Book {
    match open_shaped(bytes, limits) {
        Ok(mut source) => Book::read(&mut source, edits, limits),
        Err(problem) => Book::refused(*problem),
    }
}

/// Opens a workbook after everything in it was held against the limits.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Box<Problem>> {
    open_shaped(bytes, limits).map(|source| source.file)
}

/// A workbook and the shapes of its worksheets, by name.
struct Source<'a> {
    file: Opened<'a>,
    shapes: BTreeMap<String, Shape>,
}

fn open_shaped<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Source<'a>, Box<Problem>> {
    let mut parts = package::check(bytes, limits)?;
    let file = Xlsx::new(Cursor::new(bytes)).map_err(refused)?;
    let names = file.sheet_names().into_iter().enumerate();
    let shapes = names.map(|(i, name)| (name, parts.take_shape(i))).collect();
    Ok(Source { file, shapes })
}

impl Worksheets for Source<'_> {
    fn names(&self) -> Vec<(String, bool)> {
        let all = self.file.sheets_metadata().iter();
        all.map(|sheet| (sheet.name.clone(), sheet.visible == SheetVisible::Visible))
            .collect()
    }

    fn cells(
        &mut self,
        name: &str,
        limits: &Limits,
        most_rows: usize,
    ) -> Result<Cells, Box<Problem>> {
        let (lines, faults) = lines(&mut self.file, name, limits, most_rows)?;
        Ok(Cells {
            lines,
            faults,
            shape: self.shapes.get(name).cloned().unwrap_or_default(),
        })
    }
}

/// The first rows of a worksheet, at most so many.
fn lines(
    file: &mut Opened<'_>,
    name: &str,
    limits: &Limits,
    most: usize,
) -> Result<(Vec<SheetLine>, Vec<CellFault>), Box<Problem>> {
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut faults = Vec::new();
    // One long text can stand in millions of cells.
    let mut bytes: usize = 0;
    let mut cells = match file.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        // A chart on a sheet of its own.
        Err(XlsxError::NotAWorksheet(_)) => return Ok((Vec::new(), faults)),
        Err(error) => return Err(refused(error)),
    };
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(refused)? {
        let (row, column) = cell.get_position();
        if row as usize >= most {
            break;
        }
        let mut fault = |kind| {
            faults.push(CellFault {
                row: row as usize + 1,
                column: column as usize,
                kind,
            });
        };
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::Error(error) => {
                fault(FaultKind::Error(error.to_string()));
                continue;
            }
            DataRef::SharedString(text) if text.len() > CELL => {
                match text.char_indices().nth(CELL) {
                    Some((end, _)) => {
                        fault(FaultKind::Long(text.len()));
                        text[..end].to_owned()
                    }
                    None => (*text).to_owned(),
                }
            }
            value => shown(value, cells.styles().get(style)),
        };
        if text.trim().is_empty() {
            continue;
        }
        limits.columns_allow(row as usize + 1, column as usize + 1)?;
        bytes += text.len();
        if bytes > limits.unpacked {
            return Err(too_much_text(limits.unpacked));
        }
        let row = rows.entry(row).or_default();
        if row.len() <= column as usize {
            row.resize(column as usize + 1, String::new());
        }
        row[column as usize] = text;
    }
    let line = |(row, cells)| SheetLine {
        number: row as usize + 1,
        cells,
    };
    Ok((rows.into_iter().map(line).collect(), faults))
}

/// A cell's text. A number is shown whole: digits that its format hides would be lost. But leading zeros
/// and percent signs, which only the format knows, are shown.
fn shown(value: &DataRef<'_>, style: Option<&Style>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => {
            let format = style.and_then(|style| style.number_format.as_ref());
            let format = format.map_or("", |format| format.format_code.as_str());
            self::number(*number, format)
        }
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(flag) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(moment) => self::moment(moment),
        DataRef::DateTimeIso(text) => text
            .strip_suffix("T00:00:00")
            .unwrap_or(text)
            .replace('T', " "),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

fn number(number: f64, format: &str) -> String {
    if !format.is_empty() && format.bytes().all(|byte| byte == b'0') && number.fract() == 0.0 {
        return format!("{number:0width$}", width = format.len());
    }
    if format.contains('%') && !format.contains('"') {
        return format!("{}%", plain(number * 100.0));
    }
    plain(number)
}

/// The shortest text of the 15 digits that spreadsheets calculate with.
pub(super) fn plain(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    // 0 and not -0.
    (rounded + 0.0).to_string()
}

/// `2026-04-01`, `09:30`, or both; a length of time as hours and minutes.
fn moment(moment: &ExcelDateTime) -> String {
    let value = moment.as_f64();
    if !(0.0..3_000_000.0).contains(&value) {
        return plain(value);
    }
    if moment.is_duration() {
        let seconds = (value * 86_400.0).round() as u64;
        return clock(seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hours, minutes, seconds, _) = moment.to_ymd_hms_milli();
    let time = clock(hours.into(), minutes.into(), seconds.into());
    match (hours, minutes, seconds) {
        _ if value < 1.0 => time,
        (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02} {time}"),
    }
}

fn clock(hours: u64, minutes: u64, seconds: u64) -> String {
    match seconds {
        0 => format!("{hours:02}:{minutes:02}"),
        _ => format!("{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

fn refused(error: XlsxError) -> Box<Problem> {
    match error {
        XlsxError::Password => package::encrypted(),
        _ => damaged(),
    }
}

#[cfg(test)]
mod tests;
