//! `/siting`: where the next hubs should go, with proof of how good that choice is.
//!
//! It takes turns with coverage (`turns`), and answers are remembered like its. Asked for
//! `text/event-stream`, the answer is preceded by how far it is (`events`).

mod multipart;
mod sent;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use constcat::concat_slices;
use serde_json::{Value, json};

use crate::coverage::siting::answer::Objective;
use crate::coverage::siting::work::Progress;
use crate::directory::coverage::Imprecision;
use crate::directory::coverage::zones::read;
use crate::directory::siting::{
    Effort, Limit, MOST_SECONDS, NoProposal, Proposal, Question, SECONDS, Zones,
};
use crate::directory::{Directory, Generation};
use crate::http::answer::{Answer, Link, Stop};
use crate::http::features::finish_collection;
use crate::http::language::Language;
use crate::http::negotiate::{self, EVENTS, Format, GEOJSON, HTML};
use crate::http::plan::no_sites::Asked;
use crate::http::plan::query::{self as p, Parameter, QueryParams};
use crate::http::plan::{coverage, events, zones};
use crate::http::problem::{Problem, Text};
use crate::http::query::{as_of, filter};
use crate::http::site::Site;
use crate::http::wire::line::Size;
use crate::http::wire::remembered::Remembered;
use crate::http::wire::turns::{self, Asker, LONGEST, Running};

pub use sent::{FORM, TAKEN};

/// What it takes.
pub const PARAMETERS: &[&Parameter] = concat_slices!([&Parameter]:
    &[
        &p::AREA, &p::COUNT, &p::OBJECTIVE, &p::WITHIN, &p::METHOD,
        &p::WEIGHT, &p::SECONDS, &p::ADD, &p::IMPRECISE,
    ],
    filter::PARAMETERS,
    &[&p::AS_OF, &p::F, &p::LANG]
);

/// What it takes with a body.
pub const OF_A_BODY: &[&Parameter] = concat_slices!([&Parameter]: PARAMETERS, &[&p::ZONES]);

/// The longest list of candidates.
const MOST_CANDIDATES: usize = 20_000;

/// What it answers in; asked for events, it also says how far it is.
pub const FORMATS: &[Format] = &[GEOJSON, EVENTS];

/// Of the time there is, what is left for preparing and writing.
const FINISHING: Duration = Duration::from_secs(2);

static ANSWERS: Remembered<Proposal> = Remembered::new(32, 20_000, |proposal| {
    proposal.sites.len() + proposal.answer.curve.len()
});

/// `GET /siting`: among the towns of an area.
pub async fn show(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let query = coverage::without_view(request.query_string());
    let given = QueryParams::read(&query, PARAMETERS)?;
    let question = question(&given, Site::of(&request))?;
    answer(&request, &given, question, Some(&query)).await
}

/// `POST /siting`: among a planner's own candidates, within areas of their own, or both.
pub async fn ask(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Stop> {
    let query = coverage::without_view(request.query_string());
    let given = QueryParams::read(&query, OF_A_BODY)?;
    let mut question = question(&given, Site::of(&request))?;
    let limit = given.choice(&p::ZONES, Limit::CHOICES)?;
    let sent = sent::read(&request, payload).await?;
    question.imagined.extend(sent.imagined);
    zones::few_imagined(question.imagined.len())?;
    if let Some(text) = given.get(&p::ZONES)
        && sent.zones.is_empty()
    {
        let rule = Text::new(
            "区域（PolygonかMultiPolygonの面）が送られていません",
            "no zone (Polygon or MultiPolygon) was sent",
        );
        return Err(Problem::parameter(p::ZONES.name, text, rule).into());
    }
    let directory = Arc::clone(&Site::of(&request).directory);
    // Whether lines cross, and what a workbook holds, takes a while to find out.
    let (asker, size) = (Asker::of(&request), turns::reading(sent.bytes));
    let (zones, candidates) = turns::in_turn(&asker, size, move |_| {
        let zones = sent.zones.iter().map(|(number, zone)| (*number, zone));
        let zones = read(zones).map_err(Problem::body)?;
        let candidates = sent.candidates.map(|list| list.read(&directory));
        Ok::<_, Problem>((zones, candidates.transpose()?))
    })
    .await??;
    question.candidates = candidates;
    question.zones = (!zones.is_empty()).then_some(Zones { zones, limit });
    answer(&request, &given, question, None).await
}

async fn answer(
    request: &HttpRequest,
    given: &QueryParams<'_>,
    question: Question,
    remember: Option<&str>,
) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let seconds = seconds(given)?;
    let generation = as_of::generation(request, given).await?;
    let format = negotiate::format(request, given.get(&p::F), FORMATS)?;
    let tag = filter::tag(&generation, given, question.filter.open_at);
    let key = remember.map(|query| p::cache_key(&tag, query));
    let known = key.as_deref().and_then(|key| ANSWERS.recall(key));
    let asked = Asked::of(given, &question);
    let (asker, directory) = (Asker::of(request), &site.directory);
    if format == EVENTS {
        // Nobody asks for its progress twice.
        let mut answer = Answer::unconditional(request, &generation, GEOJSON);
        let links = links(&mut answer, request);
        let language = answer.language();
        let told = Arc::default();
        let running = match known {
            Some(known) => Ok(known),
            None => Err(begin(&asker, directory, &generation, question, seconds, &told).await?),
        };
        let request = request.clone();
        return Ok(events::response(running, told, move |found| {
            let found = found.and_then(|found| found.map_err(|error| asked.problem(error)));
            match found {
                Ok(found) => {
                    keep(key, &found);
                    let body = written(&found, &generation, language, &links);
                    body.map(|body| ("answer", body))
                }
                Err(problem) => Err(problem),
            }
            .unwrap_or_else(|problem| ("problem", problem.told(&request).into_bytes()))
        }));
    }
    let mut answer = match remember {
        Some(_) => Answer::begin(request, &generation, format)?,
        // What a body asks has no address that could be asked again.
        None => Answer::unconditional(request, &generation, format),
    };
    let proposal = match known {
        Some(known) => known,
        None => {
            let told = Arc::default();
            let running = begin(&asker, directory, &generation, question, seconds, &told).await?;
            let found = running.await?;
            let found = found.map_err(|error| asked.problem(error))?;
            keep(key, &found);
            found
        }
    };
    let links = links(&mut answer, request);
    let body = written(&proposal, &generation, answer.language(), &links)?;
    Ok(answer.finish(body))
}

/// Remembers an answer that the clock did not cut.
fn keep(key: Option<String>, found: &Arc<Proposal>) {
    if let Some(key) = key
        && !found.answer.cut
    {
        ANSWERS.keep(key, found);
    }
}

fn links(answer: &mut Answer, request: &HttpRequest) -> Vec<Link> {
    let site = Site::of(request);
    // Asked as events or not, the answer is the same.
    let query = p::without(request.query_string(), &[&p::F]);
    let here = format!("{}?{query}", site.url("/siting"));
    let here = here.trim_end_matches('?').to_owned();
    let links = [
        Link::new(here, "self", GEOJSON),
        Link::new(site.url("/credits?f=html"), "license", HTML),
    ];
    answer.links(links).to_vec()
}

/// The answer as features, and what is said of the whole beside them.
fn written(
    proposal: &Proposal,
    generation: &Generation,
    language: Language,
    links: &[Link],
) -> Result<Vec<u8>, Problem> {
    let notes: Vec<Value> = proposal
        .notes()
        .into_iter()
        .map(|(code, text)| json!({ "code": code, "text": language.pick(text.ja, text.en) }))
        .collect();
    let mut told = proposal.told();
    told.insert("seq".to_owned(), json!(generation.snapshot.seq().0));
    told.insert("notes".to_owned(), notes.into());
    let told = Value::Object(told).to_string();
    let mut out = br#"{"type":"FeatureCollection","#.to_vec();
    // The members of the whole stand beside `features`.
    out.extend_from_slice(&told.as_bytes()[1..told.len() - 1]);
    out.extend_from_slice(br#","features":["#);
    for (i, chosen) in proposal.sites.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        let (position, properties) = (chosen.candidate.position, chosen.told(i + 1));
        let feature = json!({
            "type": "Feature", "id": chosen.candidate.id,
            "geometry": { "type": "Point", "coordinates": [position.lon(), position.lat()] },
            "properties": properties,
        });
        serde_json::to_writer(&mut out, &feature).map_err(|error| Problem::internal(&error))?;
    }
    let count = proposal.sites.len();
    finish_collection(&mut out, count as u64, count, &generation.timestamp, links);
    Ok(out)
}

/// Computes, when its turn comes; `told` is how far it is.
async fn begin(
    asker: &Asker,
    directory: &Arc<Directory>,
    generation: &Arc<Generation>,
    question: Question,
    seconds: f64,
    told: &Arc<Mutex<Progress>>,
) -> Result<Running<Result<Arc<Proposal>, NoProposal>>, Problem> {
    let (directory, generation) = (Arc::clone(directory), Arc::clone(generation));
    let told = Arc::clone(told);
    turns::begin(asker, Size::Large, move |patience| {
        let effort = Effort {
            seconds,
            until: LONGEST - FINISHING,
            wanted: &|| patience.is_wanted(),
            progress: &|now| *told.lock().unwrap_or_else(PoisonError::into_inner) = now,
        };
        directory
            .site(&generation, &question, &effort)
            .map(Arc::new)
    })
    .await
}

fn question(given: &QueryParams, site: &Site) -> Result<Question, Problem> {
    let imagined = given.imagined()?;
    zones::few_imagined(imagined.len())?;
    // Where a square's people are at its centre, its share of area means nothing.
    if given.choice(&p::METHOD, &[("centre", true), ("area", false)])? {
        Ok(())
    } else {
        let rule = Text::new(
            "配置の計算はメッシュの中心点で数えます。選んだあとの値は/coverageで面積按分にできます",
            "siting counts squares by their centre; what was chosen can be counted by area at /coverage",
        );
        Err(Problem::parameter(p::METHOD.name, "area", rule))
    }?;
    Ok(Question {
        area: given.get(&p::AREA).unwrap_or("00").to_owned(),
        objective: given.choice(
            &p::OBJECTIVE,
            &[
                ("cover", Objective::Cover),
                ("median", Objective::Median),
                ("center", Objective::Center),
            ],
        )?,
        within: given.reach()?.0,
        count: count(given)?,
        weight: coverage::weight(given)?,
        zones: None,
        candidates: None,
        filter: filter::read(given, &site.directory)?,
        include_unknown: given.include_unknown()?,
        imprecision: given.choice(&p::IMPRECISE, Imprecision::CHOICES)?,
        imagined,
    })
}

/// How many sites.
fn count(given: &QueryParams) -> Result<usize, Problem> {
    let Some(text) = given.get(&p::COUNT) else {
        return Ok(1);
    };
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let count = text
        .parse()
        .ok()
        .filter(|count: &usize| plain && *count > 0);
    count.ok_or_else(|| {
        let rule = Text::new(
            "1以上の整数を指定してください",
            "must be a whole number of at least 1",
        );
        Problem::parameter(p::COUNT.name, text, rule)
    })
}

fn seconds(given: &QueryParams) -> Result<f64, Problem> {
    let Some(text) = given.get(&p::SECONDS) else {
        return Ok(SECONDS);
    };
    let seconds = p::number(text).filter(|seconds| (1.0..=MOST_SECONDS).contains(seconds));
    seconds.ok_or_else(|| {
        let rule = Text::new(
            format!("1以上{MOST_SECONDS}以下の秒数を指定してください"),
            format!("must be seconds from 1 to {MOST_SECONDS}"),
        );
        Problem::parameter(p::SECONDS.name, text, rule)
    })
}
