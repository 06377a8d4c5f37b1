//! `/changes`: what changed since a number, for mirrors and whoever keeps a list of their own.
//!
//! Never who, from which submission or why: that is the staff's, at a facility's own history.

use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::directory::history::PublicChange;
use crate::domain::change::Seq;
use crate::http::answer::{Answer, Link, Stop};
use crate::http::negotiate::{self, JSON};
use crate::http::problem::{Problem, Text};
use crate::http::query::{
    self as p, DEFAULT_LIMIT, GREATEST_LIMIT, Parameter, QueryParams, parameters,
};
use crate::http::site::Site;
use crate::http::wire::blocking::ask_database;

parameters! {
    SINCE = "since", "Changes after this number; 0 is from the first.",
        json!({"type": "integer", "minimum": 0, "default": 0});
}

/// What it takes.
pub const PARAMETERS: &[&Parameter] = &[&SINCE, &p::LIMIT, &p::F, &p::LANG];

/// `GET /changes`.
pub async fn list(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    let site = Site::of(&request);
    let given = QueryParams::of(&request, PARAMETERS)?;
    let format = negotiate::format(&request, given.get(&p::F), &[JSON])?;
    let since = since(&given)?;
    let limit = given.limit(DEFAULT_LIMIT, GREATEST_LIMIT)?;
    let generation = site.directory.now();
    let mut answer = Answer::begin(&request, &generation, format)?;
    let head = generation.snapshot.seq();
    // Whoever is up to date, which is nearly everybody who asks, costs no query.
    let (changes, last) = if since < head {
        let directory = site.directory.clone();
        let listed = ask_database(move || {
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

/// After which change.
fn since(given: &QueryParams<'_>) -> Result<Seq, Problem> {
    let Some(text) = given.get(&SINCE) else {
        return Ok(Seq(0));
    };
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        let rule = Text::new(
            "0以上の整数を指定してください",
            "must be a whole number of at least 0",
        );
        return Err(Problem::parameter(SINCE.name, text, rule));
    }
    // No log will ever be so long; after its end there is nothing, however far after.
    Ok(Seq(text.parse().unwrap_or(i64::MAX)))
}

fn told(change: &PublicChange) -> Value {
    json!({
        "seq": change.seq.0,
        "facility": change.facility.as_str(),
        "at": change.at.rfc3339(),
        "change": change.kind.slug(),
        "fields": change.fields,
    })
}
