//! A facility as one flat record, for formats whose features have columns: FlatGeobuf, GeoPackage, KML.
//!
//! The columns are the fields, under their own names and in their order. What no column can hold,
//! lists and objects, is JSON text, as the API writes it.

use serde_json::Value;

use super::change::Moment;
use super::facility::Facility;
use super::fields::{FACILITY, Field, Shape};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Texts; of lists their JSON.
    Text,
    /// Lists as JSON.
    Json,
    /// Whole numbers.
    Integer,
    /// True or false.
    Flag,
}

impl Sort {
    /// What the column of a field holds.
    pub const fn of(field: &Field) -> Sort {
        match field.shape {
            Shape::Integer(_) => Sort::Integer,
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
    /// True or false.
    Flag(bool),
}

/// A facility's values, a cell a field.
pub fn cells(facility: &Facility, updated_at: Moment) -> Vec<Cell> {
    let mut fields = match serde_json::to_value(facility) {
        Ok(Value::Object(fields)) => fields,
        _ => unreachable!("a facility is written as an object with string keys"),
    };
    fields.insert("updated_at".to_owned(), updated_at.rfc3339().into());
    let cell = |field: &Field| match fields.remove(field.name).unwrap_or_default() {
        Value::Null => Cell::Nothing,
        Value::Bool(flag) => Cell::Flag(flag),
        Value::Number(number) => number.as_i64().map_or(Cell::Nothing, Cell::Integer),
        Value::String(text) => Cell::Text(text),
        list => Cell::Text(list.to_string()),
    };
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
