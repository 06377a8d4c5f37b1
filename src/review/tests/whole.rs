//! Whole sheets of anything, read and reviewed: nothing may panic, and every row is counted.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::interchange::edits::Edits;
use crate::interchange::{self, Limits};

/// Headers of every sort, and some that nobody knows.
const HEADERS: &[&str] = &[
    "名称",
    "施設名称１",
    "農園名",
    "営業者申請者名",
    "施設の種類",
    "住所",
    "施設所在地２",
    "緯度",
    "経度",
    "緯度（日本測地系）",
    "旧経度",
    "座標",
    "座標系",
    "電話番号",
    "URL",
    "営業時間",
    "定休日",
    "開始時間",
    "月曜の開始時間",
    "定員（人）",
    "無料Wi-Fi",
    "駐車場（台）",
    "設備",
    "利用対象",
    "状況",
    "建築年",
    "確認日",
    "市区町村コード",
    "id",
    "position_precision",
    "closures",
    "support",
    "sources",
    "備考",
    "",
    "lat",
    "lon",
];

/// Cells and pieces of cells that have meant trouble.
const PIECES: &[&str] = &[
    "48.8566",
    "2.3522",
    "353930.6",
    "1394154.6",
    "35°39′30″",
    "北緯",
    "139.7",
    "-",
    "－",
    "なし",
    "９",
    "１９地割",
    "静岡県",
    "浜松市中区",
    "清水市",
    "葛\u{e0100}飾区",
    "北1西2",
    "東十二丁目",
    "字",
    "大字",
    "番地",
    "丁目",
    "〒",
    "市",
    "郡",
    "第",
    "1e308",
    "NaN",
    "0",
    "TOKYO",
    "EPSG:4301",
    "9:00～17:00",
    "24:00",
    "翌",
    "月曜",
    "祝日",
    "12/29",
    "～",
    "（",
    "）",
    "、",
    "・",
    "\u{202e}",
    "\u{200b}",
    "ﾃﾚﾜｰｸ",
    "'",
    "\"",
    "=1+1",
    "[",
    "{\"a\":[]}",
    "[[1,2]]",
    "令和",
    "R6.3",
    "3000",
    "2099-01-01",
    "http://",
    "https://a.jp/?q=%",
    "03-",
    "0312345678",
    "有",
    "○",
    "×",
    "open",
    "221317",
    "22131",
    "99999",
    "hub-1",
    " ",
    "　",
    "\n",
    "ー",
    "ヶ",
    "々",
];

fn cell() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(select(PIECES), 0..5).prop_map(|pieces| pieces.concat());
    let number = prop_oneof![any::<f64>(), 20.0..46.0, 122.0..154.0].prop_map(|n| n.to_string());
    prop_oneof![
        4 => pieces,
        1 => ".{0,12}",
        1 => number,
        1 => select(PIECES).prop_map(str::to_owned),
    ]
}

fn sheet() -> impl Strategy<Value = Vec<Vec<String>>> {
    let header = select(HEADERS).prop_map(str::to_owned);
    (1_usize..8).prop_flat_map(move |width| {
        let header = prop::collection::vec(header.clone(), width);
        let row = prop::collection::vec(cell(), width);
        (header, prop::collection::vec(row, 0..5)).prop_map(|(header, rows)| {
            let mut all = vec![header];
            all.extend(rows);
            all
        })
    })
}

fn reviewed(bytes: &[u8], edits: &Edits) -> (usize, Reviewed) {
    let mut file = interchange::read(bytes, edits, &Limits::UPLOAD);
    let mut reading = std::mem::take(&mut file.reading);
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
    crate::review::refuse_impossible(&mut reading, today);
    let rows = reading.rows;
    let snapshot = Snapshot::builder().finish(Seq(1), Moment(1));
    let context = ReviewContext {
        snapshot: &snapshot,
        districts: &SHIPPED.0,
        places: Some(&SHIPPED.1),
        blocks: None,
        area: None,
        decisions: RowDecisions::default(),
    };
    let mut next = 0;
    let new_id = || {
        next += 1;
        FacilityId::new(&format!("new-{next}")).unwrap()
    };
    (rows, review(reading, &context, new_id))
}

proptest! {
    #[test]
    fn any_sheet_is_read_and_reviewed(sheet in sheet(), lone in cell()) {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for row in &sheet {
            writer.write_record(row).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let mut edits = Edits::default();
        for chosen in [false, true] {
            let (rows, found) = reviewed(&bytes, &edits);
            prop_assert!(found.report.accepted <= rows);
            prop_assert_eq!(found.differences.len() + found.unchanged, found.report.accepted);
            if !chosen {
                // The same again, with a cell somebody wrote and a name somebody chose.
                edits.cells.insert(2, [(sheet[0][0].clone(), lone.clone())].into());
                edits.columns.insert(sheet[0][0].clone(), Some("name".to_owned()));
            }
        }
    }

    #[test]
    fn any_feature_is_read_and_reviewed(
        names in prop::collection::vec(select(HEADERS), 0..6),
        cells in prop::collection::vec(cell(), 6),
        x in prop_oneof![any::<f64>(), 122.0..154.0], y in prop_oneof![any::<f64>(), 20.0..46.0],
        crs in prop::option::of(select(PIECES)),
    ) {
        let mut properties = Map::new();
        for (name, cell) in names.iter().zip(&cells) {
            let value = serde_json::from_str(cell).unwrap_or_else(|_| json!(cell));
            properties.insert((*name).to_owned(), value);
        }
        let feature = json!({
            "type": "Feature", "geometry": { "type": "Point", "coordinates": [x, y] }, "properties": properties,
        });
        let collection = json!({ "type": "FeatureCollection", "crs": crs, "features": [feature] });
        for text in [collection.to_string(), feature.to_string(), cells.concat()] {
            let (rows, found) = reviewed(text.as_bytes(), &Edits::default());
            prop_assert!(found.report.accepted <= rows);
        }
    }

    #[test]
    fn any_address_and_search_is_answered(pieces in prop::collection::vec(select(PIECES), 0..8), text in ".{0,20}") {
        let places = &SHIPPED.1;
        for text in [pieces.concat(), text, format!("北海道{}", pieces.concat()), format!("静岡県{}", pieces.concat())] {
            let _ = places.address(&text, &[]);
            let _ = places.search(&text, 5);
        }
    }
}
