//! Exports features as a GeoPackage, which the store writes because it is SQLite.

use super::Error;
use crate::domain::attributes::{Layer, Record};
use crate::store::geopackage;

/// The file's bytes; `at` is when the directory last changed, RFC 3339.
pub fn geopackage(
    layer: &Layer<'_>,
    at: &str,
    records: impl Iterator<Item = Record>,
) -> Result<Vec<u8>, Error> {
    Ok(geopackage::geopackage(layer, at, records)?)
}
