//! `/collections/facilities/items/{id}/reports`: what a visitor without an account says is wrong.
//!
//! JSON from the map's page and from programs; a plain form from the facility's own page, which works
//! without a script. Only our own pages' forms are taken, and a field that people do not see catches
//! programs that fill in every field: they are thanked like everybody, and nothing is kept.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use crate::directory::reports::{Report, ReportReason};
use crate::http::answer::{PAGE_POLICY, Stop};
use crate::http::html;
use crate::http::language::Language;
use crate::http::manage::{auth, schemas};
use crate::http::problem::{Problem, Text};
use crate::http::query::{self as p, Parameter, QueryParams};
use crate::http::site::Site;
use crate::http::wire::blocking::ask_database;
use crate::http::wire::body;
use crate::http::wire::proxy::Came;
use crate::snapshot::Found;

/// What the form's page takes.
pub const PARAMETERS: &[&Parameter] = &[&p::F, &p::LANG];

const FORM: &str = "application/x-www-form-urlencoded";

/// What is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    kind: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    contact: String,
    /// Nobody sees this field.
    #[serde(default)]
    website: String,
}

/// `GET`: the form.
pub async fn form(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    QueryParams::of(&request, PARAMETERS)?;
    let name = name(&request, &id)?;
    let html = html::report(&id, &name, None, Language::of(&request));
    Ok(html_answer(&request, StatusCode::OK, html))
}

/// `POST`: takes a report in.
pub async fn submit(
    request: HttpRequest,
    (id, payload): (web::Path<String>, web::Payload),
) -> Result<HttpResponse, Stop> {
    QueryParams::of(&request, PARAMETERS)?;
    // Another site must not make its visitors report something here. A program has no origin.
    auth::expect_our_origin(&request, false)?;
    let name = name(&request, &id)?;
    let given = request.headers().get(header::CONTENT_TYPE);
    let given = given.and_then(|value| value.to_str().ok()).unwrap_or("");
    let is_form = given.split(';').next().unwrap_or("").trim() == FORM;
    let sent: Sent = if is_form {
        let bytes = body::bytes(&request, payload, body::FORM).await?;
        web::Query::<Sent>::from_query(&String::from_utf8_lossy(&bytes))
            .map_err(|_| {
                Problem::body(Text::new(
                    "送れる項目は kind、text、contact です",
                    "the form's fields are kind, text and contact",
                ))
            })?
            .into_inner()
    } else {
        body::json(&request, payload, body::FORM, schemas::of("visitorReport")).await?
    };
    let wrong: ReportReason = sent.kind.parse().map_err(|_| {
        let known = ReportReason::SLUGS.join(", ");
        Problem::body(Text::new(
            format!("kind に使えるのは {known} です"),
            format!("kind must be one of {known}"),
        ))
    })?;
    let language = Language::of(&request);
    if sent.website.is_empty() {
        let (directory, came) = (Site::of(&request).directory.clone(), Came::of(&request));
        let (address, network) = (came.counted_as(), came.network());
        let facility = id.to_string();
        let taken = ask_database(move || {
            let report = Report {
                wrong,
                text: &sent.text,
                contact: &sent.contact,
                address: &address,
                network: &network,
            };
            directory.report(&facility, &report)
        })
        .await;
        match taken {
            Ok(number) => tracing::info!(submission = number.0, "a visitor reported something"),
            // A person at a form reads a page.
            Err(problem) if is_form => {
                let status = problem.status();
                let said = problem.detail();
                let said = language.pick(said.ja.to_string(), said.en.to_string());
                let html = html::report(&id, &name, Some(said), language);
                return Ok(html_answer(&request, status, html));
            }
            Err(problem) => return Err(problem.into()),
        }
    }
    if is_form {
        let html = html::reported(&id, &name, language);
        return Ok(html_answer(&request, StatusCode::ACCEPTED, html));
    }
    Ok(HttpResponse::Accepted()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "received": true })))
}

/// The facility's name; a problem where there is none.
fn name(request: &HttpRequest, id: &str) -> Result<String, Problem> {
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    let now = Site::of(request).directory.now();
    match now.snapshot.get(id) {
        Found::Facility(entry) => Ok(entry.properties::<Named>().name),
        Found::Withdrawn(at) => Err(Problem::withdrawn(at)),
        Found::Nothing => Err(Problem::no_facility(id)),
    }
}

fn html_answer(request: &HttpRequest, status: StatusCode, html: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
        .insert_header((header::CONTENT_LANGUAGE, Language::of(request).code()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(html)
}
