//! Reads CSV with commas, tabs or semicolons: rows of cells, numbered as in a spreadsheet.
//!
//! The csv library skips blank lines, which count here, and reads a line of a million commas to its
//! end. So rows are split here; a property test compares the cells with the library's. No encoding read
//! here has the bytes of quotes, delimiters or line ends inside a character, so bytes are split first.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Limits;
use super::edits::{Edits, Encoding};
use super::encoding::{self, BOM};
use super::sheet::{ABOVE, CELL, Sheet, SheetLine};
use crate::domain::report::Problem;

/// At most so many undecodable rows are listed; of the rest only the count is reported.
const NAMED: usize = 1_000;

/// Reads a file. Never fails: what cannot be read is a problem.
pub fn read(
    bytes: &[u8],
    edits: &Edits,
    limits: &Limits,
) -> (Option<Encoding>, Sheet, Vec<Problem>) {
    let (encoding, uncertain) = match edits.encoding {
        Some(chosen) => (chosen, None),
        None => {
            let found = encoding::find(bytes);
            (found.encoding, found.either.then(|| either(found.encoding)))
        }
    };
    let (bytes, inner) = encoding::cuttable(encoding, bytes);
    let bytes = &*bytes;
    if let Err(problem) = within(bytes, limits) {
        return (Some(encoding), Sheet::default(), vec![*problem]);
    }
    let mut lines = Vec::new();
    let mut faults = Vec::new();
    for record in Records::new(bytes) {
        if record.columns > 0 {
            lines.push(line(&record, inner, &mut faults));
        }
    }
    let sheet = Sheet::among(lines, edits.header_row);
    if let Err(problem) = limits.rows_allow(sheet.rows.len()) {
        return (Some(encoding), Sheet::default(), vec![*problem]);
    }
    let mut problems: Vec<Problem> = uncertain.into_iter().collect();
    tell(faults, &sheet, encoding, &mut problems);
    (Some(encoding), sheet, problems)
}

/// One row of the file.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The number a spreadsheet shows.
    pub number: usize,
    /// Its bytes, without the line's end.
    pub bytes: &'a [u8],
    /// The bytes that end it: none, `\n`, `\r` or both.
    pub line_end: &'a [u8],
    /// How many cells there are.
    pub cells: usize,
    /// How many up to the last one with anything in it.
    pub columns: usize,
    /// Whether the file ended before a quoted cell did.
    pub open: bool,
    delimiter: u8,
}

/// The rows of a file.
#[derive(Debug, Clone)]
pub struct Records<'a> {
    rest: &'a [u8],
    number: usize,
    delimiter: u8,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    CellStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

impl<'a> Records<'a> {
    /// The rows of a file, whose delimiter is found.
    pub fn new(bytes: &'a [u8]) -> Records<'a> {
        let rest = bytes.strip_prefix(BOM).unwrap_or(bytes);
        let of = |delimiter| Records {
            rest,
            number: 0,
            delimiter,
        };
        if let Some((delimiter, length)) = separator_line(rest) {
            // A spreadsheet does what the line says, and does not show it.
            let rest = &rest[length..];
            return Records {
                rest,
                ..of(delimiter)
            };
        }
        // The one that parts more rows alike, and into more cells: a text of several lines with tabs
        // in it parts some. Semicolons part the lists in many a cell, but not the header.
        let alike = |records: &Records<'_>| {
            let first = records
                .clone()
                .take(ABOVE)
                .filter(|record| record.columns > 0);
            let mut alike: BTreeMap<usize, usize> = BTreeMap::new();
            for cells in first.map(|record| record.cells).filter(|cells| *cells > 1) {
                *alike.entry(cells).or_default() += 1;
            }
            alike.into_iter().max_by_key(|(cells, rows)| cells * rows)
        };
        let (comma, tab, semicolon) = (of(b','), of(b'\t'), of(b';'));
        let parts = |records: &Records<'_>| alike(records).map(|(cells, rows)| cells * rows);
        let best = if parts(&tab) > parts(&comma) {
            tab
        } else {
            comma
        };
        let rows = |records: &Records<'_>| alike(records).map(|(_, rows)| rows);
        if parts(&semicolon) > parts(&best) && rows(&semicolon) >= rows(&best) {
            semicolon
        } else {
            best
        }
    }

    /// What has not been read yet: of new records, all but a mark and a line that only names the
    /// separator.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// What stands between cells.
    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }
}

/// The separator that a first line `sep=;` names, and the length of that line with its end.
fn separator_line(bytes: &[u8]) -> Option<(u8, usize)> {
    let (line, quoted) = match bytes.strip_prefix(b"\"") {
        Some(line) => (line, 1),
        None => (bytes, 0),
    };
    let is_named = line
        .get(..4)
        .is_some_and(|head| head.eq_ignore_ascii_case(b"sep="));
    let delimiter = *line.get(4).filter(|_| is_named)?;
    let tail = line[5..]
        .strip_prefix(b"\"")
        .filter(|_| quoted == 1)
        .unwrap_or(&line[5..]);
    let end = match tail {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    let is_possible = delimiter.is_ascii_punctuation() || matches!(delimiter, b'\t' | b' ');
    let is_possible = is_possible && delimiter != b'"';
    is_possible.then_some((delimiter, bytes.len() - tail.len() + end))
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let (mut at, mut cells, mut columns) = (At::CellStart, 1, 0);
        let mut length = self.rest.len();
        for (i, byte) in self.rest.iter().enumerate() {
            at = match (at, byte) {
                (At::Quoted, b'"') => At::QuoteInQuoted,
                (At::CellStart, b'"') => At::Quoted,
                (At::QuoteInQuoted, b'"') => {
                    columns = cells;
                    At::Quoted
                }
                (At::Quoted, b' ' | b'\r' | b'\n') => At::Quoted,
                (At::Quoted, _) => {
                    columns = cells;
                    At::Quoted
                }
                (_, b'\r' | b'\n') => {
                    length = i;
                    break;
                }
                (_, byte) if *byte == self.delimiter => {
                    cells += 1;
                    At::CellStart
                }
                (_, b' ' | b'\t') => At::Plain,
                _ => {
                    columns = cells;
                    At::Plain
                }
            };
        }
        let (bytes, rest) = self.rest.split_at(length);
        let end = match rest {
            [b'\r', b'\n', ..] => 2,
            [] => 0,
            _ => 1,
        };
        let (line_end, rest) = rest.split_at(end);
        self.rest = rest;
        self.number += 1;
        Some(Record {
            number: self.number,
            bytes,
            line_end,
            cells,
            columns,
            open: at == At::Quoted,
            delimiter: self.delimiter,
        })
    }
}

impl<'a> Record<'a> {
    /// Its cells' bytes, as they are written.
    pub fn raw_cells(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut at = At::CellStart;
        let delimiter = self.delimiter;
        self.bytes.split(move |byte| {
            at = match (at, byte) {
                (At::Quoted, b'"') => At::QuoteInQuoted,
                (At::CellStart | At::QuoteInQuoted, b'"') => At::Quoted,
                (At::Quoted, _) => At::Quoted,
                (_, byte) if *byte == delimiter => At::CellStart,
                _ => At::Plain,
            };
            at == At::CellStart
        })
    }
}

/// A cell's bytes without its quotes.
pub(super) fn unquoted(raw: &[u8]) -> Cow<'_, [u8]> {
    let Some(inner) = raw.strip_prefix(b"\"") else {
        return Cow::Borrowed(raw);
    };
    if let Some(inner) = inner.strip_suffix(b"\"")
        && !inner.contains(&b'"')
    {
        return Cow::Borrowed(inner);
    }
    let mut bytes = Vec::with_capacity(inner.len());
    let mut at = At::Quoted;
    for byte in inner {
        at = match (at, byte) {
            (At::Quoted, b'"') => {
                at = At::QuoteInQuoted;
                continue;
            }
            (At::QuoteInQuoted, b'"') | (At::Quoted, _) => At::Quoted,
            // Behind its closing quote a cell goes on as it is.
            _ => At::Plain,
        };
        bytes.push(*byte);
    }
    Cow::Owned(bytes)
}

/// What is wrong with a cell, or with a row from that cell on.
struct CellFault {
    row: usize,
    column: usize,
    kind: FaultKind,
}

enum FaultKind {
    /// It has more characters than are read: as many bytes.
    Long(usize),
    /// The file ended within it.
    Open,
    /// These bytes are no text; what it reads like.
    Bytes(String, String),
    /// It holds the character that stands for a lost one, or a null.
    Lost(String),
}

fn line(record: &Record<'_>, encoding: Encoding, faults: &mut Vec<CellFault>) -> SheetLine {
    let mut cells = Vec::with_capacity(record.columns);
    for (column, raw) in record.raw_cells().take(record.columns).enumerate() {
        let bytes = unquoted(raw);
        // No character takes more than four bytes.
        let head = &bytes[..bytes.len().min(4 * CELL + 4)];
        let (text, bad) = encoding::decode(encoding, head);
        let mut fault = |kind| {
            faults.push(CellFault {
                row: record.number,
                column,
                kind,
            });
        };
        let mut text = match text.contains('\0') {
            true => {
                fault(FaultKind::Lost(text.replace('\0', "�")));
                text.replace('\0', "")
            }
            false => text.into_owned(),
        };
        let end = text.char_indices().nth(CELL).map(|(end, _)| end);
        if let Some(end) = end {
            text.truncate(end);
            fault(FaultKind::Long(bytes.len()));
        } else if let Some(bad) = bad {
            fault(FaultKind::Bytes(encoding::shown(bad), text.clone()));
        } else if text.contains('\u{fffd}') {
            fault(FaultKind::Lost(text.clone()));
        }
        cells.push(text);
    }
    if record.open {
        faults.push(CellFault {
            row: record.number,
            column: cells.len() - 1,
            kind: FaultKind::Open,
        });
    }
    SheetLine {
        number: record.number,
        cells,
    }
}

/// Checks the number of rows and columns before any is stored.
fn within(bytes: &[u8], limits: &Limits) -> Result<(), Box<Problem>> {
    let mut rows = 0;
    for record in Records::new(bytes) {
        limits.columns_allow(record.number, record.columns)?;
        rows += usize::from(record.columns > 0);
    }
    // Which of them are titles and remarks is only known once they are read.
    if rows > limits.rows.saturating_add(ABOVE) {
        limits.rows_allow(rows - 1)?;
    }
    Ok(())
}

/// The problems of the table's cells.
fn tell(faults: Vec<CellFault>, sheet: &Sheet, encoding: Encoding, problems: &mut Vec<Problem>) {
    let labels = sheet.labels();
    let (mut unreadable, mut last) = (0, 0);
    for CellFault { row, column, kind } in faults {
        if row < sheet.header.number {
            continue;
        }
        let label = labels.get(column).cloned().unwrap_or_default();
        let problem = match kind {
            FaultKind::Long(bytes) => super::too_long(row, bytes),
            FaultKind::Open => open(row),
            FaultKind::Bytes(..) | FaultKind::Lost(_) => {
                unreadable += usize::from(row != last);
                last = row;
                if unreadable > NAMED {
                    continue;
                }
                match kind {
                    FaultKind::Bytes(bytes, text) => no_text(row, encoding, &bytes, text),
                    FaultKind::Lost(text) => lost(row, text),
                    _ => continue,
                }
            }
        };
        problems.push(problem.in_column(&label));
    }
    if unreadable > NAMED {
        problems.push(Problem {
            blocks: false,
            ..Problem::of_file(
                "encoding-uncertain",
                (
                    format!(
                        "文字として読めない所のある行が、ほかに{}行あります",
                        unreadable - NAMED
                    ),
                    format!(
                        "{} more rows cannot wholly be read as text",
                        unreadable - NAMED
                    ),
                ),
            )
        });
    }
}

fn open(row: usize) -> Problem {
    let message = (
        "セルを始める「\"」に、終わりの「\"」がありません。ここからファイルの終わりまでが1つのセルになっています。「\"」を補うか、ファイルを保存し直してください",
        "a cell begins with “\"” and has no “\"” at its end, so that all the rest of the file is in it: add the “\"”, or save the file again",
    );
    Problem::blocking(row, "file-damaged", message)
}

fn no_text(row: usize, encoding: Encoding, bytes: &str, text: String) -> Problem {
    let name = encoding.name();
    let message = (
        format!(
            "{name}の文字として読めない所（バイト {bytes}）があります。文字を直すか、ファイルの文字コードを選び直してください"
        ),
        format!(
            "the bytes {bytes} are no {name} text: correct the cell, or choose the file's encoding"
        ),
    );
    Problem::warning(row, "encoding-uncertain", message)
        .found(text, ("読める文字", "readable text"))
}

fn lost(row: usize, text: String) -> Problem {
    let message = (
        "文字が失われている所（�）があります。正しい文字に直してください",
        "a character was lost (�): write the right one",
    );
    Problem::warning(row, "encoding-uncertain", message)
        .found(text, ("読める文字", "readable text"))
}

fn either(encoding: Encoding) -> Problem {
    let (name, other) = match encoding {
        Encoding::EucJp => ("EUC-JP", "Shift_JIS"),
        _ => ("UTF-8", "Shift_JIS"),
    };
    let message = (
        format!(
            "{name}としても{other}としても読めるため、{name}として読みました。文字が違うときは、文字コードに{other}（CP932）を選んでください"
        ),
        format!(
            "this reads both as {name} and as {other}, and was read as {name}: where characters look wrong, choose {other} (CP932)"
        ),
    );
    Problem {
        blocks: false,
        ..Problem::of_file("encoding-uncertain", message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Row, column, code and whether it blocks.
    type Told = (Option<usize>, Option<String>, &'static str, bool);

    fn read_all(bytes: &[u8]) -> (Sheet, Vec<Told>) {
        let (_, sheet, problems) = read(bytes, &Edits::default(), &Limits::UPLOAD);
        let told = problems
            .into_iter()
            .map(|p| (p.row, p.column, p.code, p.blocks));
        (sheet, told.collect())
    }

    fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
        let (sheet, problems) = read_all(text.as_bytes());
        assert_eq!(problems, []);
        let rows = sheet.rows.into_iter().map(|row| (row.number, row.cells));
        rows.collect()
    }

    #[test]
    fn rows_have_the_numbers_a_spreadsheet_shows() {
        let text = "\u{feff}# 一覧\r\n\r\n名称,住所\r\n\"a\r\nb\",\"say \"\"x\"\"\"\r\n,\r\nc,d,e\r\n\r\nf";
        let text_of = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        assert_eq!(
            rows(text),
            [
                (4, text_of(&["a\r\nb", "say \"x\""])),
                (6, text_of(&["c", "d", "e"])),
                (8, text_of(&["f"])),
            ]
        );
        for end in ["\n", "\r"] {
            let text = text.replace("\r\n", end);
            let numbers: Vec<usize> = rows(&text).iter().map(|row| row.0).collect();
            assert_eq!(numbers, [4, 6, 8], "{end:?}");
        }
    }

    #[test]
    fn tabs_are_found() {
        assert_eq!(
            rows("名称\t住所\nあ, い\t1,2\n"),
            [(2, vec!["あ, い".to_owned(), "1,2".to_owned()])]
        );
    }

    #[test]
    fn semicolons_and_a_line_that_names_the_separator_are_read() {
        let row = |number, cells: &[&str]| {
            (
                number,
                cells
                    .iter()
                    .map(|cell| (*cell).to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        let semicolons = "名称;設備\nあ;Wi-Fi,電源\nい;\"a;b\"\n";
        let expected = [row(2, &["あ", "Wi-Fi,電源"]), row(3, &["い", "a;b"])];
        assert_eq!(rows(semicolons), expected);
        for line in ["sep=;\r\n", "SEP=;\n", "\"sep=;\"\n", "\u{feff}sep=;\n"] {
            assert_eq!(rows(&format!("{line}{semicolons}")), expected, "{line:?}");
        }
        let bars = "sep=|\n名称|緯度\nあ|35\n";
        assert_eq!(rows(bars), [row(2, &["あ", "35"])]);
        // Lists within the cells of a text with commas.
        let lists = "名称,設備\nあ,a;b;c;d\nい,a;b;c;d\n";
        assert_eq!(rows(lists)[0].1, ["あ", "a;b;c;d"]);
    }

    #[test]
    fn text_is_read_in_whatever_encoding_older_systems_write() {
        let text = "名称,住所\r\nみなとの机,\"本町,1\"\r\n";
        for encoding in [
            Encoding::EucJp,
            Encoding::Iso2022Jp,
            Encoding::Utf16Le,
            Encoding::Utf16Be,
        ] {
            let bytes = encoding::encode(encoding, text).0;
            let (found, sheet, problems) = read(&bytes, &Edits::default(), &Limits::UPLOAD);
            assert_eq!((found, problems.len()), (Some(encoding), 0));
            assert_eq!(
                sheet.rows[0].cells,
                ["みなとの机", "本町,1"],
                "{encoding:?}"
            );
        }
    }

    #[test]
    fn damage_is_named_by_its_row_column_and_bytes() {
        let mut bytes = encoding::encode(Encoding::Cp932, "名称,住所\n図書館,本町")
            .0
            .into_owned();
        bytes.pop();
        bytes.extend(b"\n\"a,b");
        let (encoding, sheet, problems) = read(&bytes, &Edits::default(), &Limits::UPLOAD);
        assert_eq!((encoding, sheet.rows.len()), (Some(Encoding::Cp932), 2));
        let told: Vec<_> = problems
            .iter()
            .map(|p| (p.row, p.column.as_deref(), p.code, p.blocks))
            .collect();
        assert_eq!(
            told,
            [
                (Some(2), Some("住所"), "encoding-uncertain", false),
                (Some(3), Some("名称"), "file-damaged", true),
            ]
        );
        assert!(
            problems[0].message.ja.contains("バイト 92"),
            "{:?}",
            problems[0]
        );
        assert_eq!(problems[0].found.as_deref(), Some("本�"));
        // Said to be UTF-8, every row is damaged, and still read.
        let edits = Edits {
            encoding: Some(Encoding::Utf8),
            ..Edits::default()
        };
        let (encoding, sheet, problems) = read(&bytes, &edits, &Limits::UPLOAD);
        assert_eq!((encoding, sheet.rows.len()), (Some(Encoding::Utf8), 2));
        assert!(problems.iter().any(|p| p.code == "encoding-uncertain"));
    }

    #[test]
    fn nulls_and_lost_characters_are_told() {
        let (sheet, problems) = read_all("名称,住所\na\0b,本�\n".as_bytes());
        assert_eq!(sheet.rows[0].cells, ["ab", "本�"]);
        let column = |name: &str| (Some(2), Some(name.to_owned()), "encoding-uncertain", false);
        assert_eq!(problems, [column("名称"), column("住所")]);
    }

    #[test]
    fn what_is_beyond_a_limit_is_named_with_the_limit() {
        let wide = ["a,", &"x,".repeat(1_000_000)].concat();
        let (_, _, problems) = read(wide.as_bytes(), &Edits::default(), &Limits::UPLOAD);
        assert_eq!(problems[0].code, "limit");
        let said = &problems[0].message.ja;
        assert!(
            said.contains("1行目に1000001列") && said.contains("100列まで"),
            "{said}"
        );
        // Commas without anything between them are no columns.
        assert_eq!(
            rows(&format!("名称,住所\na,b{}\n", ",".repeat(1_000)))[0].1,
            ["a", "b"]
        );

        let long = format!("名称,住所\na,b\n\"{}\",b\n", "長".repeat(10_000));
        let (_, sheet, problems) = read(long.as_bytes(), &Edits::default(), &Limits::UPLOAD);
        assert_eq!(
            (sheet.rows[1].cells[0].chars().count(), problems.len()),
            (10_000, 0)
        );
        let long = format!("名称,住所\na,b\n{},b\n", "x".repeat(1 << 20));
        let (_, sheet, problems) = read(long.as_bytes(), &Edits::default(), &Limits::UPLOAD);
        assert_eq!(sheet.rows[1].cells[0].len(), 10_000);
        assert_eq!(
            (problems[0].row, problems[0].code, problems[0].blocks),
            (Some(3), "limit", true)
        );
        assert!(
            problems[0].message.ja.contains("1048576バイト"),
            "{}",
            problems[0].message.ja
        );

        let limits = Limits {
            rows: 2,
            ..Limits::UPLOAD
        };
        for (text, refused) in [("a,b\n1,2\n3,4\n", false), ("a,b\n1,2\n3,4\n\n5,6\n", true)] {
            let (_, sheet, problems) = read(text.as_bytes(), &Edits::default(), &limits);
            assert_eq!(
                problems.iter().any(|p| p.message.ja.contains("2行まで")),
                refused
            );
            assert_eq!(sheet.rows.is_empty(), refused);
        }
        let many = "a,b\n".repeat(100_000);
        let (_, _, problems) = read(many.as_bytes(), &Edits::default(), &limits);
        assert!(
            problems[0].message.ja.starts_with("99999行あります"),
            "{}",
            problems[0].message.ja
        );
    }

    #[test]
    fn of_endless_damage_the_first_rows_are_named() {
        let bytes = b"a,\xff\n".repeat(3_000);
        let (_, _, problems) = read(&bytes, &Edits::default(), &Limits::UPLOAD);
        assert_eq!(problems.len(), NAMED + 1);
        assert!(
            problems[NAMED].message.ja.contains("2000行"),
            "{}",
            problems[NAMED].message.ja
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>) {
            read(&bytes, &Edits::default(), &Limits::UPLOAD);
        }

        #[test]
        fn cells_are_what_the_library_reads(text in "([a,\"\r\n \t]|\"\"|,\"a){0,40}") {
            let ours: Vec<Vec<Vec<u8>>> = Records { rest: text.as_bytes(), number: 0, delimiter: b',' }
                .filter(|record| !record.bytes.is_empty())
                .map(|record| {
                    let cells: Vec<_> = record.raw_cells().map(|raw| unquoted(raw).into_owned()).collect();
                    assert_eq!(cells.len(), record.cells);
                    let filled = cells.iter().rposition(|cell| !cell.trim_ascii().is_empty());
                    assert!(record.columns >= filled.map_or(0, |at| at + 1));
                    cells
                })
                .collect();
            let mut library = ::csv::ReaderBuilder::new();
            library.has_headers(false).flexible(true);
            let theirs: Vec<Vec<Vec<u8>>> = library
                .from_reader(text.as_bytes())
                .byte_records()
                .map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect())
                .collect();
            prop_assert_eq!(ours, theirs);
        }
    }
}
