//! `/submissions`: files handed in, their reports and differences, mending them, deciding on them.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use crate::directory::submissions::{
    Change, Decision, StoredResponse, SubmissionQuery, SubmissionView, Submitted, Upload,
};
use crate::domain::submission::{State, SubmissionId};
use crate::http::answer::Stop;
use crate::http::language::Language;
use crate::http::manage::{auth, schemas, submission_view as view};
use crate::http::problem::{Problem, Text};
use crate::http::query::{self as p, Parameter, QueryParams};
use crate::http::site::Site;
use crate::http::wire::blocking::ask_database;
use crate::http::wire::{body, preconditions};
use crate::interchange::edits::Edits;

/// The largest file.
const LARGEST_FILE: usize = 20 << 20;
/// The largest edit or decision: all cells of a sheet at once, at most.
const LARGEST_EDIT: usize = 5 << 20;

/// What listing takes.
pub const LIST: &[&Parameter] = &[&STATE, &MINE, &LIMIT, &BEFORE, &p::LANG];
/// What handing in takes.
pub const HAND_IN: &[&Parameter] = &[&FILE, &AREA, &SEND, &SAME, &BLANK, &p::LANG];
/// What a submission takes.
pub const ONE: &[&Parameter] = &[&p::LANG];
/// What its rows take.
pub const ROWS: &[&Parameter] = &[&FROM, &LIMIT, &ONLY, &p::LANG];
/// What its differences take.
pub const DIFFERENCES: &[&Parameter] = &[&FROM, &LIMIT, &EFFECT, &p::LANG];

const fn parameter(name: &'static str, about: &'static str, schema: fn() -> Value) -> Parameter {
    Parameter {
        name,
        about,
        schema,
    }
}

fn a_text() -> Value {
    json!({ "type": "string" })
}

fn a_flag() -> Value {
    json!({ "type": "boolean", "default": false })
}

fn a_number() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

const FILE: Parameter = parameter("file", "The file's name.", a_text);
const AREA: Parameter = parameter(
    "area",
    "The only municipality, ward or prefecture its rows may lie in; else one's own area.",
    a_text,
);
const SEND: Parameter = parameter("send", "Whether it waits for review at once.", a_flag);
const SAME: Parameter = parameter(
    "same",
    "What rows with the name and place of a published facility do: `update` it, `keep` it as it is, or make `new` ones; else each waits for a decision.",
    || json!({ "type": "string", "enum": ["update", "keep", "new"] }),
);
const BLANK: Parameter = parameter(
    "blank",
    "What an empty cell does to a published value: `keep` it or `clear` it.",
    || json!({ "type": "string", "enum": ["keep", "clear"], "default": "keep" }),
);
const STATE: Parameter = parameter("state", "Any of these states, separated by commas.", a_text);
const MINE: Parameter = parameter("mine", "Only one's own.", a_flag);
const LIMIT: Parameter = parameter("limit", "At most so many.", a_number);
const BEFORE: Parameter = parameter(
    "before",
    "Older than the submission with this number; with `state=sent` younger.",
    a_number,
);
const FROM: Parameter = parameter("from", "Leave out so many at the beginning.", a_number);
const ONLY: Parameter = parameter(
    "only",
    "`all` rows, those with `problems`, those `blocked`.",
    a_text,
);
const EFFECT: Parameter = parameter("effect", "Only `added`, `changed` or `closed`.", a_text);

/// `GET /submissions`.
pub async fn list(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let by = auth::user(&request).await?;
    let given = QueryParams::read(request.query_string(), LIST)?;
    let limit = number(&given, &LIMIT)?.unwrap_or(50).clamp(1, 200);
    let mut asked = SubmissionQuery {
        mine: flag(&given, &MINE)?,
        after: number(&given, &BEFORE)?.map(|id| SubmissionId(id as i64)),
        limit: limit + 1,
        ..SubmissionQuery::default()
    };
    for word in given
        .get(&STATE)
        .into_iter()
        .flat_map(|text| text.split(','))
    {
        let state: State = word
            .parse()
            .map_err(|_| one_of(&STATE, word, State::SLUGS))?;
        asked.states.push(state);
    }
    let (site, language) = (Site::of(&request).clone(), Language::of(&request));
    let answer = ask_database(move || {
        let mut found = site.directory.submissions(&by, &asked)?;
        let next = (found.len() > limit).then(|| found[limit - 1].id.0);
        found.truncate(limit);
        let (waiting, untold) = site.directory.counts(&by)?;
        let submissions: Result<Vec<Value>, _> = found
            .iter()
            .map(|submission| view::submission(&site, &by, submission, language))
            .collect();
        let submissions = submissions?;
        Ok(json!({ "submissions": submissions, "next": next, "waiting": waiting, "untold": untold })
            .to_string())
    })
    .await?;
    Ok(written(answer))
}

/// `POST /submissions`: hands a file in.
pub async fn submit(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Stop> {
    let by = auth::acting(&request).await?;
    let given = QueryParams::read(request.query_string(), HAND_IN)?;
    let (file_name, area) = (text(&given, &FILE), text(&given, &AREA));
    let send = flag(&given, &SEND)?;
    let same = word(&given, &SAME, &["update", "keep", "new"])?;
    let blank = word(&given, &BLANK, &["keep", "clear"])?;
    let bytes = body::bytes(&request, payload, LARGEST_FILE).await?;
    let once = preconditions::once(&request, &bytes).await?;
    let (site, language) = (Site::of(&request).clone(), Language::of(&request));
    let (answer, id) = ask_database(move || {
        let key = once.as_ref().map(|once| once.key.clone());
        let upload = Upload {
            file_name: file_name.as_deref(),
            area: area.as_deref(),
            bytes: &bytes,
            work: Edits {
                same,
                blank,
                ..Edits::default()
            },
            send,
            once,
        };
        match site.directory.submit(&by, &upload)? {
            Submitted::Before(seen, Some(answer)) => Ok((answer, seen.submission.id.0)),
            Submitted::New(seen) | Submitted::Before(seen, None) => {
                let body = view::whole(&site, &by, &seen, language)?.into_bytes();
                let answer = StoredResponse { status: 201, body };
                if let Some(key) = key
                    && let Err(error) = site.directory.answered(&by, &key, &answer)
                {
                    tracing::info!(%error, "an answer was not noted for whoever repeats the request");
                }
                Ok((answer, seen.submission.id.0))
            }
        }
    })
    .await?;
    let location = Site::of(&request).url(&format!("/submissions/{id}"));
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .content_type("application/json")
        .body(answer.body))
}

/// `GET /submissions/checks`: the checks of one's own that this process does just now, or that wait.
pub async fn checks(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let by = auth::user(&request).await?;
    QueryParams::read(request.query_string(), ONE)?;
    let checks = Site::of(&request).directory.checks_of(&by);
    let checks = checks.map_err(Problem::from)?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "checks": checks })))
}

/// `GET /submissions/{id}`.
pub async fn show(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    let by = auth::user(&request).await?;
    QueryParams::read(request.query_string(), ONE)?;
    let id = submission_id(&id)?;
    let site = Site::of(&request).clone();
    let asker = by.clone();
    let seen = ask_database(move || site.directory.submission(&asker, id)).await?;
    whole(&request, by, seen).await
}

/// `PATCH /submissions/{id}`: mends it, sends it, takes it back.
pub async fn change(
    request: HttpRequest,
    (id, payload): (web::Path<String>, web::Payload),
) -> Result<HttpResponse, Stop> {
    let by = auth::acting(&request).await?;
    let id = submission_id(&id)?;
    let revision = preconditions::seen_revision(&request)?;
    let change: Change = body::json(
        &request,
        payload,
        LARGEST_EDIT,
        schemas::of("submissionChange"),
    )
    .await?;
    if let Some(state) = change.state
        && !matches!(state, State::Draft | State::Sent | State::Withdrawn)
    {
        let known = ["draft", "sent", "withdrawn"];
        return Err(one_of(&STATE, state.slug(), &known).into());
    }
    let site = Site::of(&request).clone();
    let actor = by.clone();
    let seen = ask_database(move || {
        site.directory
            .change_submission(&actor, id, revision, &change)
    })
    .await?;
    whole(&request, by, seen).await
}

/// `POST /submissions/{id}/decision`.
pub async fn decide(
    request: HttpRequest,
    (id, payload): (web::Path<String>, web::Payload),
) -> Result<HttpResponse, Stop> {
    let by = auth::acting(&request).await?;
    let id = submission_id(&id)?;
    let revision = preconditions::seen_revision(&request)?;
    let decision: Decision =
        body::json(&request, payload, LARGEST_EDIT, schemas::of("decision")).await?;
    let site = Site::of(&request).clone();
    let actor = by.clone();
    let seen = ask_database(move || site.directory.decide(&actor, id, revision, &decision)).await?;
    whole(&request, by, seen).await
}

/// `POST /submissions/{id}/rest`: a draft of the rows that stayed out of what was published.
pub async fn take_rest(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    let by = auth::acting(&request).await?;
    QueryParams::read(request.query_string(), ONE)?;
    let id = submission_id(&id)?;
    let (site, language) = (Site::of(&request).clone(), Language::of(&request));
    let (answer, rest) = ask_database(move || {
        let seen = site.directory.take_rest(&by, id)?;
        let answer = view::whole(&site, &by, &seen, language)?;
        Ok((answer, seen.submission.id.0))
    })
    .await?;
    let location = Site::of(&request).url(&format!("/submissions/{rest}"));
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .content_type("application/json")
        .body(answer))
}

/// `POST /submissions/{id}/told`: its submitter has seen the decision.
pub async fn told(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    let by = auth::acting(&request).await?;
    let id = submission_id(&id)?;
    let site = Site::of(&request).clone();
    ask_database(move || site.directory.told(&by, id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /submissions/{id}/rows`: the sheet, page by page.
pub async fn rows(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    let by = auth::user(&request).await?;
    let given = QueryParams::read(request.query_string(), ROWS)?;
    let id = submission_id(&id)?;
    let page = page(&given, 200, 1_000)?;
    let only = match given.get(&ONLY) {
        None | Some("all") => view::Only::All,
        Some("problems") => view::Only::Problems,
        Some("blocked") => view::Only::Blocked,
        Some(other) => return Err(one_of(&ONLY, other, &["problems", "blocked", "all"]).into()),
    };
    let site = Site::of(&request).clone();
    let answer = ask_database(move || {
        let seen = site.directory.submission(&by, id)?;
        Ok(view::rows(&seen, page, only)?.to_string())
    })
    .await?;
    Ok(written(answer))
}

/// `GET /submissions/{id}/differences`: what would change, page by page.
pub async fn differences(
    request: HttpRequest,
    id: web::Path<String>,
) -> Result<HttpResponse, Stop> {
    let by = auth::user(&request).await?;
    let given = QueryParams::read(request.query_string(), DIFFERENCES)?;
    let id = submission_id(&id)?;
    let page = page(&given, 100, 1_000)?;
    let known = ["added", "changed", "closed"];
    let effect = match given.get(&EFFECT) {
        Some(word) if !known.contains(&word) => return Err(one_of(&EFFECT, word, &known).into()),
        word => word.map(str::to_owned),
    };
    let site = Site::of(&request).clone();
    let answer = ask_database(move || {
        let seen = site.directory.submission(&by, id)?;
        Ok(view::differences(&site, &seen, page, effect.as_deref()).to_string())
    })
    .await?;
    Ok(written(answer))
}

/// `GET /submissions/{id}/file`: as it came.
pub async fn file(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    let by = auth::user(&request).await?;
    QueryParams::read(request.query_string(), ONE)?;
    let id = submission_id(&id)?;
    let site = Site::of(&request).clone();
    let (name, bytes) = ask_database(move || site.directory.submitted_file(&by, id)).await?;
    Ok(download(&name, bytes))
}

/// `GET /submissions/{id}/corrected`: with what was mended, and a column of notes.
pub async fn corrected(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    let by = auth::user(&request).await?;
    QueryParams::read(request.query_string(), ONE)?;
    let id = submission_id(&id)?;
    let (site, language) = (Site::of(&request).clone(), Language::of(&request));
    let (name, bytes) =
        ask_database(move || site.directory.corrected_file(&by, id, language)).await?;
    Ok(download(&name, bytes))
}

async fn whole(
    request: &HttpRequest,
    by: crate::domain::user::User,
    seen: SubmissionView,
) -> Result<HttpResponse, Stop> {
    let (site, language) = (Site::of(request).clone(), Language::of(request));
    let revision = seen.submission.revision;
    // A report of thousands of rows takes a while to write.
    let answer = ask_database(move || view::whole(&site, &by, &seen, language)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::ETAG, format!("\"{revision}\"")))
        .content_type("application/json")
        .body(answer))
}

/// JSON that was written off the threads that answer.
fn written(json: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(json)
}

/// A file to be kept, never shown in the page's own place: it is somebody else's bytes.
fn download(name: &str, bytes: Vec<u8>) -> HttpResponse {
    const PLAIN: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'.')
        .remove(b'-')
        .remove(b'_');
    let name = percent_encoding::utf8_percent_encode(name, PLAIN);
    HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename*=UTF-8''{name}"),
        ))
        .body(bytes)
}

/// The number of a path.
fn submission_id(text: &str) -> Result<SubmissionId, Problem> {
    let unknown = || Problem::not_found(Text::new("番号は数字です", "submissions have numbers"));
    text.parse().map(SubmissionId).map_err(|_| unknown())
}

fn page(given: &QueryParams<'_>, default: usize, most: usize) -> Result<view::Page, Problem> {
    Ok(view::Page {
        from: number(given, &FROM)?.unwrap_or(0),
        limit: number(given, &LIMIT)?.unwrap_or(default).clamp(1, most),
    })
}

fn text(given: &QueryParams<'_>, parameter: &Parameter) -> Option<String> {
    given.get(parameter).map(str::to_owned)
}

/// One of a parameter's words, as what it stands for.
fn word<T: serde::de::DeserializeOwned>(
    given: &QueryParams<'_>,
    parameter: &Parameter,
    known: &[&str],
) -> Result<Option<T>, Problem> {
    let read = |word: &str| {
        let word = serde_json::from_value(json!(word));
        word.map_err(|_| one_of(parameter, given.get(parameter).unwrap_or_default(), known))
    };
    given.get(parameter).map(read).transpose()
}

fn flag(given: &QueryParams<'_>, parameter: &Parameter) -> Result<bool, Problem> {
    match given.get(parameter) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => Err(one_of(parameter, other, &["true", "false"])),
    }
}

fn number(given: &QueryParams<'_>, parameter: &Parameter) -> Result<Option<usize>, Problem> {
    let Some(text) = given.get(parameter) else {
        return Ok(None);
    };
    let rule = || {
        Text::new(
            "0以上の整数を指定してください",
            "must be a whole number of 0 or more",
        )
    };
    let number: u32 = text
        .parse()
        .map_err(|_| Problem::parameter(parameter.name, text, rule()))?;
    Ok(Some(number as usize))
}

fn one_of(parameter: &Parameter, found: &str, known: &[&str]) -> Problem {
    let known = known.join(", ");
    let rule = Text::new(
        format!("使えるのは {known} です"),
        format!("must be one of {known}"),
    );
    Problem::parameter(parameter.name, found, rule)
}
