//! The point of a feature's geometry.

use geo::{Coord, InteriorPoint, LineString, MultiPolygon, Polygon};
use serde_json::Value;

use super::super::coordinates::precision;
use crate::domain::position::{NoPosition, Position};
use crate::domain::report::Problem;
use crate::domain::vocabulary::Precision;

/// A plot or a building is an area of at most so many degrees, about 2 km; a larger one is no place to go to.
const LARGEST: f64 = 0.02;

/// What a feature's geometry comes to.
#[derive(Debug, PartialEq)]
pub enum Located {
    /// There is none, or it is empty.
    Nowhere,
    /// A point, and how exact it can be at most.
    At(Position, Precision),
    /// What keeps the feature out.
    Refused(Box<Problem>),
}

/// A point as it is written, or why there is none.
enum Point {
    Empty,
    At {
        lon: f64,
        lat: f64,
        decimals: usize,
    },
    /// Several, so many.
    Several(usize),
    TooLarge,
    Unreadable,
}

/// Finds the point of feature `number`.
pub fn locate(number: usize, geometry: &Value) -> Located {
    let (lon, lat, decimals) = match point(geometry) {
        Point::Empty => return Located::Nowhere,
        Point::At { lon, lat, decimals } => (lon, lat, decimals),
        Point::Several(count) => return refused(number, geometry, several(count)),
        Point::TooLarge => return refused(number, geometry, too_large()),
        Point::Unreadable => return refused(number, geometry, unreadable()),
    };
    match Position::new(lon, lat) {
        Ok(position) => Located::At(position, precision(decimals)),
        Err(error) => Located::Refused(Box::new(misplaced(number, [lon, lat], &error))),
    }
}

/// The point of a geometry. A collection's is that of its only point, else of its only part.
fn point(geometry: &Value) -> Point {
    let Some(kind) = geometry["type"].as_str().filter(|_| geometry.is_object()) else {
        return match geometry {
            Value::Null => Point::Empty,
            _ => Point::Unreadable,
        };
    };
    let coordinates = &geometry["coordinates"];
    let is_empty = coordinates.as_array().is_some_and(Vec::is_empty);
    match kind {
        "GeometryCollection" => return collection(geometry),
        _ if is_empty => return Point::Empty,
        _ => {}
    }
    match kind {
        "Point" => pair(coordinates),
        "MultiPoint" => {
            let points: Vec<&Value> = coordinates.as_array().into_iter().flatten().collect();
            match points.as_slice() {
                [first, rest @ ..] if rest.iter().all(|point| point == first) => pair(first),
                [] => Point::Unreadable,
                points => Point::Several(points.len()),
            }
        }
        "Polygon" => area(std::slice::from_ref(coordinates)),
        "MultiPolygon" => area(coordinates.as_array().map_or(&[], Vec::as_slice)),
        _ => Point::Unreadable,
    }
}

/// Features lie at most 32 levels deep, and so do collections within each other.
fn collection(geometry: &Value) -> Point {
    let parts: &[Value] = geometry["geometries"].as_array().map_or(&[], Vec::as_slice);
    let filled = |part: &&Value| {
        !part.is_null() && !part["coordinates"].as_array().is_some_and(Vec::is_empty)
    };
    let parts: Vec<&Value> = parts.iter().filter(filled).collect();
    let is_point = |part: &&Value| part["type"] == "Point";
    let points: Vec<&Value> = parts.iter().copied().filter(is_point).collect();
    match (points.as_slice(), parts.as_slice()) {
        ([one], _) | ([], [one]) => point(one),
        (_, []) => Point::Empty,
        (_, parts) => Point::Several(parts.len()),
    }
}

/// A coordinate pair as it is written: numbers, or numbers in quotes.
fn pair(coordinates: &Value) -> Point {
    let number = |i: usize| {
        let value = coordinates.get(i)?;
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), |text| text.trim().to_owned());
        let decimals = text
            .split_once('.')
            .map_or(0, |(_, decimals)| decimals.len());
        let number = text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())?;
        Some((number, decimals))
    };
    match number(0).zip(number(1)) {
        Some(((lon, first), (lat, second))) => Point::At {
            lon,
            lat,
            decimals: first.max(second),
        },
        None => Point::Unreadable,
    }
}

/// A point within an area: of a building, where one may walk to.
fn area(polygons: &[Value]) -> Point {
    let mut found = Vec::new();
    let mut decimals = 0;
    let (mut low, mut high) = ([f64::MAX; 2], [f64::MIN; 2]);
    for polygon in polygons {
        let mut rings = Vec::new();
        for ring in polygon.as_array().into_iter().flatten() {
            let mut line = Vec::new();
            for vertex in ring.as_array().into_iter().flatten() {
                let Point::At {
                    lon,
                    lat,
                    decimals: here,
                } = pair(vertex)
                else {
                    return Point::Unreadable;
                };
                // Swapped, without a decimal point, outside the country: as of a point.
                if Position::new(lon, lat).is_err() {
                    return pair(vertex);
                }
                decimals = decimals.max(here);
                for (i, value) in [lon, lat].into_iter().enumerate() {
                    (low[i], high[i]) = (low[i].min(value), high[i].max(value));
                }
                line.push(Coord { x: lon, y: lat });
            }
            rings.push(LineString::new(line));
        }
        if rings.is_empty() {
            continue;
        }
        let outer = rings.remove(0);
        found.push(Polygon::new(outer, rings));
    }
    if high[0] - low[0] > LARGEST || high[1] - low[1] > LARGEST {
        return Point::TooLarge;
    }
    match MultiPolygon::new(found).interior_point() {
        Some(point) => Point::At {
            lon: point.x(),
            lat: point.y(),
            decimals,
        },
        None => Point::Unreadable,
    }
}

fn refused(number: usize, geometry: &Value, message: (String, String)) -> Located {
    let problem = Problem::blocking(number, "coordinates-malformed", message);
    Located::Refused(Box::new(problem.in_column("geometry").found(
        geometry,
        (
            r#"{"type":"Point","coordinates":[経度,緯度]}"#,
            r#"{"type":"Point","coordinates":[longitude,latitude]}"#,
        ),
    )))
}

fn unreadable() -> (String, String) {
    (
        "点や建物の形の座標として読めません".to_owned(),
        "these cannot be read as the coordinates of a point or of a building’s outline".to_owned(),
    )
}

fn several(count: usize) -> (String, String) {
    (
        format!("位置が{count}か所あります。施設ごとに1つのFeatureに分けてください"),
        format!("there are {count} places: write one Feature for each facility"),
    )
}

fn too_large() -> (String, String) {
    (
        "広い区域で、施設の位置が分かりません。点か、建物の形にしてください".to_owned(),
        "this is a wide area, which does not say where the facility is: give a point or the building’s outline".to_owned(),
    )
}

/// Why a pair is no place in Japan.
fn misplaced(number: usize, [lon, lat]: [f64; 2], error: &NoPosition) -> Problem {
    let message = match error {
        NoPosition::Swapped { .. } => (
            "緯度と経度が入れ替わっています。経度、緯度の順に直してください",
            "latitude and longitude are swapped: longitude comes first",
        ),
        NoPosition::Zero => (
            "座標が0,0です。座標が分からないときは空にしてください",
            "the coordinates are 0,0: leave them out where they are not known",
        ),
        NoPosition::Malformed { .. } => {
            ("座標が数ではありません", "the coordinates are no numbers")
        }
        NoPosition::OutsideJapan { .. } => (
            "座標が日本の外です。桁や小数点を確かめてください",
            "the coordinates are outside Japan: check their digits and decimal points",
        ),
    };
    let expected = (
        "経度 122〜154、緯度 20〜46 の順",
        "longitude 122 to 154, then latitude 20 to 46",
    );
    let mut problem = Problem::blocking(number, error.code(), message).in_column("geometry");
    if let NoPosition::Swapped { lon, lat } = error {
        let label = ("緯度と経度を入れ替える", "Swap latitude and longitude");
        problem = problem.suggest(label, [("geometry", format!("{lat},{lon}"))]);
    }
    problem.found(format!("{lon},{lat}"), expected)
}
