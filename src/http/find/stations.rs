//! The collection `stations`: railway stations, the principal ones or, once imported, all of Japan's.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::directory::Generation;
use crate::directory::credits::Used;
use crate::domain::attributes::{Cell, Ground, Layer, Record};
use crate::domain::fields::{Field, Shape};
use crate::http::answer::{Answer, Link, Stop, write_links};
use crate::http::features::{FORMATS, finish_collection, links, representations};
use crate::http::html;
use crate::http::negotiate::{self, FGB, Format, GEOJSON, GPKG, HTML, JSON, KML};
use crate::http::opening::Shown;
use crate::http::problem::{Problem, Text};
use crate::http::query::{self as p, Parameter, QueryParams, area, filter};
use crate::http::site::Site;
use crate::http::wire::blocking::compute;
use crate::http::wire::downloads;
use crate::snapshot::find::{Bbox, Cursor, Query};
use crate::stations::Station;

/// What `items` may be: pages, or a file for GIS.
pub const OF_ITEMS: &[Format] = &[GEOJSON, HTML, KML, FGB, GPKG];

/// What `items` takes. `datetime` is the standard's: stations have no time, so it leaves none out.
pub const ITEMS: &[&Parameter] = &[
    &p::BBOX,
    &p::BBOX_CRS,
    &p::AREA,
    &p::MUNICIPALITY,
    &p::DATETIME,
    &p::LIMIT,
    &p::CURSOR,
    &p::CRS,
    &p::F,
    &p::LANG,
];

/// What one station takes.
pub const ITEM: &[&Parameter] = &[&p::CRS, &p::F, &p::LANG];

/// Hubs that a station's page lists.
const NEAREST: usize = 10;

/// A station's properties.
pub const FIELDS: &[Field] = &[
    Field::text("name", "駅名", "Name", false),
    Field::text("name_kana", "駅名（かな）", "Name in kana", true),
    Field::text("name_en", "駅名（ローマ字）", "Name in Latin letters", true),
    Field::text("municipality", "市区町村コード", "Municipality code", true),
    Field::text("municipality_name", "市区町村", "Municipality", true),
    Field::text("prefecture", "都道府県", "Prefecture", true),
    Field::new("lines", "路線", "Lines", Shape::Words(&[]), false),
    Field::new("operators", "事業者", "Operators", Shape::Words(&[]), false),
];

/// `items`: in order of id.
pub async fn items(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let given = QueryParams::of(request, ITEMS)?;
    let format = negotiate::format(request, given.get(&p::F), OF_ITEMS)?;
    crate::http::query::datetime::checked(&given)?;
    let bbox = given.bbox()?;
    let areas = area::codes(&given, site)?;
    let limit = given.limit_in(format)?;
    let after = given.cursor_after_id()?;
    let generation = site.directory.now();
    let mut answer = Answer::begin(request, &generation, format)?;
    let language = answer.language();
    let (site, path) = (site.clone(), request.path().to_owned());
    let query = p::query(request, ITEMS).into_owned();
    let now = Arc::clone(&generation);
    let found = move |now: &Generation| -> (usize, Vec<Station>, bool) {
        let stations = now.known.stations.iter();
        let all: Vec<&Station> = stations
            .filter(|station| is_wanted(station, bbox, &areas))
            .collect();
        let start = after.map_or(0, |after| all.partition_point(|own| *own.id <= *after));
        let end = start.saturating_add(limit).min(all.len());
        let shown = all[start.min(end)..end].iter().map(|own| (*own).clone());
        (all.len(), shown.collect(), end < all.len())
    };
    if format.is_file() {
        let key = answer.key(request);
        let write = move || file(format, &now, &found(&now).1);
        let file = downloads::file(request, key, write).await?;
        return Ok(answer.attached("stations", file));
    }
    let answered = compute(move || {
        let (all, shown, has_more) = found(&now);
        let next = shown.last().filter(|_| has_more);
        let next = next.map(|last| Cursor::after_id(last.id.to_string()));
        let links = links(&site, &path, &query, format, next.as_ref());
        let features = shown.iter().map(|station| feature(station, &now));
        if format == HTML {
            let features: Vec<Value> = features.collect();
            let body = json!({ "numberMatched": all, "links": links, "features": features });
            let html = html::document(language.pick("鉄道駅", "Railway stations"), &body, language);
            return (html.into_bytes(), links);
        }
        let mut body = br#"{"type":"FeatureCollection","features":["#.to_vec();
        for (i, feature) in features.enumerate() {
            if i > 0 {
                body.push(b',');
            }
            body.extend_from_slice(feature.to_string().as_bytes());
        }
        let matched = all as u64;
        finish_collection(&mut body, matched, shown.len(), &now.timestamp, &links);
        (body, links)
    });
    let (body, links) = answered.await?;
    answer.links(links);
    Ok(answer.finish(body))
}

fn is_wanted(station: &Station, bbox: Option<Bbox>, areas: &[Vec<String>]) -> bool {
    let (lon, lat) = (station.position.lon(), station.position.lat());
    let is_in = |part: Bbox| {
        (part.west..=part.east).contains(&lon) && (part.south..=part.north).contains(&lat)
    };
    let code = station
        .municipality
        .map(|code| code.to_string())
        .unwrap_or_default();
    let is_of = |area: &String| !code.is_empty() && code.starts_with(&**area);
    bbox.is_none_or(|bbox| bbox.parts().any(is_in))
        && areas.iter().all(|areas| areas.iter().any(is_of))
}

/// Stations as a file for GIS. Lines and operators are lists, as JSON.
fn file(format: Format, now: &Generation, stations: &[Station]) -> Result<Vec<u8>, Problem> {
    let used = Used {
        stations: true,
        ..Used::default()
    };
    let credits = used.note(&now.known);
    let layer = Layer {
        name: "stations",
        of: "station",
        fields: FIELDS,
        are_areas: false,
        about: credits.map_or(String::new(), |note| format!("{}\n{}", note.ja, note.en)),
    };
    let records = stations.iter().map(|station| {
        let mut properties = properties(station, now);
        let cells = FIELDS.iter().map(|field| {
            let value = properties.get_mut(field.name).map(Value::take);
            Cell::of(field, value.unwrap_or_default())
        });
        Record {
            id: station.id.to_string(),
            name: station.full_name(),
            ground: Ground::Point([station.position.lon(), station.position.lat()]),
            cells: cells.collect(),
        }
    });
    downloads::layer(format, &layer, &now.timestamp, records)
}

/// One station.
pub async fn item(request: &HttpRequest, id: &str) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let given = QueryParams::of(request, ITEM)?;
    let format = negotiate::format(request, given.get(&p::F), FORMATS)?;
    let generation = site.directory.now();
    let station = generation.known.stations.get(id).ok_or_else(|| {
        Problem::not_found(Text::new(
            format!("「{id}」という駅はありません"),
            format!("there is no station “{id}” here"),
        ))
    })?;
    let shown = Shown::now();
    let tag = match format {
        // Its page says what is open now.
        HTML => filter::at(&generation.tag, shown.minute),
        _ => generation.tag.clone(),
    };
    let mut answer = Answer::tagged(request, &generation, format, &tag)?;
    let language = answer.language();
    let collection = request.path().rsplit_once("/items");
    let collection = site.url(collection.map_or("", |(collection, _)| collection));
    let (lon, lat) = (station.position.lon(), station.position.lat());
    let near = site.url(&format!("/collections/facilities/items?near={lon},{lat}"));
    let mut hubs = Link::new(near, "related", GEOJSON);
    hubs.title = Some(language.pick("近くのテレワーク拠点", "Telework hubs near here"));
    let own = representations(&site.url(request.path()), "", format);
    let links = answer.links(
        own.into_iter()
            .chain([Link::new(collection, "collection", JSON), hubs]),
    );
    if format == HTML {
        let (now, id) = (Arc::clone(&generation), station.id.to_string());
        let url = Arc::clone(&site.public_url);
        let html = compute(move || {
            let station = now.known.stations.get(&id).expect("it was there before");
            let query = Query {
                near: Some(station.position),
                ..Query::default()
            };
            let near = now.snapshot.find(&query, None, NEAREST);
            html::station(station, &now, &near, (&*url, shown), language)
        });
        return Ok(answer.finish(html.await?));
    }
    let mut body = feature(station, &generation).to_string().into_bytes();
    body.pop();
    body.extend_from_slice(b",\"links\":");
    write_links(links, &mut body);
    body.push(b'}');
    Ok(answer.finish(body))
}

fn feature(station: &Station, generation: &Generation) -> Value {
    json!({
        "type": "Feature",
        "id": station.id,
        "geometry": { "type": "Point", "coordinates": station.position },
        "properties": properties(station, generation),
    })
}

fn properties(station: &Station, generation: &Generation) -> Value {
    let districts = &generation.known.districts;
    let municipality = station
        .municipality
        .and_then(|code| districts.municipality(code));
    json!({
        "name": station.name,
        "name_kana": station.kana,
        "name_en": station.name_en,
        "municipality": station.municipality.map(|code| code.to_string()),
        "municipality_name": municipality.map(|district| &*district.name),
        "prefecture": municipality.map(|district| &*district.prefecture),
        "lines": station.lines,
        "operators": station.operators,
    })
}
