//! Writes workbooks: copies with corrections and notes, and the settings of all our workbooks.

use std::collections::{BTreeMap, HashMap};

use calamine::{DataRef, Reader, SheetVisible};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError,
};

use super::corrected::Corrections;
use super::guard::guarded;
use super::{Limits, xlsx};

/// The most characters a cell of a workbook can hold.
pub const CELL: usize = 32_767;

/// Days between the two beginnings that dates are counted from.
const EPOCHS: f64 = 1_462.0;

/// A new workbook without its creation time, so that the same content makes the same bytes.
pub fn workbook() -> Workbook {
    let mut workbook = Workbook::new();
    let always = ExcelDateTime::from_ymd(2000, 1, 1).expect("a date");
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&always));
    workbook
}

/// The workbook with corrected cells and a column of notes; `None` if it cannot be read.
pub fn corrected(bytes: &[u8], corrections: &Corrections<'_>) -> Option<Vec<u8>> {
    corrections.file.sheets.1.as_ref()?;
    let mut file = xlsx::open(bytes, &Limits::OPERATOR).ok()?;
    copy(&mut file, corrections).ok()
}

fn copy(file: &mut xlsx::Opened<'_>, corrections: &Corrections<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = workbook();
    let sheets: Vec<_> = file.sheets_metadata().to_vec();
    for metadata in sheets {
        let sheet = workbook.add_worksheet();
        // A name that other programs allowed and Excel does not is left out.
        let _ = sheet.set_name(&metadata.name);
        let is_chosen = corrections.file.sheets.1.as_ref() == Some(&metadata.name);
        if metadata.visible != SheetVisible::Visible && !is_chosen {
            sheet.set_hidden(true);
        } else if is_chosen {
            sheet.set_active(true);
        }
        cells(file, &metadata.name, sheet)?;
        if is_chosen {
            correct(sheet, corrections)?;
        }
    }
    workbook.save_to_buffer()
}

/// Copies a worksheet's values with the formats of its numbers. A sheet that is a chart stays empty.
fn cells(file: &mut xlsx::Opened<'_>, name: &str, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let shift = if file.has_1904_epoch() { EPOCHS } else { 0.0 };
    let mut formats: HashMap<usize, Option<Format>> = HashMap::new();
    let Ok(mut cells) = file.worksheet_cells_reader(name) else {
        return Ok(());
    };
    while let Ok(Some((cell, style))) = cells.next_cell_with_style_id() {
        let (row, column) = cell.get_position();
        let Ok(column) = u16::try_from(column) else {
            continue;
        };
        let format = formats.entry(style).or_insert_with(|| {
            let format = cells.styles().get(style)?.number_format.as_ref()?;
            let id = format
                .format_id
                .filter(|id| *id < 164)
                .and_then(|id| u8::try_from(id).ok());
            Some(match id {
                // Those of East Asia have no code of their own, only a number.
                Some(id) => Format::new().set_num_format_index(id),
                None => Format::new().set_num_format(&format.format_code),
            })
        });
        let mut number = |value: f64| match &format {
            Some(format) => sheet
                .write_number_with_format(row, column, value, format)
                .map(drop),
            None => sheet.write_number(row, column, value).map(drop),
        };
        match cell.get_value() {
            DataRef::Int(value) => number(*value as f64)?,
            DataRef::Float(value) => number(*value)?,
            DataRef::DateTime(value) if value.is_duration() => number(value.as_f64())?,
            DataRef::DateTime(value) => number(value.as_f64() + shift)?,
            DataRef::String(text) => write(sheet, row, column, text)?,
            DataRef::SharedString(text) => write(sheet, row, column, text)?,
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                write(sheet, row, column, text)?
            }
            DataRef::Bool(value) => drop(sheet.write_boolean(row, column, *value)?),
            DataRef::Error(error) => write(sheet, row, column, &error.to_string())?,
            DataRef::Empty => {}
        }
    }
    Ok(())
}

/// Writes a text, cut to what a cell can hold.
fn write(sheet: &mut Worksheet, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
    let end = text
        .char_indices()
        .nth(CELL)
        .map_or(text.len(), |(end, _)| end);
    sheet.write_string(row, column, &text[..end]).map(drop)
}

fn correct(sheet: &mut Worksheet, corrections: &Corrections<'_>) -> Result<(), XlsxError> {
    let table = &corrections.file.sheet;
    let place = corrections
        .notes_column()
        .unwrap_or(table.header.cells.len());
    let place = u16::try_from(place).unwrap_or(u16::MAX);
    let row = |number: usize| u32::try_from(number - 1).unwrap_or(u32::MAX);
    let bold = Format::new().set_bold();
    sheet.write_string_with_format(
        row(table.header.number.max(1)),
        place,
        corrections.title(),
        &bold,
    )?;
    sheet.set_column_width(place, 60)?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for line in &table.rows {
        let mended: BTreeMap<_, _> = corrections.mended(line.number).into_iter().collect();
        for (column, text) in mended {
            let Ok(at) = u16::try_from(column) else {
                continue;
            };
            // What was a number, or nothing, and is mended with a number, becomes one.
            let was = line.cells.get(column).map_or("", String::as_str);
            let plain = |text: &str| {
                text.parse::<f64>()
                    .ok()
                    .filter(|number| number.to_string() == text)
            };
            match plain(text) {
                // An empty text would leave what the cell had.
                _ if text.is_empty() => {
                    sheet.clear_cell(row(line.number), at);
                }
                Some(number) if was.is_empty() || plain(was).is_some() => {
                    sheet.write_number(row(line.number), at, number)?;
                }
                _ => write(sheet, row(line.number), at, text)?,
            }
        }
        let note = guarded(corrections.note(line.number));
        if note.is_empty() {
            sheet.clear_cell(row(line.number), place);
        } else {
            let end = note
                .char_indices()
                .nth(CELL)
                .map_or(note.len(), |(end, _)| end);
            sheet.write_string_with_format(row(line.number), place, &note[..end], &wrapped)?;
        }
    }
    Ok(())
}
