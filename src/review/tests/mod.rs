//! Rows against what is published, at real places.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::districts::Districts;
use crate::domain::change::{ChangeMark, Moment, Seq};
use crate::domain::facility::{Facility, FacilityId};
use crate::domain::report::Problem;
use crate::domain::user::Area;
use crate::interchange::edits::{BlankCells, DuplicateDecision, SamePlace};
use crate::interchange::reading::{Reading, SheetRow};
use crate::places::Places;
use crate::snapshot::{Snapshot, Update};

use super::{ReviewContext, Reviewed, RowDecisions, review};

mod changes;
mod doubles;
mod places;
mod recheck;
mod same;
mod times;
mod wards;
mod whole;

/// What ships, read once.
static SHIPPED: LazyLock<(Districts, Places)> = LazyLock::new(crate::places::tests::shipped);

/// A review in the making.
struct Case {
    published: Vec<Facility>,
    withdrawn: Vec<&'static str>,
    rows: Vec<Value>,
    columns: BTreeMap<&'static str, String>,
    area: Option<Area>,
    likeness: BTreeMap<usize, DuplicateDecision>,
    same: Option<SamePlace>,
    blank: BlankCells,
}

impl Case {
    /// A sheet with the usual columns.
    fn sheet(rows: &[Value]) -> Case {
        let columns = [
            ("id", "ID"),
            ("name", "名称"),
            ("municipality", "市区町村コード"),
            ("address", "住所"),
            ("lat", "緯度"),
            ("lon", "経度"),
            ("phone", "電話番号"),
        ];
        Case {
            columns: columns
                .map(|(field, label)| (field, label.to_owned()))
                .into(),
            ..Case::geojson(rows)
        }
    }

    fn geojson(rows: &[Value]) -> Case {
        Case {
            published: Vec::new(),
            withdrawn: Vec::new(),
            rows: rows.to_vec(),
            columns: BTreeMap::new(),
            area: None,
            likeness: BTreeMap::new(),
            same: None,
            blank: BlankCells::Clear,
        }
    }

    fn area(mut self, code: &str) -> Case {
        self.area = Some(Area::new(code).unwrap());
        self
    }

    fn published(mut self, facilities: impl IntoIterator<Item = Facility>) -> Case {
        self.published.extend(facilities);
        self
    }

    fn withdraw(mut self, id: &'static str) -> Case {
        self.withdrawn.push(id);
        self
    }

    fn decided(mut self, row: usize, likeness: DuplicateDecision) -> Case {
        self.likeness.insert(row, likeness);
        self
    }

    fn same(mut self, same: SamePlace) -> Case {
        self.same = Some(same);
        self
    }

    fn blank(mut self, blank: BlankCells) -> Case {
        self.blank = blank;
        self
    }

    fn snapshot(&self) -> Snapshot {
        let mut building = Snapshot::builder();
        for (seq, facility) in (1..).zip(&self.published) {
            building.add(Update {
                change: ChangeMark {
                    seq: Seq(seq),
                    hash: 0,
                },
                at: Moment(seq),
                id: facility.id.clone(),
                state: Some(facility.clone()),
            });
        }
        for id in &self.withdrawn {
            building.add(Update {
                change: ChangeMark {
                    seq: Seq(900),
                    hash: 0,
                },
                at: Moment(1_790_000_000_000_000),
                id: FacilityId::new(id).unwrap(),
                state: None,
            });
        }
        building.finish(Seq(1_000), Moment(1_000))
    }

    fn review(self) -> Reviewed {
        let snapshot = self.snapshot();
        let (districts, places) = &*SHIPPED;
        let context = ReviewContext {
            snapshot: &snapshot,
            districts,
            places: Some(places),
            blocks: None,
            area: self.area,
            decisions: RowDecisions {
                likeness: &self.likeness,
                same: self.same,
                blank: self.blank,
                is_exact: false,
            },
        };
        let mut next = 0;
        let new_id = || {
            next += 1;
            FacilityId::new(&format!("new-{next}")).unwrap()
        };
        review(reading(self.rows, self.columns), &context, new_id)
    }
}

/// Rows as a reader hands them on: numbered from 2, below the header.
fn reading(rows: Vec<Value>, columns: BTreeMap<&'static str, String>) -> Reading {
    let row = |(number, fields): (usize, Value)| {
        let Value::Object(fields) = fields else {
            panic!("a row is an object")
        };
        let decimals = |at: &Value| {
            let text = at.to_string();
            text.split_once('.')
                .map_or(0, |(_, decimals)| decimals.len())
        };
        let position = fields.get("position").and_then(Value::as_array);
        let decimals = position.map(|pair| pair.iter().map(decimals).max().unwrap_or(0));
        SheetRow {
            number,
            implied_precision: decimals.map(crate::interchange::coordinates::precision),
            partly: Vec::new(),
            denied: Vec::new(),
            fields,
        }
    };
    Reading {
        rows: rows.len(),
        usable: (2..).zip(rows).map(row).collect(),
        columns,
        ..Reading::default()
    }
}

/// A row with a name, what else it says, and perhaps a position (latitude first).
fn row(name: &str, more: Value) -> Value {
    let mut fields = Map::from_iter([("name".to_owned(), json!(name))]);
    fields.extend(more.as_object().unwrap().clone());
    if let Some(Value::Array(pair)) = fields.remove("at") {
        fields.insert("position".to_owned(), json!([pair[1], pair[0]]));
    }
    Value::Object(fields)
}

/// 黒壁オフィス in 長浜市, 滋賀県.
fn kurokabe() -> Facility {
    serde_json::from_value(json!({
        "id": "hub-kurokabe", "position": [136.2655, 35.3814], "name": "黒壁オフィス", "kind": "coworking",
        "status": "open", "seats": 12, "phone": "0749-65-2330", "amenities": ["wifi"],
        "municipality": "25203", "municipality_name": "長浜市", "prefecture": "滋賀県",
        "address": "滋賀県長浜市元浜町12-38", "position_precision": "town", "position_error": 400,
        "sources": [{ "title": "市の一覧" }], "checked_on": "2026-04-01",
    }))
    .unwrap()
}

fn only(reviewed: &Reviewed) -> &Problem {
    match &reviewed.report.problems[..] {
        [problem] => problem,
        others => panic!("one problem was expected: {others:#?}"),
    }
}

/// The codes of all rows' problems.
fn codes(reviewed: &Reviewed) -> Vec<(usize, &'static str, bool)> {
    let problems = reviewed.report.problems.iter();
    problems
        .filter_map(|p| Some((p.row?, p.code, p.blocks)))
        .collect()
}

/// What a problem's suggestion puts into which cells.
fn cells(problem: &Problem) -> Vec<(&str, &str)> {
    let suggestion = problem.suggestion.iter().flat_map(|s| &s.cells);
    suggestion
        .map(|cell| (cell.column.as_str(), cell.text.as_str()))
        .collect()
}
