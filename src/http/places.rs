//! `/places?q=`: where is 渋谷? Municipalities, towns and postal codes as points.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::Site;
use super::answer::{Answer, Link, Stop};
use super::facilities::finish_collection;
use super::negotiate::{self, GEOJSON};
use super::parameters::{self as p, Given, Parameter};
use super::problem::{Problem, Text};

/// What it takes.
pub const PARAMETERS: &[&Parameter] = &[&p::Q, &p::LIMIT, &p::F, &p::LANG];

/// Suggestions when nobody says how many, and at most: a list nobody reads to the end.
const DEFAULT: usize = 10;
const GREATEST: usize = 100;
/// The longest text that can be the name of a place.
const LONGEST: usize = 100;

/// `/places`.
pub async fn search(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let site = Site::of(&request).clone();
    let given = Given::read(request.query_string(), PARAMETERS)?;
    let format = negotiate::format(&request, given.get(&p::F), &[GEOJSON])?;
    let limit = given.limit(DEFAULT, GREATEST)?;
    let text = given.get(&p::Q).unwrap_or("").trim().to_owned();
    if text.is_empty() || text.chars().count() > LONGEST {
        let rule = Text::new(
            format!("1〜{LONGEST}文字の地名か郵便番号を指定してください"),
            format!("must be a place or postal code of 1 to {LONGEST} characters"),
        );
        return Err(Problem::parameter(p::Q.name, &text, rule).into());
    }
    let generation = site.directory.now();
    let mut answer = Answer::begin(&request, &generation, format)?;
    let reference = std::sync::Arc::clone(site.directory.reference());
    // Just after the start, the towns may still be being read.
    let features = web::block(move || -> Vec<Value> {
        reference
            .places()
            .search(&text, limit)
            .iter()
            .map(feature)
            .collect()
    });
    let features = features.await.map_err(|error| Problem::internal(&error))?;
    let here = format!("{}?{}", site.url("/places"), request.query_string());
    let links = answer.links([Link::new(here, "self", GEOJSON)]);
    let mut body = br#"{"type":"FeatureCollection","features":["#.to_vec();
    for (i, feature) in features.iter().enumerate() {
        if i > 0 {
            body.push(b',');
        }
        body.extend_from_slice(feature.to_string().as_bytes());
    }
    finish_collection(
        &mut body,
        features.len() as u64,
        features.len(),
        &generation.timestamp,
        links,
    );
    Ok(answer.finish(body))
}

fn feature(place: &crate::places::Place) -> Value {
    let mut feature = json!({
        "type": "Feature", "id": place.id,
        "geometry": { "type": "Point", "coordinates": place.position },
        "properties": {
            "id": place.id, "type": place.sort.slug(), "name": place.name, "name_kana": place.kana, "name_en": place.en,
            "context": place.context, "municipality": place.municipality, "postal": place.postal,
        },
    });
    if let Some(bbox) = place.bbox {
        feature["bbox"] = json!(bbox);
    }
    feature
}
