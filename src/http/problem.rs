//! Everything that can go wrong over HTTP, and the one table from it to a status and a document
//! (RFC 9457, `application/problem+json`).
//!
//! A problem's `type` is a page of ours that explains it; its code never changes. Sentences come in
//! Japanese unless the request prefers English. Internal failures are logged in full and answered
//! without a word of what was inside.

use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde_json::json;

use super::Site;
use super::language::Language;
use crate::directory;
use crate::domain::change::Moment;

/// The sorts of problems: code, status, and the title in Japanese and English.
pub const KINDS: &[(&str, u16, &str, &str)] = &[
    (
        "invalid-parameter",
        400,
        "パラメーターの値が正しくありません",
        "A parameter's value is not valid",
    ),
    (
        "unknown-parameter",
        400,
        "知らないパラメーターです",
        "An unknown parameter",
    ),
    (
        "malformed-query",
        400,
        "問い合わせを読めません",
        "The query cannot be read",
    ),
    ("not-found", 404, "見つかりません", "Not found"),
    (
        "method-not-allowed",
        405,
        "この方法では扱えません",
        "The method is not allowed",
    ),
    (
        "not-acceptable",
        406,
        "求められた形式では答えられません",
        "No acceptable representation",
    ),
    (
        "withdrawn",
        410,
        "この記録は取り下げられました",
        "The record was withdrawn",
    ),
    (
        "query-too-long",
        414,
        "問い合わせが長すぎます",
        "The query is too long",
    ),
    ("internal", 500, "内部の誤りです", "An internal failure"),
    (
        "unavailable",
        503,
        "いまは答えられません",
        "Not available now",
    ),
];

/// A problem on its way to the client.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    code: &'static str,
    detail: Text,
    parameter: Option<String>,
    allow: Option<&'static str>,
}

/// One sentence in both languages.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

impl Text {
    /// A sentence from its two forms.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Text {
        Text {
            ja: ja.into(),
            en: en.into(),
        }
    }
}

/// Values are repeated in messages, but never whole megabytes of them.
fn shown(value: &str) -> String {
    let mut short: String = value.chars().take(80).collect();
    if short.len() < value.len() {
        short.push('…');
    }
    short
}

impl Problem {
    fn new(code: &'static str, detail: Text) -> Problem {
        Problem {
            code,
            detail,
            parameter: None,
            allow: None,
        }
    }

    /// A parameter's value breaks its rule.
    pub fn parameter(name: &str, value: &str, rule: Text) -> Problem {
        let value = shown(value);
        let detail = Text::new(
            format!("{name}=「{value}」: {}", rule.ja),
            format!("{name}=“{value}”: {}", rule.en),
        );
        Problem {
            parameter: Some(name.to_owned()),
            ..Problem::new("invalid-parameter", detail)
        }
    }

    /// No such parameter here.
    pub fn unknown_parameter(name: &str, known: &[&str]) -> Problem {
        let (name, known) = (shown(name), known.join(", "));
        let detail = Text::new(
            format!("「{name}」というパラメーターはありません。使えるもの: {known}"),
            format!("there is no parameter “{name}” here; known are {known}"),
        );
        Problem {
            parameter: Some(name),
            ..Problem::new("unknown-parameter", detail)
        }
    }

    /// The query string itself is broken.
    pub fn malformed_query(part: &str) -> Problem {
        let part = shown(part);
        Problem::new(
            "malformed-query",
            Text::new(
                format!("「{part}」の%の符号化が壊れています（%のあとは2桁の16進数、全体はUTF-8）"),
                format!(
                    "“{part}” is not percent-encoded UTF-8 (two hexadecimal digits after each %)"
                ),
            ),
        )
    }

    /// The query string is longer than anybody needs.
    pub fn query_too_long(length: usize, limit: usize) -> Problem {
        Problem::new(
            "query-too-long",
            Text::new(
                format!("問い合わせは{length}バイトで、上限は{limit}バイトです"),
                format!("the query has {length} bytes, the limit is {limit}"),
            ),
        )
    }

    /// Nothing there.
    pub fn not_found(what: Text) -> Problem {
        Problem::new("not-found", what)
    }

    /// There is nothing at this path.
    pub fn no_such_path(path: &str) -> Problem {
        let path = shown(path);
        Problem::not_found(Text::new(
            format!("{path} には何もありません"),
            format!("there is nothing at {path}"),
        ))
    }

    /// Only these methods.
    pub fn method_not_allowed(method: &str, allow: &'static str) -> Problem {
        let method = shown(method);
        let detail = Text::new(
            format!("{method}は使えません。使えるもの: {allow}"),
            format!("{method} is not allowed here; allowed are {allow}"),
        );
        Problem {
            allow: Some(allow),
            ..Problem::new("method-not-allowed", detail)
        }
    }

    /// Nothing the client accepts can be given.
    pub fn not_acceptable(accept: &str, offered: &str) -> Problem {
        let accept = shown(accept);
        Problem::new(
            "not-acceptable",
            Text::new(
                format!("求められたのは {accept}、出せるのは {offered} です"),
                format!("asked for {accept}, offered are {offered}"),
            ),
        )
    }

    /// The record is gone for good.
    pub fn withdrawn(at: Moment) -> Problem {
        let at = at.rfc3339();
        Problem::new(
            "withdrawn",
            Text::new(
                format!("{at}に取り下げられました"),
                format!("withdrawn at {at}"),
            ),
        )
    }

    /// The server cannot answer just now.
    pub fn unavailable(detail: Text) -> Problem {
        Problem::new("unavailable", detail)
    }

    /// A fault of ours. The cause goes to the log only.
    pub fn internal(cause: &dyn std::fmt::Display) -> Problem {
        tracing::error!(%cause, "a request failed");
        Problem::new(
            "internal",
            Text::new(
                "記録を残しました。もう一度お試しください",
                "it was recorded; please try again",
            ),
        )
    }

    /// The answer.
    pub fn response(&self, request: &HttpRequest) -> HttpResponse {
        let (code, status, ja, en) = *KINDS
            .iter()
            .find(|kind| kind.0 == self.code)
            .expect("every problem's code is in the table");
        let english = Language::of(request) == Language::En;
        let (title, detail) = if english {
            (en, &self.detail.en)
        } else {
            (ja, &self.detail.ja)
        };
        let base = request
            .app_data::<Site>()
            .map_or("", |site| &site.public_url);
        let mut body = json!({
            "type": format!("{base}/problems/{code}"), "title": title, "status": status, "detail": detail,
            "instance": shown(request.path()), "code": code,
        });
        if let Some(parameter) = &self.parameter {
            body["errors"] = json!([{ "parameter": parameter, "code": code, "message": detail }]);
        }
        let status = StatusCode::from_u16(status).expect("the table holds real statuses");
        let mut response = HttpResponseBuilder::new(status);
        response
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .insert_header((header::CONTENT_LANGUAGE, if english { "en" } else { "ja" }))
            .insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(allow) = self.allow {
            response.insert_header((header::ALLOW, allow));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((header::RETRY_AFTER, "1"));
        }
        response.body(BoxBody::new(body.to_string()))
    }
}

impl From<directory::Error> for Problem {
    fn from(error: directory::Error) -> Problem {
        match error {
            directory::Error::Unavailable(_) => Problem::unavailable(Text::new(
                "データベースが答えません",
                "the database does not answer",
            )),
            error => Problem::internal(&error),
        }
    }
}
