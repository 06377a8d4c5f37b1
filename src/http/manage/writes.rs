//! Writing single facilities on the paths they are read from.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use serde_json::{Value, json};

use crate::directory::facilities::{Write, Written};
use crate::directory::submissions::{StoredResponse, Submitted};
use crate::domain::facility::FacilityId;
use crate::domain::user::User;
use crate::http::answer::Stop;
use crate::http::language::Language;
use crate::http::manage::{auth, submission_view as view};
use crate::http::problem::{Problem, Text};
use crate::http::query::{self as p, Parameter, QueryParams};
use crate::http::site::Site;
use crate::http::wire::blocking::ask_database;
use crate::http::wire::{body, preconditions};
use crate::snapshot::Found;

/// What making a facility takes.
pub const MAKE: &[&Parameter] = &[&SAME, &p::LANG];

const SAME: Parameter = Parameter {
    name: "same",
    about: "`new` makes the facility although one with its name is published at its place.",
    schema: || json!({ "type": "string", "enum": ["new"] }),
};

/// The largest body: one facility's Feature has a hundredth of it.
const LARGEST: usize = 5 << 20;

/// `POST /collections/facilities/items`: makes a facility.
pub async fn make(request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Stop> {
    let by = auth::acting(&request).await?;
    let given = QueryParams::read(request.query_string(), MAKE)?;
    let is_new = match given.get(&SAME) {
        None => false,
        Some("new") => true,
        Some(other) => {
            let rule = Text::new("使えるのは new です", "must be new");
            return Err(Problem::parameter(SAME.name, other, rule).into());
        }
    };
    let bytes = body::bytes(&request, payload, LARGEST).await?;
    let feature = body::feature(&request, bytes.clone()).await?;
    let once = preconditions::once(&request, &bytes).await?;
    let (site, language) = (Site::of(&request).clone(), Language::of(&request));
    let (answer, location) = ask_database(move || {
        let key = once.as_ref().map(|once| once.key.clone());
        let written = site
            .directory
            .write(&by, Write::Make(feature, is_new), None, once)?;
        let (answer, location) = answer(&site, &by, written, language)?;
        if let Some(key) = key
            && let Err(error) = site.directory.answered(&by, &key, &answer)
        {
            // What was done is done. Whoever asks again gets an answer from the log.
            tracing::info!(%error, "an answer was not noted for whoever repeats the request");
        }
        Ok((answer, location))
    })
    .await?;
    Ok(respond(answer, location))
}

/// `PUT`: all of a facility.
pub async fn replace(
    request: HttpRequest,
    (id, payload): (web::Path<String>, web::Payload),
) -> Result<HttpResponse, Stop> {
    write(request, id.into_inner(), Some(payload), |id, feature| {
        Write::Replace(id, feature)
    })
    .await
}

/// `PATCH`: some of a facility (RFC 7396).
pub async fn change(
    request: HttpRequest,
    (id, payload): (web::Path<String>, web::Payload),
) -> Result<HttpResponse, Stop> {
    write(request, id.into_inner(), Some(payload), |id, patch| {
        Write::Change(id, patch)
    })
    .await
}

/// `DELETE`: withdraws the record.
pub async fn withdraw(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    write(request, id.into_inner(), None, |id, _| Write::Withdraw(id)).await
}

async fn write(
    request: HttpRequest,
    id: String,
    payload: Option<web::Payload>,
    what: fn(FacilityId, Value) -> Write,
) -> Result<HttpResponse, Stop> {
    let by = auth::acting(&request).await?;
    let id = FacilityId::new(&id).map_err(|_| no_facility(&id))?;
    let expected = preconditions::seen_change(&request)?;
    let feature = match payload {
        Some(payload) => {
            let bytes = body::bytes(&request, payload, LARGEST).await?;
            body::feature(&request, bytes).await?
        }
        None => Value::Null,
    };
    let (site, language) = (Site::of(&request).clone(), Language::of(&request));
    let (answer, location) = ask_database(move || {
        let written = site
            .directory
            .write(&by, what(id, feature), expected, None)?;
        answer(&site, &by, written, language)
    })
    .await?;
    Ok(respond(answer, location))
}

/// The answer to a write, and where what was written is.
pub fn answer(
    site: &Site,
    by: &User,
    written: Written,
    language: Language,
) -> Result<(StoredResponse, Option<String>), crate::directory::Error> {
    let (id, is_new, feature) = match written {
        Written::Published {
            id,
            is_new,
            feature,
        } => (id, is_new, feature),
        Written::Submitted(handed) => match *handed {
            Submitted::Before(_, Some(answer)) => {
                let location = location_of(&answer).map(|path| site.url(&path));
                return Ok((answer, location));
            }
            Submitted::New(seen) | Submitted::Before(seen, None) => {
                match site.directory.published_feature(&seen.submission)? {
                    // Its sender died between publishing and answering, or is about to answer.
                    Some((id, feature)) => (id, true, feature),
                    None => {
                        let view = view::submission(site, by, &seen.submission, language)?;
                        let location = site.url(&submission_path(&view["id"]));
                        let body = json!({ "submission": view }).to_string().into_bytes();
                        return Ok((StoredResponse { status: 202, body }, Some(location)));
                    }
                }
            }
        },
    };
    let now = site.directory.now();
    let feature = feature.or_else(|| match now.snapshot.get(id.as_str()) {
        Found::Facility(entry) => Some(entry.feature.to_string()),
        _ => None,
    });
    // Only a withdrawal leaves nothing.
    let Some(feature) = feature else {
        return Ok((
            StoredResponse {
                status: 204,
                body: Vec::new(),
            },
            None,
        ));
    };
    let status = if is_new { 201 } else { 200 };
    let location = is_new.then(|| site.url(&item_path(id.as_str())));
    let body = feature.into_bytes();
    Ok((StoredResponse { status, body }, location))
}

/// The response that carries it.
pub fn respond(answer: StoredResponse, location: Option<String>) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponseBuilder::new(status);
    if let Some(location) = location {
        response.insert_header((header::LOCATION, location));
    }
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    match status {
        StatusCode::NO_CONTENT => response.finish(),
        StatusCode::ACCEPTED => response.content_type("application/json").body(answer.body),
        _ => response
            .content_type("application/geo+json")
            .body(answer.body),
    }
}

/// Where a remembered answer says that what was written is.
fn location_of(answer: &StoredResponse) -> Option<String> {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    match (answer.status, body["id"].as_str()) {
        (201, Some(id)) => Some(item_path(id)),
        (202, _) => Some(submission_path(&body["submission"]["id"])),
        _ => None,
    }
}

fn item_path(id: &str) -> String {
    format!("/collections/facilities/items/{id}")
}

fn submission_path(id: &Value) -> String {
    format!("/submissions/{id}")
}

fn no_facility(id: &str) -> Problem {
    Problem::not_found(Text::new(
        format!("ID「{id}」の施設はありません"),
        format!("there is no facility “{id}”"),
    ))
}
