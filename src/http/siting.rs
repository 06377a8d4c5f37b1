//! `/siting`: where the next hubs should go, with proof of how good that choice is.
//!
//! It takes turns with coverage (`turns`), and answers are remembered like its.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use constcat::concat_slices;
use serde_json::{Value, json};

use super::answer::{Answer, Link, Stop};
use super::facilities::finish_collection;
use super::negotiate::{self, GEOJSON, HTML};
use super::parameters::{self as p, Given, Parameter};
use super::problem::{Problem, Text};
use super::remembered::{self, Remembered};
use super::turns::{self, LONGEST};
use super::{Site, as_of, body, coverage, filter, zones};
use crate::coverage::reach;
use crate::coverage::siting::answer::{Objective, Refusal};
use crate::directory::siting::{
    Effort, MOST_MEASURED, MOST_SECONDS, MOST_SITES, NoProposal, Proposal, Question, SECONDS,
};
use crate::directory::{Directory, Generation};

/// What it takes.
pub const PARAMETERS: &[&Parameter] = concat_slices!([&Parameter]:
    &[
        &p::AREA, &p::COUNT, &p::OBJECTIVE, &p::WITHIN, &p::METHOD,
        &p::WEIGHT, &p::SECONDS, &p::ADD, &p::IMPRECISE,
    ],
    filter::PARAMETERS,
    &[&p::AS_OF, &p::F, &p::LANG]
);

/// The largest list of candidates, in bytes and in rows.
const BODY: usize = 5 << 20;
const MOST_CANDIDATES: usize = 20_000;
/// What such a list may be.
pub const TAKEN: [&str; 4] = [
    "application/geo+json",
    "application/json",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
];

/// Of the time there is, what is left for preparing and writing.
const FINISHING: Duration = Duration::from_secs(2);

static ANSWERS: Remembered<Proposal> = Remembered::new(32, 20_000, |proposal| {
    proposal.sites.len() + proposal.answer.curve.len()
});

/// `GET /siting`: among the towns of an area.
pub async fn show(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let query = coverage::without_view(request.query_string());
    let given = Given::read(&query, PARAMETERS)?;
    let question = question(&given, Site::of(&request))?;
    answer(&request, &given, question, Some(&query)).await
}

/// `POST /siting`: among a planner's own candidates.
pub async fn ask(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Stop> {
    let query = coverage::without_view(request.query_string());
    let given = Given::read(&query, PARAMETERS)?;
    let mut question = question(&given, Site::of(&request))?;
    let sort = media_type(&request)?;
    let bytes = body::bytes(&request, payload, BODY).await?;
    let (bytes, imagined) = if sort.ends_with("json") {
        imagined_apart(body::geojson(&request, &bytes)?)?
    } else {
        (bytes.to_vec(), Vec::new())
    };
    question.imagined.extend(imagined);
    zones::few_imagined(question.imagined.len())?;
    let directory = Arc::clone(&Site::of(&request).directory);
    let read = web::block(move || directory.read_candidates(&bytes, MOST_CANDIDATES)).await;
    let read = read.map_err(|error| Problem::internal(&error))?;
    let candidates = read.map_err(|unusable| Problem::body(unusable.wording()))?;
    question.candidates = Some(candidates);
    answer(&request, &given, question, None).await
}

async fn answer(
    request: &HttpRequest,
    given: &Given<'_>,
    question: Question,
    remember: Option<&str>,
) -> Result<HttpResponse, Stop> {
    let site = Site::of(request);
    let seconds = seconds(given)?;
    let generation = as_of::generation(request, given).await?;
    let format = negotiate::format(request, given.get(&p::F), &[GEOJSON])?;
    let mut answer = match remember {
        Some(_) => Answer::begin(request, &generation, format)?,
        // What a body asks has no address that could be asked again.
        None => Answer::unconditional(request, &generation, format),
    };
    let tag = filter::tag(&generation, given, question.filter.open_at);
    let key = remember.map(|query| remembered::key(&tag, query));
    let known = key.as_deref().and_then(|key| ANSWERS.recall(key));
    let proposal = match known {
        Some(known) => known,
        None => {
            let found = compute(&site.directory, &generation, question, seconds, given).await?;
            if let Some(key) = key
                && !found.answer.cut
            {
                ANSWERS.keep(key, &found);
            }
            found
        }
    };
    let here = format!("{}?{}", site.url("/siting"), request.query_string());
    let language = answer.language();
    let links = answer.links([
        Link::new(here.trim_end_matches('?').to_owned(), "self", GEOJSON),
        Link::new(site.url("/credits?f=html"), "license", HTML),
    ]);
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
    Ok(answer.finish(out))
}

/// Computes, when its turn comes.
async fn compute(
    directory: &Arc<Directory>,
    generation: &Arc<Generation>,
    question: Question,
    seconds: f64,
    given: &Given<'_>,
) -> Result<Arc<Proposal>, Problem> {
    let (directory, generation) = (Arc::clone(directory), Arc::clone(generation));
    let (count, within) = (question.count, question.within);
    let found = turns::in_turn(move |patience| {
        let effort = Effort {
            seconds,
            until: LONGEST - FINISHING,
            wanted: &|| patience.is_wanted(),
            progress: &|_| {},
        };
        directory.site(&generation, &question, &effort)
    });
    let problem = |parameter: &Parameter, value: &str, ja: String, en: String| {
        Problem::parameter(parameter.name, value, Text::new(ja, en))
    };
    let area = given.get(&p::AREA).unwrap_or("00");
    found.await?.map(Arc::new).map_err(|error| match error {
        NoProposal::Error(error) => error.into(),
        NoProposal::Stopped => turns::too_long(),
        NoProposal::NoArea(en) => problem(
            &p::AREA,
            area,
            "2桁の都道府県コードか、5桁（検査数字付きは6桁）の全国地方公共団体コードを指定してください".to_owned(),
            en,
        ),
        NoProposal::Outside(id, lon, lat, name) => Problem::body(Text::new(
            format!("候補「{id}」（{lon},{lat}）は{name}の外にあります"),
            format!("candidate “{id}” at {lon},{lat} lies outside {name}"),
        )),
        NoProposal::NoCandidates(name) => problem(
            &p::AREA,
            area,
            format!("{name}には候補にできる町がありません。候補を送ってください"),
            format!("{name} has no towns to choose from: send candidates"),
        ),
        NoProposal::TooManySites(_) => problem(
            &p::COUNT,
            &count.to_string(),
            format!("一度に選べるのは{MOST_SITES}か所までです"),
            format!("at most {MOST_SITES} sites are chosen at once"),
        ),
        NoProposal::Nobody(name) => problem(
            &p::AREA,
            area,
            format!("{name}に住んでいる人がいません"),
            format!("nobody lives in {name}"),
        ),
        NoProposal::NoAges(name, source, weight) => problem(
            &p::WEIGHT,
            weight,
            format!("{name}の人口（{source}）には年齢の内訳がありません。totalで数えるか、年齢のある国勢調査メッシュを取り込んでください"),
            format!("the people of {name} ({source}) are not told by age: use total, or import census squares with ages"),
        ),
        NoProposal::TooManyPairs(most, _) => problem(
            &p::WITHIN,
            &within.to_string(),
            format!("距離内にある候補とメッシュの組が{most}を超えます。距離か範囲を小さくしてください"),
            format!("more than {most} pairs of a candidate and a square within it: ask for a smaller distance or area"),
        ),
        NoProposal::TooManySquares(squares) => problem(
            &p::OBJECTIVE,
            given.get(&p::OBJECTIVE).unwrap_or(""),
            format!("人が住むメッシュが{squares}個あります。この目的で計算できるのは{MOST_MEASURED}個までです。範囲を小さくしてください"),
            format!("{squares} squares have people; this objective takes at most {MOST_MEASURED}: ask for a smaller area"),
        ),
        NoProposal::Refused(Refusal::TooFewCandidates { candidates, .. }) => problem(
            &p::COUNT,
            &count.to_string(),
            format!("候補は{candidates}か所しかありません"),
            format!("there are only {candidates} candidates"),
        ),
        NoProposal::Refused(refusal) => Problem::parameter(
            p::COUNT.name,
            &count.to_string(),
            Text::new("この数の候補では答えがありません", refusal.to_string()),
        ),
    })
}

fn question(given: &Given, site: &Site) -> Result<Question, Problem> {
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
        candidates: None,
        filter: filter::read(given, &site.directory)?,
        include_unknown: given.include_unknown()?,
        with_imprecise: given.choice(&p::IMPRECISE, &[("leave-out", false), ("keep", true)])?,
        imagined,
    })
}

/// How many sites.
fn count(given: &Given) -> Result<usize, Problem> {
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

fn seconds(given: &Given) -> Result<f64, Problem> {
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

/// What the body says it is, among what is taken.
fn media_type(request: &HttpRequest) -> Result<&'static str, Problem> {
    let given = request.headers().get(header::CONTENT_TYPE);
    let given = given.and_then(|value| value.to_str().ok()).unwrap_or("");
    let plain = given.split(';').next().unwrap_or("").trim();
    let found = TAKEN.iter().find(|taken| plain.eq_ignore_ascii_case(taken));
    found
        .copied()
        .ok_or_else(|| Problem::unsupported_media_type(given, &TAKEN.join(", ")))
}

/// The body without the points that are only imagined (`"imagined": true`), and those.
fn imagined_apart(mut body: Value) -> Result<(Vec<u8>, Vec<reach::Site>), Problem> {
    let mut imagined = Vec::new();
    if let Some(features) = body["features"].as_array_mut() {
        let all = std::mem::take(features);
        for (number, feature) in (1..).zip(all) {
            if feature["properties"]["imagined"] != true {
                features.push(feature);
                continue;
            }
            imagined.push(zones::imagined_point(number, &feature)?);
        }
    }
    Ok((body.to_string().into_bytes(), imagined))
}
