//! Extracts of OpenStreetMap: its XML, PBF, Overpass's JSON and GeoJSON.
//!
//! The coworking spaces of an extract become GeoJSON features with our own names, and are then read
//! like any other file. Everything else in an extract is ignored. A building becomes the middle of its
//! outline, even if it has several parts. An element without name or place, or a duplicate, is skipped
//! and reported, so that it does not block the others.

mod left_out;
mod pbf;
#[cfg(test)]
mod tests;
mod words;
mod xml;

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::Limits;
use crate::domain::report::Problem;

/// What an extract holds.
#[derive(Debug, Default)]
pub(super) struct Extract {
    /// Coworking spaces, in the order they are met.
    places: Vec<Element>,
    /// All that was looked through.
    elements: u64,
}

/// A coworking space.
#[derive(Debug, Clone, PartialEq)]
struct Element {
    /// `node`, `way` or `relation`.
    kind: &'static str,
    id: i64,
    tags: Vec<(String, String)>,
    /// Longitude and latitude in degrees.
    point: Option<[f64; 2]>,
    /// The nodes of its outline.
    nodes: Vec<i64>,
    /// The ways its outline consists of.
    ways: Vec<i64>,
    /// The day it was last edited, where the extract says it.
    edited: Option<String>,
}

impl Element {
    fn tag(&self, key: &str) -> Option<&str> {
        let mut tags = self.tags.iter();
        let value = tags
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.trim());
        value.filter(|value| !value.is_empty())
    }
}

/// Why an extract cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ExtractError {
    /// It ends in the middle.
    CutShort,
    /// What is in it is not what its format says.
    Damaged,
    /// It needs something that is not read here.
    Feature,
    /// Unpacked it is larger than what is read.
    TooLarge,
}

/// An extract as a file of features.
#[derive(Debug)]
pub struct AsGeoJson {
    /// The file.
    pub bytes: Vec<u8>,
    /// That some of its coworking spaces are not in it.
    pub left_out: Option<Problem>,
}

/// The extract as GeoJSON; `None` where a file is none of OpenStreetMap.
pub fn as_geojson(bytes: &[u8], limits: &Limits) -> Option<Result<AsGeoJson, Box<Problem>>> {
    let read = if pbf::is_pbf(bytes) {
        pbf::read(bytes, limits.unpacked)
    } else if xml::is_xml(bytes) {
        xml::read(bytes)
    } else {
        Ok(json_extract(bytes)?)
    };
    Some(match read {
        Err(fault) => Err(refused(fault)),
        Ok(extract) if extract.places.is_empty() => Err(nothing(extract.elements)),
        Ok(extract) => {
            let (hubs, left_out) = left_out::sort(extract.places);
            match (hubs.is_empty(), left_out) {
                // Nothing is left of it: that is said as of any file.
                (true, Some(problem)) => Err(Box::new(none_left(problem))),
                (_, left_out) => {
                    let features: Vec<Value> = hubs.iter().map(feature).collect();
                    let collection = json!({ "type": "FeatureCollection", "features": features });
                    let bytes = collection.to_string().into_bytes();
                    Ok(AsGeoJson { bytes, left_out })
                }
            }
        }
    })
}

/// Says of spaces whose positions lie in no municipality that they are not read; where no other is
/// left, nothing can be imported.
pub fn outside(ids: &[String], is_any_left: bool) -> Option<Problem> {
    let problem = left_out::said(&[(ids, left_out::OUTSIDE)])?;
    Some(match is_any_left {
        true => problem,
        false => none_left(problem),
    })
}

fn none_left(problem: Problem) -> Problem {
    Problem {
        code: "rows-missing",
        blocks: true,
        ..problem
    }
}

/// Whether tags say that people work there together.
fn is_coworking<'a>(mut tags: impl Iterator<Item = (&'a str, &'a str)>) -> bool {
    tags.any(|(key, value)| match key {
        "amenity" => value
            .split(';')
            .any(|value| value.trim() == "coworking_space"),
        "office" => value
            .split(';')
            .any(|value| matches!(value.trim(), "coworking" | "coworking_space")),
        _ => false,
    })
}

/// The middle of what the nodes of an outline span.
fn middle(nodes: &[i64], points: &HashMap<i64, [f64; 2]>) -> Option<[f64; 2]> {
    middle_of(nodes.iter().filter_map(|node| points.get(node)).copied())
}

fn middle_of(points: impl Iterator<Item = [f64; 2]>) -> Option<[f64; 2]> {
    let none = [
        f64::INFINITY,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NEG_INFINITY,
    ];
    let [west, south, east, north] = points.fold(none, |[west, south, east, north], [lon, lat]| {
        [west.min(lon), south.min(lat), east.max(lon), north.max(lat)]
    });
    (west <= east).then(|| {
        [
            rounded(f64::midpoint(west, east)),
            rounded(f64::midpoint(south, north)),
        ]
    })
}

/// Puts the nodes of an outline's ways in their place.
fn with_nodes(places: &mut [Element], nodes: &HashMap<i64, Vec<i64>>) {
    for place in places {
        let ways = std::mem::take(&mut place.ways);
        let nodes = ways.iter().filter_map(|way| nodes.get(way)).flatten();
        place.nodes.extend(nodes);
    }
}

/// Seven decimals, as OpenStreetMap keeps them.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

/// A coworking space as a feature with our own names.
fn feature(element: &Element) -> Value {
    let id = format!("{}/{}", element.kind, element.id);
    let mut properties = Map::new();
    for (name, value) in words::properties(element) {
        properties.insert(name.to_owned(), value);
    }
    properties.insert("osm_id".to_owned(), json!(id));
    let source = json!([{ "title": "© OpenStreetMap contributors (ODbL)",
        "url": format!("https://www.openstreetmap.org/{id}"), "date": element.edited, "fields": null }]);
    properties.insert("sources".to_owned(), source);
    let geometry = element
        .point
        .map(|point| json!({ "type": "Point", "coordinates": point }));
    json!({ "type": "Feature", "geometry": geometry, "properties": properties })
}

/// Overpass's JSON, or a GeoJSON file with OpenStreetMap's ids and tags.
fn json_extract(bytes: &[u8]) -> Option<Extract> {
    let holds = |text: &str| memchr::memmem::find(bytes, text.as_bytes()).is_some();
    let has_tags = holds("coworking_space") || holds("\"coworking\"");
    let is_element = || {
        ["\"node\"", "\"way\"", "\"relation\""]
            .into_iter()
            .any(holds)
    };
    // Overpass's own, or that of OpenStreetMap's interface for editors.
    let is_overpass =
        holds("\"elements\"") && (holds("\"osm3s\"") || (holds("\"version\"") && is_element()));
    let has_ids = ["\"node/", "\"way/", "\"relation/"].into_iter().any(holds);
    if !(is_overpass || has_tags && has_ids) {
        return None;
    }
    let all: Value = serde_json::from_slice(bytes).ok()?;
    let mut extract = Extract::default();
    if let Some(elements) = all["elements"].as_array().filter(|_| is_overpass) {
        extract.elements = elements.len() as u64;
        extract.places = elements.iter().filter_map(overpass).collect();
        return Some(extract);
    }
    let features = all["features"].as_array()?;
    extract.elements = features.len() as u64;
    extract.places = features.iter().filter_map(tagged).collect();
    // A file of our own, or of anybody else, that only mentions an id.
    (!extract.places.is_empty()).then_some(extract)
}

fn tags_of(object: &Value) -> Vec<(String, String)> {
    let tags = object.as_object().into_iter().flatten();
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    tags.filter_map(|(key, value)| Some((key.clone(), text(value)?)))
        .collect()
}

fn kind_of(name: &str) -> Option<&'static str> {
    ["node", "way", "relation"]
        .into_iter()
        .find(|kind| *kind == name)
}

/// An element of Overpass's JSON. A way has its middle where it was asked for (`out center`), its
/// bounds (`out bb`) or its outline (`out geom`).
fn overpass(element: &Value) -> Option<Element> {
    let tags = tags_of(&element["tags"]);
    if !is_coworking(tags.iter().map(|(key, value)| (&**key, &**value))) {
        return None;
    }
    let at = |value: &Value| Some([value["lon"].as_f64()?, value["lat"].as_f64()?]);
    let outline = || {
        let outline = element["geometry"].as_array()?;
        middle_of(outline.iter().filter_map(at))
    };
    let bounds = || {
        let corner = |lon: &str, lat: &str| {
            let bounds = &element["bounds"];
            Some([bounds[lon].as_f64()?, bounds[lat].as_f64()?])
        };
        let corners = [corner("minlon", "minlat")?, corner("maxlon", "maxlat")?];
        middle_of(corners.into_iter())
    };
    Some(Element {
        kind: kind_of(element["type"].as_str()?)?,
        id: element["id"].as_i64()?,
        point: at(element)
            .or_else(|| at(&element["center"]))
            .or_else(outline)
            .or_else(bounds),
        edited: element["timestamp"].as_str().and_then(day),
        tags,
        nodes: Vec::new(),
        ways: Vec::new(),
    })
}

/// A feature whose id is OpenStreetMap's and whose properties are tags.
fn tagged(feature: &Value) -> Option<Element> {
    let properties = &feature["properties"];
    // Converters put tags flat, or as an object beside the id.
    let tags = match &properties["tags"] {
        Value::Object(_) => tags_of(&properties["tags"]),
        _ => tags_of(properties),
    };
    if !is_coworking(tags.iter().map(|(key, value)| (&**key, &**value))) {
        return None;
    }
    let id = [&properties["@id"], &properties["id"], &feature["id"]]
        .into_iter()
        .find_map(|id| id.as_str())?;
    let (kind, number) = id.split_once('/')?;
    Some(Element {
        kind: kind_of(kind)?,
        id: number.parse().ok()?,
        point: middle_of(positions(&feature["geometry"]["coordinates"]).into_iter()),
        edited: properties["@timestamp"].as_str().and_then(day),
        tags,
        nodes: Vec::new(),
        ways: Vec::new(),
    })
}

/// All positions of a geometry, however deep.
fn positions(coordinates: &Value) -> Vec<[f64; 2]> {
    let Some(list) = coordinates.as_array() else {
        return Vec::new();
    };
    match (
        list.first().and_then(Value::as_f64),
        list.get(1).and_then(Value::as_f64),
    ) {
        (Some(lon), Some(lat)) => vec![[lon, lat]],
        _ => list.iter().flat_map(positions).collect(),
    }
}

/// The day of a moment.
fn day(moment: &str) -> Option<String> {
    let day = moment.get(..10)?;
    crate::domain::facility::Date::new(day).ok()?;
    Some(day.to_owned())
}

fn refused(fault: ExtractError) -> Box<Problem> {
    let message = match fault {
        ExtractError::CutShort => (
            "OpenStreetMapのデータが途中で切れています。もう一度ダウンロードしてください",
            "the OpenStreetMap extract ends in the middle: download it again",
        ),
        ExtractError::Damaged => (
            "OpenStreetMapのデータとして読めません（壊れています）。もう一度ダウンロードしてください",
            "the OpenStreetMap extract is damaged: download it again",
        ),
        ExtractError::Feature => (
            "このOpenStreetMapのデータの形式には対応していません。普通の .osm.pbf か .osm で書き出してください",
            "this OpenStreetMap extract needs something that is not read here: export a plain .osm.pbf or .osm",
        ),
        ExtractError::TooLarge => (
            "OpenStreetMapのデータが大きすぎます。範囲をせばめて書き出すか、管理者のコマンド machinaka import で読み込んでください",
            "the OpenStreetMap extract is too large: cut out a smaller area, or have the operator import it",
        ),
    };
    let code = match fault {
        ExtractError::TooLarge => "limit",
        _ => "format-unknown",
    };
    Box::new(Problem::of_file(code, message))
}

/// An extract of the sea, or of a town without any.
fn nothing(elements: u64) -> Box<Problem> {
    let message = (
        format!(
            "OpenStreetMapのデータ（要素{elements}個）に、コワーキングスペース（amenity=coworking_space、office=coworking）がありません。範囲を確かめてください"
        ),
        format!(
            "the OpenStreetMap extract ({elements} elements) has no coworking space (amenity=coworking_space, office=coworking): check its area"
        ),
    );
    Box::new(Problem::of_file("rows-missing", message))
}
