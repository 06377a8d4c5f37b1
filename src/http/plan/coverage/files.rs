//! Coverage as files for GIS: FlatGeobuf, GeoPackage and KML, a district a feature.

use serde_json::Value;

use super::{Question, fields::FIELDS, geometry};
use crate::directory::Generation;
use crate::directory::coverage::{Coverage, Row};
use crate::domain::attributes::{Cell, Ground, Layer, Record, Rings};
use crate::domain::fields::Field;
use crate::http::language::Language;
use crate::http::negotiate::{FGB, Format, GPKG, KML};
use crate::http::problem::Problem;
use crate::http::wire::downloads;

/// What such a file may be.
pub const FILES: [Format; 3] = [FGB, GPKG, KML];

/// Rows as such a file, with what has to be said beside them in its description.
pub fn file(
    format: Format,
    generation: &Generation,
    (question, coverage): (&Question, &Coverage),
    rows: &[&Row],
    language: Language,
) -> Result<Vec<u8>, Problem> {
    let mut records: Vec<_> = rows.iter().map(|row| row.properties(question)).collect();
    // All rows have the same members.
    let fields: Vec<Field> = match records.first() {
        Some(first) => {
            let known = FIELDS.iter().filter(|field| first.contains_key(field.name));
            known.copied().collect()
        }
        None => Vec::new(),
    };
    let layer = Layer {
        name: "coverage",
        of: "district",
        fields: &fields,
        are_areas: true,
        about: coverage.stated(question, generation, language).join("\n"),
    };
    let records = rows
        .iter()
        .zip(&mut records)
        .filter_map(|(row, properties)| {
            let mut value = |field: &Field| properties.get_mut(field.name).map(Value::take);
            let cells = fields
                .iter()
                .map(|field| Cell::of(field, value(field).unwrap_or_default()));
            Some(Record {
                id: row.code.clone(),
                name: row.name.clone(),
                ground: areas(&geometry(row, &generation.known.districts))?,
                cells: cells.collect(),
            })
        });
    downloads::layer(format, &layer, &generation.timestamp, records)
}

/// The polygons of a GeoJSON geometry.
fn areas(geometry: &str) -> Option<Ground> {
    let geometry: Value = serde_json::from_str(geometry).ok()?;
    let coordinates = geometry["coordinates"].clone();
    // A position may have a height, which says nothing here.
    let plane = |rings: Vec<Vec<Vec<f64>>>| -> Option<Rings> {
        let ring = |ring: Vec<Vec<f64>>| {
            let at = |at: Vec<f64>| Some([*at.first()?, *at.get(1)?]);
            ring.into_iter().map(at).collect::<Option<Vec<_>>>()
        };
        rings.into_iter().map(ring).collect()
    };
    let polygons = match geometry["type"].as_str()? {
        "Polygon" => vec![serde_json::from_value(coordinates).ok()?],
        "MultiPolygon" => serde_json::from_value(coordinates).ok()?,
        _ => return None,
    };
    let all = polygons.into_iter().map(plane);
    all.collect::<Option<_>>().map(Ground::Areas)
}
