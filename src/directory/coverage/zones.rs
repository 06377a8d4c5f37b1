//! Areas that are no districts: what planners draw or bring, such as a 居住誘導区域.
//!
//! They are GeoJSON polygons. Coverage counts each like a district, siting seeks within them.

use geo::MultiPolygon;
use serde_json::{Value, json};

use crate::districts::{InvalidArea, Shape, check_validity};
use crate::domain::position::Position;
use crate::domain::wording::Wording;

/// Zones of one question, and corners of all of them.
pub const MOST_ZONES: usize = 200;
/// See [`MOST_ZONES`].
pub const MOST_CORNERS: usize = 50_000;
/// So many names are told before the rest is only counted.
const MOST_NAMES: usize = 10;

/// An area that is no district.
pub struct Zone {
    /// What it is called.
    pub name: String,
    /// Its ground.
    pub shape: Shape,
    /// Its geometry as it came.
    pub geometry: String,
}

/// The features of a GeoJSON document: of a collection, or the one feature or geometry it is.
pub fn features(document: Value) -> Result<Vec<Value>, Wording> {
    match document["type"].as_str() {
        Some("FeatureCollection") => {
            Ok(document["features"].as_array().cloned().unwrap_or_default())
        }
        Some("Feature") => Ok(vec![document]),
        Some(_) => {
            let feature = json!({ "type": "Feature", "geometry": document, "properties": {} });
            Ok(vec![feature])
        }
        None => Err(Wording::new(
            "GeoJSON（FeatureCollection、Feature、または形）を送ってください",
            "send GeoJSON: a FeatureCollection, a Feature or a geometry",
        )),
    }
}

/// Reads features as zones, each with the number it is told by when something is wrong with it. It may
/// take a moment for zones of many corners.
pub fn read<'a>(
    features: impl IntoIterator<Item = (usize, &'a Value)>,
) -> Result<Vec<Zone>, Wording> {
    let (mut zones, mut corners) = (Vec::new(), 0);
    for (number, feature) in features {
        zones.push(zone(number, feature, &mut corners)?);
    }
    few(zones.len(), MOST_ZONES, ("区域", "zones"))?;
    Ok(zones)
}

/// Refuses more than a question may have.
pub fn few(count: usize, most: usize, what: (&str, &str)) -> Result<(), Wording> {
    if count <= most {
        return Ok(());
    }
    Err(Wording::new(
        format!("{}が{count}件あります（{most}件まで）", what.0),
        format!("{count} {}: at most {most}", what.1),
    ))
}

/// A place of a numbered feature.
pub fn in_japan(number: usize, lon: f64, lat: f64) -> Result<Position, Wording> {
    Position::exact(lon, lat).map_err(|error| {
        Wording::new(
            format!("{number}件目: {lon},{lat} は日本の中の位置ではありません"),
            format!("feature {number}: {error}"),
        )
    })
}

/// What zones are called together, for a sentence: `「甲」「乙」ほか3区域`.
pub fn named<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> Wording {
    let more = names.len().saturating_sub(MOST_NAMES);
    let told: Vec<&str> = names.take(MOST_NAMES).collect();
    let mut ja: String = told.iter().map(|name| format!("「{name}」")).collect();
    let en: Vec<String> = told.iter().map(|name| format!("“{name}”")).collect();
    let mut en = en.join(", ");
    if more > 0 {
        ja += &format!("ほか{more}区域");
        en += &format!(" and {more} more");
    }
    Wording::new(ja, en)
}

fn zone(number: usize, feature: &Value, corners: &mut usize) -> Result<Zone, Wording> {
    let geometry = &feature["geometry"];
    let read: geojson::Geometry = serde_json::from_value(geometry.clone()).map_err(|error| {
        Wording::new(
            format!("{number}件目の形をGeoJSONとして読めません"),
            format!("feature {number}: its geometry is no GeoJSON ({error})"),
        )
    })?;
    let shape = geo::Geometry::try_from(read).map_err(|error| {
        Wording::new(
            format!("{number}件目の形を使えません"),
            format!("feature {number}: {error}"),
        )
    })?;
    let polygons: MultiPolygon = match shape {
        geo::Geometry::Polygon(polygon) => polygon.into(),
        geo::Geometry::MultiPolygon(polygons) => polygons,
        _ => {
            return Err(Wording::new(
                format!("{number}件目は面（Polygon・MultiPolygon）ではありません"),
                format!("feature {number} is no Polygon or MultiPolygon"),
            ));
        }
    };
    for polygon in &polygons {
        for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
            *corners += ring.0.len();
            for corner in ring.coords() {
                in_japan(number, corner.x, corner.y)?;
            }
        }
    }
    few(*corners, MOST_CORNERS, ("区域の頂点", "corners of zones"))?;
    let name = feature["properties"]["name"].as_str();
    check_validity(&polygons).map_err(|why| no_area(number, name, why))?;
    let shape = Shape::new(polygons).ok_or_else(|| {
        Wording::new(
            format!("{number}件目の区域は空です"),
            format!("feature {number}: the zone is empty"),
        )
    })?;
    Ok(Zone {
        name: name.map_or_else(|| format!("区域{number}"), str::to_owned),
        shape: shape.indexed(),
        geometry: geometry.to_string(),
    })
}

/// A zone that is no area.
fn no_area(number: usize, name: Option<&str>, why: InvalidArea) -> Wording {
    let (ja, en) = match name {
        Some(name) => (format!("（{name}）"), format!(" “{name}”")),
        None => Default::default(),
    };
    let (because, reason) = match why {
        InvalidArea::Short(count) => (
            format!("{count}点しかない輪があります。輪には4点以上が要ります（最初と最後は同じ点）"),
            format!(
                "has a ring of {count} positions; at least 4 are needed, the last the first again"
            ),
        ),
        InvalidArea::Open([lon, lat]) => (
            format!("閉じていない輪があります（最後は {lon},{lat}）"),
            format!("has a ring that is not closed: its last position is {lon},{lat}"),
        ),
        InvalidArea::Flat([lon, lat]) => (
            format!("{lon},{lat} からの輪に広さがありません"),
            format!("has a ring from {lon},{lat} that encloses nothing"),
        ),
        InvalidArea::Crosses([lon, lat]) => (
            format!("{lon},{lat} の近くで線が交わっています"),
            format!("crosses itself near {lon},{lat}"),
        ),
    };
    Wording::new(
        format!("{number}件目の区域{ja}は面として正しくありません。{because}"),
        format!("feature {number}: the zone{en} {reason}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_are_counted() {
        let names: Vec<String> = (1..=12).map(|number| format!("区域{number}")).collect();
        let told = named(names.iter().map(String::as_str));
        assert!(told.ja.ends_with("「区域10」ほか2区域"), "{}", told.ja);
        assert!(told.en.ends_with("“区域10” and 2 more"), "{}", told.en);
        assert_eq!(named(names[..1].iter().map(String::as_str)).ja, "「区域1」");
    }
}
