//! The collection `coverage`: `/coverage`'s districts page by page, one by one and as vector tiles,
//! for programs that read OGC API Features and Tiles.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use constcat::concat_slices;
use serde_json::{Map, Value};

use super::fields::FIELDS;
use super::question::{self, question};
use super::{FORMATS, answered, feature, features, geometry, table};
use crate::directory::Generation;
use crate::directory::coverage::{Area, Coverage, Question, Row};
use crate::districts::Level;
use crate::domain::fields::Field;
use crate::domain::municipality::MunicipalityCode;
use crate::http::answer::{Answer, Link, Stop, write_links};
use crate::http::features::{FORMATS as OF_ONE, finish_collection, links, representations};
use crate::http::html;
use crate::http::language::Language;
use crate::http::negotiate::{self, Format, GEOJSON, HTML, JSON, MVT};
use crate::http::plan::query::{self as p, Parameter, QueryParams};
use crate::http::problem::{Problem, Text};
use crate::http::query::{as_of, filter};
use crate::http::site::Site;
use crate::http::wire::blocking::compute;
use crate::http::wire::downloads;
use crate::http::wire::turns::Asker;
use crate::snapshot::find::{Bbox, Cursor};
use crate::tiles::Tile;

/// What `items` takes.
pub const ITEMS: &[&Parameter] = concat_slices!([&Parameter]:
    &[&p::BBOX, &p::BBOX_CRS],
    question::PARAMETERS,
    filter::PARAMETERS,
    &[&p::AS_OF, &p::LIMIT, &p::CURSOR, &p::CRS, &p::F, &p::LANG]
);

/// What one district takes: whose coverage is in its address.
pub const ITEM: &[&Parameter] = concat_slices!([&Parameter]:
    question::OF_ONE,
    filter::PARAMETERS,
    &[&p::AS_OF, &p::CRS, &p::F, &p::LANG]
);

/// What tiles take.
pub const TILE: &[&Parameter] = concat_slices!([&Parameter]:
    question::PARAMETERS,
    filter::PARAMETERS,
    &[&p::AS_OF, &p::F]
);

/// What the descriptions of the collection and of its tiles take: the question, to write it into their links.
pub const DESCRIBED: &[&Parameter] = concat_slices!([&Parameter]: TILE, &[&p::LANG]);

/// Into what districts an area can be cut here. Squares are the collection `population`'s.
pub const BY: [&str; 3] = ["prefecture", "municipality", "ward"];

/// Whether `items` would take a query.
pub fn is_read(query: &str, site: &Site) -> bool {
    let given = QueryParams::read(query, ITEMS);
    given.is_ok_and(|given| asked(&given, site).is_ok() && given.bbox().is_ok())
}

/// `items`: a district a feature, in order of code.
pub async fn items(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let query = &*p::query(request, ITEMS);
    let given = QueryParams::read(query, ITEMS)?;
    let format = negotiate::format(request, given.get(&p::F), FORMATS)?;
    let question = Arc::new(asked(&given, site)?);
    let (bbox, after) = (given.bbox()?, given.cursor_after_id()?);
    let limit = given.limit_in(format)?;
    let generation = as_of::generation(request, &given).await?;
    let tag = filter::tag(&generation, &given, question.filter.open_at);
    let mut answer = Answer::tagged(request, &generation, format, &tag)?;
    let key = key(&tag, query, None);
    let asker = Asker::of(request);
    let coverage = answered(&asker, &site.directory, &generation, &question, Some(key)).await?;
    let asked = Items {
        site: site.clone(),
        path: request.path().to_owned(),
        query: query.to_owned(),
        language: answer.language(),
        generation: Arc::clone(&generation),
        question,
        coverage,
        format,
        bbox,
        after,
        limit,
    };
    if ![GEOJSON, HTML].contains(&format) {
        let key = answer.key(request);
        let file = downloads::file(request, key, move || asked.file()).await?;
        return Ok(answer.attached("coverage", file));
    }
    let (body, links) = compute(move || asked.answer()).await??;
    answer.links(links);
    Ok(answer.finish(body))
}

/// A page of an answer, as it was asked for.
struct Items {
    site: Site,
    path: String,
    query: String,
    language: Language,
    generation: Arc<Generation>,
    question: Arc<Question>,
    coverage: Arc<Coverage>,
    format: Format,
    bbox: Option<Bbox>,
    after: Option<String>,
    limit: usize,
}

impl Items {
    fn page(&self) -> Page<'_> {
        let (area, after) = (&self.question.area, self.after.clone());
        one_page(
            &self.coverage,
            area,
            &self.generation,
            self.bbox,
            after,
            self.limit,
        )
    }

    /// The file to take away.
    fn file(&self) -> Result<Vec<u8>, Problem> {
        let about = (&*self.question, &*self.coverage);
        let rows = self.page().rows;
        table(self.format, &self.generation, about, &rows, self.language)
    }

    /// The body, and its links for the answer's head.
    fn answer(&self) -> Result<(Vec<u8>, Vec<Link>), Problem> {
        let (question, coverage, language) = (&self.question, &self.coverage, self.language);
        let found = self.page();
        let next = found.next.as_ref();
        let links = links(&self.site, &self.path, &self.query, self.format, next);
        if self.format == HTML {
            let asked = (&*self.query, &*coverage.said(question, language));
            let html = html::covered(&found.rows, found.matched, asked, FORMATS, &links, language);
            return Ok((html.into_bytes(), links));
        }
        let about = (&**question, &**coverage);
        let mut body = features(&self.generation, about, &found.rows, true, language)?;
        let (matched, returned) = (found.matched as u64, found.rows.len());
        let timestamp = &self.generation.timestamp;
        finish_collection(&mut body, matched, returned, timestamp, &links);
        Ok((body, links))
    }
}

/// One district.
pub async fn item(request: &HttpRequest, code: &str) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let query = &*p::query(request, ITEM);
    let given = QueryParams::read(query, ITEM)?;
    let format = negotiate::format(request, given.get(&p::F), OF_ONE)?;
    let generation = as_of::generation(request, &given).await?;
    let nothing = || {
        Problem::not_found(Text::new(
            format!("コード「{code}」はありません"),
            format!("there is no code “{code}” here"),
        ))
    };
    let district = generation.known.districts.get(code).ok_or_else(nothing)?;
    let area = match (district.level, MunicipalityCode::new(code)) {
        // There are only 47, and one of them is asked for as all of them.
        (Level::Prefecture, _) => Area::Prefectures,
        (Level::Ward, Ok(code)) => Area::Ward(code),
        (_, Ok(code)) => Area::Municipality(code),
        (_, Err(_)) => return Err(nothing().into()),
    };
    let whose = match area {
        Area::Prefectures => "by=prefecture".to_owned(),
        _ => format!("area={code}"),
    };
    let question = Arc::new(question(&given, site, area)?);
    let tag = filter::tag(&generation, &given, question.filter.open_at);
    let mut answer = Answer::tagged(request, &generation, format, &tag)?;
    let key = key(&tag, query, Some(&whose));
    let asker = Asker::of(request);
    let coverage = answered(&asker, &site.directory, &generation, &question, Some(key)).await?;
    let row = coverage.rows.iter().find(|row| row.code == code);
    let row = row.ok_or_else(nothing)?;
    let collection = request.path().rsplit_once("/items");
    let collection = site.url(collection.map_or("", |(collection, _)| collection));
    let own = representations(&site.url(request.path()), query, format);
    let language = answer.language();
    let links = answer.links(
        own.into_iter()
            .chain([Link::new(collection, "collection", JSON)]),
    );
    if format == HTML {
        let mut properties = row.properties(&question);
        if let Some(source) = &row.source {
            let name = source.wording();
            properties.insert("people_source".to_owned(), name.get(language).into());
        }
        let mut shown = labelled(properties, language);
        let beside = language.pick("注記", "Notes").to_owned();
        shown.insert(beside, coverage.said(&question, language).into());
        let shown = Value::Object(shown);
        let title = language.pick(&row.name, row.romaji.as_ref().unwrap_or(&row.name));
        return Ok(answer.finish(html::document(title, &shown, language)));
    }
    let geometry = geometry(row, &generation.known.districts);
    let mut body = feature(row, &question, &geometry).into_bytes();
    body.pop();
    body.extend_from_slice(b",\"links\":");
    write_links(links, &mut body);
    body.push(b'}');
    Ok(answer.finish(body))
}

/// A tile: the layer `coverage`, in which each district has the properties of its feature that are known.
pub async fn tile(request: &HttpRequest, tile: Tile) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let query = &*p::query(request, TILE);
    let given = QueryParams::read(query, TILE)?;
    let format = negotiate::format(request, given.get(&p::F), &[MVT])?;
    let question = Arc::new(asked(&given, site)?);
    let generation = as_of::generation(request, &given).await?;
    let tag = filter::tag(&generation, &given, question.filter.open_at);
    let answer = Answer::tagged(request, &generation, format, &tag)?;
    let key = key(&tag, query, None);
    let asker = Asker::of(request);
    let coverage = answered(&asker, &site.directory, &generation, &question, Some(key)).await?;
    let known = Arc::clone(&generation.known);
    let drawn = compute(move || {
        let rows: HashMap<&str, &Row> = coverage.rows.iter().map(|row| (&*row.code, row)).collect();
        let wanted = |code: &str| rows.contains_key(code);
        let told = |code: &str| rows[code].properties(&question);
        let level = level(&question.area);
        known
            .basemap()
            .district_layer(level, tile, "coverage", wanted, told)
    });
    Ok(match drawn.await? {
        Some(bytes) => answer.finish(bytes),
        None => answer.nothing(),
    })
}

/// What a description was asked with, as its links repeat it, once it is known to be a question.
pub fn described_query(request: &HttpRequest) -> Result<String, Problem> {
    let query = p::query(request, DESCRIBED);
    asked(&QueryParams::read(&query, DESCRIBED)?, Site::of(request))?;
    Ok(p::without(&query, &[&p::F, &p::LANG]))
}

/// Properties under their labels, as people read them.
fn labelled(properties: Map<String, Value>, language: Language) -> Map<String, Value> {
    let label = |name: String| {
        let field = FIELDS.iter().find(|field| field.name == name);
        field.map_or(name, |field| language.pick(field.ja, field.en).to_owned())
    };
    let all = properties.into_iter();
    all.map(|(name, value)| (label(name), value)).collect()
}

/// The properties as TileJSON describes them.
pub fn tiled_fields(language: Language) -> Value {
    let described = |field: &Field| {
        let label = language.pick(field.ja, field.en);
        (field.name.to_owned(), Value::from(label))
    };
    FIELDS.iter().map(described).collect()
}

/// The question: without `area` and `by` about all municipalities.
fn asked(given: &QueryParams<'_>, site: &Site) -> Result<Question, Problem> {
    given.choice(&p::BY, &BY.map(|by| (by, ())))?;
    question(given, site, Area::Municipalities(None))
}

/// One page of an answer.
struct Page<'a> {
    rows: Vec<&'a Row>,
    matched: usize,
    next: Option<Cursor>,
}

fn one_page<'a>(
    coverage: &'a Coverage,
    area: &Area,
    generation: &Generation,
    bbox: Option<Bbox>,
    after: Option<String>,
    limit: usize,
) -> Page<'a> {
    let boxes = bbox.map(|bbox| {
        let found = bbox.parts().flat_map(|part| {
            let corners = [part.west, part.south, part.east, part.north];
            generation.known.districts.in_box(level(area), corners)
        });
        let mut codes: Vec<&str> = found.map(|district| &*district.code).collect();
        codes.sort_unstable();
        codes
    });
    let inside = |row: &&Row| match &boxes {
        Some(codes) => codes.binary_search(&&*row.code).is_ok(),
        None => true,
    };
    let all: Vec<&Row> = coverage.rows.iter().filter(inside).collect();
    // Rows are in order of code, so a page goes on even behind a district that is gone.
    let start = after.map_or(0, |after| all.partition_point(|row| row.code <= after));
    let end = start.saturating_add(limit).min(all.len());
    let rows = all[start..end].to_vec();
    let next = rows
        .last()
        .filter(|_| end < all.len())
        .map(|last| Cursor::after_id(last.code.clone()));
    Page {
        rows,
        matched: all.len(),
        next,
    }
}

/// What sort of districts an area is cut into.
fn level(area: &Area) -> Level {
    match area {
        Area::Prefectures => Level::Prefecture,
        Area::Wards(_) | Area::Ward(_) => Level::Ward,
        _ => Level::Municipality,
    }
}

/// What an answer is remembered under: as `/coverage` remembers the same question, whatever page, box
/// or tile of it is asked for.
fn key(tag: &str, query: &str, whose: Option<&str>) -> String {
    let mut own = p::without(
        query,
        &[&p::BBOX, &p::BBOX_CRS, &p::LIMIT, &p::CURSOR, &p::CRS],
    );
    let is_given = |parameter: &Parameter| {
        let mut pairs = own.split('&');
        pairs.any(|pair| pair.split('=').next() == Some(parameter.name))
    };
    let whole = (!is_given(&p::AREA) && !is_given(&p::BY)).then_some("by=municipality");
    if let Some(more) = whose.or(whole) {
        own = [&own, "&", more].concat();
    }
    p::cache_key(tag, &own)
}
