//! For whoever runs the server: is the process alive, and how old is what it shows?

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::Site;
use super::answer::Stop;
use super::negotiate::JSON;
use super::parameters::Given;
use crate::directory::moment;

/// So many seconds without a look at the log, and answers may be stale: ten polls.
const STALE: i64 = 10;

/// `/healthz`: the process answers.
pub async fn healthz(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    Given::read(request.query_string(), &[])?;
    Ok(report(true, json!({ "status": "ok" })))
}

/// `/readyz`: which state is shown, and whether it is fresh.
pub async fn readyz(request: HttpRequest, (): ()) -> Result<HttpResponse, Stop> {
    Given::read(request.query_string(), &[])?;
    let directory = &Site::of(&request).directory;
    let now = directory.now();
    let age = (moment().0 - directory.looked().0) / 1_000_000;
    let fresh = age <= STALE;
    let status = if fresh { "ok" } else { "stale" };
    Ok(report(
        fresh,
        json!({
            "status": status, "seq": now.snapshot.seq().0, "facilities": now.snapshot.len(), "age_seconds": age,
        }),
    ))
}

fn report(good: bool, body: Value) -> HttpResponse {
    let mut response = if good {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    };
    response
        .insert_header((header::CONTENT_TYPE, JSON.media_type))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body.to_string())
}
