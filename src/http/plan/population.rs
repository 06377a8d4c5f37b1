//! The collection `population`: people by grid square, as coverage counts them.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::coverage::mesh::Mesh;
use crate::coverage::population::{Cell, Population, Source};
use crate::directory::coverage::Demand;
use crate::directory::{Directory, Generation};
use crate::domain::fields::{Field, Shape};
use crate::domain::municipality::MunicipalityCode;
use crate::http::answer::{Answer, Link, Stop, write_links};
use crate::http::features::{FORMATS, finish_collection, links, representations};
use crate::http::html;
use crate::http::language::Language;
use crate::http::negotiate::{self, Format, HTML, JSON};
use crate::http::problem::{Problem, Text};
use crate::http::query::{self as p, DEFAULT_LIMIT, GREATEST_LIMIT, Parameter, QueryParams, area};
use crate::http::site::Site;
use crate::http::wire::blocking::compute;
use crate::snapshot::find::{Bbox, Cursor};
use crate::tiles::{Square, Tile, squares};

/// What `items` takes. `datetime` is the standard's: squares have no time, so it leaves none out.
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

/// What one square takes.
pub const ITEM: &[&Parameter] = &[&p::CRS, &p::F, &p::LANG];

/// A square's properties.
pub const FIELDS: &[Field] = &[
    Field::new(
        "code",
        "メッシュコード",
        "Grid square code",
        Shape::Text,
        false,
    ),
    Field::new(
        "municipality",
        "市区町村コード",
        "Municipality code",
        Shape::Text,
        false,
    ),
    Field::new("ward", "区のコード", "Ward code", Shape::Text, true),
    Field::new("people", "人口", "People", Shape::Integer(None), false),
    Field::new(
        "people_15_64",
        "15〜64歳",
        "15 to 64 years old",
        Shape::Integer(None),
        true,
    ),
    Field::new(
        "people_65",
        "65歳以上",
        "65 and older",
        Shape::Integer(None),
        true,
    ),
    Field::new(
        "square_metres",
        "一辺の長さ",
        "Length of a side",
        Shape::Integer(Some("m")),
        false,
    ),
    Field::new(
        "people_source",
        "人口の出典",
        "Source of the people",
        Shape::Text,
        false,
    ),
];

/// One square of one municipality or ward: a square on a border has people of both.
struct Found<'a> {
    municipality: MunicipalityCode,
    cell: &'a Cell,
    source: &'a Source,
}

impl Found<'_> {
    fn id(&self) -> String {
        format!("{}-{}", self.cell.mesh, self.district())
    }

    /// The code of the ward, else of the municipality: a square may have people of two wards.
    fn district(&self) -> String {
        let ward = self.cell.ward().map(|ward| format!("{ward:05}"));
        ward.unwrap_or_else(|| self.municipality.to_string())
    }

    /// Whether it is a square of the district with a code: its prefecture, municipality or ward.
    fn is_in(&self, code: &str) -> bool {
        let ward = || self.cell.ward().map(|ward| format!("{ward:05}"));
        self.municipality.to_string().starts_with(code) || ward().is_some_and(|ward| ward == code)
    }

    fn feature(&self) -> Value {
        // A centimetre is finer than any grid; more digits are only the arithmetic's.
        let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
        let [west, south, east, north] = self.cell.mesh.bounds().map(rounded);
        let people = self.cell.people;
        json!({
            "type": "Feature",
            "id": self.id(),
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
            },
            "properties": {
                "code": self.cell.mesh.to_string(),
                "municipality": self.municipality.to_string(),
                "ward": self.cell.ward().map(|ward| format!("{ward:05}")),
                "people": people.total,
                "people_15_64": people.working,
                "people_65": people.aged,
                "square_metres": self.cell.mesh.size().metres(),
                "people_source": self.source.to_string(),
            },
        })
    }
}

/// What of it is asked.
struct Asked {
    bbox: Option<Bbox>,
    /// Codes of districts: a square is in one of each list.
    areas: Vec<Vec<String>>,
    after: Option<String>,
    limit: usize,
}

/// One page.
struct Page {
    features: Vec<Value>,
    matched: usize,
    next: Option<Cursor>,
}

/// How a page is written.
struct Writing {
    site: Site,
    path: String,
    query: String,
    timestamp: String,
    format: Format,
    language: Language,
}

impl Writing {
    /// The body, and its links for the answer's head.
    fn answer(&self, found: Page) -> Result<(Vec<u8>, Vec<Link>), Problem> {
        let (matched, returned) = (found.matched as u64, found.features.len());
        let next = found.next.as_ref();
        let links = links(&self.site, &self.path, &self.query, self.format, next);
        if self.format == HTML {
            let features = found.features.into_iter();
            let features: Vec<Value> = features
                .map(|feature| in_words(feature, self.language))
                .collect();
            let body = json!({ "numberMatched": matched, "links": links, "features": features });
            let title = self.language.pick("人口", "Population");
            let html = html::document(title, &body, self.language);
            return Ok((html.into_bytes(), links));
        }
        let mut body = br#"{"type":"FeatureCollection","features":["#.to_vec();
        for (i, feature) in found.features.iter().enumerate() {
            if i > 0 {
                body.push(b',');
            }
            serde_json::to_writer(&mut body, feature).map_err(|error| Problem::internal(&error))?;
        }
        finish_collection(&mut body, matched, returned, &self.timestamp, &links);
        Ok((body, links))
    }
}

/// `items`: by municipality, ward and square.
pub async fn items(request: &HttpRequest) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let given = QueryParams::of(request, ITEMS)?;
    let format = negotiate::format(request, given.get(&p::F), FORMATS)?;
    crate::http::query::datetime::checked(&given)?;
    let asked = Asked {
        bbox: given.bbox()?,
        areas: area::codes(&given, site)?,
        after: given.cursor_after_id()?,
        limit: given.limit(DEFAULT_LIMIT, GREATEST_LIMIT)?,
    };
    let generation = site.directory.now();
    let mut answer = Answer::begin(request, &generation, format)?;
    let demand = site.demand(&generation).await?;
    let writing = Writing {
        site: site.clone(),
        path: request.path().to_owned(),
        query: p::query(request, ITEMS).into_owned(),
        timestamp: generation.timestamp.clone(),
        format,
        language: answer.language(),
    };
    let (body, links) = compute(move || writing.answer(page(&demand, &asked))).await??;
    answer.links(links);
    Ok(answer.finish(body))
}

/// One square.
pub async fn item(request: &HttpRequest, id: &str) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let given = QueryParams::of(request, ITEM)?;
    let format = negotiate::format(request, given.get(&p::F), FORMATS)?;
    let generation = site.directory.now();
    let demand = site.demand(&generation).await?;
    let wanted = id.to_owned();
    let feature = compute(move || find(&demand.population, &wanted).map(|found| found.feature()));
    let feature = feature.await?.ok_or_else(|| {
        Problem::not_found(Text::new(
            format!("「{id}」というメッシュに人は住んでいません"),
            format!("nobody lives in a square “{id}”"),
        ))
    })?;
    let mut answer = Answer::begin(request, &generation, format)?;
    let collection = request.path().rsplit_once("/items");
    let collection = site.url(collection.map_or("", |(collection, _)| collection));
    let own = representations(&site.url(request.path()), "", format);
    let language = answer.language();
    let links = answer.links(
        own.into_iter()
            .chain([Link::new(collection, "collection", JSON)]),
    );
    if format == HTML {
        let feature = in_words(feature, language);
        return Ok(answer.finish(html::document(id, &feature, language)));
    }
    let mut body = feature.to_string().into_bytes();
    body.pop();
    body.extend_from_slice(b",\"links\":");
    write_links(links, &mut body);
    body.push(b'}');
    Ok(answer.finish(body))
}

/// A square for people to read: its source has a name.
fn in_words(mut feature: Value, language: Language) -> Value {
    let source = &mut feature["properties"]["people_source"];
    if let Some(slug) = source.as_str() {
        *source = Source::from(slug).wording().get(language).into();
    }
    feature
}

/// A tile of them. It may have to read the people first: not for async code.
pub fn tile(
    directory: &Directory,
    generation: &Generation,
    tile: Tile,
) -> Result<Option<Vec<u8>>, Problem> {
    let demand = directory.demand(generation)?;
    let all = demand.population.cells().iter().map(|cell| {
        let centre = cell.centre();
        Square {
            centre: [centre.lon(), centre.lat()],
            metres: cell.mesh.size().metres(),
            people: cell.people.total,
        }
    });
    Ok(squares(tile, all.filter(|square| square.people > 0)))
}

fn page(demand: &Demand, asked: &Asked) -> Page {
    let all = demand
        .population
        .parts()
        .flat_map(|(municipality, cells, source)| {
            cells.iter().map(move |cell| Found {
                municipality,
                cell,
                source,
            })
        });
    let boxes: Vec<Bbox> = asked.bbox.into_iter().flat_map(Bbox::parts).collect();
    let wanted = |found: &Found<'_>| {
        let [west, south, east, north] = found.cell.mesh.bounds();
        found.cell.people.total > 0
            && (asked.bbox.is_none()
                || boxes.iter().any(|one| {
                    west <= one.east && one.west <= east && south <= one.north && one.south <= north
                }))
            && asked
                .areas
                .iter()
                .all(|areas| areas.iter().any(|area| found.is_in(area)))
    };
    // After a square that is gone there is nothing more: whoever pages begins anew.
    let mut begun = asked.after.is_none();
    let (mut features, mut matched, mut last, mut more) = (Vec::new(), 0, None, false);
    for found in all.filter(wanted) {
        matched += 1;
        if !begun {
            begun = asked.after.as_ref() == Some(&found.id());
        } else if features.len() < asked.limit {
            features.push(found.feature());
            last = Some(found.id());
        } else {
            more = true;
        }
    }
    let next = last.filter(|_| more).map(Cursor::after_id);
    Page {
        features,
        matched,
        next,
    }
}

fn find<'a>(population: &'a Population, id: &str) -> Option<Found<'a>> {
    let (mesh, district) = id.split_once('-')?;
    let mesh: Mesh = mesh.parse().ok()?;
    let all = population
        .parts()
        .flat_map(|(municipality, cells, source)| {
            cells.iter().map(move |cell| Found {
                municipality,
                cell,
                source,
            })
        });
    let mut same = all.filter(|found| found.cell.mesh == mesh && found.cell.people.total > 0);
    same.find(|found| found.district() == district)
}
