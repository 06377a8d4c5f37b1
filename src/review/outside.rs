//! Skips places of an OpenStreetMap extract that lie in no municipality.
//!
//! An extract is cut along a rectangle or a coast, so it contains ships and cities abroad. The operator
//! cannot correct these, so they are skipped and reported. The writer of a sheet can, so rows of a
//! sheet are refused instead (see `location`).

use std::collections::BTreeSet;

use serde_json::Value;

use crate::districts::Districts;
use crate::domain::position::Position;
use crate::interchange::osm;
use crate::interchange::reading::{Reading, SheetRow};

/// Removes such places from an extract; other files stay as they are.
pub(super) fn leave_out(reading: &mut Reading, districts: &Districts) {
    if !reading.is_openstreetmap {
        return;
    }
    let is_outside = |row: &SheetRow| {
        let position = row.fields.get("position")?;
        let position: Position = serde_json::from_value(position.clone()).ok()?;
        districts.at(position).is_none().then_some(row.number)
    };
    let outside: BTreeSet<usize> = reading.usable.iter().filter_map(is_outside).collect();
    let mut ids = Vec::new();
    reading.usable.retain(|row| {
        let is_out = outside.contains(&row.number);
        if is_out {
            let id = row.fields.get("osm_id").and_then(Value::as_str);
            ids.push(id.unwrap_or_default().to_owned());
        }
        !is_out
    });
    let is_out = |row: Option<usize>| row.is_some_and(|row| outside.contains(&row));
    reading.problems.retain(|problem| !is_out(problem.row));
    reading.rows -= outside.len();
    let problem = osm::outside(&ids, reading.rows > 0);
    reading.problems.splice(0..0, problem);
}
