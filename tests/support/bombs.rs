//! Files made to harm whoever opens them. Each is small, and is refused in a moment.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const SHEET: &str = "xl/worksheets/sheet1.xml";
const NAMESPACE: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// A workbook with these files instead of, or besides, its own.
pub fn workbook(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let relations = |list: &str| {
        format!(
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{list}</Relationships>"#
        )
    };
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let own = [
        (
            "_rels/.rels",
            relations(&format!(
                r#"<Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/>"#
            )),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&format!(
                r#"<Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="rId3" Type="{office}/styles" Target="styles.xml"/>"#
            )),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{NAMESPACE}" xmlns:r="{office}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (SHEET, sheet("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>")),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let replaced = |name: &str| files.iter().any(|(other, _)| *other == name);
    for (name, text) in own.iter().filter(|(name, _)| !replaced(name)) {
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    for (name, bytes) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn sheet(rows: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

fn rows(rows: &str) -> Vec<u8> {
    workbook(&[(SHEET, sheet(rows).into_bytes())])
}

/// Digits that look random: about a third of the size packed.
fn noise(length: usize) -> impl Iterator<Item = u8> {
    let mut state = 1_u32;
    (0..length).map(move |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b'0' + (state >> 24) as u8 % 10
    })
}

/// The bytes with every place of `from` overwritten, as somebody writes who edits a zip by hand.
fn patched(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> = (0..bytes.len() - from.len())
        .filter(|at| bytes[*at..].starts_with(from))
        .collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

/// Each with a name, and a word that the refusal must hold: the limit, mostly.
pub fn workbooks() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let many: Vec<(String, Vec<u8>)> = (0..5_000)
        .map(|i| (format!("xl/media/{i}.png"), vec![]))
        .collect();
    let many: Vec<(&str, Vec<u8>)> = many
        .iter()
        .map(|(name, bytes)| (&**name, bytes.clone()))
        .collect();
    let large = [b"<a>".to_vec(), noise(51 << 20).collect()].concat();
    let length = large.len() as u32;
    let large = workbook(&[("xl/media/large.bin", large)]);
    let lying = patched(large.clone(), &length.to_le_bytes(), &100_u32.to_le_bytes());
    let strings = |count: &str, strings: String| {
        format!(r#"<sst xmlns="{NAMESPACE}" uniqueCount="{count}">{strings}</sst>"#).into_bytes()
    };
    let repeated: String = (1..=19_000)
        .map(|row| {
            let cells: String = (0..26_u8)
                .map(|c| format!(r#"<c r="{}{row}" t="s"><v>0</v></c>"#, char::from(b'A' + c)))
                .collect();
            format!(
                r#"<row r="{row}" n="{}">{cells}</row>"#,
                row * 7919 % 10_007
            )
        })
        .collect();
    let styles = |inner: String| {
        format!(r#"<styleSheet xmlns="{NAMESPACE}">{inner}</styleSheet>"#).into_bytes()
    };
    let formats: String = (0..70_000)
        .map(|i| format!(r#"<xf numFmtId="{i}" fontId="{}"/>"#, i * 7919 % 10_007))
        .collect();
    let copied: String = (0..60_000)
        .map(|i| format!(r#"<xf numFmtId="200" fontId="{}"/>"#, i * 7919 % 10_007))
        .collect();
    let name: String = noise(500_000).map(char::from).collect();
    let laughs: String = (1..10)
        .map(|i| format!(r#"<!ENTITY l{i} "{}">"#, format!("&l{};", i - 1).repeat(10)))
        .collect();
    let laughs = format!(
        r#"<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "lol">{laughs}]><worksheet xmlns="{NAMESPACE}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData></worksheet>"#
    );
    let outside = format!(
        r#"<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet xmlns="{NAMESPACE}"><sheetData><row><c t="inlineStr"><is><t>&x;</t></is></c></row></sheetData></worksheet>"#
    );
    let wide: String = (0..16_384).map(|_| "<c><v>1</v></c>").collect();
    let tall: String = (1..=60_000)
        .map(|row| {
            format!(
                r#"<row r="{row}"><c><v>{}</v></c></row>"#,
                row * 7919 % 10_007
            )
        })
        .collect();
    let text: String = noise(3 << 20).map(char::from).collect();
    let dimension = format!(
        r#"<worksheet xmlns="{NAMESPACE}"><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData></worksheet>"#
    );
    vec![
        ("5,000 files", workbook(&many), "200個まで"),
        ("more than may be unpacked", large, "50 MiBまで"),
        ("the same, said to be small", lying, "壊れている"),
        ("a gigabyte of zeros a megabyte", workbook(&[(SHEET, vec![b' '; 40 << 20])]), "100倍まで"),
        ("a cell in the last corner", rows(r#"<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#), "100列まで"),
        ("a cell in the last row", rows(r#"<row r="1048576"><c r="A1048576"><v>1</v></c></row>"#), "20000行まで"),
        ("a table said to fill the sheet", workbook(&[(SHEET, dimension.into_bytes())]), "A1:XFD1048576"),
        ("all columns", rows(&format!("<row>{wide}</row>")), "100列まで"),
        ("60,000 rows", rows(&tall), "20000行まで"),
        ("entities in entities", workbook(&[(SHEET, laughs.into_bytes())]), "DOCTYPE"),
        ("an entity from outside", workbook(&[(SHEET, outside.into_bytes())]), "DOCTYPE"),
        ("a zip in the zip", workbook(&[("xl/worksheets/sheet2.xml", rows(""))]), "zipの中のzip"),
        ("strings said to be many", workbook(&[("xl/sharedStrings.xml", strings("99999999999999", String::new()))]), "壊れている"),
        (
            "one long string half a million times",
            workbook(&[
                ("xl/sharedStrings.xml", strings("1", format!("<si><t>{}</t></si>", "x".repeat(9_000)))),
                (SHEET, sheet(&repeated).into_bytes()),
            ]),
            "50 MiBまで",
        ),
        ("70,000 cell formats", workbook(&[("xl/styles.xml", styles(format!("<cellXfs>{formats}</cellXfs>")))]), "65536個まで"),
        (
            "a long format's name in every cell format",
            workbook(&[("xl/styles.xml", styles(format!(r#"<numFmts><numFmt numFmtId="200" formatCode="{name}"/></numFmts><cellXfs>{copied}</cellXfs>"#)))]),
            "バイトまで",
        ),
        ("a text of megabytes", rows(&format!(r#"<row><c t="inlineStr"><is><t>{text}</t></is></c></row>"#)), "1048576バイトまで"),
        ("a row beyond all numbers", rows(r#"<row r="99999999999999999999"><c><v>1</v></c></row>"#), "壊れている"),
        ("a column beyond all letters", rows(r#"<row><c r="ZZZZZZZZZZZZZZZ1"><v>1</v></c></row>"#), "壊れている"),
        ("a table from its end to its beginning", workbook(&[(SHEET, format!(r#"<worksheet xmlns="{NAMESPACE}"><dimension ref="B9:A1"/><sheetData/></worksheet>"#).into_bytes())]), "壊れている"),
        ("a text file with that name", b"PK\x03\x04 not a zip".to_vec(), "壊れている"),
        ("a workbook cut in half", { let whole = rows(&tall); whole[..whole.len() / 2].to_vec() }, "壊れている"),
    ]
}

/// Other files that are too much, or nothing at all.
pub fn others() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let columns = [b"name,".repeat(1_000_000), b"\n".to_vec()].concat();
    let rows = "a,b,c,d,e,f,g,h,i,j\n".repeat(100_000);
    vec![
        ("a million columns", columns, "100列まで"),
        (
            "20 MB of commas that end in a letter",
            [b",".repeat(20 << 20), b"a\n".to_vec()].concat(),
            "100列まで",
        ),
        ("100,000 rows", rows.into_bytes(), "20000行まで"),
        (
            "a cell of 20 MB",
            [b"name,address\na,".to_vec(), b"x".repeat(20 << 20)].concat(),
            "10000文字まで",
        ),
        (
            "a quote that never ends",
            [b"name,address\na,\"".to_vec(), b"b,c\n".repeat(1_000_000)].concat(),
            "10000文字まで",
        ),
        ("zeros", vec![0; 20 << 20], "文字でない"),
        ("arrays a million deep", b"[".repeat(1_000_000), "32段まで"),
        (
            "objects a million deep",
            b"{\"a\":".repeat(1_000_000),
            "32段まで",
        ),
        (
            "ten million features of nothing",
            [
                br#"{"type":"FeatureCollection","features":[0"#.to_vec(),
                b",0".repeat(10_000_000),
                b"]}".to_vec(),
            ]
            .concat(),
            "20000件まで",
        ),
        (
            "a feature of 20 MB",
            [
                br#"{"type":"Feature","properties":{"name":["#.to_vec(),
                b"0,".repeat(10 << 20),
                b"0]}}".to_vec(),
            ]
            .concat(),
            "1048576バイトまで",
        ),
        (
            "a collection cut off",
            br#"{"type":"FeatureCollection","features":[{"type":"Feature""#.to_vec(),
            "途中で終わって",
        ),
    ]
}
