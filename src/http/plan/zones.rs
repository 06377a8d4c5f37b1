//! What planners send beside a question: areas of their own, and facilities they imagine.

use serde_json::Value;

use crate::coverage::reach;
use crate::directory::coverage::zones::{self, Zone};
use crate::http::problem::{Problem, Text};

/// Imagined facilities of one request.
const MOST_IMAGINED: usize = 1_000;

/// Refuses more imagined facilities than one request may have.
pub fn few_imagined(count: usize) -> Result<(), Problem> {
    zones::few(count, MOST_IMAGINED, ("仮の拠点", "imagined facilities")).map_err(Problem::body)
}

/// A feature of a body that is an imagined facility.
pub fn imagined_point(number: usize, feature: &Value) -> Result<reach::Site, Problem> {
    let coordinates = &feature["geometry"]["coordinates"];
    let (Some(lon), Some(lat), true) = (
        coordinates[0].as_f64(),
        coordinates[1].as_f64(),
        is_point(feature),
    ) else {
        return Err(Problem::body(Text::new(
            format!("{number}件目: 仮の拠点は点（Point）で送ってください"),
            format!("feature {number}: an imagined facility must be a Point"),
        )));
    };
    let seats = feature["properties"]["seats"].as_u64();
    let seats = seats.and_then(|seats| u32::try_from(seats).ok());
    let position = zones::in_japan(number, lon, lat).map_err(Problem::body)?;
    Ok(reach::Site::new(position, seats))
}

fn is_point(feature: &Value) -> bool {
    feature["geometry"]["type"] == "Point"
}

/// Whether a feature of a body is an area.
pub fn is_zone(feature: &Value) -> bool {
    let sort = &feature["geometry"]["type"];
    sort == "Polygon" || sort == "MultiPolygon"
}

/// Polygons are zones, points are imagined facilities.
pub fn read(body: Value) -> Result<(Vec<Zone>, Vec<reach::Site>), Problem> {
    let features = zones::features(body).map_err(Problem::body)?;
    let (points, areas): (Vec<_>, Vec<_>) = (1..)
        .zip(&features)
        .partition(|(_, feature)| is_point(feature));
    if let Some((number, _)) = areas.iter().find(|(_, feature)| !is_zone(feature)) {
        return Err(Problem::body(Text::new(
            format!("{number}件目は点でも面でもありません"),
            format!("feature {number} is neither a Point nor a Polygon or MultiPolygon"),
        )));
    }
    let imagined = points
        .into_iter()
        .map(|(number, feature)| imagined_point(number, feature));
    let imagined = imagined.collect::<Result<_, _>>()?;
    Ok((zones::read(areas).map_err(Problem::body)?, imagined))
}
