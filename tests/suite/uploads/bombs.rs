//! Workbooks that are small and want to be large, and others that lie.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const WORKBOOK_RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
const SHEET_BEGIN: &str = r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">"#;

/// Parts beside those every workbook has.
pub fn workbook(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut all: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", WORKBOOK_RELS.as_bytes()),
    ];
    all.retain(|(name, _)| parts.iter().all(|(other, _)| name != other));
    all.extend(parts);
    zipped(&all)
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let deflated = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(*name, deflated).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// One sheet with these rows of inline texts.
pub fn sheet(rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut xml = format!("{SHEET_BEGIN}<sheetData>");
    for (r, row) in rows.enumerate() {
        xml += &format!("<row r=\"{}\">", r + 1);
        for (c, text) in row.iter().enumerate() {
            xml += &format!(
                "<c r=\"{}{}\" t=\"inlineStr\"><is><t>{text}</t></is></c>",
                letters(c),
                r + 1
            );
        }
        xml += "</row>";
    }
    xml += "</sheetData></worksheet>";
    xml.into_bytes()
}

/// A column's letters.
fn letters(column: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(column % 26).unwrap());
    match column / 26 {
        0 => letter.to_string(),
        more => letters(more - 1) + &letter.to_string(),
    }
}

fn one_sheet(xml: &[u8]) -> Vec<u8> {
    workbook(&[("xl/worksheets/sheet1.xml", xml)])
}

fn header() -> Vec<String> {
    ["name", "kind", "lat", "lon"].map(str::to_owned).to_vec()
}

fn row(n: usize) -> Vec<String> {
    let name = format!("施設 {n}");
    [&name, "coworking", "34.17", "131.47"]
        .map(ToOwned::to_owned)
        .to_vec()
}

/// A sheet as people have them.
pub fn harmless() -> Vec<u8> {
    one_sheet(&sheet([header(), row(1)].into_iter()))
}

/// What each is, the file, and the limit that a message must name, where it is one.
pub fn all() -> Vec<(&'static str, Vec<u8>, Option<&'static str>)> {
    let zeros = vec![b' '; 300 << 20];
    let strings = {
        let text = "あ".repeat(5_000);
        let one = format!("<si><t>{text}</t></si>");
        format!(
            "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{}</sst>",
            one.repeat(4_000)
        )
    };
    let entities = {
        let mut doctype = "<!DOCTYPE x [<!ENTITY a0 \"ha\">".to_owned();
        for n in 1..30 {
            let before = format!("&a{};", n - 1).repeat(10);
            doctype += &format!("<!ENTITY a{n} \"{before}\">");
        }
        let cell = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&a29;</t></is></c></row>";
        format!(
            "<?xml version=\"1.0\"?>{doctype}]><worksheet><sheetData>{cell}</sheetData></worksheet>"
        )
    };
    let outside = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&a;</t></is></c></row></sheetData></worksheet>";
    let deep = format!("{SHEET_BEGIN}{}", "<a>".repeat(1_000_000));
    let corner = format!(
        "{SHEET_BEGIN}<dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData></worksheet>"
    );
    let promised = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" count=\"4294967295\" uniqueCount=\"4294967295\"><si><t>a</t></si></sst>";
    let missing = format!(
        "{SHEET_BEGIN}<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>4000000000</v></c></row></sheetData></worksheet>"
    );
    let long = sheet(
        [
            header(),
            vec![
                "長".repeat(1 << 20),
                "coworking".to_owned(),
                "34.17".to_owned(),
                "131.47".to_owned(),
            ],
        ]
        .into_iter(),
    );
    let names: Vec<String> = (0..1_000).map(|n| format!("xl/media/{n}.xml")).collect();
    let mut many: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), &b"x"[..]))
        .collect();
    let one = sheet([header(), row(1)].into_iter());
    many.push(("xl/worksheets/sheet1.xml", &one));
    let nested = (0..5).fold(harmless(), |inner, _| {
        zipped(&[("xl/embeddings/inner.xlsx", &inner)])
    });
    let climbing: &[(&str, &[u8])] = &[
        ("../../../tmp/machinaka-was-here", b"x"),
        ("xl/worksheets/sheet1.xml", &one),
    ];
    vec![
        (
            "three hundred megabytes of spaces",
            one_sheet(&[SHEET_BEGIN.as_bytes(), &zeros].concat()),
            Some("50"),
        ),
        (
            "sixty megabytes of strings",
            workbook(&[
                ("xl/worksheets/sheet1.xml", &one),
                ("xl/sharedStrings.xml", strings.as_bytes()),
            ]),
            Some("50"),
        ),
        ("a thousand files", workbook(&many), Some("200")),
        ("entries over one another", overlapping(), None),
        ("a size that is a lie", lying(), None),
        ("entities of entities", one_sheet(entities.as_bytes()), None),
        (
            "an entity from the machine",
            one_sheet(outside.as_bytes()),
            None,
        ),
        ("a million elements deep", one_sheet(deep.as_bytes()), None),
        (
            "a cell in the last corner",
            one_sheet(corner.as_bytes()),
            None,
        ),
        (
            "a promise of four thousand million strings",
            workbook(&[
                ("xl/worksheets/sheet1.xml", &one),
                ("xl/sharedStrings.xml", promised.as_bytes()),
            ]),
            None,
        ),
        (
            "a string that is not there",
            one_sheet(missing.as_bytes()),
            None,
        ),
        ("a cell of a million characters", one_sheet(&long), None),
        (
            "too many rows",
            one_sheet(&sheet(
                std::iter::once(header()).chain((0..20_001).map(row)),
            )),
            Some("20000"),
        ),
        (
            "too many columns",
            one_sheet(&sheet(
                [
                    (0..101).map(|n| format!("列{n}")).collect(),
                    vec!["a".to_owned(); 101],
                ]
                .into_iter(),
            )),
            Some("100"),
        ),
        ("a workbook in a workbook in a workbook", nested, None),
        ("a file that climbs", workbook(climbing), None),
        (
            "half of it",
            harmless()[..harmless().len() / 2].to_vec(),
            None,
        ),
        (
            "an end without a beginning",
            harmless()[harmless().len() - 22..].to_vec(),
            None,
        ),
        ("a folder of nothing", zipped(&[]), None),
        (
            "an old workbook, or one with a password",
            [
                &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..],
                &[0; 4096],
            ]
            .concat(),
            None,
        ),
    ]
}

/// Many entries of the directory that lead to the same bytes.
fn overlapping() -> Vec<u8> {
    let big = sheet((0..20_000).map(row));
    let zip = one_sheet(&big);
    let end = zip.len() - 22;
    let directory = u32::from_le_bytes(zip[end + 16..end + 20].try_into().unwrap()) as usize;
    let entries = &zip[directory..end];
    // The last of them is the sheet; it comes a hundred times more, under other names.
    let last = entries
        .windows(4)
        .rposition(|four| four == b"PK\x01\x02")
        .unwrap();
    let mut bytes = zip[..end].to_vec();
    for n in 0..100_u8 {
        let mut copy = entries[last..].to_vec();
        let name = copy.len() - 5;
        copy[name] = b'0' + n % 10;
        copy[name - 1] = b'a' + n / 10;
        bytes.extend(copy);
    }
    let size = u32::try_from(bytes.len() - directory).unwrap();
    let mut tail = zip[end..].to_vec();
    let count = u16::from_le_bytes(tail[10..12].try_into().unwrap()) + 100;
    tail[8..10].copy_from_slice(&count.to_le_bytes());
    tail[10..12].copy_from_slice(&count.to_le_bytes());
    tail[12..16].copy_from_slice(&size.to_le_bytes());
    bytes.extend(tail);
    bytes
}

/// A directory that says a hundred megabytes are ten bytes.
fn lying() -> Vec<u8> {
    let mut bytes = one_sheet(&vec![b' '; 100 << 20]);
    let big = u32::to_le_bytes(100 << 20);
    let small = u32::to_le_bytes(10);
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == big {
            bytes[at..at + 4].copy_from_slice(&small);
        }
    }
    bytes
}
