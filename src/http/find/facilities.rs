//! The collection `facilities`: what a query finds, as GeoJSON or as a page, and one facility.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use constcat::concat_slices;

use crate::directory::Generation;
use crate::domain::feature;
use crate::domain::position::Metres;
use crate::http::answer::{Answer, Link, Stop, write_links};
use crate::http::features::{FORMATS, OF_ITEMS, finish_collection, links, representations, with};
use crate::http::find::export::{self, Sort as File};
use crate::http::find::named::{self, Named};
use crate::http::html::{self, Search, Then};
use crate::http::language::Language;
use crate::http::negotiate::{self, Format, GEOJSON, HTML, JSON};
use crate::http::opening;
use crate::http::opening::Shown;
use crate::http::problem::{Problem, Text};
use crate::http::query::{
    self as p, Parameter, QueryParams, as_of, filter, parameters, unknown_word,
};
use crate::http::site::Site;
use crate::http::wire::blocking::compute;
use crate::http::wire::downloads;
use crate::opening::Minute;
use crate::snapshot::find::{Cursor, End, Page, Query};
use crate::snapshot::{Found, Snapshot};
use serde_json::json;

/// The one value of `sortby`.
pub const USABLE: &str = "usable";

parameters! {
    SORTBY = "sortby", "What comes first: `usable` is what a visitor can use (known to be open, with facts and a position to go to), in the usual order where that is equal.",
        json!({"type": "string", "enum": [USABLE]});
}

/// What `items` takes.
pub const ITEMS: &[&Parameter] = concat_slices!([&Parameter]:
    &[&p::NEAR, &p::NEAR_NAME, &p::PLACE, &p::MAX_DISTANCE, &p::BBOX, &p::BBOX_CRS],
    filter::PARAMETERS,
    &[&SORTBY, &p::OPENING, &p::AS_OF, &p::LIMIT, &p::CURSOR, &p::CRS, &p::F, &p::LANG]
);

/// What tiles take: the filters that have nothing to do with where or how many.
pub const TILE: &[&Parameter] = concat_slices!([&Parameter]:
    filter::PARAMETERS,
    &[&p::OPENING, &p::AS_OF, &p::F]
);

/// What one facility takes.
pub const ITEM: &[&Parameter] = &[&p::OPENING, &p::AS_OF, &p::CRS, &p::F, &p::LANG];

/// `/collections/facilities/items`.
pub async fn items(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let request = &request;
    let site = Site::of(request);
    // A form sends its empty fields too.
    let query_string = match p::query(request, ITEMS) {
        query if query.split('&').any(|pair| pair == "f=html") => p::without_empty(&query),
        query => query.into_owned(),
    };
    let given = QueryParams::read(&query_string, ITEMS)?;
    let format = negotiate::format(request, given.get(&p::F), OF_ITEMS)?;
    let Named {
        search,
        place,
        query: query_string,
    } = named::place(site, &given, format, &query_string).await?;
    let given = QueryParams::read(&query_string, ITEMS)?;
    let near = place.or(given.near()?);
    // A page that starts nowhere begins with what can be used; its links say so.
    let usable_first = usable_first(&given)?;
    let is_page_by_id = format == HTML && near.is_none();
    let query = Query {
        near,
        within: given.max_distance()?,
        bbox: given.bbox()?,
        filter: filter::read(&given, &site.directory)?,
        include_unknown: given.include_unknown()?,
        usable_first: usable_first.unwrap_or(is_page_by_id),
    };
    let limit = given.limit_in(format)?;
    let cursor = read_cursor(&given, &query)?;
    // Cards say what is open now, whether or not anybody asks.
    let shown = Shown::of(&given, &[&p::OPENING, &p::OPEN_AT])?;
    let is_asked = given.get(&p::OPENING).is_some() || query.filter.open_at.is_some();
    let opening = is_asked.then_some(shown.minute);
    let generation = as_of::generation(request, &given).await?;
    let tag = if format == HTML {
        filter::at(&generation.tag, shown.minute)
    } else {
        filter::tag(&generation, &given, opening)
    };
    let mut answer = Answer::tagged(request, &generation, format, &tag)?;
    let asked = Items {
        then: then(request, &generation),
        site: site.clone(),
        path: request.path().to_owned(),
        language: answer.language(),
        limit: limit.min(generation.snapshot.len().max(1)),
        generation: Arc::clone(&generation),
        query_string,
        search,
        query,
        cursor,
        format,
        shown,
        opening,
    };
    if let Some(sort) = File::of(format) {
        let key = answer.key(request);
        let file = downloads::file(request, key, move || asked.file(sort)).await?;
        return Ok(answer.attached("facilities", file));
    }
    let (body, links) = match asked.is_quick() {
        true => asked.answer(),
        false => compute(move || asked.answer()).await?,
    };
    answer.links(links);
    Ok(answer.finish(body))
}

/// A question for facilities, as it was read from a request.
struct Items {
    site: Site,
    generation: Arc<Generation>,
    path: String,
    query_string: String,
    search: Search,
    query: Query,
    cursor: Option<Cursor>,
    limit: usize,
    format: Format,
    language: Language,
    shown: Shown,
    opening: Option<Minute>,
    then: Option<Then>,
}

/// The longest list of nearest facilities that is answered without the blocking pool.
const QUICK: usize = 500;
/// And within so many metres: all that are within are counted.
const QUICK_WITHIN: f64 = 20_000.0;

impl Items {
    /// Whether the answer takes a fraction of a millisecond even where there are very many facilities:
    /// the nearest few, without a filter that looks at every name or every text of hours.
    fn is_quick(&self) -> bool {
        let filter = &self.query.filter;
        self.format == GEOJSON
            && self.limit <= QUICK
            && self.query.near.is_some()
            && self.query.bbox.is_none()
            && !self.query.include_unknown
            && !self.query.usable_first
            && self.query.within.is_none_or(|most| most.0 <= QUICK_WITHIN)
            && filter.named.is_none()
            && filter.open_at.is_none()
            && self.opening.is_none()
    }

    /// The body, and its links for the answer's head.
    fn answer(&self) -> (Vec<u8>, Vec<Link>) {
        let snapshot = &self.generation.snapshot;
        let found = snapshot.find(&self.query, self.cursor.as_ref(), self.limit);
        let (query, next) = (&*self.query_string, found.next.as_ref());
        let sorted = match self.query.usable_first && self.format == HTML {
            true => with("", query, &SORTBY, USABLE),
            false => String::new(),
        };
        let listed = sorted.strip_prefix('?').unwrap_or(query);
        let links = links(&self.site, &self.path, listed, self.format, next);
        let body = match self.format {
            HTML => html::facilities(
                &self.generation,
                &found,
                (&self.search, query),
                self.shown,
                &links,
                self.then.as_ref(),
                self.language,
            )
            .into_bytes(),
            _ => {
                let timestamp = &self.generation.timestamp;
                collection(snapshot, &found, self.opening, timestamp, &links)
            }
        };
        (body, links)
    }

    /// The file to take away.
    fn file(&self, sort: File) -> Result<Vec<u8>, Problem> {
        let snapshot = &self.generation.snapshot;
        let found = snapshot.find(&self.query, self.cursor.as_ref(), self.limit);
        let mut file = Vec::new();
        export::write(
            &self.site.directory,
            &self.generation,
            &found.hits,
            sort,
            &mut file,
        )
        .map_err(|error| Problem::internal(&error))?;
        Ok(file)
    }
}

/// `/collections/facilities/items/{id}`.
pub async fn item(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    let (request, id) = (&request, id.as_str());
    let site = Site::of(request);
    let given = QueryParams::of(request, ITEM)?;
    let format = negotiate::format(request, given.get(&p::F), FORMATS)?;
    let generation = as_of::generation(request, &given).await?;
    let entry = match generation.snapshot.get(id) {
        Found::Facility(entry) => entry,
        Found::Withdrawn(at) => return Err(Problem::withdrawn(at).into()),
        Found::Nothing if generation.is_withheld(id) => return Err(Problem::damaged(id).into()),
        Found::Nothing => return Err(Problem::no_facility(id).into()),
    };
    let shown = Shown::of(&given, &[&p::OPENING])?;
    let opening = given.get(&p::OPENING).map(|_| shown.minute);
    // An item's ETag is its own last change in this directory, so that If-Match compares nothing else;
    // behind it stands the minute, where the answer is right for that alone.
    let mut tag = generation.tag_of(entry);
    if format == HTML || opening.is_some() {
        tag = filter::at(&tag, shown.minute);
    }
    let mut answer = Answer::tagged(request, &generation, format, &tag)?;
    let here = site.url(request.path());
    let language = answer.language();
    let links = answer.links(
        representations(&here, &own(request.query_string(), &p::AS_OF), format)
            .into_iter()
            .chain([Link::new(
                site.url("/collections/facilities"),
                "collection",
                JSON,
            )]),
    );
    if format == HTML {
        let then = then(request, &generation);
        let (now, entry) = (Arc::clone(&generation), Arc::clone(entry));
        let url = Arc::clone(&site.public_url);
        let html =
            compute(move || html::facility((&now, &entry), &url, shown, then.as_ref(), language));
        return Ok(answer.finish(html.await?));
    }
    let own = entry.feature.as_bytes();
    let mut body = own[..own.len() - feature::CLOSE.len()].to_vec();
    if let Some(minute) = opening {
        opening::write(&entry.opening, minute, &mut body);
    }
    body.push(b'}');
    body.extend_from_slice(b",\"links\":");
    write_links(links, &mut body);
    body.push(b'}');
    Ok(answer.finish(body))
}

/// Whether the most usable come first, where it is said.
fn usable_first(given: &QueryParams<'_>) -> Result<Option<bool>, Problem> {
    let Some(text) = given.get(&SORTBY) else {
        return Ok(None);
    };
    // A plus means ascending, and is the usual way without it.
    match text.trim().strip_prefix('+').unwrap_or(text.trim()) {
        USABLE => Ok(Some(true)),
        _ => Err(unknown_word(&SORTBY, text, &[USABLE])),
    }
}

/// What a page says where the request asked for the past.
fn then(request: &HttpRequest, generation: &Generation) -> Option<Then> {
    let query = own(request.query_string(), &p::AS_OF);
    (!query.is_empty()).then(|| Then {
        query,
        timestamp: generation.timestamp.clone(),
        seq: generation.snapshot.seq(),
    })
}

/// A page as a FeatureCollection: the features' own texts joined, with distances put in.
fn collection(
    snapshot: &Snapshot,
    page: &Page,
    opening: Option<Minute>,
    timestamp: &str,
    links: &[Link],
) -> Vec<u8> {
    let added = 32 + opening.map_or(0, |_| 96);
    let features = page
        .hits
        .iter()
        .map(|hit| snapshot.entry(hit.slot).feature.len() + added)
        .sum::<usize>();
    let mut out = Vec::with_capacity(features + 1024);
    out.extend_from_slice(br#"{"type":"FeatureCollection","features":["#);
    for (i, hit) in page.hits.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        let entry = snapshot.entry(hit.slot);
        let text = entry.feature.as_bytes();
        if hit.distance.is_none() && opening.is_none() {
            out.extend_from_slice(text);
            continue;
        }
        out.extend_from_slice(&text[..text.len() - feature::CLOSE.len()]);
        if let Some(distance) = hit.distance {
            write_distance(distance, &mut out);
        }
        if let Some(minute) = opening {
            opening::write(&entry.opening, minute, &mut out);
        }
        out.extend_from_slice(feature::CLOSE.as_bytes());
    }
    finish_collection(&mut out, page.matched, page.hits.len(), timestamp, links);
    out
}

/// Metres with three decimals, digit by digit: printing them the general way costs as much as finding
/// the facility.
fn write_distance(distance: Metres, out: &mut Vec<u8>) {
    let mut rest = (distance.0 * 1000.0).round() as u64;
    let mut text = *b"00000000000000000.000";
    let point = text.len() - 4;
    let mut first = text.len();
    while rest > 0 {
        first -= 1;
        if first == point {
            continue;
        }
        text[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.extend_from_slice(br#","distance":"#);
    out.extend_from_slice(&text[first.min(point - 1)..]);
}

/// The query with nothing left but one parameter.
fn own(query: &str, parameter: &Parameter) -> String {
    let mut pairs = query.split('&');
    let pair = pairs.find(|pair| pair.split('=').next() == Some(parameter.name));
    pair.unwrap_or("").to_owned()
}

fn read_cursor(given: &QueryParams<'_>, query: &Query) -> Result<Option<Cursor>, Problem> {
    let cursor = given.cursor()?;
    let fits = match cursor.as_ref().map(|cursor| &cursor.end) {
        Some(End::Id(_)) => query.near.is_none(),
        Some(End::Distance(_)) => query.near.is_some(),
        _ => true,
    };
    let is_ranked = cursor.as_ref().map(|cursor| cursor.usable.is_some());
    if fits && is_ranked.is_none_or(|is_ranked| is_ranked == query.usable_first) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_have_three_decimals_and_no_needless_noughts() {
        for (metres, expected) in [
            (0.0, "0.000"),
            (0.0004, "0.000"),
            (0.0006, "0.001"),
            (0.25, "0.250"),
            (1.0, "1.000"),
            (9.9996, "10.000"),
            (1234.5678, "1234.568"),
            (4_000_000.001, "4000000.001"),
        ] {
            let mut text = Vec::new();
            write_distance(Metres(metres), &mut text);
            assert_eq!(text, format!(r#","distance":{expected}"#).into_bytes());
        }
    }
}
