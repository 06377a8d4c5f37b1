//! The collection `facilities`: what a query finds, as GeoJSON or as a page, and one facility.

use std::io::Write;

use actix_web::{HttpRequest, HttpResponse};

use super::Site;
use super::answer::{Answer, Link, Stop};
use super::negotiate::{self, Format, GEOJSON, HTML, JSON};
use super::page;
use super::parameters::{self as p, DEFAULT_LIMIT, GREATEST_LIMIT, Given, Parameter};
use super::problem::{Problem, Text};
use crate::domain::feature;
use crate::domain::position::Metres;
use crate::snapshot::find::{Cursor, End, Filter, Page, Query};
use crate::snapshot::{Found, Snapshot};

/// What `items` takes.
pub const ITEMS: &[&Parameter] = &[
    &p::NEAR,
    &p::MAX_DISTANCE,
    &p::BBOX,
    &p::DATETIME,
    &p::MUNICIPALITY,
    &p::KIND,
    &p::STOCK,
    &p::PROGRAMME,
    &p::CERTAINTY,
    &p::ELIGIBILITY,
    &p::AMENITY,
    &p::USE,
    &p::PRECISION,
    &p::STATUS,
    &p::INCLUDE_UNKNOWN,
    &p::LIMIT,
    &p::CURSOR,
    &p::F,
    &p::LANG,
];

/// What tiles take: the filters that have nothing to do with where or how many.
pub const TILE: &[&Parameter] = &[
    &p::DATETIME,
    &p::MUNICIPALITY,
    &p::KIND,
    &p::STOCK,
    &p::PROGRAMME,
    &p::CERTAINTY,
    &p::ELIGIBILITY,
    &p::AMENITY,
    &p::USE,
    &p::PRECISION,
    &p::STATUS,
    &p::INCLUDE_UNKNOWN,
    &p::F,
];

/// The representations of features.
pub const FORMATS: &[Format] = &[GEOJSON, HTML];

/// The filter of a request.
pub fn filter(given: &Given<'_>, site: &Site) -> Result<Filter, Problem> {
    let mut filter = given.filter(&site.directory.reference().districts)?;
    if let Some(text) = given.get(&p::DATETIME) {
        let rule = || {
            Text::new(
                "日付か日時、または「始め/終わり」の期間を指定してください（例 2026-04-01/..）",
                "must be a day, a moment or an interval, such as 2026-04-01/..",
            )
        };
        filter.checked = Some(
            super::datetime::days(text)
                .ok_or_else(|| Problem::parameter(p::DATETIME.name, text, rule()))?,
        );
    }
    Ok(filter)
}

/// `/collections/facilities/items`.
pub fn items(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let given = Given::read(request.query_string(), ITEMS)?;
    let format = negotiate::format(request, given.get(&p::F), FORMATS)?;
    let query = Query {
        near: given.near()?,
        within: given.max_distance()?,
        bbox: given.bbox()?,
        filter: filter(&given, site)?,
        include_unknown: given.include_unknown()?,
    };
    let limit = given.limit(DEFAULT_LIMIT, GREATEST_LIMIT)?;
    let cursor = cursor(&given, &query)?;
    let generation = site.directory.now();
    let mut answer = Answer::begin(request, &generation, format)?;
    let found = generation.snapshot.find(&query, cursor.as_ref(), limit);
    let path = request.path();
    let language = answer.language();
    let links = answer.links(links(
        site,
        path,
        request.query_string(),
        format,
        found.next.as_ref(),
    ));
    if format == HTML {
        let html = page::facilities(&generation, &found, links, language);
        return Ok(answer.finish(html));
    }
    let body = collection(&generation.snapshot, &found, &generation.timestamp, links);
    Ok(answer.finish(body))
}

/// `/collections/facilities/items/{id}`.
pub fn item(request: &HttpRequest, id: &str) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let given = Given::read(request.query_string(), &[&p::F, &p::LANG])?;
    let format = negotiate::format(request, given.get(&p::F), FORMATS)?;
    let generation = site.directory.now();
    let entry = match generation.snapshot.get(id) {
        Found::Facility(entry) => entry,
        Found::Withdrawn(at) => return Err(Problem::withdrawn(at).into()),
        Found::Nothing => {
            let what = Text::new(
                format!("ID「{id}」の施設はありません"),
                format!("there is no facility “{id}”"),
            );
            return Err(Problem::not_found(what).into());
        }
    };
    // An item's ETag is its own last change in this directory, so that If-Match compares nothing else.
    let mut answer = Answer::tagged(
        request,
        &generation,
        format,
        &format!("{}-c{}", generation.origin, entry.changed),
    )?;
    let here = site.url(request.path());
    let language = answer.language();
    let links = answer.links(
        representations(&here, "", format)
            .into_iter()
            .chain([Link::new(
                site.url("/collections/facilities"),
                "collection",
                JSON,
            )]),
    );
    if format == HTML {
        let html = page::facility(entry, language);
        return Ok(answer.finish(html));
    }
    let mut body = entry.feature.as_bytes()[..entry.feature.len() - 1].to_vec();
    body.extend_from_slice(b",\"links\":");
    serde_json::to_writer(&mut body, links).expect("links are plain strings");
    body.push(b'}');
    Ok(answer.finish(body))
}

/// A page as a FeatureCollection: the features' own texts joined, with distances put in.
fn collection(snapshot: &Snapshot, page: &Page, timestamp: &str, links: &[Link]) -> Vec<u8> {
    let features = page
        .hits
        .iter()
        .map(|hit| snapshot.entry(hit.slot).feature.len() + 32)
        .sum::<usize>();
    let mut out = Vec::with_capacity(features + 1024);
    out.extend_from_slice(br#"{"type":"FeatureCollection","features":["#);
    for (i, hit) in page.hits.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        let text = snapshot.entry(hit.slot).feature.as_bytes();
        match hit.distance {
            None => out.extend_from_slice(text),
            Some(distance) => {
                out.extend_from_slice(&text[..text.len() - feature::CLOSE.len()]);
                write_distance(distance, &mut out);
                out.extend_from_slice(feature::CLOSE.as_bytes());
            }
        }
    }
    finish_collection(&mut out, page.matched, page.hits.len(), timestamp, links);
    out
}

/// The members of a FeatureCollection after its features.
pub fn finish_collection(
    out: &mut Vec<u8>,
    matched: u64,
    returned: usize,
    timestamp: &str,
    links: &[Link],
) {
    let text = format!(
        r#"],"numberMatched":{matched},"numberReturned":{returned},"timeStamp":"{timestamp}","links":"#
    );
    out.extend_from_slice(text.as_bytes());
    serde_json::to_writer(&mut *out, links).expect("links are plain strings");
    out.push(b'}');
}

/// Millimetres, as whole numbers: printing a decimal fraction exactly costs as much as finding it.
fn write_distance(distance: Metres, out: &mut Vec<u8>) {
    let millimetres = (distance.0 * 1000.0).round() as u64;
    write!(
        out,
        r#","distance":{}.{:03}"#,
        millimetres / 1000,
        millimetres % 1000
    )
    .expect("writing to memory");
}

/// Links of a page: itself, its other representations, its collection, the next page.
pub fn links(
    site: &Site,
    path: &str,
    query: &str,
    format: Format,
    next: Option<&Cursor>,
) -> Vec<Link> {
    let here = site.url(path);
    let mut links = representations(&here, query, format);
    let collection = path.trim_end_matches("/items");
    links.push(Link::new(site.url(collection), "collection", JSON));
    if let Some(cursor) = next {
        let cursor = format!("cursor={}", p::write_cursor(cursor));
        let query = with(query, &p::CURSOR, &cursor);
        links.push(Link::new(format!("{here}?{query}"), "next", format));
    }
    links
}

/// `self` and `alternate`.
pub fn representations(here: &str, query: &str, format: Format) -> Vec<Link> {
    let own = if query.is_empty() {
        here.to_owned()
    } else {
        format!("{here}?{query}")
    };
    let mut links = vec![Link::new(own, "self", format)];
    for &other in FORMATS.iter().filter(|&&other| other != format) {
        let f = format!("f={}", other.name);
        links.push(Link::new(
            format!("{here}?{}", with(query, &p::F, &f)),
            "alternate",
            other,
        ));
    }
    links
}

/// The query with one parameter replaced.
fn with(query: &str, parameter: &Parameter, pair: &str) -> String {
    let mut pairs: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(parameter.name))
        .collect();
    pairs.push(pair);
    pairs.join("&")
}

fn cursor(given: &Given<'_>, query: &Query) -> Result<Option<Cursor>, Problem> {
    let cursor = given.cursor()?;
    let fits = match cursor.as_ref().map(|cursor| &cursor.end) {
        Some(End::Id(_)) => query.near.is_none(),
        Some(End::Distance(_)) => query.near.is_some(),
        _ => true,
    };
    if fits {
        return Ok(cursor);
    }
    let rule = Text::new(
        "このcursorは別の並び順のものです",
        "this cursor belongs to another order",
    );
    Err(Problem::parameter(
        p::CURSOR.name,
        given.get(&p::CURSOR).unwrap_or(""),
        rule,
    ))
}
