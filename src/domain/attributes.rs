//! Features as flat records, for formats whose features have columns: FlatGeobuf, GeoPackage, KML.
//!
//! The columns are the fields, under their own names and in their order. What no column can hold,
//! lists and objects, is JSON text, as the API writes it. Facilities are points, districts areas.

use serde_json::Value;

use super::change::Moment;
use super::facility::Facility;
use super::fields::{FACILITY, Field, Shape};

/// A file's one table of features.
pub struct Layer<'a> {
    /// Its name, of ASCII letters.
    pub name: &'a str,
    /// What one of its features is called, of ASCII letters.
    pub of: &'a str,
    /// Its columns.
    pub fields: &'a [Field],
    /// Whether its features are areas; else they are points.
    pub are_areas: bool,
    /// What has to be said beside its values; may be nothing.
    pub about: String,
}

/// One feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its id, unique in the layer.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub ground: Ground,
    /// Its values, a cell a field of the layer.
    pub cells: Vec<Cell>,
}

/// Rings of positions, each longitude and latitude in degrees: the outer one, then holes.
pub type Rings = Vec<Vec<[f64; 2]>>;

/// Where a feature is.
#[derive(Debug, Clone, PartialEq)]
pub enum Ground {
    /// At a point: longitude and latitude in degrees.
    Point([f64; 2]),
    /// On these polygons.
    Areas(Vec<Rings>),
}

impl Ground {
    /// West, south, east, north.
    pub fn bounds(&self) -> [f64; 4] {
        let none = [
            f64::INFINITY,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NEG_INFINITY,
        ];
        let wider = |[west, south, east, north]: [f64; 4], [lon, lat]: &[f64; 2]| {
            [
                west.min(*lon),
                south.min(*lat),
                east.max(*lon),
                north.max(*lat),
            ]
        };
        match self {
            Ground::Point(at) => wider(none, at),
            Ground::Areas(areas) => areas.iter().flatten().flatten().fold(none, wider),
        }
    }
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Texts; of lists their JSON.
    Text,
    /// Lists as JSON.
    Json,
    /// Whole numbers.
    Integer,
    /// Any numbers.
    Number,
    /// True or false.
    Flag,
}

impl Sort {
    /// What the column of a field holds.
    pub const fn of(field: &Field) -> Sort {
        match field.shape {
            Shape::Integer(_) => Sort::Integer,
            Shape::Number(_) => Sort::Number,
            Shape::Flag => Sort::Flag,
            Shape::Words(_) | Shape::Objects(_) => Sort::Json,
            _ => Sort::Text,
        }
    }
}

/// One value; nothing where it is unknown.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Unknown.
    Nothing,
    /// A text, or a list's JSON.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// Any number.
    Number(f64),
    /// True or false.
    Flag(bool),
}

impl Cell {
    /// A field's value as its column holds it.
    pub fn of(field: &Field, value: Value) -> Cell {
        match value {
            Value::Null => Cell::Nothing,
            Value::Bool(flag) => Cell::Flag(flag),
            Value::Number(number) => match Sort::of(field) {
                Sort::Number => number.as_f64().map_or(Cell::Nothing, Cell::Number),
                _ => number.as_i64().map_or(Cell::Nothing, Cell::Integer),
            },
            Value::String(text) => Cell::Text(text),
            list => Cell::Text(list.to_string()),
        }
    }
}

/// The table of facilities.
pub fn facilities() -> Layer<'static> {
    Layer {
        name: "facilities",
        of: "facility",
        fields: FACILITY,
        are_areas: false,
        about: String::new(),
    }
}

/// A facility as a record of that table.
pub fn record(facility: &Facility, updated_at: Moment) -> Record {
    Record {
        id: facility.id.to_string(),
        name: facility.name.to_string(),
        ground: Ground::Point([facility.position.lon(), facility.position.lat()]),
        cells: cells(facility, updated_at),
    }
}

/// A facility's values, a cell a field.
fn cells(facility: &Facility, updated_at: Moment) -> Vec<Cell> {
    let mut fields = match serde_json::to_value(facility) {
        Ok(Value::Object(fields)) => fields,
        _ => unreachable!("a facility is written as an object with string keys"),
    };
    fields.insert("updated_at".to_owned(), updated_at.rfc3339().into());
    let cell = |field: &Field| Cell::of(field, fields.remove(field.name).unwrap_or_default());
    FACILITY.iter().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::facility::tests::example;
    use serde_json::json;

    #[test]
    fn every_cell_fits_its_column() {
        let mut facility = example("hub-001", 136.2655, 35.3814);
        facility.seats = Some(12);
        facility.built_year = Some(1890);
        facility.uses = Some(vec![]);
        facility.amenities = Some(serde_json::from_value(json!(["wifi", "power"])).unwrap());
        let cells = cells(&facility, Moment(0));
        assert_eq!(cells.len(), FACILITY.len());
        for (field, cell) in FACILITY.iter().zip(&cells) {
            let fits = match (Sort::of(field), cell) {
                (_, Cell::Nothing) => field.nullable,
                (Sort::Text, Cell::Text(_)) | (Sort::Integer, Cell::Integer(_)) => true,
                (Sort::Json, Cell::Text(text)) => serde_json::from_str::<Value>(text).is_ok(),
                (sort, cell) => (sort, cell) == (Sort::Flag, &Cell::Flag(false)),
            };
            assert!(fits, "{} {cell:?}", field.name);
        }
        let value = |name: &str| {
            let at = FACILITY.iter().position(|field| field.name == name);
            cells[at.unwrap()].clone()
        };
        assert_eq!(value("amenities"), Cell::Text(r#"["wifi","power"]"#.into()));
        assert_eq!(value("uses"), Cell::Text("[]".into()));
        assert_eq!(value("support"), Cell::Nothing);
        assert_eq!(value("seats"), Cell::Integer(12));
        assert_eq!(
            value("updated_at"),
            Cell::Text("1970-01-01T00:00:00Z".into())
        );
    }
}
