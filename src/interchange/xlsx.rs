//! Workbooks in: the cells of one worksheet, as a spreadsheet shows them.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetVisible, Style, Xlsx, XlsxError};

use super::Limits;
use super::package::{self, damaged};
use super::sheet::{CELL, Line, Sheet, letters};
use super::work::Work;
use crate::domain::report::Problem;

/// A workbook, of which one worksheet was read.
#[derive(Debug, Default)]
pub struct Book {
    /// The names of its worksheets.
    pub sheets: Vec<String>,
    /// The one that was read.
    pub chosen: Option<String>,
    /// Its table.
    pub sheet: Sheet,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A workbook whose package was found harmless.
pub(super) type Opened<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Reads a workbook. Never fails: what cannot be read is a problem.
pub fn read(bytes: &[u8], work: &Work, limits: &Limits) -> Book {
    let mut book = Book::default();
    if let Err(problem) = read_into(&mut book, bytes, work, limits) {
        book.sheet = Sheet::default();
        book.problems = vec![*problem];
    }
    book
}

/// Opens a workbook after everything in it was held against the limits.
pub(super) fn open<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Opened<'a>, Box<Problem>> {
    package::check(bytes, limits)?;
    Xlsx::new(Cursor::new(bytes)).map_err(refused)
}

fn read_into(
    book: &mut Book,
    bytes: &[u8],
    work: &Work,
    limits: &Limits,
) -> Result<(), Box<Problem>> {
    let mut file = open(bytes, limits)?;
    book.sheets = file.sheet_names();
    let mut candidates: Vec<String> = match &work.sheet {
        Some(name) if book.sheets.contains(name) => vec![name.clone()],
        Some(name) => {
            let message = (
                format!("「{name}」というシートはありません。シートを選び直してください"),
                format!("there is no worksheet “{name}”: choose another"),
            );
            return Err(Box::new(Problem::of_file("format-unknown", message)));
        }
        None => {
            let all = file.sheets_metadata().iter();
            let shown = all.filter(|sheet| sheet.visible == SheetVisible::Visible);
            shown.map(|sheet| sheet.name.clone()).collect()
        }
    };
    if candidates.is_empty() {
        candidates.clone_from(&book.sheets);
    }
    // The first whose header has names of columns; else the first with anything below a header.
    let mut best = 0;
    for name in candidates {
        let (lines, faults) = lines(&mut file, &name, limits)?;
        let sheet = Sheet::among(lines, work.header_row);
        limits.rows_allow(sheet.rows.len())?;
        let rank = if sheet.rows.is_empty() {
            1
        } else if !sheet.header.has_headings() {
            2
        } else {
            3
        };
        if rank > best {
            best = rank;
            book.problems = tell(faults, &sheet);
            book.sheet = sheet;
            book.chosen = Some(name);
        }
        if best == 3 {
            break;
        }
    }
    Ok(())
}

/// What is wrong with a cell.
struct Fault {
    row: usize,
    column: usize,
    kind: Wrong,
}

enum Wrong {
    /// The formula in it came to this error.
    Error(String),
    /// It has more characters than are read: as many bytes.
    Long(usize),
}

fn lines(
    file: &mut Opened<'_>,
    name: &str,
    limits: &Limits,
) -> Result<(Vec<Line>, Vec<Fault>), Box<Problem>> {
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
        let mut fault = |kind| {
            faults.push(Fault {
                row: row as usize + 1,
                column: column as usize,
                kind,
            });
        };
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::Error(error) => {
                fault(Wrong::Error(error.to_string()));
                continue;
            }
            DataRef::SharedString(text) if text.len() > CELL => {
                match text.char_indices().nth(CELL) {
                    Some((end, _)) => {
                        fault(Wrong::Long(text.len()));
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
    let line = |(row, cells)| Line {
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
fn plain(number: f64) -> String {
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

/// Says what is wrong with the cells of the table.
fn tell(faults: Vec<Fault>, sheet: &Sheet) -> Vec<Problem> {
    let labels = sheet.labels();
    let below = faults
        .into_iter()
        .filter(|fault| fault.row >= sheet.header.number);
    let problem = below.map(|Fault { row, column, kind }| {
        let label = labels.get(column).cloned();
        let label = label.unwrap_or_else(|| format!("列{}", letters(column)));
        let problem = match kind {
            Wrong::Long(bytes) => super::too_long(row, bytes),
            Wrong::Error(error) => {
                let message = (
                    "数式がエラーになっているため、空欄として扱います。値を書き直してください",
                    "the formula ends in an error, which is taken as empty: write the value",
                );
                let problem = Problem::warning(row, "value-unreadable", message);
                problem.found(error, ("値", "a value"))
            }
        };
        problem.in_column(&label)
    });
    problem.collect()
}

fn too_much_text(most: usize) -> Box<Problem> {
    let most = most >> 20;
    let message = (
        format!(
            "セルの文字が合わせて{most} MiBを超えています。読めるのは{most} MiBまでです。要らない列を消すか、ファイルを分けてください"
        ),
        format!(
            "the cells' text takes more than {most} MiB, which is the limit: remove columns, or split the file"
        ),
    );
    Box::new(Problem::of_file("limit", message))
}

fn refused(error: XlsxError) -> Box<Problem> {
    match error {
        XlsxError::Password => package::encrypted(),
        _ => damaged(),
    }
}

#[cfg(test)]
mod tests;
