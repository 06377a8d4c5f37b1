use rust_xlsxwriter::{ExcelDateTime as Moment, Format, Formula, Workbook};

use super::*;

fn read_saved(workbook: &mut Workbook, edits: &Edits) -> Book {
    read(&workbook.save_to_buffer().unwrap(), edits, &Limits::UPLOAD)
}

#[test]
fn cells_read_as_they_are_shown() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let date = Moment::from_ymd(2026, 4, 1).unwrap();
    let time = Moment::from_hms(9, 30, 0).unwrap();
    let both = Moment::from_ymd(2026, 4, 1)
        .unwrap()
        .and_hms(21, 5, 30)
        .unwrap();
    let format = |code: &str| Format::new().set_num_format(code);
    sheet.write_row(0, 0, ["名称", "住所", "値"]).unwrap();
    for row in 1..=15 {
        sheet.write(row, 0, "図書館").unwrap();
    }
    sheet.write(1, 2, 425_0022).unwrap();
    sheet.write(2, 2, 138.2955).unwrap();
    sheet.write(3, 2, 0.1 + 0.2).unwrap();
    sheet
        .write_with_format(4, 2, &date, &format("yyyy/m/d"))
        .unwrap();
    sheet
        .write_with_format(5, 2, &date, &format(r#"[$-411]ggge"年"m"月"d"日""#))
        .unwrap();
    sheet
        .write_with_format(6, 2, &time, &format("h:mm"))
        .unwrap();
    sheet
        .write_with_format(7, 2, &both, &format("yyyy/m/d h:mm"))
        .unwrap();
    sheet
        .write_with_format(8, 2, 1.25, &format("[h]:mm"))
        .unwrap();
    sheet.write_with_format(9, 2, 0.5, &format("0%")).unwrap();
    sheet
        .write_with_format(10, 2, 1202, &format("00000"))
        .unwrap();
    sheet.write(11, 2, true).unwrap();
    sheet
        .write(12, 2, Formula::new("=1/0").set_result("#DIV/0!"))
        .unwrap();
    sheet
        .write(13, 2, Formula::new("=1+1").set_result("2"))
        .unwrap();
    sheet.write(14, 2, "  改行\nあり ").unwrap();
    sheet.write(15, 2, -12).unwrap();
    let book = read_saved(&mut workbook, &Edits::default());
    let third = book
        .sheet
        .rows
        .iter()
        .map(|row| row.cells.get(2).map_or("", String::as_str));
    assert_eq!(
        third.collect::<Vec<_>>(),
        [
            "4250022",
            "138.2955",
            "0.3",
            "2026-04-01",
            "2026-04-01",
            "09:30",
            "2026-04-01 21:05:30",
            "30:00",
            "50%",
            "01202",
            "TRUE",
            "",
            "2",
            "  改行\nあり ",
            "-12",
        ]
    );
    let told: Vec<_> = book
        .problems
        .iter()
        .map(|p| (p.row, p.column.as_deref(), p.code, p.found.as_deref()))
        .collect();
    assert_eq!(
        told,
        [(Some(13), Some("値"), "value-unreadable", Some("#DIV/0!"))]
    );
}

#[test]
fn rows_keep_their_numbers_and_a_far_cell_takes_no_room() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet
        .merge_range(0, 0, 0, 3, "公共施設一覧", &Format::new())
        .unwrap();
    sheet.write_row(2, 1, ["名称", "住所", "備考"]).unwrap();
    sheet.write_row(4, 1, ["図書館", "本町"]).unwrap();
    sheet.write(19_000, 1, "公民館").unwrap();
    sheet
        .write_blank(19_500, 90, &Format::new().set_bold())
        .unwrap();
    let book = read_saved(&mut workbook, &Edits::default());
    assert_eq!(
        (book.sheet.header.number, &*book.sheet.header.cells),
        (3, &["", "名称", "住所", "備考"].map(str::to_owned)[..])
    );
    let rows: Vec<_> = book
        .sheet
        .rows
        .iter()
        .map(|row| (row.number, row.cells.len()))
        .collect();
    assert_eq!(rows, [(5, 3), (19_001, 2)]);
    assert_eq!(book.problems, []);
    let edits = Edits {
        header_row: Some(5),
        ..Edits::default()
    };
    assert_eq!(read_saved(&mut workbook, &edits).sheet.rows.len(), 1);
}

#[test]
fn the_sheet_with_the_table_is_read_unless_another_is_chosen() {
    let mut workbook = Workbook::new();
    let notes = workbook.add_worksheet().set_name("記入要領").unwrap();
    notes
        .write_row(0, 0, ["この表に", "書いてください"])
        .unwrap();
    notes.write_row(1, 0, ["い", "ろ"]).unwrap();
    let codes = workbook
        .add_worksheet()
        .set_name("コード表")
        .unwrap()
        .set_hidden(true);
    codes.write_row(0, 0, ["名称", "番号"]).unwrap();
    codes.write_row(1, 0, ["a", "b"]).unwrap();
    let list = workbook.add_worksheet().set_name("一覧").unwrap();
    list.write_row(0, 0, ["名称", "住所"]).unwrap();
    list.write_row(1, 0, ["図書館", "本町"]).unwrap();
    let book = read_saved(&mut workbook, &Edits::default());
    assert_eq!(book.sheets, ["記入要領", "コード表", "一覧"]);
    assert_eq!(book.chosen.as_deref(), Some("一覧"));
    let choose = |name: &str| Edits {
        sheet: Some(name.to_owned()),
        ..Edits::default()
    };
    let book = read_saved(&mut workbook, &choose("記入要領"));
    assert_eq!(
        (book.chosen.as_deref(), book.sheet.rows.len()),
        (Some("記入要領"), 1)
    );
    let book = read_saved(&mut workbook, &choose("ない"));
    assert_eq!(
        (book.problems[0].code, book.sheets.len()),
        ("format-unknown", 3)
    );
}

#[test]
fn a_long_cell_is_cut_and_said() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_row(0, 0, ["名称", "住所"]).unwrap();
    sheet
        .write_row(1, 0, ["図書館".to_owned(), "長".repeat(10_001)])
        .unwrap();
    let book = read_saved(&mut workbook, &Edits::default());
    assert_eq!(book.sheet.rows[0].cells[1].chars().count(), CELL);
    let problem = &book.problems[0];
    assert_eq!(
        (
            problem.row,
            problem.column.as_deref(),
            problem.code,
            problem.blocks
        ),
        (Some(2), Some("住所"), "limit", true)
    );
}

#[test]
fn furigana_are_not_part_of_a_name() {
    let string = r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>名称</t></si><si><r><t>焼津</t></r><r><t>図書館</t></r><rPh sb="0" eb="2"><t>ヤイヅ</t></rPh></si></sst>"#;
    let sheet = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row></sheetData></worksheet>"#;
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write(0, 0, "x").unwrap();
    let mut from = zip::ZipArchive::new(Cursor::new(workbook.save_to_buffer().unwrap())).unwrap();
    let mut into = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..from.len() {
        let mut entry = from.by_index(i).unwrap();
        let name = entry.name().unwrap().into_owned();
        into.start_file(&*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        match &*name {
            "xl/sharedStrings.xml" => {
                std::io::Write::write_all(&mut into, string.as_bytes()).unwrap()
            }
            "xl/worksheets/sheet1.xml" => {
                std::io::Write::write_all(&mut into, sheet.as_bytes()).unwrap()
            }
            _ => drop(std::io::copy(&mut entry, &mut into).unwrap()),
        }
    }
    let bytes = into.finish().unwrap().into_inner();
    let book = read(&bytes, &Edits::default(), &Limits::UPLOAD);
    assert_eq!(book.problems, []);
    assert_eq!(book.sheet.rows[0].cells, ["焼津図書館"]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn a_workbook_with_other_bytes_anywhere_is_refused_or_read(changes: Vec<(u16, u8)>) {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.write_row(0, 0, ["名称", "住所"]).unwrap();
        sheet.write_row(1, 0, ["図書館", "本町"]).unwrap();
        let mut bytes = workbook.save_to_buffer().unwrap();
        for (at, byte) in changes {
            let length = bytes.len();
            bytes[usize::from(at) % length] = byte;
        }
        read(&bytes, &Edits::default(), &Limits::UPLOAD);
    }
}
