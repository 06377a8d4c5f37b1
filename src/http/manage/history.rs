//! A facility's history, for the staff of its place, and the way back to an earlier version.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::directory::history::Version;
use crate::domain::change::Seq;
use crate::domain::facility::FacilityId;
use crate::http::answer::Stop;
use crate::http::language::Language;
use crate::http::manage::{auth, schemas, writes};
use crate::http::problem::Problem;
use crate::http::query::QueryParams;
use crate::http::site::Site;
use crate::http::wire::blocking::ask_database;
use crate::http::wire::{body, preconditions};
use crate::snapshot::Found;

/// `GET /collections/facilities/items/{id}/history`: newest first.
pub async fn show(request: HttpRequest, id: web::Path<String>) -> Result<HttpResponse, Stop> {
    let by = auth::user(&request).await?;
    let id = facility(&id)?;
    QueryParams::read(request.query_string(), &[])?;
    let site = Site::of(&request);
    let directory = site.directory.clone();
    let (versions, last) = ask_database(move || {
        let versions = directory.history_for(&by, &id)?;
        let last = versions.last().map(|last| last.mark);
        let listed: Vec<Value> = versions.iter().rev().map(version).collect();
        Ok((json!({ "versions": listed }).to_string(), last))
    })
    .await?;
    let mut answer = HttpResponse::Ok();
    if let Some(last) = last {
        // Of a withdrawn record there is no other ETag to name in If-Match.
        let tag = format!("\"c{last}-history\"");
        answer.insert_header((header::ETAG, tag));
    }
    Ok(answer.content_type("application/json").body(versions))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Undo {
    seq: i64,
}

/// `POST /collections/facilities/items/{id}/undo`: the version of that number again, as a new one.
pub async fn undo(
    request: HttpRequest,
    (id, payload): (web::Path<String>, web::Payload),
) -> Result<HttpResponse, Stop> {
    let by = auth::acting(&request).await?;
    let id = facility(&id)?;
    QueryParams::read(request.query_string(), &[])?;
    let given: Undo = body::json(&request, payload, body::FORM, schemas::of("undo")).await?;
    let (site, language) = (Site::of(&request).clone(), Language::of(&request));
    let expected = preconditions::seen_change(&request)?;
    let (of, to) = (site.clone(), Seq(given.seq));
    let undone = id.clone();
    let (answer, location) = ask_database(move || {
        let written = of.directory.undo(&by, &undone, to, expected)?;
        writes::answer(&of, &by, written, language)
    })
    .await?;
    let now = site.directory.now();
    let is_there = answer.status == 200;
    let mut response = writes::respond(answer, location);
    if is_there && let Found::Facility(entry) = now.snapshot.get(id.as_str()) {
        let tag = format!("\"{}\"", now.tag_of(entry));
        if let Ok(tag) = HeaderValue::try_from(tag) {
            response.headers_mut().insert(header::ETAG, tag);
        }
    }
    Ok(response)
}

fn facility(id: &str) -> Result<FacilityId, Problem> {
    FacilityId::new(id).map_err(|_| Problem::no_facility(id))
}

fn version(version: &Version) -> Value {
    let fields: Vec<Value> = version
        .fields
        .iter()
        .map(|field| json!({ "name": field.name, "before": field.before, "after": field.after }))
        .collect();
    let submission = version.submission.as_ref();
    let token = submission.and_then(|(_, origin)| origin.token.as_ref());
    let submission =
        submission.map(|(id, origin)| json!({ "id": id, "file_name": origin.file_name }));
    let mut told = json!({
        "seq": version.seq.0,
        "at": version.at.rfc3339(),
        "actor": { "id": version.actor.0, "name": version.actor_name },
        "submission": submission,
        "token": token,
        "change": version.kind.slug(),
        "fields": fields,
        "redacted": version.redacted,
    });
    if version.is_damaged {
        told["damaged"] = true.into();
    }
    told
}
