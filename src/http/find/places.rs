//! `/places?q=`: where is 渋谷? Municipalities, towns, stations and postal codes as points, and behind them
//! the facilities of that name.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::directory::{Generation, Reference};
use crate::districts::Districts;
use crate::domain::position::{Metres, Position};
use crate::http::answer::{Answer, Link, Stop};
use crate::http::features::finish_collection;
use crate::http::find::address;
use crate::http::negotiate::{self, GEOJSON};
use crate::http::problem::{Problem, Text};
use crate::http::query::{self as p, Parameter, QueryParams, parameters};
use crate::http::site::Site;
use crate::http::wire::blocking::compute;
use crate::places::{self, FilterWord, MissingStop, Place, PlaceKind, PlaceQuery, SearchContext};
use crate::snapshot::Snapshot;
use crate::snapshot::entries::Entry;
use crate::snapshot::find::Query;
use crate::snapshot::names::Words;

mod coordinates;

parameters! {
    Q = "q", "What is looked for: the name of a municipality, town, station or facility in kanji, kana or Latin letters, an address, a postal code, coordinates, or the address of a map; words beside a place may be filters (渋谷 コワーキング).",
        json!({"type": "string", "minLength": 1, "maxLength": 2000});
    VISITOR = "near", "Where the visitor is: longitude, latitude. Of like-named places the nearer is likelier.",
        json!({"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number"}, "examples": [[139.7016, 35.658]]});
    WINDOW = "bbox", "What the visitor's map shows: west, south, east, north in degrees. Of like-named places those in a small window are likelier.",
        json!({"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}, "examples": [[139.6, 35.6, 139.8, 35.7]]});
}

/// What it takes.
pub const PARAMETERS: &[&Parameter] = &[&Q, &VISITOR, &WINDOW, &p::LIMIT, &p::F, &p::LANG];

/// Suggestions when nobody says how many, and at most: a list nobody reads to the end.
const DEFAULT: usize = 10;
const GREATEST: usize = 100;
/// The longest text that can be the name of a place.
const LONGEST: usize = 100;
/// The longest address of a map.
const LONGEST_ADDRESS: usize = 2_000;
/// A facility so near speaks for a place.
const NEAR_FACILITY: Metres = Metres(2_000.0);

/// `/places`.
pub async fn search(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let site = Site::of(&request).clone();
    let given = QueryParams::of(&request, PARAMETERS)?;
    let format = negotiate::format(&request, given.get(&p::F), &[GEOJSON])?;
    let limit = given.limit(DEFAULT, GREATEST)?;
    let text = given.get(&Q).unwrap_or("").trim().to_owned();
    if text.is_empty() || !is_readable(&text) {
        let rule = Text::new(
            format!("1〜{LONGEST}文字の地名、駅名、施設名、郵便番号か座標を指定してください"),
            format!(
                "must be a place, a station, a facility, a postal code or coordinates of 1 to {LONGEST} characters"
            ),
        );
        return Err(Problem::parameter(Q.name, &text, rule).into());
    }
    let near = given.near()?;
    let window = given.bbox()?.filter(|window| window.west <= window.east);
    let window = window.map(|w| [w.west, w.south, w.east, w.north]);
    let generation = site.directory.now();
    let mut answer = Answer::begin(&request, &generation, format)?;
    let language = answer.language();
    let asked = std::sync::Arc::clone(&generation);
    // Just after the start, the towns may still be being read.
    let directory = std::sync::Arc::clone(&site.directory);
    let found = compute(move || -> (Vec<Value>, Value) {
        let found = Suggestions::of(&asked, &text, limit, near, window);
        let (mut features, mut notes) = (found.features(&asked), found.notes(language));
        if let Some(door) = address::find(&directory, &asked, found.rest_of(&text), found.places())
        {
            if door.is_clear {
                notes["clear"] = true.into();
            }
            features.insert(0, door.feature(&asked, language));
            features.truncate(limit);
        }
        (features, notes)
    });
    let (features, notes) = found.await?;
    let here = format!("{}?{}", site.url("/places"), request.query_string());
    let links = answer.links([Link::new(here, "self", GEOJSON)]);
    let mut body = br#"{"type":"FeatureCollection","#.to_vec();
    // The members of the notes stand beside the features.
    let notes = notes.to_string();
    body.extend_from_slice(&notes.as_bytes()[1..notes.len() - 1]);
    body.extend_from_slice(br#","features":["#);
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

/// Whether a text may be the name of a place, or the address of a point on a map.
pub fn is_readable(text: &str) -> bool {
    text.chars().count() <= LONGEST
        || (text.chars().count() <= LONGEST_ADDRESS && coordinates::read(text).is_some())
}

/// What a text may mean: a point, places, facilities.
pub struct Suggestions {
    point: Option<Position>,
    places: places::PlaceAnswer,
    /// Facilities by their slots.
    hubs: Vec<u32>,
}

impl Suggestions {
    /// Those for a text, at most `limit`. `near` is where the visitor is, `window` what the map shows.
    pub fn of(
        now: &Generation,
        text: &str,
        limit: usize,
        near: Option<Position>,
        window: Option<[f64; 4]>,
    ) -> Suggestions {
        if let Some(point) = coordinates::read(text) {
            return Suggestions {
                point: Some(point),
                places: places::PlaceAnswer::default(),
                hubs: Vec::new(),
            };
        }
        let has_facility = |at: Position| {
            let query = Query {
                near: Some(at),
                within: Some(NEAR_FACILITY),
                ..Query::default()
            };
            !now.snapshot.find(&query, None, 1).hits.is_empty()
        };
        let question = PlaceQuery {
            context: SearchContext {
                window,
                near,
                has_facility: Some(&has_facility),
            },
            guesses: false,
            ..PlaceQuery::of(text, limit)
        };
        let reference: &Reference = &now.known;
        let mut places = reference.places().ask(&question);
        let hubs = facilities(&now.snapshot, text, &places.places, limit);
        if places.places.is_empty() && hubs.is_empty() {
            places = reference.places().ask(&PlaceQuery {
                guesses: true,
                ..question
            });
        }
        places.places.truncate(limit - hubs.len());
        Suggestions {
            point: None,
            places,
            hubs,
        }
    }

    /// The words of the text that were filters of facilities.
    pub fn filters(&self) -> &[FilterWord] {
        &self.places.filters
    }

    /// The text without them.
    pub fn rest(&self) -> &str {
        &self.places.rest
    }

    /// The same; all of the text where it has none.
    pub fn rest_of<'a>(&'a self, text: &'a str) -> &'a str {
        match self.places.filters.is_empty() {
            true => text,
            false => &self.places.rest,
        }
    }

    /// The places it may mean.
    pub fn places(&self) -> &[Place] {
        &self.places.places
    }

    /// Whether the first may be taken without asking.
    pub fn is_clear(&self) -> bool {
        self.point.is_some()
            || match (&*self.places.places, &*self.hubs) {
                ([], hubs) => hubs.len() == 1,
                (_, _) => self.places.is_clear,
            }
    }

    /// Every suggestion with its name in Japanese and in English, the likeliest first.
    pub fn choices(&self, now: &Generation) -> Vec<Choice> {
        let point = self.point.map(|point| Choice::named(written(point), point));
        let places = self.places.places.iter().map(Choice::of);
        let hubs = self.hubs.iter().map(|slot| {
            let entry = now.snapshot.entry(*slot);
            Choice::named(entry.facility().name.to_string(), entry.position)
        });
        point.into_iter().chain(places).chain(hubs).collect()
    }

    fn features(&self, now: &Generation) -> Vec<Value> {
        let point = self
            .point
            .map(|point| at_point(point, &now.known.districts));
        let places = self
            .places
            .places
            .iter()
            .map(|place| feature(place, &self.places.filters));
        let hubs = self.hubs.iter().map(|slot| {
            let entry = now.snapshot.entry(*slot);
            facility(entry, &now.known.districts, &self.places.filters)
        });
        point.into_iter().chain(places).chain(hubs).collect()
    }

    /// What stands beside the features.
    fn notes(&self, language: crate::http::language::Language) -> Value {
        let missing = self.places.missing.as_ref().map(|missing| {
            let message = language.pick(missing_ja(missing), missing_en(missing));
            json!({"kind": missing.kind, "name": missing.name, "message": message})
        });
        json!({
            "clear": self.is_clear(), "filters": words(&self.places.filters), "rest": self.places.rest,
            "missing": missing,
        })
    }
}

/// One of several places that may be meant.
pub struct Choice {
    /// As a heading has it: a district alone, a town with the districts around it.
    pub name: String,
    /// The same in Latin letters, where that is known.
    pub name_en: Option<String>,
    /// With the districts around it, to tell it from others.
    pub full: String,
    /// The same in Latin letters.
    pub full_en: Option<String>,
    /// Where it is.
    pub position: Position,
}

impl Choice {
    fn of(place: &Place) -> Choice {
        let full = format!("{}{}", place.context, place.name);
        let full_en = place.en.as_ref().map(|latin| match &place.context_en {
            Some(around) => format!("{latin}, {around}"),
            None => latin.clone(),
        });
        let (name, name_en) = match place.kind {
            PlaceKind::Prefecture | PlaceKind::Municipality | PlaceKind::Ward => {
                (place.name.clone(), place.en.clone())
            }
            _ => (full.clone(), full_en.clone()),
        };
        Choice {
            name,
            name_en,
            full,
            full_en,
            position: place.position,
        }
    }

    /// What has only its name.
    fn named(name: String, position: Position) -> Choice {
        Choice {
            full: name.clone(),
            name,
            name_en: None,
            full_en: None,
            position,
        }
    }
}

fn missing_ja(missing: &MissingStop) -> String {
    let kind = if missing.kind == "station" {
        "駅"
    } else {
        "空港"
    };
    format!("「{}」という名前の{kind}は見つかりません", missing.name)
}

fn missing_en(missing: &MissingStop) -> String {
    let kind = missing.kind;
    format!("there is no {kind} of the name “{}”", missing.name)
}

fn words(filters: &[FilterWord]) -> Vec<Value> {
    let one = |filter: &FilterWord| json!({"word": filter.word, "parameter": filter.parameter, "value": filter.value});
    filters.iter().map(one).collect()
}

/// The facilities whose names a text holds: as many as the places leave room for, and a third of
/// the answer where there are more of both.
fn facilities(snapshot: &Snapshot, text: &str, places: &[Place], limit: usize) -> Vec<u32> {
    // Whoever types a postal code looks for no name.
    if places
        .iter()
        .any(|place| place.kind == PlaceKind::PostalCode)
    {
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
fn facility(entry: &Entry, districts: &Districts, filters: &[FilterWord]) -> Value {
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
            "id": entry.id.as_str(), "type": "facility", "kind": "facility", "name": brief.name, "name_kana": brief.name_kana, "name_en": brief.name_en,
            "context": format!("{}{}", brief.prefecture, brief.municipality_name), "context_en": context_en, "municipality": brief.municipality, "postal": null,
            "facility_kind": brief.kind, "status": brief.status, "guess": false, "filters": words(filters),
        },
    })
}

fn feature(place: &Place, filters: &[FilterWord]) -> Value {
    let mut feature = json!({
        "type": "Feature", "id": place.id,
        "geometry": { "type": "Point", "coordinates": place.position },
        "properties": {
            "id": place.id, "type": place.kind.slug(), "kind": place.kind.slug(), "name": place.name, "name_kana": place.kana, "name_en": place.en,
            "context": place.context, "context_en": place.context_en, "municipality": place.municipality, "postal": place.postal,
            "former": place.former, "lines": place.lines, "guess": place.guess, "dropped": place.dropped, "filters": words(filters),
        },
    });
    if let Some(bbox) = place.bbox {
        feature["bbox"] = json!(bbox);
    }
    feature
}

/// A point as it is written back: latitude first, as maps have it.
fn written(point: Position) -> String {
    format!("{:.5}, {:.5}", point.lat(), point.lon())
}

/// A point that was given by its coordinates.
fn at_point(point: Position, districts: &Districts) -> Value {
    let found = districts.at_or_nearest(point);
    let municipality = found.as_ref().map(|found| &found.municipality);
    let ward = found.as_ref().and_then(|found| found.ward);
    let context = municipality.map(|city| {
        let ward = ward.map_or("", |ward| &*ward.name);
        format!("{}{}{ward}", city.prefecture, city.name)
    });
    let id = format!("point-{},{}", point.lon(), point.lat());
    json!({
        "type": "Feature", "id": id,
        "geometry": { "type": "Point", "coordinates": point },
        "properties": {
            "id": id, "type": "point", "kind": "point", "name": written(point), "name_kana": null, "name_en": written(point),
            "context": context, "context_en": ward.or(municipality.map(|city| &**city)).map(|area| &area.romaji),
            "municipality": municipality.map(|city| &city.code), "postal": null,
            "former": null, "lines": [], "guess": false, "dropped": null, "filters": [],
        },
    })
}
