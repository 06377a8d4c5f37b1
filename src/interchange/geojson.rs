//! Reads GeoJSON: our own export or other files.
//!
//! A FeatureCollection and one feature per line are distinguished by content. Properties are matched
//! like a sheet's headers, and their values are read like cells. Our own features are read exactly.

mod geometry;
mod reread;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, BufRead};
use std::ops::Range;

use serde_json::{Map, Value};

use crate::domain::report::Problem;

use self::geometry::Located;
pub(super) use self::reread::RereadFeatures;
use super::columns::{LOOKED_AT, match_columns};
use super::crs;
use super::datum::{Datum, StatedDatum};
use super::edits::{Edits, Encoding};
use super::progress::Progress;
use super::reading::Reading;
use super::sheet::{Sheet, SheetLine};
use super::table::{Place, RowInput, Rows};
use super::targets::fold;
use super::{Column, Limits, encoding, features};

/// What a line should be.
const FEATURE: (&str, &str) = ("PointのGeoJSON Feature", "a GeoJSON Feature with a Point");

/// The column that stands for the geometry, as reports call it.
const GEOMETRY: &str = "geometry";

/// Names of properties in one file.
const PROPERTIES: usize = 1_000;

/// So many features are held at once as rows.
const AT_ONCE: usize = 1_000;

/// What a file of features holds.
#[derive(Debug, Default)]
pub struct Features {
    /// How its text was read.
    pub encoding: Option<Encoding>,
    /// Its properties, in the order they are first met.
    pub columns: Vec<Column>,
    /// The first value of each.
    pub examples: Vec<String>,
    /// Its features, and what is wrong with them.
    pub reading: Reading,
    /// What reading some of them again needs.
    pub(super) again: Option<RereadFeatures>,
}

/// Reads a file of the operator's. Fails only when the file cannot be read at all.
pub fn read(mut file: impl BufRead) -> io::Result<Reading> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(read_file(&bytes, &Edits::default(), &Limits::OPERATOR).reading)
}

/// Reads a file that is in memory, as somebody mended it.
pub fn read_file(bytes: &[u8], edits: &Edits, limits: &Limits) -> Features {
    read_with_progress(bytes, edits, limits, &Progress::default())
}

/// The same, telling how far it is.
pub(super) fn read_with_progress(
    bytes: &[u8],
    edits: &Edits,
    limits: &Limits,
    progress: &Progress,
) -> Features {
    let found = edits
        .encoding
        .unwrap_or_else(|| encoding::find(bytes).encoding);
    let (text, bad) = encoding::decode(found, bytes);
    let mut problems = Vec::new();
    problems.extend(bad.map(no_text));
    let mut read = Features {
        encoding: Some(found),
        ..Features::default()
    };
    let (ranges, crs) = match features::find(&text, limits) {
        Ok(features) => (features.ranges, crs::stated(&features.crs)),
        Err(problem) => {
            problems.push(*problem);
            read.reading.problems = problems;
            return read;
        }
    };
    if let StatedDatum::Other(name) = &crs {
        problems.push(crs::refused(name, None));
        read.reading.rows = ranges.len();
        read.reading.problems = problems;
        return read;
    }
    let mut properties = Properties::default();
    properties.collect(&text, &ranges);
    let own = properties.own();
    properties.add_mended(edits);
    if properties.names.len() > PROPERTIES {
        problems.push(too_many_properties(properties.names.len()));
        read.reading.problems = problems;
        return read;
    }
    let (columns, of_headers) = properties.match_columns(edits);
    let rows = Rows::new(&columns);
    let mut reading = rows.begin();
    if properties.features > 0 {
        problems.extend(of_headers);
        problems.append(&mut reading.problems);
    }
    reading.problems = problems;
    let table = Table {
        rows: &rows,
        columns: &columns,
        crs: &crs,
    };
    reading.rows = ranges.len();
    progress.begin(ranges.len());
    let numbered: Vec<_> = (1..).zip(ranges.iter().cloned()).collect();
    for chunk in numbered.chunks(AT_ONCE) {
        read_chunk(&text, chunk, &table, edits, &mut reading);
        progress.read(chunk.len());
    }
    reading.report_conversions();
    reading.problems.sort_by_key(|problem| problem.row);
    read.reading = reading.of_kind(edits.kind);
    let is_property = |column: &&Column| column.label != GEOMETRY;
    read.columns = columns.iter().filter(is_property).cloned().collect();
    read.examples = properties.examples(&read.columns);
    read.again = Some(RereadFeatures {
        ranges,
        columns,
        crs,
        own,
    });
    read
}

/// How a file's features are read.
struct Table<'a> {
    rows: &'a Rows<'a>,
    columns: &'a [Column],
    /// The coordinate system that the collection names.
    crs: &'a StatedDatum,
}

/// A feature as a row.
struct FeatureRow {
    line: SheetLine,
    typed: Vec<Option<Value>>,
    place: Located,
    /// The coordinate system its position was converted from.
    converted: Option<Datum>,
}

/// Reads some features, given by their numbers and where they stand.
fn read_chunk(
    text: &str,
    numbered: &[(usize, Range<usize>)],
    table: &Table<'_>,
    edits: &Edits,
    reading: &mut Reading,
) {
    let mut features = Vec::with_capacity(numbered.len());
    for (number, range) in numbered {
        let (number, text) = (*number, &text[range.clone()]);
        if edits.left_out.contains(&number) {
            continue;
        }
        match feature(number, text, table, edits) {
            Ok(row) => features.push(row),
            Err(problem) => reading.problems.push(*problem),
        }
    }
    let mut known_hours = HashMap::new();
    for feature in &features {
        let FeatureRow {
            line, typed, place, ..
        } = feature;
        let row = RowInput {
            converted: feature.converted,
            line,
            mended: edits.cells.get(&line.number),
            typed: Some(typed),
            place: match place {
                Located::Nowhere => Place::InCells,
                Located::At(position, precision) => Place::Found(*position, *precision),
                Located::Refused(problem) => {
                    reading.problems.push((**problem).clone());
                    Place::Refused
                }
            },
        };
        table.rows.read(&row, &mut known_hours, reading);
    }
}

/// Parses a feature and puts its values under their columns.
fn feature(
    number: usize,
    text: &str,
    table: &Table<'_>,
    edits: &Edits,
) -> Result<FeatureRow, Box<Problem>> {
    if let Some(problem) = features::refuse(number, text) {
        return Err(Box::new(problem));
    }
    let mut feature: Value = serde_json::from_str(text).map_err(|error| {
        let problem = Problem::blocking(number, "json-malformed", unreadable(&error));
        Box::new(problem.found(text, FEATURE))
    })?;
    let corrected = edits.cells.get(&number);
    let corrected = corrected.and_then(|cells| cells.get_key_value(GEOMETRY));
    let mut converted = None;
    // What somebody entered is taken from our own map and suggestions.
    if corrected.is_none() {
        converted = crs::to_world(&mut feature, table.crs)
            .map_err(|name| Box::new(crs::refused(&name, Some(number))))?;
    }
    if let Some((label, text)) = corrected {
        let geometry = BTreeMap::from([(label.clone(), text.clone())]);
        features::mend(&mut feature, &geometry);
    }
    if let Some((label, bytes)) = features::too_long(&feature) {
        return Err(Box::new(super::too_long(number, bytes).in_column(label)));
    }
    let place = geometry::locate(number, &feature["geometry"]);
    let mut typed = Vec::with_capacity(table.columns.len());
    let mut cells = Vec::with_capacity(table.columns.len());
    for column in table.columns {
        let value = column.field.and_then(|_| take(&mut feature, &column.label));
        cells.push(value.as_ref().map_or_else(String::new, cell_text));
        typed.push(value);
    }
    Ok(FeatureRow {
        line: SheetLine { number, cells },
        typed,
        place,
        converted,
    })
}

/// Takes a property out of a feature; the feature's own id stands for a missing one.
fn take(feature: &mut Value, label: &str) -> Option<Value> {
    let property = feature["properties"].get_mut(label).map(Value::take);
    match property {
        None | Some(Value::Null) if is_id(label) => {
            let id = feature.get_mut("id").map(Value::take);
            id.filter(|id| !id.is_null()).or(property)
        }
        property => property,
    }
}

fn is_id(label: &str) -> bool {
    fold(label) == "id"
}

/// A property's value as the text of a cell.
fn cell_text(value: &Value) -> String {
    let is_plain = |value: &Value| !value.is_object() && !value.is_array();
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64() {
            // Tables with empty cells have been through programs that make every number a float.
            Some(whole) if number.is_f64() && whole.fract() == 0.0 && whole.abs() < 1e15 => {
                format!("{whole:.0}")
            }
            _ => number.to_string(),
        },
        Value::Array(list) if !list.is_empty() && list.iter().all(is_plain) => {
            list.iter().map(cell_text).collect::<Vec<_>>().join("、")
        }
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// The properties of a file's features.
#[derive(Default)]
struct Properties {
    /// Their names, in the order they are first met, and some of their values.
    names: Vec<(String, Vec<String>)>,
    places: HashMap<String, usize>,
    has_geometry: bool,
    /// How many features could be read.
    features: usize,
}

impl Properties {
    fn collect(&mut self, text: &str, ranges: &[Range<usize>]) {
        for range in ranges {
            let text = &text[range.clone()];
            if features::refuse(1, text).is_some() {
                continue;
            }
            // What is no feature is said when it is read.
            let Ok(feature) = serde_json::from_str::<Map<String, Value>>(text) else {
                continue;
            };
            self.features += 1;
            self.has_geometry |= feature
                .get("geometry")
                .is_some_and(|shape| !shape.is_null());
            let properties = feature.get("properties").and_then(Value::as_object);
            for (name, value) in properties.into_iter().flatten() {
                self.add(name, value);
            }
            if let Some(id) = feature.get("id").filter(|id| !id.is_null()) {
                let known = self.names.iter().position(|(name, _)| is_id(name));
                let name = known.map_or_else(|| "id".to_owned(), |i| self.names[i].0.clone());
                self.add(&name, id);
            }
            if self.names.len() > PROPERTIES {
                return;
            }
        }
    }

    /// What the features themselves have: `geometry` stands for the geometry.
    fn own(&self) -> HashSet<String> {
        let names = self.names.iter().map(|(name, _)| name.clone());
        let geometry = self.has_geometry.then(|| GEOMETRY.to_owned());
        names
            .filter(|name| name != GEOMETRY)
            .chain(geometry)
            .collect()
    }

    /// Adds what somebody has written beside them.
    fn add_mended(&mut self, edits: &Edits) {
        if self.names.len() > PROPERTIES {
            return;
        }
        let corrected = edits.cells.values().flat_map(BTreeMap::keys);
        for label in corrected.filter(|label| *label != GEOMETRY) {
            self.add(label, &Value::Null);
        }
        self.has_geometry |= edits
            .cells
            .values()
            .any(|cells| cells.contains_key(GEOMETRY));
    }

    fn add(&mut self, name: &str, value: &Value) {
        let place = match self.places.get(name) {
            Some(place) => *place,
            None => {
                self.places.insert(name.to_owned(), self.names.len());
                self.names.push((name.to_owned(), Vec::new()));
                self.names.len() - 1
            }
        };
        let texts = &mut self.names[place].1;
        if texts.len() < LOOKED_AT {
            let text: String = cell_text(value).chars().take(200).collect();
            if !text.trim().is_empty() {
                texts.push(text);
            }
        }
    }

    /// Matches them as a sheet's headers. Where there is a geometry, it is a column that holds positions.
    fn match_columns(&self, edits: &Edits) -> (Vec<Column>, Vec<Problem>) {
        let mut edits = Edits {
            columns: edits.columns.clone(),
            ..Edits::default()
        };
        let mut sheet = Sheet::default();
        let deepest = self.names.iter().map(|(_, texts)| texts.len()).max();
        let rows = deepest.unwrap_or(0).max(1);
        sheet.rows = (1..=rows)
            .map(|number| SheetLine {
                number,
                cells: self
                    .names
                    .iter()
                    .map(|(_, texts)| texts.get(number - 1).cloned().unwrap_or_default())
                    .collect(),
            })
            .collect();
        sheet.header.cells = self.names.iter().map(|(name, _)| name.clone()).collect();
        if self.has_geometry {
            let position = Some("position".to_owned());
            edits.columns.insert(GEOMETRY.to_owned(), position);
            // First, so that a property of the same name gets another label.
            sheet.header.cells.insert(0, GEOMETRY.to_owned());
            for line in &mut sheet.rows {
                line.cells.insert(0, String::new());
            }
        }
        match_columns(&sheet, &edits)
    }

    fn examples(&self, columns: &[Column]) -> Vec<String> {
        let first = |column: &Column| {
            let place = self.places.get(&column.label);
            let texts = place.map(|place| &self.names[*place].1);
            texts.and_then(|texts| texts.first()).cloned()
        };
        columns
            .iter()
            .map(|column| first(column).unwrap_or_default())
            .collect()
    }
}

fn no_text(bad: &[u8]) -> Problem {
    let bytes = encoding::shown(bad);
    let message = (
        format!("文字として読めない所（バイト {bytes}）があります。UTF-8で書き出し直してください"),
        format!("the bytes {bytes} are no text: export the file as UTF-8"),
    );
    Problem {
        blocks: false,
        ..Problem::of_file("encoding-uncertain", message)
    }
}

fn too_many_properties(found: usize) -> Problem {
    let message = (
        format!(
            "プロパティの種類が{found}以上あります。読めるのは{PROPERTIES}種類までです。要らないものを消してください"
        ),
        format!(
            "there are {found} or more sorts of properties; at most {PROPERTIES} are read: remove those not needed"
        ),
    );
    Problem::of_file("limit", message)
}

/// What the JSON reader says.
fn unreadable(error: &serde_json::Error) -> (String, String) {
    (
        format!("JSONとして読めません: {error}"),
        format!("this cannot be read as JSON: {error}"),
    )
}
