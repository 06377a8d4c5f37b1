//! `/changes`: what changed since a number, for mirrors and whoever keeps a list of their own.
//!
//! Never who, from which submission or why: that is the staff's, at a facility's own history.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Link, Stop};
use super::auth::{self, blocking};
use super::language::Language;
use super::negotiate::{self, JSON};
use super::parameters::{self as p, DEFAULT_LIMIT, GREATEST_LIMIT, Given, Parameter};
use super::problem::{Problem, Text};
use super::{Site, body};
use crate::directory::history::Told;
use crate::directory::redaction::not_reached;
use crate::domain::change::Seq;

/// What it takes.
pub const PARAMETERS: &[&Parameter] = &[&p::SINCE, &p::LIMIT, &p::F, &p::LANG];

/// `GET /changes`.
pub async fn list(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let site = Site::of(&request);
    let given = Given::of(&request, PARAMETERS)?;
    let format = negotiate::format(&request, given.get(&p::F), &[JSON])?;
    let since = given.since()?;
    let limit = given.limit(DEFAULT_LIMIT, GREATEST_LIMIT)?;
    let generation = site.directory.now();
    let mut answer = Answer::begin(&request, &generation, format)?;
    let head = generation.snapshot.seq();
    // Whoever is up to date, which is nearly everybody who asks, costs no query.
    let (changes, last) = if since < head {
        let directory = site.directory.clone();
        let listed = blocking(move || {
            let changes = directory.changes(since, head, limit)?;
            let listed: Vec<Value> = changes.iter().map(told).collect();
            let last = changes.last().map(|last| last.seq);
            Ok((Value::from(listed).to_string(), last))
        });
        listed.await?
    } else {
        ("[]".to_owned(), None)
    };
    let own = match request.query_string() {
        "" => site.url("/changes"),
        query => site.url(&format!("/changes?{query}")),
    };
    let more = last.filter(|last| *last < head);
    let next = more.map(|last| site.url(&format!("/changes?since={last}&limit={limit}")));
    let links = [Link::new(own, "self", JSON)]
        .into_iter()
        .chain(next.clone().map(|next| Link::new(next, "next", JSON)));
    let links = answer.links(links);
    let (next, links) = (json!(next), json!(links));
    let body = format!(r#"{{"changes":{changes},"next":{next},"links":{links}}}"#);
    Ok(answer.finish(body))
}

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
    Given::read(request.query_string(), &[])?;
    let nothing = || {
        Problem::not_found(Text::new(
            "変更は1からの番号で呼びます",
            "changes have numbers from 1 on",
        ))
    };
    let seq = seq.parse().map(Seq).map_err(|_| nothing())?;
    let given: Redaction = body::json(&request, payload, body::FORM, "redaction").await?;
    let (directory, language) = (Site::of(&request).directory.clone(), Language::of(&request));
    let done = blocking(move || directory.redact(&presence.user, seq, &given.field, &given.reason))
        .await?;
    let changes: Vec<i64> = done.changes.iter().map(|seq| seq.0).collect();
    Ok(HttpResponse::Ok().json(json!({
        "facility": done.facility.as_str(),
        "changes": changes,
        "submissions": done.submissions.iter().map(|id| id.0).collect::<Vec<_>>(),
        "not_reached": not_reached().map(|what| language.pick(what.ja, what.en)),
    })))
}

fn told(change: &Told) -> Value {
    json!({
        "seq": change.seq.0,
        "facility": change.facility.as_str(),
        "at": change.at.rfc3339(),
        "change": change.kind.slug(),
        "fields": change.fields,
    })
}
