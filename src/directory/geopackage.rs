//! Facilities out as a GeoPackage, whose SQLite is the store's.

use std::borrow::Borrow;

use super::Error;
use crate::domain::attributes::{Sort, cells};
use crate::domain::change::Moment;
use crate::domain::facility::Facility;
use crate::domain::fields::FACILITY;
use crate::store::geopackage::{self, Layer};

/// The file's bytes; `at` is when the directory last changed, RFC 3339.
pub fn geopackage(
    facilities: impl Iterator<Item = (impl Borrow<Facility>, Moment)>,
    at: &str,
) -> Result<Vec<u8>, Error> {
    let columns: Vec<_> = FACILITY
        .iter()
        .map(|field| (field.name, Sort::of(field), field.nullable))
        .collect();
    let layer = Layer {
        name: "facilities",
        columns: &columns,
        at,
    };
    let rows = facilities.map(|(facility, moment)| {
        let facility = facility.borrow();
        (facility.position, cells(facility, moment))
    });
    Ok(geopackage::geopackage(&layer, rows)?)
}
