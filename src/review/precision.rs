//! The precision of a row's position.

use serde_json::{Map, Value, json};

use crate::domain::vocabulary::Precision;

use super::draft::PositionSource;
use super::location::PlacedRow;
use super::town;

/// The precision that a row states or implies.
pub(super) struct StatedPrecision {
    /// The precision in a cell.
    stated: Option<Value>,
    /// The precision of its digits.
    implied: Precision,
    /// The error in metres, where the row has that field.
    error: Option<Value>,
}

impl StatedPrecision {
    /// Takes it out of a row's fields.
    pub fn take(fields: &mut Map<String, Value>, implied: Option<Precision>) -> StatedPrecision {
        StatedPrecision {
            stated: fields.remove("position_precision").filter(|v| !v.is_null()),
            implied: implied.unwrap_or(Precision::City),
            error: fields.remove("position_error"),
        }
    }

    /// Writes the precision into the members. `stays` means that the position is the published one.
    pub fn settle(
        self,
        members: &mut Map<String, Value>,
        source: PositionSource,
        stays: bool,
        placed: &PlacedRow<'_>,
    ) {
        let town = || placed.address.and_then(|address| address.town.as_ref());
        let (precision, error) = match source {
            PositionSource::Published => (self.stated, self.error),
            PositionSource::Row if stays => (self.stated, self.error),
            PositionSource::Row => {
                let is_unstated = |precision: Precision| {
                    self.stated
                        .as_ref()
                        .is_none_or(|it| *it == json!(precision))
                };
                let blocks_point = town::is_blocks_point(placed)
                    .filter(|_| is_unstated(Precision::Street))
                    .map(|metres| (Precision::Street, metres));
                let point = blocks_point.or_else(|| {
                    town::is_towns_point(placed)
                        .filter(|_| is_unstated(Precision::Town))
                        .map(|metres| (Precision::Town, metres))
                });
                let precision = match point {
                    Some((precision, _)) => Some(json!(precision)),
                    None => self.stated,
                };
                let precision = precision.unwrap_or_else(|| json!(self.implied));
                let error = self.error.filter(|error| !error.is_null());
                let error = error.or(point.map(|(_, metres)| json!(metres.0 as u32)));
                (Some(precision), Some(error.unwrap_or_default()))
            }
            PositionSource::Town if placed.point.is_some() => {
                let error = placed.point.map(|point| json!(point.error.0 as u32));
                (Some(json!(Precision::Street)), error)
            }
            PositionSource::Town => {
                let error = town().map(|town| json!(town.error.0 as u32));
                (Some(json!(Precision::Town)), error)
            }
        };
        for (name, value) in [("position_precision", precision), ("position_error", error)] {
            if let Some(value) = value {
                members.insert(name.to_owned(), value);
            }
        }
    }
}

/// How far the true place may be, in metres, of a facility's members.
pub(super) fn error(members: &Map<String, Value>) -> f64 {
    let stated = members.get("position_error").and_then(Value::as_f64);
    let precision = members.get("position_precision").and_then(Value::as_str);
    let usual = precision.and_then(|word| word.parse::<Precision>().ok());
    stated.unwrap_or(match usual {
        Some(Precision::Building | Precision::Street) | None => 0.0,
        Some(vague) => vague.usual_error(),
    })
}
