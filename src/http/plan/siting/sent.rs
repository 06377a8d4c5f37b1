//! What is sent with a question of siting: candidates, zones, imagined facilities.
//!
//! One body of GeoJSON holds all three; a form's parts `zones` and `candidates` hold zones beside a
//! list that is a sheet.

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use serde_json::{Value, json};

use super::{MOST_CANDIDATES, multipart};
use crate::coverage::reach;
use crate::directory::Directory;
use crate::directory::coverage::zones::features;
use crate::directory::siting::Given;
use crate::http::plan::zones;
use crate::http::problem::{Problem, Text};
use crate::http::wire::blocking::compute;
use crate::http::wire::body;

/// The largest body; a form has two such parts.
const BODY: usize = 5 << 20;
/// What a list of candidates may be.
pub const TAKEN: [&str; 4] = [
    "application/geo+json",
    "application/json",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
];
/// A form with zones and such a list.
pub const FORM: &str = "multipart/form-data";

/// What was sent.
#[derive(Default)]
pub struct Sent {
    pub candidates: Option<List>,
    /// Features that are polygons, each with its number.
    pub zones: Vec<(usize, Value)>,
    pub imagined: Vec<reach::Site>,
    /// How many bytes all of it was.
    pub bytes: usize,
}

/// A list of candidates as it came.
pub struct List {
    bytes: Vec<u8>,
    /// The features that are left of a collection, by their numbers in it.
    numbers: Vec<usize>,
}

impl List {
    /// The candidates, or what is wrong with them.
    pub fn read(self, directory: &Directory) -> Result<Vec<Given>, Problem> {
        let read = directory.read_candidates(&self.bytes, MOST_CANDIDATES);
        read.map_err(|mut unusable| {
            let own = |row: usize| self.numbers.get(row.wrapping_sub(1)).copied();
            unusable.row = unusable.row.map(|row| own(row).unwrap_or(row));
            Problem::body(unusable.wording())
        })
    }
}

/// Reads the body.
pub async fn read(request: &HttpRequest, payload: web::Payload) -> Result<Sent, Problem> {
    let given = request.headers().get(header::CONTENT_TYPE);
    let given = given.and_then(|value| value.to_str().ok()).unwrap_or("");
    let plain = given.split(';').next().unwrap_or("").trim();
    let is = |sort: &str| plain.eq_ignore_ascii_case(sort);
    if is(FORM) {
        let bytes = body::bytes(request, payload, 2 * BODY).await?;
        let (given, length) = (given.to_owned(), bytes.len());
        let sent = compute(move || form(&given, &bytes)).await??;
        return Ok(Sent {
            bytes: length,
            ..sent
        });
    }
    if !TAKEN.iter().any(|sort| is(sort)) {
        let taken = [&TAKEN[..], &[FORM]].concat().join(", ");
        return Err(Problem::unsupported_media_type(given, &taken));
    }
    let bytes = body::bytes(request, payload, BODY).await?;
    let length = bytes.len();
    let sent = if plain.to_ascii_lowercase().ends_with("json") {
        let document = body::geojson(request, bytes).await?;
        compute(move || apart(document)).await??
    } else {
        Sent {
            candidates: Some(List {
                bytes: bytes.to_vec(),
                numbers: Vec::new(),
            }),
            ..Sent::default()
        }
    };
    Ok(Sent {
        bytes: length,
        ..sent
    })
}

/// The parts `zones` (GeoJSON) and `candidates` (GeoJSON, CSV or XLSX) of a form.
fn form(content_type: &str, bytes: &[u8]) -> Result<Sent, Problem> {
    let parts = multipart::parts(content_type, bytes).map_err(|wrong| {
        Problem::body(Text::new(
            format!("multipart/form-dataとして読めません（{wrong}）"),
            format!("the form cannot be read: {wrong}"),
        ))
    })?;
    if parts.is_empty() {
        return Err(Problem::body(Text::new(
            "フォームが空です。「zones」の部分が要ります",
            "the form is empty; it needs the part “zones”",
        )));
    }
    let mut sent = Sent::default();
    for (number, (name, part)) in parts.iter().enumerate() {
        if parts[..number].iter().any(|(before, _)| before == name) {
            let name = shown(name);
            return Err(Problem::body(Text::new(
                format!("フォームに「{name}」が2つ以上あります。1つにまとめてください"),
                format!("the form has more than one part “{name}”; put them into one"),
            )));
        }
        if part.len() > BODY {
            return Err(Problem::body_too_large(BODY));
        }
        let starts_as_json = part.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        match name.as_str() {
            "zones" => {
                // As `/coverage` takes them: points among them are imagined facilities.
                for (number, feature) in (1..).zip(features_of(body::parsed(part)?)?) {
                    if zones::is_zone(&feature) {
                        sent.zones.push((number, feature));
                    } else {
                        sent.imagined.push(zones::imagined_point(number, &feature)?);
                    }
                }
                if sent.zones.is_empty() {
                    return Err(Problem::body(Text::new(
                        "「zones」に区域（PolygonかMultiPolygonの面）がありません",
                        "the part “zones” holds no zone (Polygon or MultiPolygon)",
                    )));
                }
            }
            "candidates" if starts_as_json => {
                let found = apart(body::parsed(part)?)?;
                if !found.zones.is_empty() {
                    return Err(Problem::body(Text::new(
                        "「candidates」には候補の点だけを入れてください。区域は「zones」に入れます",
                        "the part “candidates” must hold points alone; zones go into “zones”",
                    )));
                }
                sent.candidates = found.candidates;
                sent.imagined.extend(found.imagined);
            }
            "candidates" => {
                sent.candidates = Some(List {
                    bytes: part.to_vec(),
                    numbers: Vec::new(),
                });
            }
            other => {
                let other = shown(other);
                return Err(Problem::body(Text::new(
                    format!("フォームの「{other}」は使えません。使えるもの: zones, candidates"),
                    format!("the form has a part “{other}”; known are zones, candidates"),
                )));
            }
        }
    }
    Ok(sent)
}

/// As much of a part's name as a message has room for.
fn shown(name: &str) -> String {
    name.chars().take(40).collect()
}

fn features_of(document: Value) -> Result<Vec<Value>, Problem> {
    features(document).map_err(Problem::body)
}

/// The polygons of a body, the points that are only imagined (`"imagined": true`), and what is left:
/// candidates, unless polygons are all there was.
fn apart(document: Value) -> Result<Sent, Problem> {
    let is_area = |document: &Value| zones::is_zone(&json!({ "geometry": document }));
    let known = document["features"].is_array() || zones::is_zone(&document) || is_area(&document);
    if !known {
        // A single candidate, or no GeoJSON: the reader of candidates says so.
        return Ok(Sent {
            candidates: Some(List {
                bytes: document.to_string().into_bytes(),
                numbers: Vec::new(),
            }),
            ..Sent::default()
        });
    }
    let mut sent = Sent::default();
    let (mut left, mut numbers) = (Vec::new(), Vec::new());
    for (number, feature) in (1..).zip(features_of(document)?) {
        if zones::is_zone(&feature) {
            sent.zones.push((number, feature));
        } else if feature["properties"]["imagined"] == true {
            sent.imagined.push(zones::imagined_point(number, &feature)?);
        } else {
            left.push(feature);
            numbers.push(number);
        }
    }
    if sent.zones.is_empty() || !left.is_empty() {
        let list = json!({ "type": "FeatureCollection", "features": left });
        sent.candidates = Some(List {
            bytes: list.to_string().into_bytes(),
            numbers,
        });
    }
    Ok(sent)
}
