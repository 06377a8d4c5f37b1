//! The file's own names of columns and rows, for problems and suggestions.

use std::collections::BTreeMap;

use crate::domain::position::Position;
use crate::domain::wording::Wording;

/// One of the two numbers of a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Lat,
    Lon,
}

/// The columns of a file, by the fields they hold; none in GeoJSON.
pub(super) struct Headers(pub BTreeMap<&'static str, String>);

impl Headers {
    /// Whether the file is a sheet with columns.
    pub fn is_sheet(&self) -> bool {
        !self.0.is_empty()
    }

    /// The column of a field, or the field's own name without such a column.
    pub fn of<'a>(&'a self, field: &'a str) -> &'a str {
        self.0.get(field).map_or(field, String::as_str)
    }

    /// The column of a field, if there is one: in GeoJSON every field has its property.
    pub fn known<'a>(&'a self, field: &'a str) -> Option<&'a str> {
        match self.0.get(field) {
            Some(label) => Some(label),
            None => (!self.is_sheet()).then_some(field),
        }
    }

    /// The column in which a coordinate is wrong.
    pub fn of_position(&self, axis: Axis) -> Option<&str> {
        let field = match axis {
            Axis::Lat => "lat",
            Axis::Lon => "lon",
        };
        let own = self.0.get(field).or_else(|| self.0.get("position"));
        own.map(String::as_str)
            .or_else(|| (!self.is_sheet()).then_some("geometry"))
    }

    /// The cells of a position; empty if the file has no column for it.
    pub fn cells(&self, position: Position) -> Vec<(String, String)> {
        let (lat, lon) = (position.lat().to_string(), position.lon().to_string());
        match (self.0.get("lat"), self.0.get("lon")) {
            (Some(at_lat), Some(at_lon)) => vec![(at_lat.clone(), lat), (at_lon.clone(), lon)],
            _ => self
                .of_position(Axis::Lat)
                .map(|column| (column.to_owned(), format!("{lat},{lon}")))
                .into_iter()
                .collect(),
        }
    }

    /// A row of the file in words.
    pub fn row(&self, number: usize) -> Wording {
        if self.is_sheet() {
            Wording::new(format!("{number}行目"), format!("row {number}"))
        } else {
            Wording::new(format!("{number}件目"), format!("feature {number}"))
        }
    }
}

/// A position as people write it: latitude first.
pub(super) fn written(position: Position) -> String {
    format!("{}, {}", position.lat(), position.lon())
}

/// A distance rounded to two digits: 350 m, 1.2 km, 24 km.
pub(super) fn about(metres: f64) -> String {
    let digits = |value: f64| {
        let unit = 10f64.powf(value.max(1.0).log10().floor() - 1.0);
        (value / unit).round() * unit
    };
    match digits(metres) {
        metres if metres < 1_000.0 => format!("{metres:.0} m"),
        metres if metres < 10_000.0 => format!("{:.1} km", metres / 1_000.0),
        metres => format!("{:.0} km", metres / 1_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_has_two_digits() {
        for (metres, text) in [
            (0.4, "0 m"),
            (7.2, "7 m"),
            (354.0, "350 m"),
            (996.0, "1.0 km"),
            (1_249.0, "1.2 km"),
            (9_960.0, "10 km"),
            (24_400.0, "24 km"),
            (123_456.0, "120 km"),
        ] {
            assert_eq!(about(metres), text, "{metres}");
        }
    }

    #[test]
    fn cells_are_named_as_the_file_names_them() {
        let position = Position::new(139.7, 35.66).unwrap();
        let cells = |columns: &[(&'static str, &str)]| {
            let named = columns
                .iter()
                .map(|(field, label)| (*field, (*label).to_owned()));
            Headers(named.collect()).cells(position)
        };
        let cell = |column: &str, text: &str| (column.to_owned(), text.to_owned());
        assert_eq!(cells(&[]), [cell("geometry", "35.66,139.7")]);
        assert_eq!(
            cells(&[("lat", "緯度"), ("lon", "経度")]),
            [cell("緯度", "35.66"), cell("経度", "139.7")]
        );
        assert_eq!(
            cells(&[("position", "座標")]),
            [cell("座標", "35.66,139.7")]
        );
        assert_eq!(cells(&[("name", "名称")]), []);
    }
}
