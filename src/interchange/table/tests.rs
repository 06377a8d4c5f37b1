use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use crate::interchange::columns::match_columns;

/// Reads rows of cells separated by `|`, the first of which is the header.
fn read(lines: &[&str], edits: &Edits) -> Reading {
    let mut lines = lines.iter().enumerate().map(|(i, line)| SheetLine {
        number: i + 1,
        cells: line.split('|').map(str::to_owned).collect(),
    });
    let sheet = Sheet {
        header: lines.next().unwrap(),
        rows: lines.collect(),
        ..Sheet::default()
    };
    let (columns, _) = match_columns(&sheet, edits);
    rows(&sheet, &columns, edits)
}

fn plain(lines: &[&str]) -> Reading {
    read(lines, &Edits::default())
}

/// Row, code, column and suggested cells.
type Said<'a> = (usize, &'static str, &'a str, Vec<(&'a str, &'a str)>);

fn said(reading: &Reading) -> Vec<Said<'_>> {
    // What is said of the file is no row's.
    let of_rows = reading.problems.iter().filter(|p| p.row.is_some());
    let problems = of_rows.map(|problem| {
        let cells = problem
            .suggestion
            .iter()
            .flat_map(|suggestion| &suggestion.cells);
        let cells = cells.map(|cell| (cell.column.as_str(), cell.text.as_str()));
        (
            problem.row.unwrap(),
            problem.code,
            problem.column.as_deref().unwrap_or(""),
            cells.collect(),
        )
    });
    problems.collect()
}

#[test]
fn a_row_becomes_the_fields_of_a_facility() {
    let reading = plain(&[
        "名称|施設種別|緯度|経度|住所|電話番号|URL|市区町村コード|営業状況|席数|設備|営業時間|建築年|最終確認日|補助事業|出典|利用方法|1時間の料金",
        "黒壁オフィス|コワーキング|35.3814|136.2655|長浜市元浜町1|(0749)65-0000|https://kurokabe.example|252034|営業中|約30席|Wi-Fi、電源、個室|平日9:00～17:00|明治33年|令和8年4月1日|官民連携まちなか再生推進事業|市の資料 https://a.example/|ドロップイン・月会員|500円",
    ]);
    assert_eq!(said(&reading), []);
    let fields = Value::Object(reading.usable[0].fields.clone());
    assert_eq!(
        fields,
        json!({
            "name": "黒壁オフィス", "kind": "coworking", "built_year": 1900, "status": "open", "municipality": "25203",
            "address": "長浜市元浜町1", "phone": "0749-65-0000", "website": "https://kurokabe.example", "price_hour_yen": 500,
            "seats": 30, "amenities": ["wifi", "power", "booth"], "uses": ["drop-in", "member"],
            "support": [{ "programme": "kanmin-machinaka", "certainty": "unknown" }],
            "sources": [{ "title": "市の資料", "url": "https://a.example/" }], "checked_on": "2026-04-01",
            "opening_hours": "Mo-Fr 09:00-17:00; PH off", "position": [136.2655, 35.3814],
        })
    );
    assert_eq!(reading.columns["kind"], "施設種別");
    assert_eq!(reading.columns["lat"], "緯度");
}

#[test]
fn an_empty_cell_says_that_there_is_none_and_an_unreadable_one_says_nothing() {
    let reading = plain(&[
        "名称|種類|緯度|経度|電話番号|席数|営業状況|営業時間|ID",
        "a|coworking|35.38|136.26|||||",
        "b|coworking|35.38|136.26|内線のみ|多数|たぶん|そのうち|全角 不可",
    ]);
    let none = &reading.usable[0].fields;
    assert_eq!(
        (&none["phone"], &none["seats"], &none["opening_hours"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    assert!(!none.contains_key("status") && !none.contains_key("id"));
    assert_eq!(reading.usable[0].implied_precision, Some(Precision::Town));
    let unreadable = &reading.usable[1].fields;
    assert_eq!(
        unreadable.keys().collect::<Vec<_>>(),
        ["name", "kind", "position"]
    );
    let columns: Vec<_> = said(&reading)
        .into_iter()
        .map(|(row, code, column, _)| (row, code, column))
        .collect();
    assert_eq!(
        columns,
        [
            (3, "value-unreadable", "ID"),
            (3, "value-unreadable", "営業状況"),
            (3, "value-unreadable", "電話番号"),
            (3, "value-unreadable", "席数"),
            (3, "hours-unreadable", "営業時間"),
        ]
    );
}

#[test]
fn what_blocks_keeps_its_row_out_and_offers_what_mends_it() {
    let reading = plain(&[
        "名称|種類|緯度|経度|住所|市区町村コード",
        "a|coworking|136.2655|35.3814||252034",
        "b|coworking|35.3814|1362655||252034",
        "|coworking|35.3814|136.2655||25203",
        "d|coworking|35.3814|136.2655||252035",
        "e|coworking|||長浜市元浜町1|",
        "f|coworking||||",
        "g|coworking|３５．３８１４|136.2655 ||11002",
    ]);
    assert_eq!(
        said(&reading),
        [
            (
                2,
                "coordinates-swapped",
                "緯度",
                vec![("緯度", "35.3814"), ("経度", "136.2655")]
            ),
            (
                3,
                "coordinates-malformed",
                "経度",
                vec![("緯度", "35.3814"), ("経度", "136.2655")]
            ),
            (4, "name-missing", "名称", vec![]),
            (5, "municipality-code", "市区町村コード", vec![]),
            (7, "coordinates-missing", "緯度", vec![]),
            (
                8,
                "municipality-code",
                "市区町村コード",
                vec![("市区町村コード", "011002")]
            ),
            (8, "full-width", "緯度", vec![("緯度", "35.3814")]),
            (8, "full-width", "経度", vec![("経度", "136.2655")]),
        ]
    );
    assert_eq!((reading.rows, reading.usable.len()), (7, 1));
    assert_eq!(reading.usable[0].fields["address"], "長浜市元浜町1");
    assert!(!reading.usable[0].fields.contains_key("position"));
}

#[test]
fn accepting_what_is_offered_mends_the_row() {
    let lines = [
        "名称|種類|緯度|経度|電話番号|住所",
        "a|coworking|136.2655|35.3814|ー|長浜市1?2",
        "b|coworking|35.39.31|1362655|0749-65-0000（事務局）|長浜市1",
    ];
    let first = plain(&lines);
    let mut edits = Edits::default();
    for problem in &first.problems {
        let row = edits.cells.entry(problem.row.unwrap()).or_default();
        for cell in &problem.suggestion.as_ref().unwrap().cells {
            row.insert(cell.column.clone(), cell.text.clone());
        }
    }
    let second = read(&lines, &edits);
    assert_eq!((said(&second), second.usable.len()), (vec![], 2));
    assert_eq!(second.usable[0].fields["address"], "長浜市1-2");
    assert_eq!(second.usable[1].fields["phone"], "0749-65-0000");
    edits.left_out = BTreeSet::from([2]);
    let third = read(&lines, &edits);
    assert_eq!((third.rows, third.usable.len()), (2, 1));
}

#[test]
fn an_address_and_a_list_may_stand_in_parts() {
    let reading = plain(&[
        "名称|種類|緯度|経度|都道府県名|市区町村名|町字|番地以下|方書|Wi-Fi|駐車場|電源",
        "a|coworking|35.3814|136.2655|滋賀県|長浜市|元浜町|12-38|黒壁ビル2階|有|×|○",
        "b|coworking|35.3814|136.2655|滋賀県|長浜市||||無|×|無",
    ]);
    assert_eq!(said(&reading), []);
    assert_eq!(
        reading.usable[0].fields["address"],
        "滋賀県長浜市元浜町12-38 黒壁ビル2階"
    );
    assert_eq!(
        reading.usable[0].fields["amenities"],
        json!(["wifi", "power"])
    );
    assert_eq!(reading.usable[1].fields["address"], Value::Null);
    assert!(!reading.usable[1].fields.contains_key("amenities"));
    assert_eq!(reading.usable[1].denied, ["wifi", "power", "parking"]);
    assert_eq!(reading.usable[1].partly, ["amenities"]);
    assert_eq!(reading.columns["address"], "町字");
}

#[test]
fn a_list_that_is_read_in_part_says_so() {
    let reading = plain(&[
        "名称|種類|緯度|経度|設備|営業状況",
        "a|coworking|35.3814|136.2655|Wi-Fi、駐車場なし、電源△|閉鎖予定",
        "b|coworking|35.3814|136.2655|駐車場なし|-",
        "c|coworking|35.3814|136.2655|あり|営業していません",
    ]);
    let codes: Vec<_> = reading.problems.iter().map(|p| (p.row, p.code)).collect();
    assert_eq!(
        codes,
        [
            (Some(2), "value-unreadable"),
            (Some(2), "value-unreadable"),
            (Some(4), "value-unreadable"),
            (Some(4), "value-unreadable"),
        ]
    );
    let row = |i: usize| &reading.usable[i];
    assert_eq!(row(0).fields["amenities"], json!(["wifi"]));
    assert_eq!(
        (&row(0).partly[..], &row(0).denied[..]),
        (&["amenities"][..], &["parking"][..])
    );
    assert_eq!(row(1).fields["amenities"], json!([]));
    for row in &reading.usable {
        assert!(!row.fields.contains_key("status"));
    }
    assert!(!row(2).fields.contains_key("amenities"));
}

#[test]
fn both_coordinates_may_stand_in_one_column() {
    let reading = plain(&[
        "名称|種類|緯度経度|住所",
        "a|coworking|35.3814, 136.2655|",
        "b|coworking|136.2655 35.3814|",
        "c|coworking|353814, 136.2655|",
        "d|coworking|黒壁のとなり|長浜市",
        "e|coworking||長浜市",
    ]);
    assert_eq!(
        reading
            .usable
            .iter()
            .map(|row| row.number)
            .collect::<Vec<_>>(),
        [2, 3, 6]
    );
    assert_eq!(
        said(&reading),
        [
            (
                4,
                "coordinates-malformed",
                "緯度経度",
                vec![("緯度経度", "35.3814,136.2655")]
            ),
            (5, "coordinates-malformed", "緯度経度", vec![]),
        ]
    );
    assert_eq!(reading.column("lat"), "緯度経度");
}

#[test]
fn guarded_cells_lose_their_guard() {
    let reading = plain(&[
        "name|kind|lat|lon|operator|stock_note",
        "'=1+1|coworking|35.3814|136.2655|'@home|''=x",
    ]);
    let fields = &reading.usable[0].fields;
    assert_eq!(
        (&fields["name"], &fields["operator"], &fields["stock_note"]),
        (&json!("=1+1"), &json!("@home"), &json!("'=x"))
    );
    assert_eq!(unguarded("'tis"), "'tis");
    assert_eq!(unguarded("'－5"), "－5");
}

#[test]
fn rows_shorter_than_the_header_and_odd_cells_are_read() {
    let long = "長".repeat(300);
    let reading = plain(&[
        "名称|種類|緯度|経度|備考",
        "a|コワーキング",
        &format!("{long}|城|35.3814|136.2655"),
        "二\n行|coworking|35.3814|136.2655|<script>",
    ]);
    let codes: Vec<_> = said(&reading)
        .into_iter()
        .map(|(row, code, ..)| (row, code))
        .collect();
    assert_eq!(
        codes,
        [
            (2, "coordinates-missing"),
            (3, "name-missing"),
            (3, "value-unreadable")
        ]
    );
    assert_eq!(reading.usable[0].fields["name"], "二 行");
}

#[test]
fn a_column_of_wards_completes_the_address() {
    for (header, row, expected) in [
        (
            "名称|緯度|経度|住所|区",
            "席|33.59|130.41|福岡市博多駅前2-1-1|博多区",
            "福岡市博多区博多駅前2-1-1",
        ),
        (
            "名称|緯度|経度|都道府県|市|区|町名|番地",
            "席|33.59|130.41|福岡県|福岡市|博多区|博多駅前二丁目|1-1",
            "福岡県福岡市博多区博多駅前二丁目1-1",
        ),
        (
            "名称|緯度|経度|市区町村|区|町名",
            "席|33.59|130.41|福岡市博多区|博多区|博多駅前",
            "福岡市博多区博多駅前",
        ),
        (
            "名称|緯度|経度|住所|区",
            "席|33.59|130.41|福岡市博多区店屋町1|-",
            "福岡市博多区店屋町1",
        ),
    ] {
        let reading = plain(&[header, row]);
        assert_eq!(reading.usable[0].fields["address"], expected, "{header}");
    }
}
