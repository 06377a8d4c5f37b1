//! Facilities out, as a table: CSV and workbooks, for people, that read back to the same facilities.
//!
//! A column a field, under its own name, with `lat` and `lon` for the position. Empty is unknown; a list
//! that is known to be empty is `[]`; words stand with `;` between them, and lists of objects as JSON.
//! Texts are guarded against being taken for formulas ([`guarded`]), which the reader undoes. So does a
//! cell that would be read as something else, because people mean something else by it: `-` as an
//! operator's name, or a telephone number written oddly ([`exactly`]).

use std::borrow::{Borrow, Cow};
use std::io::{self, Write};

use rust_xlsxwriter::Format;
use serde_json::Value;

use super::book;
use super::encoding::BOM;
use super::guard::{exactly, guarded};
use super::table::reads_back;
use crate::domain::change::Moment;
use crate::domain::facility::Facility;
use crate::domain::fields::{DERIVED, FACILITY, Field};

/// Writes the facilities as CSV, in UTF-8 with a byte order mark, so that Excel reads it right.
pub fn csv(
    facilities: impl Iterator<Item = (impl Borrow<Facility>, Moment)>,
    out: &mut impl Write,
) -> io::Result<()> {
    out.write_all(BOM)?;
    let mut rows = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(out);
    rows.write_record(columns())?;
    for (facility, at) in facilities {
        for cell in cells(facility.borrow(), at) {
            match cell {
                Cell::Empty => rows.write_field("")?,
                Cell::Text(text) => rows.write_field(text)?,
                Cell::Number(number) => rows.write_field(number.to_string())?,
            }
        }
        rows.write_record(None::<&[u8]>)?;
    }
    rows.flush()
}

/// Writes the facilities as a workbook.
pub fn xlsx(
    facilities: impl Iterator<Item = (impl Borrow<Facility>, Moment)>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut workbook = book::workbook();
    let sheet = workbook.add_worksheet();
    let failed = |error: rust_xlsxwriter::XlsxError| io::Error::other(error);
    let bold = Format::new().set_bold();
    for (column, name) in (0..).zip(columns()) {
        sheet
            .write_string_with_format(0, column, name, &bold)
            .map_err(failed)?;
    }
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    for (row, (facility, at)) in (1..).zip(facilities) {
        let facility = facility.borrow();
        for (column, cell) in (0..).zip(cells(facility, at)) {
            match cell {
                Cell::Empty => {}
                Cell::Number(number) => {
                    sheet.write_number(row, column, number).map_err(failed)?;
                }
                Cell::Text(text) => {
                    // Cut, it would read back as something else.
                    if text.chars().nth(book::CELL).is_some() {
                        let most = book::CELL;
                        let id = facility.id.as_str();
                        return Err(io::Error::other(format!(
                            "{id} has a text of more than {most} characters, which no cell of a workbook can hold: export it as csv"
                        )));
                    }
                    sheet.write_string(row, column, text).map_err(failed)?;
                }
            }
        }
    }
    out.write_all(&workbook.save_to_buffer().map_err(failed)?)
}

/// Writes any table as CSV, in UTF-8 with a byte order mark; below it, each on a line of its own after
/// a `#`, what has to be said beside the numbers.
pub fn table_csv(
    header: &[&str],
    rows: impl Iterator<Item = Vec<Value>>,
    notes: &[String],
    out: &mut impl Write,
) -> io::Result<()> {
    out.write_all(BOM)?;
    let mut lines = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(out);
    lines.write_record(header)?;
    for row in rows {
        for value in &row {
            match plain(value) {
                Cell::Empty => lines.write_field("")?,
                Cell::Text(text) => lines.write_field(&*guarded(&text))?,
                Cell::Number(number) => lines.write_field(number.to_string())?,
            }
        }
        lines.write_record(None::<&[u8]>)?;
    }
    for note in notes {
        lines.write_record([format!("# {note}")])?;
    }
    lines.flush()
}

/// Writes any table as a workbook, the notes on a sheet of their own.
pub fn table_xlsx(
    header: &[&str],
    rows: impl Iterator<Item = Vec<Value>>,
    (notes_sheet, notes): (&str, &[String]),
    out: &mut impl Write,
) -> io::Result<()> {
    let mut workbook = book::workbook();
    let failed = |error: rust_xlsxwriter::XlsxError| io::Error::other(error);
    let bold = Format::new().set_bold();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(header) {
        sheet
            .write_string_with_format(0, column, *name, &bold)
            .map_err(failed)?;
    }
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    for (row, values) in (1..).zip(rows) {
        for (column, value) in (0..).zip(&values) {
            match plain(value) {
                Cell::Empty => {}
                Cell::Number(number) => {
                    sheet.write_number(row, column, number).map_err(failed)?;
                }
                Cell::Text(text) => {
                    let text: String = guarded(&text).chars().take(book::CELL).collect();
                    sheet.write_string(row, column, text).map_err(failed)?;
                }
            }
        }
    }
    let sheet = workbook.add_worksheet();
    sheet.set_name(notes_sheet).map_err(failed)?;
    for (row, note) in (0..).zip(notes) {
        sheet.write_string(row, 0, note).map_err(failed)?;
    }
    out.write_all(&workbook.save_to_buffer().map_err(failed)?)
}

/// The columns' names: the fields', with the position behind the address.
fn columns() -> impl Iterator<Item = &'static str> {
    FACILITY.iter().flat_map(|field| {
        let position: &[&str] = if field.name == "address" {
            &["lat", "lon"]
        } else {
            &[]
        };
        std::iter::once(field.name).chain(position.iter().copied())
    })
}

enum Cell {
    Empty,
    Number(f64),
    /// With its mark, if it needs one.
    Text(String),
}

fn cells(facility: &Facility, at: Moment) -> impl Iterator<Item = Cell> {
    let mut fields = match serde_json::to_value(facility) {
        Ok(Value::Object(fields)) => fields,
        _ => unreachable!("a facility is written as an object with string keys"),
    };
    fields.insert("updated_at".to_owned(), at.rfc3339().into());
    let (lat, lon) = (facility.position.lat(), facility.position.lon());
    FACILITY.iter().flat_map(move |field| {
        let value = fields.remove(field.name).unwrap_or_default();
        let has_position = field.name == "address";
        let position = [lat, lon].into_iter().filter(move |_| has_position);
        let position = position.map(Cell::Number);
        std::iter::once(cell(field, &value)).chain(position)
    })
}

/// A value of any table, without a mark.
fn plain(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Empty,
        Value::Number(number) => match number.as_f64() {
            Some(number) => Cell::Number(number),
            None => Cell::Text(number.to_string()),
        },
        Value::Bool(flag) => Cell::Text(flag.to_string()),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Array(list) => {
            let words: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            match words.filter(|words| !words.is_empty()) {
                Some(words) => Cell::Text(words.join(";")),
                None => Cell::Text(value.to_string()),
            }
        }
        Value::Object(_) => Cell::Text(value.to_string()),
    }
}

/// A facility's value, written so that it reads back as the same.
fn cell(field: &Field, value: &Value) -> Cell {
    let text = match (plain(value), value) {
        (Cell::Number(_), Value::Number(number))
            if !reads_back(field, &number.to_string(), value) =>
        {
            number.to_string()
        }
        (Cell::Text(text), _) => text,
        (cell, _) => return cell,
    };
    // Where a facility lies and when it changed is never read from here.
    let is_derived = DERIVED.contains(&field.name);
    match guarded(&text) {
        Cow::Owned(guarded) => Cell::Text(guarded),
        Cow::Borrowed(_) if is_derived => Cell::Text(text),
        Cow::Borrowed(_) if text.starts_with('\'') || !reads_back(field, &text, value) => {
            Cell::Text(exactly(&text))
        }
        Cow::Borrowed(_) => Cell::Text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::facility::tests::example;
    use crate::domain::report::Problem;
    use crate::interchange::{Limits, edits::Edits, read};
    use serde_json::json;

    fn harmful() -> Facility {
        let mut facility = example("hub-001", 136.2655, 35.3814);
        facility.address = Some("=HYPERLINK(\"http://x\",\"y\")".to_owned());
        facility.operator = Some("'＝1".to_owned());
        facility.phone = Some("+81-749-00-0000".to_owned());
        facility.stock_note = Some("蔵、\"土間\"\n二階".to_owned());
        facility.built_year = Some(1890);
        facility.amenities = Some(serde_json::from_value(json!(["wifi", "power"])).unwrap());
        facility.uses = Some(vec![]);
        facility.sources =
            serde_json::from_value(json!([{"title": "市の一覧", "url": null}])).unwrap();
        facility
    }

    fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
        let file = read(bytes, &Edits::default(), &Limits::UPLOAD);
        let of_the_file = |p: &&Problem| p.blocks && p.row.is_none() && p.code != "rows-missing";
        assert!(!file.reading.problems.iter().any(|p| of_the_file(&p)));
        let header = file.sheet.header.cells.clone();
        std::iter::once(header)
            .chain(file.sheet.rows.into_iter().map(|row| row.cells))
            .collect()
    }

    #[test]
    fn a_table_holds_every_field_and_no_formula() {
        let facility = harmful();
        let mut bytes = Vec::new();
        csv([(&facility, Moment(0))].into_iter(), &mut bytes).unwrap();
        assert!(bytes.starts_with(b"\xef\xbb\xbfid,name,"));
        let rows_of_csv = rows(&bytes);
        let value = |name: &str| {
            let column = rows_of_csv[0]
                .iter()
                .position(|column| column == name)
                .unwrap();
            rows_of_csv[1].get(column).map_or("", String::as_str)
        };
        assert_eq!(rows_of_csv[0].len(), FACILITY.len() + 2);
        for (name, text) in [
            ("id", "hub-001"),
            ("address", "'=HYPERLINK(\"http://x\",\"y\")"),
            ("operator", "''＝1"),
            ("phone", "'+81-749-00-0000"),
            ("stock_note", "蔵、\"土間\"\n二階"),
            ("built_year", "1890"),
            ("lat", "35.3814"),
            ("lon", "136.2655"),
            ("municipality", "25203"),
            ("amenities", "wifi;power"),
            ("uses", "[]"),
            ("support", ""),
            (
                "sources",
                "[{\"title\":\"市の一覧\",\"url\":null,\"date\":null,\"fields\":null}]",
            ),
            ("synthetic", "false"),
            ("updated_at", "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(value(name), text, "{name}");
        }
        let mut book = Vec::new();
        xlsx([(&facility, Moment(0))].into_iter(), &mut book).unwrap();
        assert_eq!(rows(&book), rows_of_csv);
        let mut again = Vec::new();
        xlsx([(&facility, Moment(0))].into_iter(), &mut again).unwrap();
        assert_eq!(book, again);
    }

    #[test]
    fn nothing_to_write_is_a_header() {
        let mut bytes = Vec::new();
        csv(std::iter::empty::<(&Facility, _)>(), &mut bytes).unwrap();
        assert_eq!(rows(&bytes).len(), 1);
    }

    #[test]
    fn what_a_workbook_cannot_hold_is_no_half_of_it() {
        let mut facility = harmful();
        facility.address = Some("長".repeat(40_000));
        let error = xlsx([(&facility, Moment(0))].into_iter(), &mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("hub-001"), "{error}");
    }
}
