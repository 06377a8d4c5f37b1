//! Files to take away hold all that was asked for: of facilities and of coverage, in every format.

use std::io::Cursor;

use calamine::Reader;
use diesel::dsl::sql;
use diesel::sql_types::BigInt;
use diesel::{Connection, RunQueryDsl, SqliteConnection};

use crate::cli::Files;
use crate::support::server::{Answer, TestDirectory};

const ITEMS: &str = "/collections/facilities/items";
const COVERED: &str = "/collections/coverage/items";
const FORMATS: [&str; 6] = ["csv", "xlsx", "fgb", "gpkg", "kml", "geojsonl"];

/// How many features a file holds.
fn features(format: &str, layer: &str, answer: &Answer) -> usize {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let bytes = &answer.bytes[..];
    match format {
        "csv" => rows_of_text(bytes) - 1,
        "geojsonl" => answer.text.lines().count(),
        "kml" => answer.text.matches("<Placemark").count(),
        "xlsx" => rows_of_workbook(bytes) - 1,
        "fgb" => {
            let reader = flatgeobuf::FgbReader::open(Cursor::new(bytes)).unwrap();
            reader.header().features_count() as usize
        }
        "gpkg" => features_of_geopackage(bytes, layer),
        other => panic!("{other}"),
    }
}

/// Rows of a table of text, the header among them; notes begin with #.
fn rows_of_text(bytes: &[u8]) -> usize {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let is_row = |record: &csv::StringRecord| !record.get(0).unwrap_or("").contains('#');
    reader.records().map(Result::unwrap).filter(is_row).count()
}

/// Rows of the first worksheet.
fn rows_of_workbook(bytes: &[u8]) -> usize {
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    book.worksheet_range_at(0).unwrap().unwrap().height()
}

fn features_of_geopackage(bytes: &[u8], layer: &str) -> usize {
    let files = Files::new();
    let path = files.path("a.gpkg");
    std::fs::write(&path, bytes).unwrap();
    let mut db = SqliteConnection::establish(&path).unwrap();
    let query = format!("select count(*) from {layer}");
    let count: i64 = sql::<BigInt>(&query).get_result(&mut db).unwrap();
    count as usize
}

#[test]
fn a_file_holds_all_that_match_and_a_page_does_not() {
    let directory = TestDirectory::shared();
    for (items, layer, query) in [
        (ITEMS, "facilities", ""),
        (
            ITEMS,
            "facilities",
            "near=139.7,35.66&include-unknown=true&eligibility=anyone",
        ),
        (COVERED, "coverage", "area=13&"),
        (COVERED, "coverage", "within=800"),
    ] {
        let page = directory.json(&format!("{items}?{query}&f=json"));
        let matched = page["numberMatched"].as_u64().unwrap() as usize;
        assert_eq!(page["numberReturned"], matched.min(100), "{query}");
        assert_eq!(directory.link(&page, "next").is_some(), matched > 100);
        for format in FORMATS {
            // There is no line a feature of coverage.
            if (items, format) == (COVERED, "geojsonl") {
                continue;
            }
            for (limit, expected) in [
                ("", matched),
                ("&limit=7", 7),
                ("&limit=1000000", matched),
                ("&limit=99999999999999999999999", matched),
            ] {
                let path = format!("{items}?{query}&f={format}{limit}");
                let answer = directory.get(&path);
                assert_eq!(features(format, layer, &answer), expected, "{path}");
                let disposition = answer.header("content-disposition");
                assert!(
                    disposition.contains(&format!("{layer}.{format}")),
                    "{disposition}"
                );
            }
        }
        let answer = directory.get(&format!("{items}?{query}&f=csv&limit=0"));
        assert_eq!(answer.status, 400, "{}", answer.text);
    }
    // All of Japan's municipalities, to be sure that the above saw more than one page.
    let page = directory.json(&format!("{COVERED}?limit=1"));
    assert_eq!(page["numberMatched"], 1741);
}

#[test]
fn a_list_s_page_links_to_files_of_all_of_it() {
    let directory = TestDirectory::shared();
    let matched = directory.json(&format!("{ITEMS}?limit=1"))["numberMatched"].as_u64();
    let first = directory.get(&format!("{ITEMS}?f=html&limit=20"));
    let after = |html: &str, mark: &str| {
        let rest = html.split_once(mark).map(|(before, _)| before);
        let start = rest.and_then(|before| before.rfind("href=\"")).unwrap();
        let href = html[start + 6..].split('"').next().unwrap();
        let href = href.replace("&amp;", "&").replace("&#38;", "&");
        match href.starts_with('/') {
            true => href,
            false => directory.path(&href),
        }
    };
    let second = directory.get(&after(&first.text, "\" rel=\"next\""));
    for html in [&first.text, &second.text] {
        let path = after(html, ">CSV<");
        assert!(path.contains("f=csv"), "{path}");
        let answer = directory.get(&path);
        let found = features("csv", "facilities", &answer) as u64;
        assert_eq!(Some(found), matched, "{path}");
    }
}
