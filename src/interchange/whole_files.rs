//! Property tests with whole files of random content: reading never panics, rows have a spreadsheet's
//! numbers, and each cell is used, reported or named as ignored.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Formula, Worksheet};

use super::edits::{Edits, Encoding};
use super::sheet::SheetLine;
use super::{File, Limits, book, encoding, read, targets, values};
use crate::domain::report::Problem;

/// Headers of every sort, and some that nobody knows.
const HEADERS: &[&str] = &[
    "住所",
    "施設所在地２",
    "町字",
    "番地以下",
    "建物名",
    "緯度",
    "経度",
    "緯度（日本測地系）",
    "座標",
    "座標系",
    "電話番号",
    "URL",
    "営業時間",
    "定休日",
    "開始時間",
    "終了時間",
    "月曜の開始時間",
    "定員（人）",
    "無料Wi-Fi",
    "駐車場（台）",
    "設備",
    "利用対象",
    "状況",
    "建築年",
    "確認日",
    "市区町村コード",
    "ID",
    "種類",
    "施設の種類",
    "備考",
    "",
    "担当者名",
    "合計",
    "closures",
    "support",
    "sources",
    "position_precision",
    "使用料",
    "フリガナ",
];

/// Cells, and pieces of cells, that have meant trouble.
const PIECES: &[&str] = &[
    "48.8566",
    "35.6812",
    "139.7671",
    "353930.6",
    "35°39′30″",
    "-",
    "－",
    "なし",
    "本町1-2",
    "静岡県",
    "北1西2",
    "12-38",
    "コワーキング",
    "coworking",
    "9:00～17:00",
    "24:00",
    "月曜",
    "月曜（祝日の場合は翌日）",
    "12/29～1/3",
    "（",
    "）",
    "、",
    "・",
    "\u{202e}",
    "\u{200b}",
    "ﾃﾚﾜｰｸ",
    "'",
    "\"",
    "=1+1",
    "[",
    "{\"a\":[]}",
    "令和",
    "R6.3",
    "3000",
    "2099-01-01",
    "https://a.example.jp/",
    "03-1234-5678",
    "有",
    "○",
    "×",
    "△",
    "22131",
    "hub-1",
    " ",
    "　",
    "\n",
    "#12",
    "※",
    "合計",
    "計",
    "例",
    "市民",
    "どなたでも",
    "TOKYO",
    "EPSG:4301",
    "０",
    "１２",
    "😀",
    "\t",
    ";",
    ",",
];

/// What is in a cell.
#[derive(Debug, Clone)]
enum Value {
    Nothing,
    Text(String),
    Number(f64),
    Flag(bool),
    /// Days since 1900.
    Date(u16),
    Formula(String),
    Error,
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(PIECES).prop_map(str::to_owned),
        2 => prop::collection::vec(select(PIECES), 1..4).prop_map(|pieces| pieces.concat()),
        1 => "[^\\x00-\\x08\\x0b-\\x1f\\x7f]{1,12}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => Just(Value::Nothing),
        6 => text().prop_map(Value::Text),
        1 => prop_oneof![20.0..46.0, 122.0..154.0, -1e9..1e9, Just(0.0), Just(12.0)].prop_map(Value::Number),
        1 => any::<bool>().prop_map(Value::Flag),
        1 => any::<u16>().prop_map(Value::Date),
        // What reads as a number would be written as one.
        1 => text().prop_map(|text| Value::Formula(format!("式{text}"))),
        1 => Just(Value::Error),
    ]
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum RowSort {
    Facility,
    Blank,
    Comment,
    Total,
    Numbers,
    HeaderAgain,
}

#[derive(Debug, Clone)]
struct Table {
    above: Vec<String>,
    headers: Vec<&'static str>,
    /// Where the names stand.
    name: usize,
    rows: Vec<(RowSort, Vec<Value>)>,
    merged: Vec<(usize, usize, usize)>,
    hidden_rows: Vec<usize>,
    hidden_columns: Vec<usize>,
}

fn table() -> impl Strategy<Value = Table> {
    let sort = prop_oneof![
        8 => Just(RowSort::Facility),
        1 => Just(RowSort::Blank),
        1 => Just(RowSort::Comment),
        1 => Just(RowSort::Total),
        1 => Just(RowSort::Numbers),
        1 => Just(RowSort::HeaderAgain),
    ];
    (2_usize..9).prop_flat_map(move |width| {
        let row = (sort.clone(), prop::collection::vec(value(), width));
        let headers = prop::collection::vec(select(HEADERS), width);
        let above = prop::collection::vec(prop_oneof![Just(String::new()), text()], 0..3);
        let merged = prop::collection::vec((0_usize..10, 0..width, 1_usize..3), 0..2);
        (
            above,
            headers,
            0..width,
            prop::collection::vec(row, 0..10),
            merged,
            prop::collection::vec(0_usize..10, 0..2),
            prop::collection::vec(0..width, 0..2),
        )
            .prop_map(
                |(above, headers, name, rows, merged, hidden_rows, hidden_columns)| Table {
                    above,
                    headers,
                    name,
                    rows,
                    merged,
                    hidden_rows,
                    hidden_columns,
                },
            )
    })
}

/// What stands in a merged cell.
const MERGED: &str = "まとめて";

/// The name of the facility in a row, by which it is found again.
fn marker(number: usize) -> String {
    format!("湖北の席{number}号館")
}

impl Table {
    /// The number of the header's row.
    fn header(&self) -> usize {
        self.above.len() + 1
    }

    /// What stands in each row below the header, by its number.
    fn body(&self) -> BTreeMap<usize, (RowSort, Vec<Value>)> {
        let body = (self.header() + 1..).zip(&self.rows);
        body.map(|(number, (sort, values))| {
            let text = |text: &str| Value::Text(text.to_owned());
            let mut values = values.clone();
            match sort {
                RowSort::Facility => values[self.name] = Value::Text(marker(number)),
                RowSort::Blank => values.fill(Value::Nothing),
                RowSort::Comment => {
                    values.fill(Value::Nothing);
                    values[0] = text("※以下は予定");
                }
                RowSort::Total => {
                    values.fill(Value::Number(3.0));
                    values[0] = text("合計");
                }
                RowSort::Numbers => {
                    values.fill(Value::Nothing);
                    values[0] = Value::Number(number as f64);
                }
                RowSort::HeaderAgain => {
                    for (column, value) in values.iter_mut().enumerate() {
                        *value = text(self.label(column));
                    }
                }
            }
            (number, (*sort, values))
        })
        .collect()
    }

    /// The same as a workbook has it: a merged cell's text stands in its first cell alone.
    fn body_of_book(&self) -> BTreeMap<usize, (RowSort, Vec<Value>)> {
        let mut body = self.body();
        for (row, column, length) in self
            .merged
            .iter()
            .filter(|(_, column, _)| *column != self.name)
        {
            let first = self.header() + 1 + row;
            for number in first..=first + length {
                if let Some((_, values)) = body.get_mut(&number) {
                    values[*column] = match number == first {
                        true => Value::Text(MERGED.to_owned()),
                        false => Value::Nothing,
                    };
                }
            }
        }
        body
    }

    fn label(&self, column: usize) -> &'static str {
        if column == self.name {
            "名称"
        } else {
            self.headers[column]
        }
    }

    /// As a workbook.
    fn xlsx(&self) -> Vec<u8> {
        let mut workbook = book::workbook();
        let sheet = workbook.add_worksheet();
        for (row, text) in self.above.iter().enumerate() {
            sheet.write(row as u32, 0, text.as_str()).unwrap();
        }
        for column in 0..self.headers.len() {
            let label = self.label(column);
            sheet
                .write(self.header() as u32 - 1, column as u16, label)
                .unwrap();
        }
        for (number, (_, values)) in self.body() {
            for (column, value) in values.iter().enumerate() {
                write(sheet, number as u32 - 1, column as u16, value);
            }
        }
        for (row, column, length) in &self.merged {
            let first = (self.header() + row) as u32;
            let last = first + *length as u32;
            let column = *column as u16;
            if usize::from(column) != self.name {
                sheet
                    .merge_range(first, column, last, column, MERGED, &Style::new())
                    .unwrap();
            }
        }
        for row in &self.hidden_rows {
            sheet.set_row_hidden((self.header() + row) as u32).unwrap();
        }
        for column in &self.hidden_columns {
            if *column != self.name {
                sheet.set_column_hidden(*column as u16).unwrap();
            }
        }
        workbook.save_to_buffer().unwrap()
    }

    /// As text.
    fn csv(&self, delimiter: u8, line_end: csv::Terminator, written: Encoding) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .flexible(true)
            .delimiter(delimiter)
            .terminator(line_end)
            // A blank line is one.
            .quote_style(csv::QuoteStyle::Necessary)
            .from_writer(Vec::new());
        for text in &self.above {
            writer.write_record([text, ""]).unwrap();
        }
        let labels = (0..self.headers.len()).map(|column| self.label(column));
        writer.write_record(labels).unwrap();
        for (_, values) in self.body().into_values() {
            writer.write_record(values.iter().map(shown)).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        encoding::encode(written, &text).0.into_owned()
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Nothing | Value::Error => String::new(),
        Value::Text(text) | Value::Formula(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Date(days) => days.to_string(),
    }
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, value: &Value) {
    match value {
        Value::Nothing => return,
        Value::Text(text) => sheet.write(row, column, text.as_str()),
        Value::Number(number) => sheet.write(row, column, *number),
        Value::Flag(flag) => sheet.write(row, column, *flag),
        Value::Date(days) => {
            let date = ExcelDateTime::from_serial_datetime(f64::from(*days)).unwrap();
            let style = Style::new().set_num_format("yyyy/m/d");
            sheet.write_with_format(row, column, &date, &style)
        }
        Value::Formula(text) => sheet.write(row, column, Formula::new("A1").set_result(text)),
        Value::Error => sheet.write(row, column, Formula::new("1/0").set_result("#DIV/0!")),
    }
    .unwrap();
}

fn names(problem: &Problem, label: &str) -> bool {
    problem.column.as_deref() == Some(label) || problem.also.iter().any(|other| names(other, label))
}

/// Holds what was read to what was written.
fn hold(table: &Table, file: &File, is_book: bool) -> Result<(), TestCaseError> {
    let problems = &file.reading.problems;
    let of_file = |code: &'static str| problems.iter().filter(move |p| p.code == code);
    let numbers: Vec<usize> = file.sheet.rows.iter().map(|line| line.number).collect();
    prop_assert!(numbers.is_sorted_by(|a, b| a < b), "{:?}", numbers);
    prop_assert!(file.reading.usable.len() <= file.reading.rows);
    prop_assert_eq!(file.reading.rows, numbers.len());
    if problems.iter().any(|p| {
        p.row.is_none() && p.blocks && p.code != "column-unmatched" && p.code != "name-guessed"
    }) || file.sheet.is_transposed
        || file.sheet.header.number != table.header()
    {
        // Refused as a whole with its reason, put upright, or another row taken for the header, which the
        // page shows and lets people choose. Its rows' names are held to their numbers all the same.
        return hold_names(file);
    }
    hold_names(file)?;
    let body = match is_book {
        true => table.body_of_book(),
        false => table.body(),
    };
    let named = |code: &'static str, row: usize| {
        of_file(code).any(|p| p.row == Some(row) || p.message.ja.contains(&format!("{row}行目")))
    };
    let other_table = of_file("table-more").filter_map(|p| {
        let ja = &p.message.ja;
        ja.split("行目").next()?.parse::<usize>().ok()
    });
    let other_table = other_table.min().unwrap_or(usize::MAX);
    for (number, (sort, written_in)) in &body {
        let line = file.sheet.rows.iter().find(|line| line.number == *number);
        let Some(line) = line else {
            let as_line = SheetLine {
                number: *number,
                cells: written_in.iter().map(shown).collect(),
            };
            let is_said = named("rows-skipped", *number)
                || named("rows-hidden", *number)
                || *number >= other_table
                || as_line.is_blank()
                || as_line.is_comment();
            prop_assert!(
                is_said,
                "row {} ({:?}) is gone without a word: {:?}",
                number,
                sort,
                problems
            );
            continue;
        };
        let row = file.reading.usable.iter().find(|row| row.number == *number);
        for (column, value) in written_in.iter().enumerate() {
            let written = line.cells.get(column).map_or("", |cell| cell.trim());
            // A column without header and without any text is none.
            let known = file.columns.get(column);
            let label = known.map_or_else(
                || format!("列{}", super::sheet::letters(column)),
                |known| known.label.clone(),
            );
            if let Value::Error = value
                && is_book
            {
                let mut problems = problems.iter();
                let is_said = problems.any(|p| p.row == Some(*number) && names(p, &label));
                prop_assert!(
                    is_said || !written.is_empty(),
                    "row {} column {}",
                    number,
                    label
                );
            }
            let Some(known) = known else {
                prop_assert!(written.is_empty(), "row {} column {}", number, label);
                continue;
            };
            if let Value::Text(text) | Value::Formula(text) = value {
                let is_merged = is_book && written == MERGED;
                let same = written == text.trim() || is_merged;
                prop_assert!(same, "row {}: {:?} is not {:?}", number, written, text);
            }
            if written.is_empty() {
                continue;
            }
            let is_column = |p: &Problem| {
                p.found
                    .as_deref()
                    .is_some_and(|found| found.contains(known.label.trim()))
            };
            match (&known.field, row) {
                (None, _) => {
                    let is_named = of_file("column-unmatched")
                        .chain(of_file("columns-hidden"))
                        .any(is_column);
                    let is_unmissed = targets::is_unmissed(&targets::fold(table.label(column)));
                    // A second column of one header has its number in the label, which nobody misses either.
                    prop_assert!(
                        is_named || is_unmissed,
                        "column {:?} is gone: {:?}",
                        known.label,
                        problems
                    );
                }
                (Some(_), None) => {
                    let is_blocked = problems.iter().any(|p| p.row == Some(*number) && p.blocks);
                    prop_assert!(is_blocked, "row {} is gone: {:?}", number, problems);
                }
                (Some((target, _)), Some(row)) => {
                    // What one cell alone says of a field that may be unknown.
                    let field = values::field(target).filter(|field| field.nullable);
                    let is_alone = field.is_some() && *target != "opening_hours";
                    let is_read = row.fields.contains_key(*target);
                    let mut problems = problems.iter();
                    let is_said = problems.any(|p| p.row == Some(*number) && names(p, &label));
                    prop_assert!(
                        !is_alone || is_read || is_said,
                        "row {} {} ({}): {:?} is neither used nor remarked on: {:?}",
                        number,
                        label,
                        target,
                        written,
                        row.fields
                    );
                }
            }
        }
    }
    Ok(())
}

/// A row that has a facility's name has its number, too.
fn hold_names(file: &File) -> Result<(), TestCaseError> {
    for row in &file.reading.usable {
        let name = row
            .fields
            .get("name")
            .and_then(|name| name.as_str())
            .unwrap_or_default();
        let of_marker = name
            .strip_prefix("湖北の席")
            .and_then(|rest| rest.strip_suffix("号館"));
        if let (Some(number), false) = (of_marker, file.sheet.is_transposed) {
            prop_assert_eq!(number, row.number.to_string());
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_workbook_is_read_row_by_row(table in table(), hidden in any::<bool>()) {
        let edits = Edits { hidden, ..Edits::default() };
        let file = read(&table.xlsx(), &edits, &Limits::UPLOAD);
        hold(&table, &file, true)?;
    }

    #[test]
    fn any_text_is_read_row_by_row(
        table in table(),
        delimiter in select(vec![b',', b'\t', b';']),
        line_end in select(vec![b'\n', b'\r', 0]),
        written in select(Encoding::ALL.to_vec()),
    ) {
        let terminator = match line_end {
            0 => csv::Terminator::CRLF,
            byte => csv::Terminator::Any(byte),
        };
        let bytes = table.csv(delimiter, terminator, written);
        // Which delimiter and encoding it has is found by likelihood; said, the encoding is certain.
        let edits = Edits { encoding: Some(written), ..Edits::default() };
        let file = read(&bytes, &edits, &Limits::UPLOAD);
        if delimiter == b',' && matches!(written, Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be) {
            hold(&table, &file, false)?;
        } else {
            hold_names(&file)?;
        }
    }
}
