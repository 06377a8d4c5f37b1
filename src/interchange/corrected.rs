//! Writes the uploaded file again with its edits and a column of notes.
//!
//! Everything else stays as it was: encoding, delimiter, line ends, comments, blank lines, and the
//! bytes of unedited rows.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::csv::{Record, Records};
use super::edits::{Edits, Encoding};
use super::encoding;
use super::guard::guarded;
use super::{File, Format, Limits, book, features, osm};
use crate::domain::wording::Language;

/// What the column of notes is called.
const NOTES: (&str, &str) = ("確認結果", "Check result");

/// The file in its own format and encoding. `notes` are the notes of rows.
pub fn corrected(
    bytes: &[u8],
    file: &File,
    edits: &Edits,
    notes: &BTreeMap<usize, String>,
    language: Language,
) -> Vec<u8> {
    let corrections = Corrections {
        file,
        edits,
        notes,
        language,
    };
    // An extract of OpenStreetMap is given back as the features it was read as.
    let places = osm::as_geojson(bytes, &Limits::OPERATOR).and_then(Result::ok);
    let bytes = places.as_ref().map_or(bytes, |places| &places.bytes);
    let made = match (file.format, file.encoding) {
        (Some(Format::Csv), Some(encoding)) => corrections.csv(bytes, encoding),
        (Some(Format::Xlsx), _) => corrections.xlsx(bytes),
        (Some(Format::GeoJson), Some(encoding)) => corrections.geojson(bytes, encoding),
        _ => None,
    };
    // What could not be read is given back as it came.
    made.unwrap_or_else(|| bytes.to_vec())
}

/// The edits and notes to write into a file.
pub(super) struct Corrections<'a> {
    pub(super) file: &'a File,
    edits: &'a Edits,
    notes: &'a BTreeMap<usize, String>,
    language: Language,
}

impl Corrections<'_> {
    pub(super) fn title(&self) -> &'static str {
        self.language.pick(NOTES.0, NOTES.1)
    }

    /// The column that is for notes already, where this file was corrected before.
    pub(super) fn notes_column(&self) -> Option<usize> {
        let header = &self.file.sheet.header.cells;
        header
            .iter()
            .position(|cell| cell == NOTES.0 || cell == NOTES.1)
    }

    /// What a row's note says.
    pub(super) fn note(&self, row: usize) -> &str {
        self.notes.get(&row).map_or("", String::as_str)
    }

    /// The rows of the table.
    pub(super) fn rows(&self) -> HashSet<usize> {
        self.file.sheet.rows.iter().map(|row| row.number).collect()
    }

    /// The mended cells of a row, by their columns' places.
    pub(super) fn mended(&self, row: usize) -> HashMap<usize, &str> {
        let Some(cells) = self.edits.cells.get(&row) else {
            return HashMap::new();
        };
        let place = |label: &String| {
            self.file
                .columns
                .iter()
                .position(|column| column.label == *label)
        };
        cells
            .iter()
            .filter_map(|(label, text)| Some((place(label)?, text.as_str())))
            .collect()
    }

    fn csv(&self, bytes: &[u8], encoding: Encoding) -> Option<Vec<u8>> {
        // A table on its side would get its cells mended at other places.
        if self.file.sheet.is_transposed {
            return None;
        }
        let (cut, inner) = encoding::cuttable(encoding, bytes);
        let corrected = self.delimited(&cut, inner)?;
        Some(encoding::uncut(encoding, corrected))
    }

    fn delimited(&self, bytes: &[u8], encoding: Encoding) -> Option<Vec<u8>> {
        let records = Records::new(bytes);
        let (delimiter, table, header) = (
            records.delimiter(),
            self.rows(),
            self.file.sheet.header.number,
        );
        let is_table =
            |record: &Record<'_>| record.number == header || table.contains(&record.number);
        let widest = || {
            records
                .clone()
                .filter(is_table)
                .map(|record| record.cells)
                .max()
        };
        let place = self.notes_column().or_else(widest)?;
        let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 4);
        // A mark, and the line that names the separator.
        out.extend_from_slice(&bytes[..bytes.len() - records.rest().len()]);
        for record in records.clone() {
            if !is_table(&record) {
                out.extend_from_slice(record.bytes);
                out.extend_from_slice(record.line_end);
                continue;
            }
            let mended = self.mended(record.number);
            let mut lost = Vec::new();
            let count = record
                .cells
                .max(mended.keys().max().map_or(0, |last| last + 1));
            let mut raw = record.raw_cells();
            for column in 0..count.max(place) {
                let raw = raw.next().unwrap_or_default();
                if column > 0 {
                    out.push(delimiter);
                }
                if column == place {
                    self.csv_note(record.number, &lost, encoding, delimiter, &mut out);
                } else if let Some(text) = mended.get(&column) {
                    let (text, missing) = encoding::encode(encoding, text);
                    quoted(&text, delimiter, &mut out);
                    lost.extend(missing);
                } else if record.open && column + 1 == record.cells {
                    quoted(&super::csv::unquoted(raw), delimiter, &mut out);
                } else {
                    out.extend_from_slice(raw);
                }
            }
            if count <= place {
                out.push(delimiter);
                self.csv_note(record.number, &lost, encoding, delimiter, &mut out);
            }
            out.extend_from_slice(record.line_end);
        }
        Some(out)
    }

    fn csv_note(
        &self,
        row: usize,
        lost: &[char],
        encoding: Encoding,
        delimiter: u8,
        out: &mut Vec<u8>,
    ) {
        let mut note = match row == self.file.sheet.header.number {
            true => self.title().to_owned(),
            false => self.note(row).to_owned(),
        };
        if !lost.is_empty() {
            let codes: Vec<String> = lost
                .iter()
                .map(|c| format!("U+{:04X}", u32::from(*c)))
                .collect();
            let name = encoding.name();
            let (separator, said) = self.language.pick(
                ("／", format!("{name}にない文字を〓としました: ")),
                (
                    " / ",
                    format!("characters that {name} does not have are written 〓: "),
                ),
            );
            if !note.is_empty() {
                note.push_str(separator);
            }
            note.push_str(&said);
            note.push_str(&codes.join(" "));
        }
        let note = guarded(&note);
        quoted(&encoding::encode(encoding, &note).0, delimiter, out);
    }

    fn xlsx(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        book::corrected(bytes, self)
    }

    fn geojson(&self, bytes: &[u8], encoding: Encoding) -> Option<Vec<u8>> {
        let (text, _) = encoding::decode(encoding, bytes);
        let found = features::find(&text, &Limits::OPERATOR).ok()?;
        let mut out = String::with_capacity(text.len() + text.len() / 4);
        let mut at = 0;
        for (i, range) in found.ranges.into_iter().enumerate() {
            let (number, feature) = (i + 1, &text[range.clone()]);
            out.push_str(&text[at..range.start]);
            at = range.end;
            match self.feature(number, feature) {
                Some(changed) => out.push_str(&changed),
                None => out.push_str(feature),
            }
        }
        out.push_str(&text[at..]);
        Some(encoding::encode(encoding, &out).0.into_owned())
    }

    /// A feature with its mended properties and its note; `None` where it stays as it is.
    fn feature(&self, number: usize, text: &str) -> Option<String> {
        let (cells, note) = (self.edits.cells.get(&number), self.note(number));
        let has_note = text.contains(NOTES.0) || text.contains(NOTES.1);
        if (cells.is_none() && note.is_empty() && !has_note)
            || features::refuse(number, text).is_some()
        {
            return None;
        }
        let mut feature = serde_json::from_str(text).ok()?;
        let mut said = BTreeMap::from([
            (NOTES.0.to_owned(), String::new()),
            (NOTES.1.to_owned(), String::new()),
        ]);
        said.insert(self.title().to_owned(), note.to_owned());
        features::mend(&mut feature, cells.unwrap_or(&BTreeMap::new()));
        features::mend(&mut feature, &said);
        let properties = feature.get_mut("properties")?.as_object_mut()?;
        properties.retain(|name, value| (name != NOTES.0 && name != NOTES.1) || !value.is_null());
        Some(feature.to_string())
    }
}

/// Writes a cell, quoted where it has to be.
fn quoted(cell: &[u8], delimiter: u8, out: &mut Vec<u8>) {
    let special = |byte: &u8| matches!(byte, b'"' | b'\r' | b'\n') || *byte == delimiter;
    let at_ends = [cell.first(), cell.last()].contains(&Some(&b' '));
    if !at_ends && !cell.iter().any(special) {
        out.extend_from_slice(cell);
        return;
    }
    out.push(b'"');
    for byte in cell {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interchange::{columns, read};

    fn notes(notes: &[(usize, &str)]) -> BTreeMap<usize, String> {
        notes
            .iter()
            .map(|(row, note)| (*row, (*note).to_owned()))
            .collect()
    }

    fn edits(row: usize, cells: &[(&str, &str)]) -> Edits {
        let cells = cells
            .iter()
            .map(|(label, text)| ((*label).to_owned(), (*text).to_owned()));
        Edits {
            cells: [(row, cells.collect())].into(),
            ..Edits::default()
        }
    }

    fn corrected_text(bytes: &[u8], edits: &Edits, notes: &BTreeMap<usize, String>) -> Vec<u8> {
        let file = read(bytes, edits, &Limits::UPLOAD);
        corrected(bytes, &file, edits, notes, Language::Ja)
    }

    #[test]
    fn a_csv_file_stays_as_it_was_but_for_what_was_mended() {
        let before = "# 一覧\r\n名称,緯度,\"備\"\"考\"\r\n\r\n\"図書館\",35,\"a\r\nb\"\r\n公民館, 36\r\n,,,\r\n駅,37,①,";
        let after = "# 一覧\r\n名称,緯度,\"備\"\"考\",,確認結果\r\n\r\n\"図書館\",35,\"a\r\nb\",,\"'=桁が\"\"違います\"\"\"\r\n公民館,36.5,\"x,y\",,\r\n,,,\r\n駅,37,①,,よし";
        let edits = edits(5, &[("緯度", "36.5"), ("備\"考", "x,y"), ("ない", "z")]);
        let notes = notes(&[(4, "=桁が\"違います\""), (7, "よし")]);
        for encoding in [Encoding::Utf8, Encoding::Cp932] {
            let coded = |text: &str| encoding::encode(encoding, text).0.into_owned();
            let made = corrected_text(&coded(before), &edits, &notes);
            let (text, _) = encoding::decode(encoding, &made);
            assert_eq!(text, after);
            assert_eq!(made, coded(after));
        }
        let marked = format!("\u{feff}{before}").replace("\r\n", "\n");
        let made = corrected_text(marked.as_bytes(), &edits, &notes);
        assert_eq!(
            String::from_utf8(made).unwrap(),
            format!("\u{feff}{after}").replace("\r\n", "\n")
        );
    }

    #[test]
    fn a_corrected_file_that_is_corrected_again_has_one_column_of_notes() {
        let once = corrected_text(
            "名称\t住所\na\tb\nc\td\n".as_bytes(),
            &Edits::default(),
            &notes(&[(2, "x"), (3, "y")]),
        );
        let twice = corrected_text(&once, &edits(3, &[("住所", "e\tf")]), &notes(&[(3, "z")]));
        assert_eq!(
            String::from_utf8(twice).unwrap(),
            "名称\t住所\t確認結果\na\tb\t\nc\t\"e\tf\"\tz\n"
        );
    }

    #[test]
    fn a_character_that_the_encoding_lacks_is_noted() {
        let bytes = encoding::encode(Encoding::Cp932, "名称,住所\n吉野家,本町\n")
            .0
            .into_owned();
        let made = corrected_text(
            &bytes,
            &edits(2, &[("名称", "𠮷野家")]),
            &notes(&[(2, "確認")]),
        );
        assert_eq!(
            encoding::decode(Encoding::Cp932, &made).0,
            "名称,住所,確認結果\n〓野家,本町,確認／Shift_JISにない文字を〓としました: U+20BB7\n"
        );
    }

    #[test]
    fn an_open_quote_does_not_swallow_the_note() {
        let made = corrected_text(
            "名称,住所\na,\"b\nc".as_bytes(),
            &Edits::default(),
            &notes(&[(2, "x")]),
        );
        assert_eq!(
            String::from_utf8(made).unwrap(),
            "名称,住所,確認結果\na,\"b\nc\",x"
        );
    }

    #[test]
    fn a_workbook_keeps_its_values_and_sheets() {
        let mut workbook = book::workbook();
        let notes_sheet = workbook.add_worksheet().set_name("説明").unwrap();
        notes_sheet.write(0, 0, "読んでください").unwrap();
        let sheet = workbook.add_worksheet().set_name("一覧").unwrap();
        let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 4, 1).unwrap();
        let format = |code: &str| rust_xlsxwriter::Format::new().set_num_format(code);
        sheet
            .write_row(1, 0, ["名称", "緯度", "日付", "コード"])
            .unwrap();
        sheet.write_row(2, 0, ["図書館", "３５"]).unwrap();
        sheet
            .write_with_format(2, 2, &date, &format("yyyy/m/d"))
            .unwrap();
        sheet
            .write_with_format(2, 3, 1202, &format("00000"))
            .unwrap();
        sheet.write_row(3, 0, ["公民館"]).unwrap();
        let bytes = workbook.save_to_buffer().unwrap();
        let (edits, notes) = (
            edits(4, &[("緯度", "35.5"), ("コード", "01203")]),
            notes(&[(3, "-全角です")]),
        );
        let made = corrected_text(&bytes, &edits, &notes);
        assert_eq!(made, corrected_text(&bytes, &edits, &notes));
        let file = read(&made, &Edits::default(), &Limits::UPLOAD);
        assert_eq!(
            file.sheets,
            (
                vec!["説明".to_owned(), "一覧".to_owned()],
                Some("一覧".to_owned())
            )
        );
        let sheet: Vec<Vec<&str>> = std::iter::once(&file.sheet.header)
            .chain(&file.sheet.rows)
            .map(|line| line.cells.iter().map(String::as_str).collect())
            .collect();
        assert_eq!(file.sheet.rows[0].number, 3);
        assert_eq!(
            sheet,
            [
                vec!["名称", "緯度", "日付", "コード", "確認結果"],
                vec!["図書館", "３５", "2026-04-01", "01202", "'-全角です"],
                vec!["公民館", "35.5", "", "01203"],
            ]
        );
        // The number is one; the code with its zero is not.
        let again = corrected_text(&made, &Edits::default(), &BTreeMap::new());
        let file = read(&again, &Edits::default(), &Limits::UPLOAD);
        assert_eq!(file.sheet.rows[0].cells.len(), 4);
        assert_eq!(
            columns::match_columns(&file.sheet, &Edits::default())
                .0
                .len(),
            5
        );
    }

    #[test]
    fn features_get_what_was_mended_and_a_note() {
        let feature = |properties: &str| {
            format!(r#"{{"type":"Feature","geometry":null,"properties":{{{properties}}}}}"#)
        };
        let (first, second) = (feature(r#""name":"a","x":1.50"#), feature(r#""name":"b""#));
        let text = format!(
            "{{ \"type\": \"FeatureCollection\",\n \"features\": [\n{first},\n{second}\n]}}\n"
        );
        let edits = edits(2, &[("seats", "12"), ("geometry", "35.5,139.5")]);
        let made = corrected_text(text.as_bytes(), &edits, &notes(&[(2, "よし")]));
        let mended = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[139.5,35.5]},"properties":{"name":"b","seats":12,"確認結果":"よし"}}"#;
        assert_eq!(
            String::from_utf8(made.clone()).unwrap(),
            text.replace(&second, mended)
        );
        let again = corrected_text(&made, &Edits::default(), &BTreeMap::new());
        assert!(!String::from_utf8(again).unwrap().contains("確認結果"));
    }

    #[test]
    fn what_cannot_be_read_is_given_back() {
        for bytes in [&b""[..], b"PK\x03\x04", b"{\"type\":"] {
            assert_eq!(
                corrected_text(bytes, &Edits::default(), &BTreeMap::new()),
                bytes
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn a_file_nobody_mended_reads_the_same_with_its_notes(text in "名称,住所\n([aあ,\"\n ]|\"\"){0,30}") {
            let before = read(text.as_bytes(), &Edits::default(), &Limits::UPLOAD);
            let made = corrected_text(text.as_bytes(), &Edits::default(), &notes(&[(2, "x,\"y\""), (3, "z")]));
            let after = read(&made, &Edits::default(), &Limits::UPLOAD);
            let numbers = |file: &File| file.sheet.rows.iter().map(|row| row.number).collect::<Vec<_>>();
            assert_eq!(numbers(&before), numbers(&after));
            for (before, after) in before.sheet.rows.iter().zip(&after.sheet.rows) {
                let width = before.cells.len();
                assert_eq!(before.cells, after.cells[..width]);
            }
        }
    }
}
