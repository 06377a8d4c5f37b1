//! Sheets as town halls keep them, whole files: which rows are facilities, what they come to, and what
//! the report says of the rest.

use std::path::Path;

use machinaka::interchange::edits::{Edits, Encoding};
use machinaka::interchange::{self, File, Format, Limits};
use serde_json::json;

fn bytes(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/sheets");
    std::fs::read(folder.join(name)).unwrap()
}

fn read(name: &str, work: &Edits) -> File {
    interchange::read(&bytes(name), work, &Limits::UPLOAD)
}

/// The problems of the file, and those of rows: code, row and whether it blocks.
fn problems(file: &File) -> Vec<(&'static str, Option<usize>, bool)> {
    let all = file.reading.problems.iter();
    all.map(|p| (p.code, p.row, p.blocks)).collect()
}

fn codes_of_file(file: &File) -> Vec<&'static str> {
    let of_file = problems(file)
        .into_iter()
        .filter(|(_, row, _)| row.is_none());
    of_file.map(|(code, ..)| code).collect()
}

fn names(file: &File) -> Vec<&str> {
    let rows = file.reading.usable.iter();
    rows.map(|row| row.fields["name"].as_str().unwrap())
        .collect()
}

/// The five facilities of most of these files.
const FIVE: [&str; 5] = [
    "コワーキングスペース焼津本町",
    "テレワークオフィス栄町",
    "みなとワークラウンジ",
    "大井川サテライトオフィス",
    "焼津港ワーケーション",
];

#[test]
fn every_sheet_of_the_same_five_facilities_gives_them_all() {
    // The file, the row of its header, the first facility's row, and what is said of the file.
    let cases: [(&str, usize, usize, &[&str]); 11] = [
        ("01_title_rows_merged.xlsx", 4, 5, &["column-unmatched"]),
        ("02_two_header_rows.xlsx", 2, 3, &["column-unmatched"]),
        (
            "03_totals_row.xlsx",
            1,
            2,
            &["column-unmatched", "rows-skipped"],
        ),
        (
            "04_hidden_row_col_sheet.xlsx",
            1,
            2,
            &[
                "column-unmatched",
                "columns-hidden",
                "rows-hidden",
                "sheets-more",
            ],
        ),
        ("14_semicolon.csv", 1, 2, &["column-unmatched"]),
        ("16_unicode_text.txt", 1, 2, &["column-unmatched"]),
        ("16c_eucjp.csv", 1, 2, &["column-unmatched"]),
        ("22_libre.ods", 1, 2, &["column-unmatched"]),
        ("25_geojson.geojson", 0, 1, &[]),
        (
            "28_transposed.xlsx",
            1,
            2,
            &["column-unmatched", "table-transposed"],
        ),
        (
            "30_template.csv",
            1,
            2,
            &["column-unmatched", "kind-missing"],
        ),
    ];
    for (name, header, first, codes) in cases {
        let file = read(name, &Edits::default());
        let mut found = codes_of_file(&file);
        found.sort_unstable();
        assert_eq!(found, codes, "{name}");
        let blocking = problems(&file).into_iter().filter(|(.., blocks)| *blocks);
        assert_eq!(blocking.count(), 0, "{name}: {:?}", file.reading.problems);
        assert_eq!(names(&file), FIVE, "{name}");
        assert_eq!(file.sheet.header.number, header, "{name}");
        assert_eq!(file.reading.usable[0].number, first, "{name}");
        let fields = &file.reading.usable[0].fields;
        assert_eq!(fields["address"], "静岡県焼津市本町5-6-1", "{name}");
        assert_eq!(fields["position"], json!([138.320591, 34.86314]), "{name}");
        if name.starts_with("30") || name.starts_with("25") {
            continue;
        }
        assert_eq!(fields["kind"], "coworking", "{name}");
        assert_eq!(fields["phone"], "054-626-1111", "{name}");
        assert_eq!(fields["seats"], 20, "{name}");
        assert_eq!(fields["amenities"], json!(["wifi", "power"]), "{name}");
        assert_eq!(
            fields["opening_hours"], "Mo-Fr 09:00-18:00; PH off",
            "{name}"
        );
    }
}

#[test]
fn what_is_not_read_is_named_with_what_to_do() {
    let file = read("21_old.xls", &Edits::default());
    assert_eq!(problems(&file), [("format-unknown", None, true)]);
    let said = &file.reading.problems[0].message.ja;
    assert!(
        said.contains("古いExcel") && said.contains("xlsx"),
        "{said}"
    );
}

#[test]
fn older_encodings_are_named() {
    for (name, encoding) in [
        ("16_unicode_text.txt", Encoding::Utf16Le),
        ("16c_eucjp.csv", Encoding::EucJp),
        ("14_semicolon.csv", Encoding::Utf8),
    ] {
        let file = read(name, &Edits::default());
        assert_eq!(
            (file.format, file.encoding),
            (Some(Format::Csv), Some(encoding)),
            "{name}"
        );
    }
}

#[test]
fn rows_in_two_lines_get_one_header() {
    for name in ["02_two_header_rows.xlsx", "F13.xlsx"] {
        let file = read(name, &Edits::default());
        let labels: Vec<&str> = file.columns.iter().map(|column| &*column.label).collect();
        assert!(
            labels.contains(&"位置・緯度") && labels.contains(&"位置・経度"),
            "{labels:?}"
        );
        // Also where somebody says which row it is.
        for row in [1, 2] {
            let work = Edits {
                header_row: Some(row),
                ..Edits::default()
            };
            let chosen = read(name, &work);
            assert_eq!(chosen.columns, file.columns, "{name} {row}");
            assert_eq!(chosen.reading.usable, file.reading.usable, "{name} {row}");
        }
    }
    let file = read("F13.xlsx", &Edits::default());
    assert_eq!(names(&file), ["テストハブ甲", "テストハブ乙"]);
    assert_eq!(
        file.reading.usable[1].fields["position"],
        json!([139.701, 35.655])
    );
    assert_eq!(problems(&file), []);
}

#[test]
fn a_merged_cell_holds_for_every_row_it_covers() {
    let file = read("F13b.xlsx", &Edits::default());
    assert_eq!(problems(&file), []);
    let second = &file.reading.usable[1].fields;
    assert_eq!(second["kind"], "coworking");
    assert_eq!(second["address"], "東京都渋谷区道玄坂2-1");
    assert_eq!(second["name"], "テストハブ乙");
}

#[test]
fn hidden_rows_and_columns_are_read_only_when_somebody_says_so() {
    let name = "04_hidden_row_col_sheet.xlsx";
    let file = read(name, &Edits::default());
    let said = |code: &str| {
        let problem = file.reading.problems.iter().find(|p| p.code == code);
        problem.unwrap().message.ja.clone()
    };
    assert!(
        said("rows-hidden").contains("7行目"),
        "{}",
        said("rows-hidden")
    );
    assert!(said("columns-hidden").contains("担当者携帯（非公開）"));
    assert!(
        said("sheets-more").contains("作業用"),
        "{}",
        said("sheets-more")
    );
    let work = Edits {
        hidden: true,
        ..Edits::default()
    };
    let all = read(name, &work);
    assert_eq!(all.reading.usable.len(), 6);
    assert!(!codes_of_file(&all).contains(&"rows-hidden"));
    let private = "担当者携帯（非公開）".to_owned();
    let work = Edits {
        columns: [(private, Some("eligibility_note".to_owned()))].into(),
        ..Edits::default()
    };
    let chosen = &read(name, &work).reading.usable[0].fields["eligibility_note"];
    assert_eq!(chosen, "090-1234-5672");
    assert!(
        file.reading
            .usable
            .iter()
            .all(|row| !row.fields.contains_key("eligibility_note"))
    );
}

#[test]
fn other_worksheets_with_tables_are_named_and_can_be_chosen() {
    let file = read("05_several_sheets.xlsx", &Edits::default());
    assert_eq!(names(&file), FIVE[..3]);
    assert_eq!(file.sheets.1.as_deref(), Some("市街地"));
    let more: Vec<_> = file
        .reading
        .problems
        .iter()
        .filter(|p| p.code == "sheets-more")
        .collect();
    assert_eq!(more[0].found.as_deref(), Some("大井川"));
    let work = Edits {
        sheet: Some("大井川".to_owned()),
        ..Edits::default()
    };
    let other = read("05_several_sheets.xlsx", &work);
    assert_eq!(names(&other), FIVE[3..]);
    assert!(!codes_of_file(&other).contains(&"sheets-more"));
    let work = Edits {
        sheet: Some("ない".to_owned()),
        ..Edits::default()
    };
    let problem = &read("05_several_sheets.xlsx", &work).reading.problems[0];
    assert!(problem.blocks && problem.message.ja.contains("市街地、大井川"));
}

#[test]
fn totals_and_notes_are_no_facilities() {
    let file = read("03_totals_row.xlsx", &Edits::default());
    assert_eq!(file.reading.rows, 5);
    let skipped = file
        .reading
        .problems
        .iter()
        .find(|p| p.code == "rows-skipped");
    let said = &skipped.unwrap().message.ja;
    assert!(said.contains("7行目") && said.contains("9行目"), "{said}");
}

#[test]
fn a_row_that_goes_on_with_the_one_above_is_said_and_not_read() {
    let file = read("35_parts.xlsx", &Edits::default());
    assert_eq!(
        names(&file),
        [
            "ワークスペース石津",
            "ワークスペース与惣次",
            "ワークスペース八楠"
        ]
    );
    assert!(problems(&file).contains(&("rows-skipped", Some(4), false)));
    let skipped = file
        .reading
        .problems
        .iter()
        .find(|p| p.code == "rows-skipped");
    assert_eq!(
        skipped.unwrap().found.as_deref(),
        Some("（会議室）、8、500円")
    );
}

#[test]
fn properties_of_features_are_matched_as_headers_are() {
    let file = read("G10.geojson", &Edits::default());
    assert_eq!(problems(&file), []);
    let row = &file.reading.usable[0];
    for (name, value) in [
        ("name", json!("テストハブ甲")),
        ("kind", json!("coworking")),
        ("address", json!("東京都渋谷区道玄坂2-1")),
        ("phone", json!("03-0000-0001")),
        ("opening_hours", json!("Mo-Su 09:00-18:00")),
        ("position", json!([139.6985, 35.6585])),
    ] {
        assert_eq!(row.fields[name], value, "{name}");
    }
}

#[test]
fn what_a_feature_cannot_say_erases_nothing() {
    let file = read("G12.geojson", &Edits::default());
    let fields = &file.reading.usable[0].fields;
    for (name, value) in [("seats", 20), ("price_hour_yen", 500), ("built_year", 1966)] {
        assert_eq!(fields[name], value, "{name}");
    }
    // Read, or said and left alone.
    let hours = fields.get("opening_hours").and_then(|hours| hours.as_str());
    let is_said = problems(&file).contains(&("hours-unreadable", Some(1), false));
    let is_read = hours.is_some_and(|hours| hours.starts_with("Mo-Fr 09:00-17:00"));
    assert!(
        is_read || (is_said && !fields.contains_key("opening_hours")),
        "{fields:?}"
    );
    // A number that cannot be one keeps the published one out of danger.
    assert!(
        fields.get("phone").is_none_or(|phone| !phone.is_null()),
        "{fields:?}"
    );
    for name in ["amenities", "eligibility", "sources", "closures", "address"] {
        assert!(!fields.contains_key(name), "{name} is not said");
    }
    let whole = read("RT.geojson", &Edits::default());
    assert_eq!(
        whole.reading.problems.len(),
        0,
        "{:?}",
        whole.reading.problems
    );
    assert_eq!(
        whole.reading.usable[0].fields["amenities"],
        json!(["wifi", "power"])
    );
}
