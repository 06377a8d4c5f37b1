//! `machinaka import` of sheets as offices keep them.

use serde_json::Value;

use super::*;

fn case(name: &str) -> String {
    format!("{}/tests/cases/sheets/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn published(database: &str) -> Vec<Value> {
    let exported = out(&run(&[
        "export",
        "--format",
        "geojsonl",
        "--database",
        database,
    ]));
    exported
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_feature_that_cannot_be_read_erases_nothing() {
    let files = Files::new();
    let database = format!("sqlite:{}", files.path("a.sqlite"));
    for name in ["RT.geojson", "G12.geojson"] {
        let done = run(&["import", &case(name), "--publish", "--database", &database]);
        assert!(
            done.status.success(),
            "{name}: {}{}",
            out(&done),
            err(&done)
        );
    }
    let properties = &published(&database)[0]["properties"];
    for (name, value) in [("seats", 20), ("price_hour_yen", 500), ("built_year", 1966)] {
        assert_eq!(properties[name], value, "{name}");
    }
    for name in [
        "phone",
        "opening_hours",
        "amenities",
        "eligibility",
        "sources",
        "address",
    ] {
        assert!(!properties[name].is_null(), "{name}: {properties}");
    }
}

#[test]
fn worksheets_and_hidden_rows_are_chosen_by_options() {
    let files = Files::new();
    let database = format!("sqlite:{}", files.path("a.sqlite"));
    let rows = |name: &str, more: &[&str]| {
        let arguments = [
            "import",
            &case(name),
            "--dry-run",
            "--json",
            "--database",
            &database,
        ];
        let output = run(&[&arguments[..], more].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), report["rows"].as_u64())
    };
    assert_eq!(rows("05_several_sheets.xlsx", &[]), (Some(0), Some(3)));
    assert_eq!(
        rows("05_several_sheets.xlsx", &["--sheet", "大井川"]),
        (Some(0), Some(2))
    );
    assert_eq!(
        rows("05_several_sheets.xlsx", &["--sheet", "ない"]).0,
        Some(2)
    );
    assert_eq!(
        rows("04_hidden_row_col_sheet.xlsx", &[]),
        (Some(0), Some(5))
    );
    assert_eq!(
        rows("04_hidden_row_col_sheet.xlsx", &["--hidden"]).1,
        Some(6)
    );
    assert_eq!(
        rows("02_two_header_rows.xlsx", &["--header-row", "2"]),
        (Some(0), Some(5))
    );
}

#[test]
fn what_waits_for_review_is_read_as_it_was_chosen() {
    let files = Files::new();
    let database = format!("sqlite:{}", files.path("a.sqlite"));
    let sheet = case("05_several_sheets.xlsx");
    let sent = run(&[
        "import",
        &sheet,
        "--sheet",
        "大井川",
        "--json",
        "--database",
        &database,
    ]);
    let report: Value = serde_json::from_slice(&sent.stdout).unwrap();
    assert_eq!(
        (&report["rows"], &report["submission"]),
        (&2.into(), &1.into()),
        "{}",
        err(&sent)
    );
}

#[test]
fn the_report_names_three_rows_of_a_sort_and_counts_the_rest() {
    let files = Files::new();
    let database = format!("sqlite:{}", files.path("a.sqlite"));
    let row = |n: usize| format!("施設{n},コワーキング,35.6{n:04},139.7,何席か\n");
    let text: String = (1..=50).map(row).collect();
    let file = files.write("a.csv", &format!("名称,種類,緯度,経度,席数\n{text}"));
    let dry = ["import", &file, "--dry-run", "--database", &database];
    let printed = out(&run(&dry));
    let of_sort = printed
        .lines()
        .filter(|line| line.contains("[value-unreadable]"));
    assert_eq!(of_sort.count(), 4, "{printed}");
    assert!(printed.contains("ほか47件、合わせて50件"), "{printed}");
    let report: Value =
        serde_json::from_slice(&run(&[&dry[..], &["--json"]].concat()).stdout).unwrap();
    let all = report["problems"].as_array().unwrap().iter();
    assert_eq!(all.filter(|p| p["code"] == "value-unreadable").count(), 50);
}
