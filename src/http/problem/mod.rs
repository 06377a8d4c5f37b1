//! Everything that can go wrong over HTTP, and the way from it to a status and a document
//! (RFC 9457, `application/problem+json`).
//!
//! A problem's `type` is a page of ours that explains it; its code never changes. Sentences come in
//! Japanese unless the request prefers English. Internal failures are logged in full and answered
//! without a word of what was inside.

mod kinds;
mod refusals;
mod requests;
mod server;
mod submissions;
mod writing;

use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde_json::json;

use crate::directory;
use crate::domain::report::Report;
use crate::http::answer::PAGE_POLICY;
use crate::http::html;
use crate::http::language::Language;
use crate::http::negotiate::{self, HTML};
use crate::http::site::Site;

pub use crate::domain::wording::Wording as Text;
pub use kinds::Kind;

/// Single errors told of in one problem, at most: the whole list is in the report.
const MOST_ERRORS: usize = 200;
/// Names of values that one sentence lists, at most.
const MOST_NAMED: usize = 12;

/// A problem on its way to the client.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    kind: Kind,
    detail: Text,
    more: Box<More>,
}

/// What only some problems have; apart, so that every result stays small.
#[derive(Debug, Clone, Default, PartialEq)]
struct More {
    parameter: Option<String>,
    /// The id of the facility it is about.
    facility: Option<String>,
    allow: Option<String>,
    retry_after: Option<i64>,
    report: Option<Box<Report>>,
    errors: Vec<serde_json::Value>,
}

/// Values are repeated in messages, but never whole megabytes of them.
fn shown(value: &str) -> String {
    let mut short: String = value.chars().take(80).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    short
}

/// No sentence of ours is as long as an address may be, and most repeat a part of it.
fn bounded(mut sentence: String) -> String {
    if let Some((end, _)) = sentence.char_indices().nth(600) {
        sentence.truncate(end);
        sentence.push('…');
    }
    sentence
}

impl Problem {
    fn new(kind: Kind, detail: Text) -> Problem {
        let detail = Text::new(bounded(detail.ja), bounded(detail.en));
        Problem {
            kind,
            detail,
            more: Box::default(),
        }
    }

    /// What is wrong, in a sentence.
    pub fn detail(&self) -> &Text {
        &self.detail
    }

    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        self.kind.status()
    }

    /// The document alone, where the status has long been sent.
    pub fn told(&self, request: &HttpRequest) -> String {
        self.for_request(request).1.to_string()
    }

    fn for_request(&self, request: &HttpRequest) -> (StatusCode, serde_json::Value) {
        let english = Language::of(request) == Language::En;
        let base = request
            .app_data::<Site>()
            .map_or("", |site| &site.public_url);
        let (status, mut body) = self.document(english, base);
        body["instance"] = shown(request.path()).into();
        (status, body)
    }

    /// The answer.
    pub fn response(&self, request: &HttpRequest) -> HttpResponse {
        let english = Language::of(request) == Language::En;
        let (status, body) = self.for_request(request);
        let mut response = HttpResponseBuilder::new(status);
        response
            .insert_header((header::CONTENT_LANGUAGE, if english { "en" } else { "ja" }))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::VARY, "Accept, Accept-Language"));
        if let Some(allow) = &self.more.allow {
            response.insert_header((header::ALLOW, allow.as_str()));
        }
        if status == StatusCode::UNAUTHORIZED {
            // Browsers ask nobody for a bearer token, so no window of theirs opens.
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"machinaka\""));
        }
        let at_once = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(1);
        if let Some(seconds) = self.more.retry_after.or(at_once) {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        // Whoever followed a link in a browser reads a page.
        if negotiate::wants_page(request) {
            let page = html::problem(&body, request.query_string(), Language::of(request));
            return response
                .insert_header((header::CONTENT_TYPE, HTML.media_type))
                .insert_header((header::CONTENT_SECURITY_POLICY, PAGE_POLICY))
                .body(BoxBody::new(page));
        }
        response
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .body(BoxBody::new(body.to_string()))
    }

    /// Status and document.
    fn document(&self, english: bool, base: &str) -> (StatusCode, serde_json::Value) {
        let (code, status) = (self.kind.code(), self.kind.status());
        let (ja, en) = self.kind.title();
        let (title, detail) = if english {
            (en, &self.detail.en)
        } else {
            (ja, &self.detail.ja)
        };
        let mut document = json!({
            "type": format!("{base}/problems/{code}"), "title": title, "status": status.as_u16(), "detail": detail, "code": code,
        });
        if let Some(parameter) = &self.more.parameter {
            document["errors"] =
                json!([{ "parameter": parameter, "code": code, "message": detail }]);
        }
        if let Some(report) = &self.more.report {
            let language = if english { Language::En } else { Language::Ja };
            let told: Vec<_> = report.problems.iter().take(MOST_ERRORS).collect();
            let told: serde_json::Value = told
                .iter()
                .map(|p| json!(p.in_language(language)))
                .collect();
            document["errors"] = told.clone();
            document["problems"] = told;
        }
        if let Some(facility) = &self.more.facility {
            document["facility"] = json!(facility);
        }
        if !self.more.errors.is_empty() {
            let errors = &self.more.errors;
            document["errors"] = errors[..errors.len().min(MOST_ERRORS)].to_vec().into();
        }
        (status, document)
    }

    /// The answer as bytes on a connection that is closed after it, for a request that could not be read.
    pub fn raw(&self, base: &str) -> Vec<u8> {
        let (status, document) = self.document(false, base);
        let (body, id) = (
            document.to_string(),
            uuid::Uuid::now_v7().as_simple().to_string(),
        );
        let again = self
            .more
            .retry_after
            .map(|seconds| format!("retry-after: {seconds}\r\n"));
        let again = again.unwrap_or_default();
        format!(
            "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\ncontent-type: application/problem+json\r\n\
             content-language: ja\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\n\
             access-control-allow-origin: *\r\n{again}x-request-id: {id}\r\n\r\n{body}",
            body.len(),
        )
        .into_bytes()
    }
}

impl From<directory::Error> for Problem {
    fn from(error: directory::Error) -> Problem {
        match error {
            directory::Error::Unavailable(_) => Problem::unavailable(Text::new(
                "データベースが答えません",
                "the database does not answer",
            )),
            directory::Error::People(refusal) => refusal.into(),
            directory::Error::Submission(refusal) => refusal.into(),
            directory::Error::Unwritten(unwritten) => unwritten.into(),
            directory::Error::Conflict(facilities) => Problem::conflict(
                Text::new(
                    "その間にほかの人が同じ施設を変えました。読み込み直して確かめてください。何も上書きしていません",
                    "others changed the same facilities meanwhile: load it again and look. Nothing was overwritten",
                ),
                facilities
                    .iter()
                    .map(|id| json!({ "id": id, "code": "conflict" }))
                    .collect(),
            ),
            directory::Error::History(refusal) => refusal.into(),
            directory::Error::Report(refusal) => refusal.into(),
            error => Problem::internal(&error),
        }
    }
}
