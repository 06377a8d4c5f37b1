//! What reading a file gives, whatever its format: usable rows, and problems.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::datum::{self, Datum};
use crate::domain::report::Problem;
use crate::domain::vocabulary::{Kind, Precision};

/// One row's usable fields: members of a facility's stored form, and its `position`.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The row as a spreadsheet numbers it, or the feature, counted from 1.
    pub number: usize,
    /// What can be used of it. A field that is absent was not given; `null` was given and is empty.
    pub fields: Map<String, Value>,
    /// How exact its position can be at most, as far as its digits tell; of rows that have one.
    pub implied_precision: Option<Precision>,
    /// Lists of which the file says only a part: what is published of them stays beside it.
    pub partly: Vec<&'static str>,
    /// Words of those lists that the file says are not there.
    pub denied: Vec<&'static str>,
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Reading {
    /// How many rows or features there are.
    pub rows: usize,
    /// Those that can be used.
    pub usable: Vec<Row>,
    /// What is wrong, in order of row.
    pub problems: Vec<Problem>,
    /// What the file calls the fields it has, and `lon` and `lat`: so that whoever finds a problem later
    /// can name its column, and offer what should stand in it.
    pub columns: BTreeMap<&'static str, String>,
    /// Whether the file itself says kinds: in a column, or in a property of any of its features.
    pub has_kinds: bool,
    /// The rows whose coordinates were converted, and from which system.
    pub converted: BTreeMap<usize, Datum>,
    /// The kind of rows that have none, from somebody who said it for all of them.
    pub kind: Option<Kind>,
    /// Whether it is an extract of OpenStreetMap, which nobody wrote for this directory.
    pub is_openstreetmap: bool,
}

/// Said once of a file without kinds, instead of row by row.
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
    /// Says once for the file that coordinates were converted.
    pub fn report_conversions(&mut self) {
        let mut counts: BTreeMap<Datum, usize> = BTreeMap::new();
        for datum in self.converted.values() {
            *counts.entry(*datum).or_default() += 1;
        }
        let counts = counts.into_iter();
        let converted = counts.map(|(datum, rows)| datum::converted(datum, rows));
        self.problems.splice(0..0, converted);
    }

    /// With a kind for all rows of a file that says no kinds; to one that does nothing happens.
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
