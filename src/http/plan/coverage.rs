//! `/coverage`: what share of people live within a distance of a hub, district by district.
//!
//! Answers are remembered under everything they depend on; what has to be computed waits for its
//! turn (`turns`). The same answers are a collection of OGC API Features ([`collection`]).

pub mod collection;
pub mod fields;
mod files;
mod question;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use constcat::concat_slices;
use serde_json::{Value, json};

use crate::coverage::reach::Method;
use crate::directory::coverage::{
    Area, Coverage, Geometry, MOST_SQUARES, Measure, NoCoverage, Question, Row,
};
use crate::directory::{Directory, Generation, reference};
use crate::districts::Districts;
use crate::http::answer::{Answer, Link, Stop};
use crate::http::features::finish_collection;
use crate::http::language::Language;
use crate::http::negotiate::{self, CSV, FGB, Format, GEOJSON, GPKG, HTML, KML, XLSX};
use crate::http::pages::web as pages;
use crate::http::plan::query::{self as p, Parameter, QueryParams};
use crate::http::plan::zones;
use crate::http::problem::{Problem, Text};
use crate::http::query::{as_of, filter};
use crate::http::site::Site;
use crate::http::wire::blocking::compute;
use crate::http::wire::line::Size;
use crate::http::wire::remembered::Remembered;
use crate::http::wire::turns::{self, Asker};
use crate::http::wire::{body, downloads};
use question::question;

pub use question::weight;

/// What it takes.
pub const PARAMETERS: &[&Parameter] = concat_slices!([&Parameter]:
    question::PARAMETERS,
    &[&p::GEOMETRY],
    filter::PARAMETERS,
    &[&p::AS_OF, &p::F, &p::LANG]
);

/// Answers remembered, and how many rows of them.
const REMEMBERED: usize = 64;
const REMEMBERED_ROWS: usize = 50_000;
/// The largest body: a zone of an ordinance with all its corners.
const BODY: usize = 5 << 20;

/// What it answers in: a map, a page, and tables and files for GIS to take away.
pub const FORMATS: &[Format] = &[GEOJSON, HTML, CSV, XLSX, FGB, GPKG, KML];

static ANSWERS: Remembered<Coverage> =
    Remembered::new(REMEMBERED, REMEMBERED_ROWS, |coverage| coverage.rows.len());

/// `GET /coverage`; as HTML the planner's page.
pub async fn show(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let query = without_view(&p::query(&request, PARAMETERS));
    let f = QueryParams::read(&query, PARAMETERS)
        .ok()
        .and_then(|given| given.get(&p::F).map(str::to_owned));
    if negotiate::format(&request, f.as_deref(), FORMATS)? == HTML {
        // The page says itself what is wrong with its address.
        return Ok(pages::planner(&request, collection::is_read));
    }
    let given = QueryParams::read(&query, PARAMETERS)?;
    let question = question(&given, Site::of(&request), Area::Prefectures)?;
    answer(&request, &given, question, Some(&query)).await
}

/// `POST /coverage`: the same for areas somebody has drawn, and facilities somebody imagines.
pub async fn ask(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Stop> {
    let query = without_view(request.query_string());
    let given = QueryParams::read(&query, PARAMETERS)?;
    let mut question = question(&given, Site::of(&request), Area::Prefectures)?;
    let bytes = body::bytes(&request, payload, BODY).await?;
    let given_body = body::geojson(&request, bytes.clone()).await?;
    // Whether lines cross takes a while to find out.
    let (asker, size) = (Asker::of(&request), turns::reading(bytes.len()));
    let (zones, imagined) =
        turns::in_turn(&asker, size, move |_| zones::read(given_body)).await??;
    question.imagined.extend(imagined);
    zones::few_imagined(question.imagined.len())?;
    if !zones.is_empty() {
        question.area = Area::Zones(zones);
    }
    answer(&request, &given, question, None).await
}

async fn answer(
    request: &HttpRequest,
    given: &QueryParams<'_>,
    question: Question,
    remember: Option<&str>,
) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let with_geometry = given.flag(&p::GEOMETRY)?.unwrap_or(true);
    let generation = as_of::generation(request, given).await?;
    let format = negotiate::format(
        request,
        given.get(&p::F),
        &[GEOJSON, CSV, XLSX, FGB, GPKG, KML],
    )?;
    let tag = filter::tag(&generation, given, question.filter.open_at);
    let mut answer = match remember {
        Some(_) => Answer::tagged(request, &generation, format, &tag)?,
        // What a body asks has no address that could be asked again.
        None => Answer::unconditional(request, &generation, format),
    };
    let key = remember.map(|query| p::cache_key(&tag, query));
    let question = Arc::new(question);
    let asker = Asker::of(request);
    let coverage = answered(&asker, &site.directory, &generation, &question, key).await?;
    let language = answer.language();
    if format != GEOJSON {
        let (key, now) = (answer.key(request), Arc::clone(&generation));
        let file = downloads::file(request, key, move || {
            let rows: Vec<&Row> = coverage.rows.iter().collect();
            table(format, &now, (&question, &coverage), &rows, language)
        });
        let file = file.await?;
        return Ok(answer.attached("coverage", file));
    }
    let here = format!("{}?{}", site.url("/coverage"), request.query_string());
    let links = answer.links([
        Link::new(here.trim_end_matches('?').to_owned(), "self", GEOJSON),
        Link::new(site.url("/credits?f=html"), "license", HTML),
    ]);
    let (links, now) = (links.to_vec(), Arc::clone(&generation));
    let body = compute(move || {
        let rows: Vec<&Row> = coverage.rows.iter().collect();
        let about = (&*question, &*coverage);
        let mut out = features(&now, about, &rows, with_geometry, language)?;
        let count = rows.len();
        finish_collection(&mut out, count as u64, count, &now.timestamp, &links);
        Ok::<_, Problem>(out)
    });
    let body = body.await??;
    Ok(answer.finish(body))
}

/// The beginning of a FeatureCollection of rows, up to their last.
fn features(
    generation: &Generation,
    (question, coverage): (&Question, &Coverage),
    rows: &[&Row],
    with_geometry: bool,
    language: Language,
) -> Result<Vec<u8>, Problem> {
    let about = about(generation, question, coverage, language);
    let mut out = Vec::with_capacity(rows.len() * 400 + 2048);
    out.extend_from_slice(br#"{"type":"FeatureCollection","about":"#);
    serde_json::to_writer(&mut out, &about).map_err(|error| Problem::internal(&error))?;
    out.extend_from_slice(br#","features":["#);
    for (i, row) in rows.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        let geometry = if with_geometry {
            geometry(row, &generation.known.districts)
        } else {
            "null".into()
        };
        out.extend_from_slice(feature(row, question, &geometry).as_bytes());
    }
    Ok(out)
}

/// One row as a Feature.
fn feature(row: &Row, question: &Question, geometry: &str) -> String {
    let properties = Value::Object(row.properties(question));
    format!(
        r#"{{"type":"Feature","id":"{}","geometry":{geometry},"properties":{properties}}}"#,
        row.code
    )
}

/// The rows as a table or a file to take away, with what has to be said beside them.
fn table(
    format: Format,
    generation: &Generation,
    (question, coverage): (&Question, &Coverage),
    rows: &[&Row],
    language: Language,
) -> Result<Vec<u8>, Problem> {
    if files::FILES.contains(&format) {
        return files::file(format, generation, (question, coverage), rows, language);
    }
    let table = coverage.table((question, generation), rows, language);
    let mut out = Vec::new();
    let written = match format == CSV {
        true => table.csv(&mut out),
        false => table.xlsx(&mut out),
    };
    written.map_err(|error| Problem::internal(&error))?;
    Ok(out)
}

/// Whether a question takes about a second at most, even of the whole country.
fn size(question: &Question) -> Size {
    let is_drawn = matches!(question.area, Area::Zones(_) | Area::Squares(_));
    let is_shared = [Measure::Catchment, Measure::Enhanced]
        .iter()
        .any(|measure| question.measures.contains(measure));
    match is_drawn || is_shared || question.ask.method == Method::Area {
        true => Size::Large,
        false => Size::Small,
    }
}

/// The answer: as it is remembered, else computed when its turn comes.
async fn answered(
    asker: &Asker,
    directory: &Arc<Directory>,
    generation: &Arc<Generation>,
    question: &Arc<Question>,
    key: Option<String>,
) -> Result<Arc<Coverage>, Problem> {
    if let Some(known) = key.as_deref().and_then(|key| ANSWERS.recall(key)) {
        return Ok(known);
    }
    // A map asks for many tiles at once: one of them finds the answer, the others wait for it without
    // taking anybody's turn.
    let mut alone = None;
    if let Some(key) = &key {
        alone = Some(asker.client.while_there(ANSWERS.alone(key)).await?);
        if let Some(known) = ANSWERS.recall(key) {
            return Ok(known);
        }
    }
    let compute_as = |size| {
        let (directory, generation) = (Arc::clone(directory), Arc::clone(generation));
        let (question, key) = (Arc::clone(question), key.clone());
        turns::in_turn(asker, size, move |patience| {
            let computed = directory.coverage(&generation, &question, &|| patience.lasts())?;
            let computed = Arc::new(computed);
            if let Some(key) = key {
                ANSWERS.keep(key, &computed);
            }
            Ok(computed)
        })
    };
    let size = size(question);
    let mut computed = compute_as(size).await?;
    // The turn for small questions must not be held long: what takes longer waits for a large one.
    if size == Size::Small && matches!(computed, Err(NoCoverage::Stopped(_))) {
        computed = compute_as(Size::Large).await?;
    }
    drop(alone);
    computed.map_err(|error| match error {
        NoCoverage::Error(error) => error.into(),
        NoCoverage::Stopped(_) => turns::too_long(),
        NoCoverage::TooManySquares(count) => Problem::parameter(
            p::BY.name,
            "square",
            Text::new(
                format!("メッシュが{count}個あります。{MOST_SQUARES}個までの範囲（市区町村など）を指定してください"),
                format!("the area has {count} squares: choose one of at most {MOST_SQUARES}, such as a municipality"),
            ),
        ),
    })
}

/// The page's own parameters are none of the question's.
pub fn without_view(query: &str) -> String {
    let own = query.split('&').filter(|pair| !pair.starts_with("view."));
    own.collect::<Vec<_>>().join("&")
}

/// What the whole answer is about: enough to ask again, and what has to be said beside the numbers.
pub fn about(
    generation: &Generation,
    question: &Question,
    coverage: &Coverage,
    language: Language,
) -> Value {
    let notes: Vec<Value> = coverage
        .notes(question)
        .into_iter()
        .map(|(code, text)| json!({ "code": code, "text": language.pick(text.ja, text.en) }))
        .collect();
    json!({
        "seq": generation.snapshot.seq().0,
        "reference": coverage.reference,
        "within": question.ask.within.0,
        "method": match question.ask.method { Method::Centre => "centre", Method::Area => "area" },
        "weight": question.ask.weight.slug(),
        "square_metres": coverage.largest.map(|size| size.metres()),
        "facilities": coverage.facilities,
        "imprecise": {
            "counted": question.imprecision.slug(),
            "facilities_in_japan": coverage.imprecise.all,
            "facilities": coverage.imprecise.inside,
            "people": coverage.imprecise.people.round(),
        },
        "imagined": question.imagined.len(),
        "notes": notes,
        "model_errors": reference::model_errors(),
    })
}

fn geometry<'a>(row: &'a Row, districts: &'a Districts) -> std::borrow::Cow<'a, str> {
    match &row.geometry {
        Geometry::Given(text) => text.as_str().into(),
        Geometry::Square([west, south, east, north]) => json!({
            "type": "Polygon",
            "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
        })
        .to_string()
        .into(),
        Geometry::District => districts
            .get(&row.code)
            .and_then(|district| {
                let text = &*district.feature;
                let from = text.find(r#""geometry":"#)? + r#""geometry":"#.len();
                let to = text.find(r#","properties":"#)?;
                text.get(from..to)
            })
            .unwrap_or("null")
            .into(),
    }
}
