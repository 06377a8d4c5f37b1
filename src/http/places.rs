//! `/places?q=`: where is 渋谷? Municipalities, towns and postal codes as points, and behind them the
//! facilities of that name.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::answer::{Answer, Link, Stop};
use super::facilities::finish_collection;
use super::negotiate::{self, GEOJSON};
use super::parameters::{self as p, Given, Parameter};
use super::problem::{Problem, Text};
use super::{Site, compute};
use crate::districts::Districts;
use crate::places::{Place, Sort};
use crate::snapshot::Snapshot;
use crate::snapshot::entries::Entry;
use crate::snapshot::names::Words;

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
    let given = Given::of(&request, PARAMETERS)?;
    let format = negotiate::format(&request, given.get(&p::F), &[GEOJSON])?;
    let limit = given.limit(DEFAULT, GREATEST)?;
    let text = given.get(&p::Q).unwrap_or("").trim().to_owned();
    if text.is_empty() || text.chars().count() > LONGEST {
        let rule = Text::new(
            format!("1〜{LONGEST}文字の地名、施設名か郵便番号を指定してください"),
            format!("must be a place, a facility or a postal code of 1 to {LONGEST} characters"),
        );
        return Err(Problem::parameter(p::Q.name, &text, rule).into());
    }
    let generation = site.directory.now();
    let mut answer = Answer::begin(&request, &generation, format)?;
    let (reference, asked) = (
        std::sync::Arc::clone(&generation.known),
        std::sync::Arc::clone(&generation),
    );
    // Just after the start, the towns may still be being read.
    let features = compute(move || -> Vec<Value> {
        let places = reference.places().search(&text, limit);
        let hubs = facilities(&asked.snapshot, &text, &places, limit);
        let places = places.iter().take(limit - hubs.len()).map(feature);
        let hubs = hubs
            .into_iter()
            .map(|slot| facility(asked.snapshot.entry(slot), &reference.districts));
        places.chain(hubs).collect()
    });
    let features = features.await?;
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

/// The facilities whose names a text holds: as many as the places leave room for, and a third of
/// the answer where there are more of both.
fn facilities(snapshot: &Snapshot, text: &str, places: &[Place], limit: usize) -> Vec<u32> {
    // Whoever types a postal code looks for no name.
    if places.iter().any(|place| place.sort == Sort::Postal) {
        return Vec::new();
    }
    let Some(words) = Words::of(text) else {
        return Vec::new();
    };
    // What a single letter holds is half of them.
    if text.chars().nth(1).is_none() {
        return Vec::new();
    }
    let room = limit.saturating_sub(places.len()).max(limit.div_ceil(3));
    snapshot.suggest(&words, room)
}

/// A facility beside places. Its id is its own, so that it can be opened.
fn facility(entry: &Entry, districts: &Districts) -> Value {
    #[derive(serde::Deserialize)]
    struct Brief<'a> {
        #[serde(borrow)]
        name: &'a RawValue,
        #[serde(borrow)]
        name_kana: &'a RawValue,
        #[serde(borrow)]
        name_en: &'a RawValue,
        #[serde(borrow)]
        kind: &'a RawValue,
        #[serde(borrow)]
        status: &'a RawValue,
        municipality: &'a str,
        prefecture: String,
        municipality_name: String,
    }
    let brief: Brief<'_> = entry.properties();
    let latin = |code: &str| Some(&*districts.get(code)?.romaji).filter(|name| !name.is_empty());
    let around = [Some(brief.municipality), brief.municipality.get(..2)].map(|code| latin(code?));
    let context_en = match around {
        [Some(municipality), Some(prefecture)] => Some(format!("{municipality}, {prefecture}")),
        _ => None,
    };
    json!({
        "type": "Feature", "id": entry.id.as_str(),
        "geometry": { "type": "Point", "coordinates": entry.position },
        "properties": {
            "id": entry.id.as_str(), "type": "facility", "name": brief.name, "name_kana": brief.name_kana, "name_en": brief.name_en,
            "context": format!("{}{}", brief.prefecture, brief.municipality_name), "context_en": context_en, "municipality": brief.municipality, "postal": null,
            "kind": brief.kind, "status": brief.status,
        },
    })
}

fn feature(place: &Place) -> Value {
    let mut feature = json!({
        "type": "Feature", "id": place.id,
        "geometry": { "type": "Point", "coordinates": place.position },
        "properties": {
            "id": place.id, "type": place.sort.slug(), "name": place.name, "name_kana": place.kana, "name_en": place.en,
            "context": place.context, "context_en": place.context_en, "municipality": place.municipality, "postal": place.postal,
            "former": place.former, "lines": place.lines,
        },
    });
    if let Some(bbox) = place.bbox {
        feature["bbox"] = json!(bbox);
    }
    feature
}
