use super::*;
use std::io::Write;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A workbook with this between its worksheets' ends.
fn workbook(body: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let content = format!(
        r#"<?xml version="1.0"?><office:document-content><office:automatic-styles><style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"#
    );
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_str()),
    ] {
        zip.start_file(name, stored).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn cell(text: &str) -> String {
    format!(
        r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
    )
}

fn row(cells: &[&str]) -> String {
    let cells: String = cells.iter().map(|text| cell(text)).collect();
    format!("<table:table-row>{cells}</table:table-row>")
}

fn table(name: &str, rows: &str) -> String {
    format!(r#"<table:table table:name="{name}">{rows}</table:table>"#)
}

fn rows(book: &Book) -> Vec<(usize, Vec<&str>)> {
    let rows = book.sheet.rows.iter();
    rows.map(|line| (line.number, line.cells.iter().map(String::as_str).collect()))
        .collect()
}

#[test]
fn cells_read_as_they_are_shown() {
    let typed = |kind: &str, name: &str, value: &str, text: &str| {
        format!(
            r#"<table:table-cell office:value-type="{kind}" office:{name}="{value}"><text:p>{text}</text:p></table:table-cell>"#
        )
    };
    let values = [
        typed("float", "value", "138.320591", "138.32"),
        typed("float", "value", "1202", "01202"),
        typed("percentage", "value", "0.5", "50%"),
        typed("date", "date-value", "2026-04-01", "R8.4.1"),
        typed("time", "time-value", "PT09H30M00S", "9:30"),
        typed("boolean", "boolean-value", "true", "WAHR"),
        "<table:table-cell table:number-columns-repeated=\"2\"/>".to_owned(),
        r#"<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation><text:p>a<text:s text:c="2"/>b &amp; c</text:p><text:p>d</text:p></table:table-cell>"#.to_owned(),
    ];
    let body = table(
        "一覧",
        &format!(
            "{}<table:table-row>{}</table:table-row><table:table-row table:number-rows-repeated=\"1048574\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>",
            row(&["名称", "住所"]),
            values.concat()
        ),
    );
    let book = read(&workbook(&body), &Edits::default(), &Limits::UPLOAD);
    assert_eq!(book.problems, []);
    let cells = [
        "138.320591",
        "01202",
        "50%",
        "2026-04-01",
        "09:30",
        "TRUE",
        "",
        "",
        "a  b & c\nd",
    ];
    assert_eq!(rows(&book), [(2, cells.to_vec())]);
}

#[test]
fn merged_hidden_and_repeated_cells_are_told() {
    let merged = r#"<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>本町</text:p></table:table-cell>"#;
    let covered = "<table:covered-table-cell/>";
    let body = [
        table("表紙", &row(&["題"])),
        table(
            "一覧",
            &format!(
                r#"<table:table-column/><table:table-column table:visibility="collapse"/>{}<table:table-row>{}{merged}{}</table:table-row><table:table-row>{}{covered}{}</table:table-row><table:table-row table:visibility="filter">{}</table:table-row>"#,
                row(&["名称", "住所", "備考"]),
                cell("a"),
                cell("x"),
                cell("b"),
                cell("y"),
                cell("c"),
            ),
        ),
        table("別表", &[row(&["名称", "住所"]), row(&["d", "e"])].concat()),
    ];
    let book = read(
        &workbook(&body.concat()),
        &Edits::default(),
        &Limits::UPLOAD,
    );
    assert_eq!(book.chosen.as_deref(), Some("一覧"));
    assert_eq!(
        rows(&book),
        [(2, vec!["a", "本町", "x"]), (3, vec!["b", "本町", "y"])]
    );
    assert_eq!(book.sheet.hidden_rows, [4]);
    assert_eq!(book.sheet.hidden_columns, [1].into());
    let codes: Vec<_> = book.problems.iter().map(|p| p.code).collect();
    assert_eq!(codes, ["sheets-more"]);
}

#[test]
fn what_would_harm_is_refused() {
    let repeated = |rows: &str, columns: &str| {
        table(
            "a",
            &format!(
                r#"<table:table-row table:number-rows-repeated="{rows}"><table:table-cell table:number-columns-repeated="{columns}" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>"#
            ),
        )
    };
    for (body, code) in [
        (repeated("1000000", "1"), "limit"),
        (repeated("1", "16384"), "limit"),
        (repeated("99999999999999999999", "1"), "file-damaged"),
        (repeated("-1", "1"), "file-damaged"),
        ("<table:table".to_owned(), "file-damaged"),
        (String::new(), "file-damaged"),
    ] {
        let book = read(&workbook(&body), &Edits::default(), &Limits::UPLOAD);
        assert_eq!(book.problems[0].code, code, "{body}");
        assert!(book.problems[0].blocks);
    }
    assert!(read(b"PK\x03\x04", &Edits::default(), &Limits::UPLOAD).problems[0].blocks);
}

proptest::proptest! {
    #[test]
    fn no_meddling_makes_the_reader_fall(
        place: proptest::sample::Index,
        text in "[ -~]{0,6}|</?table:table-(row|cell)>|</?text:p>|\"[0-9]{1,9}\"|<table:table>",
    ) {
        let mut body = table("a", &[row(&["名称", "住所"]), row(&["d", "e"])].concat());
        let at = (0..=place.index(body.len())).rev().find(|at| body.is_char_boundary(*at)).unwrap_or(0);
        body.insert_str(at, &text);
        read(&workbook(&body), &Edits::default(), &Limits::UPLOAD);
    }
}
