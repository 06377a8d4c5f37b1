//! Features out as a GeoPackage, whose SQLite is the store's.

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
