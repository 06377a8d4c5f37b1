//! A facility's history, for the staff of its place, and the way back to an earlier version.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::directory::Error;
use crate::directory::history::Version;
use crate::domain::change::Seq;
use crate::domain::difference::ChangeKind;
use crate::domain::facility::FacilityId;
use crate::http::answer::Stop;
use crate::http::language::Language;
use crate::http::manage::people::Person;
use crate::http::manage::{auth, schemas, writes};
use crate::http::problem::Problem;
use crate::http::query::QueryParams;
use crate::http::schema::words;
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
        let listed = versions.iter().rev().map(VersionView::of).collect();
        let history = serde_json::to_string(&History { versions: listed });
        let history = history.map_err(|error| Error::Internal(error.to_string()))?;
        Ok((history, last))
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

words! {
    /// What a change did.
    ChangeWord of ChangeKind = "change";
}

/// A field of a facility before and after a change; null is unknown.
#[derive(Serialize, ToSchema)]
#[schema(as = fieldChange)]
pub struct FieldChange {
    name: String,
    before: Value,
    after: Value,
}

/// The submission that a version came with.
#[derive(Serialize, ToSchema)]
#[schema(as = origin)]
pub struct OriginView {
    id: i64,
    #[schema(required)]
    file_name: Option<String>,
}

/// A version of a facility.
#[derive(Serialize, ToSchema)]
#[schema(as = version)]
pub struct VersionView {
    seq: i64,
    #[schema(format = DateTime)]
    at: String,
    actor: Person,
    #[schema(required)]
    submission: Option<OriginView>,
    /// The first letters of the API token it was sent with.
    #[schema(required)]
    token: Option<String>,
    change: ChangeWord,
    fields: Vec<FieldChange>,
    /// Fields whose value was taken out of the log.
    redacted: Vec<String>,
    /// What is stored is not what the log's hash chain says, or cannot be read: nothing of it is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    damaged: Option<bool>,
}

/// Every version of a facility, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = history)]
pub struct History {
    versions: Vec<VersionView>,
}

impl VersionView {
    fn of(version: &Version) -> VersionView {
        let submission = version.submission.as_ref();
        let fields = version.fields.iter().map(|field| FieldChange {
            name: field.name.to_string(),
            before: field.before.clone(),
            after: field.after.clone(),
        });
        VersionView {
            seq: version.seq.0,
            at: version.at.rfc3339(),
            actor: Person {
                id: version.actor.0,
                name: version.actor_name.clone(),
            },
            submission: submission.map(|(id, origin)| OriginView {
                id: *id,
                file_name: origin.file_name.clone(),
            }),
            token: submission.and_then(|(_, origin)| origin.token.clone()),
            change: ChangeWord(version.kind),
            fields: fields.collect(),
            redacted: version.redacted.iter().map(ToString::to_string).collect(),
            damaged: version.is_damaged.then_some(true),
        }
    }
}
