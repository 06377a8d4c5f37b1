//! The result of reading a file of any format: usable rows and problems.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::datum::{self, Datum};
use crate::domain::report::Problem;
use crate::domain::vocabulary::{Kind, Precision};

/// One row's usable fields: members of a facility's stored form, and its `position`.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetRow {
    /// The row as a spreadsheet numbers it, or the feature, counted from 1.
    pub number: usize,
    /// The usable fields. An absent field was not given; `null` was given and is empty.
    pub fields: Map<String, Value>,
    /// The highest precision its digits allow, if the row has a position.
    pub implied_precision: Option<Precision>,
    /// Lists that the file gives only in part, so that published words stay.
    pub partly: Vec<&'static str>,
    /// Words of those lists that the file denies.
    pub denied: Vec<&'static str>,
}

/// The rows and problems of a file.
#[derive(Debug, Default)]
pub struct Reading {
    /// How many rows or features there are.
    pub rows: usize,
    /// Those that can be used.
    pub usable: Vec<SheetRow>,
    /// Problems in order of row.
    pub problems: Vec<Problem>,
    /// The file's own names of fields, and of `lon` and `lat`, so that later problems can name the
    /// column and suggest a value.
    pub columns: BTreeMap<&'static str, String>,
    /// Whether the file has kinds, in a column or in any feature's property.
    pub has_kinds: bool,
    /// The rows whose coordinates were converted, and from which system.
    pub converted: BTreeMap<usize, Datum>,
    /// The kind chosen for all rows without one.
    pub kind: Option<Kind>,
    /// Whether it is an extract of OpenStreetMap, which was not written for this directory.
    pub is_openstreetmap: bool,
}

/// The problem of a file without kinds, reported once instead of for each row.
pub fn kind_missing() -> Problem {
    let message = (
        "施設の種類を書いた列がないため、どの施設の種類も不明として扱います。すべて同じ種類なら、「施設の種類」で選んでください（コマンドでは --kind）",
        "no column says which kind of place the facilities are, so all are taken as unknown: if they are all of one kind, choose it (on the command line, --kind)",
    );
    Problem {
        blocks: false,
        ..Problem::of_file("kind-missing", message)
    }
}

impl Reading {
    /// Reports once for the file that coordinates were converted.
    pub fn report_conversions(&mut self) {
        let mut counts: BTreeMap<Datum, usize> = BTreeMap::new();
        for datum in self.converted.values() {
            *counts.entry(*datum).or_default() += 1;
        }
        let counts = counts.into_iter();
        let converted = counts.map(|(datum, rows)| datum::converted(datum, rows));
        self.problems.splice(0..0, converted);
    }

    /// Sets the kind of all rows of a file without kinds. A file with kinds stays as it is.
    pub fn of_kind(mut self, kind: Option<Kind>) -> Reading {
        if kind.is_some() && !self.has_kinds {
            self.kind = kind;
            self.problems.retain(|p| p.code != "kind-missing");
        }
        self
    }

    /// What the file calls a field; of coordinates that stand in one place, that (in GeoJSON `geometry`).
    pub fn column<'a>(&'a self, field: &'a str) -> &'a str {
        match (self.columns.get(field), field) {
            (Some(column), _) => column,
            (None, "lon" | "lat") => self
                .columns
                .get("position")
                .map_or("geometry", String::as_str),
            (None, field) => field,
        }
    }
}
