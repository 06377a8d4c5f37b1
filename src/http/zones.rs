//! What planners send beside a question: areas of their own, and facilities they imagine.

use geo::MultiPolygon;
use serde_json::{Value, json};

use super::problem::{Problem, Text};
use crate::coverage::reach;
use crate::directory::coverage::Zone;
use crate::districts::{Shape, Unsound, sound};
use crate::domain::position::Position;

/// Zones and imagined facilities of one request, and corners of all zones.
const MOST_ZONES: usize = 200;
const MOST_IMAGINED: usize = 1_000;
const MOST_CORNERS: usize = 50_000;

/// Refuses more imagined facilities than one request may have.
pub fn few_imagined(count: usize) -> Result<(), Problem> {
    few(count, MOST_IMAGINED, ("仮の拠点", "imagined facilities"))
}

fn few(count: usize, most: usize, what: (&str, &str)) -> Result<(), Problem> {
    if count <= most {
        return Ok(());
    }
    Err(Problem::body(Text::new(
        format!("{}が{count}件あります（{most}件まで）", what.0),
        format!("{count} {}: at most {most}", what.1),
    )))
}

/// A feature of a body that is an imagined facility.
pub fn imagined_point(number: usize, feature: &Value) -> Result<reach::Site, Problem> {
    let coordinates = &feature["geometry"]["coordinates"];
    let point = feature["geometry"]["type"] == "Point";
    let (Some(lon), Some(lat), true) = (coordinates[0].as_f64(), coordinates[1].as_f64(), point)
    else {
        return Err(Problem::body(Text::new(
            format!("{number}件目: 仮の拠点は点（Point）で送ってください"),
            format!("feature {number}: an imagined facility must be a Point"),
        )));
    };
    let seats = feature["properties"]["seats"].as_u64();
    let seats = seats.and_then(|seats| u32::try_from(seats).ok());
    Ok(reach::Site::new(in_japan(number, lon, lat)?, seats))
}

fn in_japan(number: usize, lon: f64, lat: f64) -> Result<Position, Problem> {
    Position::exact(lon, lat).map_err(|error| {
        Problem::body(Text::new(
            format!("{number}件目: {lon},{lat} は日本の中の位置ではありません"),
            format!("feature {number}: {error}"),
        ))
    })
}

/// A zone that is no area.
fn no_area(number: usize, name: Option<&str>, why: Unsound) -> Problem {
    let (ja, en) = match name {
        Some(name) => (format!("（{name}）"), format!(" “{name}”")),
        None => Default::default(),
    };
    let (because, reason) = match why {
        Unsound::Short(count) => (
            format!("{count}点しかない輪があります。輪には4点以上が要ります（最初と最後は同じ点）"),
            format!(
                "has a ring of {count} positions; at least 4 are needed, the last the first again"
            ),
        ),
        Unsound::Open([lon, lat]) => (
            format!("閉じていない輪があります（最後は {lon},{lat}）"),
            format!("has a ring that is not closed: its last position is {lon},{lat}"),
        ),
        Unsound::Flat([lon, lat]) => (
            format!("{lon},{lat} からの輪に広さがありません"),
            format!("has a ring from {lon},{lat} that encloses nothing"),
        ),
        Unsound::Crosses([lon, lat]) => (
            format!("{lon},{lat} の近くで線が交わっています"),
            format!("crosses itself near {lon},{lat}"),
        ),
    };
    Problem::body(Text::new(
        format!("{number}件目の区域{ja}は面として正しくありません。{because}"),
        format!("feature {number}: the zone{en} {reason}"),
    ))
}

/// Polygons are zones, points are imagined facilities.
pub fn read(body: Value) -> Result<(Vec<Zone>, Vec<reach::Site>), Problem> {
    let wrong = |ja: String, en: String| Problem::body(Text::new(ja, en));
    let features = match body["type"].as_str() {
        Some("FeatureCollection") => body["features"].as_array().cloned().unwrap_or_default(),
        Some("Feature") => vec![body],
        Some(_) => vec![json!({ "type": "Feature", "geometry": body, "properties": {} })],
        None => {
            return Err(wrong(
                "GeoJSON（FeatureCollection、Feature、または形）を送ってください".to_owned(),
                "send GeoJSON: a FeatureCollection, a Feature or a geometry".to_owned(),
            ));
        }
    };
    let (mut zones, mut imagined, mut corners) = (Vec::new(), Vec::new(), 0);
    for (number, feature) in (1..).zip(&features) {
        let geometry = &feature["geometry"];
        let properties = &feature["properties"];
        let read: geojson::Geometry =
            serde_json::from_value(geometry.clone()).map_err(|error| {
                wrong(
                    format!("{number}件目の形をGeoJSONとして読めません"),
                    format!("feature {number}: its geometry is no GeoJSON ({error})"),
                )
            })?;
        let shape = geo::Geometry::try_from(read).map_err(|error| {
            wrong(
                format!("{number}件目の形を使えません"),
                format!("feature {number}: {error}"),
            )
        })?;
        let polygons: MultiPolygon = match shape {
            geo::Geometry::Point(_) => {
                imagined.push(imagined_point(number, feature)?);
                continue;
            }
            geo::Geometry::Polygon(polygon) => polygon.into(),
            geo::Geometry::MultiPolygon(polygons) => polygons,
            _ => {
                return Err(wrong(
                    format!("{number}件目は点でも面でもありません"),
                    format!("feature {number} is neither a Point nor a Polygon or MultiPolygon"),
                ));
            }
        };
        for polygon in &polygons {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                corners += ring.0.len();
                for corner in ring.coords() {
                    in_japan(number, corner.x, corner.y)?;
                }
            }
        }
        few(corners, MOST_CORNERS, ("区域の頂点", "corners of zones"))?;
        let name = properties["name"].as_str();
        sound(&polygons).map_err(|why| no_area(number, name, why))?;
        let shape = Shape::new(polygons).ok_or_else(|| {
            wrong(
                format!("{number}件目の区域は空です"),
                format!("feature {number}: the zone is empty"),
            )
        })?;
        zones.push(Zone {
            name: name.map_or_else(|| format!("区域{number}"), str::to_owned),
            shape,
            geometry: geometry.to_string(),
        });
    }
    few(zones.len(), MOST_ZONES, ("区域", "zones"))?;
    Ok((zones, imagined))
}
