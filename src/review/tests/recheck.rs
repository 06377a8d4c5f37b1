//! An edited file, of which only some rows are checked again, is what a whole check says it is.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::interchange::edits::Edits;
use crate::interchange::{self, File, Limits};
use crate::review::recheck::RowEdit;
use crate::review::{Review, refuse_impossible};

/// Few words of each sort, so that rows meet: as one facility, as a published one, at one position.
const CELLS: [(&str, &[&str]); 12] = [
    (
        "ID",
        &[
            "",
            "",
            "",
            "hub-kurokabe",
            "hub-second",
            "hub-gone",
            "own-1",
        ],
    ),
    (
        "名称",
        &[
            "黒壁オフィス",
            "黒壁ｵﾌｨｽ",
            "黒壁 第2オフィス",
            "元浜の席",
            "駅前の席",
            "",
            "合計",
            "※以下は予定",
        ],
    ),
    ("種類", &["coworking", "テレワーク", "", "城"]),
    (
        "住所",
        &[
            "滋賀県長浜市元浜町12-38",
            "長浜市元浜町12番38号",
            "長浜市北船町3-1",
            "元浜町12-38",
            "まぼろし町1-1",
            "",
            "1812?3",
        ],
    ),
    ("市区町村コード", &["25203", "252034", "", "13101", "x"]),
    (
        "緯度",
        &[
            "35.3814",
            "35.38145",
            "35.3820",
            "0",
            "136.2655",
            "",
            "三十五",
            "353930.6",
        ],
    ),
    (
        "経度",
        &["136.2655", "136.26555", "136.2660", "35.3814", "", "-1"],
    ),
    ("座標系", &["", "", "", "", "", "TOKYO"]),
    (
        "電話番号",
        &["0749-65-2330", "(0749)65-2330", "", "なし", "x"],
    ),
    (
        "営業時間",
        &["9:00～17:00", "平日 9:00-17:00", "気まぐれ", ""],
    ),
    ("席数", &["12", "", "many", "１２"]),
    ("建築年", &["1990", "3000", "", "R6"]),
];

fn cell(column: usize) -> impl Strategy<Value = String> {
    let own = select(CELLS[column].1).prop_map(str::to_owned);
    prop_oneof![12 => own, 1 => ".{0,6}"]
}

fn row() -> impl Strategy<Value = Vec<String>> {
    (0..CELLS.len()).map(cell).collect::<Vec<_>>()
}

/// One edit: which row, and what is done to it.
#[derive(Debug, Clone)]
enum Step {
    Cell(usize, Option<String>),
    LeftOut(bool),
    LikelyMatch(Option<DuplicateDecision>),
}

fn step() -> impl Strategy<Value = (Vec<usize>, Step)> {
    let column = 0..CELLS.len();
    let cell = column.prop_flat_map(|column| {
        let text = prop::option::weighted(0.8, cell(column));
        text.prop_map(move |text| Step::Cell(column, text))
    });
    let likeness = select(vec![
        None,
        Some(DuplicateDecision::Other),
        Some(DuplicateDecision::Same("hub-kurokabe".to_owned())),
        Some(DuplicateDecision::Keep("hub-kurokabe".to_owned())),
        Some(DuplicateDecision::Same("hub-second".to_owned())),
    ]);
    let step = prop_oneof![
        6 => cell,
        1 => any::<bool>().prop_map(Step::LeftOut),
        2 => likeness.prop_map(Step::LikelyMatch),
    ];
    // Mostly one row; at times a row that is none of the table.
    (prop::collection::vec(0_usize..12, 1..3), step)
}

fn published() -> Vec<Facility> {
    let mut second = serde_json::to_value(kurokabe()).unwrap();
    for (name, value) in [
        ("id", json!("hub-second")),
        ("name", json!("黒壁 第2オフィス")),
        ("position", json!([136.2660, 35.3820])),
        ("address", json!("滋賀県長浜市北船町3-1")),
        ("phone", json!(null)),
    ] {
        second[name] = value;
    }
    let mut far = second.clone();
    for (name, value) in [
        ("id", json!("hub-far")),
        ("name", json!("元浜の席")),
        ("position", json!([136.9, 35.2])),
        ("address", json!("滋賀県長浜市まぼろし町1-1")),
    ] {
        far[name] = value;
    }
    let of = |value| serde_json::from_value(value).unwrap();
    vec![kurokabe(), of(second), of(far)]
}

/// All that is found, but for the ids that new facilities are given.
fn outcome(mut reviewed: Reviewed) -> impl PartialEq + std::fmt::Debug {
    let id = FacilityId::new("any").unwrap();
    let differences: Vec<_> = reviewed
        .differences
        .drain(..)
        .map(|found| {
            let mut found = (*found).clone();
            if found.before.is_none() && found.facility.id.as_str().starts_with("new-") {
                found.facility.id = id.clone();
            }
            found
        })
        .collect();
    (
        differences,
        reviewed.unchanged,
        reviewed.report,
        reviewed.likely,
        reviewed.undecided,
        reviewed.matched,
        reviewed.blanks,
    )
}

fn today() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 11, 30).unwrap()
}

fn csv(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(CELLS.map(|(header, _)| header))
        .unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

fn geojson(rows: &[Vec<String>]) -> Vec<u8> {
    let feature = |row: &Vec<String>| {
        let point = match (row[5].parse::<f64>(), row[6].parse::<f64>()) {
            (Ok(lat), Ok(lon)) => json!({ "type": "Point", "coordinates": [lon, lat] }),
            _ => Value::Null,
        };
        let properties = CELLS.iter().zip(row).filter(|((header, _), cell)| {
            !["緯度", "経度", "座標系"].contains(header) && !cell.is_empty()
        });
        let properties = properties.map(|((header, _), cell)| ((*header).to_owned(), json!(cell)));
        json!({ "type": "Feature", "geometry": point, "properties": properties.collect::<Map<_, _>>() })
    };
    let features: Vec<Value> = rows.iter().map(feature).collect();
    json!({ "type": "FeatureCollection", "features": features })
        .to_string()
        .into_bytes()
}

proptest! {
    #[test]
    fn rows_checked_again_are_what_a_whole_check_finds(
        rows in prop::collection::vec(row(), 2..9),
        steps in prop::collection::vec(step(), 1..10),
        is_json in any::<bool>(),
        in_area in any::<bool>(),
    ) {
        let bytes = if is_json { geojson(&rows) } else { csv(&rows) };
        let snapshot = Case::sheet(&[]).published(published()).withdraw("hub-gone").snapshot();
        let area = in_area.then(|| Area::new("25203").unwrap());
        let next = std::cell::Cell::new(0);
        let new_id = || {
            next.set(next.get() + 1);
            FacilityId::new(&format!("new-{}", next.get())).unwrap()
        };
        fn context<'a>(snapshot: &'a Snapshot, area: Option<Area>, edits: &'a Edits) -> ReviewContext<'a> {
            ReviewContext {
                snapshot,
                districts: &SHIPPED.0,
                places: Some(&SHIPPED.1),
                blocks: None,
                area,
                decisions: RowDecisions::of(edits),
            }
        }
        let whole = |edits: &Edits| -> (File, Review) {
            let mut file = interchange::read(&bytes, edits, &Limits::UPLOAD);
            let mut reading = std::mem::take(&mut file.reading);
            refuse_impossible(&mut reading, today());
            let review = Review::new(reading, &context(&snapshot, area, edits), new_id);
            (file, review)
        };
        let mut edits = Edits::default();
        let (mut file, mut review) = whole(&edits);
        for (at, step) in steps {
            let before = edits.clone();
            let numbers = at.iter().map(|at| if is_json { at + 1 } else { at + 2 });
            for number in numbers {
                match &step {
                    Step::Cell(column, text) => {
                        let label = CELLS[*column].0;
                        let cells = edits.cells.entry(number).or_default();
                        match text {
                            Some(text) => drop(cells.insert(label.to_owned(), text.clone())),
                            None => drop(cells.remove(label)),
                        }
                        edits.cells.retain(|_, cells| !cells.is_empty());
                    }
                    Step::LeftOut(true) => drop(edits.left_out.insert(number)),
                    Step::LeftOut(false) => drop(edits.left_out.remove(&number)),
                    Step::LikelyMatch(Some(likeness)) => drop(edits.likeness.insert(number, likeness.clone())),
                    Step::LikelyMatch(None) => drop(edits.likeness.remove(&number)),
                }
            }
            let changed = edits.rows_changed(&before).unwrap();
            let edit = RowEdit {
                file: &file,
                bytes: &bytes,
                rows: &changed,
                before: &before,
                edits: &edits,
                today: today(),
            };
            let (other, mut all) = whole(&edits);
            let context = context(&snapshot, area, &edits);
            let expected = outcome(all.reviewed(&context));
            let columns = (other.columns.clone(), other.examples.clone(), other.sheet.clone());
            match edit.read() {
                Some(reading) => {
                    prop_assert!(review.edited(&edit, reading, &context, new_id));
                    prop_assert_eq!(&columns, &(file.columns.clone(), file.examples.clone(), file.sheet.clone()));
                }
                None => (file, review) = (other, all),
            }
            prop_assert_eq!(&outcome(review.reviewed(&context)), &expected, "{:?}", changed);
        }
    }
}
