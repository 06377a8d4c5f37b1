//! Real municipal files, and files made to harm, through the reader of files.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use machinaka::interchange::edits::{Edits, Encoding};
use machinaka::interchange::{self, Format, Limits};

use crate::support::bombs;

fn shared() -> PathBuf {
    std::env::var_os("MACHINAKA_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    )
}

#[test]
fn every_real_file_has_its_encoding_header_and_rows() {
    let folder = shared().join("data/opendata-csv");
    if !folder.exists() {
        let on_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!on_ci, "CI has the municipal files");
        println!("skipped: ../shared is absent, so no municipal file is read");
        return;
    }
    let cases = include_str!("../cases/files.csv");
    let mut cases = csv::Reader::from_reader(cases.as_bytes());
    let mut count = 0;
    for case in cases.records() {
        let case = case.unwrap();
        let (name, rows): (&str, usize) = (&case[0], case[2].parse().unwrap());
        let bytes = std::fs::read(folder.join(name)).unwrap();
        let file = interchange::read(&bytes, &Edits::default(), &Limits::UPLOAD);
        let expected = if name.contains("_sjis") {
            Encoding::Cp932
        } else {
            Encoding::Utf8
        };
        let header = if name.contains("comment_line") { 2 } else { 1 };
        assert_eq!(file.format, Some(Format::Csv), "{name}");
        assert_eq!(file.encoding, Some(expected), "{name}");
        assert_eq!(file.sheet.header.number, header, "{name}");
        assert_eq!(file.sheet.rows.len(), rows, "{name}");
        assert_eq!(file.reading.rows, rows, "{name}");
        let whole = |text: &String| !text.contains('\u{fffd}');
        assert!(
            file.sheet.rows.iter().flat_map(|row| &row.cells).all(whole),
            "{name}"
        );
        count += 1;
    }
    assert_eq!(count, 26);
}

#[test]
fn what_would_harm_is_refused_at_once_in_words_that_name_the_limit() {
    for (name, bytes, word) in bombs::workbooks().into_iter().chain(bombs::others()) {
        let start = Instant::now();
        let file = interchange::read(&bytes, &Edits::default(), &Limits::UPLOAD);
        let took = start.elapsed();
        let problems = &file.reading.problems;
        let said = problems
            .iter()
            .any(|problem| problem.blocks && problem.message.ja.contains(word));
        assert!(said, "{name}: {problems:?}");
        assert!(file.reading.usable.is_empty(), "{name}");
        // Ten times what they may take: the machine has other things to do, and this is no bench.
        assert!(took < Duration::from_secs(10), "{name} took {took:?}");
    }
}

/// The test below runs this one in a process of its own for each file.
#[test]
fn one_harmful_file() {
    let Some(path) = std::env::var_os("MACHINAKA_HARMFUL_FILE") else {
        return;
    };
    let bytes = std::fs::read(path).unwrap();
    let before = peak();
    interchange::read(&bytes, &Edits::default(), &Limits::UPLOAD);
    println!("grew by {} KiB", peak() - before);
}

/// The most memory this process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn refusing_takes_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes, _) in bombs::workbooks().into_iter().chain(bombs::others()) {
        let path = folder.path().join("file");
        std::fs::write(&path, &bytes).unwrap();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "sheets::one_harmful_file", "--nocapture"])
            .env("MACHINAKA_HARMFUL_FILE", &path)
            .output()
            .unwrap();
        let out = String::from_utf8_lossy(&child.stdout);
        let grown = out
            .split("grew by ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        let grown: u64 = grown
            .unwrap_or_else(|| panic!("{name}: {out}"))
            .parse()
            .unwrap();
        println!("{name}: {grown} KiB");
        assert!(grown < 64 << 10, "{name}: {grown} KiB");
    }
}

/// A small workbook's files, with text put over them at some places.
fn meddled(meddling: &[(u8, u16, String)]) -> Vec<u8> {
    let mut files = [
        ("xl/worksheets/sheet1.xml", r#"<worksheet xmlns="x"><dimension ref="A1:B2"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>lat</t></is></c></row><row r="2"><c r="A2" s="1"><v>45000.5</v></c><c r="B2" t="e"><v>#N/A</v></c></row></sheetData></worksheet>"#.to_owned()),
        ("xl/sharedStrings.xml", r#"<sst uniqueCount="1"><si><r><t>name</t></r><rPh><t>x</t></rPh></si></sst>"#.to_owned()),
        ("xl/styles.xml", r#"<styleSheet><numFmts><numFmt numFmtId="200" formatCode="yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="200" fontId="0"/></cellXfs></styleSheet>"#.to_owned()),
    ];
    for (file, at, text) in meddling {
        let text_of = &mut files[usize::from(*file) % 3].1;
        let at = usize::from(*at) % text_of.len();
        let end = (at + text.len()).min(text_of.len());
        text_of.replace_range(at..end, text);
    }
    let files = files.map(|(name, text)| (name, text.into_bytes()));
    bombs::workbook(&files)
}

#[test]
fn the_workbook_that_is_meddled_with_below_is_read() {
    let file = interchange::read(&meddled(&[]), &Edits::default(), &Limits::UPLOAD);
    assert_eq!(file.sheet.rows[0].cells, ["2023-03-15 12:00"]);
    let problems = &file.reading.problems;
    let errors = problems
        .iter()
        .filter(|p| p.found.as_deref() == Some("#N/A"));
    assert_eq!(errors.count(), 1, "{problems:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_meddling_with_a_workbook_makes_the_reader_fall(
        meddling in prop::collection::vec((0..3_u8, any::<u16>(), "[ -~]|[<>/\"=:A-Z0-9]{1,12}|</?(c|v|row|is|t|si|f|xf)>|99999999999|r=\"[A-Z]{1,9}[0-9]{0,12}\""), 1..6)
    ) {
        interchange::read(&meddled(&meddling), &Edits::default(), &Limits::UPLOAD);
    }

    #[test]
    fn no_bytes_make_the_reader_fall(
        head in prop::sample::select(vec![&b""[..], b"PK\x03\x04", b"{", b"[", b"{\"type\":\"FeatureCollection\",\"features\":[", b"\xef\xbb\xbf", "名称,緯度,経度\n".as_bytes()]),
        tail: Vec<u8>,
        work in prop::sample::select(vec![None, Some(Encoding::Utf8), Some(Encoding::Cp932)]),
        header_row in prop::option::of(0..5_usize),
    ) {
        let work = Edits { encoding: work, header_row, ..Edits::default() };
        interchange::read(&[head, &tail].concat(), &work, &Limits::UPLOAD);
    }
}
