//! The collections `municipalities` and `prefectures`.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use constcat::concat_slices;
use serde_json::json;

use crate::directory::Generation;
use crate::districts::{District, Districts, Level};
use crate::domain::fields::{Field, Shape};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;
use crate::http::answer::{Answer, Link, Stop, write_links};
use crate::http::features::{FORMATS, finish_collection, links, representations};
use crate::http::html;
use crate::http::html::Hubs;
use crate::http::language::Language;
use crate::http::negotiate::{self, Format, HTML, JSON};
use crate::http::opening::Shown;
use crate::http::problem::{Problem, Text};
use crate::http::query::{
    self as p, DEFAULT_LIMIT, GREATEST_LIMIT, Parameter, QueryParams, filter,
};
use crate::http::site::Site;
use crate::http::wire::blocking::compute;
use crate::snapshot::facets::Facet;
use crate::snapshot::find::{Bbox, Cursor, Filter, Line, Page, Query};

/// What `items` takes. `datetime` is the standard's: districts have no time, so it leaves none out.
pub const ITEMS: &[&Parameter] = &[
    &p::BBOX,
    &p::BBOX_CRS,
    &p::DATETIME,
    &p::LIMIT,
    &p::CURSOR,
    &p::CRS,
    &p::F,
    &p::LANG,
];

/// The same of municipalities, which are of two kinds.
pub const ITEMS_OF_TWO_KINDS: &[&Parameter] = concat_slices!([&Parameter]: ITEMS, &[&KIND]);

/// What one district takes.
pub const ITEM: &[&Parameter] = &[&p::CRS, &p::F, &p::LANG];

/// Which of the two kinds.
pub const KIND: Parameter = Parameter {
    name: "kind",
    about: "Municipalities, or wards of designated cities.",
    schema: || json!({"type": "array", "items": {"type": "string", "enum": KINDS}}),
};
const KINDS: &[&str] = &["municipality", "ward"];

/// A prefecture's properties.
pub const PREFECTURE_FIELDS: &[Field] = &[
    Field::text("code", "都道府県コード", "Prefecture code", false),
    Field::text("name", "名称", "Name", false),
    Field::text("name_kana", "名称（かな）", "Name in kana", false),
    Field::text(
        "name_romaji",
        "名称（ローマ字）",
        "Name in Latin letters",
        false,
    ),
];

/// A municipality's or ward's properties.
pub const MUNICIPALITY_FIELDS: &[Field] = &[
    Field::text("code", "市区町村コード", "Municipality code", false),
    Field::text("name", "名称", "Name", false),
    Field::text("name_kana", "名称（かな）", "Name in kana", false),
    Field::text(
        "name_romaji",
        "名称（ローマ字）",
        "Name in Latin letters",
        false,
    ),
    Field::text(
        "code6",
        "市区町村コード（6桁）",
        "Municipality code with check digit",
        false,
    ),
    Field {
        shape: Shape::Word(KINDS),
        ..Field::text("kind", "種別", "Kind", false)
    },
    Field::text("prefecture", "都道府県", "Prefecture", false),
    Field::text(
        "prefecture_code",
        "都道府県コード",
        "Prefecture code",
        false,
    ),
    Field::text("parent", "市のコード", "Code of the city", true),
    Field {
        shape: Shape::Flag,
        ..Field::text("approximate", "推定境界", "Estimated border", false)
    },
];

/// `items`: in a box (or at a point) wards before cities, otherwise cities before wards, each by code.
pub async fn items(request: &HttpRequest, levels: &[Level]) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let parameters = match levels.len() {
        1 => ITEMS,
        _ => ITEMS_OF_TWO_KINDS,
    };
    let given = QueryParams::of(request, parameters)?;
    let format = negotiate::format(request, given.get(&p::F), FORMATS)?;
    crate::http::query::datetime::checked(&given)?;
    let levels = of_kinds(&given, levels)?;
    let bbox = given.bbox()?;
    let limit = given.limit(DEFAULT_LIMIT, GREATEST_LIMIT)?;
    let after = given.cursor_after_id()?;
    let generation = site.directory.now();
    let mut answer = Answer::begin(request, &generation, format)?;
    let asked = Items {
        site: site.clone(),
        path: request.path().to_owned(),
        query: p::query(request, parameters).into_owned(),
        language: answer.language(),
        generation: Arc::clone(&generation),
        levels,
        format,
        bbox,
        limit,
        after,
    };
    let (body, links) = compute(move || asked.answer()).await?;
    answer.links(links);
    Ok(answer.finish(body))
}

/// The levels whose kind is asked for.
fn of_kinds(given: &QueryParams<'_>, levels: &[Level]) -> Result<Vec<Level>, Problem> {
    let Some(text) = given.get(&KIND) else {
        return Ok(levels.to_vec());
    };
    let wanted = given.among(&KIND, text, KINDS)?;
    let is_wanted = |level: &&Level| match level {
        Level::Ward => wanted.contains(&"ward"),
        _ => wanted.contains(&"municipality"),
    };
    Ok(levels.iter().filter(is_wanted).copied().collect())
}

/// A question for districts, as it was read from a request.
struct Items {
    site: Site,
    generation: Arc<Generation>,
    path: String,
    query: String,
    levels: Vec<Level>,
    format: Format,
    language: Language,
    bbox: Option<Bbox>,
    limit: usize,
    after: Option<String>,
}

impl Items {
    /// The body, and its links for the answer's head.
    fn answer(self) -> (Vec<u8>, Vec<Link>) {
        let Items {
            levels,
            bbox,
            limit,
            after,
            format,
            ..
        } = self;
        let districts = &self.generation.known.districts;
        let all: Vec<&District> = match bbox {
            // The most local first: that is what one asks of a point.
            Some(bbox) => levels
                .iter()
                .flat_map(|&level| in_box(districts, level, bbox))
                .collect(),
            None => levels
                .iter()
                .rev()
                .flat_map(|&level| districts.of(level))
                .collect(),
        };
        let start = after.map_or(0, |after| {
            all.iter()
                .position(|d| *d.code == *after)
                .map_or(all.len(), |i| i + 1)
        });
        let page = &all[start.min(all.len())..(start + limit).min(all.len())];
        let more = start + limit < all.len();
        let next = page
            .last()
            .filter(|_| more)
            .map(|last| Cursor::after_id(last.code.to_string()));
        let links = links(&self.site, &self.path, &self.query, format, next.as_ref());
        if format == HTML {
            let html = html::districts(page, all.len(), &links, self.language);
            return (html.into_bytes(), links);
        }
        let size = page.iter().map(|d| d.feature.len() + 1).sum::<usize>() + 1024;
        let mut body = Vec::with_capacity(size);
        body.extend_from_slice(br#"{"type":"FeatureCollection","features":["#);
        for (i, district) in page.iter().enumerate() {
            if i > 0 {
                body.push(b',');
            }
            body.extend_from_slice(district.feature.as_bytes());
        }
        let timestamp = &self.generation.timestamp;
        finish_collection(&mut body, all.len() as u64, page.len(), timestamp, &links);
        (body, links)
    }
}

/// One district.
pub async fn item(
    request: &HttpRequest,
    code: &str,
    levels: &[Level],
) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let given = QueryParams::of(request, ITEM)?;
    let format = negotiate::format(request, given.get(&p::F), FORMATS)?;
    let generation = site.directory.now();
    let district = generation
        .known
        .districts
        .get(code)
        .filter(|d| levels.contains(&d.level))
        .ok_or_else(|| {
            Problem::not_found(Text::new(
                format!("コード「{code}」はありません"),
                format!("there is no code “{code}” here"),
            ))
        })?;
    let shown = Shown::now();
    let tag = match format {
        // Its page says what is open now.
        HTML => filter::at(&generation.tag, shown.minute),
        _ => generation.tag.clone(),
    };
    let mut answer = Answer::tagged(request, &generation, format, &tag)?;
    let collection = request
        .path()
        .rsplit_once("/items")
        .map_or("", |(collection, _)| collection);
    let own = representations(&site.url(request.path()), "", format);
    let language = answer.language();
    let links = answer.links(own.into_iter().chain([Link::new(
        site.url(collection),
        "collection",
        JSON,
    )]));
    if format == HTML {
        let (now, code) = (Arc::clone(&generation), district.code.clone());
        let (url, links) = (Arc::clone(&site.public_url), links.to_vec());
        let html = compute(move || {
            let district = now.known.districts.get(&code).expect("it was there before");
            let hubs = hubs(district, &now);
            html::district(district, &now, &hubs, (&*url, shown), &links, language)
        });
        return Ok(answer.finish(html.await?));
    }
    let mut body = district.feature.as_bytes()[..district.feature.len() - 1].to_vec();
    body.extend_from_slice(b",\"links\":");
    write_links(links, &mut body);
    body.push(b'}');
    Ok(answer.finish(body))
}

/// Hubs a district's page lists at most, and the nearest ones where it has none.
const LISTED: usize = 50;
const NEAREST: usize = 10;

fn hubs(district: &District, generation: &Generation) -> Hubs {
    let line = Line {
        any: facet(district).into_iter().collect(),
        unknown: Vec::new(),
    };
    let here = Query {
        filter: Filter {
            lines: vec![line],
            ..Filter::default()
        },
        usable_first: true,
        ..Query::default()
    };
    let here = generation.snapshot.find(&here, None, LISTED);
    let mut near = Page::default();
    if here.matched == 0
        && let Ok(label) = Position::new(district.label[0], district.label[1])
    {
        let query = Query {
            near: Some(label),
            ..Query::default()
        };
        near = generation.snapshot.find(&query, None, NEAREST);
    }
    Hubs { here, near }
}

/// What a facility in the district carries.
pub fn facet(district: &District) -> Option<Facet> {
    match district.level {
        Level::Prefecture => district.code.parse().ok().map(Facet::Prefecture),
        _ => MunicipalityCode::new(&district.code)
            .ok()
            .map(Facet::District),
    }
}

fn in_box(districts: &Districts, level: Level, bbox: Bbox) -> Vec<&District> {
    let mut found: Vec<&District> = bbox
        .parts()
        .flat_map(|part| districts.in_box(level, [part.west, part.south, part.east, part.north]))
        .collect();
    found.dedup_by(|a, b| a.code == b.code);
    found
}
