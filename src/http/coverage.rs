//! `/coverage`: what share of people live within a distance of a hub, district by district.
//!
//! Answers are remembered under everything they depend on. What has to be computed runs on the
//! blocking pool, two at a time and a minute at most, and stops when nobody waits for it any more;
//! who finds no place is told when to come again, and the map never notices.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::{HttpRequest, HttpResponse, web};
use geo::{MultiPolygon, Validation};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::answer::{Answer, Link, Stop};
use super::facilities::finish_collection;
use super::language::Language;
use super::negotiate::{self, GEOJSON, HTML};
use super::parameters::{self as p, Given, Parameter};
use super::problem::{Problem, Text};
use super::{Site, as_of, body, filter, web as pages};
use crate::coverage::population::Weight;
use crate::coverage::reach::{self, Ask, Method};
use crate::directory::coverage::{
    Area, Coverage, Geometry, MOST_SQUARES, Measure, NoCoverage, Question, Row, Supply, Within,
    Zone,
};
use crate::directory::{Directory, Generation, reference};
use crate::districts::{Districts, Level, Shape};
use crate::domain::municipality::MunicipalityCode;
use crate::domain::position::Position;

/// What it takes.
pub const PARAMETERS: &[&Parameter] = &[
    &p::AREA,
    &p::BY,
    &p::WITHIN,
    &p::METHOD,
    &p::WEIGHT,
    &p::MEASURES,
    &p::SUPPLY,
    &p::ADD,
    &p::IMPRECISE,
    &p::GEOMETRY,
    &p::DATETIME,
    &p::MUNICIPALITY,
    &p::KIND,
    &p::STOCK,
    &p::PROGRAMME,
    &p::CERTAINTY,
    &p::ELIGIBILITY,
    &p::AMENITY,
    &p::AMENITY_ALL,
    &p::USE,
    &p::PRECISION,
    &p::STATUS,
    &p::PRICE_MAX,
    &p::SEATS_MIN,
    &p::OPEN_AT,
    &p::NAMED,
    &p::INCLUDE_UNKNOWN,
    &p::AS_OF,
    &p::F,
    &p::LANG,
];

/// How many are computed at once.
const AT_ONCE: usize = 2;
/// How long one may take.
const LONGEST: Duration = Duration::from_secs(60);
/// How long a request waits for its turn, and when it may come again otherwise.
const TURN: Duration = Duration::from_secs(5);
const AGAIN: i64 = 10;
/// Answers remembered, and how many rows of them.
const REMEMBERED: usize = 64;
const REMEMBERED_ROWS: usize = 50_000;
/// The largest body: a zone of an ordinance with all its corners.
const BODY: usize = 5 << 20;
/// Zones and imagined facilities of one request, and corners of all zones.
const MOST_ZONES: usize = 200;
const MOST_IMAGINED: usize = 1_000;
const MOST_CORNERS: usize = 50_000;

static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);
static ANSWERS: LazyLock<Mutex<Answers>> = LazyLock::new(Mutex::default);

/// Answers by their keys, the one asked for last at the end.
type Answers = VecDeque<(String, Arc<Coverage>)>;

/// `GET /coverage`; as HTML the planner's page.
pub async fn show(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let query = without_view(request.query_string());
    let f = Given::read(&query, PARAMETERS)
        .ok()
        .and_then(|given| given.get(&p::F).map(str::to_owned));
    if negotiate::format(&request, f.as_deref(), &[GEOJSON, HTML])? == HTML {
        // The page says itself what is wrong with its address.
        return Ok(pages::planner(&request));
    }
    let given = Given::read(&query, PARAMETERS)?;
    let question = question(&given, Site::of(&request))?;
    answer(&request, &given, question, Some(&query)).await
}

/// `POST /coverage`: the same for areas somebody has drawn, and facilities somebody imagines.
pub async fn ask(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Stop> {
    let query = without_view(request.query_string());
    let given = Given::read(&query, PARAMETERS)?;
    let mut question = question(&given, Site::of(&request))?;
    let bytes = body::bytes(&request, payload, BODY).await?;
    let given_body = body::geojson(&request, &bytes)?;
    // Whether lines cross takes a while to find out.
    let read = web::block(move || read_body(given_body)).await;
    let (zones, imagined) = read.map_err(|error| Problem::internal(&error))??;
    question.imagined.extend(imagined);
    few(
        question.imagined.len(),
        MOST_IMAGINED,
        ("仮の拠点", "imagined facilities"),
    )?;
    if !zones.is_empty() {
        question.area = Area::Zones(zones);
    }
    answer(&request, &given, question, None).await
}

async fn answer(
    request: &HttpRequest,
    given: &Given<'_>,
    question: Question,
    remember: Option<&str>,
) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let with_geometry = given.flag(&p::GEOMETRY)?.unwrap_or(true);
    let generation = as_of::generation(request, given).await?;
    let format = negotiate::format(request, given.get(&p::F), &[GEOJSON])?;
    let tag = filter::tag(&generation, given, question.filter.open_at);
    let mut answer = match remember {
        Some(_) => Answer::tagged(request, &generation, format, &tag)?,
        // What a body asks has no address that could be asked again.
        None => Answer::unconditional(request, &generation, format),
    };
    let key = remember.map(|query| key(&tag, query));
    let question = Arc::new(question);
    let coverage = match key.as_deref().and_then(recall) {
        Some(known) => known,
        None => {
            let computed = compute(&site.directory, &generation, &question).await?;
            if let Some(key) = key {
                keep(key, &computed);
            }
            computed
        }
    };
    let here = format!("{}?{}", site.url("/coverage"), request.query_string());
    let language = answer.language();
    let links = answer.links([
        Link::new(here.trim_end_matches('?').to_owned(), "self", GEOJSON),
        Link::new(site.url("/credits?f=html"), "license", HTML),
    ]);
    let districts = &site.directory.reference().districts;
    let about = about(&generation, &question, &coverage, language);
    let mut out = Vec::with_capacity(coverage.rows.len() * 400 + 2048);
    out.extend_from_slice(br#"{"type":"FeatureCollection","about":"#);
    serde_json::to_writer(&mut out, &about).map_err(|error| Problem::internal(&error))?;
    out.extend_from_slice(br#","features":["#);
    for (i, row) in coverage.rows.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        let geometry = if with_geometry {
            geometry(row, districts)
        } else {
            "null".into()
        };
        let properties = Value::Object(row.properties(&question));
        out.extend_from_slice(
            format!(
                r#"{{"type":"Feature","id":"{}","geometry":{geometry},"properties":{properties}}}"#,
                row.code
            )
            .as_bytes(),
        );
    }
    let count = coverage.rows.len();
    finish_collection(&mut out, count as u64, count, &generation.timestamp, links);
    Ok(answer.finish(out))
}

/// Computes, when its turn comes, as long as somebody waits and it does not take too long.
async fn compute(
    directory: &Arc<Directory>,
    generation: &Arc<Generation>,
    question: &Arc<Question>,
) -> Result<Arc<Coverage>, Problem> {
    let turn = turn().await?;
    let wanted = Wanted(Arc::new(AtomicBool::new(true)));
    let still = Arc::clone(&wanted.0);
    let (directory, generation) = (Arc::clone(directory), Arc::clone(generation));
    let question = Arc::clone(question);
    let computed = web::block(move || {
        // Given back when the work ends, not when the request does.
        let _turn = turn;
        let begun = Instant::now();
        let patience = || still.load(Ordering::Relaxed) && begun.elapsed() < LONGEST;
        directory.coverage(&generation, &question, &patience)
    });
    let computed = computed.await.map_err(|error| Problem::internal(&error))?;
    computed.map(Arc::new).map_err(|error| match error {
        NoCoverage::Error(error) => error.into(),
        NoCoverage::Stopped(_) => Problem::busy(
            AGAIN,
            Text::new(
                format!("計算が{}秒で終わりませんでした。範囲か距離を小さくしてください", LONGEST.as_secs()),
                format!("not done within {} seconds: ask for a smaller area or distance", LONGEST.as_secs()),
            ),
        ),
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

async fn turn() -> Result<SemaphorePermit<'static>, Problem> {
    match actix_web::rt::time::timeout(TURN, TURNS.acquire()).await {
        Ok(Ok(turn)) => Ok(turn),
        _ => Err(Problem::busy(
            AGAIN,
            Text::new(
                format!("計算が{AT_ONCE}件進んでいます。{AGAIN}秒ほど待ってもう一度お試しください"),
                format!("{AT_ONCE} computations are under way: try again in about {AGAIN} seconds"),
            ),
        )),
    }
}

/// Says so when the request that waits is gone.
struct Wanted(Arc<AtomicBool>);

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Everything an answer depends on; how it is written is no part of it.
fn key(tag: &str, query: &str) -> String {
    let plain = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or("");
        !pair.is_empty() && ![p::F.name, p::LANG.name, p::GEOMETRY.name].contains(&name)
    };
    let mut pairs: Vec<&str> = query.split('&').filter(plain).collect();
    pairs.sort_unstable();
    format!("{tag} {}", pairs.join("&"))
}

fn recall(key: &str) -> Option<Arc<Coverage>> {
    let mut answers = ANSWERS.lock().unwrap_or_else(PoisonError::into_inner);
    let place = answers.iter().position(|(known, _)| known == key)?;
    let found = answers.remove(place)?;
    let coverage = Arc::clone(&found.1);
    answers.push_back(found);
    Some(coverage)
}

fn keep(key: String, coverage: &Arc<Coverage>) {
    let mut answers = ANSWERS.lock().unwrap_or_else(PoisonError::into_inner);
    answers.push_back((key, Arc::clone(coverage)));
    let rows = |answers: &Answers| -> usize {
        answers
            .iter()
            .map(|(_, coverage)| coverage.rows.len())
            .sum()
    };
    while answers.len() > REMEMBERED || rows(&answers) > REMEMBERED_ROWS {
        answers.pop_front();
    }
}

/// The page's own parameters are none of the question's.
fn without_view(query: &str) -> String {
    let own = query.split('&').filter(|pair| !pair.starts_with("view."));
    own.collect::<Vec<_>>().join("&")
}

fn question(given: &Given<'_>, site: &Site) -> Result<Question, Problem> {
    let districts = &site.directory.reference().districts;
    let imagined = given.imagined()?;
    few(
        imagined.len(),
        MOST_IMAGINED,
        ("仮の拠点", "imagined facilities"),
    )?;
    let weight = match given.get(&p::WEIGHT) {
        None => Weight::Total,
        Some(text) => text.parse().map_err(|()| {
            let known = Weight::SLUGS.join(", ");
            let rule = Text::new(format!("使えるもの: {known}"), format!("known are {known}"));
            Problem::parameter(p::WEIGHT.name, text, rule)
        })?,
    };
    Ok(Question {
        area: area(given, districts)?,
        ask: Ask {
            within: given.reach()?,
            method: given.choice(
                &p::METHOD,
                &[("centre", Method::Centre), ("area", Method::Area)],
            )?,
            weight,
        },
        filter: filter::read(given, &site.directory)?,
        include_unknown: given.include_unknown()?,
        leave_out_imprecise: given
            .choice(&p::IMPRECISE, &[("keep", false), ("leave-out", true)])?,
        imagined,
        measures: measures(given)?,
        supply: given.choice(
            &p::SUPPLY,
            &[("seats", Supply::Seats), ("facilities", Supply::Facilities)],
        )?,
    })
}

fn measures(given: &Given<'_>) -> Result<BTreeSet<Measure>, Problem> {
    let mut wanted = BTreeSet::new();
    for word in given
        .get(&p::MEASURES)
        .unwrap_or("")
        .split(',')
        .map(str::trim)
    {
        match Measure::SLUGS.iter().position(|slug| *slug == word) {
            Some(place) => drop(wanted.insert(Measure::ALL[place])),
            None if word == "all" => wanted.extend(Measure::ALL),
            None if word.is_empty() => {}
            None => {
                let known = Measure::SLUGS.join(", ");
                let rule = Text::new(
                    format!("使えるもの: {known}, all"),
                    format!("known are {known}, all"),
                );
                return Err(Problem::parameter(p::MEASURES.name, word, rule));
            }
        }
    }
    Ok(wanted)
}

/// How the area is cut.
#[derive(Clone, Copy, PartialEq)]
enum By {
    Own,
    Prefecture,
    Municipality,
    Ward,
    Square,
}

fn area(given: &Given<'_>, districts: &Districts) -> Result<Area, Problem> {
    const CHOICES: &[(&str, By)] = &[
        ("", By::Own),
        ("prefecture", By::Prefecture),
        ("municipality", By::Municipality),
        ("ward", By::Ward),
        ("square", By::Square),
    ];
    let by = match given.get(&p::BY) {
        None => By::Own,
        Some(_) => given.choice(&p::BY, &CHOICES[1..])?,
    };
    let does_not_fit = |text: &str| {
        let rule = Text::new(
            "このareaはその単位に分けられません",
            "this area cannot be cut into those",
        );
        Problem::parameter(p::BY.name, text, rule)
    };
    let Some(text) = given.get(&p::AREA) else {
        return match by {
            By::Own | By::Prefecture => Ok(Area::Prefectures),
            By::Municipality => Ok(Area::Municipalities(None)),
            By::Ward => Ok(Area::Wards(None)),
            By::Square => Err(does_not_fit("square")),
        };
    };
    let unknown = |en: String| {
        let rule = Text::new(
            "2桁の都道府県コードか、5桁（検査数字付きは6桁）の全国地方公共団体コードを指定してください",
            en,
        );
        Problem::parameter(p::AREA.name, text, rule)
    };
    if text.len() == 2 {
        let number = text
            .parse::<u8>()
            .ok()
            .filter(|_| districts.get(text).is_some())
            .ok_or_else(|| unknown("no prefecture has this code: 01 to 47".to_owned()))?;
        return match by {
            By::Own | By::Municipality => Ok(Area::Municipalities(Some(number))),
            By::Ward => Ok(Area::Wards(Some(Within::Prefecture(number)))),
            By::Square => Ok(Area::Squares(Within::Prefecture(number))),
            By::Prefecture => Err(does_not_fit("prefecture")),
        };
    }
    let code = MunicipalityCode::new(text).map_err(|error| unknown(error.to_string()))?;
    let district = districts
        .municipality(code)
        .ok_or_else(|| unknown("no municipality or ward has this code".to_owned()))?;
    match (district.level, by) {
        (Level::Ward, By::Own | By::Ward) => Ok(Area::Ward(code)),
        (Level::Ward, By::Square) => Ok(Area::Squares(Within::Ward(code))),
        (_, By::Own | By::Municipality) => Ok(Area::Municipality(code)),
        (_, By::Ward) => Ok(Area::Wards(Some(Within::Municipality(code)))),
        (_, By::Square) => Ok(Area::Squares(Within::Municipality(code))),
        (_, By::Prefecture) => Err(does_not_fit("prefecture")),
    }
}

fn few(count: usize, most: usize, what: (&str, &str)) -> Result<(), Problem> {
    if count <= most {
        return Ok(());
    }
    Err(Problem::body(Text::new(
        format!("{}が{count}件あります（{most}件まで）", what.0),
        format!("{count} {}: at most {most}", what.1),
    )))
}

/// Polygons are zones, points are imagined facilities.
fn read_body(body: Value) -> Result<(Vec<Zone>, Vec<reach::Site>), Problem> {
    let wrong = |ja: String, en: String| Problem::body(Text::new(ja, en));
    let features = match body["type"].as_str() {
        Some("FeatureCollection") => body["features"].as_array().cloned().unwrap_or_default(),
        Some("Feature") => vec![body],
        Some(_) => vec![json!({ "type": "Feature", "geometry": body, "properties": {} })],
        None => {
            return Err(wrong(
                "GeoJSON（FeatureCollection、Feature、または形）を送ってください".to_owned(),
                "send GeoJSON: a FeatureCollection, a Feature or a geometry".to_owned(),
            ));
        }
    };
    let (mut zones, mut imagined, mut corners) = (Vec::new(), Vec::new(), 0);
    for (number, feature) in (1..).zip(&features) {
        let geometry = &feature["geometry"];
        let properties = &feature["properties"];
        let read: geojson::Geometry =
            serde_json::from_value(geometry.clone()).map_err(|error| {
                wrong(
                    format!("{number}件目の形をGeoJSONとして読めません"),
                    format!("feature {number}: its geometry is no GeoJSON ({error})"),
                )
            })?;
        let shape = geo::Geometry::try_from(read).map_err(|error| {
            wrong(
                format!("{number}件目の形を使えません"),
                format!("feature {number}: {error}"),
            )
        })?;
        let inside = |lon: f64, lat: f64| {
            Position::exact(lon, lat).map_err(|error| {
                wrong(
                    format!("{number}件目: {lon},{lat} は日本の中の位置ではありません"),
                    format!("feature {number}: {error}"),
                )
            })
        };
        let polygons: MultiPolygon = match shape {
            geo::Geometry::Point(point) => {
                let seats = properties["seats"]
                    .as_u64()
                    .and_then(|n| u32::try_from(n).ok());
                imagined.push(reach::Site::new(inside(point.x(), point.y())?, seats));
                continue;
            }
            geo::Geometry::Polygon(polygon) => polygon.into(),
            geo::Geometry::MultiPolygon(polygons) => polygons,
            _ => {
                return Err(wrong(
                    format!("{number}件目は点でも面でもありません"),
                    format!("feature {number} is neither a Point nor a Polygon or MultiPolygon"),
                ));
            }
        };
        for polygon in &polygons {
            for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                corners += ring.0.len();
                for corner in ring.coords() {
                    inside(corner.x, corner.y)?;
                }
            }
        }
        few(corners, MOST_CORNERS, ("区域の頂点", "corners of zones"))?;
        polygons.check_validation().map_err(|error| {
            wrong(
                format!("{number}件目の区域は、線が交わるなど面として正しくありません（{error}）"),
                format!("feature {number}: the zone crosses itself or is no valid area ({error})"),
            )
        })?;
        let shape = Shape::new(polygons).ok_or_else(|| {
            wrong(
                format!("{number}件目の区域は空です"),
                format!("feature {number}: the zone is empty"),
            )
        })?;
        let name = properties["name"]
            .as_str()
            .map_or_else(|| format!("区域{number}"), str::to_owned);
        zones.push(Zone {
            name,
            shape,
            geometry: geometry.to_string(),
        });
    }
    few(zones.len(), MOST_ZONES, ("区域", "zones"))?;
    Ok((zones, imagined))
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
