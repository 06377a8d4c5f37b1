//! Taking out of the log what should never have been published.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::auth;
use crate::directory::redaction::not_reached;
use crate::domain::change::Seq;
use crate::http::answer::Stop;
use crate::http::language::Language;
use crate::http::manage::schemas;
use crate::http::problem::{Problem, Text};
use crate::http::query::QueryParams;
use crate::http::site::Site;
use crate::http::wire::blocking::ask_database;
use crate::http::wire::body;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Redaction {
    field: String,
    reason: String,
}

/// `POST /changes/{seq}/redaction`: takes a value out of the log. Only for administrators who are there.
pub async fn redact(
    request: HttpRequest,
    (seq, payload): (web::Path<String>, web::Payload),
) -> Result<HttpResponse, Stop> {
    let presence = auth::acting_presence(&request).await?;
    auth::expect_own_password(&presence)?;
    QueryParams::read(request.query_string(), &[])?;
    let nothing = || {
        Problem::not_found(Text::new(
            "変更は1からの番号で呼びます",
            "changes have numbers from 1 on",
        ))
    };
    let seq = seq.parse().map(Seq).map_err(|_| nothing())?;
    let given: Redaction =
        body::json(&request, payload, body::FORM, schemas::of("redaction")).await?;
    let (directory, language) = (Site::of(&request).directory.clone(), Language::of(&request));
    let done =
        ask_database(move || directory.redact(&presence.user, seq, &given.field, &given.reason))
            .await?;
    Ok(HttpResponse::Ok().json(Redacted {
        facility: done.facility.to_string(),
        changes: done.changes.iter().map(|seq| seq.0).collect(),
        submissions: done.submissions.iter().map(|id| id.0).collect(),
        not_reached: not_reached()
            .into_iter()
            .map(|what| language.pick(what.ja, what.en).to_string())
            .collect(),
    }))
}

/// What a redaction took a value out of.
#[derive(Serialize, ToSchema)]
#[schema(as = redacted)]
pub struct Redacted {
    facility: String,
    changes: Vec<i64>,
    /// Whose files the value was taken out of.
    submissions: Vec<i64>,
    /// Where the value may still be, for the operator to see to.
    not_reached: Vec<String>,
}
